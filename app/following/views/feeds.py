"""Feeds (Atom, RFC 4287) and calendars (iCalendar, RFC 5545): public content only, the same for everybody."""

import hashlib

from flask import Response as FlaskResponse
from flask import render_template, request
from flask_babel import force_locale
from werkzeug.wrappers import Response

from app.agenda.queries import visible_proposal
from app.clock import utc_now
from app.following.calendars import CalendarEvent, calendar
from app.following.queries import feeds as queries
from app.following.queries.subjects import Address
from app.following.views.blueprint import blueprint
from app.outbox.rendering import current_config, link
from app.places.queries import place_by_slug
from app.record.acts import ACTS

MAX_AGE_SECONDS = 300


@blueprint.get("/<slug:slug>/feed.atom")
def place_feed(slug: str) -> Response:
    """Give what happens in a dong."""
    place = place_by_slug(slug)
    return _feed(place.name, link("cycle.show", slug=slug), queries.news_of_place(place), f"{slug}/feed")


@blueprint.get("/<slug:slug>/agenda/<int:proposal_id>/feed.atom")
def proposal_feed(slug: str, proposal_id: int) -> Response:
    """Give what becomes of an agenda and what is said about it."""
    proposal = visible_proposal(place_by_slug(slug), proposal_id, None)
    home = link("agenda.show", slug=slug, proposal_id=proposal_id)
    return _feed(proposal.title, home, queries.news_of_proposal(proposal), f"{slug}/agenda/{proposal_id}")


@blueprint.get("/<slug:slug>/calendar.ics")
def place_calendar(slug: str) -> Response:
    """Give a dong's meetings to calendar programs."""
    place = place_by_slug(slug)
    host = link("cycle.home").split("/")[2].split(":")[0]
    events = [
        CalendarEvent(
            uid=f"{slug}-{event.key.rpartition('-')[0]}@{host}",
            sequence=int(event.key.rpartition("-")[2]),
            title=event.title,
            where=event.where,
            starts_at=event.starts_at,
            changed_at=event.changed_at,
            url=link(event.address.endpoint, **event.address.arguments),
            is_cancelled=event.is_cancelled,
        )
        for event in queries.events_of(place, utc_now())
    ]
    return _public(calendar(f"{place.name} 마을 모임", events), "text/calendar; charset=utf-8")


def _feed(title: str, home: str, entries: list[queries.FeedEntry], name: str) -> Response:
    host = link("cycle.home").split("/")[2].split(":")[0]
    with force_locale("ko"):  # a feed has no reader's language; what is in it is Korean
        text = render_template(
            "following/feed.xml",
            title=title,
            home=home,
            itself=f"{current_config().public_url.rstrip('/')}{request.path}",
            tag=f"tag:{host},2026:{name}",
            entries=[(entry, _address(entry.address)) for entry in entries],
            acts=ACTS,
        )
    return _public(text, "application/atom+xml; charset=utf-8")


def _address(address: Address) -> str:
    arguments = dict(address.arguments)
    anchor = arguments.pop("_anchor", "")
    return link(address.endpoint, **arguments) + (f"#{anchor}" if anchor else "")


def _public(text: str, mimetype: str) -> Response:
    answer = FlaskResponse(text, content_type=mimetype)
    answer.headers["Cache-Control"] = f"public, max-age={MAX_AGE_SECONDS}"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.set_etag(hashlib.sha256(text.encode()).hexdigest()[:32])
    return answer.make_conditional(request)
