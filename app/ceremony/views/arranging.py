"""Pages for everybody and for staff: how the ceremony stands, beginning it, links, the opening."""

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.assembly.models import Assembly
from app.assembly.queries import assembly_of, require_assembly
from app.assembly.rules import AssemblyState
from app.assembly.rules.ballots import PREFERENCE_NAMES
from app.assembly.rules.choosing import RULE_NAMES, warnings
from app.assembly.services.counting import MIXERS, awaited, owners_of
from app.assembly.services.electing import electorate
from app.ceremony import permissions, queries
from app.ceremony.forms import BeginForm, ConfirmForm, RestartForm
from app.ceremony.models import Ceremony
from app.ceremony.services import opening, seating
from app.ceremony.views.blueprint import blueprint
from app.clock import utc_now
from app.cycle.queries import require_current_cycle
from app.cycle.years import shown_cycle
from app.db.session import transaction
from app.people.login import current_person, require_allowed, require_person
from app.places.models import Place
from app.places.queries import place_by_slug
from app.web.forms import shown_on
from voting import EventType


@blueprint.get("/<slug:slug>/assembly/ceremony")
def show(slug: str) -> str:
    """Show who holds the key and makes the codes, how far they are, and every published fingerprint."""
    place = place_by_slug(slug)
    cycle = shown_cycle(place)
    assembly = assembly_of(cycle) if cycle else None
    ceremony = queries.ceremony_of(assembly) if assembly else None
    person, at = current_person(), utc_now()
    is_counting = assembly is not None and ceremony is not None and assembly.state is AssemblyState.CLOSED
    is_open = assembly is not None and assembly.opened_at is not None
    return render_template(
        "ceremony/show.html",
        place=place,
        cycle=cycle,
        assembly=assembly,
        ceremony=ceremony,
        stand=queries.standing(ceremony) if ceremony else None,
        awaited=awaited(assembly) if is_counting and assembly else None,
        mixed=owners_of(assembly, EventType.SHUFFLE) if ceremony and is_open and assembly else [],
        decrypted=owners_of(assembly, EventType.PARTIAL_DECRYPTION) if ceremony and is_open and assembly else [],
        can_arrange=permissions.can_arrange(person, place, at),
        can_confirm=permissions.can_confirm(person, place, at),
        restart_form=RestartForm(formdata=None, version=ceremony.version) if ceremony else None,
    )


@blueprint.route("/<slug:slug>/assembly/ceremony/begin", methods=["GET", "POST"])
def begin(slug: str) -> Response | str | tuple[str, int]:
    """Name the trustees and the credential authority."""
    person = require_person()
    place, assembly = _arranged(slug)
    form = BeginForm(version=assembly.version, threshold=2)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            seating.begin_ceremony(
                assembly.id,
                names=form.listed(),
                threshold=form.threshold.data,
                authority=form.authority.data,
                version=form.version.data,
                by=person,
                at=utc_now(),
            )
        if not form.errors:
            flash(_("열쇠 지기를 정했습니다. 이제 한 사람씩 링크를 보내 주세요."))
            return redirect(url_for("ceremony.show", slug=slug), 303)
    page = render_template("ceremony/begin.html", place=place, cycle=assembly.cycle, assembly=assembly, form=form)
    return (page, 422) if form.errors else page


@blueprint.post("/<slug:slug>/assembly/ceremony/links/<int:number>")
def link(slug: str, number: int) -> str:
    """Make a seat's link and show it, this once; its secret stands behind the ``#``, which no browser sends."""
    person = require_person()
    place, assembly = _arranged(slug)
    ceremony = queries.require_ceremony(assembly)
    with transaction():
        seat, secret = seating.make_link(ceremony.id, number, by=person, at=utc_now())
    endpoint = "ceremony.seat" if seat.number else "ceremony.authority"
    site = current_app.config["MADANG"].public_url.rstrip("/")
    address = f"{site}{url_for(endpoint, slug=slug)}#{secret}"
    return render_template("ceremony/link.html", place=place, cycle=assembly.cycle, seat=seat, address=address)


