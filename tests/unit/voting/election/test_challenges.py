"""Every field that a challenge must hash: a prover that leaves one out convinces nobody (T03, T05, T15)."""

import dataclasses
import random as seeded
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.ballot_box import BLANK, BLANK_VOTE, PLAIN, PLAIN_VOTE, RANKED, RANKED_VOTE, BallotBox, loaded, open_box
from tests.forgetful import forgetting, places, recording
from tests.json_leaves import compact
from tests.shared_data import shared_data
from voting.election.archive import read_archive
from voting.election.ballot import Ballot, hash_to_sign
from voting.election.casting import make_ballot
from voting.election.checking import ElectionContext, check_ballot, check_ballots
from voting.election.credentials import PublicCredentials
from voting.election.decryption import PartialDecryption, decrypt_partially, require_decryption
from voting.election.definition import Election
from voting.election.elgamal import encrypt_integer
from voting.election.errors import (
    BallotHashError,
    DecryptionProofError,
    ElectionRefusedError,
    MessageSignatureError,
    PossessionProofError,
    StrongDecryptionProofError,
    WrongProofError,
)
from voting.election.events import EventType
from voting.election.group import group_named
from voting.election.group.base import Element
from voting.election.objects import Proof
from voting.election.proofs import (
    DecryptionPlace,
    DecryptionStatement,
    ballot_signature_prefix,
    prove_decryption,
    prove_decryption_strongly,
    prove_possession,
    require_decryptions,
    require_message_signature,
    require_possession,
    require_strong_decryptions,
    sign_message,
)
from voting.election.tally import EncryptedTally
from voting.election.trustees.objects import CertificateContext, CertificateKeys, SignedMessage
from voting.election.trustees.pki import TrusteeSecrets, draw_seed, require_signed
from voting.election.trustees.structure import TrusteeMember, Trustees

GROUP = group_named("Ed25519")
VOTES = (PLAIN_VOTE, BLANK_VOTE, RANKED_VOTE)


@cache
def box() -> BallotBox:
    return open_box(GROUP, (PLAIN, BLANK, RANKED))


def random() -> Any:
    return seeded.Random(9).randrange


def preimages_of_a_ballot() -> dict[str, str]:
    """Return one preimage of each tag; of the tag ``prove`` the individual and the overall one."""
    group, seen = recording(GROUP)
    make_ballot(box().with_group(group), box().credentials[0], VOTES, random=random())
    found: dict[str, str] = {}
    for preimage in seen:
        tag = preimage.split("|")[0]
        found.setdefault(f"{tag} of {len(preimage.split('|'))} parts", preimage)
    return found


BALLOT_CASES = [
    (name, preimage.split("|")[0], place)
    for name, preimage in preimages_of_a_ballot().items()
    for place in places(preimage)
]


def test_a_ballot_has_every_kind_of_challenge() -> None:
    assert sorted({tag for _, tag, _ in BALLOT_CASES}) == ["bproof0", "bproof1", "prove", "raweg", "sig"]


@pytest.mark.parametrize(("name", "tag", "place"), BALLOT_CASES)
def test_a_ballot_whose_challenge_leaves_a_field_out_is_refused(name: str, tag: str, place: tuple[int, int]) -> None:
    forgetful = box().with_group(forgetting(GROUP, tag, place))
    data = make_ballot(forgetful, box().credentials[0], VOTES, random=random()).data
    with pytest.raises(WrongProofError):
        box().check(data)


SECRET = 12345
PUBLIC = GROUP.generator_power_secret(SECRET)
ALPHA = GROUP.power(GROUP.generator, 77)
STATEMENT = DecryptionStatement(DecryptionPlace("phi", 2, 1, 3), PUBLIC, ALPHA, GROUP.power_secret(ALPHA, SECRET))
SCHNORR: dict[str, tuple[Any, Any, type[ElectionRefusedError]]] = {
    "pok": (
        lambda group: prove_possession(group, SECRET, PUBLIC, random=random()),
        lambda proof: require_possession(GROUP, PUBLIC, proof),
        PossessionProofError,
    ),
    "sigmsg": (
        lambda group: sign_message(group, SECRET, "a message", random=random()),
        lambda proof: require_message_signature(GROUP, PUBLIC, "a message", proof),
        MessageSignatureError,
    ),
    "decrypt": (
        lambda group: prove_decryption(group, SECRET, STATEMENT, random=random()),
        lambda proof: require_decryptions(GROUP, [STATEMENT], [proof]),
        DecryptionProofError,
    ),
    "strong-decrypt": (
        lambda group: prove_decryption_strongly(group, SECRET, STATEMENT, random=random()),
        lambda proof: require_strong_decryptions(GROUP, [STATEMENT], [proof]),
        StrongDecryptionProofError,
    ),
}


