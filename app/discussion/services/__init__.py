"""Use cases of the discussion."""
