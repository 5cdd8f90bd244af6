"""Residents vote in a real browser; then the box is closed, counted, and verified as a stranger would."""

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from app.assembly.models import Assembly
from app.assembly.services import board, casting
from app.clock import utc_now
from app.db.session import session, transaction
from app.people.models import Person
from tests.browser.accessibility import violations
from tests.browser.conftest import Site
from tests.browser.voter import Booth, answering_with, ballots, finish
from tests.factories_year import make_assembly
from voting import Opening, check_ballot, open_challenged, tracker_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]
COSTS = [9_000_000, 7_500_000, 6_000_000, 5_000_000]
PageOf = Callable[..., Page]


@pytest.fixture
def vote(site: Site) -> tuple[Assembly, list[Person]]:
    return make_assembly(COSTS, residents=4, envelope_won=15_000_000, at=utc_now() - timedelta(hours=1))


@pytest.mark.parametrize(
    ("width", "height", "language"), [(360, 740, "ko-KR"), (1280, 900, "en-GB"), (320, 568, "ko-KR")]
)
def test_a_resident_votes_changes_her_mind_and_is_counted_once(
    vote: tuple[Assembly, list[Person]], page_of: PageOf, tmp_path: Path, width: int, height: int, language: str
):
    assembly, people = vote
    booth = Booth(page_of(people[0], width=width, height=height, language=language), assembly).enter()
    booth.choose(2, 3)
    assert violations(booth.page) == []
    booth.act("review")
    booth.sees("review")
    assert violations(booth.page) == []
    booth.act("begin")
    first = booth.lock()
    assert violations(booth.page) == []
    booth.act("cast")
    assert booth.tracker() == first
    assert violations(booth.page) == []
    assert booth.page.evaluate("() => document.scrollingElement.scrollWidth") <= width

    booth.act("again")
    booth.choose(1)
    second = booth.lock()
    booth.act("cast")
    assert booth.tracker() == second != first
    assert [tracker_of(data) for data in ballots(assembly)] == [first, second]
    booth.page.click("#receipt-find")
    expect(booth.page.locator(".notice.ok")).to_be_visible()
    assert booth.complaints == []
    assert finish(assembly, tmp_path) == [1, 0, 0, 0]


def test_a_vote_can_be_cast_by_keyboard_alone(vote: tuple[Assembly, list[Person]], page_of: PageOf, tmp_path: Path):
    assembly, people = vote
    booth = Booth(page_of(people[0], width=1280, height=900), assembly).enter()
    booth.sees("choose")
    keys = booth.page.keyboard

    def go_to(selector: str) -> None:
        for _ in range(40):
            if booth.page.evaluate("s => document.activeElement.matches(s)", selector):
                ring = booth.page.evaluate(
                    """() => [document.activeElement, document.activeElement.closest('.choice')].some(
                        (each) => each && getComputedStyle(each).outlineStyle !== 'none')"""
                )
                assert ring, f"no visible focus on {selector}"
                return
            keys.press("Tab")
        raise AssertionError(f"{selector} cannot be reached")

    for number in (2, 4):
        go_to(f'input[value="{number - 1}"]')
        keys.press("Space")
        booth.page.evaluate("() => document.getElementById('h-choose').focus()")
    assert booth.page.inner_text("#tally-count") == "2개"
    go_to('[data-act="review"]')
    keys.press("Enter")
    booth.sees("review")
    assert booth.page.evaluate("() => document.activeElement.id") == "h-review"
    go_to('[data-act="lock"]')
    keys.press("Enter")
    booth.sees("cast")
    go_to('[data-act="cast"]')
    keys.press("Enter")
    booth.sees("receipt")
    assert booth.page.evaluate("() => document.activeElement.id") == "h-receipt"
    assert finish(assembly, tmp_path) == [0, 1, 0, 1]


