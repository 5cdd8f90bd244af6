"""Checking ballots: one at the ballot box, thousands in a verification; the same code, in batches.

A ballot is accepted if and only if: it belongs to the election; its credential is on the list; the hash that it signs is
its own; every element is a member of the group and no ciphertext has the identity in it (that would show the vote);
the signature and every proof hold. Whether it is the last of its credential, or repeats an earlier one, is for the
ballot box to say.
"""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from voting.election.ballot import Answer, Ballot, CiphertextText, HomomorphicAnswer, NonHomomorphicAnswer, tracker_of
from voting.election.definition import Election
from voting.election.elgamal import multiply_ciphertexts
from voting.election.errors import (
    BallotHashError,
    BallotSignatureError,
    BlankProofError,
    ChallengedBallotError,
    ElectionRefusedError,
    IndividualProofError,
    OverallProofError,
    RankingProofError,
    RepeatedBallotError,
    UnknownCredentialError,
    WrongElectionError,
)
from voting.election.group.base import Element, PowerPair, RangeCommitments, RangeStatement
from voting.election.group.errors import ElementError, IdentityElementError
from voting.election.objects import Ciphertext, Proof
from voting.election.proofs import ballot_signature_prefix, range_statement, ranking_prefix, require_challenge
from voting.election.questions import HomomorphicQuestion
from voting.encoding import base64_unpadded, sha256


@dataclass(frozen=True)
class ElectionContext:
    """What a ballot box needs to know. Make one per election and keep it: it prepares the election's key.

    Specification: ``voting/SPEC.md`` §6.2.

    Attributes:
        election: the election.
        weights: canonical text of each credential → weight (`PublicCredentials.weights`, or a view of a database).
    """

    election: Election
    weights: Mapping[str, int] = field(repr=False)
    fingerprint: str = field(init=False)

    def __post_init__(self) -> None:
        """Prepare the election's key for many powers."""
        self.election.group.prepare(self.election.public_key)
        object.__setattr__(self, "fingerprint", self.election.fingerprint)


CheckedAnswer: TypeAlias = "tuple[Ciphertext, ...] | Ciphertext"
_Recomputed: TypeAlias = "RangeCommitments | ElementError"
_Check: TypeAlias = Callable[[], None]


@dataclass(frozen=True, slots=True)
class CheckedBallot:
    """A ballot of which everything holds that can be seen from itself.

    Specification: ``voting/SPEC.md`` §6.2.

    Attributes:
        data: the canonical bytes, to be stored as they are.
        tracker: what the voter keeps.
        credential: canonical text of the public credential; a later ballot with the same one replaces this.
        weight: of the credential.
        answers: per question the ciphertexts of its choices, or the one ciphertext of a NonHomomorphic answer.
        content: hash of all ciphertexts, whoever signs them; what a challenge burns.
        nonces: powers of fresh randomness: the first alpha and the signature's commitment. Two ballots that share one
            were made with broken randomness, and give their votes or keys away.
    """

    data: bytes = field(repr=False)
    tracker: str
    credential: str
    weight: int
    answers: tuple[CheckedAnswer, ...] = field(repr=False)
    content: str
    nonces: tuple[str, str] = field(repr=False)


def check_ballot(
    context: ElectionContext,
    data: bytes,
    *,
    cast: Container[str] = (),
    challenged: Container[str] = (),
) -> CheckedBallot:
    """Check one ballot; pure, about 2 ms for 20 answers with the accelerator.

    Specification: ``voting/SPEC.md`` §6.2.

    Args:
        context: the election and its credentials.
        data: the ballot's bytes as received.
        cast: trackers of all ballots cast before, superseded ones included.
        challenged: trackers or contents (`CheckedBallot.content`) of ballots that were opened.

    Raises:
        RepeatedBallotError: the tracker is among ``cast``; this costs one hash and no exponentiation.
        ChallengedBallotError: the ballot, or its ciphertexts under any signature, was opened.
        ElectionRefusedError: anything else, by its class, with the tracker.
    """
    tracker = tracker_of(data)
    try:
        if tracker in cast:
            raise RepeatedBallotError("this ballot is cast already")
        if tracker in challenged:
            raise ChallengedBallotError("this ballot was challenged")
        checked = check_ballots(context, [Ballot.parse(data, context.election)])[0]
        if isinstance(checked, ElectionRefusedError):
            raise checked
        if checked.content in challenged:
            raise ChallengedBallotError("this ballot's ciphertexts were challenged")
    except ElectionRefusedError as error:
        raise error.locate(tracker=tracker) from None
    return checked


