"""A key rehearsal shows that trustees hold their keys, and decrypts nothing."""

import dataclasses
import hashlib
import json

import pytest

from tests.json_leaves import compact
from tests.key_ceremony import hold_ceremony
from tests.strange_elements import non_members
from voting.election.errors import (
    DecryptionProofError,
    MalformedObjectError,
    NotEnoughDecryptionsError,
    RehearsalError,
    StrongDecryptionProofError,
    WrongPrivateKeyError,
)
from voting.election.group import NotInGroupError, group_named
from voting.election.proofs import DecryptionPlace, DecryptionStatement, require_decryptions, require_strong_decryptions
from voting.election.trustees.ceremony.keys import open_decryption_key
from voting.election.trustees.rehearsal import (
    Rehearsal,
    RehearsalAnswer,
    rehearse,
    require_answer,
    require_rehearsal,
)
from voting.election.trustees.single import generate_trustee_key
from voting.election.trustees.structure import Trustees

GROUP = group_named("Ed25519")
UUID = "x6tZhtBGC9cNDL"


class Office:
    """A single trustee and a 2-of-3 structure, with all their keys."""

    def __init__(self) -> None:
        held = hold_ceremony(GROUP, 2, 3)
        parameters = held.parameters()
        private, single = generate_trustee_key(GROUP)
        self.trustees = Trustees(GROUP, (single, parameters))
        self.keys = {1: private.secret}
        for owner, (secrets, output) in enumerate(zip(held.secrets, held.outputs(), strict=True), start=2):
            self.keys[owner] = open_decryption_key(GROUP, secrets, parameters, output.private_key)[1]
        self.rehearsal = Rehearsal(self.trustees, UUID, "2026-10-01T09:00:00Z")

    def answers(self, *owners: int) -> list[RehearsalAnswer]:
        return [rehearse(self.rehearsal, owner, self.keys[owner]) for owner in owners]


@pytest.fixture(scope="module")
def office() -> Office:
    return Office()


def test_trustees_with_their_keys_pass(office: Office) -> None:
    require_rehearsal(office.rehearsal, office.answers(1, 2, 3, 4))
    require_rehearsal(office.rehearsal, office.answers(4, 2, 1, 3))


def test_an_answer_survives_writing_and_reading(office: Office) -> None:
    (answer,) = office.answers(2)
    assert RehearsalAnswer.parse(answer.to_bytes(GROUP), GROUP) == answer
    assert list(json.loads(answer.to_bytes(GROUP))) == ["owner", "factor", "proof"]


def test_a_trustee_who_did_not_answer_holds_the_opening_up(office: Office) -> None:
    with pytest.raises(RehearsalError, match="without an answer: 3"):
        require_rehearsal(office.rehearsal, office.answers(1, 2, 4))


def test_fewer_answers_pass_only_when_asked_and_only_down_to_the_threshold(office: Office) -> None:
    require_rehearsal(office.rehearsal, office.answers(1, 2, 4), everybody=False)
    for owners in ((1, 2), (2, 3, 4), (1,), ()):
        with pytest.raises(NotEnoughDecryptionsError):
            require_rehearsal(office.rehearsal, office.answers(*owners), everybody=False)


def test_one_trustee_cannot_answer_for_another(office: Office) -> None:
    first, second, *rest = office.answers(1, 2, 3, 4)
    with pytest.raises(RehearsalError, match="trustee 2"):
        require_rehearsal(office.rehearsal, [first, dataclasses.replace(rest[0], owner=2), *rest])
    with pytest.raises(RehearsalError, match="twice"):
        require_rehearsal(office.rehearsal, [first, second, second, *rest])
    with pytest.raises(RehearsalError, match="no trustee 9"):
        require_answer(office.rehearsal, dataclasses.replace(first, owner=9))


def test_a_wrong_key_is_noticed_before_anything_is_answered(office: Office) -> None:
    for owner, key in ((2, office.keys[3]), (1, 0), (9, office.keys[1])):
        with pytest.raises(WrongPrivateKeyError) as refusal:
            rehearse(office.rehearsal, owner, key)
        assert key == 0 or str(key) not in str(refusal.value)


def test_a_factor_made_without_the_key_does_not_pass(office: Office) -> None:
    # Everybody can compute the factor, as the randomness of the test ciphertext is public; nobody can prove it.
    (honest,) = office.answers(2)
    member = office.trustees.members[1]
    randomness = office.rehearsal._derive("randomness")
    factor = GROUP.power(member.public_key, randomness)
    assert factor == honest.factor
    other = Rehearsal(office.trustees, UUID, "2026-10-01T09:00:01Z")
    replay = rehearse(other, 2, office.keys[2])
    for proof in (replay.proof, dataclasses.replace(honest.proof, response=1)):
        with pytest.raises(RehearsalError, match="trustee 2"):
            require_answer(office.rehearsal, RehearsalAnswer(2, factor, proof))


