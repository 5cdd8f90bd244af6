"""Use cases of stations, by task."""
