"""Ceremonies on the server: what it takes from whom and when, and that it can do nothing alone."""

import json
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from app.assembly.models import Assembly
from app.assembly.rules import AssemblyState, KeyHolding
from app.assembly.services import board, casting, counting
from app.assembly.services import opening as assembly_opening
from app.ceremony.models import Ceremony, Seat
from app.ceremony.rules import MessageKind
from app.ceremony.services import counting as parts
from app.ceremony.services import opening, publishing, seating
from app.db.session import session, transaction
from app.errors import AppError, Conflict, InvalidInput, NotAllowed, RuleViolation
from app.people.models import Person
from app.people.rules import Role
from tests.browser_trustees import Circle, threshold_circle
from tests.conftest import NOW
from tests.craft import ask, ask_all
from tests.factories import make_holder, make_person
from tests.factories_year import make_assembly, make_staff
from voting import EventType, derive_credential, make_ballot
from voting.encoding import canonical_json

pytestmark = pytest.mark.slow
LATER = NOW + timedelta(days=8)
NAMES = ["열쇠 지기 1", "열쇠 지기 2", "열쇠 지기 3"]
UUID = "A" * 14


class World:
    """A ceremony with everybody in it. Its trustees made their keys in browsers' code, once for all tests."""

    def __init__(self) -> None:
        self.assembly, _ = make_assembly([9_000_000, 5_000_000], residents=2, is_open=False)
        self.staff: Person = make_staff(self.assembly.place)
        self.circle: Circle = threshold_circle()
        with transaction():
            self.ceremony = seating.begin_ceremony(
                self.assembly.id, names=NAMES, threshold=2, authority="최번호", version=self.assembly.version,
                by=self.staff, at=NOW,
            )  # fmt: skip
            self.ceremony.uuid = UUID  # for which the circle made its keys
        self.codes: list[str] = []
        self.fingerprint = ""

    def seat(self, number: int) -> Seat:
        return next(seat for seat in self.ceremony.seats if seat.number == number)

    def publish(self, number: int, kind: MessageKind, body: Any) -> Ceremony:
        text = body if isinstance(body, str) else canonical_json(body).decode()
        with transaction():
            return publishing.publish(self.ceremony.id, self.seat(number).id, kind, text, at=NOW)

    def make_keys(self) -> None:
        steps = {
            MessageKind.CERTIFICATE: self.circle.certificates,
            MessageKind.COMMITMENT: self.circle.commitments,
            MessageKind.REVEAL: self.circle.revealed,
            MessageKind.KEY: self.circle.keys,
        }
        for kind, bodies in steps.items():
            for number, body in enumerate(bodies, start=1):
                self.publish(number, kind, body)

    def rehearse(self) -> None:
        asked = {
            "group": "Ed25519",
            "uuid": UUID,
            "trustees": self.ceremony.trustees,
            "occasion": self.ceremony.occasion,
        }
        answers = ask_all(
            [
                ("rehearse", asked | {"seed": seed, "sealed": self.circle.sealed(number)})
                for number, seed in enumerate(self.circle.seeds, start=1)
            ]
        )
        for number, answer in enumerate(answers, start=1):
            self.publish(number, MessageKind.REHEARSAL, answer["made"])

    def list_codes(self, count: int = 3) -> None:
        made = ask("credentials", group="Ed25519", uuid=UUID, count=count)
        self.publish(0, MessageKind.CREDENTIALS, made["list"])
        self.publish(0, MessageKind.SLIPS, made["slips"])
        self.codes, self.fingerprint = made["codes"], made["fingerprint"]

    def ready(self) -> "World":
        self.make_keys()
        self.rehearse()
        self.list_codes()
        with transaction():
            opening.test_vote(self.ceremony.id, by=self.staff, at=NOW)
        return self

    def confirm(self, by: Person, seen: str | None = None) -> None:
        with transaction():
            opening.confirm_opening(self.ceremony.id, seen=seen or opening.manifest_hash(self.ceremony), by=by, at=NOW)

    def open(self) -> "World":
        self.confirm(self.staff)
        self.confirm(make_holder(Role.COUNCIL_MEMBER, self.assembly.place))
        return self

    def cast(self, code: str, votes: list[int], at: datetime = NOW) -> None:
        context = board.context_of(self.assembly)
        credential = derive_credential(code, uuid=UUID, group=context.election.group)
        data = make_ballot(context.election, credential, [votes]).data
        with transaction():
            casting.cast_ballot(self.assembly.id, data, at=at)

    def close(self) -> "World":
        with transaction():
            counting.close_assembly(self.assembly.id, by=None, at=LATER)
            counting.advance_count(self.assembly.id, at=LATER)
        return self

    def part(self, number: int) -> dict[str, Any]:
        archive = b"".join(board.archive(self.assembly))
        return ask(
            "count",
            seed=self.circle.seeds[number - 1],
            sealed=self.circle.sealed(number),
            fingerprint=self.assembly.fingerprint,
            archive=archive,
        )

    def decrypt(self, number: int, made: dict[str, Any], *, seat: int | None = None) -> None:
        with transaction():
            parts.take_decryption(
                self.ceremony.id, self.seat(seat or number).id, made["decryption"],
                canonical_json(made["strong"]).decode(), at=LATER,
            )  # fmt: skip


