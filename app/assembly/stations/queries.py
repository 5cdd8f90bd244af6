"""SELECTs about stations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, undefer

from app.assembly.models import Assembly, CastBallot
from app.assembly.rules import AssemblyState
from app.assembly.rules.papers import HandCount, together
from app.assembly.rules.reading import Majorities, OnPaper
from app.assembly.stations.models import (
    Box,
    BoxEntry,
    ChannelResult,
    CheckIn,
    ElectionRoll,
    ElectorLink,
    LetterLoss,
    Station,
    StruckCredential,
)
from app.assembly.stations.permissions import can_count
from app.assembly.stations.rules.states import Figures, LossState, Missing, PaperChannel, StationState, missing
from app.cycle.models import Cycle
from app.cycle.rules import Duty
from app.db.session import get_or_not_found, session
from app.errors import NotFound
from app.i18n import N_
from app.people.models import Person, Roll, RollEntry
from app.people.permissions import is_staff
from app.people.queries.rolls import entries_named, newest_roll
from app.people.rules import RollState
from app.places.models import Place
from app.privacy.sealing import reveal
from app.todo import Todo
from voting.encoding import JSON


class Standing(StrEnum):
    """Whether somebody on the roll may still be given a paper."""

    MAY_VOTE = "may_vote"
    VOTED_ONLINE = "voted_online"
    CHECKED_IN = "checked_in"
    TOO_YOUNG = "too_young"


@dataclass(frozen=True)
class Found:
    """Somebody on the roll, as the clerk at a station sees them."""

    entry: RollEntry
    name: str
    unit: str
    standing: Standing
    loss: LetterLoss | None = None
    """Their letter, declared lost."""


def stations_of(assembly: Assembly) -> list[Station]:
    """Return the stations of an assembly in the order in which they were set up."""
    return list(session().scalars(select(Station).where(Station.assembly_id == assembly.id).order_by(Station.id)))


def station_of(place: Place, station_id: int) -> Station:
    """Return a station of a dong.

    Raises:
        NotFound: none of this number here.
    """
    found = get_or_not_found(Station, station_id)
    if found.assembly.place_id != place.id:
        raise NotFound(N_("찾으시는 것이 없습니다."))
    return found


def box_of(place: Place, box_id: int) -> Box:
    """Return a box of a dong's station.

    Raises:
        NotFound: none of this number here.
    """
    found = get_or_not_found(Box, box_id)
    if found.station.assembly.place_id != place.id:
        raise NotFound(N_("찾으시는 것이 없습니다."))
    return found


def sheet_of(box: Box) -> bytes | None:
    """Return the photo of a box's tally sheet."""
    row = session().scalar(select(Box).where(Box.id == box.id).options(undefer(Box.sheet)))
    return row.sheet if row is not None else None


def unfinished_stations(assembly: Assembly) -> int:
    """Return how many stations have not closed: nothing may be decrypted before they have."""
    query = select(func.count(Station.id)).where(
        Station.assembly_id == assembly.id, Station.state != StationState.CLOSED
    )
    return session().scalar(query) or 0


def figures_of(station: Station) -> Figures:
    """Return the papers of a station, with what was agreed of its boxes."""
    return Figures(
        printed=station.printed,
        issued=station.issued,
        spoiled=station.spoiled,
        unused=station.unused,
        taken_away=station.taken_away,
        in_box=station.in_box,
        counted=sum(box.count.papers for box in station.boxes if box.count is not None),
    )


def missing_of(station: Station, figures: Figures) -> list[Missing]:
    """Return what keeps a station from closing."""
    boxes = [
        (box.number, len(newest_entries(box)), box.agreed is not None, bool(box.sheet_sha256)) for box in station.boxes
    ]
    return missing(boxes, figures)


def newest_entries(box: Box) -> list[BoxEntry]:
    """Return what each of the people who counted a box entered last, in the order of their first entries."""
    newest: dict[int, BoxEntry] = {}
    for entry in box.entries:
        newest[entry.by_id] = entry
    return list(newest.values())


def roll_of_election(assembly: Assembly) -> Roll | None:
    """Return the roll on which people are checked in; None when the assembly opened without one."""
    row = session().get(ElectionRoll, assembly.id)
    return get_or_not_found(Roll, row.roll_id) if row is not None else None


