"""A whole voting day: the codes, the opening, sixty voters, the station, two trustees of three, the stranger's check.

Sixty-two people are on the roll. Forty vote by letter. Three of them use telephones, at real pages: one challenges her ballot
before she casts, and votes again; one loses the connection; one only finds out that he gets no paper any more. Three more,
and one of the telephones who changes his mind, touch the station's kiosk, a real page too: one types her code; one loses the
connection while his ballot is sent, and waits for the receipt; one locks hers without a connection just before the end, and
the box stays open until the kiosk has brought it. The other letters are cast by the kernel's client over HTTP at the booth's
address. Twenty vote on paper, four of them at the clerk's real page (one has lost her letter), the others by the same use
case. Two stay away. Trustees, authority, those who open, the clerk, and the two who count work at pages of their own; the
third trustee never comes back.
"""

import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import time_machine
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from app.assembly.kiosks import queries as kiosks
from app.assembly.rules import AssemblyState
from app.assembly.services import board, counting
from app.assembly.stations import queries as stations
from app.assembly.stations.models import Box, Station
from app.assembly.stations.services import checking_in
from app.clock import utc_now
from app.db.session import session, transaction
from app.errors import RuleViolation
from app.people.rules import Role
from tests.browser.conftest import Site
from tests.browser.hands import press_through
from tests.browser.kiosk import Kiosk
from tests.browser.trustee_pages import PASSPHRASE, Seat, begun, fresh, seated, verified_by_the_reference_tool
from tests.browser.voter import Booth
from tests.browser.voting_day import PATIENCE, Day, Letter, PageOf, make_keys, make_letters, open_by_two
from tests.factories import make_holder
from tests.factories_kiosks import register_kiosk
from tests.factories_stations import BORN, make_station, photo
from voting import Demands, EventType, derive_credential, make_ballot, tracker_of
from voting.election.verify.run import examine_archive

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ONLINE, ON_PAPER, AWAY = 40, 20, 2
ON_PHONES, AT_KIOSK, REVOTES = 3, 3, 4
PAPERS = {"papers": 20, "invalid": 1, "votes_1": 12, "votes_2": 9}


def vote_on_phones(day: Day) -> list[int]:
    """Let three people vote on telephones; return what each of them chose in the end."""

    def booth_of(letter: Letter) -> Booth:
        return Booth(day.page_of(None), day.assembly).enter("#" + letter.link.partition("#")[2])

    # One challenges a ballot, casts another, and changes her mind.
    first = booth_of(day.letters[0])
    first.choose(1)
    shown = first.lock()
    first.act("challenge")
    first.sees("challenge")
    assert first.page.inner_text("#challenge-tracker") == shown
    first.act("choose-anew")
    assert first.lock() != shown
    first.act("cast")
    before = first.tracker()
    first.act("again")
    again = booth_of(day.letters[0])
    again.choose(2)
    cast = again.lock()
    again.act("cast")
    assert again.tracker() == cast != before

    # One loses the connection until she asks to hurry; the answer to the try that arrives is lost as well.
    second = booth_of(day.letters[1])
    second.choose(2)
    locked, tries, arrived = second.lock(), [], []
    cut_off = True

    def cut(route: Route) -> None:
        tries.append(route.request.post_data)
        if cut_off:
            route.abort("internetdisconnected")
        elif not arrived:
            arrived.append(route.fetch().status)
            route.abort("connectionreset")
        else:
            route.continue_()

    second.page.route("**/assembly/ballots", cut)
    second.act("cast")
    expect(second.page.locator("#sending-wait")).to_be_visible()
    cut_off = False
    second.act("hurry")
    assert second.tracker() == locked
    assert arrived == [200]
    assert len(tries) >= 3
    assert len({*tries}) == 1, "the same bytes, however often"

    third = booth_of(day.letters[2])
    third.choose(1, 2)
    third.lock()
    third.act("cast")
    third.sees("receipt")
    for booth, letter in ((first, 0), (second, 1), (third, 2)):
        sent = "".join(url + body for _, url, body in booth.requests)
        assert day.letters[letter].code not in sent
    return [0b10, 0b10, 0b11]