@pytest.fixture
def world(app: Flask) -> World:
    return World()


def refusal(act: Any, *arguments: Any, **named: Any) -> type[Exception]:
    with pytest.raises(AppError) as found:
        act(*arguments, **named)
    session().rollback()
    return found.type


def test_an_election_of_trustees_is_opened_voted_on_and_counted_without_one_of_them(world: World):
    """T23: the second trustee is absent. T30: codes and keys exist nowhere on the server."""
    world.ready().open()
    assembly: Assembly = world.assembly
    assert (assembly.state, assembly.keys, assembly.electors) == (AssemblyState.OPEN, KeyHolding.TRUSTEES, 3)
    assert assembly.trustee_key is None
    world.cast(world.codes[0], [1, 0])
    world.cast(world.codes[0], [0, 1])
    world.cast(world.codes[2], [0, 1])
    world.close()
    assert counting.awaited(assembly) is EventType.PARTIAL_DECRYPTION
    # T52: the server cannot go on by itself.
    assert refusal(counting.advance_count, assembly.id, at=LATER) is RuleViolation
    for number in (1, 3):
        made = world.part(number)
        world.decrypt(number, made)
        world.decrypt(number, made)  # a double click changes nothing
    assert counting.owners_of(assembly, EventType.PARTIAL_DECRYPTION) == [1, 3]
    with transaction():
        counting.count_assembly(assembly.id, at=LATER)
    assert [item.votes for item in assembly.items] == [0, 2]
    election = json.loads(board.setup_members(assembly)[0])
    assert election["credential_authority"] == "최번호"
    # The authority's own page shows the same fingerprint as the election and the opening's list.
    assert election["assembly"]["opening"]["credentials"] == world.fingerprint


def test_the_server_opens_no_vote_whose_keys_are_with_trustees(world: World):
    """T30: small-stakes mode cannot be slipped under a ceremony."""
    assembly = world.assembly
    request = assembly_opening.request_opening
    assert refusal(request, assembly.id, version=assembly.version, by=world.staff, at=NOW) is RuleViolation
    assert refusal(assembly_opening.open_assembly, assembly.id, at=NOW) is RuleViolation
    assert assembly.state is AssemblyState.PREPARING


def test_nobody_skips_a_step_or_changes_a_word(world: World):
    circle = world.circle
    assert refusal(world.publish, 1, MessageKind.COMMITMENT, circle.commitments[0]) is RuleViolation
    world.publish(1, MessageKind.CERTIFICATE, circle.certificates[0])
    world.publish(1, MessageKind.CERTIFICATE, circle.certificates[0])
    other = threshold_circle(uuid="B" * 14)
    assert refusal(world.publish, 1, MessageKind.CERTIFICATE, other.certificates[0]) is RuleViolation
    # Another seat's certificate, and one whose signature does not hold.
    assert refusal(world.publish, 2, MessageKind.CERTIFICATE, circle.certificates[2]) is publishing.RefusedMessage
    false = deepcopy(circle.certificates[1])
    false["signature"]["response"] = "1"
    assert refusal(world.publish, 2, MessageKind.CERTIFICATE, false) is publishing.RefusedMessage
    assert refusal(world.publish, 2, MessageKind.CERTIFICATE, "[" * 9000) is publishing.RefusedMessage


def test_coefficients_that_were_not_committed_to_make_no_key(world: World):
    """T17: the whole round is checked when the last key comes, and nothing is published."""
    circle, other = world.circle, threshold_circle(uuid="B" * 14)
    for number in (1, 2, 3):
        world.publish(number, MessageKind.CERTIFICATE, circle.certificates[number - 1])
    for number in (1, 2, 3):
        world.publish(number, MessageKind.COMMITMENT, circle.commitments[number - 1])
    assert refusal(world.publish, 1, MessageKind.REVEAL, other.revealed[0]) is publishing.RefusedMessage


