"""How somebody comes into the council, in a real browser: school, application, check, draw, appointment, empty seat.

Everything binding goes through the pages: the clerk's, the applicant's, three witnesses' in windows of their own, a second
reader of the balls, the office of the head. Only the other applicants come in by the use cases. What the site says is then
recomputed from the downloaded files, by the page itself and by ``python -m voting``.
"""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from playwright.sync_api import Page
from sqlalchemy import select

from app.clock import KST, kst_date
from app.council.models import Application, OpenCall, TrainingSession
from app.council.rules.calls import Channel, Document
from app.council.rules.training import code_at
from app.council.services import applying, checking, schooling
from app.db.session import session, transaction
from app.draw.models import LotteryDraw
from app.people.models import Person
from app.people.rules import ContactKind, Role
from app.people.services.sign_up import add_contact
from app.places.models import Place
from tests.browser.accessibility import violations
from tests.browser.conftest import Site
from tests.conftest import NOW
from tests.factories import make_holder, make_person, make_place
from tests.factories_council import given, set_rule
from tests.signing_in import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ROOT = Path(__file__).resolve().parents[2]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OTHERS = 11
Windows = Callable[..., Page]
Clock = Callable[[datetime], None]


@dataclass
class Village:
    """Who takes part."""

    place: Place
    clerk: Person
    second: Person
    head: Person
    applicant: Person
    witnesses: dict[str, Person]

    @property
    def council(self) -> str:
        """The address of the council."""
        return f"/{self.place.slug}/council"


@pytest.fixture
def clock() -> Iterator[Clock]:
    """Return a function that sets the clock of the whole process; it ticks on from there."""
    running: list[time_machine.travel] = []

    def to(at: datetime) -> None:
        if running:
            running.pop().stop()
        running.append(time_machine.travel(at, tick=True))
        running[0].start()

    yield to
    for each in running:
        each.stop()


def make_village() -> Village:
    place = make_place(name="미사2동")
    set_rule(place, "council.size_min", "5")
    names = {"경찰관": "police", "주민 대표": "neighbour", "후보 대표": "runner"}
    witnesses = {name: make_person(name) for name in names}
    with transaction():
        for name, person in witnesses.items():
            add_contact(person, ContactKind.EMAIL, f"{names[name]}@example.kr", at=NOW)
    return Village(
        place, make_holder(Role.DONG_STAFF, place, "동 담당자"), make_holder(Role.SUPPORT_OFFICER, place, "지원관"),
        make_holder(Role.DISTRICT_STAFF, place.parent or place, "구 담당자"), make_person("길동"), witnesses,
    )  # fmt: skip


def press(page: Page, name: str) -> None:
    """Press a button or follow a link and wait for the page that comes."""
    button = page.get_by_role("button", name=name, exact=True)
    with page.expect_navigation():
        (button if button.count() else page.get_by_role("link", name=name, exact=True)).first.click()
    assert not page.locator("#refused").count(), page.locator("#refused").inner_text()
    assert page.locator("h1").count() == 1


def follow(page: Page, selector: str) -> None:
    """Follow the first link that a selector finds, or press its button, and wait for the page that comes."""
    with page.expect_navigation():
        page.locator(selector).first.click()
    assert page.locator("h1").count() == 1


def write(page: Page, **fields: str) -> None:
    """Fill fields by their names."""
    for name, text in fields.items():
        page.locator(f"[name={name}]").fill(text)


def main_text(page: Page) -> str:
    return page.locator("main").inner_text()