def check_ballots(context: ElectionContext, ballots: Sequence[Ballot]) -> list[CheckedBallot | ElectionRefusedError]:
    """Check many ballots at once; for each its checked form, or the unraised refusal with its tracker.

    Specification: ``voting/SPEC.md`` §6.2.

    The verdict on a ballot does not depend on the others.
    """
    examinations = [_Examination(context, ballot) for ballot in ballots]
    group = context.election.group
    individual = [statement for one in examinations for statement in one.individual_statements()]
    recomputed = iter(group.range_commitments(context.election.public_key, individual))
    for one in examinations:
        one.take_individual(recomputed)
    overall = [statement for one in examinations for statement in one.overall_statements()]
    recomputed = iter(group.range_commitments(context.election.public_key, overall))
    for one in examinations:
        one.take_overall(recomputed)
    texts = [text for one in examinations for text in one.element_texts()]
    elements = iter(group.parse_many(texts))
    for one in examinations:
        one.take_elements(elements)
    powers = iter(group.double_powers([pair for one in examinations for pair in one.power_pairs()]))
    for one in examinations:
        one.take_powers(powers)
    return [one.verdict() for one in examinations]


@dataclass(slots=True)
class _HomomorphicWork:
    """What is known so far of one homomorphic answer."""

    question: HomomorphicQuestion
    answer: HomomorphicAnswer
    ciphertexts: tuple[Ciphertext, ...] = ()
    total: CiphertextText | None = None


