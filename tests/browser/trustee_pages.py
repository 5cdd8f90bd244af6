"""Trustees, a credential authority and their links at pages of their own, for the tests in a real browser."""

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, expect

from app.assembly.models import Assembly
from app.ceremony.models import Ceremony
from app.ceremony.services import seating
from app.clock import utc_now
from app.db.session import session, transaction
from app.people.models import Person
from tests.factories_stations import make_roll
from tests.factories_year import make_assembly, make_staff

PageOf = Callable[..., Page]
PASSPHRASE = "파란 대문 앞 감나무 둘"
NAMES = ["김열쇠", "이자물", "박문지기"]


@dataclass
class Seat:
    """Somebody with a link at a page of their own, with everything that the page ever sent."""

    page: Page
    folder: Path
    sent: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.complaints: list[str] = []
        self.page.on("request", lambda each: self.sent.append(each))  # noqa: PLW0108 - playwright marks its handlers
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def act(self, name: str) -> None:
        self.page.click(f'[data-act="{name}"]:visible')

    def sees(self, panel: str) -> None:
        expect(self.page.locator(f'[data-panel="{panel}"]')).to_be_visible(timeout=60_000)

    def download(self, act: str, name: str) -> Path:
        with self.page.expect_download() as found:
            self.act(act)
        path = self.folder / name
        found.value.save_as(path)
        return path

    def make_key(self, name: str) -> Path:
        self.sees("new")
        self.page.fill("#passphrase", PASSPHRASE)
        self.page.fill("#passphrase-again", PASSPHRASE)
        path = self.download("make", name)
        self.sees("keep")
        self.page.set_input_files("#keep-file", path)
        self.page.fill("#keep-passphrase", PASSPHRASE)
        self.act("prove")
        return path

    def unlock(self, path: Path) -> None:
        self.sees("unlock")
        self.page.set_input_files("#key-file", path)
        self.page.fill("#key-passphrase", PASSPHRASE)
        self.act("unlock")

    def everything_sent(self) -> str:
        return "\n".join(f"{each.url} {each.post_data or ''} {each.headers}" for each in self.sent)


def seated(page_of: PageOf, ceremony: Ceremony, number: int, staff: Person, folder: Path) -> Seat:
    with transaction():
        _, secret = seating.make_link(ceremony.id, number, by=staff, at=utc_now())
    seat = Seat(page_of(None, width=1100, height=900, accept_downloads=True), folder)
    slug = ceremony.assembly.place.slug
    seat.page.goto(f"/{slug}/assembly/ceremony/{'seat' if number else 'authority'}#{secret}")
    return seat


def fresh(row):
    session().rollback()
    session().refresh(row)
    return row


def begun(group: str, costs: list[int], *, roll: list[str] | None = None) -> tuple[Assembly, Ceremony, Person]:
    """Name three trustees, of whom two are needed, and an authority; with a frozen roll where there is one."""
    assembly, _ = make_assembly(costs, residents=3, at=utc_now() - timedelta(hours=1), is_open=False)
    staff = make_staff(assembly.place)
    if roll:
        make_roll(assembly.place, roll, by=staff)
    with transaction():
        ceremony = seating.begin_ceremony(
            assembly.id, names=NAMES, threshold=2, authority="최번호", version=assembly.version, by=staff, at=utc_now()
        )
        ceremony.group = group
    return assembly, ceremony, staff


def verified_by_the_reference_tool(folder: Path) -> None:
    tool = shutil.which("belenios-tool")
    if tool is None:
        if os.environ.get("CI") == "true":
            pytest.fail("belenios-tool is missing")
        pytest.skip("belenios-tool is not installed; everything else held")
    found = subprocess.run(
        [tool, "election", "verify", "--dir", str(folder)], capture_output=True, text=True, check=False
    )
    assert (found.returncode, "all checks passed" in found.stdout + found.stderr) == (0, True), found
