"""People without a telephone vote at a tablet, by touch alone, with and without a connection."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import segno
from playwright.sync_api import Page, Route, expect

from app.assembly.kiosks import queries
from app.assembly.kiosks.services import pairing
from app.assembly.kiosks.services.pairing import Handed
from app.assembly.models import Assembly
from app.assembly.rules import BallotForm
from app.assembly.rules.ballots import Preference
from app.assembly.services import casting
from app.clock import utc_now
from app.db.session import session, transaction
from app.people.models import Person
from tests.browser.accessibility import violations
from tests.browser.conftest import Site
from tests.browser.kiosk import Kiosk
from tests.browser.voter import ballots
from tests.factories_council import set_rule
from tests.factories_kiosks import register_kiosk
from tests.factories_stations import make_roll_assembly, make_station
from tests.factories_year import make_staff
from voting import tracker_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PageOf = Callable[..., Page]
World = tuple[Assembly, list[Person], Handed]
TABLET = {"width": 800, "height": 1280, "has_touch": True}

SMALL = """() => {
  const seen = (e) => e.checkVisibility({visibilityProperty: true}) && !e.closest('.vh, .skip');
  const texts = [...document.querySelectorAll('body *')].filter((e) => seen(e)
    && [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()));
  const targets = [...document.querySelectorAll('button, summary, label.choice, .segments label')].filter(seen);
  return [
    ...texts.filter((e) => parseFloat(getComputedStyle(e).fontSize) < 24).map((e) => 'text ' + e.outerHTML.slice(0, 120)),
    ...targets.filter((e) => { const b = e.getBoundingClientRect(); return b.width < 64 || b.height < 64; })
      .map((e) => 'target ' + e.outerHTML.slice(0, 120)),
    ...(document.documentElement.scrollWidth > innerWidth ? ['wider than the screen'] : []),
  ];
}"""
VOICE = """
  const voice = {lang: 'ko-KR', name: 'Korean'};
  const said = [];
  globalThis.said = said;
  const speech = {
    getVoices: () => [voice], addEventListener() {},
    speak: (each) => said.push(each.text), cancel: () => said.push('(hushed)'),
  };
  Object.defineProperty(globalThis, 'speechSynthesis', {value: speech});
  globalThis.SpeechSynthesisUtterance = class extends EventTarget { constructor(text) { super(); this.text = text; } };
"""
CAMERA = """
  delete globalThis.BarcodeDetector;
  navigator.mediaDevices ??= {};
  navigator.mediaDevices.getUserMedia = async () => {
    const rows = %s;
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = rows.length * 8;
    const pen = canvas.getContext('2d');
    const draw = () => rows.forEach((row, y) => [...row].forEach((dot, x) => {
      pen.fillStyle = dot === '1' ? '#000' : '#fff';
      pen.fillRect(x * 8, y * 8, 8, 8);
    }));
    draw();
    setInterval(draw, 100);
    return canvas.captureStream(10);
  };
