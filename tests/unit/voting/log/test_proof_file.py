"""Receipts: a ``.tlog-proof`` file verifies offline, and each of its lines matters."""

import dataclasses

import pytest

from tests.village_log import LOG, WITNESSES, checkpoint_of, entry, policy, proof_of, signed, tree_of
from voting.errors import VotingError
from voting.log.errors import (
    IndexOutOfRangeError,
    MalformedNoteError,
    MalformedProofError,
    ProofLengthError,
    QuorumNotMetError,
    RootMismatchError,
)
from voting.log.merkle import EMPTY_ROOT, leaf_hash
from voting.log.proof_file import LogProof, format_hashes, parse_hashes, parse_log_proof

TREE = tree_of(11)
PROOF = proof_of(TREE, 6, *WITNESSES[:2])
DATA = PROOF.serialize()
LEAF = leaf_hash(entry(6))


def test_a_receipt_verifies():
    assert PROOF.verify(LEAF, policy()).checkpoint == checkpoint_of(TREE)


def test_a_receipt_is_read_as_it_is_written():
    for extra in (None, b"", b"extra data"):
        for tree in (tree_of(1), TREE):
            proof = dataclasses.replace(proof_of(tree, 0, *WITNESSES), extra=extra)
            assert parse_log_proof(proof.serialize()) == proof
            proof.verify(leaf_hash(entry(0)), policy())


def test_its_lines_are_in_the_specified_order():
    lines = dataclasses.replace(PROOF, extra=b"x").serialize().decode().split("\n")
    assert lines[:3] == ["c2sp.org/tlog-proof@v1", "extra eA==", "index 6"]
    assert lines[3:7] == format_hashes(PROOF.hashes).decode().split("\n")[:-1]
    assert lines[7] == ""
    assert lines[8] == LOG.verifier.name


def test_another_entry_or_another_index_is_refused():
    with pytest.raises(RootMismatchError):
        PROOF.verify(leaf_hash(entry(7)), policy())
    for index in range(11):
        if index != 6:
            with pytest.raises((RootMismatchError, ProofLengthError)):
                dataclasses.replace(PROOF, index=index).verify(LEAF, policy())
    with pytest.raises(IndexOutOfRangeError):
        dataclasses.replace(PROOF, index=11).verify(LEAF, policy())


def test_a_true_proof_under_a_head_that_nobody_saw_is_refused():
    with pytest.raises(QuorumNotMetError):
        dataclasses.replace(PROOF, note=signed(checkpoint_of(TREE), WITNESSES[0])).verify(LEAF, policy())


def test_a_proof_from_another_tree_is_refused():
    longer = tree_of(12)
    with pytest.raises((RootMismatchError, ProofLengthError)):
        dataclasses.replace(PROOF, hashes=tuple(longer.inclusion_proof(6))).verify(LEAF, policy())


def test_no_entry_is_in_an_empty_log():
    empty = tree_of(0)
    proof = LogProof(0, (), signed(checkpoint_of(empty), *WITNESSES))
    with pytest.raises(IndexOutOfRangeError):
        proof.verify(EMPTY_ROOT, policy())


def replaced(old: str, new: str) -> bytes:
    assert old.encode() in DATA
    return DATA.replace(old.encode(), new.encode(), 1)


@pytest.mark.parametrize(
    "data",
    {
        "empty": b"",
        "another version": replaced("proof@v1", "proof@v2"),
        "a space before": b" " + DATA,
        "a mark before": b"\xef\xbb\xbf" + DATA,
        "no index": replaced("index 6\n", ""),
        "two indexes": replaced("index 6\n", "index 6\nindex 6\n"),
        "a leading zero": replaced("index 6", "index 06"),
        "a sign": replaced("index 6", "index +6"),
        "2^63": replaced("index 6", f"index {2**63}"),
        "an Arabic digit": replaced("index 6", "index ٦"),
        "extra after the index": replaced("index 6\n", "index 6\nextra eA==\n"),
        "two extras": replaced("index 6\n", "extra eA==\nextra eA==\nindex 6\n"),
        "extra that is not base64": replaced("index 6\n", "extra e_==\nindex 6\n"),
        "extra with stray bits": replaced("index 6\n", "extra eB==\nindex 6\n"),
        "a hash too short": replaced("index 6\n", "index 6\neA==\n"),
        "a hash with a space": replaced("index 6\n", "index 6\n "),
        "64 hashes": replaced("index 6\n", "index 6\n" + "A" * 43 + "=\n" + ("A" * 43 + "=\n") * 60),
        "carriage returns": DATA.replace(b"\n", b"\r\n"),
        "no empty line": DATA.replace(b"\n\n", b"\n", 1),
        "no checkpoint": DATA.split(b"\n\n")[0] + b"\n\n",
        "cut short": DATA[:-1],
        "not UTF-8": replaced("index 6", "index 6").replace(b"index 6", b"index \xff"),
        "too long": DATA + b"x" * (1 << 21),
    }.items(),
    ids=lambda item: item[0],
)
def test_anything_but_a_strict_receipt_is_refused(data):
    with pytest.raises((MalformedProofError, MalformedNoteError)):
        parse_log_proof(data[1])


def test_no_changed_byte_goes_unnoticed():
    """Change each byte of the file in turn: reading or verifying refuses, whatever it meant."""
    accepted = []
    for position in range(len(DATA)):
        changed = bytearray(DATA)
        changed[position] ^= 1
        try:
            parse_log_proof(bytes(changed)).verify(LEAF, policy())
        except VotingError:
            continue
        accepted.append(position)
    assert not accepted


def test_hash_lists_are_read_as_they_are_written():
    hashes = [leaf_hash(b"a"), leaf_hash(b"b")]
    assert parse_hashes(format_hashes(hashes)) == hashes
    assert parse_hashes(b"") == []


@pytest.mark.parametrize(
    "data",
    [
        format_hashes([EMPTY_ROOT])[:-1],
        format_hashes([EMPTY_ROOT]) + b"\n",
        b"\n",
        format_hashes([EMPTY_ROOT[:31]]),
        format_hashes([EMPTY_ROOT] * 64),
        format_hashes([EMPTY_ROOT]).replace(b"\n", b"\r\n"),
        b"\xff\n",
        b"A" * (1 << 20),
    ],
)
def test_a_hash_list_out_of_form_is_refused(data):
    with pytest.raises(MalformedProofError):
        parse_hashes(data)
