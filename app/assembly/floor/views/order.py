"""Planning the day: when and where, who leads, and the order before it begins."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.assembly.floor.forms import CancelForm, DayForm, ItemForm
from app.assembly.floor.models import FloorDay
from app.assembly.floor.permissions import can_plan
from app.assembly.floor.queries import days
from app.assembly.floor.rules.deciding import Basis
from app.assembly.floor.rules.states import DECIDED_HERE, FRUITLESS, KIND_NAMES, ItemKind
from app.assembly.floor.services import preparing
from app.assembly.floor.services.preparing import ItemWords
from app.assembly.floor.views.blueprint import blueprint
from app.assembly.floor.views.finding import led_day
from app.assembly.models import Assembly
from app.assembly.queries import require_assembly
from app.clock import KST, kst_date, kst_instant, utc_now
from app.cycle.queries import require_current_cycle
from app.db.session import transaction
from app.people.login import require_allowed, require_person
from app.places.queries import place_by_slug
from app.web.forms import Form, shown_on

Page = Response | str | tuple[str, int]


@blueprint.route("/<slug:slug>/assembly/day/plan", methods=["GET", "POST"])
def plan(slug: str) -> Page:
    """Plan the day, or change when, where and who leads."""
    person, place = require_person(), place_by_slug(slug)
    require_allowed(can_plan(person, place, utc_now()))
    cycle = require_current_cycle(place)
    assembly = require_assembly(cycle)
    day = days.day_of(assembly)
    day = None if day is not None and day.state in FRUITLESS else day
    form = DayForm(data=_defaults(assembly, day))
    form.offer([(one.id, one.public_name) for one in days.possible_leaders(place, utc_now())])
    if form.validate_on_submit():
        starts_at = kst_instant(form.starts_on.data, form.starts_time.data)
        leaders = {"chair_id": form.chair.data or None, "secretary_id": form.secretary.data or None}
        with shown_on(form), transaction():
            if day is None:
                preparing.plan_day(
                    assembly.id, where=form.where.data or "", starts_at=starts_at, once=form.token, by=person,
                    at=utc_now(), **leaders,
                )  # fmt: skip
            else:
                preparing.edit_day(
                    day.id, where=form.where.data or "", starts_at=starts_at, version=form.version.data or 0,
                    by=person, at=utc_now(), **leaders,
                )  # fmt: skip
        if not form.errors:
            flash(_("총회 날을 정했습니다. 순서를 살펴봐 주세요.") if day is None else _("저장했습니다."))
            return redirect(url_for("floor.order", slug=slug), 303)
    page = render_template("floor/plan.html", place=place, cycle=cycle, day=day, form=form)
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/assembly/day/cancel", methods=["GET", "POST"])
def cancel(slug: str) -> Page:
    """Call the day off."""
    person, place, day = led_day(slug)
    form = CancelForm()
    if form.validate_on_submit():
        with shown_on(form), transaction():
            preparing.cancel_day(day.id, reason=form.reason.data or "", by=person, at=utc_now())
        if not form.errors:
            flash(_("총회 날을 취소했습니다."))
            return redirect(url_for("floor.order", slug=slug), 303)
    page = render_template("floor/cancel.html", place=place, cycle=day.assembly.cycle, day=day, form=form)
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/assembly/day/items/new", methods=["GET", "POST"])
def new_item(slug: str) -> Page:
    """Add an item."""
    person, place, day = led_day(slug)
    form = ItemForm(data={"version": 0})
    if form.validate_on_submit():
        with shown_on(form), transaction():
            preparing.add_item(day.id, _words(form), once=form.token, by=person, at=utc_now())
        if not form.errors:
            flash(_("순서를 더했습니다."))
            return redirect(url_for("floor.order", slug=slug), 303)
    page = render_template(
        "floor/item.html", place=place, cycle=day.assembly.cycle, day=day, form=form, item=None, kinds=KIND_NAMES
    )
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/assembly/day/items/<int:item_id>", methods=["GET", "POST"])
def edit_item(slug: str, item_id: int) -> Page:
    """Change an item that waits."""
    person, place, day = led_day(slug)
    item = days.item_of(day, item_id)
    written = {
        "kind": item.kind.value, "title": item.title, "text": item.text, "basis": item.basis.value,
        "options": "\n".join(item.options), "seats": item.seats, "picks": item.picks, "version": item.version,
    }  # fmt: skip
    form = ItemForm(data=written)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            preparing.edit_item(item.id, _words(form), version=form.version.data or 0, by=person, at=utc_now())
        if not form.errors:
            flash(_("순서를 고쳤습니다."))
            return redirect(url_for("floor.order", slug=slug), 303)
    page = render_template(
        "floor/item.html", place=place, cycle=day.assembly.cycle, day=day, form=form, item=item, kinds=KIND_NAMES
    )
    return (page, 422) if form.errors else page


@blueprint.post("/<slug:slug>/assembly/day/items/<int:item_id>/<any(up, down, drop):step>")
def move_item(slug: str, item_id: int, step: str) -> Response:
    """Move an item, or take it off, before the day begins."""
    person, _place, day = led_day(slug)
    item = days.item_of(day, item_id)
    form = Form()
    if form.validate():
        with transaction():
            if step == "drop":
                preparing.drop_item(item.id, by=person, at=utc_now())
            else:
                preparing.move_item(item.id, up=step == "up", by=person, at=utc_now())
    return redirect(url_for("floor.order", slug=slug, _anchor="" if step == "drop" else f"item-{item_id}"), 303)


def _words(form: ItemForm) -> ItemWords:
    kind = ItemKind(form.kind.data)
    return ItemWords(
        kind=kind,
        title=form.title.data or "",
        text=form.text.data or "",
        basis=Basis(form.basis.data) if kind in DECIDED_HERE else Basis.VOTES,
        options=form.lines,
        seats=(form.seats.data or 1) if form.lines else 1,
        picks=(form.picks.data or 1) if form.lines else 1,
    )


def _defaults(assembly: Assembly, day: FloorDay | None) -> dict[str, object]:
    starts_at = (assembly.closes_at if day is None else day.starts_at).astimezone(KST)
    return {
        "starts_on": kst_date(starts_at),
        "starts_time": starts_at.time() if day is not None else starts_at.time().replace(hour=14, minute=0),
        "where": day.where if day is not None else "",
        "chair": (day.chair_id or 0) if day is not None else 0,
        "secretary": (day.secretary_id or 0) if day is not None else 0,
        "version": day.version if day is not None else 0,
    }
