"""The acts of the staff on a project, one page each."""

from flask_babel import gettext as _

from app.clock import kst_date, utc_now
from app.db.session import transaction
from app.execution import permissions
from app.execution.forms import (
    ApprovalForm,
    ChangeForm,
    CloseRiskForm,
    CompleteForm,
    DescriptionForm,
    FinishMilestoneForm,
    MoveMilestoneForm,
    PartsForm,
    PauseForm,
    RiskForm,
    VoteForm,
    hand_over_form_for,
    progress_form_for,
)
from app.execution.queries import board
from app.execution.rules.changes import ChangeKind, Decider, Vote
from app.execution.rules.projects import HAND_OVER, RiskLevel
from app.execution.services import changes, projects, steps
from app.execution.views.blueprint import Answer, act_page, back, blueprint, managed
from app.people.login import require_allowed, require_person
from app.places.queries import place_by_slug
from app.plan.rules import FundSource
from app.web.forms import shown_on


@blueprint.route("/<slug:slug>/projects/<int:project_id>/describe", methods=["GET", "POST"])
def describe(slug: str, project_id: int) -> Answer:
    """Correct who is in charge and where a project is."""
    place, found = managed(slug, project_id)
    form = DescriptionForm(
        version=found.version, unit=found.unit, contact=found.contact, where=found.where,
        latitude=None if found.latitude_e6 is None else found.latitude_e6 / 1_000_000,
        longitude=None if found.longitude_e6 is None else found.longitude_e6 / 1_000_000,
    )  # fmt: skip
    if form.validate_on_submit():
        latitude, longitude = form.position
        words = projects.Description(
            found.title, found.description, form.unit.data, form.contact.data or "", form.where.data or "",
            latitude, longitude,
        )  # fmt: skip
        with shown_on(form), transaction():
            projects.describe(project_id, words, version=form.version.data, by=require_person(), at=utc_now())
        if not form.errors:
            return back(slug, project_id, _("저장했습니다."))
    return act_page(
        place, found, form, title=_("맡은 곳과 자리 적기"), button=_("저장하기"),
        lead=_("누가 맡아 어디에서 하는지 알립니다. 약속한 내용과 돈은 여기에서 바꿀 수 없습니다."),
        hints={"contact": _("직위로 적습니다. 예: 복지팀장"), "latitude": _("예: 37.123456")},
    )  # fmt: skip


@blueprint.route("/<slug:slug>/projects/<int:project_id>/parts", methods=["GET", "POST"])
def divide(slug: str, project_id: int) -> Answer:
    """Divide a project into parts."""
    place, found = managed(slug, project_id)
    form = PartsForm(version=found.version, parts="\n".join(f"{part.title} {part.weight}" for part in found.parts))
    if form.validate_on_submit():
        with shown_on(form), transaction():
            projects.divide(project_id, form.read, version=form.version.data, by=require_person(), at=utc_now())
        if not form.errors:
            return back(slug, project_id, _("저장했습니다."))
    return act_page(
        place, found, form, title=_("부분으로 나누기"), button=_("저장하기"),
        lead=_("사업을 부분으로 나누고 비중을 정하면, 진행률을 비중대로 셈합니다."),
        hints={"parts": _("한 줄에 하나씩 이름과 비중을 적어 주세요. 예: 설계 20")},
    )  # fmt: skip


@blueprint.route("/<slug:slug>/projects/<int:project_id>/progress", methods=["GET", "POST"])
def progress(slug: str, project_id: int) -> Answer:
    """Note how far the parts are."""
    place, found = managed(slug, project_id)
    form = progress_form_for([(part.id, part.title, part.percent) for part in found.parts], found.version)
    if form.validate_on_submit():
        percents = {part.id: form[f"part_{part.id}"].data for part in found.parts}
        with shown_on(form), transaction():
            projects.report_progress(project_id, percents, version=form.version.data, by=require_person(), at=utc_now())
        if not form.errors:
            return back(slug, project_id, _("저장했습니다."))
    return act_page(
        place, found, form, title=_("진행률 적기"), button=_("저장하기"),
        lead=_("부분마다 몇 퍼센트까지 했는지 적습니다."),
    )  # fmt: skip


