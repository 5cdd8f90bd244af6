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
GUARD_NAMES: dict[str, str] = {
    HEAD_EVENTS: N_("단체장의 행사와 설명회"),
    PUBLICITY: N_("홍보물과 행사 참석"),
}


@dataclass(frozen=True)
class Guard:
    """A window before an election in which something is restricted."""

    code: str
    name: str
    election_on: date
    begins_on: date


class Office(StrEnum):
    """What a by-election fills (공직선거법 art. 35)."""

    HEAD = "head"
    SEAT = "seat"
    PRESIDENT = "president"


OFFICE_NAMES: dict[Office, str] = {
    Office.HEAD: N_("지방자치단체의 장"),
    Office.SEAT: N_("국회의원·지방의회의원·교육감"),
    Office.PRESIDENT: N_("대통령(궐위)"),
}
SOONEST = timedelta(days=1)
LATEST = timedelta(days=540)
"""By-elections come within about a year of what causes them (art. 35); a day further off is a slip of the pen."""


@dataclass(frozen=True)
class ByElection:
    """An election that no calendar foresees, as the restrictions see it."""

    office: Office
    election_on: date
    confirmed_on: date
    """The day on which it became certain that it is held (실시사유가 확정된 때)."""


def require_by_election(office: Office, *, election_on: date, confirmed_on: date, today: date) -> ByElection:
    """Return a by-election as it was written down.

    Raises:
        InvalidInput: its cause is confirmed after today or not before the election, or the election is past or too far.
    """
    if confirmed_on > today:
        raise InvalidInput(N_("실시사유가 확정된 뒤에 적어 주세요."), field="confirmed_on")
    if election_on < max(today, confirmed_on + SOONEST):
        raise InvalidInput(N_("선거일은 오늘과 실시사유가 확정된 날보다 뒤여야 합니다."), field="election_on")
    if election_on > confirmed_on + LATEST:
        raise InvalidInput(N_("선거일이 너무 멉니다. 날짜를 확인해 주세요."), field="election_on")
    return ByElection(office, election_on, confirmed_on)


def scheduled_elections(year: int) -> list[date]:
    """Return the regular election days of a year; by-elections are not foreseen (`ByElection`).

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


def guards(today: date, *, head_days: int, pr_days: int, by_elections: Iterable[ByElection] = ()) -> list[Guard]:
    """Return the restrictions in force today (공직선거법 art. 86(2): head's events; art. 86(5): publicity; domain.md §2.8).

    Before a by-election the head's events are restricted from the same number of days, but not before its cause is
    confirmed (art. 86(2)); publicity only where the head is elected, from that confirmation on (art. 86(5)).
    """
    found = []
    for election in scheduled_elections(today.year) + scheduled_elections(today.year + 1):
        found.append(Guard(HEAD_EVENTS, GUARD_NAMES[HEAD_EVENTS], election, election - timedelta(days=head_days)))
        found.append(Guard(PUBLICITY, GUARD_NAMES[PUBLICITY], election, election - timedelta(days=pr_days)))
    for each in by_elections:
        begins_on = max(each.election_on - timedelta(days=head_days), each.confirmed_on)
        found.append(Guard(HEAD_EVENTS, GUARD_NAMES[HEAD_EVENTS], each.election_on, begins_on))
        if each.office is Office.HEAD:
            found.append(Guard(PUBLICITY, GUARD_NAMES[PUBLICITY], each.election_on, each.confirmed_on))
    return [guard for guard in found if guard.begins_on <= today <= guard.election_on]


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
