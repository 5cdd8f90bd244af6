"""Closing and counting: one step after another, each verifying the whole archive before it adds to it.

The steps of a count are the events of the board: the encrypted tally; where whole ballots are opened a shuffle and its
end; the decryption; the result. Where the count stands is read off the board, so that a count that was interrupted goes
on where it stopped, and none of it can happen twice.
"""

import tempfile
from datetime import datetime
from fractions import Fraction
from pathlib import Path

from sqlalchemy import delete, func, select

from app.assembly.kiosks.queries import held_ballots
from app.assembly.kiosks.services.taking import keep_kiosks, kiosks_awaited
from app.assembly.models import Assembly, BoardRecord, CastBallot, VotingCode
from app.assembly.permissions import can_run
from app.assembly.rules import AssemblyState, KeyHolding, require_move
from app.assembly.rules.reading import ONLINE, Reading, read_result
from app.assembly.services.board import (
    append_record,
    archive,
    archive_digest,
    bound_window,
    last_payload,
    setup_members,
)
from app.assembly.services.opening import GROUP
from app.assembly.services.preparing import NOT_STAFF
from app.assembly.stations.models import ChannelResult
from app.assembly.stations.queries import channel_result, on_paper, unfinished_stations
from app.assembly.stations.services.keeping import keep_channels
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
from voting import (
    Demands,
    Election,
    Event,
    EventType,
    PrivateKey,
    Result,
    StrongDecryptions,
    Trustees,
    VerifiedElection,
    examine_archive,
    group_named,
)
from voting.allocation import channels_from_json, count, english_sentence, give_account, korean_sentence
from voting.election.conduct import decryption_payloads, result_of, shuffle_payloads, verified_tally_payloads
from voting.election.events import Owned
from voting.election.trustees.objects import MAX_TRUSTEES

COUNT_JOB = "assembly.count"
UNFINISHED = Demands(finished=False, strong_decryption=False)
"""What an archive must fulfil on the way to its result: everything that is there is right."""
MIXERS = 2
"""How many trustees mix ballots before they are opened: one honest mixer among them is enough (voting.md §6)."""
SUM_STEPS = 4
SHUFFLE_STEPS = 6
"""How many steps a count takes: tally, (shuffle, end of shuffles,) decryption, result, publication."""


def close_assembly(assembly_id: int, *, by: Person | None, at: datetime) -> Assembly:
    """End the voting when its closing instant has come, and ask for the count; ``by`` is None for the clock.

    Where people voted on paper, the count waits for the last station: nothing is known of one part before the other.

    Raises:
        NotFound, NotAllowed: no such assembly; not staff.
        RuleViolation: it is not open, or its time has not come: nobody closes early, nor while a kiosk may still bring
            ballots that were locked in time (`kiosks.rules.keep_open`).
    """
    assembly = get_or_not_found(Assembly, assembly_id, lock=True)
    if by is not None and not can_run(by, assembly.place, at):
        raise NotAllowed(NOT_STAFF)
    require_move(assembly.state, AssemblyState.CLOSED)
    if at < bound_window(assembly)[1]:
        raise RuleViolation(N_("정해진 때가 되기 전에는 투표를 닫을 수 없습니다."))
    waiting = kiosks_awaited(assembly, at)
    if waiting:
        raise RuleViolation(N_("키오스크 %(n)s대가 아직 표를 다 보냈다고 알리지 않았습니다."), n=waiting)
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
    unsent = held_ballots(assembly)
    if unsent:
        append(
            assembly.place, "assembly.kiosks_unsent", role="clock", subject=f"assembly:{assembly.id}", at=at,
            values={"n": unsent},
        )  # fmt: skip
    if not unfinished_stations(assembly):
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
        # Trustees' parts come one after another: each of them may set the count going again.
        idempotency_key=f"{COUNT_JOB}:{assembly.id}:{assembly.head_height}",
    )


def close_due_assemblies(at: datetime) -> int:
    """Close every assembly whose closing instant has come, as its election binds it; return how many.

    Run every minute by the worker.

    One that waits for its kiosks is left for the next minute.
    """
    open_ones = list(
        session().scalars(select(Assembly).where(Assembly.state == AssemblyState.OPEN).order_by(Assembly.id))
    )
    for assembly in open_ones:
        restore_times(assembly.id, at=at)
    due = [assembly for assembly in open_ones if bound_window(assembly)[1] <= at]
    found = [assembly.id for assembly in due if not kiosks_awaited(assembly, at)]
    for assembly_id in found:
        close_assembly(assembly_id, by=None, at=at)
    return len(found)


