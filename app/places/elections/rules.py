"""The election calendar, what may not be done before an election, and what the law excepts. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.errors import InvalidInput
from app.i18n import N_

WEDNESDAY = 2
HEAD_EVENTS = "head_events"
PUBLICITY = "pr"


@dataclass(frozen=True)
class Guard:
    """A window before an election in which something is restricted."""

    code: str
    name: str
    election_on: date
    begins_on: date


def scheduled_elections(year: int) -> list[date]:
    """Return the regular election days of a year; by-elections are not foreseen.

    Local elections: the first Wednesday from 30 days before the term ends (30 June, every four years from 2026).
    National Assembly: from 50 days before 29 May (2028, every four years). President: from 70 days before 3 June
    (2030, every five years).
    """
    found = []
    if year % 4 == 2026 % 4:
        found.append(_wednesday(date(year, 6, 30), 30))
    if year % 4 == 2028 % 4:
        found.append(_wednesday(date(year, 5, 29), 50))
    if year % 5 == 2030 % 5:
        found.append(_wednesday(date(year, 6, 3), 70))
    return sorted(found)


def _wednesday(term_ends_on: date, days: int) -> date:
    first = term_ends_on - timedelta(days=days)
    return first + timedelta(days=(WEDNESDAY - first.weekday()) % 7)


def guards(today: date, *, head_days: int, pr_days: int) -> list[Guard]:
    """Return the restrictions in force today (공직선거법 art. 86: head's events; art. 86(5): publicity; domain.md §2.8)."""
    found = []
    for election in scheduled_elections(today.year) + scheduled_elections(today.year + 1):
        for code, name, days in (
            (HEAD_EVENTS, N_("단체장의 행사와 설명회"), head_days),
            (PUBLICITY, N_("홍보물과 행사 참석"), pr_days),
        ):
            begins_on = election - timedelta(days=days)
            if begins_on <= today <= election:
                found.append(Guard(code, name, election, begins_on))
    return found


class Ground(StrEnum):
    """What the law excepts (공직선거법 art. 86(2)4 for events, art. 86(5) for publications)."""

    BY_LAW = "by_law"
    FIXED_TIME = "fixed_time"
    DISASTER = "disaster"
    GRIEVANCE = "grievance"
    CONSENT = "consent"


GROUND_NAMES: dict[Ground, str] = {
    Ground.BY_LAW: N_("법령이 정한 행사나 홍보물(제86조제2항제4호가목, 제5항제1호)"),
    Ground.FIXED_TIME: N_("이때 하지 않으면 뜻이 없는 행사(제86조제2항제4호나목)"),
    Ground.DISASTER: N_("재해의 구호와 복구(제86조제2항제4호다목)"),
    Ground.GRIEVANCE: N_("집단민원이나 긴급한 민원의 해결(제86조제2항제4호마목, 제5항제3호)"),
    Ground.CONSENT: N_("사업에 관계된 주민의 동의를 얻기 위한 것(제86조제5항제2호)"),
}
GROUNDS: dict[str, frozenset[Ground]] = {
    HEAD_EVENTS: frozenset({Ground.BY_LAW, Ground.FIXED_TIME, Ground.DISASTER, Ground.GRIEVANCE}),
    PUBLICITY: frozenset({Ground.BY_LAW, Ground.GRIEVANCE, Ground.CONSENT}),
}


def require_excepted(in_force: Iterable[Guard], code: str, *, ground: Ground | None, blocks: bool) -> Guard | None:
    """Refuse what an office may not do before an election, unless the law excepts it.

    Args:
        in_force: the restrictions of the day on which it would be done.
        code: ``HEAD_EVENTS`` or ``PUBLICITY``.
        ground: the exception that somebody names, None: none.
        blocks: whether the place refuses (True) or only warns.

    Returns:
        The restriction that stood in the way, None outside of any.

    Raises:
        InvalidInput: it is restricted, the place refuses, and no exception of its kind is named.
    """
    guard = next((each for each in in_force if each.code == code), None)
    if guard is not None and blocks and ground not in GROUNDS[code]:
        raise InvalidInput(
            N_(
                "%(day)s 선거를 앞두고 공직선거법 제86조가 제한하는 기간입니다. 법이 정한 예외를 고르거나 선거 뒤로 미뤄 주세요."
            ),
            field="election_ground",
            day=guard.election_on.isoformat(),
        )
    return guard
