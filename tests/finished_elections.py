"""Elections that are made once and looked at, rewritten and broken by many tests; nobody changes their files."""

from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from tests.whole_election import APPROVAL, RANKING, Office, open_office
from voting.election.errors import ElectionRefusedError
from voting.election.verify.report import Demands, Step
from voting.election.verify.run import verify_archive


@cache
def plain() -> Office:
    """A finished election of one trustee with four voters, of whom voter 0 votes twice."""
    office = open_office(Path(mkdtemp()), "Ed25519", [APPROVAL], voters=4)
    for voter, vote in ((0, [1, 0, 0]), (1, [0, 1, 0]), (2, [0, 0, 1]), (0, [1, 1, 0])):
        office.cast(voter, vote)
    office.close()
    office.decrypt(1)
    assert office.announce().questions == ((1, 2, 1),)
    office.strong_file()
    return office


@cache
def mixed() -> Office:
    """A finished election with a NonHomomorphic question, two trustees and two shuffles."""
    office = open_office(Path(mkdtemp()), "Ed25519", [APPROVAL, RANKING], trustees=("single", "single"), voters=3)
    for voter in range(3):
        office.cast(voter, [1, 0, 0], [voter, 2, 3])
    office.close()
    office.shuffle(1, 2)
    office.decrypt(1, 2)
    office.announce()
    office.strong_file()
    return office


def proofs_of(office: Office) -> Path:
    return office.path.with_suffix(".proofs.json")


@cache
def old_group() -> Office:
    """An election in a group whose ballots are shared out among processes."""
    office = open_office(Path(mkdtemp()), "BELENIOS-2048", [APPROVAL], voters=3)
    for voter in (0, 1, 2, 0):
        office.cast(voter, [1, 0, 0])
    return office


def refused(path: Path, error: type[Exception] | tuple[type[Exception], ...], step: Step, **demands: Any) -> None:
    """See an archive refused, with this error at this step."""
    wanted = Demands(**{"strong_decryption": False, **demands})
    with pytest.raises(error) as refusal:
        verify_archive(path, wanted)
    assert isinstance(refusal.value, ElectionRefusedError)
    assert refusal.value.step == step
