"""Running a station: setting it up, its papers, the end of issuing, two counts of each box, closing."""

from datetime import datetime

from sqlalchemy import select

from app.assembly.models import Assembly
from app.assembly.permissions import can_run
from app.assembly.rules import AssemblyState
from app.assembly.rules.papers import HandCount, require_possible
from app.assembly.services.board import bound_window
from app.assembly.services.counting import request_count
from app.assembly.services.preparing import NOT_STAFF
from app.assembly.stations import queries
from app.assembly.stations.models import Box, BoxEntry, Station
from app.assembly.stations.permissions import can_count
from app.assembly.stations.rules.hours import NOTHING_TOLD, Details
from app.assembly.stations.rules.states import (
    Method,
    PaperChannel,
    StationState,
    require_method,
    require_station_move,
    require_voting_over,
)
from app.assembly.stations.services.checking_in import NO_ROLL
from app.assembly.stations.services.describing import require_details, told
from app.assembly.stations.services.letters import NOT_ISSUING
from app.db.session import claim_version, get_or_not_found, session
from app.errors import NotAllowed, RuleViolation
from app.files.pictures import clean_picture
from app.i18n import N_
from app.people.models import Person
from app.people.rules import Role
from app.record.services import append
from voting.encoding import JSON, canonical_json, sha256

MOST_BOXES = 20
NOT_COUNTING = N_("지금은 이 투표소의 표를 세는 때가 아닙니다.")
IS_AGREED = N_("두 사람의 수가 이미 같습니다. 바꿀 수 없습니다.")


def set_up(
    assembly_id: int, *, name: str, method: Method, channel: PaperChannel, boxes: int, printed: int, once: str,
    details: Details = NOTHING_TOLD, by: Person, at: datetime,
) -> Station:  # fmt: skip
    """Set up a station of a vote that is prepared or open; the same form sent twice sets up one.

    Before the opening, too, so that letters and posters can say where one votes; papers are handed out from the opening on,
    and the opening looks once more whether the station fits the ballot and the days (`describing.require_fitting`).

    Args:
        assembly_id: which assembly.
        name: where it is.
        method: how people vote there.
        channel: to which sum it belongs.
        boxes: how many boxes, boards or rounds there are.
        printed: papers (sets of stickers, cards) that it is given.
        once: the form's own key.
        details: where it is and when it is open.
        by: staff.
        at: when.

    Raises:
        NotFound, NotAllowed: no such assembly; not staff.
        RuleViolation: voting is over, or there is no frozen roll.
        InvalidInput: a way of voting that this ballot does not allow; hours outside the vote.
    """
    assembly = get_or_not_found(Assembly, assembly_id, lock=True)
    if not can_run(by, assembly.place, at):
        raise NotAllowed(NOT_STAFF)
    known = session().scalar(select(Station).where(Station.once == once))
    if known is not None:
        return known
    if assembly.state not in {AssemblyState.PREPARING, AssemblyState.OPEN} or at >= assembly.closes_at:
        raise RuleViolation(N_("투표가 끝나기 전에만 투표소를 둘 수 있습니다."))
    if queries.roll_for_stations(assembly) is None:
        raise RuleViolation(NO_ROLL)
    require_method(assembly.form, method, channel)
    require_details(assembly, details)
    station = Station(
        assembly_id=assembly.id, once=once, name=name, details=details, method=method, channel=channel, printed=printed,
        state=StationState.ISSUING, created_at=at,
        boxes=[Box(number=number) for number in range(1, min(boxes, MOST_BOXES) + 1)],
    )  # fmt: skip
    session().add(station)
    session().flush()
    append(
        assembly.place, "assembly.station_set_up", role=Role.DONG_STAFF, subject=f"station:{station.id}", at=at,
        values={"name": name, "printed": printed, **told(details)},
    )  # fmt: skip
    return station


def note_figures(
    station_id: int, *, printed: int, spoiled: int, unused: int, taken_away: int, in_box: int, note: str,
    version: int, by: Person, at: datetime,
) -> Station:  # fmt: skip
    """Write down the papers of a station; what was issued is counted by the check-in and cannot be typed.

    Raises:
        NotFound, NotAllowed, Conflict: no such station; not staff; changed meanwhile.
        RuleViolation: it has closed, or a box is opened before voting is over.
    """
    station = _managed(station_id, by=by, at=at)
    claim_version(station, version)
    if station.state is StationState.CLOSED:
        raise RuleViolation(NOT_COUNTING)
    if in_box:
        require_voting_over(bound_window(station.assembly)[1], at)
    station.printed, station.spoiled, station.unused = printed, spoiled, unused
    station.taken_away, station.in_box, station.note = taken_away, in_box, note
    return station


def end_issuing(station_id: int, *, by: Person, at: datetime) -> Station:
    """Check nobody in any more at a station; there is no way back.

    Raises:
        NotFound, NotAllowed: no such station; not staff.
        RuleViolation: it has ended, or voting has not begun.
    """
    station = _managed(station_id, by=by, at=at)
    require_station_move(station.state, StationState.COUNTING)
    if station.assembly.state is AssemblyState.PREPARING or at < station.assembly.opens_at:
        raise RuleViolation(NOT_ISSUING)
    station.state = StationState.COUNTING
    station.version += 1
    append(
        station.assembly.place, "assembly.station_issued", role=Role.DONG_STAFF, subject=f"station:{station.id}",
        at=at, values={"name": station.name, "issued": station.issued},
    )  # fmt: skip
    return station


