"""Makes assemblies with a frozen roll, stations on them, and what people do there. Every function commits what it makes."""

import io
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from PIL import Image
from sqlalchemy import select

from app.assembly.models import Assembly
from app.assembly.rules import KeyHolding
from app.assembly.rules.papers import HandCount
from app.assembly.services import opening
from app.assembly.stations.models import Station
from app.assembly.stations.rules.slips import slip_digest
from app.assembly.stations.rules.states import Method, PaperChannel
from app.assembly.stations.services import checking_in, running
from app.db.session import session, transaction
from app.people.models import Person, Roll, RollEntry, Verification
from app.people.rules import RollState, Sex
from app.places.models import Place
from app.privacy.encryption import Indexed
from app.privacy.sealing import index_of, seal
from tests.conftest import NOW
from tests.factories_year import make_assembly, make_staff
from voting import Trustees, generate_credentials, generate_trustee_key, group_named
from voting.election.credentials import new_code
from voting.election.definition import new_uuid

_serial = itertools.count(1)
BORN = date(1970, 3, 4)


def make_roll(place: Place, names: list[str], *, born: date = BORN, by: Person | None = None) -> list[RollEntry]:
    """Make a frozen roll of women and men of two 통, all of one birthday."""
    by = by or make_staff(place)
    with transaction() as current:
        roll = Roll(
            place_id=place.id, title="2026년 명부", state=RollState.FROZEN, created_by=by.id, created_at=NOW,
            frozen_at=NOW, eligible_on=NOW.date(), min_age=15, entry_count=len(names), eligible_count=len(names),
            root="ab" * 32,
        )  # fmt: skip
        current.add(roll)
        current.flush()
        entries = []
        for number, name in enumerate(names, start=1):
            identity = index_of(Indexed.NAME_AND_BIRTH, name, born.isoformat())
            entry = RollEntry(
                roll_id=roll.id, number=number, sex=Sex.WOMAN if number % 2 else Sex.MAN, identity_index=identity,
                twin_index=identity, salt=bytes(32), is_eligible=True,
            )  # fmt: skip
            seal(entry, RollEntry.name, name)
            seal(entry, RollEntry.birth_date, born.isoformat())
            seal(entry, RollEntry.unit, f"{1 + number % 2}통")
            current.add(entry)
            entries.append(entry)
    return entries


def make_roll_assembly(
    costs: list[int],
    *,
    residents: int = 3,
    others: int = 3,
    prepare: Callable[[Assembly], None] | None = None,
    **options: Any,
) -> tuple[Assembly, list[Person], list[RollEntry]]:
    """Make an open assembly with a frozen roll: first the residents with accounts, then ``others`` without one.

    ``prepare`` may change something before it opens.
    """
    assembly, people = make_assembly(costs, residents=residents, is_open=False, **options)
    entries = make_roll(
        assembly.place, [f"주민 {letter}" for letter in "가나다라마바사아자차카타"[: residents + others]]
    )
    with transaction() as current:
        for person, entry in zip(people, entries, strict=False):
            row = current.scalars(select(Verification).where(Verification.person_id == person.id)).one()
            row.identity_index = entry.identity_index
    if prepare is not None:
        prepare(assembly)
    with transaction():
        opening.open_assembly(assembly.id, at=options.get("at", NOW))
    return assembly, people, entries


@dataclass(frozen=True)
class Letter:
    """What came by post: the code, and the slip that a station takes it by."""

    code: str
    slip: str
    credential: str


def make_letter_assembly(costs: list[int], *, people: int = 4) -> tuple[Assembly, list[Letter], list[RollEntry]]:
    """Make an open assembly whose key trustees hold and whose codes came by letter, with a frozen roll."""
    assembly, _ = make_assembly(costs, residents=0, is_open=False)
    entries = make_roll(assembly.place, [f"주민 {letter}" for letter in "가나다라마바사아자차카타"[:people]])
    group, uuid = group_named("Ed25519"), new_uuid()
    _, public = generate_trustee_key(group, name="열쇠 지기 1")
    _, other = generate_trustee_key(group, name="열쇠 지기 2")
    credentials, listed = generate_credentials([1] * people, uuid=uuid, group=group)
    letters = [Letter(each.code, new_code(old_format=True), group.serialize(each.public)) for each in credentials]
    with transaction():
        assembly.keys = KeyHolding.TRUSTEES
    prepared = opening.Prepared(
        uuid, Trustees(group, (public, other)), listed, "번호 관리인", {},
        {slip_digest(letter.slip, uuid): letter.credential for letter in letters},
    )  # fmt: skip
    with transaction():
        opening.open_assembly(assembly.id, at=NOW, prepared=prepared)
    return assembly, letters, entries


def make_station(
    assembly: Assembly,
    *,
    by: Person | None = None,
    method: Method = Method.PAPER,
    channel: PaperChannel = PaperChannel.BOOTH,
    printed: int = 10,
    boxes: int = 1,
    at: datetime = NOW,
) -> Station:
    """Make a station with ten papers and a box."""
    clerk = by or make_staff(assembly.place)
    with transaction():
        return running.set_up(
            assembly.id, name=f"동 주민센터 {next(_serial)}", method=method, channel=channel, boxes=boxes,
            printed=printed, once=f"s{next(_serial)}", by=clerk, at=at,
        )  # fmt: skip


def hand_count(assembly: Assembly, votes: list[int], *, papers: int, invalid: int = 0, **more: Any) -> HandCount:
    """Return a count by hand of an approval vote."""
    empty: tuple[int, ...] = ()
    return HandCount(
        papers, invalid, tuple(votes), tuple(votes), more.get("yes", empty), more.get("no", empty),
        more.get("abstained", empty), more.get("ballots", empty),
    )  # fmt: skip


def photo() -> bytes:
    """Return a small picture of a tally sheet."""
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(out, "JPEG")
    return out.getvalue()


def hand_out(station: Station, entries: list[RollEntry], *, by: Person, at: datetime = NOW) -> None:
    """Check people in."""
    for entry in entries:
        with transaction():
            checking_in.check_in(station.id, entry.id, by=by, at=at)


def count_station(station: Station, count: HandCount, *, by: tuple[Person, Person], at: datetime) -> None:
    """End the issuing, let two people count the one box alike, keep the photo, balance the papers and close."""
    with transaction():
        running.end_issuing(station.id, by=by[0], at=at)
    for person in by:
        with transaction():
            running.enter_count(station.boxes[0].id, count, by=person, at=at)
    with transaction():
        running.keep_sheet(station.boxes[0].id, photo(), by=by[0], at=at)
    session().refresh(station)
    with transaction():
        running.note_figures(
            station.id, printed=station.printed, spoiled=0, unused=station.printed - station.issued,
            taken_away=station.issued - count.papers, in_box=count.papers, note="", version=station.version,
            by=by[0], at=at,
        )  # fmt: skip
    with transaction():
        running.close_station(station.id, version=station.version, by=by[0], at=at)
