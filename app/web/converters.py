"""Parts of addresses."""

from werkzeug.routing import BaseConverter, ValidationError

from app.places.rules import RESERVED_SLUGS, SLUG


class SlugConverter(BaseConverter):
    """A place's address word; never one of the site's own."""

    regex = SLUG.pattern
    part_isolating = True

    def to_python(self, value: str) -> str:
        """Refuse the site's own words, so that a wrong address of the site is simply not found."""
        if value in RESERVED_SLUGS:
            raise ValidationError
        return value
