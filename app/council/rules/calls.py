"""Rules of open calls and applications. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from app.errors import InvalidInput, RuleViolation
from app.i18n import N_


class CallKind(StrEnum):
    """What a call is for."""

    FULL = "full"
    """All seats of a coming term."""
    SUPPLEMENT = "supplement"
    """The empty seats of a running term."""


CALL_KIND_NAMES: dict[CallKind, str] = {
    CallKind.FULL: N_("새 임기 위원 모집"),
    CallKind.SUPPLEMENT: N_("빈자리 위원 모집"),
}


class CallState(StrEnum):
    """Where a call stands; whether applications come in is a matter of its days (`OpenCall.is_open`)."""

    DRAFT = "draft"
    ANNOUNCED = "announced"
    FROZEN = "frozen"
    """The list of candidates is final and published for the draw."""
    DRAWN = "drawn"
    CONCLUDED = "concluded"
    """Everybody who was drawn is appointed, or has declined."""
    CANCELLED = "cancelled"


CALL_MOVES: dict[CallState, frozenset[CallState]] = {
    CallState.DRAFT: frozenset({CallState.ANNOUNCED, CallState.CANCELLED}),
    CallState.ANNOUNCED: frozenset({CallState.FROZEN, CallState.CANCELLED}),
    # An upheld objection to the frozen list opens it again (before the draw only).
    CallState.FROZEN: frozenset({CallState.ANNOUNCED, CallState.DRAWN, CallState.CANCELLED}),
    CallState.DRAWN: frozenset({CallState.CONCLUDED}),
    CallState.CONCLUDED: frozenset(),
    CallState.CANCELLED: frozenset(),
}

CALL_STATE_NAMES: dict[CallState, str] = {
    CallState.DRAFT: N_("준비"),
    CallState.ANNOUNCED: N_("모집"),
    CallState.FROZEN: N_("후보 확정"),
    CallState.DRAWN: N_("추첨함"),
    CallState.CONCLUDED: N_("위촉함"),
    CallState.CANCELLED: N_("취소함"),
}


class ApplicationState(StrEnum):
    """Where an application stands."""

    RECEIVED = "received"
    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    WITHDRAWN = "withdrawn"
    SELECTED = "selected"
    RESERVE = "reserve"
    APPOINTED = "appointed"
    DECLINED = "declined"
    """Was drawn or asked as a reserve, and does not want the seat."""
    EXPIRED = "expired"
    """Was a reserve until the term ended, or the pool was closed."""


APPLICATION_MOVES: dict[ApplicationState, frozenset[ApplicationState]] = {
    ApplicationState.RECEIVED: frozenset(
        {ApplicationState.ELIGIBLE, ApplicationState.INELIGIBLE, ApplicationState.WITHDRAWN}
    ),
    ApplicationState.ELIGIBLE: frozenset(
        {
            ApplicationState.INELIGIBLE,
            ApplicationState.WITHDRAWN,
            ApplicationState.SELECTED,
            ApplicationState.RESERVE,
        }
    ),
    ApplicationState.INELIGIBLE: frozenset({ApplicationState.ELIGIBLE, ApplicationState.WITHDRAWN}),
    # Who took it back may apply again while the call is open; the number stays.
    ApplicationState.WITHDRAWN: frozenset({ApplicationState.RECEIVED}),
    ApplicationState.SELECTED: frozenset(
        {ApplicationState.APPOINTED, ApplicationState.DECLINED, ApplicationState.INELIGIBLE}
    ),
    ApplicationState.RESERVE: frozenset(
        {
            ApplicationState.SELECTED,
            ApplicationState.DECLINED,
            ApplicationState.INELIGIBLE,
            ApplicationState.EXPIRED,
        }
    ),
    ApplicationState.APPOINTED: frozenset(),
    ApplicationState.DECLINED: frozenset(),
    ApplicationState.EXPIRED: frozenset(),
}

APPLICATION_STATE_NAMES: dict[ApplicationState, str] = {
    ApplicationState.RECEIVED: N_("확인 중"),
    ApplicationState.ELIGIBLE: N_("후보"),
    ApplicationState.INELIGIBLE: N_("자격 없음"),
    ApplicationState.WITHDRAWN: N_("거둠"),
    ApplicationState.SELECTED: N_("뽑힘"),
    ApplicationState.RESERVE: N_("예비자"),
    ApplicationState.APPOINTED: N_("위촉"),
    ApplicationState.DECLINED: N_("사양"),
    ApplicationState.EXPIRED: N_("예비 기간 끝남"),
}
IN_THE_POOL = frozenset({ApplicationState.RECEIVED, ApplicationState.ELIGIBLE})
"""Applications that may still become a candidate of the draw."""


class Channel(StrEnum):
    """How an application came in."""

    ONLINE = "online"
    VISIT = "visit"
    """Typed in at the community centre from paper or by word of mouth."""


CHANNEL_NAMES: dict[Channel, str] = {Channel.ONLINE: N_("온라인"), Channel.VISIT: N_("방문")}


class ObjectionState(StrEnum):
    """Where an objection (이의) stands."""

    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


OBJECTION_STATE_NAMES: dict[ObjectionState, str] = {
    ObjectionState.OPEN: N_("살펴보는 중"),
    ObjectionState.UPHELD: N_("받아들임"),
    ObjectionState.DISMISSED: N_("받아들이지 않음"),
}


class Document(StrEnum):
    """A paper that a clerk looks at. It is never kept: only that it was seen, by whom and when."""

    IDENTITY = "identity"
    RESIDENCE = "residence"
    EMPLOYMENT = "employment"
    MEMBERSHIP = "membership"
    RECOMMENDATION = "recommendation"
    TAX = "tax"
    TRAINING = "training"


DOCUMENT_NAMES: dict[Document, str] = {
    Document.IDENTITY: N_("신분증"),
    Document.RESIDENCE: N_("주민등록 등·초본 또는 영주증"),
    Document.EMPLOYMENT: N_("재직 증명서 또는 사업자등록증"),
    Document.MEMBERSHIP: N_("재학·소속 증명서"),
    Document.RECOMMENDATION: N_("단체 추천서"),
    Document.TAX: N_("지방세 납세 증명서"),
    Document.TRAINING: N_("주민자치학교 이수증"),
}


class Recommender(StrEnum):
    """Who named a member of the draw committee."""

    DONG_HEAD = "dong_head"
    INSTITUTION = "institution"
    COUNCIL = "council"


RECOMMENDER_NAMES: dict[Recommender, str] = {
    Recommender.DONG_HEAD: N_("동장"),
    Recommender.INSTITUTION: N_("기관·단체"),
    Recommender.COUNCIL: N_("주민자치회"),
}


class Capacity(StrEnum):
    """In which capacity somebody witnesses the draw."""

    CANDIDATE = "candidate"
    POLICE = "police"
    COUNCILLOR = "councillor"
    DONG_HEAD = "dong_head"
    RESIDENT = "resident"


CAPACITY_NAMES: dict[Capacity, str] = {
    Capacity.CANDIDATE: N_("후보 대표"),
    Capacity.POLICE: N_("경찰관"),
    Capacity.COUNCILLOR: N_("지방의원"),
    Capacity.DONG_HEAD: N_("동장"),
    Capacity.RESIDENT: N_("주민"),
}

FEATURES = ("track", "sex", "age", "area")
"""Features of a candidate that a quota may speak of, in the order of the published list."""
FEATURE_NAMES: dict[str, str] = {"track": N_("모집 방법"), "sex": N_("성별"), "age": N_("나이대"), "area": N_("구역")}
SEX_LABELS: dict[str, str] = {"woman": N_("여"), "man": N_("남")}
"""Values of the feature ``sex`` as published."""
PURPOSE_MAX = 1000


@dataclass(frozen=True)
class Quota:
    """How many of the seats go to candidates with a feature's value, and how far that may be relaxed."""

    feature: str
    value: str
    minimum: int
    maximum: int
    least_minimum: int = 0
    greatest_maximum: int = 100


