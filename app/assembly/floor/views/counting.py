"""Counting cards and stickers: one person's numbers, then where two differ."""

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.assembly.floor.forms import HandsCountForm, SheetForm, StickerCountForm, sticker_form
from app.assembly.floor.models import FloorCount
from app.assembly.floor.permissions import can_count
from app.assembly.floor.queries import counts as queries
from app.assembly.floor.queries import days
from app.assembly.floor.rules.deciding import hands, stickers
from app.assembly.floor.rules.states import ItemKind
from app.assembly.floor.services import counting
from app.assembly.floor.views.blueprint import blueprint
from app.assembly.floor.views.finding import found_day
from app.assembly.rules.ballots import BallotLine
from app.assembly.rules.papers import HandCount
from app.clock import utc_now
from app.db.session import transaction
from app.errors import NotFound
from app.i18n import N_
from app.people.login import require_allowed, require_person
from app.people.models import Person
from app.places.models import Place
from app.web.forms import shown_on

Page = Response | str | tuple[str, int]
CountForm = HandsCountForm | StickerCountForm


@blueprint.route("/<slug:slug>/assembly/day/items/<int:item_id>/counting", methods=["GET", "POST"])
def count(slug: str, item_id: int) -> Page:
    """Enter what one has counted; once two have, show where they differ."""
    person, place, found = _counted(slug, item_id)
    _asked, lines = counting.board_of(found)
    form = _form(found, lines)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            found = counting.enter(found.id, _numbers(form, lines), by=person, at=utc_now())
        if not form.errors:
            flash(_("두 사람의 수가 같습니다.") if found.agreed is not None else _("센 수를 적었습니다."))
            return redirect(url_for("floor.count", slug=slug, item_id=item_id), 303)
    return _page(person, place, found, form, SheetForm(formdata=None))


@blueprint.post("/<slug:slug>/assembly/day/items/<int:item_id>/sheet")
def sheet(slug: str, item_id: int) -> Page:
    """Keep the photo of the tally sheet."""
    person, place, found = _counted(slug, item_id)
    form = SheetForm()
    if form.validate():
        with shown_on(form):
            content = form.photo.data.stream.read()
            with transaction():
                counting.keep_sheet(found.id, content, by=person, at=utc_now())
    if form.errors:
        return _page(person, place, found, _form(found, counting.board_of(found)[1], empty=True), form)
    flash(_("집계표 사진을 두었습니다. 지문을 공개 기록에 남깁니다."))
    return redirect(url_for("floor.count", slug=slug, item_id=item_id), 303)


@blueprint.get("/<slug:slug>/assembly/day/items/<int:item_id>/sheet.jpg")
def sheet_photo(slug: str, item_id: int) -> Response:
    """Return the photo, for those who count: it shows signatures."""
    _person, _place, found = _counted(slug, item_id)
    content = queries.sheet_of(found)
    if content is None:
        raise NotFound(N_("찾으시는 것이 없습니다."))
    return FlaskResponse(content, mimetype="image/jpeg", headers={"Cache-Control": "no-store"})


def _counted(slug: str, item_id: int) -> tuple[Person, Place, FloorCount]:
    person = require_person()
    place, day = found_day(slug)
    require_allowed(can_count(person, place, utc_now()))
    found = days.current_count(days.item_of(day, item_id))
    if found is None:
        raise NotFound(N_("아직 세기를 시작하지 않았습니다."))
    return person, place, found


def _form(found: FloorCount, lines: list[BallotLine], *, empty: bool = False) -> CountForm:
    if found.item.kind is ItemKind.HANDS:
        return HandsCountForm(formdata=None) if empty else HandsCountForm()
    return sticker_form([line.label for line in lines])


def _numbers(form: CountForm, lines: list[BallotLine]) -> HandCount:
    if isinstance(form, HandsCountForm):
        return hands(yes=form.yes.data or 0, no=form.no.data or 0, abstained=form.abstained.data or 0)
    return stickers(form.people.data or 0, form.votes(len(lines)))


def _page(person: Person, place: Place, found: FloorCount, form: CountForm, sheet_form: SheetForm) -> Page:
    seen = queries.seen_by(found, person)
    page = render_template(
        "floor/count.html",
        place=place,
        cycle=found.item.day.assembly.cycle,
        day=found.item.day,
        item=found.item,
        count=found,
        form=form,
        sheet_form=sheet_form,
        seen=seen,
    )
    return (page, 422) if form.errors or sheet_form.errors else page
