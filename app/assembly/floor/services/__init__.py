"""Use cases of the assembly day, by task."""
