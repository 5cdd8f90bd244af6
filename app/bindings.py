"""What concepts tell each other without importing each other: gates, to-dos, steps of an agenda's life, names, signals."""

from datetime import date
from typing import Any

from flask import Flask

from app.agenda import lifeline, panels
from app.agenda import queries as agenda_queries
from app.agenda.rules import SOURCE_NAMES
from app.agenda.rules.joining import ASK_KIND_NAMES, HIDE_REASON_NAMES
from app.agenda.signals import proposal_joined
from app.assembly import queries as assembly_queries
from app.assembly.floor.queries import days as floor_days
from app.assembly.floor.rules.deciding import OUTCOME_NAMES as FLOOR_OUTCOME_NAMES
from app.assembly.floor.services import attending as floor_attending
from app.assembly.kiosks import queries as kiosk_queries
from app.assembly.objections import queries as objection_queries
from app.assembly.objections.rules import FINDING_NAMES
from app.assembly.stations import queries as station_queries
from app.council import panels as council_panels
from app.council.queries import meetings as council_meetings
from app.council.queries import training as council_training
from app.council.rules.spoken import SPOKEN as COUNCIL_SPOKEN
from app.cycle import dong_page, gates
from app.cycle.rules import STAGE_NAMES, Stage
from app.cycle.signals import stage_opened
from app.deliberation import notifications as deliberation_notifications
from app.deliberation.queries import signposts as deliberation_signposts
from app.deliberation.rules import REASON_NAMES as REJECTION_NAMES
from app.deliberation.services import taking_part
from app.deliberation.signals import round_concluded, statement_decided
from app.desk import queries as desk_queries
from app.discussion import panels as discussion_panels
from app.discussion.rules import KIND_NAMES as TEXT_KIND_NAMES
from app.discussion.rules import REASON_NAMES
from app.discussion.services import live as discussion_live
from app.discussion.signals import comment_written, somebody_called
from app.draw.queries import signposts as draw_signposts
from app.draw.queries import todos as draw_todos
from app.draw.rules import ABORT_REASONS, EVENT_NAMES
from app.execution.queries import duties as execution_duties
from app.execution.rules.changes import CHANGE_KIND_NAMES, CHANGE_STATE_NAMES, DECIDER_NAMES
from app.execution.rules.ledger import KIND_NAMES
from app.execution.services import projects as execution_projects
from app.following import panels as following_panels
from app.following.queries import notices as following_notices
from app.following.services import follows as following_follows
from app.i18n import N_
from app.inspection import notifications as inspection_notifications
from app.inspection.queries import signposts as inspection_queries
from app.inspection.rules import CHANNEL_NAMES, RESULT_NAMES
from app.inspection.signals import opinion_answered
from app.observatory.rules import ALERT_NAMES
from app.outbox import services as outbox_services
from app.people.rules import ROLE_NAMES
from app.people.signals import account_closed, invitation_accepted
from app.places.elections.rules import GROUND_NAMES
from app.places.settings.registry import REGISTRY
from app.plan import queries as plan_queries
from app.plan.rules import FUND_SOURCE_NAMES, VERDICT_NAMES
from app.planning_group import queries as planning_group_queries
from app.planning_group import services as planning_group_services
from app.publication.rules import DOCUMENT_NAMES, HEAD_RESULT_NAMES
from app.record import acts, references
from app.record.signals import entry_appended
from app.review import services as review_services
from app.small_groups.queries import rounds as small_group_rounds
from app.small_groups.queries import todos as small_group_todos
from app.small_groups.rules.applications import STATE_NAMES as APPLICATION_STATE_NAMES
from app.small_groups.services import people as small_group_people
from app.survey import queries as survey_queries
from app.survey.rules import REMOVE_NAMES
from app.web import filters
from app.web.messages import phrase


