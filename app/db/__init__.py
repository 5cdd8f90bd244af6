"""The database: declarative base, column types, and the only place that commits."""
