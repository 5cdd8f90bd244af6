"""Pages of proposals."""

from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.agenda import lifeline, panels, permissions, queries
from app.agenda.forms import EditProposalForm, FilterForm, ProposalForm, ReasonForm, StaffProposalForm
from app.agenda.models import Proposal
from app.agenda.queries import around, finding
from app.agenda.rules import FIELD_NAMES, SOURCE_NAMES, STATE_NAMES, Field, ProposalState, Source
from app.agenda.rules.joining import ASK_KIND_NAMES, ASK_STATE_NAMES, HIDE_REASON_NAMES
from app.agenda.search import CLOSE
from app.agenda.services import co_signing, deciding, endorsing, proposing, writing_together
from app.agenda.views.blueprint import blueprint
from app.clock import utc_now
from app.cycle.queries import require_current_cycle
from app.cycle.rules import Stage
from app.cycle.years import shown_cycle
from app.db.session import transaction
from app.people.login import current_person, require_allowed, require_person
from app.people.models import Person
from app.people.permissions import is_staff
from app.places.models import Place
from app.places.points import GeoPoint, Pin, pins_as_geojson
from app.places.queries import place_by_slug, setting
from app.web.forms import shown_on
from app.web.messages import phrase

NO_PANELS: dict[str, list[panels.Panel]] = {"actions": [], "main": [], "aside": []}
FIELD_DYES = {
    Field.CULTURE: "s6", Field.ENVIRONMENT: "s1", Field.SAFETY: "s3", Field.WELFARE: "s5", Field.CHILDREN: "s7",
    Field.FACILITIES: "s2", Field.ECONOMY: "s4", Field.COMMUNITY: "s8",
}  # fmt: skip
"""The dyes of `templates/components/fields.html`, for the pins of the map."""
NAMES = {"fields": FIELD_NAMES, "states": STATE_NAMES, "sources": SOURCE_NAMES}


@blueprint.get("/<slug:slug>/agenda")
def index(slug: str) -> str:
    """Show what neighbours want."""
    place = place_by_slug(slug)
    cycle = shown_cycle(place)
    form = FilterForm(request.args)
    listing = None
    if cycle is not None:
        listing = queries.proposals_page(cycle, _filters(form), page=max(1, request.args.get("page", 1, type=int)))
    return render_template(
        "agenda/index.html",
        place=place,
        cycle=cycle,
        form=form,
        listing=listing,
        on_map=listing is not None and listing.placed > 0,
        photos=around.covers(listing.rows) if listing else {},
        calls=around.open_calls(cycle, utc_now()) if cycle else [],
        drafts=queries.own_drafts(place, current_person()),
        is_open=cycle is not None and cycle.is_running(Stage.DISCOVERY, utc_now()),
        minimum=setting(place, "initiative.min_signers"),
        keeps_synonyms=permissions.can_keep_synonyms(current_person(), place, utc_now()),
        arguments={"slug": slug, **{k: v for k, v in request.args.items() if k in {"q", "field", "state", "sort"}}},
        **NAMES,
    )


def _filters(form: FilterForm) -> queries.Filters:
    return queries.Filters(
        text=form.q.data or "",
        field=Field(form.field.data) if form.field.data in set(Field) else None,
        state=ProposalState(form.state.data) if form.state.data in set(ProposalState) else None,
        most_signed=form.sort.data == "signers",
    )


@blueprint.get("/<slug:slug>/agenda/points.json")
def points(slug: str) -> Response:
    """Return the pins of the agenda's map, as they are looked for."""
    cycle = shown_cycle(place_by_slug(slug))
    rows = queries.on_the_map(cycle, _filters(FilterForm(request.args))) if cycle else []
    pins = [
        Pin(row.point, row.title, f"{phrase(FIELD_NAMES[row.field])}, {phrase(STATE_NAMES[row.state])}", FIELD_DYES[row.field],
            url_for("agenda.show", slug=slug, proposal_id=row.id))
        for row in rows
        if row.point is not None
    ]  # fmt: skip
    return jsonify(pins_as_geojson(pins))


