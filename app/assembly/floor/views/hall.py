"""What everybody sees: the waiting room on the phone, the wall, the order of the day with its decisions."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.assembly.floor.forms import AskForm, CodeForm
from app.assembly.floor.models import FloorDay
from app.assembly.floor.permissions import can_count, can_host, can_lead, can_plan
from app.assembly.floor.queries import days, speaking
from app.assembly.floor.queries.live import chosen_of, live_state
from app.assembly.floor.rules.deciding import BASIS_NAMES, OUTCOME_NAMES
from app.assembly.floor.rules.states import (
    ADMITTING,
    DAY_STATE_NAMES,
    ITEM_STATE_NAMES,
    KIND_NAMES,
    NOT_BEGUN,
    ROLE_NAMES,
)
from app.assembly.floor.services import attending
from app.assembly.floor.services import speaking as services
from app.assembly.floor.views.blueprint import blueprint
from app.assembly.floor.views.finding import found_day
from app.assembly.models import Assembly
from app.assembly.queries import assembly_of, require_assembly
from app.assembly.rules import KeyHolding
from app.clock import kst_date, utc_now
from app.cycle.years import require_shown_cycle, shown_cycle
from app.db.session import transaction
from app.outbox.rendering import link
from app.people.login import current_person, require_person
from app.people.permissions import is_verified_resident
from app.places.queries import place_by_slug, settings_in_force
from app.web.forms import Form, shown_on

NAMES = {
    "states": DAY_STATE_NAMES,
    "item_states": ITEM_STATE_NAMES,
    "kinds": KIND_NAMES,
    "roles": ROLE_NAMES,
    "outcomes": OUTCOME_NAMES,
    "bases": BASIS_NAMES,
}


@blueprint.get("/<slug:slug>/assembly/live")
def live(slug: str) -> str:
    """Show the phone what is now, what is next, where to vote, and the place in the queue."""
    return _live(slug, Form())


@blueprint.get("/<slug:slug>/assembly/after")
def after(slug: str) -> str:
    """Show what comes next to somebody who leaves the booth; to everybody the same, whoever has voted and however often."""
    place = place_by_slug(slug)
    assembly = require_assembly(require_shown_cycle(place))
    day, at = days.day_of(assembly), utc_now()
    running = day is not None and day.state in ADMITTING
    return render_template(
        "floor/after.html",
        place=place,
        cycle=assembly.cycle,
        assembly=assembly,
        day=day
        if day is not None and (running or (day.state in NOT_BEGUN and kst_date(day.starts_at) >= kst_date(at)))
        else None,
        state=live_state(day, at) if day is not None and running else None,
        is_voting=assembly.is_voting(at),
        has_trustees=assembly.keys is KeyHolding.TRUSTEES,
    )


@blueprint.app_template_global("assembly_running")
def assembly_running(assembly: Assembly | None) -> FloorDay | None:
    """Return the day of an assembly that is being held this minute, for pages that lead into the hall."""
    day = days.day_of(assembly) if assembly is not None else None
    return day if day is not None and day.state in ADMITTING else None


@blueprint.post("/<slug:slug>/assembly/live/<any(ask, withdraw, leave):act>")
def act(slug: str, act: str) -> Response | tuple[str, int]:
    """Ask for the word, take that back, or say that one goes."""
    person = require_person()
    _place, day = found_day(slug)
    form: Form = AskForm() if act == "ask" else Form()
    item_id = request.form.get("item_id", 0, type=int)
    if form.validate():
        with shown_on(form), transaction():
            if act == "leave":
                attending.leave_self(day.id, by=person, at=utc_now())
            else:
                item = days.item_of(day, item_id)
                if isinstance(form, AskForm):
                    services.ask(item.id, shows_name=form.shows_name.data, by=person, at=utc_now())
                else:
                    services.withdraw(item.id, by=person, at=utc_now())
    if form.errors:
        return _live(slug, form), 422
    return redirect(url_for("floor.live", slug=slug), 303)


@blueprint.route("/<slug:slug>/assembly/live/here", methods=["GET", "POST"])
def here(slug: str) -> Response | str | tuple[str, int]:
    """Check in with the code at the door; the QR brings it along."""
    person = require_person()
    place, day = found_day(slug)
    form = CodeForm(code=request.args.get("code", ""))
    if form.validate_on_submit():
        with shown_on(form), transaction():
            attending.check_in_self(day.id, code=form.code.data or "", by=person, at=utc_now())
        if not form.errors:
            flash(_("참석을 알렸습니다."))
            return redirect(url_for("floor.live", slug=slug), 303)
    page = render_template(
        "floor/here.html",
        place=place,
        cycle=day.assembly.cycle,
        day=day,
        form=form,
        is_resident=is_verified_resident(person, place),
    )
    return (page, 422) if form.errors else page


@blueprint.get("/<slug:slug>/assembly/screen")
def screen(slug: str) -> str:
    """Show the wall of the hall: the item, the speaker and the time, how many take part; never a choice or its count."""
    place, day = found_day(slug)
    return render_template(
        "floor/screen.html",
        place=place,
        day=day,
        state=live_state(day, utc_now()),
        address=link("floor.live", slug=slug),
        chosen_of=chosen_of,
        **NAMES,
    )


@blueprint.get("/<slug:slug>/assembly/order")
def order(slug: str) -> str:
    """Show the order of the day, what was decided by how many, the rules that hold, and the minutes once published."""
    place = place_by_slug(slug)
    cycle = shown_cycle(place)
    assembly = assembly_of(cycle) if cycle else None
    day = days.day_of(assembly) if assembly else None
    person, at = current_person(), utc_now()
    return render_template(
        "floor/order.html",
        place=place,
        cycle=cycle,
        assembly=assembly,
        day=day,
        taking_part=days.taking_part_of(day) if day else None,
        chosen_of=chosen_of,
        rules=settings_in_force(place),
        can_plan=can_plan(person, place, at),
        can_lead=day is not None and can_lead(person, day, at),
        can_host=can_host(person, place, at),
        may_change=day is not None and day.state in NOT_BEGUN,
        **NAMES,
    )


def _live(slug: str, form: Form) -> str:
    place = place_by_slug(slug)
    cycle = shown_cycle(place)
    assembly = assembly_of(cycle) if cycle else None
    day = days.day_of(assembly) if assembly else None
    person, at = current_person(), utc_now()
    state = live_state(day, at) if day else None
    attendance = speaking.attendance_of(day, person) if day else None
    is_present = attendance is not None and attendance.left_at is None
    word = speaking.own_word(state.now, attendance) if state is not None and state.now is not None else None
    return render_template(
        "floor/live.html",
        place=place,
        assembly=assembly,
        day=day,
        state=state,
        is_present=is_present,
        word=word,
        is_admitting=day is not None and day.state in ADMITTING,
        is_voting=assembly is not None and assembly.is_voting(at),
        is_resident=is_verified_resident(person, place),
        can_lead=day is not None and can_lead(person, day, at),
        can_count=can_count(person, place, at),
        can_host=can_host(person, place, at),
        form=form,
        ask_form=form if isinstance(form, AskForm) else AskForm(formdata=None),
        **NAMES,
    )
