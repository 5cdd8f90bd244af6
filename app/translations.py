"""Compiles the English texts: ``python -m app.translations``.

Korean is the language of the source; ``translations/en/<concept>.po`` holds each concept's English. They are merged
into the one catalogue that Flask-Babel reads.
"""

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).resolve().parent.parent / "translations"


def merged(language: str = "en") -> Catalog:
    """Return all concepts' texts of a language as one catalogue.

    Raises:
        ValueError: two concepts translate the same text differently.
    """
    whole = Catalog(locale=language)
    for path in sorted((FOLDER / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if not message.id or not message.string:
                    continue
                known = whole.get(message.id, message.context)
                if known is not None and known.string != message.string:
                    raise ValueError(f"{path.name}: '{message.id}' is '{known.string}' elsewhere")
                whole.add(message.id, message.string, flags=message.flags, context=message.context)
    return whole


def compile_catalogue(language: str = "en") -> Path:
    """Write the compiled catalogue and return its path."""
    target = FOLDER / language / "LC_MESSAGES" / "messages.mo"
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        write_mo(file, merged(language))
    return target


if __name__ == "__main__":
    compile_catalogue()