@blueprint.route("/<slug:slug>/projects/<int:project_id>/pause", methods=["GET", "POST"])
def pause(slug: str, project_id: int) -> Answer:
    """Halt a project."""
    place, found = managed(slug, project_id)
    form = PauseForm(version=found.version)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            projects.pause_project(
                project_id, reason=form.reason.data, version=form.version.data, by=require_person(), at=utc_now()
            )
        if not form.errors:
            return back(slug, project_id, _("까닭을 알리고 사업을 멈추었습니다."))
    return act_page(
        place, found, form, title=_("사업 멈추기"), button=_("까닭 알리고 멈추기"),
        lead=_("까닭은 누구나 읽습니다. 언제든 다시 시작할 수 있습니다."),
    )  # fmt: skip


@blueprint.route("/<slug:slug>/projects/<int:project_id>/resume", methods=["GET", "POST"])
def resume(slug: str, project_id: int) -> Answer:
    """Go on with a halted project."""
    place, found = managed(slug, project_id)
    form = CompleteForm(version=found.version)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            projects.resume_project(project_id, version=form.version.data, by=require_person(), at=utc_now())
        if not form.errors:
            return back(slug, project_id, _("사업을 다시 시작했습니다."))
    return act_page(
        place, found, form, title=_("다시 시작하기"), button=_("다시 시작하기"), lead=_("멈춘 사업을 이어서 합니다.")
    )


@blueprint.route("/<slug:slug>/projects/<int:project_id>/risks", methods=["GET", "POST"])
def note_risk(slug: str, project_id: int) -> Answer:
    """Say what may go wrong."""
    place, found = managed(slug, project_id)
    form = RiskForm(version=found.version)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            projects.note_risk(
                project_id,
                level=RiskLevel(form.level.data),
                text=form.text.data,
                response=form.response.data,
                version=form.version.data,
                by=require_person(),
                at=utc_now(),
            )
        if not form.errors:
            return back(slug, project_id, _("저장했습니다."))
    return act_page(
        place, found, form, title=_("위험 적기"), button=_("저장하기"),
        lead=_("잘못될 수 있는 일을 미리 알리고 대비를 적습니다. 누구나 읽습니다."),
    )  # fmt: skip


@blueprint.route("/<slug:slug>/risks/<int:risk_id>/close", methods=["GET", "POST"])
def close_risk(slug: str, risk_id: int) -> Answer:
    """Say what became of a risk."""
    place = place_by_slug(slug)
    require_allowed(permissions.can_run(require_person(), place, utc_now()))
    found = board.risk_of(place, risk_id)
    form = CloseRiskForm(version=found.version)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            projects.close_risk(
                risk_id, outcome=form.outcome.data, version=form.version.data, by=require_person(), at=utc_now()
            )
        if not form.errors:
            return back(slug, found.project_id, _("저장했습니다."))
    return act_page(
        place, board.project_of(place, found.project_id), form, title=_("위험 정리하기"), button=_("저장하기"),
        lead=found.text,
    )  # fmt: skip


@blueprint.route("/<slug:slug>/milestones/<int:milestone_id>/<any(move, finish):act>", methods=["GET", "POST"])
def milestone(slug: str, milestone_id: int, act: str) -> Answer:
    """Move a step to another day, or note that it is done."""
    place = place_by_slug(slug)
    found = board.milestone_of(place, milestone_id)
    require_allowed(permissions.can_run(require_person(), place, utc_now()))
    form = (
        MoveMilestoneForm(version=found.version, planned_on=found.planned_on)
        if act == "move"
        else FinishMilestoneForm(version=found.version, done_on=kst_date(utc_now()))
    )
    if form.validate_on_submit():
        with shown_on(form), transaction():
            if isinstance(form, MoveMilestoneForm):
                steps.move_milestone(
                    milestone_id,
                    planned_on=form.planned_on.data,
                    reason=form.reason.data,
                    version=form.version.data,
                    by=require_person(),
                    at=utc_now(),
                )
            else:
                steps.finish_milestone(
                    milestone_id,
                    done_on=form.done_on.data,
                    version=form.version.data,
                    by=require_person(),
                    at=utc_now(),
                )
        if not form.errors:
            return back(slug, found.project_id, _("저장했습니다."))
    return act_page(
        place, found.project, form, title=_("날짜 옮기기") if act == "move" else _("마침으로 적기"), lead=found.title,
        button=_("저장하기"), hints={"reason": _("약속했던 날짜는 지워지지 않고 함께 보입니다.")},
    )  # fmt: skip


