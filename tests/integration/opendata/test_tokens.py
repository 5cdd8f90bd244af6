"""Making, presenting, using and revoking a token of the API, on both databases."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.clock import kst_date, kst_midnight
from app.db.session import session, transaction
from app.errors import Conflict, InvalidInput, NotAllowed, NotFound, RuleViolation
from app.opendata.tokens.models import ApiToken
from app.opendata.tokens.queries import serving_token, todos, tokens_of
from app.opendata.tokens.rules import AT_A_TIME, secret_hash
from app.opendata.tokens.services import make_token, note_use, remind_of_ends, revoke_token
from app.outbox.models import Message
from app.people.models import Person, RoleGrant
from app.people.rules import ContactKind, Role
from app.people.services.sign_up import add_contact
from app.places.models import Place, SettingChange
from app.places.settings.observing import API_TOKEN_REMINDER_DAYS
from app.record.models import RecordEntry
from tests.conftest import NOW
from tests.factories import make_holder, make_place
from tests.factories_tokens import make, wish

TODAY = kst_date(NOW)
DAY = timedelta(days=1)


@pytest.fixture
def place(app: Flask) -> Place:
    return make_place()


@pytest.fixture
def staff(place: Place) -> Person:
    return make_holder(Role.DONG_STAFF, place)


def acts(place: Place) -> list[RecordEntry]:
    return list(session().scalars(select(RecordEntry).where(RecordEntry.place_id == place.id).order_by(RecordEntry.id)))


def test_only_the_hash_of_a_secret_is_kept(place: Place, staff: Person):
    token, text = make(place, staff)
    secret = text.removeprefix(f"{token.prefix}_")
    assert len(secret) == 43
    assert token.secret_hash == secret_hash(secret)
    row = session().execute(select(*ApiToken.__table__.columns)).one()
    assert secret not in str(row)


def test_the_acts_stand_in_the_record_without_secret_or_prefix(place: Place, staff: Person):
    token, text = make(place, staff)
    with transaction():
        revoke_token(token.id, place=place, by=staff, at=NOW)
    made, revoked = acts(place)
    assert (made.act, revoked.act) == ("opendata.token_made", "opendata.token_revoked")
    assert made.values == {"name": token.name, "day": token.expires_on.isoformat()}
    assert made.role == Role.DONG_STAFF
    for entry in (made, revoked):
        written = json.dumps(entry.values)
        assert text not in written
        assert token.prefix not in written
        assert token.secret_hash not in written


def test_a_token_serves_until_its_last_day_is_over(place: Place, staff: Person):
    token, text = make(place, staff)
    assert serving_token(text, token.expires_on) is not None
    assert serving_token(text, token.expires_on + DAY) is None


def test_a_revoked_token_and_one_with_another_secret_serve_nobody(place: Place, staff: Person):
    token, text = make(place, staff)
    _other, other_text = make(place, staff)
    crossed = token.prefix + other_text[len(token.prefix) :]
    assert serving_token(crossed, TODAY) is None
    with transaction():
        revoke_token(token.id, place=place, by=staff, at=NOW)
    assert serving_token(text, TODAY) is None
    assert serving_token(other_text, TODAY) is not None


def test_revoking_twice_is_one_act(place: Place, staff: Person):
    token, _text = make(place, staff)
    for later in (0, 1):
        with transaction():
            revoke_token(token.id, place=place, by=staff, at=NOW + later * DAY)
    assert token.revoked_at == NOW
    assert len(acts(place)) == 2


@pytest.mark.parametrize("role", [Role.DISTRICT_STAFF, Role.CITY_STAFF])
def test_staff_above_a_place_keep_its_tokens(place: Place, role: Role):
    where = place.parent if role is Role.DISTRICT_STAFF else place.parent.parent
    above = make_holder(role, where)
    token, _text = make(place, above)
    own, _text = make(where, above)
    assert (token.place_id, own.place_id) == (place.id, where.id)


@pytest.mark.parametrize("role", [Role.COUNCIL_MEMBER, Role.AUDITOR])
def test_nobody_else_makes_or_revokes(place: Place, staff: Person, role: Role):
    stranger = make_holder(role, place)
    token, _text = make(place, staff)
    with pytest.raises(NotAllowed):
        make(place, stranger)
    with pytest.raises(NotAllowed), transaction():
        revoke_token(token.id, place=place, by=stranger, at=NOW)


def test_staff_of_a_dong_have_no_hand_on_another_nor_on_the_district(place: Place, staff: Person):
    other = make_place(parent=place.parent)
    theirs, _text = make(other, make_holder(Role.DONG_STAFF, other))
    for where in (other, place.parent):
        with pytest.raises(NotAllowed):
            make(where, staff)
    with pytest.raises(NotFound), transaction():
        revoke_token(theirs.id, place=place, by=staff, at=NOW)


def test_the_same_form_again_makes_no_second_token_but_shows_one_that_serves(place: Place, staff: Person):
    texts = []
    for _time in range(2):
        with transaction():
            token, text = make_token(place.id, wish(), once="same", by=staff, at=NOW)
        texts.append(text)
    assert tokens_of(place)[0] == 1
    assert len(acts(place)) == 1
    assert serving_token(texts[0], TODAY) is None
    assert serving_token(texts[1], TODAY) is not None
    with transaction():
        note_use(token.id, today=TODAY)
    with pytest.raises(Conflict), transaction():
        make_token(place.id, wish(), once="same", by=staff, at=NOW)
    assert serving_token(texts[1], TODAY) is not None


def test_another_persons_form_gives_no_new_secret(place: Place, staff: Person):
    with transaction():
        make_token(place.id, wish(), once="same", by=staff, at=NOW)
    colleague = make_holder(Role.DONG_STAFF, place)
    with pytest.raises(Conflict), transaction():
        make_token(place.id, wish(), once="same", by=colleague, at=NOW)


def test_a_place_has_a_bounded_number_in_use(place: Place, staff: Person):
    with transaction():
        for number in range(AT_A_TIME):
            made, _text = make_token(place.id, wish(), once=str(number), by=staff, at=NOW)
    with pytest.raises(RuleViolation):
        make(place, staff)
    with transaction():
        revoke_token(made.id, place=place, by=staff, at=NOW)
    make(place, staff)
    after = NOW + 31 * DAY
    make(place, staff, asked=wish(expires_on=kst_date(after)), at=after)


def test_a_lifetime_past_a_year_leaves_no_trace(place: Place, staff: Person):
    with pytest.raises(InvalidInput):
        make(place, staff, asked=wish(expires_on=TODAY + 366 * DAY))
    assert tokens_of(place)[0] == 0
    assert acts(place) == []


def test_the_last_day_of_use_never_goes_back(place: Place, staff: Person):
    token, _text = make(place, staff)
    for day in (TODAY, TODAY + DAY, TODAY):
        with transaction():
            note_use(token.id, today=day)
    session().refresh(token)
    assert token.last_used_on == TODAY + DAY


def test_a_page_of_tokens_is_read_in_two_statements(place: Place, queries: Callable[[], Any]):
    with transaction():
        people = [make_token_of(place, n) for n in range(3)]
    session().expire_all()
    session().refresh(place)
    with queries() as sent:
        _count, rows = tokens_of(place)
        assert {row.made_by.id for row in rows} == set(people)
    assert len(sent) <= 4  # the makers' grants come along, once for all
    assert [row.id for row in rows] == sorted((row.id for row in rows), reverse=True)


def make_token_of(place: Place, n: int) -> int:
    person = Person(public_name=f"담당{n}", created_at=NOW)
    session().add(person)
    session().flush()
    session().add(
        ApiToken(
            place_id=place.id, once=str(n), name="화면", purpose="현황", prefix=f"mdg_{n:012x}", secret_hash="0" * 64,
            expires_on=TODAY, made_by_id=person.id, made_at=NOW,
        )
    )  # fmt: skip
    return person.id


def with_mail(person: Person, address: str) -> Person:
    with transaction():
        add_contact(person, ContactKind.EMAIL, address, at=NOW)
    return person


def mails() -> list[Message]:
    return list(session().scalars(select(Message).where(Message.template == "opendata/token_ends")))


def remind(day: int) -> int:
    with transaction():
        return remind_of_ends(NOW + day * DAY)


def test_the_maker_of_a_token_is_told_once_that_it_ends_soon(place: Place, staff: Person):
    make(place, with_mail(staff, "clerk@example.kr"))  # for thirty days; the notice is fourteen
    assert remind(15) == 0
    assert todos(staff, NOW + 15 * DAY) == []
    assert [remind(day) for day in (16, 16, 17)] == [1, 0, 0]
    assert [message.person_id for message in mails()] == [staff.id]
    (todo,) = todos(staff, NOW + 16 * DAY)
    assert (todo.endpoint, todo.place_id) == ("opendata.tokens", place.id)
    assert todo.due_at == kst_midnight(TODAY + 31 * DAY)
    assert todos(staff, NOW + 31 * DAY) == []


def test_a_place_decides_how_long_ahead_and_zero_is_never(place: Place, staff: Person):
    for days, told in (("0", 0), ("3", 0), ("20", 1)):
        with transaction():
            session().add(
                SettingChange(
                    place_id=place.id, key=API_TOKEN_REMINDER_DAYS.key, value=days, legal_basis="세칙", changed_by=staff.id, changed_at=NOW
                )
            )  # fmt: skip
        if days == "0":
            make(place, staff)
        assert remind(15) == told


def test_a_revoked_token_and_one_that_has_just_been_made_for_a_few_days_call_nobody(place: Place, staff: Person):
    revoked, _text = make(place, staff)
    make(place, staff, asked=wish(expires_on=TODAY + 6 * DAY))
    with transaction():
        revoke_token(revoked.id, place=place, by=staff, at=NOW)
    assert remind(2) == 0
    assert remind(3) == 1


def test_a_maker_who_left_gets_no_mail_but_the_present_staff_does(place: Place, staff: Person):
    make(place, with_mail(staff, "left@example.kr"))
    heir = with_mail(make_holder(Role.DONG_STAFF, place), "heir@example.kr")
    stranger = make_holder(Role.DONG_STAFF, make_place(parent=place.parent))
    with transaction():
        session().execute(update(RoleGrant).where(RoleGrant.person_id == staff.id).values(ends_at=NOW + DAY))
    session().expire_all()
    assert remind(20) == 1
    assert [message.person_id for message in mails()] == [heir.id]
    assert len(todos(heir, NOW + 20 * DAY)) == 1
    assert todos(staff, NOW + 20 * DAY) == []
    assert todos(stranger, NOW + 20 * DAY) == []
