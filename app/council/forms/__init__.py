"""Forms of the council, by task."""
