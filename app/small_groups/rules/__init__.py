"""Rules of small-group grants, by task. Pure: no Flask, no database, no clock, no randomness."""
