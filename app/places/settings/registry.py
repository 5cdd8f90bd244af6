"""All settings by key, and the rules that tie several together. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.errors import NotFound, RuleViolation
from app.i18n import N_
from app.places.settings import answering, council, execution, money, observing, process
from app.places.settings.kinds import AnySetting, Group, Setting


def _gather() -> dict[str, AnySetting]:
    found: dict[str, AnySetting] = {}
    for module in (council, process, answering, money, execution, observing):
        for value in vars(module).values():
            if isinstance(value, Setting):
                found[value.key] = value
    return found


REGISTRY: Mapping[str, AnySetting] = _gather()
"""Every setting, in the order of the settings page within its group."""


NOTED: frozenset[str] = frozenset(
    each.key
    for each in (
        council.RESERVES,
        council.MEETINGS_PER_MONTH,
        council.MEETING_EXTRAORDINARY_SHARE,
        process.ASSEMBLY_PER_YEAR,
        process.ASSEMBLY_PUBLICITY_DAYS,
        process.ASSEMBLY_PUBLISH_DAYS,
        money.PB_PLAN_NOTICE_DAYS,
        money.PB_RECRUIT_NOTICE_DAYS,
        money.PB_MEETING_NOTICE_DAYS,
        money.PB_MINUTES_DAYS,
        money.PB_WEIGHTS,
        money.FUND_SUPPORT_PER_DONG,
        money.CARE_SLA_HOURS,
        money.RETENTION_BALLOTS_MONTHS,
        money.RETENTION_PETITION_MONTHS,
    )
)
"""Settings that are written down and shown with their basis, and kept by people: nothing in the program follows from them.
Whoever makes something follow from one takes it out of here; an architecture test compares."""


def setting_of(key: str) -> AnySetting:
    """Return a setting by its key.

    Raises:
        NotFound: there is no such setting.
    """
    found = REGISTRY.get(key)
    if found is None:
        raise NotFound(N_("그런 설정은 없습니다."))
    return found


def settings_in(group: Group) -> list[AnySetting]:
    """Return the settings of one part of the year."""
    return [setting for setting in REGISTRY.values() if setting.group is group]


@dataclass(frozen=True)
class Tie:
    """Several settings that must fit together."""

    keys: tuple[str, ...]
    fits: Callable[[Mapping[str, Any]], bool]
    refusal: str


TIES: tuple[Tie, ...] = (
    Tie(
        (council.SIZE_MIN.key, council.SIZE_MAX.key),
        lambda values: values[council.SIZE_MIN.key] <= values[council.SIZE_MAX.key],
        N_("위원 수의 최소가 최대보다 클 수 없습니다(%(place)s)."),
    ),
    Tie(
        (council.TRAINING_HOURS_NEW.key, council.TRAINING_HOURS_RENEW.key),
        lambda values: values[council.TRAINING_HOURS_RENEW.key] <= values[council.TRAINING_HOURS_NEW.key],
        N_("다시 위원의 교육 시간이 처음 위원의 교육 시간보다 길 수 없습니다(%(place)s)."),
    ),
    Tie(
        (money.GUARD_HEAD_EVENTS_DAYS.key, money.GUARD_PR_DAYS.key),
        lambda values: values[money.GUARD_HEAD_EVENTS_DAYS.key] <= values[money.GUARD_PR_DAYS.key],
        N_("행사 제한 기간이 홍보물 제한 기간보다 길 수 없습니다(%(place)s)."),
    ),
    Tie(
        (execution.CHANGE_COUNCIL_SHARE.key, execution.CHANGE_ASSEMBLY_SHARE.key),
        lambda values: values[execution.CHANGE_COUNCIL_SHARE.key] <= values[execution.CHANGE_ASSEMBLY_SHARE.key],
        N_("주민자치회가 정하는 변경이 주민총회가 정하는 변경보다 클 수 없습니다(%(place)s)."),
    ),
)


def require_ties(key: str, values: Mapping[str, Any], *, place: str) -> None:
    """Refuse values that contradict each other.

    Args:
        key: the setting that is being changed; only its ties are looked at.
        values: the values that would be in force, by key.
        place: the name of the place where they would.

    Raises:
        RuleViolation: a tie of the setting does not hold.
    """
    for tie in TIES:
        if key in tie.keys and not tie.fits(values):
            raise RuleViolation(tie.refusal, place=place)
