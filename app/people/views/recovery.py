"""Pages of setting a new password when the old one is forgotten."""

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import utc_now
from app.db.session import transaction
from app.people import login
from app.people.forms.account import NewPasswordForm, ResetCodeForm, ResetForm
from app.people.passwords import RECOMMENDED
from app.people.queries.sign_ins import counted_contact
from app.people.services import limits
from app.people.services import reset as services
from app.people.views.blueprint import blueprint
from app.web.addresses import counted_address
from app.web.forms import shown_on
from app.web.languages import choose_locale
from app.web.messages import phrase

KEY = "reset"
LINK = "reset_link"


@blueprint.route("/account/reset", methods=["GET", "POST"])
def reset() -> Response | str | tuple[str, int]:
    """Send a code to a contact; the answer is the same whether it has an account or not."""
    form = ResetForm()
    if request.method == "GET":
        return render_template("people/reset.html", form=form)
    if form.validate():
        at, contact = utc_now(), form.contact.data or ""
        with transaction():
            wait = limits.take(
                (limits.MESSAGE_TO_CONTACT, counted_contact(contact)),
                (limits.MESSAGE_FROM_IP, counted_address()),
                at=at,
            )
        if wait is not None:
            form.form_errors.append(_("너무 여러 번 보냈습니다. 한 시간 뒤에 다시 해 주세요."))
            return render_template("people/reset.html", form=form), 429
        with shown_on(form):
            with transaction():
                token = services.ask(contact, locale=choose_locale(), at=at)
            session[KEY] = {"token": token, "to": contact}
            return redirect(url_for("people.reset_code"), 303)
    return render_template("people/reset.html", form=form), 422


@blueprint.route("/account/reset/code", methods=["GET", "POST"])
def reset_code() -> Response | str | tuple[str, int]:
    """Take the code and a new password."""
    asked = session.get(KEY)
    if not asked:
        return redirect(url_for("people.reset"), 303)
    form = ResetCodeForm()
    return _finish(form, {"to": asked["to"]}, request_token=asked["token"])


@blueprint.get("/account/reset/link/<token>")
def reset_link(token: str) -> Response:
    """Take the link of the mail out of the address bar at once; opening it uses nothing up (mail scanners do, too)."""
    session[LINK] = token[:200]
    return redirect(url_for("people.reset_new"), 303)


@blueprint.route("/account/reset/new", methods=["GET", "POST"])
def reset_new() -> Response | str | tuple[str, int]:
    """Take a new password from whoever opened the link."""
    link = session.get(LINK)
    if not link:
        return redirect(url_for("people.reset"), 303)
    return _finish(NewPasswordForm(), {"to": None}, link=link)


def _finish(
    form: NewPasswordForm, page: dict[str, object], *, request_token: str = "", link: str = ""
) -> Response | str | tuple[str, int]:
    page = {**page, "form": form, "recommended": RECOMMENDED}
    if request.method == "GET":
        return render_template("people/reset_finish.html", **page)
    if not form.validate():
        return render_template("people/reset_finish.html", **page), 422
    at = utc_now()
    with transaction():
        wait = limits.take((limits.CODE_FROM_IP, counted_address()), at=at)
    if wait is not None:
        form.form_errors.append(_("너무 여러 번 시도하셨습니다. 잠시 뒤에 다시 해 주세요."))
        return render_template("people/reset_finish.html", **page), 429
    with shown_on(form):
        hashed = services.prepare(form.new_password.data or "")
        code = form.code.data or "" if isinstance(form, ResetCodeForm) else ""
        with transaction():
            person = services.finish(request=request_token, code=code, link=link, password_hash=hashed, at=at)
        if person is not None:
            login.forget()
            flash(_("비밀번호를 바꾸었습니다. 새 비밀번호로 로그인해 주세요. 다른 기기에서는 모두 로그아웃했습니다."))
            return redirect(url_for("people.sign_in"), 303)
        form.form_errors.append(phrase(services.SPENT))
    return render_template("people/reset_finish.html", **page), 422
