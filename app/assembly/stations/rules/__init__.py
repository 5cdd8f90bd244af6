"""Rules of stations. Pure: no Flask, no database, no clock, no randomness."""
