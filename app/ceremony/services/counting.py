"""After closing: what trustees' browsers made of the board, checked before it enters it."""

import tempfile
from datetime import datetime
from pathlib import Path

from app.assembly.models import Assembly
from app.assembly.services.board import append_record
from app.assembly.services.counting import awaited, owners_of, request_count, verified_board
from app.ceremony.models import Ceremony, Seat
from app.ceremony.services.publishing import MOST_BYTES, SEATED, RefusedMessage
from app.ceremony.services.seating import record
from app.db.session import get_or_not_found
from app.errors import NotAllowed, RuleViolation
from app.i18n import N_
from voting import EventType, VerifiedElection, VotingError
from voting.election.decryption import (
    PartialDecryption,
    StrongDecryption,
    StrongDecryptions,
    require_decryption,
    require_strong_decryption,
)
from voting.election.errors import ShuffleShapeError
from voting.election.events import Owned
from voting.election.objects import Proof
from voting.election.questions import NonHomomorphicQuestion
from voting.election.shape import read_array, read_canonical
from voting.election.shuffle.check import require_valid_shuffle
from voting.election.shuffle.objects import Shuffle
from voting.encoding import sha256

NOT_NOW = N_("지금은 열쇠를 쓸 때가 아닙니다.")
WRONG = N_("보낸 내용이 투표함과 맞지 않아 받지 않았습니다. 화면을 새로 열어 다시 해 주세요.")


def take_shuffle(ceremony_id: int, seat_id: int, body: str, *, at: datetime) -> Ceremony:
    """Put a trustee's mix of the ballots on the board, inside a transaction; a second one changes nothing.

    Raises:
        NotFound, NotAllowed: no such ceremony; not a trustee's link.
        RuleViolation: no shuffle is awaited.
        RefusedMessage: it is no mix of what stands on the board.
    """
    ceremony, seat, assembly = _locked(ceremony_id, seat_id)
    if seat.number in owners_of(assembly, EventType.SHUFFLE):
        return ceremony
    if awaited(assembly) is not EventType.SHUFFLE:
        raise RuleViolation(NOT_NOW)
    data = body.encode()
    try:
        with tempfile.TemporaryDirectory() as folder:
            verified = verified_board(assembly, Path(folder) / "election.bel")
        _require_shuffle(verified, data)
    except VotingError:
        raise RefusedMessage(WRONG) from None
    append_record(assembly, EventType.SHUFFLE, (data, Owned.of(seat.number, data).to_bytes()))
    record(ceremony, "mixed", role=SEATED, at=at, document_hash=sha256(data).hex(), seat=seat.number)
    _go_on(assembly, at=at)
    return ceremony


def take_decryption(ceremony_id: int, seat_id: int, body: str, proofs: str, *, at: datetime) -> Ceremony:
    """Put a trustee's part of the decryption on the board, inside a transaction; a second one changes nothing.

    Args:
        ceremony_id: which ceremony.
        seat_id: whose link.
        body: the partial decryption, canonical.
        proofs: its strong proofs, per question, canonical.
        at: when.

    Raises:
        NotFound, NotAllowed: no such ceremony; not a trustee's link.
        RuleViolation: nothing is to be decrypted now.
        RefusedMessage: a proof does not hold: it is another tally, or another key.
    """
    ceremony, seat, assembly = _locked(ceremony_id, seat_id)
    if seat.number in owners_of(assembly, EventType.PARTIAL_DECRYPTION):
        return ceremony
    if awaited(assembly) is not EventType.PARTIAL_DECRYPTION:
        raise RuleViolation(NOT_NOW)
    data = body.encode()
    try:
        with tempfile.TemporaryDirectory() as folder:
            verified = verified_board(assembly, Path(folder) / "election.bel")
        strong = _checked(verified, seat.number, data, proofs)
        known = (
            StrongDecryptions.parse(assembly.strong_proofs.encode(), verified.election).decryptions
            if assembly.strong_proofs
            else ()
        )
    except VotingError:
        raise RefusedMessage(WRONG) from None
    append_record(assembly, EventType.PARTIAL_DECRYPTION, (data, Owned.of(seat.number, data).to_bytes()))
    assembly.strong_proofs = StrongDecryptions(assembly.fingerprint, (*known, strong)).to_bytes().decode()
    record(ceremony, "decrypted", role=SEATED, at=at, document_hash=sha256(data).hex(), seat=seat.number)
    _go_on(assembly, at=at)
    return ceremony


def _locked(ceremony_id: int, seat_id: int) -> tuple[Ceremony, Seat, Assembly]:
    ceremony = get_or_not_found(Ceremony, ceremony_id)
    seat = get_or_not_found(Seat, seat_id)
    if seat.ceremony_id != ceremony.id or not seat.number:
        raise NotAllowed(N_("이 자리에서 할 일이 아닙니다."))
    return ceremony, seat, get_or_not_found(Assembly, ceremony.assembly_id, lock=True)


def _go_on(assembly: Assembly, *, at: datetime) -> None:
    assembly.version += 1
    if awaited(assembly) is None:
        request_count(assembly, at=at)


def _require_shuffle(verified: VerifiedElection, data: bytes) -> None:
    election = verified.election
    shuffle = Shuffle.parse(data, election.group)
    before = [
        ciphertexts
        for question, ciphertexts in zip(election.questions, verified.ciphertexts, strict=True)
        if isinstance(question, NonHomomorphicQuestion)
    ]
    if not len(before) == len(shuffle.ciphertexts) == len(shuffle.proofs):
        raise ShuffleShapeError("a shuffle of another number of questions")
    for inputs, outputs, proof in zip(before, shuffle.ciphertexts, shuffle.proofs, strict=True):
        require_valid_shuffle(
            election.group, election.public_key, election.fingerprint, before=inputs, after=outputs, proof=proof
        )


def _checked(verified: VerifiedElection, owner: int, data: bytes, proofs: str) -> StrongDecryption:
    election, member = verified.election, verified.trustees.members[owner - 1]
    decryption = PartialDecryption.parse(data, election.group)
    require_decryption(election, member, decryption, verified.ciphertexts)
    rows = read_array(read_canonical(proofs.encode(), "strong proofs", max_bytes=MOST_BYTES), "strong proofs")
    order = election.group.order
    strong = StrongDecryption(
        owner,
        sha256(data).hex(),
        tuple(tuple(Proof.parse(item, order) for item in read_array(row, "proofs")) for row in rows),
    )
    require_strong_decryption(election, member, decryption, strong, verified.ciphertexts)
    return strong
