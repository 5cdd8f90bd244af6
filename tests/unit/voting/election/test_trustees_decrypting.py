"""Trustees at the end of an election: who can, who cannot, who cheats, who is absent."""

import dataclasses
from pathlib import Path

import pytest

from tests.whole_election import APPROVAL, RANKING, Office, open_office
from voting.election.archive import ArchiveWriter
from voting.election.conduct import decryption_payloads, shuffle_payloads, trustee_of
from voting.election.decryption import PartialDecryption
from voting.election.errors import (
    DecryptionOwnerError,
    DecryptionProofError,
    DecryptionShapeError,
    ElectionRefusedError,
    EventOrderError,
    MissingShuffleError,
    NotEnoughDecryptionsError,
    NotWhatWasAskedError,
    PayloadReferenceError,
    ShuffleOwnerError,
    ShuffleProofError,
    ShuffleShapeError,
    TallyMismatchError,
    WrongPrivateKeyError,
)
from voting.election.events import EventType, Owned, SizedTally
from voting.election.shuffle.objects import Shuffle
from voting.election.tally import EncryptedTally
from voting.election.verify.report import Demands
from voting.election.verify.run import examine_archive, verify_archive
from voting.encoding import sha256

pytestmark = pytest.mark.slow

WEAK = Demands(strong_decryption=False)


def voted(folder: Path, *, trustees: tuple = ((2, 3),), questions: tuple = (APPROVAL,), closed: bool = True) -> Office:
    office = open_office(folder, "Ed25519", questions, trustees=trustees, voters=4)
    for voter in range(4):
        office.cast(voter, *([1, 0, voter % 2] if question is APPROVAL else [voter, 2, 3] for question in questions))
    if closed:
        office.close()
    return office


def false_decryption(office: Office, owner: int) -> bytes:
    """Return a partial decryption of which one factor is wrong, though still a group element."""
    (data, _), _ = decryption_payloads(office.verified(), office.secrets[owner])
    group = office.election.group
    honest = PartialDecryption.parse(data, group)
    first, *rest = honest.factors[0]
    factors = ((group.multiply(first, group.generator), *rest), *honest.factors[1:])
    return dataclasses.replace(honest, factors=factors).to_bytes(group)


def append_decryption(office: Office, owner: int, data: bytes) -> None:
    office.writer.append(EventType.PARTIAL_DECRYPTION, data, Owned.of(owner, data).to_bytes())


# T19, T20, T23: false, missing and repeated parts --------------------------------------------------------------------


@pytest.mark.parametrize("order", [(1, 2, 3), (2, 1, 3), (2, 3, 1)])
def test_a_false_part_neither_stops_nor_enters_a_result_that_enough_others_give(
    tmp_path: Path, order: tuple[int, ...]
) -> None:
    office = voted(tmp_path)
    for owner in order:
        if owner == 1:
            append_decryption(office, 1, false_decryption(office, 1))
        else:
            office.decrypt(owner)
    verified = office.verified()
    assert sorted(verified.decryptions) == [2, 3]
    assert office.announce().questions == ((4, 0, 2),)
    report = verify_archive(office.path, Demands(proofs=office.strong_file()))
    (weakness,) = [weakness for weakness in report.weaknesses if weakness.name == "false-partial-decryption"]
    assert weakness.sentence.startswith(
        "The partial decryption of trustee 1 is false and was not counted (DecryptionProof"
    )


@pytest.mark.parametrize("mutilate", ["empty", "shape", "stranger"])
def test_a_part_that_cannot_even_be_read_does_not_stop_the_others(tmp_path: Path, mutilate: str) -> None:
    office = voted(tmp_path)
    (data, _), _ = decryption_payloads(office.verified(), office.secrets[3])
    group = office.election.group
    honest = PartialDecryption.parse(data, group)
    false = {
        "empty": b"{}",
        "shape": dataclasses.replace(honest, factors=(honest.factors[0][:-1],)).to_bytes(group),
        "stranger": data.replace(group.serialize(honest.factors[0][0]).encode(), b"0" * 63 + b"2"),
    }[mutilate]
    append_decryption(office, 3, false)
    office.decrypt(1, 2)
    assert office.announce().questions == ((4, 0, 2),)
    verify_archive(office.path, Demands(proofs=office.strong_file()))


