"""Rules of the draw. Pure: no Flask, no database, no clock, no randomness."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from app.council.rules.calls import FEATURE_NAMES, Quota
from app.errors import InvalidInput, RuleViolation
from app.i18n import N_


class DrawState(StrEnum):
    """Where a draw stands."""

    PREPARING = "preparing"
    FROZEN = "frozen"
    PUBLISHED = "published"
    CEREMONY = "ceremony"
    DRAWN = "drawn"
    CERTIFIED = "certified"
    ABORTED = "aborted"


MOVES: dict[DrawState, frozenset[DrawState]] = {
    DrawState.PREPARING: frozenset({DrawState.FROZEN, DrawState.ABORTED}),
    # Nobody outside has seen a frozen list that is not published: it may still be corrected.
    DrawState.FROZEN: frozenset({DrawState.PREPARING, DrawState.PUBLISHED, DrawState.ABORTED}),
    DrawState.PUBLISHED: frozenset({DrawState.CEREMONY, DrawState.ABORTED}),
    DrawState.CEREMONY: frozenset({DrawState.DRAWN, DrawState.ABORTED}),
    # What the balls have decided stands: no way leads back or out.
    DrawState.DRAWN: frozenset({DrawState.CERTIFIED}),
    DrawState.CERTIFIED: frozenset(),
    DrawState.ABORTED: frozenset(),
}

STATE_NAMES: dict[DrawState, str] = {
    DrawState.PREPARING: N_("준비하는 중"),
    DrawState.FROZEN: N_("명단을 봉함"),
    DrawState.PUBLISHED: N_("공고하는 중"),
    DrawState.CEREMONY: N_("추첨하는 중"),
    DrawState.DRAWN: N_("뽑음"),
    DrawState.CERTIFIED: N_("확정"),
    DrawState.ABORTED: N_("그만둠"),
}
PUBLIC = frozenset({DrawState.PUBLISHED, DrawState.CEREMONY, DrawState.DRAWN, DrawState.CERTIFIED, DrawState.ABORTED})
"""States in which everybody may see the draw; an aborted one only if it had been published."""
DECIDED = frozenset({DrawState.DRAWN, DrawState.CERTIFIED})


class Mode(StrEnum):
    """Which draw the ordinance prescribes (lottery.md §1)."""

    QUOTA = "quota"
    SIMPLE = "simple"
    BALLS = "balls"
    """A ball for every candidate, called one after the other: no computer chooses anybody."""


MODE_NAMES: dict[Mode, str] = {
    Mode.QUOTA: N_("구성 비율을 지키는 추첨"),
    Mode.SIMPLE: N_("모집 방법과 성별만 보는 단순 추첨"),
    Mode.BALLS: N_("후보마다 공 하나를 넣고 손으로 뽑는 단순 추첨"),
}


class Step(StrEnum):
    """Where the ceremony stands, from the public notice on."""

    ANNOUNCED = "announced"
    """Where every candidate has a ball there are no secrets to hand in: the notice stands until the day."""
    COMMITTING = "committing"
    REVEALING = "revealing"
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
    DrawState.CEREMONY: frozenset({AbortReason.DISASTER, AbortReason.WITNESSES_MISSING}),
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

DIGITS = re.compile(r"[0-9]{6}")
HEX64 = re.compile(r"[0-9a-f]{64}")
LABEL = re.compile(r"[^|=,\x00-\x1f\x7f]{1,60}")
SECRET = re.compile(r"[^|=,\x00-\x1f\x7f]{8,200}")
"""A secret shorter than this could be guessed from its hash."""


def require_move(present: DrawState, to: DrawState) -> None:
    """Refuse a step that the order of a draw does not have.

    Raises:
        RuleViolation: always when ``MOVES`` has no such step.
    """
    if to not in MOVES[present]:
        raise RuleViolation(N_("지금은 할 수 없는 일입니다. 추첨은 정해진 차례로만 나아갑니다."))


def step_of(
    state: DrawState, *, commitments_closed: bool, reveals_closed: bool, mode: Mode = Mode.QUOTA
) -> Step | None:
    """Return where the ceremony stands; None before the public notice and after an abort."""
    if state in DECIDED:
        return Step.OVER
    if mode is Mode.BALLS and state in {DrawState.PUBLISHED, DrawState.CEREMONY}:
        return Step.BALLS if state is DrawState.CEREMONY else Step.ANNOUNCED
    if state is DrawState.PUBLISHED or (state is DrawState.CEREMONY and not commitments_closed):
        return Step.COMMITTING
    if state is DrawState.CEREMONY:
        return Step.BALLS if reveals_closed else Step.REVEALING
    return None


def earliest_ceremony(published_at: datetime, notice_days: int) -> datetime:
    """Return the first instant at which the balls may be drawn: whole days after the notice, not calendar days."""
    return published_at + timedelta(days=notice_days)


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
    every candidate has a ball, everybody sees the outcome grow: the witnesses decide from the first ball on.

    Raises:
        RuleViolation: decided already; no reason of this step; the witnesses have not agreed.
    """
    if state not in ABORTABLE:
        raise RuleViolation(N_("뽑은 뒤에는 무르거나 다시 뽑을 수 없습니다."))
    if reason not in ABORTABLE[state]:
        raise RuleViolation(N_("추첨을 시작한 뒤에는 이 까닭으로 그만둘 수 없습니다."))
    if mode is Mode.BALLS and state is DrawState.CEREMONY and 2 * agreed <= witnesses:
        raise RuleViolation(
            N_(
                "공을 뽑기 시작한 뒤에는 참관인의 절반이 넘게 동의해야 그만둘 수 있습니다. 지금 %(agreed)s명이 동의했습니다."
            ),
            agreed=agreed,
        )
    if state is DrawState.CEREMONY and revealed and 2 * agreed <= witnesses:
        raise RuleViolation(
            N_(
                "비밀 문구를 연 뒤에는 참관인의 절반이 넘게 동의해야 그만둘 수 있습니다. 지금 %(agreed)s명이 동의했습니다."
            ),
            agreed=agreed,
        )


