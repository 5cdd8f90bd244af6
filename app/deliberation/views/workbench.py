"""The committees' pages: looking through statements, merging, assigning, notes, links to agendas."""

from datetime import datetime, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.agenda.queries import living_proposals
from app.clock import kst_date, kst_midnight, utc_now
from app.db.session import transaction
from app.deliberation import permissions
from app.deliberation.forms import (
    AssignForm,
    LinkForm,
    MergeForm,
    NoteForm,
    PaperStatementForm,
    RejectForm,
    VersionForm,
)
from app.deliberation.models import OpinionRound, Statement
from app.deliberation.queries import rounds
from app.deliberation.queries import workbench as queries
from app.deliberation.rules import LOG_NAMES, REASON_NAMES, STATEMENT_NAMES, RoundState, StatementState
from app.deliberation.services import live, moderating, stating
from app.deliberation.services import workbench as services
from app.deliberation.views.blueprint import blueprint
from app.errors import NotFound
from app.i18n import N_
from app.people.login import require_allowed, require_person
from app.people.models import Person
from app.places.models import Place
from app.places.queries import place_by_slug
from app.web.forms import Form, shown_on

FORMS: dict[str, type[Form]] = {
    "publish": VersionForm,
    "reject": RejectForm,
    "merge": MergeForm,
    "unmerge": VersionForm,
    "open": VersionForm,
    "close": VersionForm,
    "assign": AssignForm,
    "note": NoteForm,
    "link": LinkForm,
    "unlink": LinkForm,
}


@blueprint.route("/<slug:slug>/rounds/<int:round_id>/workbench", methods=["GET", "POST"])
def workbench(slug: str, round_id: int) -> Response | str | tuple[str, int]:
    """List the statements by pile, and take statements that came on paper."""
    person, place, found, at = _tended(slug, round_id)
    form = PaperStatementForm()
    if form.validate_on_submit():
        with shown_on(form), transaction():
            stating.add_for_others(round_id, form.text.data, once=form.token, is_published=True, by=person, at=at)
        if not form.errors:
            flash(_("받은 의견을 올렸습니다."))
            return redirect(url_for("deliberation.workbench", slug=slug, round_id=round_id, pile="shown"), 303)
    pile = _pile()
    page = render_template(
        "deliberation/workbench.html",
        place=place,
        cycle=found.cycle,
        round=found,
        pile=pile,
        piles=queries.PILE_NAMES,
        counts=queries.pile_counts(found),
        listing=queries.statements_in(found, pile, page=max(1, request.args.get("page", 1, type=int))),
        hard=queries.hard_numbers(found),
        form=form,
        **_names(),
    )
    return (page, 422) if form.errors else page


@blueprint.get("/<slug:slug>/rounds/<int:round_id>/workbench/<int:number>")
def statement(slug: str, round_id: int, number: int) -> str:
    """Show a statement and everything the council can do with it."""
    _person, place, found, _at = _tended(slug, round_id)
    return _page(place, found, queries.statement_of(found, number), {})


@blueprint.post(
    "/<slug:slug>/rounds/<int:round_id>/workbench/<int:number>/"
    "<any(publish, reject, merge, unmerge, open, close, assign, note, link, unlink):act>"
)
def work(slug: str, round_id: int, number: int, act: str) -> Response | tuple[str, int]:
    """Do one thing with a statement."""
    person, place, found, at = _tended(slug, round_id)
    row = queries.statement_of(found, number)
    form: Any = FORMS[act]()
    if isinstance(form, LinkForm):
        _offer_proposals(form, found, row)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            _do(act, form, row, person, at)
        if not form.errors:
            flash(_("저장했습니다."))
            return redirect(_after(slug, found, row, act), 303)
    return _page(place, found, queries.statement_of(found, number), {act: form}), 422


def _do(act: str, form: Any, row: Statement, person: Person, at: datetime) -> None:
    match act:
        case "publish":
            moderating.publish(row.id, version=form.version.data, by=person, at=at)
        case "reject":
            moderating.reject(
                row.id, reason=form.reason.data, note=form.note.data or "", version=form.version.data, by=person, at=at
            )
        case "merge":
            moderating.merge(row.id, into_number=form.into_number.data, version=form.version.data, by=person, at=at)
        case "unmerge":
            moderating.unmerge(row.id, version=form.version.data, by=person, at=at)
        case "open":
            live.open_statement(row.id, by=person, at=at)
        case "close":
            live.close_statement(row.id, by=person, at=at)
        case "assign":
            due_on = form.due_on.data
            services.assign(
                row.id,
                unit=form.unit.data or "",
                due_at=kst_midnight(due_on + timedelta(days=1)) if due_on else None,
                is_handled=form.is_handled.data,
                version=form.version.data,
                by=person,
                at=at,
            )
        case "note":
            services.write_note(row.id, form.text.data, by=person, at=at)
        case "link":
            services.link_proposal(row.id, form.proposal_id.data, by=person, at=at)
        case "unlink":
            services.unlink_proposal(row.id, form.proposal_id.data, by=person, at=at)


def _page(place: Place, found: OpinionRound, row: Statement, refused: dict[str, Form]) -> str:
    due_on = kst_date(row.due_at - timedelta(microseconds=1)) if row.due_at else None
    link = LinkForm(formdata=None)
    _offer_proposals(link, found, row)
    forms: dict[str, Any] = {
        "version": VersionForm(formdata=None, version=row.version),
        "reject": RejectForm(formdata=None, version=row.version),
        "merge": MergeForm(formdata=None, version=row.version),
        "assign": AssignForm(
            formdata=None, version=row.version, unit=row.unit, due_on=due_on, is_handled=row.handled_at is not None
        ),
        "note": NoteForm(formdata=None),
        "link": link,
        **refused,
    }
    return render_template(
        "deliberation/statement.html",
        place=place,
        cycle=found.cycle,
        round=found,
        statement=row,
        forms=forms,
        refused=next(iter(refused.values()), None),
        notes=queries.notes_on(row),
        links=queries.links_of(row),
        is_hard=row.number in queries.hard_numbers(found),
        **_names(),
    )


def _offer_proposals(form: LinkForm, found: OpinionRound, row: Statement) -> None:
    linked = [link.proposal for link in queries.links_of(row)]
    known = {proposal.id for proposal in linked}
    offered = linked + [each for each in living_proposals(found.cycle) if each.id not in known]
    form.proposal_id.choices = [SelectChoice(each.id, each.title) for each in offered]


def _after(slug: str, found: OpinionRound, row: Statement, act: str) -> str:
    """Return where to go on: looking through leads to the next one that waits, the rest stays."""
    if act in {"publish", "reject"}:
        return url_for("deliberation.workbench", slug=slug, round_id=found.id)
    return url_for("deliberation.statement", slug=slug, round_id=found.id, number=row.number)


def _tended(slug: str, round_id: int) -> tuple[Person, Place, OpinionRound, datetime]:
    person = require_person()
    place = place_by_slug(slug)
    at = utc_now()
    require_allowed(permissions.can_moderate(person, place, at))
    return person, place, rounds.visible_round(place, round_id, person, at), at


def _pile() -> queries.Pile:
    wanted = request.args.get("pile", queries.Pile.WAITING.value)
    if wanted not in set(queries.Pile):
        raise NotFound(N_("그런 목록은 없습니다."))
    return queries.Pile(wanted)


def _names() -> dict[str, Any]:
    return {
        "statement_names": STATEMENT_NAMES,
        "reasons": REASON_NAMES,
        "log_names": LOG_NAMES,
        "StatementState": StatementState,
        "RoundState": RoundState,
    }
