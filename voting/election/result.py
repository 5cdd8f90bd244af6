"""The result: computing it from partial decryptions, and checking a published one.

``{"result":[…]}`` with, per homomorphic question, one count per choice (the first is *blank* where allowed), and, per
NonHomomorphic question, one list of numbers per ballot, in the order of the last shuffle.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Self

from voting.election.decryption import Ciphertexts, PartialDecryption
from voting.election.definition import Election
from voting.election.errors import ResultMismatchError, ResultShapeError
from voting.election.group.base import Element
from voting.election.questions import HomomorphicQuestion
from voting.election.shape import count_to_json, read_array, read_canonical, read_count, read_object
from voting.election.tally import DiscreteLogarithms
from voting.election.trustees.structure import Trustees
from voting.encoding import JSON, canonical_json

QuestionResult = tuple[int, ...] | tuple[tuple[int, ...], ...]
"""Counts per choice, or one list of numbers per ballot."""


@dataclass(frozen=True, slots=True)
class Result:
    """Per question its result, in the order of the questions.

    Specification: ``voting/SPEC.md`` §2.
    """

    questions: tuple[QuestionResult, ...]

    @classmethod
    def parse(cls, data: bytes, election: Election) -> Self:
        """Read the canonical object.

        Raises:
            ResultShapeError: another number of questions or choices than the election has.
            NonCanonicalObjectError, MalformedObjectError: as their names say.
        """
        rows = read_array(read_object(read_canonical(data, "result"), "result", ("result",))["result"], "result")
        if len(rows) != len(election.questions):
            raise ResultShapeError("the result has another number of questions than the election")
        found: list[QuestionResult] = []
        for question, row in zip(election.questions, rows, strict=True):
            items = read_array(row, "result of a question")
            if isinstance(question, HomomorphicQuestion):
                if len(items) != question.width:
                    raise ResultShapeError("the result has another number of choices than a question")
                found.append(tuple(read_count(item, "count") for item in items))
            else:
                found.append(tuple(_read_ranks(item, len(question.answers)) for item in items))
        return cls(tuple(found))

    def to_bytes(self) -> bytes:
        """Return the object as it stands in an archive."""
        return canonical_json({"result": self.to_json()})

    def to_json(self) -> JSON:
        """Return the list of the questions' results."""
        return [
            [count_to_json(item) if isinstance(item, int) else list(item) for item in question]
            for question in self.questions
        ]


def compute_result(
    election: Election,
    trustees: Trustees,
    ciphertexts: Ciphertexts,
    decryptions: Mapping[int, PartialDecryption],
    *,
    total_weight: int,
) -> Result:
    """Combine partial decryptions into the result.

    Args:
        election: the election.
        trustees: its trustees.
        ciphertexts: what was decrypted.
        decryptions: owner → partial decryption, each checked before.
        total_weight: of all tallied ballots; no count exceeds it.

    Raises:
        NotEnoughDecryptionsError: too few of them.
        DiscreteLogError: a count is larger than all votes together.
    """
    group = election.group
    logarithms = DiscreteLogarithms(group, total_weight)
    found: list[QuestionResult] = []
    for question, row in zip(election.questions, _messages(election, trustees, ciphertexts, decryptions), strict=True):
        if isinstance(question, HomomorphicQuestion):
            found.append(tuple(logarithms.find(message) for message in row))
        else:
            count = len(question.answers)
            found.append(tuple(tuple(group.extract(message, count)) for message in row))
    return Result(tuple(found))


def require_result(
    election: Election,
    trustees: Trustees,
    ciphertexts: Ciphertexts,
    decryptions: Mapping[int, PartialDecryption],
    result: Result,
    *,
    total_weight: int,
) -> None:
    """Check a published result; needs no discrete logarithm.

    Raises:
        NotEnoughDecryptionsError: too few partial decryptions.
        ResultShapeError: another number of decrypted ballots than there are.
        ResultMismatchError: naming the question and the answer that are wrong.
    """
    group = election.group
    messages = _messages(election, trustees, ciphertexts, decryptions)
    for number, (question, row, claimed) in enumerate(
        zip(election.questions, messages, result.questions, strict=True), start=1
    ):
        if len(row) != len(claimed):
            raise ResultShapeError(f"question {number}: {len(claimed)} decrypted ballots instead of {len(row)}")
        for position, (message, value) in enumerate(zip(row, claimed, strict=True), start=1):
            if isinstance(question, HomomorphicQuestion):
                if not isinstance(value, int) or value > total_weight:
                    raise ResultMismatchError(f"question {number}, choice {position}: more than all votes together")
                right = message == group.power(group.generator, value)
            else:
                right = isinstance(value, tuple) and tuple(group.extract(message, len(question.answers))) == value
            if not right:
                raise ResultMismatchError(f"question {number}, choice {position}: not what was decrypted")


def _messages(
    election: Election,
    trustees: Trustees,
    ciphertexts: Ciphertexts,
    decryptions: Mapping[int, PartialDecryption],
) -> list[list[Element]]:
    """Return per question ``beta / alpha^x`` of each ciphertext."""
    group = election.group
    combined = trustees.combine({owner: part.flat_factors() for owner, part in decryptions.items()})
    flat = list(chain.from_iterable(ciphertexts))
    messages = iter(group.divide(ciphertext.beta, factor) for ciphertext, factor in zip(flat, combined, strict=True))
    return [[next(messages) for _ in row] for row in ciphertexts]


def _read_ranks(value: JSON, count: int) -> tuple[int, ...]:
    items = read_array(value, "decrypted ballot")
    if len(items) != count:
        raise ResultShapeError("a decrypted ballot has another number of ranks than the question has answers")
    return tuple(read_count(item, "rank") for item in items)
