"""Pages of the group's report: what was done, receipts, photos, sending it in."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.clock import kst_date, utc_now
from app.db.session import transaction
from app.errors import NotFound
from app.files.kinds import Sort
from app.files.serving import as_download, as_picture
from app.people.login import require_allowed, require_person
from app.people.models import Person
from app.places.models import Place
from app.places.queries import place_by_slug
from app.small_groups.forms import PhotoForm, ReceiptForm, ReportForm
from app.small_groups.models import GroupApplication
from app.small_groups.permissions import can_see_receipts, is_in_group, is_leader
from app.small_groups.queries import applications as queries
from app.small_groups.queries import groups as group_queries
from app.small_groups.rules.applications import State
from app.small_groups.rules.reports import MOST_PHOTOS, MOST_RECEIPTS, WRITABLE
from app.small_groups.services import reporting
from app.small_groups.views.blueprint import NAMES, Answer, back, blueprint, readable
from app.web.forms import Form, shown_on


@blueprint.route("/<slug:slug>/small-groups/applications/<int:application_id>/report", methods=["GET", "POST"])
def report(slug: str, application_id: int) -> Answer:
    """Write what was done."""
    _place, row, person = _reporter(slug, application_id)
    form = _report_form(row)
    if form.validate_on_submit():
        account = reporting.Account(form.did.data or "", form.meetings.data or 0, form.attendance.data or 0)
        with shown_on(form), transaction():
            reporting.write_report(application_id, account, version=form.version.data, by=person, at=utc_now())
        if not form.errors:
            return _saved(slug, application_id, _("결과보고를 저장했습니다."))
    return _page(row, person, written=form)


@blueprint.post("/<slug:slug>/small-groups/applications/<int:application_id>/report/receipts")
def add_receipt(slug: str, application_id: int) -> Answer:
    """Add money that was spent, with its paper."""
    _place, row, person = _reporter(slug, application_id)
    form = _receipt_form(row)
    if form.validate_on_submit():
        upload = form.file.data
        spending = reporting.Spending(
            form.line.data, form.what.data, form.won.data, form.spent_on.data, upload.filename or "", upload.read()
        )
        with shown_on(form), transaction():
            reporting.add_receipt(application_id, spending, once=form.token, by=person, at=utc_now())
        if not form.errors:
            return _saved(slug, application_id, _("영수증을 더했습니다."))
    return _page(row, person, receipt=form)


@blueprint.post("/<slug:slug>/small-groups/applications/<int:application_id>/report/photos")
def add_photo(slug: str, application_id: int) -> Answer:
    """Add a photo of what was done."""
    _place, row, person = _reporter(slug, application_id)
    form = PhotoForm()
    if form.validate_on_submit():
        upload = form.photo.data
        with shown_on(form), transaction():
            reporting.add_photo(
                application_id, name=upload.filename or "", content=upload.read(), text=form.text.data, by=person,
                at=utc_now(),
            )  # fmt: skip
        if not form.errors:
            return _saved(slug, application_id, _("사진을 더했습니다."))
    return _page(row, person, photo=form)


@blueprint.post(
    "/<slug:slug>/small-groups/applications/<int:application_id>/report/<any(receipts, photos):what>/<int:file_id>/remove"
)
def remove_file(slug: str, application_id: int, what: str, file_id: int) -> Response:
    """Take a receipt or a photo away."""
    _place, _row, person = _reporter(slug, application_id)
    remove = reporting.remove_receipt if what == "receipts" else reporting.remove_photo
    with transaction():
        remove(application_id, file_id, by=person, at=utc_now())
    return _saved(slug, application_id, _("파일을 뺐습니다."))


@blueprint.post("/<slug:slug>/small-groups/applications/<int:application_id>/report/submit")
def submit_report(slug: str, application_id: int) -> Answer:
    """Send the report in."""
    _place, row, person = _reporter(slug, application_id)
    require_allowed(is_leader(person, row))
    form = _report_form(row, typed=False)
    with shown_on(form), transaction():
        reporting.submit_report(application_id, by=person, at=utc_now())
    if form.errors:
        return _page(row, person, written=form)
    return back(slug, application_id, _("결과보고를 냈습니다. 담당자가 확인하고 알려 드립니다."))


@blueprint.get("/<slug:slug>/small-groups/applications/<int:application_id>/receipts/<int:receipt_id>")
def receipt(slug: str, application_id: int, receipt_id: int) -> Response:
    """Hand a receipt to the group and to staff."""
    person, place = require_person(), place_by_slug(slug)
    row = queries.application_of(place, application_id)
    if not can_see_receipts(person, row, utc_now()):
        raise NotFound(group_queries.NO_FILE)
    found = group_queries.receipt_of(row, receipt_id)
    if found.file.sort is Sort.PICTURE and "save" not in request.args:
        return as_picture(found.file, small="small" in request.args, is_public=False)
    return as_download(found.file)


def _reporter(slug: str, application_id: int) -> tuple[Place, GroupApplication, Person]:
    place, row, person = readable(slug, application_id)
    require_allowed(is_in_group(person, row))
    if row.state is not State.GRANTED or row.paid_on is None:
        raise NotFound(queries.NO_APPLICATION)
    return place, row, person


def _report_form(row: GroupApplication, *, typed: bool = True) -> ReportForm:
    found = row.report
    values = (
        {
            "version": found.version, "did": found.did, "meetings": found.meetings or None,
            "attendance": found.attendance or None,
        }
        if found is not None
        else {"version": 1}
    )  # fmt: skip
    return ReportForm(**values) if typed else ReportForm(formdata=None, **values)


def _receipt_form(row: GroupApplication, *, typed: bool = True) -> ReceiptForm:
    today = kst_date(utc_now())
    form = ReceiptForm(spent_on=today) if typed else ReceiptForm(formdata=None, spent_on=today)
    form.line.choices = [SelectChoice(line.what, f"{line.what} ({line.won:,})") for line in row.budget]
    return form


def _page(
    row: GroupApplication,
    person: Person,
    *,
    written: ReportForm | None = None,
    receipt: ReceiptForm | None = None,
    photo: PhotoForm | None = None,
) -> Answer:
    """Render the report with the one form that was sent; the others stand as they are kept."""
    found = group_queries.report_of(row)
    forms: list[Form | None] = [written, receipt, photo]
    page = render_template(
        "small_groups/report.html",
        place=row.place,
        cycle=row.round.cycle,
        application=row,
        round=row.round,
        report=found,
        written=written or _report_form(row, typed=False),
        receipt=receipt or _receipt_form(row, typed=False),
        photo=photo or PhotoForm(formdata=None),
        lines=group_queries.lines_spent(row, found),
        is_writable=found is None or found.state in WRITABLE,
        may_submit=is_leader(person, row),
        most={"receipts": MOST_RECEIPTS, "photos": MOST_PHOTOS},
        **NAMES,
    )
    return (page, 422) if any(form is not None and form.errors for form in forms) else page


def _saved(slug: str, application_id: int, message: str) -> Response:
    flash(message)
    return redirect(url_for("small_groups.report", slug=slug, application_id=application_id), 303)
