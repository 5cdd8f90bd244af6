"""Rules of live meetings. Pure: no Flask, no database, no clock, no randomness."""

import unicodedata
from dataclasses import dataclass

CODE_LETTERS = "2345678ACDEFHJKLMNPRTVWXY"
"""Letters of a room's code: none that is taken for another when read from a wall or aloud."""
CODE_LENGTH = 6
MOST_TABLES = 50
IDEAS_A_TABLE = 5
IDEA_MAX = 140
MOST_EVIDENCE = 12


@dataclass(frozen=True)
class Idea:
    """What a table came to."""

    text: str
    stickers: int


def normal_code(typed: str) -> str:
    """Return a room's code as it is stored: spaces and hyphens gone, capitals, full-width letters made narrow."""
    letters = unicodedata.normalize("NFKC", typed).upper()
    return "".join(letter for letter in letters if letter.isalnum())
