"""Pages of staff and council about one application: checking, scoring, paying out, settling, taking back."""

import hashlib

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import kst_date, utc_now
from app.db.session import transaction
from app.errors import NotFound
from app.execution.services.grants import Document
from app.files.kinds import kind_of, safe_name
from app.people.login import require_allowed
from app.small_groups.forms import CheckForm, PayForm, ReasonForm, ScoreForm, SettleForm, StrikeForm
from app.small_groups.permissions import can_deliberate
from app.small_groups.queries import applications as queries
from app.small_groups.queries import groups as group_queries
from app.small_groups.queries import rounds as round_queries
from app.small_groups.rules.applications import BY_HAND, BY_MACHINE, Criterion, Mark, State
from app.small_groups.rules.reports import ReportState
from app.small_groups.services import checking, deliberating, granting, reporting
from app.small_groups.views.blueprint import (
    NAMES,
    STATE_BADGES,
    Answer,
    act_page,
    back,
    blueprint,
    for_staff,
    opened,
    readable,
)
from app.web.forms import shown_on


@blueprint.route("/<slug:slug>/small-groups/applications/<int:application_id>/check", methods=["GET", "POST"])
def check(slug: str, application_id: int) -> Answer:
    """Say whether an application is eligible."""
    place, row, person = for_staff(slug, application_id)
    at = utc_now()
    if opened():
        checking.require_checkable(row, at)
    met = {each.value: each.value not in row.failures for each in BY_HAND} if row.checked_at else {}
    form = CheckForm(version=row.version, reason=row.check_reason, **met)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            checking.check_application(
                application_id, failed=form.failed, reason=form.reason.data or "", version=form.version.data, by=person,
                at=at,
            )  # fmt: skip
        if not form.errors:
            flash(_("자격을 확인하고 모임에 알렸습니다."))
            return redirect(url_for("small_groups.workbench", slug=slug, round_id=row.round_id), 303)
    page = render_template(
        "small_groups/check.html", place=place, cycle=row.round.cycle, application=row, round=row.round, form=form,
        confirmed=queries.confirmed_count(row), failures=checking.failures_of(row, at),
        machine=[each for each in Criterion if each in BY_MACHINE], by_hand=BY_HAND,
        owing=queries.people_who_owe(row, at), badges=STATE_BADGES, **NAMES,
    )  # fmt: skip
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/small-groups/applications/<int:application_id>/score", methods=["GET", "POST"])
def score(slug: str, application_id: int) -> Answer:
    """Fill in one's sheet about an application."""
    place, row, person = readable(slug, application_id)
    require_allowed(can_deliberate(person, place, utc_now()))
    if opened():
        deliberating.require_before_council(row, person, utc_now())
    sheets = round_queries.sheets_of([row.id])[row.id]
    mine = next((sheet for sheet in sheets if sheet.person_id == person.id), None)
    form = ScoreForm(data={name: str(mark) for name, mark in mine.marks.items()} if mine else None)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            deliberating.score(application_id, form.marks, by=person, at=utc_now())
        if not form.errors:
            flash(_("심의표를 저장했습니다."))
            return redirect(url_for("small_groups.workbench", slug=slug, round_id=row.round_id), 303)
    out = any(each.person_id == person.id for each in round_queries.recusals_of([row.id])[row.id])
    page = render_template(
        "small_groups/score.html", place=place, cycle=row.round.cycle, application=row, round=row.round, form=form,
        mark_order=list(Mark), is_out=out, confirmed=queries.confirmed_count(row), badges=STATE_BADGES, **NAMES,
    )  # fmt: skip
    return (page, 422) if form.errors else page


@blueprint.post("/<slug:slug>/small-groups/applications/<int:application_id>/stand-back")
def stand_back(slug: str, application_id: int) -> Response:
    """Stand back from an application."""
    place, row, person = readable(slug, application_id)
    require_allowed(can_deliberate(person, place, utc_now()))
    with transaction():
        deliberating.stand_back(application_id, by=person, at=utc_now())
    flash(_("이 신청의 심의에서 빠집니다. 몇 명이 빠졌는지만 공개됩니다."))
    return redirect(url_for("small_groups.workbench", slug=slug, round_id=row.round_id), 303)


