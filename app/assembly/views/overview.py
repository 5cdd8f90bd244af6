"""Pages of an assembly outside the booth: its state, preparing and opening, the result, the downloads."""

from datetime import timedelta

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, request, stream_with_context, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.assembly import permissions, queries
from app.assembly.forms import OpenForm, PrepareForm, TrackerForm
from app.assembly.models import Assembly
from app.assembly.rules import STATE_NAMES, AssemblyState
from app.assembly.rules.ballots import PREFERENCE_NAMES
from app.assembly.rules.choosing import RULE_NAMES, warnings
from app.assembly.services import board, electing, inclusion, opening, preparing
from app.assembly.stations.queries import unfinished_stations
from app.assembly.views.blueprint import blueprint
from app.assembly.witnesses.queries import confirmed
from app.clock import KST, kst_date, kst_instant, utc_now
from app.cycle.models import Cycle
from app.cycle.queries import cycle_of_year, require_current_cycle
from app.cycle.rules import Stage
from app.cycle.years import require_shown_cycle, shown_cycle
from app.db.session import transaction
from app.errors import NotFound
from app.i18n import N_
from app.people.login import current_person, require_allowed, require_person
from app.places.models import Place
from app.places.queries import place_by_slug, setting
from app.plan.queries import latest_version, plan_of_cycle
from app.web.forms import shown_on


@blueprint.get("/<slug:slug>/assembly")
def show(slug: str) -> str:
    """Show the assembly as it stands: prepared, voting (turnout only), counting, or its result with reasons."""
    place = place_by_slug(slug)
    cycle = shown_cycle(place)
    assembly = queries.assembly_of(cycle) if cycle else None
    at = utc_now()
    plan = plan_of_cycle(cycle) if cycle else None
    return render_template(
        "assembly/show.html",
        place=place,
        cycle=cycle,
        assembly=assembly,
        outcome=queries.outcome(assembly) if assembly else None,
        turnout=queries.turnout(assembly) if assembly and assembly.opened_at else 0,
        is_voting=assembly is not None and assembly.is_voting(at),
        has_ended=assembly is not None and assembly.state is AssemblyState.OPEN and assembly.closes_at <= at,
        stations_counting=unfinished_stations(assembly) if assembly and assembly.state is AssemblyState.CLOSED else 0,
        states=STATE_NAMES,
        preference_names=PREFERENCE_NAMES,
        rule_names=RULE_NAMES,
        can_run=permissions.can_run(current_person(), place, at),
        in_stage=cycle is not None and cycle.is_open(Stage.ASSEMBLY),
        plan_version=latest_version(plan) if plan else None,
        tracker_form=TrackerForm(formdata=None),
    )


@blueprint.route("/<slug:slug>/assembly/prepare", methods=["GET", "POST"])
def prepare(slug: str) -> Response | str | tuple[str, int]:
    """Set the times and the money."""
    person = require_person()
    place, cycle = _managed(slug)
    assembly = queries.assembly_of(cycle)
    form = PrepareForm(data=_defaults(place, cycle, assembly))
    if form.validate_on_submit():
        with shown_on(form), transaction():
            preparing.prepare_assembly(
                cycle,
                opens_at=kst_instant(form.opens_on.data, form.opens_time.data),
                closes_at=kst_instant(form.closes_on.data, form.closes_time.data),
                envelope_won=form.envelope_won.data,
                version=form.version.data or None,
                by=person,
                at=utc_now(),
            )
        if not form.errors:
            flash(_("총회를 준비했습니다. 확인한 뒤 투표를 열어 주세요."))
            return redirect(url_for("assembly.show", slug=slug), 303)
    page = render_template("assembly/prepare.html", place=place, cycle=cycle, assembly=assembly, form=form)
    return (page, 422) if form.errors else page


def _defaults(place: Place, cycle: Cycle, assembly: Assembly | None) -> dict[str, object]:
    if assembly is not None:
        opens, closes = assembly.opens_at.astimezone(KST), assembly.closes_at.astimezone(KST)
        envelope, version = assembly.envelope_won, assembly.version
    else:
        stage = cycle.stage(Stage.ASSEMBLY)
        closes = stage.closes_at.astimezone(KST) - timedelta(hours=6)
        opens = max(
            stage.opens_at, stage.closes_at - timedelta(days=setting(place, "assembly.prevote_days"))
        ).astimezone(KST)
        envelope, version = setting(place, "pb.envelope_per_dong"), 0
    return {
        "opens_on": kst_date(opens),
        "opens_time": opens.time(),
        "closes_on": kst_date(closes),
        "closes_time": closes.time(),
        "envelope_won": envelope,
        "version": version,
    }


