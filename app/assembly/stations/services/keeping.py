"""What is kept of the channels with the result: their sums, the statements of the stations, participation by groups."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select

from app.assembly.models import Assembly, CastBallot
from app.assembly.rules import KeyHolding
from app.assembly.rules.reading import Reading
from app.assembly.stations import queries
from app.assembly.stations.models import ChannelResult, CheckIn, ElectorLink, Station
from app.assembly.stations.rules import groups
from app.assembly.stations.rules.states import LETTER_RULE, ONE_VOTE_RULE, PaperChannel
from app.assembly.stations.rules.telling import Part, told, told_channels
from app.db.session import session
from app.people.models import RollEntry
from app.people.queries.rolls import eligible_entries
from app.people.rules import age_on
from app.places.queries import setting
from app.privacy.sealing import reveal
from voting.allocation import channels_to_json
from voting.encoding import JSON, canonical_json, parse_json

PAPER_FORMAT = "madang-paper-2"
MAX_STATEMENT = 16 * 1024 * 1024


def keep_channels(assembly: Assembly, reading: Reading, *, at: datetime) -> None:
    """Keep what each channel brought, for everybody to add up again; from ``at`` on, one may object."""
    session().merge(
        ChannelResult(
            assembly_id=assembly.id,
            channels=channels_to_json(told_channels(reading.channels, least=_least(assembly))).decode(),
            statement=paper_statement(assembly),
            groups=groups.to_json(_participation(assembly)),
            objections_until=at + timedelta(days=setting(assembly.place, "assembly.objection_days")),
        )
    )
    session().flush()


def paper_statement(assembly: Assembly) -> str:
    """Return ``paper.json``: every station's statement, what its boxes held, and the credentials that were struck.

    Empty without stations. Boxes with few papers are not told apart from their channel (`rules.telling`), and ballots that
    are looked at whole never are: they belong to all of the vote.

    No struck credential has a ballot in the archive, which anybody can check; whose they are, nobody can.
    """
    stations = queries.stations_of(assembly)
    if not stations:
        return ""
    roll = queries.roll_of_election(assembly)
    by_letter = assembly.keys is KeyHolding.TRUSTEES
    struck: list[JSON] = [*queries.struck_credentials(assembly)]
    return canonical_json(
        {
            "format": PAPER_FORMAT,
            "fingerprint": assembly.fingerprint,
            "rule": LETTER_RULE if by_letter else ONE_VOTE_RULE,
            "roll_root": (roll.root or "") if roll is not None else "",
            "stations": [
                parse_json(row.statement.encode(), max_bytes=MAX_STATEMENT) for row in stations if row.statement
            ],
            **_box_counts(assembly, stations),
            "struck_credentials": struck,
            **({"lost_letters": queries.losses_by_state(assembly)} if by_letter else {}),
        }
    ).decode()


def _box_counts(assembly: Assembly, stations: Sequence[Station]) -> dict[str, JSON]:
    least = _least(assembly)
    counts: list[JSON] = []
    withheld = papers = 0
    for channel in PaperChannel:
        boxes = {
            f"{station.id}:{box.number}": (station, box, box.count)
            for station in stations
            for box in station.boxes
            if station.channel is channel and station.statement and box.count is not None
        }
        open_ = told([Part(key, count.papers) for key, (_, _, count) in boxes.items()], least=least)
        for key, (station, box, count) in boxes.items():
            if key in open_:
                held = {name: value for name, value in count.to_json().items() if name != "ballots"}
                counts.append({"station": station.name, "box": box.number, "count": held})
            else:
                withheld, papers = withheld + 1, papers + count.papers
    return {"counts": counts, "withheld": {"boxes": withheld, "papers": papers, "least": least}}


def _least(assembly: Assembly) -> int:
    least: int = setting(assembly.place, "assembly.least_group")
    return least


def _participation(assembly: Assembly) -> dict[str, list[groups.Row]]:
    roll = queries.roll_of_election(assembly)
    # Where codes came by letter nobody knows who of them voted online; a table of papers alone would mislead.
    if roll is None or roll.eligible_on is None or assembly.keys is KeyHolding.TRUSTEES:
        return {}
    return groups.tables(
        _electors(assembly, eligible_entries(roll), roll.eligible_on),
        least=_least(assembly),
    )


def _electors(assembly: Assembly, entries: list[RollEntry], day: date) -> Iterator[groups.Elector]:
    cast = set(session().scalars(select(CastBallot.credential).where(CastBallot.assembly_id == assembly.id)))
    links = session().scalars(select(ElectorLink).where(ElectorLink.assembly_id == assembly.id))
    voted = {link.roll_entry_id for link in links if reveal(link, ElectorLink.credential) in cast}
    voted |= set(session().scalars(select(CheckIn.roll_entry_id).where(CheckIn.assembly_id == assembly.id)))
    for entry in entries:
        born = date.fromisoformat(reveal(entry, RollEntry.birth_date) or "")
        yield groups.Elector(
            sex=entry.sex.value if entry.sex is not None else "",
            age=age_on(born, day),
            unit=reveal(entry, RollEntry.unit) or "",
            took_part=entry.id in voted,
        )