def test_a_neighbour_learns_applies_is_drawn_in_public_and_another_follows_into_an_empty_seat(
    site: Site, page_of: Windows, clock: Clock, tmp_path: Path
):
    clock(NOW)
    village = make_village()
    staff, own = page_of(village.clerk, width=1280), page_of(village.applicant)
    course = hold_a_course(staff, own, village)
    call = announce(staff, village)

    clock(NOW + DAY)
    staff, own = page_of(village.clerk, width=1280), page_of(village.applicant)
    attend(staff, own, course)
    number = apply(own, call)
    let_others_apply()
    clock(NOW + 2 * DAY)
    check_papers(page_of(village.clerk, width=1280), call, number)
    own = page_of(village.applicant)
    own.goto(f"{call}/mine")
    assert "후보가 되셨습니다" in main_text(own)

    clock(end_of_objections() + HOUR)
    staff = page_of(village.clerk, width=1280)
    draw = freeze(staff, call)
    own = page_of(village.applicant)
    follow_to_own_chance(own, call, number)
    windows = [page_of(person) for person in village.witnesses.values()]
    secrets = [hand_in(window, draw) for window in windows]
    assert len(set(secrets)) == 3

    clock(end_of_objections() + 9 * DAY)
    staff, guest, hall = page_of(village.clerk, width=1280), page_of(), page_of(width=1280)
    for window, person in zip(windows, village.witnesses.values(), strict=True):
        sign_in_again(site, window, person)  # a witness's device has kept the secret
    hall.goto(f"{draw}/screen")
    hold(staff, page_of(village.second), windows, draw)
    hall.locator(".balls").wait_for()  # the screen is fresh by itself
    assert violations(hall) == []
    files = recompute_at_home(guest, draw, secrets, tmp_path)

    appoint(staff, page_of(village.head, width=1280), village)
    clock(end_of_objections() + 90 * DAY)
    staff = page_of(village.clerk, width=1280)
    left, entered = replace(staff, village)
    guest.goto(draw)
    assert f"{left}번이 나가고 {entered}번이 들어왔습니다" in main_text(guest)
    files.append(download(guest, f"{draw}/replacement.json", tmp_path / "replacement.json"))
    assert recompute(*files).returncode == 0
    assert "빈자리를 채운 순서가 규칙과 같습니다" in recompute_in_browser(guest, draw)
    appoint(staff, page_of(village.head, width=1280), village)
    guest.goto(village.council)
    assert "위원 6명" in main_text(guest)


def hold_a_course(staff: Page, own: Page, village: Village) -> str:
    """Found the council, plan a course; the applicant enrols. Return the course's address."""
    staff.goto(f"{village.council}/found")
    write(staff, founded_on="2026-07-01", seats="6", term_number="1", term_starts_on="2026-09-01")
    press(staff, "등록하기")
    staff.goto(f"{village.council}/courses/new")
    write(
        staff, title="주민자치학교 기본 과정", part_1="첫 시간", where_1="주민센터", starts_on_1="2026-07-02",
        starts_time_1="14:00", minutes_1="360",
    )  # fmt: skip
    follow(staff, "form.card button[type=submit]")
    own.goto(staff.url)
    press(own, "신청하기")
    assert "신청했습니다" in main_text(own)
    assert violations(own) == []
    return staff.url


def announce(staff: Page, village: Village) -> str:
    """Plan a call, name who watches over its draw, announce it. Return the call's address."""
    staff.goto(f"{village.council}/calls")
    press(staff, "위원 모집 준비하기")
    write(staff, title="제1기 위원 모집")
    follow(staff, "form.card button[type=submit]")
    address = staff.url
    press(staff, "추첨관리위원과 참관인")
    write(staff, name_0="김위원", organisation_0="주민자치회")
    press(staff, "추첨관리위원 정하기")
    for name, mail in (("경찰관", "police"), ("주민 대표", "neighbour"), ("후보 대표", "runner")):
        staff.goto(f"{address}/overseers")
        write(staff, name=name, contact=f"{mail}@example.kr")
        press(staff, "참관인 정하기")
    staff.goto(address)
    press(staff, "모집 알리기")
    assert violations(staff) == []
    return address


def attend(staff: Page, own: Page, course: str) -> None:
    """Show the letters in the room; the applicant types them on the phone."""
    staff.goto(course)
    follow(staff, "a[href$='/screen']")
    own.goto(course)
    press(own, "출석하기")
    write(own, code=staff.locator(".check-code").inner_text())
    press(own, "출석하기")
    assert "360분 출석" in main_text(own)


