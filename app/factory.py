"""The composition root: the only place that wires."""

from datetime import timedelta
from typing import Any

import jinja2
from flask import Flask, request
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from werkzeug.middleware.proxy_fix import ProxyFix

from app import cli
from app.agenda.views import blueprint as agenda_blueprint
from app.assembly import jobs as assembly_jobs
from app.assembly.floor.views import blueprint as floor_blueprint
from app.assembly.kiosks.views import blueprint as kiosks_blueprint
from app.assembly.objections import jobs as objection_jobs
from app.assembly.objections.views import blueprint as objections_blueprint
from app.assembly.stations.views import blueprint as stations_blueprint
from app.assembly.views import blueprint as assembly_blueprint
from app.assembly.witnesses import jobs as witness_jobs
from app.assembly.witnesses.views import blueprint as witnesses_blueprint
from app.bindings import bind_concepts
from app.ceremony.views import blueprint as ceremony_blueprint
from app.clock import utc_now
from app.config import ROOT, Config
from app.council.services import reindexing as council_reindexing
from app.council.views import blueprint as council_blueprint
from app.cycle import jobs as cycle_jobs
from app.cycle import stage_line, years
from app.cycle import views as cycle_views
from app.db.session import configure_engine
from app.deliberation import jobs as deliberation_jobs
from app.deliberation.views import blueprint as deliberation_blueprint
from app.desk.views import blueprint as desk_blueprint
from app.discussion.views import blueprint as discussion_blueprint
from app.draw import jobs as draw_jobs
from app.draw.views import blueprint as draw_blueprint
from app.execution import jobs as execution_jobs
from app.execution.views import blueprint as execution_blueprint
from app.extensions import babel, csrf, db, limiter, login_manager, migrate
from app.following import jobs as following_jobs
from app.following.views import blueprint as following_blueprint
from app.inspection.views import blueprint as inspection_blueprint
from app.jobs import housekeeping, worker
from app.jobs import views as jobs_views
from app.logging import configure_logging
from app.observatory import jobs as observatory_jobs
from app.observatory.views import blueprint as observatory_blueprint
from app.opendata import jobs as opendata_jobs
from app.opendata.views import blueprint as opendata_blueprint
from app.outbox import jobs as outbox_jobs
from app.outbox import views as outbox_views
from app.people import jobs as people_jobs
from app.people import login
from app.people.login import current_person
from app.people.services import reindexing
from app.people.views import blueprint as people_blueprint
from app.places.elections.views import blueprint as elections_blueprint
from app.places.views import blueprint as places_blueprint
from app.plan.views import blueprint as plan_blueprint
from app.planning_group.views import blueprint as planning_group_blueprint
from app.privacy import guard, keys
from app.privacy import jobs as privacy_jobs
from app.privacy import views as privacy_views
from app.publication import jobs as publication_jobs
from app.publication.views import blueprint as publication_blueprint
from app.record import views as record_views
from app.review import jobs as review_jobs
from app.review.views import blueprint as review_blueprint
from app.small_groups import jobs as small_group_jobs
from app.small_groups.views import blueprint as small_groups_blueprint
from app.survey.views import blueprint as survey_blueprint
from app.web import assets, error_pages, filters, languages, navigation, parameters, security_headers
from app.web.converters import SlugConverter

BLUEPRINTS = [
    languages.blueprint,
    places_blueprint,
    elections_blueprint,
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
    witnesses_blueprint,
    ceremony_blueprint,
    execution_blueprint,
    small_groups_blueprint,
    observatory_blueprint,
    opendata_blueprint,
    draw_blueprint,
    following_blueprint,
    desk_blueprint,
]

REGISTERED = [guard, housekeeping, outbox_jobs, people_jobs, reindexing, privacy_jobs, cycle_jobs, assembly_jobs]
REGISTERED += [following_jobs, observatory_jobs, objection_jobs, witness_jobs]
REGISTERED += [council_reindexing, deliberation_jobs, draw_jobs, execution_jobs]
REGISTERED += [review_jobs, publication_jobs, small_group_jobs, opendata_jobs]
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
    parameters.init_app(app)
    for init in (assets.init_app, error_pages.init_app, filters.init_app, login.init_app, years.init_app):
        init(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    _bind_templates(app, config)
    bind_concepts(app)
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
    config.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
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
