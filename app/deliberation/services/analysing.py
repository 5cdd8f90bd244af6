"""What the kernel finds in a round: read the answers, compute without a transaction, store.

The live run follows the answers a little behind and knows its predecessors (`voting.opinions.Memory`), so that groups do
not flicker. The final run is a function of the published answers alone: participants get random numbers, answers the day
on which they were given, and whoever downloads both files computes the same record (`python -m voting opinions verify`).
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update

from app.db.session import get_or_not_found, session
from app.deliberation.models import (
    AnswerEvent,
    OpinionRound,
    Participant,
    RoundRun,
    Statement,
    StatementAnswer,
)
from app.deliberation.queries.exports import day_seconds, published_answers
from app.deliberation.rules import RoundState, StatementState
from app.errors import RuleViolation
from app.i18n import N_
from app.people.models import Person, Verification
from app.record.services import append
from voting.opinions import Analysis, Memory, VoteEvent, VoteTable, analyse, freeze, shown_votes

MODERATED_OUT = frozenset({StatementState.REJECTED, StatementState.WITHDRAWN, StatementState.MERGED})


@dataclass(frozen=True)
class Input:
    """What an analysis is a function of.

    Attributes:
        votes: the last answers; statements by number.
        moderated_out: numbers of statements that take no part.
        verified: participants who are verified residents.
        memory: of the live run before; None for the final one.
        last_event_id: up to which answer it reaches.
    """

    votes: VoteTable
    moderated_out: tuple[int, ...]
    verified: frozenset[int]
    memory: Memory | None
    last_event_id: int


def read_live(round_id: int) -> Input:
    """Read the answers of a running round. Participants are known by their rows."""
    rows = session().execute(
        select(StatementAnswer.participant_id, Statement.number, StatementAnswer.value)
        .join(Statement, Statement.id == StatementAnswer.statement_id)
        .where(Statement.round_id == round_id)
        .order_by(StatementAnswer.participant_id, Statement.number)
    )
    events = [VoteEvent(row[0], row[1], row[2]) for row in rows]
    memory = session().scalar(
        select(RoundRun.memory).where(RoundRun.round_id == round_id, RoundRun.is_final.is_(False))
    )
    return Input(
        votes=VoteTable.from_events(events, statements=_analysed_numbers(round_id)),
        moderated_out=_moderated_out(round_id),
        verified=frozenset(_verified(round_id, Participant.id)),
        memory=Memory.from_json(memory) if memory else None,
        last_event_id=last_event_id(round_id),
    )


def published_events(round_id: int) -> list[VoteEvent]:
    """Return the last answers as they are published: random numbers for people, the day for the instant.

    The order is that of the file; the instants are seconds since 1970 of midnight in Korea.
    """
    answers = published_answers(round_id)
    return [VoteEvent(who, number, value, day_seconds(at)) for who, number, value, at in answers]


def read_final(round_id: int) -> Input:
    """Read the answers of a closed round as they are published."""
    return Input(
        votes=VoteTable.from_events(published_events(round_id), statements=_analysed_numbers(round_id)),
        moderated_out=_moderated_out(round_id),
        verified=frozenset(_verified(round_id, Participant.public_number)),
        memory=None,
        last_event_id=last_event_id(round_id),
    )


def compute(given: Input) -> Analysis:
    """Analyse; needs no database."""
    return analyse(given.votes, moderated_out=given.moderated_out, memory=given.memory)


def store_live(round_id: int, given: Input, analysis: Analysis, *, at: datetime) -> None:
    """Replace the live run of a round, unless it was closed meanwhile or a newer run is there.

    Raises:
        NotFound: there is no such round.
    """
    found = get_or_not_found(OpinionRound, round_id, lock=True)
    known = session().get(RoundRun, (round_id, False), with_for_update=True)
    if found.state is not RoundState.OPEN or (known is not None and known.last_event_id > given.last_event_id):
        return
    _store(found, given, analysis, is_final=False, at=at)


def prepare_final(round_id: int, *, at: datetime) -> None:
    """Give participants their random numbers, and look once more who is a verified resident. Doing it twice is doing it once.

    Raises:
        NotFound: there is no such round.
        RuleViolation: it is not closed.
    """
    found = get_or_not_found(OpinionRound, round_id, lock=True)
    _require_closed(found)
    people = list(session().scalars(select(Participant).where(Participant.round_id == round_id)))
    if any(each.public_number is None for each in people):
        # The system's randomness: nobody can say from the number who came first.
        numbers = list(range(1, len(people) + 1))
        random.SystemRandom().shuffle(numbers)
        for participant in people:
            participant.public_number = None
        session().flush()
        for participant, number in zip(people, numbers, strict=True):
            participant.public_number = number
    verified = set(
        session().scalars(
            select(Participant.id)
            .join(Person, Person.id == Participant.person_id)
            .join(Verification, Verification.person_id == Person.id)
            .where(
                Participant.round_id == round_id,
                Person.is_active,
                Verification.place_id.in_(found.place.ancestor_ids),
            )
        )
    )
    for participant in people:
        participant.is_verified = participant.id in verified
    session().flush()
    count_again(round_id)


def store_final(round_id: int, given: Input, analysis: Analysis, *, at: datetime) -> RoundRun:
    """Freeze the final run and publish its fingerprint. A round is frozen once.

    Raises:
        NotFound: there is no such round.
        RuleViolation: it is not closed.
    """
    found = get_or_not_found(OpinionRound, round_id, lock=True)
    _require_closed(found)
    known = session().get(RoundRun, (round_id, True))
    if known is not None:
        return known
    run = _store(found, given, analysis, is_final=True, at=at)
    append(
        found.place,
        "deliberation.frozen",
        role="clock",
        subject=f"round:{found.id}",
        at=at,
        values={
            "title": found.title,
            "participants": run.participants,
            "statements": len(run.view["statements"]),
        },
        document_hash=run.sha256,
    )
    return run


def last_event_id(round_id: int) -> int:
    """Return the newest answer of a round, 0 before the first."""
    return session().scalar(select(func.max(AnswerEvent.id)).where(AnswerEvent.round_id == round_id)) or 0


def describe(given: Input, analysis: Analysis) -> dict[str, Any]:
    """Return what pages show of an analysis: numbers per statement, the groups only where the gate is open.

    Groups are shown by what is particular to them, their shares rounded and small cells withheld
    (`voting.opinions.shown_votes`); never who is in them.
    """
    out = set(given.moderated_out)
    verified = given.votes.restricted_to(given.verified)
    own = {number: _three(verified, column) for column, number in enumerate(verified.statements)}
    least = analysis.group_informed_consensus.least_agree.tolist()
    statements: dict[str, Any] = {}
    for column, each in enumerate(analysis.agreement):
        if each.statement in out:
            continue
        statements[str(each.statement)] = {
            "agree": each.agree,
            "unsure": each.passes,
            "worry": each.disagree,
            "verified": own[each.statement],
            "agree_range": _range(each.agree_interval),
            "worry_range": _range(each.disagree_interval),
            "majority": None if each.majority is None else int(each.majority),
            "division": each.division,
            "least": least[column] if analysis.gate.is_open else None,
        }
    return {
        "statements": statements,
        "groups": _groups(analysis, out) if analysis.gate.is_open else [],
        "refusals": [refusal.value for refusal in analysis.gate.refusals],
        "qualified": analysis.gate.qualified,
    }


def _groups(analysis: Analysis, out: set[Any]) -> list[dict[str, Any]]:
    columns = {number: column for column, number in enumerate(analysis.table.statements)}
    shown = shown_votes(analysis.group_counts)
    found = []
    for index, group in enumerate(analysis.groups):
        particular = []
        for item in group.representative:
            cells = [shown[other][columns[item.statement]] for other in range(len(analysis.groups))]
            if item.statement in out or cells[index] is None:
                continue
            particular.append(
                {
                    "number": item.statement,
                    "side": int(item.side),
                    "percents": [
                        None if cell is None else [cell.agree_percent, cell.disagree_percent] for cell in cells
                    ],
                }
            )
        found.append(
            {"label": group.label, "size": len(group.members), "centre": list(group.centre), "says": particular}
        )
    return found


def _store(found: OpinionRound, given: Input, analysis: Analysis, *, is_final: bool, at: datetime) -> RoundRun:
    frozen = freeze(analysis) if is_final else None
    session().execute(delete(RoundRun).where(RoundRun.round_id == found.id, RoundRun.is_final == is_final))
    session().expire_all()
    run = RoundRun(
        round_id=found.id,
        is_final=is_final,
        at=at,
        last_event_id=given.last_event_id,
        participants=len(given.votes.participants),
        verified=len(given.verified & set(given.votes.participants)),
        view=describe(given, analysis),
        priorities={str(number): weight for number, weight in analysis.priorities.items()},
        positions=_positions(analysis),
        memory=analysis.memory.to_json() if not is_final else {},
        document=frozen.document if frozen else None,
        sha256=frozen.sha256 if frozen else None,
    )
    session().add(run)
    session().flush()
    return run


def _positions(analysis: Analysis) -> dict[str, Any]:
    """Return everybody's own place and group, where groups may be shown at all."""
    if not analysis.gate.is_open:
        return {}
    group = {member: each.label for each in analysis.groups for member in each.members}
    places = analysis.projection.positions.tolist()
    return {
        str(who): [round(places[row][0], 4), round(places[row][1], 4), group[who]]
        for row, who in enumerate(analysis.table.participants)
        if who in group
    }