def enter_count(box_id: int, count: HandCount, *, by: Person, at: datetime) -> Box:
    """Enter what one person counted in a box; when two people's counts are alike, they are agreed.

    Nobody sees another's count before their own is entered. Where two differ, either counts again.

    Raises:
        NotFound, NotAllowed: no such box; neither staff nor of the council.
        RuleViolation: voting is not over, the station still issues or has closed, the count is agreed, or two others
            count this box.
        InvalidInput: numbers that no box can hold.
    """
    station = _locked_station(get_or_not_found(Box, box_id).station_id)
    box = get_or_not_found(Box, box_id, lock=True)
    assembly = station.assembly
    if not can_count(by, assembly.place, at):
        raise NotAllowed(N_("개표를 맡은 사람만 할 수 있습니다."))
    require_voting_over(bound_window(assembly)[1], at)
    if station.state is not StationState.COUNTING:
        raise RuleViolation(NOT_COUNTING)
    if box.agreed is not None:
        if any(entry.by_id == by.id and entry.count == count for entry in box.entries):
            return box
        raise RuleViolation(IS_AGREED)
    require_possible(assembly.form, assembly.lines, count)
    counters = {entry.by_id for entry in box.entries}
    if len(counters) == 2 and by.id not in counters:
        raise RuleViolation(N_("이 투표함은 이미 두 사람이 세고 있습니다."))
    mine = [entry for entry in box.entries if entry.by_id == by.id]
    if not mine or mine[-1].count != count:
        box.entries.append(BoxEntry(by_id=by.id, attempt=len(mine) + 1, counts=count.to_json(), entered_at=at))
        session().flush()
    newest = queries.newest_entries(box)
    if len(newest) == 2 and newest[0].count == newest[1].count:
        box.agreed = count.to_json()
    return box


def keep_sheet(box_id: int, photo: bytes, *, by: Person, at: datetime) -> Box:
    """Keep a photo of a box's tally sheet, written anew without what cameras add; its hash is published.

    Raises:
        NotFound, NotAllowed: no such box; neither staff nor of the council.
        RuleViolation: the station has closed, or voting is not over.
        InvalidInput: no photo.
    """
    station = _locked_station(get_or_not_found(Box, box_id).station_id)
    box = get_or_not_found(Box, box_id, lock=True)
    if not can_count(by, station.assembly.place, at):
        raise NotAllowed(N_("개표를 맡은 사람만 할 수 있습니다."))
    require_voting_over(bound_window(station.assembly)[1], at)
    if station.state is StationState.CLOSED:
        raise RuleViolation(NOT_COUNTING)
    clean = clean_picture(photo, field="photo")
    box.sheet, box.sheet_sha256 = clean.content, clean.sha256
    return box


def close_station(station_id: int, *, version: int, by: Person, at: datetime) -> Station:
    """Close a station whose papers are all accounted for, and publish its statement; the last one starts the count.

    Raises:
        NotFound, NotAllowed, Conflict: no such station; not staff; changed meanwhile.
        RuleViolation: voting is not over, a box is not agreed or has no photo of its sheet, or the papers do not come out.
    """
    station = _managed(station_id, by=by, at=at)
    claim_version(station, version)
    require_station_move(station.state, StationState.CLOSED)
    assembly = get_or_not_found(Assembly, station.assembly_id, lock=True)
    require_voting_over(bound_window(assembly)[1], at)
    if any(box.agreed is None for box in station.boxes):
        raise RuleViolation(N_("두 사람이 똑같이 센 투표함만 마칠 수 있습니다."))
    if not all(box.sheet_sha256 for box in station.boxes):
        raise RuleViolation(N_("투표함마다 집계표 사진을 올려 주세요."))
    figures = queries.figures_of(station)
    if not figures.comes_out:
        raise RuleViolation(N_("용지의 수가 맞지 않아 마칠 수 없습니다. 차이를 찾아 주세요."))
    statement = canonical_json(statement_of(station))
    station.statement, station.state, station.closed_at = statement.decode(), StationState.CLOSED, at
    session().flush()
    append(
        assembly.place, "assembly.station_closed", role=Role.DONG_STAFF, subject=f"station:{station.id}", at=at,
        values={"name": station.name, "issued": figures.issued, "counted": figures.counted},
        document_hash=sha256(statement).hex(),
    )  # fmt: skip
    if assembly.state is AssemblyState.CLOSED and not queries.unfinished_stations(assembly):
        request_count(assembly, at=at)
    return station


def statement_of(station: Station) -> dict[str, JSON]:
    """Return what is published of a station when it closes: its papers and its boxes; nobody's name.

    What the boxes held follows with the result, where a box is large enough to tell nobody's choice (`keeping`); the hash of
    the sheet's photo binds it from here on.
    """
    figures = queries.figures_of(station)
    return {
        "station": station.name,
        "method": station.method.value,
        "channel": station.channel.value,
        "printed": figures.printed,
        "issued": figures.issued,
        "spoiled": figures.spoiled,
        "unused": figures.unused,
        "taken_away": figures.taken_away,
        "in_box": figures.in_box,
        "counted": figures.counted,
        "note": station.note,
        "boxes": [
            {
                "number": box.number,
                "papers": 0 if box.count is None else box.count.papers,
                "entries": len(box.entries),
                "sheet_sha256": box.sheet_sha256,
            }
            for box in station.boxes
        ],
    }


def _managed(station_id: int, *, by: Person, at: datetime) -> Station:
    station = _locked_station(station_id)
    if not can_run(by, station.assembly.place, at):
        raise NotAllowed(NOT_STAFF)
    return station


def _locked_station(station_id: int) -> Station:
    return get_or_not_found(Station, station_id, lock=True)
