"""Pages of the second factor: showing it, setting it up, taking it away."""

from collections.abc import Callable
from typing import Any

from flask import current_app, flash, jsonify, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import utc_now
from app.db.session import transaction
from app.errors import SignInRequired
from app.i18n import N_
from app.people import login
from app.people.forms.account import CodeForm, OwnPasswordForm
from app.people.models import Person, SignIn
from app.people.permissions import needs_second_factor
from app.people.queries.sign_ins import passkeys_of, recovery_codes_left, totp_of
from app.people.rules import Factor
from app.people.services import limits, passkeys, second_factor
from app.people.services.account import require_own_password
from app.people.services.sign_ins import pass_second_factor
from app.people.views.blueprint import blueprint
from app.people.views.trying import may_try_own_password
from app.web.forms import shown_on
from app.web.languages import local_path
from app.web.qr import qr_on_page

CODES = "recovery_codes"
Page = Response | str | tuple[str, int]


def _here() -> SignIn:
    row = login.current_sign_in()
    if row is None:
        raise SignInRequired(N_("로그인하면 이어서 할 수 있습니다."))
    return row


def _enrolling() -> tuple[SignIn, Person]:
    """Return who may set up a factor here: somebody fully signed in, or somebody who owes their very first one."""
    row = _here()
    owing = login.owes_second_factor()
    if owing is not None and owing.second_factor_since is not None:
        raise SignInRequired(N_("두 번째 확인을 먼저 해 주세요."))
    return row, row.person


def _site() -> passkeys.Site:
    return passkeys.Site.of(current_app.config["MADANG"].public_url)


# Showing it


@blueprint.route("/account/second-factor/check", methods=["GET", "POST"])
def check_factor() -> Page:
    """Ask for the second factor, or lead somebody who owes one and has none to setting it up."""
    target = local_path(request.values.get("next", ""))
    row = _here()
    person = login.owes_second_factor()
    if person is None:
        return redirect(target, 303)
    if person.second_factor_since is None:
        return redirect(url_for("people.factors", next=target), 303)
    form = CodeForm(next=target)
    if request.method == "GET":
        return _check_page(form, person)
    status = 422
    if form.validate():
        at = utc_now()
        with transaction():
            wait = limits.take((limits.SECOND_FACTOR_OF_PERSON, str(person.id)), at=at)
        if wait is not None:
            form.form_errors.append(_("너무 여러 번 시도하셨습니다. 잠시 뒤에 다시 해 주세요."))
            status = 429
        else:
            with transaction():
                factor = _checked(person.id, form.code.data or "")
                if factor is not None:
                    pass_second_factor(row.id, factor, at=at)
                    limits.forgive((limits.SECOND_FACTOR_OF_PERSON, str(person.id)), at=at)
            if factor is not None:
                return redirect(target, 303)
            form.code.errors = [*form.code.errors, _("번호가 맞지 않습니다. 새로 보이는 번호를 적어 주세요.")]
    return _check_page(form, person), status


def _checked(person_id: int, code: str) -> Factor | None:
    at = utc_now()
    if second_factor.check_totp(person_id, code, at=at):
        return Factor.TOTP
    if second_factor.use_recovery_code(person_id, code, at=at):
        return Factor.RECOVERY_CODE
    return None


def _check_page(form: CodeForm, person: Person) -> str:
    totp = totp_of(person)
    return render_template(
        "people/check_factor.html",
        form=form,
        has_totp=totp is not None and totp.confirmed_at is not None,
        has_passkey=bool(passkeys_of(person)),
    )


@blueprint.post("/account/second-factor/check/passkey-options")
def check_passkey_options() -> Response:
    """Return what the browser needs to use a passkey."""
    row = _here()
    with transaction():
        options = passkeys.authentication_options(row.id, _site())
    return jsonify(options)


@blueprint.post("/account/second-factor/check/passkey")
def check_passkey() -> Response | tuple[Response, int]:
    """Take the answer of a passkey."""
    row, at = _here(), utc_now()
    with transaction():
        wait = limits.take((limits.SECOND_FACTOR_OF_PERSON, str(row.person_id)), at=at)
        fits = wait is None and passkeys.authenticate(row.id, _site(), _credential(), at=at)
        if fits:
            pass_second_factor(row.id, Factor.PASSKEY, at=at)
            limits.forgive((limits.SECOND_FACTOR_OF_PERSON, str(row.person_id)), at=at)
    if not fits:
        return jsonify(error=_("패스키를 확인하지 못했습니다. 다시 해 주세요.")), 422
    return jsonify(next=local_path(str((request.get_json(silent=True) or {}).get("next", ""))))


def _credential() -> dict[str, Any]:
    body = request.get_json(silent=True)
    credential = body.get("credential") if isinstance(body, dict) else None
    return credential if isinstance(credential, dict) else {}


# Setting it up


@blueprint.get("/account/second-factor")
def factors() -> str:
    """Show which second factors a person has, and offer the others."""
    row, person = _enrolling()
    totp = totp_of(person)
    return render_template(
        "people/factors.html",
        totp=totp if totp is not None and totp.confirmed_at is not None else None,
        passkeys=passkeys_of(person),
        codes_left=recovery_codes_left(person),
        is_first=person.second_factor_since is None,
        is_needed=needs_second_factor(person, utc_now()),
        target=local_path(request.args.get("next", "")),
        remove_form=OwnPasswordForm(formdata=None),
        device=row.device,
    )