def require_mode(mode: Mode, features: Iterable[str], *, household: bool) -> None:
    """Refuse a simple draw that looks at more than track and sex.

    Raises:
        InvalidInput: other features have quotas, or only one of a home may be drawn.
    """
    if mode is not Mode.QUOTA and (household or not set(features) <= {"track", "sex"}):
        raise InvalidInput(
            N_("단순 추첨은 모집 방법과 성별만 봅니다. 구성 비율을 지키는 추첨을 고르거나 다른 줄을 지워 주세요."),
            field="mode",
        )


def require_commitment(text: str) -> str:
    """Return the SHA-256 that a witness hands in, in lower case.

    Raises:
        InvalidInput: not 64 hexadecimal digits.
    """
    found = text.strip().lower()
    if not HEX64.fullmatch(found):
        raise InvalidInput(N_("맡기는 값은 0~9와 a~f로 된 64자입니다."), field="commitment")
    return found


def require_secret(text: str) -> str:
    """Return a witness's secret.

    Raises:
        InvalidInput: shorter than 8 characters, longer than 200, or with a separator in it.
    """
    if not SECRET.fullmatch(text):
        raise InvalidInput(N_("비밀 문구는 8자에서 200자까지, | = , 없이 적습니다."), field="secret")
    return text


def require_digits(text: str) -> str:
    """Return the six digits of the balls.

    Raises:
        InvalidInput: not six digits.
    """
    found = re.sub(r"\s", "", text)
    if not DIGITS.fullmatch(found):
        raise InvalidInput(N_("공에 적힌 숫자 여섯 개를 나온 차례대로 적어 주세요."), field="digits")
    return found


def require_randomness(text: str) -> str:
    """Return the output of the public randomness that the notice named.

    Raises:
        InvalidInput: not 64 hexadecimal digits.
    """
    found = text.strip().lower()
    if not HEX64.fullmatch(found):
        raise InvalidInput(N_("공개 난수는 0~9와 a~f로 된 64자입니다."), field="randomness")
    return found


def require_called(text: str, numbers: Collection[str]) -> tuple[str, ...]:
    """Return the candidates in the order in which their balls were drawn, as the list has their numbers.

    Leading zeros may be left out; anything that is no digit parts two numbers. Every ball is drawn, down to the last, so
    that the reserves have their order, too.

    Args:
        text: what somebody typed.
        numbers: of all candidates.

    Raises:
        InvalidInput: a number that is nobody's, one twice, or one missing.
    """
    known = {number.lstrip("0"): number for number in numbers}
    typed = re.findall(r"[0-9]+", text)
    strange = next((each for each in typed if each.lstrip("0") not in known), None)
    if strange is not None:
        raise InvalidInput(N_("%(n)s번 후보는 없습니다."), field="called", n=strange)
    called = tuple(known[each.lstrip("0")] for each in typed)
    twice = next((each for each, count in Counter(called).items() if count > 1), None)
    if twice is not None:
        raise InvalidInput(N_("%(n)s번이 두 번 있습니다."), field="called", n=twice)
    missing = sorted(set(numbers) - set(called))
    if missing:
        raise InvalidInput(
            N_("공을 끝까지 뽑아 적어 주세요. 아직 %(count)s개가 없습니다: %(some)s"),
            field="called", count=len(missing), some=", ".join(missing[:5]),
        )  # fmt: skip
    return called


