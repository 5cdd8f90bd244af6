"""Makes kiosks and what they send. Every function commits what it makes."""

import itertools
from datetime import datetime

from app.assembly.kiosks.models import Kiosk
from app.assembly.kiosks.services import pairing, taking
from app.assembly.services.casting import Receipt
from app.assembly.stations.models import Station
from app.db.session import transaction
from app.people.models import Person
from tests.conftest import NOW
from tests.factories_year import make_staff

_serial = itertools.count(1)


def register_kiosk(station: Station, *, by: Person | None = None, at: datetime = NOW) -> pairing.Handed:
    """Register a kiosk of a station, as a clerk does: what comes back has the pairing code and the exit number."""
    clerk = by or make_staff(station.assembly.place)
    number = next(_serial)
    with transaction():
        return pairing.register(station.id, name=f"민원대 {number}", once=f"k{number}", by=clerk, at=at)


def make_kiosk(station: Station, *, by: Person | None = None, at: datetime = NOW) -> tuple[Kiosk, str]:
    """Register a kiosk and bring its tablet in; return it with the tablet's secret."""
    handed = register_kiosk(station, by=by, at=at)
    with transaction():
        return pairing.pair(handed.code, at=at)


def send(kiosk: Kiosk, ballot: bytes, *, sealed_at: datetime | None = None, at: datetime = NOW) -> Receipt:
    """Send a ballot from a kiosk, as its page does: checked first, then put in."""
    taking.examine_at_kiosk(kiosk.assembly, ballot, sealed_at=sealed_at, at=at)
    with transaction():
        return taking.cast_at_kiosk(kiosk.id, ballot, sealed_at=sealed_at, at=at)


def say(kiosk: Kiosk, *, waiting: int = 0, refused: int = 0, at: datetime = NOW) -> None:
    """Give a sign of life."""
    with transaction():
        taking.report(kiosk.id, waiting=waiting, refused=refused, at=at)
