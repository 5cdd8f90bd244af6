"""Frozen files: what was written once is written so for ever, and each mutation is refused by its own name.

A file ``Refusal--what-is-wrong.tlog-proof`` must be refused with the class ``Refusal``. ``village_log.py`` says how the
honest ones were made.
"""

from pathlib import Path

import pytest

from tests.village_log import LOG, WITNESSES, checkpoint_of, entry, policy, proof_of, signed, tree_of
from voting.errors import VotingError
from voting.log.merkle import leaf_hash
from voting.log.policy import parse_policy
from voting.log.proof_file import format_hashes, parse_log_proof
from voting.log.witness import AddCheckpoint

VECTORS = Path(__file__).resolve().parents[3] / "vectors" / "log"
MUTATIONS = sorted(VECTORS.glob("*--*.tlog-proof"))


def test_the_honest_files_are_written_byte_for_byte_as_ever():
    tree = tree_of(11)
    assert (VECTORS / "honest.tlog-proof").read_bytes() == proof_of(tree, 6, *WITNESSES[:2]).serialize()
    assert (VECTORS / "honest.checkpoint").read_bytes() == signed(checkpoint_of(tree), *WITNESSES).serialize()
    assert (VECTORS / "honest.consistency").read_bytes() == format_hashes(tree.consistency_proof(5))
    request = AddCheckpoint(5, tuple(tree.consistency_proof(5)), signed(checkpoint_of(tree)), checkpoint_of(tree))
    assert (VECTORS / "honest.add-checkpoint").read_bytes() == request.serialize()
    keys = [LOG.secret_text(), *(str(signer.verifier) for signer in (LOG, *WITNESSES))]
    assert (VECTORS / "keys.txt").read_text(encoding="utf-8") == "".join(f"{text}\n" for text in keys)
    assert parse_policy((VECTORS / "village.policy").read_bytes()) == policy()


def test_the_honest_receipt_holds():
    village = parse_policy((VECTORS / "village.policy").read_bytes())
    proof = parse_log_proof((VECTORS / "honest.tlog-proof").read_bytes())
    assert proof.verify(leaf_hash(entry(6)), village).checkpoint.size == 11


@pytest.mark.parametrize("path", MUTATIONS, ids=lambda path: path.stem)
def test_a_mutation_is_refused_by_its_name(path):
    village = parse_policy((VECTORS / "village.policy").read_bytes())
    with pytest.raises(VotingError) as refusal:
        parse_log_proof(path.read_bytes()).verify(leaf_hash(entry(6)), village)
    assert type(refusal.value).__name__ == path.stem.split("--")[0]


def test_there_are_mutations():
    assert len(MUTATIONS) >= 15
