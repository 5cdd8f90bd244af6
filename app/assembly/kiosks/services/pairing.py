"""Registering a kiosk, bringing its tablet in, revoking it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.assembly.kiosks.models import Kiosk
from app.assembly.kiosks.rules import (
    PAIR_WITHIN,
    PAIRING_LENGTH,
    PAIRING_LETTERS,
    PIN_LENGTH,
    KioskState,
    pairing_code,
)
from app.assembly.models import Assembly
from app.assembly.permissions import can_run
from app.assembly.rules import AssemblyState
from app.assembly.services.preparing import NOT_STAFF
from app.assembly.stations.models import Station
from app.assembly.stations.rules.states import StationState
from app.db.session import get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.people.rules import Role
from app.record.services import append
from voting.election.definition import BASE58
from voting.election.randomness import Random, system_random
from voting.encoding import sha256

PIN_ROUNDS = 20_000
_DEVICE_LETTERS = 44
_SALT_LETTERS = 22


@dataclass(frozen=True)
class Handed:
    """What a clerk is shown once.

    Attributes:
        kiosk: which one.
        code: the pairing code, to be typed on the tablet.
        pin: the exit number, with which staff leave the voting screen.
    """

    kiosk: Kiosk
    code: str
    pin: str


def register(
    station_id: int, *, name: str, once: str, by: Person, at: datetime, random: Random = system_random
) -> Handed:
    """Register a kiosk of a station; the same form sent twice makes one, with new numbers.

    Raises:
        NotFound, NotAllowed: no such station; not staff.
        RuleViolation: the station issues no more, or voting is over.
    """
    station = get_or_not_found(Station, station_id)
    assembly = get_or_not_found(Assembly, station.assembly_id, lock=True)
    if not can_run(by, assembly.place, at):
        raise NotAllowed(NOT_STAFF)
    if (
        assembly.state is not AssemblyState.OPEN
        or at >= assembly.closes_at
        or station.state is not StationState.ISSUING
    ):
        raise RuleViolation(N_("투표가 끝나기 전, 용지를 내주는 투표소에만 키오스크를 둘 수 있습니다."))
    kiosk = session().scalar(select(Kiosk).where(Kiosk.once == once))
    if kiosk is None:
        kiosk = Kiosk(
            assembly_id=assembly.id, station_id=station.id, once=once, name=name, state=KioskState.NEW, created_at=at
        )
        session().add(kiosk)
        session().flush()
        append(
            assembly.place, "assembly.kiosk_registered", role=Role.DONG_STAFF, subject=f"kiosk:{kiosk.id}", at=at,
            values={"name": name, "station": station.name},
        )  # fmt: skip
    elif kiosk.state is not KioskState.NEW:
        raise RuleViolation(N_("이 키오스크에는 이미 태블릿을 연결했습니다."))
    return _hand_out(kiosk, at=at, random=random)


def renew(kiosk_id: int, *, by: Person, at: datetime, random: Random = system_random) -> Handed:
    """Make new numbers: for a tablet that was never brought in, or to put another in its place; the old one stops.

    Raises:
        NotFound, NotAllowed: no such kiosk; not staff.
        RuleViolation: it is revoked, voting is over, or ballots still lie on its tablet.
    """
    kiosk = _managed(kiosk_id, by=by, at=at)
    if kiosk.state is KioskState.REVOKED or at >= kiosk.assembly.closes_at:
        raise RuleViolation(N_("거둔 키오스크나 투표가 끝난 뒤에는 다시 연결할 수 없습니다."))
    if kiosk.waiting:
        raise RuleViolation(N_("태블릿에 보내지 못한 표가 있습니다. 먼저 보내 주세요."))
    kiosk.state, kiosk.device_hash = KioskState.NEW, ""
    append(
        kiosk.assembly.place, "assembly.kiosk_renewed", role=Role.DONG_STAFF, subject=f"kiosk:{kiosk.id}", at=at,
        values={"name": kiosk.name},
    )  # fmt: skip
    return _hand_out(kiosk, at=at, random=random)


def pair(typed: str, *, at: datetime, random: Random = system_random) -> tuple[Kiosk, str]:
    """Make the tablet on which a pairing code is typed this kiosk; return its secret, which only the tablet keeps.

    Raises:
        InvalidInput: no such code waits, or its time is over.
    """
    code = pairing_code(typed)
    kiosk = session().scalar(select(Kiosk).where(Kiosk.pairing_hash == sha256(code.encode()).hex()).with_for_update())
    if kiosk is None or kiosk.state is not KioskState.NEW or kiosk.pair_until is None or at >= kiosk.pair_until:
        raise InvalidInput(
            N_("맞는 연결 번호가 없거나 시간이 지났습니다. 담당자 화면에서 새 번호를 만들어 주세요."), field="code"
        )
    secret = _letters(_DEVICE_LETTERS, BASE58, random)
    kiosk.state, kiosk.paired_at, kiosk.seen_at = KioskState.IN_USE, at, at
    kiosk.device_hash, kiosk.pairing_hash, kiosk.pair_until = sha256(secret.encode()).hex(), "", None
    return kiosk, secret


def revoke(kiosk_id: int, *, by: Person, at: datetime) -> Kiosk:
    """Know a kiosk's device no more, for good. What lies on its tablet may still be sent as from any device, in time.

    Raises:
        NotFound, NotAllowed: no such kiosk; not staff.
    """
    kiosk = _managed(kiosk_id, by=by, at=at)
    if kiosk.state is KioskState.REVOKED:
        return kiosk
    kiosk.state, kiosk.revoked_at = KioskState.REVOKED, at
    kiosk.device_hash, kiosk.pairing_hash = "", ""
    append(
        kiosk.assembly.place, "assembly.kiosk_revoked", role=Role.DONG_STAFF, subject=f"kiosk:{kiosk.id}", at=at,
        values={"name": kiosk.name, "waiting": kiosk.waiting},
    )  # fmt: skip
    return kiosk


def pin_digest(pin: str, salt: str) -> str:
    """Return what is kept of an exit number, as hexadecimal; the tablet computes the same."""
    return hashlib.pbkdf2_hmac("sha256", pin.encode(), salt.encode(), PIN_ROUNDS).hex()


def _hand_out(kiosk: Kiosk, *, at: datetime, random: Random) -> Handed:
    code, pin = _letters(PAIRING_LENGTH, PAIRING_LETTERS, random), _letters(PIN_LENGTH, "0123456789", random)
    kiosk.pairing_hash, kiosk.pair_until = sha256(code.encode()).hex(), at + PAIR_WITHIN
    kiosk.pin_salt = _letters(_SALT_LETTERS, BASE58, random)
    kiosk.pin_hash = pin_digest(pin, kiosk.pin_salt)
    session().flush()
    return Handed(kiosk, code, pin)


def _letters(length: int, alphabet: str, random: Random) -> str:
    return "".join(alphabet[random(len(alphabet))] for _ in range(length))


def _managed(kiosk_id: int, *, by: Person, at: datetime) -> Kiosk:
    kiosk = get_or_not_found(Kiosk, kiosk_id, lock=True)
    if not can_run(by, kiosk.assembly.place, at):
        raise NotAllowed(NOT_STAFF)
    return kiosk
