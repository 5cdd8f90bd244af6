"""The ballot as an object: read strictly, not yet checked (Belenios specification, "Ballots").

``{"election_uuid":str,"election_hash":φ,"credential":G,"answers":[…],"signature":{"hash":b64,"proof":proof}}`` with

- a homomorphic answer ``{"choices":[ciphertext],"individual_proofs":[[proof,proof]],"overall_proof":[proof]
  [,"blank_proof":[proof,proof]]}``,
- a NonHomomorphic answer ``{"choices":ciphertext,"proof":proof}``.

Group elements stay texts here: `voting.election.checking` decodes them, many ballots at a time. Extension rule: none. A
ballot has one spelling, and no field can be added, moved or left out anywhere in it.
"""

from dataclasses import dataclass, field
from typing import Self, TypeAlias

from voting.election.definition import Election
from voting.election.errors import AnswerShapeError
from voting.election.objects import Proof
from voting.election.questions import HomomorphicQuestion, Question
from voting.election.shape import read_array, read_canonical, read_object, read_text
from voting.encoding import JSON, base64_unpadded, canonical_json, sha256

_FIELDS = ("election_uuid", "election_hash", "credential", "answers", "signature")
_SIGNATURE_FIELD = b',"signature":'


@dataclass(frozen=True, slots=True)
class CiphertextText:
    """A ciphertext of which nothing is known yet, not even that its elements are any."""

    alpha: str
    beta: str

    @classmethod
    def parse(cls, value: JSON) -> Self:
        """Read ``{"alpha":G,"beta":G}``."""
        fields = read_object(value, "ciphertext", ("alpha", "beta"))
        return cls(read_text(fields["alpha"], "alpha"), read_text(fields["beta"], "beta"))

    def text(self) -> str:
        """Return ``alpha,beta`` as it enters hashes."""
        return f"{self.alpha},{self.beta}"


@dataclass(frozen=True, slots=True)
class HomomorphicAnswer:
    """Encrypted zeros and ones with their proofs; where blank is allowed, the first choice is *blank*."""

    choices: tuple[CiphertextText, ...]
    individual_proofs: tuple[tuple[Proof, Proof], ...]
    overall_proof: tuple[Proof, ...]
    blank_proof: tuple[Proof, Proof] | None

    @classmethod
    def parse(cls, value: JSON, question: HomomorphicQuestion, order: int) -> Self:
        """Read the object; the question says how many of everything there are.

        Raises:
            AnswerShapeError: another number of choices or proofs.
            MalformedObjectError, MalformedScalarError: as their names say.
        """
        names = ("choices", "individual_proofs", "overall_proof")
        fields = read_object(value, "answer", (*names, "blank_proof") if question.blank else names)
        choices = read_array(fields["choices"], "choices")
        individual = read_array(fields["individual_proofs"], "individual proofs")
        overall = read_array(fields["overall_proof"], "overall proof")
        disjuncts = question.maximum - question.minimum + (2 if question.blank else 1)
        if (len(choices), len(individual), len(overall)) != (question.width, question.width, disjuncts):
            raise AnswerShapeError("another number of choices or proofs than the question asks for")
        return cls(
            choices=tuple(CiphertextText.parse(item) for item in choices),
            individual_proofs=tuple(_parse_pair(item, order) for item in individual),
            overall_proof=tuple(Proof.parse(item, order) for item in overall),
            blank_proof=_parse_pair(fields["blank_proof"], order) if question.blank else None,
        )


@dataclass(frozen=True, slots=True)
class NonHomomorphicAnswer:
    """One ciphertext that holds a number per answer, with a proof that the voter knows it."""

    choices: CiphertextText
    proof: Proof

    @classmethod
    def parse(cls, value: JSON, order: int) -> Self:
        """Read the object."""
        fields = read_object(value, "answer", ("choices", "proof"))
        return cls(CiphertextText.parse(fields["choices"]), Proof.parse(fields["proof"], order))


Answer: TypeAlias = HomomorphicAnswer | NonHomomorphicAnswer


