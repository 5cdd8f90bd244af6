"""Pages of places: the tree, and what each place's ordinance says."""

from datetime import datetime
from fractions import Fraction

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.clock import utc_now
from app.db.session import get_or_not_found, transaction
from app.places import queries
from app.places.forms import ClearSettingForm, EditPlaceForm, NewPlaceForm, SettingForm, setting_form
from app.places.models import Place
from app.places.permissions import can_add_below, can_change_settings, can_edit_place
from app.places.rules import CHILDREN, KIND_NAMES, PlaceKind
from app.places.services import settings as setting_services
from app.places.services import tree
from app.places.settings.kinds import GROUP_NAMES, Group, Setting, write_plain, write_share
from app.places.settings.registry import NOTED, setting_of, settings_in
from app.web.forms import shown_on
from app.web.messages import phrase
from app.web.visitor import current_person, require_allowed, require_person

blueprint = Blueprint("places", __name__)
Page = Response | str | tuple[str, int]


@blueprint.get("/<slug:slug>/settings")
def settings(slug: str) -> str:
    """Show everything the ordinance decides here: the value, who said so, and the article."""
    place = queries.place_by_slug(slug)
    in_force = queries.settings_in_force(place)
    return render_template(
        "places/settings.html",
        place=place,
        cycle=None,
        groups=[
            (group, phrase(GROUP_NAMES[group]), [in_force[each.key] for each in settings_in(group)]) for group in Group
        ],
        may_change=can_change_settings(current_person(), place, utc_now()),
        own_count=sum(found.is_own for found in in_force.values()),
        noted=NOTED,
    )


@blueprint.route("/<slug:slug>/settings/<key>", methods=["GET", "POST"])
def setting(slug: str, key: str) -> Page:
    """Show one setting with its history; let the place's staff decide, after they saw whom it reaches."""
    place, rule = queries.place_by_slug(slug), setting_of(key)
    found = queries.setting_with_origin(place, key)
    if request.method == "GET":
        form = setting_form(
            rule,
            blank=True,
            value=rule.typed(found.value),
            legal_basis=found.legal_basis if found.is_own else "",
            seen=str(queries.newest_change_id(place, key)),
        )
        return _setting_page(place, rule, form)
    person = require_person()
    require_allowed(can_change_settings(person, place, utc_now()))
    form = setting_form(rule)
    if form.validate():
        with shown_on(form):
            value = rule.parse(form.value.data or "")
            if form.step.data != "confirm":
                return _setting_page(place, rule, form, preview=value)
            with transaction():
                setting_services.change_setting(
                    place.id,
                    key,
                    typed=form.value.data or "",
                    legal_basis=form.legal_basis.data or "",
                    reason=form.reason.data or "",
                    seen=_number(form.seen.data),
                    by=person,
                    at=utc_now(),
                )
            flash(_("정했습니다. 공개 기록에 남았습니다."))
            return redirect(url_for("places.setting", slug=slug, key=key), 303)
    return _setting_page(place, rule, form), 422


@blueprint.post("/<slug:slug>/settings/<key>/clear")
def clear_setting(slug: str, key: str) -> Page:
    """Return to what the place above says."""
    person, place, rule = require_person(), queries.place_by_slug(slug), setting_of(key)
    form = ClearSettingForm()
    if form.validate():
        with shown_on(form):
            with transaction():
                setting_services.clear_setting(
                    place.id,
                    key,
                    reason=form.reason.data or "",
                    seen=_number(form.seen.data),
                    by=person,
                    at=utc_now(),
                )
            flash(_("위에서 정한 값으로 돌아갔습니다."))
            return redirect(url_for("places.setting", slug=slug, key=key), 303)
    require_allowed(can_change_settings(person, place, utc_now()))
    found = queries.setting_with_origin(place, key)
    fresh = setting_form(
        rule,
        blank=True,
        value=rule.typed(found.value),
        legal_basis=found.legal_basis if found.is_own else "",
        seen=str(queries.newest_change_id(place, key)),
    )
    return _setting_page(place, rule, fresh, clear_form=form), 422


