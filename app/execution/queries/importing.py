"""What an uploaded table would do here: which rows are new, which are known, what is wrong with the others."""

from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from sqlalchemy import select

from app.cycle.models import Cycle
from app.cycle.rules import Stage
from app.db.session import get_or_not_found, session
from app.errors import NotFound
from app.execution.models import MoneyEntry, Project, TableImport
from app.execution.queries.money import envelope_of, planned_in_cycle
from app.execution.rules.continuing import BY_DECISION, LedgerSoFar
from app.execution.rules.importing import (
    LedgerRow,
    Problem,
    ProjectRow,
    Reading,
    project_problem,
    read_ledger,
    read_projects,
)
from app.execution.rules.projects import OPEN_STATES, ProjectKind
from app.i18n import N_
from app.places.models import Place

ORIGIN = "import-"
"""What the key of a project that came from a file begins with; its number there follows."""
OTHER_DONG = N_("다른 동의 줄입니다. 이 동의 주소 이름은 %(slug)s입니다.")


@dataclass
class NewProjects:
    """What a file of projects would do."""

    new: list[tuple[ProjectRow, Cycle]] = field(default_factory=list)
    known: int = 0
    problems: list[Problem] = field(default_factory=list)


@dataclass
class NewLines:
    """What a file of the ledger would do; the new lines of a project are in the order of their numbers."""

    new: list[tuple[LedgerRow, Project]] = field(default_factory=list)
    known: int = 0
    problems: list[Problem] = field(default_factory=list)


def check_projects(place: Place, content: bytes) -> NewProjects:
    """Compare ``projects.csv`` with what is here.

    Raises:
        InvalidInput: it is no such table.
    """
    reading = read_projects(content)
    found = NewProjects(problems=list(reading.problems))
    cycles = {cycle.year: cycle for cycle in session().scalars(select(Cycle).where(Cycle.place_id == place.id))}
    projects = {project.id: project for project in _projects(place)}
    imported = {project.once: project for project in projects.values()}
    seen: set[int] = set()
    for row in reading.rows:
        cycle = cycles.get(row.year)
        problem = _elsewhere(place, row) or project_problem(row)
        present = [imported.get(f"{ORIGIN}{row.project}"), projects.get(row.project)]
        if problem is None and row.project in seen:
            problem = Problem(row.line, "project", N_("같은 번호가 두 번 있습니다."))
        seen.add(row.project)
        if problem is not None:
            found.problems.append(problem)
        elif any(each is not None and _is_same(each, row) for each in present):
            found.known += 1
        elif present[0] is not None:
            found.problems.append(Problem(row.line, "project", N_("이 번호로 올린 사업이 다른 내용으로 있습니다.")))
        elif cycle is None:
            found.problems.append(Problem(row.line, "year", N_("이 동에는 그 해의 마을계획이 없습니다.")))
        else:
            found.new.append((row, cycle))
    return found


def check_ledger(place: Place, content: bytes, today: date) -> NewLines:
    """Compare ``ledger.csv`` with what is here.

    Raises:
        InvalidInput: it is no such table.
    """
    reading: Reading[LedgerRow] = read_ledger(content)
    found = NewLines(problems=list(reading.problems))
    projects = {project.id: project for project in _projects(place)}
    imported = {project.once: project for project in projects.values()}
    rows = sorted(reading.rows, key=lambda row: (row.project, row.number))
    for number, group in groupby(rows, key=lambda row: row.project):
        own = list(group)
        project = _target(own, projects.get(number), imported.get(f"{ORIGIN}{number}"))
        for problem in (_elsewhere(place, row) for row in own):
            if problem is not None:
                found.problems.append(problem)
        if project is None:
            message = N_("이 동에 그런 사업이 없습니다. 사업 표를 먼저 올려 주세요.")
            found.problems.append(Problem(own[0].line, "project", message))
        else:
            _check_lines(project, own, today, found)
    _check_envelopes(found)
    found.problems.sort(key=lambda problem: problem.line)
    return found


