"""Use cases of witnesses, one module for each task."""
