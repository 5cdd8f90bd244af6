"""Zero-knowledge proofs: making and checking (Belenios specification §4.4–4.5; ``voting/SPEC.md``, "Hashes").

Every proof is a pair (challenge, response); a verifier recomputes the commitments and hashes them with a prefix that
says what is proven about what. A check returns nothing or raises its own refusal. Secret exponents go through
`Group.power_secret` only.

Prefixes used here, with ``A`` for commitments, ``S0 = φ|credential`` and ``S = S0|α1,β1,α2,β2,…``:

- ``pok|GROUP|X|A``: a trustee knows the secret of X
- ``sigmsg|MESSAGE|A``: a trustee signed MESSAGE
- ``sig|HASH|A``: a voter signed the ballot with that hash
- ``prove|S0|α,β|A0,B0,…``: a choice is 0 or 1;  ``prove|S|αΣ,βΣ|A0,B0,…``: a sum lies between min and max
- ``bproof0|S|A0,B0,AΣ,BΣ`` and ``bproof1|S|A0,B0,…``: blank or not
- ``raweg|S0|y,α,β|A``: the voter knows a NonHomomorphic answer
- ``decrypt|φ|X|A,B``: a partial decryption is correct
- ``strong-decrypt|1|φ|owner|question|answer|X,α,F,A,B``: the same, bound to everything that it is about
"""

from collections.abc import Sequence
from typing import NamedTuple

from voting.election.errors import (
    DecryptionProofError,
    ElectionRefusedError,
    MessageSignatureError,
    PossessionProofError,
    StrongDecryptionProofError,
)
from voting.election.group.base import Element, Group, PowerPair, RangeStatement
from voting.election.objects import Proof
from voting.election.randomness import Random, system_random

# Knowledge of a discrete logarithm (Schnorr) --------------------------------------------------------------------------


def prove_knowledge(group: Group, secret: int, prefix: str, *, random: Random = system_random) -> Proof:
    """Prove knowledge of ``secret`` under the hash ``prefix`` + A, where ``A = g^w`` and ``response = w - secret·c``."""
    nonce = random(group.order)
    challenge = group.hash_to_scalar(prefix, [group.generator_power_secret(nonce)])
    return Proof(challenge, (nonce - secret * challenge) % group.order)


def require_knowledge(
    group: Group, public: Element, prefix: str, proof: Proof, refusal: type[ElectionRefusedError]
) -> None:
    """Check a proof made by `prove_knowledge`: ``c = H(prefix, g^response · public^c)``."""
    commitment = group.double_power(group.generator, proof.response, public, proof.challenge)
    require_challenge(group, prefix, group.serialize(commitment), [proof], refusal)


def require_challenge(
    group: Group, prefix: str, commitments: str, proofs: Sequence[Proof], refusal: type[ElectionRefusedError]
) -> None:
    """Check that the challenges add up to the hash of the prefix and the commitments' texts.

    Raises:
        ElectionRefusedError: the class given, when they do not.
    """
    expected = group.hash_texts_to_scalar(prefix, commitments)
    if (sum(proof.challenge for proof in proofs) - expected) % group.order != 0:
        raise refusal("the proof does not hold")


def possession_prefix(group: Group, public: Element) -> str:
    """Return what a trustee's proof of possession hashes before the commitment."""
    return f"pok|{group.name}|{group.serialize(public)}|"


def prove_possession(group: Group, secret: int, public: Element, *, random: Random = system_random) -> Proof:
    """Prove that a trustee knows the secret of its public key."""
    return prove_knowledge(group, secret, possession_prefix(group, public), random=random)


def require_possession(group: Group, public: Element, proof: Proof) -> None:
    """Check a trustee's proof of possession.

    Raises:
        PossessionProofError: it does not hold.
    """
    require_knowledge(group, public, possession_prefix(group, public), proof, PossessionProofError)


def sign_message(group: Group, secret: int, message: str, *, random: Random = system_random) -> Proof:
    """Sign a trustee's message. The key is not hashed (the protocol's choice), so a message must name its signer."""
    return prove_knowledge(group, secret, f"sigmsg|{message}|", random=random)


def require_message_signature(group: Group, public: Element, message: str, signature: Proof) -> None:
    """Check the signature of a trustee's message.

    Raises:
        MessageSignatureError: it does not hold.
    """
    require_knowledge(group, public, f"sigmsg|{message}|", signature, MessageSignatureError)


def ballot_signature_prefix(ballot_hash: str) -> str:
    """Return what a ballot's signature hashes before the commitment; the hash covers the credential."""
    return f"sig|{ballot_hash}|"


def ranking_prefix(group: Group, statement: str, key: Element, ciphertext: str) -> str:
    """Return what the proof of knowing a NonHomomorphic answer hashes before the commitment.

    Args:
        group: the election's group.
        statement: S0, that is ``φ|credential``; the specification says S, the tool hashes S0, and the tool decides.
        key: the election's public key.
        ciphertext: ``alpha,beta`` of the answer.
    """
    return f"raweg|{statement}|{group.serialize(key)},{ciphertext}|"


# One of several ciphertexts encrypts what is claimed of it ------------------------------------------------------------


class Disjunct(NamedTuple):
    """What the prover knows of one disjunct: a ciphertext's randomness and message, and the message claimed of it."""

    randomness: int
    message: int
    claimed: int


