"""Pages of those who apply: the application, inviting, confirming, sending in, taking back."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.clock import kst_date, utc_now
from app.config import generate_token
from app.db.session import transaction
from app.errors import NotFound
from app.extensions import limiter
from app.people.login import require_allowed, require_person
from app.people.models import Person
from app.places.models import Place
from app.places.queries import place_by_slug
from app.small_groups.forms import EditWishForm, InviteForm, WishForm
from app.small_groups.models import GroupApplication
from app.small_groups.permissions import can_apply, can_check, can_deliberate, is_in_group, is_leader
from app.small_groups.queries import applications as queries
from app.small_groups.queries import groups as group_queries
from app.small_groups.queries.rounds import round_of
from app.small_groups.rules.applications import MOST_MAILED, State, require_move
from app.small_groups.services import applying, granting, objecting, people
from app.small_groups.views.blueprint import (
    NAMES,
    STANDING_BADGES,
    STATE_BADGES,
    Answer,
    back,
    blueprint,
    opened,
    readable,
)
from app.web.forms import Form, shown_on

GATHERING = frozenset({State.DRAFT, State.SUBMITTED})


@blueprint.route("/<slug:slug>/small-groups/rounds/<int:round_id>/apply", methods=["GET", "POST"])
def apply(slug: str, round_id: int) -> Answer:
    """Begin an application."""
    person, place = require_person(), place_by_slug(slug)
    row = round_of(place, round_id)
    require_allowed(can_apply(person, place))
    mine = queries.own_application(row, person)
    if mine is not None and is_leader(person, mine) and mine.state is not State.WITHDRAWN:
        return redirect(url_for("small_groups.application", slug=slug, application_id=mine.id), 303)
    if opened():
        applying.require_open(row, utc_now())
    former = queries.former_groups(place, person)
    form = WishForm()
    form.group.choices = [SelectChoice(0, _("새 모임"))] + [SelectChoice(each.group_id, each.name) for each in former]
    if form.validate_on_submit():
        with shown_on(form), transaction():
            made = applying.begin_application(
                round_id, form.wish, group_id=form.group.data or None, by=person, at=utc_now()
            )
        if not form.errors:
            flash(_("초안으로 저장했습니다. 함께할 이웃을 초대해 주세요."))
            return redirect(url_for("small_groups.application", slug=slug, application_id=made.id), 303)
    page = render_template(
        "small_groups/wish.html", place=place, cycle=row.cycle, form=form, round=row, application=None, former=former
    )
    return (page, 422) if form.errors else page


@blueprint.get("/<slug:slug>/small-groups/applications/<int:application_id>")
def application(slug: str, application_id: int) -> str:
    """Show an application to the group, and once it is sent in to staff and council."""
    place, row, person = readable(slug, application_id)
    at = utc_now()
    within, leads = is_in_group(person, row), is_leader(person, row)
    checks = can_check(person, place, at)
    is_open = row.round.is_open(at)
    report = group_queries.report_of(row)
    return render_template(
        "small_groups/application.html",
        place=place,
        cycle=row.round.cycle,
        application=row,
        round=row.round,
        report=report,
        confirmed=queries.confirmed_count(row),
        people=queries.people_of(row) if within or checks else [],
        me=person.id,
        is_open=is_open,
        is_late=group_queries.owes_report(row, kst_date(at)),
        may={
            "within": within,
            "lead": leads,
            "edit": leads and is_open and row.state in GATHERING,
            "withdraw": leads and row.state in GATHERING | {State.ELIGIBLE, State.INELIGIBLE},
            "leave": within and not leads and is_open and row.state in GATHERING,
            "give_up": leads and row.state is State.GRANTED and row.paid_on is None,
            "report": within and row.state is State.GRANTED and row.paid_on is not None,
            "check": checks and not within,
            "score": can_deliberate(person, place, at) and not within and row.state is State.ELIGIBLE,
            "object": objecting.may_object(row, person, at),
        },
        objection=row.objection,
        badges=STATE_BADGES,
        standing_badges=STANDING_BADGES,
        **NAMES,
    )


@blueprint.route("/<slug:slug>/small-groups/applications/<int:application_id>/edit", methods=["GET", "POST"])
def edit(slug: str, application_id: int) -> Answer:
    """Change what a group asks for."""
    place, row, person = readable(slug, application_id)
    require_allowed(is_leader(person, row))
    if opened():
        applying.require_editable(row, utc_now())
    form = EditWishForm(
        version=row.version, name=row.name, purpose=row.purpose,
        months="\n".join(f"{month}월 {text}" for month, text in row.plan),
        lines="\n".join(f"{line.what} {line.won:,}" for line in row.budget),
    )  # fmt: skip
    form.group.choices = [SelectChoice(0, _("새 모임"))]
    if form.validate_on_submit():
        with shown_on(form), transaction():
            applying.edit_application(application_id, form.wish, version=form.version.data, by=person, at=utc_now())
        if not form.errors:
            return back(slug, application_id, _("고친 글을 저장했습니다."))
    page = render_template(
        "small_groups/wish.html", place=place, cycle=row.round.cycle, form=form, round=row.round, application=row,
        former=[],
    )  # fmt: skip
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/small-groups/applications/<int:application_id>/invite", methods=["GET", "POST"])
@limiter.limit("30/hour", methods=["POST"])
def invite(slug: str, application_id: int) -> Answer:
    """Mail an invitation."""
    place, row, person = readable(slug, application_id)
    require_allowed(is_leader(person, row))
    if opened():
        people.require_gathering(row, utc_now())
    form = InviteForm()
    if form.validate_on_submit():
        with shown_on(form), transaction():
            people.mail_invitation(application_id, word=generate_token(), to=form.to.data, by=person, at=utc_now())
        if not form.errors:
            flash(_("초대 메일을 보냈습니다."))
            return redirect(url_for("small_groups.invite", slug=slug, application_id=application_id), 303)
    return _invite_page(place, row, form, address="")


@blueprint.post("/<slug:slug>/small-groups/applications/<int:application_id>/link")
@limiter.limit("30/hour")
def make_link(slug: str, application_id: int) -> Answer:
    """Make the address that invites; it is shown once."""
    place, row, person = readable(slug, application_id)
    require_allowed(is_leader(person, row))
    word = generate_token()
    with transaction():
        people.make_link(application_id, word=word, by=person, at=utc_now())
    address = url_for("small_groups.join", slug=slug, word=word, _external=True)
    return _invite_page(place, row, InviteForm(formdata=None), address=address)


def _invite_page(place: Place, row: GroupApplication, form: InviteForm, *, address: str) -> Answer:
    page = render_template(
        "small_groups/invite.html", place=place, cycle=row.round.cycle, application=row, round=row.round, form=form,
        address=address, confirmed=queries.confirmed_count(row), most=MOST_MAILED,
    )  # fmt: skip
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/small-groups/join/<word>", methods=["GET", "POST"])
@limiter.limit("60/hour")
def join(slug: str, word: str) -> Answer:
    """Read what group one is invited into, and confirm that one belongs to it."""
    person, place = require_person(), place_by_slug(slug)
    row = queries.invitation_of(word).application
    if row.place_id != place.id:
        raise NotFound(queries.NO_INVITATION)
    if opened() and not is_in_group(person, row):
        people.require_gathering(row, utc_now())
    form = Form()
    if form.validate_on_submit():
        with shown_on(form), transaction():
            people.confirm(word, by=person, at=utc_now())
        if not form.errors:
            return back(slug, row.id, _("모임에 함께한다고 확인했습니다."))
    page = render_template(
        "small_groups/join.html", place=place, cycle=row.round.cycle, application=row, round=row.round, form=form,
        may=can_apply(person, place), is_in=is_in_group(person, row), **NAMES,
    )  # fmt: skip
    return (page, 422) if form.errors else page


@blueprint.route(
    "/<slug:slug>/small-groups/applications/<int:application_id>/<any(submit, withdraw, leave, give_up):act>",
    methods=["GET", "POST"],
)
def act(slug: str, application_id: int, act: str) -> Response | str | tuple[str, int]:
    """Send in, take back, leave, or give up, after a look at what it means."""
    place, row, person = readable(slug, application_id)
    require_allowed(is_in_group(person, row) if act == "leave" else is_leader(person, row))
    if opened():
        _require_act(act, row, person)
    form = Form()
    uses = {
        "submit": applying.submit_application,
        "withdraw": applying.withdraw_application,
        "leave": people.leave,
        "give_up": granting.give_up,
    }
    if form.validate_on_submit():
        with shown_on(form), transaction():
            uses[act](application_id, by=person, at=utc_now())
        if not form.errors:
            flash(
                {
                    "submit": _("신청을 냈습니다. 마감까지 고치거나 거둘 수 있습니다."),
                    "withdraw": _("신청을 거두었습니다."),
                    "leave": _("모임에서 빠졌습니다."),
                    "give_up": _("지원을 사양했습니다."),
                }[act]
            )
            if act == "leave":
                return redirect(url_for("small_groups.index", slug=slug), 303)
            return redirect(url_for("small_groups.application", slug=slug, application_id=application_id), 303)
    page = render_template(
        "small_groups/confirm.html", place=place, cycle=row.round.cycle, application=row, round=row.round, form=form,
        act=act, confirmed=queries.confirmed_count(row),
    )  # fmt: skip
    return (page, 422) if form.errors else page


def _require_act(act: str, row: GroupApplication, person: Person) -> None:
    at = utc_now()
    match act:
        case "submit":
            applying.require_submittable(row, person, at)
        case "withdraw":
            require_move(row.state, State.WITHDRAWN)
        case "leave":
            people.require_leavable(row, person, at)
        case _:
            granting.require_not_paid(row)


@blueprint.post("/<slug:slug>/small-groups/applications/<int:application_id>/lead/<int:person_id>")
def hand_over(slug: str, application_id: int, person_id: int) -> Response:
    """Let another of the group answer for it."""
    _place, row, person = readable(slug, application_id)
    require_allowed(is_leader(person, row))
    with transaction():
        people.hand_over(application_id, to=person_id, by=person, at=utc_now())
    return back(slug, application_id, _("대표를 넘겼습니다."))
