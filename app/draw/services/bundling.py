"""Making the bundle: what goes into it is read inside a transaction, the arithmetic runs outside."""

from collections import Counter
from dataclasses import astuple, dataclass
from typing import Any

from app.council.queries.pool import candidates
from app.council.rules.calls import Quota
from app.draw import rules
from app.draw.models import LotteryDraw
from app.draw.queries.candidates import counts, pool_of
from app.draw.services.preparing import witnesses_named
from app.errors import RuleViolation
from app.i18n import N_
from app.places.queries import setting
from voting.lottery import Advice, Beacon, Pool, prepare


@dataclass(frozen=True)
class Material:
    """Everything that a bundle is made of."""

    pool: Pool
    present: dict[str, Counter[str]]
    """How many candidates have each value, per feature."""
    mode: str
    title: str
    witnesses: list[str]
    beacon: Beacon | None
    rules: tuple[str, ...]
    digits: int
    """How many balls decide; six, too, where every candidate has a ball and no digits are drawn."""


def material_of(draw: LotteryDraw) -> Material:
    """Gather what the bundle of a draw is made of.

    Raises:
        RuleViolation: fewer candidates than seats.
    """
    standing = candidates(draw.call)
    if len(standing) < draw.open_seats:
        raise RuleViolation(
            N_("뽑을 자리는 %(seats)s석인데 후보는 %(n)s명입니다."), seats=draw.open_seats, n=len(standing)
        )
    return Material(
        pool=pool_of(draw, standing),
        present=counts(standing),
        mode=draw.way.bundle_mode,
        title=draw.title,
        # Where every candidate has a ball the witnesses watch and sign, but bring no secret that the seed would need.
        witnesses=[seat.name for seat in witnesses_named(draw.call)] if draw.way.has_secrets else [],
        beacon=None if draw.beacon_round is None else Beacon(draw.beacon_chain, draw.beacon_round),
        rules=rules.agreed_rules(
            setting(draw.place, "council.draw_notice_days"),
            setting(draw.place, "council.vacancy_min_months"),
            mode=draw.mode,
        ),
        digits=draw.way.digits or rules.MIXING_BALLS,
    )


def bundle_of_material(material: Material) -> bytes:
    """Return the canonical bytes of the bundle; they have passed the verifier.

    Raises:
        InfeasibleQuotasError: no council meets the quotas; with advice.
        VotingError: as `voting.lottery.prepare`.
    """
    return prepare(
        material.pool,
        mode=material.mode,
        title=material.title,
        witnesses=material.witnesses,
        beacon=material.beacon,
        rules=material.rules,
        digits=material.digits,
    )


def advice_as_stored(material: Material, advice: Advice) -> dict[str, Any]:
    """Return the advice of the kernel as a draw keeps it: sentences with values, and options by quota."""
    quotas = [Quota(*astuple(rule)) for rule in material.pool.quotas]
    return {
        "obstacles": [list(line) for line in rules.obstacles(quotas, material.present, material.pool.seats)],
        "options": [
            [
                {
                    "feature": item.quota.feature,
                    "value": item.quota.value,
                    "least": item.quota.minimum,
                    "most": item.quota.maximum,
                    "less": item.quota.minimum - item.minimum,
                    "more": item.maximum - item.quota.maximum,
                }
                for item in option
            ]
            for option in advice.options
        ],
    }
