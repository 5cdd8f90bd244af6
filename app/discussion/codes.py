"""Draws the code of a room."""

import secrets

from app.discussion.rules.live import CODE_LENGTH, CODE_LETTERS


def fresh_code() -> str:
    """Return a code that nobody has guessed: six letters of twenty-five, some 28 bits."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
