"""Pages of the voter roll."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import utc_now
from app.db.session import transaction
from app.files.serving import to_save
from app.files.tables import as_csv
from app.jobs.services import enqueue
from app.people import login
from app.people.forms.places import FindEntryForm, FreezeForm, OpenRollForm, TakeForm, UploadForm
from app.people.jobs import FREEZE_JOB
from app.people.models import Person, Roll
from app.people.permissions import can_keep_roll
from app.people.queries.rolls import (
    ShownEntry,
    basis_counts,
    entries_named,
    entry_count,
    import_of,
    imports_newest_first,
    roll_of,
    rolls_newest_first,
    shown,
)
from app.people.roll_files import COLUMN_NAMES
from app.people.rules import BASIS_NAMES, ROLL_STATE_NAMES, ImportState
from app.people.services import imports, rolls
from app.people.views.blueprint import blueprint
from app.people.views.signing_in import visitor_ip
from app.places.models import Place
from app.places.queries import place_by_slug, setting
from app.places.settings.process import ASSEMBLY_MIN_AGE
from app.privacy.rules import Access
from app.privacy.services import log_access
from app.web.forms import shown_on
from app.web.messages import phrase

Page = Response | str | tuple[str, int]


def _keeper(slug: str) -> tuple[Person, Place]:
    person, place = login.require_person(), place_by_slug(slug)
    login.require_allowed(can_keep_roll(person, place, utc_now()))
    return person, place


@blueprint.route("/<slug:slug>/roll", methods=["GET", "POST"])
def rolls_of_place(slug: str) -> Page:
    """Show a dong's rolls; begin one."""
    person, place = _keeper(slug)
    form = OpenRollForm()
    if request.method == "POST" and form.validate():
        with shown_on(form):
            with transaction():
                roll = rolls.open_roll(place, title=form.title.data or "", by=person, at=utc_now())
            return redirect(url_for("people.roll", slug=slug, roll_id=roll.id), 303)
    page = render_template(
        "people/rolls.html",
        place=place,
        cycle=None,
        form=form,
        rolls=[(roll, entry_count(roll)) for roll in rolls_newest_first(place)],
        state_names=ROLL_STATE_NAMES,
    )
    return (page, 422) if request.method == "POST" else page


@blueprint.get("/<slug:slug>/roll/<int:roll_id>")
def roll(slug: str, roll_id: int) -> str:
    """Show a roll: how many, of which kinds, its files, its commitment; nobody's name."""
    _person, place = _keeper(slug)
    return _roll_page(place, roll_of(place, roll_id), UploadForm(formdata=None))


@blueprint.post("/<slug:slug>/roll/<int:roll_id>/files")
def upload_roll(slug: str, roll_id: int) -> Page:
    """Take an uploaded file to be read."""
    person, place = _keeper(slug)
    found = roll_of(place, roll_id)
    form = UploadForm()
    if form.validate():
        with shown_on(form):
            content = form.file.data.stream.read()
            with transaction():
                row = imports.upload(found.id, content, by=person, at=utc_now())
            return redirect(url_for("people.roll_import", slug=slug, roll_id=roll_id, import_id=row.id), 303)
    return _roll_page(place, found, form), 422


@blueprint.get("/<slug:slug>/roll/<int:roll_id>/files/<int:import_id>")
def roll_import(slug: str, roll_id: int, import_id: int) -> Page:
    """Show what is in an uploaded file, before it is taken; while it is read or taken, the progress of that."""
    person, place = _keeper(slug)
    row = import_of(roll_of(place, roll_id), import_id)
    if row.state in {ImportState.READING, ImportState.TAKING} and row.job_id is not None:
        return redirect(url_for("jobs.show", job_id=row.job_id), 303)
    return _import_page(person, place, roll_id, import_id, TakeForm(formdata=None))


@blueprint.post("/<slug:slug>/roll/<int:roll_id>/files/<int:import_id>/take")
def take_import(slug: str, roll_id: int, import_id: int) -> Page:
    """Put the file's people onto the roll."""
    person, place = _keeper(slug)
    row = import_of(roll_of(place, roll_id), import_id)
    form = TakeForm()
    if form.validate():
        with shown_on(form):
            with transaction():
                row = imports.ask_to_take(row.id, twins=form.twins.data or "", by=person, at=utc_now())
            return redirect(url_for("jobs.show", job_id=row.job_id), 303)
    return _import_page(person, place, roll_id, import_id, form), 422


@blueprint.post("/<slug:slug>/roll/<int:roll_id>/files/<int:import_id>/discard")
def discard_import(slug: str, roll_id: int, import_id: int) -> Response:
    """Throw a file away, or take its people off the draft again."""
    person, place = _keeper(slug)
    row = import_of(roll_of(place, roll_id), import_id)
    with transaction():
        if row.state is ImportState.TAKEN:
            imports.undo(row.id, by=person, at=utc_now())
        else:
            imports.discard(row.id, by=person, at=utc_now())
    flash(_("파일을 치웠습니다."))
    return redirect(url_for("people.roll", slug=slug, roll_id=roll_id), 303)


