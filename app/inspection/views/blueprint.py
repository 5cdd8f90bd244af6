"""The blueprint that the modules of pages fill, and what they share."""

import re
from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from app.clock import utc_now
from app.cycle.models import Cycle
from app.cycle.queries import require_current_cycle
from app.errors import NotFound
from app.i18n import N_
from app.inspection.comparing import KIND_NAMES
from app.inspection.forms import OpinionWordsForm
from app.inspection.queries.opinions import inspected_version
from app.inspection.rules import ANSWER_STATE_NAMES, CHANNEL_NAMES, RESULT_NAMES, STANCE_NAMES
from app.people.login import require_allowed, require_person
from app.people.models import Person
from app.places.models import Place
from app.places.queries import place_by_slug
from app.plan.models import PlanVersion
from app.plan.queries import sections
from app.plan.rules import FUND_SOURCE_NAMES, VERDICT_NAMES

blueprint = Blueprint("inspection", __name__)
Answer = Response | str | tuple[str, int]
WHOLE_PLAN = 0
F = TypeVar("F", bound=OpinionWordsForm)
NAMES = {
    "stances": STANCE_NAMES,
    "channels": CHANNEL_NAMES,
    "results": RESULT_NAMES,
    "answer_states": ANSWER_STATE_NAMES,
    "kinds": KIND_NAMES,
    "fund_sources": FUND_SOURCE_NAMES,
    "verdicts": VERDICT_NAMES,
}
"""Tables of names that the templates look words up in."""


def ids_of(text: str) -> set[int]:
    """Read the ids of a list in a form: ``o12 o13``. The letters keep a row of numbers from looking like a resident number."""
    return {int(digits) for digits in re.findall(r"\d{1,18}", text)}


def entered(slug: str, may: Callable[..., bool]) -> tuple[Place, Person]:
    """Return the dong of an address and the person who asks, if they may.

    Raises:
        NotFound, NotAllowed: no such dong; not allowed.
    """
    person = require_person()
    place = place_by_slug(slug)
    require_allowed(may(person, place, utc_now()))
    return place, person


def inspected(place: Place) -> tuple[Cycle, PlanVersion]:
    """Return the running year of a dong and its inspected version.

    Raises:
        NotFound: there is no plan to inspect.
    """
    cycle = require_current_cycle(place)
    version = inspected_version(cycle)
    if version is None:
        raise NotFound(N_("공람할 계획안이 없습니다."))
    return cycle, version


def with_sections(form: F, version: PlanVersion) -> F:
    """Offer the sections of a version to choose from."""
    fill_sections(form.section, version, _("계획 전체"))
    return form


def fill_sections(field: SelectField, version: PlanVersion, none: str) -> None:
    """Offer the sections of a version, and none of them."""
    field.choices = [
        SelectChoice(WHOLE_PLAN, none),
        *(SelectChoice(section.number, f"{section.number}. {section.title}") for section in sections(version)),
    ]