def restore_times(assembly_id: int, *, at: datetime) -> bool:
    """Put the times of an open vote back to those that its election binds, in public; tell whether they had been moved.

    No page and no command moves them; somebody with the database did. Until then a shortened end keeps voters away, which is
    why the worker looks every minute; it never closes the box early (`close_assembly`).
    """
    assembly = get_or_not_found(Assembly, assembly_id)
    bound = bound_window(assembly)
    if (assembly.opens_at, assembly.closes_at) == bound:
        return False
    assembly = get_or_not_found(Assembly, assembly_id, lock=True)
    found = assembly.closes_at
    assembly.opens_at, assembly.closes_at = bound
    assembly.version += 1
    append(
        assembly.place, "assembly.times_restored", role="clock", subject=f"assembly:{assembly.id}", at=at,
        values={"found": found.isoformat(), "bound": bound[1].isoformat()},
    )  # fmt: skip
    return True


def count_assembly(assembly_id: int, *, at: datetime) -> Assembly:
    """Take every step that is left in one transaction. Again, it changes nothing.

    Raises:
        RuleViolation: the voting has not ended.
        VerificationError: the board does not hold; nothing is published.
    """
    while advance_count(assembly_id, at=at):
        pass
    return get_or_not_found(Assembly, assembly_id)


def awaited(assembly: Assembly) -> EventType | None:
    """Return what trustees owe before the count goes on: a shuffle or a decryption; None when it goes on by itself."""
    if assembly.keys is not KeyHolding.TRUSTEES or assembly.state is not AssemblyState.CLOSED:
        return None
    match Event.parse(assembly.head_event.encode()).type:
        case EventType.ENCRYPTED_TALLY:
            return EventType.SHUFFLE if assembly.form.shuffled else EventType.PARTIAL_DECRYPTION
        case EventType.SHUFFLE:
            enough = len(owners_of(assembly, EventType.SHUFFLE)) >= min(MIXERS, len(trustees_of(assembly).members))
            return None if enough else EventType.SHUFFLE
        case EventType.END_SHUFFLES:
            return EventType.PARTIAL_DECRYPTION
        case EventType.PARTIAL_DECRYPTION:
            trustees = trustees_of(assembly)
            done = set(owners_of(assembly, EventType.PARTIAL_DECRYPTION))
            missing = {member.owner for member in trustees.members} - done
            return None if trustees.can_do_without(missing) else EventType.PARTIAL_DECRYPTION
        case _:
            return None


def trustees_of(assembly: Assembly) -> Trustees:
    """Return the trustees of an opened assembly as they stand on the board."""
    election, trustees, _ = setup_members(assembly)
    return Trustees.parse(trustees, Election.parse(election).group)


def owners_of(assembly: Assembly, kind: EventType) -> list[int]:
    """Return which trustees shuffled or decrypted, in the order of the board; only the end of the board is read."""
    query = (
        select(BoardRecord)
        .where(BoardRecord.assembly_id == assembly.id, BoardRecord.height > 0)
        .order_by(BoardRecord.height.desc())
        .limit(2 * MAX_TRUSTEES + 3)
    )
    rows = [(Event.parse(row.event.encode()).type, row.payloads) for row in session().scalars(query)]
    return [Owned.parse(payloads[1].encode()).owner for found, payloads in reversed(rows) if found is kind]


def steps_of(assembly: Assembly) -> int:
    """Return how many steps the count takes."""
    return SHUFFLE_STEPS if assembly.form.shuffled else SUM_STEPS


def advance_count(assembly_id: int, *, at: datetime) -> int:
    """Take the next step of the count; return how many are left.

    Every step verifies the archive as a stranger would: nothing is decrypted but the tally that follows from the board,
    shuffled where whole ballots are opened.

    Raises:
        RuleViolation: the voting has not ended, a station has not closed, or the trustees are awaited (`awaited`).
        VerificationError: the board does not hold; nothing is added to it.
    """
    assembly = get_or_not_found(Assembly, assembly_id, lock=True)
    if assembly.state is AssemblyState.COUNTED:
        return 0
    require_move(assembly.state, AssemblyState.COUNTED)
    if unfinished_stations(assembly):
        raise RuleViolation(N_("투표소가 모두 마친 뒤에 개표합니다."))
    if awaited(assembly) is not None:
        raise RuleViolation(N_("열쇠 지기들이 아직 열쇠를 쓰지 않았습니다."))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "election.bel"
        match Event.parse(assembly.head_event.encode()).type:
            case EventType.END_BALLOTS:
                append_record(
                    assembly, EventType.ENCRYPTED_TALLY, verified_tally_payloads(verified_board(assembly, path))
                )
                return steps_of(assembly) - 1
            case EventType.ENCRYPTED_TALLY if assembly.form.shuffled:
                append_record(assembly, EventType.SHUFFLE, shuffle_payloads(verified_board(assembly, path), 1))
                return 4
            case EventType.SHUFFLE:
                verified_board(assembly, path)
                append_record(assembly, EventType.END_SHUFFLES)
                return 3
            case EventType.ENCRYPTED_TALLY | EventType.END_SHUFFLES:
                _decrypt(assembly, path)
                return 2
            case EventType.PARTIAL_DECRYPTION:
                append_record(assembly, EventType.RESULT, (result_of(verified_board(assembly, path)).to_bytes(),))
                return 1
            case _:
                _conclude(assembly, path, at=at)
                return 0