def test_false_parts_are_refused_when_too_few_can_replace_them(tmp_path: Path) -> None:
    office = voted(tmp_path)
    false = [false_decryption(office, owner) for owner in (1, 2)]
    append_decryption(office, 1, false[0])
    office.verified()
    append_decryption(office, 2, false[1])
    with pytest.raises(DecryptionProofError, match="trustee 1"):
        office.verified()


def test_a_false_part_of_a_single_trustee_is_refused(tmp_path: Path) -> None:
    office = voted(tmp_path, trustees=("single", (2, 3)))
    append_decryption(office, 1, false_decryption(office, 1))
    with pytest.raises(DecryptionProofError, match="trustee 1"):
        office.verified()


def test_a_result_that_counts_a_false_part_is_refused(tmp_path: Path) -> None:
    office = voted(tmp_path)
    append_decryption(office, 1, false_decryption(office, 1))
    office.decrypt(2)
    # Trustees 1 and 2 are enough in number, and the server announces something.
    office.writer.append(EventType.RESULT, b'{"result":[[4,0,2]]}')
    with pytest.raises(NotEnoughDecryptionsError):
        verify_archive(office.path, WEAK)


@pytest.mark.parametrize("present", [(1, 2), (1, 3), (2, 3)])
def test_one_absent_trustee_of_three_is_no_loss(tmp_path: Path, present: tuple[int, int]) -> None:
    office = voted(tmp_path)
    office.decrypt(*present)
    assert office.announce().questions == ((4, 0, 2),)
    verify_archive(office.path, Demands(proofs=office.strong_file()))


def test_two_absent_trustees_of_three_leave_no_result(tmp_path: Path) -> None:
    office = voted(tmp_path)
    office.decrypt(2)
    with pytest.raises(NotEnoughDecryptionsError):
        office.announce()
    office.writer.append(EventType.RESULT, b'{"result":[[4,0,2]]}')
    with pytest.raises(NotEnoughDecryptionsError):
        verify_archive(office.path, WEAK)


def test_the_same_trustee_twice_is_refused(tmp_path: Path) -> None:
    office = voted(tmp_path)
    office.decrypt(2)
    with pytest.raises(DecryptionOwnerError):
        office.decrypt(2)
    index = office.verified().index
    (indexed,) = index.of_type(EventType.PARTIAL_DECRYPTION)
    data, owned = index.read(indexed)
    office.writer.append(EventType.PARTIAL_DECRYPTION, data, owned)
    with pytest.raises(DecryptionOwnerError):
        office.verified()


@pytest.mark.parametrize("owner", [1, 3, 4, 255])
def test_a_part_under_another_name_is_refused(tmp_path: Path, owner: int) -> None:
    office = voted(tmp_path)
    (data, _), _ = decryption_payloads(office.verified(), office.secrets[2])
    append_decryption(office, owner, data)
    if owner in office.secrets:
        # It is a false part of that trustee's, which the others could still do without.
        assert office.verified().decryptions == {}
    else:
        with pytest.raises(DecryptionOwnerError):
            office.verified()


def test_a_second_attempt_after_a_false_part_is_refused(tmp_path: Path) -> None:
    office = voted(tmp_path)
    append_decryption(office, 2, false_decryption(office, 2))
    (data, _), _ = decryption_payloads(office.verified(), office.secrets[2])
    append_decryption(office, 2, data)
    with pytest.raises(DecryptionOwnerError):
        office.verified()


def test_an_owner_line_for_other_bytes_is_refused(tmp_path: Path) -> None:
    office = voted(tmp_path)
    (data, _), _ = decryption_payloads(office.verified(), office.secrets[2])
    office.writer.append(EventType.PARTIAL_DECRYPTION, data, Owned(2, "00" * 32).to_bytes())
    with pytest.raises(ElectionRefusedError):
        office.verified()


def test_parts_with_rows_or_proofs_missing_are_refused(tmp_path: Path) -> None:
    office = voted(tmp_path, trustees=("single",))
    group = office.election.group
    (data, _), _ = decryption_payloads(office.verified(), office.secrets[1])
    honest = PartialDecryption.parse(data, group)
    before = office.path.read_bytes()
    for changed in (
        dataclasses.replace(honest, factors=(honest.factors[0][:-1],)),
        dataclasses.replace(honest, proofs=(honest.proofs[0][:-1],)),
        dataclasses.replace(honest, factors=()),
        dataclasses.replace(honest, proofs=()),
        dataclasses.replace(honest, factors=honest.factors * 2),
    ):
        office.path.write_bytes(before)
        office.writer = ArchiveWriter.open(office.path)
        append_decryption(office, 1, changed.to_bytes(group))
        with pytest.raises(DecryptionShapeError):
            office.verified()