def test_the_tally_warns_and_unticks_nothing(vote: tuple[Assembly, list[Person]], page_of: PageOf):
    assembly, people = vote
    booth = Booth(page_of(people[0]), assembly).enter()
    booth.choose(1, 2)
    expect(booth.page.locator("#tally-warning")).to_have_text(
        "고른 사업을 다 하려면 예산보다 1,500,000원이 더 듭니다. 그래도 투표할 수 있습니다."
    )
    booth.choose(*range(1, assembly.form.at_most + 2))
    expect(booth.page.locator("#tally-warning")).to_contain_text("1개를 빼 주세요.")
    assert booth.page.locator("#items :checked").count() == assembly.form.at_most + 1
    booth.act("review")
    booth.sees("choose")
    assert violations(booth.page) == []
    for number in range(1, assembly.form.at_most + 2):
        booth.page.get_by_label(f"{number}. 사업 {number}").uncheck()
    booth.act("review")
    expect(booth.page.locator("#review-advice")).to_contain_text("빈 표")
    booth.act("lock")
    booth.sees("cast")


def test_a_challenged_ballot_opens_to_the_choices_and_is_never_cast(
    vote: tuple[Assembly, list[Person]], page_of: PageOf, tmp_path: Path
):
    assembly, people = vote
    booth = Booth(page_of(people[0]), assembly).enter()
    booth.choose(2, 4)
    tracker = booth.lock()
    booth.act("challenge")
    booth.sees("challenge")
    assert violations(booth.page) == []
    assert booth.page.locator("#challenge-picks .t").all_inner_texts() == ["2. 사업 2", "4. 사업 4"]
    assert booth.page.inner_text("#challenge-tracker") == tracker
    booth.page.click("details summary:visible")
    files = {}
    for name in ("ballot", "opening"):
        with booth.page.expect_download() as download:
            booth.act(f"save-{name}")
        files[name] = Path(download.value.path()).read_bytes()
    context = board.context_of(assembly)
    opening = Opening.parse(files["opening"], context.election)
    assert open_challenged(context, files["ballot"], opening) == ((0, 1, 0, 1),)
    assert tracker_of(files["ballot"]) == tracker
    assert ballots(assembly) == []

    path, ballot, opened = tmp_path / "a.bel", tmp_path / "ballot.json", tmp_path / "opening.json"
    path.write_bytes(b"".join(board.archive(assembly)))
    ballot.write_bytes(files["ballot"])
    opened.write_bytes(files["opening"])
    command = [sys.executable, "-m", "voting", "cast", "challenge", path, "--ballot", ballot, "--opening", opened]
    assert subprocess.run(list(map(str, command)), check=False, capture_output=True).returncode == 0

    booth.act("choose-anew")
    assert booth.page.locator("#items :checked").count() == 2
    second = booth.lock()
    assert second != tracker
    booth.act("cast")
    assert booth.tracker() == second
    assert finish(assembly, tmp_path) == [0, 1, 0, 1]


def test_a_lost_connection_loses_no_ballot(vote: tuple[Assembly, list[Person]], page_of: PageOf, tmp_path: Path):
    assembly, people = vote
    booth = Booth(page_of(people[0]), assembly).enter()
    booth.choose(3)
    tracker = booth.lock()
    sent: list[str] = []
    met: list[str] = []
    cut_off = True

    def meet(route: Route) -> None:
        """At first no request leaves; then one arrives but its answer is lost; the next one meets a busy server."""
        sent.append(route.request.post_data or "")
        if cut_off:
            route.abort("internetdisconnected")
        elif not met:
            met.append("lost")
            route.fetch()
            route.abort("connectionreset")
        elif met == ["lost"]:
            met.append("busy")
            route.fulfill(status=503, body="<html>busy</html>")
        else:
            met.append("answered")
            route.continue_()

    booth.page.route("**/assembly/ballots", meet)
    booth.act("cast")
    expect(booth.page.locator("#sending-wait")).to_be_visible()
    assert violations(booth.page) == []
    cut_off = False
    booth.act("hurry")
    assert booth.tracker() == tracker
    assert met == ["lost", "busy", "answered"]
    assert len(set(sent)) == 1, "every time the same bytes"
    assert len(ballots(assembly)) == 1
    assert finish(assembly, tmp_path) == [0, 0, 1, 0]