def counted(assembly: Assembly) -> Reading:
    """Read the published result of a counted assembly as a counting rule sees it.

    What anybody can do with the downloaded archive: with `Assembly.counting_rule`, `voting.allocation.explain` gives the
    result page, and `write_pabulib` the file for other tools.

    Raises:
        RuleViolation: it is not counted yet.
    """
    if assembly.state is not AssemblyState.COUNTED:
        raise RuleViolation(N_("아직 개표하지 않았습니다."))
    return _reading(assembly)


def verified_board(assembly: Assembly, path: Path, demands: Demands = UNFINISHED) -> VerifiedElection:
    """Write the board to a file and verify it as a stranger would.

    Raises:
        VerificationError: it does not hold.
    """
    with path.open("wb") as file:
        for part in archive(assembly):
            file.write(part)
    return examine_archive(path, demands)


def _decrypt(assembly: Assembly, path: Path) -> None:
    secret = PrivateKey.parse((reveal(assembly, Assembly.trustee_key) or "").encode(), group_named(GROUP)).secret
    payloads, strong = decryption_payloads(verified_board(assembly, path), secret)
    append_record(assembly, EventType.PARTIAL_DECRYPTION, payloads)
    assembly.strong_proofs = StrongDecryptions(assembly.fingerprint, (strong,)).to_bytes().decode()


def _conclude(assembly: Assembly, path: Path, *, at: datetime) -> None:
    """Verify everything once more, then say what was decided, and destroy what could decrypt more."""
    proofs = path.with_name("proofs.json")
    proofs.write_text(assembly.strong_proofs)
    final = verified_board(assembly, path, Demands(proofs=proofs))
    reading = _reading(assembly)
    if reading.channels[ONLINE].sums.voters != final.ballots:
        raise RuleViolation(N_("투표함의 표 수가 서버의 기록과 달라 개표를 멈추었습니다."))
    assembly.voters = sum(each.sums.voters for each in reading.channels.values())
    assembly.state, assembly.counted_at = AssemblyState.COUNTED, at
    assembly.version += 1
    assembly.archive_hash = archive_digest(assembly)
    _publish(assembly, reading)
    keep_channels(assembly, reading, at=at)
    keep_kiosks(assembly)
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


def _reading(assembly: Assembly) -> Reading:
    data, result = last_payload(assembly, EventType.SETUP), last_payload(assembly, EventType.RESULT)
    election, kept = Election.parse(data), channel_result(assembly)
    return read_result(
        assembly.form,
        assembly.lines,
        Result.parse(result, election).questions,
        envelope_won=assembly.envelope_won,
        voters=_online_voters(assembly, kept),
        papers=on_paper(assembly) if kept is None or kept.statement else {},
        weights=weights_of(election),
    )


def _online_voters(assembly: Assembly, kept: ChannelResult | None) -> int:
    if kept is not None:
        return channels_from_json(kept.channels.encode())[ONLINE].sums.voters
    query = select(func.count(CastBallot.credential.distinct())).where(CastBallot.assembly_id == assembly.id)
    return session().scalar(query) or 0


def weights_of(election: Election) -> dict[str, Fraction]:
    """Return what the sum of each channel weighs, as the election binds it: a setting changed since changes nothing."""
    bound = election.extensions.get("assembly")
    weights = bound.get("channel_weights") if isinstance(bound, dict) else None
    return {name: Fraction(str(share)) for name, share in weights.items()} if isinstance(weights, dict) else {}


def _publish(assembly: Assembly, reading: Reading) -> None:
    """Apply the frozen rule and keep its list with every reason."""
    rule = assembly.counting_rule
    account = give_account(reading.election, rule, count(reading.election, rule))
    facts = {each.project_id: each for each in account.facts}
    for item, line in zip(assembly.items, assembly.lines, strict=True):
        found = facts[line.project_id]
        item.votes, item.score = found.decision.votes, found.decision.score
        item.rank = found.rank
        item.is_funded = assembly.is_quorate and line.project_id in account.outcome.funded
        item.granted_won = found.decision.granted if item.is_funded else 0
        item.reason_ko = korean_sentence(account, found)
        item.reason_en = english_sentence(account, found)
    for item, answers in zip(assembly.items, reading.majorities, strict=False):
        item.yes, item.no, item.abstained = answers.yes, answers.no, answers.abstained
    if assembly.form.shuffled:
        assembly.blank_ballots, assembly.invalid_ballots = reading.blank, reading.invalid


def _forget_secrets(assembly: Assembly) -> None:
    """Destroy the key and the codes: from now on nobody can decrypt more, or say who had which code."""
    assembly.trustee_key = None
    session().execute(delete(VotingCode).where(VotingCode.assembly_id == assembly.id))
