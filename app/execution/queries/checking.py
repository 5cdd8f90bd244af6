"""Checking ledgers: every line hashed anew, and compared with what the public record took when it was entered."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from app.db.session import session
from app.execution.models import Project
from app.execution.rules.ledger import BrokenLedgerError, require_recorded, verify_ledger
from app.record.models import RecordEntry


@dataclass(frozen=True)
class Broken:
    """The first line of a project that is not as it was entered."""

    project: Project
    number: int
    public_message: str
    """What is wrong; takes ``number``."""


@dataclass(frozen=True)
class LedgerCheck:
    """What came of checking some ledgers.

    Attributes:
        lines: how many lines were hashed anew and are as they were entered.
        broken: the first wrong line of every project that has one.
    """

    lines: int
    broken: list[Broken]


def check_ledgers(projects: Iterable[Project]) -> LedgerCheck:
    """Check the ledgers of projects, each as far as its first wrong line."""
    found = list(projects)
    recorded = _recorded(found)
    lines, broken = 0, []
    for project in found:
        try:
            count = verify_ledger((entry.hashed, entry.hash) for entry in project.entries)
            require_recorded(project.id, [entry.hash for entry in project.entries], recorded[project.id])
            lines += count
        except BrokenLedgerError as error:
            broken.append(Broken(project, error.number, error.public_message))
    return LedgerCheck(lines, broken)


def require_untouched_ledger(project: Project) -> None:
    """Check the ledger of one project.

    Raises:
        BrokenLedgerError: naming the first line that is not as it was entered.
    """
    verify_ledger((entry.hashed, entry.hash) for entry in project.entries)
    require_recorded(project.id, [entry.hash for entry in project.entries], _recorded([project])[project.id])


def _recorded(projects: list[Project]) -> dict[int, list[str]]:
    """Return the hashes that the public record holds of each project, in the order of the record."""
    found: dict[int, list[str]] = {project.id: [] for project in projects}
    subjects = {f"project:{project.id}": project.id for project in projects}
    query = (
        select(RecordEntry.subject, RecordEntry.values)
        .where(
            RecordEntry.place_id.in_({project.place_id for project in projects}),
            RecordEntry.subject.in_(subjects),
            RecordEntry.act == "execution.money",
        )
        .order_by(RecordEntry.height)
    )
    for subject, values in session().execute(query):
        found[subjects[subject]].append(str(values["entry"]))
    return found
