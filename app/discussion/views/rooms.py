"""Pages of those who hold a meeting: the room, the console, the wall, the tables, paper, agendas."""

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.agenda.models import VillageMeeting
from app.agenda.queries import meeting_of
from app.agenda.rules import MEETING_NAMES, Field
from app.agenda.services.proposing import Words
from app.clock import utc_now
from app.db.session import transaction
from app.deliberation.rules import Access, Visibility
from app.deliberation.services import moderating
from app.discussion.codes import fresh_code
from app.discussion.forms.live import MeetingAgendaForm, PaperForm, RoomForm, SayForm, tables_form_for
from app.discussion.models import LiveRoom
from app.discussion.permissions import can_facilitate
from app.discussion.queries import live as queries
from app.discussion.rules.live import IDEAS_A_TABLE, Idea
from app.discussion.services import live as services
from app.discussion.services import outcomes
from app.discussion.views.blueprint import blueprint
from app.outbox.rendering import link
from app.people.login import require_allowed, require_person
from app.people.models import Person
from app.places.models import Place
from app.places.queries import place_by_slug
from app.web.forms import shown_on
from app.web.qr import qr_file


@blueprint.route("/<slug:slug>/meetings/<int:meeting_id>/room", methods=["GET", "POST"])
def open_room(slug: str, meeting_id: int) -> Response | str | tuple[str, int]:
    """Open the room of a meeting."""
    place, meeting, person = _facilitated(slug, meeting_id)
    console = url_for("discussion.console", slug=slug, meeting_id=meeting_id)
    if queries.has_room(meeting) is not None:
        return redirect(console, 303)
    form = RoomForm()
    if form.validate_on_submit():
        with shown_on(form), transaction():
            services.open_room(
                meeting_id,
                [line.strip() for line in form.seeds.data.splitlines() if line.strip()],
                access=Access(form.access.data),
                visibility=Visibility(form.visibility.data),
                tables=form.tables.data,
                code=fresh_code(),
                by=person,
                at=utc_now(),
            )
        if not form.errors:
            flash(_("모임 방을 열었습니다. 큰 화면을 띄우고 휴대전화로 들어오게 해 주세요."))
            return redirect(console, 303)
    page = render_template("discussion/open_room.html", place=place, cycle=meeting.cycle, meeting=meeting, form=form)
    return (page, 422) if form.errors else page


@blueprint.get("/<slug:slug>/meetings/<int:meeting_id>/console")
def console(slug: str, meeting_id: int) -> str:
    """Show the facilitator what is put, what waits, and what comes next."""
    place, meeting, _person = _facilitated(slug, meeting_id)
    return _console(place, queries.room_of(meeting), SayForm())


@blueprint.post("/<slug:slug>/meetings/<int:meeting_id>/console/<any(put, take, publish):act>/<int:statement_id>")
def turn(slug: str, meeting_id: int, act: str, statement_id: int) -> Response:
    """Put a statement before the room, take no more answers to it, or let an offered one in."""
    _place, meeting, person = _facilitated(slug, meeting_id)
    room = queries.room_of(meeting)
    with transaction():
        if act == "put":
            services.put_statement(room, statement_id, by=person, at=utc_now())
        elif act == "take":
            services.take_statement(room, statement_id, by=person, at=utc_now())
        else:
            version = request.form.get("version", 0, type=int)
            moderating.publish(statement_id, version=version, by=person, at=utc_now())
    return redirect(url_for("discussion.console", slug=slug, meeting_id=meeting_id), 303)


@blueprint.post("/<slug:slug>/meetings/<int:meeting_id>/console/statements")
def add_statement(slug: str, meeting_id: int) -> Response | tuple[str, int]:
    """Add a statement that was said aloud."""
    place, meeting, person = _facilitated(slug, meeting_id)
    room = queries.room_of(meeting)
    form = SayForm()
    if form.validate_on_submit():
        with shown_on(form), transaction():
            services.say_for(room, form.text.data, once=form.token, by=person, at=utc_now())
        if not form.errors:
            return redirect(url_for("discussion.console", slug=slug, meeting_id=meeting_id), 303)
    return _console(place, room, form), 422


@blueprint.post("/<slug:slug>/meetings/<int:meeting_id>/end")
def end_room(slug: str, meeting_id: int) -> Response:
    """End the meeting: the counts are final."""
    _place, _meeting, person = _facilitated(slug, meeting_id)
    with transaction():
        services.end_room(meeting_id, by=person, at=utc_now())
    flash(_("모임을 마쳤습니다. 이제 결과를 의제로 만들고 회의록을 쓸 수 있습니다."))
    return redirect(url_for("discussion.console", slug=slug, meeting_id=meeting_id), 303)


@blueprint.get("/<slug:slug>/meetings/<int:meeting_id>/screen")
def screen(slug: str, meeting_id: int) -> str:
    """Show the room's wall: the code, the statement, how many answered; counts only."""
    place = place_by_slug(slug)
    meeting = meeting_of(place, meeting_id)
    room = queries.room_of(meeting)
    return render_template(
        "discussion/screen.html",
        place=place,
        meeting=meeting,
        state=queries.state_of(room),
        address=link("discussion.enter"),
        join=link("discussion.room", code=room.code),
        kinds=MEETING_NAMES,
    )


@blueprint.get("/<slug:slug>/meetings/<int:meeting_id>/qr.svg")
def qr(slug: str, meeting_id: int) -> Response:
    """Give the QR code by which phones come in."""
    room = queries.room_of(meeting_of(place_by_slug(slug), meeting_id))
    return FlaskResponse(qr_file(link("discussion.room", code=room.code)), mimetype="image/svg+xml")


