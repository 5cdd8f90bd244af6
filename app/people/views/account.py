"""Pages of one's own account."""

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import kst_date, utc_now
from app.db.session import transaction
from app.people import login
from app.people.forms.account import (
    ChangePasswordForm,
    CodeForm,
    LanguageForm,
    NewContactForm,
    OwnPasswordForm,
    ProfileForm,
)
from app.people.passwords import RECOMMENDED
from app.people.queries.people import own_account
from app.people.queries.sign_ins import counted_contact, open_sign_ins
from app.people.rules import VERIFICATION_NAMES
from app.people.services import account as services
from app.people.services import limits, sign_ins
from app.people.views.blueprint import blueprint
from app.people.views.signing_up import chosen_home, home_name
from app.people.views.trying import may_try_own_password
from app.web.addresses import counted_address
from app.web.forms import shown_on

KEY = "new_contact"
Page = Response | str | tuple[str, int]


@blueprint.get("/account")
def account() -> str:
    """Show a person what is kept about them and what they can do with it."""
    person = login.require_person()
    return render_template(
        "people/account.html", own=own_account(person, utc_now()), me=person, verification_names=VERIFICATION_NAMES
    )


@blueprint.route("/account/profile", methods=["GET", "POST"])
def profile() -> Page:
    """Change what a person says of themselves."""
    person = login.require_person()
    own = own_account(person, utc_now())
    form = ProfileForm(
        public_name=person.public_name,
        legal_name=own.legal_name,
        birth_date=own.birth_date,
        home=home_name(own.home) if own.home else "",
        unit=own.unit,
        address=own.address,
    )
    if request.method == "GET":
        return render_template("people/profile.html", form=form, own=own)
    if form.validate():
        with shown_on(form):
            home = chosen_home(form.home.data) if form.home.data else None
            with transaction():
                services.edit_profile(
                    person.id,
                    public_name=form.public_name.data or "",
                    legal_name=form.legal_name.data or "",
                    birth_date=form.birth_date.data,
                    home=home,
                    address=form.address.data or "",
                    unit=form.unit.data or "",
                    today=kst_date(utc_now()),
                )
            flash(_("저장했습니다."))
            return redirect(url_for("people.account"), 303)
    return render_template("people/profile.html", form=form, own=own), 422


@blueprint.route("/account/password", methods=["GET", "POST"])
def password() -> Page:
    """Change the password; every other browser is signed out."""
    person = login.require_person()
    form = ChangePasswordForm()
    page = {"form": form, "recommended": RECOMMENDED}
    if request.method == "GET":
        return render_template("people/password.html", **page)
    if form.validate() and may_try_own_password(form, person.id):
        with shown_on(form):
            services.require_own_password(person, form.current_password.data or "")
            hashed = services.prepare_password(person, form.new_password.data or "")
            here = login.current_sign_in()
            with transaction():
                services.change_password(person.id, hashed, keep=here.id if here else None, at=utc_now())
            flash(_("비밀번호를 바꾸었습니다. 다른 기기에서는 모두 로그아웃했습니다."))
            return redirect(url_for("people.account"), 303)
    return render_template("people/password.html", **page), 422


@blueprint.route("/account/contacts", methods=["GET", "POST"])
def contacts() -> Page:
    """Show the contacts; add one by sending it a code."""
    person = login.require_person()
    form = NewContactForm()
    own = own_account(person, utc_now())
    if request.method == "GET":
        return render_template("people/contacts.html", form=form, own=own)
    at = utc_now()
    if form.validate() and may_try_own_password(form, person.id):
        contact = form.contact.data or ""
        with shown_on(form):
            services.require_own_password(person, form.current_password.data or "")
            with transaction():
                wait = limits.take(
                    (limits.MESSAGE_TO_CONTACT, counted_contact(contact)),
                    (limits.MESSAGE_FROM_IP, counted_address()),
                    at=at,
                )
            if wait is not None:
                form.form_errors.append(_("너무 여러 번 보냈습니다. 한 시간 뒤에 다시 해 주세요."))
                return render_template("people/contacts.html", form=form, own=own), 429
            with transaction():
                token = services.ask_new_contact(person.id, contact, at=at)
            session[KEY] = {"token": token, "to": contact}
            return redirect(url_for("people.confirm_contact"), 303)
    return render_template("people/contacts.html", form=form, own=own), 422