@blueprint.get("/<slug:slug>/roll/<int:roll_id>/files/<int:import_id>/problems.csv")
def import_problems(slug: str, roll_id: int, import_id: int) -> Response:
    """Return what is wrong with which line, for a spreadsheet; line numbers and sentences, nobody's data."""
    _person, place = _keeper(slug)
    report = import_of(roll_of(place, roll_id), import_id).report
    rows = [
        [each["line"], phrase(COLUMN_NAMES.get(each["column"], "")), phrase(each["message"], each["values"])]
        for each in report.get("problems", [])
    ]
    rows += [
        [line, "", _("%(first)s번째 줄과 같은 사람으로 보입니다.", first=first)]
        for line, first in report.get("twins", [])
    ]
    rows += [[line, "", _("이미 명부에 있는 사람으로 보입니다.")] for line in report.get("known", [])]
    header = [_("줄"), _("칸"), _("무엇이 잘못되었나")]
    return to_save(as_csv(header, rows), f"roll-{roll_id}-problems.csv")


@blueprint.post("/<slug:slug>/roll/<int:roll_id>/freeze")
def freeze_roll(slug: str, roll_id: int) -> Page:
    """Close a roll for ever; a job does it."""
    person, place = _keeper(slug)
    found = roll_of(place, roll_id)
    form = FreezeForm()
    if form.validate():
        at = utc_now()
        with shown_on(form):
            rolls.require_draft(found)
            with transaction():
                job = enqueue(
                    FREEZE_JOB,
                    {
                        "roll_id": found.id,
                        "on": form.on.data.isoformat(),
                        "version": form.version.data,
                        "by": person.id,
                    },
                    by=person.id,
                    at=at,
                    place_id=place.id,
                    idempotency_key=f"{FREEZE_JOB}:{found.id}:{form.version.data}:{form.on.data.isoformat()}",
                )
            return redirect(url_for("jobs.show", job_id=job.id), 303)
    return _roll_page(place, found, UploadForm(formdata=None), form), 422


@blueprint.post("/<slug:slug>/roll/<int:roll_id>/erase")
def erase_roll(slug: str, roll_id: int) -> Response:
    """Delete everybody from a roll."""
    person, place = _keeper(slug)
    found = roll_of(place, roll_id)
    with transaction():
        count = rolls.erase(found.id, by=person, at=utc_now())
    flash(_("%(count)s명을 지웠습니다. 명부의 약속 값과 사람 수는 기록에 남습니다.", count=count))
    return redirect(url_for("people.rolls_of_place", slug=slug), 303)


@blueprint.post("/<slug:slug>/roll/<int:roll_id>/find")
def find_entry(slug: str, roll_id: int) -> Page:
    """Look one person up by name and birth date; the look is logged whether or not somebody was found."""
    person, place = _keeper(slug)
    found = roll_of(place, roll_id)
    form = FindEntryForm()
    if form.validate():
        with shown_on(form):
            with transaction():
                entries = [shown(each) for each in entries_named(found, form.name.data or "", form.birth_date.data)]
                log_access(
                    Access.SEARCHED,
                    by=person.id,
                    ip=visitor_ip(),
                    subject=f"roll:{found.id}",
                    at=utc_now(),
                    count=len(entries),
                    fields=("name", "birth_date", "address", "phone", "email"),
                    place_id=place.id,
                )
            return _roll_page(place, found, UploadForm(formdata=None), find_form=form, entries=entries)
    return _roll_page(place, found, UploadForm(formdata=None), find_form=form), 422


def _roll_page(
    place: Place,
    found: Roll,
    upload_form: UploadForm,
    freeze_form: FreezeForm | None = None,
    find_form: FindEntryForm | None = None,
    entries: list[ShownEntry] | None = None,
) -> str:
    return render_template(
        "people/roll.html",
        place=place,
        cycle=None,
        roll=found,
        count=entry_count(found),
        bases=basis_counts(found),
        basis_names=BASIS_NAMES,
        state_names=ROLL_STATE_NAMES,
        imports=imports_newest_first(found),
        min_age=setting(place, ASSEMBLY_MIN_AGE),
        upload_form=upload_form,
        freeze_form=freeze_form or FreezeForm(formdata=None, version=found.version),
        find_form=find_form or FindEntryForm(formdata=None),
        entries=entries,
    )


def _import_page(person: Person, place: Place, roll_id: int, import_id: int, form: TakeForm) -> str:
    found = roll_of(place, roll_id)
    row = import_of(found, import_id)
    sample = imports.sample_of(row)
    if sample:
        with transaction():
            log_access(
                Access.VIEWED,
                by=person.id,
                ip=visitor_ip(),
                subject=f"roll_import:{import_id}",
                at=utc_now(),
                count=len(sample),
                fields=("name", "birth_date", "unit", "address", "phone", "email"),
                place_id=place.id,
            )
    return render_template(
        "people/roll_import.html",
        place=place,
        cycle=None,
        roll=found,
        row=row,
        report=row.report,
        sample=sample,
        column_names=COLUMN_NAMES,
        form=form,
        shown_problems=[
            (each["line"], phrase(COLUMN_NAMES.get(each["column"], "")), phrase(each["message"], each["values"]))
            for each in row.report.get("problems", [])[:30]
        ],
        refusal=phrase(row.report["refusal"]["message"], row.report["refusal"]["values"])
        if "refusal" in row.report
        else "",
    )
