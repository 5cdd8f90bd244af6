"""SELECTs about witnesses, the heads put before them, and their cosignatures."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from app.assembly.models import Assembly
from app.assembly.rules import AssemblyState
from app.assembly.witnesses.models import BoardHead, Contradiction, Cosignature, Witness
from app.assembly.witnesses.permissions import can_keep_witnesses
from app.assembly.witnesses.rules import Trust
from app.db.session import session
from app.errors import NotFound
from app.i18n import N_
from app.people.models import Person
from app.people.queries.people import in_places_of
from app.places.models import Place
from app.places.queries import setting
from app.places.settings.process import ASSEMBLY_WITNESS_QUORUM, ASSEMBLY_WITNESS_SILENT_MINUTES
from app.todo import Todo

PAGE = 50


def witnesses_of(place: Place, *, retired: bool = False) -> list[Witness]:
    """Return who witnesses at a place, its own and those of the places above it, in the order in which they came.

    Args:
        place: where.
        retired: those who witness there no more instead.
    """
    lineage = Witness.place_id.in_(place.ancestor_ids)
    state = Witness.retired_at.is_not(None) if retired else Witness.retired_at.is_(None)
    query = select(Witness).where(lineage, state).options(joinedload(Witness.place)).order_by(Witness.id)
    return list(session().scalars(query.limit(PAGE)))


def require_witness(place: Place, witness_id: int) -> Witness:
    """Return a witness that a place itself trusts, or trusted.

    Raises:
        NotFound: the place has no such witness.
    """
    found = session().scalar(select(Witness).where(Witness.id == witness_id, Witness.place_id == place.id))
    if found is None:
        raise NotFound(N_("찾으시는 것이 없습니다."))
    return found


def trust_at(place: Place) -> Trust:
    """Return whose cosignatures an election that opens now would bind."""
    return Trust.of([row.key for row in witnesses_of(place)], wanted=setting(place, ASSEMBLY_WITNESS_QUORUM))


def names_of(place: Place, keys: Iterable[str]) -> dict[str, Witness]:
    """Return what is known of keys that witness, or witnessed, at a place."""
    query = select(Witness).where(Witness.place_id.in_(place.ancestor_ids), Witness.key.in_(list(keys)))
    return {row.key: row for row in session().scalars(query.order_by(Witness.id))}


def newest_head(assembly: Assembly) -> BoardHead | None:
    """Return the newest head put before the witnesses that the board still reaches; None without witnesses."""
    query = (
        select(BoardHead)
        .where(BoardHead.assembly_id == assembly.id, BoardHead.size <= assembly.head_height + 1)
        .order_by(BoardHead.size.desc())
        .limit(1)
    )
    return session().scalar(query)


def cosignatures_of(assembly: Assembly, size: int) -> list[Cosignature]:
    """Return the cosignatures of one head, in the order of the election's keys."""
    query = select(Cosignature).where(Cosignature.assembly_id == assembly.id, Cosignature.size == size)
    order = {key: number for number, key in enumerate(Trust.from_json(assembly.witnesses).keys)}
    return sorted(session().scalars(query), key=lambda row: order.get(row.key, len(order)))


def best_size(assembly: Assembly, height: int) -> int | None:
    """Return the size of the head that says most of an event: the newest with its quorum, or else with most cosignatures.

    Returns:
        None while no witness has signed a head that covers the event.
    """
    trust = Trust.from_json(assembly.witnesses)
    if not trust.keys:
        return None
    count = func.count(Cosignature.id)
    query = (
        select(Cosignature.size, count)
        .where(
            Cosignature.assembly_id == assembly.id,
            Cosignature.size > height,
            # A board that was set back has signed heads that it does not reach any more.
            Cosignature.size <= assembly.head_height + 1,
        )
        .group_by(Cosignature.size)
    )
    found = [(min(number, trust.quorum), size) for size, number in session().execute(query)]
    return max(found)[1] if found else None


@dataclass(frozen=True)
class Confirmed:
    """What witnesses say of the head that the receipt of an event carries.

    Attributes:
        quorum: how many of them the election asks for; 0 without witnesses.
        rows: key, what the place says of it, and when it signed.
    """

    quorum: int
    rows: list[tuple[str, Witness | None, datetime]]

    @property
    def is_met(self) -> bool:
        """Tell whether enough have signed."""
        return len(self.rows) >= self.quorum


