"""SELECTs of the discussion."""