@blueprint.route("/<slug:slug>/projects/<int:project_id>/change", methods=["GET", "POST"])
def change(slug: str, project_id: int) -> Answer:
    """Ask for a change of money or content, or for the end of the project."""
    place, found = managed(slug, project_id)
    form = ChangeForm(source=found.source.value, year=kst_date(utc_now()).year, after=found.description)
    if form.validate_on_submit():
        kind = ChangeKind(form.kind.data)
        wish = changes.Wish(
            kind, form.reason.data, form.signed_won, FundSource(form.source.data), form.year.data,
            (form.after.data or "") if kind is ChangeKind.CONTENT else "",
        )  # fmt: skip
        with shown_on(form), transaction():
            changes.ask_for_change(project_id, wish, once=form.token, by=require_person(), at=utc_now())
        if not form.errors:
            return back(slug, project_id, _("바꾸자는 뜻을 알렸습니다. 정해지면 결과를 적어 주세요."))
    return act_page(
        place, found, form, title=_("약속한 것 바꾸기"), button=_("까닭 알리고 바꾸자고 하기"),
        lead=_("얼마나 바뀌는지에 따라 담당자, 주민자치회, 주민총회 가운데 누가 정하는지가 달라집니다. 까닭은 누구나 읽습니다."),
        hints={
            "kind": _("그만두면 쓰지 않은 돈은 반납으로 적힙니다."),
            "amount_won": _("돈을 바꿀 때만 적습니다."),
            "after": _("내용을 바꿀 때만 고칩니다."),
        },
    )  # fmt: skip


@blueprint.route("/<slug:slug>/changes/<int:change_id>/decide", methods=["GET", "POST"])
def decide(slug: str, change_id: int) -> Answer:
    """Enter how a change was decided."""
    place = place_by_slug(slug)
    require_allowed(permissions.can_run(require_person(), place, utc_now()))
    found = board.change_of(place, change_id)
    today = kst_date(utc_now())
    form = (
        ApprovalForm(version=found.version, decided_on=today)
        if found.decider is Decider.STAFF
        else VoteForm(version=found.version, decided_on=today)
    )
    if form.validate_on_submit():
        vote, members = None, 0
        if isinstance(form, VoteForm):
            vote = Vote(form.present.data, form.in_favour.data, form.against.data, form.abstained.data)
            members = form.members.data
        decision = changes.Decision(
            form.meeting.data, form.decided_on.data, vote, members,
            form.document.data.read() if form.document.data else None,
        )  # fmt: skip
        with shown_on(form), transaction():
            changes.decide_change(change_id, decision, version=form.version.data, by=require_person(), at=utc_now())
        if not form.errors:
            return back(slug, found.project_id, _("정한 것을 적었습니다."))
    return act_page(
        place, found.project, form, title=_("정한 것 적기"), lead=found.reason, button=_("정한 것 적기"), upload=True,
        change=found, hints={"document": _("파일은 저장하지 않고 지문(해시)만 남깁니다.")},
    )  # fmt: skip


@blueprint.route("/<slug:slug>/projects/<int:project_id>/complete", methods=["GET", "POST"])
def complete(slug: str, project_id: int) -> Answer:
    """Go through the hand-over list; with everything ticked, complete the project."""
    place, found = managed(slug, project_id)
    form = hand_over_form_for(found.handed_over, found.version)
    if form.validate_on_submit():
        checked = {code: form[f"note_{code}"].data or "" for code in HAND_OVER if form[f"tick_{code}"].data}
        whole = len(checked) == len(HAND_OVER)
        with shown_on(form), transaction():
            person, at = require_person(), utc_now()
            noted = projects.hand_over(project_id, checked, version=form.version.data, by=person, at=at)
            if whole:
                projects.complete_project(project_id, version=noted.version, by=person, at=at)
        if not form.errors:
            return back(slug, project_id, _("사업을 마쳤습니다.") if whole else _("확인한 것을 저장했습니다."))
    return act_page(
        place, found, form, title=_("사업 마치기"), button=_("확인한 것 저장하기"),
        lead=_("모두 확인하면 사업을 마칩니다. 할 일을 모두 마치고 남은 돈을 반납으로 적어야 합니다."),
    )  # fmt: skip
