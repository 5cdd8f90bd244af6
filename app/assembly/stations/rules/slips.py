"""The second number on a letter, by which a station knows the letter again without learning the voting code. Pure.

The credential authority's page derives the slip of each code one way (`static/ceremony/slips.js`): 14 letters of the
Base58 alphabet, 82 bits, and a checksum, as ``XXX-XXX-XXX-XXX-XXX``. The server is given, aligned with the public list,
SHA-256 of ``madang|station-slip-digest|UUID|SLIP``, from which nobody finds a slip; the opening binds that list. So a
station that is shown a letter learns one public credential, takes it away, and the server still knows nobody else's.
"""

from dataclasses import dataclass
from typing import Self

from app.errors import InvalidInput
from app.i18n import N_
from voting.election.credentials import normalise_code
from voting.election.errors import MalformedCredentialError, MalformedObjectError
from voting.election.shape import read_array, read_canonical, read_hash, read_object, read_text
from voting.encoding import sha256

FORMAT = "madang-station-slips/1"
MOST_BYTES = 16 * 1024 * 1024
_LETTERS = len("XXX-XXX-XXX-XXX-XXX")
WRONG_SLIP = N_("편지의 투표소 번호 15자를 적어 주세요. 투표 번호(22자)는 받지 않습니다.")


@dataclass(frozen=True)
class SlipList:
    """What the credential authority publishes of all slips.

    Attributes:
        credentials: the fingerprint of the public list that it belongs to.
        digests: hexadecimal, one for each credential, in the list's order.
    """

    credentials: str
    digests: tuple[str, ...]

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read a list in its one spelling.

        Raises:
            VotingError: it is no such list, or a digest stands in it twice.
        """
        value = read_canonical(data, "station slips", max_bytes=MOST_BYTES)
        fields = read_object(value, "station slips", ("format", "credentials", "slips"))
        digests = tuple(read_hash(each, "slip") for each in read_array(fields["slips"], "slips"))
        if fields["format"] != FORMAT or len({*digests}) != len(digests):
            raise MalformedObjectError("station slips of another format, or the same one twice")
        return cls(read_text(fields["credentials"], "credentials"), digests)


def normal_slip(text: str) -> str:
    """Return the one spelling of a slip as typed or scanned; spaces and any dashes are ignored.

    Raises:
        InvalidInput: it cannot be a slip; a voting code is none, and is not repeated.
    """
    try:
        slip = normalise_code(text)
    except MalformedCredentialError:
        slip = ""
    if len(slip) != _LETTERS:
        raise InvalidInput(WRONG_SLIP, field="slip")
    return slip


def slip_digest(slip: str, uuid: str) -> str:
    """Return the digest by which a slip of an election is found, as hexadecimal."""
    return sha256(f"madang|station-slip-digest|{uuid}|{slip}".encode()).hex()
