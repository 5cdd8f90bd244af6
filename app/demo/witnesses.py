"""Witnesses of the demonstration's open vote: two have looked, one has never come. Their keys are made here, and say so."""

from datetime import datetime, timedelta

from app.assembly.models import Assembly
from app.assembly.services.inclusion import head_of
from app.assembly.witnesses.queries import newest_head
from app.assembly.witnesses.services.cosigning import take_cosignatures
from app.assembly.witnesses.services.heads import offer_head
from app.assembly.witnesses.services.keeping import Wish, add_witness
from app.db.session import get_or_not_found, transaction
from app.people.models import Person
from app.places.models import Place
from voting.encoding import sha256
from voting.log.note import SignatureType, SignerKey

MADE_UP = "예시로 지어낸 증인입니다. 열쇠도 이 서버가 만들었으니 실제 투표에서는 믿지 마세요."
MADE_UP_EN = "Made up for the demonstration. This very server made its key: never trust it in a real vote."
WITNESSES = [
    ("goyang-dong", "고양동 주민자치회 (예시)", "Council of Goyang-dong (example)"),
    ("wondang", "원당 시민모임 (예시)", "Citizens of Wondang (example)"),
    ("university", "고양대학교 전산실 (예시)", "Goyang University computing (example)"),
]


def name_witnesses(place: Place, by: Person, at: datetime) -> None:
    """Let a dong trust three witnesses before its vote opens."""
    for word, name, name_en in WITNESSES:
        wish = Wish(
            name=name, name_en=name_en, about=MADE_UP, about_en=MADE_UP_EN, site="",
            key=str(_key(place, word).verifier), reason="주민자치회 정기회의에서 정함",
        )  # fmt: skip
        with transaction():
            add_witness(place.id, wish, once=f"demo-{word}", by=by, at=at)


def let_witnesses_sign(assembly: Assembly, at: datetime) -> None:
    """Let the first two sign the head of the opening and the one after the ballots so far."""
    for moment in (at, at + timedelta(minutes=10)):
        with transaction():
            offer_head(get_or_not_found(Assembly, assembly.id, lock=True), at=moment)
        head = newest_head(assembly)
        if head is None:
            return
        note = head_of(assembly, head.size, cosigned=False)
        keys = [_key(assembly.place, word) for word, _, _ in WITNESSES[:2]]
        seconds = int((moment + timedelta(minutes=1)).timestamp())
        cosigned = note.with_signatures([key.sign(note.text, at=seconds) for key in keys]).serialize()
        with transaction():
            take_cosignatures(assembly.id, cosigned, at=moment + timedelta(minutes=1))


def _key(place: Place, word: str) -> SignerKey:
    """Make a key of its name: nothing secret, so that the same demonstration has the same keys."""
    name = f"demo.{word}.{place.slug}.example"
    return SignerKey(name, SignatureType.COSIGNATURE, sha256(f"demonstration {name}".encode()))
