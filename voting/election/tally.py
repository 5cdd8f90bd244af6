"""The encrypted tally: what the trustees decrypt instead of ballots (Belenios specification, "Tally").

``[[ciphertext,…] per question]``: for a homomorphic question, per choice, the product of everybody's ciphertexts, each
raised to the voter's weight; for a NonHomomorphic question all ciphertexts, sorted. Only the last ballot of each
credential counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from voting.election.checking import CheckedBallot
from voting.election.definition import Election
from voting.election.elgamal import ciphertext_sort_key, multiply_ciphertexts, raise_ciphertext
from voting.election.errors import AnswerShapeError, DiscreteLogError, WeightError
from voting.election.group.base import Element, Group
from voting.election.objects import Ciphertext
from voting.election.questions import HomomorphicQuestion
from voting.election.shape import read_array, read_canonical
from voting.encoding import canonical_json

_BATCH = 512


@dataclass(frozen=True, slots=True)
class EncryptedTally:
    """Per question the ciphertexts to decrypt (after shuffling, where the question is NonHomomorphic).

    Specification: ``voting/SPEC.md`` §2.
    """

    questions: tuple[tuple[Ciphertext, ...], ...]

    @classmethod
    def parse(cls, data: bytes, election: Election) -> Self:
        """Read the canonical object; membership of every element is checked.

        Raises:
            AnswerShapeError: another number of questions or choices than the election has.
            NonCanonicalObjectError, MalformedObjectError, MalformedElementError, NotInGroupError: as they say.
        """
        decode = election.group.parse
        found = tuple(
            tuple(Ciphertext.parse(item, decode) for item in read_array(question, "question of the tally"))
            for question in read_array(read_canonical(data, "encrypted tally"), "encrypted tally")
        )
        if len(found) != len(election.questions):
            raise AnswerShapeError("the tally has another number of questions than the election")
        for question, ciphertexts in zip(election.questions, found, strict=True):
            if isinstance(question, HomomorphicQuestion) and len(ciphertexts) != question.width:
                raise AnswerShapeError("the tally has another number of choices than a question")
        return cls(found)

    def to_bytes(self, group: Group) -> bytes:
        """Return the object as it stands in an archive."""
        return canonical_json([[c.to_json(group) for c in question] for question in self.questions])


@dataclass(slots=True)
class TallyPart:
    """A sum over some ballots, multiplied out: small enough to be sent from one process to another."""

    columns: list[list[Ciphertext]]
    collected: list[list[Ciphertext]]
    num_tallied: int
    total_weight: int


class TallySum:
    """Sums up ballots; sums of parts can be merged, in any order, into the same tally.

    Specification: ``voting/SPEC.md`` §6.3.

    Memory: a bounded number of ciphertexts per homomorphic question, one per ballot for a NonHomomorphic one.
    """

    def __init__(self, election: Election) -> None:
        self._election = election
        self._columns: list[list[list[Ciphertext]]] = []
        self._collected: list[list[Ciphertext]] = []
        for question in election.questions:
            width = question.width if isinstance(question, HomomorphicQuestion) else 0
            self._columns.append([[] for _ in range(width)])
            self._collected.append([])
        self.num_tallied = 0
        self.total_weight = 0

    def add(self, ballot: CheckedBallot) -> None:
        """Add one ballot that counts.

        Raises:
            WeightError: a weight other than one where a question is NonHomomorphic.
        """
        if ballot.weight != 1 and self._election.is_shuffled:
            raise WeightError("weights cannot be applied to NonHomomorphic questions").locate(tracker=ballot.tracker)
        for index, answer in enumerate(ballot.answers):
            if isinstance(answer, Ciphertext):
                self._collected[index].append(answer)
                continue
            group = self._election.group
            self._append(index, [raise_ciphertext(group, ciphertext, ballot.weight) for ciphertext in answer])
        self.num_tallied += 1
        self.total_weight += ballot.weight

    def merge(self, part: TallyPart) -> None:
        """Add a sum over other ballots of the same election."""
        for index, ciphertexts in enumerate(part.columns):
            self._append(index, ciphertexts)
        for collected, more in zip(self._collected, part.collected, strict=True):
            collected.extend(more)
        self.num_tallied += part.num_tallied
        self.total_weight += part.total_weight

    def part(self) -> TallyPart:
        """Return the sum, multiplied out."""
        group = self._election.group
        columns = [[multiply_ciphertexts(group, column) for column in question] for question in self._columns]
        return TallyPart(columns, self._collected, self.num_tallied, self.total_weight)

    def tally(self) -> EncryptedTally:
        """Return the encrypted tally of all ballots added; without any, pairs of identities."""
        group = self._election.group
        part = self.part()
        questions: list[tuple[Ciphertext, ...]] = []
        for index, question in enumerate(self._election.questions):
            if isinstance(question, HomomorphicQuestion):
                questions.append(tuple(part.columns[index]))
            else:
                questions.append(tuple(sorted(part.collected[index], key=lambda c: ciphertext_sort_key(group, c))))
        return EncryptedTally(tuple(questions))

    def _append(self, index: int, ciphertexts: Sequence[Ciphertext]) -> None:
        for column, ciphertext in zip(self._columns[index], ciphertexts, strict=True):
            column.append(ciphertext)
            if len(column) >= _BATCH:
                column[:] = [multiply_ciphertexts(self._election.group, column)]


def last_of_each_credential(ballots: Sequence[CheckedBallot]) -> list[CheckedBallot]:
    """Return the ballots that count, in order: the last one of each credential."""
    last = {ballot.credential: position for position, ballot in enumerate(ballots)}
    return [ballot for position, ballot in enumerate(ballots) if last[ballot.credential] == position]


class DiscreteLogarithms:
    """Finds small exponents: baby steps are made once, and as many as the sums at hand have needed so far.

    Args:
        group: the group.
        bound: the largest exponent that can be, inclusive (the total weight).
    """

    def __init__(self, group: Group, bound: int) -> None:
        self._group = group
        self._bound = bound
        self._baby: dict[Element, int] = {}
        self._next = group.identity
        # Baby steps up to the square root of the bound make the work the least in the worst case.
        self._size = _ceil_sqrt(bound + 1)

    def find(self, element: Element) -> int:
        """Return ``m`` in ``0…bound`` with ``g^m`` = element; at most about ``2·sqrt(bound)`` multiplications.

        Raises:
            DiscreteLogError: there is none.
        """
        group = self._group
        if (known := self._small(element)) is not None:
            return known
        giant = group.power(group.generator, -self._size)
        candidate = element
        for step in range(1, self._bound // self._size + 1):
            candidate = group.multiply(candidate, giant)
            if (rest := self._baby.get(candidate)) is not None and step * self._size + rest <= self._bound:
                return step * self._size + rest
        raise DiscreteLogError(f"a decrypted sum is not in 0…{self._bound}")

    def _small(self, element: Element) -> int | None:
        """Look among the baby steps, making more of them up to the square root of the bound."""
        if (known := self._baby.get(element)) is not None:
            return known
        while len(self._baby) < self._size:
            exponent = len(self._baby)
            step, self._next = self._next, self._group.multiply(self._next, self._group.generator)
            self._baby[step] = exponent
            if step == element:
                return exponent
        return None


def _ceil_sqrt(number: int) -> int:
    root = int(number**0.5)
    while root * root < number:
        root += 1
    return max(root, 1)
