"""A neighbour's program witnesses a vote over the network, and a voter sees it on her receipt, in a real browser."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.assembly.services import inclusion
from app.assembly.services.opening import open_assembly
from app.assembly.witnesses.services.heads import offer_due_heads
from app.clock import utc_now
from app.db.session import session, transaction
from tests.browser.accessibility import violations
from tests.browser.conftest import Site
from tests.browser.voter import Booth
from tests.factories_witnesses import KEYS, make_witness
from tests.factories_year import make_assembly, make_staff
from voting.cli import OK, main

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def shown(page: Page, name: str) -> None:
    """Look at a page: no rule of accessibility is broken, nothing is wider than the screen; a picture where one is wanted."""
    assert violations(page) == []
    assert page.evaluate("() => document.scrollingElement.scrollWidth <= innerWidth")
    if folder := os.environ.get("MADANG_SHOTS"):
        page.screenshot(path=f"{folder}/witness-{name}.png", full_page=True)


@pytest.mark.parametrize(("width", "language"), [(360, "ko-KR"), (1280, "en-GB")])
def test_a_receipt_is_completed_by_witnesses_that_come_by_themselves(
    site: Site, page_of, tmp_path: Path, monkeypatch, width: int, language: str
):
    at = utc_now() - timedelta(hours=1)
    assembly, people = make_assembly([9_000_000, 5_000_000], residents=2, at=at, is_open=False)
    for key in KEYS:
        make_witness(assembly.place, key, at=at)
    with transaction():
        open_assembly(assembly.id, at=at)
    session().refresh(assembly)
    korean = language == "ko-KR"
    booth = Booth(page_of(people[0], width=width, height=740, language=language), assembly).enter()
    booth.choose(1)
    booth.lock()
    booth.act("cast")
    tracker = booth.tracker()
    waiting = "서버 서명만 있음" if korean else "Signed by the server only"
    expect(booth.page.locator("#receipt-witnesses")).to_contain_text(waiting)
    shown(booth.page, f"receipt-waiting-{width}")

    # The worker puts the head with the ballot before the witnesses; two of them come and leave.
    with transaction():
        offer_due_heads(utc_now())
    board = f"{site.url}/{assembly.place.slug}/assembly/{assembly.cycle.year}"
    for number, key in enumerate(KEYS[:2]):
        secret = tmp_path / f"{number}.key"
        secret.write_text(key.secret_text())
        words = ["--log", inclusion.log_key(assembly), "--key", str(secret), "--state", str(tmp_path / str(number))]
        assert main(["log", "witness", "visit", board, *words]) == OK
    booth.page.click("#ask-witnesses button")
    done = "증인 2곳이 확인했습니다" if korean else "Confirmed by witnesses: 2"
    expect(booth.page.locator("#receipt-witnesses")).to_have_text(done)
    expect(booth.page.locator("#ask-witnesses")).to_be_hidden()
    shown(booth.page, f"receipt-{width}")
    with booth.page.expect_download() as saved:
        booth.page.click('[data-act="save-proof"]')
    assert "witness2.example" in Path(saved.value.path()).read_text()
    assert booth.complaints == []

    page = booth.page
    page.goto(f"{site.url}/{assembly.place.slug}/assembly/find?tracker={tracker.replace('+', '%2B')}")
    expect(page.get_by_text("증인 2곳이 확인했습니다" if korean else "Confirmed by 2 witnesses")).to_be_visible()
    shown(page, f"find-{width}")
    page.goto(f"{site.url}/{assembly.place.slug}/assembly/witnesses")
    page.evaluate("() => document.querySelectorAll('.card details').forEach((each) => { each.open = true; })")
    shown(page, f"index-{width}")
    page.goto(f"{site.url}/{assembly.place.slug}/assembly/verify")
    page.fill("#tracker", tracker)
    page.click("#run-mine")
    expect(page.locator("#mine-facts")).to_contain_text(done)
    clerk = page_of(make_staff(assembly.place), width=width, height=740, language=language)
    clerk.goto(f"{site.url}/{assembly.place.slug}/assembly/witnesses/new")
    shown(clerk, f"new-{width}")
    clerk.goto(f"{site.url}/{assembly.place.slug}/assembly/witnesses")
    clerk.locator("a[href$='/retire']").first.click()
    shown(clerk, f"retire-{width}")
