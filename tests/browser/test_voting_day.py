"""A whole voting day: the codes, the opening, sixty voters, the stations, two trustees of three, the stranger's check.

Sixty-two people are on the roll. Forty vote by letter, three of them at real pages (one challenges her ballot before she
casts, and votes again; one loses the connection; one only finds out that he gets no paper any more); the other letters are
cast by the kernel's client over HTTP at the same address. Twenty vote on paper, four of them at the clerk's real page (one
has lost her letter), the others by the same use case. Two stay away. Trustees, authority, those who open, the clerk, and
the two who count work at pages of their own; the third trustee never comes back.
"""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from app.assembly.models import Assembly
from app.assembly.rules import AssemblyState
from app.assembly.services import board, counting
from app.assembly.stations import queries as stations
from app.assembly.stations.models import Box, Station
from app.assembly.stations.services import checking_in
from app.ceremony.models import Ceremony
from app.clock import utc_now
from app.db.session import session, transaction
from app.people.models import Person, RollEntry
from app.people.rules import Role
from tests.browser.conftest import Site
from tests.browser.trustee_pages import PASSPHRASE, Seat, begun, fresh, seated, verified_by_the_reference_tool
from tests.browser.voter import Booth
from tests.factories import make_holder
from tests.factories_stations import BORN, make_station, photo
from voting import Demands, EventType, derive_credential, make_ballot, tracker_of
from voting.election.verify.run import examine_archive

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PageOf = Callable[..., Page]
ONLINE, ON_PAPER, AWAY = 40, 20, 2
AT_PAGES, REVOTES = 3, 4
PAPERS = {"papers": 20, "invalid": 1, "votes_1": 12, "votes_2": 9}
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
    office.page.set_input_files("#people-file", people)
    office.sees("start")
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
            page.get_by_role("button", name="시험 투표하기").click()
        page.get_by_label("위에 적힌 것을 모두 읽고 확인했습니다").check()
        page.get_by_role("button", name=button, exact=True).click()
        page.wait_for_load_state()
    expect(page.get_by_role("link", name="투표하기").first).to_be_visible(timeout=PATIENCE)
    assert fresh(day.assembly).state is AssemblyState.OPEN


def vote_at_pages(day: Day) -> list[int]:
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

    # One loses the connection; the answer to the second try is lost too.
    second = booth_of(day.letters[1])
    second.choose(2)
    locked, tries = second.lock(), []

    def cut(route: Route) -> None:
        tries.append(route.request.post_data)
        if len(tries) == 1:
            route.abort("internetdisconnected")
        elif len(tries) == 2:
            route.fetch()
            route.abort("connectionreset")
        else:
            route.continue_()

    second.page.route("**/assembly/ballots", cut)
    second.act("cast")
    for count in (1, 2):
        expect(second.page.locator("#sending-wait")).to_be_visible()
        second.act("hurry")
        second.page.wait_for_timeout(300 * count)
    assert second.tracker() == locked
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


def vote_over_http(day: Day) -> list[int]:
    """Cast the other letters as the booth does, four at once, a few of them twice; return what counts of each."""
    context = board.context_of(day.assembly)
    uuid, group = context.election.uuid, context.election.group
    address = f"{day.site.url}/{day.slug}/assembly/ballots"
    wanted = [1 + number % 3 for number in range(ONLINE - AT_PAGES)]

    def ballot(letter: Letter, choice: int) -> bytes:
        credential = derive_credential(letter.code, uuid=uuid, group=group)
        return make_ballot(context.election, credential, [[choice & 1, choice >> 1]]).data

    def cast(data: bytes) -> None:
        answer = httpx.post(address, content=data, headers={"Accept": "application/json"}, timeout=60)
        assert answer.status_code == 200, answer.text
        assert answer.json()["tracker"] == tracker_of(data)

    people = day.letters[AT_PAGES:ONLINE]
    overridden = [ballot(letter, 3) for letter in people[:REVOTES]]
    final = [ballot(letter, choice) for letter, choice in zip(people, wanted, strict=True)]
    with ThreadPoolExecutor(4) as desk:
        for some in (overridden, [*final, final[0]]):
            list(desk.map(cast, some))
    return wanted


def vote_on_paper(day: Day, office: Seat) -> Station:
    station = make_station(day.assembly, by=day.staff, printed=30, at=utc_now())
    clerk = day.page_of(day.staff, width=1280, height=900)

    def find(letter: Letter) -> None:
        clerk.goto(f"/{day.slug}/stations/{station.id}")
        clerk.get_by_label("이름", exact=True).fill(letter.name)
        clerk.get_by_label("생년월일").fill(BORN.isoformat())
        clerk.get_by_role("button", name="찾기", exact=True).click()

    def hand_in(letter: Letter) -> None:
        clerk.get_by_label("편지의 투표소 번호").fill(letter.slip)
        clerk.get_by_role("button", name="편지 받고 용지 내주기").click()

    # Who voted by telephone gets no paper.
    find(day.letters[2])
    hand_in(day.letters[2])
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
    clerk.get_by_role("button", name="분실 신고 받기").click()
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
    clerk.get_by_role("button", name="용지 내주기", exact=True).click()
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
    return station


def count_the_station(day: Day, station: Station) -> None:
    clerk = day.page_of(day.staff, width=1280, height=900)
    other = day.page_of(day.member, width=360, height=740)
    clerk.goto(f"/{day.slug}/stations/{station.id}")
    clerk.get_by_role("button", name="내주기 마치기").click()
    box = session().scalars(select(Box).where(Box.station_id == station.id)).one()

    def enter(page: Page, numbers: dict[str, int]) -> None:
        page.goto(f"/{day.slug}/boxes/{box.id}")
        for name, number in numbers.items():
            page.fill(f'[name="{name}"]', str(number))
        page.locator("form.card button[type=submit]").click()

    enter(clerk, PAPERS)
    enter(other, PAPERS | {"votes_2": 8})
    expect(other.get_by_text("두 사람의 수가 다릅니다").first).to_be_visible()
    enter(other, PAPERS)
    expect(other.get_by_text("두 사람의 수가 같습니다").first).to_be_visible()

    clerk.goto(f"/{day.slug}/stations/{station.id}")
    clerk.set_input_files(f"#photo-{box.id}", {"name": "sheet.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    clerk.get_by_role("button", name="사진 올리기").click()
    figures = {"printed": 30, "spoiled": 1, "unused": 9, "taken_away": 0, "in_box": 19}
    for in_box in (19, 20):  # one paper is missing: the station does not close
        for name, number in (figures | {"in_box": in_box}).items():
            clerk.fill(f'[name="{name}"]', str(number))
        clerk.get_by_role("button", name="용지 수 저장").click()
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

    choices = vote_at_pages(day)
    choices += vote_over_http(day)
    station = vote_on_paper(day, office)
    assert len(choices) == ONLINE

    with transaction():
        fresh(assembly).closes_at = utc_now()
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
    reader = page_of(None, width=360, height=740)
    reader.goto(f"/{day.slug}/assembly")
    expect(reader.get_by_text("열쇠 지기 여러 사람이 나누어 가졌고")).to_be_visible()
    shown = reader.locator("table", has_text="투표 방법마다 받은 표").locator("tr").all_inner_texts()
    for row, numbers in zip(shown[1:], [*zip(online, paper, strict=True), (ONLINE, ON_PAPER)], strict=True):
        assert [int(each) for each in re.findall(r"\d+", row)][-3:] == [*numbers, sum(numbers)], row
    verify_as_strangers(day)