@blueprint.route("/<slug:slug>/small-groups/applications/<int:application_id>/pay", methods=["GET", "POST"])
def pay(slug: str, application_id: int) -> Answer:
    """Note that a group has its money."""
    place, row, person = for_staff(slug, application_id)
    if opened():
        granting.require_payable(row)
    form = PayForm(version=row.version, paid_on=kst_date(utc_now()))
    if form.validate_on_submit():
        with shown_on(form), transaction():
            payment = granting.Payment(form.paid_on.data, _document(form))
            granting.pay_out(application_id, payment, version=form.version.data, by=person, at=utc_now())
        if not form.errors:
            return back(slug, application_id, _("지원금을 준 것을 장부에 적었습니다."))
    return act_page(
        place, form, application=row, title=_("지원금 준 것 적기"), button=_("장부에 적기"), upload=True,
        lead=_("지원금을 모두 준 날을 적습니다. 장부에 계약과 집행으로 남고, 계좌 번호는 적지 않습니다."),
        hints={"document": _("파일은 보관하지 않고 지문(SHA-256)만 장부에 남깁니다.")},
    )  # fmt: skip


def _document(form: PayForm) -> Document | None:
    upload = form.document.data
    if not upload or not upload.filename:
        return None
    content = upload.read()
    kind = kind_of(upload.filename, content)
    return Document(safe_name(upload.filename, kind), hashlib.sha256(content).hexdigest())


@blueprint.route("/<slug:slug>/small-groups/applications/<int:application_id>/reclaim", methods=["GET", "POST"])
def reclaim(slug: str, application_id: int) -> Answer:
    """Take a grant back of which nothing was reported."""
    place, row, person = for_staff(slug, application_id)
    if opened():
        granting.require_reclaimable(row, utc_now())
    form = ReasonForm(version=row.version)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            granting.reclaim(
                application_id, reason=form.reason.data, version=form.version.data, by=person, at=utc_now()
            )
        if not form.errors:
            return back(slug, application_id, _("지원금을 돌려받은 것으로 장부에 적었습니다."))
    return act_page(
        place, form, application=row, title=_("보고가 없어 돌려받기"), button=_("돌려받은 것으로 적기"), danger=True,
        lead=_("장부에서 준 돈을 되돌려 적고 모두 반납으로 남깁니다. 두 줄이 다 남고, 되돌릴 수 없습니다."),
        hints={"reason": _("언제 어떻게 알렸고, 돈을 어떻게 돌려받았는지 적어 주세요. 모임에 알립니다.")},
    )  # fmt: skip


@blueprint.route("/<slug:slug>/small-groups/applications/<int:application_id>/settle", methods=["GET", "POST"])
def settle(slug: str, application_id: int) -> Answer:
    """Look through a report; accept it, or send it back."""
    place, row, person = for_staff(slug, application_id)
    report = group_queries.report_of(row)
    if report is None or report.state is ReportState.DRAFT:
        raise NotFound(queries.NO_APPLICATION)
    form = SettleForm(version=report.version)
    if form.validate_on_submit():
        version, at = form.version.data, utc_now()
        with shown_on(form), transaction():
            if form.answer.data:
                reporting.send_back(application_id, answer=form.answer.data, version=version, by=person, at=at)
            else:
                reporting.accept_report(application_id, version=version, by=person, at=at)
        if not form.errors:
            sent_back = bool(form.answer.data)
            return back(
                slug,
                application_id,
                _("고칠 곳을 알렸습니다.") if sent_back else _("결과보고를 확인하고 정산했습니다."),
            )
    page = render_template(
        "small_groups/settle.html", place=place, cycle=row.round.cycle, application=row, round=row.round, report=report,
        form=form, lines=group_queries.lines_spent(row, report), badges=STATE_BADGES,
        is_waiting=row.state is State.GRANTED and report.state is ReportState.SUBMITTED, **NAMES,
    )  # fmt: skip
    return (page, 422) if form.errors else page


@blueprint.post("/<slug:slug>/small-groups/applications/<int:application_id>/strike")
def strike(slug: str, application_id: int) -> Response | tuple[str, int]:
    """Leave a receipt out of the settlement, or count it again."""
    _place, _row, person = for_staff(slug, application_id)
    form = StrikeForm()
    if form.validate_on_submit():
        with transaction():
            reporting.strike_receipt(
                application_id, form.receipt.data, reason=form.reason.data or "", version=form.version.data, by=person,
                at=utc_now(),
            )  # fmt: skip
        flash(_("영수증을 뺐습니다.") if form.reason.data else _("영수증을 다시 셉니다."))
    return redirect(url_for("small_groups.settle", slug=slug, application_id=application_id), 303)