# T22: asked for something else ---------------------------------------------------------------------------------------


def with_tally(office: Office, questions: tuple) -> None:
    """Let the server publish another tally than the sum of the ballots."""
    data = EncryptedTally(questions).to_bytes(office.election.group)
    size = SizedTally(4, 4, sha256(data).hex()).to_bytes()
    office.writer.append(EventType.END_BALLOTS)
    office.writer.append(EventType.ENCRYPTED_TALLY, data, size)


def test_a_trustee_decrypts_nothing_but_the_tally_of_the_ballots(tmp_path: Path) -> None:
    # The server publishes one voter's ballot as "the tally", so that the trustees open it.
    lone = open_office(tmp_path, "Ed25519", [APPROVAL], trustees=((2, 3),), voters=4)
    lone.cast(0, [1, 0, 0])
    single_ballot = lone.verified().tally.questions
    for voter in (1, 2, 3):
        lone.cast(voter, [0, 0, 1])
    with_tally(lone, single_ballot)
    with pytest.raises(TallyMismatchError):
        lone.verified()


def test_a_trustee_who_was_asked_for_another_tally_refuses(tmp_path: Path) -> None:
    office = voted(tmp_path)
    verified = office.verified()
    right = sha256(verified.tally.to_bytes(office.election.group)).hex()
    decryption_payloads(verified, office.secrets[1], expected_tally=right)
    for wrong in ("00" * 32, right.upper(), ""):
        with pytest.raises(NotWhatWasAskedError):
            decryption_payloads(verified, office.secrets[1], expected_tally=wrong)


def test_nothing_is_decrypted_before_the_voting_is_closed(tmp_path: Path) -> None:
    office = voted(tmp_path, closed=False)
    with pytest.raises(EventOrderError):
        decryption_payloads(office.verified(), office.secrets[1])
    office.writer.append(EventType.END_BALLOTS)
    with pytest.raises(EventOrderError):
        decryption_payloads(office.verified(), office.secrets[1])


def test_nothing_is_decrypted_after_the_result(tmp_path: Path) -> None:
    office = voted(tmp_path)
    office.decrypt(1, 2)
    office.announce()
    with pytest.raises(EventOrderError):
        decryption_payloads(office.verified(), office.secrets[3])


def test_unshuffled_rankings_are_not_decrypted(tmp_path: Path) -> None:
    office = voted(tmp_path, questions=(APPROVAL, RANKING))
    with pytest.raises(EventOrderError):
        decryption_payloads(office.verified(), office.secrets[1])
    office.writer.append(EventType.END_SHUFFLES)
    with pytest.raises(MissingShuffleError):
        office.verified()


def test_a_strangers_key_is_refused_without_being_shown(tmp_path: Path) -> None:
    office = voted(tmp_path)
    for stranger in (0, 1, office.secrets[1] + 1):
        with pytest.raises(WrongPrivateKeyError) as refusal:
            decryption_payloads(office.verified(), stranger)
        assert stranger < 2 or str(stranger) not in str(refusal.value)
    assert trustee_of(office.trustees, office.secrets[2]).owner == 2


# T24: shuffles in an archive -----------------------------------------------------------------------------------------


def append_shuffle(office: Office, owner: int, shuffle: Shuffle) -> None:
    data = shuffle.to_bytes(office.election.group)
    office.writer.append(EventType.SHUFFLE, data, Owned.of(owner, data).to_bytes())


def honest_shuffle(office: Office, owner: int) -> Shuffle:
    data, _ = shuffle_payloads(office.verified(), owner)
    return Shuffle.parse(data, office.election.group)


@pytest.fixture
def mixing(tmp_path: Path) -> Office:
    return voted(tmp_path, questions=(APPROVAL, RANKING), trustees=("single", (2, 3)))


def test_shuffles_by_several_trustees_lead_to_the_result(mixing: Office) -> None:
    mixing.shuffle(3, 1)
    mixing.decrypt(1, 4, 2)
    approval, rankings = mixing.announce().questions
    assert approval == (4, 0, 2)
    assert sorted(rankings) == [(voter, 2, 3) for voter in range(4)]
    verify_archive(mixing.path, Demands(proofs=mixing.strong_file(), least_shuffles=2))
    with pytest.raises(MissingShuffleError):
        verify_archive(mixing.path, Demands(proofs=mixing.strong_file(), least_shuffles=3))


