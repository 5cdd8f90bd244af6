"""Pages of the public record."""

import json
from collections.abc import Iterator

from flask import Blueprint, Response, render_template, request, stream_with_context

from app.cycle.queries import current_cycle
from app.places.queries import place_by_slug
from app.record.acts import ACTS
from app.record.queries import PAGE, chain, entries_newest_first

blueprint = Blueprint("record", __name__)


@blueprint.get("/<slug:slug>/record")
def index(slug: str) -> str:
    """Show what was bindingly done here, newest first."""
    place = place_by_slug(slug)
    entries = entries_newest_first(place, before=request.args.get("before", type=int))
    more = entries[-1].height if len(entries) == PAGE and entries[-1].height > 0 else None
    return render_template(
        "record/index.html", place=place, cycle=current_cycle(place), entries=entries, more=more, acts=ACTS
    )


@blueprint.get("/<slug:slug>/record.jsonl")
def export(slug: str) -> Response:
    """Stream the whole chain, one entry a line: the hashed bytes and their hash."""
    place = place_by_slug(slug)

    def lines() -> Iterator[str]:
        for entry, digest in chain(place):
            yield json.dumps({"entry": json.loads(entry.canonical()), "hash": digest}, ensure_ascii=False) + "\n"

    headers = {"Content-Disposition": f'attachment; filename="{place.slug}-record.jsonl"'}
    return Response(stream_with_context(lines()), mimetype="application/jsonl", headers=headers)
