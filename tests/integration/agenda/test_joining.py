"""Joining and dividing on both databases: nobody's proposal changes without their word."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.agenda.models import AgendaAsk, CoSignature, Proposal
from app.agenda.queries import around
from app.agenda.rules import Field, ProposalState, Source
from app.agenda.rules.joining import AskState
from app.agenda.services import co_signing, joining, proposing
from app.cycle.models import Cycle
from app.db.session import session, transaction
from app.errors import Conflict, InvalidInput, NotAllowed, RuleViolation
from app.people.models import Person
from app.people.rules import Role
from app.record.queries import entries_about
from tests.conftest import NOW
from tests.factories import make_cycle, make_holder, make_place, make_resident

pytestmark = pytest.mark.slow

REASON = "두 의제가 같은 건널목의 그늘을 말합니다."
DAY = timedelta(days=1)


def proposed(cycle: Cycle, by: Person, title: str, *, source: Source = Source.ONLINE) -> Proposal:
    words = proposing.Words(title, "여름마다 아이들과 어르신이 뙤약볕에 오래 서 있습니다.", Field.SAFETY, "향촌초 앞")
    with transaction():
        found = proposing.write_proposal(cycle.place, cycle, words, source=source, once=title, by=by, at=NOW)
        proposing.submit_proposal(found.id, by=by, at=NOW)
    return found


@pytest.fixture
def cycle(app: Flask) -> Cycle:
    return make_cycle(make_place())


@pytest.fixture
def member(cycle: Cycle) -> Person:
    return make_holder(Role.COUNCIL_MEMBER, cycle.place)


def asked_to_merge(cycle: Cycle, member: Person) -> tuple[Person, Proposal, Proposal, AgendaAsk]:
    author = make_resident(cycle.place)
    one, other = (
        proposed(cycle, author, "건널목에 그늘막을"),
        proposed(cycle, make_resident(cycle.place), "그늘을 만들자"),
    )
    with transaction():
        ask = joining.ask_to_merge(one.id, into_id=other.id, reason=REASON, version=one.version, by=member, at=NOW)
    return author, one, other, ask


def test_a_proposal_is_merged_with_its_authors_word_and_comes_apart_on_their_wish(cycle: Cycle, member: Person):
    author, one, other, ask = asked_to_merge(cycle, member)
    assert one.state is ProposalState.GATHERING
    assert [todo.endpoint for todo in around.todos(author, NOW)] == ["agenda.ask"]
    with transaction():
        joining.answer(ask.id, agrees=True, text="", version=ask.version, by=author, at=NOW + DAY)
    assert (one.state, one.merged_into_id) == (ProposalState.MERGED, other.id)
    assert not around.todos(author, NOW)
    with transaction():
        joining.unmerge(one.id, reason="서로 다른 건널목이었습니다.", version=one.version, by=author, at=NOW + 2 * DAY)
    assert (one.state, one.merged_into_id) == (ProposalState.GATHERING, None)
    acts = [entry.act for entry in entries_about(cycle.place, f"proposal:{one.id}")]
    assert acts == ["agenda.submitted", "agenda.asked", "agenda.merged", "agenda.unmerged"]
    theirs = [entry.act for entry in entries_about(cycle.place, f"proposal:{other.id}")]
    assert theirs == ["agenda.submitted", "agenda.took_in", "agenda.gave_back"]


def test_a_no_leaves_the_proposal_alone_and_needs_a_reason(cycle: Cycle, member: Person):
    author, one, _other, ask = asked_to_merge(cycle, member)
    with pytest.raises(InvalidInput), transaction():
        joining.answer(ask.id, agrees=False, text="싫다", version=ask.version, by=author, at=NOW)
    session().refresh(ask)
    with transaction():
        joining.answer(
            ask.id, agrees=False, text="그쪽은 공원이고 이쪽은 학교입니다.", version=ask.version, by=author, at=NOW
        )
    assert (one.state, ask.state) == (ProposalState.GATHERING, AskState.REFUSED)
    with pytest.raises(RuleViolation), transaction():
        joining.proceed(ask.id, version=ask.version, by=member, at=NOW + 30 * DAY)


def test_silence_counts_only_after_the_deadline(cycle: Cycle, member: Person):
    _author, one, other, ask = asked_to_merge(cycle, member)
    assert ask.due_at == NOW + 7 * DAY
    with pytest.raises(RuleViolation), transaction():
        joining.proceed(ask.id, version=ask.version, by=member, at=ask.due_at - timedelta(seconds=1))
    session().refresh(ask)
    with transaction():
        joining.proceed(ask.id, version=ask.version, by=member, at=ask.due_at)
    assert (one.merged_into_id, ask.state) == (other.id, AskState.UNANSWERED)


def test_only_the_proposer_answers_and_only_the_council_asks(cycle: Cycle, member: Person):
    author, one, other, ask = asked_to_merge(cycle, member)
    for stranger in (make_resident(cycle.place), member):
        with pytest.raises(NotAllowed), transaction():
            joining.answer(ask.id, agrees=True, text="", version=ask.version, by=stranger, at=NOW)
    with pytest.raises(NotAllowed), transaction():
        joining.ask_to_merge(other.id, into_id=one.id, reason=REASON, version=other.version, by=author, at=NOW)
    with pytest.raises(NotAllowed), transaction():
        joining.take_back(ask.id, version=ask.version, by=author, at=NOW)


def test_nobody_is_asked_two_things_at_once_and_an_old_page_overwrites_nothing(cycle: Cycle, member: Person):
    author, one, other, ask = asked_to_merge(cycle, member)
    with pytest.raises(Conflict), transaction():
        joining.ask_to_merge(one.id, into_id=other.id, reason=REASON, version=one.version - 1, by=member, at=NOW)
    with pytest.raises(RuleViolation, match="이미 묻고"), transaction():
        joining.ask_to_merge(one.id, into_id=other.id, reason=REASON, version=one.version, by=member, at=NOW)
    seen = ask.version
    with transaction():
        joining.take_back(ask.id, version=seen, by=member, at=NOW)
    with pytest.raises(Conflict), transaction():
        joining.answer(ask.id, agrees=True, text="", version=seen, by=author, at=NOW)


def test_a_proposal_is_never_merged_into_itself_or_into_another_dongs(cycle: Cycle, member: Person):
    one = proposed(cycle, make_resident(cycle.place), "건널목에 그늘막을")
    elsewhere = make_cycle(make_place())
    theirs = proposed(elsewhere, make_resident(elsewhere.place), "남의 동네 의제")
    for target in (one, theirs):
        with pytest.raises(InvalidInput), transaction():
            joining.ask_to_merge(one.id, into_id=target.id, reason=REASON, version=one.version, by=member, at=NOW)
        session().refresh(one)


def test_what_came_on_paper_is_merged_at_once(cycle: Cycle, member: Person):
    staff = make_holder(Role.DONG_STAFF, cycle.place)
    paper, other = (
        proposed(cycle, staff, "종이 의제", source=Source.PAPER),
        proposed(cycle, make_resident(cycle.place), "그늘을"),
    )
    with transaction():
        ask = joining.ask_to_merge(paper.id, into_id=other.id, reason=REASON, version=paper.version, by=member, at=NOW)
    assert (ask.state, paper.state) == (AskState.AGREED, ProposalState.MERGED)


def test_a_division_carries_every_signature_into_every_part(cycle: Cycle, member: Person):
    author, neighbour = make_resident(cycle.place), make_resident(cycle.place)
    whole = proposed(cycle, author, "그늘막과 의자를 놓자")
    with transaction():
        co_signing.sign_proposal(whole.id, by=neighbour, at=NOW)
    parts = [
        proposing.Words(title, "아이들과 어르신이 쉬어 갈 곳이 필요합니다.", Field.SAFETY, "향촌초 앞")
        for title in ("그늘막을 놓자", "의자를 놓자")
    ]
    with transaction():
        ask = joining.ask_to_split(whole.id, parts, reason=REASON, version=whole.version, by=member, at=NOW)
    assert not around.parts_of(whole)
    with transaction():
        joining.answer(ask.id, agrees=True, text="좋습니다", version=ask.version, by=author, at=NOW)
    made = around.parts_of(whole)
    assert [part.title for part in made] == ["그늘막을 놓자", "의자를 놓자"]
    assert whole.state is ProposalState.SPLIT
    for part in made:
        signers = set(session().scalars(select(CoSignature.person_id).where(CoSignature.proposal_id == part.id)))
        assert signers == {author.id, neighbour.id}
        assert (part.signer_count, part.proposer_id, part.state) == (2, author.id, ProposalState.GATHERING)
