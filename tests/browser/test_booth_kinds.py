"""Every kind of ballot in a real browser: chosen, reviewed, locked, challenged, cast, counted by its rule, verified."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.assembly.models import Assembly
from app.assembly.rules import BallotForm, ChoiceOrder, Preference
from app.assembly.rules.choosing import TIES
from app.assembly.services import counting, publishing
from app.clock import utc_now
from app.people.models import Person
from tests.browser.accessibility import violations
from tests.browser.conftest import Site
from tests.browser.voter import Booth, finish
from tests.factories_year import make_assembly
from voting.allocation import Completion, Rule, RuleName, TieOrder, count, rule_from_json

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.usefixtures("site")]
COSTS = [6_000_000, 5_000_000, 4_000_000, 3_000_000]
ENVELOPE = 10_000_000
SHARES = Rule(RuleName.EQUAL_SHARES, completion=Completion.ADD1U, increment=1000, ties=TieOrder(TIES))
PageOf = Callable[..., Page]


def opened(form: BallotForm, rule: Rule | None = None, **options: object) -> tuple[Assembly, list[Person]]:
    begin = utc_now() - timedelta(hours=1)
    return make_assembly(COSTS, residents=3, envelope_won=ENVELOPE, at=begin, form=form, rule=rule, **options)


def fixed(preference: Preference, at_most: int = 0, per_item: int = 0, *, majority: bool = False) -> BallotForm:
    return BallotForm(preference, at_most, per_item, majority, ChoiceOrder.FIXED)


def locked_opened_and_cast(booth: Booth) -> None:
    """Lock, look into the first one, lock the same choices again, and cast."""
    booth.act("review")
    booth.sees("review")
    reviewed = booth.page.locator('[data-screen="review"] .picks li').all_inner_texts()
    assert violations(booth.page) == []
    booth.act("lock")
    booth.sees("cast")
    booth.act("challenge")
    booth.sees("challenge")
    assert violations(booth.page) == []
    assert booth.page.locator('[data-screen="challenge"] .picks li').all_inner_texts() == reviewed
    booth.act("choose-anew")
    if booth.page.locator('[data-screen="opinions"]').is_visible():
        booth.act("choose")
    tracker = booth.lock()
    booth.act("cast")
    assert booth.tracker() == tracker
    assert booth.complaints == []


def counted_from_files_alone(assembly: Assembly, folder: Path) -> list[str]:
    """Verify and read the downloaded archive with the command, and count what it tells by the rule frozen in it."""
    path, proofs = folder / "a.bel", folder / "p.json"
    command = [sys.executable, "-m", "voting", "verify", str(path), "--proofs", str(proofs), "--json"]
    told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert told["verified"]
    assert sorted(told["result"][0]) == sorted(map(list, _numbers(assembly)))
    outcome = count(counting.counted(assembly).election, rule_from_json(assembly.rule.encode()))
    return sorted(outcome.funded)


def _numbers(assembly: Assembly) -> list[list[int]]:
    profile = counting.counted(assembly).election.profile
    assert profile is not None
    found = []
    for choices, points, times in zip(profile.choices, profile.points, profile.counts, strict=True):
        row = [0] * len(assembly.lines)
        for place, position in enumerate(choices):
            row[position] = points[place] if points else place + 1
        found += [row] * times
    return found


def funded(assembly: Assembly) -> list[str]:
    return sorted(line.project_id for line, item in zip(assembly.lines, assembly.items, strict=True) if item.is_funded)


def test_points_are_given_counted_by_equal_shares_and_recounted_from_the_files(page_of: PageOf, tmp_path: Path):
    assembly, people = opened(fixed(Preference.POINTS, 5, 3), SHARES)
    for person, given in zip(people, ([3, 0, 2, 0], [2, 3, 0, 0], [0, 0, 0, 0]), strict=True):
        booth = Booth(page_of(person), assembly).enter()
        booth.sees("choose")
        for number, points in enumerate(given, start=1):
            more = booth.page.get_by_role("button", name=f"{number}. 사업 {number}: 1점 더 주기")
            for _ in range(points):
                more.click()
        assert violations(booth.page) == []
        assert booth.page.inner_text("#tally-count") == f"{sum(given)}점"
        if sum(given) == 5:
            more = booth.page.get_by_role("button", name="4. 사업 4: 1점 더 주기")
            assert more.get_attribute("aria-disabled") == "true"
            more.focus()
            booth.page.keyboard.press("Enter")
            expect(booth.page.locator("#said")).to_contain_text("남은 점수가 없습니다")
        assert booth.page.evaluate("() => document.scrollingElement.scrollWidth") <= 360
        locked_opened_and_cast(booth)
    finish(assembly, tmp_path)
    assert [int(item.score or 0) for item in assembly.items] == [5, 3, 2, 0]
    assert assembly.blank_ballots == 1
    assert counted_from_files_alone(assembly, tmp_path) == funded(assembly) != []
    assert all(item.reason_ko for item in assembly.items)
    follows_their_own_share(page_of(), assembly, {1: 3, 3: 2})


def follows_their_own_share(page: Page, assembly: Assembly, given: dict[int, int]) -> None:
    """Mark the points again on the result's page for one's own share; compare with the kernel; nothing is sent."""
    sent: list[str] = []
    page.goto(f"/{assembly.place.slug}/assembly/my-share")
    expect(page.locator("#own[data-ready]")).to_be_visible()
    page.on("request", lambda request: sent.append(request.url))
    assert page.inner_text("#nothing-chosen") != ""
    for number, points in given.items():
        page.locator(f"#m{number}").select_option(str(points))
    account = publishing.report_of(assembly).account
    trace, election = account.trace, account.election
    assert trace is not None
    assert election.profile is not None
    wanted = (tuple(number - 1 for number in given), tuple(given.values()))
    mine = list(zip(election.profile.choices, election.profile.points, strict=True)).index(wanted)
    rows = page.locator("#rounds tr")
    assert [rows.nth(at).locator(".t").inner_text() for at in range(rows.count())] == [
        assembly.lines[project].label for project, _ in trace.payments[mine]
    ]
    for at, (_, units) in enumerate(trace.payments[mine]):
        paid = int(Fraction(units, trace.unit) + Fraction(1, 2))
        assert f"{paid:,}원" in rows.nth(at).locator(".paid").inner_text()
    left = int(Fraction(trace.money[mine], trace.unit) + Fraction(1, 2))
    assert f"{left:,}원이 남았습니다" in page.inner_text("#share-used")
    assert violations(page) == []
    assert page.evaluate("() => document.scrollingElement.scrollWidth") <= 360
    # More points than the ballot had.
    page.locator("#m2").select_option("3")
    expect(page.locator("#not-allowed")).to_be_visible()
    expect(page.locator("#answer")).to_be_hidden()
    assert sent == []
    assert page.evaluate("() => JSON.stringify({...sessionStorage, ...localStorage})") == "{}"
    page.reload()
    expect(page.locator("#own[data-ready]")).to_be_visible()
    assert page.locator("#m1").input_value() == "0", "a shared device shows nothing of the one before"


def test_a_ranking_is_made_by_keyboard_counted_by_equal_shares_and_recounted_from_the_files(
    page_of: PageOf, tmp_path: Path
):
    assembly, people = opened(fixed(Preference.RANKING, 3), SHARES)
    booth = Booth(page_of(people[0], width=1280, height=900), assembly).enter()
    booth.sees("choose")
    keys = booth.page.keyboard
    for number in (1, 2, 3):
        booth.page.locator(f'#items input[value="{number - 1}"]').focus()
        keys.press("Space")
    up = booth.page.get_by_role("button", name="3. 사업 3: 한 자리 위로")
    up.focus()
    keys.press("Enter")
    keys.press("Enter")
    expect(booth.page.locator("#said")).to_have_text("3. 사업 3, 이제 1위")
    assert booth.page.evaluate("() => document.activeElement.getAttribute('aria-label')") == "3. 사업 3: 한 자리 위로"
    assert booth.page.locator("#ranking .t").all_inner_texts() == ["3. 사업 3", "1. 사업 1", "2. 사업 2"]
    keys.press("Enter")
    assert booth.page.locator("#ranking .t").first.inner_text() == "3. 사업 3", "the first cannot go further up"
    booth.page.get_by_role("button", name="2. 사업 2: 순위에서 빼기").click()
    assert not booth.page.locator('#items input[value="1"]').is_checked()
    assert violations(booth.page) == []
    locked_opened_and_cast(booth)

    booth = Booth(page_of(people[1]), assembly).enter()
    for number in (2, 1, 3, 4):
        booth.choose(number)
    expect(booth.page.locator("#tally-warning")).to_contain_text("1개를 빼 주세요")
    booth.page.locator('#items input[value="3"]').uncheck()
    assert booth.page.locator("#ranking .rank-badge").all_inner_texts() == ["1위", "2위", "3위"]
    booth.page.reload()
    booth.sees("choose")
    assert booth.page.locator("#ranking .t").all_inner_texts() == ["2. 사업 2", "1. 사업 1", "3. 사업 3"]
    assert booth.page.evaluate("() => document.scrollingElement.scrollWidth") <= 360
    locked_opened_and_cast(booth)
    finish(assembly, tmp_path)
    assert sorted(_numbers(assembly)) == sorted([[2, 0, 1, 0], [2, 1, 3, 0]])
    assert counted_from_files_alone(assembly, tmp_path) == funded(assembly) != []


def test_items_are_approved_or_rejected_before_the_preference(page_of: PageOf, tmp_path: Path):
    assembly, people = opened(fixed(Preference.APPROVAL, 1, majority=True))
    booth = Booth(page_of(people[0]), assembly).enter()
    booth.sees("opinions")
    assert violations(booth.page) == []
    for number, answer in ((1, "찬성"), (2, "반대"), (3, "기권")):
        booth.page.get_by_role("group", name=f"{number}. 사업 {number}").get_by_label(answer).check()
    assert booth.page.inner_text("#opinions-count") == "사업 4개 가운데 3개에 답했습니다"
    booth.act("choose")
    booth.choose(1)
    booth.act("begin")
    booth.sees("opinions")
    assert booth.page.get_by_role("group", name="2. 사업 2").get_by_label("반대").is_checked()
    booth.act("choose")
    booth.act("review")
    expect(booth.page.locator("#review-advice")).to_contain_text("답하지 않은 사업 1개는 기권이 됩니다.")
    assert booth.page.locator("#review-opinions .answer").all_inner_texts() == ["찬성", "반대", "기권", "기권"]
    booth.act("begin")
    booth.act("choose")
    locked_opened_and_cast(booth)
    assert finish(assembly, tmp_path) == [1, 0, 0, 0]
    assert [(item.yes, item.no, item.abstained) for item in assembly.items] == [
        (1, 0, 0),
        (0, 1, 0),
        (0, 0, 1),
        (0, 0, 1),
    ]


def test_a_list_over_the_envelope_cannot_be_locked(page_of: PageOf, tmp_path: Path):
    assembly, people = opened(fixed(Preference.KNAPSACK))
    booth = Booth(page_of(people[0]), assembly).enter()
    booth.choose(1, 2)
    expect(booth.page.locator("#tally-warning")).to_contain_text("1,000,000원이 넘습니다")
    booth.act("review")
    booth.sees("choose")
    booth.page.get_by_label("2. 사업 2").uncheck()
    booth.choose(3)
    locked_opened_and_cast(booth)
    assert finish(assembly, tmp_path) == [1, 0, 1, 0]


def test_each_category_has_its_own_bound(page_of: PageOf, tmp_path: Path):
    assembly, people = opened(fixed(Preference.CATEGORIES, 1), categories=["환경", "복지", "환경", "복지"])
    booth = Booth(page_of(people[0]), assembly).enter()
    booth.choose(1, 3)
    assert booth.page.locator("#items h3").all_inner_texts() == ["환경 (1개까지)", "복지 (1개까지)"]
    expect(booth.page.locator("#tally-warning")).to_have_text("환경에서는 1개까지 고를 수 있습니다. 1개를 빼 주세요.")
    booth.page.get_by_label("1. 사업 1").uncheck()
    booth.choose(4)
    assert violations(booth.page) == []
    locked_opened_and_cast(booth)
    assert finish(assembly, tmp_path) == [0, 0, 1, 1]


def test_a_vote_on_nothing_but_yes_and_no(page_of: PageOf, tmp_path: Path, site: Site):
    assembly, people = opened(fixed(Preference.NONE, majority=True))
    booth = Booth(page_of(people[0], language="en-GB"), assembly).enter()
    booth.sees("opinions")
    booth.page.locator('#opinions input[value="yes"]').first.check()
    booth.act("choose")
    booth.sees("review")
    assert violations(booth.page) == []
    booth.act("lock")
    booth.sees("cast")
    booth.act("cast")
    booth.tracker()
    assert finish(assembly, tmp_path) == [1, 0, 0, 0]