def apply(own: Page, call: str) -> str:
    """Look whether every rule is met, then apply. Return the number."""
    own.goto(call)
    press(own, "지원하기")
    write(own, legal_name="홍길동", birth_date="1980-05-05", phone="010-2345-6789", address="마당로 12")
    own.get_by_label("공개모집").check()
    own.get_by_label("남", exact=True).check()
    own.locator("[name=agree]").check()
    press(own, "조건에 맞는지 먼저 보기")
    assert "모든 조건에 맞습니다" in main_text(own)
    assert violations(own) == []
    press(own, "지원서 내기")
    found = re.search(r"\d{4}", own.locator(".kicker").inner_text())
    assert found is not None
    return found[0]


def let_others_apply() -> None:
    """Let everybody else attend, apply and be checked; the use cases are those of the pages."""
    session().rollback()
    sitting, call = session().scalars(select(TrainingSession)).one(), session().scalars(select(OpenCall)).one()
    clerk = session().scalars(select(Person).where(Person.public_name == "동 담당자")).one()
    at = sitting.starts_at
    for n in range(1, OTHERS + 1):
        person = make_person()
        recommended = n % 3 == 0
        form = given(
            n, track="recommended" if recommended else "open", organisation="부녀회" if recommended else "",
            sex="woman" if n % 2 else "man",
        )  # fmt: skip
        with transaction():
            schooling.check_in(sitting.id, code=code_at(sitting.check_in_secret, at), by=person, at=at)
            row = applying.apply(call.id, form, channel=Channel.ONLINE, once="1", by=person, at=at + HOUR)
            checking.see_documents(row.id, set(Document), version=row.version, by=clerk, at=at + HOUR)
        with transaction():
            checking.decide_application(row.id, eligible=True, reason="", version=row.version, by=clerk, at=at + HOUR)


def check_papers(staff: Page, call: str, number: str) -> None:
    """See the applicant's papers and make them a candidate."""
    staff.goto("/desk")
    assert "지원서 1건 확인하기" in main_text(staff)
    staff.goto(f"{call}/workbench")
    press(staff, number)
    for paper in staff.locator("[name=documents]").all():
        paper.check()
    press(staff, "본 서류 저장하기")
    staff.get_by_label("후보로 정합니다").check()
    press(staff, "결정 저장하기")


def end_of_objections() -> datetime:
    session().rollback()
    return session().scalars(select(OpenCall)).one().objections_until


def freeze(staff: Page, call: str) -> str:
    """Find the draw from the call; set it up, seal the list, publish. Return the draw's address."""
    staff.goto(call)
    press(staff, "추첨 준비하기")
    day = kst_date((end_of_objections() + 8 * DAY).astimezone(KST))
    write(staff, draws_on=day.isoformat(), draws_time="14:00")
    press(staff, "준비 시작하기")
    address = staff.url
    assert violations(staff) == []
    press(staff, "명단 봉하기")
    staff.goto(address)
    press(staff, "공고하기")
    assert violations(staff) == []
    staff.get_by_label("후보, 자리 수, 구성 비율, 추첨 날짜를 모두 확인했습니다").check()
    press(staff, "고정하고 공고하기")
    return address


def follow_to_own_chance(own: Page, call: str, number: str) -> None:
    """Walk from the call to the draw and to one's own chance, with the value that opens one's own line."""
    own.goto(call)
    press(own, "공개 추첨 보기")
    assert "위원 6명을 추첨합니다" in own.locator("h1").inner_text()
    assert violations(own) == []
    press(own, "내 번호와 확률 보기")
    assert f"후보 {number}번" in own.locator("h1").inner_text()
    assert "공개 자료에 실린 값과 같습니다" in main_text(own)
    assert violations(own) == []


def hand_in(window: Page, draw: str) -> str:
    """Let a witness make a secret in their own window; only its hash is sent."""
    window.goto(f"{draw}/witness")
    sent: list[str] = []
    window.on("request", lambda request: sent.append(request.post_data or ""))
    press(window, "문구 만들어 맡기기")
    secret = window.locator("#secret").inner_text()
    assert len(secret) == 29
    assert not any(secret in body for body in sent)
    return secret


