"""Rules of the assembly day. Pure: no Flask, no database, no clock, no randomness."""
