"""Pages of joining proposals, dividing them, and the log of what became of them."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.agenda import permissions, queries
from app.agenda.forms import MergeForm
from app.agenda.forms.discovery import AnswerAskForm, UnmergeForm, split_form
from app.agenda.models import AgendaAsk
from app.agenda.queries import around
from app.agenda.rules import FIELD_NAMES, Field
from app.agenda.rules.joining import ASK_KIND_NAMES, ASK_STATE_NAMES, MOST_PARTS, AskKind, AskState
from app.agenda.services import joining
from app.agenda.services.proposing import Words
from app.agenda.views.blueprint import blueprint
from app.agenda.views.proposals import managed
from app.clock import utc_now
from app.cycle.queries import current_cycle
from app.db.session import transaction
from app.people.login import require_allowed, require_person
from app.places.queries import place_by_slug
from app.record.acts import ACTS
from app.web.forms import shown_on

Answer = Response | str | tuple[str, int]


@blueprint.route("/<slug:slug>/agenda/<int:proposal_id>/merge", methods=["GET", "POST"])
def merge(slug: str, proposal_id: int) -> Answer:
    """Ask whether a proposal may be joined to another."""
    place, proposal = managed(slug, proposal_id)
    person = require_person()
    form = MergeForm(version=proposal.version)
    form.into.choices = [
        SelectChoice(p.id, p.title) for p in queries.living_proposals(proposal.cycle) if p.id != proposal.id
    ]
    if form.validate_on_submit():
        asked = None
        with shown_on(form), transaction():
            asked = joining.ask_to_merge(
                proposal_id,
                into_id=form.into.data,
                reason=form.reason.data,
                version=form.version.data,
                by=person,
                at=utc_now(),
            )
        if asked is not None and not form.errors:
            return _asked(slug, asked, _("의제를 합쳤습니다."))
    page = render_template(
        "agenda/merge.html",
        place=place,
        cycle=proposal.cycle,
        proposal=proposal,
        form=form,
        must_ask=joining.needs_consent(proposal, person),
    )
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/agenda/<int:proposal_id>/split", methods=["GET", "POST"])
def split(slug: str, proposal_id: int) -> Answer:
    """Ask whether a proposal may be divided."""
    place, proposal = managed(slug, proposal_id)
    person = require_person()
    first = {"part_1_title": proposal.title, "part_1_body": proposal.body} | {
        f"part_{number}_{name}": value
        for number in range(1, MOST_PARTS + 1)
        for name, value in (("field", proposal.field.value), ("where", proposal.where))
    }
    form = split_form()(version=proposal.version, data=first)
    if form.validate_on_submit():
        parts = [
            Words(
                form[f"part_{n}_title"].data,
                form[f"part_{n}_body"].data or "",
                Field(form[f"part_{n}_field"].data),
                form[f"part_{n}_where"].data or "",
            )
            for n in range(1, MOST_PARTS + 1)
            if form[f"part_{n}_title"].data
        ]
        asked = None
        with shown_on(form), transaction():
            asked = joining.ask_to_split(
                proposal_id, parts, reason=form["reason"].data, version=form.version.data, by=person, at=utc_now()
            )
        if asked is not None and not form.errors:
            return _asked(slug, asked, _("의제를 나누었습니다."))
    page = render_template(
        "agenda/split.html",
        place=place,
        cycle=proposal.cycle,
        proposal=proposal,
        form=form,
        most=MOST_PARTS,
        must_ask=joining.needs_consent(proposal, person),
    )
    return (page, 422) if form.errors else page


def _asked(slug: str, asked: AgendaAsk, done: str) -> Response:
    flash(_("낸 사람에게 물었습니다. 동의하면 바로 됩니다.") if asked.state is AskState.ASKED else done)
    return redirect(url_for("agenda.show", slug=slug, proposal_id=asked.proposal_id), 303)


@blueprint.route("/<slug:slug>/agenda/asks/<int:ask_id>", methods=["GET", "POST"])
def ask(slug: str, ask_id: int) -> Answer:
    """Read what the council asks, and answer it."""
    person = require_person()
    place = place_by_slug(slug)
    at = utc_now()
    found = around.ask_of(place, ask_id, person, at)
    may_answer = permissions.is_proposer(person, found.proposal) and found.state is AskState.ASKED
    form = AnswerAskForm(version=found.version)
    if may_answer and form.validate_on_submit():
        with shown_on(form), transaction():
            joining.answer(
                ask_id,
                agrees=form.agrees.data == "yes",
                text=form.text.data or "",
                version=form.version.data,
                by=person,
                at=at,
            )
        if not form.errors:
            flash(_("답을 보냈습니다."))
            return redirect(url_for("agenda.show", slug=slug, proposal_id=found.proposal_id), 303)
    page = render_template(
        "agenda/ask.html",
        place=place,
        cycle=found.proposal.cycle,
        ask=found,
        proposal=found.proposal,
        form=form,
        may_answer=may_answer,
        is_merge=found.kind is AskKind.MERGE,
        may_proceed=permissions.can_manage(person, place, at) and found.state is AskState.ASKED,
        kinds=ASK_KIND_NAMES,
        states=ASK_STATE_NAMES,
        fields={field.value: name for field, name in FIELD_NAMES.items()},
    )
    return (page, 422) if form.errors else page


@blueprint.post("/<slug:slug>/agenda/asks/<int:ask_id>/<any(proceed, take_back):act>")
def settle_ask(slug: str, ask_id: int, act: str) -> Response:
    """Do what was asked after the deadline, or take the question back."""
    person = require_person()
    at = utc_now()
    found = around.ask_of(place_by_slug(slug), ask_id, person, at)
    service = joining.proceed if act == "proceed" else joining.take_back
    with transaction():
        service(ask_id, version=request.form.get("version", 0, type=int), by=person, at=at)
    flash(_("물은 대로 했습니다.") if act == "proceed" else _("물음을 거두었습니다."))
    return redirect(url_for("agenda.show", slug=slug, proposal_id=found.proposal_id), 303)


@blueprint.route("/<slug:slug>/agenda/<int:proposal_id>/unmerge", methods=["GET", "POST"])
def unmerge(slug: str, proposal_id: int) -> Answer:
    """Take a joined proposal apart again."""
    person = require_person()
    place = place_by_slug(slug)
    proposal = queries.visible_proposal(place, proposal_id, person)
    require_allowed(permissions.can_manage(person, place, utc_now()) or permissions.is_proposer(person, proposal))
    form = UnmergeForm(version=proposal.version)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            joining.unmerge(proposal_id, reason=form.reason.data, version=form.version.data, by=person, at=utc_now())
        if not form.errors:
            flash(_("합친 의제를 다시 나누었습니다."))
            return redirect(url_for("agenda.show", slug=slug, proposal_id=proposal_id), 303)
    page = render_template("agenda/unmerge.html", place=place, cycle=proposal.cycle, proposal=proposal, form=form)
    return (page, 422) if form.errors else page


@blueprint.get("/<slug:slug>/agenda/log")
def log(slug: str) -> str:
    """Show everything that took an agenda from where its author put it."""
    place = place_by_slug(slug)
    before = request.args.get("before", type=int)
    entries = around.agenda_log(place, before=before)
    return render_template(
        "agenda/log.html",
        place=place,
        cycle=current_cycle(place),
        entries=entries,
        acts=ACTS,
        more=entries[-1].height if len(entries) == around.PAGE else None,
    )
