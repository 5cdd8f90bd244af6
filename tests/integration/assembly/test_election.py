"""A whole vote through the services: opened, cast, closed, counted, verified by the kernel as a stranger would."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.assembly import queries
from app.assembly.models import Assembly, BoardRecord, CastBallot, VotingCode
from app.assembly.rules import AssemblyState
from app.assembly.services import board, casting, counting, opening
from app.db.session import session, transaction
from app.errors import Conflict, RuleViolation
from app.people.models import Person
from app.plan.rules import PlanState
from tests.conftest import NOW
from tests.factories_year import make_assembly
from tests.tampering import take_guards_away
from voting import Demands, Election, VotingError, derive_credential, make_ballot, verify_archive
from voting.encoding import canonical_json

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("app")]


def ballot_of(assembly: Assembly, person: Person, choices: list[int]) -> bytes:
    """Do what the booth does."""
    context = board.context_of(assembly)
    code = casting.code_for(assembly, person, at=NOW)
    credential = derive_credential(code, uuid=context.election.uuid, group=context.election.group)
    return make_ballot(context.election, credential, [choices]).data


def cast(assembly: Assembly, data: bytes, at: object = NOW) -> casting.Receipt:
    casting.examine(assembly, data, at=at)
    with transaction():
        return casting.cast_ballot(assembly.id, data, at=at)


def finish(assembly: Assembly) -> None:
    with transaction():
        counting.close_assembly(assembly.id, by=None, at=assembly.closes_at)
    if assembly.state is not AssemblyState.COUNTED:
        with transaction():
            counting.count_assembly(assembly.id, at=assembly.closes_at)


def test_the_count_is_what_was_cast_and_a_stranger_can_check_it(tmp_path: Path):
    assembly, people = make_assembly([20_000_000, 9_000_000, 4_000_000], residents=5)
    for person, choices in zip(people, ([1, 1, 0], [1, 0, 1], [1, 1, 0], [0, 0, 1], [0, 1, 0]), strict=True):
        cast(assembly, ballot_of(assembly, person, choices))
    cast(assembly, ballot_of(assembly, people[4], [1, 0, 0]))  # changes her mind
    assert queries.turnout(assembly) == 5
    finish(assembly)
    assert [item.votes for item in assembly.items] == [4, 2, 2]
    # 20 million first; of the two with two votes the cheaper one goes first, then 9 million no longer fit into 6.
    assert [item.is_funded for item in assembly.items] == [True, False, True]
    assert all(item.reason_ko and item.reason_en for item in assembly.items)
    assert assembly.plan_version.plan.state is PlanState.ADOPTED
    path, proofs = tmp_path / "a.bel", tmp_path / "p.json"
    path.write_bytes(b"".join(board.archive(assembly)))
    proofs.write_text(assembly.strong_proofs)
    verify_archive(path, Demands(proofs=proofs, fingerprint=assembly.fingerprint))


def test_the_same_ballot_twice_is_one_ballot_with_one_receipt():
    assembly, people = make_assembly([1_000_000], residents=1)
    data = ballot_of(assembly, people[0], [1])
    assert cast(assembly, data) == cast(assembly, data)
    assert session().scalar(select(func.count(CastBallot.id))) == 1
    assert assembly.head_height == 1


def test_no_ballot_is_taken_at_the_closing_instant_and_one_is_a_moment_before():
    assembly, people = make_assembly([1_000_000], residents=2)
    cast(assembly, ballot_of(assembly, people[0], [1]), at=assembly.closes_at - timedelta(microseconds=1))
    late = ballot_of(assembly, people[1], [1])
    with transaction(), pytest.raises(RuleViolation):
        casting.cast_ballot(assembly.id, late, at=assembly.closes_at)
    with transaction(), pytest.raises(RuleViolation):
        counting.close_assembly(assembly.id, by=None, at=assembly.closes_at - timedelta(microseconds=1))


def test_a_ballot_of_another_election_is_refused_and_leaves_nothing():
    assembly, _ = make_assembly([1_000_000], residents=1)
    other, people = make_assembly([1_000_000], residents=1)
    foreign = ballot_of(other, people[0], [1])
    with pytest.raises(casting.RefusedBallot):
        casting.examine(assembly, foreign, at=NOW)
    with pytest.raises(casting.RefusedBallot), transaction():
        casting.cast_ballot(assembly.id, foreign, at=NOW)
    assert session().scalar(select(func.count(CastBallot.id))) == 0


@pytest.mark.parametrize(
    "mutate",
    [
        lambda d: d[:-1],
        lambda d: d + b" ",
        lambda d: d.replace(b'"response":"', b'"response":"1', 1),
        lambda d: b"{}",
        lambda d: b"",
    ],
)
def test_a_damaged_ballot_is_refused(mutate):
    assembly, people = make_assembly([1_000_000, 2_000_000], residents=1)
    with pytest.raises(casting.RefusedBallot):
        casting.examine(assembly, mutate(ballot_of(assembly, people[0], [1, 0])), at=NOW)


def test_an_assembly_that_too_few_attend_decides_nothing():
    assembly, people = make_assembly([1_000_000], residents=1)
    with transaction():
        assembly.least_turnout = 2
    cast(assembly, ballot_of(assembly, people[0], [1]))
    finish(assembly)
    assert assembly.voters == 1
    assert not assembly.is_quorate
    assert assembly.items[0].votes == 1
    assert assembly.items[0].is_funded is False


def test_an_assembly_without_a_single_vote_still_ends():
    assembly, _ = make_assembly([1_000_000, 2_000_000])
    finish(assembly)
    assert [item.votes for item in assembly.items] == [0, 0]
    assert assembly.state is AssemblyState.COUNTED


def test_after_the_count_neither_key_nor_codes_are_left():
    assembly, people = make_assembly([1_000_000])
    cast(assembly, ballot_of(assembly, people[0], [0]))
    finish(assembly)
    assert assembly.trustee_key is None
    assert session().scalar(select(func.count(VotingCode.id))) == 0


def test_counting_and_opening_twice_change_nothing():
    assembly, people = make_assembly([1_000_000])
    fingerprint = assembly.fingerprint
    with transaction():
        opening.open_assembly(assembly.id, at=NOW)
    assert assembly.fingerprint == fingerprint
    cast(assembly, ballot_of(assembly, people[0], [1]))
    finish(assembly)
    height = assembly.head_height
    with transaction():
        counting.count_assembly(assembly.id, at=assembly.closes_at)
    assert assembly.head_height == height


def test_a_board_that_was_touched_is_never_counted():
    assembly, people = make_assembly([1_000_000], residents=2)
    for person in people:
        cast(assembly, ballot_of(assembly, person, [1]))
    take_guards_away(BoardRecord)
    with transaction() as current:
        row = current.scalars(select(BoardRecord).where(BoardRecord.height == 1)).one()
        current.delete(row)
    with pytest.raises(VotingError), transaction():
        counting.close_assembly(assembly.id, by=None, at=assembly.closes_at)
        counting.count_assembly(assembly.id, at=assembly.closes_at)
    session().refresh(assembly)
    assert assembly.state is not AssemblyState.COUNTED


def test_the_ballot_binds_costs_rule_and_plan():
    assembly, _ = make_assembly([3_000_000, 4_000_000])
    data, _, _ = board.setup_members(assembly)
    bound = Election.parse(data).extensions["assembly"]
    assert [item["cost_won"] for item in bound["items"]] == [3_000_000, 4_000_000]
    assert bound["plan_sha256"] == assembly.plan_version.hash
    assert sorted(bound["rule"]["lottery"]) == sorted(line.project_id for line in assembly.lines)
    assert canonical_json(bound["rule"]).decode() == assembly.rule
    assert bound["ballot"] == assembly.ballot


def test_opening_a_changed_assembly_needs_another_look():
    assembly, _ = make_assembly([3_000_000], is_open=False)
    from_before = assembly.version - 1
    staff = next(iter(session().scalars(select(Person).where(Person.public_name == "dong_staff"))))
    with pytest.raises(Conflict), transaction():
        opening.request_opening(assembly.id, version=from_before, by=staff, at=NOW)
