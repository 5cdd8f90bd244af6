"""Pages of signing in and out."""

from datetime import datetime

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import utc_now
from app.db.session import transaction
from app.people import login
from app.people.forms.account import SignInForm
from app.people.models import Person
from app.people.queries.sign_ins import counted_contact, demo_accounts
from app.people.services import limits, sign_ins
from app.people.views.blueprint import blueprint
from app.web.addresses import counted_address
from app.web.languages import local_path
from app.web.messages import phrase
from app.web.parameters import row_number


def visitor_ip() -> str:
    """Return the address the request came from; the factory's proxy settings decide what that is."""
    return request.remote_addr or "?"


def user_agent() -> str:
    """Return what the browser says it is."""
    return request.headers.get("User-Agent", "")[:400]


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Response | str | tuple[str, int]:
    """Sign somebody in with contact and password; what follows is the same for every wrong pair."""
    target = local_path(request.values.get("next", ""))
    if login.owes_second_factor() is not None:
        return redirect(url_for("people.check_factor", next=target), 303)
    if login.current_person() is not None:
        return redirect(target, 303)
    form = SignInForm(next=target)
    if request.method == "GET":
        return _page(form)
    if not form.validate():
        return _page(form), 422
    at, contact, ip = utc_now(), form.contact.data or "", counted_address()
    counted = (
        (limits.PASSWORD_OF_CONTACT_FROM_IP, f"{counted_contact(contact)} {ip}"),
        (limits.PASSWORD_OF_CONTACT, counted_contact(contact)),
        (limits.PASSWORD_FROM_IP, ip),
    )
    with transaction():
        wait = limits.take(*counted, at=at)
    if wait is not None:
        minutes = int(wait.total_seconds() // 60) + 1
        form.form_errors.append(_("여러 번 틀려 잠시 막았습니다. %(minutes)s분 뒤에 다시 해 주세요.", minutes=minutes))
        return _page(form), 429
    person = sign_ins.check_password(contact, form.password.data or "")
    if person is None:
        form.form_errors.append(_("연락처나 비밀번호가 맞지 않습니다."))
        return _page(form), 422
    with transaction():
        limits.forgive(*counted[:2], at=at)
        token = sign_ins.begin(
            person, device=user_agent(), lasts=login.sign_in_lasts(), at=at, password=form.password.data or ""
        )
    return enter(person, token, target)


def enter(person: Person, token: str, target: str) -> Response:
    """Give the browser its sign-in and send it where it wanted to go, by way of the second factor when one is owed."""
    login.remember(token, language=person.locale)
    if login.owes_second_factor() is not None:
        return redirect(url_for("people.check_factor", next=target), 303)
    return redirect(target, 303)


@blueprint.post("/sign-in/demo")
def demo_sign_in() -> Response:
    """Enter a demonstration with one of its ready accounts."""
    at: datetime = utc_now()
    target = local_path(request.form.get("next", ""))
    with transaction():
        token = sign_ins.demo_sign_in(
            row_number(request.form.get("person")) or 0,
            demo=current_app.config["MADANG"].demo,
            device=user_agent(),
            lasts=login.sign_in_lasts(),
            at=at,
        )
    login.remember(token, language=request.form.get("language", "ko"))
    return redirect(target, 303)


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End this browser's sign-in, on the server as well."""
    row = login.current_sign_in()
    if row is not None:
        with transaction():
            sign_ins.end(row.id, by=row.person, at=utc_now())
    login.forget()
    flash(_("로그아웃했습니다."))
    return redirect("/", 303)


def _page(form: SignInForm) -> str:
    is_demo = current_app.config["MADANG"].demo
    return render_template(
        "people/sign_in.html", form=form, demo_accounts=demo_accounts() if is_demo else [], phrase=phrase
    )
