"""The log of staff reads: complete, append-only in the database itself, kept two years or as long as its place says."""

import importlib.util
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask_migrate import upgrade
from sqlalchemy.exc import DBAPIError

from app.clock import kst_date, utc_now
from app.db.session import session, transaction
from app.errors import InvalidInput
from app.extensions import db
from app.privacy.jobs import forget_old_accesses
from app.privacy.models import APPEND_ONLY, AccessLogEntry
from app.privacy.queries import Readings, accesses_newest_first
from app.privacy.rules import Access
from app.privacy.services import log_access
from tests.factories import make_place
from tests.factories_council import set_rule


def add_entry(access=Access.VIEWED, *, at=None, **values):
    values = {"by": 7, "ip": "203.0.113.9", "subject": "person:17", "at": at or utc_now(), **values}
    with transaction():
        return log_access(access, **values).id


def test_an_entry_says_who_when_where_whose_what_and_why(app):
    at = utc_now()
    add_entry(
        Access.EXPORTED,
        at=at,
        subject="roll:3",
        count=1200,
        fields=("name", "phone"),
        reason=" 총회\n안내 ",
        place_id=4,
    )
    entry = session().scalars(sa.select(AccessLogEntry)).one()
    assert (entry.person_id, entry.at, entry.ip, entry.subject) == (7, at, "203.0.113.9", "roll:3")
    assert (entry.access, entry.count, entry.fields, entry.reason, entry.place_id) == (
        Access.EXPORTED, 1200, "name,phone", "총회 안내", 4,
    )  # fmt: skip


def test_a_download_without_a_reason_is_refused_and_leaves_no_entry(app):
    with pytest.raises(InvalidInput) as caught:
        add_entry(Access.EXPORTED, reason="  ")
    assert caught.value.field == "reason"
    assert accesses_newest_first() == []


@pytest.mark.parametrize(("ip", "kept"), [("2001:DB8::1", "2001:db8::1"), (None, "command"), ("x\ny", "command")])
def test_only_real_addresses_are_kept(app, ip, kept):
    add_entry(ip=ip)
    assert accesses_newest_first()[0].entry.ip == kept


def test_the_program_cannot_change_an_entry(app):
    add_entry()
    with pytest.raises(RuntimeError, match="append-only"), transaction() as current:
        current.scalars(sa.select(AccessLogEntry)).one().reason = "다른 까닭"
    with pytest.raises(RuntimeError, match="append-only"), transaction() as current:
        current.delete(current.scalars(sa.select(AccessLogEntry)).one())


def test_the_database_itself_refuses_a_change(app):
    add_entry()
    with pytest.raises(DBAPIError, match="append-only"), transaction() as current:
        current.execute(sa.update(AccessLogEntry).values(person_id=8))


def test_the_database_itself_refuses_a_deletion_before_two_years(app):
    add_entry(at=utc_now() - timedelta(days=725))
    with pytest.raises(DBAPIError, match="two years"), transaction() as current:
        current.execute(sa.delete(AccessLogEntry))
    assert len(accesses_newest_first()) == 1


def test_what_is_older_than_two_years_is_forgotten_by_itself(app):
    at = utc_now()
    add_entry(at=at - timedelta(days=3 * 366))
    kept = add_entry(at=at - timedelta(days=700))
    forget_old_accesses(at)
    assert [row.entry.id for row in accesses_newest_first()] == [kept]


def test_a_place_may_keep_entries_longer(app):
    at, place = utc_now(), make_place()
    set_rule(place, "privacy.retention_audit_months", "60")
    old = at - timedelta(days=3 * 366)
    kept = add_entry(at=old, place_id=place.id)
    add_entry(at=old, place_id=make_place().id)
    forget_old_accesses(at)
    assert [row.entry.id for row in accesses_newest_first()] == [kept]
    forget_old_accesses(at + timedelta(days=3 * 366))
    assert accesses_newest_first() == []


def test_the_monthly_check_filters_by_place_account_kind_and_time(app):
    at = utc_now()
    place = make_place()
    first = add_entry(place_id=place.id, at=at - timedelta(days=40))
    second = add_entry(Access.EXPORTED, reason="안내", place_id=place.id, at=at)
    third = add_entry(place_id=make_place().id, by=8, subject="person:18", at=at)

    def found(before: int | None = None, **wanted: object) -> list[int]:
        return [row.entry.id for row in accesses_newest_first(Readings(**wanted), before=before)]

    assert found(below=place) == [second, first]
    assert found(below=place.parent) == [second, first]
    assert found(person_id=8) == [third]
    assert found(access=Access.EXPORTED) == [second]
    assert found(since=at - timedelta(days=30)) == [third, second]
    assert found(day=kst_date(at - timedelta(days=40))) == [first]
    assert found(before=second) == [first]


@pytest.mark.slow
def test_the_migrations_make_the_database_refuse_as_the_models_do(app):
    db.session.remove()
    db.drop_all()
    upgrade()
    add_entry()
    with pytest.raises(DBAPIError, match="append-only"), transaction() as current:
        current.execute(sa.update(AccessLogEntry).values(person_id=8))
    with pytest.raises(DBAPIError, match="two years"), transaction() as current:
        current.execute(sa.delete(AccessLogEntry))


def test_migrations_and_models_make_the_same_triggers():
    path = Path(__file__).resolve().parents[3] / "app" / "migrations" / "versions" / "0002_keep_the_access_log.py"
    spec = importlib.util.spec_from_file_location("keep_the_access_log", path)
    migration = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(migration)
    assert migration.UPGRADE == APPEND_ONLY
