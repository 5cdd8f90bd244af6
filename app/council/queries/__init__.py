"""SELECTs about the council, by task."""
