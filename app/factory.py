"""The composition root: the only place that wires."""

from datetime import date, timedelta
from typing import Any

import jinja2
from flask import Flask, request
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from werkzeug.middleware.proxy_fix import ProxyFix

from app import cli
from app.agenda import lifeline, panels
from app.agenda import queries as agenda_queries
from app.agenda.rules import SOURCE_NAMES
from app.agenda.rules.joining import ASK_KIND_NAMES, HIDE_REASON_NAMES
from app.agenda.signals import proposal_joined
from app.agenda.views import blueprint as agenda_blueprint
from app.assembly import jobs as assembly_jobs
from app.assembly import queries as assembly_queries
from app.assembly.floor.queries import days as floor_days
from app.assembly.floor.rules.deciding import OUTCOME_NAMES as FLOOR_OUTCOME_NAMES
from app.assembly.floor.services import attending as floor_attending
from app.assembly.floor.views import blueprint as floor_blueprint
from app.assembly.kiosks import queries as kiosk_queries
from app.assembly.kiosks.views import blueprint as kiosks_blueprint
from app.assembly.objections import jobs as objection_jobs
from app.assembly.objections import queries as objection_queries
from app.assembly.objections.rules import FINDING_NAMES
from app.assembly.objections.views import blueprint as objections_blueprint
from app.assembly.stations import queries as station_queries
from app.assembly.stations.views import blueprint as stations_blueprint
from app.assembly.views import blueprint as assembly_blueprint
from app.ceremony.views import blueprint as ceremony_blueprint
from app.clock import utc_now
from app.config import ROOT, Config
from app.council import panels as council_panels
from app.council.queries import meetings as council_meetings
from app.council.queries import training as council_training
from app.council.rules.spoken import SPOKEN as COUNCIL_SPOKEN
from app.council.services import reindexing as council_reindexing
from app.council.views import blueprint as council_blueprint
from app.cycle import dong_page, gates, stage_line, years
from app.cycle import jobs as cycle_jobs
from app.cycle import views as cycle_views
from app.cycle.rules import STAGE_NAMES, Stage
from app.cycle.signals import stage_opened
from app.db.session import configure_engine
from app.deliberation import jobs as deliberation_jobs
from app.deliberation import notifications as deliberation_notifications
from app.deliberation.queries import signposts as deliberation_signposts
from app.deliberation.rules import REASON_NAMES as REJECTION_NAMES
from app.deliberation.services import taking_part
from app.deliberation.signals import round_concluded, statement_decided
from app.deliberation.views import blueprint as deliberation_blueprint
from app.desk import queries as desk_queries
from app.desk.views import blueprint as desk_blueprint
from app.discussion import panels as discussion_panels
from app.discussion.rules import KIND_NAMES as TEXT_KIND_NAMES
from app.discussion.rules import REASON_NAMES
from app.discussion.services import live as discussion_live
from app.discussion.signals import comment_written, somebody_called
from app.discussion.views import blueprint as discussion_blueprint
from app.draw import jobs as draw_jobs
from app.draw.queries import signposts as draw_signposts
from app.draw.queries import todos as draw_todos
from app.draw.rules import ABORT_REASONS, EVENT_NAMES
from app.draw.views import blueprint as draw_blueprint
from app.execution import jobs as execution_jobs
from app.execution.queries import duties as execution_duties
from app.execution.rules.changes import CHANGE_KIND_NAMES, CHANGE_STATE_NAMES, DECIDER_NAMES
from app.execution.rules.ledger import KIND_NAMES
from app.execution.services import projects as execution_projects
from app.execution.views import blueprint as execution_blueprint
from app.extensions import babel, csrf, db, limiter, login_manager, migrate
from app.following import jobs as following_jobs
from app.following import panels as following_panels
from app.following.queries import notices as following_notices
from app.following.services import follows as following_follows
from app.following.views import blueprint as following_blueprint
from app.i18n import N_
from app.inspection import notifications as inspection_notifications
from app.inspection.queries import signposts as inspection_queries
from app.inspection.rules import CHANNEL_NAMES, RESULT_NAMES
from app.inspection.signals import opinion_answered
from app.inspection.views import blueprint as inspection_blueprint
from app.jobs import housekeeping, worker
from app.jobs import views as jobs_views
from app.logging import configure_logging
from app.observatory import jobs as observatory_jobs
from app.observatory.rules import ALERT_NAMES
from app.observatory.views import blueprint as observatory_blueprint
from app.opendata.api import blueprint as opendata_blueprint
from app.outbox import jobs as outbox_jobs
from app.outbox import views as outbox_views
from app.people import jobs as people_jobs
from app.people import login
from app.people.login import current_person
from app.people.rules import ROLE_NAMES
from app.people.services import reindexing
from app.people.signals import account_closed, invitation_accepted
from app.people.views import blueprint as people_blueprint
from app.places.elections.rules import GROUND_NAMES
from app.places.settings.registry import REGISTRY
from app.places.views import blueprint as places_blueprint
from app.plan import queries as plan_queries
from app.plan.rules import FUND_SOURCE_NAMES, VERDICT_NAMES
from app.plan.views import blueprint as plan_blueprint
from app.planning_group import queries as planning_group_queries
from app.planning_group import services as planning_group_services
from app.planning_group.views import blueprint as planning_group_blueprint
from app.privacy import guard, keys
from app.privacy import jobs as privacy_jobs
from app.privacy import views as privacy_views
from app.publication import jobs as publication_jobs
from app.publication.rules import DOCUMENT_NAMES, HEAD_RESULT_NAMES
from app.publication.views import blueprint as publication_blueprint
from app.record import acts, references
from app.record import views as record_views
from app.record.signals import entry_appended
from app.review import jobs as review_jobs
from app.review import services as review_services
from app.review.views import blueprint as review_blueprint
from app.survey import queries as survey_queries
from app.survey.rules import REMOVE_NAMES
from app.survey.views import blueprint as survey_blueprint
from app.web import assets, error_pages, filters, languages, navigation, security_headers
from app.web.converters import SlugConverter
from app.web.messages import phrase

