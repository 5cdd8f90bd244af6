"""The blueprint that the modules of pages fill, and what they share."""

from flask import Blueprint
from werkzeug.wrappers import Response

from app.cycle.rules import STAGE_NAMES
from app.observatory.rules import (
    ALERT_NAMES,
    ALERT_SENTENCES,
    CHECKLIST,
    CIRCLE_NAMES,
    DIMENSION_NAMES,
    FINDING_NAMES,
    MARK_NAMES,
)

blueprint = Blueprint("observatory", __name__)
Answer = Response | str | tuple[str, int]
NAMES = {
    "stage_names": STAGE_NAMES,
    "alert_names": ALERT_NAMES,
    "alert_sentences": ALERT_SENTENCES,
    "checklist": CHECKLIST,
    "circles": CIRCLE_NAMES,
    "dimensions": DIMENSION_NAMES,
    "finding_states": FINDING_NAMES,
    "marks": MARK_NAMES,
}
