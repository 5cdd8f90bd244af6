"""The pages on which council and staff begin, open, extend, close and conclude a round."""

from datetime import date, datetime, timedelta

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import kst_date, kst_midnight, utc_now
from app.cycle.queries import require_current_cycle
from app.db.session import transaction
from app.deliberation import permissions
from app.deliberation.forms import ConcludeForm, EditRoundForm, ExtendForm, NewRoundForm, TermsForm
from app.deliberation.models import OpinionRound
from app.deliberation.queries import cards, rounds
from app.deliberation.rules import Access, RoundState, Visibility
from app.deliberation.services import closing, preparing
from app.deliberation.views.blueprint import blueprint
from app.people.login import require_allowed, require_person
from app.people.models import Person
from app.places.models import Place
from app.places.queries import place_by_slug
from app.web.forms import shown_on

USUAL_DAYS = 14


@blueprint.route("/<slug:slug>/rounds/new", methods=["GET", "POST"])
def new(slug: str) -> Response | str | tuple[str, int]:
    """Prepare a round."""
    person = require_person()
    place = place_by_slug(slug)
    at = utc_now()
    require_allowed(permissions.can_prepare(person, place, at))
    cycle = require_current_cycle(place)
    form = NewRoundForm(last_day=kst_date(at + timedelta(days=USUAL_DAYS)))
    if form.validate_on_submit():
        found = None
        with shown_on(form), transaction():
            found = preparing.prepare_round(cycle, _terms(form), _seeds(form), once=form.token, by=person, at=at)
        if found is not None and not form.errors:
            flash(_("토론을 준비했습니다. 살펴보고 열면 누구나 볼 수 있습니다."))
            return redirect(url_for("deliberation.show", slug=slug, round_id=found.id), 303)
    page = render_template("deliberation/prepare.html", place=place, cycle=cycle, form=form, round=None)
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/rounds/<int:round_id>/edit", methods=["GET", "POST"])
def edit(slug: str, round_id: int) -> Response | str | tuple[str, int]:
    """Change a round that is not open; give an open one more time."""
    person, place, found, at = _tended(slug, round_id)
    if found.state is RoundState.OPEN:
        return _extend(slug, place, found, person, at)
    seeds = "\n".join(statement.text for statement in cards.published(found))
    form = EditRoundForm(
        obj=found,
        last_day=_last_day(found),
        seeds=seeds,
        visibility=found.visibility.value,
        access=found.access.value,
    )
    if form.validate_on_submit():
        with shown_on(form), transaction():
            preparing.edit_round(round_id, _terms(form), _seeds(form), version=form.version.data, by=person, at=at)
        if not form.errors:
            flash(_("고친 내용을 저장했습니다."))
            return redirect(url_for("deliberation.show", slug=slug, round_id=round_id), 303)
    page = render_template("deliberation/prepare.html", place=place, cycle=found.cycle, form=form, round=found)
    return (page, 422) if form.errors else page


def _extend(
    slug: str, place: Place, found: OpinionRound, person: Person, at: datetime
) -> Response | str | tuple[str, int]:
    form = ExtendForm(version=found.version, last_day=_last_day(found) + timedelta(days=7))
    if form.validate_on_submit():
        with shown_on(form), transaction():
            preparing.extend_round(
                found.id,
                closes_at=kst_midnight(form.last_day.data + timedelta(days=1)),
                version=form.version.data,
                by=person,
                at=at,
            )
        if not form.errors:
            flash(_("기간을 늘렸습니다."))
            return redirect(url_for("deliberation.show", slug=slug, round_id=found.id), 303)
    page = render_template("deliberation/extend.html", place=place, cycle=found.cycle, form=form, round=found)
    return (page, 422) if form.errors else page


@blueprint.post("/<slug:slug>/rounds/<int:round_id>/<any(open, close, cancel):act>")
def act(slug: str, round_id: int, act: str) -> Response:
    """Open, close or drop a round."""
    person, _place, found, at = _tended(slug, round_id)
    with transaction():
        match act:
            case "open":
                preparing.open_round(round_id, by=person, at=at)
            case "close":
                closing.close_round(round_id, by=person, at=at)
            case _:
                preparing.cancel_round(round_id, by=person, at=at)
    said = {
        "open": _("토론을 열었습니다. 이제 누구나 볼 수 있습니다."),
        "close": _("의견 듣기를 마쳤습니다. 마지막 결과를 셈하고 있습니다."),
        "cancel": _("토론을 취소했습니다."),
    }
    flash(said[act])
    if act == "cancel":
        return redirect(url_for("deliberation.index", slug=slug), 303)
    return redirect(url_for("deliberation.show", slug=slug, round_id=found.id), 303)


@blueprint.route("/<slug:slug>/rounds/<int:round_id>/conclude", methods=["GET", "POST"])
def conclude(slug: str, round_id: int) -> Response | str | tuple[str, int]:
    """Write the conclusion."""
    person, place, found, at = _tended(slug, round_id)
    form = ConcludeForm(version=found.version)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            closing.conclude_round(round_id, form.conclusion.data, version=form.version.data, by=person, at=at)
        if not form.errors:
            flash(_("맺음말을 알렸습니다. 계정으로 함께한 모두에게 소식이 갑니다."))
            return redirect(url_for("deliberation.show", slug=slug, round_id=round_id), 303)
    page = render_template(
        "deliberation/conclude.html",
        place=place,
        cycle=found.cycle,
        form=form,
        round=found,
        waiting=cards.waiting_count(found),
        has_final=rounds.final_run(found) is not None,
        RoundState=RoundState,
    )
    return (page, 422) if form.errors else page


def _tended(slug: str, round_id: int) -> tuple[Person, Place, OpinionRound, datetime]:
    person = require_person()
    place = place_by_slug(slug)
    at = utc_now()
    require_allowed(permissions.can_prepare(person, place, at))
    return person, place, rounds.visible_round(place, round_id, person, at), at


def _terms(form: TermsForm) -> preparing.Terms:
    return preparing.Terms(
        title=form.title.data,
        purpose=form.purpose.data,
        visibility=Visibility(form.visibility.data),
        access=Access(form.access.data),
        is_led=form.is_led.data,
        closes_at=kst_midnight(form.last_day.data + timedelta(days=1)),
    )


def _seeds(form: TermsForm) -> list[str]:
    return [line for line in (form.seeds.data or "").splitlines() if line.strip()]


def _last_day(found: OpinionRound) -> date:
    return kst_date(found.closes_at - timedelta(microseconds=1))