def sign_in_again(site: Site, window: Page, person: Person) -> None:
    client = site.app.test_client()
    sign_in(site.app, client, person)
    cookie = client.get_cookie("madang")
    assert cookie is not None
    window.context.add_cookies([{"name": "madang", "value": cookie.value, "url": site.url, "httpOnly": True}])


def hold(staff: Page, second: Page, windows: list[Page], draw: str) -> None:
    """Hold the ceremony: hashes closed, secrets opened in three windows, balls typed in two."""
    staff.goto(draw)
    press(staff, "추첨 시작하기")
    press(staff, "모두 맡겼습니다")
    for window in windows:
        window.goto(f"{draw}/witness")
        press(window, "비밀 문구 열기")
    assert violations(windows[0]) == []
    staff.goto(draw)
    press(staff, "문구 열기를 마칩니다")
    for reader, digits in ((staff, "482913"), (second, "482931"), (staff, "482913"), (second, "482913")):
        reader.goto(f"{draw}/balls")
        reader.get_by_label("공 여섯 개의 숫자").fill(digits)
        press(reader, "이 번호로 적기")
    assert second.url == draw
    staff.goto(draw)
    press(staff, "서명한 추첨록 확인")


def recompute_at_home(guest: Page, draw: str, secrets: list[str], folder: Path) -> list[Path]:
    """Download bundle and result and recompute them, by command and in the page; a changed ball is found out."""
    guest.goto(draw)
    assert "위원 6명을 뽑았습니다" in guest.locator("h1").inner_text()
    assert violations(guest) == []
    bundle = download(guest, f"{draw}/bundle.json", folder / "bundle.json")
    result = download(guest, f"{draw}/result.json", folder / "result.json")
    found = json.loads(result.read_bytes())
    assert {secret for _, _, secret in found["witnesses"]} == set(secrets)
    assert recompute(bundle, result).returncode == 0
    assert ", ".join(found["selected"]) in recompute_in_browser(guest, draw)
    forged = folder / "forged.json"
    forged.write_bytes(result.read_bytes().replace(b'"digits":"482913"', b'"digits":"482914"'))
    assert recompute(bundle, forged).returncode == 1
    return [bundle, result]


def download(page: Page, address: str, to: Path) -> Path:
    answer = page.request.get(address)
    assert answer.ok, address
    to.write_bytes(answer.body())
    return to


def recompute(*files: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "voting", "lottery", "verify", *map(str, files)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def recompute_in_browser(page: Page, draw: str) -> str:
    page.goto(f"{draw}/check")
    page.get_by_role("button", name="지금 계산하기").click()
    page.locator("#check[data-done=yes]").wait_for()
    return page.locator("#steps").inner_text()


def appoint(staff: Page, office: Page, village: Village) -> None:
    """Send the list that waits, appoint in the name of the head, publish: each from their own desk."""
    for page, step in ((staff, "명단 보내기"), (office, "위촉하기"), (staff, "위촉한 위원 공개하기")):
        page.goto("/desk")
        follow(page, "a[href*='/council/appointments/']")
        press(page, step)
    assert violations(office) == []


def replace(staff: Page, village: Village) -> tuple[str, str]:
    """Let the first of the drawn resign, and fill the seat from the desk. Return who left and who entered."""
    session().rollback()
    drawn = session().scalars(select(LotteryDraw)).one()
    number = json.loads(drawn.result)["selected"][0]
    name = applied_name(number)
    staff.goto(village.council)
    press(staff, name)
    press(staff, "활동 끝난 것으로 적기")
    press(staff, "끝난 것으로 적기")
    staff.goto("/desk")
    follow(staff, "a[href*='/council/vacancies/']")
    assert violations(staff) == []
    press(staff, "예비 순번으로 채우기")
    session().rollback()
    entered = session().get_one(LotteryDraw, drawn.id, populate_existing=True).events[0].enters
    assert entered is not None
    return number, entered


def applied_name(number: str) -> str:
    row = session().scalars(select(Application).where(Application.number == number)).one()
    return {"0001": "홍길동"}.get(row.number, f"김{int(row.number) - 1:04}")
