"""Long work of the draw: the fairest chances, their proof and their table, or advice; the table of panels."""

from app.db.session import get_or_not_found
from app.draw.models import LotteryDraw
from app.draw.services.bundling import advice_as_stored, bundle_of_material, material_of
from app.draw.services.panels import TABLE_JOB, commitments_of, publish_table, pulse_of, reveals_of
from app.draw.services.preparing import FREEZE_JOB, freeze, note_advice
from app.i18n import N_
from app.jobs.registry import job
from app.jobs.rules import Result
from app.jobs.run import JobRun
from voting.lottery import InfeasibleQuotasError, commitment_of, mix

STEPS = 3


@job(FREEZE_JOB, title=N_("후보 명단 봉하기"), attempts=3)
def freeze_job(run: JobRun) -> Result | None:
    """Compute the bundle outside any transaction, then store it if the draw is still the one that was asked for."""
    draw_id, version = int(run.arguments["draw_id"]), int(run.arguments["version"])
    with run.step() as step:
        draw = get_or_not_found(LotteryDraw, draw_id)
        slug = draw.place.slug
        material = material_of(draw)
        step.progress(1, STEPS)
    try:
        data = bundle_of_material(material)
    except InfeasibleQuotasError as error:
        with run.finishing() as step:
            note_advice(draw_id, advice_as_stored(material, error.advice), version=version)
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
            N_("후보 %(n)s명의 명단과 확률을 봉했습니다. 확인하고 공고해 주세요."), {"n": len(material.pool.candidates)},
            endpoint="draw.show", arguments={"slug": slug, "draw_id": draw_id},
        )  # fmt: skip
    return None


@job(TABLE_JOB, title=N_("위원회 표 만들기"), attempts=5)
def table_job(run: JobRun) -> Result | None:
    """Compute the panels from bundle and mixing outside any transaction, then publish them."""
    draw_id = int(run.arguments["draw_id"])
    with run.step() as step:
        draw = get_or_not_found(LotteryDraw, draw_id)
        slug, panels = draw.place.slug, draw.way.panels
        bundle, digits = draw.bundle.encode(), draw.mix_digits
        reveals, commitments, pulse = reveals_of(draw), commitments_of(draw), pulse_of(draw)
        step.progress(1, STEPS)
    data = mix(bundle, digits=digits, reveals=reveals, commitments=commitments, pulse=pulse)
    with run.step() as step:
        step.progress(2, STEPS)
    with run.finishing() as step:
        publish_table(draw_id, data, at=step.at)
        step.result = Result(
            N_("위원회 %(n)s개의 표를 만들어 공고했습니다."), {"n": f"{panels:,}"},
            endpoint="draw.show", arguments={"slug": slug, "draw_id": draw_id},
        )  # fmt: skip
    return None
