"""The pages on which people answer: the list of rounds, the card, one's own answers, the numbers."""

from datetime import datetime
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import utc_now
from app.cycle.years import shown_cycle
from app.db.session import transaction
from app.deliberation import permissions
from app.deliberation.device import chance_of, current_voice, remember_device, with_device
from app.deliberation.forms import BackForm, CardForm, StatementForm
from app.deliberation.models import OpinionRound, Participant
from app.deliberation.queries import cards, exports, results, rounds
from app.deliberation.rules import (
    ANSWER_NAMES,
    REASON_NAMES,
    ROUND_NAMES,
    STATEMENT_NAMES,
    Access,
    Answer,
    RoundState,
    Visibility,
    is_taking_answers,
)
from app.deliberation.services import answering, stating
from app.deliberation.views.blueprint import blueprint
from app.deliberation.voice import Voice
from app.people.login import current_person
from app.places.models import Place
from app.places.queries import place_by_slug
from app.web.forms import shown_on

NAMES = {
    "answers": ANSWER_NAMES,
    "reasons": REASON_NAMES,
    "round_names": ROUND_NAMES,
    "statement_names": STATEMENT_NAMES,
}


@blueprint.get("/<slug:slug>/rounds")
def index(slug: str) -> str:
    """List a dong's rounds."""
    place = place_by_slug(slug)
    person, at = current_person(), utc_now()
    cycle = shown_cycle(place)
    return render_template(
        "deliberation/index.html",
        place=place,
        cycle=cycle,
        listing=rounds.rounds_page(place, person, page=_page_number(), at=at),
        may_prepare=cycle is not None and permissions.can_prepare(person, place, at),
        **NAMES,
    )


@blueprint.get("/<slug:slug>/rounds/<int:round_id>")
def show(slug: str, round_id: int) -> Response | str:
    """Show the next card, or what became of the round."""
    place = place_by_slug(slug)
    found = rounds.visible_round(place, round_id, current_person(), utc_now())
    voice = current_voice()
    if found.access is Access.ANYONE and found.state is RoundState.OPEN and voice.person is None:
        voice = with_device(voice)
        return remember_device(make_response(_page(place, found, voice, StatementForm(formdata=None))), voice)
    return _page(place, found, voice, StatementForm(formdata=None))


@blueprint.post("/<slug:slug>/rounds/<int:round_id>/answer")
def answer(slug: str, round_id: int) -> Response | tuple[str, int]:
    """Take an answer and lead on to the next card."""
    place = place_by_slug(slug)
    at = utc_now()
    found = rounds.visible_round(place, round_id, current_person(), at)
    voice = current_voice()
    form = CardForm()
    if form.validate_on_submit():
        with shown_on(form), transaction():
            answering.answer(round_id, form.statement_id.data, Answer(form.value.data), voice=voice, at=at)
        if not form.errors:
            if form.back.data == "mine":
                flash(_("바꾼 답을 받았습니다."))
                return redirect(url_for("deliberation.mine", slug=slug, round_id=round_id), 303)
            just = form.statement_id.data
            return redirect(url_for("deliberation.show", slug=slug, round_id=round_id, just=just, _anchor="card"), 303)
    return _page(place, found, voice, StatementForm(formdata=None), card_form=form), 422


@blueprint.post("/<slug:slug>/rounds/<int:round_id>/answer/back")
def take_back(slug: str, round_id: int) -> Response | tuple[str, int]:
    """Take an answer back that a finger gave by mistake, and show its card again."""
    place = place_by_slug(slug)
    at = utc_now()
    found = rounds.visible_round(place, round_id, current_person(), at)
    voice = current_voice()
    form = BackForm()
    if form.validate_on_submit():
        with shown_on(form), transaction():
            answering.take_back(round_id, form.statement_id.data, voice=voice, at=at)
        if not form.errors:
            return redirect(url_for("deliberation.show", slug=slug, round_id=round_id, _anchor="card"), 303)
    return _page(place, found, voice, StatementForm(formdata=None), card_form=form), 422


@blueprint.post("/<slug:slug>/rounds/<int:round_id>/statements")
def add(slug: str, round_id: int) -> Response | tuple[str, int]:
    """Take a statement of a visitor."""
    place = place_by_slug(slug)
    at = utc_now()
    found = rounds.visible_round(place, round_id, current_person(), at)
    voice = current_voice()
    form = StatementForm()
    if form.validate_on_submit():
        with shown_on(form), transaction():
            stating.submit_statement(round_id, form.text.data, once=form.token, voice=voice, at=at)
        if not form.errors:
            flash(_("의견을 받았습니다. 하루 안에 살펴보고 올립니다. 어떻게 되었는지는 이 화면에서 볼 수 있습니다."))
            return redirect(url_for("deliberation.mine", slug=slug, round_id=round_id, _anchor="added"), 303)
    return _page(place, found, voice, form), 422


