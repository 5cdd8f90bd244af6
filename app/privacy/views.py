"""The page of the log of staff reads: for a place's auditor and its operator. Looking at it is itself written down."""

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from app.clock import KST, utc_now
from app.cycle.queries import current_cycle
from app.db.session import transaction
from app.files.serving import to_save
from app.files.tables import csv_pieces
from app.people.login import require_allowed, require_person
from app.people.models import Person
from app.places.models import Place
from app.places.queries import place_by_slug
from app.privacy import queries
from app.privacy.access_forms import ExportForm, FilterForm
from app.privacy.permissions import can_read_accesses
from app.privacy.rules import ACCESS_NAMES, FIELD_NAMES, SUBJECT_NAMES, Access
from app.privacy.services import log_access
from app.web.forms import shown_on

blueprint = Blueprint("privacy", __name__)
CHOICES = ("person", "access", "day")
COLUMNS = ("at", "person", "name", "ip", "access", "subject", "count", "fields", "reason", "place")


@blueprint.get("/<slug:slug>/accesses")
def accesses(slug: str) -> str | tuple[str, int]:
    """Show who of the staff read whose personal data, newest first."""
    person, place = _reader(slug)
    return _page(person, place, ExportForm(formdata=None))


@blueprint.post("/<slug:slug>/accesses.csv")
def export(slug: str) -> Response | str | tuple[str, int]:
    """Download what the filter shows; the reason stands in the log itself."""
    person, place = _reader(slug)
    wanted = FilterForm(request.form, meta={"csrf": False})
    wanted.person.choices = _readers(place)
    form = ExportForm()
    if form.validate() and wanted.validate():
        with shown_on(form), transaction():
            log_access(
                Access.EXPORTED,
                by=person.id,
                ip=request.remote_addr,
                subject=f"access_log:{place.id}",
                at=utc_now(),
                fields=COLUMNS,
                reason=form.reason.data,
                place_id=place.id,
            )
        if not form.errors:
            return _csv(place, _readings(place, wanted))
    return _page(person, place, form, wanted)


def _reader(slug: str) -> tuple[Person, Place]:
    person, place = require_person(), place_by_slug(slug)
    require_allowed(can_read_accesses(person, place, utc_now()))
    return person, place


def _readers(place: Place) -> list[SelectChoice]:
    everybody = SelectChoice("", _("모두"))
    return [everybody, *(SelectChoice(str(reader), name) for reader, name in queries.readers_below(place))]


def _readings(place: Place, form: FilterForm) -> queries.Readings:
    return queries.Readings(
        below=place,
        person_id=int(form.person.data) if form.person.data else None,
        access=Access(form.access.data) if form.access.data else None,
        day=form.day.data,
    )


def _page(person: Person, place: Place, form: ExportForm, wanted: FilterForm | None = None) -> str | tuple[str, int]:
    if wanted is None:
        wanted = FilterForm(request.args, meta={"csrf": False})
        wanted.person.choices = _readers(place)
    valid = wanted.validate()
    with transaction():
        log_access(
            Access.LISTED,
            by=person.id,
            ip=request.remote_addr,
            subject=f"access_log:{place.id}",
            at=utc_now(),
            count=len(wanted.person.choices) - 1,
            fields=("person", "ip"),
            place_id=place.id,
        )
    readings = _readings(place, wanted) if valid else queries.Readings(below=place)
    rows = queries.accesses_newest_first(readings, before=request.args.get("before", type=int))
    page = render_template(
        "privacy/accesses.html",
        place=place,
        cycle=current_cycle(place),
        rows=rows,
        more=rows[-1].entry.id if len(rows) == queries.PAGE else None,
        filter_form=wanted,
        form=form,
        chosen={name: request.values[name] for name in CHOICES if request.values.get(name)},
        access_names=ACCESS_NAMES,
        field_names=FIELD_NAMES,
        subject_names=SUBJECT_NAMES,
    )
    return page if valid and not form.errors else (page, 422)


def _csv(place: Place, readings: queries.Readings) -> Response:
    rows = (
        [
            row.entry.at.astimezone(KST).isoformat(timespec="seconds"), row.entry.person_id, row.reader, row.entry.ip,
            row.entry.access.value, row.entry.subject, row.entry.count, row.entry.fields, row.entry.reason,
            row.place.slug if row.place else None,
        ]
        for row in queries.all_accesses(readings)
    )  # fmt: skip
    return to_save(csv_pieces(COLUMNS, rows), f"{place.slug}-accesses.csv")
