"""SELECTs about small-group grants, by task."""
