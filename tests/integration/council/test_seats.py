"""From the application to the seat and out of it again, on both databases."""

from datetime import date, timedelta
from functools import partial

import pytest
from flask import Flask

from app.council.models import Application, AppointmentList, CouncilMember, OpenCall, Vacancy
from app.council.queries.pool import candidates, sitting_values
from app.council.queries.training import hours_of
from app.council.rules.calls import ApplicationState, CallKind, CallState, Channel, Document
from app.council.rules.dismissal import Grounds, MotionState
from app.council.rules.membership import EndReason, ListState, MemberState, VacancyState
from app.council.rules.training import code_at
from app.council.services import applying, appointing, calling, checking, dismissing, erasing, schooling, vacancies
from app.db.session import session, transaction
from app.errors import Conflict, InvalidInput, NotAllowed, RuleViolation
from app.people.models import Person
from app.people.permissions import is_council
from app.people.rules import Role
from app.privacy.sealing import reveal
from tests.at_once import at_once
from tests.conftest import NOW
from tests.factories import make_holder, make_person, make_place, make_resident
from tests.factories_council import (
    DAY,
    given,
    make_applicants,
    make_call,
    make_candidates,
    make_council,
    make_course,
    make_drawn,
    set_rule,
)
from voting.lottery import identity_commitment

pytestmark = pytest.mark.slow


def test_one_person_applies_once_however_often_they_send(app: Flask):
    place = make_place()
    clerk = make_holder(Role.DONG_STAFF, place)
    call = make_call(make_council(place)[1], clerk=clerk)
    person, other = make_person(), make_person()
    with transaction():
        first = applying.apply(call.id, given(1), channel=Channel.ONLINE, once="a", by=person, at=NOW)
    with transaction():
        again = applying.apply(call.id, given(1), channel=Channel.ONLINE, once="b", by=person, at=NOW)
    assert first.id == again.id
    with pytest.raises(InvalidInput), transaction():
        applying.apply(call.id, given(1), channel=Channel.ONLINE, once="c", by=other, at=NOW)
    with pytest.raises(RuleViolation), transaction():
        applying.apply(call.id, given(2), channel=Channel.ONLINE, once="d", by=other, at=NOW + 21 * DAY)
    with pytest.raises(NotAllowed), transaction():
        applying.apply(call.id, given(2), channel=Channel.VISIT, once="e", by=other, at=NOW)
    with transaction():
        applying.withdraw_application(first.id, by=person, at=NOW)
    with transaction():
        back = applying.apply(call.id, given(1), channel=Channel.ONLINE, once="f", by=person, at=NOW)
    assert (back.id, back.state) == (first.id, ApplicationState.RECEIVED)


def test_two_who_apply_at_once_get_two_numbers(app: Flask):
    place = make_place()
    call_id = make_call(make_council(place)[1], clerk=make_holder(Role.DONG_STAFF, place)).id
    ids = [make_person().id for _ in range(2)]

    def apply(n: int) -> None:
        person = session().get(Person, ids[n])
        applying.apply(call_id, given(n), channel=Channel.ONLINE, once="a", by=person, at=NOW)

    assert at_once(app, partial(apply, 0), partial(apply, 1)) == []
    assert sorted(row.number for row in session().query(Application)) == ["0001", "0002"]


def test_nobody_becomes_a_candidate_without_papers_or_against_a_rule(app: Flask):
    place = make_place()
    clerk = make_holder(Role.DONG_STAFF, place)
    call = make_call(make_council(place)[1], clerk=clerk)
    row = make_applicants(call, 1)[0]
    with transaction():
        checking.see_documents(row.id, set(Document), version=row.version, by=clerk, at=NOW)
    with pytest.raises(RuleViolation), transaction():  # the training is not done yet
        checking.decide_application(row.id, eligible=True, reason="", version=row.version, by=clerk, at=NOW)
    with pytest.raises(InvalidInput), transaction():
        checking.decide_application(row.id, eligible=False, reason="", version=row.version, by=clerk, at=NOW)
    with pytest.raises(Conflict), transaction():
        checking.decide_application(row.id, eligible=False, reason="서류가 다릅니다.", version=1, by=clerk, at=NOW)
    support = make_holder(Role.SUPPORT_OFFICER, place)
    with pytest.raises(NotAllowed), transaction():
        checking.decide_application(row.id, eligible=False, reason="x" * 9, version=row.version, by=support, at=NOW)


def test_training_by_code_counts_towards_eligibility(app: Flask):
    place = make_place()
    clerk = make_holder(Role.DONG_STAFF, place)
    course = make_course(place, clerk=clerk, at=NOW - 3 * DAY)
    sitting, person = course.sessions[0], make_person()
    when = sitting.starts_at
    with transaction():
        schooling.check_in(sitting.id, code=code_at(sitting.check_in_secret, when), by=person, at=when)
    with transaction():
        again = schooling.check_in(sitting.id, code="", by=person, at=when)
    assert again.minutes == 360
    assert hours_of(place, date(2026, 7, 1), person=person).is_enough
    assert not hours_of(place, date(2026, 7, 1), person=make_person()).minutes
    late = make_person()
    with pytest.raises(InvalidInput), transaction():
        schooling.check_in(sitting.id, code="AAAAAA", by=late, at=when)


