"""Downloads, checking at home, and the record to print."""

from flask import render_template
from werkzeug.wrappers import Response

from app.cycle.queries import current_cycle
from app.draw.models import LotteryDraw
from app.draw.queries import draws, panels
from app.draw.rules import DECIDED
from app.draw.views.blueprint import NOT_HERE, blueprint, visible_draw
from app.draw.views.overview import context
from app.errors import NotFound
from app.files.serving import to_save
from voting.lottery import single_file


@blueprint.get("/<slug:slug>/draws/<int:draw_id>/bundle.json")
def bundle(slug: str, draw_id: int) -> Response:
    """Return the bundle exactly as its hash was published."""
    _place, draw = visible_draw(slug, draw_id)
    return _file(draw, draw.bundle, "bundle")


@blueprint.get("/<slug:slug>/draws/<int:draw_id>/panels.json")
def panels_file(slug: str, draw_id: int) -> Response:
    """Return the table of panels exactly as its hash was published."""
    _place, draw = visible_draw(slug, draw_id)
    return _file(draw, panels.text_of(draw), "panels")


@blueprint.get("/<slug:slug>/draws/<int:draw_id>/result.json")
def result(slug: str, draw_id: int) -> Response:
    """Return the result."""
    _place, draw = visible_draw(slug, draw_id)
    return _file(draw, draw.result, "result")


@blueprint.get("/<slug:slug>/draws/<int:draw_id>/replacement.json")
def replacement(slug: str, draw_id: int) -> Response:
    """Return the record of replacements."""
    _place, draw = visible_draw(slug, draw_id)
    return _file(draw, draw.replacement, "replacement")


@blueprint.get("/<slug:slug>/draws/<int:draw_id>/verify.py")
def verifier(slug: str, draw_id: int) -> Response:
    """Return the verifier as one script that needs nothing but Python."""
    visible_draw(slug, draw_id)
    return to_save(single_file().encode(), "verify_lottery.py")


@blueprint.get("/<slug:slug>/draws/<int:draw_id>/check")
def check(slug: str, draw_id: int) -> str:
    """Recompute everything in the visitor's own browser."""
    place, draw = visible_draw(slug, draw_id)
    if not draw.bundle:
        raise NotFound(NOT_HERE)
    return render_template(
        "draw/check.html",
        place=place,
        cycle=current_cycle(place),
        draw=draw,
        commitments={seat.name: seat.commitment for seat in draw.witnesses if seat.commitment},
        decided=draw.state in DECIDED,
    )


@blueprint.get("/<slug:slug>/draws/<int:draw_id>/record")
def minutes(slug: str, draw_id: int) -> str:
    """Show the record of the draw, to print and sign."""
    place, draw = visible_draw(slug, draw_id)
    if draw.state not in DECIDED:
        raise NotFound(NOT_HERE)
    return render_template("draw/record.html", **context(place, draw), committee=draws.committee_of(draw))


def _file(draw: LotteryDraw, text: str, name: str) -> Response:
    if not text:
        raise NotFound(NOT_HERE)
    return to_save(text.encode(), f"{draw.place.slug}-draw-{draw.id}-{name}.json")
