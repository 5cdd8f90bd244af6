"""The page of a dong says until when it can be voted, not until when the stage lasts."""

from datetime import timedelta

import time_machine
from flask.testing import FlaskClient

from app.cycle.rules import Stage
from app.web.filters import until
from tests.conftest import NOW
from tests.factories_year import make_assembly


def test_the_page_of_a_dong_names_the_end_of_the_vote(client: FlaskClient):
    assembly, _ = make_assembly([5_000_000, 6_000_000])
    stage = assembly.cycle.stage(Stage.ASSEMBLY)
    assert assembly.closes_at < stage.closes_at
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        page = client.get(f"/{assembly.place.slug}/").text
        with client.application.test_request_context():
            ends, stage_ends = until(assembly.closes_at), until(stage.closes_at)
    assert f"{ends}까지" in page
    assert f"{stage_ends}까지" not in page


def test_a_vote_that_has_ended_but_waits_for_its_count_is_not_offered_any_more(client: FlaskClient):
    assembly, _ = make_assembly([5_000_000, 6_000_000])
    with time_machine.travel(assembly.closes_at, tick=False):
        dong, page = client.get(f"/{assembly.place.slug}/").text, client.get(f"/{assembly.place.slug}/assembly").text
    assert "투표가 끝났습니다" in dong
    assert "투표하기" not in dong
    assert "투표 마감" in page
    assert "투표 중" not in page