def test_a_reload_keeps_every_step_but_no_secret(vote: tuple[Assembly, list[Person]], page_of: PageOf):
    assembly, people = vote
    code = casting.code_for(assembly, people[0], at=utc_now())
    booth = Booth(page_of(people[0]), assembly).enter()
    booth.choose(2)
    order = booth.page.locator("#items .t").all_inner_texts()
    booth.page.reload()
    booth.sees("choose")
    assert booth.page.locator("#items .t").all_inner_texts() == order
    assert booth.page.locator("#items :checked").count() == 1

    tracker = booth.lock()
    kept = booth.kept()
    assert code not in kept
    assert "picks" not in kept
    assert "randomness" not in kept
    assert "사업 2" not in booth.page.evaluate(
        "() => document.querySelector('main').innerHTML.replace(/<div hidden.*/s, '')"
    )
    booth.page.reload()
    booth.sees("cast")
    assert booth.page.inner_text("#cast-tracker") == tracker
    expect(booth.page.locator("#challenge-card")).to_be_hidden()

    booth.act("cast")
    assert booth.tracker() == tracker
    assert "credential" not in booth.kept(), "the locked ballot is gone once there is a receipt"
    booth.page.reload()
    assert booth.tracker() == tracker
    booth.act("finish")
    booth.page.wait_for_url("**/assembly/after")
    assert booth.kept() == "{}{}"


def test_a_ballot_on_its_way_goes_on_after_a_reload(vote: tuple[Assembly, list[Person]], page_of: PageOf):
    assembly, people = vote
    booth = Booth(page_of(people[0]), assembly).enter()
    booth.choose(2)
    tracker = booth.lock()
    booth.page.route("**/assembly/ballots", lambda route: route.abort())
    booth.act("cast")
    expect(booth.page.locator("#sending-wait")).to_be_visible()
    booth.page.on("dialog", lambda dialog: dialog.accept())
    booth.page.unroute_all()
    booth.page.reload()
    assert booth.tracker() == tracker


def test_a_receipt_that_is_not_about_the_ballot_is_refused(vote: tuple[Assembly, list[Person]], page_of: PageOf):
    assembly, people = vote
    booth = Booth(page_of(people[0]), assembly).enter()
    booth.choose(2)
    tracker = booth.lock()
    for lie in ({"tracker": "A" * 43}, {"event": "0" * 64}, {"height": 0}, {"parent": "x"}, {"proof": ""}):
        booth.page.route("**/assembly/ballots", answering_with(lie))
        booth.act("cast")
        expect(booth.page.locator("#cast-refused")).to_be_visible()
        expect(booth.page.locator("#cast-refused")).to_contain_text("맞지 않습니다")
        assert booth.page.inner_text("#cast-tracker") == tracker
        assert violations(booth.page) == []
        booth.page.unroute_all()
    booth.act("cast")
    assert booth.tracker() == tracker


def test_another_election_than_the_published_one_is_refused(vote: tuple[Assembly, list[Person]], page_of: PageOf):
    assembly, people = vote
    booth = Booth(page_of(people[0]), assembly)

    def swap(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("사업 2", "사업 9"))

    booth.page.route("**/assembly/election.json", swap)
    booth.enter()
    booth.sees("trouble")
    expect(booth.page.locator("#trouble-text")).to_contain_text("선거 지문과 다릅니다")


