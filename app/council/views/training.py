"""Pages of the residents' school: courses, sittings, check-in by QR, attendance lists, credits."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import kst_date, kst_instant, utc_now
from app.council import permissions
from app.council.forms.people import VersionedReasonForm
from app.council.forms.training import CheckInForm, CreditForm, VisitorForm, course_form
from app.council.queries import training as queries
from app.council.queries.people import NOTHING
from app.council.rules.eligibility import spoken_hours
from app.council.rules.training import CODE_MINUTES, COURSE_STATE_NAMES, CourseState, code_at
from app.council.services import schooling
from app.council.views.blueprint import blueprint
from app.cycle.queries import current_cycle
from app.db.session import get_or_not_found, transaction
from app.errors import NotFound
from app.people.login import current_person, require_allowed, require_person
from app.people.models import Person
from app.places.queries import place_by_slug, setting_with_origin
from app.web.forms import shown_on
from app.web.qr import qr_on_page


@blueprint.get("/<slug:slug>/council/courses")
def courses(slug: str) -> str:
    """Show the courses, and what one has done oneself."""
    place = place_by_slug(slug)
    person = current_person()
    at = utc_now()
    may_teach = permissions.can_teach(person, place, at)
    rows = queries.courses_newest_first(place, drafts=may_teach)
    return render_template(
        "council/courses.html",
        place=place,
        cycle=current_cycle(place),
        courses=rows,
        enrolled=queries.enrolled_counts(rows),
        hours=queries.hours_of(place, kst_date(at), person=person) if person else None,
        needed=setting_with_origin(place, "council.training_hours_new"),
        valid=setting_with_origin(place, "council.training_valid_months"),
        spoken_hours=spoken_hours,
        states=COURSE_STATE_NAMES,
        may_teach=may_teach,
        may_credit=permissions.can_check_applications(person, place, at),
    )


@blueprint.route("/<slug:slug>/council/courses/new", methods=["GET", "POST"])
def new_course(slug: str) -> Response | str | tuple[str, int]:
    """Plan and announce a course."""
    person = require_person()
    place = place_by_slug(slug)
    require_allowed(permissions.can_teach(person, place, utc_now()))
    form = course_form()
    if form.validate_on_submit():
        made = None
        with shown_on(form), transaction():
            made = schooling.plan_course(
                place,
                title=form.title.data,
                text=form.text.data or "",
                capacity=form.capacity.data,
                sessions=[
                    schooling.SessionPlan(
                        row["part"], row["where"], kst_instant(row["starts_on"], row["starts_time"]), row["minutes"]
                    )
                    for row in form.sittings()
                ],
                once=form.token,
                by=person,
                at=utc_now(),
            )
        if made is not None and not form.errors:
            flash(_("과정을 알렸습니다."))
            return redirect(url_for("council.course", slug=slug, course_id=made.id), 303)
    page = render_template("council/new_course.html", place=place, cycle=current_cycle(place), form=form)
    return (page, 422) if form.errors else page


@blueprint.get("/<slug:slug>/council/courses/<int:course_id>")
def course(slug: str, course_id: int) -> str:
    """Show a course, its sittings, and one's own attendance."""
    place = place_by_slug(slug)
    found = queries.course_of(place, course_id)
    person = current_person()
    at = utc_now()
    may_teach = permissions.can_teach(person, place, at)
    if found.state is CourseState.DRAFT and not may_teach:
        raise NotFound(NOTHING)
    return render_template(
        "council/course.html",
        place=place,
        cycle=current_cycle(place),
        course=found,
        count=queries.enrolled_counts([found]).get(found.id, 0),
        enrolment=queries.enrolment_of(found, person.id) if person else None,
        attended=queries.attended_sessions(found, person.id) if person else {},
        is_open=found.state is CourseState.ANNOUNCED and any(row.starts_at > at for row in found.sessions),
        spoken_hours=spoken_hours,
        states=COURSE_STATE_NAMES,
        may_teach=may_teach,
    )


@blueprint.post("/<slug:slug>/council/courses/<int:course_id>/<any(enrol, withdraw, finish):act>")
def act_on_course(slug: str, course_id: int, act: str) -> Response:
    """Enrol, take the enrolment back, or close a course."""
    person = require_person()
    place = place_by_slug(slug)
    found = queries.course_of(place, course_id)
    with transaction():
        if act == "enrol":
            schooling.enrol(course_id, by=person, at=utc_now())
        elif act == "withdraw":
            schooling.withdraw_enrolment(course_id, by=person, at=utc_now())
        else:
            schooling.finish_course(course_id, version=found.version, by=person, at=utc_now())
    flash(
        {
            "enrol": _("신청했습니다. 그날 교육장 화면의 QR로 출석해 주세요."),
            "withdraw": _("신청을 거두었습니다."),
            "finish": _("과정을 마쳤습니다."),
        }[act]
    )
    return redirect(url_for("council.course", slug=slug, course_id=course_id), 303)


