"""Rules of the council. Pure: no Flask, no database, no clock, no randomness."""
