"""Voting codes and the public list of credentials (Belenios specification, "Credentials").

A voting code is a secret of the voter. It gives a private exponent ``x``, and the public credential ``g^x`` stands on
the list. Two formats are read by their length: 15 characters with a checksum (tool 2.0), and 22 characters (2.4 and
later, 128 bits), which is what is written by default. An archive holds public credentials only, so both suit every tool.

The list is sorted by the group's order, which says nothing about the order of voters.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from voting.election.definition import BASE58
from voting.election.errors import DuplicateCredentialError, MalformedCredentialError, WeightError
from voting.election.group.base import Element, Group
from voting.election.group.errors import ElementError, IdentityElementError
from voting.election.progress import Progress
from voting.election.randomness import Random, system_random
from voting.election.shape import read_array, read_json, read_text
from voting.encoding import base64_unpadded, canonical_json, sha256

MAX_LIST_BYTES = 512 * 1024 * 1024
MAX_TOTAL_WEIGHT = 10**11
"""The discrete logarithm of a sum stays feasible up to here; the reference's own cap."""

_OLD_GROUPS = (3, 3, 3, 3, 3)
_NEW_GROUPS = (5, 6, 5, 6)
_WEIGHT = re.compile(r"0|[1-9][0-9]{0,17}")
_SEPARATORS = re.compile(r"[\s\-‐‑‒–—−]+")  # noqa: RUF039 - what keyboards and word processors make of a dash


@dataclass(frozen=True, slots=True)
class Credential:
    """A voter's private credential for one election. Never shown: ``repr`` holds the public part only.

    Specification: ``voting/SPEC.md`` §4.
    """

    public: Element
    secret: int = field(repr=False)
    code: str = field(repr=False)


def new_code(*, random: Random = system_random, old_format: bool = False) -> str:
    """Return a fresh voting code: ``XXXXX-XXXXXX-XXXXX-XXXXXX`` (128 bits), or the old ``XXX-XXX-XXX-XXX-XXX``."""
    if not old_format:
        return _dashed("".join(BASE58[random(58)] for _ in range(22)), _NEW_GROUPS)
    characters = "".join(BASE58[random(58)] for _ in range(14))
    return _dashed(characters + BASE58[53 - _base58_value(characters) % 53], _OLD_GROUPS)


def normalise_code(text: str) -> str:
    """Return the canonical spelling of a voting code as typed: spaces and any dashes are ignored.

    Specification: ``voting/SPEC.md`` §4.

    The dashes belong to the secret (another spelling would give another key), so they are put back.

    Raises:
        MalformedCredentialError: another length or alphabet, or a wrong checksum. The message does not repeat the code.
    """
    characters = _SEPARATORS.sub("", text)
    if any(character not in BASE58 for character in characters):
        raise MalformedCredentialError("a voting code has letters and digits only, and never 0, O, I or l")
    if len(characters) == sum(_NEW_GROUPS):
        return _dashed(characters, _NEW_GROUPS)
    if len(characters) == sum(_OLD_GROUPS):
        if (_base58_value(characters[:-1]) + BASE58.index(characters[-1])) % 53 != 0:
            raise MalformedCredentialError("the voting code is mistyped: its last character does not fit")
        return _dashed(characters, _OLD_GROUPS)
    raise MalformedCredentialError(f"a voting code has 22 (or 15) characters, not {len(characters)}")


def derive_credential(code: str, *, uuid: str, group: Group) -> Credential:
    """Derive the private exponent and the public credential from a voting code.

    Specification: ``voting/SPEC.md`` §4.

    Raises:
        MalformedCredentialError: see `normalise_code`.
    """
    canonical = normalise_code(code)
    if len(canonical) == sum(_OLD_GROUPS) + len(_OLD_GROUPS) - 1:
        digest = hashlib.pbkdf2_hmac("sha256", canonical.encode(), uuid.encode(), 1000, 32)
    else:
        digest = b"".join(sha256(f"derive_credential|{uuid}|{part}|{canonical}".encode()) for part in (0, 1))
    secret = int.from_bytes(digest, "big") % group.order
    return Credential(public=group.generator_power_secret(secret), secret=secret, code=canonical)


