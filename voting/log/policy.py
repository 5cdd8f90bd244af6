"""Trust policies (C2SP tlog-policy): which logs are accepted, and how many of which witnesses must have cosigned."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from voting.log.checkpoint import Checkpoint, parse_checkpoint_text, require_empty_root
from voting.log.errors import (
    MalformedKeyError,
    MalformedPolicyError,
    NoKnownSignatureError,
    QuorumNotMetError,
    UnknownLogError,
)
from voting.log.note import SignatureType, SignedNote, VerifierKey, parse_verifier_key, verify_note

MAX_POLICY_BYTES = 1 << 20
NO_QUORUM = b"none"
_FORBIDDEN = re.compile(rb"[^\t\n\x20-\x7e\x80-\xff]")
_THRESHOLD = re.compile(rb"[1-9][0-9]{0,5}")


@dataclass(frozen=True, slots=True)
class Group:
    """At least ``threshold`` of the members (witnesses or earlier groups) must have witnessed."""

    threshold: int
    members: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """Accepted logs, known witnesses, and the quorum. Names are opaque octets, meaningful inside the policy alone."""

    logs: tuple[VerifierKey, ...]
    witnesses: Mapping[bytes, VerifierKey]
    groups: Mapping[bytes, Group]
    quorum: bytes

    def __post_init__(self) -> None:
        object.__setattr__(self, "witnesses", MappingProxyType(dict(self.witnesses)))
        object.__setattr__(self, "groups", MappingProxyType(dict(self.groups)))

    def verify_checkpoint(self, note: SignedNote) -> "WitnessedCheckpoint":
        """Check that a checkpoint is signed by an accepted log and cosigned by the quorum.

        Raises:
            MalformedCheckpointError: the note is no checkpoint.
            UnknownLogError: no accepted log has this origin.
            NoKnownSignatureError: the log itself did not sign.
            InvalidSignatureError: the log's or a known witness's signature is wrong.
            RootMismatchError: an empty tree with a root of its own.
            QuorumNotMetError: too few cosignatures.
        """
        checkpoint = parse_checkpoint_text(note.text)
        logs = [key for key in self.logs if key.name == checkpoint.origin]
        if not logs:
            raise UnknownLogError(f"the policy accepts no log named {checkpoint.origin!r}")
        verified = dict(verify_note(note, [*logs, *self.witnesses.values()]))
        if not any(key in verified for key in logs):
            raise NoKnownSignatureError(f"the log {checkpoint.origin!r} itself did not sign")
        require_empty_root(checkpoint)
        cosigned_at = {
            name: timestamp for name, key in self.witnesses.items() if (timestamp := verified.get(key)) is not None
        }
        if not self._is_met(self.quorum, cosigned_at.keys()):
            raise QuorumNotMetError(
                f"{len(cosigned_at)} of {len(self.witnesses)} known witnesses cosigned; that is no quorum"
            )
        return WitnessedCheckpoint(note, checkpoint, MappingProxyType(cosigned_at))

    def _is_met(self, name: bytes, cosigned: Iterable[bytes]) -> bool:
        met = {*cosigned, NO_QUORUM}
        # A group names earlier ones only, so one pass in order decides all of them.
        for group_name, group in self.groups.items():
            if sum(member in met for member in group.members) >= group.threshold:
                met.add(group_name)
        return name in met


@dataclass(frozen=True, slots=True)
class WitnessedCheckpoint:
    """A checkpoint that a policy has accepted, with the time (POSIX seconds) at which each known witness cosigned."""

    note: SignedNote
    checkpoint: Checkpoint
    cosigned_at: Mapping[bytes, int]


def policy_of(logs: Sequence[VerifierKey], witnesses: Sequence[VerifierKey], *, quorum: int) -> Policy:
    """Return the policy that asks for ``quorum`` of the witnesses, in any order.

    Raises:
        MalformedPolicyError: a key is given twice or has the wrong type, or the quorum exceeds the witnesses.
    """
    return parse_policy(policy_text(logs, witnesses, quorum=quorum).encode())


def policy_text(logs: Sequence[VerifierKey], witnesses: Sequence[VerifierKey], *, quorum: int) -> str:
    """Return a policy file that asks for ``quorum`` of the witnesses; `parse_policy` says whether it can be met."""
    lines = [f"log {key}" for key in logs]
    lines += [f"witness w{number} {key}" for number, key in enumerate(witnesses, start=1)]
    if quorum:
        names = " ".join(f"w{number}" for number in range(1, len(witnesses) + 1))
        lines.append(f"group village {quorum} {names}")
    lines.append("quorum village" if quorum else "quorum none")
    return "".join(f"{line}\n" for line in lines)


def parse_policy(data: bytes) -> Policy:
    """Read a policy file.

    Raises:
        MalformedPolicyError: anything is out of form, undefined, defined twice; a public key is used twice; not
            exactly one quorum line. The message names the line.
    """
    if len(data) > MAX_POLICY_BYTES or _FORBIDDEN.search(data):
        raise MalformedPolicyError("a policy is too long or has a control character")
    if data and not data.endswith(b"\n"):
        raise MalformedPolicyError("a policy's last line has no newline")
    reader = _Reader()
    for number, line in enumerate(data.split(b"\n"), start=1):
        words = [word for word in re.split(rb"[ \t]+", line) if word]
        if not words or words[0].startswith(b"#"):
            continue
        try:
            reader.read(words)
        except (MalformedPolicyError, MalformedKeyError) as error:
            raise MalformedPolicyError(f"line {number}: {error}") from None
    if reader.quorum is None:
        raise MalformedPolicyError("a policy has one quorum line")
    return Policy(tuple(reader.logs), reader.witnesses, reader.groups, reader.quorum)


class _Reader:
    """What the lines read so far define."""

    def __init__(self) -> None:
        self.logs: list[VerifierKey] = []
        self.witnesses: dict[bytes, VerifierKey] = {}
        self.groups: dict[bytes, Group] = {}
        self.quorum: bytes | None = None

    def read(self, words: list[bytes]) -> None:
        match words:
            case [b"log", key] | [b"log", key, _]:
                self._add_log(_key(key))
            case [b"witness", name, key] | [b"witness", name, key, _]:
                self._add_witness(name, _key(key))
            case [b"group", name, threshold, first, *others]:
                self._add_group(name, threshold, (first, *others))
            case [b"quorum", name]:
                if self.quorum is not None:
                    raise MalformedPolicyError("a second quorum")
                if name != NO_QUORUM:
                    self._require_defined(name)
                self.quorum = name
            case _:
                raise MalformedPolicyError("not a log, witness, group or quorum line")

    def _add_log(self, key: VerifierKey) -> None:
        if key.kind is not SignatureType.ED25519:
            raise MalformedPolicyError("a log's key is of type 0x01")
        _require_new_key(key, self.logs)
        self.logs.append(key)

    def _add_witness(self, name: bytes, key: VerifierKey) -> None:
        if key.kind is not SignatureType.COSIGNATURE:
            raise MalformedPolicyError("a witness's key is of type 0x04")
        _require_new_key(key, self.witnesses.values())
        self._require_new_name(name)
        self.witnesses[name] = key

    def _add_group(self, name: bytes, threshold_text: bytes, members: tuple[bytes, ...]) -> None:
        self._require_new_name(name)
        for member in members:
            self._require_defined(member)
        if len(set(members)) != len(members):
            raise MalformedPolicyError("a member is listed twice")
        used = {member for group in self.groups.values() for member in group.members}
        if used & set(members):
            # SPEC tlog-policy: each name is a member at most once, so that a witness counts in one way only.
            raise MalformedPolicyError("a member already belongs to another group")
        match threshold_text:
            case b"any":
                threshold = 1
            case b"all":
                threshold = len(members)
            case _ if _THRESHOLD.fullmatch(threshold_text):
                threshold = int(threshold_text)
            case _:
                raise MalformedPolicyError("a threshold is any, all or a number")
        if threshold > len(members):
            raise MalformedPolicyError("a threshold is larger than the group")
        self.groups[name] = Group(threshold, members)

    def _require_defined(self, name: bytes) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise MalformedPolicyError("a name that no earlier line defines")

    def _require_new_name(self, name: bytes) -> None:
        if name == NO_QUORUM or name in self.witnesses or name in self.groups:
            raise MalformedPolicyError("a name that is taken")


def _key(word: bytes) -> VerifierKey:
    try:
        return parse_verifier_key(word.decode("utf-8", errors="strict"))
    except UnicodeDecodeError:
        raise MalformedPolicyError("a verifier key is not UTF-8") from None


def _require_new_key(key: VerifierKey, known: Iterable[VerifierKey]) -> None:
    if any(key.public_key == other.public_key for other in known):
        raise MalformedPolicyError("a public key that an earlier line uses")
