"""Pages of motions to dismiss a member."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.clock import utc_now
from app.council import permissions
from app.council.forms.people import DismissalForm, HeadAnswerForm, StatementForm
from app.council.models import DismissalMotion
from app.council.queries import dismissals as queries
from app.council.queries import people as people_queries
from app.council.rules.dismissal import (
    GROUNDS_NAMES,
    MOTION_STATE_NAMES,
    PROPOSED_BY_NAMES,
    Grounds,
    MotionState,
    ProposedBy,
)
from app.council.services import dismissing
from app.council.views.blueprint import blueprint
from app.cycle.queries import current_cycle
from app.db.session import transaction
from app.errors import NotFound
from app.people.login import current_person, require_allowed, require_person
from app.people.models import Person
from app.people.permissions import is_verified_resident
from app.places.models import Place
from app.places.queries import place_by_slug, setting_with_origin
from app.web.forms import shown_on

NAMES = {"states": MOTION_STATE_NAMES, "grounds": GROUNDS_NAMES, "sides": PROPOSED_BY_NAMES}


@blueprint.route("/<slug:slug>/council/members/<int:member_id>/dismissal", methods=["GET", "POST"])
def propose_dismissal(slug: str, member_id: int) -> Response | str | tuple[str, int]:
    """Propose to dismiss a member."""
    person = require_person()
    place = place_by_slug(slug)
    member = people_queries.member_of(place, member_id)
    require_allowed(permissions.can_propose_dismissal(person, place, utc_now()) and member.person_id != person.id)
    form = DismissalForm()
    form.grounds.choices = [SelectChoice(g.value, _l(name)) for g, name in GROUNDS_NAMES.items()]
    if form.validate_on_submit():
        made = None
        with shown_on(form), transaction():
            made = dismissing.propose_dismissal(
                member_id,
                grounds=Grounds(form.grounds.data),
                text=form.text.data,
                once=form.token,
                by=person,
                at=utc_now(),
            )
        if made is not None and not form.errors:
            flash(_("해촉을 제안했습니다. 함께할 사람을 모아 주세요."))
            return redirect(url_for("council.dismissal", slug=slug, motion_id=made.id), 303)
    page = render_template(
        "council/propose_dismissal.html",
        place=place,
        cycle=current_cycle(place),
        member=member,
        form=form,
        share=setting_with_origin(place, "council.removal.propose_share"),
        residents=setting_with_origin(place, "council.removal.propose_residents"),
        decide=setting_with_origin(place, "council.removal.decide_share"),
    )
    return (page, 422) if form.errors else page


@blueprint.get("/<slug:slug>/council/dismissals/<int:motion_id>")
def dismissal(slug: str, motion_id: int) -> str:
    """Show a motion: its grounds to everybody once it is before a meeting, its words to those concerned."""
    place = place_by_slug(slug)
    person = current_person()
    motion, concerned = _visible(place, motion_id, person)
    at = utc_now()
    return render_template(
        "council/dismissal.html",
        place=place,
        cycle=current_cycle(place),
        motion=motion,
        words=queries.words_of(motion) if concerned else None,
        has_signed=queries.signature_of(motion, person) is not None,
        may_sign=_may_sign(motion, person) and motion.state is MotionState.GATHERING,
        own=person is not None and motion.member.person_id == person.id,
        may_answer=permissions.can_appoint(person, place, at) and motion.state is MotionState.ADOPTED,
        decide=setting_with_origin(place, "council.removal.decide_share"),
        form=StatementForm(formdata=None),
        **NAMES,
    )


@blueprint.post("/<slug:slug>/council/dismissals/<int:motion_id>/<any(sign, withdraw):act>")
def act_on_dismissal(slug: str, motion_id: int, act: str) -> Response:
    """Sign a motion, or take the signature back."""
    person = require_person()
    place = place_by_slug(slug)
    _visible(place, motion_id, person)
    service = dismissing.sign_dismissal if act == "sign" else dismissing.withdraw_dismissal
    with transaction():
        service(motion_id, by=person, at=utc_now())
    flash(_("함께했습니다.") if act == "sign" else _("서명을 거두었습니다."))
    return redirect(url_for("council.dismissal", slug=slug, motion_id=motion_id), 303)


@blueprint.route("/<slug:slug>/council/dismissals/<int:motion_id>/statement", methods=["GET", "POST"])
def statement(slug: str, motion_id: int) -> Response | str | tuple[str, int]:
    """Let the member concerned speak."""
    person = require_person()
    place = place_by_slug(slug)
    motion, _concerned = _visible(place, motion_id, person)
    require_allowed(motion.member.person_id == person.id)
    form = StatementForm(text=queries.words_of(motion).statement)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            dismissing.state_own_side(motion_id, text=form.text.data, by=person, at=utc_now())
        if not form.errors:
            flash(_("하신 말씀을 함께 올립니다."))
            return redirect(url_for("council.dismissal", slug=slug, motion_id=motion_id), 303)
    page = render_template("council/statement.html", place=place, cycle=current_cycle(place), motion=motion, form=form)
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/council/dismissals/<int:motion_id>/answer", methods=["GET", "POST"])
def answer_dismissal(slug: str, motion_id: int) -> Response | str | tuple[str, int]:
    """Answer the council's request in the name of the head."""
    person = require_person()
    place = place_by_slug(slug)
    motion = queries.motion_of(place, motion_id)
    require_allowed(permissions.can_appoint(person, place, utc_now()))
    form = HeadAnswerForm(version=motion.version)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            dismissing.answer_dismissal(
                motion_id,
                dismiss=form.decision.data == "dismiss",
                reason=form.reason.data,
                version=form.version.data,
                by=person,
                at=utc_now(),
            )
        if not form.errors:
            flash(_("해촉 요구에 답했습니다."))
            return redirect(url_for("council.dismissal", slug=slug, motion_id=motion_id), 303)
    page = render_template(
        "council/answer_dismissal.html", place=place, cycle=current_cycle(place), motion=motion, form=form, **NAMES
    )
    return (page, 422) if form.errors else page


def _visible(place: Place, motion_id: int, person: Person | None) -> tuple[DismissalMotion, bool]:
    """Return a motion and whether this person may read its words; while it gathers, only its side knows of it."""
    motion = queries.motion_of(place, motion_id)
    at = utc_now()
    concerned = person is not None and (
        permissions.can_run_council(person, place, at)
        or permissions.can_appoint(person, place, at)
        or person.id == motion.member.person_id
        or people_queries.membership_of(motion.member.term, person.id) is not None
        or _may_sign(motion, person)
    )
    if motion.proposed_at is None and not concerned:
        raise NotFound(people_queries.NOTHING)
    return motion, concerned


def _may_sign(motion: DismissalMotion, person: Person | None) -> bool:
    if person is None or motion.member.person_id == person.id:
        return False
    if motion.proposed_by is ProposedBy.MEMBERS:
        return people_queries.membership_of(motion.member.term, person.id) is not None
    return is_verified_resident(person, motion.place)
