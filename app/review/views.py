"""Pages of the department review."""

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.clock import kst_date, kst_midnight, utc_now
from app.db.session import transaction
from app.errors import NotFound
from app.i18n import N_
from app.people.login import current_person, require_allowed, require_person
from app.people.permissions import grantable_roles
from app.people.queries.people import department_reviewers
from app.people.rules import Role
from app.places.elections.queries import guards_at
from app.places.models import Place
from app.places.queries import ancestors, place_by_slug, setting
from app.plan.models import PlanItem
from app.plan.permissions import can_draft
from app.plan.queries import item_of, review_for
from app.plan.rules import FUND_SOURCE_NAMES, VERDICT_NAMES, PlanState
from app.review import permissions, queries, services
from app.review.forms import (
    AskForm,
    ChecklistForm,
    DecideForm,
    FindingsForm,
    InviteForm,
    NoteForm,
    ObjectForm,
    QuestionForm,
    ReplyForm,
)
from app.review.rules import CHECK_NAMES, CHECK_STATE_NAMES, CRITERION_NAMES, Check, Criterion, hard_words
from app.web.forms import Form, shown_on

blueprint = Blueprint("review", __name__)
Answer = Response | str | tuple[str, int]
NAMES = {
    "verdicts": VERDICT_NAMES,
    "criteria": CRITERION_NAMES,
    "fund_sources": FUND_SOURCE_NAMES,
    "checks": CHECK_NAMES,
    "check_states": CHECK_STATE_NAMES,
}


@blueprint.get("/<slug:slug>/plan/items/<int:item_id>/reviews")
def show(slug: str, item_id: int) -> str:
    """Show what every department found, what was asked back and objected, and for the council the private comments."""
    place = place_by_slug(slug)
    return _page(place, item_of(place, item_id))


def _page(place: Place, item: PlanItem, *, asking: AskForm | None = None, inviting: InviteForm | None = None) -> str:
    person, at = current_person(), utc_now()
    drafting = can_draft(person, place, at)
    due_on = kst_date(at + timedelta(days=setting(place, "review.days")))
    asking = asking or AskForm(formdata=None, due_on=due_on)
    asking.reviewers.choices = _offered(place) if drafting else []
    return render_template(
        "review/show.html",
        place=place,
        cycle=item.plan.cycle,
        item=item,
        dossiers=queries.dossiers(item),
        checklist=queries.checklist_of(item),
        guards=guards_at(place, at) if drafting else [],
        notes=queries.notes_on(item) if drafting else [],
        note_form=NoteForm(formdata=None),
        asking=asking,
        inviting=inviting or InviteForm(formdata=None, due_on=due_on),
        can_draft=drafting,
        can_invite=drafting and _may_invite(place),
        may_object=lambda review: permissions.can_object(person, review, at),
        may_decide=lambda review: permissions.can_decide(person, review, at),
        is_drafting=item.plan.state is PlanState.DRAFTING and item.dropped_at is None,
        **NAMES,
    )


@blueprint.post("/<slug:slug>/plan/items/<int:item_id>/reviews")
def ask(slug: str, item_id: int) -> Answer:
    """Ask one or several departments."""
    place, item = _drafted(slug, item_id)
    form = AskForm()
    reviewers = {reviewer.id: reviewer for reviewer in department_reviewers(place, utc_now())}
    form.reviewers.choices = _offered(place)
    if form.validate_on_submit():
        chosen = [reviewers[key] for key in form.reviewers.data]
        with shown_on(form), transaction():
            services.ask(
                item_id, chosen, due_at=kst_midnight(form.due_on.data + timedelta(days=1)), by=require_person(),
                at=utc_now(),
            )  # fmt: skip
    if form.errors:
        return _page(place, item, asking=form), 422
    flash(_("부서에 검토를 청했습니다."))
    return redirect(url_for("review.show", slug=slug, item_id=item_id), 303)