def require_call_move(now: CallState, new: CallState) -> None:
    """Refuse a step of a call that the table does not have.

    Raises:
        RuleViolation: it is not in the table.
    """
    if new not in CALL_MOVES[now]:
        raise RuleViolation(N_("지금 상태(%(state)s)에서는 할 수 없습니다."), state=CALL_STATE_NAMES[now])


def require_application_move(now: ApplicationState, new: ApplicationState) -> None:
    """Refuse a step of an application that the table does not have.

    Raises:
        RuleViolation: it is not in the table.
    """
    if new not in APPLICATION_MOVES[now]:
        raise RuleViolation(N_("지금 상태(%(state)s)에서는 할 수 없습니다."), state=APPLICATION_STATE_NAMES[now])


def seats_by_share(seats: int, shares: Sequence[Fraction]) -> list[int]:
    """Divide seats by shares that add up to one: largest remainder, the earlier track first where remainders tie."""
    exact = [seats * share for share in shares]
    whole = [int(part) for part in exact]
    order = sorted(range(len(shares)), key=lambda i: (whole[i] - exact[i], i))
    for index in order[: seats - sum(whole)]:
        whole[index] += 1
    return whole


def default_quotas(
    seats: int, *, tracks: Sequence[tuple[str, int]], sex_max_share: Fraction, areas: Sequence[str] = ()
) -> list[Quota]:
    """Return the quotas that the ordinance asks for, before the committee changes them.

    Args:
        seats: seats of the whole council.
        tracks: name and seats of each track; exact.
        sex_max_share: the largest share of either sex; the other sex gets the rest at least.
        areas: areas of the dong; free, but counted, so that the committee may set them.
    """
    most = int(seats * sex_max_share)
    found = [Quota("track", name, count, count, 0, seats) for name, count in tracks] if len(tracks) > 1 else []
    found += [Quota("sex", label, seats - most, most, 0, seats) for label in SEX_LABELS.values()]
    return found + [Quota("area", area, 0, seats, 0, seats) for area in areas]