def confirmed(assembly: Assembly, height: int) -> Confirmed:
    """Return what witnesses say of the head that the receipt of an event carries (`best_size`)."""
    trust, size = Trust.from_json(assembly.witnesses), best_size(assembly, height)
    signed = cosignatures_of(assembly, size) if size is not None else []
    known = names_of(assembly.place, [row.key for row in signed]) if signed else {}
    return Confirmed(trust.quorum, [(row.key, known.get(row.key), row.cosigned_at) for row in signed])


def is_contradicted(assembly: Assembly) -> bool:
    """Tell whether somebody brought a head, signed by this board's log, that does not fit the board, and nobody settled it."""
    query = select(Contradiction.id).where(
        Contradiction.assembly_id == assembly.id, Contradiction.accepted_at.is_(None)
    )
    return session().scalar(query.limit(1)) is not None


def contradictions_of(assembly: Assembly) -> list[Contradiction]:
    """Return the proofs that this board's history was rewritten, settled or not, oldest first."""
    query = select(Contradiction).where(Contradiction.assembly_id == assembly.id).order_by(Contradiction.id)
    return list(session().scalars(query.limit(PAGE)))


@dataclass(frozen=True)
class Seen:
    """What one witness of a vote has signed so far.

    Attributes:
        key: its key, as the election binds it.
        witness: what the place says of it; None where that is gone.
        size: of the newest head that it signed; 0 for none.
        cosigned_at: when, by its own clock.
        silent_since: since when it owes a cosignature.
    """

    key: str
    witness: Witness | None
    size: int
    cosigned_at: datetime | None
    silent_since: datetime | None


def seen_by(assembly: Assembly) -> list[Seen]:
    """Return how far each witness of a vote has followed its board, in the order of the election."""
    trust = Trust.from_json(assembly.witnesses)
    if not trust.keys:
        return []
    known = names_of(assembly.place, trust.keys)
    newest = {
        key: (size, at)
        for key, size, at in session().execute(
            select(Cosignature.key, func.max(Cosignature.size), func.max(Cosignature.cosigned_at))
            .where(Cosignature.assembly_id == assembly.id)
            .group_by(Cosignature.key)
        )
    }
    signed = [newest.get(key, (0, None)) for key in trust.keys]
    owed = {size: _owed_since(assembly, size) for size in {size for size, _ in signed}}
    return [Seen(key, known.get(key), size, at, owed[size]) for key, (size, at) in zip(trust.keys, signed, strict=True)]


def _owed_since(assembly: Assembly, size: int) -> datetime | None:
    """Return when the first head after the one of a size was put before the witnesses; None while there is none."""
    query = select(func.min(BoardHead.offered_at)).where(BoardHead.assembly_id == assembly.id, BoardHead.size > size)
    return session().scalar(query)


def todos(person: Person, at: datetime) -> list[Todo]:
    """Return the witnesses that are silent during a vote, and the boards whose log contradicted itself."""
    query = (
        select(Assembly)
        .join(Assembly.place)
        .options(contains_eager(Assembly.place))
        .where(Assembly.state == AssemblyState.OPEN, Assembly.opened_at.is_not(None), in_places_of(person))
        .order_by(Assembly.id)
    )
    found = []
    for assembly in session().scalars(query):
        if not assembly.witnesses or not can_keep_witnesses(person, assembly.place, at):
            continue
        if is_contradicted(assembly):
            found.append(
                Todo(
                    title=N_("투표함의 머리 둘이 맞지 않는 까닭 찾기"), action=N_("증거 보기"),
                    why=N_("맞지 않는 까닭을 찾을 때까지 투표함은 표를 받지 않습니다."), due_at=at,
                    endpoint="witnesses.index", arguments={"slug": assembly.place.slug}, context=assembly.place.name,
                    place_id=assembly.place_id,
                )
            )  # fmt: skip
        if assembly.is_voting(at):
            found += _silent(assembly, at)
    return found


def _silent(assembly: Assembly, at: datetime) -> list[Todo]:
    patience = timedelta(minutes=setting(assembly.place, ASSEMBLY_WITNESS_SILENT_MINUTES))
    return [
        Todo(
            title=N_("조용한 증인에게 묻기: %(name)s"), action=N_("증인 보기"),
            values={"name": seen.witness.name if seen.witness is not None else seen.key.partition("+")[0]},
            why=N_("증인이 확인해야 접수증이 서버의 말에만 기대지 않습니다."), due_at=seen.silent_since + patience,
            endpoint="witnesses.index", arguments={"slug": assembly.place.slug}, context=assembly.place.name,
            place_id=assembly.place_id,
        )
        for seen in seen_by(assembly)
        if seen.silent_since is not None and at - seen.silent_since >= patience
        and (seen.witness is None or seen.witness.retired_at is None)
    ]  # fmt: skip
