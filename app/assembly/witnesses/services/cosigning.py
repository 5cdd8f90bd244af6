"""Taking what a witness leaves: its cosignature of a head, or the proof that the log contradicted itself."""

from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from sqlalchemy import select

from app.assembly.models import Assembly
from app.assembly.services.inclusion import head_of, log_key, root_at
from app.assembly.witnesses.models import BoardHead, Contradiction, Cosignature
from app.assembly.witnesses.queries import cosignatures_of, names_of
from app.assembly.witnesses.rules import Trust, require_sane_time
from app.db.session import get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, NotFound
from app.i18n import N_
from app.record.services import append
from voting.errors import UnreadableInputError, VerificationError
from voting.log.checkpoint import Checkpoint, parse_checkpoint
from voting.log.note import SignedNote, VerifierKey, parse_verifier_key, verify_note

MAX_NOTE_BYTES = 16 * 1024
"""A head with a few dozen cosignatures is 4 kB."""


@dataclass(frozen=True)
class Taken:
    """What became of a note.

    Attributes:
        size: of the head that it is about.
        witnesses: names of the keys that have signed this head by now.
        quorum: how many are needed.
        contradicts: the head carries the log's own signature and does not fit the board. It was kept and recorded.
    """

    size: int
    witnesses: tuple[str, ...]
    quorum: int
    contradicts: bool = False


def take_cosignatures(assembly_id: int, data: bytes, *, at: datetime) -> Taken:
    """Take a cosigned head, inside a transaction; the same note again changes nothing.

    Signatures by keys that the election does not bind are ignored. Whoever brings it does not matter: the signatures say who
    signed, and nobody but the log's own key can make a contradiction.

    Args:
        assembly_id: whose board.
        data: a checkpoint with the log's signature and cosignatures (C2SP signed-note).
        at: when it came.

    Raises:
        InvalidInput: no checkpoint, or signed at an impossible time.
        NotAllowed: not signed by this log, or a known witness's signature is wrong, or none is by a witness of this vote.
        NotFound: the board has no log, or this head was not put before the witnesses.
    """
    assembly = get_or_not_found(Assembly, assembly_id)
    own = log_key(assembly)
    if not own:
        raise NotFound(N_("이 투표함에는 머리를 서명하는 기록이 없습니다."))
    note, head = _read(data)
    _require_own(note, parse_verifier_key(own))
    trust = Trust.from_json(assembly.witnesses)
    if _contradicts(assembly, head):
        # Seen without a lock, it may only be that the board has grown: with it, nobody writes.
        assembly = get_or_not_found(Assembly, assembly_id, lock=True)
        if _contradicts(assembly, head):
            _keep_contradiction(assembly, note, head, at=at)
            return Taken(head.size, (), trust.quorum, contradicts=True)
    _take(assembly, note, head, trust, at=at)
    names = tuple(parse_verifier_key(row.key).name for row in cosignatures_of(assembly, head.size))
    return Taken(head.size, names, trust.quorum)


def _read(data: bytes) -> tuple[SignedNote, Checkpoint]:
    if len(data) > MAX_NOTE_BYTES:
        raise InvalidInput(N_("보낸 것이 서명한 투표함 머리가 아닙니다."))
    try:
        return parse_checkpoint(data)
    except UnreadableInputError:
        raise InvalidInput(N_("보낸 것이 서명한 투표함 머리가 아닙니다.")) from None


def _require_own(note: SignedNote, own: VerifierKey) -> None:
    try:
        verify_note(note, [own])
    except VerificationError:
        raise NotAllowed(N_("이 투표함의 서버가 서명한 머리가 아닙니다.")) from None
    if note.text.partition("\n")[0] != own.name:
        raise NotAllowed(N_("이 투표함의 서버가 서명한 머리가 아닙니다."))


def _contradicts(assembly: Assembly, head: Checkpoint) -> bool:
    """Tell whether the log, whose signature is checked, signed a head that its board does not have."""
    return head.size > assembly.head_height + 1 or root_at(assembly, head.size) != head.root


def _take(assembly: Assembly, note: SignedNote, head: Checkpoint, trust: Trust, *, at: datetime) -> None:
    known = names_of(assembly.place, trust.keys)
    retired = {key for key, witness in known.items() if witness.retired_at is not None}
    try:
        signed = verify_note(note, [key for key in trust.verifiers() if str(key) not in retired])
    except VerificationError:
        raise NotAllowed(N_("이 투표의 증인이 바르게 서명한 것이 없습니다.")) from None
    # Two of one witness at once come in turn here, and the second finds the first.
    query = select(BoardHead).where(BoardHead.assembly_id == assembly.id, BoardHead.size == head.size)
    offered = session().scalar(query.with_for_update())
    if offered is None:
        raise NotFound(N_("이 머리는 증인에게 내놓은 것이 아닙니다. 새 머리를 받아 다시 확인해 주세요."))
    already = {row.key for row in cosignatures_of(assembly, head.size)}
    lines = {(each.name, each.key_id): each.line() for each in note.signatures}
    for key, seconds in signed:
        if str(key) in already:
            continue
        cosigned_at = _instant(seconds)
        require_sane_time(cosigned_at, offered_at=offered.offered_at, at=at)
        row = Cosignature(assembly_id=assembly.id, size=head.size, key=str(key), line=lines[key.name, key.key_id])
        row.cosigned_at, row.received_at = cosigned_at, at
        session().add(row)
    session().flush()


def _instant(seconds: int | None) -> datetime:
    try:
        return datetime.fromtimestamp(seconds or 0, UTC)
    except (OverflowError, ValueError, OSError):
        raise InvalidInput(N_("확인한 때가 맞지 않습니다. 증인의 시계를 맞추어 주세요.")) from None


def _keep_contradiction(assembly: Assembly, note: SignedNote, head: Checkpoint, *, at: datetime) -> None:
    """Keep the proof once and say so in public. Until an operator has looked, nothing more is put on this board."""
    same = (Contradiction.size == head.size, Contradiction.root == head.root.hex())
    query = select(Contradiction.id).where(Contradiction.assembly_id == assembly.id, *same)
    if session().scalar(query) is not None:
        return
    ours = head_of(assembly, min(head.size, assembly.head_height + 1))
    session().add(
        Contradiction(
            assembly_id=assembly.id,
            size=head.size,
            root=head.root.hex(),
            note=note.serialize().decode(),
            ours=ours.serialize().decode(),
            found_at=at,
        )
    )
    append(
        assembly.place,
        "assembly.contradicted",
        role="witness",
        subject=f"assembly:{assembly.id}",
        at=at,
        values={"size": head.size, "root": head.root.hex(), "height": assembly.head_height},
    )
    structlog.get_logger("app.assembly").error(
        "board contradicted", fingerprint=assembly.fingerprint, size=head.size, found=assembly.head_height
    )
