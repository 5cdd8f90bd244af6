"""Staff's pages of tokens. The blueprint is the one that `app.opendata.api` fills as well."""

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import kst_date, utc_now
from app.db.session import transaction
from app.opendata.tokens import queries, services
from app.opendata.tokens.forms import TokenForm
from app.opendata.tokens.permissions import can_keep_tokens
from app.opendata.tokens.rules import LONGEST, STATE_NAMES
from app.outbox.rendering import current_config
from app.people.login import current_person, require_allowed, require_person
from app.people.models import Person
from app.places.models import Place
from app.places.queries import place_by_slug
from app.web.forms import Form, shown_on

blueprint = Blueprint("opendata", __name__)
Page = Response | str | tuple[str, int]
USUAL = timedelta(days=180)


@blueprint.route("/<slug:slug>/data/tokens", methods=["GET", "POST"])
def tokens(slug: str) -> Page:
    """Show a place's tokens; make one and show it this once."""
    person, place = _staff(slug)
    form = TokenForm(expires_on=kst_date(utc_now()) + USUAL)
    if form.validate_on_submit():
        wish = services.Wish(form.name.data or "", form.purpose.data or "", form.expires_on.data)
        with shown_on(form), transaction():
            token, text = services.make_token(place.id, wish, once=form.token, by=person, at=utc_now())
        if not form.errors:
            return render_template(
                "opendata/made.html", place=place, cycle=None, token=token, text=text,
                address=f"{current_config().public_url.rstrip('/')}/api/v1/places/{place.slug}/projects",
            )  # fmt: skip
    page = _page(place, form)
    return (page, 422) if form.errors else page


@blueprint.post("/<slug:slug>/data/tokens/<int:token_id>/revoke")
def revoke_token(slug: str, token_id: int) -> Page:
    """Let a token serve no more."""
    person, place = _staff(slug)
    form = Form()
    if not form.validate():
        return _page(place, TokenForm(formdata=None)), 422
    with transaction():
        services.revoke_token(token_id, place=place, by=person, at=utc_now())
    flash(_("토큰을 거두었습니다. 지금부터 이 토큰으로 보낸 요청은 받지 않습니다."))
    return redirect(url_for("opendata.tokens", slug=slug), 303)


@blueprint.app_template_global("may_keep_tokens")
def may_keep_tokens(place: Place) -> bool:
    """Tell whether whoever looks at a page keeps the tokens of a place."""
    return can_keep_tokens(current_person(), place, utc_now())


def _staff(slug: str) -> tuple[Person, Place]:
    person, place = require_person(), place_by_slug(slug)
    require_allowed(can_keep_tokens(person, place, utc_now()))
    return person, place


def _page(place: Place, form: TokenForm) -> str:
    today, config = kst_date(utc_now()), current_config()
    page = max(request.args.get("page", 1, type=int), 1)
    count, found = queries.tokens_of(place, page=page)
    return render_template(
        "opendata/tokens.html",
        place=place,
        cycle=None,
        form=form,
        rows=[(token, token.state(today), queries.ends_soon(token, today)) for token in found],
        states=STATE_NAMES,
        page=page,
        pages=max(-(-count // queries.PAGE), 1),
        first_day=today,
        last_day=today + LONGEST,
        per_address=config.api_requests_per_minute,
        per_token=config.api_token_requests_per_minute,
    )
