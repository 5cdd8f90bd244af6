"""Tests of the draw begin at stages that are made once."""

from tests.draw_stages import at_balls, drawn, picked, published, revealing, tabled, template_of, world

__all__ = ["at_balls", "drawn", "picked", "published", "revealing", "tabled", "template_of", "world"]
