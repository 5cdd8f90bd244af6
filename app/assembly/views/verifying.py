"""The page on which anybody counts again, in their own browser: one's own ballot, and the whole election."""

from flask import Response as FlaskResponse
from flask import render_template, url_for

from app.assembly import queries
from app.assembly.rules import AssemblyState
from app.assembly.views.blueprint import blueprint
from app.cycle.years import require_shown_cycle
from app.places.queries import place_by_slug
from app.web.security_headers import SECRETS_POLICY
from voting.election.verify.report import TITLES


@blueprint.get("/<slug:slug>/assembly/verify")
def verify(slug: str) -> FlaskResponse:
    """Show the verifier. A tracker, a receipt and files from elsewhere stay in the browser: nothing of them is sent."""
    place = place_by_slug(slug)
    cycle = require_shown_cycle(place)
    assembly = queries.assembly_of(cycle)
    opened = assembly if assembly is not None and assembly.opened_at is not None else None
    page = FlaskResponse(
        render_template(
            "assembly/verify.html",
            place=place,
            cycle=cycle,
            assembly=opened,
            is_counted=opened is not None and opened.state is AssemblyState.COUNTED,
            steps=len(TITLES),
            addresses={
                "archive": url_for("assembly.archive", slug=slug, year=cycle.year) if opened else "",
                "proofs": url_for("assembly.proofs", slug=slug, year=cycle.year)
                if opened and opened.strong_proofs
                else "",
                "proof": url_for("assembly.proof", slug=slug, year=cycle.year, tracker="") if opened else "",
                # Without a version, as modules are imported by their plain addresses.
                "worker": url_for("static", filename="verify/worker.js", v=None),
            },
        )
    )
    page.headers["Content-Security-Policy"] = SECRETS_POLICY
    return page