def vote_at_kiosk(day: Day, kiosk: Kiosk) -> list[int]:
    """Let two people and a voter of the telephones vote at the kiosk; return what the third telephone and the two chose."""
    people = day.letters[ON_PHONES:]
    tracker = kiosk.vote(people[0].code, choose=[1], by_touch=True)
    assert kiosk.page.inner_text("#receipt-tracker").replace(" ", "").replace("\n", "") == tracker
    kiosk.finish()

    # The ballot arrives, its answer does not, and then there is no connection at all.
    def lose(route: Route) -> None:
        route.fetch()
        kiosk.cut()
        route.abort("connectionreset")

    kiosk.page.route("**/kiosk/ballots", lose, times=1)
    kiosk.vote(people[1].code, choose=[1, 2], end="queued")
    assert kiosk.waiting() == 1
    kiosk.restore()
    kiosk.sees("receipt")
    assert kiosk.waiting() == 0
    kiosk.finish()

    # Who voted for both items on his telephone changes his mind.
    kiosk.vote(day.letters[2].code, choose=[1])
    kiosk.finish()
    return [0b01, 0b01, 0b11]


def vote_late_at_kiosk(day: Day, kiosk: Kiosk) -> list[int]:
    """Let somebody lock a ballot without a connection before the end, which then comes; return what she chose."""
    kiosk.cut()
    kiosk.vote(day.letters[ON_PHONES + 2].code, choose=[2], end="queued")
    with transaction():
        fresh(day.assembly).closes_at = utc_now()
    with pytest.raises(RuleViolation), transaction():
        counting.close_assembly(day.assembly.id, by=None, at=utc_now())
    assert kiosk.waiting() == 1
    kiosk.restore()
    kiosk.sees("receipt")
    # The box waits for the tablet's own word that nothing is left on it.
    with kiosk.page.expect_response("**/kiosk/report"):
        kiosk.page.evaluate("dispatchEvent(new Event('online'))")
    fresh(day.assembly)
    assert kiosk.complaints == []
    sent = "".join(url + body for _, url, body in kiosk.requests)
    assert all(letter.code not in sent for letter in day.letters)
    return [0b10]


def vote_over_http(day: Day) -> list[int]:
    """Cast the other letters as the booth does, four at once, a few of them twice; return what counts of each."""
    context = board.context_of(day.assembly)
    uuid, group = context.election.uuid, context.election.group
    address = f"{day.site.url}/{day.slug}/assembly/ballots"
    people = day.letters[ON_PHONES + AT_KIOSK : ONLINE]
    wanted = [1 + number % 3 for number in range(len(people))]

    def ballot(letter: Letter, choice: int) -> bytes:
        credential = derive_credential(letter.code, uuid=uuid, group=group)
        return make_ballot(context.election, credential, [[choice & 1, choice >> 1]]).data

    def cast(data: bytes) -> None:
        answer = httpx.post(address, content=data, headers={"Accept": "application/json"}, timeout=60)
        assert answer.status_code == 200, answer.text
        assert answer.json()["tracker"] == tracker_of(data)

    overridden = [ballot(letter, 3) for letter in people[:REVOTES]]
    final = [ballot(letter, choice) for letter, choice in zip(people, wanted, strict=True)]
    with ThreadPoolExecutor(4) as desk:
        for some in (overridden, [*final, final[0]]):
            list(desk.map(cast, some))
    return wanted


