"""Objecting, answering, and destroying the link between people and credentials."""

from datetime import datetime, timedelta

from sqlalchemy import CursorResult, Delete, Update, delete, func, select, update

from app.assembly.floor.models import FloorAttendance, FloorDay
from app.assembly.models import Assembly, VotingCode
from app.assembly.objections import queries
from app.assembly.objections.models import LinkDestruction, ResultObjection
from app.assembly.objections.rules import Destroyed, Finding, may_destroy, receipt_of, require_period
from app.assembly.permissions import can_run
from app.assembly.rules import AssemblyState, KeyHolding
from app.assembly.services.preparing import NOT_STAFF
from app.assembly.stations.models import ChannelResult, CheckIn, ElectorLink, LetterLoss, StationSlip
from app.db.session import claim_version, get_or_not_found, session
from app.errors import NotAllowed, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.people.permissions import is_verified_resident
from app.people.rules import Role
from app.places.queries import setting
from app.privacy.sealing import seal
from app.record.services import append
from voting.encoding import canonical_json, sha256

FORMAT = "madang-link-destroyed-2"


def object_to_result(
    assembly_id: int, *, title: str, body: str, once: str, by: Person, at: datetime
) -> ResultObjection:
    """Take an objection to a result; the same form sent twice is one objection with one receipt.

    Args:
        assembly_id: which assembly.
        title: what it is about, in a line that is published.
        body: the words, for the committee alone.
        once: the form's own key.
        by: a verified resident of the dong.
        at: when; the instant at which the period ends is too late.

    Raises:
        NotFound, NotAllowed: no such assembly; not a verified resident.
        RuleViolation: there is no result yet, or the period is over.
    """
    assembly = get_or_not_found(Assembly, assembly_id, lock=True)
    if not is_verified_resident(by, assembly.place):
        raise NotAllowed(N_("이 동의 주민으로 확인된 분만 이의를 낼 수 있습니다."))
    known = session().scalar(select(ResultObjection).where(ResultObjection.once == once))
    if known is not None and known.person_id == by.id:
        return known
    require_period(queries.objections_until(assembly), at)
    query = select(func.count(ResultObjection.id)).where(ResultObjection.assembly_id == assembly.id)
    number = (session().scalar(query) or 0) + 1
    row = ResultObjection(
        assembly_id=assembly.id, number=number, once=once, person_id=by.id, title=title, received_at=at,
        due_at=at + timedelta(days=setting(assembly.place, "assembly.objection_answer_days")),
    )  # fmt: skip
    seal(row, ResultObjection.body, body)
    session().add(row)
    session().flush()
    append(
        assembly.place, "assembly.objected", role=Role.RESIDENT, subject=f"objection:{row.id}", at=at,
        values={"receipt": receipt(row)},
    )  # fmt: skip
    return row


def receipt(row: ResultObjection) -> str:
    """Return the receipt number of an objection."""
    return receipt_of(row.assembly.cycle.year, row.assembly.place.slug, row.number)


def answer_objection(
    objection_id: int, *, finding: Finding, answer: str, version: int, by: Person, at: datetime
) -> ResultObjection:
    """Answer an objection, once and in public.

    Raises:
        NotFound, NotAllowed, Conflict: no such objection; not staff; answered meanwhile.
        RuleViolation: it is answered.
    """
    row = get_or_not_found(ResultObjection, objection_id, lock=True)
    place = row.assembly.place
    if not can_run(by, place, at):
        raise NotAllowed(NOT_STAFF)
    claim_version(row, version)
    if row.answered_at is not None:
        raise RuleViolation(N_("이미 답한 이의입니다."))
    row.finding, row.answer, row.answered_at = finding, answer, at
    append(
        place, "assembly.objection_answered", role=Role.DONG_STAFF, subject=f"objection:{row.id}", at=at,
        values={"receipt": receipt(row), "finding": finding.value}, document_hash=sha256(answer.encode()).hex(),
    )  # fmt: skip
    return row


