"""Use cases of the observatory, by task."""
