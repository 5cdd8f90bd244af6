"""SELECTs about rounds and who takes part in them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.db.session import get_or_not_found, session
from app.deliberation.models import OpinionRound, Participant, RoundRun, Statement, StatementAnswer
from app.deliberation.permissions import can_prepare, can_see
from app.deliberation.rules import PUBLIC_ROUNDS, RoundState, StatementState, may_see_numbers
from app.deliberation.voice import Voice
from app.errors import NotFound
from app.i18n import N_
from app.people.models import Person
from app.places.models import Place
from app.privacy.encryption import Indexed
from app.privacy.sealing import index_of

PAGE = 20
NO_SUCH_ROUND = N_("찾으시는 토론이 없습니다.")


def device_index(round_id: int, token: str) -> bytes:
    """Return the keyed hash under which a device is known in one round."""
    return index_of(Indexed.TOKEN, token, scope=f"round:{round_id}")


def visible_round(place: Place, round_id: int, person: Person | None, at: datetime) -> OpinionRound:
    """Return a round of a dong that this person may know of.

    Raises:
        NotFound: there is none here, or it is not public yet.
    """
    found = get_or_not_found(OpinionRound, round_id)
    if found.place_id != place.id or not can_see(person, found, at):
        raise NotFound(NO_SUCH_ROUND)
    return found


@dataclass(frozen=True)
class RoundRow:
    """A round in a list: how many statements are shown, how many people answered. Never how they answered."""

    round: OpinionRound
    statements: int
    participants: int


@dataclass(frozen=True)
class RoundList:
    """One page of rounds."""

    rows: list[RoundRow]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE))


def rounds_page(place: Place, person: Person | None, *, page: int, at: datetime) -> RoundList:
    """Return one page of a dong's rounds that this person may know of: open ones first, then the newest."""
    states = set(RoundState) if can_prepare(person, place, at) else PUBLIC_ROUNDS
    where = (OpinionRound.place_id == place.id, OpinionRound.state.in_(states))
    rounds = session().scalars(
        select(OpinionRound)
        .where(*where)
        .order_by((OpinionRound.state == RoundState.OPEN).desc(), OpinionRound.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    listed = list(rounds)
    ids = [each.id for each in listed]
    statements, people = _published_counts(ids), participant_counts(ids)
    total = session().scalar(select(func.count(OpinionRound.id)).where(*where)) or 0
    rows = [RoundRow(each, statements.get(each.id, 0), people.get(each.id, 0)) for each in listed]
    return RoundList(rows, total, page)


def open_rounds(place: Place, *, limit: int = 3) -> list[OpinionRound]:
    """Return the rounds of a dong that take answers, the one that closes first in front."""
    query = select(OpinionRound).where(OpinionRound.place_id == place.id, OpinionRound.state == RoundState.OPEN)
    return list(session().scalars(query.order_by(OpinionRound.closes_at, OpinionRound.id).limit(limit)))


def _published_counts(round_ids: list[int]) -> dict[int, int]:
    rows = session().execute(
        select(Statement.round_id, func.count(Statement.id))
        .where(Statement.round_id.in_(round_ids), Statement.state == StatementState.PUBLISHED)
        .group_by(Statement.round_id)
    )
    return {row[0]: row[1] for row in rows}


def participant_counts(round_ids: list[int]) -> dict[int, int]:
    """Count the participants of rounds; whoever only opened the page is none."""
    rows = session().execute(
        select(Participant.round_id, func.count(Participant.id))
        .where(Participant.round_id.in_(round_ids))
        .group_by(Participant.round_id)
    )
    return {row[0]: row[1] for row in rows}


def sheet_count(found: OpinionRound) -> int:
    """Return how many sheets of paper are among a round's participants."""
    query = select(func.count(Participant.id)).where(Participant.round_id == found.id, Participant.sheet.is_not(None))
    return session().scalar(query) or 0


def decided_numbers(found: OpinionRound) -> set[int]:
    """Return the numbers of a round's statements that may be on a printed sheet, also those taken down since."""
    query = select(Statement.number).where(Statement.round_id == found.id, Statement.state != StatementState.PENDING)
    return set(session().scalars(query))


def participant_of(found: OpinionRound, voice: Voice) -> Participant | None:
    """Return who a visitor is in a round: by account, otherwise by device; None for somebody who has not answered yet.

    A device on which somebody signed in and answered is that person's; without the account it is nobody.
    """
    if voice.person is not None:
        mine = session().scalar(
            select(Participant).where(Participant.round_id == found.id, Participant.person_id == voice.person.id)
        )
        if mine is not None:
            return mine
    return _device_participant(found, voice)


def _device_participant(found: OpinionRound, voice: Voice) -> Participant | None:
    if voice.device is None:
        return None
    return session().scalar(
        select(Participant).where(
            Participant.round_id == found.id,
            Participant.device_index == device_index(found.id, voice.device),
            Participant.person_id.is_(None),
        )
    )


def is_claimed_device(found: OpinionRound, voice: Voice) -> bool:
    """Tell whether a visitor without an account sits at a device on which somebody answered with one."""
    if voice.person is not None or voice.device is None:
        return False
    query = select(Participant.id).where(
        Participant.round_id == found.id,
        Participant.device_index == device_index(found.id, voice.device),
        Participant.person_id.is_not(None),
    )
    return session().scalar(query) is not None


def final_run(found: OpinionRound) -> RoundRun | None:
    """Return the frozen run of a round."""
    return session().get(RoundRun, (found.id, True))


def newest_run(found: OpinionRound) -> RoundRun | None:
    """Return the final run, otherwise the newest live one."""
    return final_run(found) or session().get(RoundRun, (found.id, False))


def sees_numbers(found: OpinionRound, participant: Participant | None) -> bool:
    """Tell whether the numbers of a round may be shown to a visitor. Every page, file and fragment asks this, no other."""
    answerable = (
        session().scalar(
            select(func.count(Statement.id)).where(
                Statement.round_id == found.id,
                Statement.state == StatementState.PUBLISHED,
                Statement.is_open,
            )
        )
        or 0
    )
    answered = 0
    if participant is not None:
        answered = (
            session().scalar(
                select(func.count())
                .select_from(StatementAnswer)
                .where(StatementAnswer.participant_id == participant.id)
            )
            or 0
        )
    return may_see_numbers(
        found.visibility,
        found.state,
        has_final_run=final_run(found) is not None,
        answered=answered,
        answerable=answerable,
    )