def roll_to_bind(place: Place) -> Roll | None:
    """Return the roll that an opening would bind: the newest, when it is frozen."""
    roll = newest_roll(place)
    return roll if roll is not None and roll.state is RollState.FROZEN else None


def roll_for_stations(assembly: Assembly) -> Roll | None:
    """Return the roll that stations of an assembly stand on: the bound one, or before the opening the one it would bind."""
    is_preparing = assembly.state is AssemblyState.PREPARING
    return roll_to_bind(assembly.place) if is_preparing else roll_of_election(assembly)


def credentials_of(assembly: Assembly, entry_id: int) -> list[str]:
    """Return the public credentials that belong to somebody on the roll."""
    query = select(ElectorLink).where(ElectorLink.assembly_id == assembly.id, ElectorLink.roll_entry_id == entry_id)
    return [found for link in session().scalars(query) if (found := reveal(link, ElectorLink.credential)) is not None]


def has_voted_online(assembly: Assembly, credentials: Sequence[str]) -> bool:
    """Tell whether one of these credentials has a ballot on the board."""
    if not credentials:
        return False
    query = select(CastBallot.id).where(CastBallot.is_of(assembly), CastBallot.credential.in_(credentials))
    return session().scalar(query.limit(1)) is not None


def is_struck(assembly: Assembly, credential: str) -> bool:
    """Tell whether the owner of a credential votes at a station."""
    return session().get(StruckCredential, (assembly.id, credential)) is not None


def struck_credentials(assembly: Assembly) -> list[str]:
    """Return the credentials of those who voted at stations, sorted: nothing says whose they are."""
    query = select(StruckCredential.credential).where(StruckCredential.assembly_id == assembly.id)
    return sorted(session().scalars(query))


def found_on_roll(assembly: Assembly, roll: Roll, name: str, birth_date: date) -> list[Found]:
    """Return the people of a name and birth date, with what the lock says of each."""
    return [found_entry(assembly, entry) for entry in entries_named(roll, name, birth_date)]


def found_entry(assembly: Assembly, entry: RollEntry) -> Found:
    """Return somebody on the roll as the clerk sees them."""
    return Found(
        entry=entry,
        name=reveal(entry, RollEntry.name) or "",
        unit=reveal(entry, RollEntry.unit) or "",
        standing=standing_of(assembly, entry),
        loss=loss_of(assembly, entry.id),
    )


def standing_of(assembly: Assembly, entry: RollEntry) -> Standing:
    """Return whether somebody may be given a paper. Final only under the lock of the assembly."""
    if not entry.is_eligible:
        return Standing.TOO_YOUNG
    if check_in_of(assembly, entry.id) is not None:
        return Standing.CHECKED_IN
    if has_voted_online(assembly, credentials_of(assembly, entry.id)):
        return Standing.VOTED_ONLINE
    return Standing.MAY_VOTE


def check_in_of(assembly: Assembly, entry_id: int) -> CheckIn | None:
    """Return the check-in of somebody on the roll."""
    query = select(CheckIn).where(CheckIn.assembly_id == assembly.id, CheckIn.roll_entry_id == entry_id)
    return session().scalar(query)


def loss_of(assembly: Assembly, entry_id: int) -> LetterLoss | None:
    """Return the declaration that somebody's letter is lost."""
    query = select(LetterLoss).where(LetterLoss.assembly_id == assembly.id, LetterLoss.roll_entry_id == entry_id)
    return session().scalar(query)


def loss_numbered(assembly: Assembly, number: int) -> LetterLoss | None:
    """Return a declaration by the number under which it is spoken of."""
    query = select(LetterLoss).where(LetterLoss.assembly_id == assembly.id, LetterLoss.number == number)
    return session().scalar(query)


def losses_so_far(assembly: Assembly) -> int:
    """Return how many letters were declared lost."""
    return session().scalar(select(func.count(LetterLoss.id)).where(LetterLoss.assembly_id == assembly.id)) or 0


