"""The rules of the assembly day: every step tried, every count at its edge."""

import itertools
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from app.assembly.floor.rules import deciding, minutes, order, speaking, states
from app.assembly.floor.rules.deciding import Basis, Decision, Outcome
from app.assembly.floor.rules.states import DayState, ItemKind, ItemState, SpeakerRole, WordState
from app.assembly.floor.rules.taking_part import TakingPart, require_quorum
from app.assembly.rules.ballots import BallotLine
from app.assembly.rules.papers import require_possible
from app.errors import InvalidInput, RuleViolation
from app.places.settings.kinds import Threshold

AT = datetime(2026, 7, 1, 5, 0, tzinfo=UTC)
MAJORITY = Threshold(Fraction(1, 2), more_than=True)
TABLES: list[tuple[type, Mapping, Callable]] = [
    (DayState, states.DAY_MOVES, states.require_day_move),
    (ItemState, states.ITEM_MOVES, states.require_item_move),
    (WordState, states.WORD_MOVES, states.require_word_move),
]
LISTED = {
    (DayState.PLANNED, DayState.DOORS),
    (DayState.PLANNED, DayState.CANCELLED),
    (DayState.DOORS, DayState.IN_SESSION),
    (DayState.DOORS, DayState.FAILED),
    (DayState.IN_SESSION, DayState.RECESS),
    (DayState.IN_SESSION, DayState.CLOSED),
    (DayState.RECESS, DayState.IN_SESSION),
    (DayState.RECESS, DayState.CLOSED),
    (DayState.CLOSED, DayState.MINUTED),
    (ItemState.WAITING, ItemState.OPEN),
    (ItemState.WAITING, ItemState.DEFERRED),
    (ItemState.OPEN, ItemState.DONE),
    (ItemState.OPEN, ItemState.DEFERRED),
    (WordState.ASKED, WordState.SPEAKING),
    (WordState.ASKED, WordState.WITHDRAWN),
    (WordState.ASKED, WordState.PASSED),
    (WordState.ASKED, WordState.UNHEARD),
    (WordState.SPEAKING, WordState.SPOKEN),
    (WordState.WITHDRAWN, WordState.ASKED),
    (WordState.PASSED, WordState.ASKED),
}


@pytest.mark.parametrize(("kind", "table", "require"), TABLES)
def test_exactly_the_listed_steps_are_possible(kind: type, table: Mapping, require: Callable):
    assert set(table) == set(kind)
    for now, new in itertools.product(kind, repeat=2):
        if (now, new) in LISTED:
            require(now, new)
        else:
            with pytest.raises(RuleViolation):
                require(now, new)


def taking_part(**values: int | bool) -> TakingPart:
    known = {"present": 0, "came": 0, "fresh": 0, "guests": 0, "advance": 0, "known": 0, "needed": 10}
    return TakingPart(**{**known, "counts_advance": True, **values})


def test_who_voted_before_and_comes_is_counted_once():
    # 20 voted and are known; of the 15 who came, 5 are among them.
    assert taking_part(present=15, came=15, fresh=10, advance=20, known=20).counted == 30


def test_a_voter_whom_nobody_knows_is_never_counted_twice():
    # The 20 may be the very 15 in the hall: there are at least 20.
    assert taking_part(present=15, came=15, fresh=15, advance=20, known=0).counted == 20
    assert taking_part(present=25, came=25, fresh=15, advance=20, known=0).counted == 25


def test_there_are_never_more_than_all_of_them():
    for advance, came in itertools.product(range(6), repeat=2):
        for both in range(min(advance, came) + 1):
            for known in range(advance + 1):
                # However many of those in the hall are recognised as voters, at least ``both - (advance - known)`` are.
                for recognised in range(max(0, both - (advance - known)), min(both, known) + 1):
                    fresh = came - recognised
                    counted = taking_part(came=came, fresh=fresh, advance=advance, known=known).counted
                    if known == advance:
                        assert counted == advance + came - both
                    assert counted >= max(advance, came)