def count_again(round_id: int) -> None:
    """Make the counters from the answers: verifications may have been given or withdrawn since."""
    rows = session().execute(
        select(StatementAnswer.statement_id, StatementAnswer.value, Participant.is_verified, func.count())
        .join(Participant, Participant.id == StatementAnswer.participant_id)
        .where(Participant.round_id == round_id)
        .group_by(StatementAnswer.statement_id, StatementAnswer.value, Participant.is_verified)
    )
    counted: dict[int, dict[str, int]] = {}
    names: Mapping[int, str] = {1: "agree", 0: "unsure", -1: "worry"}
    for statement_id, value, is_verified, number in rows.all():
        cell = counted.setdefault(statement_id, {})
        cell[names[value]] = cell.get(names[value], 0) + number
        if is_verified:
            cell[f"verified_{names[value]}"] = number
    empty = dict.fromkeys([*names.values(), *(f"verified_{name}" for name in names.values())], 0)
    for statement_id in session().scalars(select(Statement.id).where(Statement.round_id == round_id)).all():
        session().execute(
            update(Statement)
            .where(Statement.id == statement_id)
            .values({**empty, **counted.get(statement_id, {})})
            .execution_options(synchronize_session=False)
        )


def _analysed_numbers(round_id: int) -> list[int]:
    query = select(Statement.number).where(Statement.round_id == round_id, Statement.state == StatementState.PUBLISHED)
    return list(session().scalars(query))


def _moderated_out(round_id: int) -> tuple[int, ...]:
    query = select(Statement.number).where(Statement.round_id == round_id, Statement.state.in_(MODERATED_OUT))
    return tuple(sorted(session().scalars(query)))


def _verified(round_id: int, column: Any) -> list[int]:
    return list(
        session().scalars(
            select(column).where(Participant.round_id == round_id, Participant.is_verified, column.is_not(None))
        )
    )


def _three(table: VoteTable, column: int) -> list[int]:
    chosen = table.values[table.columns == column]
    return [int((chosen == value).sum()) for value in (1, 0, -1)]


def _range(interval: Any) -> list[float] | None:
    return None if interval is None else [interval.low, interval.high]


def _require_closed(found: OpinionRound) -> None:
    if found.state not in {RoundState.CLOSED, RoundState.CONCLUDED}:
        raise RuleViolation(N_("토론이 끝난 뒤에 마지막 결과를 셈합니다."))
