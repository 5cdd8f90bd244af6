"""Questions: what a voter can answer, and how an answer is laid out in a ballot.

Two kinds. A *homomorphic* question asks to select between ``min`` and ``max`` of its answers, or, where ``blank`` is
allowed, none on purpose; only sums are ever decrypted. A *NonHomomorphic* question takes one number of 0…255 per
answer (a rank, a score, a knapsack); its answers are shuffled and then decrypted one by one.

Extension rule: unknown fields of a question are kept and covered by the election's fingerprint, and mean nothing here.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self, TypeAlias

from voting.election.errors import (
    InvalidVoteError,
    MalformedObjectError,
    MalformedQuestionError,
    UnsupportedQuestionError,
)
from voting.election.shape import read_array, read_boolean, read_integer, read_text
from voting.encoding import JSON

MAX_ANSWERS = 4096
MAX_QUESTIONS = 256
LARGEST_RANK = 255

# Controls, bidirectional overrides and zero-width characters can make two names look alike or one name look reversed.
_UNSAFE_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class HomomorphicQuestion:
    """``{"answers":[str][,"blank":bool],"min":int,"max":int,"question":str}``.

    Specification: ``voting/SPEC.md`` §2.
    """

    question: str
    answers: tuple[str, ...]
    minimum: int
    maximum: int
    blank: bool = False
    extensions: Mapping[str, JSON] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse bounds that nobody can meet.

        Raises:
            MalformedQuestionError: so.
        """
        if not 1 <= len(self.answers) <= MAX_ANSWERS:
            raise MalformedQuestionError(f"{len(self.answers)} answers")
        if not 0 <= self.minimum <= self.maximum <= len(self.answers):
            raise MalformedQuestionError(
                f"min {self.minimum}, max {self.maximum} of {len(self.answers)} answers cannot be met"
            )

    @classmethod
    def parse(cls, value: dict[str, JSON]) -> Self:
        """Read the object, in any order of fields (the fingerprint covers the bytes)."""
        known = {"answers", "blank", "min", "max", "question"}
        if missing := {"answers", "min", "max", "question"} - value.keys():
            raise MalformedObjectError(f"question without {', '.join(sorted(missing))}")
        return cls(
            question=read_text(value["question"], "question"),
            answers=_read_answers(value["answers"]),
            minimum=read_integer(value["min"], "min"),
            maximum=read_integer(value["max"], "max"),
            blank=read_boolean(value.get("blank", False), "blank"),
            extensions={name: content for name, content in value.items() if name not in known},
        )

    def to_json(self) -> JSON:
        """Return the object in canonical field order, unknown fields last."""
        found: dict[str, JSON] = {"answers": list(self.answers)}
        if self.blank:
            found["blank"] = True
        found |= {"min": self.minimum, "max": self.maximum, "question": self.question}
        return found | dict(self.extensions)

    @property
    def width(self) -> int:
        """The number of ciphertexts of an answer: one per answer, and a leading one for *blank* where allowed."""
        return len(self.answers) + (1 if self.blank else 0)

    def require_valid(self, vote: Sequence[int]) -> None:
        """Refuse a vote that is not one 0 or 1 per ciphertext within the bounds; the message does not repeat it.

        Raises:
            InvalidVoteError: so.
        """
        if len(vote) != self.width or any(value not in {0, 1} for value in vote):
            raise InvalidVoteError(f"a vote here is {self.width} numbers, each 0 or 1")
        chosen = sum(vote[1:]) if self.blank else sum(vote)
        if self.blank and vote[0] == 1:
            if chosen:
                raise InvalidVoteError("a blank vote selects nothing")
        elif not self.minimum <= chosen <= self.maximum:
            raise InvalidVoteError(f"between {self.minimum} and {self.maximum} answers can be selected")


@dataclass(frozen=True, slots=True)
class NonHomomorphicQuestion:
    """``{"type":"NonHomomorphic","value":{"answers":[str],"question":str}[,"extra":json]}``.

    Specification: ``voting/SPEC.md`` §2.
    """

    question: str
    answers: tuple[str, ...]
    extensions: Mapping[str, JSON] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a question without answers.

        Raises:
            MalformedQuestionError: so.
        """
        if not 1 <= len(self.answers) <= MAX_ANSWERS:
            raise MalformedQuestionError(f"{len(self.answers)} answers")

    @classmethod
    def parse(cls, value: dict[str, JSON]) -> Self:
        """Read the object, in any order of fields."""
        content = value.get("value")
        if not isinstance(content, dict) or not {"answers", "question"} <= content.keys():
            raise MalformedObjectError("NonHomomorphic question without answers or question")
        return cls(
            question=read_text(content["question"], "question"),
            answers=_read_answers(content["answers"]),
            extensions={name: item for name, item in value.items() if name not in {"type", "value"}},
        )

    def to_json(self) -> JSON:
        """Return the object in canonical field order."""
        content: dict[str, JSON] = {"answers": list(self.answers), "question": self.question}
        found: dict[str, JSON] = {"type": "NonHomomorphic", "value": content}
        return found | dict(self.extensions)

    def require_valid(self, vote: Sequence[int]) -> None:
        """Refuse a vote that is not one number of 0…255 per answer; the message does not repeat it.

        Raises:
            InvalidVoteError: so.
        """
        if len(vote) != len(self.answers) or any(not 0 <= value <= LARGEST_RANK for value in vote):
            raise InvalidVoteError(f"a vote here is {len(self.answers)} numbers of 0…{LARGEST_RANK}")


Question: TypeAlias = HomomorphicQuestion | NonHomomorphicQuestion


def parse_questions(value: JSON) -> tuple[Question, ...]:
    """Read the list of questions.

    Raises:
        UnsupportedQuestionError: a question of another type.
        MalformedQuestionError: none, too many, or bounds that cannot be met.
        MalformedObjectError: anything is not of the right type.
    """
    items = read_array(value, "questions")
    if not 1 <= len(items) <= MAX_QUESTIONS:
        raise MalformedQuestionError(f"{len(items)} questions")
    return tuple(_parse_question(item) for item in items)


def require_presentable(text: str, what: str) -> None:
    """Refuse text that could look like another: not NFC, with controls, bidirectional or zero-width characters.

    Asked of what is written here, not of foreign archives: what stands there was shown to its voters already.

    Raises:
        MalformedQuestionError: so.
    """
    if _UNSAFE_TEXT.search(text):
        raise MalformedQuestionError(f"{what}: invisible or direction-changing characters")
    if unicodedata.normalize("NFC", text) != text:
        raise MalformedQuestionError(f"{what}: not in Unicode normal form C")


def _parse_question(item: JSON) -> Question:
    if not isinstance(item, dict):
        raise MalformedObjectError("question: not an object")
    kind = item.get("type")
    if kind is None:
        return HomomorphicQuestion.parse(item)
    if kind == "NonHomomorphic":
        return NonHomomorphicQuestion.parse(item)
    raise UnsupportedQuestionError("a question that is neither homomorphic nor NonHomomorphic")


def _read_answers(value: JSON) -> tuple[str, ...]:
    return tuple(read_text(item, "answer") for item in read_array(value, "answers"))
