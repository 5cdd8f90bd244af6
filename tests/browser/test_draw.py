"""A council is drawn in a real browser: list, witnesses in windows of their own, balls, result, empty seat.

What the site says is then recomputed from the downloaded files, by the page itself and by ``python -m voting``.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from playwright.sync_api import Page
from sqlalchemy import select

from app.council.models import Application, AppointmentList, CouncilMember
from app.council.rules.membership import EndReason
from app.council.services import appointing, vacancies
from app.db.session import session, transaction
from app.draw.models import LotteryDraw
from app.people.models import Person
from tests.browser.accessibility import violations
from tests.browser.conftest import Site
from tests.conftest import NOW
from tests.factories_draw import DrawWorld, make_village
from tests.signing_in import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ROOT = Path(__file__).resolve().parents[2]
Windows = Callable[..., Page]
AT_THE_DRAW = NOW + timedelta(days=9)
IN_OFFICE = datetime(2027, 1, 5, 3, 0, tzinfo=NOW.tzinfo)


@pytest.fixture
def clock() -> Iterator[Callable[[datetime], None]]:
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


def press(page: Page, name: str) -> None:
    """Press a button or follow a link and wait for the page that comes."""
    button = page.get_by_role("button", name=name, exact=True)
    with page.expect_navigation():
        (button if button.count() else page.get_by_role("link", name=name, exact=True)).first.click()
    assert not page.locator("#refused").count(), page.locator("#refused").inner_text()
    assert page.locator("h1").count() == 1


def download(page: Page, address: str, to: Path) -> Path:
    answer = page.request.get(address)
    assert answer.ok, address
    to.write_bytes(answer.body())
    return to


def recompute(*files: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "voting", "lottery", "verify", *map(str, files)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def recompute_in_browser(page: Page, address: str) -> str:
    page.goto(f"{address}/check")
    page.get_by_role("button", name="지금 계산하기").click()
    page.locator("#check[data-done=yes]").wait_for(timeout=20_000)
    return page.locator("#steps").inner_text()


def test_a_council_is_drawn_in_public_and_an_empty_seat_filled_from_the_same_draw(
    site: Site, page_of: Windows, clock: Callable[[datetime], None], tmp_path: Path
):
    clock(NOW)
    world = make_village()
    staff = page_of(world.clerk, width=1280)
    address = prepare(staff, world)
    guest = page_of(width=360)
    guest.goto(address)
    assert "위원 6명을 추첨합니다" in guest.locator("h1").inner_text()
    assert violations(guest) == []
    own = page_of(world.candidates[0], width=360)
    own.goto(f"{address}/mine")
    assert "공개 자료에 실린 값과 같습니다" in own.locator("main").inner_text()
    assert violations(own) == []

    windows = [page_of(person, width=360) for person in world.witnesses]
    secrets = [hand_in(window, address) for window in windows]
    assert len(set(secrets)) == 3

    clock(AT_THE_DRAW)
    staff = page_of(world.clerk, width=1280)  # everybody signs in anew; a witness's device has kept the secret
    for window, person in zip(windows, world.witnesses, strict=True):
        sign_in_again(site, window, person)
    hall = page_of(width=1280)
    hall.goto(f"{address}/screen")
    hold(staff, page_of(world.second, width=360), windows, address)
    hall.locator(".balls").wait_for(timeout=10_000)  # the screen is fresh by itself
    guest.goto(address)
    assert "위원 6명을 뽑았습니다" in guest.locator("h1").inner_text()
    assert violations(guest) == []
    assert violations(hall) == []

    bundle = download(guest, f"{address}/bundle.json", tmp_path / "bundle.json")
    result = download(guest, f"{address}/result.json", tmp_path / "result.json")
    found = json.loads(result.read_bytes())
    assert {secret for _, _, secret in found["witnesses"]} == set(secrets)
    assert recompute(bundle, result).returncode == 0
    said = recompute_in_browser(guest, address)
    assert ", ".join(found["selected"]) in said
    result.write_bytes(result.read_bytes().replace(b'"digits":"482913"', b'"digits":"482914"'))
    assert recompute(bundle, result).returncode == 1

    leaves = appoint_and_lose(world, found["selected"][0], clock)
    staff = page_of(world.clerk, width=1280)
    staff.goto(address)
    press(staff, "예비 순번으로 채우기")
    guest.goto(address)
    assert f"{leaves}번이 나가고" in guest.locator("main").inner_text()
    result = download(guest, f"{address}/result.json", result)
    replacement = download(guest, f"{address}/replacement.json", tmp_path / "replacement.json")
    assert recompute(bundle, result, replacement).returncode == 0
    assert "빈자리를 채운 순서가 규칙과 같습니다" in recompute_in_browser(guest, address)
    enters = json.loads(replacement.read_bytes())["steps"][0][0]
    session().rollback()
    nominated = session().scalars(
        select(Application.number).join(CouncilMember).where(CouncilMember.origin == "reserve")
    )
    assert list(nominated) == [enters]


def prepare(staff: Page, world: DrawWorld) -> str:
    """Set up, freeze and publish; return the address of the draw."""
    staff.goto(f"/{world.place.slug}/draws")
    press(staff, "추첨 준비하기")
    staff.get_by_label("추첨하는 날").fill("2026-07-10")
    staff.get_by_label("시작하는 시각").fill("14:00")
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


def hand_in(window: Page, address: str) -> str:
    """Let a witness make a secret in their own window; only its hash is sent."""
    window.goto(f"{address}/witness")
    assert violations(window) == []
    sent: list[str] = []
    window.on("request", lambda request: sent.append(request.post_data or ""))
    press(window, "문구 만들어 맡기기")
    secret = window.locator("#secret").inner_text()
    assert len(secret) == 29
    assert not any(secret in body for body in sent)
    return secret


def hold(staff: Page, second: Page, windows: list[Page], address: str) -> None:
    """Hold the ceremony: hashes closed, secrets opened in three windows, balls typed in two."""
    staff.goto(address)
    press(staff, "추첨 시작하기")
    press(staff, "모두 맡겼습니다")
    for window in windows:
        window.goto(f"{address}/witness")
        press(window, "비밀 문구 열기")
    staff.goto(address)
    press(staff, "문구 열기를 마칩니다")
    for reader, digits in ((staff, "482913"), (second, "482931"), (staff, "482913"), (second, "482913")):
        reader.goto(f"{address}/balls")
        reader.get_by_label("공 여섯 개의 숫자").fill(digits)
        press(reader, "이 번호로 적기")
    assert second.url == address


def sign_in_again(site: Site, window: Page, person: Person) -> None:
    client = site.app.test_client()
    sign_in(site.app, client, person)
    cookie = client.get_cookie("madang")
    assert cookie is not None
    window.context.add_cookies([{"name": "madang", "value": cookie.value, "url": site.url, "httpOnly": True}])


def appoint_and_lose(world: DrawWorld, number: str, clock: Callable[[datetime], None]) -> str:
    """Appoint everybody, and let one of them resign two months later."""
    session().rollback()
    found = session().scalars(select(AppointmentList)).one()
    with transaction():
        appointing.send_list(found.id, version=found.version, by=fresh(world.clerk), at=IN_OFFICE - timedelta(days=20))
    session().refresh(found)
    with transaction():
        appointing.appoint(
            found.id, starts_on=IN_OFFICE.date(), version=found.version, by=fresh(world.head), at=IN_OFFICE
        )
    query = select(CouncilMember).join(Application, Application.id == CouncilMember.application_id)
    member = session().scalars(query.where(Application.number == number)).one()
    clock(IN_OFFICE + timedelta(days=60))
    with transaction():
        vacancies.end_membership(
            member.id, reason=EndReason.RESIGNED, version=member.version, by=fresh(world.clerk),
            at=IN_OFFICE + timedelta(days=60),
        )  # fmt: skip
    assert session().scalars(select(LotteryDraw)).one().call_id == world.call.id
    return number


def fresh(person: Person) -> Person:
    return session().get_one(Person, person.id)