@blueprint.route("/<slug:slug>/agenda/new", methods=["GET", "POST"])
def new(slug: str) -> Response | str | tuple[str, int]:
    """Write a proposal: keep it as a draft, or put it before the neighbours at once."""
    person = require_person()
    place = place_by_slug(slug)
    cycle = require_current_cycle(place)
    at = utc_now()
    calls = around.open_calls(cycle, at)
    asked = {"call": request.args.get("call", 0, type=int)}
    form = StaffProposalForm(data=asked) if is_staff(person, place, at) else ProposalForm(data=asked)
    form.call.choices = [
        SelectChoice(0, _("공모와 상관없이 내기")),
        *(SelectChoice(call.id, call.title) for call in calls),
    ]
    valid = form.validate_on_submit()
    may = permissions.can_propose(person, place, at)
    close = _ask_about(form, place, person) if valid and may and "keep" not in request.form else []
    if valid and not close:
        source = Source(form.source.data) if isinstance(form, StaffProposalForm) else Source.ONLINE
        proposal = None
        with shown_on(form), transaction():
            proposal = proposing.write_proposal(
                place, cycle, _words(form), source=source, once=form.token, by=person, at=at,
                call=next((call for call in calls if call.id == form.call.data), None),
            )  # fmt: skip
        if proposal is not None and "keep" not in request.form:
            with shown_on(form), transaction():
                proposing.submit_proposal(proposal.id, by=person, at=at)
        if not form.errors and proposal is not None:
            flash(
                _("초안으로 남겨 두었습니다.")
                if "keep" in request.form
                else _("의제를 냈습니다. 이웃에게 알려 함께해 주세요.")
            )
            return redirect(url_for("agenda.show", slug=slug, proposal_id=proposal.id), 303)
    page = render_template(
        "agenda/new.html",
        place=place,
        cycle=cycle,
        form=form,
        may=may,
        alike=close,
        calls=calls,
        least=setting(place, "group.min_members"),
        states=STATE_NAMES,
        is_open=cycle.is_running(Stage.DISCOVERY, utc_now()),
    )
    return (page, 422) if form.errors else page


def _ask_about(form: ProposalForm, place: Place, person: Person) -> list[finding.Alike]:
    """Return what says nearly the same, once: who sends the form again has seen it and means it."""
    if form.seen.data:
        return []
    close = finding.alike(place, form.title.data, besides=person.id, at_least=CLOSE)
    if close:
        form.seen.data = "1"
    return close


@blueprint.get("/<slug:slug>/agenda/<int:proposal_id>")
def show(slug: str, proposal_id: int) -> str:
    """Show a proposal and what became of it."""
    place = place_by_slug(slug)
    person = current_person()
    proposal = queries.visible_proposal(place, proposal_id, person)
    at = utc_now()
    return render_template(
        "agenda/show.html",
        place=place,
        cycle=proposal.cycle,
        proposal=proposal,
        steps=lifeline.steps(proposal, at),
        merged=queries.merged_into(proposal),
        parts=around.parts_of(proposal),
        files=around.files_of(proposal),
        asks=around.asks_about(proposal),
        ask_states=ASK_STATE_NAMES,
        ask_kinds=ASK_KIND_NAMES,
        hide_reasons=HIDE_REASON_NAMES,
        has_endorsed=around.has_endorsed(proposal, person),
        least=setting(place, "group.min_members"),
        has_signed=queries.has_signed(proposal, person),
        minimum=setting(place, "initiative.min_signers"),
        may=_may(person, proposal, at),
        panels=panels.panels(proposal, person, at) if proposal.hidden_at is None else NO_PANELS,
        **NAMES,
    )


def _may(person: Any, proposal: Proposal, at: Any) -> dict[str, bool]:
    gathering = proposal.state is ProposalState.GATHERING and proposal.cycle.is_running(Stage.DISCOVERY, at)
    over = proposal.cycle.is_over
    undecided = proposal.state in {ProposalState.GATHERING, ProposalState.ACCEPTED} and not over
    is_draft = proposal.state is ProposalState.DRAFT
    manages = permissions.can_manage(person, proposal.place, at)
    is_author = permissions.is_author(person, proposal)
    moderates = permissions.can_moderate(person, proposal.place, at)
    merged = proposal.state is ProposalState.MERGED and not over
    return {
        "read": proposal.hidden_at is None or is_author or moderates,
        "moderate": moderates and not is_draft and not is_author,
        "attach": permissions.can_attach(person, proposal, at),
        "invite_authors": permissions.is_proposer(person, proposal) and permissions.can_edit(person, proposal),
        "leave": is_draft and is_author and not permissions.is_proposer(person, proposal),
        "unmerge": merged and (manages or permissions.is_proposer(person, proposal)),
        "endorse": permissions.can_endorse(person) and proposal.state in endorsing.ENDORSABLE and not over,
        "answer": permissions.is_proposer(person, proposal),
        "log_ask": manages,
        "sign": gathering and permissions.can_sign(person, proposal.place),
        "invite": gathering and person is None,
        "edit": (is_draft or not over) and permissions.can_edit(person, proposal),
        "withdraw": (is_draft or not over) and permissions.can_withdraw(person, proposal),
        "submit": is_draft and permissions.is_proposer(person, proposal),
        "decide": manages and undecided,
        "meet": (manages or is_author) and undecided,
    }


