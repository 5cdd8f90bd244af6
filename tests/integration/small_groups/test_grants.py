"""Small-group grants on both databases: who may, when it is too late, what the ledger says, who is left out."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.council.models import CouncilOfficer, MeetingAttendance
from app.council.rules.membership import Office
from app.db.session import session, transaction
from app.errors import AppError, Conflict, InvalidInput, NotAllowed, NotFound, RuleViolation
from app.execution.models import Project
from app.people.models import Person
from app.people.rules import Role
from app.record.models import RecordEntry
from app.small_groups.models import GrantRecusal, GrantRound, GroupApplication, GroupPerson
from app.small_groups.queries.applications import confirmed_count
from app.small_groups.rules.applications import Criterion, Mark, Ruling, State
from app.small_groups.services import applying, checking, deliberating, people, rounds
from tests.conftest import NOW
from tests.factories import make_cycle, make_holder, make_place, make_resident
from tests.factories_council import make_council, set_rule
from tests.factories_small_groups import (
    AFTER,
    CLOSES,
    applications,
    check,
    decide,
    make_application,
    make_clerk,
    make_draft,
    make_sitting,
    terms,
    wish,
)

REASON = "예산 안에서 먼저 필요한 모임부터 정했습니다."
TICK = timedelta(microseconds=1)


def refused(kind: type[AppError], act: Callable[[], Any]) -> None:
    with pytest.raises(kind), transaction():
        act()


def acts(place_id: int) -> list[str]:
    rows = session().scalars(select(RecordEntry).where(RecordEntry.place_id == place_id).order_by(RecordEntry.height))
    return [entry.act for entry in rows]


def test_a_dong_promises_its_money_once(row: GrantRound, clerk: Person):
    words = rounds.Words("둘째", "더 찾습니다. 신청하세요.", "조례 제3조", row.source)

    def second(won: int, groups: int) -> GrantRound:
        asked = terms(envelope_won=won, max_won=min(won, 1_000_000), most_groups=groups)
        return rounds.announce_round(row.cycle, words, asked, once="second", by=clerk, at=NOW)

    refused(InvalidInput, lambda: second(2_500_001, 1))
    refused(InvalidInput, lambda: second(2_500_000, 2))
    with transaction():
        made = second(2_500_000, 1)
    with transaction():
        assert second(2_500_000, 1) is made
    refused(InvalidInput, lambda: rounds.announce_round(row.cycle, words, terms(), once="3", by=clerk, at=NOW))
    with transaction():
        rounds.cancel_round(made.id, reason="알린 날을 잘못 적었습니다.", version=made.version, by=clerk, at=NOW)
    with transaction():
        rounds.announce_round(row.cycle, words, terms(most_groups=1), once="4", by=clerk, at=NOW)


def test_the_secretary_announces_and_other_members_do_not(row: GrantRound):
    place = make_place()
    cycle = make_cycle(place)
    _council, term, members = make_council(place, members=2)
    with transaction() as current:
        current.add(
            CouncilOfficer(
                term_id=term.id,
                member_id=members[0].id,
                name="간사",
                office=Office.SECRETARY,
                elected_on=date(2026, 1, 2),
            )
        )
    words = rounds.Words("소모임", "동네에 도움이 되는 모임", "조례", row.source)
    secretary, other = members[0].person, members[1].person
    assert secretary is not None
    assert other is not None
    refused(NotAllowed, lambda: rounds.announce_round(cycle, words, terms(), once="a", by=other, at=NOW))
    with transaction():
        rounds.announce_round(cycle, words, terms(), once="a", by=secretary, at=NOW)


def test_a_leader_has_one_application_however_often_it_is_begun(row: GrantRound):
    leader = make_resident(row.place)
    for _ in range(2):
        with transaction():
            applying.begin_application(row.id, wish(), group_id=None, by=leader, at=NOW)
    assert len(applications()) == 1


def test_nothing_is_taken_at_the_closing_instant(row: GrantRound):
    draft, sent = make_draft(row), make_application(row, name="다른 모임")
    stranger = make_resident(row.place)
    leader = draft.leader
    for act in (
        lambda: applying.begin_application(row.id, wish(), group_id=None, by=stranger, at=CLOSES),
        lambda: applying.submit_application(draft.id, by=leader, at=CLOSES),
        lambda: applying.edit_application(sent.id, wish(), version=sent.version, by=sent.leader, at=CLOSES),
        lambda: people.make_link(draft.id, word="late", by=leader, at=CLOSES),
        lambda: people.mail_invitation(draft.id, word="late", to="a@example.kr", by=leader, at=CLOSES),
        lambda: people.leave(sent.id, by=sent.people[1].person, at=CLOSES),
    ):
        refused(RuleViolation, act)
    with transaction():
        people.make_link(draft.id, word="in time", by=leader, at=CLOSES - TICK)
    refused(RuleViolation, lambda: people.confirm("in time", by=stranger, at=CLOSES))
    with transaction():
        applying.submit_application(draft.id, by=leader, at=CLOSES - TICK)
    with transaction():
        applying.withdraw_application(sent.id, by=sent.leader, at=CLOSES)
    assert sent.state is State.WITHDRAWN


def test_only_verified_residents_confirm_and_each_once(row: GrantRound):
    draft = make_draft(row, people_count=1)
    with transaction():
        people.make_link(draft.id, word="link", by=draft.leader, at=NOW)
    stranger, later = make_resident(make_place()), make_resident(row.place)
    refused(NotAllowed, lambda: people.confirm("link", by=stranger, at=NOW))
    neighbour = make_resident(row.place)
    for _ in range(2):
        with transaction():
            people.confirm("link", by=neighbour, at=NOW)
    assert confirmed_count(draft) == 2
    refused(RuleViolation, lambda: applying.submit_application(draft.id, by=draft.leader, at=NOW))
    with transaction():
        people.make_link(draft.id, word="new", by=draft.leader, at=NOW)
    refused(NotFound, lambda: people.confirm("link", by=later, at=NOW))
    refused(NotFound, lambda: people.make_link(draft.id, word="x", by=later, at=NOW))
    refused(NotAllowed, lambda: people.make_link(draft.id, word="x", by=neighbour, at=NOW))


def test_three_people_do_not_make_four_groups(row: GrantRound):
    first, second = make_draft(row), make_draft(row, people_count=1, name="또 다른 모임")
    with transaction():
        people.make_link(second.id, word="second", by=second.leader, at=NOW)
    neighbour = next(each.person for each in first.people if each.person_id != first.leader_id)
    refused(RuleViolation, lambda: people.confirm("second", by=neighbour, at=NOW))
    refused(
        RuleViolation, lambda: applying.begin_application(row.id, wish("셋째"), group_id=None, by=neighbour, at=NOW)
    )
    with transaction():
        applying.withdraw_application(first.id, by=first.leader, at=NOW)
    with transaction():
        people.confirm("second", by=neighbour, at=NOW)
    set_rule(row.place, "group.per_person", "2")
    with transaction():
        applying.begin_application(row.id, wish("셋째"), group_id=None, by=neighbour, at=NOW)


def test_a_withdrawn_application_begins_anew_with_its_leader_alone(row: GrantRound):
    sent = make_application(row)
    number = sent.number
    with transaction():
        applying.withdraw_application(sent.id, by=sent.leader, at=NOW)
    with transaction():
        applying.begin_application(row.id, wish("새 이름"), group_id=None, by=sent.leader, at=NOW)
    assert (sent.state, sent.name, confirmed_count(sent)) == (State.DRAFT, "새 이름", 1)
    assert sent.number == number


def test_who_changes_the_text_tells_those_who_confirmed_and_another_window_is_refused(row: GrantRound):
    draft = make_draft(row)
    seen = draft.version
    with transaction():
        applying.edit_application(draft.id, wish(won=700_000), version=seen, by=draft.leader, at=NOW)
    refused(Conflict, lambda: applying.edit_application(draft.id, wish(), version=seen, by=draft.leader, at=NOW))
    assert draft.asked_won == 700_000


def test_a_group_that_became_too_small_is_not_eligible(row: GrantRound, clerk: Person):
    sent = make_application(row)
    other = next(each.person for each in sent.people if each.person_id != sent.leader_id)
    with transaction():
        people.leave(sent.id, by=other, at=NOW)
    refused(InvalidInput, lambda: check_inside(sent, clerk))
    check(sent, clerk, reason="주민이 두 명뿐이어서 받을 수 없습니다.")
    assert sent.state is State.INELIGIBLE
    assert sent.failures == [Criterion.PEOPLE.value]


def check_inside(sent: GroupApplication, clerk: Person) -> None:
    checking.check_application(sent.id, failed=[], reason="", version=sent.version, by=clerk, at=AFTER)


def test_staff_check_after_the_closing_and_never_their_own_group(row: GrantRound, clerk: Person):
    sent = make_application(row)
    refused(
        RuleViolation,
        lambda: checking.check_application(
            sent.id, failed=[], reason="", version=sent.version, by=clerk, at=CLOSES - TICK
        ),
    )
    own = make_holder(Role.DONG_STAFF, row.place)
    with transaction() as current:
        current.add(GroupPerson(application_id=sent.id, person_id=own.id, confirmed_at=NOW))
    refused(NotAllowed, lambda: check_inside(sent, own))
    foreign = make_clerk(make_place())
    refused(NotAllowed, lambda: check_inside(sent, foreign))
    seen = sent.version
    check(sent, clerk)
    refused(
        Conflict,
        lambda: checking.check_application(sent.id, failed=[], reason="", version=seen, by=clerk, at=AFTER),
    )
    check(sent, clerk, failed=[Criterion.USES], reason="인건비가 들어 있어 받을 수 없습니다.")
    assert sent.state is State.INELIGIBLE


def test_members_do_not_score_their_own_group_and_their_sheets_do_not_count(row: GrantRound, clerk: Person):
    council = [make_holder(Role.COUNCIL_MEMBER, row.place) for _ in range(3)]
    sent = make_application(row)
    with transaction() as current:
        current.add(GroupPerson(application_id=sent.id, person_id=council[0].id, confirmed_at=NOW))
    check(sent, clerk)
    marks = dict.fromkeys(Mark, 4)
    refused(NotAllowed, lambda: deliberating.score(sent.id, marks, by=council[0], at=AFTER))
    refused(NotAllowed, lambda: deliberating.score(sent.id, marks, by=clerk, at=AFTER))
    for member in council[1:]:
        for _ in range(2):
            with transaction():
                deliberating.score(sent.id, marks, by=member, at=AFTER)
    for _ in range(2):
        with transaction():
            deliberating.stand_back(sent.id, by=council[2], at=AFTER)
    refused(RuleViolation, lambda: deliberating.score(sent.id, marks, by=council[2], at=AFTER))
    decide(row, {sent.id: Ruling(600_000, "")}, clerk)
    session().refresh(sent)
    assert (sent.score_sum, sent.score_count, sent.recused) == (16, 1, 2)
    assert {each.person_id for each in session().scalars(select(GrantRecusal))} == {council[0].id, council[2].id}


@pytest.mark.slow
def test_a_meeting_decides_only_with_its_quorum_without_those_left_out(row: GrantRound, clerk: Person):
    council = [make_holder(Role.COUNCIL_MEMBER, row.place) for _ in range(3)]
    meeting = make_sitting(row.place, council)
    sent = make_application(row)
    check(sent, clerk)
    ruling = {sent.id: Ruling(600_000, REASON)}
    refused(InvalidInput, lambda: deliberating.conclude(
        row.id, ruling, deliberating.Sitting(None, "위원회", date(2026, 7, 12)), version=row.version, by=clerk, at=AFTER))  # fmt: skip
    with transaction() as current:
        for attendance in current.scalars(select(MeetingAttendance)).all()[:2]:
            attendance.is_present = False
    sitting = deliberating.Sitting(meeting.id)
    refused(
        RuleViolation, lambda: deliberating.conclude(row.id, ruling, sitting, version=row.version, by=clerk, at=AFTER)
    )
    for member in council[:2]:
        with transaction():
            deliberating.stand_back(sent.id, by=member, at=AFTER)
    with transaction():
        deliberating.conclude(row.id, ruling, sitting, version=row.version, by=clerk, at=AFTER)
    assert row.meeting_id == meeting.id
    assert sent.recused == 2


@pytest.mark.slow
def test_a_decision_is_whole_within_the_envelope_and_final(row: GrantRound, clerk: Person):
    sent = [make_application(row, name=f"모임{n}", won=1_000_000) for n in range(3)]
    for each in sent[:2]:
        check(each, clerk)
    three = {each.id: Ruling(1_000_000, REASON) for each in sent}
    refused(RuleViolation, lambda: _decide(row, {sent[0].id: three[sent[0].id]}, clerk))
    check(sent[2], clerk)
    refused(RuleViolation, lambda: _decide(row, three, clerk))
    rulings = {**three, sent[2].id: Ruling(0, REASON)}
    refused(RuleViolation, lambda: _decide(row, {key: rulings[key] for key in list(rulings)[:2]}, clerk))
    own = make_holder(Role.DONG_STAFF, row.place)
    with transaction() as current:
        current.add(GroupPerson(application_id=sent[0].id, person_id=own.id, confirmed_at=NOW))
    refused(NotAllowed, lambda: _decide(row, rulings, own))
    seen = row.version
    decide(row, rulings, clerk)
    refused(Conflict, lambda: _decide(row, rulings, clerk, version=seen))
    refused(RuleViolation, lambda: _decide(row, rulings, clerk))
    assert [each.state for each in sent] == [State.GRANTED, State.GRANTED, State.REFUSED]
    projects = session().scalars(select(Project)).all()
    assert [project.balance.planned_won for project in projects] == [1_000_000, 1_000_000]
    assert {project.source for project in projects} == {row.source}
    entries = session().scalars(select(RecordEntry).where(RecordEntry.act.startswith("small_groups."))).all()
    assert not any("모임0" in str(entry.values) or REASON in str(entry.values) for entry in entries)
    assert acts(row.place_id).count("small_groups.granted") == 2


def _decide(row: GrantRound, rulings: dict[int, Ruling], by: Person, version: int | None = None) -> None:
    sitting = deliberating.Sitting(None, "소모임 심의위원회", date(2026, 7, 12))
    deliberating.conclude(row.id, rulings, sitting, version=version or row.version, by=by, at=AFTER)
