"""Paper: the sheet that is printed, and the page on which council and staff enter what came back, batch by batch."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import utc_now
from app.db.session import transaction
from app.deliberation import permissions
from app.deliberation.forms import SheetsForm
from app.deliberation.queries import cards, rounds
from app.deliberation.rules import (
    ANSWER_NAMES,
    Answer,
    is_taking_answers,
    read_numbers,
    read_sheets,
    short_numbers,
)
from app.deliberation.services import live
from app.deliberation.views.blueprint import blueprint
from app.people.login import current_person, require_allowed, require_person
from app.places.queries import place_by_slug
from app.web.forms import shown_on

SIGNS = {Answer.AGREE: "○", Answer.WORRY: "×", Answer.UNSURE: "△"}


@blueprint.get("/<slug:slug>/rounds/<int:round_id>/sheet")
def sheet(slug: str, round_id: int) -> str:
    """Show the statements as a sheet to print: whoever has no phone answers with a pen."""
    place = place_by_slug(slug)
    found = rounds.visible_round(place, round_id, current_person(), utc_now())
    shown = cards.published(found)
    return render_template(
        "deliberation/sheet.html",
        place=place,
        round=found,
        statements=shown,
        numbers=short_numbers([each.number for each in shown]),
    )


@blueprint.route("/<slug:slug>/rounds/<int:round_id>/paper", methods=["GET", "POST"])
def paper(slug: str, round_id: int) -> Response | str | tuple[str, int]:
    """Take a batch of sheets: first read it back, then count it."""
    person, place, at = require_person(), place_by_slug(slug), utc_now()
    require_allowed(permissions.can_facilitate(person, place, at))
    found = rounds.visible_round(place, round_id, person, at)
    shown = {each.number: each for each in cards.published(found)}
    form = SheetsForm(numbers=short_numbers(list(shown)))
    read: list[dict[int, Answer]] = []
    numbers: list[int] = []
    step = request.form.get("step", "check")
    if form.validate_on_submit() and step != "change":
        entered = None
        with shown_on(form):
            numbers = read_numbers(form.numbers.data, rounds.decided_numbers(found))
            read = read_sheets(form.sheets.data, numbers)
            if step == "enter":
                with transaction():
                    entered = live.enter_sheets(
                        round_id,
                        # What was taken down after the sheets were printed is not answered any more.
                        [{n: value for n, value in each.items() if n in shown} for each in read],
                        once=form.token,
                        by=person,
                        at=at,
                    )
        if entered is not None and not form.errors:
            flash(_("종이 %(n)s장을 더했습니다.", n=entered))
            return redirect(url_for("deliberation.paper", slug=slug, round_id=round_id), 303)
    page = render_template(
        "deliberation/paper.html",
        place=place,
        cycle=found.cycle,
        round=found,
        form=form,
        shown=shown,
        read=read if not form.errors else [],
        numbers=numbers,
        signs=SIGNS,
        answer_names=ANSWER_NAMES,
        entered=rounds.sheet_count(found),
        taking=is_taking_answers(found.state, closes_at=found.closes_at, at=at),
    )
    return (page, 422) if form.errors else page
