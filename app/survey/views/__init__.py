"""Pages of the resource survey, by task. Importing them registers their addresses."""

from app.survey.views import checking, grounds, lists, photos, resources
from app.survey.views.blueprint import blueprint

__all__ = ["blueprint", "checking", "grounds", "lists", "photos", "resources"]
