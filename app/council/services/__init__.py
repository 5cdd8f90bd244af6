"""Use cases of the council, by task."""
