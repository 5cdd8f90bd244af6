"""A dismissal carried to its end, and members who step aside: who has a vote, and what two thirds are taken of."""

import pytest
from flask import Flask

from app.clock import kst_date
from app.council.models import CouncilMeeting, CouncilMember, DismissalMotion, Vacancy
from app.council.queries.calls import newest_dismissal
from app.council.queries.meetings import attendances_of, voters_on
from app.council.rules.dismissal import Grounds, MotionState
from app.council.rules.meetings import ItemKind, MeetingKind, Method, Outcome, RecusalKind, Vote
from app.council.rules.membership import EndReason, MemberState, VacancyState
from app.council.services import deciding, dismissing, meetings
from app.db.session import session, transaction
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.people.models import Person
from app.people.permissions import is_council
from app.people.rules import Role
from app.places.models import Place
from tests.conftest import NOW
from tests.factories import make_holder, make_place
from tests.factories_council import DAY, make_council

pytestmark = pytest.mark.slow

EVENING = NOW + 2 * DAY


@pytest.fixture
def members(app: Flask) -> list[CouncilMember]:
    """Six members of a council."""
    return make_council(make_place(), members=6)[2]


def place_of(members: list[CouncilMember]) -> Place:
    return members[0].term.council.place


def account(member: CouncilMember) -> Person:
    assert member.person is not None
    return member.person


def propose(members: list[CouncilMember]) -> DismissalMotion:
    """Let a third of the members propose to dismiss the first."""
    words = "맡은 일을 자기 이익에 썼습니다. 자세히 적습니다."
    with transaction():
        motion = dismissing.propose_dismissal(
            members[0].id, grounds=Grounds.ABUSE, text=words, once="m", by=account(members[1]), at=NOW
        )
    with transaction():
        dismissing.sign_dismissal(motion.id, by=account(members[2]), at=NOW)
    return motion


def sit(members: list[CouncilMember], *items: meetings.ItemPlan, absent: int = 0) -> CouncilMeeting:
    """Hold a meeting with these items; the last so many members are not there."""
    chair = account(members[1])
    with transaction():
        meeting = meetings.call_meeting(
            members[0].term, None, kind=MeetingKind.REGULAR, title="7월 회의", where="주민센터", is_online=False,
            starts_at=EVENING, items=items, once="x", by=chair, at=NOW,
        )  # fmt: skip
    with transaction():
        meetings.note_present(meeting.id, {}, version=meeting.version, by=chair, at=EVENING)
    there = {member.id for member in members[: len(members) - absent]}
    present = {row.id: row.member_id in there for row in attendances_of(meeting)}
    session().refresh(meeting)
    with transaction():
        meetings.note_present(meeting.id, present, version=meeting.version, by=chair, at=EVENING)
    session().refresh(meeting)
    with transaction():
        meetings.open_meeting(meeting.id, version=meeting.version, by=chair, at=EVENING)
    return meeting


def vote(
    members: list[CouncilMember], meeting: CouncilMeeting, counted: Vote, method: Method = Method.HANDS
) -> Outcome:
    with transaction():
        row = deciding.decide_item(
            meeting.items[0].id, text="투표한 대로 정한다.", outcome=None, method=method, vote=counted,
            by=account(members[1]), at=EVENING,
        )  # fmt: skip
        return row.outcome


def test_a_carried_dismissal_ends_the_seat_the_role_and_the_way_back_for_a_while(members: list[CouncilMember]):
    motion = propose(members)
    meeting = sit(members, meetings.ItemPlan("해촉 요구의 건", "", ItemKind.DISMISSAL, motion.id))
    assert vote(members, meeting, Vote(4, 1, 0)) is Outcome.ADOPTED
    session().refresh(motion)
    assert motion.state is MotionState.ADOPTED
    head = make_holder(Role.DISTRICT_STAFF, place_of(members).parent or place_of(members))
    with pytest.raises(NotAllowed), transaction():
        dismissing.answer_dismissal(
            motion.id, dismiss=True, reason="의결에 따름", version=motion.version, by=account(members[1]), at=EVENING
        )
    session().refresh(motion)
    with transaction():
        dismissing.answer_dismissal(
            motion.id, dismiss=True, reason="의결에 따름", version=motion.version, by=head, at=EVENING + DAY
        )
    gone = session().get_one(CouncilMember, members[0].id, populate_existing=True)
    assert (gone.state, gone.end_reason) == (MemberState.ENDED, EndReason.DISMISSED)
    session().refresh(account(gone))
    assert not is_council(account(gone), place_of(members), EVENING + DAY)
    assert newest_dismissal(account(gone).id) == kst_date(EVENING + DAY)
    assert session().query(Vacancy).one().state is VacancyState.OPEN