def differing_calls(first: Sequence[str], second: Sequence[str]) -> list[int]:
    """Return at which balls (from 1) two readings of a whole order first and last differ; empty when they are equal."""
    found = [at for at, pair in enumerate(zip(first, second, strict=True), 1) if pair[0] != pair[1]]
    return [found[0], found[-1]] if found else []


def differing_balls(first: str, second: str) -> list[int]:
    """Return at which balls (from 1) two readings differ."""
    return [at for at, pair in enumerate(zip(first, second, strict=True), 1) if pair[0] != pair[1]]


def agreed_rules(notice_days: int, vacancy_months: int, *, mode: Mode = Mode.QUOTA) -> tuple[str, ...]:
    """Return what is agreed before the draw, as it stands in the bundle: when it is given up, how seats are filled.

    Args:
        mode: with a ball for every candidate there are no secrets and no digits.
        notice_days: for how long the hash is published before.
        vacancy_months: with fewer months of the term left an empty seat stays empty.
    """
    if mode is Mode.BALLS:
        ceremony: tuple[str, ...] = (
            "추첨을 시작한 뒤에는 재난이나 참관인 부족일 때만, 참관인의 절반이 넘게 동의하면 그만둔다.",
            "후보 번호를 적은 공을 참관인 앞에서 모두 세어 넣고, 하나씩 꺼내 끝까지 부른다. 꺼낸 공은 다시 넣지 않는다.",
            "부른 차례대로 자리를 채운다. 그 사람을 앉히면 남은 사람으로 정원을 채울 수 없게 될 때만 건너뛰고 예비 순번에 둔다.",
            "두 사람이 부른 차례를 따로 적어 처음부터 끝까지 같아야 한다. 다르면 늘어놓은 공을 다시 보고 적는다.",
        )
    else:
        ceremony = (
            "추첨을 시작한 뒤에는 재난이나 참관인 부족일 때만 그만둔다. 비밀 문구를 연 뒤에는 참관인의 절반이 넘게 동의해야 한다.",
            "참관인은 비밀 문구의 SHA-256을 먼저 내고, 모두 낸 다음 비밀 문구를 공개한다. 공개하지 않은 참관인은 그 사실을 기록하고 뺀다.",
            "숫자 공은 마지막에 뽑고 두 사람이 따로 적어 같아야 한다. 기계가 고장 나면 그 공 하나만 다시 뽑는다.",
        )
    return (
        "추첨은 한 번만 한다. 결과가 마음에 들지 않는다는 이유로 다시 뽑지 않는다.",
        f"이 파일의 SHA-256을 추첨 {notice_days}일 전까지 공고한다. 공고한 뒤에는 후보자도 규칙도 바꾸지 않는다.",
        "명단이나 규칙이 틀린 것이 추첨 시작 전에 확인되면 까닭을 공개하고 그만두며, 새로 공고한 뒤에 다시 한다.",
        *ceremony,
        "나중에 자격이 없다고 밝혀진 사람은 건너뛰고 예비 순번의 다음 사람으로 채운다. 다시 추첨하지 않는다.",
        "빈자리는 생긴 순서대로, 모든 정원을 지키는 첫 예비 후보자가 채운다. 없으면 정원에서 가장 적게 벗어나는 첫 후보자가 채운다.",
        f"남은 임기가 {vacancy_months}개월이 안 되면 빈자리를 채우지 않는다.",
    )


def obstacles(
    quotas: Sequence[Quota], present: Mapping[str, Counter[str]], seats: int
) -> list[tuple[str, dict[str, object]]]:
    """Return what a person sees without a computer: sums and counts that cannot fit, as sentences with their values.

    Args:
        quotas: for the seats that are drawn.
        present: how many candidates have each value, per feature.
        seats: that are drawn.
    """
    found: list[tuple[str, dict[str, object]]] = []
    for feature in dict.fromkeys(quota.feature for quota in quotas):
        own = [quota for quota in quotas if quota.feature == feature]
        least, most = sum(quota.minimum for quota in own), sum(quota.maximum for quota in own)
        values: dict[str, object] = {"feature": FEATURE_NAMES[feature], "seats": seats, "least": least, "most": most}
        if least > seats:
            found.append((N_("%(feature)s: 최소를 더하면 %(least)s석이라 뽑을 %(seats)s석보다 많습니다."), values))
        if most < seats:
            found.append((N_("%(feature)s: 최대를 더해도 %(most)s석이라 뽑을 %(seats)s석에 모자랍니다."), values))
        found += [
            (
                N_("%(feature)s ‘%(value)s’: 적어도 %(least)s명이 있어야 하는데 후보는 %(present)s명입니다."),
                {
                    "feature": FEATURE_NAMES[feature],
                    "value": quota.value,
                    "least": quota.minimum,
                    "present": present[feature][quota.value],
                },
            )
            for quota in own
            if present[feature][quota.value] < quota.minimum
        ]
    return found
