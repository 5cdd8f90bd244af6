"""Asked of several departments, returned once, refused with reasons, objected to, decided, asked anew."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.cycle.rules import Stage
from app.db.session import session, transaction
from app.errors import Conflict, InvalidInput, NotAllowed, NotFound, RuleViolation
from app.outbox.models import Message
from app.people.models import Invitation, Person, RoleGrant
from app.people.rules import ContactKind, Role
from app.people.services import invitations
from app.people.services.sign_up import add_contact
from app.plan.queries import unready_items, verdict_of
from app.plan.rules import Verdict
from app.review import queries, services
from app.review.rules import Check, CheckState, Criterion, Finding
from tests.conftest import NOW
from tests.factories import make_cycle, make_holder, make_place, make_resident
from tests.factories_year import make_plan, make_staff

pytestmark = pytest.mark.slow

REASON = "허가할 수 없는 자리라서 할 수 없습니다."
FINE = [Finding(code, Verdict.ELIGIBLE) for code in Criterion]
NO = [
    Finding(c, Verdict.INELIGIBLE, REASON, "도로법 제61조") if c is Criterion.LAW else Finding(c, Verdict.ELIGIBLE)
    for c in Criterion
]


@pytest.fixture
def item(app):
    cycle = make_cycle(make_place(), Stage.DRAFTING)
    return make_plan(cycle, [3_000_000], reviewed=False).items[0]


@pytest.fixture
def place(item):
    return item.plan.place


@pytest.fixture
def staff(place):
    return make_staff(place)


def make_reviewer(place, mail: str) -> Person:
    person = make_holder(Role.DEPARTMENT_REVIEWER, place.parent)
    reachable(person, mail)
    return person


def reachable(person: Person, mail: str) -> None:
    with transaction():
        add_contact(session().get_one(Person, person.id), ContactKind.EMAIL, mail, at=NOW)


def ask(item, reviewers, by):
    with transaction():
        return services.ask(item.id, reviewers, due_at=None, by=by, at=NOW)


def answer(review, findings, by, *, version=None, at=NOW):
    seen = review.version if version is None else version
    with transaction():
        return services.answer(review.id, findings, condition="", corrected_cost_won=None, version=seen, by=by, at=at)


def sent(template):
    return [message for message in session().scalars(select(Message)) if message.template == template]


def test_several_departments_are_asked_at_once_each_by_mail(item, place, staff):
    reviewers = [make_reviewer(place, f"{n}@example.kr") for n in range(3)]
    reviews = ask(item, reviewers, staff)
    assert len(reviews) == 3
    assert len(sent("review/asked")) == 3
    assert [r.id for r in ask(item, reviewers, staff)] == [r.id for r in reviews], "asking twice asks once"
    answer(reviews[0], FINE, reviewers[0])
    assert verdict_of(item) is None, "two have not answered"
    with pytest.raises(NotFound):
        answer(reviews[1], FINE, reviewers[0])


def test_of_two_windows_of_a_reviewer_the_second_is_told(item, place, staff):
    reviewer = make_reviewer(place, "a@example.kr")
    [review] = ask(item, [reviewer], staff)
    seen = review.version
    answer(review, FINE, reviewer, version=seen)
    with pytest.raises(Conflict):
        answer(review, NO, reviewer, version=seen)
    assert verdict_of(item) is Verdict.ELIGIBLE


def test_proposers_hear_of_a_refusal_once_with_its_reasons(item, place, staff):
    proposer = session().get_one(Person, item.origins[0].proposal.proposer_id)
    reachable(proposer, "p@example.kr")
    reviewers = [make_reviewer(place, f"{n}@example.kr") for n in range(2)]
    for review, reviewer in zip(ask(item, reviewers, staff), reviewers, strict=True):
        answer(review, NO, reviewer)
    assert len(sent("review/ineligible")) == 1
    assert unready_items(item.plan) == [item]
    found = queries.dossiers(item)[0]
    assert [f.law for f in found.findings if f.verdict is Verdict.INELIGIBLE] == ["도로법 제61조"]


def test_an_upheld_objection_asks_anew_and_a_refused_one_does_not(item, place, staff):
    proposer = session().get_one(Person, item.origins[0].proposal.proposer_id)
    reviewers = [make_reviewer(place, f"{n}@example.kr") for n in range(2)]
    reviews = ask(item, reviewers, staff)
    for review, reviewer in zip(reviews, reviewers, strict=True):
        answer(review, NO, reviewer)
    grounds = {"grounds": "허가를 이미 받아 둔 자리입니다. 다시 봐 주세요.", "at": NOW}
    stranger = make_resident(place)
    with pytest.raises(NotAllowed), transaction():
        services.object_to(reviews[0].id, by=stranger, **grounds)
    with transaction():
        for review in reviews:
            services.object_to(review.id, by=proposer, **grounds)
    with pytest.raises(RuleViolation), transaction():
        services.object_to(reviews[0].id, by=staff, **grounds)

    def decide(review, *, is_upheld, version=1):
        with transaction():
            return services.decide(
                review.id, is_upheld=is_upheld, reason="허가 서류를 확인했습니다.", version=version, by=staff, at=NOW
            )

    again = decide(reviews[0], is_upheld=True)
    assert decide(reviews[1], is_upheld=False) is None
    with pytest.raises(Conflict):
        decide(reviews[1], is_upheld=True)
    assert again.department == reviews[0].department
    answer(again, FINE, reviewers[0])
    assert verdict_of(item) is Verdict.INELIGIBLE, "the refused objection's verdict stands"
    assert [d.review.superseded_at is None for d in queries.dossiers(item)] == [False, True, True]


def test_nobody_decides_their_own_objection(item, place, staff):
    reviewer = make_reviewer(place, "a@example.kr")
    [review] = ask(item, [reviewer], staff)
    answer(review, NO, reviewer)
    with transaction():
        services.object_to(review.id, grounds="허가를 이미 받아 둔 자리입니다.", by=staff, at=NOW)
    with pytest.raises(NotAllowed), transaction():
        services.decide(review.id, is_upheld=True, reason="그렇게 하겠습니다. 네.", version=1, by=staff, at=NOW)


def test_an_item_is_returned_once_and_the_clock_waits(item, place, staff):
    reviewer = make_reviewer(place, "a@example.kr")
    [review] = ask(item, [reviewer], staff)
    due = review.due_at
    with transaction():
        services.return_item(
            review.id, question="자리를 지도로 알려 주세요.", version=review.version, by=reviewer, at=NOW
        )
    with pytest.raises(RuleViolation), transaction():
        services.return_item(
            review.id, question="비용도 알려 주세요. 부탁합니다.", version=review.version, by=reviewer, at=NOW
        )
    later = NOW + timedelta(days=3)
    with transaction():
        services.revise(review.id, reply="지도를 붙이고 자리를 고쳤습니다.", by=staff, at=later)
    assert review.due_at == due + timedelta(days=3)
    answer(review, FINE, reviewer, at=later)


def test_an_invited_department_gets_exactly_its_review(item, place):
    district = make_holder(Role.DISTRICT_STAFF, place.parent)
    clerk = make_staff(place)
    with pytest.raises(NotAllowed), transaction():
        services.invite_and_ask(item.id, "d@example.kr", department="도로과", due_at=None, by=clerk, at=NOW)
    with transaction():
        review = services.invite_and_ask(item.id, "d@example.kr", department="도로과", due_at=None, by=district, at=NOW)
    assert review.reviewer_id is None
    invitation = session().scalars(select(Invitation)).one()
    newcomer = make_resident(place)
    with transaction():
        invitations._accept(invitation, session().get_one(Person, newcomer.id), at=NOW)  # noqa: SLF001 - the link's token is sealed in the mail
    assert review.reviewer_id == newcomer.id
    grant = session().scalars(select(RoleGrant).where(RoleGrant.person_id == newcomer.id)).one()
    assert (grant.role, grant.department) == (Role.DEPARTMENT_REVIEWER, "도로과")
    answer(review, FINE, session().get_one(Person, newcomer.id))


def test_reviewers_are_reminded_once_before_and_once_after(item, place, staff):
    reviewer = make_reviewer(place, "a@example.kr")
    [review] = ask(item, [reviewer], staff)
    for days in (1, 12, 12, 15, 20):
        with transaction():
            services.remind(NOW + timedelta(days=days))
    assert len(sent("review/reminded")) == 2
    answer(review, FINE, reviewer, at=NOW + timedelta(days=20))
    with transaction():
        assert services.remind(NOW + timedelta(days=21)) == 0


def test_private_notes_stay_with_the_council(item, place, staff, client, client_of):
    with transaction():
        services.note(item.id, text="구청장이 싫어할 것 같다는 소문", once="n", by=staff, at=NOW)
    resident = make_resident(place)
    with pytest.raises(NotAllowed), transaction():
        services.note(item.id, text="주민의 말", once="m", by=resident, at=NOW)
    page = f"/{place.slug}/plan/items/{item.id}/reviews"
    assert "소문" in client_of(staff).get(page).text
    for visitor in (client, client_of(resident)):
        assert "소문" not in visitor.get(page).text


def test_the_checklist_is_kept_and_its_second_pass_replaces_the_first(item, staff):
    states = dict.fromkeys(Check, (CheckState.NOT_APPLICABLE, ""))
    with transaction():
        services.check(item.id, states, by=staff, at=NOW)
    with transaction():
        services.check(item.id, states | {Check.SAFETY: (CheckState.REVIEWED, "울타리를 두름")}, by=staff, at=NOW)
    found = queries.checklist_of(item)
    assert len(found) == 13
    assert found[Check.SAFETY].note == "울타리를 두름"
    with pytest.raises(InvalidInput), transaction():
        services.check(item.id, {}, by=staff, at=NOW)
