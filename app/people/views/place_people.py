"""Pages of a place's people: who holds which role, giving and taking roles, invitations."""

from datetime import datetime, timedelta
from typing import TypeVar

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.clock import kst_midnight, utc_now
from app.db.session import transaction
from app.people import login
from app.people.forms.account import AcceptForm
from app.people.forms.places import GrantForm, InviteForm
from app.people.permissions import can_see_people, can_verify_residents, grantable_roles
from app.people.queries.people import grants_in_force, last_grants, open_invitations
from app.people.rules import ROLE_NAMES, Role
from app.people.services import invitations, limits, roles, sign_ins
from app.people.views.blueprint import blueprint
from app.people.views.signing_in import enter, user_agent
from app.places.models import Place
from app.places.queries import place_by_slug
from app.web.forms import shown_on
from app.web.languages import choose_locale
from app.web.messages import phrase

LINK = "invitation"
F = TypeVar("F", GrantForm, InviteForm)
Page = Response | str | tuple[str, int]


@blueprint.get("/<slug:slug>/people")
def place_people(slug: str) -> str:
    """Show who holds which role at a place."""
    person, place = login.require_person(), place_by_slug(slug)
    login.require_allowed(can_see_people(person, place, utc_now()))
    return _people_page(place, GrantForm(formdata=None), InviteForm(formdata=None))


@blueprint.post("/<slug:slug>/people/grants")
def grant_role(slug: str) -> Page:
    """Give somebody with an account a role."""
    person, place, at = login.require_person(), place_by_slug(slug), utc_now()
    login.require_allowed(bool(grantable_roles(person, place, at)))
    form = _with_roles(GrantForm(), place, at)
    if form.validate():
        with shown_on(form):
            with transaction():
                roles.grant_to_contact(
                    place,
                    Role(form.role.data),
                    form.contact.data or "",
                    by=person,
                    at=at,
                    ends_at=_end_of(form),
                    department=form.department.data,
                )
            flash(_("역할을 주었습니다."))
            return redirect(url_for("people.place_people", slug=slug), 303)
    return _people_page(place, form, InviteForm(formdata=None)), 422


@blueprint.post("/<slug:slug>/people/grants/<int:grant_id>/revoke")
def revoke_role(slug: str, grant_id: int) -> Response:
    """Take a role away."""
    person, place = login.require_person(), place_by_slug(slug)
    with transaction():
        roles.revoke_role(grant_id, place=place, by=person, at=utc_now())
    flash(_("역할을 거두었습니다. 기록에는 남습니다."))
    return redirect(url_for("people.place_people", slug=slug), 303)


@blueprint.post("/<slug:slug>/people/invitations")
def invite(slug: str) -> Page:
    """Offer somebody a role by mail."""
    person, place, at = login.require_person(), place_by_slug(slug), utc_now()
    login.require_allowed(bool(grantable_roles(person, place, at)))
    form = _with_roles(InviteForm(), place, at)
    if form.validate():
        with transaction():
            wait = limits.take((limits.INVITATIONS_OF_PERSON, str(person.id)), at=at)
        if wait is not None:
            form.form_errors.append(_("너무 여러 번 보냈습니다. 한 시간 뒤에 다시 해 주세요."))
            return _people_page(place, GrantForm(formdata=None), form), 429
        with shown_on(form):
            with transaction():
                invitations.invite(
                    place,
                    Role(form.role.data),
                    form.email.data or "",
                    by=person,
                    at=at,
                    department=form.department.data,
                    locale=choose_locale(),
                )
            flash(_("초대 메일을 보냈습니다. 14일 동안 받아들일 수 있습니다."))
            return redirect(url_for("people.place_people", slug=slug), 303)
    return _people_page(place, GrantForm(formdata=None), form), 422


@blueprint.post("/<slug:slug>/people/invitations/<int:invitation_id>/withdraw")
def withdraw_invitation(slug: str, invitation_id: int) -> Response:
    """Take an invitation back."""
    person, place = login.require_person(), place_by_slug(slug)
    with transaction():
        invitations.withdraw(invitation_id, place=place, by=person, at=utc_now())
    flash(_("초대를 거두었습니다."))
    return redirect(url_for("people.place_people", slug=slug), 303)


@blueprint.get("/account/invitation/<token>")
def invitation(token: str) -> Response:
    """Take the link of the mail out of the address bar at once; opening it uses nothing up."""
    session[LINK] = token[:200]
    return redirect(url_for("people.accept_invitation"), 303)


@blueprint.route("/account/invitation", methods=["GET", "POST"])
def accept_invitation() -> Page:
    """Show what is offered; take the answer, with a new account or the one that is signed in."""
    token, at = session.get(LINK), utc_now()
    if not token:
        return redirect("/", 303)
    offered = invitations.open_invitation(token, at=at)
    person = login.current_person()
    form = AcceptForm()
    page = {"offered": offered, "has_account": invitations.has_account(offered), "form": form}
    if request.method == "GET":
        return render_template("people/invitation.html", **page)
    if person is not None:
        with shown_on(form):
            with transaction():
                invitations.accept(token, by=person, at=at)
            session.pop(LINK)
            flash(_("받아들였습니다. 고맙습니다."))
        if form.form_errors:
            return render_template("people/invitation.html", **page), 422
        return redirect(url_for("people.account"), 303)
    if form.validate():
        with shown_on(form):
            prepared = invitations.prepare_account(form.public_name.data or "", form.new_password.data or "")
            with transaction():
                new = invitations.accept_with_new_account(token, prepared, locale=choose_locale(), at=at)
                cookie_token = sign_ins.begin(new, device=user_agent(), lasts=login.sign_in_lasts(), at=at)
            return enter(new, cookie_token, url_for("people.account"))
    return render_template("people/invitation.html", **page), 422


def _end_of(form: GrantForm) -> datetime | None:
    return kst_midnight(form.last_day.data + timedelta(days=1)) if form.last_day.data else None


def _with_roles(form: F, place: Place, at: datetime) -> F:
    if isinstance(form, GrantForm):  # two forms on one page: no control may have the name of another
        form.role.id, form.department.id = "grant-role", "grant-department"
    form.role.choices = [
        SelectChoice(role.value, phrase(ROLE_NAMES[role]))
        for role in grantable_roles(login.current_person(), place, at)
    ]
    return form


def _people_page(place: Place, grant_form: GrantForm, invite_form: InviteForm) -> str:
    at = utc_now()
    person = login.current_person()
    return render_template(
        "people/place_people.html",
        place=place,
        cycle=None,
        grants=grants_in_force(place, at),
        history=[grant for grant in last_grants(place) if not grant.is_in_force(at)],
        invitations=open_invitations(place, at),
        grantable=grantable_roles(person, place, at),
        may_verify=can_verify_residents(person, place, at),
        grant_form=_with_roles(grant_form, place, at),
        invite_form=_with_roles(invite_form, place, at),
    )
