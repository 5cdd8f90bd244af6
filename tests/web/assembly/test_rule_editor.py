"""The page where a place says what voters are asked and how it is counted."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.assembly.models import Assembly
from app.assembly.rules import BallotForm, ChoiceOrder, Preference
from app.db.session import session
from app.people.models import Person
from tests.conftest import NOW
from tests.factories_year import make_assembly, make_staff
from voting.allocation import Completion, RuleName

COSTS = [6_000_000, 5_000_000, 4_000_000, 40_000_000]


@pytest.fixture(autouse=True)
def _before_the_vote() -> Iterator[None]:
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        yield


@pytest.fixture
def preparing(app: Flask, client_of: Callable[[Person], FlaskClient]) -> tuple[Assembly, FlaskClient]:
    assembly, _ = make_assembly(COSTS, residents=12, is_open=False)
    return assembly, client_of(make_staff(assembly.place))


def address(assembly: Assembly) -> str:
    return f"/{assembly.place.slug}/assembly/rule"


def typed(assembly: Assembly, **changes: object) -> dict[str, object]:
    usual = {
        "version": assembly.version,
        "preference": "approval",
        "at_most": "3",
        "per_item": "",
        "order": "rotated",
        "rule": "greedy",
        "threshold": "",
        "completion": "add1u",
        "increment_won": "1,000",
        "minimum_votes": "1",
        "step": "save",
    }
    return usual | changes


@pytest.mark.slow
def test_the_page_shows_what_is_chosen_in_plain_words(preparing: tuple[Assembly, FlaskClient]):
    assembly, staff = preparing
    page = staff.get(address(assembly)).text
    assert 'value="approval" checked' in page.replace('checked=""', "checked") or "checked" in page
    assert "예산을 투표한 사람 수로 똑같이 나누어" in page
    assert "꾸며 낸 표" in page
    assert "예산보다 비싸서 뽑힐 수 없는 사업이 있습니다: 4. 사업 4" in page


@pytest.mark.slow
def test_what_is_chosen_is_kept_and_shown_before_the_opening(preparing: tuple[Assembly, FlaskClient]):
    assembly, staff = preparing
    answer = staff.post(
        address(assembly),
        data=typed(assembly, preference="points", at_most="10", per_item="5", order="random", majority="y"),
    )
    assert answer.status_code == 303
    session().expire_all()
    assert assembly.form == BallotForm(Preference.POINTS, 10, 5, majority=True, order=ChoiceOrder.RANDOM)
    assert assembly.counting_rule.majority is not None
    for page in ("", "/open"):
        html = staff.get(f"/{assembly.place.slug}/assembly{page}").text
        assert "점수 나누어 주기" in html or page == ""
    opening = staff.get(f"/{assembly.place.slug}/assembly/open").text
    assert "10점, 한 사업에 5점까지" in opening
    assert "합계만 공개합니다" in opening


@pytest.mark.slow
def test_trying_keeps_nothing_and_says_what_it_would_mean(preparing: tuple[Assembly, FlaskClient]):
    assembly, staff = preparing
    before = assembly.ballot
    answer = staff.post(address(assembly), data=typed(assembly, rule="equal-shares", step="try"))
    assert answer.status_code == 200
    assert "하나하나 공개합니다" in answer.text
    assert "드문 표는 눈에 띕니다" in answer.text
    assert answer.text.index("같은 몫 나누기") < answer.text.index("고른 방법")
    session().expire_all()
    assert assembly.ballot == before


@pytest.mark.slow
def test_a_proportional_rule_opens_whole_ballots(preparing: tuple[Assembly, FlaskClient]):
    assembly, staff = preparing
    staff.post(address(assembly), data=typed(assembly, rule="equal-shares", increment_won="500"))
    session().expire_all()
    assert assembly.form.shuffled
    rule = assembly.counting_rule
    assert (rule.name, rule.completion, rule.increment) == (RuleName.EQUAL_SHARES, Completion.ADD1U, 500)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"at_most": "9"}, "1에서 사업 수인 4 사이로"),
        ({"at_most": "0"}, "1보다 큰 수로"),
        ({"preference": "points", "at_most": "10", "per_item": "11"}, "1점에서 전체 점수 사이"),
        ({"preference": "categories", "at_most": "1"}, "분야가 둘은 되어야"),
        ({"preference": "none", "rule": "phragmen"}, "이 방법으로 정할 수 없습니다"),
        ({"rule": "greedy-threshold"}, "기준을 적어 주세요"),
        ({"minimum_votes": ""}, "이 칸을 채워 주세요"),
    ],
)
def test_what_cannot_be_is_refused_with_what_was_typed(
    preparing: tuple[Assembly, FlaskClient], changes: dict[str, str], said: str
):
    assembly, staff = preparing
    answer = staff.post(address(assembly), data=typed(assembly, **changes))
    assert answer.status_code == 422
    assert said in answer.text
    for value in changes.values():
        assert f'value="{value}"' in answer.text


@pytest.mark.slow
def test_two_clerks_do_not_overwrite_each_other(preparing: tuple[Assembly, FlaskClient]):
    assembly, staff = preparing
    seen = typed(assembly)
    assert staff.post(address(assembly), data=seen).status_code == 303
    assert staff.post(address(assembly), data={**seen, "at_most": "2"}).status_code == 422
    session().expire_all()
    assert assembly.form.at_most == 3


@pytest.mark.slow
def test_once_voting_is_open_the_editor_leads_to_what_is_frozen(app: Flask, client_of: Callable[[Person], FlaskClient]):
    assembly, people = make_assembly(COSTS)
    staff = client_of(make_staff(assembly.place))
    assert staff.get(address(assembly)).status_code == 303
    assert client_of(people[0]).get(address(assembly)).status_code == 403
    page = client_of(people[0]).get(f"/{assembly.place.slug}/assembly").text
    assert "표가 많은 차례로, 안 들어가면 건너뛰기" in page
