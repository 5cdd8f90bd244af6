"""Where codes came by letter: a paper against the letter, or after its loss was declared and settled; never both ways."""

import json
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.assembly.models import Assembly, CastBallot
from app.assembly.services import board, casting
from app.assembly.stations import queries
from app.assembly.stations.models import ElectorLink, LetterLoss, StationSlip
from app.assembly.stations.rules.slips import SlipList, normal_slip, slip_digest
from app.assembly.stations.rules.states import LETTER_RULE, LossState
from app.assembly.stations.services import checking_in, keeping, letters
from app.db.session import session, transaction
from app.errors import AppError, InvalidInput, NotAllowed, RuleViolation
from app.people.models import Person
from app.record.models import RecordEntry
from tests.at_once import at_once
from tests.booth import require_node
from tests.conftest import NOW
from tests.craft import ask
from tests.factories import make_person
from tests.factories_stations import Letter, make_letter_assembly, make_roll_assembly, make_station
from tests.factories_year import make_staff
from voting import Election, derive_credential, group_named, make_ballot
from voting.encoding import parse_json

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("app")]
STATIC = Path(__file__).resolve().parents[3] / "static"


def ballot(assembly: Assembly, letter: Letter) -> bytes:
    context = board.context_of(assembly)
    credential = derive_credential(letter.code, uuid=context.election.uuid, group=context.election.group)
    return make_ballot(context.election, credential, [[1]]).data


def cast(assembly: Assembly, letter: Letter) -> None:
    data = ballot(assembly, letter)
    with transaction():
        casting.cast_ballot(assembly.id, data, at=NOW)


def hand_out(station: int, entry: int, clerk: Person, slip: str = "") -> None:
    with transaction():
        checking_in.check_in(station, entry, slip=slip, by=clerk, at=NOW)


def refused(act: Callable[[], object]) -> type[AppError]:
    with pytest.raises(AppError) as found:
        act()
    session().rollback()
    return found.type


def test_a_paper_is_handed_out_against_a_letter_whose_code_is_worth_nothing_afterwards():
    assembly, sent, entries = make_letter_assembly([1_000_000])
    clerk = make_staff(assembly.place)
    station = make_station(assembly, by=clerk)
    assert refused(lambda: hand_out(station.id, entries[0].id, clerk)) is InvalidInput
    assert refused(lambda: hand_out(station.id, entries[0].id, clerk, sent[0].code)) is InvalidInput
    assert refused(lambda: hand_out(station.id, entries[0].id, clerk, "AAA-AAA-AAA-AAA-AAv")) is InvalidInput
    hand_out(station.id, entries[0].id, clerk, sent[0].slip.replace("-", " "))
    hand_out(station.id, entries[0].id, clerk, sent[0].slip)  # a double click
    assert station.issued == 1
    with pytest.raises(casting.VotesOnPaper):
        cast(assembly, sent[0])
    session().rollback()
    # Nobody else gets a paper against the same letter; one's own letter still works.
    assert refused(lambda: hand_out(station.id, entries[1].id, clerk, sent[0].slip)) is RuleViolation
    hand_out(station.id, entries[1].id, clerk, sent[1].slip)


def test_a_letter_that_voted_online_gives_no_paper():
    assembly, sent, entries = make_letter_assembly([1_000_000])
    clerk = make_staff(assembly.place)
    station = make_station(assembly, by=clerk)
    cast(assembly, sent[0])
    assert refused(lambda: hand_out(station.id, entries[0].id, clerk, sent[0].slip)) is letters.VotedByLetter
    assert station.issued == 0
    # A revote is taken as before.
    cast(assembly, sent[0])
    assert session().scalar(select(func.count(CastBallot.id))) == 2


def test_a_lost_letter_dies_when_the_authority_names_it_and_gives_a_paper_only_if_it_did_not_vote():
    assembly, sent, entries = make_letter_assembly([1_000_000])
    clerk = make_staff(assembly.place)
    station = make_station(assembly, by=clerk)
    cast(assembly, sent[1])

    def declare(entry: int) -> LetterLoss:
        with transaction():
            return letters.declare_loss(station.id, entries[entry].id, by=clerk, at=NOW)

    def settle(number: int, slip: str) -> LetterLoss:
        with transaction():
            return letters.settle_loss(assembly.id, number, slip, at=NOW)

    assert [declare(0).number, declare(0).number, declare(1).number] == [1, 1, 2]
    assert [loss.number for loss in queries.losses_waiting(assembly)] == [1, 2]
    assert refused(lambda: hand_out(station.id, entries[0].id, clerk)) is InvalidInput  # declared is not settled
    assert refused(lambda: settle(1, "AAA-AAA-AAA-AAA-AAv")) is InvalidInput
    assert settle(1, sent[0].slip).state is LossState.GRANTED
    assert settle(1, sent[2].slip).state is LossState.GRANTED  # a second answer takes nobody else's letter away
    assert settle(2, sent[1].slip).state is LossState.VOTED
    with pytest.raises(casting.VotesOnPaper):
        cast(assembly, sent[0])  # whoever found it
    session().rollback()
    hand_out(station.id, entries[0].id, clerk)
    assert refused(lambda: hand_out(station.id, entries[1].id, clerk)) is letters.VotedByLetter
    assert refused(lambda: hand_out(station.id, entries[1].id, clerk, sent[3].slip)) is letters.VotedByLetter
    hand_out(station.id, entries[2].id, clerk, sent[2].slip)
    acts = [row.act for row in session().scalars(select(RecordEntry).order_by(RecordEntry.id))]
    assert [act for act in acts if act in {"assembly.letter_lost", "assembly.loss_settled"}] == [
        "assembly.letter_lost", "assembly.letter_lost", "assembly.loss_settled", "assembly.loss_settled",
    ]  # fmt: skip
    statement = parse_json(keeping.paper_statement(assembly).encode())
    assert isinstance(statement, dict)
    assert statement["rule"] == LETTER_RULE
    assert statement["lost_letters"] == {"declared": 0, "granted": 1, "voted": 1}
    assert statement["struck_credentials"] == sorted([sent[0].credential, sent[2].credential])