def bind_concepts(app: Flask) -> None:
    """Let later concepts answer earlier ones: gates of the cycle, steps of an agenda's life, to-dos of the desk."""
    acts.NAMES["granted"] = {role.value: name for role, name in ROLE_NAMES.items()}
    acts.NAMES["setting"] = {key: rule.name for key, rule in REGISTRY.items()}
    acts.NAMES["stage"] = {stage.value: name for stage, name in STAGE_NAMES.items()}
    acts.NAMES["fund"] = {source.value: name for source, name in FUND_SOURCE_NAMES.items()}
    acts.NAMES["ground"] = {ground.value: name for ground, name in GROUND_NAMES.items()} | {"none": N_("적지 않음")}
    acts.NAMES["ask"] = {kind.value: name for kind, name in ASK_KIND_NAMES.items()}
    acts.NAMES["hidden_why"] = {reason.value: name for reason, name in HIDE_REASON_NAMES.items()}
    acts.NAMES["comes"] = {"yes": N_("옵니다"), "no": N_("오지 못함")}
    acts.NAMES["source"] = {source.value: name for source, name in SOURCE_NAMES.items()}
    acts.NAMES["rejection"] = {reason.value: name for reason, name in REJECTION_NAMES.items()}
    acts.NAMES["verdict"] = {verdict.value: name for verdict, name in VERDICT_NAMES.items()}
    acts.NAMES["result"] = {result.value: name for result, name in RESULT_NAMES.items()}
    acts.NAMES["channel"] = {channel.value: name for channel, name in CHANNEL_NAMES.items()}
    acts.NAMES["head_result"] = {result.value: name for result, name in HEAD_RESULT_NAMES.items()}
    acts.NAMES["document"] = {document.value: name for document, name in DOCUMENT_NAMES.items()}
    acts.NAMES["kind"] = {kind.value: name for kind, name in KIND_NAMES.items()}
    acts.NAMES["change"] = {kind.value: name for kind, name in CHANGE_KIND_NAMES.items()}
    acts.NAMES["outcome"] = {state.value: name for state, name in CHANGE_STATE_NAMES.items()}
    acts.NAMES["decider"] = {decider.value: name for decider, name in DECIDER_NAMES.items()}
    acts.NAMES["role"] = {role.value: name for role, name in ROLE_NAMES.items()} | {"clock": N_("정해진 시각")}
    acts.NAMES["role"] |= {"trustee": N_("열쇠 지기와 번호 관리인"), "witness": N_("투표함의 증인")}
    acts.NAMES["alert"] = {kind.value: name for kind, name in ALERT_NAMES.items()}
    # A change of a project and an item of a meeting are both decided: what stands in the record keeps its one key.
    decided = acts.NAMES["outcome"] | COUNCIL_SPOKEN["outcome"]
    acts.NAMES |= COUNCIL_SPOKEN | {"outcome": decided}
    app.add_template_filter(lambda role: phrase(acts.NAMES["role"].get(role, role)), "role_name")
    app.add_template_filter(
        lambda values: {key: _in_words(value) for key, value in acts.spoken(references.in_words(values)).items()},
        "act_values",
    )
    acts.NAMES["removed_why"] = {reason.value: name for reason, name in REMOVE_NAMES.items()}
    dong_page.bind_lead(Stage.PLANNING_GROUP, planning_group_queries.lead)
    dong_page.bind_lead(Stage.RESOURCE_SURVEY, survey_queries.lead)
    account_closed.connect(planning_group_services.on_account_closed)
    account_closed.connect(outbox_services.on_account_closed)
    dong_page.bind_meetings(council_meetings.coming_meetings)
    dong_page.bind_meetings(council_training.coming_sessions)
    _bind_agenda()
    _bind_deliberation()
    _bind_discussion(app)
    _bind_plan()
    _bind_inspection()
    _bind_assembly()
    _bind_execution()
    _bind_small_groups()
    _bind_draw()
    _bind_following(app)
    dong_page.bind_numbers(survey_queries.numbers)
    dong_page.bind_todos(desk_queries.todos_of)


def _in_words(value: Any) -> Any:
    if isinstance(value, acts.Month):
        return filters.month_of_year(value)
    if isinstance(value, date):
        return filters.day(value)
    return phrase(value) if isinstance(value, str) else value


def _bind_agenda() -> None:
    gates.bind(Stage.DISCOVERY, agenda_queries.unminuted_meetings)
    gates.bind(Stage.DRAFTING, agenda_queries.undecided_proposals)
    dong_page.bind_lead(Stage.DISCOVERY, agenda_queries.lead)
    dong_page.bind_numbers(agenda_queries.numbers)
    dong_page.bind_meetings(agenda_queries.coming_meetings)
    lifeline.bind(3, agenda_queries.life_steps)
    references.bind("proposal", agenda_queries.public_titles)


def _bind_deliberation() -> None:
    gates.bind(Stage.DISCOVERY, deliberation_signposts.unconcluded)
    dong_page.bind_lead(Stage.DISCOVERY, deliberation_signposts.lead)
    dong_page.bind_numbers(deliberation_signposts.numbers)
    lifeline.bind(2, deliberation_signposts.life_steps)
    statement_decided.connect(deliberation_notifications.statement_decided)
    round_concluded.connect(deliberation_notifications.round_concluded)
    account_closed.connect(taking_part.on_account_closed)


