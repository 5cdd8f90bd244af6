"""Closing and counting: the count verifies the whole archive before it decrypts, and again before it publishes."""

import tempfile
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, func, select

from app.assembly.models import Assembly, CastBallot, VotingCode
from app.assembly.permissions import can_run
from app.assembly.rules import AssemblyState, require_move, spend
from app.assembly.services.board import append_record, archive, archive_digest
from app.assembly.services.opening import GROUP
from app.assembly.services.preparing import NOT_STAFF
from app.db.session import get_or_not_found, session
from app.errors import NotAllowed, RuleViolation
from app.i18n import N_
from app.jobs.models import Job
from app.jobs.services import enqueue
from app.people.models import Person
from app.people.rules import Role
from app.plan.services import freezing
from app.privacy.sealing import reveal
from app.record.services import append
from voting import Demands, EventType, PrivateKey, StrongDecryptions, VerifiedElection, examine_archive, group_named
from voting.allocation import english_sentence, korean_sentence
from voting.election.conduct import decryption_payloads, result_of, verified_tally_payloads

COUNT_JOB = "assembly.count"
UNFINISHED = Demands(finished=False, strong_decryption=False)
"""What an archive must fulfil on the way to its result: everything that is there is right."""


def close_assembly(assembly_id: int, *, by: Person | None, at: datetime) -> Assembly:
    """End the voting when its closing instant has come, and ask for the count; ``by`` is None for the clock.

    Raises:
        NotFound, NotAllowed: no such assembly; not staff.
        RuleViolation: it is not open, or its time has not come: nobody closes early.
    """
    assembly = get_or_not_found(Assembly, assembly_id, lock=True)
    if by is not None and not can_run(by, assembly.place, at):
        raise NotAllowed(NOT_STAFF)
    require_move(assembly.state, AssemblyState.CLOSED)
    if at < assembly.closes_at:
        raise RuleViolation(N_("정해진 때가 되기 전에는 투표를 닫을 수 없습니다."))
    append_record(assembly, EventType.END_BALLOTS)
    assembly.state, assembly.closed_at = AssemblyState.CLOSED, at
    assembly.version += 1
    append(
        assembly.place,
        "assembly.closed",
        role="clock" if by is None else Role.DONG_STAFF,
        subject=f"assembly:{assembly.id}",
        at=at,
        values={"ballots": assembly.head_height - 1},
    )
    request_count(assembly, at=at)
    return assembly


def request_count(assembly: Assembly, *, at: datetime) -> Job:
    """Ask for the count as a job."""
    return enqueue(
        COUNT_JOB,
        {"assembly_id": assembly.id},
        by=None,
        at=at,
        place_id=assembly.place_id,
        idempotency_key=f"{COUNT_JOB}:{assembly.id}",
    )


def close_due_assemblies(at: datetime) -> int:
    """Close every assembly whose closing instant has come; return how many. Run every minute by the worker."""
    due = session().scalars(
        select(Assembly.id).where(Assembly.state == AssemblyState.OPEN, Assembly.closes_at <= at).order_by(Assembly.id)
    )
    found = list(due)
    for assembly_id in found:
        close_assembly(assembly_id, by=None, at=at)
    return len(found)


def count_assembly(assembly_id: int, *, at: datetime) -> Assembly:
    """Tally, decrypt, compute the result, spend the envelope by the frozen rule. Runs once; again, it changes nothing.

    Every step verifies the archive as a stranger would: nothing is decrypted but the tally that follows from the board.

    Raises:
        RuleViolation: the voting has not ended.
        VerificationError: the board does not hold; nothing is published.
    """
    assembly = get_or_not_found(Assembly, assembly_id, lock=True)
    if assembly.state is AssemblyState.COUNTED:
        return assembly
    require_move(assembly.state, AssemblyState.COUNTED)
    group = group_named(GROUP)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "election.bel"
        append_record(assembly, EventType.ENCRYPTED_TALLY, verified_tally_payloads(_verified(assembly, path)))
        secret = PrivateKey.parse((reveal(assembly, Assembly.trustee_key) or "").encode(), group).secret
        payloads, strong = decryption_payloads(_verified(assembly, path), secret)
        append_record(assembly, EventType.PARTIAL_DECRYPTION, payloads)
        proofs = StrongDecryptions(assembly.fingerprint, (strong,)).to_bytes()
        proofs_path = Path(folder) / "proofs.json"
        proofs_path.write_bytes(proofs)
        result = result_of(_verified(assembly, path))
        append_record(assembly, EventType.RESULT, (result.to_bytes(),))
        final = _verified(assembly, path, Demands(proofs=proofs_path))
    votes = [number for number in result.questions[0] if isinstance(number, int)]
    assembly.voters = final.ballots
    assembly.strong_proofs = proofs.decode()
    assembly.state, assembly.counted_at = AssemblyState.COUNTED, at
    assembly.version += 1
    assembly.archive_hash = archive_digest(assembly)
    _publish(assembly, votes)
    _forget_secrets(assembly)
    freezing.adopt(assembly.plan_version.plan, at=at)
    append(
        assembly.place,
        "assembly.counted",
        role="clock",
        subject=f"assembly:{assembly.id}",
        at=at,
        values={"voters": assembly.voters, "funded": sum(bool(item.is_funded) for item in assembly.items)},
        document_hash=assembly.archive_hash,
    )
    return assembly


def turnout(assembly: Assembly) -> int:
    """Return how many have voted so far: distinct codes on the board."""
    if assembly.voters is not None:
        return assembly.voters
    query = select(func.count(CastBallot.credential.distinct())).where(CastBallot.assembly_id == assembly.id)
    return session().scalar(query) or 0


def _verified(assembly: Assembly, path: Path, demands: Demands = UNFINISHED) -> VerifiedElection:
    with path.open("wb") as file:
        for part in archive(assembly):
            file.write(part)
    return examine_archive(path, demands)


def _publish(assembly: Assembly, votes: list[int]) -> None:
    report = spend(
        assembly.lines,
        votes,
        voters=assembly.voters or 0,
        envelope_won=assembly.envelope_won,
        tie_order=assembly.tie_order,
    )
    account = report.account
    facts = {each.project_id: each for each in account.facts}
    for item, line, count in zip(assembly.items, assembly.lines, votes, strict=True):
        found = facts[line.project_id]
        item.votes = count
        item.rank = found.rank
        item.is_funded = assembly.is_quorate and line.project_id in account.outcome.funded
        item.reason_ko = korean_sentence(account, found)
        item.reason_en = english_sentence(account, found)


def _forget_secrets(assembly: Assembly) -> None:
    """Destroy the key and the codes: from now on nobody can decrypt more, or say who had which code."""
    assembly.trustee_key = None
    session().execute(delete(VotingCode).where(VotingCode.assembly_id == assembly.id))