@blueprint.get("/<slug:slug>/rounds/<int:round_id>/mine")
def mine(slug: str, round_id: int) -> str:
    """Show a visitor's own answers, to change them, and their own statements."""
    place = place_by_slug(slug)
    at = utc_now()
    found = rounds.visible_round(place, round_id, current_person(), at)
    participant = rounds.participant_of(found, current_voice())
    own = cards.own_statements(participant)
    shown = _results(found, participant) if own else None
    return render_template(
        "deliberation/mine.html",
        place=place,
        cycle=found.cycle,
        round=found,
        given=cards.own_answers(found, participant),
        own=own,
        numbers={each.statement.id: each for each in shown.all if each.seen} if shown else {},
        taking=is_taking_answers(found.state, closes_at=found.closes_at, at=at),
        Answer=Answer,
        **NAMES,
    )


@blueprint.post("/<slug:slug>/rounds/<int:round_id>/statements/<int:statement_id>/withdraw")
def withdraw(slug: str, round_id: int, statement_id: int) -> Response:
    """Take one's statement back."""
    found = rounds.visible_round(place_by_slug(slug), round_id, current_person(), utc_now())
    with transaction():
        stating.withdraw_statement(statement_id, voice=current_voice(), at=utc_now())
    flash(_("의견을 거두었습니다. 고쳐서 다시 낼 수 있습니다."))
    return redirect(url_for("deliberation.mine", slug=slug, round_id=found.id, _anchor="added"), 303)


@blueprint.get("/<slug:slug>/rounds/<int:round_id>/numbers")
def numbers(slug: str, round_id: int) -> str:
    """Show the numbers of every statement, where they may be shown."""
    place = place_by_slug(slug)
    found = rounds.visible_round(place, round_id, current_person(), utc_now())
    participant = rounds.participant_of(found, current_voice())
    shown = _results(found, participant)
    page = _page_number()
    rows = shown.all if shown else []
    return render_template(
        "deliberation/numbers.html",
        place=place,
        cycle=found.cycle,
        round=found,
        results=shown,
        rows=rows[(page - 1) * rounds.PAGE * 2 : page * rounds.PAGE * 2],
        page=page,
        pages=max(1, -(-len(rows) // (rounds.PAGE * 2))),
    )


def _page(
    place: Place, found: OpinionRound, voice: Voice, form: StatementForm, card_form: CardForm | BackForm | None = None
) -> str:
    at = utc_now()
    taking = is_taking_answers(found.state, closes_at=found.closes_at, at=at)
    participant = rounds.participant_of(found, voice)
    return render_template(
        "deliberation/show.html",
        place=place,
        cycle=found.cycle,
        round=found,
        taking=taking,
        deck=cards.deck(found, participant, chance=chance_of(found.id, voice)) if taking else None,
        just=cards.own_answer(participant, just) if taking and (just := request.args.get("just", type=int)) else None,
        participants=rounds.participant_counts([found.id]).get(found.id, 0),
        results=_results(found, participant),
        form=form,
        card_form=card_form or CardForm(formdata=None),
        **_may(place, found, voice, at),
        **NAMES,
    )


def _results(found: OpinionRound, participant: Participant | None) -> results.Results | None:
    run = rounds.newest_run(found) if rounds.sees_numbers(found, participant) else None
    return results.results_of(found, run, participant) if run is not None else None


def _may(place: Place, found: OpinionRound, voice: Voice, at: datetime) -> dict[str, Any]:
    """Say what a visitor may do on the page of a round."""
    person = voice.person
    tends = permissions.can_prepare(person, place, at)
    return {
        "may_answer": permissions.can_answer(person, found) and not rounds.is_claimed_device(found, voice),
        "needs_sign_in": person is None,
        "tends": tends,
        "waiting": cards.waiting_count(found) if tends else 0,
        "is_exportable": exports.is_exportable(found),
        "Access": Access,
        "Visibility": Visibility,
        "RoundState": RoundState,
    }


def _page_number() -> int:
    return max(1, request.args.get("page", 1, type=int))