def _bind_discussion(app: Flask) -> None:
    acts.NAMES["text_kind"] = {kind.value: name for kind, name in TEXT_KIND_NAMES.items()}
    acts.NAMES["hidden_for"] = {reason.value: name for reason, name in REASON_NAMES.items()}
    app.add_template_global(lambda reason: phrase(REASON_NAMES.get(reason, "")), "reason_name")
    panels.bind(40, discussion_panels.of_agenda)
    panels.bind_meeting(40, discussion_panels.of_meeting)
    account_closed.connect(discussion_live.on_account_closed)


def _bind_plan() -> None:
    gates.bind(Stage.DRAFTING, plan_queries.unfrozen_plan)
    gates.bind(Stage.INSPECTION, plan_queries.unadopted_revision)
    dong_page.bind_lead(Stage.DRAFTING, plan_queries.lead)
    lifeline.bind(4, plan_queries.life_steps)
    invitation_accepted.connect(review_services.on_invitation_accepted)


def _bind_inspection() -> None:
    gates.bind(Stage.INSPECTION, inspection_queries.undone)
    dong_page.bind_lead(Stage.INSPECTION, inspection_queries.lead)
    dong_page.bind_numbers(inspection_queries.numbers)
    lifeline.bind(5, inspection_queries.life_steps)
    opinion_answered.connect(inspection_notifications.opinion_answered)


def _bind_assembly() -> None:
    gates.bind(Stage.ASSEMBLY, assembly_queries.undone)
    gates.bind(Stage.ASSEMBLY, station_queries.undone)
    gates.bind(Stage.ASSEMBLY, kiosk_queries.undone)
    gates.bind(Stage.ASSEMBLY, objection_queries.undone)
    acts.NAMES["floor_outcome"] = {outcome.value: name for outcome, name in FLOOR_OUTCOME_NAMES.items()}
    acts.NAMES["finding"] = {finding.value: name for finding, name in FINDING_NAMES.items()}
    dong_page.bind_lead(Stage.ASSEMBLY, assembly_queries.lead)
    dong_page.bind_numbers(assembly_queries.numbers)
    dong_page.bind_meetings(assembly_queries.meetings)
    dong_page.bind_meetings(floor_days.meetings)
    account_closed.connect(floor_attending.on_account_closed)
    lifeline.bind(6, assembly_queries.life_steps)


def _bind_draw() -> None:
    acts.NAMES["abort_reason"] = {reason.value: name for reason, name in ABORT_REASONS.items()}
    acts.NAMES["leaving"] = {kind.value: name for kind, name in EVENT_NAMES.items()}
    dong_page.bind_meetings(draw_todos.meetings)
    council_panels.bind_call(draw_signposts.of_call)
    council_panels.bind_vacancy(draw_signposts.of_vacancy)


def _bind_execution() -> None:
    gates.bind(Stage.EXECUTION, execution_duties.unfinished)
    gates.bind(Stage.EVALUATION, execution_duties.unevaluated)
    dong_page.bind_lead(Stage.EXECUTION, execution_duties.lead_execution)
    dong_page.bind_lead(Stage.EVALUATION, execution_duties.lead_evaluation)
    dong_page.bind_numbers(execution_duties.numbers)
    lifeline.bind(7, execution_duties.life_steps)
    stage_opened.connect(execution_projects.on_stage_opened)


def _bind_small_groups() -> None:
    acts.NAMES["group_check"] = {state.value: name for state, name in APPLICATION_STATE_NAMES.items()}
    gates.bind(Stage.EXECUTION, small_group_todos.undecided)
    dong_page.bind_links(small_group_todos.links)
    references.bind("small_group", small_group_rounds.titles)
    account_closed.connect(small_group_people.on_account_closed)


def _bind_following(app: Flask) -> None:
    panels.bind(10, following_panels.of_agenda)
    app.add_template_global(following_notices.is_following, "is_following")
    app.add_template_global(following_notices.unread_count, "unread_notices")
    entry_appended.connect(following_follows.on_entry)
    proposal_joined.connect(following_follows.on_joined)
    comment_written.connect(following_follows.on_comment)
    somebody_called.connect(following_follows.on_call)
    account_closed.connect(following_follows.on_account_closed)
