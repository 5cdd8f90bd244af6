"""How proposals are found by words: overlapping pairs of letters, the same on every database. Pure.

Korean joins its words, so whole words are no help (주차 must find 주차장), and neither SQLite's trigrams nor PostgreSQL's
find words of two syllables (libraries.md §2.1). Pairs of letters do: a word is found where all its pairs stand.
"""

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
MAX_WORDS = 6
MAX_TERMS = 3_000


def words_of(text: str) -> list[str]:
    """Return the words of a text in normal form (NFC, lower case), so that decomposed letters (NFD) are found, too."""
    return _WORD.findall(unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text)).casefold())


def terms_of(text: str) -> set[str]:
    """Return the pairs under which a text is found."""
    found: set[str] = set()
    for word in words_of(text):
        found.update(word[i : i + 2] for i in range(len(word) - 1))
        if len(found) >= MAX_TERMS:
            break
    return found


def wanted_terms(typed: str) -> set[str]:
    """Return the pairs that a search asks for; empty where nothing longer than one letter was typed."""
    found: set[str] = set()
    for word in words_of(typed)[:MAX_WORDS]:
        found.update(word[i : i + 2] for i in range(len(word) - 1))
    return found
