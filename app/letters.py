"""Letters that no text has: control characters, halves of letters, and what Unicode calls no characters. Pure.

No database, page, feed or workbook can hold all of them; one that came in would break what shows it long after.
"""

import re

NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Letters outside of XML 1.0 (§2.2), and those that Unicode calls no characters; tabs and line breaks stay."""


def without_control_letters(text: str) -> str:
    """Return a text without the letters that no text has."""
    return NO_TEXT.sub("", text)