@blueprint.route("/<slug:slug>/agenda/<int:proposal_id>/edit", methods=["GET", "POST"])
def edit(slug: str, proposal_id: int) -> Response | str | tuple[str, int]:
    """Change the words of a proposal."""
    person = require_person()
    place = place_by_slug(slug)
    proposal = queries.visible_proposal(place, proposal_id, person)
    require_allowed(permissions.can_edit(person, proposal))
    form = EditProposalForm(obj=proposal)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            proposing.edit_proposal(proposal_id, _words(form), version=form.version.data, by=person, at=utc_now())
        if not form.errors:
            flash(_("고친 글을 저장했습니다."))
            return redirect(url_for("agenda.show", slug=slug, proposal_id=proposal_id), 303)
    page = render_template("agenda/edit.html", place=place, cycle=proposal.cycle, proposal=proposal, form=form)
    return (page, 422) if form.errors else page


@blueprint.post(
    "/<slug:slug>/agenda/<int:proposal_id>/<any(submit, withdraw, sign, unsign, endorse, unendorse, leave):act>"
)
def act(slug: str, proposal_id: int, act: str) -> Response:
    """Submit, withdraw, sign, endorse, or take one of these back."""
    person = require_person()
    queries.visible_proposal(place_by_slug(slug), proposal_id, person)
    acts = {
        "submit": (proposing.submit_proposal, _("의제를 냈습니다. 이웃에게 알려 함께해 주세요.")),
        "withdraw": (proposing.withdraw_proposal, _("의제를 거두었습니다.")),
        "sign": (co_signing.sign_proposal, _("함께했습니다.")),
        "unsign": (co_signing.withdraw_signature, _("서명을 거두었습니다.")),
        "endorse": (endorsing.endorse, _("공감했습니다.")),
        "unendorse": (endorsing.take_back, _("공감을 거두었습니다.")),
        "leave": (writing_together.leave, _("함께 쓰기를 그만두었습니다.")),
    }
    service, message = acts[act]
    with transaction():
        service(proposal_id, by=person, at=utc_now())
    flash(message)
    if act == "leave":
        return redirect(url_for("agenda.index", slug=slug), 303)
    return redirect(url_for("agenda.show", slug=slug, proposal_id=proposal_id), 303)


@blueprint.route("/<slug:slug>/agenda/<int:proposal_id>/decline", methods=["GET", "POST"])
def decline(slug: str, proposal_id: int) -> Response | str | tuple[str, int]:
    """Say publicly why a proposal is not taken up."""
    place, proposal = managed(slug, proposal_id)
    form = ReasonForm(version=proposal.version)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            deciding.decline_proposal(
                proposal_id, reason=form.reason.data, version=form.version.data, by=require_person(), at=utc_now()
            )
        if not form.errors:
            flash(_("까닭을 알리고 이번 계획에 담지 않기로 했습니다."))
            return redirect(url_for("agenda.show", slug=slug, proposal_id=proposal_id), 303)
    page = render_template("agenda/decline.html", place=place, cycle=proposal.cycle, proposal=proposal, form=form)
    return (page, 422) if form.errors else page


def managed(slug: str, proposal_id: int) -> tuple[Place, Proposal]:
    """Return a dong and one of its proposals, for those who tend the agenda."""
    person = require_person()
    place = place_by_slug(slug)
    proposal = queries.visible_proposal(place, proposal_id, person)
    require_allowed(permissions.can_manage(person, place, utc_now()))
    return place, proposal


def _words(form: ProposalForm) -> proposing.Words:
    return proposing.Words(
        title=form.title.data,
        body=form.body.data,
        field=Field(form.field.data),
        where=form.where.data or "",
        group_name=form.group_name.data or "",
        wanted_won=form.wanted_won.data,
        point=GeoPoint.parse(form.point.data),
    )