def vote_on_paper(day: Day, station: Station, office: Seat) -> None:
    clerk = day.page_of(day.staff, width=1280, height=900)

    def find(letter: Letter) -> None:
        clerk.goto(f"/{day.slug}/stations/{station.id}")
        clerk.get_by_label("이름", exact=True).fill(letter.name)
        clerk.get_by_label("생년월일").fill(BORN.isoformat())
        press_through(clerk.get_by_role("button", name="찾기", exact=True))

    def hand_in(letter: Letter) -> None:
        clerk.get_by_label("편지의 투표소 번호").fill(letter.slip)
        press_through(clerk.get_by_role("button", name="편지 받고 용지 내주기"))

    # Who voted by telephone or at the kiosk gets no paper.
    for letter in (day.letters[1], day.letters[ON_PHONES]):
        find(letter)
        hand_in(letter)
        expect(clerk.get_by_text("이미 온라인에서 투표했습니다").first).to_be_visible()
    on_paper = day.letters[ONLINE : ONLINE + ON_PAPER]
    for letter in on_paper[:3]:
        find(letter)
        hand_in(letter)
        expect(clerk.get_by_text("용지를 내주었습니다").first).to_be_visible()

    # One has lost her letter: the authority finds it by her name, at its own page, and the server is told no name.
    lost = on_paper[3]
    find(lost)
    clerk.get_by_text("편지를 잃어버렸다고 합니다").click()
    press_through(clerk.get_by_role("button", name="분실 신고 받기"))
    expect(clerk.get_by_text("분실 신고 1번을 받았습니다").first).to_be_visible()
    office.page.reload()
    office.sees("start")
    office.page.set_input_files("#codes-file", day.folder / "codes.json")
    office.page.fill("#codes-passphrase", PASSPHRASE)
    office.act("open")
    expect(office.page.locator("#loss option")).to_have_count(1)
    office.page.fill("#loss-found", lost.name)
    office.act("settle")
    expect(office.page.locator("#loss-done")).to_contain_text("번호를 없앴습니다")
    sent = office.everything_sent()
    assert all(letter.code not in sent and letter.name not in sent for letter in day.letters)
    find(lost)
    press_through(clerk.get_by_role("button", name="용지 내주기", exact=True))
    expect(clerk.get_by_text("용지를 내주었습니다").first).to_be_visible()
    session().rollback()

    entries = day.entries()
    for number in range(4, ON_PAPER):
        with transaction():
            checking_in.check_in(
                station.id, entries[ONLINE + number].id, slip=on_paper[number].slip, by=day.staff, at=utc_now()
            )
    # And whoever got paper casts no ballot any more.
    context = board.context_of(day.assembly)
    credential = derive_credential(on_paper[0].code, uuid=context.election.uuid, group=context.election.group)
    late = httpx.post(
        f"{day.site.url}/{day.slug}/assembly/ballots",
        content=make_ballot(context.election, credential, [[1, 0]]).data,
        headers={"Accept": "application/json"},
        timeout=60,
    )
    assert late.status_code == 409