def test_an_upheld_objection_turns_the_decision_and_opens_a_frozen_list(app: Flask):
    place = make_place()
    clerk = make_holder(Role.DONG_STAFF, place)
    set_rule(place, "council.training_hours_new", "0")
    call = make_call(make_council(place)[1], clerk=clerk)
    row = make_candidates(call, 1, clerk=clerk)[0]
    neighbour = make_resident(place)
    with pytest.raises(RuleViolation), transaction():
        calling.freeze_call(call.id, by=clerk, at=NOW + 22 * DAY)
    with transaction():
        calling.freeze_call(call.id, by=clerk, at=NOW + 28 * DAY)
    with transaction():
        objection = checking.object_to(
            row.id, text="이 후보는 이 동네에 살지 않습니다.", once="o", by=neighbour, at=NOW + 29 * DAY
        )
        same = checking.object_to(
            row.id, text="이 후보는 이 동네에 살지 않습니다.", once="o", by=neighbour, at=NOW + 29 * DAY
        )
    assert objection.id == same.id
    with transaction():
        checking.answer_objection(
            objection.id, uphold=True, answer="주소를 다시 확인했습니다.", by=clerk, at=NOW + 30 * DAY
        )
    session().expire_all()
    assert session().get(Application, row.id).state is ApplicationState.INELIGIBLE
    assert session().get(OpenCall, call.id).state is CallState.ANNOUNCED


def test_candidates_carry_public_features_and_a_commitment_only_they_can_open(app: Flask):
    place = make_place()
    clerk = make_holder(Role.DONG_STAFF, place)
    set_rule(place, "council.training_hours_new", "0")
    set_rule(place, "council.one_per_household", "예")
    call = make_call(make_council(place, seats=30)[1], clerk=clerk, areas=("윗마을", "아랫마을"))
    rows = make_candidates(call, 2, clerk=clerk, area="윗마을", address="마당로 1, 101동 1호")
    with transaction():
        checking.share_home(rows[0].id, rows[1].number, by=clerk, at=NOW)
    found = candidates(call)
    assert [(c.number, c.track, c.area, c.household) for c in found] == [
        ("0001", "공개모집", "윗마을", "가구 1"), ("0002", "공개모집", "윗마을", "가구 1"),
    ]  # fmt: skip
    one = rows[0]
    assert found[0].identity == identity_commitment(
        number="0001", name=reveal(one, Application.legal_name) or "", birthdate=reveal(one, Application.birth_date) or "",
        salt=reveal(one, Application.identity_salt) or "",
    )  # fmt: skip
    assert sitting_values(call) == ()


def test_drawn_people_are_appointed_by_the_head_alone_and_get_their_role(app: Flask):
    place = make_place()
    clerk, head = make_holder(Role.DONG_STAFF, place), make_holder(Role.DISTRICT_STAFF, place.parent)
    call, selected, _reserves = make_drawn(5, 2, clerk=clerk, place=place)
    at = NOW + 31 * DAY
    found = session().query(AppointmentList).one()
    assert found.send_due_at == NOW + 40 * DAY
    with transaction():
        appointing.send_list(found.id, version=1, by=clerk, at=at)
    assert found.appoint_due_at == at + 20 * DAY
    with pytest.raises(NotAllowed), transaction():
        appointing.appoint(found.id, starts_on=date(2026, 8, 1), version=2, by=clerk, at=at)
    with transaction():
        appointing.appoint(found.id, starts_on=date(2026, 8, 1), version=2, by=head, at=at)
    with pytest.raises(Conflict), transaction():
        appointing.appoint(found.id, starts_on=date(2026, 8, 1), version=2, by=head, at=at)
    session().expire_all()
    members = session().query(CouncilMember).all()
    assert {member.state for member in members} == {MemberState.SERVING}
    assert all(is_council(member.person, place, at) for member in members)
    assert session().get(OpenCall, call.id).state is CallState.CONCLUDED
    assert len(selected) == len(members) == 5


def test_a_draw_that_is_not_of_this_list_is_refused(app: Flask):
    place = make_place()
    clerk = make_holder(Role.DONG_STAFF, place)
    call, selected, reserves = make_drawn(5, 1, clerk=clerk, place=place)
    with pytest.raises(RuleViolation), transaction():
        appointing.record_draw(
            call.id, selected=selected, ranked=[*selected, *reserves], document_hash="0" * 64, by=clerk, at=NOW
        )


