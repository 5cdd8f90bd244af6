"""Lets neighbours of the demonstration talk about agendas, and meet live."""

from datetime import datetime, timedelta

from sqlalchemy import select

from app.agenda.models import Proposal
from app.agenda.rules import Field, MeetingKind
from app.agenda.services import meeting as calling
from app.agenda.services.proposing import Words
from app.cycle.models import Cycle
from app.cycle.rules import Stage
from app.db.session import session, transaction
from app.deliberation.models import Statement
from app.deliberation.rules import Access, Answer, Visibility
from app.deliberation.voice import Voice
from app.demo.people import Cast
from app.discussion.rules import OPEN_STATES, Side
from app.discussion.rules.live import Idea
from app.discussion.services import live, outcomes, words
from app.people.models import Person

HOUR = timedelta(hours=1)
THOUGHTS: tuple[tuple[Side, str, int], ...] = (
    (Side.FOR, "이웃이 한 번이라도 더 만나는 일이라 좋습니다.", 5),
    (Side.FOR, "돈이 많이 들지 않고 바로 할 수 있습니다.", 3),
    (Side.FACT, "비슷한 일을 옆 동네에서 재작년에 했습니다.", 4),
    (Side.FACT, "다 만든 뒤에는 누가 돌보나요?", 6),
    (Side.WORRY, "한 해만 하고 그만둘까 걱정됩니다.", 4),
)
REMARKS = (
    "저는 지난해에 비슷한 것을 보았는데 겨울에 관리가 어려웠습니다. 계절을 생각해 주세요.",
    "경로당에서도 함께하고 싶어 합니다. 모임 날짜를 미리 알려 주세요.",
)
SEEDS = (
    "골목마다 앉아 쉴 의자를 놓자.",
    "마을버스를 저녁에도 다니게 하자.",
    "작은 도서관을 밤까지 열자.",
    "빈집을 함께 쓰는 곳으로 고치자.",
)
SHARES = (8, 6, 5, 4)
"""Of ten who answer, so many agree with each statement."""


def let_neighbours_talk(cycle: Cycle, cast: Cast, residents: list[Person], now: datetime) -> None:
    """Add thoughts, comments and one meeting held live to a year, after its agendas have been gathered."""
    row = cycle.stage(Stage.DISCOVERY)
    if row.opens_at > now or len(residents) < 6:  # noqa: PLR2004 - a handful must be there to talk
        return
    at = row.opens_at + 20 * HOUR
    proposals = session().scalars(
        select(Proposal).where(Proposal.cycle_id == cycle.id, Proposal.state.in_(OPEN_STATES)).order_by(Proposal.id)
    )
    for proposal in list(proposals)[:2]:
        _talk_about(proposal, residents, at)
    if row.opens_at < now < row.closes_at:
        _meet(cycle, cast, residents, at + 24 * HOUR)


def _talk_about(proposal: Proposal, residents: list[Person], at: datetime) -> None:
    if proposal.cycle.is_over:
        return
    for index, (side, text, supporters) in enumerate(THOUGHTS):
        with transaction():
            thought = words.add_argument(
                proposal.id, side=side, text=text, once=f"demo-{proposal.id}-{index}", by=residents[index % 5], at=at
            )
        for neighbour in residents[1 : 1 + supporters]:
            with transaction():
                words.support_argument(thought.id, by=neighbour, at=at + HOUR)
    answered: int | None = None
    for index, text in enumerate(REMARKS):
        with transaction():
            answered = words.write_comment(
                proposal.id, text=text, answers_id=answered, once=f"demo-{proposal.id}-{index}",
                by=residents[2 + index], at=at + (2 + index) * HOUR,
            ).id  # fmt: skip


def _meet(cycle: Cycle, cast: Cast, residents: list[Person], at: datetime) -> None:
    """Hold a discussion of the hundred: forty phones, two tables, one agenda with its evidence."""
    with transaction():
        meeting = calling.call_meeting(
            cycle.place, cycle, [], title=f"{cycle.place.name} 100인 토론회", where="주민센터 강당", offices="",
            starts_at=at + HOUR, once=f"demo-forum-{cycle.id}", kind=MeetingKind.FORUM, by=cast.chair, at=at,
        )  # fmt: skip
    at += HOUR
    with transaction():
        room = live.open_room(
            meeting.id, list(SEEDS), access=Access.ANYONE, visibility=Visibility.OPEN, tables=2,
            code=f"DEM{cycle.id:03}"[:6], by=cast.chair, at=at,
        )  # fmt: skip
    statements = list(
        session().scalars(select(Statement).where(Statement.round_id == room.round_id).order_by(Statement.number))
    )
    for statement, share in zip(statements, SHARES, strict=True):
        with transaction():
            live.put_statement(room, statement.id, by=cast.chair, at=at)
        for phone in range(40):
            value = Answer.AGREE if phone % 10 < share else (Answer.WORRY if phone % 2 else Answer.UNSURE)
            voice = Voice(device=f"demo-{cycle.id}-{phone}", address=f"demo-{phone}")
            with transaction():
                live.answer(room, statement.id, value, voice=voice, at=at)
        at += timedelta(minutes=10)
    with transaction():
        outcomes.enter_tables(
            meeting.id, {1: 22, 2: 18},
            {1: [Idea("의자는 그늘 아래에", 14), Idea("겨울에는 방석을", 6)], 2: [Idea("버스는 밤 아홉 시까지", 11)]},
            version=room.version, by=cast.chair, at=at,
        )  # fmt: skip
    with transaction():
        live.end_room(meeting.id, by=cast.chair, at=at)
    what = Words(
        "골목마다 쉬어 갈 의자 놓기", "100인 토론회에서 가장 많은 이웃이 뜻을 같이했습니다. 그늘이 있는 곳부터 놓습니다.",
        Field.FACILITIES, "",
    )  # fmt: skip
    with transaction():
        outcomes.make_agenda(
            meeting.id,
            what,
            statement_ids=[statements[0].id],
            idea_ids=[],
            once=f"demo-{cycle.id}",
            by=cast.chair,
            at=at,
        )
    with transaction():
        outcome = {topic.id: "분과에서 비용을 셈해 계획에 담기로 함" for topic in meeting.topics}
        calling.minute_meeting(
            meeting.id, attendance=40, minutes="마흔 명이 모여 네 문장에 답하고, 두 모둠에서 이야기를 나누었습니다.",
            outcomes=outcome, version=meeting.version, by=cast.chair, at=at + HOUR,
        )  # fmt: skip
