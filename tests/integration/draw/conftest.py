"""Tests of the draw begin at stages that are made once."""

from tests.draw_stages import at_balls, drawn, published, revealing, template_of, world

__all__ = ["at_balls", "drawn", "published", "revealing", "template_of", "world"]