@blueprint.post("/<slug:slug>/assembly/ceremony/restart")
def restart(slug: str) -> Response:
    """Begin the key anew."""
    person = require_person()
    _place, assembly = _arranged(slug)
    form = RestartForm()
    ceremony = queries.require_ceremony(assembly)
    with transaction():
        seating.restart(ceremony.id, version=form.version.data or 0, by=person, at=utc_now())
    flash(_("열쇠를 처음부터 다시 만듭니다. 열쇠 지기들에게 알려 주세요."))
    return redirect(url_for("ceremony.show", slug=slug), 303)


@blueprint.post("/<slug:slug>/assembly/ceremony/test")
def test_vote(slug: str) -> Response:
    """Run the self-test."""
    person = require_person()
    _place, assembly = _arranged(slug)
    ceremony = queries.require_ceremony(assembly)
    with transaction():
        opening.test_vote(ceremony.id, by=person, at=utc_now())
    flash(_("시험 표를 넣고 세어, 결과가 넣은 표와 같은지 확인했습니다."))
    return redirect(url_for("ceremony.confirm", slug=slug), 303)


@blueprint.route("/<slug:slug>/assembly/ceremony/opening", methods=["GET", "POST"])
def confirm(slug: str) -> Response | str | tuple[str, int]:
    """Go through the list, and confirm; the second person opens the voting."""
    person, at = require_person(), utc_now()
    place = place_by_slug(slug)
    require_allowed(permissions.can_confirm(person, place, at))
    assembly = require_assembly(require_current_cycle(place))
    ceremony = queries.require_ceremony(assembly)
    form = ConfirmForm(seen=opening.manifest_hash(ceremony))
    if form.validate_on_submit():
        with shown_on(form), transaction():
            opening.confirm_opening(ceremony.id, seen=form.seen.data, by=person, at=utc_now())
        if not form.errors:
            if assembly.opened_at is not None:
                flash(_("두 사람이 확인해 투표를 열었습니다."))
                return redirect(url_for("assembly.show", slug=slug), 303)
            flash(_("확인했습니다. 다른 한 사람이 더 확인하면 투표가 열립니다."))
            return redirect(url_for("ceremony.confirm", slug=slug), 303)
    page = _opening_page(place, assembly, ceremony, form, person.id)
    return (page, 422) if form.errors else page


def _opening_page(place: Place, assembly: Assembly, ceremony: Ceremony, form: ConfirmForm, person_id: int) -> str:
    at = utc_now()
    checks = opening.checklist(ceremony, at)
    present = opening.manifest_hash(ceremony)
    form.seen.data = present
    return render_template(
        "ceremony/opening.html",
        place=place,
        cycle=assembly.cycle,
        assembly=assembly,
        ceremony=ceremony,
        checks=checks,
        is_ready=all(check.is_done for check in checks),
        is_preparing=assembly.state is AssemblyState.PREPARING,
        is_first_done=ceremony.confirmed == present,
        is_own=ceremony.confirmed == present and ceremony.confirmed_by == person_id,
        can_arrange=permissions.can_arrange(current_person(), place, at),
        present=present,
        form=form,
        preference_names=PREFERENCE_NAMES,
        rule_names=RULE_NAMES,
        warnings=warnings(
            assembly.form,
            assembly.counting_rule,
            assembly.lines,
            electors=electorate(assembly).count,
            envelope_won=assembly.envelope_won,
            mixers=MIXERS,
        )
        if assembly.state is AssemblyState.PREPARING
        else [],
    )


def _arranged(slug: str) -> tuple[Place, Assembly]:
    place = place_by_slug(slug)
    require_allowed(permissions.can_arrange(require_person(), place, utc_now()))
    return place, require_assembly(require_current_cycle(place))
