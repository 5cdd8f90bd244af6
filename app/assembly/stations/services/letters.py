"""Papers against letters, where codes came by letter and nobody on the server knows whose code is whose.

A paper is handed out against the letter: its slip names one public credential, which is taken away in the transaction of
the check-in. Somebody who has lost the letter declares so at the station; the credential authority, which alone knows
whose code it was, names the slip from its own file, and the same happens. A letter that comes to light again is dead.
"""

from datetime import datetime

from app.assembly.models import Assembly
from app.assembly.rules import KeyHolding
from app.assembly.services.board import context_of
from app.assembly.stations import queries
from app.assembly.stations.models import LetterLoss, Station, StationSlip, StruckCredential
from app.assembly.stations.permissions import can_check_in
from app.assembly.stations.rules.slips import normal_slip, slip_digest
from app.assembly.stations.rules.states import LossState, StationState
from app.db.session import get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, NotFound, RuleViolation
from app.i18n import N_
from app.people.models import Person, RollEntry
from app.people.rules import Role
from app.record.services import append

NOT_CLERK = N_("동의 담당 공무원만 명부에서 찾고 용지를 내줄 수 있습니다.")
NOT_ISSUING = N_("지금은 용지를 내줄 수 없습니다.")
VOTED_BY_LETTER = N_("이 편지의 번호로 이미 온라인에서 투표했습니다. 용지를 줄 수 없습니다.")
USED_LETTER = N_("이 편지로 이미 용지를 내주었습니다.")
UNKNOWN_SLIP = N_("이 선거의 투표소 번호가 아닙니다. 편지를 다시 확인해 주세요.")
NO_LETTER = N_("편지의 투표소 번호가 있어야 용지를 내줄 수 있습니다. 편지를 잃어버렸으면 분실 신고를 먼저 합니다.")


class VotedByLetter(RuleViolation):
    """A ballot was cast with the code of this letter; no paper is handed out against it."""


def surrendered(assembly: Assembly, entry: RollEntry, slip: str) -> list[str]:
    """Return the credential that somebody gives up for a paper, under the lock of the assembly.

    None (an empty list) where the loss of the letter was declared and the authority has taken the credential away.

    Raises:
        InvalidInput: no slip of this election.
        RuleViolation: neither a letter nor a settled loss; a ballot was cast with it; a paper was handed out against it.
    """
    loss = queries.loss_of(assembly, entry.id)
    if loss is not None and loss.state is LossState.GRANTED:
        return []
    if loss is not None and loss.state is LossState.VOTED:
        raise VotedByLetter(VOTED_BY_LETTER)
    if not slip.strip():
        raise InvalidInput(NO_LETTER, field="slip")
    return [unspent_credential(assembly, slip)]


def unspent_credential(assembly: Assembly, slip: str) -> str:
    """Return the credential of a slip that neither voted nor was given up.

    Raises:
        InvalidInput: no slip of this election.
        RuleViolation: a ballot was cast with it, or a paper was handed out against it.
    """
    digest = slip_digest(normal_slip(slip), context_of(assembly).election.uuid)
    row = session().get(StationSlip, (assembly.id, digest))
    if row is None:
        raise InvalidInput(UNKNOWN_SLIP, field="slip")
    if queries.is_struck(assembly, row.credential):
        raise RuleViolation(USED_LETTER)
    if queries.has_voted_online(assembly, [row.credential]):
        raise VotedByLetter(VOTED_BY_LETTER)
    return row.credential


def declare_loss(station_id: int, entry_id: int, *, by: Person, at: datetime) -> LetterLoss:
    """Write down that somebody on the roll says their letter is lost; a second time changes nothing.

    Raises:
        NotFound: no such station, or nobody of this number on its roll.
        NotAllowed: not a public servant of the dong.
        RuleViolation: codes came by no letter, it is not the time, or the person has a paper already or may not vote.
    """
    station = get_or_not_found(Station, station_id)
    if not can_check_in(by, station.assembly.place, at):
        raise NotAllowed(NOT_CLERK)
    assembly = get_or_not_found(Assembly, station.assembly_id, lock=True)
    if assembly.keys is not KeyHolding.TRUSTEES:
        raise RuleViolation(N_("이 투표는 편지로 번호를 보내지 않았습니다."))
    if not assembly.is_voting(at) or station.state is not StationState.ISSUING:
        raise RuleViolation(NOT_ISSUING)
    entry = get_or_not_found(RollEntry, entry_id)
    roll = queries.roll_of_election(assembly)
    if roll is None or entry.roll_id != roll.id:
        raise NotFound(N_("찾으시는 것이 없습니다."))
    known = queries.loss_of(assembly, entry_id)
    if known is not None:
        return known
    if queries.standing_of(assembly, entry) is not queries.Standing.MAY_VOTE:
        raise RuleViolation(NOT_ISSUING)
    loss = LetterLoss(
        assembly_id=assembly.id, number=queries.losses_so_far(assembly) + 1, station_id=station.id,
        roll_entry_id=entry.id, state=LossState.DECLARED, by_id=by.id, declared_at=at,
    )  # fmt: skip
    session().add(loss)
    session().flush()
    append(
        assembly.place, "assembly.letter_lost", role=Role.DONG_STAFF, subject=f"loss:{loss.number}", at=at,
        values={"number": loss.number, "name": station.name},
    )  # fmt: skip
    return loss


def settle_loss(assembly_id: int, number: int, slip: str, *, at: datetime) -> LetterLoss:
    """Take away the credential of a letter that was declared lost; with a ballot of it on the board, refuse the paper.

    The credential authority's word: it names the slip from its own file. Again changes nothing.

    Raises:
        NotFound: no such declaration.
        InvalidInput: no slip of this election.
        RuleViolation: voting is not open, or a paper was handed out against this letter.
    """
    assembly = get_or_not_found(Assembly, assembly_id, lock=True)
    loss = queries.loss_numbered(assembly, number)
    if loss is None:
        raise NotFound(N_("찾으시는 것이 없습니다."))
    if loss.state is not LossState.DECLARED:
        return loss
    if not assembly.is_voting(at):
        raise RuleViolation(NOT_ISSUING)
    try:
        credential = unspent_credential(assembly, slip)
    except VotedByLetter:
        loss.state = LossState.VOTED
    else:
        session().add(StruckCredential(assembly_id=assembly.id, credential=credential))
        loss.state = LossState.GRANTED
    loss.settled_at = at
    session().flush()
    append(
        assembly.place, "assembly.loss_settled", role="trustee", subject=f"loss:{loss.number}", at=at,
        values={"number": loss.number, "state": loss.state.value},
    )  # fmt: skip
    return loss
