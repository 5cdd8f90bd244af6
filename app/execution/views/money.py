"""Pages and files of money: the ledger, settlements by source and year, the months that were opened."""

from datetime import date

from flask import render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import kst_date, utc_now
from app.cycle.queries import current_cycle
from app.cycle.years import shown_cycle
from app.errors import NotFound
from app.execution.figures import as_workbook
from app.execution.models import Project
from app.execution.queries import board
from app.execution.queries import money as queries
from app.execution.queries.money import Settlement
from app.execution.rules.importing import LEDGER_COLUMNS
from app.execution.rules.ledger import Balance
from app.execution.views.blueprint import NAMES, blueprint
from app.extensions import limiter
from app.files.printing import as_pdf, can_print
from app.files.serving import to_save
from app.files.tables import Value, as_csv
from app.i18n import N_
from app.places.models import Place
from app.places.queries import place_by_slug
from app.plan.rules import FUND_SOURCE_NAMES


@blueprint.get("/<slug:slug>/ledger.csv")
def ledger(slug: str) -> Response:
    """Return the ledger of the year as CSV: every field that is hashed, so that anybody can check the chain."""
    place = place_by_slug(slug)
    cycle = shown_cycle(place)
    rows = board.projects_of(cycle, kst_date(utc_now())) if cycle else []
    lines = [line for row in rows for line in _ledger_lines(row.project)]
    return to_save(as_csv(LEDGER_COLUMNS, lines), f"{place.slug}-ledger.csv")


def _ledger_lines(project: Project) -> list[list[Value]]:
    return [
        [
            project.place.slug, project.cycle.year, project.id, entry.number, entry.kind.value, entry.source.value,
            entry.year, entry.amount_won, entry.happened_on.isoformat(), entry.memo, entry.approver, entry.corrects or "",
            entry.document_hash or "", entry.entered_at.isoformat(timespec="microseconds"), entry.parent_hash,
            entry.hash,
        ]
        for entry in project.entries
    ]  # fmt: skip


@blueprint.get("/<slug:slug>/settlement")
def settlement(slug: str) -> str:
    """Show what came and went in a year of account, source by source, and the months that were opened."""
    place, year, years = _year(slug)
    return render_template(
        "execution/settlement.html",
        place=place,
        cycle=current_cycle(place),
        year=year,
        years=years,
        settlements=queries.settlements(place, year),
        months=queries.months_opened(place),
        can_print=can_print(),
        **NAMES,
    )


@blueprint.get("/<slug:slug>/settlement.<any(csv, xlsx):kind>")
def settlement_table(slug: str, kind: str) -> Response:
    """Return the settlements of a year as a table."""
    place, year, _years = _year(slug)
    found = queries.settlements(place, year)
    name = f"{place.slug}-settlement-{year}.{kind}"
    if kind == "csv":
        rows = [[one.source.value, *row] for one in found for row in _settlement_rows(one)]
        header = ["source", *(column for column, _title in SETTLEMENT_COLUMNS)]
        return to_save(as_csv(header, rows), name)
    titles = [_(title) for _column, title in SETTLEMENT_COLUMNS]
    sheets = [
        (_(FUND_SOURCE_NAMES[one.source]), titles, [*_settlement_rows(one), ["", _("합계"), *_amounts(one.total)]])
        for one in found
    ]
    return to_save(as_workbook(sheets), name)


@blueprint.get("/<slug:slug>/settlement.pdf")
@limiter.limit("10/minute")
def settlement_print(slug: str) -> Response:
    """Return the settlements of a year as a tagged PDF."""
    place, year, _years = _year(slug)
    page = render_template(
        "print/execution/settlement.html", place=place, year=year, settlements=queries.settlements(place, year),
        at=utc_now(), **NAMES,
    )  # fmt: skip
    return to_save(as_pdf(page), f"{place.slug}-settlement-{year}.pdf")


SETTLEMENT_COLUMNS: tuple[tuple[str, str], ...] = (
    ("project", N_("번호")),
    ("title", N_("사업")),
    ("planned_won", N_("계획")),
    ("carried_in_won", N_("지난해에서 넘어옴")),
    ("contracted_won", N_("계약")),
    ("paid_won", N_("집행")),
    ("returned_won", N_("반납")),
    ("carried_out_won", N_("다음 해로 넘김")),
    ("left_won", N_("남음")),
)


def _amounts(balance: Balance) -> list[Value]:
    return [getattr(balance, column) for column, _title in SETTLEMENT_COLUMNS[2:]]


def _settlement_rows(one: Settlement) -> list[list[Value]]:
    return [[row.project.id, row.project.title, *_amounts(row.balance)] for row in one.rows]


@blueprint.get("/<slug:slug>/figures/<int:year>-<int:month>.json")
def figures(slug: str, year: int, month: int) -> Response:
    """Return the figures of a month exactly as they were opened and hashed."""
    if not (1 <= month <= 12 and 2000 <= year <= 2100):
        raise NotFound(N_("그 달의 집행 내역은 아직 열리지 않았습니다."))
    place = place_by_slug(slug)
    found = queries.month_of(place, date(year, month, 1))
    return to_save(found.text.encode(), f"{place.slug}-{year}-{month:02}.json")


def _year(slug: str) -> tuple[Place, int, list[int]]:
    place = place_by_slug(slug)
    years = queries.years_of_account(place)
    newest = years[0] if years else kst_date(utc_now()).year
    asked = request.args.get("account", type=int)
    if asked is not None and asked not in years:
        raise NotFound(N_("그 해의 장부는 없습니다."))
    return place, asked or newest, years