"""


@pytest.fixture
def world(site: Site) -> World:
    began = utc_now() - timedelta(hours=1)
    assembly, people, _ = make_roll_assembly([9_000_000, 7_500_000, 6_000_000, 5_000_000], at=began)
    return assembly, people, register_kiosk(make_station(assembly, at=began), at=utc_now())


def code_of(assembly: Assembly, person: Person) -> str:
    return casting.code_for(assembly, person, at=utc_now())


def is_fit(kiosk: Kiosk) -> None:
    """See that the screen that is shown is large enough and stumbles nobody."""
    assert kiosk.page.evaluate(SMALL) == []
    assert violations(kiosk.page) == []


def test_somebody_votes_by_touch_alone_and_leaves_nothing_behind(world: World, page_of: PageOf):
    assembly, people, handed = world
    kiosk = Kiosk.bring_in(page_of(**TABLET), handed)
    page, code = kiosk.page, code_of(assembly, people[0])
    is_fit(kiosk)
    length = page.evaluate("history.length")
    kiosk.tap_code(code[:-1] + ("z" if code[-1] != "z" else "y"))
    expect(page.locator("#code-error")).to_contain_text("투표 번호가 아닙니다")
    is_fit(kiosk)
    kiosk.act("erase")
    pad = "digits" if code[-1].isdigit() else "capitals" if code[-1].isupper() else "smalls"
    page.tap(f'[data-pad="{pad}"]')
    page.tap(f'[data-key="{code[-1]}"]')
    kiosk.sees("choose")
    is_fit(kiosk)
    kiosk.answer([1, 3])
    kiosk.sees("review")
    is_fit(kiosk)
    kiosk.act("from-start")
    kiosk.answer([3])  # a second touch takes it back
    tracker = kiosk.lock()
    is_fit(kiosk)
    kiosk.act("cast")
    kiosk.sees("receipt")
    is_fit(kiosk)
    assert page.inner_text("#receipt-tracker").replace(" ", "").replace("\n", "") == tracker
    assert page.locator("#receipt-qr path").get_attribute("d")
    assert kiosk.waiting() == 0
    kiosk.finish()
    left = kiosk.left_over()
    for trace in (tracker, tracker[:6], code, code[:5], "사업 1", "사업 3", "7,500,000"):
        assert trace not in left
    assert page.evaluate("history.length") == length
    page.go_back()
    kiosk.sees("start")
    assert "/kiosk" in page.url
    assert tracker[:6] not in page.content()
    # Nothing but the kiosk's own addresses was asked, and no code was ever sent.
    assert not any(code.replace("-", "") in body.replace("-", "") for _, _, body in kiosk.requests)
    assert kiosk.complaints == []
    assert len(ballots(assembly)) == 1
    assert queries.kiosk_voters(assembly) == 1


def test_without_a_connection_the_ballot_waits_on_the_tablet_even_over_a_restart(world: World, page_of: PageOf):
    assembly, people, handed = world
    kiosk = Kiosk.bring_in(page_of(**TABLET), handed)
    page = kiosk.page
    kiosk.cut()
    expect(page.locator("#start-off")).to_be_visible()
    tracker = kiosk.vote(code_of(assembly, people[0]), choose=[2], end="queued")
    assert page.inner_text('[data-screen="queued"] h2') == "저장했습니다. 연결되면 보냅니다"
    expect(page.locator("#badge-text")).to_have_text("보내지 못한 표 1장")
    is_fit(kiosk)
    kiosk.finish()
    expect(page.locator("#badge-text")).to_have_text("보내지 못한 표 1장")
    assert ballots(assembly) == []
    held = kiosk.left_over()
    assert "사업 2" not in held
    assert code_of(assembly, people[0])[:5] not in held
    # The tablet is switched off and on again: another page of the same browser, with what the disk holds.
    kiosk.restore()
    again = Kiosk(page.context.new_page())
    page.close()
    again.page.goto(f"/{assembly.place.slug}/kiosk")
    again.sees("start")
    expect(again.page.locator("#badge")).to_be_hidden()
    assert again.waiting() == 0
    assert [tracker_of(each) for each in ballots(assembly)] == [tracker]
    session().expire_all()
    assert queries.held_ballots(assembly) == 0
    assert again.complaints == []


@pytest.mark.parametrize("grace", [30, 0])
def test_a_tablet_that_stays_offline_through_the_closing_says_what_becomes_of_its_ballots(
    site: Site, page_of: PageOf, grace: int
):
    """Within the grace that the election binds they count, and are called late; beyond it they are refused, with a reason."""

    def bind(assembly: Assembly) -> None:
        set_rule(assembly.place, "assembly.kiosk_grace_minutes", str(grace))

    assembly, people, _ = make_roll_assembly(
        [9_000_000, 7_500_000], prepare=bind, at=utc_now() - timedelta(days=7) + timedelta(minutes=20)
    )
    handed = register_kiosk(make_station(assembly, at=utc_now()), at=utc_now())
    page = page_of(**TABLET)
    page.clock.install()
    kiosk = Kiosk.bring_in(page, handed)
    kiosk.cut()
    expect(page.locator("#start-off")).to_be_visible()
    tracker = kiosk.vote(code_of(assembly, people[0]), choose=[1], end="queued")
    kiosk.finish()
    # The end passes, on the tablet by its clock, on the server by the time that the vote closed: a moment ago.
    page.clock.fast_forward("25:00")
    with transaction():
        session().get_one(Assembly, assembly.id).closes_at = utc_now()
    kiosk.sees("over")
    expect(page.locator("#over-waiting-text")).to_have_text("보내지 못한 표 1장")
    advice = page.inner_text("#over-advice")
    assert ("까지 인터넷에 연결해 주세요" if grace else "늦은 표를 받는 때가 지났습니다") in advice
    is_fit(kiosk)
    kiosk.restore()
    page.clock.fast_forward("01:00")
    expect(page.locator("#over-waiting")).to_be_hidden()
    assert [tracker_of(each) for each in ballots(assembly)] == [tracker] * bool(grace)
    refusal = page.locator("#over-refused")
    if grace:
        expect(refusal).to_be_hidden()
    else:
        expect(refusal).to_be_visible()
        assert "받지 않은 표 1장" in refusal.inner_text()
        is_fit(kiosk)
    # The report that says so follows what was sent.
    for _ in range(300):
        session().rollback()
        session().expire_all()
        (row,) = queries.kiosks_of(assembly)
        if row.waiting == 0:
            break
        page.wait_for_timeout(200)
    assert (row.waiting, row.refused, row.late) == ((0, 0, 1) if grace else (0, 1, 0))


def test_the_connection_comes_back_while_the_voter_still_stands_there(world: World, page_of: PageOf):
    assembly, people, handed = world
    kiosk = Kiosk.bring_in(page_of(**TABLET), handed)
    lost: list[int] = []
    is_lost = True

    def lose(route: Route) -> None:
        if is_lost:
            lost.append(route.fetch().status)  # it arrives, and the answer is lost on the way
            route.abort()
        else:
            route.continue_()

    kiosk.page.route("**/kiosk/ballots", lose)
    tracker = kiosk.vote(code_of(assembly, people[0]), choose=[1], end="queued")
    is_lost = False
    kiosk.sees("receipt")
    assert {*lost} == {200}
    assert [tracker_of(each) for each in ballots(assembly)] == [tracker]


def test_an_abandoned_vote_is_wiped_after_a_warning(world: World, page_of: PageOf):
    assembly, people, handed = world
    page = page_of(**TABLET)
    page.clock.install()
    kiosk = Kiosk.bring_in(page, handed)
    code = code_of(assembly, people[0])
    kiosk.read_code(code)
    kiosk.sees("choose")
    page.get_by_label("1. 사업 1").tap()
    page.clock.run_for(95_000)
    expect(page.locator("#still-there")).to_be_visible()
    kiosk.act("stay")
    expect(page.locator("#still-there")).to_be_hidden()
    assert page.locator("#items :checked").count() == 1
    # Looking the warning through may take longer than it waits: it is looked at while nothing counts down.
    page.locator("#still-there").evaluate("dialog => dialog.showModal()")
    is_fit(kiosk)
    page.locator("#still-there").evaluate("dialog => dialog.close()")
    page.clock.run_for(125_000)
    kiosk.sees("start")
    left = kiosk.left_over()
    for trace in ("사업 1", code[:5], "9,000,000"):
        assert trace not in left


def test_the_screen_is_read_aloud_shown_in_high_contrast_and_in_english(world: World, page_of: PageOf):
    assembly, people, handed = world
    page = page_of(**TABLET)
    page.add_init_script(VOICE)
    kiosk = Kiosk.bring_in(page, handed)
    kiosk.act("read")
    assert page.evaluate("said").count("우리 동네 일을 투표로 정해요") == 1
    kiosk.act("contrast")
    is_fit(kiosk)
    kiosk.read_code(code_of(assembly, people[0]))
    kiosk.sees("choose")
    is_fit(kiosk)
    assert page.evaluate("said.at(-1)") == "(hushed)"
    kiosk.act("read")
    assert any("사업 1" in text for text in page.evaluate("said"))
    page.tap('[data-act="back"]:visible')
    kiosk.sees("code")
    kiosk.act("home")
    kiosk.sees("start")
    page.tap("#language")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    kiosk.sees("start")
    assert page.locator("#read").is_hidden(), "there is no English voice"
    kiosk.read_code(code_of(assembly, people[0]))
    kiosk.sees("choose")
    is_fit(kiosk)
    kiosk.answer([1])
    kiosk.lock()
    kiosk.act("cast")
    kiosk.sees("receipt")
    is_fit(kiosk)
    kiosk.act("finish")
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    assert kiosk.complaints == []


def test_a_card_is_shown_to_the_camera(world: World, page_of: PageOf):
    assembly, people, handed = world
    card = f"https://dong.example/{assembly.place.slug}/assembly/booth#{code_of(assembly, people[0])}"
    rows = ["".join(str(int(dot)) for dot in row) for row in segno.make(card, micro=False).matrix_iter(border=4)]
    page = page_of(**TABLET)
    page.add_init_script(CAMERA % rows)
    kiosk = Kiosk.bring_in(page, handed)
    kiosk.act("scan")
    kiosk.sees("choose")
    assert kiosk.complaints == []


def test_one_question_is_asked_at_a_time_and_an_opened_ballot_is_chosen_anew(site: Site, page_of: PageOf):
    began = utc_now() - timedelta(hours=1)
    form = BallotForm(preference=Preference.APPROVAL, at_most=1, majority=True)
    assembly, people, _ = make_roll_assembly([9_000_000, 7_500_000], at=began, form=form)
    kiosk = Kiosk.bring_in(page_of(**TABLET), register_kiosk(make_station(assembly, at=began), at=utc_now()))
    page = kiosk.page
    kiosk.read_code(code_of(assembly, people[0]))
    kiosk.sees("opinions")
    assert page.inner_text("#opinions-step") == "질문 3개 가운데 1번째"
    assert page.locator("#opinions li").count() == 1
    is_fit(kiosk)
    kiosk.answer([1], {1: "yes", 2: "no"})
    first = kiosk.lock()
    page.tap("summary:visible")
    kiosk.act("challenge")
    kiosk.sees("challenge")
    assert re.findall(r"찬성|반대(?! )", page.inner_text("#challenge-opinions")) == ["찬성", "반대"]
    is_fit(kiosk)
    kiosk.act("choose-anew")
    kiosk.sees("opinions")
    assert page.locator("#opinions :checked").count() == 0
    kiosk.answer([2], {2: "yes"})
    tracker = kiosk.lock()
    kiosk.act("cast")
    kiosk.sees("receipt")
    assert [tracker_of(each) for each in ballots(assembly)] == [tracker] != [first]


def test_staff_leave_with_their_number_and_a_revoked_tablet_votes_no_more(world: World, page_of: PageOf):
    assembly, _, handed = world
    kiosk = Kiosk.bring_in(page_of(width=360, height=740, has_touch=True), handed)
    page = kiosk.page
    assert page.evaluate(SMALL) == []
    page.tap("#staff")
    page.wait_for_timeout(300)
    assert page.locator("#pin").is_hidden(), "a touch is not enough"
    kiosk.enter_staff("000000" if handed.pin != "000000" else "111111")
    expect(page.locator("#pin-error")).to_have_text("번호가 맞지 않습니다.")
    assert page.evaluate(SMALL) == []
    for digit in handed.pin:
        page.tap(f'[data-digit="{digit}"]')
    kiosk.sees("staff")
    assert page.evaluate(SMALL) == []
    page.tap('[data-staff="leave"]')
    kiosk.sees("start")
    clerk = make_staff(assembly.place)
    with transaction():
        pairing.revoke(handed.kiosk.id, by=clerk, at=utc_now())
    page.reload()
    assert page.url.endswith("/kiosk")
    expect(page.locator("#code")).to_be_visible()