def test_a_shuffle_permuted_after_its_proof_is_refused(mixing: Office) -> None:
    shuffle = honest_shuffle(mixing, 1)
    first, second, *rest = shuffle.ciphertexts[0]
    append_shuffle(mixing, 1, dataclasses.replace(shuffle, ciphertexts=((second, first, *rest),)))
    with pytest.raises(ShuffleProofError) as refusal:
        mixing.verified()
    assert refusal.value.step == 9


def test_a_first_shuffle_taken_away_is_refused(mixing: Office) -> None:
    before = mixing.path.read_bytes()
    append_shuffle(mixing, 1, honest_shuffle(mixing, 1))
    second = honest_shuffle(mixing, 2)
    mixing.path.write_bytes(before)
    mixing.writer = ArchiveWriter.open(mixing.path)
    append_shuffle(mixing, 2, second)
    with pytest.raises(ShuffleProofError):
        mixing.verified()


@pytest.mark.parametrize("owner", [5, 255])
def test_a_shuffle_by_an_unknown_trustee_is_refused(mixing: Office, owner: int) -> None:
    with pytest.raises(ShuffleOwnerError):
        shuffle_payloads(mixing.verified(), owner)
    append_shuffle(mixing, owner, honest_shuffle(mixing, 1))
    with pytest.raises(ShuffleOwnerError):
        mixing.verified()


def test_a_second_shuffle_by_the_same_trustee_is_refused(mixing: Office) -> None:
    append_shuffle(mixing, 1, honest_shuffle(mixing, 1))
    with pytest.raises(ShuffleOwnerError):
        shuffle_payloads(mixing.verified(), 1)
    append_shuffle(mixing, 1, honest_shuffle(mixing, 2))
    with pytest.raises(ShuffleOwnerError):
        mixing.verified()


def test_the_same_shuffle_published_by_two_trustees_is_refused(mixing: Office) -> None:
    shuffle = honest_shuffle(mixing, 1)
    append_shuffle(mixing, 1, shuffle)
    append_shuffle(mixing, 2, shuffle)
    with pytest.raises(ShuffleProofError):
        mixing.verified()


def test_a_shuffle_that_drops_or_adds_a_question_or_a_ballot_is_refused(mixing: Office) -> None:
    shuffle = honest_shuffle(mixing, 1)
    before = mixing.path.read_bytes()
    for changed, refusal in (
        (Shuffle((), ()), ShuffleShapeError),
        (Shuffle(shuffle.ciphertexts * 2, shuffle.proofs * 2), ShuffleShapeError),
    ):
        mixing.path.write_bytes(before)
        mixing.writer = ArchiveWriter.open(mixing.path)
        append_shuffle(mixing, 1, changed)
        with pytest.raises(refusal):
            mixing.verified()


def test_a_shuffle_of_fewer_ballots_is_refused_though_its_proof_holds_for_them(tmp_path: Path) -> None:
    office = voted(tmp_path, questions=(RANKING,), trustees=("single",))
    verified = office.verified()
    short = dataclasses.replace(verified, ciphertexts=(verified.ciphertexts[0][:-1],))
    data, owned = shuffle_payloads(short, 1)
    office.writer.append(EventType.SHUFFLE, data, owned)
    with pytest.raises(ShuffleShapeError):
        office.verified()


def test_shuffling_a_homomorphic_election_is_refused(tmp_path: Path) -> None:
    office = voted(tmp_path)
    with pytest.raises(EventOrderError):
        shuffle_payloads(office.verified(), 1)


def test_decryption_of_the_order_before_the_last_shuffle_is_refused(mixing: Office) -> None:
    # A trustee who decrypts the ballots in their original order would tell who voted what.
    verified = mixing.verified()
    mixing.shuffle(1)
    unshuffled = dataclasses.replace(mixing.verified(), ciphertexts=verified.ciphertexts)
    payloads, _ = decryption_payloads(unshuffled, mixing.secrets[1])
    mixing.writer.append(EventType.PARTIAL_DECRYPTION, *payloads)
    with pytest.raises(DecryptionProofError):
        mixing.verified()


def test_strong_proofs_of_another_part_are_refused(tmp_path: Path) -> None:
    office = voted(tmp_path)
    office.decrypt(1, 2)
    office.announce()
    office.strong.reverse()
    with pytest.raises(PayloadReferenceError):
        verify_archive(office.path, Demands(proofs=office.strong_file()))
    assert examine_archive(office.path, WEAK).stage is EventType.RESULT
