"""Public pages of a draw: the list, the draw itself, one candidate number, one's own."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.clock import utc_now
from app.council.queries import pool
from app.council.rules.calls import CallState
from app.council.services import calling
from app.cycle.queries import current_cycle
from app.draw import permissions
from app.draw.forms import NumberForm, PanelForm, RelaxForm, VersionForm
from app.draw.models import LotteryDraw
from app.draw.queries import candidates, draws, files, pages, panels, vacancies
from app.draw.queries.candidates import Opening
from app.draw.rules import ABORT_REASONS, DECIDED, EVENT_NAMES, MODE_NAMES, STATE_NAMES, DrawState
from app.draw.services.balls import readings
from app.draw.services.preparing import witnesses_named
from app.draw.views.blueprint import blueprint, visible_draw
from app.errors import NotFound
from app.i18n import N_
from app.people.login import current_person, require_person
from app.places.models import Place
from app.places.queries import place_by_slug, setting


@blueprint.get("/<slug:slug>/draws")
def index(slug: str) -> str:
    """List the draws of a dong; calls that could be drawn next, for staff."""
    place = place_by_slug(slug)
    staff = permissions.can_run(current_person(), place, utc_now())
    return render_template(
        "draw/index.html",
        place=place,
        cycle=current_cycle(place),
        draws=draws.draws_newest_first(place, public_only=not staff),
        calls=draws.calls_to_draw(place) if staff else [],
        states=STATE_NAMES,
        can_run=staff,
    )


@blueprint.get("/<slug:slug>/draws/<int:draw_id>")
def show(slug: str, draw_id: int) -> str:
    """Show a draw as it stands: being prepared, announced, held, drawn, given up."""
    place, draw = visible_draw(slug, draw_id)
    return render_template("draw/show.html", **context(place, draw))


def context(place: Place, draw: LotteryDraw) -> dict[str, object]:
    """Return what the page of a draw and its moving part show."""
    person, at = current_person(), utc_now()
    staff = permissions.can_run(person, place, at)
    opens_at = draws.opens_at(draw)
    preparing = draw.state is DrawState.PREPARING
    return {
        "place": place,
        "cycle": current_cycle(place),
        "draw": draw,
        "step": draw.step,
        "states": STATE_NAMES,
        "modes": MODE_NAMES,
        "reasons": ABORT_REASONS,
        "event_names": EVENT_NAMES,
        "overview": pages.overview(draw) if draw.bundle else None,
        "outcome": pages.outcome_of(draw),
        "events": pages.events_of(draw),
        "can_run": staff,
        "seat": permissions.witness_seat(person, draw),
        "can_read": permissions.can_read_balls(person, draw, at),
        "typed": len(readings(draw)),
        "notice_days": setting(place, "council.draw_notice_days"),
        "opens_at": opens_at,
        "may_open": opens_at is not None and at >= opens_at,
        "panels": panels.summary_of(draw),
        "panel_form": PanelForm(formdata=None),
        "version_form": VersionForm(version=draw.version),
        "relax_form": RelaxForm(formdata=None, version=draw.version),
        "number_form": NumberForm(formdata=None),
        "is_candidate": person is not None and candidates.own_number(draw.call, person) is not None,
        "standing": len(pool.candidates(draw.call)) if preparing else 0,
        "named_witnesses": witnesses_named(draw.call) if preparing and staff else [],
        "empty_seats": vacancies.open_vacancies(draw) if staff and draw.state in DECIDED else [],
        "blockers": calling.blockers(draw.call, at) if preparing and draw.call.state is CallState.ANNOUNCED else [],
    }


@blueprint.get("/<slug:slug>/draws/<int:draw_id>/panels")
def panel_list(slug: str, draw_id: int) -> str | tuple[str, int]:
    """Show the published table of panels: some at a time, or the one whose number somebody looks for."""
    place, draw = visible_draw(slug, draw_id)
    form = PanelForm(request.args)
    if not draw.panels_hash:
        raise NotFound(N_("표를 아직 공고하지 않았습니다."))
    valid = form.validate()
    page = render_template(
        "draw/panels.html",
        place=place,
        cycle=current_cycle(place),
        draw=draw,
        form=form,
        found=panels.panel_of(draw, form.panel.data) if valid and form.panel.data is not None else None,
        listed=panels.page_of(draw, (form.page.data or 1) if valid else 1),
        summary=panels.summary_of(draw),
    )
    return page if valid else (page, 422)


@blueprint.get("/<slug:slug>/draws/<int:draw_id>/number")
def number(slug: str, draw_id: int) -> Response | str | tuple[str, int]:
    """Show the chance of a candidate number, and why it is not higher."""
    place, draw = visible_draw(slug, draw_id)
    form = NumberForm(request.args)
    if not draw.bundle or not form.validate():
        return redirect(url_for("draw.show", slug=slug, draw_id=draw_id), 303)
    return _candidate_page(place, draw, _padded(draw, form.number.data))


@blueprint.get("/<slug:slug>/draws/<int:draw_id>/mine")
def mine(slug: str, draw_id: int) -> str:
    """Show a candidate their own number, chance, and what opens their line of the bundle."""
    person = require_person()
    place, draw = visible_draw(slug, draw_id)
    own = candidates.own_number(draw.call, person)
    if own is None or not draw.bundle or own not in files.bundle_of(draw).index:
        raise NotFound(N_("이 추첨의 후보가 아닙니다."))
    return _candidate_page(place, draw, own, opening=candidates.own_opening(draw.call, person), is_own=True)


def _candidate_page(
    place: Place, draw: LotteryDraw, number: str, *, opening: Opening | None = None, is_own: bool = False
) -> str:
    bundle = files.bundle_of(draw)
    chance = pages.chance_of(draw, number)
    return render_template(
        "draw/candidate.html",
        place=place,
        cycle=current_cycle(place),
        draw=draw,
        chance=chance,
        share=panels.share_of(draw, number),
        overview=pages.overview(draw),
        commitment=bundle.people[bundle.numbers.index(number)] if bundle.people else "",
        opening=opening,
        is_own=is_own,
        fate=pages.fate_of(draw, number),
    )


def _padded(draw: LotteryDraw, typed: str) -> str:
    """Find ``0012`` where somebody typed ``12``."""
    known = files.bundle_of(draw).index
    return next((typed.zfill(width) for width in range(len(typed), 9) if typed.zfill(width) in known), typed)