@dataclass(frozen=True, slots=True)
class PublicCredentials:
    """The public list: canonical text of each credential → its weight, in published order.

    Specification: ``voting/SPEC.md`` §4.
    """

    weights: Mapping[str, int]

    @classmethod
    def create(cls, entries: Iterable[tuple[Element, int]], group: Group) -> Self:
        """Sort credentials with their weights into a list.

        Raises:
            DuplicateCredentialError, WeightError: as `parse`.
        """
        ordered = sorted(entries, key=lambda entry: group.sort_key(entry[0]))
        found: dict[str, int] = {}
        for element, weight in ordered:
            if not 0 <= weight <= MAX_TOTAL_WEIGHT:
                raise WeightError(f"a weight outside 0…{MAX_TOTAL_WEIGHT}")
            _add(found, group.serialize(element), weight)
        return cls(found)

    @classmethod
    def parse(cls, data: bytes, group: Group) -> Self:
        """Read the list ``["pub"|"pub,weight",…]`` and check every credential.

        Raises:
            MalformedElementError, NotInGroupError, IdentityElementError: a credential is none.
            DuplicateCredentialError: one stands there twice.
            WeightError: a weight is not canonical, or all together exceed what a tally can decrypt.
        """
        found = cls.parse_published(data)
        for position, element in enumerate(group.parse_many(list(found.weights))):
            if isinstance(element, ElementError):
                raise element
            if element == group.identity:
                raise IdentityElementError(f"credential {position + 1} of the list is the identity")
        return found

    @classmethod
    def parse_published(cls, data: bytes) -> Self:
        """Read a list of which every credential was checked before (`parse`): a hundred thousand in a tenth of a second.

        For a ballot box that reads its own board again. `check_ballot` checks the one credential that it is shown anyway.

        Raises:
            DuplicateCredentialError, WeightError: as `parse`.
        """
        found: dict[str, int] = {}
        value = read_json(data, "public credentials", max_bytes=MAX_LIST_BYTES)
        for item in read_array(value, "public credentials"):
            text, comma, weight = read_text(item, "public credential").partition(",")
            if comma and not _WEIGHT.fullmatch(weight):
                raise WeightError("a weight that is not a canonical number")
            _add(found, text, int(weight) if comma else 1)
        if sum(found.values()) > MAX_TOTAL_WEIGHT:
            raise WeightError(f"the weights add up to more than {MAX_TOTAL_WEIGHT}")
        return cls(found)

    def to_bytes(self) -> bytes:
        """Return the list as it stands in an archive; a weight of one is not written."""
        return canonical_json([text if weight == 1 else f"{text},{weight}" for text, weight in self.weights.items()])

    @property
    def fingerprint(self) -> str:
        """The fingerprint that the credential authority publishes: unpadded base64 of SHA-256 of the list."""
        return credentials_fingerprint(self.to_bytes())

    @property
    def is_weighted(self) -> bool:
        """Whether a weight differs from one; NonHomomorphic questions do not allow that."""
        return any(weight != 1 for weight in self.weights.values())

    @property
    def total_weight(self) -> int:
        """The sum of all weights."""
        return sum(self.weights.values())


def credentials_fingerprint(data: bytes) -> str:
    """Return unpadded base64 of the SHA-256 of a list's bytes as stored."""
    return base64_unpadded(sha256(data))


def generate_credentials(
    weights: Sequence[int],
    *,
    uuid: str,
    group: Group,
    random: Random = system_random,
    old_format: bool = False,
    progress: Progress | None = None,
) -> tuple[list[Credential], PublicCredentials]:
    """Return one private credential per weight, in the order given, and the public list, in its own order.

    Specification: ``voting/SPEC.md`` §4.
    """
    made: list[Credential] = []
    for number in range(1, len(weights) + 1):
        code = new_code(random=random, old_format=old_format)
        made.append(derive_credential(code, uuid=uuid, group=group))
        if progress is not None:
            progress(number, len(weights))
    public = PublicCredentials.create(
        ((credential.public, weight) for credential, weight in zip(made, weights, strict=True)), group
    )
    return made, public


def _add(found: dict[str, int], text: str, weight: int) -> None:
    if text in found:
        raise DuplicateCredentialError("the public list names a credential twice")
    found[text] = weight


def _dashed(characters: str, groups: tuple[int, ...]) -> str:
    parts: list[str] = []
    start = 0
    for size in groups:
        parts.append(characters[start : start + size])
        start += size
    return "-".join(parts)


def _base58_value(characters: str) -> int:
    value = 0
    for character in characters:
        value = value * 58 + BASE58.index(character)
    return value