def trustee_cases() -> list[tuple[str, tuple[int, int]]]:
    found = []
    for tag, (prove, _, _) in SCHNORR.items():
        group, seen = recording(GROUP)
        prove(group)
        found += [(tag, place) for place in places(seen[0])]
    return found


@pytest.mark.parametrize(("tag", "place"), trustee_cases())
def test_a_trustees_proof_whose_challenge_leaves_a_field_out_is_refused(tag: str, place: tuple[int, int]) -> None:
    prove, require, refusal = SCHNORR[tag]
    require(prove(GROUP))
    with pytest.raises(refusal):
        require(prove(forgetting(GROUP, tag, place)))


@pytest.mark.parametrize("field", ["public", "alpha", "factor"])
def test_a_strong_proof_holds_for_its_own_elements_only(field: str) -> None:
    # The factor of another base proves nothing here, though the protocol's own challenge would not notice the move of
    # a proof between places.
    proof = prove_decryption_strongly(GROUP, SECRET, STATEMENT, random=random())
    other = STATEMENT._replace(**{field: GROUP.multiply(getattr(STATEMENT, field), GROUP.generator)})
    with pytest.raises(StrongDecryptionProofError):
        require_strong_decryptions(GROUP, [other], [proof])


@pytest.mark.parametrize("field", ["fingerprint", "owner", "question", "answer"])
def test_a_strong_proof_holds_at_its_own_place_only(field: str) -> None:
    proof = prove_decryption_strongly(GROUP, SECRET, STATEMENT, random=random())
    value = "other" if field == "fingerprint" else 9
    other = STATEMENT._replace(place=STATEMENT.place._replace(**{field: value}))
    with pytest.raises(StrongDecryptionProofError):
        require_strong_decryptions(GROUP, [other], [proof])


def test_the_first_false_decryption_is_named() -> None:
    good = prove_decryption(GROUP, SECRET, STATEMENT, random=random())
    wrong = dataclasses.replace(good, response=good.response ^ 1)
    with pytest.raises(DecryptionProofError, match="trustee 2, question 2, ciphertext 4"):
        require_decryptions(GROUP, [STATEMENT, STATEMENT], [good, wrong])


def test_no_proof_passes_in_the_role_of_another() -> None:
    """Every proof is a pair of scalars; only the prefix keeps their roles apart."""
    for tag, (prove, _, _) in SCHNORR.items():
        proof = prove(GROUP)
        for other, (_, require, refusal) in SCHNORR.items():
            if other != tag:
                with pytest.raises(refusal):
                    require(proof)


def test_a_trustees_message_is_no_ballot_signature() -> None:
    # The same text, signed in one role, does not verify in the other.
    signature = sign_message(GROUP, SECRET, "text", random=random())
    message = "sig|text|"
    with pytest.raises(MessageSignatureError):
        require_message_signature(GROUP, PUBLIC, message, signature)


def key_that_fits(message_prefix: str) -> tuple[Element, Proof]:
    """Return a proof made first and a key found afterwards under which it holds; nobody knows the key's secret."""
    commitment, response = GROUP.power(GROUP.generator, 12345), 6789
    challenge = GROUP.hash_to_scalar(message_prefix, [commitment])
    rest = GROUP.divide(commitment, GROUP.power(GROUP.generator, response))
    return GROUP.power(rest, pow(challenge, -1, GROUP.order)), Proof(challenge, response)


def test_a_signature_that_fits_a_key_found_afterwards_signs_nothing_that_names_its_signer() -> None:
    """The protocol's hash leaves the key out, so for any fixed message a key can be found (T05).

    A trustee's certificate holds the key that it must be signed with, so with the key the message changes.
    """
    found, proof = key_that_fits("sigmsg|any message|")
    require_message_signature(GROUP, found, "any message", proof)
    context = CertificateContext(GROUP.name, 1, 1, 1)
    honest = TrusteeSecrets.from_seed(draw_seed(random=random()), GROUP).public(GROUP, context)
    found, proof = key_that_fits(f"sigmsg|{honest.message(GROUP)}|")
    require_message_signature(GROUP, found, honest.message(GROUP), proof)
    for message in (honest.message(GROUP), dataclasses.replace(honest, verification=found).message(GROUP)):
        named = CertificateKeys.parse(message, GROUP).verification
        with pytest.raises(MessageSignatureError):
            require_signed(GROUP, named, SignedMessage(message, proof))