def test_an_answer_holds_on_its_own_occasion_and_election_only(office: Office) -> None:
    (answer,) = office.answers(2)
    for other in (
        Rehearsal(office.trustees, UUID, "2026-10-02T09:00:00Z"),
        Rehearsal(office.trustees, UUID[::-1], "2026-10-01T09:00:00Z"),
    ):
        with pytest.raises(RehearsalError):
            require_answer(other, answer)


def test_the_proof_hashes_exactly_what_the_specification_says(office: Office) -> None:
    (answer,) = office.answers(3)
    member = office.trustees.members[2]
    alpha = office.rehearsal.ciphertext().alpha
    place = f"rehearsal|1|{UUID}|2026-10-01T09:00:00Z"
    proof = answer.proof
    first = GROUP.double_power(GROUP.generator, proof.response, member.public_key, proof.challenge)
    second = GROUP.double_power(alpha, proof.response, answer.factor, proof.challenge)
    elements = ",".join(map(GROUP.serialize, (member.public_key, alpha, answer.factor, first, second)))
    preimage = f"strong-decrypt|1|{place}|3|0|0|{elements}".encode()
    assert int.from_bytes(hashlib.sha256(preimage).digest(), "big") % GROUP.order == proof.challenge
    key = GROUP.serialize(office.trustees.election_key())
    for what, value in (("randomness", None), ("message", office.rehearsal.message())):
        digest = hashlib.sha256(f"{place}|{what}|{key}".encode()).digest()
        found = int.from_bytes(digest, "big") % GROUP.order
        assert value in {None, found}
        if what == "randomness":
            assert alpha == GROUP.power(GROUP.generator, found)


def test_randomness_of_an_answer_comes_from_the_argument_alone(office: Office) -> None:
    def answered(number: int) -> RehearsalAnswer:
        return rehearse(office.rehearsal, 2, office.keys[2], random=lambda _: number)

    assert answered(5) == answered(5)
    assert answered(5) != answered(6)


@pytest.mark.parametrize("owner", [0, 256, -1])
def test_an_answer_by_an_impossible_owner_is_refused(office: Office, owner: int) -> None:
    (answer,) = office.answers(1)
    value = json.loads(answer.to_bytes(GROUP))
    assert RehearsalAnswer.parse(compact(value), GROUP).owner == 1
    assert RehearsalAnswer.parse(compact({**value, "owner": 255}), GROUP).owner == 255
    with pytest.raises(MalformedObjectError):
        RehearsalAnswer.parse(compact({**value, "owner": owner}), GROUP)


def test_a_wrong_factor_does_not_pass(office: Office) -> None:
    (answer,) = office.answers(2)
    changed = dataclasses.replace(answer, factor=GROUP.multiply(answer.factor, GROUP.generator))
    with pytest.raises(RehearsalError):
        require_answer(office.rehearsal, changed)


def test_an_answer_never_serves_as_a_decryption(office: Office) -> None:
    (answer,) = office.answers(2)
    member = office.trustees.members[1]
    alpha = office.rehearsal.ciphertext().alpha
    for fingerprint in ("Jp+gaOmb2fN8K696Il6QXRid3pr3rPN2IAxmfaQDUXY", UUID):
        statement = DecryptionStatement(DecryptionPlace(fingerprint, 2, 0, 0), member.public_key, alpha, answer.factor)
        with pytest.raises(StrongDecryptionProofError):
            require_strong_decryptions(GROUP, [statement], [answer.proof])
        with pytest.raises(DecryptionProofError):
            require_decryptions(GROUP, [statement], [answer.proof])


def test_the_test_ciphertext_is_the_same_for_everybody_and_new_on_every_occasion(office: Office) -> None:
    again = Rehearsal(Trustees.parse(office.trustees.to_bytes(), GROUP), UUID, "2026-10-01T09:00:00Z")
    assert again.ciphertext() == office.rehearsal.ciphertext()
    later = Rehearsal(office.trustees, UUID, "2026-10-01T09:00:01Z")
    assert later.ciphertext().alpha != again.ciphertext().alpha
    assert later.message() != again.message()
    assert again.message() != again._derive("randomness")


@pytest.mark.parametrize(
    ("uuid", "occasion"), [("a|b", "c"), ("a", "b|c"), ("", "c"), ("a", ""), ("a", "x" * 129), ("a", "한")]
)
def test_names_that_could_run_into_one_another_are_refused(office: Office, uuid: str, occasion: str) -> None:
    with pytest.raises(RehearsalError):
        Rehearsal(office.trustees, uuid, occasion)


def test_a_strange_factor_or_field_is_refused(office: Office) -> None:
    (answer,) = office.answers(2)
    value = json.loads(answer.to_bytes(GROUP))
    for text in non_members(GROUP, value["factor"]).values():
        with pytest.raises(NotInGroupError):
            RehearsalAnswer.parse(compact({**value, "factor": text}), GROUP)
    for changed in ({**value, "extra": 1}, {**value, "owner": "2"}, {**value, "owner": 0}, {"owner": 2}):
        with pytest.raises(MalformedObjectError):
            RehearsalAnswer.parse(compact(changed), GROUP)
