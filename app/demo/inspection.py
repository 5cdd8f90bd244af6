"""The inspection of a demonstration dong: opinions of every channel, identical ones, answers, and what changed."""

from datetime import datetime, timedelta

from app.cycle.models import Cycle
from app.cycle.rules import Stage
from app.db.session import transaction
from app.demo.people import Cast
from app.demo.story import OPINIONS, DemoDong
from app.inspection.queries.opinions import Bundle, announcement, bundles, inspected_version, opinions_on
from app.inspection.rules import AnswerState, Channel, Result, Stance
from app.inspection.services import answering, grouping, receiving, releasing, running
from app.plan.models import PlanVersion

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
COPIES = 4
CHANNELS = (Channel.ONLINE, Channel.VISIT, Channel.PAPER, Channel.MAIL)
REPLIES = {
    Stance.AMEND: (Result.ADOPTED, "말씀대로 계획에 담겠습니다.", "주민 의견을 받아 함께하는 길을 더 적었습니다."),
    Stance.AGREE: (Result.NOTED, "고맙습니다. 준비할 때 마음에 새기겠습니다.", ""),
    Stance.OPPOSE: (Result.NOT_ADOPTED, "까닭은 알겠지만 이번 계획의 테두리를 벗어납니다.", ""),
}


def hold_inspection(dong: DemoDong, cycle: Cycle, cast: Cast, now: datetime) -> None:
    """Take opinions, group copies, answer what was answered by ``now``, and conclude when the days are over."""
    row = cycle.stage(Stage.INSPECTION)
    at, past = row.opens_at + 9 * HOUR, row.closes_at <= now
    version = inspected_version(cycle)
    if version is None:
        return
    with transaction():
        words = announcement(version)
        running.announce(version.id, words, by=cast.staff, at=row.opens_at)
    for index, (section, stance, text) in enumerate(_said(dong)):
        with transaction():
            receiving.submit_opinion(
                cycle, section=section or None, stance=Stance(stance), text=text, channel=CHANNELS[index % 4],
                wants_notice=False, once=f"demo-{cycle.id}-{index}", by=cast.staff, at=at + index * 3 * HOUR,
            )  # fmt: skip
    with transaction():
        seen = {opinion.id for opinion in opinions_on(version)} if past else {o.id for o in opinions_on(version)[:4]}
        releasing.release_clean(version, seen=seen, by=cast.staff, at=at + 2 * DAY)
    copies = [opinion.id for opinion in opinions_on(version) if opinion.text == OPINIONS[0][2]]
    with transaction():
        grouping.group_opinions(version, copies, title="어르신도 쉽게 함께하기", by=cast.chair, at=at + 3 * DAY)
    for each in bundles(opinions_on(version))[: None if past else 2]:
        _answer(each, cast, at + 4 * DAY)
    if past:
        _conclude(cycle, version, cast, row.closes_at)


def _said(dong: DemoDong) -> list[tuple[int, str, str]]:
    own = [said for said in OPINIONS if said[0] <= len(dong.items)]
    return own + [OPINIONS[0]] * COPIES


def _answer(each: Bundle, cast: Cast, at: datetime) -> None:
    result, reason, change = REPLIES[each.first.stance]
    reply = answering.Answer(result, reason, change, "총무분과")
    ids = [opinion.id for opinion in each.opinions]
    with transaction():
        if each.group is not None:
            answering.answer_group(each.group.id, reply, version=each.group.version, by=cast.chair, at=at)
        else:
            answering.answer_opinion(each.first.id, reply, version=each.first.version, by=cast.chair, at=at)
    place = each.first.plan_version.plan.place
    for step in (AnswerState.CHECKED, AnswerState.CONFIRMED):
        with transaction():
            answering.advance(ids, to=step, place=place, by=cast.staff, at=at + HOUR)


def _conclude(cycle: Cycle, version: PlanVersion, cast: Cast, at: datetime) -> None:
    with transaction():
        for item in version.plan.items[:2]:
            item.body += " 어르신도 쉽게 함께하시도록 따로 안내합니다."
    with transaction():
        running.conclude(cycle, version=version.plan.version, by=cast.chair, at=at)