@blueprint.route("/<slug:slug>/assembly/open", methods=["GET", "POST"])
def open_voting(slug: str) -> Response | str | tuple[str, int]:
    """Open the voting, after a look at everything that is frozen by it."""
    person = require_person()
    place, cycle = _managed(slug)
    assembly = queries.require_assembly(cycle)
    form = OpenForm(version=assembly.version)
    if form.validate_on_submit():
        job = None
        with shown_on(form), transaction():
            job = opening.request_opening(assembly.id, version=form.version.data, by=person, at=utc_now())
        if job is not None and not form.errors:
            return redirect(url_for("jobs.show", job_id=job.id), 303)
    page = render_template(
        "assembly/open.html",
        place=place,
        cycle=cycle,
        assembly=assembly,
        form=form,
        electors=len(electing.electors_of(assembly)),
        preference_names=PREFERENCE_NAMES,
        rule_names=RULE_NAMES,
        warnings=warnings(
            assembly.form,
            assembly.counting_rule,
            assembly.lines,
            electors=electing.electorate(assembly).count,
            envelope_won=assembly.envelope_won,
        ),
    )
    return (page, 422) if form.errors else page


@blueprint.get("/<slug:slug>/assembly/find")
def find(slug: str) -> str | tuple[str, int]:
    """Find a ballot on the board by its tracker."""
    place = place_by_slug(slug)
    cycle = require_shown_cycle(place)
    assembly = _opened(cycle)
    form = TrackerForm(request.args)
    ballot = queries.ballot_by_tracker(assembly, form.tracker.data) if form.validate() else None
    page = render_template(
        "assembly/find.html",
        place=place,
        cycle=cycle,
        assembly=assembly,
        form=form,
        ballot=ballot,
        counts=ballot is not None and queries.is_last_of_its_code(assembly, ballot),
        log_key=inclusion.log_key(assembly),
        confirmed=confirmed(assembly, ballot.height) if ballot is not None else None,
        leaf=inclusion.leaf_of(assembly, ballot.height) if ballot is not None else "",
    )
    return (page, 422) if form.errors else page


@blueprint.get("/<slug:slug>/assembly/receipt.tlog-proof")
def proof(slug: str) -> Response:
    """Return the proof that a ballot stands on the board, by its tracker, under the newest signed head."""
    assembly = _opened(require_shown_cycle(place_by_slug(slug)))
    ballot = queries.ballot_by_tracker(assembly, request.args.get("tracker", ""))
    text = inclusion.proof_of(assembly, ballot.height) if ballot else ""
    if not text:
        raise NotFound(N_("이 번호의 표가 투표함에 없습니다."))
    headers = {"Content-Disposition": 'attachment; filename="receipt.tlog-proof"'}
    return FlaskResponse(text, mimetype="text/plain", headers=headers)


@blueprint.get("/<slug:slug>/assembly/<int:year>.bel")
def archive(slug: str, year: int) -> Response:
    """Stream the archive of a year's election: everything anyone needs to verify it."""
    assembly = _of_year(slug, year)
    headers = {"Content-Disposition": f'attachment; filename="{slug}-{year}.bel"'}
    return FlaskResponse(stream_with_context(board.archive(assembly)), mimetype="application/x-tar", headers=headers)


@blueprint.get("/<slug:slug>/assembly/<int:year>-proofs.json")
def proofs(slug: str, year: int) -> Response:
    """Return the strong decryption proofs beside the archive."""
    assembly = _of_year(slug, year)
    if not assembly.strong_proofs:
        raise NotFound(N_("아직 개표하지 않았습니다."))
    return FlaskResponse(assembly.strong_proofs.encode(), mimetype="application/json")


def _managed(slug: str) -> tuple[Place, Cycle]:
    place = place_by_slug(slug)
    require_allowed(permissions.can_run(require_person(), place, utc_now()))
    return place, require_current_cycle(place)


def _opened(cycle: Cycle) -> Assembly:
    assembly = queries.require_assembly(cycle)
    if assembly.opened_at is None:
        raise NotFound(N_("아직 투표를 열지 않았습니다."))
    return assembly


def _of_year(slug: str, year: int) -> Assembly:
    cycle = cycle_of_year(place_by_slug(slug), year)
    if cycle is None:
        raise NotFound(N_("그 해의 총회는 없습니다."))
    return _opened(cycle)
