"""Opinions and answers for tests. Every function commits what it makes."""

import itertools
from collections.abc import Iterable
from datetime import datetime

from app.cycle.models import Cycle
from app.db.session import transaction
from app.inspection.models import Opinion
from app.inspection.queries.opinions import inspected_version, opinions_on
from app.inspection.rules import AnswerState, Channel, Result, Stance
from app.inspection.services import answering, receiving, releasing
from app.people.models import Person
from tests.conftest import NOW

_serial = itertools.count(1)
TEXT = "버스가 닿는 곳에서도 열어 주세요."
ADOPTED = answering.Answer(Result.ADOPTED, "그렇게 하겠습니다. 고맙습니다.", "곳을 바꿈", "총무분과")


def say(
    cycle: Cycle,
    by: Person,
    *,
    once: str = "",
    text: str = TEXT,
    channel: Channel = Channel.ONLINE,
    section: int | None = 1,
    at: datetime = NOW,
    **more: object,
) -> Opinion:
    """Submit an opinion."""
    with transaction():
        return receiving.submit_opinion(
            cycle, section=section, stance=Stance.AMEND, text=text, channel=channel, wants_notice=True,
            once=once or f"s{next(_serial)}", by=by, at=at, **more,
        )  # fmt: skip


def answer(
    opinion: Opinion, by: Person, words: answering.Answer = ADOPTED, *, version: int | None = None, at: datetime = NOW
) -> None:
    """Draft an answer."""
    seen = opinion.version if version is None else version
    with transaction():
        answering.answer_opinion(opinion.id, words, version=seen, by=by, at=at)


def settle(opinions: Iterable[Opinion], by: Person, *, at: datetime = NOW) -> None:
    """Check and confirm drafted answers; ``by`` did not write them."""
    ids = [opinion.id for opinion in opinions]
    place = by_place(ids)
    for step in (AnswerState.CHECKED, AnswerState.CONFIRMED):
        with transaction():
            answering.advance(ids, to=step, place=place, by=by, at=at)


def by_place(ids: list[int]):  # noqa: ANN201 - the dong of the first opinion
    """Return the dong of opinions."""
    with transaction() as session:
        return session.get_one(Opinion, ids[0]).plan_version.plan.place


def release_all(cycle: Cycle, by: Person, *, at: datetime = NOW) -> int:
    """Publish everything that holds nothing personal."""
    version = inspected_version(cycle)
    if version is None:
        raise LookupError("no inspection")
    with transaction():
        return releasing.release_clean(version, seen={o.id for o in opinions_on(version)}, by=by, at=at)
