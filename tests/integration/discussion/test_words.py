"""Arguments, support, comments and mentions, on both databases."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask

from app.agenda.models import Proposal
from app.agenda.rules import ProposalState
from app.db.session import session, transaction
from app.discussion.models import Argument, Comment, Mention
from app.discussion.queries.words import discussion_of
from app.discussion.rules import MENTIONS_A_DAY, Kind, Reason, Side, Verdict
from app.discussion.services import moderating, words
from app.discussion.signals import somebody_called
from app.errors import InvalidInput, NotAllowed, NotFound, RuleViolation
from app.people.models import Person
from app.people.rules import Role
from tests.at_once import at_once
from tests.conftest import NOW
from tests.factories import make_cycle, make_holder, make_person, make_place, make_resident
from tests.factories_year import make_proposal

pytestmark = pytest.mark.slow


@pytest.fixture
def proposal(app: Flask) -> Proposal:
    place = make_place()
    return make_proposal(make_cycle(place), make_resident(place, "낸이"), state=ProposalState.GATHERING)


def argue(proposal: Proposal, by: Person, text: str = "아이들 등굣길이 밝아집니다.", **changes: Any) -> Argument:
    values = {"side": Side.FOR, "once": text, **changes}
    with transaction():
        return words.add_argument(proposal.id, text=text, by=by, at=NOW, **values)


def say(proposal: Proposal, by: Person, text: str, *, to: Comment | None = None, at: Any = NOW) -> Comment:
    with transaction():
        return words.write_comment(
            proposal.id, text=text, answers_id=to.id if to else None, once=f"{text}{at}", by=by, at=at
        )


def test_arguments_stand_in_their_columns_by_support(proposal: Proposal):
    author, others = make_resident(proposal.place), [make_resident(proposal.place) for _ in range(3)]
    weak = argue(proposal, author, "그늘이 생깁니다.")
    strong = argue(proposal, author, "차가 천천히 다닙니다.")
    argue(proposal, author, "관리는 누가 하나요?", side=Side.FACT)
    for other in others:
        with transaction():
            words.support_argument(strong.id, by=other, at=NOW)
    shown = discussion_of(proposal, others[0], NOW)
    assert [column.side for column in shown.columns] == [Side.FOR, Side.FACT, Side.WORRY]
    assert [argument.id for argument in shown.columns[0].rows] == [strong.id, weak.id]
    assert [column.total for column in shown.columns] == [2, 1, 0]
    assert shown.supported == {strong.id}


def test_the_same_form_twice_and_the_same_thought_again_add_nothing(proposal: Proposal):
    author = make_resident(proposal.place)
    assert argue(proposal, author, once="a").id == argue(proposal, author, once="a").id
    with pytest.raises(InvalidInput):
        argue(proposal, make_resident(proposal.place), once="b")
    assert session().query(Argument).count() == 1


def test_only_those_who_live_or_work_for_the_dong_speak_and_only_residents_support(proposal: Proposal):
    argument = argue(proposal, make_holder(Role.COUNCIL_MEMBER, proposal.place))
    for stranger in (make_person(), make_resident(make_place())):
        with pytest.raises(NotAllowed):
            argue(proposal, stranger, "저도 한마디 하겠습니다.")
    member = make_holder(Role.COUNCIL_MEMBER, proposal.place)
    with pytest.raises(NotAllowed), transaction():
        words.support_argument(argument.id, by=member, at=NOW)


@pytest.mark.parametrize("state", [ProposalState.MERGED, ProposalState.DECLINED, ProposalState.WITHDRAWN])
def test_an_agenda_that_is_over_takes_no_words(app: Flask, state: ProposalState):
    place = make_place()
    over = make_proposal(make_cycle(place), make_resident(place), state=state)
    with pytest.raises(RuleViolation):
        argue(over, make_resident(place))
    with pytest.raises(RuleViolation):
        say(over, make_resident(place), "아쉽습니다.")


def test_a_draft_has_no_discussion(app: Flask):
    place = make_place()
    draft = make_proposal(make_cycle(place), make_resident(place), state=ProposalState.DRAFT)
    with pytest.raises(NotFound):
        say(draft, make_resident(place), "무엇인가요?")


def test_ten_arguments_an_hour_are_enough(proposal: Proposal):
    author = make_resident(proposal.place)
    for n in range(10):
        argue(proposal, author, f"{n}번째 좋은 점입니다.")
    with pytest.raises(RuleViolation):
        argue(proposal, author, "또 하나의 좋은 점입니다.")
    assert session().query(Argument).count() == 10


def test_supporters_at_the_same_time_are_all_counted_and_each_once(app: Flask, proposal: Proposal):
    argument_id = argue(proposal, make_resident(proposal.place)).id
    people = [make_resident(proposal.place).id for _ in range(4)]

    def support(person_id: int) -> None:
        words.support_argument(argument_id, by=session().get_one(Person, person_id), at=NOW)

    assert at_once(app, *(partial(support, person_id) for person_id in people * 2)) == []
    assert session().get_one(Argument, argument_id).support_count == 4
    with transaction():
        words.take_support_back(argument_id, by=session().get_one(Person, people[0]), at=NOW)
    assert session().get_one(Argument, argument_id).support_count == 3


def test_an_answer_joins_the_thread_it_answers(proposal: Proposal):
    one, two = make_resident(proposal.place), make_resident(proposal.place)
    first = say(proposal, one, "비용은 얼마인가요?")
    answer = say(proposal, two, "500만 원쯤입니다.", to=first)
    again = say(proposal, one, "고맙습니다.", to=answer)
    assert (answer.thread_id, again.thread_id, again.answers_id) == (first.id, first.id, answer.id)
    shown = discussion_of(proposal, None, NOW)
    assert [thread.first.id for thread in shown.threads] == [first.id]
    assert [a.id for a in shown.threads[0].answers] == [answer.id, again.id]


def test_who_is_answered_or_called_is_told_a_few_times_a_day(proposal: Proposal):
    called: list[int] = []

    def note(mention: Mention, **_: Any) -> None:
        called.append(mention.person_id)

    loud, quiet = make_resident(proposal.place, "큰소리"), make_resident(proposal.place, "조용이")
    first = say(proposal, quiet, "저는 찬성입니다.")
    somebody_called.connect(note)
    try:
        for n in range(MENTIONS_A_DAY + 2):
            say(proposal, loud, f"@조용이 왜요? {n}", to=first)
        assert called == [quiet.id] * MENTIONS_A_DAY
        assert session().query(Mention).count() == MENTIONS_A_DAY + 2
        say(proposal, loud, "@조용이 다음 날입니다.", at=NOW + timedelta(days=1))
        assert len(called) == MENTIONS_A_DAY + 1
    finally:
        somebody_called.disconnect(note)


def test_nobody_is_pulled_in_who_takes_no_part(proposal: Proposal):
    make_resident(proposal.place, "구경꾼")
    say(proposal, make_resident(proposal.place), "@구경꾼 @낸이 어떻게 보세요?")
    assert [mention.person_id for mention in session().query(Mention)] == [proposal.proposer_id]


def test_words_taken_back_leave_their_place_and_nothing_else(proposal: Proposal):
    author, other = make_resident(proposal.place), make_resident(proposal.place)
    comment = say(proposal, author, "지울 말입니다.")
    with pytest.raises(NotAllowed), transaction():
        words.take_back(comment, by=other, at=NOW)
    with transaction():
        words.take_back(comment, by=author, at=NOW)
    assert comment.text == ""
    assert comment.withdrawn_at == NOW
    with pytest.raises(NotFound):
        say(proposal, make_resident(proposal.place), "무슨 말이었나요?", to=comment)


def test_a_text_is_hidden_for_a_published_reason_and_shown_again(proposal: Proposal):
    place = proposal.place
    comment = say(proposal, make_resident(place), "나쁜 말입니다.")
    chair = make_holder(Role.COMMITTEE_CHAIR, place)
    for reporter in (make_resident(place), make_resident(place)):
        for _ in range(2):
            with transaction():
                moderating.report(place, Kind.COMMENT, comment.id, reason=Reason.INSULT, note="", by=reporter, at=NOW)

    def decide(verdict: Verdict, reason: Reason | None, by: Person) -> None:
        with transaction():
            moderating.decide(
                place, Kind.COMMENT, comment.id, verdict=verdict, reason=reason, explanation="", by=by, at=NOW
            )

    with pytest.raises(NotAllowed):
        decide(Verdict.HIDE, Reason.INSULT, make_holder(Role.COUNCIL_MEMBER, place))
    with pytest.raises(NotAllowed):
        decide(Verdict.HIDE, Reason.INSULT, make_holder(Role.DONG_STAFF, make_place()))
    decide(Verdict.HIDE, Reason.INSULT, chair)
    assert comment.hidden_for is Reason.INSULT
    assert discussion_of(proposal, None, NOW).comments == 0
    with pytest.raises(RuleViolation):
        decide(Verdict.HIDE, Reason.ADVERT, chair)
    with pytest.raises(RuleViolation), transaction():
        words.take_back(comment, by=comment.author, at=NOW)
    decide(Verdict.RESTORE, None, chair)
    assert comment.hidden_at is None


def test_a_discussion_costs_the_same_however_long_it_is(proposal: Proposal, queries: Callable[[], Any]):
    people = [make_resident(proposal.place) for _ in range(4)]

    def cost() -> int:
        session().expire_all()
        assert proposal.place.id
        with queries() as sent:
            shown = discussion_of(proposal, None, NOW, whole=True)
            for thread in shown.threads:
                assert all(answer.author.public_name for answer in [thread.first, *thread.answers])
        return len(sent)

    say(proposal, people[0], "첫 말", to=say(proposal, people[1], "첫 실"))
    argue(proposal, people[0])
    few = cost()
    for n, person in enumerate(people * 3):
        say(proposal, person, f"답 {n}", to=say(proposal, person, f"실 {n}"))
        argue(proposal, person, f"{n}번째 까닭입니다.", side=list(Side)[n % 3])
    assert cost() == few