@dataclass(frozen=True, slots=True)
class Ballot:
    """A ballot whose bytes are canonical and whose shape fits its election's questions; no proof is checked yet.

    Specification: ``voting/SPEC.md`` §6.

    Attributes:
        signed_hash: the hash that the signature names, as written; compare it with `own_hash`.
        data: the canonical bytes.
    """

    uuid: str
    fingerprint: str
    credential: str
    answers: tuple[Answer, ...]
    signed_hash: str
    signature: Proof
    data: bytes = field(repr=False)

    @classmethod
    def parse(cls, data: bytes, election: Election) -> Self:
        """Read a ballot for this election's questions.

        Raises:
            OversizedObjectError: more bytes than an honest ballot can have; nothing was parsed.
            NonCanonicalObjectError: not the canonical bytes.
            AnswerShapeError: another number of answers, choices or proofs.
            MalformedObjectError, MalformedScalarError: as their names say.
        """
        value = read_canonical(data, "ballot", max_bytes=largest_ballot(election))
        fields = read_object(value, "ballot", _FIELDS)
        answers = read_array(fields["answers"], "answers")
        if len(answers) != len(election.questions):
            raise AnswerShapeError(f"{len(answers)} answers to {len(election.questions)} questions")
        signature = read_object(fields["signature"], "signature", ("hash", "proof"))
        order = election.group.order
        return cls(
            uuid=read_text(fields["election_uuid"], "election uuid"),
            fingerprint=read_text(fields["election_hash"], "election hash"),
            credential=read_text(fields["credential"], "credential"),
            answers=tuple(
                _parse_answer(answer, question, order)
                for answer, question in zip(answers, election.questions, strict=True)
            ),
            signed_hash=read_text(signature["hash"], "ballot hash"),
            signature=Proof.parse(signature["proof"], order),
            data=data,
        )

    @property
    def tracker(self) -> str:
        """The voter's tracker: unpadded base64 of the SHA-256 of the ballot's bytes."""
        return tracker_of(self.data)

    @property
    def own_hash(self) -> str:
        """The hash that the signature must name: of the ballot without its signature."""
        # The bytes are canonical, so the signature is the text after the last field of this name at any depth.
        return hash_to_sign(self.data[: self.data.rindex(_SIGNATURE_FIELD)] + b"}")


def tracker_of(data: bytes) -> str:
    """Return the tracker of a ballot's bytes. A voter's device computes this itself from what it sends.

    Specification: ``voting/SPEC.md`` §6.3.
    """
    return base64_unpadded(sha256(data))


def hash_to_sign(unsigned: bytes) -> str:
    """Return the hash of a ballot's canonical bytes without the field ``signature``."""
    return base64_unpadded(sha256(unsigned))


def serialize_unsigned(election: Election, credential: str, answers: list[JSON]) -> dict[str, JSON]:
    """Return a ballot's object without its signature, in canonical field order."""
    return {
        "election_uuid": election.uuid,
        "election_hash": election.fingerprint,
        "credential": credential,
        "answers": answers,
    }


def serialize_signed(unsigned: dict[str, JSON], ballot_hash: str, signature: Proof) -> bytes:
    """Return the canonical bytes of a signed ballot."""
    return canonical_json(unsigned | {"signature": {"hash": ballot_hash, "proof": signature.to_json()}})


def largest_ballot(election: Election) -> int:
    """Return a number of bytes that no honest ballot of this election exceeds."""
    element = len(election.group.serialize(election.public_key)) + 16
    proof = 2 * len(str(election.group.order)) + 34
    ciphertext = 2 * element + 24
    total = 1024 + 2 * element + proof
    for question in election.questions:
        if isinstance(question, HomomorphicQuestion):
            disjuncts = 2 * question.width + question.maximum - question.minimum + 4
            total += 96 + question.width * (ciphertext + 4) + disjuncts * proof
        else:
            total += 32 + ciphertext + proof
    return total


def _parse_answer(value: JSON, question: Question, order: int) -> Answer:
    if isinstance(question, HomomorphicQuestion):
        return HomomorphicAnswer.parse(value, question, order)
    return NonHomomorphicAnswer.parse(value, order)


def _parse_pair(value: JSON, order: int) -> tuple[Proof, Proof]:
    items = read_array(value, "pair of proofs")
    if len(items) != 2:
        raise AnswerShapeError("another number of disjuncts than two")
    return Proof.parse(items[0], order), Proof.parse(items[1], order)
