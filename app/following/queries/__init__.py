"""SELECTs of following."""
