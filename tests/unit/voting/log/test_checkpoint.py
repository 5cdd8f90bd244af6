"""Checkpoints: strict reading, and what a later one may say after an earlier one."""

import base64

import pytest

from tests.village_log import LOG, ORIGIN, WITNESSES, checkpoint_of, signed, tree_of
from voting.log.checkpoint import (
    Checkpoint,
    parse_checkpoint,
    parse_checkpoint_text,
    parse_size,
    require_empty_root,
    require_successor,
    sign_checkpoint,
)
from voting.log.errors import (
    MalformedCheckpointError,
    MalformedNoteError,
    OriginMismatchError,
    ProofLengthError,
    RollbackError,
    RootMismatchError,
    SplitViewError,
)
from voting.log.merkle import EMPTY_ROOT

ROOT = base64.b64encode(bytes(range(32))).decode()
GOOD = f"{ORIGIN}\n42\n{ROOT}\n"


def test_a_checkpoint_is_read_as_it_is_written():
    checkpoint = parse_checkpoint_text(GOOD)
    assert checkpoint == Checkpoint(ORIGIN, 42, bytes(range(32)))
    assert checkpoint.text() == GOOD
    note, read = parse_checkpoint(signed(checkpoint, *WITNESSES).serialize())
    assert read == checkpoint
    assert len(note.signatures) == 4


def test_extension_lines_are_kept_and_signed():
    checkpoint = parse_checkpoint_text(f"{GOOD}one more line\n그리고 하나 더\n")
    assert checkpoint.extensions == ("one more line", "그리고 하나 더")
    assert parse_checkpoint(signed(checkpoint).serialize())[1] == checkpoint


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        f"{ORIGIN}\n42\n",
        f"\n42\n{ROOT}\n",
        f"{ORIGIN}\n\n{ROOT}\n",
        f"{GOOD}\n",
        f"{GOOD}\nmore\n",
        GOOD[:-1],
        GOOD.replace("\n", "\r\n"),
        GOOD.replace(ROOT, ROOT[:-1]),
        GOOD.replace(ROOT, ROOT[4:]),
        GOOD.replace(ROOT, f" {ROOT}"),
        GOOD.replace(ROOT, f"{ROOT[:-2]}9="),
        GOOD.replace(ROOT, bytes(range(32)).hex()),
        *(
            GOOD.replace("42", size)
            for size in ("042", "00", "-1", "+42", "4_2", " 42", "42 ", "42.0", "0x2a", "٤٢", "", "-0", "1e3")
        ),
        *(GOOD.replace("42", str(size)) for size in (2**63, 2**64, 10**19, "9" * 5000)),
    ],
)
def test_anything_but_a_strict_checkpoint_is_refused(text):
    with pytest.raises(MalformedCheckpointError):
        parse_checkpoint_text(text)


def test_sizes_reach_from_zero_to_the_largest_signed_integer():
    assert parse_size("0") == 0
    assert parse_size(str(2**63 - 1)) == 2**63 - 1
    assert parse_size(str(2**63)) is None
    assert parse_checkpoint_text(GOOD.replace("42", str(2**63 - 1))).size == 2**63 - 1


def test_a_checkpoint_without_signature_is_no_signed_note():
    with pytest.raises(MalformedNoteError):
        parse_checkpoint(GOOD.encode())


def test_a_log_signs_under_its_own_name_and_only_what_can_be_read():
    with pytest.raises(ValueError, match="origin"):
        sign_checkpoint(Checkpoint("elsewhere.example", 0, EMPTY_ROOT), LOG)
    for wrong in (
        Checkpoint(ORIGIN, -1, EMPTY_ROOT),
        Checkpoint(ORIGIN, 2**63, EMPTY_ROOT),
        Checkpoint(ORIGIN, 1, b"short"),
        Checkpoint(ORIGIN, 1, EMPTY_ROOT, ("",)),
        Checkpoint(ORIGIN, 1, EMPTY_ROOT, ("two\nlines",)),
    ):
        with pytest.raises((ValueError, MalformedCheckpointError)):
            sign_checkpoint(wrong, LOG)


def test_a_grown_log_continues_the_earlier_one():
    tree = tree_of(20)
    for old in range(21):
        require_successor(checkpoint_of(tree, old), checkpoint_of(tree), tree.consistency_proof(old))


def test_a_rewritten_history_is_no_successor():
    tree, other = tree_of(20), tree_of(7)
    other.append(tree.hash_at(0, 0))
    with pytest.raises(RootMismatchError):
        require_successor(checkpoint_of(other), checkpoint_of(tree), tree.consistency_proof(8))
    with pytest.raises(ProofLengthError):
        require_successor(checkpoint_of(tree, 8), checkpoint_of(tree), [])


def test_a_restored_backup_is_a_rollback():
    tree = tree_of(20)
    with pytest.raises(RollbackError):
        require_successor(checkpoint_of(tree), checkpoint_of(tree, 19), [])


def test_two_heads_of_one_size_are_a_split_view():
    tree, other = tree_of(8), tree_of(7)
    other.append(tree.hash_at(0, 0))
    with pytest.raises(SplitViewError):
        require_successor(checkpoint_of(tree), checkpoint_of(other), [])


def test_another_log_is_no_successor():
    tree = tree_of(3)
    with pytest.raises(OriginMismatchError):
        require_successor(Checkpoint("elsewhere", 3, tree.root()), checkpoint_of(tree), [])


def test_an_empty_log_has_the_empty_root():
    require_empty_root(Checkpoint(ORIGIN, 0, EMPTY_ROOT))
    with pytest.raises(RootMismatchError):
        require_empty_root(Checkpoint(ORIGIN, 0, bytes(32)))