@blueprint.route("/<slug:slug>/meetings/<int:meeting_id>/tables", methods=["GET", "POST"])
def tables(slug: str, meeting_id: int) -> Response | str | tuple[str, int]:
    """Write down what every table came to, in one form."""
    place, meeting, person = _facilitated(slug, meeting_id)
    room = queries.room_of(meeting)
    written: dict[str, object] = {"version": room.version}
    for table in queries.tables_of(room):
        written[f"people_{table.number}"] = table.people
        for idea in table.ideas:
            written[f"idea_{table.number}_{idea.position}"] = idea.text
            written[f"stickers_{table.number}_{idea.position}"] = idea.stickers
    form = tables_form_for(room.tables)(data=written)
    if form.validate_on_submit():
        numbers = range(1, room.tables + 1)
        ideas = {
            table: [
                Idea(form[f"idea_{table}_{n}"].data, form[f"stickers_{table}_{n}"].data or 0)
                for n in range(1, IDEAS_A_TABLE + 1)
                if form[f"idea_{table}_{n}"].data
            ]
            for table in numbers
        }
        with shown_on(form), transaction():
            outcomes.enter_tables(
                meeting_id,
                {table: form[f"people_{table}"].data or 0 for table in numbers},
                ideas,
                version=form.version.data,
                by=person,
                at=utc_now(),
            )
        if not form.errors:
            flash(_("모둠 결과를 저장했습니다."))
            return redirect(url_for("discussion.console", slug=slug, meeting_id=meeting_id), 303)
    page = render_template(
        "discussion/tables.html",
        place=place,
        cycle=meeting.cycle,
        meeting=meeting,
        form=form,
        tables=range(1, room.tables + 1),
        positions=range(1, IDEAS_A_TABLE + 1),
    )
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/meetings/<int:meeting_id>/paper", methods=["GET", "POST"])
def paper(slug: str, meeting_id: int) -> Response | str | tuple[str, int]:
    """Enter a batch of paper sheets."""
    place, meeting, person = _facilitated(slug, meeting_id)
    room = queries.room_of(meeting)
    state = queries.state_of(room)
    shown = sorted([*state.done, *state.waiting, *([state.open] if state.open else [])], key=lambda put: put.number)
    form = PaperForm()
    if form.validate_on_submit():
        entered = 0
        with shown_on(form), transaction():
            entered = services.enter_paper(
                room,
                form.sheets.data,
                [put.number for put in shown],
                once=form.token,
                by=person,
                at=utc_now(),
            )
        if not form.errors:
            flash(_("종이 %(n)s장을 더했습니다.", n=entered))
            return redirect(url_for("discussion.console", slug=slug, meeting_id=meeting_id), 303)
    page = render_template(
        "discussion/paper.html", place=place, cycle=meeting.cycle, meeting=meeting, form=form, statements=shown
    )
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/meetings/<int:meeting_id>/agendas/new", methods=["GET", "POST"])
def make_agenda(slug: str, meeting_id: int) -> Response | str | tuple[str, int]:
    """Make an agenda out of a meeting, with its evidence."""
    place, meeting, person = _facilitated(slug, meeting_id)
    room = queries.room_of(meeting)
    state = queries.state_of(room)
    form = MeetingAgendaForm(statements=request.args.getlist("statement", int), ideas=request.args.getlist("idea", int))
    form.statements.choices = [
        SelectChoice(put.id, _("%(text)s (공감 %(agree)s, 걱정 %(worry)s, 모름 %(unsure)s)", text=put.text,
                               agree=put.agree, worry=put.worry, unsure=put.unsure))
        for put in sorted(state.done, key=lambda put: -(put.agree or 0))
    ]  # fmt: skip
    form.ideas.choices = [
        SelectChoice(idea.id, _("%(n)s번 모둠: %(text)s (스티커 %(stickers)s)", n=idea.table_no, text=idea.text, stickers=idea.stickers))
        for table in queries.tables_of(room)
        for idea in table.ideas
    ]  # fmt: skip
    if form.validate_on_submit():
        proposal = None
        words = Words(form.title.data, form.body.data, Field(form.field.data), form.where.data or "")
        with shown_on(form), transaction():
            proposal = outcomes.make_agenda(
                meeting_id,
                words,
                statement_ids=form.statements.data or [],
                idea_ids=form.ideas.data or [],
                once=form.token,
                by=person,
                at=utc_now(),
            )
        if proposal is not None and not form.errors:
            flash(_("의제를 만들었습니다. 근거가 함께 붙었습니다."))
            return redirect(url_for("agenda.show", slug=slug, proposal_id=proposal.id), 303)
    page = render_template(
        "discussion/make_agenda.html",
        place=place,
        cycle=meeting.cycle,
        meeting=meeting,
        form=form,
        is_over=room.ended_at is not None,
    )
    return (page, 422) if form.errors else page


def _facilitated(slug: str, meeting_id: int) -> tuple[Place, VillageMeeting, Person]:
    person = require_person()
    place = place_by_slug(slug)
    meeting = meeting_of(place, meeting_id)
    require_allowed(can_facilitate(person, place, utc_now()))
    return place, meeting, person


def _console(place: Place, room: LiveRoom, form: SayForm) -> str:
    return render_template(
        "discussion/console.html",
        place=place,
        cycle=room.meeting.cycle,
        meeting=room.meeting,
        state=queries.state_of(room),
        offered=queries.offered(room),
        tables=queries.tables_of(room),
        form=form,
    )
