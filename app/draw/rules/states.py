"""The states of a draw, how it moves between them, and for what reasons it is given up. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum

from app.draw.rules.ways import Mode, Way, way_of
from app.errors import RuleViolation
from app.i18n import N_


class DrawState(StrEnum):
    """Where a draw stands."""

    PREPARING = "preparing"
    FROZEN = "frozen"
    PUBLISHED = "published"
    MIXING = "mixing"
    """Where panels are drawn from: secrets and six balls decide who sits with whom."""
    MIXED = "mixed"
    """The table is being computed."""
    TABLED = "tabled"
    """The table is public, and its notice runs."""
    CEREMONY = "ceremony"
    DRAWN = "drawn"
    CERTIFIED = "certified"
    ABORTED = "aborted"


_SEALING: dict[DrawState, frozenset[DrawState]] = {
    DrawState.PREPARING: frozenset({DrawState.FROZEN, DrawState.ABORTED}),
    # Nobody outside has seen a frozen list that is not published: it may still be corrected.
    DrawState.FROZEN: frozenset({DrawState.PREPARING, DrawState.PUBLISHED, DrawState.ABORTED}),
    DrawState.CEREMONY: frozenset({DrawState.DRAWN, DrawState.ABORTED}),
    # What the balls have decided stands: no way leads back or out.
    DrawState.DRAWN: frozenset({DrawState.CERTIFIED}),
    DrawState.CERTIFIED: frozenset(),
    DrawState.ABORTED: frozenset(),
}
_AT_ONCE = _SEALING | {DrawState.PUBLISHED: frozenset({DrawState.CEREMONY, DrawState.ABORTED})}
_MIXED_BEFORE = _SEALING | {
    DrawState.PUBLISHED: frozenset({DrawState.MIXING, DrawState.ABORTED}),
    DrawState.MIXING: frozenset({DrawState.MIXED, DrawState.ABORTED}),
    DrawState.MIXED: frozenset({DrawState.TABLED, DrawState.ABORTED}),
    DrawState.TABLED: frozenset({DrawState.CEREMONY, DrawState.ABORTED}),
}


def moves_of(mode: Mode) -> dict[DrawState, frozenset[DrawState]]:
    """Return from which state a draw of this mode may go to which."""
    return _MIXED_BEFORE if way_of(mode).mixes else _AT_ONCE


STATE_NAMES: dict[DrawState, str] = {
    DrawState.PREPARING: N_("준비하는 중"),
    DrawState.FROZEN: N_("명단을 봉함"),
    DrawState.PUBLISHED: N_("공고하는 중"),
    DrawState.MIXING: N_("표를 섞는 중"),
    DrawState.MIXED: N_("표를 만드는 중"),
    DrawState.TABLED: N_("표를 공고하는 중"),
    DrawState.CEREMONY: N_("추첨하는 중"),
    DrawState.DRAWN: N_("뽑음"),
    DrawState.CERTIFIED: N_("확정"),
    DrawState.ABORTED: N_("그만둠"),
}
ANNOUNCED = frozenset({DrawState.PUBLISHED, DrawState.MIXING, DrawState.MIXED, DrawState.TABLED})
"""States in which the balls that decide are still to come."""
HELD = frozenset({DrawState.MIXING, DrawState.MIXED, DrawState.TABLED, DrawState.CEREMONY})
"""States from the first ceremony to the last ball."""
DECIDED = frozenset({DrawState.DRAWN, DrawState.CERTIFIED})


class Step(StrEnum):
    """Where the ceremony stands, from the public notice on."""

    ANNOUNCED = "announced"
    """Where every candidate has a ball there are no secrets to hand in: the notice stands until the day."""
    COMMITTING = "committing"
    REVEALING = "revealing"
    MIXING = "mixing"
    """Six balls, after the secrets, decide who sits together in the panels."""
    TABLING = "tabling"
    """The table of panels is being computed."""
    WAITING = "waiting"
    """The table is published; it stands until the day."""
    BALLS = "balls"
    OVER = "over"


class AbortReason(StrEnum):
    """Why a draw may be given up; liking or disliking its outcome is none."""

    LIST_WRONG = "list_wrong"
    RULES_WRONG = "rules_wrong"
    DISASTER = "disaster"
    WITNESSES_MISSING = "witnesses_missing"


ABORT_REASONS: dict[AbortReason, str] = {
    AbortReason.LIST_WRONG: N_("후보자 명단이 틀린 것이 확인되었습니다"),
    AbortReason.RULES_WRONG: N_("구성 비율이 조례와 다른 것이 확인되었습니다"),
    AbortReason.DISASTER: N_("재난 등으로 추첨장을 쓸 수 없습니다"),
    AbortReason.WITNESSES_MISSING: N_("참관인이 모이지 못했습니다"),
}
ABORTABLE: dict[DrawState, frozenset[AbortReason]] = {
    DrawState.PREPARING: frozenset(AbortReason),
    DrawState.FROZEN: frozenset(AbortReason),
    DrawState.PUBLISHED: frozenset(AbortReason),
    # On the day the list and the rules have stood for a week: only what keeps the ceremony from being held counts.
    **dict.fromkeys(HELD, frozenset({AbortReason.DISASTER, AbortReason.WITNESSES_MISSING})),
}


class EventKind(StrEnum):
    """Why somebody leaves the list of the drawn or of the reserves (`voting.lottery.verify.replacement.KINDS`)."""

    VACANT = "vacant"
    REFUSED = "refused"
    INELIGIBLE = "ineligible"
    UNFILLED = "unfilled"


EVENT_NAMES: dict[EventKind, str] = {
    EventKind.VACANT: N_("그만둠"),
    EventKind.REFUSED: N_("사양함"),
    EventKind.INELIGIBLE: N_("자격이 없음"),
    EventKind.UNFILLED: N_("그만둠, 채우지 않음"),
}


def require_move(present: DrawState, to: DrawState, *, mode: Mode) -> None:
    """Refuse a step that the order of a draw does not have.

    Raises:
        RuleViolation: always when `moves_of` has no such step.
    """
    if to not in moves_of(mode).get(present, frozenset()):
        raise RuleViolation(N_("지금은 할 수 없는 일입니다. 추첨은 정해진 차례로만 나아갑니다."))


def opening_state(way: Way) -> DrawState:
    """Return the state in which witnesses exchange their secrets: the first ceremony of a draw of this way."""
    return DrawState.MIXING if way.mixes else DrawState.CEREMONY


def step_of(
    state: DrawState, *, commitments_closed: bool, reveals_closed: bool, mode: Mode = Mode.QUOTA
) -> Step | None:
    """Return where the ceremony stands; None before the public notice and after an abort."""
    way = way_of(mode)
    fixed = {
        **dict.fromkeys(DECIDED, Step.OVER),
        DrawState.MIXED: Step.TABLING,
        DrawState.TABLED: Step.WAITING,
        DrawState.PUBLISHED: Step.COMMITTING if way.has_secrets else Step.ANNOUNCED,
    }
    if state in fixed:
        return fixed[state]
    if way.has_secrets and state is opening_state(way):
        if not commitments_closed:
            return Step.COMMITTING
        if not reveals_closed:
            return Step.REVEALING
        return Step.MIXING if way.mixes else Step.BALLS
    return Step.BALLS if state is DrawState.CEREMONY else None


def earliest_ceremony(published_at: datetime, notice_days: int) -> datetime:
    """Return the first instant at which the balls may be drawn: whole days after the notice, not calendar days."""
    return published_at + timedelta(days=notice_days)


def earliest_pick(mixes_at: datetime, notice_days: int) -> datetime:
    """Return for when the pick of a panel may be announced at the earliest.

    A day more than the notice, so that a mixing which takes the afternoon still leaves the table its whole notice.
    """
    return mixes_at + timedelta(days=notice_days + 1)


def require_notice(published_at: datetime, notice_days: int, at: datetime) -> None:
    """Refuse to begin before the notice has stood long enough.

    Raises:
        RuleViolation: too early.
    """
    if at < earliest_ceremony(published_at, notice_days):
        raise RuleViolation(N_("공고한 지 %(days)s일이 지나야 추첨할 수 있습니다."), days=notice_days)


def require_abortable(
    state: DrawState, reason: AbortReason, *, revealed: int, witnesses: int, agreed: int, mode: Mode = Mode.QUOTA
) -> None:
    """Refuse to give up a draw without a reason that counts.

    Once a secret is open the organiser could compute what each ball would bring, so from then on the witnesses decide:
    more than half of them must have agreed in their own sessions. After the balls nobody can (security.md T59). Where
    every candidate has a ball, everybody sees the outcome grow: the witnesses decide from the first ball on. Where
    panels are mixed before, the secrets are open from then on: nobody mixes again until the table pleases.

    Raises:
        RuleViolation: decided already; no reason of this step; the witnesses have not agreed.
    """
    if state not in ABORTABLE:
        raise RuleViolation(N_("뽑은 뒤에는 무르거나 다시 뽑을 수 없습니다."))
    if reason not in ABORTABLE[state]:
        raise RuleViolation(N_("추첨을 시작한 뒤에는 이 까닭으로 그만둘 수 없습니다."))
    if not way_of(mode).has_secrets and state in HELD and 2 * agreed <= witnesses:
        raise RuleViolation(
            N_(
                "공을 뽑기 시작한 뒤에는 참관인의 절반이 넘게 동의해야 그만둘 수 있습니다. 지금 %(agreed)s명이 동의했습니다."
            ),
            agreed=agreed,
        )
    if state in HELD and revealed and 2 * agreed <= witnesses:
        raise RuleViolation(
            N_(
                "비밀 문구를 연 뒤에는 참관인의 절반이 넘게 동의해야 그만둘 수 있습니다. 지금 %(agreed)s명이 동의했습니다."
            ),
            agreed=agreed,
        )
