"""SELECTs about ceremonies."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.assembly.models import Assembly
from app.assembly.stations.rules.slips import SlipList
from app.ceremony.models import Ceremony, Seat, SeatMessage
from app.ceremony.rules import AUTHORITY, MessageKind, key_steps, step_now
from app.db.session import session
from app.errors import NotFound
from app.i18n import N_
from voting.election.credentials import credentials_fingerprint
from voting.encoding import canonical_json, sha256


def ceremony_of(assembly: Assembly) -> Ceremony | None:
    """Return the ceremony of an assembly; None where the server holds the key, or before it is begun."""
    return session().scalar(select(Ceremony).where(Ceremony.assembly_id == assembly.id))


def require_ceremony(assembly: Assembly) -> Ceremony:
    """Return the ceremony of an assembly.

    Raises:
        NotFound: there is none.
    """
    found = ceremony_of(assembly)
    if found is None:
        raise NotFound(N_("이 총회에는 열쇠 지기가 없습니다."))
    return found


def messages(ceremony: Ceremony) -> dict[MessageKind, dict[int, SeatMessage]]:
    """Return what was published in the present round, by kind and seat number."""
    query = (
        select(SeatMessage, Seat.number)
        .join(Seat, Seat.id == SeatMessage.seat_id)
        .where(SeatMessage.ceremony_id == ceremony.id, SeatMessage.round.in_((ceremony.round, 0)))
        .order_by(Seat.number)
    )
    found: dict[MessageKind, dict[int, SeatMessage]] = {kind: {} for kind in MessageKind}
    for message, number in session().execute(query):
        found[message.kind][number] = message
    return found


@dataclass(frozen=True)
class Standing:
    """Where a ceremony stands.

    Attributes:
        step: the step towards the key that is under way; None when the key is made.
        posted: seat numbers that published a message, by kind.
        credentials: the public list as published; None before.
        bodies: everybody's messages by kind, in the order of the seats; only where everybody's are there.
        complaint: evidence against a member, if any.
        slips: by what stations know the letters of this very public list again; None before.
    """

    step: MessageKind | None
    posted: dict[MessageKind, list[int]]
    bodies: dict[MessageKind, list[str]]
    credentials: str | None
    complaint: str | None
    slips: str | None = None

    @property
    def credentials_fingerprint(self) -> str:
        """The fingerprint of the public list; empty before it is there."""
        return credentials_digest(self.credentials) if self.credentials is not None else ""


def credentials_digest(text: str) -> str:
    """Return the fingerprint of a public list as its authority announces it: SHA-256 in unpadded base64."""
    return credentials_fingerprint(text.encode())


def standing(ceremony: Ceremony) -> Standing:
    """Return where a ceremony stands."""
    found = messages(ceremony)
    steps = key_steps(ceremony.threshold, ceremony.size)
    counts = {kind: len(found[kind]) for kind in steps}
    whole = [kind for kind in MessageKind if len(found[kind]) == ceremony.size]
    credentials = found[MessageKind.CREDENTIALS].get(AUTHORITY)
    complaint = next(iter(found[MessageKind.COMPLAINT].values()), None)
    slips = found[MessageKind.SLIPS].get(AUTHORITY)
    return Standing(
        step=step_now(steps, counts, ceremony.size),
        posted={kind: list(rows) for kind, rows in found.items()},
        bodies={kind: _bodies(list(found[kind].values())) for kind in whole},
        credentials=credentials.body if credentials else None,
        complaint=complaint.body if complaint else None,
        slips=slips.body if slips and credentials and _are_of(slips.body, credentials.body) else None,
    )


def _are_of(slips: str, credentials: str) -> bool:
    """Tell whether slips belong to a public list: a list that is published anew makes those before worthless."""
    return SlipList.parse(slips.encode()).credentials == credentials_digest(credentials)


def _bodies(rows: Sequence[SeatMessage]) -> list[str]:
    return [row.body for row in rows]


def value_hash(value: Any) -> str:
    """Return the hexadecimal SHA-256 of a JSON value in its canonical spelling."""
    return sha256(canonical_json(value)).hex()
