"""Korean is the source; English must say everything."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from app.translations import FOLDER, merged

ROOT = Path(__file__).resolve().parents[2]
HANGUL = re.compile("[가-힣ㄱ-ㅣ]")
KEYWORDS = dict.fromkeys(("_", "gettext", "lazy_gettext", "_l", "N_")) | {"ngettext": (1, 2)}


def source_texts() -> set[str]:
    """Return every text that is marked for translation."""
    method = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
    # Not silent: a template that the extractor cannot read would hide everything that it says.
    jinja = {"trimmed": "true", "silent": "false", "extensions": "jinja2.ext.do"}
    options = {"**.html": jinja, "**.txt": jinja}
    found: set[str] = set()
    for folder in ("app", "templates"):
        for _, _, message, _, _ in extract_from_dir(ROOT / folder, method, options, keywords=KEYWORDS):
            found.add(message if isinstance(message, str) else message[0])
    return found


def test_every_korean_text_has_its_english_and_no_english_has_lost_its_korean():
    catalogue, texts = merged(), source_texts()
    korean = sorted(text for text in texts if HANGUL.search(text))
    missing = [text for text in korean if (m := catalogue.get(text)) is None or not m.string]
    assert not missing, f"{len(missing)} untranslated: {missing[:20]}"
    known = [m.id if isinstance(m.id, str) else m.id[0] for m in catalogue if m.id]
    left = sorted(text for text in known if text not in texts)
    assert not left, f"{len(left)} that nothing says any more: {left[:20]}"


def test_no_english_text_is_left_in_korean_or_loses_a_value():
    for path in (FOLDER / "en").glob("*.po"):
        with path.open("rb") as file:
            for message in read_po(file, locale="en"):
                if not message.id:
                    continue
                text = message.string if isinstance(message.string, str) else " ".join(message.string)
                assert not message.fuzzy, f"{path.name}: {message.id} is fuzzy"
                assert not HANGUL.search(text), f"{path.name}: {message.id} → {text}"
                source = message.id if isinstance(message.id, str) else message.id[0]
                places = re.findall(r"%\((\w+)\)", source)
                assert sorted(set(places)) == sorted(set(re.findall(r"%\((\w+)\)", text))), f"{path.name}: {source}"


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda p: p.name)
def test_templates_hold_no_text_outside_translation(path: Path):
    text = path.read_text()
    text = re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)
    text = re.sub(r"\{%.*?%\}", "", text, flags=re.DOTALL)
    text = re.sub(r"\{\{.*?\}\}", "", text, flags=re.DOTALL)
    found = [line.strip() for line in text.splitlines() if HANGUL.search(line)]
    assert not found, f"{path}: {found[:5]}"


def test_the_catalogue_compiles(tmp_path: Path):
    subprocess.run([sys.executable, "-m", "app.translations"], check=True, cwd=ROOT)
    assert (FOLDER / "en" / "LC_MESSAGES" / "messages.mo").stat().st_size > 1000
