"""The second pair of eyes: making resources public, giving them back, taking them off."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from app.clock import utc_now
from app.cycle.queries import current_cycle
from app.db.session import transaction
from app.people.login import require_allowed, require_person
from app.places.queries import place_by_slug
from app.planning_group.queries import is_member
from app.survey import permissions, queries
from app.survey.forms import CheckForm, RemoveForm, ReturnForm
from app.survey.rules import RemoveReason
from app.survey.services import surveying
from app.survey.views.blueprint import blueprint
from app.survey.views.resources import NAMES, Answer, rights
from app.web.forms import shown_on


@blueprint.route("/<slug:slug>/resources/check", methods=["GET", "POST"])
def check(slug: str) -> Answer:
    """Look through what others wrote and make it public."""
    person = require_person()
    place = place_by_slug(slug)
    require_allowed(rights(place)["survey"])
    rows = queries.waiting(place)
    theirs = [row for row in rows if row.changed_by != person.id]
    form = CheckForm()
    # What was posted is judged by the service: a version that is no longer shown is a conflict, not a wrong choice.
    shown = [f"{row.id}:{row.version}" for row in theirs]
    sent = [value for value in form.seen.raw_data or [] if _is_pair(value)] if form.is_submitted() else []
    form.seen.choices = [SelectChoice(value, value) for value in dict.fromkeys([*shown, *sent])]
    if form.validate_on_submit():
        seen = [(int(row_id), int(version)) for row_id, _colon, version in (v.partition(":") for v in form.seen.data)]
        with shown_on(form), transaction():
            surveying.check_resources(place, seen, by=person, at=utc_now())
        if not form.errors:
            flash(_("%(n)s곳을 공개했습니다.", n=len(seen)))
            return redirect(url_for("survey.check", slug=slug), 303)
    page = render_template(
        "survey/check.html", place=place, cycle=current_cycle(place), rows=theirs, own=len(rows) - len(theirs),
        words={row.id: queries.words_of(row) for row in theirs}, form=form, **NAMES,
    )  # fmt: skip
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/resources/<int:resource_id>/return", methods=["GET", "POST"])
def give_back(slug: str, resource_id: int) -> Answer:
    """Say what must be put right."""
    person = require_person()
    place = place_by_slug(slug)
    found = queries.visible_resource(place, resource_id, person, utc_now())
    require_allowed(rights(place)["survey"])
    form = ReturnForm(version=found.version)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            surveying.return_resource(
                resource_id, reason=form.reason.data, version=form.version.data, by=person, at=utc_now()
            )
        if not form.errors:
            flash(_("고칠 것을 알렸습니다."))
            return redirect(url_for("survey.check", slug=slug), 303)
    page = render_template(
        "survey/act.html", place=place, cycle=current_cycle(place), resource=found, form=form,
        title=_("고칠 것 알리기"), button=_("알리기"),
        lead=_("적은 사람이 읽고 고칩니다. 고치면 다시 확인할 목록에 올라옵니다."),
    )  # fmt: skip
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/resources/<int:resource_id>/remove", methods=["GET", "POST"])
def remove(slug: str, resource_id: int) -> Answer:
    """Take a resource off the list."""
    person = require_person()
    place = place_by_slug(slug)
    at = utc_now()
    found = queries.visible_resource(place, resource_id, person, at)
    require_allowed(permissions.can_edit(person, found, at, in_group=is_member(place, person)))
    form = RemoveForm(version=found.version)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            surveying.remove_resource(
                resource_id, reason=RemoveReason(form.reason.data), version=form.version.data, by=person, at=at
            )
        if not form.errors:
            flash(_("목록과 지도에서 뺐습니다."))
            return redirect(url_for("survey.index", slug=slug), 303)
    page = render_template(
        "survey/act.html", place=place, cycle=current_cycle(place), resource=found, form=form,
        title=_("자원 빼기"), button=_("빼기"),
        lead=_("연락처와 사진은 바로 지우고 되돌릴 수 없습니다. 사람이면 이름과 글도 지웁니다. 뺐다는 사실은 공개 기록에 남습니다."),
    )  # fmt: skip
    return (page, 422) if form.errors else page


def _is_pair(value: object) -> bool:
    left, colon, right = str(value).partition(":")
    return (
        bool(colon)
        and left.isascii()
        and left.isdigit()
        and right.isascii()
        and right.isdigit()
        and len(str(value)) < 30
    )
