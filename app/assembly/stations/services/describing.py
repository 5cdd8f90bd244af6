"""What is told of a station: its name, where it is, how to get in, when it is open. What changes is told in public."""

from datetime import datetime

from app.assembly.models import Assembly
from app.assembly.permissions import can_run
from app.assembly.services.preparing import NOT_STAFF
from app.assembly.stations import queries
from app.assembly.stations.models import Station
from app.assembly.stations.rules.hours import Details, require_hours
from app.assembly.stations.rules.states import StationState, require_method
from app.db.session import claim_version, get_or_not_found
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.people.rules import Role
from app.record.services import append
from voting.encoding import JSON


def require_details(assembly: Assembly, details: Details) -> None:
    """Refuse hours in which nobody may vote.

    Raises:
        InvalidInput: they make no sense, or lie outside the vote.
    """
    if details.hours is not None:
        require_hours(details.hours, opens_at=assembly.opens_at, closes_at=assembly.closes_at)


def change_details(station_id: int, *, name: str, details: Details, version: int, by: Person, at: datetime) -> Station:
    """Say anew what a station is called, where it is and when it is open.

    Raises:
        NotFound, NotAllowed, Conflict: no such station; not staff; changed meanwhile.
        RuleViolation: papers are handed out no more.
        InvalidInput: hours that make no sense, or lie outside the vote.
    """
    station = get_or_not_found(Station, station_id, lock=True)
    assembly = station.assembly
    if not can_run(by, assembly.place, at):
        raise NotAllowed(NOT_STAFF)
    claim_version(station, version)
    if station.state is not StationState.ISSUING or at >= assembly.closes_at:
        raise RuleViolation(N_("용지를 더 내주지 않는 투표소는 고칠 수 없습니다."))
    require_details(assembly, details)
    if (station.name, station.details) == (name, details):
        return station
    station.name, station.details = name, details
    append(
        assembly.place, "assembly.station_changed", role=Role.DONG_STAFF, subject=f"station:{station.id}", at=at,
        values={"name": name, **told(details)},
    )  # fmt: skip
    return station


def told(details: Details) -> dict[str, JSON]:
    """Return the details as the public record keeps them: nothing of what nobody has said."""
    hours = details.hours
    found: dict[str, JSON] = {"address": details.address, "access": details.access}
    if hours is not None:
        found["days"] = f"{hours.first_day.isoformat()}/{hours.last_day.isoformat()}"
        found["hours"] = f"{hours.opens:%H:%M}/{hours.closes:%H:%M}"
        found["weekdays_only"] = hours.weekdays_only
    return {name: value for name, value in found.items() if value}


def require_fitting(assembly: Assembly) -> None:
    """Refuse to open a vote with stations that were set up for another ballot, or for other days.

    Raises:
        RuleViolation: a station's method does not fit the ballot, or its hours lie outside the vote; it is named.
    """
    for station in queries.stations_of(assembly):
        try:
            require_method(assembly.form, station.method, station.channel)
            require_details(assembly, station.details)
        except InvalidInput:
            raise RuleViolation(
                N_("투표소 “%(name)s”의 방법이나 여는 시간이 이 투표와 맞지 않습니다. 먼저 고쳐 주세요."),
                name=station.name,
            ) from None
