"""Use cases of the agenda, by task: proposing, signing, deciding, meeting."""