def test_a_seat_does_only_what_is_its_own(world: World):
    circle = world.circle
    assert refusal(world.publish, 0, MessageKind.CERTIFICATE, circle.certificates[0]) is NotAllowed
    assert refusal(world.publish, 1, MessageKind.CREDENTIALS, "[]") is NotAllowed
    assert refusal(seating.seat_of, world.ceremony, "") is NotAllowed
    with transaction():
        _, old = seating.make_link(world.ceremony.id, 1, by=world.staff, at=NOW)
    with transaction():
        _, new = seating.make_link(world.ceremony.id, 1, by=world.staff, at=NOW)
    assert refusal(seating.seat_of, world.ceremony, old) is NotAllowed
    assert seating.seat_of(world.ceremony, new).number == 1
    assert refusal(_link, world, make_person()) is NotAllowed


def _link(world: World, by: Person) -> None:
    with transaction():
        seating.make_link(world.ceremony.id, 1, by=by, at=NOW)


@pytest.mark.parametrize(
    ("names", "threshold", "authority"),
    [
        (["가"], 2, "나"),
        (["가", "나"], 1, "다"),
        (["가", "나"], 3, "다"),
        (["가", "가"], 2, "다"),
        (["가", "나"], 2, "가"),
    ],
)
def test_one_person_never_opens_ballots_alone(app: Flask, names: list[str], threshold: int, authority: str):
    assembly, _ = make_assembly([1_000_000], is_open=False)
    staff = make_staff(assembly.place)

    def begin() -> None:
        with transaction():
            seating.begin_ceremony(
                assembly.id, names=names, threshold=threshold, authority=authority, version=assembly.version, by=staff,
                at=NOW,
            )  # fmt: skip

    assert refusal(begin) is InvalidInput
    assert assembly.keys is KeyHolding.SERVER


def test_a_list_of_another_length_or_order_is_not_taken(world: World):
    """T35: no code more than there are people; T51: the list's order is nobody's."""
    assert refusal(world.list_codes, 4) is publishing.RefusedMessage
    made = ask("credentials", group="Ed25519", uuid=UUID, count=3)
    listed = json.loads(made["list"])
    assert refusal(world.publish, 0, MessageKind.CREDENTIALS, [*reversed(listed)]) is publishing.RefusedMessage
    twice = [listed[0], listed[0], listed[1]]
    assert refusal(world.publish, 0, MessageKind.CREDENTIALS, twice) is publishing.RefusedMessage


def test_voting_opens_only_when_two_people_confirm_the_same_finished_list(world: World):
    seen = opening.manifest_hash(world.ceremony)
    assert refusal(world.confirm, world.staff, seen) is RuleViolation  # nothing is ready
    world.ready()
    assert refusal(world.confirm, world.staff, seen) is Conflict  # it saw something else
    assert refusal(world.confirm, make_person()) is NotAllowed
    world.confirm(world.staff)
    assert refusal(world.confirm, world.staff) is RuleViolation
    assert world.assembly.state is AssemblyState.PREPARING
    # Something changes: the first word counts no more.
    world.list_codes()
    second = make_holder(Role.COUNCIL_MEMBER, world.assembly.place)
    world.confirm(second)
    assert world.assembly.state is AssemblyState.PREPARING
    third = make_holder(Role.COUNCIL_MEMBER, world.assembly.place)
    assert refusal(world.confirm, third) is RuleViolation  # no staff among the two
    world.confirm(world.staff)
    assert world.assembly.state is AssemblyState.OPEN


def test_a_lost_seed_before_opening_begins_the_key_anew(world: World):
    world.ready()
    with transaction():
        seating.restart(world.ceremony.id, version=world.ceremony.version, by=world.staff, at=NOW)
    assert world.ceremony.trustees == ""
    undone = {check.key for check in opening.checklist(world.ceremony, NOW) if not check.is_done}
    assert undone == {"keys", "rehearsal"}


def test_a_false_part_of_the_decryption_enters_nothing(world: World):
    """T19, T22: another seat's part, a changed factor, and strong proofs of something else are refused."""
    world.ready().open()
    world.cast(world.codes[0], [1, 0])
    world.close()
    made = world.part(1)
    assert refusal(world.decrypt, 1, made, seat=2) is publishing.RefusedMessage
    false = json.loads(made["decryption"])
    false["decryption_factors"][0].reverse()
    changed = made | {"decryption": canonical_json(false).decode()}
    assert refusal(world.decrypt, 1, changed) is publishing.RefusedMessage
    weak = made | {"strong": [list(reversed(row)) for row in made["strong"]]}
    assert refusal(world.decrypt, 1, weak) is publishing.RefusedMessage
    assert counting.owners_of(world.assembly, EventType.PARTIAL_DECRYPTION) == []


def test_nothing_is_decrypted_before_the_end(world: World):
    """T52: while voting is open no part is taken, whoever asks."""
    world.ready().open()
    made = {"decryption": "{}", "strong": []}
    assert refusal(world.decrypt, 1, made) is RuleViolation
