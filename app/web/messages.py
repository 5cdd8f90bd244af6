"""Turns marked Korean sentences into the reader's language."""

from typing import Any

from flask_babel import gettext

from app.errors import AppError


def sentence(error: AppError) -> str:
    """Return a refusal in the language of the request."""
    return phrase(error.message, error.values)


def phrase(text: str | None, values: dict[str, Any] | None = None) -> str:
    """Return a marked sentence, with its values, in the language of the request; values that are marked too, as well."""
    if not text:
        return ""
    translated = str(gettext(text))
    return translated % values if values else translated


def spoken(values: dict[str, Any]) -> dict[str, Any]:
    """Translate those values that are marked texts themselves (names of stages, verdicts …)."""
    return {key: phrase(value) if isinstance(value, str) and value else value for key, value in values.items()}