def test_two_thirds_of_all_members_are_needed_not_of_those_present(members: list[CouncilMember]):
    motion = propose(members)
    plan = meetings.ItemPlan("해촉 요구의 건", "", ItemKind.DISMISSAL, motion.id)
    meeting = sit(members, plan, absent=2)
    assert voters_on(meeting.items[0], meeting) == 3
    assert vote(members, meeting, Vote(3, 0, 0)) is Outcome.REJECTED
    session().refresh(motion)
    assert motion.state is MotionState.REJECTED
    assert session().get_one(CouncilMember, members[0].id, populate_existing=True).state is MemberState.SERVING


def test_whom_a_dismissal_concerns_has_no_vote_and_the_ballot_is_secret(members: list[CouncilMember]):
    motion = propose(members)
    meeting = sit(members, meetings.ItemPlan("해촉 요구의 건", "", ItemKind.DISMISSAL, motion.id))
    with pytest.raises(InvalidInput), transaction():
        deciding.decide_item(
            meeting.items[0].id, text="투표한 대로 정한다.", outcome=None, method=Method.HANDS, vote=Vote(4, 1, 1),
            by=account(members[1]), at=EVENING,
        )  # fmt: skip
    vote(members, meeting, Vote(4, 1, 0), Method.HANDS)
    session().refresh(meeting.items[0])
    decision = meeting.items[0].decision
    assert decision is not None
    assert (decision.method, decision.voters, decision.needed) == (Method.SECRET, 5, 4)


def test_the_head_who_declines_says_why_and_the_member_stays(members: list[CouncilMember]):
    motion = propose(members)
    vote(
        members,
        sit(members, meetings.ItemPlan("해촉 요구의 건", "", ItemKind.DISMISSAL, motion.id)),
        Vote(5, 0, 0),
    )
    head = make_holder(Role.DISTRICT_STAFF, place_of(members).parent or place_of(members))
    session().refresh(motion)
    with pytest.raises(InvalidInput), transaction():
        dismissing.answer_dismissal(motion.id, dismiss=False, reason="", version=motion.version, by=head, at=EVENING)
    session().refresh(motion)
    with transaction():
        dismissing.answer_dismissal(
            motion.id, dismiss=False, reason="사실이 확인되지 않았습니다.", version=motion.version, by=head, at=EVENING
        )
    session().refresh(motion)
    assert motion.state is MotionState.REFUSED
    assert session().get_one(CouncilMember, members[0].id, populate_existing=True).state is MemberState.SERVING


def test_who_steps_aside_is_there_but_not_counted_on_that_item(members: list[CouncilMember]):
    plans = [meetings.ItemPlan(title, "", ItemKind.DECISION) for title in ("보조사업자 정하기", "회의 날짜 바꾸기")]
    meeting = sit(members, *plans)
    first, second = meeting.items
    chair = account(members[1])
    for _ in range(2):  # sent twice, once
        with transaction():
            deciding.recuse(
                first.id, members[3].id, kind=RecusalKind.WITHDRAWAL, reason="가족이 신청한 사업", by=chair, at=EVENING
            )
    session().expire_all()
    assert [row.member_id for row in first.recusals] == [members[3].id]
    assert (voters_on(first, meeting), voters_on(second, meeting)) == (5, 6)
    with pytest.raises(InvalidInput):
        vote(members, meeting, Vote(4, 1, 1))
    assert vote(members, meeting, Vote(3, 2, 0)) is Outcome.ADOPTED
    with pytest.raises(RuleViolation), transaction():
        deciding.recuse(first.id, members[4].id, kind=RecusalKind.CHALLENGE, reason="늦었음", by=chair, at=EVENING)
    outsider = make_council(make_place(), members=1)[2][0]
    with pytest.raises(InvalidInput), transaction():
        deciding.recuse(second.id, outsider.id, kind=RecusalKind.EXCLUSION, reason="남의 위원", by=chair, at=EVENING)


def test_exactly_half_of_those_who_vote_decide_nothing(members: list[CouncilMember]):
    meeting = sit(members, meetings.ItemPlan("회의 날짜 바꾸기", "", ItemKind.DECISION))
    assert vote(members, meeting, Vote(3, 3, 0)) is Outcome.REJECTED