class _Examination:
    """One ballot on its way through the batch: it hands out statements and takes the answers back.

    The first refusal stays. A refused ballot hands out nothing more, so a wrong ballot costs no more than a right one.
    """

    def __init__(self, context: ElectionContext, ballot: Ballot) -> None:
        self._context = context
        self._group = context.election.group
        self._ballot = ballot
        self._refusal: ElectionRefusedError | None = None
        self._statement = f"{context.fingerprint}|{ballot.credential}"
        self._answers: list[CheckedAnswer | None] = [None] * len(ballot.answers)
        self._rankings: list[tuple[int, NonHomomorphicAnswer]] = []
        self._works: list[tuple[int, _HomomorphicWork]] = []
        self._credential: Element = self._group.identity
        self._commitment = ""
        for index, (question, answer) in enumerate(zip(context.election.questions, ballot.answers, strict=True)):
            self._sort_answer(index, question, answer)
        self._guard(self._require_belonging)

    def _sort_answer(self, index: int, question: object, answer: Answer) -> None:
        match answer:
            case HomomorphicAnswer():
                if isinstance(question, HomomorphicQuestion):
                    self._works.append((index, _HomomorphicWork(question, answer)))
            case NonHomomorphicAnswer():
                self._rankings.append((index, answer))

    def _guard(self, check: _Check) -> None:
        if self._refusal is not None:
            return
        try:
            check()
        except ElectionRefusedError as error:
            self._refusal = error.locate(tracker=self._ballot.tracker)

    def _require_belonging(self) -> None:
        ballot, context = self._ballot, self._context
        if ballot.uuid != context.election.uuid or ballot.fingerprint != context.fingerprint:
            raise WrongElectionError("made for another election")
        if ballot.credential not in context.weights:
            raise UnknownCredentialError("its credential is not on the public list")
        if ballot.signed_hash != ballot.own_hash:
            raise BallotHashError("the signature names another hash")

    # Individual proofs ------------------------------------------------------------------------------------------------

    def individual_statements(self) -> Iterator[RangeStatement]:
        if self._refusal is None:
            for _, work in self._works:
                for choice, proofs in zip(work.answer.choices, work.answer.individual_proofs, strict=True):
                    yield range_statement(choice.alpha, choice.beta, 0, proofs)

    def take_individual(self, recomputed: Iterator[_Recomputed]) -> None:
        if self._refusal is not None:
            return
        taken = [[next(recomputed) for _ in work.answer.choices] for _, work in self._works]

        def check() -> None:
            for (index, work), found in zip(self._works, taken, strict=True):
                work.ciphertexts = tuple(self._ciphertext(item) for item in found)
                for choice, proofs, item in zip(work.answer.choices, work.answer.individual_proofs, found, strict=True):
                    prefix = f"prove|{self._statement}|{choice.text()}|"
                    self._require_challenge(prefix, [item], proofs, IndividualProofError)
                self._answers[index] = work.ciphertexts

        self._guard(check)

    # Overall and blank proofs -----------------------------------------------------------------------------------------

    def overall_statements(self) -> Iterator[RangeStatement]:
        if self._refusal is not None:
            return
        for _, work in self._works:
            summands = work.ciphertexts[1:] if work.question.blank else work.ciphertexts
            product = multiply_ciphertexts(self._group, summands)
            work.total = total = CiphertextText(
                self._group.serialize(product.alpha), self._group.serialize(product.beta)
            )
            if work.answer.blank_proof is not None:
                first = work.answer.choices[0]
                zero, zero_sum = work.answer.blank_proof
                one, *sums = work.answer.overall_proof
                yield range_statement(first.alpha, first.beta, 0, [zero], members=True)
                yield range_statement(total.alpha, total.beta, 0, [zero_sum], members=True)
                yield range_statement(first.alpha, first.beta, 1, [one], members=True)
                yield range_statement(total.alpha, total.beta, work.question.minimum, sums, members=True)
            else:
                proofs = work.answer.overall_proof
                yield range_statement(total.alpha, total.beta, work.question.minimum, proofs, members=True)

    def take_overall(self, recomputed: Iterator[_Recomputed]) -> None:
        if self._refusal is not None:
            return
        taken = [[next(recomputed) for _ in range(4 if work.question.blank else 1)] for _, work in self._works]

        def check() -> None:
            for (_, work), found in zip(self._works, taken, strict=True):
                statement = "|".join([self._statement, ",".join(choice.text() for choice in work.answer.choices)])
                overall = work.answer.overall_proof
                if work.answer.blank_proof is not None:
                    blank = work.answer.blank_proof
                    self._require_challenge(f"bproof0|{statement}|", found[:2], blank, BlankProofError)
                    self._require_challenge(f"bproof1|{statement}|", found[2:], overall, OverallProofError)
                elif work.total is not None:
                    prefix = f"prove|{statement}|{work.total.text()}|"
                    self._require_challenge(prefix, found, overall, OverallProofError)

        self._guard(check)

    # Signature and NonHomomorphic answers -----------------------------------------------------------------------------

    def element_texts(self) -> Iterator[str]:
        if self._refusal is None:
            yield self._ballot.credential
            for _, answer in self._rankings:
                yield answer.choices.alpha
                yield answer.choices.beta

    def take_elements(self, elements: Iterator[Element | ElementError]) -> None:
        if self._refusal is not None:
            return
        taken = [next(elements) for _ in range(1 + 2 * len(self._rankings))]

        def check() -> None:
            self._credential = self._member(taken[0])
            for position, (index, _) in enumerate(self._rankings):
                alpha, beta = taken[1 + 2 * position], taken[2 + 2 * position]
                self._answers[index] = Ciphertext(self._member(alpha), self._member(beta))

        self._guard(check)

    def power_pairs(self) -> Iterator[PowerPair]:
        if self._refusal is not None:
            return
        generator, signature = self._group.generator, self._ballot.signature
        yield generator, signature.response, self._credential, signature.challenge
        for index, answer in self._rankings:
            ciphertext = self._answers[index]
            if isinstance(ciphertext, Ciphertext):
                yield generator, answer.proof.response, ciphertext.alpha, answer.proof.challenge

    def take_powers(self, powers: Iterator[Element]) -> None:
        if self._refusal is not None:
            return
        taken = [self._group.serialize(next(powers)) for _ in range(1 + len(self._rankings))]
        self._commitment = taken[0]

        def check() -> None:
            prefix = ballot_signature_prefix(self._ballot.own_hash)
            require_challenge(self._group, prefix, taken[0], [self._ballot.signature], BallotSignatureError)
            for (_, answer), commitment in zip(self._rankings, taken[1:], strict=True):
                key = self._context.election.public_key
                prefix = ranking_prefix(self._group, self._statement, key, answer.choices.text())
                require_challenge(self._group, prefix, commitment, [answer.proof], RankingProofError)

        self._guard(check)

    # Verdict ----------------------------------------------------------------------------------------------------------

    def verdict(self) -> CheckedBallot | ElectionRefusedError:
        if self._refusal is not None:
            return self._refusal
        return CheckedBallot(
            data=self._ballot.data,
            tracker=self._ballot.tracker,
            credential=self._ballot.credential,
            weight=self._context.weights[self._ballot.credential],
            answers=tuple(answer for answer in self._answers if answer is not None),
            content=content_of(self._ballot),
            nonces=(_first_alpha(self._ballot), self._commitment),
        )

    def _require_challenge(
        self,
        prefix: str,
        found: Sequence[_Recomputed],
        proofs: Sequence[Proof],
        refusal: type[ElectionRefusedError],
    ) -> None:
        texts = ",".join(item.text for item in found if isinstance(item, RangeCommitments))
        require_challenge(self._group, prefix, texts, proofs, refusal)

    def _ciphertext(self, item: _Recomputed) -> Ciphertext:
        if isinstance(item, ElementError):
            raise item
        return Ciphertext(self._member(item.alpha), self._member(item.beta))

    def _member(self, element: Element | ElementError) -> Element:
        if isinstance(element, ElementError):
            raise element
        if element == self._group.identity:
            raise IdentityElementError("an element of a ballot is the identity")
        return element


def _first_alpha(ballot: Ballot) -> str:
    match ballot.answers[0]:
        case HomomorphicAnswer(choices=choices):
            return choices[0].alpha
        case NonHomomorphicAnswer(choices=choice):
            return choice.alpha


def content_of(ballot: Ballot) -> str:
    """Return the hash of all ciphertexts of a ballot, without its signature and proofs."""
    texts: list[str] = []
    for answer in ballot.answers:
        match answer:
            case HomomorphicAnswer():
                texts += [choice.text() for choice in answer.choices]
            case NonHomomorphicAnswer():
                texts.append(answer.choices.text())
    return base64_unpadded(sha256(",".join(texts).encode()))