def require_quotas(quotas: Sequence[Quota], *, seats: int) -> None:
    """Refuse quotas that contradict themselves, whoever applies.

    Raises:
        InvalidInput: a minimum above its maximum, a value twice, or sums of a feature that cannot fit the seats.
    """
    if len({(quota.feature, quota.value) for quota in quotas}) != len(quotas):
        raise InvalidInput(N_("같은 항목이 두 번 있습니다."), field="quotas")
    for quota in quotas:
        if quota.feature not in FEATURES:
            raise InvalidInput(N_("%(feature)s은(는) 정할 수 없는 항목입니다."), field="quotas", feature=quota.feature)
        if not 0 <= quota.least_minimum <= quota.minimum <= quota.maximum <= quota.greatest_maximum:
            raise InvalidInput(N_("%(value)s: 최소가 최대보다 클 수 없습니다."), field="quotas", value=quota.value)
    for feature in {quota.feature for quota in quotas}:
        own = [quota for quota in quotas if quota.feature == feature]
        least, most = sum(quota.minimum for quota in own), sum(quota.maximum for quota in own)
        if not least <= seats <= most:
            raise InvalidInput(
                N_(
                    "%(feature)s의 최소를 더하면 %(least)s석, 최대를 더하면 %(most)s석이라 %(seats)s석에 맞지 않습니다."
                ),
                field="quotas",
                feature=FEATURE_NAMES[feature],
                least=least,
                most=most,
                seats=seats,
            )


def require_call_days(
    at: datetime, *, opens_at: datetime, closes_at: datetime, objections_until: datetime, notice_days: int
) -> None:
    """Refuse days of a call that leave no time.

    Raises:
        InvalidInput: the call ends before it begins, objections end before it, it is over already, or it is announced
            for fewer days than the ordinance asks for.
    """
    if closes_at <= opens_at:
        raise InvalidInput(N_("끝나는 날이 시작하는 날보다 뒤여야 합니다."), field="last_day")
    if closes_at <= at:
        raise InvalidInput(N_("이미 지난 날입니다."), field="last_day")
    if objections_until <= closes_at:
        raise InvalidInput(N_("이의를 받는 마지막 날은 접수가 끝난 뒤여야 합니다."), field="objections_last_day")
    if (closes_at - max(at, opens_at)).days + 1 < notice_days and (closes_at - at).days + 1 < notice_days:
        raise InvalidInput(N_("모집은 적어도 %(days)s일 동안 알려야 합니다."), field="last_day", days=notice_days)


def identity_parts(values: Mapping[str, str]) -> tuple[str, str]:
    """Return name and birth date as a salted commitment takes them: without the signs that part its fields."""
    cleaned = {key: "".join(" " if sign in "|=," else sign for sign in text) for key, text in values.items()}
    return " ".join(cleaned["name"].split()), cleaned["birth_date"]