@blueprint.post("/<slug:slug>/plan/items/<int:item_id>/reviews/invite")
def invite(slug: str, item_id: int) -> Answer:
    """Ask a department by its e-mail address."""
    place, item = _drafted(slug, item_id)
    form = InviteForm()
    if form.validate_on_submit():
        with shown_on(form), transaction():
            services.invite_and_ask(
                item_id, form.email.data, department=form.department.data,
                due_at=kst_midnight(form.due_on.data + timedelta(days=1)), by=require_person(), at=utc_now(),
            )  # fmt: skip
    if form.errors:
        return _page(place, item, inviting=form), 422
    flash(_("부서에 메일로 검토를 청했습니다. 링크를 연 사람은 이 검토만 봅니다."))
    return redirect(url_for("review.show", slug=slug, item_id=item_id), 303)


@blueprint.route("/<slug:slug>/plan/reviews/<int:review_id>", methods=["GET", "POST"])
def answer(slug: str, review_id: int) -> Answer:
    """Answer one review: all that a department reviewer sees."""
    place, person = place_by_slug(slug), require_person()
    review = review_for(person, review_id)
    if review.item.plan.place_id != place.id:
        raise NotFound(N_("찾으시는 검토 요청이 없습니다."))
    form = FindingsForm(version=review.version)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            services.answer(
                review_id,
                form.findings(),
                condition=form.condition.data or "",
                corrected_cost_won=form.corrected_cost_won.data,
                version=form.version.data,
                by=person,
                at=utc_now(),
            )
        if not form.errors:
            flash(_("검토 결과를 보냈습니다. 고맙습니다."))
            return redirect(url_for("review.answer", slug=slug, review_id=review_id), 303)
    dossier = next(each for each in queries.dossiers(review.item) if each.review.id == review.id)
    page = render_template(
        "review/answer.html", place=place, cycle=review.item.plan.cycle, review=review, item=review.item, form=form,
        dossier=dossier, question=QuestionForm(formdata=None, version=review.version),
        groups=[(form[f"verdict_{c.value}"], form[f"reason_{c.value}"], form[f"law_{c.value}"]) for c in Criterion],
        **NAMES,
    )  # fmt: skip
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/plan/reviews/<int:review_id>/question", methods=["GET", "POST"])
def question(slug: str, review_id: int) -> Answer:
    """Ask back before answering."""
    place, person = place_by_slug(slug), require_person()
    review = review_for(person, review_id)
    if review.item.plan.place_id != place.id:
        raise NotFound(N_("찾으시는 검토 요청이 없습니다."))
    form = QuestionForm(version=review.version)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            services.return_item(
                review_id, question=form.question.data, version=form.version.data, by=person, at=utc_now()
            )
        if not form.errors:
            flash(_("물음을 보냈습니다. 답이 오면 할 일에 다시 나타납니다."))
            return redirect(url_for("review.answer", slug=slug, review_id=review_id), 303)
    return _act(
        place, review.item, form, title=_("되묻기"), lead=_("한 번 되물을 수 있습니다. 답이 올 때까지 기한이 멈춥니다."),
        button=_("되묻기"),
    )  # fmt: skip


@blueprint.route("/<slug:slug>/plan/reviews/<int:review_id>/revise", methods=["GET", "POST"])
def revise(slug: str, review_id: int) -> Answer:
    """Answer a department's question."""
    place, person = place_by_slug(slug), require_person()
    require_allowed(can_draft(person, place, utc_now()))
    review = queries.review_of(place, review_id)
    form = ReplyForm()
    if form.validate_on_submit():
        with shown_on(form), transaction():
            services.revise(review_id, reply=form.reply.data, by=person, at=utc_now())
        if not form.errors:
            flash(_("부서에 답을 보냈습니다."))
            return redirect(url_for("review.show", slug=slug, item_id=review.item_id), 303)
    found = next(each for each in queries.dossiers(review.item) if each.review.id == review.id)
    return _act(
        place, review.item, form, title=_("부서의 물음에 답하기"), lead=found.returned.question if found.returned else "",
        button=_("답 보내기"),
    )  # fmt: skip


