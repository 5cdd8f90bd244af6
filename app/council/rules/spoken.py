"""How the coded values of the council's acts are said in the public record. Pure."""

from app.council.rules.calls import APPLICATION_STATE_NAMES, CAPACITY_NAMES, OBJECTION_STATE_NAMES
from app.council.rules.dismissal import GROUNDS_NAMES, MOTION_STATE_NAMES
from app.council.rules.meetings import OUTCOME_NAMES, RECUSAL_KIND_NAMES
from app.council.rules.membership import END_REASON_NAMES, OFFICE_NAMES

SPOKEN: dict[str, dict[str, str]] = {
    "end_reason": {each.value: name for each, name in END_REASON_NAMES.items()},
    "capacity": {each.value: name for each, name in CAPACITY_NAMES.items()},
    "application": {each.value: name for each, name in APPLICATION_STATE_NAMES.items()},
    "objection": {each.value: name for each, name in OBJECTION_STATE_NAMES.items()},
    "office": {each.value: name for each, name in OFFICE_NAMES.items()},
    "recusal": {each.value: name for each, name in RECUSAL_KIND_NAMES.items()},
    "outcome": {each.value: name for each, name in OUTCOME_NAMES.items()},
    "grounds": {each.value: name for each, name in GROUNDS_NAMES.items()},
    "motion": {each.value: name for each, name in MOTION_STATE_NAMES.items()},
}