BLUEPRINTS = [
    languages.blueprint,
    places_blueprint,
    people_blueprint,
    record_views.blueprint,
    cycle_views.blueprint,
    jobs_views.blueprint,
    outbox_views.blueprint,
    privacy_views.blueprint,
    council_blueprint,
    planning_group_blueprint,
    survey_blueprint,
    agenda_blueprint,
    discussion_blueprint,
    deliberation_blueprint,
    plan_blueprint,
    review_blueprint,
    inspection_blueprint,
    assembly_blueprint,
    publication_blueprint,
    stations_blueprint,
    kiosks_blueprint,
    floor_blueprint,
    objections_blueprint,
    ceremony_blueprint,
    execution_blueprint,
    observatory_blueprint,
    opendata_blueprint,
    draw_blueprint,
    following_blueprint,
    desk_blueprint,
]

REGISTERED = [guard, housekeeping, outbox_jobs, people_jobs, reindexing, privacy_jobs, cycle_jobs, assembly_jobs]
REGISTERED += [following_jobs, observatory_jobs, objection_jobs]
REGISTERED += [council_reindexing, deliberation_jobs, draw_jobs, execution_jobs]
REGISTERED += [review_jobs, publication_jobs]
"""Imported for what they register: handlers of jobs, the gate before every table."""


