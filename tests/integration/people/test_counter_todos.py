"""The desk of those who keep the roll: a file that was read waits for a word, a neighbour waits for a letter."""

from datetime import timedelta

import pytest

from app.db.session import session, transaction
from app.people.models import Person, RollEntry, VerificationLetter
from app.people.queries.rolls import letters_to_print
from app.people.queries.todos import todos
from app.people.rules import Role
from app.people.services import imports
from app.places.models import Place
from tests.conftest import NOW
from tests.factories import make_holder, make_person, make_place
from tests.integration.people.test_rolls import HEAD, MINJI, YOUNG, filled, open_roll, take, upload

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def dong() -> Place:
    return make_place(name="관산동")


@pytest.fixture
def clerk(dong: Place) -> Person:
    return make_holder(Role.DONG_STAFF, dong)


def due(person: Person) -> list[tuple[str, object]]:
    return [(todo.endpoint, todo.due_at) for todo in todos(person, NOW)]


def test_a_file_that_was_read_is_due_until_it_is_taken_or_thrown_away(dong: Place, clerk: Person):
    roll = open_roll(dong, clerk)
    assert due(clerk) == []
    row = upload(roll, clerk, HEAD + MINJI)
    [todo] = todos(clerk, NOW)
    assert (todo.endpoint, todo.due_at) == ("people.roll_import", NOW + timedelta(days=7))
    assert todo.arguments == {"slug": dong.slug, "roll_id": roll.id, "import_id": row.id}
    for stranger in (
        make_holder(Role.SUPPORT_OFFICER, dong), make_holder(Role.DONG_STAFF, make_place()), make_person(),
    ):  # fmt: skip
        assert due(stranger) == []
    take(row, clerk)
    assert due(clerk) == []
    second = upload(roll, clerk, HEAD + YOUNG)
    assert len(due(clerk)) == 1
    with transaction():
        imports.discard(second.id, by=clerk, at=NOW)
    assert due(clerk) == []


def test_letters_that_somebody_asked_for_are_due_until_they_are_printed(dong: Place, clerk: Person):
    roll = filled(dong, clerk)
    entry = session().query(RollEntry).filter_by(roll_id=roll.id).first()
    assert entry is not None
    people = [make_person(), make_person()]
    with transaction() as current:
        for days, person in enumerate(people):
            asked_at = NOW - timedelta(days=days)
            current.add(
                VerificationLetter(person_id=person.id, place_id=dong.id, roll_entry_id=entry.id, asked_at=asked_at)
            )
    [todo] = todos(clerk, NOW)
    assert (todo.endpoint, todo.values, todo.due_at) == ("people.counter", {"n": 2}, NOW + timedelta(days=2))
    with transaction():
        for letter in letters_to_print(dong):
            letter.printed_at = NOW
    assert due(clerk) == []
