"""What is kept of the channels with the result: their sums, the statements of the stations, participation by groups."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import select

from app.assembly.models import Assembly, CastBallot
from app.assembly.rules import KeyHolding
from app.assembly.rules.reading import Reading
from app.assembly.stations import queries
from app.assembly.stations.models import ChannelResult, CheckIn, ElectorLink
from app.assembly.stations.rules import groups
from app.assembly.stations.rules.states import LETTER_RULE, ONE_VOTE_RULE
from app.db.session import session
from app.people.models import RollEntry
from app.people.queries.rolls import eligible_entries
from app.people.rules import age_on
from app.places.queries import setting
from app.privacy.sealing import reveal
from voting.allocation import channels_to_json
from voting.encoding import JSON, canonical_json, parse_json

PAPER_FORMAT = "madang-paper-1"
MAX_STATEMENT = 16 * 1024 * 1024


def keep_channels(assembly: Assembly, reading: Reading, *, at: datetime) -> None:
    """Keep what each channel brought, for everybody to add up again; from ``at`` on, one may object."""
    session().merge(
        ChannelResult(
            assembly_id=assembly.id,
            channels=channels_to_json(reading.channels).decode(),
            statement=paper_statement(assembly),
            groups=groups.to_json(_participation(assembly)),
            objections_until=at + timedelta(days=setting(assembly.place, "assembly.objection_days")),
        )
    )
    session().flush()


def paper_statement(assembly: Assembly) -> str:
    """Return ``paper.json``: every station's statement, and the credentials that were struck. Empty without stations.

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
            "struck_credentials": struck,
            **({"lost_letters": queries.losses_by_state(assembly)} if by_letter else {}),
        }
    ).decode()


def _participation(assembly: Assembly) -> dict[str, list[groups.Row]]:
    roll = queries.roll_of_election(assembly)
    # Where codes came by letter nobody knows who of them voted online; a table of papers alone would mislead.
    if roll is None or roll.eligible_on is None or assembly.keys is KeyHolding.TRUSTEES:
        return {}
    return groups.tables(
        _electors(assembly, eligible_entries(roll), roll.eligible_on),
        least=setting(assembly.place, "assembly.least_group"),
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
