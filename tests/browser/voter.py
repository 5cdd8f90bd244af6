"""A voter at the booth's page, for the tests in a real browser."""

import json
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, Route, expect

from app.assembly.models import Assembly
from app.assembly.rules import AssemblyState
from app.assembly.services import board, counting
from app.db.session import session, transaction
from tests.browser.watched import WatchedPage
from voting import Demands, verify_archive


class Booth(WatchedPage):
    """A voter at the booth's page."""

    def __init__(self, page: Page, assembly: Assembly) -> None:
        super().__init__(page)
        self.path = f"/{assembly.place.slug}/assembly/booth"

    def enter(self, fragment: str = "") -> "Booth":
        self.page.goto(self.path + fragment)
        return self

    def sees(self, screen: str) -> None:
        expect(self.page.locator(f'[data-screen="{screen}"]')).to_be_visible(timeout=60_000)

    def choose(self, *numbers: int) -> None:
        self.sees("choose")
        for number in numbers:
            self.page.get_by_label(f"{number}. 사업 {number}").check()

    def act(self, name: str) -> None:
        self.page.click(f'[data-act="{name}"]:visible')

    def lock(self) -> str:
        self.act("review")
        self.sees("review")
        self.act("lock")
        self.sees("cast")
        return self.page.inner_text("#cast-tracker")

    def kept(self) -> str:
        return self.page.evaluate("() => JSON.stringify({...sessionStorage}) + JSON.stringify({...localStorage})")

    def tracker(self) -> str:
        self.sees("receipt")
        return self.page.inner_text("#receipt-code")


def ballots(assembly: Assembly) -> list[bytes]:
    session().rollback()
    return [record.payloads[0] for record in board.records(assembly) if record.event.height > 0]


def answering_with(lie: dict[str, object]) -> Callable[[Route], None]:
    """Let the server answer, and change its answer on the way."""

    def handle(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=json.dumps(answer.json() | lie))

    return handle


def finish(assembly: Assembly, folder: Path) -> list[int]:
    """Close, count, and verify the published archive; return the votes."""
    session().rollback()
    with transaction():
        counting.close_assembly(assembly.id, by=None, at=assembly.closes_at)
    if assembly.state is not AssemblyState.COUNTED:
        with transaction():
            counting.count_assembly(assembly.id, at=assembly.closes_at)
    path, proofs = folder / "a.bel", folder / "p.json"
    path.write_bytes(b"".join(board.archive(assembly)))
    proofs.write_text(assembly.strong_proofs)
    verify_archive(path, Demands(proofs=proofs, fingerprint=assembly.fingerprint))
    return [item.votes or 0 for item in assembly.items]
