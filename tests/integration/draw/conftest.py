"""Tests of the draw begin at stages that are made once."""

from tests.draw_stages import at_balls, database_url, drawn, published, revealing, world

__all__ = ["at_balls", "database_url", "drawn", "published", "revealing", "world"]
