"""The report of a dong's year, as a page and as a tagged PDF."""

from base64 import b64encode

from flask import render_template, request
from werkzeug.wrappers import Response

from app.clock import utc_now
from app.cycle.models import Cycle
from app.cycle.queries import current_cycle, cycle_of_year
from app.errors import NotFound
from app.execution.queries.board import photo_of
from app.execution.rules.changes import CHANGE_KIND_NAMES, CHANGE_STATE_NAMES, DECIDER_NAMES
from app.execution.rules.projects import PHOTO_NAMES, QUESTIONS, STATE_NAMES
from app.extensions import limiter
from app.files.pictures import smaller
from app.files.printing import as_pdf, can_print
from app.files.serving import to_save
from app.i18n import N_
from app.observatory.queries.report import Report, report_of
from app.observatory.views.blueprint import NAMES, blueprint
from app.places.models import Place
from app.places.queries import place_by_slug
from app.plan.rules import FUND_SOURCE_NAMES

WORDS = NAMES | {
    "states": STATE_NAMES,
    "sources": FUND_SOURCE_NAMES,
    "change_kinds": CHANGE_KIND_NAMES,
    "change_states": CHANGE_STATE_NAMES,
    "deciders": DECIDER_NAMES,
    "photo_names": PHOTO_NAMES,
    "questions": QUESTIONS,
}


@blueprint.get("/<slug:slug>/report")
def report(slug: str) -> str:
    """Show what became of a year (``of``): what was promised, done, changed and paid."""
    place, cycle = _year(slug)
    return render_template(
        "observatory/report.html", place=place, cycle=cycle, report=report_of(cycle, utc_now()),
        can_print=can_print(), **WORDS,
    )  # fmt: skip


@blueprint.get("/<slug:slug>/report.pdf")
@limiter.limit("10/minute")
def report_print(slug: str) -> Response:
    """Return the report as a tagged PDF."""
    place, cycle = _year(slug)
    found = report_of(cycle, utc_now())
    page = render_template(
        "print/observatory/report.html", place=place, cycle=cycle, report=found, printed=_printed(found), **WORDS
    )
    return to_save(as_pdf(page), f"{place.slug}-report-{cycle.year}.pdf")


def _printed(found: Report) -> dict[int, str]:
    """Return the photos of a report as the PDF takes them, small and within the document, by their numbers."""
    shown = [update for one in found.projects for update in (one.pictures.before, one.pictures.after) if update]
    contents = {
        update.photo_id: photo_of(found.cycle.place, update.photo_id).content for update in shown if update.photo_id
    }
    return {
        number: f"data:image/jpeg;base64,{b64encode(smaller(content)).decode()}" for number, content in contents.items()
    }


def _year(slug: str) -> tuple[Place, Cycle]:
    place = place_by_slug(slug)
    asked = request.args.get("of", type=int) or request.args.get("year", type=int)
    cycle = current_cycle(place) if asked is None else cycle_of_year(place, asked)
    if cycle is None:
        raise NotFound(N_("그 해의 보고서는 없습니다."))
    return place, cycle
