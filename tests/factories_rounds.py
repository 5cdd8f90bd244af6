"""Makes opinion rounds. Every function commits what it makes."""

import itertools
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from app.cycle.models import Cycle
from app.cycle.rules import Stage
from app.db.session import session, transaction
from app.deliberation.models import OpinionRound, Statement
from app.deliberation.rules import Access, Answer, Visibility
from app.deliberation.services import answering, live, preparing, stating
from app.deliberation.voice import Voice
from app.people.models import Person
from app.people.rules import Role
from tests.conftest import NOW
from tests.factories import make_cycle, make_holder, make_place

_serial = itertools.count(1)
SEEDS = ("그늘이 있는 긴 의자를 놓자.", "밤길에 등을 더 달자.", "차가 다니지 않는 날을 만들자.")


def make_round(
    cycle: Cycle | None = None,
    *,
    seeds: Sequence[str] = SEEDS,
    visibility: Visibility = Visibility.HIDDEN,
    access: Access = Access.ANYONE,
    is_led: bool = False,
    is_open: bool = True,
    days: int = 14,
    at: datetime = NOW,
) -> OpinionRound:
    """Make a round with its seeds, open unless told otherwise, in a dong of its own unless a cycle is given."""
    cycle = cycle or make_cycle(make_place(), Stage.DISCOVERY, at=at)
    member = make_holder(Role.COUNCIL_MEMBER, cycle.place)
    terms = preparing.Terms(
        title="골목길, 어떻게 걷고 싶나요?",
        purpose="다음 해 마을계획에 담을 골목길 사업을 함께 찾습니다.",
        visibility=visibility,
        access=access,
        is_led=is_led,
        closes_at=at + timedelta(days=days),
    )
    with transaction():
        found = preparing.prepare_round(cycle, terms, seeds, once=f"r{next(_serial)}", by=member, at=at)
    if is_open:
        with transaction():
            preparing.open_round(found.id, by=member, at=at)
    return found


def member_of(found: OpinionRound) -> Person:
    """Return somebody who may tend the round."""
    return session().get_one(Person, found.created_by)


def statements_of(found: OpinionRound) -> list[Statement]:
    """Return the statements of a round by number, as they are in the database now."""
    session().rollback()
    session().expire_all()
    return list(session().query(Statement).filter_by(round_id=found.id).order_by(Statement.number))


def device(name: object) -> Voice:
    """Return a visitor without an account."""
    return Voice(device=f"device-{name}", address="203.0.113.7")


def say(found: OpinionRound, number: int, answer: Answer, voice: Voice, *, at: datetime = NOW) -> answering.Given:
    """Let a visitor answer a statement."""
    statement = next(each for each in statements_of(found) if each.number == number)
    with transaction():
        return answering.answer(found.id, statement.id, answer, voice=voice, at=at)


def add(found: OpinionRound, text: str, voice: Voice, *, once: str = "", at: datetime = NOW) -> Statement:
    """Let a visitor add a statement."""
    with transaction():
        return stating.submit_statement(found.id, text, once=once or f"s{next(_serial)}", voice=voice, at=at)


def answer_many(found: OpinionRound, sheets: Sequence[Mapping[int, Answer]], *, at: datetime = NOW) -> None:
    """Let many answer at once, each sheet one participant without an account: answers by statement number."""
    with transaction():
        live.enter_sheets(found.id, sheets, once=f"m{next(_serial)}", by=member_of(found), at=at)
