"""Three trustees, a credential authority and two who confirm, each at a browser of their own; then the stranger's check."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.assembly.rules import AssemblyState
from app.assembly.services import board, counting
from app.ceremony import queries
from app.ceremony.services import opening
from app.clock import utc_now
from app.db.session import transaction
from app.people.rules import Role
from tests.browser.accessibility import violations
from tests.browser.conftest import Site
from tests.browser.hands import press_through
from tests.browser.trustee_pages import PASSPHRASE, begun, fresh, seated, verified_by_the_reference_tool
from tests.browser.voter import Booth
from tests.factories import make_holder
from voting import EventType

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PageOf = Callable[..., Page]


def test_two_of_three_trustees_and_an_authority_hold_an_election_that_strangers_verify(
    site: Site, page_of: PageOf, tmp_path: Path
):
    assembly, ceremony, staff = begun("BELENIOS-2048", [9_000_000, 7_500_000])
    slug = assembly.place.slug

    # The key: three browsers, none of which can go on before the others.
    seats = [seated(page_of, ceremony, number, staff, tmp_path) for number in (1, 2, 3)]
    files = [seat.make_key(f"key-{number}.json") for number, seat in enumerate(seats, start=1)]
    for seat in seats:
        seat.sees("rehearse")
    # One closes the page and comes back with nothing but the file.
    seats[1].page.reload()
    seats[1].unlock(files[1])
    for seat in seats:
        seat.sees("rehearse")
        seat.act("rehearse")
        seat.sees("ready")

    # The codes: made, kept, listed, printed, all in the authority's browser.
    office = seated(page_of, ceremony, 0, staff, tmp_path)
    people = tmp_path / "people.csv"
    people.write_text("홍길동,감나무길 1\n임꺽정,감나무길 2\n전우치,감나무길 3\n심청,감나무길 4\n")
    office.sees("start")
    office.page.set_input_files("#people-file", people)
    expect(office.page.locator("#people-count")).not_to_be_empty()
    office.act("make")
    office.sees("made")
    expect(office.page.locator("#publish")).to_be_disabled()
    office.page.fill("#passphrase", PASSPHRASE)
    office.page.fill("#passphrase-again", PASSPHRASE)
    office.download("keep", "codes.json")
    expect(office.page.locator("#keep-done")).to_be_visible()
    office.act("publish")
    expect(office.page.locator("#published")).not_to_have_text("아직 없습니다")
    expect(office.page.locator("#publish")).to_be_enabled()
    merged = office.download("merge", "merge.csv").read_text()
    links = re.findall(r'"(http[^"]+#[^"]+)"', merged)
    codes = [link.partition("#")[2] for link in links]
    assert len(set(codes)) == 4
    office.page.evaluate("() => { globalThis.print = () => {} }")
    office.act("print")
    assert office.page.locator(".sheet .code").all_inner_texts() == codes
    assert office.page.locator(".sheet .to").first.inner_text() == "홍길동"
    assert office.page.pdf().startswith(b"%PDF")

    # T30: no request of anybody held a code, a name or a seed.
    sent = office.everything_sent() + "".join(seat.everything_sent() for seat in seats)
    for secret in [*codes, *(code.replace("-", "") for code in codes), "홍길동", "감나무길", PASSPHRASE]:
        assert secret not in sent

    # Two people confirm everything.
    member = make_holder(Role.COUNCIL_MEMBER, assembly.place)
    first = page_of(staff, width=1280, height=900)
    first.goto(f"/{slug}/assembly/ceremony/opening")
    press_through(first.get_by_role("button", name="시험 투표하기"))
    first.get_by_label("위에 적힌 것을 모두 읽고 확인했습니다").check()
    press_through(first.get_by_role("button", name="확인하기", exact=True))
    expect(first.locator(".notice.ok").first).to_be_visible()
    assert fresh(assembly).state is AssemblyState.PREPARING
    second = page_of(member, width=360, height=740)
    second.goto(f"/{slug}/assembly/ceremony/opening")
    second.get_by_label("위에 적힌 것을 모두 읽고 확인했습니다").check()
    press_through(second.get_by_role("button", name="확인하고 투표 열기"))
    expect(second.get_by_role("link", name="투표하기").first).to_be_visible()
    assert fresh(assembly).state is AssemblyState.OPEN

    # A letter's link opens the booth; its code goes nowhere.
    trackers = []
    for link, choice in zip(links[:2], (1, 2), strict=True):
        booth = Booth(page_of(None), assembly).enter("#" + link.partition("#")[2])
        booth.choose(choice)
        trackers.append(booth.lock())
        booth.act("cast")
        assert booth.tracker() == trackers[-1]
        assert booth.complaints == []
        code = link.partition("#")[2]
        assert all(code not in url + body for _, url, body in booth.requests)

    # Closing: the server adds up and can do no more.
    end = fresh(assembly).closes_at
    with transaction():
        counting.close_assembly(assembly.id, by=None, at=end)
        counting.advance_count(assembly.id, at=end)
    assert counting.awaited(fresh(assembly)) is EventType.PARTIAL_DECRYPTION

    # The third trustee never comes. The others' pages compute the sum anew and open that.
    for seat, path in zip(seats[:2], files[:2], strict=True):
        seat.page.reload()
        seat.unlock(path)
        seat.sees("count")
        seat.act("verify")
        expect(seat.page.locator("#found")).to_be_visible(timeout=60_000)
        expect(seat.page.locator("#found-ballots")).to_contain_text("2장")
        seat.act("use")
        done = seat.page.locator('[data-panel="thanks"], [data-panel="finished"]').filter(visible=True)
        expect(done).to_be_visible(timeout=60_000)
        assert seat.complaints == []
    if fresh(assembly).state is not AssemblyState.COUNTED:
        with transaction():
            counting.count_assembly(assembly.id, at=utc_now())
    assert [item.votes for item in fresh(assembly).items] == [1, 1]
    seeds_sent = "".join(seat.everything_sent() for seat in seats)
    assert PASSPHRASE not in seeds_sent

    # Strangers: our command, and the reference tool that we did not write.
    folder = tmp_path / "public"
    folder.mkdir()
    archive, proofs = folder / f"{ceremony.uuid}.bel", tmp_path / "proofs.json"
    archive.write_bytes(b"".join(board.archive(assembly)))
    proofs.write_text(assembly.strong_proofs)
    ours = subprocess.run(
        [sys.executable, "-m", "voting", "verify", str(archive), "--proofs", str(proofs)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ours.returncode == 0, ours.stdout + ours.stderr
    election = json.loads(board.setup_members(assembly)[0])
    assert election["assembly"]["opening"]["manifest_sha256"] == queries.value_hash(json.loads(ceremony.manifest))
    assert opening.FORMAT in fresh(ceremony).manifest
    verified_by_the_reference_tool(folder)


def test_the_pages_of_a_ceremony_are_accessible(site: Site, page_of: PageOf, tmp_path: Path):
    _, ceremony, staff = begun("Ed25519", [9_000_000])
    slug = ceremony.assembly.place.slug
    seat, office = (seated(page_of, ceremony, number, staff, tmp_path) for number in (1, 0))
    seat.sees("new")
    office.sees("start")
    assert violations(seat.page) == []
    seat.make_key("key.json")
    seat.sees("waiting")
    office.act("make")
    office.sees("made")
    found = [violations(each.page) for each in (seat, office)]
    page = page_of(staff, width=320, height=568)
    for path in ("ceremony", "ceremony/opening"):
        page.goto(f"/{slug}/assembly/{path}")
        found.append(violations(page))
        assert page.evaluate("() => document.scrollingElement.scrollWidth") <= 320
    assert found == [[]] * 4