def test_a_vacated_seat_goes_to_a_reserve_and_stays_empty_near_the_end(app: Flask):
    place = make_place()
    clerk, head = make_holder(Role.DONG_STAFF, place), make_holder(Role.DISTRICT_STAFF, place.parent)
    call, _selected, reserves = make_drawn(5, 2, clerk=clerk, place=place)
    at = NOW + 31 * DAY
    with transaction():
        appointing.send_list(1, version=1, by=clerk, at=at)
        appointing.appoint(1, starts_on=date(2026, 8, 1), version=2, by=head, at=at)
    first, second = session().query(CouncilMember).order_by(CouncilMember.id).limit(2).all()
    with transaction():
        vacancy = vacancies.end_membership(first.id, reason=EndReason.RESIGNED, version=first.version, by=clerk, at=at)
    assert not is_council(first.person, place, at)
    with transaction():
        made = vacancies.fill_vacancy(
            vacancy.id, number=reserves[0], call_id=call.id, reason="다음 순번", by=clerk, at=at
        )
    assert made.state is ListState.DRAWN
    with pytest.raises(RuleViolation), transaction():
        vacancies.fill_vacancy(vacancy.id, number=reserves[1], call_id=call.id, reason="또", by=clerk, at=at)
    with transaction():
        vacancies.strike_reserve(call.id, number=reserves[1], declined=True, by=clerk, at=at)
    late = NOW + 500 * DAY
    with transaction():
        left = vacancies.end_membership(second.id, reason=EndReason.DECEASED, version=second.version, by=clerk, at=late)
    assert left.state is VacancyState.LEFT
    assert left.reason


def test_a_third_of_the_members_propose_two_thirds_decide_and_the_head_dismisses(app: Flask):
    place = make_place()
    _council, _term, members = make_council(place, members=6)
    head = make_holder(Role.DISTRICT_STAFF, place.parent)
    people = [member.person for member in members]
    with transaction():
        motion = dismissing.propose_dismissal(
            members[0].id,
            grounds=Grounds.ABUSE,
            text="맡은 일을 자기 이익에 썼습니다. 자세히 적습니다.",
            once="m",
            by=people[1],
            at=NOW,
        )
    assert (motion.signers_needed, motion.state) == (2, MotionState.GATHERING)
    with pytest.raises(NotAllowed), transaction():
        dismissing.sign_dismissal(motion.id, by=people[0], at=NOW)
    with pytest.raises(NotAllowed), transaction():
        dismissing.sign_dismissal(motion.id, by=head, at=NOW)
    with transaction():
        dismissing.sign_dismissal(motion.id, by=people[2], at=NOW)
    assert motion.state is MotionState.PROPOSED
    with pytest.raises(RuleViolation), transaction():
        dismissing.answer_dismissal(
            motion.id, dismiss=True, reason="의결에 따름", version=motion.version, by=head, at=NOW
        )


def test_residents_need_fifty_and_a_motion_lapses_when_its_time_is_over(app: Flask):
    place = make_place()
    _council, _term, members = make_council(place, members=3)
    resident = make_resident(place)
    with transaction():
        motion = dismissing.propose_dismissal(
            members[0].id,
            grounds=Grounds.NEGLECT,
            text="한 해 동안 회의에 한 번도 나오지 않았습니다.",
            once="m",
            by=resident,
            at=NOW,
        )
    assert motion.signers_needed == 50
    with transaction():
        assert dismissing.lapse_due_motions(NOW + 29 * DAY) == 0
        assert dismissing.lapse_due_motions(NOW + 31 * DAY) == 1
    assert motion.state is MotionState.LAPSED


def test_a_supplement_takes_the_free_seats_and_knows_who_stays(app: Flask):
    place = make_place()
    clerk = make_holder(Role.DONG_STAFF, place)
    _council, term, _members = make_council(place, members=3, seats=30)
    call = make_call(term, clerk=clerk, kind=CallKind.SUPPLEMENT)
    assert call.seats == 27
    assert [values["sex"] for values in sitting_values(call)] == ["남", "여", "남"]
    with pytest.raises(RuleViolation), transaction():
        calling.plan_call(
            place, term, CallKind.SUPPLEMENT,
            calling.CallPlan("또 모집", "", date(2026, 7, 1), NOW, NOW + 20 * DAY, NOW + 27 * DAY), once="x", by=clerk, at=NOW,
        )  # fmt: skip


def test_applicants_are_forgotten_when_the_time_of_the_reserves_is_over(app: Flask):
    place = make_place()
    call, _selected, reserves = make_drawn(5, 1, clerk=make_holder(Role.DONG_STAFF, place), place=place)
    with transaction():
        assert erasing.erase_old_applications(NOW + timedelta(days=700)) == 0
    with transaction():
        assert erasing.erase_old_applications(NOW + timedelta(days=800)) == 6
    session().expire_all()
    rows = session().query(Application).filter_by(call_id=call.id).all()
    assert all(row.legal_name is None and row.identity_index is None and row.answers is None for row in rows)
    assert {row.state for row in rows if row.number in reserves} == {ApplicationState.EXPIRED}
    assert session().query(Vacancy).count() == 0
    assert session().query(CouncilMember).count() == 5