def test_where_only_the_hall_counts_those_who_left_do_not():
    part = taking_part(present=9, came=12, advance=300, known=300, counts_advance=False)
    assert (part.counted, part.is_met, part.missing) == (9, False, 1)
    with pytest.raises(RuleViolation):
        require_quorum(part)
    require_quorum(taking_part(present=10, came=12, counts_advance=False))


def asked(number: int, minute: int, spoken: int = 0) -> speaking.Waiting:
    return speaking.Waiting(number, AT + timedelta(minutes=minute), spoken)


def test_first_time_speakers_go_first_and_then_who_asked_first():
    rows = [asked(1, 0, spoken=1), asked(2, 2), asked(3, 1), asked(4, 0, spoken=3)]
    assert [one.id for one in speaking.in_order(rows, first_timers_first=True)] == [3, 2, 1, 4]
    assert [one.id for one in speaking.in_order(rows, first_timers_first=False)] == [1, 4, 3, 2]


def test_the_time_of_a_speaker_runs_out_and_not_below():
    assert speaking.seconds_left(AT, 3, AT + timedelta(seconds=61)) == 119
    assert speaking.seconds_left(AT, 3, AT + timedelta(minutes=9)) == 0


@pytest.mark.parametrize(
    ("yes", "no", "present", "basis", "outcome", "needed"),
    [
        (6, 5, 30, Basis.VOTES, Outcome.ADOPTED, 6),
        (5, 5, 30, Basis.VOTES, Outcome.REJECTED, 6),
        (0, 0, 30, Basis.VOTES, Outcome.REJECTED, 1),
        (15, 0, 30, Basis.PRESENT, Outcome.REJECTED, 16),
        (16, 14, 30, Basis.PRESENT, Outcome.ADOPTED, 16),
    ],
)
def test_raised_cards_decide_by_the_rule_of_the_item(
    yes: int, no: int, present: int, basis: Basis, outcome: Outcome, needed: int
):
    count = deciding.hands(yes=yes, no=no, abstained=3)
    found = deciding.decide_hands(count, basis=basis, threshold=MAJORITY, present=present)
    assert (found.outcome, found.needed) == (outcome, needed)


@pytest.mark.parametrize(
    ("votes", "seats", "decision"),
    [
        ([5, 9, 1], 1, Decision(Outcome.CHOSEN, chosen=(1,))),
        ([5, 9, 1], 2, Decision(Outcome.CHOSEN, chosen=(0, 1))),
        ([5, 5, 1], 1, Decision(Outcome.TIED, tied=(0, 1))),
        ([9, 5, 5], 2, Decision(Outcome.TIED, chosen=(0,), tied=(1, 2))),
        ([5, 5, 1], 2, Decision(Outcome.CHOSEN, chosen=(0, 1))),
        ([0, 0, 0], 1, Decision(Outcome.REJECTED)),
        ([0, 4, 0], 2, Decision(Outcome.CHOSEN, chosen=(1,))),
    ],
)
def test_the_most_stickers_win_and_a_tie_for_the_last_place_is_counted_again(
    votes: list[int], seats: int, decision: Decision
):
    assert deciding.decide_stickers(votes, seats=seats) == decision


def test_counts_that_cannot_be_are_refused():
    form, lines = deciding.form_of(ItemKind.STICKER, 1), deciding.lines_of(ItemKind.STICKER, "", ["가", "나"])
    require_possible(form, lines, deciding.stickers(5, [3, 2]))
    with pytest.raises(InvalidInput):
        require_possible(form, lines, deciding.stickers(5, [3, 3]))
    with pytest.raises(InvalidInput):
        deciding.require_in_hall(deciding.hands(yes=5, no=4, abstained=2), 10)
    deciding.require_in_hall(deciding.hands(yes=5, no=4, abstained=1), 10)


