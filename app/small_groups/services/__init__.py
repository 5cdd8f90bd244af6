"""Use cases of small-group grants, by task."""
