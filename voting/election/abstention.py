"""Proof of not having voted: a signed statement that no ballot was cast with a credential.

After closing, the board's operator signs, as a C2SP signed note::

    madang-abstention-1
    UUID
    FINGERPRINT (φ of the election)
    CREDENTIAL (canonical text)
    HEIGHT HASH (of the event EndBallots, the end of the chain that was searched)

Anybody with the archive can check that it is true. Together with an archive that holds a ballot of this credential, it
shows publicly that a ballot was put in after closing. Extension rule: another first line.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from voting.election.errors import AbstentionStatementError
from voting.election.events import EventType
from voting.election.verify.index import digest_of
from voting.election.verify.state import VerifiedElection
from voting.log.note import SignerKey, VerifierKey, parse_note, sign_note, verify_note

FORMAT = "madang-abstention-1"
_TEXT = re.compile(
    rf"{FORMAT}\n(?P<uuid>[1-9A-HJ-NP-Za-km-z]{{14,64}})\n(?P<fingerprint>[A-Za-z0-9+/]{{43}})\n"
    r"(?P<credential>[0-9a-f]{64}|[1-9][0-9]{0,700})\n(?P<height>[1-9][0-9]{0,9}) (?P<head>[0-9a-f]{64})\n",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class AbstentionStatement:
    """What is stated: the election has no ballot with this credential up to the event EndBallots."""

    uuid: str
    fingerprint: str
    credential: str
    height: int
    head: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text of a statement; of who signed it nothing is known yet.

        Raises:
            AbstentionStatementError: another format.
        """
        match = _TEXT.fullmatch(text)
        if match is None:
            raise AbstentionStatementError("not a statement of abstention")
        return cls(match["uuid"], match["fingerprint"], match["credential"], int(match["height"]), match["head"])

    def text(self) -> str:
        """Return the text that is signed."""
        lines = (FORMAT, self.uuid, self.fingerprint, self.credential, f"{self.height} {self.head}")
        return "".join(f"{line}\n" for line in lines)


def state_abstention(verified: VerifiedElection, credential: str) -> AbstentionStatement:
    """State that no ballot was cast with a credential (canonical text).

    Raises:
        AbstentionStatementError: voting is not closed, the credential is not on the list, or a ballot was cast with it.
    """
    closing = next(verified.index.of_type(EventType.END_BALLOTS), None)
    if closing is None:
        raise AbstentionStatementError("voting is not closed yet")
    if credential not in verified.credentials.weights:
        raise AbstentionStatementError("the credential is not on the public list")
    index = verified.index
    digest = digest_of(credential.encode())
    if any(index.credential_digest(ballot) == digest for ballot in range(index.ballot_count)):
        raise AbstentionStatementError("a ballot was cast with this credential")
    return AbstentionStatement(
        uuid=verified.election.uuid,
        fingerprint=verified.election.fingerprint,
        credential=credential,
        height=closing.event.height,
        head=closing.event.hash,
    )


def sign_abstention(statement: AbstentionStatement, signers: Sequence[SignerKey]) -> bytes:
    """Return the signed note that the resident keeps."""
    return sign_note(statement.text(), signers).serialize()


def open_abstention(note: bytes, keys: Iterable[VerifierKey]) -> AbstentionStatement:
    """Read a signed statement and check its signatures.

    Raises:
        AbstentionStatementError: it is no statement.
        MalformedNoteError, InvalidSignatureError, NoKnownSignatureError: the note is malformed or not signed by a key.
    """
    parsed = parse_note(note)
    verify_note(parsed, keys)
    return AbstentionStatement.parse(parsed.text)


def require_true(statement: AbstentionStatement, verified: VerifiedElection) -> None:
    """Check a statement against a verified archive.

    Raises:
        AbstentionStatementError: the archive says otherwise: another election or chain, or a ballot of the credential.
    """
    if state_abstention(verified, statement.credential) != statement:
        raise AbstentionStatementError("the statement is about another election or another chain of events")