@blueprint.route("/account/contacts/confirm", methods=["GET", "POST"])
def confirm_contact() -> Page:
    """Take the code that was sent to a new contact."""
    person = login.require_person()
    asked = session.get(KEY)
    if not asked:
        return redirect(url_for("people.contacts"), 303)
    form = CodeForm()
    if request.method == "GET":
        return render_template("people/contact_confirm.html", form=form, to=asked["to"])
    if form.validate():
        with shown_on(form):
            with transaction():
                contact = services.confirm_new_contact(person.id, asked["token"], form.code.data or "", at=utc_now())
            if contact is not None:
                session.pop(KEY)
                flash(_("연락처를 더했습니다."))
                return redirect(url_for("people.contacts"), 303)
            form.code.errors = [*form.code.errors, _("번호가 맞지 않거나 시간이 지났습니다.")]
    return render_template("people/contact_confirm.html", form=form, to=asked["to"]), 422


@blueprint.post("/account/contacts/<int:contact_id>/remove")
def remove_contact(contact_id: int) -> Page:
    """Remove a contact."""
    person = login.require_person()
    form = OwnPasswordForm()
    if form.validate() and may_try_own_password(form, person.id):
        with shown_on(form):
            services.require_own_password(person, form.current_password.data or "")
            with transaction():
                services.remove_contact(person.id, contact_id, at=utc_now())
            flash(_("연락처를 지웠습니다."))
            return redirect(url_for("people.contacts"), 303)
    return render_template("people/refused.html", form=form, back=url_for("people.contacts")), 422


@blueprint.get("/account/devices")
def devices() -> str:
    """Show where a person is signed in."""
    person = login.require_person()
    here = login.current_sign_in()
    return render_template(
        "people/devices.html",
        rows=open_sign_ins(person, utc_now()),
        here=here.id if here else None,
        idle_minutes=current_app.config["MADANG"].staff_idle_minutes,
    )


@blueprint.post("/account/devices/<int:sign_in_id>/end")
def end_device(sign_in_id: int) -> Response:
    """Sign one browser out."""
    person = login.require_person()
    here = login.current_sign_in()
    was_here = here is not None and here.id == sign_in_id
    with transaction():
        sign_ins.end(sign_in_id, by=person, at=utc_now())
    if was_here:
        login.forget()
        return redirect("/", 303)
    flash(_("그 기기에서 로그아웃했습니다."))
    return redirect(url_for("people.devices"), 303)


@blueprint.post("/account/devices/end-all")
def end_all_devices() -> Response:
    """Sign every other browser out."""
    person = login.require_person()
    here = login.current_sign_in()
    with transaction():
        count = sign_ins.end_all(person.id, at=utc_now(), keep=here.id if here else None)
    flash(_("다른 기기 %(count)s곳에서 로그아웃했습니다.", count=count))
    return redirect(url_for("people.devices"), 303)


@blueprint.route("/account/language", methods=["GET", "POST"])
def language() -> Page:
    """Choose the language of pages and messages."""
    person = login.require_person()
    form = LanguageForm(locale=person.locale)
    if request.method == "GET":
        return render_template("people/language.html", form=form)
    if form.validate():
        with transaction():
            services.choose_language(person.id, form.locale.data or "")
        session["language"] = form.locale.data
        return redirect(url_for("people.account"), 303)
    return render_template("people/language.html", form=form), 422


@blueprint.route("/account/close", methods=["GET", "POST"])
def close() -> Page:
    """Say what closing an account does, and do it."""
    person = login.require_person()
    form = OwnPasswordForm()
    if request.method == "GET":
        return render_template("people/close.html", form=form)
    if form.validate() and may_try_own_password(form, person.id):
        with shown_on(form):
            services.require_own_password(person, form.current_password.data or "")
            with transaction():
                services.close(person.id, at=utc_now())
            login.forget()
            flash(_("계정을 닫고 적어 두신 것을 지웠습니다. 그동안 함께해 주셔서 고맙습니다."))
            return redirect("/", 303)
    return render_template("people/close.html", form=form), 422
