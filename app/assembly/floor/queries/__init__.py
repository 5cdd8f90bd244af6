"""SELECTs about the assembly day."""
