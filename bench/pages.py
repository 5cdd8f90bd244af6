"""Server time of the pages most read, with 10,000 agendas and 200,000 residents, on SQLite and PostgreSQL.

Target: the 95th percentile of list, search, agenda page and dong home at most 50 ms on both. Also counts queries and the
compressed weight of a first visit.
"""

import gzip
import json
import sys
import time
import uuid
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from flask import Flask

from app.agenda.models import Proposal, ProposalTerm
from app.agenda.rules import Field, ProposalState, Source
from app.agenda.search import terms_of
from app.clock import kst_midnight
from app.config import ROOT
from app.cycle.models import Cycle, CycleStage
from app.cycle.rules import STAGES, number
from app.extensions import db
from app.people.models import Person, Verification
from app.people.rules import VerificationMethod
from app.places.models import Place
from app.places.rules import PlaceKind
from bench._databases import on_each_database

RESIDENTS = 200_000
AGENDAS = 10_000
ROUNDS = 200
BUDGET_MS = 50.0
WORDS = (
    "가로등",
    "꽃길",
    "주차",
    "놀이터",
    "쉼터",
    "건널목",
    "도서관",
    "벤치",
    "공원",
    "골목",
    "소식지",
    "장터",
    "하천",
    "마을버스",
)


def fill() -> None:
    """Fill one dong with everything, and make sixty more so that home has something to list."""
    now = datetime.now(UTC)
    session = db.session
    city = Place(kind=PlaceKind.CITY, name="가상시", name_en="Gasang", slug="gasang", created_at=now, path="/")
    session.add(city)
    session.flush()
    city.path = f"/{city.id}/"
    dongs = [
        Place(
            kind=PlaceKind.DONG,
            parent_id=city.id,
            name=f"가상{n}동",
            name_en=f"Gasang {n}-dong",
            slug=f"gasang-{n}",
            population=30_000,
            created_at=now,
        )
        for n in range(61)
    ]
    session.add_all(dongs)
    session.flush()
    for dong in dongs:
        dong.path = f"{city.path}{dong.id}/"
        cycle = Cycle(place_id=dong.id, year=now.year, template="second", created_at=now)
        for index, stage in enumerate(STAGES):
            opens = kst_midnight((now + timedelta(days=30 * (index - 2) - 5)).date())
            cycle.stages.append(
                CycleStage(
                    stage=stage,
                    number=number(stage),
                    opens_at=opens,
                    closes_at=opens + timedelta(days=30),
                    opened_at=opens if index <= 2 else None,
                    closed_at=opens + timedelta(days=30) if index < 2 else None,
                )
            )
        session.add(cycle)
    session.flush()
    place = dongs[0]
    cycle = session.scalars(sa.select(Cycle).where(Cycle.place_id == place.id)).one()
    for start in range(0, RESIDENTS, 20_000):
        session.execute(
            sa.insert(Person),
            [person_values(n, now) for n in range(start, start + 20_000)],
        )
    ids = list(session.scalars(sa.select(Person.id)))
    for start in range(0, len(ids), 20_000):
        session.execute(
            sa.insert(Verification),
            [
                {"person_id": i, "place_id": place.id, "method": VerificationMethod.ROLL, "verified_at": now}
                for i in ids[start : start + 20_000]
            ],
        )
    for start in range(0, AGENDAS, 5_000):
        session.execute(
            sa.insert(Proposal), [proposal_values(n, place, cycle, ids, now) for n in range(start, start + 5_000)]
        )
    for start in range(0, AGENDAS, 2_000):
        made = session.scalars(
            sa.select(Proposal).where(Proposal.once.in_([f"b{n}" for n in range(start, start + 2_000)]))
        ).all()
        rows = [
            {"cycle_id": each.cycle_id, "term": term, "proposal_id": each.id}
            for each in made
            for term in terms_of(f"{each.title} {each.where} {each.body}")
        ]
        session.execute(sa.insert(ProposalTerm), rows)
    session.commit()
    session.execute(sa.text("ANALYZE"))
    session.commit()


def person_values(n: int, now: datetime) -> dict[str, object]:
    return {
        "public_name": f"주민{n}",
        "locale": "ko",
        "is_active": True,
        "is_demo": False,
        "created_at": now,
        "row_key": uuid.uuid4(),
    }


def proposal_values(n: int, place: Place, cycle: Cycle, ids: list[int], now: datetime) -> dict[str, object]:
    first, second = WORDS[n % len(WORDS)], WORDS[n // 7 % len(WORDS)]
    fields = list(Field)
    return {
        "place_id": place.id, "cycle_id": cycle.id, "proposer_id": ids[n * 17 % len(ids)], "once": f"b{n}", "version": 1,
        "title": f"{first} 옆에 {second}을 만들자 {n}", "body": f"{first}와 {second}이 부족해 주민이 어려움을 겪습니다. " * 8,
        "field": fields[n % len(fields)], "where": f"{first}길 {n % 90}", "source": Source.ONLINE, "reason": "",
        "state": ProposalState.ACCEPTED if n % 3 else ProposalState.GATHERING, "signer_count": n % 40, "created_at": now, "submitted_at": now,
    }  # fmt: skip


def measure(app: Flask, label: str) -> bool:
    """Time the pages and print a table; return whether all met the budget."""
    client = app.test_client()
    pages = {
        "home": "/", "dong": "/gasang-0/", "agenda list": "/gasang-0/agenda", "agenda page 300": "/gasang-0/agenda?page=300",
        "search": "/gasang-0/agenda?q=주차", "search, two words": "/gasang-0/agenda?q=하천+마을버스", "one agenda": "/gasang-0/agenda/5000",
    }  # fmt: skip
    good = True
    for name, path in pages.items():
        sent: list[str] = []

        def note(_c: object, _cursor: object, statement: str, *_rest: object, log: list[str] = sent) -> None:
            if not statement.startswith(("BEGIN", "PRAGMA", "SELECT pg_catalog", "show ")):
                log.append(statement)

        sa.event.listen(db.engine, "before_cursor_execute", note)
        body = client.get(path)
        sa.event.remove(db.engine, "before_cursor_execute", note)
        if body.status_code != 200:
            raise SystemExit(f"{path}: {body.status_code}")
        times = []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            client.get(path)
            times.append((time.perf_counter() - start) * 1000)
        times.sort()
        p50, p95 = times[len(times) // 2], times[int(len(times) * 0.95)]
        good &= p95 <= BUDGET_MS
        print(
            f"{label:10} {name:18} p50 {p50:6.1f} ms  p95 {p95:6.1f} ms  queries {len(sent):3d}  html {len(gzip.compress(body.data)) / 1024:5.1f} KB gz",
            flush=True,
        )
    return good


def first_visit_kb() -> float:
    """Compressed weight of the style sheets and icons that a first visit loads."""
    files = [*(ROOT / "static" / "css").glob("*.css"), ROOT / "static" / "icons.svg"]
    return sum(len(gzip.compress(path.read_bytes())) for path in files) / 1024


def main() -> int:
    """Measure on each database that is there."""

    def run(app: Flask, kind: str) -> bool:
        fill()
        return measure(app, kind)

    good = on_each_database(run)
    print(json.dumps({"first_visit_css_and_icons_kb": round(first_visit_kb(), 1)}))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
