"""Server time of one answer in an opinion round with a million answers stored, on SQLite and PostgreSQL.

Target (deliberation): the 95th percentile of a vote request at most 15 ms. The request is the whole of it: cookie, form
token, locks, the last word, its event, the counters, the limits on devices, the commit to disk. Also times the next card
and the live analysis behind it.
"""

import contextvars
import re
import sys
import time
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.clock import kst_midnight
from app.cycle.models import Cycle, CycleStage
from app.cycle.rules import STAGES, number
from app.db.session import transaction
from app.deliberation.models import AnswerEvent, OpinionRound, Participant, Statement, StatementAnswer
from app.deliberation.rules import Access, RoundState, StatementState, Visibility
from app.deliberation.services import analysing
from app.extensions import db
from app.people.models import Person
from app.places.models import Place
from app.places.rules import PlaceKind
from bench._databases import on_each_database

PEOPLE, STATEMENTS, EACH = 10_000, 200, 100
REQUESTS, DEVICES = 600, 30
BUDGET_MS = 15.0
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def fill() -> OpinionRound:
    """Make a dong with one round in which ten thousand people have given a hundred answers each."""
    now = datetime.now(UTC)
    session = db.session
    place = Place(
        kind=PlaceKind.DONG, name="가상동", name_en="Gasang", slug="gasang", population=30_000, created_at=now, path="/"
    )
    session.add(place)
    session.flush()
    place.path = f"/{place.id}/"
    cycle = Cycle(place_id=place.id, year=now.year, template="second", created_at=now)
    for index, stage in enumerate(STAGES):
        opens = kst_midnight((now + timedelta(days=30 * (index - 2) - 5)).date())
        cycle.stages.append(
            CycleStage(
                stage=stage, number=number(stage), opens_at=opens, closes_at=opens + timedelta(days=30),
                opened_at=opens if index <= 2 else None, closed_at=opens + timedelta(days=30) if index < 2 else None,
            )
        )  # fmt: skip
    clerk = Person(public_name="담당자", created_at=now)
    session.add_all([cycle, clerk])
    session.flush()
    found = OpinionRound(
        place_id=place.id, cycle_id=cycle.id, created_by=clerk.id, once="b", title="골목길, 어떻게 걷고 싶나요?",
        purpose="골목길 사업을 찾습니다.", visibility=Visibility.HIDDEN, access=Access.ANYONE, state=RoundState.OPEN,
        closes_at=now + timedelta(days=20), created_at=now, opened_at=now,
    )  # fmt: skip
    session.add(found)
    session.flush()
    session.add_all(
        Statement(
            round_id=found.id, number=n, once=f"s{n}", text=f"골목 {n}곳에 의자를 놓자.", is_seed=n <= 6,
            state=StatementState.PUBLISHED, is_open=True, submitted_at=now,
        )
        for n in range(1, STATEMENTS + 1)
    )  # fmt: skip
    session.flush()
    for start in range(0, PEOPLE, 5_000):
        session.execute(
            sa.insert(Participant),
            [
                {"round_id": found.id, "is_verified": False, "joined_at": now, "sheet": f"b{n}"}
                for n in range(start, start + 5_000)
            ],
        )
    people = list(session.scalars(sa.select(Participant.id).order_by(Participant.id)))
    statements = list(session.scalars(sa.select(Statement.id).order_by(Statement.id)))
    for start in range(0, PEOPLE, 500):
        rows = [
            {
                "participant_id": people[n], "statement_id": statements[(n + 2 * k) % STATEMENTS],
                "value": (1, 1, 0, -1)[(n * 7 + k * (1 + n % 3)) % 4], "at": now,
            }
            for n in range(start, start + 500)
            for k in range(EACH)
        ]  # fmt: skip
        session.execute(sa.insert(StatementAnswer), rows)
        session.execute(sa.insert(AnswerEvent), [{**row, "round_id": found.id} for row in rows])
    session.commit()
    with transaction():
        analysing.count_again(found.id)
    session.execute(sa.text("ANALYZE"))
    session.commit()
    return found


def measure(app: Flask, found: OpinionRound, label: str) -> bool:
    """Time answers of several devices in turn, and the cards that follow; return whether the budget was met."""
    path = f"/gasang/rounds/{found.id}"
    statements = list(db.session.scalars(sa.select(Statement.id).order_by(Statement.id)))
    db.session.remove()
    clients = [(client, token_of(client, path)) for client in (app.test_client() for _ in range(DEVICES))]
    answers, cards, busy = [], [], []
    for turn in range(REQUESTS):
        client, token = clients[turn % DEVICES]
        # Every fourth is a change of mind, the rest are first words.
        wanted = statements[turn // DEVICES if turn % 4 else 0]
        data = {"csrf_token": token, "statement_id": wanted, "value": turn % 3 - 1}
        start, began = time.perf_counter(), time.thread_time()
        answer = contextvars.Context().run(client.post, f"{path}/answer", data=data)
        answers.append((time.perf_counter() - start) * 1000)
        busy.append((time.thread_time() - began) * 1000)
        if answer.status_code != 303:
            raise SystemExit(f"an answer was refused: {answer.status_code}")
        start = time.perf_counter()
        contextvars.Context().run(client.get, path)
        cards.append((time.perf_counter() - start) * 1000)
    for name, times in (("answer", answers), ("its CPU", busy), ("next card", cards)):
        times.sort()
        p50, p95 = times[len(times) // 2], times[int(len(times) * 0.95)]
        print(f"{label:9} {name:10} p50 {p50:6.1f} ms  p95 {p95:6.1f} ms  of {len(times)}", flush=True)
    return answers[int(len(answers) * 0.95)] <= BUDGET_MS


def token_of(client: FlaskClient, path: str) -> str:
    """Open the round as a guest, and return the form's token."""
    found = TOKEN.search(contextvars.Context().run(client.get, path).text)
    if found is None:
        raise SystemExit("there is no form on the page")
    return found.group(1)


def time_analysis(found: OpinionRound, label: str) -> None:
    """Time the parts of a live analysis."""
    start = time.perf_counter()
    given = analysing.read_live(found.id)
    read = time.perf_counter()
    analysis = analysing.compute(given)
    done = time.perf_counter()
    print(
        f"{label:9} analysis   read {read - start:5.1f} s  computed {done - read:5.1f} s  {given.votes.shape}",
        flush=True,
    )
    if len(analysis.counts.agree) != STATEMENTS:
        raise SystemExit("the analysis lost statements")


def main() -> int:
    """Measure on each database that is there."""

    def run(app: Flask, kind: str) -> bool:
        found = fill()
        good = measure(app, found, kind)
        time_analysis(found, kind)
        return good

    return 0 if on_each_database(run) else 1


if __name__ == "__main__":
    sys.exit(main())
