"""Pages that take tables of projects and of the ledger in."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import utc_now
from app.cycle.queries import current_cycle
from app.db.session import transaction
from app.execution import permissions
from app.execution.forms import TableForm
from app.execution.queries.importing import import_of, imports_newest_first
from app.execution.rules.importing import COLUMNS, IMPORT_STATE_NAMES, MAX_ROWS, TABLE_NAMES, ImportState, Table
from app.execution.services import importing
from app.execution.views.blueprint import NAMES, Answer, blueprint
from app.people.login import require_allowed, require_person
from app.people.models import Person
from app.places.models import Place
from app.places.queries import place_by_slug
from app.web.forms import Form, shown_on
from app.web.messages import phrase

SHOWN = 50


def _staff(slug: str) -> tuple[Person, Place]:
    person, place = require_person(), place_by_slug(slug)
    require_allowed(permissions.can_run(person, place, utc_now()))
    return person, place


@blueprint.route("/<slug:slug>/projects/tables", methods=["GET", "POST"])
def tables(slug: str) -> Answer:
    """Show which tables were taken in; read another."""
    person, place = _staff(slug)
    form = TableForm(kind=Table.LEDGER.value)
    if form.validate_on_submit():
        row = None
        with shown_on(form), transaction():
            content = form.file.data.stream.read()
            row = importing.upload_table(place, Table(form.kind.data), content, by=person, at=utc_now())
        if row is not None and not form.errors:
            return redirect(url_for("execution.table", slug=slug, import_id=row.id), 303)
    page = render_template(
        "execution/tables.html", place=place, cycle=current_cycle(place), form=form, columns=COLUMNS,
        imports=imports_newest_first(place), tables=TABLE_NAMES, states=IMPORT_STATE_NAMES, most=MAX_ROWS,
    )  # fmt: skip
    return (page, 422) if form.errors else page


@blueprint.get("/<slug:slug>/projects/tables/<int:import_id>")
def table(slug: str, import_id: int) -> Answer:
    """Show what a table would do, before it is taken."""
    _person, place = _staff(slug)
    found = import_of(place, import_id)
    if found.state is ImportState.TAKING and found.job_id is not None:
        return redirect(url_for("jobs.show", job_id=found.job_id), 303)
    return _page(place, import_id, Form(formdata=None))


@blueprint.post("/<slug:slug>/projects/tables/<int:import_id>/take")
def take_table(slug: str, import_id: int) -> Answer:
    """Take a table as it was shown."""
    person, place = _staff(slug)
    import_of(place, import_id)
    form = Form()
    if form.validate():
        with shown_on(form):
            with transaction():
                found = importing.ask_to_take(import_id, by=person, at=utc_now())
            return redirect(url_for("jobs.show", job_id=found.job_id), 303)
    return _page(place, import_id, form), 422


@blueprint.post("/<slug:slug>/projects/tables/<int:import_id>/discard")
def discard_table(slug: str, import_id: int) -> Response:
    """Throw a table away."""
    person, place = _staff(slug)
    import_of(place, import_id)
    with transaction():
        importing.discard(import_id, by=person, at=utc_now())
    flash(_("파일을 치웠습니다."))
    return redirect(url_for("execution.tables", slug=slug), 303)


def _page(place: Place, import_id: int, form: Form) -> str:
    found = import_of(place, import_id)
    problems = [
        (each["line"], each["column"], phrase(each["message"], each["values"]))
        for each in found.report["problems"][:SHOWN]
    ]
    return render_template(
        "execution/table.html", place=place, cycle=current_cycle(place), found=found, report=found.report,
        problems=problems, form=form, tables=TABLE_NAMES, entry_kinds=NAMES["kinds"], states=NAMES["states"],
        project_kinds=NAMES["project_kinds"],
    )  # fmt: skip
