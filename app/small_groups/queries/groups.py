"""SELECTs about a group over the years, its report and its files."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.db.session import get_or_not_found, session
from app.errors import NotFound
from app.i18n import N_
from app.places.models import Place
from app.small_groups.models import GrantRound, GroupApplication, GroupReport, Receipt, ReportPhoto
from app.small_groups.queries.applications import WITH_STAFF
from app.small_groups.queries.rounds import people_counts
from app.small_groups.rules.applications import PUBLIC, State
from app.small_groups.rules.reports import ReportState, is_late

NO_GROUP = N_("찾으시는 모임이 없습니다.")
NO_FILE = N_("찾으시는 파일이 없습니다.")


@dataclass(frozen=True)
class LineSpent:
    """A line of the budget with what was spent for it."""

    what: str
    won: int
    spent_won: int


@dataclass(frozen=True)
class Grant:
    """One year of a group, as everybody may see it."""

    application: GroupApplication
    people: int
    report: GroupReport | None
    """Only once it was accepted."""
    photos: list[ReportPhoto]
    lines: list[LineSpent]

    def is_late(self, today: date) -> bool:
        """Tell whether the group owes its report."""
        return owes_report(self.application, today)


def owes_report(row: GroupApplication, today: date) -> bool:
    """Tell whether the day for a grant's report has passed and none lies with the staff."""
    if row.state is not State.GRANTED or row.report_due_on is None or row.paid_on is None:
        return False
    with_staff = row.report is not None and row.report.state in WITH_STAFF
    return is_late(row.report_due_on, today=today, is_with_staff=with_staff)


def grants_of(place: Place, group_id: int) -> list[Grant]:
    """Return what a group was granted, newest first.

    Raises:
        NotFound: there is no such group here, or nothing was ever granted to it.
    """
    query = (
        select(GroupApplication)
        .join(GrantRound, GrantRound.id == GroupApplication.round_id)
        .where(
            GroupApplication.place_id == place.id,
            GroupApplication.group_id == group_id,
            GroupApplication.state.in_(PUBLIC),
        )
        .options(
            joinedload(GroupApplication.round),
            joinedload(GroupApplication.report).selectinload(GroupReport.receipts),
            joinedload(GroupApplication.report).selectinload(GroupReport.photos),
        )
        .order_by(GroupApplication.id.desc())
        .limit(20)
    )
    rows = list(session().scalars(query).unique())
    if not rows:
        raise NotFound(NO_GROUP)
    counts = people_counts([row.id for row in rows])
    return [_grant(row, counts.get(row.id, 0)) for row in rows]


def _grant(row: GroupApplication, people: int) -> Grant:
    report = row.report if row.report is not None and row.report.state is ReportState.ACCEPTED else None
    photos = [photo for photo in report.photos if photo.removed_at is None] if report is not None else []
    return Grant(row, people, report, photos, lines_spent(row, report))


def lines_spent(row: GroupApplication, report: GroupReport | None) -> list[LineSpent]:
    """Return the budget with what the receipts of a report that count say was spent for each line."""
    spent: dict[str, int] = {}
    for receipt in report.counted_receipts if report is not None else []:
        spent[receipt.line] = spent.get(receipt.line, 0) + receipt.won
    return [LineSpent(line.what, line.won, spent.get(line.what, 0)) for line in row.budget]


def report_of(row: GroupApplication) -> GroupReport | None:
    """Return the report of a grant with its receipts, papers and photos."""
    query = (
        select(GroupReport)
        .where(GroupReport.application_id == row.id)
        .options(
            selectinload(GroupReport.receipts).joinedload(Receipt.file),
            selectinload(GroupReport.photos).joinedload(ReportPhoto.file),
        )
    )
    return session().scalar(query)


def photo_of(place: Place, photo_id: int) -> tuple[ReportPhoto, bool]:
    """Return a photo of a dong, and whether everybody may see it.

    Raises:
        NotFound: there is none here, or it was taken away.
    """
    found = get_or_not_found(ReportPhoto, photo_id)
    row = found.report.application
    if row.place_id != place.id or found.removed_at is not None:
        raise NotFound(NO_FILE)
    return found, found.report.state is ReportState.ACCEPTED


def receipt_of(row: GroupApplication, receipt_id: int) -> Receipt:
    """Return a receipt of a grant.

    Raises:
        NotFound: it has none of this number, or it was taken away.
    """
    found = get_or_not_found(Receipt, receipt_id)
    if found.report.application_id != row.id or found.removed_at is not None:
        raise NotFound(NO_FILE)
    return found
