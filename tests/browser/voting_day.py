"""Who takes part in a voting day, and how its vote is set up: keys, letters, the opening by two."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.assembly.models import Assembly
from app.assembly.rules import AssemblyState
from app.assembly.stations import queries as stations
from app.ceremony.models import Ceremony
from app.db.session import session
from app.people.models import Person, RollEntry
from tests.browser.conftest import Site
from tests.browser.hands import press_through
from tests.browser.trustee_pages import PASSPHRASE, Seat, fresh, seated

PageOf = Callable[..., Page]
PATIENCE = 90_000


@dataclass(frozen=True)
class Letter:
    """What came by post."""

    name: str
    code: str
    link: str
    slip: str


@dataclass
class Day:
    """Everybody of the day, and what they work on."""

    site: Site
    page_of: PageOf
    folder: Path
    assembly: Assembly
    ceremony: Ceremony
    staff: Person
    member: Person
    letters: list[Letter]

    @property
    def slug(self) -> str:
        return self.assembly.place.slug

    def entries(self) -> list[RollEntry]:
        roll = stations.roll_of_election(self.assembly)
        assert roll is not None
        return list(session().scalars(select(RollEntry).where(RollEntry.roll_id == roll.id).order_by(RollEntry.number)))


def make_keys(page_of: PageOf, ceremony: Ceremony, staff: Person, folder: Path) -> tuple[list[Seat], list[Path]]:
    seats = [seated(page_of, ceremony, number, staff, folder) for number in (1, 2, 3)]
    files = [seat.make_key(f"key-{number}.json") for number, seat in enumerate(seats, start=1)]
    for seat in seats:
        seat.sees("rehearse")
        seat.act("rehearse")
        seat.sees("ready")
    return seats, files


def make_letters(office: Seat, names: list[str], folder: Path) -> list[Letter]:
    people = folder / "people.csv"
    people.write_text("".join(f"{name},감나무길 {number}\n" for number, name in enumerate(names, start=1)))
    office.sees("start")
    office.page.set_input_files("#people-file", people)
    expect(office.page.locator("#people-count")).not_to_be_empty()
    office.act("make")
    expect(office.page.locator('[data-panel="made"]')).to_be_visible(timeout=PATIENCE)
    office.page.fill("#passphrase", PASSPHRASE)
    office.page.fill("#passphrase-again", PASSPHRASE)
    office.download("keep", "codes.json")
    expect(office.page.locator("#keep-done")).to_be_visible()
    office.act("publish")
    expect(office.page.locator("#published")).not_to_have_text("아직 없습니다")
    expect(office.page.locator("#publish")).to_be_enabled()
    rows = re.findall(r'"(.*?)","(.*?)","(.*?)","(.*?)","(.*?)"', office.download("merge", "merge.csv").read_text())
    return [Letter(name, code, link, slip) for name, _, code, link, slip in rows if link.startswith("http")]


def open_by_two(day: Day) -> None:
    for person, button in ((day.staff, "확인하기"), (day.member, "확인하고 투표 열기")):
        page = day.page_of(person, width=1280, height=900)
        page.goto(f"/{day.slug}/assembly/ceremony/opening")
        if person is day.staff:
            press_through(page.get_by_role("button", name="시험 투표하기"))
        page.get_by_label("위에 적힌 것을 모두 읽고 확인했습니다").check()
        press_through(page.get_by_role("button", name=button, exact=True))
    expect(page.get_by_role("link", name="투표하기").first).to_be_visible(timeout=PATIENCE)
    assert fresh(day.assembly).state is AssemblyState.OPEN
