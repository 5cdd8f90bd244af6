"""What is announced, prolonging, the end of an inspection."""

from datetime import timedelta

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import kst_date, utc_now
from app.cycle.queries import require_current_cycle
from app.db.session import transaction
from app.errors import NotFound
from app.i18n import N_
from app.inspection import permissions
from app.inspection.forms import AnnounceForm, ConcludeForm, ExtendForm
from app.inspection.queries import opinions as queries
from app.inspection.services import running
from app.inspection.views.blueprint import NAMES, Answer, blueprint, entered, inspected
from app.plan.queries import rejected_revision, unready_items
from app.plan.queries.workbench import rejections_of
from app.web.forms import shown_on


@blueprint.route("/<slug:slug>/inspection/announce", methods=["GET", "POST"])
def announce(slug: str) -> Answer:
    """Write what is announced of the inspection."""
    place, person = entered(slug, permissions.can_enter_for_others)
    cycle, version = inspected(place)
    form = AnnounceForm(obj=queries.announcement(version))
    if form.validate_on_submit():
        words = queries.Announcement(
            form.legal_basis.data, form.receiving_unit.data, form.reading_places.data, form.contact.data or "",
            form.version.data,
        )  # fmt: skip
        with shown_on(form), transaction():
            running.announce(version.id, words, by=person, at=utc_now())
        if not form.errors:
            flash(_("공람 안내를 저장했습니다."))
            return redirect(url_for("inspection.show", slug=slug), 303)
    page = render_template("inspection/announce.html", place=place, cycle=cycle, form=form)
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/inspection/extend", methods=["GET", "POST"])
def extend(slug: str) -> Answer:
    """Prolong the inspection."""
    place, person = entered(slug, permissions.can_enter_for_others)
    cycle, _version = inspected(place)
    closes_at = cycle.stages[4].closes_at
    form = ExtendForm(version=cycle.version, last_day=kst_date(closes_at + timedelta(days=6)))
    if form.validate_on_submit():
        with shown_on(form), transaction():
            running.extend(
                cycle.id, last_day=form.last_day.data, reason=form.reason.data, version=form.version.data, by=person,
                at=utc_now(),
            )  # fmt: skip
        if not form.errors:
            flash(_("공람 기간을 늘렸습니다."))
            return redirect(url_for("inspection.show", slug=slug), 303)
    page = render_template("inspection/extend.html", place=place, cycle=cycle, form=form, closes_at=closes_at)
    return (page, 422) if form.errors else page


@blueprint.post("/<slug:slug>/inspection/conclude")
def conclude(slug: str) -> Response | tuple[str, int]:
    """Freeze the text that follows from the opinions."""
    place, person = entered(slug, permissions.can_conclude)
    cycle = require_current_cycle(place)
    form = ConcludeForm()
    with shown_on(form), transaction():
        running.conclude(cycle, version=form.version.data or 0, reason=form.reason.data or "", by=person, at=utc_now())
    if form.errors:
        return _ending_page(slug, form), 422
    flash(_("공람을 마치고 의견을 반영한 판을 고정했습니다."))
    return redirect(url_for("inspection.report", slug=slug), 303)


@blueprint.route("/<slug:slug>/inspection/again", methods=["GET", "POST"])
def again(slug: str) -> Answer:
    """Decide whether what changed must be inspected again: do so, or say why not."""
    place, person = entered(slug, permissions.can_conclude)
    cycle, version = inspected(place)
    form = ConcludeForm(version=version.plan.version)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            running.inspect_again(
                cycle, reason=form.reason.data or "", version=form.version.data, by=person, at=utc_now()
            )
        if not form.errors:
            flash(_("계획안을 다시 쓰는 중으로 돌렸습니다. 고정하면 새 공람이 시작됩니다."))
            return redirect(url_for("plan.show", slug=slug), 303)
    page = _ending_page(slug, form)
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/inspection/rejected", methods=["GET", "POST"])
def revise_again(slug: str) -> Answer:
    """Freeze what was written after the council rejected the text, or send it into another inspection."""
    place, person = entered(slug, permissions.can_conclude)
    cycle, version = inspected(place)
    rejected = rejected_revision(version.plan)
    if rejected is None:
        raise NotFound(N_("주민자치회가 부결해 다시 쓰는 계획안이 없습니다."))
    form = ConcludeForm(version=version.plan.version)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            running.revise_again(
                cycle, reason=form.reason.data or "", version=form.version.data, by=person, at=utc_now()
            )
        if not form.errors:
            flash(_("고친 판을 고정했습니다. 주민자치회의 의결을 다시 받아 주세요."))
            return redirect(url_for("plan.show", slug=slug), 303)
    page = render_template(
        "inspection/rejected.html", place=place, cycle=cycle, form=form, rejected=rejected,
        rejection=rejections_of([rejected])[rejected.id].meeting_item, inspected=version,
        substantial=running.substantial_so_far(version), unready=unready_items(version.plan), **NAMES,
    )  # fmt: skip
    return (page, 422) if form.errors else page


def _ending_page(slug: str, form: ConcludeForm) -> str:
    place, _person = entered(slug, permissions.can_conclude)
    cycle, version = inspected(place)
    return render_template(
        "inspection/again.html", place=place, cycle=cycle, form=form, substantial=running.substantial_so_far(version),
        **NAMES,
    )  # fmt: skip
