"""Use cases of kiosks."""
