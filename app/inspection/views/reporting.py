"""The report of an inspection, as page, table and PDF; the comparison with what followed; the statistics by year."""

from flask import render_template, request
from werkzeug.wrappers import Response

from app.clock import utc_now
from app.cycle.models import Cycle
from app.cycle.years import require_shown_cycle, shown_cycle
from app.errors import NotFound
from app.extensions import limiter
from app.files.printing import as_pdf, can_print
from app.files.serving import to_save
from app.files.tables import as_csv
from app.i18n import N_
from app.inspection import permissions
from app.inspection.queries import opinions as queries
from app.inspection.queries import report as reports
from app.inspection.rules import Channel, Result
from app.inspection.views.blueprint import NAMES, blueprint
from app.people.login import current_person
from app.places.models import Place
from app.places.queries import place_by_slug


@blueprint.get("/<slug:slug>/inspection/report")
def report(slug: str) -> str:
    """Show what was asked, what people said, what was done, and every opinion with its answer."""
    place, cycle, found, versions = _report(slug)
    return render_template(
        "inspection/report.html", place=place, cycle=cycle, report=found, versions=versions,
        notice=queries.announcement(found.version), extensions=queries.extensions_of(found.version),
        can_print=can_print(), can_correct=permissions.can_conclude(current_person(), place, utc_now()), **NAMES,
    )  # fmt: skip


@blueprint.get("/<slug:slug>/inspection/report.csv")
def report_table(slug: str) -> Response:
    """Return every opinion with its answer as CSV."""
    place, cycle, found, _versions = _report(slug)
    name = f"{place.slug}-{cycle.year}-inspection-{found.version.number}.csv"
    rows = ([row[column] for column in reports.COLUMNS] for row in reports.table(found))
    return to_save(as_csv(reports.COLUMNS, rows), name)


@blueprint.get("/<slug:slug>/inspection/report.pdf")
@limiter.limit("10/minute")
def report_print(slug: str) -> Response:
    """Return the report as a tagged PDF with the project's font inside."""
    place, cycle, found, _versions = _report(slug)
    page = render_template(
        "print/inspection/report.html", place=place, cycle=cycle, report=found, at=utc_now(),
        notice=queries.announcement(found.version), extensions=queries.extensions_of(found.version), **NAMES,
    )  # fmt: skip
    return to_save(as_pdf(page), f"{place.slug}-{cycle.year}-inspection-{found.version.number}.pdf")


@blueprint.get("/<slug:slug>/inspection/changes")
def changes(slug: str) -> str:
    """Compare the inspected text with what followed from the opinions, section by section."""
    place, cycle, found, versions = _report(slug)
    said: dict[int, list[queries.Bundle]] = {}
    for each in found.done:
        answer = found.answer(each.first)
        section = (answer.change_section if answer else None) or each.first.section
        if section is not None:
            said.setdefault(section, []).append(each)
    return render_template(
        "inspection/changes.html", place=place, cycle=cycle, report=found, versions=versions, said=said, **NAMES
    )


@blueprint.get("/<slug:slug>/inspection/statistics")
def statistics(slug: str) -> str:
    """Show how many inspections there were each year, and what came of them."""
    place = place_by_slug(slug)
    return render_template(
        "inspection/statistics.html", place=place, cycle=shown_cycle(place), years=reports.statistics(place), **NAMES
    )


@blueprint.get("/<slug:slug>/inspection/statistics.csv")
def statistics_table(slug: str) -> Response:
    """Return the statistics as CSV."""
    place = place_by_slug(slug)
    columns = [
        "year", "inspections", "days", "extensions", "received", "answered", "late",
        *(f"channel_{code.value}" for code in Channel), *(f"result_{code.value}" for code in Result),
    ]  # fmt: skip
    rows = (
        [
            *(getattr(year, name) for name in columns[:7]),
            *(year.channels.get(code.value, 0) for code in Channel),
            *(year.results.get(code.value, 0) for code in Result),
        ]
        for year in reports.statistics(place)
    )
    return to_save(as_csv(columns, rows), f"{place.slug}-inspections.csv")


def _report(slug: str) -> tuple[Place, Cycle, reports.Report, list[int]]:
    place = place_by_slug(slug)
    cycle = require_shown_cycle(place)
    versions = queries.inspected_versions(cycle)
    asked = request.args.get("version", type=int)
    chosen = [version for version in versions if asked in {None, version.number}]
    if not chosen:
        raise NotFound(N_("공람한 계획안이 없습니다."))
    return place, cycle, reports.report_on(chosen[-1]), [version.number for version in versions]
