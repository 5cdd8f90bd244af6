"""Objections to a result, and the end of the link between people and credentials."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from app.assembly.models import Assembly
from app.assembly.objections import queries, services
from app.assembly.objections.models import ResultObjection
from app.assembly.objections.rules import Destroyed, Finding, may_destroy
from app.assembly.services import casting, counting
from app.assembly.stations.models import CheckIn, ElectorLink
from app.db.session import session, transaction
from app.errors import Conflict, NotAllowed, RuleViolation
from app.people.models import Person
from app.record.models import RecordEntry
from tests.conftest import NOW
from tests.factories import make_place, make_resident
from tests.factories_stations import count_station, hand_count, hand_out, make_roll_assembly, make_station
from tests.factories_year import make_staff
from tests.integration.stations.test_check_in import ballot_of
from voting.encoding import sha256

pytestmark = pytest.mark.usefixtures("app")


def counted() -> tuple[Assembly, list[Person], Person]:
    """A counted assembly with a voter online and one on paper."""
    assembly, people, entries = make_roll_assembly([3_000_000], residents=2, others=2)
    clerk, other = make_staff(assembly.place), make_staff(assembly.place)
    station = make_station(assembly, by=clerk)
    with transaction():
        casting.cast_ballot(assembly.id, ballot_of(assembly, people[0], [1]), at=NOW)
    hand_out(station, [entries[2]], by=clerk)
    with transaction():
        counting.close_assembly(assembly.id, by=None, at=assembly.closes_at)
    count_station(station, hand_count(assembly, [1], papers=1), by=(clerk, other), at=assembly.closes_at)
    session().expire_all()
    return assembly, people, clerk


def objected(assembly: Assembly, person: Person, once: str = "a") -> ResultObjection:
    with transaction():
        return services.object_to_result(
            assembly.id, title="집계가 달라 보입니다", body="1번 투표함을 다시 세어 주세요.", once=once, by=person,
            at=assembly.closes_at + timedelta(days=1),
        )  # fmt: skip


@pytest.mark.slow
def test_an_objection_has_one_receipt_a_clock_and_one_public_answer():
    assembly, people, clerk = counted()
    row = objected(assembly, people[0])
    assert objected(assembly, people[0]) is row
    assert services.receipt(row).endswith("OB001")
    assert row.due_at - row.received_at == timedelta(days=7)
    assert b"1\xeb\xb2\x88" not in row.body.data
    with transaction():
        services.answer_objection(
            row.id, finding=Finding.DISMISSED, answer="다시 세어 보니 같았습니다.", version=row.version, by=clerk,
            at=row.due_at,
        )  # fmt: skip
    with pytest.raises((Conflict, RuleViolation)), transaction():
        services.answer_objection(
            row.id, finding=Finding.UPHELD, answer="다르게 답합니다 다시", version=row.version, by=clerk, at=row.due_at
        )
    assert row.finding is Finding.DISMISSED


@pytest.mark.slow
def test_only_residents_object_and_only_in_the_period():
    assembly, people, _ = counted()
    until = queries.objections_until(assembly)
    assert until == assembly.counted_at + timedelta(days=14)
    for person, at, refusal in (
        (make_resident(make_place()), NOW, NotAllowed),
        (people[0], until, RuleViolation),
    ):
        with pytest.raises(refusal), transaction():
            services.object_to_result(assembly.id, title="늦은 이의", body="너무 늦었나요?", once="z", by=person, at=at)


@pytest.mark.slow
def test_the_link_to_people_is_destroyed_when_the_period_is_over_and_everything_answered():
    assembly, people, clerk = counted()
    row = objected(assembly, people[1])
    until = queries.objections_until(assembly)
    assert until is not None
    for at, done in ((until - timedelta(seconds=1), 0), (until, 0)):
        with transaction():
            assert services.destroy_links_past_objections(at) == done
    assert session().scalar(select(func.count(ElectorLink.id))) == 2
    with transaction():
        services.answer_objection(
            row.id,
            finding=Finding.UPHELD,
            answer="다시 세겠습니다, 고맙습니다.",
            version=row.version,
            by=clerk,
            at=until,
        )
    for done in (1, 0):
        with transaction():
            assert services.destroy_links_past_objections(until) == done
    assert session().scalar(select(func.count(ElectorLink.id))) == 0
    assert list(session().scalars(select(CheckIn.roll_entry_id))) == [None]
    certificate = queries.destruction_of(assembly)
    assert certificate is not None
    entry = session().scalars(select(RecordEntry).order_by(RecordEntry.id.desc())).first()
    assert entry is not None
    assert entry.act == "assembly.voters_forgotten"
    assert queries.destroyed_by(certificate) == {
        Destroyed.LINKS: 2, Destroyed.CODES: assembly.electors, Destroyed.CHECK_INS: 1, Destroyed.SLIPS: 0, Destroyed.LOSSES: 0,
        Destroyed.ATTENDANCES: 0,
    }  # fmt: skip
    assert entry.values == {kind.value: number for kind, number in queries.destroyed_by(certificate).items()}
    assert entry.document_hash == sha256(certificate.certificate.encode()).hex()
    assert [item.votes for item in assembly.items] == [2]


def test_nothing_is_destroyed_early_or_over_an_open_objection():
    assert may_destroy(until=NOW, unanswered=0, at=NOW)
    assert not may_destroy(until=NOW, unanswered=1, at=NOW)
    assert not may_destroy(until=NOW, unanswered=0, at=NOW - timedelta(microseconds=1))


@pytest.mark.slow
def test_the_pages_publish_titles_and_answers_and_never_the_words(app: Flask, client, client_of):
    assembly, people, clerk = counted()
    at = assembly.closes_at + timedelta(days=2)
    address = f"/{assembly.place.slug}/assembly/objections"
    with time_machine.travel(at, tick=False):
        browser = client_of(people[0])
        assert browser.post(f"{address}/new", data={"title": "짧", "body": "", "once": "p"}).status_code == 422
        typed = {"title": "표 수가 이상합니다", "body": "비밀스러운 까닭을 적습니다.", "once": "p"}
        made = [browser.post(f"{address}/new", data=typed).location for _ in range(2)]
        assert made[0] == made[1]
        assert "비밀스러운 까닭" in browser.get(made[0]).text
        assert client_of(people[1]).get(made[0]).status_code == 403
        public = client.get(address).text
        assert "표 수가 이상합니다" in public
        assert "비밀스러운" not in public
        answered = client_of(clerk).post(
            f"{made[0]}/answer", data={"finding": "dismissed", "answer": "다시 세어 보니 같았습니다.", "version": "1"}
        )
        assert answered.status_code == 303
        assert "다시 세어 보니" in client.get(address).text
        assert client.get(f"{address}/certificate.json").status_code == 404
