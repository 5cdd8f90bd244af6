"""Real village votes held again as whole encrypted elections: the counts must come out to the last mark.

Published sums (`tests/shared_data.py`) are spread over as many voters as there were; nothing else of the votes is known.
"""

from pathlib import Path

import pytest

from tests.integration.voting.test_village_counts import village
from tests.whole_election import open_office
from voting import HomomorphicQuestion
from voting.election.verify.report import Demands
from voting.election.verify.run import verify_archive

pytestmark = pytest.mark.slow


def spread(sums: list[int], *, voters: int, each: int) -> list[list[int]]:
    """Spread sums over voters with at most ``each`` marks, one mark per voter and item: deal them out in turn."""
    ballots = [[0] * len(sums) for _ in range(voters)]
    turn = 0
    for position, votes in enumerate(sums):
        for _ in range(votes):
            ballots[turn % voters][position] = 1
            turn += 1
    assert max(map(sum, ballots)) <= each
    return ballots


def held(folder: Path, question: HomomorphicQuestion, ballots: list[list[int]]) -> tuple[int, ...]:
    """Hold a vote from the first key to the last proof, and verify it as a stranger would."""
    office = open_office(folder, "Ed25519", [question], voters=len(ballots))
    for voter, ballot in enumerate(ballots):
        office.cast(voter, ballot)
    office.close()
    office.decrypt(1)
    result = office.announce()
    verify_archive(office.path, Demands(proofs=office.strong_file(), fingerprint=office.election.fingerprint))
    (counts,) = result.questions
    return tuple(each for each in counts if isinstance(each, int))


def test_gwansan_2022_comes_out_with_its_2312_marks_of_771_voters(tmp_path: Path) -> None:
    case = village("gwansan-2022")
    sums = [votes for _, votes in case["items"]]
    assert (case["participants"], sum(sums)) == (771, 2_312)
    question = HomomorphicQuestion(
        "하고 싶은 일을 3개까지 고르세요", tuple(title for title, _ in case["items"]), 0, case["k"]
    )
    counts = held(tmp_path, question, spread(sums, voters=case["participants"], each=case["k"]))
    assert counts == tuple(sums) == (492, 441, 404, 389, 361, 225)


def test_dangjin2_rejects_its_festival_by_74_to_91(tmp_path: Path) -> None:
    case = village("dangjin2-2019")
    title, answers, verdict = next(item for item in case["items"] if len(item) == 3)
    question = HomomorphicQuestion(f"{title}: 하는 데 찬성합니까?", ("찬성", "반대"), 1, 1, blank=True)
    ballots = [[0, 1, 0]] * answers["yes"] + [[0, 0, 1]] * answers["no"]
    assert held(tmp_path, question, ballots) == (0, 74, 91)
    assert verdict == "rejected"
