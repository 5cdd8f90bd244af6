"""The election calendar of a place: what is ahead, what it restricts, the law that says so."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.clock import kst_date, utc_now
from app.db.session import get_or_not_found, transaction
from app.errors import NotFound
from app.i18n import N_
from app.places.elections import queries, services
from app.places.elections.forms import ByElectionForm, RemoveForm
from app.places.elections.models import ByElectionRow
from app.places.elections.permissions import can_keep_calendar
from app.places.elections.rules import OFFICE_NAMES, Office
from app.places.models import Place
from app.places.queries import descendants, place_by_slug, setting
from app.web.filters import place_name
from app.web.forms import shown_on
from app.web.visitor import current_person, require_allowed, require_person

blueprint = Blueprint("elections", __name__)
Page = Response | str | tuple[str, int]


@blueprint.route("/<slug:slug>/elections", methods=["GET", "POST"])
def index(slug: str) -> Page:
    """Show the elections ahead and what they restrict; let staff of the district or the city write down a by-election."""
    place, at = place_by_slug(slug), utc_now()
    if request.method == "POST":
        require_allowed(can_keep_calendar(require_person(), place, at))
    form = _form(place)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            services.add_by_election(
                form.area.data, office=Office(form.office.data), title=form.title.data or "",
                election_on=form.election_on.data, confirmed_on=form.confirmed_on.data, once=form.token,
                by=require_person(), at=at,
            )  # fmt: skip
        if not form.errors:
            flash(_("선거 달력에 적었습니다. 그 지역의 동네는 제한 기간에 알림을 봅니다."))
            return redirect(url_for("elections.index", slug=slug), 303)
    page = render_template(
        "places/elections.html",
        place=place,
        cycle=None,
        guards=queries.guards_at(place, at),
        scheduled=queries.next_scheduled(kst_date(at)),
        rows=queries.by_elections_of(place),
        today=kst_date(at),
        offices=OFFICE_NAMES,
        head_days=setting(place, "election.guard_days_head_events"),
        pr_days=setting(place, "election.guard_days_pr"),
        blocks=setting(place, "election.guard_mode") == "block",
        may_keep=can_keep_calendar(current_person(), place, at),
        form=form,
    )
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/elections/<int:row_id>/remove", methods=["GET", "POST"])
def remove(slug: str, row_id: int) -> Page:
    """Take back a by-election that was a mistake."""
    person, place, at = require_person(), place_by_slug(slug), utc_now()
    row = get_or_not_found(ByElectionRow, row_id)
    if not (place.lies_in(row.place_id) or row.place.lies_in(place.id)):
        raise NotFound(N_("찾으시는 선거가 없습니다."))
    require_allowed(can_keep_calendar(person, row.place, at))
    form = RemoveForm()
    if form.validate_on_submit():
        with shown_on(form), transaction():
            services.remove_by_election(row.id, reason=form.reason.data or "", by=person, at=at)
        if not form.errors:
            flash(_("선거 달력에서 뺐습니다. 뺀 사실과 까닭은 남습니다."))
            return redirect(url_for("elections.index", slug=slug), 303)
    page = render_template("places/remove_election.html", place=place, cycle=None, row=row, form=form)
    return (page, 422) if form.errors else page


def _form(place: Place) -> ByElectionForm:
    form = ByElectionForm()
    form.area.choices = [SelectChoice(each.id, place_name(each)) for each in [place, *descendants(place)]]
    if request.method == "GET":
        form.area.data = place.id
    return form
