"""T51: whoever reads the whole database, without its keys, joins people to ballots no better than by guessing.

A real vote through the pages: people sign in, fetch their code, cast, and are told by mail, in an order of their own. Then
every table that names a person, or somebody on the roll, is laid beside the ballots in the order of every one of its columns
that has an order: numbers that count up, instants. What orders like the ballots do would say who cast which.
"""

import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from app.assembly.models import Assembly
from app.assembly.services import board
from app.db.base import Base
from app.db.session import session, transaction
from app.people.models import Contact, Person
from app.people.rules import ContactKind
from app.privacy.encryption import Indexed
from app.privacy.sealing import seal_with_index
from tests.conftest import NOW
from tests.factories_stations import make_roll_assembly
from tests.signing_in import sign_in
from voting import derive_credential, make_ballot

pytestmark = pytest.mark.slow
PEOPLE = 12
TOO_ALIKE = 0.9
"""Of twelve people by chance once in ten thousand; nothing of the seeded order comes near it."""
ORDER = [5, 0, 10, 7, 2, 8, 11, 1, 6, 3, 9, 4]
"""Who casts when: as unlike the order of the accounts as of the roll."""


def told(person: Person, number: int) -> None:
    with transaction() as current:
        contact = Contact(person_id=person.id, kind=ContactKind.EMAIL, confirmed_at=NOW)
        seal_with_index(contact, Contact.value, Contact.value_index, Indexed.EMAIL, f"voter{number}@example.kr")
        current.add(contact)


@pytest.fixture
def voted(app: Flask) -> tuple[Assembly, list[int], list[int]]:
    """The vote; the accounts and the people on the roll in the order in which their ballots stand on the board."""
    assembly, people, entries = make_roll_assembly([1_000_000, 2_000_000], residents=PEOPLE, others=0)
    for number, person in enumerate(people):
        told(person, number)
    context, slug = board.context_of(assembly), assembly.place.slug
    accounts, roll = [people[each].id for each in ORDER], [entries[each].id for each in ORDER]
    with time_machine.travel(NOW + timedelta(hours=1), tick=False) as clock:
        for each in ORDER:
            client = app.test_client()
            sign_in(app, client, people[each])
            clock.shift(timedelta(minutes=2))
            headers = {"Sec-Fetch-Site": "same-origin", "Accept": "application/json"}
            code = client.post(f"/{slug}/assembly/code", headers=headers).get_json()["code"]
            credential = derive_credential(code, uuid=context.election.uuid, group=context.election.group)
            ballot = make_ballot(context.election, credential, [[each % 2, 1]]).data
            assert app.test_client().post(f"/{slug}/assembly/ballots", data=ballot, headers=headers).status_code == 200
            clock.shift(timedelta(minutes=3))
    session().expire_all()
    return assembly, accounts, roll


def columns_naming(table: sa.Table, target: str) -> list[sa.Column[Any]]:
    return [column for column in table.columns for key in column.foreign_keys if key.column.table.name == target]


def views(accounts: list[int], roll: list[int]) -> Iterator[tuple[str, list[tuple[int, Any]]]]:
    """Yield, for every ordering column beside every column that names a person, (place of the ballot, value)."""
    for target, known in (("people", accounts), ("roll_entries", roll)):
        for table in Base.metadata.sorted_tables:
            if table.name == target:
                continue
            named = columns_naming(table, target)
            for who, by in itertools.product(named, [column for column in table.columns if not column.foreign_keys]):
                if by not in named:
                    rows = session().execute(sa.select(who, by).where(who.in_(known), by.is_not(None))).all()
                    newest = dict(map(tuple, rows))
                    if len(newest) >= len(known) - 1 and all(_has_an_order(value) for value in newest.values()):
                        yield (
                            f"{table.name}: {who.name} by {by.name}",
                            [(known.index(person), value) for person, value in newest.items()],
                        )


def _has_an_order(value: object) -> bool:
    return isinstance(value, int | datetime) and not isinstance(value, bool)


def alike(pairs: list[tuple[int, Any]]) -> float:
    """Return how alike two orders are (Spearman's rho); what is equal has no order."""
    ones, others = _ranks([place for place, _ in pairs]), _ranks([value for _, value in pairs])
    middle = (len(pairs) - 1) / 2
    both = sum((one - middle) * (other - middle) for one, other in zip(ones, others, strict=True))
    sizes = [sum((rank - middle) ** 2 for rank in ranks) for ranks in (ones, others)]
    return both / (sizes[0] * sizes[1]) ** 0.5 if all(sizes) else 0.0


def _ranks(values: list[Any]) -> list[float]:
    found = sorted(values)
    return [found.index(value) + (found.count(value) - 1) / 2 for value in values]


def test_no_order_in_the_database_is_the_order_of_the_ballots(voted: tuple[Assembly, list[int], list[int]]):
    _, accounts, roll = voted
    found = {name: alike(pairs) for name, pairs in views(accounts, roll)}
    # What is looked at is there: accounts' codes and sign-ins, links of the roll.
    looked_at = {name.partition(":")[0] for name in found}
    assert "sign_ins: person_id by last_seen_at" in found
    assert {"voting_codes", "sign_ins", "elector_links", "contacts", "verifications"} <= looked_at
    assert {name: rho for name, rho in found.items() if abs(rho) >= TOO_ALIKE} == {}


def test_the_measure_finds_an_order_that_is_the_same():
    assert alike([(place, place * 10) for place in range(PEOPLE)]) == pytest.approx(1)
    assert alike([(place, NOW + timedelta(minutes=PEOPLE - place)) for place in range(PEOPLE)]) == pytest.approx(-1)
    assert alike([(place, NOW) for place in range(PEOPLE)]) == 0
    assert abs(alike(list(enumerate(ORDER)))) < 0.5
