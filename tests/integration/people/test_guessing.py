"""Guessing: attempts that several workers count together, and answers that take equally long."""

import threading
import time
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.db.session import session, transaction
from app.people.models import AttemptCount
from app.people.passwords import hash_password
from app.people.rules import ContactKind
from app.people.services import limits, sign_ins
from app.people.services.limits import Limit
from app.people.services.sign_up import add_contact
from tests.conftest import NOW
from tests.factories import make_person

TEN = Limit("test", 10, timedelta(minutes=15))


def take(subject: str, at=NOW) -> bool:
    with transaction():
        return limits.take((TEN, subject), at=at) is None


def test_workers_count_together(app: Flask):
    admitted: list[bool] = []

    def work() -> None:
        with app.app_context():
            for _ in range(5):
                admitted.append(take("the same"))  # noqa: PERF401 - one by one, among the others
            session().close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(admitted), sum(admitted)) == (20, 10)
    assert session().scalar(select(AttemptCount.count)) == 20


def test_a_window_slides(app: Flask):
    assert [take("a") for _ in range(11)] == [True] * 10 + [False]
    assert take("b")
    start_of_next = NOW + timedelta(minutes=15)
    assert not take("a", start_of_next)  # what was tried just now still counts
    assert take("a", NOW + timedelta(minutes=31))


def test_the_wait_ends_with_the_window(app: Flask):
    for _ in range(10):
        take("a")
    with transaction():
        wait = limits.take((TEN, "a"), at=NOW)
    assert timedelta(0) < wait <= timedelta(minutes=15)


def test_what_was_tried_cannot_be_read_from_the_table(app: Flask):
    take("minji@example.kr")
    row = session().scalar(select(AttemptCount))
    assert b"minji" not in row.subject
    assert len(row.subject) == 16


def test_success_is_forgiven_and_old_counts_are_forgotten(app: Flask):
    for _ in range(10):
        take("a")
    with transaction():
        limits.forgive((TEN, "a"), at=NOW)
    assert take("a")
    with transaction():
        assert limits.forget_old_attempts(NOW + timedelta(days=3)) == 1
    assert session().scalar(select(func.count(AttemptCount.count))) == 0


@pytest.mark.slow
@pytest.mark.usefixtures("production_passwords")
def test_an_unknown_contact_costs_as_much_time_as_a_wrong_password(app: Flask):
    person = make_person()
    with transaction():
        person.password_hash = hash_password("느티나무 아래에서 만나요")
        add_contact(person, ContactKind.EMAIL, "known@example.kr", at=NOW)

    def fastest(contact: str) -> float:
        times = []
        for _ in range(7):
            began = time.perf_counter()
            assert sign_ins.check_password(contact, "틀린 비밀번호") is None
            times.append(time.perf_counter() - began)
        return min(times)

    fastest("known@example.kr")  # the first one loads what later ones find loaded
    known, unknown, nonsense = (fastest(each) for each in ("known@example.kr", "nobody@example.kr", "no contact"))
    assert 0.6 < unknown / known < 1.6
    assert 0.6 < nonsense / known < 1.6