def test_a_ballot_cannot_be_given_a_credential_that_fits_its_signature() -> None:
    """The hash that is signed covers the credential, so a credential found afterwards changes it (T05)."""
    ballot = loaded(box().ballot(*VOTES).data)
    prefix = ballot_signature_prefix(ballot["signature"]["hash"])
    found, proof = key_that_fits(prefix)
    text = GROUP.serialize(found)
    forged = {**ballot, "credential": text, "signature": {**ballot["signature"], "proof": proof.to_json()}}
    with pytest.raises(BallotHashError):
        check_ballot(box().accepting(text), compact(forged))
    unsigned = {name: value for name, value in forged.items() if name != "signature"}
    forged["signature"] = {"hash": hash_to_sign(compact(unsigned)), "proof": proof.to_json()}
    with pytest.raises(WrongProofError):
        check_ballot(box().accepting(text), compact(forged))


def test_a_rogue_key_has_no_proof_of_possession() -> None:
    """A trustee who publishes another's inverse times a power of its own knows no secret of it (T16)."""
    honest = GROUP.generator_power_secret(99)
    rogue = GROUP.divide(PUBLIC, honest)
    with pytest.raises(PossessionProofError):
        require_possession(GROUP, rogue, prove_possession(GROUP, SECRET, rogue, random=random()))


# The worked examples of the reference tool, byte by byte ---------------------------------------------------------------

FOLDERS = {
    "a": "a-belenios2048-single",
    "b": "b-threshold-2of3",
    "c": "c-nonhomomorphic-2shuffles",
    "d": "d-blank",
    "e": "e-weights",
}


def recomputed(archive: Path) -> set[str]:
    """Return every preimage that a verifier hashes on its way through the first ballot and the decryptions."""
    _, records = read_archive(archive)
    data, trustee_data, credentials, _ = records[0].payloads
    election = Election.parse(data)
    group, seen = recording(election.group)
    watched = dataclasses.replace(election, group=group)
    trustees = Trustees(group, Trustees.parse(trustee_data, election.group).entries)
    trustees.require_valid()
    weights = PublicCredentials.parse(credentials, election.group).weights
    first = next(record.payloads[0] for record in records if record.event.type is EventType.BALLOT)
    check_ballots(ElectionContext(watched, weights), [Ballot.parse(first, election)])
    seen.append(_without_signature(first))
    for record in records:
        if record.event.type is EventType.ENCRYPTED_TALLY:
            ciphertexts = EncryptedTally.parse(record.payloads[0], election).questions
        if record.event.type is EventType.PARTIAL_DECRYPTION and not election.is_shuffled:
            owner = int(record.payloads[1].split(b":")[1].split(b",")[0])
            decryption = PartialDecryption.parse(record.payloads[0], election.group)
            require_decryption(watched, trustees.members[owner - 1], decryption, ciphertexts)
    return set(seen)


def _without_signature(ballot: bytes) -> str:
    return ballot.decode().rsplit(',"signature":', 1)[0] + "}"


@pytest.mark.parametrize("vector", FOLDERS)
def test_the_preimages_of_the_reference_tool_are_ours(vector: str) -> None:
    data = shared_data() / "belenios"
    (archive,) = (data / "honest" / FOLDERS[vector]).glob("*.bel")
    found = recomputed(archive)
    checked = 0
    for path in sorted((data / "preimages" / vector).glob("*.preimage.txt")):
        shuffled = vector == "c" and path.name.startswith(("shuffle", "decrypt"))
        if not shuffled:
            assert path.read_text() in found, path.name
            checked += 1
    assert checked >= 5


def test_partial_decryptions_of_a_sum_are_what_a_trustee_makes() -> None:
    election = box().election
    member = TrusteeMember(1, election.public_key, None, 0, 1)
    rows = [[encrypt_integer(GROUP, election.public_key, 3, 5)]]
    decryption, _ = decrypt_partially(election, member, box().secret, rows, random=random())
    require_decryption(election, member, decryption, rows)
    message = GROUP.divide(rows[0][0].beta, decryption.factors[0][0])
    assert message == GROUP.power(GROUP.generator, 3)


@pytest.mark.parametrize("tag", SCHNORR)
def test_the_same_randomness_gives_the_same_proof(tag: str) -> None:
    prove, _, _ = SCHNORR[tag]
    assert prove(GROUP) == prove(GROUP)


@pytest.mark.parametrize("require", [require_decryptions, require_strong_decryptions])
@pytest.mark.parametrize("counts", [(2, 1), (1, 2), (1, 0), (0, 1)])
def test_every_statement_has_exactly_one_proof(require: Any, counts: tuple[int, int]) -> None:
    prove = prove_decryption if require is require_decryptions else prove_decryption_strongly
    statements, proofs = [STATEMENT] * counts[0], [prove(GROUP, SECRET, STATEMENT, random=random())] * counts[1]
    with pytest.raises(ValueError):
        require(GROUP, statements, proofs)
