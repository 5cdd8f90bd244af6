"""Who is visiting, for the pages of concepts that come before people."""

from app.people.login import current_person, require_allowed, require_person

__all__ = ["current_person", "require_allowed", "require_person"]