def test_a_loss_is_declared_in_voting_hours_to_public_servants_and_where_codes_came_by_letter_only():
    assembly, _, entries = make_letter_assembly([1_000_000])
    clerk = make_staff(assembly.place)
    station = make_station(assembly, by=clerk)

    def declare(station_id: int, entry_id: int, by: Person, at=NOW) -> None:
        with transaction():
            letters.declare_loss(station_id, entry_id, by=by, at=at)

    assert refused(lambda: declare(station.id, entries[0].id, make_person())) is NotAllowed
    assert refused(lambda: declare(station.id, entries[0].id, clerk, assembly.closes_at)) is RuleViolation
    other, _, people = make_roll_assembly([1_000_000])
    there = make_staff(other.place)
    elsewhere = make_station(other, by=there)
    assert refused(lambda: declare(elsewhere.id, people[0].id, there)) is RuleViolation


def test_nobody_knows_whose_letter_is_whose_and_the_rule_is_bound_before_anybody_votes():
    assembly, sent, _ = make_letter_assembly([1_000_000])
    bound = Election.parse(board.setup_members(assembly)[0]).extensions["assembly"]
    assert isinstance(bound, dict)
    assert bound["one_vote"] == LETTER_RULE
    assert session().scalar(select(func.count(ElectorLink.id))) == 0
    kept = "".join(row.digest + row.credential for row in session().scalars(select(StationSlip)))
    assert all(letter.slip not in kept and letter.code not in kept for letter in sent)


def test_a_letter_at_the_desk_and_its_code_at_the_same_instant_are_one_vote(app: Flask):
    assembly, sent, entries = make_letter_assembly([1_000_000], people=6)
    clerk = make_staff(assembly.place)
    station = make_station(assembly, by=clerk)
    ballots = [ballot(assembly, letter) for letter in sent]
    with transaction():
        for entry in entries[3:]:
            letters.declare_loss(station.id, entry.id, by=clerk, at=NOW)
    assembly_id, station_id, clerk_id = assembly.id, station.id, clerk.id
    ids = [entry.id for entry in entries]

    def cast(number: int) -> None:
        casting.cast_ballot(assembly_id, ballots[number], at=NOW)

    def strike(number: int) -> None:
        if number < 3:
            desk = session().get_one(Person, clerk_id)
            checking_in.check_in(station_id, ids[number], slip=sent[number].slip, by=desk, at=NOW)
        else:
            letters.settle_loss(assembly_id, number - 2, sent[number].slip, at=NOW)

    at_once(app, *(partial(act, number) for number in range(6) for act in (cast, strike)))
    struck = {*queries.struck_credentials(assembly)}
    online = {*session().scalars(select(CastBallot.credential))}
    assert struck | online == {letter.credential for letter in sent}
    assert struck & online == set()


def test_the_authoritys_page_makes_slips_that_a_station_knows_again():
    made = ask("credentials", group="Ed25519", uuid="A" * 14, count=3)
    script = (
        f"import {{ slipOf }} from {json.dumps((STATIC / 'ceremony/slips.js').as_uri())};"
        f"console.log(JSON.stringify({json.dumps(made['codes'])}.map((code) => slipOf(code, {json.dumps('A' * 14)}))))"
    )
    done = subprocess.run(
        [require_node(), "--input-type=module", "-e", script], capture_output=True, text=True, check=True
    )
    slips = json.loads(done.stdout)
    listed = SlipList.parse(made["slips"].encode())
    assert listed.credentials == made["fingerprint"]
    assert {slip_digest(normal_slip(slip), "A" * 14) for slip in slips} == {*listed.digests}
    # In the order of the public list, so that the digest finds the very credential of its code.
    group = group_named("Ed25519")
    of_code = {
        group.serialize(derive_credential(code, uuid="A" * 14, group=group).public): slip_digest(slip, "A" * 14)
        for code, slip in zip(made["codes"], slips, strict=True)
    }
    assert [of_code[credential] for credential in json.loads(made["list"])] == [*listed.digests]
