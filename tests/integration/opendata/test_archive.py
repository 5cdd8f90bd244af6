"""A municipality leaves one installation and enters another, and is the same there, byte by byte."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from app.clock import kst_date
from app.cycle.models import Cycle
from app.cycle.rules import Stage
from app.db.base import Base
from app.db.session import session, transaction
from app.errors import InvalidInput, RuleViolation
from app.execution.models import MoneyEntry, Project
from app.execution.rules.changes import ChangeKind
from app.execution.rules.ledger import EntryKind
from app.execution.rules.projects import ProjectKind
from app.execution.services import changes, fund, money, news, projects, steps
from app.execution.services.figures import open_figures
from app.execution.services.money import NewLine
from app.extensions import db
from app.factory import create_app
from app.observatory.rules import CHECKLIST
from app.observatory.services import visiting
from app.observatory.services.counting import count_again, stale_cycles
from app.opendata.archive import MANIFEST
from app.opendata.queries import KEPT, LEFT_BEHIND
from app.opendata.services import export_municipality, import_municipality, require_untouched
from app.people.rules import Role
from app.places.models import Place
from app.places.services.settings import change_setting
from app.plan.rules import FundSource
from app.record.models import RecordEntry
from tests.conftest import NOW, make_config
from tests.factories import make_cycle, make_holder, make_place
from tests.tampering import take_guards_away

DAY = timedelta(days=1)
TODAY = kst_date(NOW)


@pytest.fixture
def district(app: Flask) -> Place:
    """A district whose dong has a year with everything in it, beside another that stays at home."""
    cycle = make_cycle(make_place(), Stage.EXECUTION)
    make_cycle(make_place(), Stage.EXECUTION)
    fill(cycle)
    return cycle.place.parent


def fill(cycle: Cycle) -> Project:
    staff, monitor = make_holder(Role.DONG_STAFF, cycle.place), make_holder(Role.DISTRICT_STAFF, cycle.place.parent)
    words = projects.Description("꽃길 가꾸기", "통일로에 꽃을 심고 돌봅니다.", "환경분과", "", "통일로")
    with transaction():
        project = projects.take_on_project(
            cycle, words, kind=ProjectKind.CALL, source=FundSource.VILLAGE_FUND, cost_won=1_000_000, approver="구청",
            once="p", by=staff, at=NOW - 40 * DAY,
        )  # fmt: skip
    for number, (kind, amount) in enumerate([(EntryKind.CONTRACTED, 700_000), (EntryKind.PAID, 300_000)]):
        with transaction():
            line = NewLine(kind, amount, TODAY, "꽃과 흙", document=b"receipt", document_name="영수증.pdf")
            money.enter_money(project.id, line, once=f"m{number}", by=staff, at=NOW)
    with transaction():
        money.take_back(project.id, number=3, memo="잘못 적었습니다", once="back", by=staff, at=NOW)
    session().refresh(project)
    with transaction():
        steps.add_milestone(
            project.id, title="마무리", planned_on=TODAY - 3 * DAY, version=project.version, by=staff, at=NOW - 9 * DAY
        )
    session().refresh(project)
    step = project.milestones[0]
    with transaction():
        steps.move_milestone(
            step.id, planned_on=TODAY - DAY, reason="비가 왔습니다.", version=step.version, by=staff, at=NOW - 8 * DAY
        )
    with transaction():
        wish = changes.Wish(ChangeKind.COST, "견적이 낮게 나와 사업비를 줄입니다.", -300_000)
        changes.ask_for_change(project.id, wish, once="c", by=staff, at=NOW)
    with transaction():
        news.post_update(project.id, text="꽃을 심었습니다.", photo=None, photo_text="", once="n", by=staff, at=NOW)
    with transaction():
        pledge = fund.note_pledge(
            cycle, giver="통일로 상인회", amount_won=50_000, promised_on=TODAY, once="g", by=staff, at=NOW
        )
    with transaction():
        fund.confirm_receipt(
            pledge.id,
            received_won=50_000,
            received_on=TODAY,
            document=b"bank",
            version=pledge.version,
            by=staff,
            at=NOW,
        )
    with transaction():
        open_figures(cycle.place, TODAY.replace(month=6, day=1), at=NOW)
    with transaction():
        visit = visiting.note_visit(
            cycle, visiting.Seen(TODAY, "합동 모니터링단", dict.fromkeys(CHECKLIST, "good"), "함께 보았습니다.", project.id),
            once="v", by=monitor, at=NOW,
        )  # fmt: skip
    with transaction():
        visiting.note_finding(visit.id, text="영수증 한 장이 없습니다.", due_on=TODAY, once="f", by=monitor, at=NOW)
    with transaction():
        change_setting(
            cycle.place.parent_id, "watch.late_projects", typed="1", legal_basis="운영세칙 제9조", reason="", seen=0,
            by=monitor, at=NOW,
        )  # fmt: skip
    with transaction():
        count_again(stale_cycles(NOW), at=NOW)
    return project


def exported(root: Place) -> bytes:
    target = io.BytesIO()
    export_municipality(root, target)
    return target.getvalue()


def empty() -> None:
    take_guards_away()
    with transaction() as current:
        current.execute(update(Place).values(parent_id=None))
        for table in reversed(Base.metadata.sorted_tables):
            current.execute(delete(table))


@pytest.mark.slow
def test_export_import_and_export_are_the_same_bytes_on_either_database(app: Flask, district: Place, tmp_path: Path):
    archive = exported(district)
    slug = district.slug
    other = create_app(make_config(f"sqlite:///{tmp_path / 'other.sqlite3'}", tmp_path))
    with other.app_context():
        db.create_all()
        with transaction():
            taken = import_municipality(io.BytesIO(archive))
        assert (taken["money_entries"], taken["pledges"]) == (4, 1)
        again = exported(session().scalars(select(Place).where(Place.slug == slug)).one())
        db.session.remove()
        db.engine.dispose()
    assert again == archive
    db.session.remove()
    empty()
    with transaction():
        import_municipality(io.BytesIO(again))
    assert exported(session().scalars(select(Place).where(Place.slug == slug)).one()) == archive
    clerk = make_holder(Role.DONG_STAFF, session().scalars(select(Cycle)).one().place)
    project = session().scalars(select(Project)).one()
    with transaction():  # and life goes on: new rows get new numbers, the chain grows
        money.enter_money(project.id, NewLine(EntryKind.PAID, 1_000, TODAY, "물"), once="new", by=clerk, at=NOW)
    require_untouched()


def test_every_table_of_the_promise_is_taken_along_or_left_behind_for_a_reason():
    concepts = ("app.execution.", "app.observatory.", "app.opendata.")
    mine = {mapper.class_ for mapper in Base.registry.mappers if mapper.class_.__module__.startswith(concepts)}
    kept = {kept.model for kept in KEPT}
    assert mine - kept == set(LEFT_BEHIND)
    assert not kept & set(LEFT_BEHIND)


@pytest.mark.slow
def test_an_archive_holds_the_municipality_and_nobody(district: Place):
    archive = exported(district)
    book = zipfile.ZipFile(io.BytesIO(archive))
    listed = json.loads(book.read(MANIFEST))["tables"]
    counts = {one["name"]: one["rows"] for one in listed}
    assert (counts["cycles"], counts["projects"], counts["money_entries"]) == (1, 1, 4)
    assert counts["milestone_moves"] == counts["monitoring_findings"] == counts["setting_changes"] == 1
    assert b"changed_by" not in archive
    assert not {"people", "contacts", "roll_entries", "proposals"} & set(counts)


def rewritten(archive: bytes, change: Callable[[str, bytes], bytes]) -> io.BytesIO:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as source, zipfile.ZipFile(target, "w") as book:
        for name in source.namelist():
            book.writestr(name, change(name, source.read(name)))
    return target


@pytest.mark.slow
def test_a_changed_file_is_refused_and_nothing_stays(app: Flask, district: Place):
    archive = exported(district)
    empty()
    for change, named in (
        (lambda name, data: data.replace(b"700000", b"600000"), "money_entries"),
        (lambda name, data: data.replace(b"madang-municipality/1", b"madang-municipality/9"), ""),
        (lambda name, data: b"" if name == MANIFEST else data, ""),
    ):
        with pytest.raises(InvalidInput) as refused, transaction():
            import_municipality(rewritten(archive, change))
        assert named in str(refused.value.values.get("name", ""))
        assert session().scalar(select(Place.id)) is None
    with pytest.raises(InvalidInput), transaction():
        import_municipality(io.BytesIO(b"no zip"))


def test_an_installation_with_places_takes_no_archive(district: Place):
    with pytest.raises(RuleViolation), transaction():
        import_municipality(io.BytesIO(exported(district)))


LEDGER = {
    "amount_won": 1, "kind": "returned", "source": "subsidy", "year": 2020, "happened_on": TODAY - DAY, "memo": "다른 말",
    "approver": "누군가", "document_hash": "f" * 64, "corrects": 1, "entered_at": NOW + DAY, "parent_hash": "e" * 64,
    "hash": "d" * 64, "number": 99,
}  # fmt: skip
RECORD = {
    "at": NOW + DAY, "role": "operator", "act": "places.edited", "subject": "place:1", "values": {"name": "다른 말"},
    "document_hash": "f" * 64, "parent_hash": "e" * 64, "hash": "d" * 64, "height": 999, "place_slug": "elsewhere",
}  # fmt: skip


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.slow
def test_whatever_is_changed_in_any_stored_entry_is_found_and_named(district: Place):
    require_untouched()
    take_guards_away(MoneyEntry, RecordEntry)
    for model, wrong, number in ((MoneyEntry, LEDGER, "number"), (RecordEntry, RECORD, "height")):
        for row in session().scalars(select(model).order_by(model.id)).all():
            for column, value in wrong.items():
                if getattr(row, column) == value:
                    continue
                nested = session().begin_nested()
                session().execute(update(model).where(model.id == row.id).values({column: value}))
                session().expire_all()
                with pytest.raises(InvalidInput) as refused:
                    require_untouched()
                nested.rollback()
                session().expire_all()
                named = str(refused.value.values["what"])
                assert "entry" in named
                if column not in {number, "hash"}:  # a gap is named by the entry after it
                    assert f"entry {getattr(row, number)} " in named
    require_untouched()


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_commands_export_check_and_import(app: Flask, district: Place, tmp_path: Path):
    runner = app.test_cli_runner()
    file = tmp_path / "gu.zip"
    assert runner.invoke(args=["opendata", "export", district.slug, str(file)]).exit_code == 0
    assert "as it was written" in runner.invoke(args=["opendata", "check"]).output
    assert runner.invoke(args=["opendata", "import", str(file)]).exit_code != 0
    empty()
    assert "money_entries: 4" in runner.invoke(args=["opendata", "import", str(file)]).output
