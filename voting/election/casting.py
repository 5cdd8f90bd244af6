"""Making a ballot, and opening it when the voter challenges it instead of casting it.

Cast-or-challenge (J. Benaloh, "Simple Verifiable Elections", 2006): the device shows the tracker, which commits it to the
ballot, *before* the voter says whether to cast or to challenge. A challenged ballot is opened: its randomness shows to
anybody, on another device, whether it holds what the voter chose. It can never be cast afterwards.

Order in which randomness is consumed, for other implementations (``tests/vectors/election``): for each question, first
the randomness of each ciphertext; then, proof by proof (individual proofs, blank proof, overall proof), a challenge per
disjunct, a response per disjunct, the nonce; for a NonHomomorphic answer the nonce; last the nonce of the signature.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

from voting.election.ballot import (
    CiphertextText,
    hash_to_sign,
    serialize_signed,
    serialize_unsigned,
    tracker_of,
)
from voting.election.checking import CheckedBallot, ElectionContext, check_ballot
from voting.election.credentials import Credential
from voting.election.definition import Election
from voting.election.elgamal import encrypt_element, encrypt_integer, multiply_ciphertexts
from voting.election.errors import InvalidVoteError, OpeningError
from voting.election.group.base import Element
from voting.election.objects import Ciphertext, Proof
from voting.election.proofs import (
    Disjunct,
    ballot_signature_prefix,
    prove_disjunction,
    prove_knowledge,
    ranking_prefix,
)
from voting.election.questions import LARGEST_RANK, HomomorphicQuestion, NonHomomorphicQuestion
from voting.election.randomness import Random, system_random
from voting.election.shape import read_array, read_canonical, read_integer, read_object, read_scalar, read_text
from voting.encoding import JSON, canonical_json

OPENING_FORMAT = "madang-opening-1"


@dataclass(frozen=True, slots=True)
class OpenedAnswer:
    """What one answer encrypts, and the randomness of each of its ciphertexts."""

    values: tuple[int, ...] = field(repr=False)
    randomness: tuple[int, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Opening:
    """``{"format":"madang-opening-1","election_hash":φ,"tracker":str,"answers":[{"values":[int],"randomness":[ℤ_q]}]}``.

    Specification: ``voting/SPEC.md`` §7.

    A secret until the voter challenges; ``repr`` shows the tracker only. Extension rule: another format name.
    """

    fingerprint: str = field(repr=False)
    tracker: str
    answers: tuple[OpenedAnswer, ...] = field(repr=False)

    @classmethod
    def parse(cls, data: bytes, election: Election) -> Self:
        """Read the canonical object.

        Raises:
            OpeningError: another format.
            MalformedObjectError, MalformedScalarError, NonCanonicalObjectError: as their names say.
        """
        value = read_canonical(data, "opening")
        fields = read_object(value, "opening", ("format", "election_hash", "tracker", "answers"))
        if fields["format"] != OPENING_FORMAT:
            raise OpeningError("an opening of an unknown format")
        answers: list[OpenedAnswer] = []
        for item in read_array(fields["answers"], "answers"):
            answer = read_object(item, "opened answer", ("values", "randomness"))
            values = read_array(answer["values"], "values")
            exponents = read_array(answer["randomness"], "randomness")
            answers.append(
                OpenedAnswer(
                    values=tuple(read_integer(number, "value", most=LARGEST_RANK) for number in values),
                    randomness=tuple(read_scalar(text, "randomness", election.group.order) for text in exponents),
                )
            )
        return cls(
            fingerprint=read_text(fields["election_hash"], "election hash"),
            tracker=read_text(fields["tracker"], "tracker"),
            answers=tuple(answers),
        )

    def to_bytes(self) -> bytes:
        """Return the canonical object. Only for a ballot that will not be cast."""
        answers: list[JSON] = [
            {"values": list(answer.values), "randomness": [str(exponent) for exponent in answer.randomness]}
            for answer in self.answers
        ]
        return canonical_json(
            {
                "format": OPENING_FORMAT,
                "election_hash": self.fingerprint,
                "tracker": self.tracker,
                "answers": answers,
            }
        )


@dataclass(frozen=True, slots=True)
class PreparedBallot:
    """A ballot ready to be cast or challenged; never both.

    Specification: ``voting/SPEC.md`` §7.

    Attributes:
        data: the canonical bytes, to be cast.
        tracker: to be shown before the voter decides.
        opening: to be shown if the voter challenges, and to be destroyed if the voter casts.
    """

    data: bytes = field(repr=False)
    tracker: str
    opening: Opening = field(repr=False)


def make_ballot(
    election: Election,
    credential: Credential,
    votes: Sequence[Sequence[int]],
    *,
    random: Random = system_random,
) -> PreparedBallot:
    """Encrypt and sign a vote.

    Specification: ``voting/SPEC.md`` §6.1.

    Args:
        election: the election.
        credential: from `voting.election.credentials.derive_credential`.
        votes: per question, one number per answer: 0 or 1 (where blank is allowed a leading one more, 1 for a blank
            vote), or 0…255 for a NonHomomorphic question.
        random: for tests only.

    Raises:
        InvalidVoteError: the votes do not answer the questions. The message does not repeat them.
    """
    if len(votes) != len(election.questions):
        raise InvalidVoteError(f"{len(election.questions)} questions are to be answered")
    for question, vote in zip(election.questions, votes, strict=True):
        question.require_valid(vote)
    group = election.group
    public = group.serialize(credential.public)
    statement = f"{election.fingerprint}|{public}"
    answers: list[JSON] = []
    opened: list[OpenedAnswer] = []
    for question, vote in zip(election.questions, votes, strict=True):
        if isinstance(question, HomomorphicQuestion):
            answer, exponents = _answer_homomorphic(election, question, vote, statement, random)
        else:
            answer, exponents = _answer_ranking(election, vote, statement, random)
        answers.append(answer)
        opened.append(OpenedAnswer(values=tuple(vote), randomness=exponents))
    unsigned = serialize_unsigned(election, public, answers)
    ballot_hash = hash_to_sign(canonical_json(unsigned))
    signature = prove_knowledge(group, credential.secret, ballot_signature_prefix(ballot_hash), random=random)
    data = serialize_signed(unsigned, ballot_hash, signature)
    tracker = tracker_of(data)
    return PreparedBallot(data, tracker, Opening(election.fingerprint, tracker, tuple(opened)))


def open_challenged(context: ElectionContext, data: bytes, opening: Opening) -> tuple[tuple[int, ...], ...]:
    """Check the opening of a challenged ballot and return the votes that it holds, for the voter to compare.

    Specification: ``voting/SPEC.md`` §7.

    Returns:
        Per question the numbers that `make_ballot` was given.

    Raises:
        OpeningError: the opening belongs to another ballot, or does not give its ciphertexts: the device cheated.
        ElectionRefusedError: the ballot itself is not acceptable, by its class.
    """
    checked = check_ballot(context, data)
    if (opening.tracker, opening.fingerprint) != (checked.tracker, context.fingerprint):
        raise OpeningError("the opening is of another ballot").locate(tracker=checked.tracker)
    if len(opening.answers) != len(checked.answers):
        raise OpeningError("the opening has another number of answers").locate(tracker=checked.tracker)
    for index, answer in enumerate(opening.answers):
        if _encrypt_again(context.election, index, answer) != _ciphertexts(checked, index):
            raise OpeningError(f"the answer to question {index + 1} is not what it opens to").locate(
                tracker=checked.tracker
            )
    return tuple(answer.values for answer in opening.answers)


def _answer_homomorphic(
    election: Election, question: HomomorphicQuestion, vote: Sequence[int], statement: str, random: Random
) -> tuple[JSON, tuple[int, ...]]:
    group, key = election.group, election.public_key
    exponents = tuple(random(group.order) for _ in vote)
    ciphertexts = [encrypt_integer(group, key, value, r) for value, r in zip(vote, exponents, strict=True)]
    texts = [_text(election, ciphertext) for ciphertext in ciphertexts]
    individual: list[JSON] = []
    for text, value, exponent in zip(texts, vote, exponents, strict=True):
        disjuncts = [Disjunct(exponent, value, 0), Disjunct(exponent, value, 1)]
        proofs = prove_disjunction(group, key, f"prove|{statement}|{text.text()}|", disjuncts, random=random)
        individual.append([proof.to_json() for proof in proofs])
    summed = slice(1 if question.blank else 0, None)
    total_exponent = sum(exponents[summed]) % group.order
    total_value = sum(vote[summed])
    sums = [Disjunct(total_exponent, total_value, claimed) for claimed in range(question.minimum, question.maximum + 1)]
    whole = "|".join([statement, ",".join(text.text() for text in texts)])
    answer: dict[str, JSON] = {
        "choices": [{"alpha": text.alpha, "beta": text.beta} for text in texts],
        "individual_proofs": individual,
    }
    if question.blank:
        zeros = [Disjunct(exponents[0], vote[0], 0), Disjunct(total_exponent, total_value, 0)]
        blank = prove_disjunction(group, key, f"bproof0|{whole}|", zeros, random=random)
        ones = [Disjunct(exponents[0], vote[0], 1), *sums]
        overall = prove_disjunction(group, key, f"bproof1|{whole}|", ones, random=random)
        answer |= {"overall_proof": _to_json(overall), "blank_proof": _to_json(blank)}
    else:
        product = _text(election, multiply_ciphertexts(group, ciphertexts))
        overall = prove_disjunction(group, key, f"prove|{whole}|{product.text()}|", sums, random=random)
        answer["overall_proof"] = _to_json(overall)
    return answer, exponents


def _answer_ranking(
    election: Election, vote: Sequence[int], statement: str, random: Random
) -> tuple[JSON, tuple[int, ...]]:
    group, key = election.group, election.public_key
    exponent = random(group.order)
    text = _text(election, encrypt_element(group, key, _embed(election, vote), exponent))
    # The voter knows r of alpha = g^r, and beta determines the message through it.
    proof = prove_knowledge(group, exponent, ranking_prefix(group, statement, key, text.text()), random=random)
    answer: JSON = {"choices": {"alpha": text.alpha, "beta": text.beta}, "proof": proof.to_json()}
    return answer, (exponent,)


def _embed(election: Election, vote: Sequence[int]) -> Element:
    try:
        return election.group.embed(vote)
    except ValueError:
        raise InvalidVoteError(f"{len(vote)} numbers do not fit into an element of {election.group.name}") from None


def _encrypt_again(election: Election, index: int, answer: OpenedAnswer) -> tuple[Ciphertext, ...]:
    group, key = election.group, election.public_key
    question = election.questions[index]
    try:
        question.require_valid(answer.values)
    except InvalidVoteError:
        return ()
    if isinstance(question, NonHomomorphicQuestion):
        if len(answer.randomness) != 1:
            return ()
        return (encrypt_element(group, key, _embed(election, answer.values), answer.randomness[0]),)
    if len(answer.randomness) != len(answer.values):
        return ()
    return tuple(
        encrypt_integer(group, key, value, exponent)
        for value, exponent in zip(answer.values, answer.randomness, strict=True)
    )


def _ciphertexts(checked: CheckedBallot, index: int) -> tuple[Ciphertext, ...]:
    answer = checked.answers[index]
    return (answer,) if isinstance(answer, Ciphertext) else answer


def _text(election: Election, ciphertext: Ciphertext) -> CiphertextText:
    return CiphertextText(election.group.serialize(ciphertext.alpha), election.group.serialize(ciphertext.beta))


def _to_json(proofs: Sequence[Proof]) -> JSON:
    return [proof.to_json() for proof in proofs]
