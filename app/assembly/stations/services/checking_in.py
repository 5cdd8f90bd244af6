"""Checking in: one person, one vote, whatever the way, at the same second too.

The electronic box and the check-in take the same lock, the row of the assembly (`casting.cast_ballot` does, too). Under it
each looks at the other's table, so that of two acts at one instant the second sees the first.
"""

from datetime import date, datetime

from app.assembly.models import Assembly
from app.assembly.rules import KeyHolding
from app.assembly.stations import queries
from app.assembly.stations.models import CheckIn, Station, StruckCredential
from app.assembly.stations.permissions import can_check_in
from app.assembly.stations.queries import Found, Standing
from app.assembly.stations.rules.states import StationState
from app.assembly.stations.services.letters import NOT_CLERK, NOT_ISSUING, surrendered
from app.db.session import get_or_not_found, session
from app.errors import NotAllowed, NotFound, RuleViolation
from app.i18n import N_
from app.people.models import Person, RollEntry
from app.privacy.rules import Access
from app.privacy.services import log_access

NO_ROLL = N_("명부를 확정한 뒤에 연 투표에서만 투표소를 둘 수 있습니다.")
REFUSALS: dict[Standing, str] = {
    Standing.VOTED_ONLINE: N_("이미 온라인으로 투표했습니다. 용지를 줄 수 없습니다."),
    Standing.CHECKED_IN: N_("이미 용지를 받았습니다. 다시 줄 수 없습니다."),
    Standing.TOO_YOUNG: N_("투표할 수 있는 나이가 아닙니다."),
}


def find_voter(
    station: Station, *, name: str, birth_date: date, by: Person, ip: str | None, at: datetime
) -> list[Found]:
    """Return the people on the roll of a name and birth date; the look is logged. Changes nothing else.

    Raises:
        NotAllowed: not a public servant of the dong.
        RuleViolation: the election has no roll.
    """
    assembly = station.assembly
    if not can_check_in(by, assembly.place, at):
        raise NotAllowed(NOT_CLERK)
    roll = queries.roll_of_election(assembly)
    if roll is None:
        raise RuleViolation(NO_ROLL)
    found = queries.found_on_roll(assembly, roll, name, birth_date)
    log_access(
        Access.SEARCHED, by=by.id, ip=ip, subject=f"roll:{roll.id}", at=at, count=len(found),
        fields=("name", "birth_date", "unit"), place_id=assembly.place_id,
    )  # fmt: skip
    return found


def look_again(station: Station, entry_id: int, *, by: Person, ip: str | None, at: datetime) -> list[Found]:
    """Return somebody who was found before, after a refusal; the look is logged. Nobody for a stranger to the roll.

    Raises:
        NotAllowed: not a public servant of the dong.
    """
    assembly = station.assembly
    if not can_check_in(by, assembly.place, at):
        raise NotAllowed(NOT_CLERK)
    roll, entry = queries.roll_of_election(assembly), session().get(RollEntry, entry_id)
    if roll is None or entry is None or entry.roll_id != roll.id:
        return []
    log_access(
        Access.SEARCHED, by=by.id, ip=ip, subject=f"roll:{roll.id}", at=at, fields=("name", "unit"),
        place_id=assembly.place_id,
    )  # fmt: skip
    return [queries.found_entry(assembly, entry)]


def check_in(station_id: int, entry_id: int, *, slip: str = "", by: Person, at: datetime) -> CheckIn:
    """Hand somebody a paper: from now on no ballot of their credential is taken. For good.

    The same station checking the same person in again (a double click) gets the same check-in.

    Args:
        station_id: where.
        entry_id: who, on the roll.
        slip: of the letter that they give up, where codes came by letter (`letters`).
        by: who hands it out.
        at: when.

    Raises:
        NotFound: no such station, or nobody of this number on its roll.
        NotAllowed: not a public servant of the dong.
        InvalidInput: no slip of this election.
        RuleViolation: outside voting hours, the station no longer issues, or the person has voted or may not vote.
    """
    station = get_or_not_found(Station, station_id)
    if not can_check_in(by, station.assembly.place, at):
        raise NotAllowed(NOT_CLERK)
    assembly = get_or_not_found(Assembly, station.assembly_id, lock=True)
    station = get_or_not_found(Station, station_id, lock=True)
    if not assembly.is_voting(at) or station.state is not StationState.ISSUING:
        raise RuleViolation(NOT_ISSUING)
    entry = _entry(assembly, entry_id)
    known = queries.check_in_of(assembly, entry_id)
    if known is not None and known.station_id == station.id and known.by_id == by.id:
        return known
    standing = queries.standing_of(assembly, entry)
    if standing in REFUSALS:
        raise RuleViolation(REFUSALS[standing])
    by_letter = assembly.keys is KeyHolding.TRUSTEES
    credentials = surrendered(assembly, entry, slip) if by_letter else queries.credentials_of(assembly, entry.id)
    row = CheckIn(assembly_id=assembly.id, station_id=station.id, roll_entry_id=entry.id, by_id=by.id, at=at)
    session().add(row)
    for credential in credentials:
        session().merge(StruckCredential(assembly_id=assembly.id, credential=credential))
    station.issued += 1
    session().flush()
    return row


def _entry(assembly: Assembly, entry_id: int) -> RollEntry:
    roll = queries.roll_of_election(assembly)
    entry = get_or_not_found(RollEntry, entry_id)
    if roll is None or entry.roll_id != roll.id:
        raise NotFound(N_("찾으시는 것이 없습니다."))
    return entry