@pytest.mark.parametrize(
    ("options", "seats", "picks", "field"),
    [
        (("가",), 1, 1, "options"),
        (("가", "가"), 1, 1, "options"),
        (("가", "나" * 81), 1, 1, "options"),
        (("가", "나"), 2, 1, "seats"),
        (("가", "나"), 1, 3, "picks"),
    ],
)
def test_a_board_that_decides_nothing_is_refused(options: tuple[str, ...], seats: int, picks: int, field: str):
    with pytest.raises(InvalidInput) as refusal:
        deciding.require_options(ItemKind.STICKER, options, seats=seats, picks=picks)
    assert refusal.value.field == field


def test_the_order_is_drafted_from_the_ballot():
    lines = [BallotLine(7, 1, "꽃길", 3_000_000), BallotLine(9, 2, "쉼터", 4_000_000)]
    items = order.drafted(2026, lines, has_last_year=True)
    assert [item.plan_item_id for item in items if item.kind is ItemKind.DELIBERATION] == [7, 9]
    assert [item.kind for item in items][-3:] == [ItemKind.VOTE, ItemKind.HANDS, ItemKind.FREE]
    assert len(order.drafted(2026, lines, has_last_year=False)) == len(items) - 1


def test_an_item_changes_places_with_its_neighbour_and_stops_at_the_ends():
    assert order.moved([1, 2, 3], 2, up=True) == [2, 1, 3]
    assert order.moved([1, 2, 3], 2, up=False) == [1, 3, 2]
    assert order.moved([1, 2, 3], 1, up=True) == [1, 2, 3]
    assert order.moved([1, 2, 3], 3, up=False) == [1, 2, 3]


def test_the_draft_says_what_happened_and_names_only_who_wanted_it():
    item = minutes.ItemFacts(
        number=4, kind=ItemKind.HANDS, title="규약을 고치는 안", state=ItemState.DONE, opened_at=AT,
        closed_at=AT + timedelta(minutes=20),
        speakers=[
            minutes.Spoke(SpeakerRole.RESIDENT, "", AT + timedelta(minutes=3)),
            minutes.Spoke(SpeakerRole.COUNCIL, "느티나무", AT + timedelta(minutes=7)),
        ],
        unheard=2, counts=[minutes.Counted([("찬성", 31), ("반대", 4), ("기권", 2)], "ab" * 32)], needed=18,
        outcome=Outcome.ADOPTED, chosen=[], text="다음 달부터 쓴다.",
    )  # fmt: skip
    put_off = minutes.ItemFacts(
        number=5, kind=ItemKind.FREE, title="자유 발언", state=ItemState.DEFERRED, opened_at=None, closed_at=None,
        speakers=[], unheard=0, counts=[], needed=0, outcome=Outcome.DEFERRED, chosen=[], text="",
    )  # fmt: skip
    day = minutes.DayFacts(
        title="2026년 한마당동 주민총회", place="한마당동", where="대강당", legal_basis="조례 제15조", opened_at=AT,
        closed_at=AT + timedelta(hours=1), pauses=[(AT + timedelta(minutes=30), AT + timedelta(minutes=40))], came=37,
        guests=3, advance=210, counted=240, needed=150, counts_advance=True, items=[item, put_off],
    )  # fmt: skip
    text = minutes.drafted(day)
    for said in (
        "일시: 2026. 7. 1.(수) 오후 2:00 ~ 오후 3:00", "투표할 수 있는 주민 37명, 손님 3명", "사전 참여: 문을 열 때까지 투표한 주민 210명",
        "참여한 주민 240명, 필요한 수 150명 (근거: 조례 제15조)", "쉬는 시간: 오후 2:30 ~ 오후 2:40",
        "오후 2:03 주민 발언", "느티나무(주민자치회 위원) 발언", "듣지 못한 사람 2명", "찬성 31, 반대 4, 기권 2",
        "abababababab", "결정: 가결 (필요한 찬성 18)", "다음 달부터 쓴다.", "다루지 않고 다음으로 미루었다.",
    ):  # fmt: skip
        assert said in text
    assert "다음으로 미룸" not in text
    minutes.require_minutes(text)
    with pytest.raises(InvalidInput):
        minutes.require_minutes("짧은 글")
