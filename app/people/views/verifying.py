"""Pages of verifying residents: one's own, the counter's, and the letters'."""

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import kst_date, utc_now
from app.db.session import get_or_not_found, transaction
from app.db.session import session as database
from app.errors import RuleViolation
from app.i18n import N_
from app.people import login
from app.people.forms.account import LetterCodeForm
from app.people.forms.places import CounterForm, SawIdForm
from app.people.models import Person
from app.people.permissions import can_verify_residents
from app.people.queries.people import own_account
from app.people.queries.rolls import letters_to_print, newest_roll, open_letter, shown
from app.people.rules import VERIFICATION_NAMES, age_on
from app.people.services import limits, verification
from app.people.views.blueprint import blueprint
from app.people.views.signing_in import visitor_ip
from app.places.models import Place
from app.places.queries import place_by_slug
from app.web.addresses import counted_address
from app.web.forms import shown_on

COUNTER = "counter"
Page = Response | str | tuple[str, int]


def _home(person: Person) -> Place:
    home = database().get(Place, person.home_id) if person.home_id else None
    if home is None:
        raise RuleViolation(N_("먼저 사는 동네와 이름, 생년월일을 적어 주세요."))
    return home


@blueprint.get("/account/verification")
def verify() -> str:
    """Show how one can be verified, and how far it is."""
    return _verify_page(login.require_person(), LetterCodeForm(formdata=None))


@blueprint.post("/account/verification/roll")
def verify_by_roll() -> Page:
    """Look oneself up on the roll."""
    person, at = login.require_person(), utc_now()
    form = LetterCodeForm(formdata=None)
    if not _may_look_up(person, form):
        return _verify_page(person, form), 429
    with shown_on(form):
        home = _home(person)
        with transaction():
            found = verification.verify_by_roll(person.id, home, at=at)
        if found is not None:
            flash(_("주민으로 확인되었습니다."))
            return redirect(url_for("people.account"), 303)
        form.form_errors.append(
            _(
                "명부에서 이름, 생년월일과 확인된 연락처가 모두 같은 사람을 찾지 못했습니다. 편지나 방문으로 확인할 수 있습니다."
            )
        )
    return _verify_page(person, form), 422


@blueprint.post("/account/verification/letter")
def ask_for_letter() -> Page:
    """Ask for a letter to the address on the roll."""
    person, at = login.require_person(), utc_now()
    form = LetterCodeForm(formdata=None)
    if not _may_look_up(person, form):
        return _verify_page(person, form), 429
    with shown_on(form):
        home = _home(person)
        with transaction():
            verification.ask_for_letter(person.id, home, at=at)
        flash(_("명부에 있는 주소로 편지를 보냅니다. 며칠 걸립니다."))
    return (_verify_page(person, form), 422) if form.form_errors else redirect(url_for("people.verify"), 303)


@blueprint.post("/account/verification/code")
def verify_by_letter() -> Page:
    """Take the code of a letter."""
    person, at = login.require_person(), utc_now()
    form = LetterCodeForm()
    if form.validate():
        with transaction():
            wait = limits.take((limits.LETTER_CODE_OF_PERSON, str(person.id)), at=at)
        if wait is not None:
            form.form_errors.append(_("너무 여러 번 시도하셨습니다. 내일 다시 해 주세요."))
            return _verify_page(person, form), 429
        with shown_on(form):
            home = _home(person)
            with transaction():
                found = verification.verify_by_letter(person.id, home, form.code.data or "", at=at)
            if found is not None:
                flash(_("주민으로 확인되었습니다."))
                return redirect(url_for("people.account"), 303)
            form.code.errors = [*form.code.errors, _("번호가 맞지 않거나 기간이 지났습니다.")]
    return _verify_page(person, form), 422


def _may_look_up(person: Person, form: LetterCodeForm) -> bool:
    with transaction():
        wait = limits.take(
            (limits.ROLL_LOOK_UPS_OF_PERSON, str(person.id)),
            (limits.ROLL_LOOK_UPS_FROM_IP, counted_address()),
            at=utc_now(),
        )
    if wait is not None:
        form.form_errors.append(_("너무 여러 번 시도하셨습니다. 내일 다시 해 주세요."))
    return wait is None


def _verify_page(person: Person, form: LetterCodeForm) -> str:
    at = utc_now()
    own = own_account(person, at)
    home = own.home
    return render_template(
        "people/verify.html",
        form=form,
        own=own,
        names=VERIFICATION_NAMES,
        has_roll=home is not None and newest_roll(home) is not None,
        letter=open_letter(person.id, home.id, at) if home else None,
    )


# The counter


@blueprint.route("/<slug:slug>/people/counter", methods=["GET", "POST"])
def counter(slug: str) -> Page:
    """Find the account of somebody who stands at the counter."""
    clerk, place, at = login.require_person(), place_by_slug(slug), utc_now()
    login.require_allowed(can_verify_residents(clerk, place, at))
    form = CounterForm()
    if request.method == "POST" and form.validate():
        with shown_on(form):
            with transaction():
                found = verification.find_for_counter(place, form.contact.data or "", by=clerk, ip=visitor_ip(), at=at)
            session[COUNTER] = {"person": found.id, "place": place.id}
            return redirect(url_for("people.saw_id", slug=slug), 303)
    page = render_template("people/counter.html", place=place, cycle=None, form=form, letters=letters_to_print(place))
    return (page, 422) if request.method == "POST" else page


@blueprint.route("/<slug:slug>/people/counter/id", methods=["GET", "POST"])
def saw_id(slug: str) -> Page:
    """Compare the ID with the account, and verify."""
    clerk, place, at = login.require_person(), place_by_slug(slug), utc_now()
    login.require_allowed(can_verify_residents(clerk, place, at))
    looked_up = session.get(COUNTER) or {}
    if looked_up.get("place") != place.id:
        return redirect(url_for("people.counter", slug=slug), 303)
    found = get_or_not_found(Person, looked_up["person"])
    form = SawIdForm(person=str(found.id))
    if request.method == "POST" and form.validate() and form.person.data == str(found.id):
        with shown_on(form):
            with transaction():
                verification.verify_by_staff(found.id, place, saw_id=bool(form.saw_id.data), by=clerk, at=at)
            session.pop(COUNTER)
            flash(_("주민으로 확인했습니다."))
            return redirect(url_for("people.counter", slug=slug), 303)
    own = own_account(found, at)
    age = age_on(own.birth_date, kst_date(at)) if own.birth_date else None
    page = render_template("people/saw_id.html", place=place, cycle=None, form=form, own=own, found=found, age=age)
    return (page, 422) if request.method == "POST" else page


@blueprint.post("/<slug:slug>/people/letters/<int:letter_id>/print")
def print_letter(slug: str, letter_id: int) -> str:
    """Make a letter's code and show the letter, to be printed from this page and from no other."""
    clerk, place, at = login.require_person(), place_by_slug(slug), utc_now()
    login.require_allowed(can_verify_residents(clerk, place, at))
    with transaction():
        entry, code = verification.print_letter(letter_id, place=place, by=clerk, ip=visitor_ip(), at=at)
        addressed = shown(entry)
    return render_template(
        "people/letter.html", place=place, cycle=None, to=addressed, code=code, lasts=at + verification.LETTER_LASTS
    )
