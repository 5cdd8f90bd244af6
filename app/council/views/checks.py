"""The clerk's workbench: every application with its rules, papers seen, decisions, objections."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import utc_now
from app.council import permissions
from app.council.forms.calls import AnswerObjectionForm, DecideForm, DocumentsForm, HomeForm
from app.council.models import Application, OpenCall
from app.council.queries import calls as queries
from app.council.queries import eligibility, pool
from app.council.queries.people import NOTHING
from app.council.rules.calls import (
    CHANNEL_NAMES,
    SEX_LABELS,
    ApplicationState,
    Document,
)
from app.council.services import applying, checking
from app.council.views.blueprint import blueprint
from app.council.views.calls import NAMES
from app.cycle.queries import current_cycle
from app.db.session import transaction
from app.errors import NotFound
from app.people.login import require_allowed, require_person
from app.people.models import Person
from app.people.rules import BASIS_NAMES
from app.places.models import Place
from app.places.queries import place_by_slug
from app.privacy.rules import Access
from app.privacy.services import log_access
from app.web.forms import Form, shown_on

SHOWN = ("legal_name", "birth_date", "phone", "address", "answers")


@blueprint.get("/<slug:slug>/council/calls/<int:call_id>/workbench")
def workbench(slug: str, call_id: int) -> str:
    """List a call's applications by number and state; names only on the page of each."""
    person = require_person()
    place = place_by_slug(slug)
    require_allowed(permissions.can_check_applications(person, place, utc_now()))
    call = queries.call_of(place, call_id)
    wanted = request.args.get("state", "")
    state = ApplicationState(wanted) if wanted in set(ApplicationState) else None
    page = max(1, request.args.get("page", 1, type=int))
    rows, total = queries.applications_page(call, state=state, page=page)
    return render_template(
        "council/workbench.html",
        place=place,
        cycle=current_cycle(place),
        call=call,
        rows=rows,
        total=total,
        page=page,
        pages=max(1, -(-total // queries.PAGE)),
        state=state,
        funnel=queries.funnel(call),
        all_states=list(ApplicationState),
        tracks={track.code: track.name for track in call.tracks},
        sexes=SEX_LABELS,
        channels=CHANNEL_NAMES,
        **NAMES,
    )


@blueprint.get("/<slug:slug>/council/calls/<int:call_id>/applications/<int:application_id>")
def check(slug: str, call_id: int, application_id: int) -> str:
    """Open one application; the look is logged."""
    person, place, call, row = _opened(slug, call_id, application_id)
    return _page(place, call, row, person, None)


@blueprint.get("/<slug:slug>/council/calls/<int:call_id>/applications/<int:application_id>/slip")
def slip(slug: str, call_id: int, application_id: int) -> str:
    """Show the slip that somebody without an account takes home: number, and what opens their line of the list.

    Raises:
        NotFound: who applied with an account has it on their own page, and nobody else needs it.
    """
    _person, place, call, row = _opened(slug, call_id, application_id)
    identity = pool.identity_of_applicant(row)
    if row.person_id is not None or not all(identity.values()):
        raise NotFound(NOTHING)
    return render_template(
        "council/slip.html",
        place=place,
        cycle=current_cycle(place),
        call=call,
        application=row,
        identity=identity,
        opening="|".join(identity[part] for part in ("number", "name", "birthdate", "salt")),
        commitment=pool.commitment_to(row),
    )


@blueprint.post(
    "/<slug:slug>/council/calls/<int:call_id>/applications/<int:application_id>"
    "/<any(papers, decide, home, part, answer, withdraw):act>"
)
def act_on_application(slug: str, call_id: int, application_id: int, act: str) -> Response | tuple[str, int]:
    """See papers, decide, note a shared home, answer an objection, or withdraw for somebody."""
    person = require_person()
    place = place_by_slug(slug)
    at = utc_now()
    require_allowed(permissions.can_check_applications(person, place, at))
    call = queries.call_of(place, call_id)
    row = queries.application_of(call, application_id)
    form: Form = {"papers": DocumentsForm, "decide": DecideForm, "home": HomeForm, "answer": AnswerObjectionForm}.get(
        act, Form
    )()
    if form.validate_on_submit():
        with shown_on(form), transaction():
            match act:
                case "papers":
                    seen = {Document(code) for code in form["documents"].data or []}
                    checking.see_documents(row.id, seen, version=form["version"].data, by=person, at=at)
                case "decide":
                    checking.decide_application(
                        row.id, eligible=form["decision"].data == "eligible", reason=form["reason"].data or "",
                        version=form["version"].data, by=person, at=at,
                    )  # fmt: skip
                case "home":
                    checking.share_home(row.id, form["number"].data, by=person, at=at)
                case "part":
                    checking.part_home(row.id, by=person, at=at)
                case "answer":
                    checking.answer_objection(
                        int(form["objection"].data), uphold=form["decision"].data == "uphold",
                        answer=form["answer"].data, by=person, at=at,
                    )  # fmt: skip
                case _:
                    applying.withdraw_application(row.id, by=person, at=at)
        if not form.errors:
            flash(_("저장했습니다."))
            return redirect(url_for("council.check", slug=slug, call_id=call_id, application_id=application_id), 303)
    _person, place, call, row = _opened(slug, call_id, application_id)
    return _page(place, call, row, person, (act, form)), 422


def _opened(slug: str, call_id: int, application_id: int) -> tuple[Person, Place, OpenCall, Application]:
    person = require_person()
    place = place_by_slug(slug)
    at = utc_now()
    require_allowed(permissions.can_check_applications(person, place, at))
    row = queries.application_of(queries.call_of(place, call_id), application_id)
    with transaction():
        log_access(
            Access.VIEWED, by=person.id, ip=request.remote_addr, subject=f"application:{row.id}", at=at,
            fields=SHOWN, place_id=place.id,
        )  # fmt: skip
    call = queries.call_of(place, call_id)
    return person, place, call, queries.application_of(call, application_id)


def _page(place: Place, call: OpenCall, row: Application, person: Person, refused: tuple[str, Form] | None) -> str:
    findings = eligibility.examine_application(row, utc_now())
    needed = eligibility.needed_papers(row)
    seen = [paper.document for paper in row.documents]
    forms: dict[str, Form] = {
        "papers": DocumentsForm(formdata=None, version=row.version, documents=[paper.value for paper in seen]),
        "decide": DecideForm(formdata=None, version=row.version),
        "home": HomeForm(formdata=None),
        "answer": AnswerObjectionForm(formdata=None),
    }
    if refused is not None:
        forms[refused[0]] = refused[1]
    return render_template(
        "council/check.html",
        place=place,
        cycle=current_cycle(place),
        call=call,
        application=row,
        own=queries.revealed(row),
        answers=eligibility.answers_of(row),
        findings=findings,
        bases=eligibility.bases_of_findings(place, findings),
        needed=needed,
        seen=seen,
        same_address=queries.same_address(row),
        homes=queries.housemates(row),
        objections=queries.shown_objections(row),
        forms=forms,
        track=next((track.name for track in call.tracks if track.code == row.track), row.track),
        bases_names=BASIS_NAMES,
        channels=CHANNEL_NAMES,
        sexes=SEX_LABELS,
        **NAMES,
    )