def test_a_code_from_a_letter_opens_the_booth_without_an_account(
    vote: tuple[Assembly, list[Person]], page_of: PageOf, tmp_path: Path
):
    assembly, people = vote
    codes = [casting.code_for(assembly, person, at=utc_now()) for person in people[:2]]
    by_link = Booth(page_of(), assembly).enter(f"#{codes[0]}")
    by_link.sees("choose")
    assert "#" not in by_link.page.url
    assert codes[0] not in by_link.page.evaluate("() => JSON.stringify(history.state) + location.href")
    by_link.choose(1)
    by_link.lock()
    by_link.act("cast")
    by_link.sees("receipt")

    typed = Booth(page_of(), assembly).enter()
    typed.sees("code")
    assert violations(typed.page) == []
    for wrong, sentence in (
        ("", "적어 주세요"),
        ("abc", "글자 수가"),
        (codes[1].replace(codes[1][0], "0", 1), "쓰지 않습니다"),
        ("aaaaa-aaaaaa-aaaaa-aaaaaa", "이 총회의 투표 번호가 아닙니다"),
    ):
        typed.page.fill("#code", wrong)
        typed.page.press("#code", "Enter")
        expect(typed.page.locator("#code-error")).to_contain_text(sentence)
    assert violations(typed.page) == []
    typed.page.fill("#code", codes[1].replace("-", " "))
    typed.page.press("#code", "Enter")
    typed.choose(1)
    typed.lock()
    typed.act("cast")
    typed.sees("receipt")

    for booth, code in ((by_link, codes[0]), (typed, codes[1])):
        sent = [f"{url} {body}" for _, url, body in booth.requests]
        assert all(code not in each and code.replace("-", "") not in each for each in sent), "the code stays here"
        assert all(url.startswith((booth.page.url.split("/place-")[0], "blob:")) for _, url, _ in booth.requests)
        (ballot,) = [body for method, url, body in booth.requests if method == "POST" and url.endswith("/ballots")]
        assert check_ballot(board.context_of(assembly), ballot.encode()).tracker == booth.tracker()
        assert booth.complaints == []
    assert finish(assembly, tmp_path) == [2, 0, 0, 0]


def test_a_ballot_travels_without_cookies(vote: tuple[Assembly, list[Person]], page_of: PageOf):
    assembly, people = vote
    booth = Booth(page_of(people[0]), assembly).enter()
    booth.choose(2)
    booth.lock()
    with booth.page.expect_response("**/assembly/ballots") as sent:
        booth.act("cast")
    headers = sent.value.request.all_headers()
    assert "cookie" not in headers
    assert "referer" not in headers


def test_a_resident_without_a_code_is_told_why_and_can_type_one(
    vote: tuple[Assembly, list[Person]], page_of: PageOf, site: Site
):
    assembly, _ = vote
    with transaction():
        late = Person(public_name="늦은 이웃", created_at=utc_now())
        session().add(late)
    booth = Booth(page_of(late), assembly).enter()
    booth.sees("code")
    expect(booth.page.locator("#code-refused")).to_contain_text("주민으로 확인된 분만")


def test_the_vote_that_ended_meanwhile_is_said_so(vote: tuple[Assembly, list[Person]], page_of: PageOf):
    assembly, people = vote
    booth = Booth(page_of(people[0]), assembly).enter()
    booth.choose(2)
    tracker = booth.lock()
    with transaction():
        session().get_one(Assembly, assembly.id).closes_at = utc_now() - timedelta(seconds=1)
    booth.act("cast")
    expect(booth.page.locator("#cast-refused")).to_contain_text("투표가 끝나 넣지 못했습니다")
    assert booth.page.inner_text("#cast-tracker") == tracker
    late = Booth(page_of(people[1]), assembly).enter()
    late.sees("over")
    assert violations(late.page) == []


def test_where_workers_cannot_run_the_page_locks_the_ballot_itself(
    vote: tuple[Assembly, list[Person]], page_of: PageOf
):
    assembly, people = vote
    booth = Booth(page_of(people[0]), assembly)
    booth.page.add_init_script("delete globalThis.Worker")
    booth.enter()
    booth.choose(2)
    tracker = booth.lock()
    booth.act("cast")
    assert booth.tracker() == tracker


def test_the_receipt_is_kept_on_paper_in_a_file_and_on_the_clipboard(
    vote: tuple[Assembly, list[Person]], page_of: PageOf
):
    assembly, people = vote
    page = page_of(people[0], width=1280, height=900)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    booth = Booth(page, assembly).enter()
    booth.choose(2)
    booth.lock()
    booth.act("cast")
    tracker = booth.tracker()
    booth.act("copy")
    expect(page.locator("#said")).to_have_text("번호를 복사했습니다.")
    assert page.evaluate("() => navigator.clipboard.readText()") == tracker
    with page.expect_download() as download:
        booth.act("save")
    text = Path(download.value.path()).read_text()
    assert tracker in text
    assert assembly.fingerprint in text
    assert "사업" not in text
    page.emulate_media(media="print")
    assert page.locator(".slip").is_visible()
    assert page.locator("#receipt-qr path").get_attribute("d")
    assert not page.locator('[data-act="finish"]').is_visible()
    assert "사업" not in page.locator('[data-screen="receipt"]').inner_text()


