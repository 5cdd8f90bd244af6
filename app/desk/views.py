"""The desk."""

from flask import Blueprint, render_template

from app.clock import utc_now
from app.desk import queries, rooms
from app.people.login import require_person

blueprint = Blueprint("desk", __name__)


@blueprint.get("/desk")
def index() -> str:
    """Show what is due for this person."""
    person = require_person()
    at = utc_now()
    todos = queries.todos_of(person, at)
    return render_template(
        "desk/index.html",
        todos=todos,
        groups=queries.groups(todos, at),
        places=queries.places_named(todos),
        rooms=rooms.rooms_of(person, at),
        runs_places=rooms.runs_places(person, at),
    )