def losses_waiting(assembly: Assembly) -> list[LetterLoss]:
    """Return the declarations that the credential authority has to settle, oldest first."""
    query = (
        select(LetterLoss)
        .where(LetterLoss.assembly_id == assembly.id, LetterLoss.state == LossState.DECLARED)
        .options(joinedload(LetterLoss.station))
        .order_by(LetterLoss.number)
    )
    return list(session().scalars(query))


def losses_by_state(assembly: Assembly) -> dict[str, JSON]:
    """Return how many letters were declared lost, by what became of them; for the published statement."""
    query = (
        select(LetterLoss.state, func.count(LetterLoss.id).label("n"))
        .where(LetterLoss.assembly_id == assembly.id)
        .group_by(LetterLoss.state)
    )
    found = {row.state: row.n for row in session().execute(query)}
    return {state.value: found.get(state, 0) for state in LossState}


def issued_in_all(assembly: Assembly) -> int:
    """Return how many were checked in at all stations: they take part, before their papers are counted."""
    query = select(func.sum(Station.issued)).where(Station.assembly_id == assembly.id)
    return session().scalar(query) or 0


def on_paper(assembly: Assembly) -> dict[str, OnPaper]:
    """Return what was counted by hand, by channel, in the order of the channels; only of stations that have closed."""
    closed = [row for row in stations_of(assembly) if row.state is StationState.CLOSED]
    found: dict[str, OnPaper] = {}
    for channel in PaperChannel:
        counts = [box.count for row in closed if row.channel is channel for box in row.boxes if box.count is not None]
        if any(row.channel is channel for row in closed):
            found[channel.value] = _as_channel(assembly, together(assembly.form, assembly.lines, counts))
    return found


def _as_channel(assembly: Assembly, count: HandCount) -> OnPaper:
    form = assembly.form
    blanks = ((0,) * len(assembly.lines),) * count.invalid if form.shuffled else ()
    only_questions = not any(count.votes) and bool(count.yes) and form.preference == "none"
    return OnPaper(
        voters=count.papers,
        votes=count.yes if only_questions else count.votes,
        scores=count.yes if only_questions else count.scores,
        majorities=tuple(Majorities(*row) for row in zip(count.yes, count.no, count.abstained, strict=True)),
        ballots=count.ballots + blanks,
    )


def channel_result(assembly: Assembly) -> ChannelResult | None:
    """Return what is kept of a counted assembly's channels; None for one that was counted before there were any."""
    return session().get(ChannelResult, assembly.id)


def stored_channels(assembly: Assembly) -> Mapping[str, str]:
    """Return the files of a counted assembly's channels by name; none for one that was counted before there were any."""
    row = channel_result(assembly)
    if row is None:
        return {}
    return {"channels.json": row.channels} | ({"paper.json": row.statement} if row.statement else {})


# What the cycle and the desk ask


def undone(cycle: Cycle) -> list[Duty]:
    """Return the stations that keep the count waiting."""
    query = (
        select(Station)
        .join(Assembly)
        .where(Assembly.cycle_id == cycle.id, Assembly.state == AssemblyState.CLOSED)
        .where(Station.state != StationState.CLOSED)
    )
    return [
        Duty(
            N_("투표소 “%(name)s”의 표를 세고 마쳐야 합니다."),
            "stations.station",
            {"slug": cycle.place.slug, "station_id": row.id},
            {"name": row.name},
        )
        for row in session().scalars(query)
    ]


def todos(person: Person, at: datetime) -> list[Todo]:
    """Return the stations that this person has to count and close, once voting is over."""
    query = (
        select(Station)
        .join(Assembly)
        .where(Assembly.closes_at <= at, Assembly.state.in_((AssemblyState.OPEN, AssemblyState.CLOSED)))
        .where(Station.state != StationState.CLOSED)
        .order_by(Station.id)
    )
    return [
        Todo(title=N_("투표소 표 세기"), action=N_("세기"), endpoint="stations.station",
             arguments={"slug": row.assembly.place.slug, "station_id": row.id}, context=row.name,
             due_at=row.assembly.closes_at, place_id=row.assembly.place_id)
        for row in session().scalars(query)
        if is_staff(person, row.assembly.place, at) or can_count(person, row.assembly.place, at)
    ]  # fmt: skip