def _check_lines(project: Project, rows: list[LedgerRow], today: date, found: NewLines) -> None:
    is_history = project.once.startswith(ORIGIN)
    ledger = LedgerSoFar([_as_row(project, entry) for entry in project.entries], today=today, is_history=is_history)
    may_grow = is_history or (project.state in OPEN_STATES and project.cycle.is_open(Stage.EXECUTION))
    for row in rows:
        if row.year != project.cycle.year:
            found.problems.append(Problem(row.line, "year", N_("그 사업의 해가 아닙니다.")))
        elif ledger.is_known(row):
            found.known += 1
        elif not may_grow:
            found.problems.append(Problem(row.line, "project", N_("끝난 사업의 장부에는 적을 수 없습니다.")))
        elif (problem := ledger.add(row)) is not None:
            found.problems.append(problem)
        else:
            found.new.append((row, project))


def _check_envelopes(found: NewLines) -> None:
    """Refuse plans of an assembly's projects that together are more than the assembly decided about."""
    planned: dict[int, int] = {}
    for row, project in found.new:
        if row.kind not in BY_DECISION or project.kind is not ProjectKind.ASSEMBLY:
            continue
        envelope = envelope_of(project.cycle)
        if envelope is None:
            continue
        before = planned.get(project.cycle_id)
        planned[project.cycle_id] = (planned_in_cycle(project.cycle) if before is None else before) + row.amount_won
        if planned[project.cycle_id] > envelope:
            message = N_("주민총회가 정한 돈 %(envelope)s원보다 많아집니다.")
            found.problems.append(Problem(row.line, "amount_won", message, {"envelope": f"{envelope:,}"}))


def _target(rows: list[LedgerRow], own: Project | None, imported: Project | None) -> Project | None:
    """Find the project that rows are about: the one whose ledger holds a hash of theirs, else the one that was taken in."""
    said = {row.hash for row in rows if row.hash}
    for project in (own, imported):
        if project is not None and any(entry.hash in said for entry in project.entries):
            return project
    return imported or own


def _elsewhere(place: Place, row: ProjectRow | LedgerRow) -> Problem | None:
    return None if row.dong == place.slug else Problem(row.line, "dong", OTHER_DONG, {"slug": place.slug})


def _is_same(project: Project, row: ProjectRow) -> bool:
    return (
        project.cycle.year, project.title, project.kind, project.source, project.unit, project.where, project.state,
        project.completed_at, project.cancel_reason,
    ) == (
        row.year, row.title, row.kind, row.source, row.unit, row.where, row.state, row.completed_at, row.cancel_reason,
    )  # fmt: skip


def _as_row(project: Project, entry: MoneyEntry) -> LedgerRow:
    return LedgerRow(
        line=0, dong=project.place.slug, year=project.cycle.year, project=project.id, number=entry.number,
        kind=entry.kind, source=entry.source, year_of_account=entry.year, amount_won=entry.amount_won,
        happened_on=entry.happened_on, memo=entry.memo, approver=entry.approver, corrects=entry.corrects,
        document_sha256=entry.document_hash, hash=entry.hash,
    )  # fmt: skip


def _projects(place: Place) -> list[Project]:
    return list(session().scalars(select(Project).where(Project.place_id == place.id).order_by(Project.id)))


def import_of(place: Place, import_id: int) -> TableImport:
    """Return an uploaded table of a dong.

    Raises:
        NotFound: there is none here.
    """
    found = get_or_not_found(TableImport, import_id)
    if found.place_id != place.id:
        raise NotFound(N_("찾으시는 파일이 없습니다."))
    return found


def imports_newest_first(place: Place) -> list[TableImport]:
    """Return the tables that were uploaded for a dong lately."""
    query = select(TableImport).where(TableImport.place_id == place.id).order_by(TableImport.id.desc()).limit(20)
    return list(session().scalars(query))