@blueprint.get("/places")
def index() -> str:
    """Show the tree of places that somebody runs."""
    person, at = require_person(), utc_now()
    roots = [city for city in queries.cities() if _runs_any(city, at)]
    places = [place for place in queries.places_below(roots) if can_edit_place(person, place, at)]
    require_allowed(bool(places))
    return render_template(
        "places/index.html",
        places=places,
        kind_names=KIND_NAMES,
        addable={place.id for place in places if CHILDREN[place.kind] and can_add_below(person, place, at)},
        top=min(len(place.ancestor_ids) for place in places),
    )


@blueprint.route("/places/<int:parent_id>/new", methods=["GET", "POST"])
def new(parent_id: int) -> Page:
    """Add a place under another one."""
    person, parent, at = require_person(), get_or_not_found(Place, parent_id), utc_now()
    require_allowed(can_add_below(person, parent, at))
    form = NewPlaceForm()
    form.kind.choices = [
        SelectChoice(kind.value, phrase(KIND_NAMES[kind])) for kind in PlaceKind if kind in CHILDREN[parent.kind]
    ]
    if request.method == "POST" and form.validate():
        with shown_on(form):
            with transaction():
                place = tree.create_place(
                    parent,
                    kind=PlaceKind(form.kind.data),
                    name=form.name.data or "",
                    name_en=form.name_en.data or "",
                    slug=form.slug.data or "",
                    population=form.population.data,
                    by=person,
                    at=at,
                )
            flash(_("%(name)s을(를) 더했습니다.", name=place.name))
            return redirect(url_for("places.index"), 303)
    page = render_template("places/new.html", form=form, parent=parent)
    return (page, 422) if request.method == "POST" else page


@blueprint.route("/places/<int:place_id>/edit", methods=["GET", "POST"])
def edit(place_id: int) -> Page:
    """Rename a place or correct its population."""
    person, place, at = require_person(), get_or_not_found(Place, place_id), utc_now()
    require_allowed(can_edit_place(person, place, at))
    form = EditPlaceForm(obj=place)
    if request.method == "POST" and form.validate():
        with shown_on(form):
            with transaction():
                tree.edit_place(
                    place.id,
                    name=form.name.data or "",
                    name_en=form.name_en.data or "",
                    population=form.population.data,
                    version=form.version.data,
                    by=person,
                    at=at,
                )
            flash(_("저장했습니다."))
            return redirect(url_for("places.index"), 303)
    page = render_template("places/edit.html", form=form, edited=place)
    return (page, 422) if request.method == "POST" else page


def _runs_any(city: Place, at: datetime) -> bool:
    person = current_person()
    return person is not None and any(place.id == city.id or place.lies_in(city.id) for place in person.run_places(at))


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 18 else -1


def _setting_page(
    place: Place,
    rule: Setting[object],
    form: SettingForm,
    *,
    preview: object = None,
    clear_form: ClearSettingForm | None = None,
) -> str:
    found = queries.setting_with_origin(place, rule.key)
    may_change = can_change_settings(current_person(), place, utc_now())
    history = queries.setting_history(place, rule.key)
    clear_form = clear_form or ClearSettingForm(
        formdata=None, seen=form.seen.data or str(queries.newest_change_id(place, rule.key))
    )
    clear_form.reason.id = "clear-reason"  # two forms on one page: no control may have the name of another
    return render_template(
        "places/setting.html",
        place=place,
        cycle=None,
        rule=rule,
        found=found,
        history=[(change, rule.load(change.value) if change.value is not None else None) for change in history],
        form=form,
        preview=preview,
        reach=queries.reach_of(place, rule.key) if may_change and preview is not None else None,
        may_change=may_change,
        noted=rule.key in NOTED,
        clear_form=clear_form,
    )


@blueprint.app_template_filter("share")
def _share(value: Fraction) -> str:
    """Write a share exactly: ``60%``, or ``1/3`` where no percentage is exact."""
    return write_share(value)


@blueprint.app_template_filter("plain_number")
def _plain_number(value: Fraction) -> str:
    """Write a weight: ``1``, ``0.5``, ``1/3``."""
    return write_plain(value)