@blueprint.route("/<slug:slug>/plan/reviews/<int:review_id>/object", methods=["GET", "POST"])
def object_to(slug: str, review_id: int) -> Answer:
    """Object to a verdict."""
    place, person = place_by_slug(slug), require_person()
    review = queries.review_of(place, review_id)
    require_allowed(permissions.can_object(person, review, utc_now()))
    form = ObjectForm()
    if form.validate_on_submit():
        with shown_on(form), transaction():
            services.object_to(review_id, grounds=form.grounds.data, by=person, at=utc_now())
        if not form.errors:
            flash(_("이의를 받았습니다. 담당자가 까닭을 적어 답합니다."))
            return redirect(url_for("review.show", slug=slug, item_id=review.item_id), 303)
    return _act(
        place, review.item, form, title=_("이의 내기"), lead=_("검토마다 한 번 낼 수 있습니다. 받아들이면 부서가 다시 검토합니다."),
        button=_("이의 내기"),
    )  # fmt: skip


@blueprint.route("/<slug:slug>/plan/reviews/<int:review_id>/decide", methods=["GET", "POST"])
def decide(slug: str, review_id: int) -> Answer:
    """Decide an objection."""
    place, person = place_by_slug(slug), require_person()
    review = queries.review_of(place, review_id)
    require_allowed(permissions.can_decide(person, review, utc_now()))
    found = next(each for each in queries.dossiers(review.item) if each.review.id == review.id)
    if found.objection is None:
        raise NotFound(N_("이의가 없습니다."))
    form = DecideForm(version=found.objection.version)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            services.decide(
                review_id, is_upheld=form.upheld.data == "yes", reason=form.reason.data, version=form.version.data,
                by=person, at=utc_now(),
            )  # fmt: skip
        if not form.errors:
            flash(_("이의를 어떻게 정했는지 알렸습니다."))
            return redirect(url_for("review.show", slug=slug, item_id=review.item_id), 303)
    return _act(
        place, review.item, form, title=_("이의 정하기"), lead=found.objection.grounds, button=_("이렇게 정하기")
    )


@blueprint.post("/<slug:slug>/plan/items/<int:item_id>/notes")
def note(slug: str, item_id: int) -> Response:
    """Leave a private comment."""
    _drafted(slug, item_id)
    form = NoteForm()
    with transaction():
        services.note(
            item_id,
            text=form.text.data or "",
            once=form.token,
            by=require_person(),
            at=utc_now(),
        )
    return redirect(url_for("review.show", slug=slug, item_id=item_id) + "#notes", 303)


@blueprint.route("/<slug:slug>/plan/items/<int:item_id>/checklist", methods=["GET", "POST"])
def checklist(slug: str, item_id: int) -> Answer:
    """Go through the thirteen items of the pre-review checklist."""
    place, item = _drafted(slug, item_id)
    known = queries.checklist_of(item)
    form = ChecklistForm(
        data={f"state_{code.value}": row.state.value for code, row in known.items()}
        | {f"note_{code.value}": row.note for code, row in known.items()}
    )
    if form.validate_on_submit():
        with shown_on(form), transaction():
            services.check(item_id, form.states(), by=require_person(), at=utc_now())
        if not form.errors:
            flash(_("사전검토 항목을 저장했습니다."))
            return redirect(url_for("review.show", slug=slug, item_id=item_id), 303)
    page = render_template(
        "review/checklist.html", place=place, cycle=item.plan.cycle, item=item, form=form,
        rows=[(form[f"state_{code.value}"], form[f"note_{code.value}"]) for code in Check],
        guards=guards_at(place, utc_now()), hard=hard_words(f"{item.title} {item.body}"), **NAMES,
    )  # fmt: skip
    return (page, 422) if form.errors else page


def _act(place: Place, item: PlanItem, form: Form, *, title: str, lead: str, button: str) -> Answer:
    page = render_template(
        "review/act.html",
        place=place,
        cycle=item.plan.cycle,
        item=item,
        form=form,
        title=title,
        lead=lead,
        button=button,
    )
    return (page, 422) if form.errors else page


def _drafted(slug: str, item_id: int) -> tuple[Place, PlanItem]:
    place, person = place_by_slug(slug), require_person()
    require_allowed(can_draft(person, place, utc_now()))
    return place, item_of(place, item_id)


def _offered(place: Place) -> list[SelectChoice]:
    return [SelectChoice(person.id, person.public_name) for person in department_reviewers(place, utc_now())]


def _may_invite(place: Place) -> bool:
    at = utc_now()
    return any(Role.DEPARTMENT_REVIEWER in grantable_roles(current_person(), above, at) for above in ancestors(place))