def test_without_scripts_the_page_explains_itself(vote: tuple[Assembly, list[Person]], page_of: PageOf):
    assembly, _ = vote
    page = page_of(java_script_enabled=False)
    page.goto(f"/{assembly.place.slug}/assembly/booth")
    # Playwright's search for texts passes over <noscript>, whatever the browser shows.
    explanation = page.locator("main noscript")
    assert explanation.is_visible()
    assert "자바스크립트가 켜져 있어야" in explanation.inner_text()
    assert "종이로 투표할 수 있습니다" in explanation.inner_text()
    assert not page.locator("#booth").is_visible()


def test_the_language_changes_without_losing_the_choices(vote: tuple[Assembly, list[Person]], page_of: PageOf):
    assembly, people = vote
    booth = Booth(page_of(people[0]), assembly).enter()
    booth.choose(2)
    booth.page.click("#language")
    expect(booth.page.locator("html")).to_have_attribute("lang", "en")
    booth.sees("choose")
    assert booth.page.locator("#items :checked").count() == 1


def test_twenty_answers_are_locked_well_under_a_second_on_a_slow_telephone(site: Site, page_of: PageOf):
    """A fourth of this machine's speed, after the tables that are made while the voter still reads."""
    assembly, people = make_assembly([1_000_000] * 20, residents=2, at=utc_now() - timedelta(hours=1))
    page = page_of(people[0])
    booth = Booth(page, assembly).enter()
    booth.sees("choose")
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
    milliseconds = page.evaluate(
        """async (code) => {
            const { crafts } = await import('/static/booth/locksmith.js');
            crafts.prepare(await (await fetch('election.json')).text());
            const times = [];
            for (let round = 0; round < 5; round++) {
                const start = performance.now();
                crafts.lock(code, [[1, 1, ...Array(18).fill(0)]]);
                times.push(performance.now() - start);
            }
            return times;
        }""",
        casting.code_for(assembly, people[0], at=utc_now()),
    )
    # The least of five: the machine of the tests is shared. docs/performance.md has the figures.
    assert min(milliseconds) < 1000, milliseconds


@pytest.mark.parametrize("name", ["booth.html", "booth-en.html"])
def test_a_ballot_locked_without_any_connection_is_put_in_as_a_file(
    vote: tuple[Assembly, list[Person]], page_of: PageOf, tmp_path: Path, name: str
):
    assembly, people = vote
    code = casting.code_for(assembly, people[0], at=utc_now())
    copy = page_of(people[0]).request.get(f"/{assembly.place.slug}/assembly/booth.zip")
    with zipfile.ZipFile(io.BytesIO(copy.body())) as archive:
        archive.extractall(tmp_path)
    offline = Booth(page_of(), assembly)
    offline.page.context.set_offline(True)
    offline.page.goto((tmp_path / name).as_uri())
    offline.sees("code")
    assert violations(offline.page) == []
    offline.page.fill("#code", code)
    offline.page.press("#code", "Enter")
    offline.choose(2)
    offline.act("review")
    offline.act("lock")
    offline.sees("cast")
    assert not offline.page.locator("#cast-card").is_visible()
    tracker = offline.page.inner_text("#cast-tracker")
    with offline.page.expect_download() as download:
        offline.act("save-locked")
    assert not offline.page.locator("#challenge-card").is_visible(), "what may be cast is never opened"
    locked = tmp_path / "locked.json"
    download.value.save_as(locked)
    assert {url.split(":")[0] for _, url, _ in offline.requests} <= {"file", "data", "blob"}
    assert check_ballot(board.context_of(assembly), locked.read_bytes()).tracker == tracker

    online = Booth(page_of(), assembly).enter()
    online.sees("code")
    online.page.locator("summary", has_text="잠근 표 파일 넣기").click()
    online.page.set_input_files("#ballot-file", locked)
    online.sees("cast")
    online.act("cast")
    assert online.tracker() == tracker
    assert finish(assembly, tmp_path) == [0, 1, 0, 0]
