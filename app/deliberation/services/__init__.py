"""Use cases of opinion rounds, by task."""
