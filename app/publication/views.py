"""Pages of the plan's way to the head and back."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import utc_now
from app.cycle.models import Cycle
from app.cycle.queries import kept_year
from app.cycle.years import require_shown_cycle
from app.db.session import transaction
from app.errors import NotFound
from app.files.printing import can_print
from app.files.serving import to_save
from app.files.tables import as_csv
from app.i18n import N_
from app.people.login import current_person, require_allowed, require_person
from app.people.permissions import is_staff
from app.places.elections.queries import guards_at
from app.places.elections.rules import PUBLICITY, Ground
from app.places.models import Place
from app.places.queries import place_by_slug
from app.plan.models import Plan
from app.plan.queries import plan_of_cycle, sections
from app.plan.rules import FUND_SOURCE_NAMES
from app.publication import permissions, queries, services
from app.publication.forms import BookletForm, DisclosureForm, HeadAnswerForm, SendForm
from app.publication.models import FinalPlan
from app.publication.rules import (
    DOCUMENT_NAMES,
    GROUND_NAMES,
    HEAD_RESULT_NAMES,
    Disclosure,
    Document,
    FinalSection,
    HeadResult,
)
from app.web.forms import shown_on

blueprint = Blueprint("publication", __name__)
Answer = Response | str | tuple[str, int]
NAMES = {
    "head_results": HEAD_RESULT_NAMES,
    "documents": DOCUMENT_NAMES,
    "grounds": GROUND_NAMES,
    "fund_sources": FUND_SOURCE_NAMES,
}
NOTHING = N_("아직 정해진 계획이 없습니다.")


@blueprint.get("/<slug:slug>/plan/final")
def show(slug: str) -> str:
    """Show how far the plan has come: sent, answered section by section, confirmed; and the final plan itself."""
    place = place_by_slug(slug)
    cycle = require_shown_cycle(place)
    return _page(place, cycle, SendForm(formdata=None))


def _page(place: Place, cycle: Cycle, form: SendForm, *, booklet_form: BookletForm | None = None) -> str:
    plan = plan_of_cycle(cycle)
    assembly = queries.counted_assembly(cycle)
    submission = queries.submission_of(plan) if plan else None
    final = queries.final_of(plan) if plan else None
    person, at = current_person(), utc_now()
    return render_template(
        "publication/show.html",
        place=place,
        cycle=cycle,
        plan=plan,
        assembly=assembly,
        texts={text.item_id: text for text in sections(assembly.plan_version)} if assembly else {},
        submission=submission,
        answers={each.section: each for each in submission.answers} if submission else {},
        final=final,
        booklet=queries.booklet_of(plan) if plan else None,
        disclosures=queries.disclosures_of(plan) if plan else {},
        send_due=queries.send_due_at(assembly) if assembly else None,
        form=form,
        booklet_form=booklet_form or BookletForm(formdata=None),
        guards=[g for g in guards_at(place, at) if g.code == PUBLICITY] if is_staff(person, place, at) else [],
        can_send=permissions.can_send(person, place, at),
        can_answer=permissions.can_answer(person, place, at),
        can_print=can_print(),
        **NAMES,
    )


@blueprint.post("/<slug:slug>/plan/final/send")
def send(slug: str) -> Answer:
    """Send the adopted plan to the head."""
    place, person = place_by_slug(slug), require_person()
    require_allowed(permissions.can_send(person, place, utc_now()))
    cycle = require_shown_cycle(place)
    form = SendForm()
    if form.validate_on_submit():
        with shown_on(form), transaction():
            services.send(cycle, letter=form.letter.data, by=person, at=utc_now())
    if form.errors:
        return _page(place, cycle, form), 422
    flash(_("계획을 구청장에게 보냈습니다."))
    return redirect(_shown(cycle), 303)


@blueprint.route("/<slug:slug>/plan/final/answers/<int:number>", methods=["GET", "POST"])
def answer(slug: str, number: int) -> Answer:
    """Answer one section for the head."""
    place, person = place_by_slug(slug), require_person()
    require_allowed(permissions.can_answer(person, place, utc_now()))
    cycle = require_shown_cycle(place)
    plan = _plan(cycle)
    submission, assembly = queries.submission_of(plan), queries.counted_assembly(cycle)
    item = next((each for each in assembly.items if each.number == number), None) if assembly else None
    if submission is None or item is None:
        raise NotFound(N_("답할 부분이 없습니다."))
    known = next((each for each in submission.answers if each.section == number), None)
    form = HeadAnswerForm(obj=known, version=known.version if known else 0)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            services.answer_section(
                submission.id, number, result=HeadResult(form.result.data), reason=form.reason.data or "",
                unit=form.unit.data, version=form.version.data, by=person, at=utc_now(),
            )  # fmt: skip
        if not form.errors:
            flash(_("%(n)s번에 답했습니다.", n=number))
            return redirect(_shown(cycle), 303)
    page = render_template(
        "publication/form.html", place=place, cycle=cycle, form=form, title=_("구청장의 답 적기"), about=item.title
    )
    return (page, 422) if form.errors else page


@blueprint.post("/<slug:slug>/plan/final/confirm")
def confirm(slug: str) -> Response:
    """Confirm and publish the final plan."""
    place, person = place_by_slug(slug), require_person()
    require_allowed(permissions.can_send(person, place, utc_now()))
    cycle = require_shown_cycle(place)
    submission = queries.submission_of(_plan(cycle))
    if submission is None:
        raise NotFound(N_("아직 보낸 계획이 없습니다."))
    with transaction():
        services.confirm(submission.id, by=person, at=utc_now())
    flash(_("계획을 확정하고 공개했습니다."))
    return redirect(_shown(cycle), 303)


@blueprint.route(
    "/<slug:slug>/plan/final/disclosure/<any(letter, answers, final, booklet):name>", methods=["GET", "POST"]
)
def disclose(slug: str, name: str) -> Answer:
    """Decide whether a document is open."""
    place, person = place_by_slug(slug), require_person()
    require_allowed(permissions.can_send(person, place, utc_now()))
    cycle = require_shown_cycle(place)
    plan, document = _plan(cycle), Document(name)
    known = queries.disclosures_of(plan).get(document)
    form = DisclosureForm(
        data={"state": known.state.value, "ground": known.ground or 0, "reason": known.reason} if known else {}
    )
    if form.validate_on_submit():
        with shown_on(form), transaction():
            services.disclose(
                plan.id, document, state=Disclosure(form.state.data), ground=form.ground.data or None,
                reason=form.reason.data or "", by=person, at=utc_now(),
            )  # fmt: skip
        if not form.errors:
            flash(_("공개할지 정했습니다."))
            return redirect(_shown(cycle), 303)
    page = render_template(
        "publication/form.html",
        place=place,
        cycle=cycle,
        form=form,
        title=_("문서를 공개할지 정하기"),
        about=_(DOCUMENT_NAMES[document]),
    )
    return (page, 422) if form.errors else page


@blueprint.post("/<slug:slug>/plan/final/booklet")
def make_booklet(slug: str) -> Answer:
    """Ask for the booklet; its job's page shows how far it is."""
    place, person = place_by_slug(slug), require_person()
    require_allowed(permissions.can_send(person, place, utc_now()))
    cycle = require_shown_cycle(place)
    plan = _plan(cycle)
    form = BookletForm()
    job = None
    if form.validate_on_submit():
        ground = form.election_ground.data
        with shown_on(form), transaction():
            job = services.ask_for_booklet(
                plan, election_ground=Ground(ground) if ground else None, by=person, at=utc_now()
            )
    if job is None or form.errors:
        return _page(place, cycle, SendForm(formdata=None), booklet_form=form), 422
    return redirect(url_for("jobs.show", job_id=job.id), 303)