@blueprint.route("/<slug:slug>/council/courses/<int:course_id>/cancel", methods=["GET", "POST"])
def cancel_course(slug: str, course_id: int) -> Response | str | tuple[str, int]:
    """Call a course off."""
    person = require_person()
    place = place_by_slug(slug)
    found = queries.course_of(place, course_id)
    require_allowed(permissions.can_teach(person, place, utc_now()))
    form = VersionedReasonForm(version=found.version)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            schooling.cancel_course(
                course_id, reason=form.reason.data, version=form.version.data, by=person, at=utc_now()
            )
        if not form.errors:
            flash(_("과정을 취소했습니다."))
            return redirect(url_for("council.course", slug=slug, course_id=course_id), 303)
    page = render_template(
        "council/cancel_course.html", place=place, cycle=current_cycle(place), course=found, form=form
    )
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/council/sessions/<int:session_id>/check-in", methods=["GET", "POST"])
def check_in(slug: str, session_id: int) -> Response | str | tuple[str, int]:
    """Check in with the code on the screen of the room; the QR brings it along."""
    person = require_person()
    place = place_by_slug(slug)
    found = queries.session_of(place, session_id)
    form = CheckInForm(code=request.args.get("code", ""))
    if form.validate_on_submit():
        with shown_on(form), transaction():
            schooling.check_in(session_id, code=form.code.data, by=person, at=utc_now())
        if not form.errors:
            flash(_("출석했습니다."))
            return redirect(url_for("council.course", slug=slug, course_id=found.course_id), 303)
    page = render_template("council/check_in.html", place=place, cycle=current_cycle(place), session=found, form=form)
    return (page, 422) if form.errors else page


@blueprint.get("/<slug:slug>/council/sessions/<int:session_id>/screen")
def screen(slug: str, session_id: int) -> Response:
    """Show the code and its QR, for the projector of the room; it renews itself."""
    person = require_person()
    place = place_by_slug(slug)
    found = queries.session_of(place, session_id)
    at = utc_now()
    require_allowed(permissions.can_teach(person, place, at))
    code = code_at(found.check_in_secret, at)
    link = url_for("council.check_in", slug=slug, session_id=session_id, code=code, _external=True)
    page = render_template(
        "council/screen.html",
        place=place,
        session=found,
        code=code,
        drawing=qr_on_page(link),
        minutes=CODE_MINUTES,
    )
    answer = Response(page, mimetype="text/html")
    answer.headers["Refresh"] = "60"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.route("/<slug:slug>/council/sessions/<int:session_id>/attendance", methods=["GET", "POST"])
def attendance(slug: str, session_id: int) -> Response | str | tuple[str, int]:
    """Keep the attendance list of a sitting; people without an account are noted by name and birth date."""
    person = require_person()
    place = place_by_slug(slug)
    found = queries.session_of(place, session_id)
    at = utc_now()
    require_allowed(permissions.can_teach(person, place, at))
    form = VisitorForm()
    if form.validate_on_submit():
        with shown_on(form), transaction():
            schooling.note_visitor(
                session_id, name=form.name.data, birth_date=form.birth_date.data, minutes=form.minutes.data,
                by=person, at=at,
            )  # fmt: skip
        if not form.errors:
            flash(_("출석을 적었습니다."))
            return redirect(url_for("council.attendance", slug=slug, session_id=session_id), 303)
    page = render_template(
        "council/attendance.html",
        place=place,
        cycle=current_cycle(place),
        session=found,
        rows=queries.attendance_list(found),
        missing=queries.enrolled_without(found),
        form=form,
        has_begun=at >= found.starts_at,
        may_note_names=permissions.can_check_applications(person, place, at),
    )
    return (page, 422) if form.errors else page


@blueprint.post("/<slug:slug>/council/sessions/<int:session_id>/attendance/<int:person_id>")
def note_attendance(slug: str, session_id: int, person_id: int) -> Response:
    """Note somebody enrolled as present."""
    person = require_person()
    place = place_by_slug(slug)
    queries.session_of(place, session_id)
    require_allowed(permissions.can_teach(person, place, utc_now()))
    with transaction():
        schooling.note_attendance(
            session_id, person=get_or_not_found(Person, person_id), minutes=None, by=person, at=utc_now()
        )
    flash(_("출석을 적었습니다."))
    return redirect(url_for("council.attendance", slug=slug, session_id=session_id), 303)


@blueprint.route("/<slug:slug>/council/credits/new", methods=["GET", "POST"])
def credit(slug: str) -> Response | str | tuple[str, int]:
    """Credit training done elsewhere."""
    person = require_person()
    place = place_by_slug(slug)
    require_allowed(permissions.can_check_applications(person, place, utc_now()))
    form = CreditForm()
    if form.validate_on_submit():
        with shown_on(form), transaction():
            schooling.credit_training(
                place,
                name=form.name.data,
                birth_date=form.birth_date.data,
                title=form.title.data,
                held_on=form.held_on.data,
                hours=form.hours.data,
                once=form.token,
                by=person,
                at=utc_now(),
            )
        if not form.errors:
            flash(_("다른 곳에서 마친 교육을 인정했습니다."))
            return redirect(url_for("council.courses", slug=slug), 303)
    page = render_template("council/credit.html", place=place, cycle=current_cycle(place), form=form)
    return (page, 422) if form.errors else page
