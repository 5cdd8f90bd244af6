"""A draw from panels in a real browser: mixed in the hall, seen at home for a week, picked by three balls."""

import hashlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from playwright.sync_api import Page, expect

from app.db.session import transaction
from app.draw.rules import Mode
from app.draw.services import ceremony
from tests.browser.accessibility import violations
from tests.browser.conftest import Site
from tests.factories_draw import DRAWS_AT, PICKS_AT, SECRETS, DrawWorld, make_published, make_village

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
DAY = timedelta(days=1)


@pytest.fixture
def clock() -> Iterator[Callable[[object], None]]:
    """Return a function that sets the clock of the whole process; it ticks on from there."""
    running: list[time_machine.travel] = []

    def to(at: object) -> None:
        if running:
            running.pop().stop()
        running.append(time_machine.travel(at, tick=True))  # type: ignore[arg-type]
        running[0].start()

    yield to
    for each in running:
        each.stop()


def press(page: Page, name: str) -> None:
    """Press a button and wait for the page that comes."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).first.click()
    assert not page.locator("#refused").count(), page.locator("#refused").inner_text()


def type_balls(readers: list[Page], draw: str, digits: str) -> None:
    for reader in readers:
        reader.goto(f"{draw}/balls")
        reader.locator("[name=digits]").fill(digits)
        press(reader, "이 번호로 적기")


def main_text(page: Page) -> str:
    return page.locator("main").inner_text()


def mix(world: DrawWorld, draw_id: int, draw: str, staff: Page, second: Page) -> None:
    """Hold the mixing: hashes, secrets, six balls."""
    for person, secret in zip(world.witnesses, SECRETS, strict=True):
        with transaction():
            ceremony.hand_in(draw_id, hashlib.sha256(secret.encode()).hexdigest(), by=person, at=DRAWS_AT)
    staff.goto(draw)
    press(staff, "표 섞기 시작하기")
    press(staff, "모두 맡겼습니다")
    for person, secret in zip(world.witnesses, SECRETS, strict=True):
        with transaction():
            ceremony.reveal(draw_id, secret, by=person, at=DRAWS_AT)
    staff.goto(draw)
    press(staff, "문구 열기를 마칩니다")
    type_balls([staff, second], draw, "482913")


def test_everybody_knows_the_council_of_every_number_a_week_before_three_balls_pick_one(
    site: Site, page_of: Callable[..., Page], clock: Callable[[object], None], tmp_path: Path
):
    world = make_village()
    found = make_published(world, mode=Mode.PANELS)
    draw_id, draw = found.id, f"{site.url}/{world.place.slug}/draws/{found.id}"
    clock(DRAWS_AT)
    staff, second = page_of(world.clerk, width=1280), page_of(world.second)
    mix(world, draw_id, draw, staff, second)

    guest, own = page_of(), page_of(world.candidates[0])
    guest.goto(draw)
    assert "표를 공고하는 중" in main_text(guest)
    assert violations(guest) == []
    guest.goto(f"{draw}/panels?panel=417")
    members = guest.locator("#look ~ .panel-numbers").inner_text().split()
    assert len(members) == 6
    assert violations(guest) == []
    own.goto(f"{draw}/mine")
    assert "공고한 위원회 1,000개 가운데 250개에 앉아 있습니다. 확률과 똑같습니다." in main_text(own)
    assert violations(own) == []
    staff.goto(draw)
    assert staff.get_by_role("button", name="추첨 시작하기").count() == 0

    clock(PICKS_AT + timedelta(minutes=1))
    staff, second = page_of(world.clerk, width=1280), page_of(world.second)
    hall = page_of(width=1280, height=720)
    hall.goto(f"{draw}/screen")
    staff.goto(draw)
    press(staff, "추첨 시작하기")
    type_balls([staff, second], draw, "417")
    hall.locator("#live[data-over=yes]").wait_for(timeout=20_000)
    expect(hall.locator(".seats li.soon")).to_have_count(0)  # they appear one after another
    drawn = [text.split("\n")[0] for text in hall.locator(".seats li").all_inner_texts()]
    assert sorted(drawn) == members
    guest.goto(f"{draw}/check")
    guest.get_by_role("button", name="지금 계산하기").click()
    guest.locator("#check[data-done=yes]").wait_for(timeout=60_000)
    assert "공고한 위원회 표가 그대로 나왔습니다" in guest.locator("#steps").inner_text()
    files = []
    for name in ("bundle", "panels", "result"):
        answer = guest.request.get(f"{draw}/{name}.json")
        assert answer.ok
        (tmp_path / f"{name}.json").write_bytes(answer.body())
        files.append(str(tmp_path / f"{name}.json"))
    command = [sys.executable, "-m", "voting", "lottery", "verify", *files]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0
