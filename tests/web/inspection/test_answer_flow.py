"""Twenty opinions to answer: one after the other, without going back to the list or typing the same office again."""

from collections.abc import Callable

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.inspection.models import Opinion
from app.people.models import Person
from tests.conftest import NOW
from tests.factories import make_resident
from tests.factories_inspection import say
from tests.factories_year import make_inspection, make_staff

Browsers = Callable[[Person], FlaskClient]


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_an_answer_leads_to_the_next_opinion_and_keeps_who_answers(app: Flask, client_of: Browsers):
    cycle = make_inspection()
    opinions: list[Opinion] = [say(cycle, make_resident(cycle.place), once=f"o{n}") for n in range(3)]
    staff, url = client_of(make_staff(cycle.place)), f"/{cycle.place.slug}/inspection/answers"

    def save(opinion: Opinion, **more: str) -> str:
        form = {
            "version": str(opinion.version), "result": "noted", "reason": "말씀 고맙습니다. 다음 계획에 참고하겠습니다.",
            "unit": "마을환경분과", "change_section": "0",
        }  # fmt: skip
        answer = staff.post(f"{url}/{opinion.id}", data={**form, **more})
        assert answer.status_code == 303
        return answer.location

    first = staff.get(f"{url}/{opinions[1].id}").text
    assert "저장하고 다음 의견" in first
    assert "답을 기다리는 의견 3건" in first
    assert save(opinions[1], next="1").endswith(f"{url}/{opinions[2].id}")
    assert 'value="마을환경분과"' in staff.get(f"{url}/{opinions[2].id}").text
    assert save(opinions[2], next="1").endswith(f"{url}/{opinions[0].id}"), "from the beginning after the last"
    assert "저장하고 다음 의견" not in staff.get(f"{url}/{opinions[0].id}").text
    assert save(opinions[0], next="1").endswith(url)
