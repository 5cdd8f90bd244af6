"""Long work of the draw: the fairest chances, their proof and their table, or advice when the quotas cannot be met."""

from collections import Counter
from dataclasses import astuple
from typing import Any

from app.council.queries.calls import candidates
from app.council.rules.calls import Quota
from app.db.session import get_or_not_found
from app.draw.models import LotteryDraw
from app.draw.queries.candidates import counts, pool_of
from app.draw.rules import agreed_rules, obstacles
from app.draw.services.preparing import FREEZE_JOB, freeze, note_advice, witnesses_named
from app.errors import RuleViolation
from app.i18n import N_
from app.jobs.registry import job
from app.jobs.rules import Result
from app.jobs.run import JobRun
from app.places.queries import setting
from voting.lottery import Advice, Beacon, InfeasibleQuotasError, Pool, commitment_of, prepare

STEPS = 3


@job(FREEZE_JOB, title=N_("후보 명단 봉하기"), attempts=3)
def freeze_job(run: JobRun) -> Result | None:
    """Compute the bundle outside any transaction, then store it if the draw is still the one that was asked for."""
    draw_id, version = int(run.arguments["draw_id"]), int(run.arguments["version"])
    with run.step() as step:
        draw = get_or_not_found(LotteryDraw, draw_id)
        slug = draw.place.slug
        standing = candidates(draw.call)
        if len(standing) < draw.open_seats:
            raise RuleViolation(
                N_("뽑을 자리는 %(seats)s석인데 후보는 %(n)s명입니다."), seats=draw.open_seats, n=len(standing)
            )
        pool, present = pool_of(draw, standing), counts(standing)
        witnesses = [seat.name for seat in witnesses_named(draw.call)]
        beacon = None if draw.beacon_round is None else Beacon(draw.beacon_chain, draw.beacon_round)
        mode, title = draw.mode.value, draw.title
        agreed = agreed_rules(
            setting(draw.place, "council.draw_notice_days"), setting(draw.place, "council.vacancy_min_months")
        )
        step.progress(1, STEPS)
    try:
        data = prepare(pool, mode=mode, title=title, witnesses=witnesses, beacon=beacon, rules=agreed)
    except InfeasibleQuotasError as error:
        found = _advice(pool, error.advice, present)
        with run.finishing() as step:
            note_advice(draw_id, found, version=version)
            step.result = Result(
                N_("구성 비율을 모두 지킬 수 있는 위원회가 없습니다. 무엇을 얼마나 풀면 되는지 찾았습니다."), {},
                endpoint="draw.show", arguments={"slug": slug, "draw_id": draw_id},
            )  # fmt: skip
        return None
    with run.step() as step:
        step.progress(2, STEPS)
    with run.finishing() as step:
        freeze(draw_id, data, commitment_of(data), version=version, at=step.at)
        step.result = Result(
            N_("후보 %(n)s명의 명단과 확률을 봉했습니다. 확인하고 공고해 주세요."), {"n": len(pool.candidates)},
            endpoint="draw.show", arguments={"slug": slug, "draw_id": draw_id},
        )  # fmt: skip
    return None


def _advice(pool: Pool, advice: Advice, present: dict[str, Counter[str]]) -> dict[str, Any]:
    return {
        "obstacles": [
            list(line) for line in obstacles([Quota(*astuple(rule)) for rule in pool.quotas], present, pool.seats)
        ],
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
