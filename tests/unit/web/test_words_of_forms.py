"""One thing has one word: what leaves a form without doing anything is called the same everywhere."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
OTHER_WORDS = re.compile(r"""_\("(?:그만두기|취소|취소하기|뒤로 가기|이전으로)"\) \}\}</(?:a|button)>""")


def test_the_way_out_of_a_form_is_called_go_back_and_giving_up_says_what_is_given_up():
    said = {
        str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html") if OTHER_WORDS.search(path.read_text())
    }
    assert not said


@pytest.mark.parametrize("way_out", ['<a href="/">{{ _("그만두기") }}</a>', '<button>{{ _("취소") }}</button>'])
def test_another_word_for_the_way_out_is_found(way_out: str):
    assert OTHER_WORDS.search(way_out)
