"""The public log of a round, and its open data."""

from flask import render_template, request, url_for
from flask.wrappers import Response

from app.clock import kst_date, utc_now
from app.deliberation.queries import exports, rounds, workbench
from app.deliberation.rules import LOG_NAMES, REASON_NAMES, StatementState, hides_text
from app.deliberation.views.blueprint import blueprint
from app.files.serving import to_save
from app.files.tables import as_csv
from app.people.login import current_person
from app.places.queries import place_by_slug


@blueprint.get("/<slug:slug>/rounds/<int:round_id>/log")
def log(slug: str, round_id: int) -> str:
    """Show what was done to the statements of a round, and for which reasons."""
    place = place_by_slug(slug)
    found = rounds.visible_round(place, round_id, current_person(), utc_now())
    return render_template(
        "deliberation/log.html",
        place=place,
        cycle=found.cycle,
        round=found,
        listing=workbench.log_page(found, page=max(1, request.args.get("page", 1, type=int))),
        log_names=LOG_NAMES,
        reasons=REASON_NAMES,
        hides_text=hides_text,
        StatementState=StatementState,
    )


@blueprint.get("/<slug:slug>/rounds/<int:round_id>/log.csv")
def log_file(slug: str, round_id: int) -> Response:
    """Return the log as a file."""
    found = rounds.visible_round(place_by_slug(slug), round_id, current_person(), utc_now())
    rows = (
        [
            kst_date(entry.at).isoformat(), entry.statement.number, entry.act.value,
            entry.reason.value if entry.reason else None, entry.other_number, entry.role,
        ]
        for entry in workbench.whole_log(found)
    )  # fmt: skip
    return to_save(
        as_csv(["day", "statement", "act", "reason", "merged_into", "role"], rows), f"round-{found.id}-log.csv"
    )


@blueprint.get("/<slug:slug>/rounds/<int:round_id>/data/<name>")
def data(slug: str, round_id: int, name: str) -> Response:
    """Return a file of a closed round's open data."""
    found = rounds.visible_round(place_by_slug(slug), round_id, current_person(), utc_now())
    here = url_for("deliberation.show", slug=slug, round_id=round_id, _external=True)
    return to_save(exports.file_of(found, name, url=here), f"round-{found.id}-{name}")