def prove_disjunction(
    group: Group, key: Element, prefix: str, disjuncts: Sequence[Disjunct], *, random: Random = system_random
) -> tuple[Proof, ...]:
    """Prove that at least one disjunct's claim is true, without telling which.

    The prover knows every ciphertext's randomness, so a simulated commitment ``A = g^r·α^c, B = y^r·(β/g^M)^c`` needs
    powers of the generator and the key alone.

    Raises:
        ValueError: no claim is true, so there is nothing to prove.
    """
    order = group.order
    true_ones = [index for index, disjunct in enumerate(disjuncts) if disjunct.message == disjunct.claimed]
    if not true_ones:
        raise ValueError("no disjunct is true")
    real = true_ones[0]
    challenges = [random(order) for _ in disjuncts]
    responses = [random(order) for _ in disjuncts]
    nonce = random(order)
    commitments: list[Element] = []
    for index, disjunct in enumerate(disjuncts):
        if index == real:
            exponent, excess = nonce, 0
        else:
            exponent = (responses[index] + disjunct.randomness * challenges[index]) % order
            excess = (disjunct.message - disjunct.claimed) * challenges[index] % order
        masked = group.power_secret(key, exponent)
        commitments.append(group.generator_power_secret(exponent))
        commitments.append(group.multiply(masked, group.generator_power_secret(excess)))
    total = group.hash_to_scalar(prefix, commitments)
    challenges[real] = (total - sum(challenges) + challenges[real]) % order
    responses[real] = (nonce - disjuncts[real].randomness * challenges[real]) % order
    return tuple(Proof(challenge, response) for challenge, response in zip(challenges, responses, strict=True))


def range_statement(
    alpha: str, beta: str, lowest: int, proofs: Sequence[Proof], *, members: bool = False
) -> RangeStatement:
    """Return the statement that ``(alpha, beta)`` encrypts ``lowest``, or the next integer, …, for a batch check."""
    return RangeStatement(alpha, beta, lowest, [(p.challenge, p.response) for p in proofs], members)


# Partial decryption ---------------------------------------------------------------------------------------------------


class DecryptionPlace(NamedTuple):
    """What a strong decryption proof is about, besides the ciphertext.

    Attributes:
        fingerprint: φ of the election.
        owner: the trustee's number, from 1.
        question: the question's number, from 0.
        answer: the ciphertext's number inside the question, from 0.
    """

    fingerprint: str
    owner: int
    question: int
    answer: int


class DecryptionStatement(NamedTuple):
    """The claim ``factor = alpha^x`` for the ``x`` with ``public = g^x``."""

    place: DecryptionPlace
    public: Element
    alpha: Element
    factor: Element


def _decryption_prefix(group: Group, statement: DecryptionStatement) -> str:
    return f"decrypt|{statement.place.fingerprint}|{group.serialize(statement.public)}|"


def _strong_prefix(group: Group, statement: DecryptionStatement) -> str:
    place = statement.place
    elements = ",".join(map(group.serialize, (statement.public, statement.alpha, statement.factor)))
    return f"strong-decrypt|1|{place.fingerprint}|{place.owner}|{place.question}|{place.answer}|{elements},"


def prove_decryption(
    group: Group, secret: int, statement: DecryptionStatement, *, random: Random = system_random
) -> Proof:
    """Prove that a decryption factor is correct, as every tool of the protocol checks it."""
    return _prove_equal_logs(group, secret, statement, _decryption_prefix(group, statement), random)


def prove_decryption_strongly(
    group: Group, secret: int, statement: DecryptionStatement, *, random: Random = system_random
) -> Proof:
    """Prove the same with a challenge that also covers the place, alpha and the factor (``voting/SPEC.md``)."""
    return _prove_equal_logs(group, secret, statement, _strong_prefix(group, statement), random)


def require_decryptions(group: Group, statements: Sequence[DecryptionStatement], proofs: Sequence[Proof]) -> None:
    """Check proofs made by `prove_decryption`, in one batch.

    Raises:
        DecryptionProofError: naming the first trustee, question and answer whose proof does not hold.
    """
    prefixes = [_decryption_prefix(group, statement) for statement in statements]
    _require_equal_logs(group, statements, proofs, prefixes, DecryptionProofError)


def require_strong_decryptions(
    group: Group, statements: Sequence[DecryptionStatement], proofs: Sequence[Proof]
) -> None:
    """Check proofs made by `prove_decryption_strongly`, in one batch.

    Raises:
        StrongDecryptionProofError: naming the first trustee, question and answer whose proof does not hold.
    """
    prefixes = [_strong_prefix(group, statement) for statement in statements]
    _require_equal_logs(group, statements, proofs, prefixes, StrongDecryptionProofError)


def _prove_equal_logs(group: Group, secret: int, statement: DecryptionStatement, prefix: str, random: Random) -> Proof:
    nonce = random(group.order)
    commitments = [group.generator_power_secret(nonce), group.power_secret(statement.alpha, nonce)]
    challenge = group.hash_to_scalar(prefix, commitments)
    return Proof(challenge, (nonce - secret * challenge) % group.order)


def _require_equal_logs(
    group: Group,
    statements: Sequence[DecryptionStatement],
    proofs: Sequence[Proof],
    prefixes: Sequence[str],
    refusal: type[ElectionRefusedError],
) -> None:
    pairs: list[PowerPair] = []
    for statement, proof in zip(statements, proofs, strict=True):
        pairs.append((group.generator, proof.response, statement.public, proof.challenge))
        pairs.append((statement.alpha, proof.response, statement.factor, proof.challenge))
    powers = group.double_powers(pairs)
    for index, (statement, proof, prefix) in enumerate(zip(statements, proofs, prefixes, strict=True)):
        if proof.challenge != group.hash_to_scalar(prefix, powers[2 * index : 2 * index + 2]):
            place = statement.place
            raise refusal(f"trustee {place.owner}, question {place.question + 1}, ciphertext {place.answer + 1}")