@blueprint.get("/<slug:slug>/plan/final/booklet.pdf")
def booklet(slug: str) -> Response:
    """Return the booklet."""
    place = place_by_slug(slug)
    cycle = require_shown_cycle(place)
    plan = _plan(cycle)
    found = queries.booklet_of(plan)
    if found is None or not queries.is_open(plan, Document.BOOKLET):
        raise NotFound(N_("책자가 아직 없거나 공개하지 않습니다."))
    return to_save(found.pdf, f"{place.slug}-{cycle.year}-plan.pdf")


@blueprint.get("/<slug:slug>/plan/final.json")
def data(slug: str) -> Response:
    """Return the exact bytes of the final plan; their SHA-256 is the published hash."""
    place = place_by_slug(slug)
    cycle = require_shown_cycle(place)
    return to_save(_open_final(cycle).text.encode(), f"{place.slug}-{cycle.year}-plan.json")


@blueprint.get("/<slug:slug>/plan/final.csv")
def table(slug: str) -> Response:
    """Return the final plan as a table."""
    place = place_by_slug(slug)
    cycle = require_shown_cycle(place)
    columns = list(FinalSection.__dataclass_fields__)
    rows = ([getattr(row, name) for name in columns] for row in queries.final_sections(_open_final(cycle)))
    return to_save(as_csv(columns, rows), f"{place.slug}-{cycle.year}-plan.csv")


def _shown(cycle: Cycle) -> str:
    """Return the address of the final plan of a year: one that is late is sent and answered after the next has begun."""
    return url_for("publication.show", slug=cycle.place.slug, year=kept_year(cycle))


def _plan(cycle: Cycle) -> Plan:
    plan = plan_of_cycle(cycle)
    if plan is None:
        raise NotFound(NOTHING)
    return plan


def _open_final(cycle: Cycle) -> FinalPlan:
    plan = _plan(cycle)
    final = queries.final_of(plan)
    if final is None or not queries.is_open(plan, Document.FINAL):
        raise NotFound(N_("확정한 계획이 아직 없거나 공개하지 않습니다."))
    return final