def create_app(config: Config | None = None) -> Flask:
    """Build the application from its configuration (read from the environment when none is given)."""
    config = config or Config()
    if not config.testing:
        configure_logging(config)
    app = Flask("app", root_path=str(ROOT), template_folder="templates", static_folder="static")
    _configure(app, config)
    security_headers.init_app(app)  # first: a request has its name before anything can refuse it
    _bind_extensions(app, config)
    app.url_map.converters["slug"] = SlugConverter
    for init in (assets.init_app, error_pages.init_app, filters.init_app, login.init_app, years.init_app):
        init(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    _bind_templates(app, config)
    _bind_concepts(app)
    return app


def _configure(app: Flask, config: Config) -> None:
    app.config.update(
        MADANG=config,
        SECRET_KEY=config.secret_key.get_secret_value() or "test",
        TESTING=config.testing,
        SQLALCHEMY_DATABASE_URI=config.database_url,
        # Parameters hold personal values; an exception's text must not carry them into a log.
        SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": True} | ({} if config.is_sqlite else {"pool_pre_ping": True}),
        MAX_CONTENT_LENGTH=config.max_upload_bytes,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=2000,
        TRUSTED_HOSTS=config.trusted_hosts or None,
        SESSION_COOKIE_NAME="__Host-madang" if config.secure_cookies else "madang",
        SESSION_COOKIE_SECURE=config.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=config.session_hours),
        WTF_CSRF_TIME_LIMIT=None,  # the token lives as long as the session
        WTF_I18N_ENABLED=True,
        BABEL_DEFAULT_LOCALE="ko",
        BABEL_DEFAULT_TIMEZONE="Asia/Seoul",
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "translations"),
        RATELIMIT_ENABLED=not config.testing,
        RATELIMIT_STORAGE_URI="memory://",
    )
    config.data_dir.mkdir(parents=True, exist_ok=True)
    if config.proxy_hops:
        hops = config.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _bind_extensions(app: Flask, config: Config) -> None:
    db.init_app(app)
    with app.app_context():
        configure_engine(db.engine)
    migrate.init_app(app, db, directory=str(ROOT / "app" / "migrations"), render_as_batch=True, compare_type=True)
    csrf.init_app(app)
    login_manager.init_app(app)
    babel.init_app(app, locale_selector=languages.choose_locale)
    limiter.init_app(app)
    keys.init_app(app, config)
    worker.init_app(app, config)
    cli.init_app(app)


def _bind_templates(app: Flask, config: Config) -> None:
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    if config.testing:
        app.jinja_env.undefined = jinja2.StrictUndefined
    app.jinja_env.add_extension("jinja2.ext.do")

    @app.context_processor
    def _common() -> dict[str, Any]:
        return {
            "person": current_person(),
            "now": utc_now(),
            "demo": config.demo,
            "menu": [item for item in navigation.MENU if item.endpoint in app.view_functions],
            "language": languages.choose_locale(),
            "here": request.full_path.rstrip("?") if request.method == "GET" else "/",
            "csrf_token": generate_csrf,
            # What residents wrote is Korean on the English pages too; a screen reader must know.
            "in_korean": Markup(' lang="ko"') if languages.choose_locale() != "ko" else "",
            "year_switch": years.switch,
            "earlier_year": years.earlier_year,
            "cycle_steps": lambda place, cycle: stage_line.steps(app, place, cycle),
        }


def _bind_concepts(app: Flask) -> None:
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
    acts.NAMES["role"] |= {"trustee": N_("열쇠 지기와 번호 관리인")}
    acts.NAMES["alert"] = {kind.value: name for kind, name in ALERT_NAMES.items()}
    acts.NAMES |= COUNCIL_SPOKEN
    app.add_template_filter(lambda role: phrase(acts.NAMES["role"].get(role, role)), "role_name")
    app.add_template_filter(
        lambda values: {key: _in_words(value) for key, value in acts.spoken(references.in_words(values)).items()},
        "act_values",
    )
    acts.NAMES["removed_why"] = {reason.value: name for reason, name in REMOVE_NAMES.items()}
    dong_page.bind_lead(Stage.PLANNING_GROUP, planning_group_queries.lead)
    dong_page.bind_lead(Stage.RESOURCE_SURVEY, survey_queries.lead)
    account_closed.connect(planning_group_services.on_account_closed)
    dong_page.bind_meetings(council_meetings.coming_meetings)
    dong_page.bind_meetings(council_training.coming_sessions)
    _bind_agenda()
    _bind_deliberation()
    _bind_discussion(app)
    _bind_plan()
    _bind_inspection()
    _bind_assembly()
    _bind_execution()
    _bind_draw()
    _bind_following(app)
    dong_page.bind_numbers(survey_queries.numbers)
    dong_page.bind_todos(desk_queries.todos_of)


def _in_words(value: Any) -> Any:
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


def _bind_following(app: Flask) -> None:
    panels.bind(10, following_panels.of_agenda)
    app.add_template_global(following_notices.is_following, "is_following")
    app.add_template_global(following_notices.unread_count, "unread_notices")
    entry_appended.connect(following_follows.on_entry)
    proposal_joined.connect(following_follows.on_joined)
    comment_written.connect(following_follows.on_comment)
    somebody_called.connect(following_follows.on_call)
    account_closed.connect(following_follows.on_account_closed)
