"""The opinion round of the demonstration: believable statements, some two hundred made-up voices in three moods."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.agenda.models import Proposal
from app.clock import kst_date, kst_midnight
from app.cycle.models import Cycle
from app.cycle.rules import Stage
from app.db.session import session, transaction
from app.deliberation.models import OpinionRound, Statement
from app.deliberation.rules import Access, Answer, Reason, StatementState, Visibility
from app.deliberation.services import (
    analysing,
    answering,
    closing,
    moderating,
    preparing,
    stating,
    taking_part,
    workbench,
)
from app.deliberation.voice import Voice
from app.demo.people import Cast
from app.people.models import Person

DAY = timedelta(days=1)
VOICES = 200
AT_ONCE = 25
PURPOSE = "올해 마을계획에 담을 걷기 좋은 골목길 사업을 함께 찾습니다. 뜻이 모인 의견은 의제로 올리고, 나뉜 의견은 골목회의에서 더 이야기합니다."
CONCLUSION = (
    "이백 명 남짓이 답해 주셨습니다. 그늘에서 쉴 자리와 밤길의 등은 거의 모두가 바라므로 의제로 올려 부서 검토를 받습니다.\n\n"
    "차 없는 날과 길가 주차는 뜻이 나뉘었습니다. 어느 쪽도 밀어붙이지 않고 가게와 주민이 함께하는 골목회의에서 더 이야기합니다."
)


@dataclass(frozen=True)
class Said:
    """A statement and how likely the three moods agree, each in percent: walkers, shopkeepers and drivers, the young."""

    text: str
    moods: tuple[int, int, int]
    unsure: int = 8


SEEDS = (
    Said("어르신이 쉬어 갈 그늘 의자를 백 걸음마다 놓자.", (96, 88, 90)),
    Said("밤에 어두운 골목부터 등을 밝게 바꾸자.", (95, 92, 94)),
    Said("토요일 오후에는 가운데 길을 차 없는 길로 하자.", (88, 14, 66)),
    Said("길가 주차를 줄이고 걷는 자리를 넓히자.", (86, 12, 48)),
    Said("학교 앞 길은 아침저녁으로 차를 막자.", (82, 34, 71)),
    Said("가게 앞에 짐을 내릴 자리를 먼저 정하자.", (46, 93, 52)),
)
ADDED = (
    Said("빈 화분보다 나무를 심어 그늘을 만들자.", (90, 78, 86)),
    Said("비 오는 날 미끄러운 바닥돌을 먼저 고치자.", (94, 90, 85)),
    Said("골목 이름을 주민이 짓고 작은 표지판을 달자.", (58, 40, 84), 15),
    Said("동아리가 돌아가며 골목 화단을 맡아 돌보자.", (80, 55, 62)),
    Said("공영주차장 요금을 낮춰 길가 주차를 옮기자.", (60, 81, 55), 12),
    Said("전동 킥보드는 정한 자리에만 세우게 하자.", (91, 86, 64)),
    Said("거버넌스형 가로환경 거점을 인큐베이팅하자.", (20, 18, 24), 62),
    Said("막다른 골목 끝에 동네 책장을 두자.", (70, 44, 88), 10),
)


def hold_round(cycle: Cycle, cast: Cast, residents: list[Person], now: datetime) -> None:
    """Play the round of a dong's discovery stage: open while the stage runs, concluded once it is over."""
    row = cycle.stage(Stage.DISCOVERY)
    opens_at = row.opens_at + DAY + timedelta(hours=1)
    is_over = row.closes_at <= now
    closes_at = row.closes_at - 8 * DAY if is_over else kst_midnight(kst_date(now)) + 9 * DAY
    found = _open(cycle, cast, opens_at, closes_at)
    texts = {said.text: said for said in (*SEEDS, *ADDED)}
    _add(found, cast, residents, opens_at + timedelta(hours=6))
    # Where people answer nearly everything, the groups hold; where they answer half, the page says that they do not.
    _answer(found, texts, residents, opens_at + DAY, fewest=11 if is_over else 8)
    if is_over:
        _finish(found, cast, closes_at)
    else:
        with transaction():
            stating.submit_statement(
                found.id,
                "약국 앞 건널목의 신호를 길게 하자.",
                once="demo-late",
                voice=Voice(residents[-1]),
                at=now - timedelta(hours=3),
            )
        given = analysing.read_live(found.id)
        analysis = analysing.compute(given)
        with transaction():
            analysing.store_live(found.id, given, analysis, at=now)