def destroy_links_past_objections(at: datetime) -> int:
    """Destroy the link of every assembly whose period is over and whose objections are answered; return how many."""
    due = (
        select(Assembly.id)
        .join(ChannelResult, ChannelResult.assembly_id == Assembly.id)
        .outerjoin(LinkDestruction, LinkDestruction.assembly_id == Assembly.id)
        .where(
            Assembly.state == AssemblyState.COUNTED,
            ChannelResult.objections_until <= at,
            LinkDestruction.assembly_id.is_(None),
        )
        .order_by(Assembly.id)
    )
    return sum(destroy_link(assembly_id, at=at) for assembly_id in list(session().scalars(due)))


def destroy_link(assembly_id: int, *, at: datetime) -> bool:
    """Destroy who had which code, was handed a paper or came to the assembly, and certify it; tell whether it was done now.

    What stays says nothing of people: ballots under public credentials, sums, numbers of papers. Doing it again changes
    nothing.

    Raises:
        NotFound: no such assembly.
    """
    assembly = get_or_not_found(Assembly, assembly_id, lock=True)
    until = queries.objections_until(assembly)
    if until is None or queries.destruction_of(assembly) is not None:
        return False
    if not may_destroy(until=until, unanswered=queries.unanswered(assembly), at=at):
        return False
    destroyed = _forget(assembly)
    certificate = canonical_json(
        {
            "format": FORMAT,
            "fingerprint": assembly.fingerprint,
            "objections_until": until.isoformat(),
            "destroyed_at": at.isoformat(),
            "destroyed": {kind.value: number for kind, number in destroyed.items()},
        }
    )
    session().add(LinkDestruction(assembly_id=assembly.id, destroyed_at=at, certificate=certificate.decode()))
    append(
        assembly.place, "assembly.voters_forgotten", role="clock", subject=f"assembly:{assembly.id}", at=at,
        values={kind.value: number for kind, number in destroyed.items()}, document_hash=sha256(certificate).hex(),
    )  # fmt: skip
    return True


def _forget(assembly: Assembly) -> dict[Destroyed, int]:
    """Destroy everything that leads from a vote to a person; return how much of each kind there was.

    Codes of accounts have gone at the count already, in the transaction that published the sums; they are counted here, so
    that the certificate names them.
    """
    at_count = assembly.electors if assembly.keys is KeyHolding.SERVER else 0
    days = select(FloorDay.id).where(FloorDay.assembly_id == assembly.id)
    return {
        Destroyed.LINKS: _done(delete(ElectorLink).where(ElectorLink.assembly_id == assembly.id)),
        Destroyed.CODES: at_count + _done(delete(VotingCode).where(VotingCode.assembly_id == assembly.id)),
        Destroyed.CHECK_INS: _done(
            update(CheckIn)
            .where(CheckIn.assembly_id == assembly.id, CheckIn.roll_entry_id.is_not(None))
            .values(roll_entry_id=None)
        ),
        Destroyed.SLIPS: _done(delete(StationSlip).where(StationSlip.assembly_id == assembly.id)),
        Destroyed.LOSSES: _done(
            update(LetterLoss)
            .where(LetterLoss.assembly_id == assembly.id, LetterLoss.roll_entry_id.is_not(None))
            .values(roll_entry_id=None)
        ),
        Destroyed.ATTENDANCES: _done(
            update(FloorAttendance)
            .where(FloorAttendance.day_id.in_(days))
            .where(FloorAttendance.person_id.is_not(None) | FloorAttendance.roll_entry_id.is_not(None))
            .values(person_id=None, roll_entry_id=None)
        ),
    }


def _done(statement: Delete | Update) -> int:
    """Run a statement and return how many rows it changed."""
    ran = session().execute(statement.execution_options(synchronize_session=False))
    return ran.rowcount if isinstance(ran, CursorResult) else 0
