"""Witnesses of ballot boxes, as tests need them. Keys are made from their names."""

import hashlib
from datetime import datetime, timedelta

from app.assembly.models import Assembly
from app.assembly.services.inclusion import head_of
from app.assembly.services.opening import open_assembly
from app.assembly.witnesses.models import Witness
from app.assembly.witnesses.queries import newest_head
from app.assembly.witnesses.services.cosigning import Taken, take_cosignatures
from app.assembly.witnesses.services.keeping import Wish, add_witness
from app.db.session import transaction
from app.places.models import Place
from tests.conftest import NOW
from tests.factories_year import make_assembly, make_staff
from voting.log.note import SignatureType, SignedNote, SignerKey


def witness_key(name: str) -> SignerKey:
    """Return the key of a name."""
    return SignerKey(name, SignatureType.COSIGNATURE, hashlib.sha256(name.encode()).digest())


KEYS = [witness_key(f"witness{number}.example") for number in (1, 2, 3)]


def make_witness(place: Place, key: SignerKey, *, once: str = "", at: datetime = NOW) -> Witness:
    """Let a clerk of a place trust a key."""
    wish = Wish(
        name=f"이웃 {key.verifier.name}", name_en="", about="이웃 동의 주민자치회입니다.", about_en="", site="",
        key=str(key.verifier), reason="정기회의에서 정함",
    )  # fmt: skip
    clerk = make_staff(place)
    with transaction():
        return add_witness(place.id, wish, once=once or key.verifier.name, by=clerk, at=at)


def make_witnessed(keys: list[SignerKey], *, residents: int = 3) -> tuple[Assembly, list[object]]:
    """Make an open assembly whose election binds these witnesses, two of whom are needed."""
    assembly, people = make_assembly([1_000_000, 2_000_000], residents=residents, is_open=False)
    for key in keys:
        make_witness(assembly.place, key)
    open_it(assembly)
    return assembly, list(people)


def open_it(assembly: Assembly, at: datetime = NOW) -> None:
    """Open the voting."""
    with transaction():
        open_assembly(assembly.id, at=at)


def cosigned(assembly: Assembly, *keys: SignerKey, at: datetime = NOW, size: int | None = None) -> SignedNote:
    """Return a head of the board (the one put before the witnesses) as the log signed it and these keys cosigned it."""
    if size is None:
        head = newest_head(assembly)
        size = assembly.head_height + 1 if head is None else head.size
    note = head_of(assembly, size, cosigned=False)
    return note.with_signatures([key.sign(note.text, at=int(at.timestamp())) for key in keys])


def leave(assembly: Assembly, note: SignedNote | bytes, *, at: datetime = NOW + timedelta(minutes=1)) -> Taken:
    """Leave a note at the board."""
    data = note if isinstance(note, bytes) else note.serialize()
    with transaction():
        return take_cosignatures(assembly.id, data, at=at)