def _open(cycle: Cycle, cast: Cast, opens_at: datetime, closes_at: datetime) -> OpinionRound:
    terms = preparing.Terms(
        title="우리 골목, 어떻게 걷고 싶나요?",
        purpose=PURPOSE,
        visibility=Visibility.AFTER_ANSWERS,
        access=Access.ANYONE,
        is_led=False,
        closes_at=closes_at,
    )
    with transaction():
        found = preparing.prepare_round(
            cycle, terms, [said.text for said in SEEDS], once=f"demo-{cycle.id}", by=cast.chair, at=opens_at
        )
    with transaction():
        preparing.open_round(found.id, by=cast.chair, at=opens_at)
    return found


def _add(found: OpinionRound, cast: Cast, residents: list[Person], at: datetime) -> None:
    """Let residents add statements; the chair looks through them and turns one down for a published reason."""
    for index, said in enumerate((*ADDED, Said("구청은 왜 아무것도 안 하나, 말만 하고!", (0, 0, 0)))):
        with transaction():
            made = stating.submit_statement(
                found.id, said.text, once=f"demo-{index}", voice=Voice(residents[index % len(residents)]), at=at
            )
        with transaction():
            if index < len(ADDED):
                moderating.publish(made.id, version=made.version, by=cast.chair, at=at + timedelta(hours=5))
            else:
                moderating.reject(
                    made.id, reason=Reason.UNCLEAR, note="바라는 것을 한 문장으로 적어 주시면 올리겠습니다.",
                    version=made.version, by=cast.chair, at=at + timedelta(hours=5),
                )  # fmt: skip


def _answer(found: OpinionRound, texts: dict[str, Said], residents: list[Person], at: datetime, *, fewest: int) -> None:
    """Let everybody answer most statements; the moods are as large as in a small town, the dice are loaded the same way."""
    dice = random.Random(found.place.slug)  # noqa: S311 - made-up voices, the same in every demonstration
    statements = [(row.id, texts[row.text]) for row in _shown(found)]
    for first in range(0, VOICES, AT_ONCE):
        with transaction():
            for index in range(first, min(first + AT_ONCE, VOICES)):
                mood = dice.choices((0, 1, 2), (5, 3, 3))[0]
                voice = Voice(residents[index]) if index < len(residents) else Voice(device=f"demo-{found.id}-{index}")
                participant = taking_part.join(found, voice, at=at)
                for statement_id, said in dice.sample(statements, k=dice.randint(fewest, len(statements))):
                    answering.put(found, participant, statement_id, _draw(dice, said, mood), at=at)
                at += timedelta(minutes=7)


def _draw(dice: random.Random, said: Said, mood: int) -> Answer:
    if dice.randrange(100) < said.unsure:
        return Answer.UNSURE
    return Answer.AGREE if dice.randrange(100) < said.moods[mood] else Answer.WORRY


def _finish(found: OpinionRound, cast: Cast, closes_at: datetime) -> None:
    round_id = found.id
    with transaction():
        closing.close_round(round_id, by=None, at=closes_at)
    with transaction():
        analysing.prepare_final(round_id, at=closes_at)
    given = analysing.read_final(round_id)
    analysis = analysing.compute(given)
    with transaction():
        analysing.store_final(round_id, given, analysis, at=closes_at)
    proposal = session().query(Proposal).filter_by(cycle_id=found.cycle_id).order_by(Proposal.id).first()
    if proposal is not None:
        with transaction():
            workbench.link_proposal(_shown(found)[0].id, proposal.id, by=cast.chair, at=closes_at + DAY)
    with transaction():
        version = session().get_one(OpinionRound, round_id).version
        closing.conclude_round(round_id, CONCLUSION, version=version, by=cast.chair, at=closes_at + DAY)


def _shown(found: OpinionRound) -> list[Statement]:
    return (
        session()
        .query(Statement)
        .filter_by(round_id=found.id, state=StatementState.PUBLISHED)
        .order_by(Statement.number)
        .all()
    )
