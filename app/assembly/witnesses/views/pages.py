"""Pages of witnesses: who they are and what they have seen, for everybody; adding and retiring, for staff."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.assembly.models import Assembly
from app.assembly.queries import assembly_of
from app.assembly.services import inclusion
from app.assembly.witnesses import queries
from app.assembly.witnesses.forms import RetireForm, WitnessForm
from app.assembly.witnesses.permissions import can_keep_witnesses
from app.assembly.witnesses.rules import Trust
from app.assembly.witnesses.services import keeping
from app.assembly.witnesses.views.blueprint import blueprint
from app.clock import utc_now
from app.cycle.years import shown_cycle
from app.db.session import transaction
from app.outbox.rendering import current_config
from app.people.login import current_person, require_allowed, require_person
from app.people.models import Person
from app.places.models import Place
from app.places.queries import place_by_slug, setting
from app.places.settings.process import ASSEMBLY_WITNESS_QUORUM
from app.web.forms import shown_on

Page = Response | str | tuple[str, int]


@blueprint.get("/<slug:slug>/assembly/witnesses")
def index(slug: str) -> str:
    """Show who witnesses the ballot box, how far each has followed it, and how anybody checks them."""
    place = place_by_slug(slug)
    cycle = shown_cycle(place)
    assembly = assembly_of(cycle) if cycle else None
    opened = assembly if assembly is not None and assembly.opened_at is not None else None
    return render_template(
        "witnesses/index.html", place=place, cycle=cycle, assembly=opened, **_seen(opened), **_kept(place)
    )


@blueprint.route("/<slug:slug>/assembly/witnesses/new", methods=["GET", "POST"])
def new(slug: str) -> Page:
    """Add a witness."""
    person, place = _staff(slug)
    form = WitnessForm()
    if form.validate_on_submit():
        wish = keeping.Wish(
            name=form.name.data or "", name_en=form.name_en.data or "", about=form.about.data or "",
            about_en=form.about_en.data or "", site=form.site.data or "", key=form.key.data or "",
            reason=form.reason.data or "",
        )  # fmt: skip
        with shown_on(form), transaction():
            keeping.add_witness(place.id, wish, once=form.token, by=person, at=utc_now())
        if not form.errors:
            flash(_("증인을 두었습니다. 지금부터 여는 투표에 적힙니다."))
            return redirect(url_for("witnesses.index", slug=slug), 303)
    page = render_template("witnesses/new.html", place=place, cycle=None, form=form)
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/assembly/witnesses/<int:witness_id>/retire", methods=["GET", "POST"])
def retire(slug: str, witness_id: int) -> Page:
    """Trust a witness no more."""
    person, place = _staff(slug)
    witness = queries.require_witness(place, witness_id)
    form = RetireForm()
    if form.validate_on_submit():
        with shown_on(form), transaction():
            keeping.retire_witness(witness_id, place=place, reason=form.reason.data or "", by=person, at=utc_now())
        if not form.errors:
            flash(_("증인을 거두었습니다. 지금부터 이 증인의 서명은 받지 않습니다."))
            return redirect(url_for("witnesses.index", slug=slug), 303)
    page = render_template("witnesses/retire.html", place=place, cycle=None, form=form, witness=witness)
    return (page, 422) if form.errors else page


def _seen(assembly: Assembly | None) -> dict[str, object]:
    """Return what the witnesses have seen of a vote."""
    if assembly is None:
        return {"seen": [], "quorum": 0, "log_key": "", "board": "", "head": None, "contradictions": []}
    address = url_for("witnesses.checkpoint", slug=assembly.place.slug, year=assembly.cycle.year)
    return {
        "seen": queries.seen_by(assembly),
        "quorum": Trust.from_json(assembly.witnesses).quorum,
        "log_key": inclusion.log_key(assembly),
        "board": current_config().public_url.rstrip("/") + address.rpartition("/")[0],
        "head": queries.newest_head(assembly),
        "contradictions": queries.contradictions_of(assembly),
    }


def _kept(place: Place) -> dict[str, object]:
    """Return who is named at a place, and by whom that may be changed."""
    return {
        "witnesses": queries.witnesses_of(place),
        "retired": queries.witnesses_of(place, retired=True),
        "wanted": setting(place, ASSEMBLY_WITNESS_QUORUM),
        "can_keep": can_keep_witnesses(current_person(), place, utc_now()),
    }


def _staff(slug: str) -> tuple[Person, Place]:
    person, place = require_person(), place_by_slug(slug)
    require_allowed(can_keep_witnesses(person, place, utc_now()))
    return person, place
