"""The election: its questions, group and key, frozen at opening under one fingerprint.

``{"version":1,"description":str,"name":str,"group":str,"public_key":G,"questions":[…],"uuid":str
[,"administrator":str][,"credential_authority":str][,…]}`` (Belenios specification, "Elections").

The fingerprint φ is the hash of the bytes as stored, so the object may be written in any JSON spelling. Extension rule:
unknown fields at the top level are kept in `Election.extensions` and bound by φ; every tool of the protocol accepts
them. The field ``madang`` is ours (``voting/SPEC.md``, "Extension of the election").
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from voting.election.errors import MalformedObjectError, MalformedQuestionError, UnsupportedVersionError
from voting.election.group import group_named
from voting.election.group.base import Element, Group
from voting.election.questions import (
    HomomorphicQuestion,
    NonHomomorphicQuestion,
    Question,
    parse_questions,
    require_presentable,
)
from voting.election.randomness import Random, system_random
from voting.election.shape import read_canonical, read_hash, read_json, read_object, read_text, read_uuid
from voting.encoding import JSON, base64_unpadded, canonical_json, sha256

VERSION = 1
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
EXTENSION = "madang"
_REQUIRED = ("version", "description", "name", "group", "public_key", "questions", "uuid")
_OPTIONAL = ("administrator", "credential_authority")


@dataclass(frozen=True)
class Election:
    """An election as published. Make one with `Election.create` or `Election.parse`.

    Specification: ``voting/SPEC.md`` §5.

    Attributes:
        data: the bytes whose hash is the fingerprint.
        extensions: the fields that the protocol does not know.
    """

    name: str
    description: str
    group: Group
    public_key: Element
    questions: tuple[Question, ...]
    uuid: str
    data: bytes = field(repr=False)
    administrator: str | None = None
    credential_authority: str | None = None
    extensions: Mapping[str, JSON] = field(default_factory=dict)

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read an election; its key must be a member of its group and not the identity.

        Raises:
            UnsupportedVersionError, UnknownGroupError, MalformedUuidError, MalformedQuestionError,
            UnsupportedQuestionError, MalformedElementError, NotInGroupError, IdentityElementError,
            MalformedObjectError: as their names say.
        """
        value = read_json(data, "election")
        if not isinstance(value, dict):
            raise MalformedObjectError("election: not an object")
        if missing := [name for name in _REQUIRED if name not in value]:
            raise MalformedObjectError(f"election without {', '.join(missing)}")
        if value["version"] != VERSION or isinstance(value["version"], bool):
            raise UnsupportedVersionError("the election is not of version 1 of the protocol")
        group = group_named(read_text(value["group"], "group"))
        return cls(
            name=read_text(value["name"], "name"),
            description=read_text(value["description"], "description"),
            group=group,
            public_key=group.parse_key(read_text(value["public_key"], "public key")),
            questions=parse_questions(value["questions"]),
            uuid=read_uuid(value["uuid"]),
            administrator=_optional_text(value, "administrator"),
            credential_authority=_optional_text(value, "credential_authority"),
            extensions={k: v for k, v in value.items() if k not in _REQUIRED and k not in _OPTIONAL},
            data=data,
        )

    @classmethod
    def create(
        cls,
        *,
        name: str,
        description: str,
        group: Group,
        public_key: Element,
        questions: Sequence[Question],
        uuid: str,
        administrator: str | None = None,
        credential_authority: str | None = None,
        extensions: Mapping[str, JSON] | None = None,
        strong_decryption: bool = True,
    ) -> Self:
        """Write an election and read it back, so that what is made is what is checked.

        Args:
            name: shown to voters; NFC, without control characters.
            description: likewise; it may have lines.
            group: from `voting.election.group.group_named`.
            public_key: from `voting.election.trustees.structure.Trustees.election_key`.
            questions: at least one.
            uuid: from `new_uuid`.
            administrator: who runs the election.
            credential_authority: who made the voting codes.
            extensions: fields to be frozen with the election (project ids, costs, rules, commitments).
            strong_decryption: demand strong decryption proofs (``"madang":{"strong_decryption":true}``).

        Raises:
            MalformedQuestionError: a text could look like another one, or two answers are the same.
            MalformedObjectError: an extension has the name of a field of the protocol.
        """
        extra = dict(extensions or {})
        if clash := extra.keys() & {*_REQUIRED, *_OPTIONAL}:
            raise MalformedObjectError(f"an extension cannot be named {', '.join(sorted(clash))}")
        ours = extra.setdefault(EXTENSION, {})
        if not isinstance(ours, dict):
            raise MalformedObjectError(f"the extension {EXTENSION} is an object")
        if strong_decryption:
            demand: dict[str, JSON] = {"version": 1, "strong_decryption": True}
            extra[EXTENSION] = ours = demand | ours
        for text, what in _texts(name, description, administrator, credential_authority, questions):
            require_presentable(text, what)
        for question in questions:
            if len(set(question.answers)) != len(question.answers):
                raise MalformedQuestionError("two answers with the same text")
        found: dict[str, JSON] = {
            "version": VERSION,
            "description": description,
            "name": name,
            "group": group.name,
            "public_key": group.serialize(public_key),
            "questions": [question.to_json() for question in questions],
            "uuid": uuid,
        }
        if administrator is not None:
            found["administrator"] = administrator
        if credential_authority is not None:
            found["credential_authority"] = credential_authority
        if not ours:
            del extra[EXTENSION]
        return cls.parse(canonical_json(found | extra))

    @property
    def fingerprint(self) -> str:
        """φ: unpadded base64 of the SHA-256 of the election's bytes."""
        return base64_unpadded(sha256(self.data))

    @property
    def demands_strong_decryption(self) -> bool:
        """Whether this election binds its trustees to strong decryption proofs."""
        ours = self.extensions.get(EXTENSION)
        return isinstance(ours, dict) and ours.get("strong_decryption") is True

    @property
    def is_shuffled(self) -> bool:
        """Whether a question is NonHomomorphic, so that its answers are shuffled before they are decrypted."""
        return any(isinstance(question, NonHomomorphicQuestion) for question in self.questions)


@dataclass(frozen=True, slots=True)
class SetupData:
    """``{"election":hex,"trustees":hex,"credentials":hex}``: the payload of the Setup event."""

    election: str
    trustees: str
    credentials: str

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read the canonical object."""
        fields = read_object(read_canonical(data, "setup data"), "setup data", ("election", "trustees", "credentials"))
        return cls(*(read_hash(value, name) for name, value in fields.items()))

    def to_bytes(self) -> bytes:
        """Return the canonical object."""
        return canonical_json({"election": self.election, "trustees": self.trustees, "credentials": self.credentials})


def new_uuid(*, random: Random = system_random, length: int = 14) -> str:
    """Return a fresh identifier of Base58 characters.

    Specification: ``voting/SPEC.md`` §5.
    """
    return "".join(BASE58[random(58)] for _ in range(length))


def _optional_text(value: Mapping[str, JSON], name: str) -> str | None:
    return read_text(value[name], name) if name in value else None


def _texts(
    name: str,
    description: str,
    administrator: str | None,
    credential_authority: str | None,
    questions: Sequence[Question],
) -> list[tuple[str, str]]:
    found = [(name, "name"), (description, "description")]
    found += [(text, "person") for text in (administrator, credential_authority) if text is not None]
    for question in questions:
        found.append((question.question, "question"))
        match question:
            case HomomorphicQuestion() | NonHomomorphicQuestion():
                found += [(answer, "answer") for answer in question.answers]
    return found