def count_the_station(day: Day, station: Station) -> None:
    clerk = day.page_of(day.staff, width=1280, height=900)
    other = day.page_of(day.member, width=360, height=740)
    clerk.goto(f"/{day.slug}/stations/{station.id}")
    press_through(clerk.get_by_role("button", name="내주기 마치기"))
    box = session().scalars(select(Box).where(Box.station_id == station.id)).one()

    def enter(page: Page, numbers: dict[str, int]) -> None:
        page.goto(f"/{day.slug}/boxes/{box.id}")
        for name, number in numbers.items():
            page.fill(f'[name="{name}"]', str(number))
        press_through(page.locator("form.card button[type=submit]"))

    enter(clerk, PAPERS)
    enter(other, PAPERS | {"votes_2": 8})
    expect(other.get_by_text("두 사람의 수가 다릅니다").first).to_be_visible()
    enter(other, PAPERS)
    expect(other.get_by_text("두 사람의 수가 같습니다").first).to_be_visible()

    clerk.goto(f"/{day.slug}/stations/{station.id}")
    clerk.set_input_files(f"#photo-{box.id}", {"name": "sheet.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    press_through(clerk.get_by_role("button", name="사진 올리기"))
    figures = {"printed": 30, "spoiled": 1, "unused": 9, "taken_away": 0, "in_box": 19}
    for in_box in (19, 20):  # one paper is missing: the station does not close
        for name, number in (figures | {"in_box": in_box}).items():
            clerk.fill(f'[name="{name}"]', str(number))
        press_through(clerk.get_by_role("button", name="용지 수 저장"))
        clerk.get_by_label("용지의 수와 두 사람의 수를 참관인과 함께 확인했습니다").check()
        clerk.get_by_role("button", name="집계를 공개하고 마치기").click()
        if in_box == 19:
            expect(clerk.get_by_text("용지의 수가 맞지 않아 마칠 수 없습니다").first).to_be_visible()
    expect(clerk.get_by_text("투표소를 마쳤습니다").first).to_be_visible(timeout=PATIENCE)


def open_the_sums(day: Day, seats: list[Seat], files: list[Path]) -> None:
    for seat, path in zip(seats, files, strict=True):
        seat.page.reload()
        seat.unlock(path)
        seat.sees("count")
        seat.act("verify")
        expect(seat.page.locator("#found")).to_be_visible(timeout=PATIENCE)
        expect(seat.page.locator("#found-ballots")).to_contain_text(f"{ONLINE}장")
        seat.act("use")
        done = seat.page.locator('[data-panel="thanks"], [data-panel="finished"]').filter(visible=True)
        expect(done).to_be_visible(timeout=PATIENCE)
        assert seat.complaints == []


def verify_as_strangers(day: Day) -> None:
    folder = day.folder / "public"
    folder.mkdir()
    archive, proofs = folder / f"{day.ceremony.uuid}.bel", day.folder / "proofs.json"
    for name, path in ((".bel", archive), ("-proofs.json", proofs)):
        answer = httpx.get(f"{day.site.url}/{day.slug}/assembly/{day.assembly.cycle.year}{name}", timeout=60)
        assert answer.status_code == 200
        path.write_bytes(answer.content)
    command = [sys.executable, "-m", "voting", "verify", str(archive), "--proofs", str(proofs)]
    ours = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ours.returncode == 0, ours.stdout + ours.stderr
    found = examine_archive(archive, Demands(proofs=proofs))
    assert found.ballots == ONLINE
    verified_by_the_reference_tool(folder)


def test_a_whole_voting_day(site: Site, page_of: PageOf, tmp_path: Path):
    names = [f"주민{chr(0xAC00 + 28 * number)}" for number in range(ONLINE + ON_PAPER + AWAY)]
    assembly, ceremony, staff = begun("BELENIOS-2048", [9_000_000, 7_500_000], roll=names)
    member = make_holder(Role.COUNCIL_MEMBER, assembly.place)
    seats, files = make_keys(page_of, ceremony, staff, tmp_path)
    office = seated(page_of, ceremony, 0, staff, tmp_path)
    letters = make_letters(office, names, tmp_path)
    assert [letter.name for letter in letters] == names
    day = Day(site, page_of, tmp_path, assembly, ceremony, staff, member, letters)
    open_by_two(day)

    station = make_station(assembly, by=staff, printed=30, at=utc_now())
    tablet = page_of(None, width=800, height=1280, has_touch=True)
    kiosk = Kiosk.bring_in(tablet, register_kiosk(station, by=staff, at=utc_now()))
    choices = vote_on_phones(day)
    # The kiosk's ballot takes the place of the third telephone's.
    choices[2:] = vote_at_kiosk(day, kiosk)
    choices += vote_over_http(day)
    vote_on_paper(day, station, office)
    choices += vote_late_at_kiosk(day, kiosk)
    assert len(choices) == ONLINE

    # The box is closed and paper is counted at the end that the election binds, whatever the row says.
    with time_machine.travel(board.bound_window(assembly)[1] + timedelta(minutes=1), tick=True):
        with transaction():
            counting.close_assembly(assembly.id, by=None, at=utc_now())
        count_the_station(day, station)
    fresh(assembly)
    assert counting.awaited(assembly) is EventType.PARTIAL_DECRYPTION
    open_the_sums(day, seats[:2], files[:2])

    fresh(assembly)
    if assembly.state is not AssemblyState.COUNTED:
        with transaction():
            counting.count_assembly(assembly.id, at=utc_now())
    online = [sum(choice >> item & 1 for choice in choices) for item in (0, 1)]
    paper = [PAPERS["votes_1"], PAPERS["votes_2"]]
    assert [item.votes for item in assembly.items] == [one + other for one, other in zip(online, paper, strict=True)]
    assert assembly.voters == ONLINE + ON_PAPER
    stored: dict[str, Any] = {name: json.loads(text) for name, text in stations.stored_channels(assembly).items()}
    assert stored["paper.json"]["lost_letters"] == {"declared": 0, "granted": 1, "voted": 0}
    assert len(stored["paper.json"]["struck_credentials"]) == ON_PAPER
    told = json.loads(kiosks.stored_statement(assembly)["kiosks.json"])
    assert told["voters"] == AT_KIOSK + 1
    assert [(each["ballots"], each["late"], each["unsent"]) for each in told["kiosks"]] == [(AT_KIOSK + 1, 1, 0)]
    reader = page_of(None, width=360, height=740)
    reader.goto(f"/{day.slug}/assembly")
    expect(reader.get_by_text("열쇠 지기 여러 사람이 나누어 가졌고")).to_be_visible()
    shown = reader.locator("table", has_text="투표 방법마다 받은 표").locator("tr").all_inner_texts()
    for row, numbers in zip(shown[1:], [*zip(online, paper, strict=True), (ONLINE, ON_PAPER)], strict=True):
        assert [int(each) for each in re.findall(r"\d+", row)][-3:] == [*numbers, sum(numbers)], row
    expect(reader.locator("#at-kiosks")).to_contain_text(f"{AT_KIOSK + 1}명은 투표소의 키오스크에서")
    verify_as_strangers(day)
