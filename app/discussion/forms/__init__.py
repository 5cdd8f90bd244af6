"""Forms of the discussion."""

from app.discussion.forms.words import ArgumentForm, CommentForm, DecisionForm, ReportForm

__all__ = ["ArgumentForm", "CommentForm", "DecisionForm", "ReportForm"]