@blueprint.post("/account/second-factor/app")
def begin_totp() -> Response:
    """Make a secret for an authenticator app."""
    _row, person = _enrolling()
    with transaction():
        second_factor.begin_totp(person.id)
    return redirect(url_for("people.confirm_totp", next=local_path(request.form.get("next", ""))), 303)


@blueprint.route("/account/second-factor/app/confirm", methods=["GET", "POST"])
def confirm_totp() -> Page:
    """Show the secret as a QR code and take the first code of the app."""
    row, person = _enrolling()
    target = local_path(request.values.get("next", ""))
    address = second_factor.provisioning_uri(person)
    if address is None:
        return redirect(url_for("people.factors"), 303)
    form = CodeForm(next=target)
    if form.validate_on_submit():
        at = utc_now()
        with transaction():
            wait = limits.take((limits.SECOND_FACTOR_OF_PERSON, str(person.id)), at=at)
        if wait is not None:
            form.form_errors.append(_("너무 여러 번 시도하셨습니다. 잠시 뒤에 다시 해 주세요."))
        else:
            with shown_on(form):
                with transaction():
                    codes = second_factor.confirm_totp(person.id, form.code.data or "", at=at)
                    pass_second_factor(row.id, Factor.TOTP, at=at)
                return _set_up(codes, target)
    secret = address.split("secret=")[1].split("&")[0]
    page = render_template(
        "people/confirm_totp.html",
        form=form,
        picture=qr_on_page(address),
        address=address,
        secret=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
    )
    return (page, 422) if request.method == "POST" else page


@blueprint.post("/account/second-factor/passkey-options")
def passkey_options() -> Response | tuple[Response, int]:
    """Return what the browser needs to make a passkey."""
    row, _person = _enrolling()
    with transaction():
        options = passkeys.registration_options(row.id, _site())
    return jsonify(options)


@blueprint.post("/account/second-factor/passkey")
def register_passkey() -> Response | tuple[Response, int]:
    """Take a new passkey."""
    row, _person = _enrolling()
    body = request.get_json(silent=True)
    name = str(body.get("name", "")) if isinstance(body, dict) else ""
    target = local_path(str(body.get("next", ""))) if isinstance(body, dict) else "/"
    at = utc_now()
    with transaction():
        codes = passkeys.register(row.id, _site(), _credential(), name=name, at=at)
        pass_second_factor(row.id, Factor.PASSKEY, at=at)
    return jsonify(next=_set_up(codes, target).location)


def _set_up(codes: list[str], target: str) -> Response:
    flash(_("두 번째 확인 수단을 연결했습니다."))
    if not codes:
        return redirect(url_for("people.factors"), 303)
    # Shown on the very next page and nowhere else; the cookie is signed, encrypted on its way, and emptied there.
    session[CODES] = {"codes": codes, "next": target}
    return redirect(url_for("people.recovery_codes"), 303)


@blueprint.get("/account/second-factor/recovery-codes")
def recovery_codes() -> Page:
    """Show fresh recovery codes, once."""
    fresh = session.pop(CODES, None)
    if fresh is None:
        return redirect(url_for("people.factors"), 303)
    return render_template("people/recovery_codes.html", codes=fresh["codes"], target=local_path(fresh["next"]))


@blueprint.post("/account/second-factor/recovery-codes")
def renew_recovery_codes() -> Page:
    """Replace the recovery codes."""
    person = login.require_person()
    form = OwnPasswordForm()
    if form.validate() and may_try_own_password(form, person.id):
        with shown_on(form):
            require_own_password(person, form.current_password.data or "")
            with transaction():
                codes = second_factor.renew_recovery_codes(person.id)
            session[CODES] = {"codes": codes, "next": url_for("people.factors")}
            return redirect(url_for("people.recovery_codes"), 303)
    return _refused(form)


@blueprint.post("/account/second-factor/app/remove")
def remove_totp() -> Page:
    """Disconnect the authenticator app."""
    return _removing(lambda person: second_factor.remove_totp(person.id, at=utc_now()), _("인증 앱 연결을 끊었습니다."))


@blueprint.post("/account/second-factor/passkeys/<int:passkey_id>/remove")
def remove_passkey(passkey_id: int) -> Page:
    """Remove a passkey."""
    return _removing(lambda person: passkeys.remove(person.id, passkey_id, at=utc_now()), _("패스키를 지웠습니다."))


def _removing(remove: Callable[[Person], None], said: str) -> Page:
    person = login.require_person()
    form = OwnPasswordForm()
    if form.validate() and may_try_own_password(form, person.id):
        with shown_on(form):
            require_own_password(person, form.current_password.data or "")
            with transaction():
                remove(person)
            flash(said)
            return redirect(url_for("people.factors"), 303)
    return _refused(form)


def _refused(form: OwnPasswordForm) -> tuple[str, int]:
    return render_template("people/refused.html", form=form, back=url_for("people.factors")), 422
