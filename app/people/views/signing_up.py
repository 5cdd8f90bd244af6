"""Pages of making an account."""

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import kst_date, utc_now
from app.db.session import transaction
from app.errors import InvalidInput
from app.i18n import N_
from app.people import login
from app.people.forms.account import CodeForm, SignUpForm
from app.people.passwords import RECOMMENDED
from app.people.rules import Purpose
from app.people.services import limits, one_time, sign_ins
from app.people.services import sign_up as services
from app.people.views.blueprint import blueprint
from app.people.views.signing_in import enter, user_agent
from app.places.models import Place
from app.places.queries import ancestors, dongs_matching, place_by_slug
from app.web.addresses import counted_address
from app.web.forms import shown_on
from app.web.languages import choose_locale, local_path

KEY = "sign_up"


def chosen_home(text: str) -> Place:
    """Return the dong that a typed name means.

    Raises:
        InvalidInput: none, or several; the refusal lists them.
    """
    found = dongs_matching(text, limit=9)
    exact = [place for place in found if place.name == text.rsplit(maxsplit=1)[-1]] if text.split() else []
    candidates = exact or found
    if not candidates:
        raise InvalidInput(N_("그런 동네가 없습니다. 읍·면·동 이름을 확인해 주세요."), field="home")
    if len(candidates) > 1:
        names = ", ".join(home_name(place) for place in candidates[:8])
        raise InvalidInput(
            N_("여러 곳이 있습니다. 하나를 골라 그대로 적어 주세요: %(names)s"), field="home", names=names
        )
    return candidates[0]


def home_name(place: Place) -> str:
    """Return a dong's name with what it lies in, as somebody would type it."""
    return " ".join([*(above.name for above in ancestors(place)[-1:]), place.name])


@blueprint.route("/sign-up", methods=["GET", "POST"])
def sign_up() -> Response | str | tuple[str, int]:
    """Take an application for an account."""
    if login.current_person() is not None:
        return redirect(local_path(request.values.get("next", "")), 303)
    form = SignUpForm(next=local_path(request.values.get("next", "")))
    if request.method == "GET":
        if slug := request.args.get("place"):
            form.home.data = home_name(place_by_slug(slug))
        return _page(form)
    at = utc_now()
    if form.validate():
        with shown_on(form):
            home = chosen_home(form.home.data or "")
            prepared = services.prepare(
                contact=form.contact.data or "",
                password=form.password.data or "",
                public_name=form.public_name.data or "",
                legal_name=form.legal_name.data or "",
                birth_date=form.birth_date.data,
                home=home,
                address=form.address.data or "",
                unit=form.unit.data or "",
                locale=choose_locale(),
                today=kst_date(at),
            )
            with transaction():
                wait = limits.take(
                    (limits.MESSAGE_TO_CONTACT, prepared.contact), (limits.MESSAGE_FROM_IP, counted_address()), at=at
                )
            if wait is not None:
                form.form_errors.append(_("너무 여러 번 보냈습니다. 한 시간 뒤에 다시 해 주세요."))
                return _page(form), 429
            with transaction():
                token = services.begin(prepared, at=at)
            session[KEY] = {"token": token, "to": form.contact.data, "next": form.next.data}
            return redirect(url_for("people.confirm_sign_up"), 303)
    return _page(form), 422


@blueprint.route("/sign-up/confirm", methods=["GET", "POST"])
def confirm_sign_up() -> Response | str | tuple[str, int]:
    """Take the code that was sent; when it fits, the account exists and is signed in."""
    asked = session.get(KEY)
    if not asked:
        return redirect(url_for("people.sign_up"), 303)
    form = CodeForm()
    at = utc_now()
    page = {"to": asked["to"], "form": form}
    if request.method == "GET":
        return render_template("people/sign_up_confirm.html", **page, spent=False)
    status = 422
    if form.validate():
        with transaction():
            wait = limits.take((limits.CODE_FROM_IP, counted_address()), at=at)
        if wait is not None:
            form.form_errors.append(_("너무 여러 번 시도하셨습니다. 잠시 뒤에 다시 해 주세요."))
            return render_template("people/sign_up_confirm.html", **page, spent=False), 429
        with shown_on(form):
            with transaction():
                person = services.confirm(asked["token"], form.code.data or "", at=at)
                if person is not None:
                    token = sign_ins.begin(person, device=user_agent(), lasts=login.sign_in_lasts(), at=at)
            if person is not None:
                session.pop(KEY)
                answer = enter(person, token, _next_step(asked.get("next") or ""))
                flash(_("계정을 만들었습니다. 주민 확인까지 마치면 의제에 함께하고 의견을 낼 수 있습니다."))
                return answer
            form.code.errors = [*form.code.errors, _("번호가 맞지 않거나 시간이 지났습니다.")]
    spent = not one_time.is_open(asked["token"], Purpose.SIGN_UP, at=at)
    return render_template("people/sign_up_confirm.html", **page, spent=spent), status


def _next_step(wanted: str) -> str:
    """Return the page that somebody came from, or else the one that makes them a verified resident."""
    target = local_path(wanted)
    return url_for("people.verify") if target == "/" else target


def _page(form: SignUpForm) -> str:
    return render_template("people/sign_up.html", form=form, recommended=RECOMMENDED)
