"""The council draws of the demonstration: one that was held, with a seat replaced since, and one that is announced.

The numbers of the first are those of 하남시 미사2동 (30 seats, 35 candidates, drawn 17 men and 13 women); who stands is
made up, and marked.
"""

import hashlib
from datetime import date, datetime, timedelta

from app.clock import kst_date, kst_midnight
from app.council.models import Application, CouncilTerm, OpenCall
from app.council.queries.people import council_of, terms_newest_first
from app.council.rules.calls import ApplicationState, CallKind, Capacity, Channel, Quota
from app.council.services import calling, overseeing
from app.council.services.founding import found_council
from app.db.session import get_or_not_found, session, transaction
from app.draw.models import LotteryDraw
from app.draw.queries.files import sitting_and_reserves
from app.draw.rules import Mode
from app.draw.services import after, balls, bundling, ceremony, filling, preparing
from app.people.models import Person
from app.people.rules import Sex
from app.places.models import Place
from app.privacy.sealing import seal
from voting.lottery import commitment_of

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
DRAWN_AT, ANNOUNCED_AT = "daepyeong", "dodam"
"""The dongs with the finished and with the announced draw."""
WITNESSES = (
    ("경찰관", Capacity.POLICE, "봄날의 느티나무"),
    ("주민 대표", Capacity.RESIDENT, "열네 번째 골목"),
    ("후보 대표", Capacity.CANDIDATE, "미사강변의 새벽"),
)
BANDS = ("30대", "40대", "50대", "60대", "70대 이상")
DIGITS = "482913"
SEATS = 30


def show_draws(place: Place, staff: Person, residents: list[Person], at: datetime) -> None:
    """Give a dong of the demonstration its draw, if it is one of the two and has no council yet.

    Args:
        place: a dong.
        staff: its clerk.
        residents: at least four; the first stands, the next three are witnesses.
        at: now; everything lies before it.
    """
    if place.slug not in {DRAWN_AT, ANNOUNCED_AT} or council_of(place) is not None:
        return
    held = place.slug == DRAWN_AT
    people = [(n % 5 > 2, Sex.MAN if n % 7 < 4 else Sex.WOMAN, BANDS[n % 5]) for n in range(35 if held else 60)]
    call = _call(place, staff, residents, people, at - (30 if held else 12) * DAY)
    draw = _announced(call, staff, at - (18 if held else 3) * DAY, draws_at=_afternoon(at - (8 if held else -9) * DAY))
    for seat, (_name, _capacity, secret) in zip(draw.witnesses, sorted(WITNESSES), strict=True):
        if seat.person is not None and (held or seat.name != "후보 대표"):
            with transaction():
                ceremony.hand_in(
                    draw.id,
                    hashlib.sha256(secret.encode()).hexdigest(),
                    by=seat.person,
                    at=draw.draws_at - (2 if held else 10) * DAY,
                )
    if held:
        _hold(draw, staff, draw.draws_at)
        with transaction():
            after.certify(draw.id, version=_fresh(draw).version, by=staff, at=draw.draws_at + 2 * HOUR)
        with transaction():
            filling.strike_reserve(draw.id, sitting_and_reserves(_fresh(draw))[1][0], by=staff, at=at - 2 * DAY)


def _call(
    place: Place, staff: Person, residents: list[Person], people: list[tuple[bool, Sex, str]], at: datetime
) -> OpenCall:
    """Found the council, call for members, and enter the candidates as checked ones."""
    today = kst_date(at)
    with transaction():
        council = found_council(
            place, seats=SEATS, founded_on=today, term_number=1, term_starts_on=date(today.year + 1, 1, 1), by=staff, at=at
        )  # fmt: skip
    term: CouncilTerm = terms_newest_first(council)[0]
    began = at - 40 * DAY
    plan = calling.CallPlan(
        title=f"{place.name} 주민자치회 위원 모집", text="교육을 마친 주민이면 누구나 지원할 수 있습니다.",
        reference_on=kst_date(began), opens_at=began, closes_at=began + 25 * DAY, objections_until=began + 32 * DAY,
    )  # fmt: skip
    with transaction():
        call = calling.plan_call(place, term, CallKind.FULL, plan, once=f"demo-{place.slug}", by=staff, at=began)
        calling.announce_call(call.id, version=call.version, by=staff, at=began)
        for (name, capacity, _secret), person in zip(WITNESSES, residents[1:], strict=False):
            overseeing.name_witness(call.id, name=name, capacity=capacity, person=person, by=staff, at=began)
        for index, (recommended, sex, band) in enumerate(people):
            row = Application(
                call_id=call.id, number=f"{index + 1:04}", person_id=residents[0].id if index == 0 else None,
                entered_by=staff.id, once=f"demo-{index}", channel=Channel.VISIT, state=ApplicationState.ELIGIBLE,
                track=call.tracks[int(recommended)].code, sex=sex, age_band=band, received_at=began + 2 * DAY,
                decided_at=began + 26 * DAY, decided_by=staff.id,
            )  # fmt: skip
            salt = hashlib.sha256(f"{place.slug}-{index}".encode()).hexdigest()[:32]
            seal(row, Application.legal_name, f"{place.name} 후보 {index + 1}", checked=True)
            seal(row, Application.birth_date, f"{1990 - 10 * BANDS.index(band)}-05-{1 + index % 28:02}", checked=True)
            seal(row, Application.identity_salt, salt, checked=True)
            session().add(row)
    return call


def _announced(call: OpenCall, staff: Person, at: datetime, *, draws_at: datetime) -> LotteryDraw:
    with transaction():
        draw = preparing.set_up(
            call.id,
            mode=Mode.QUOTA,
            draws_at=draws_at,
            hall=f"{call.place.name} 주민센터 3층",
            beacon=None,
            by=staff,
            at=at,
        )
        if call.place.slug == ANNOUNCED_AT:
            # A quota that binds, so that chances differ and each page can say why.
            preparing.change(
                draw.id, quotas=[*draw.lines, Quota("age", BANDS[-1], 0, 3), *(Quota("age", b, 4, SEATS) for b in BANDS[:-1])],
                mode=Mode.QUOTA, draws_at=draws_at, hall=draw.hall, beacon=None, version=draw.version, by=staff, at=at,
            )  # fmt: skip
        calling.freeze_call(call.id, by=staff, at=at)
    data = bundling.bundle_of_material(bundling.material_of(draw))
    with transaction():
        preparing.freeze(draw.id, data, commitment_of(data), version=_fresh(draw, read=False).version, at=at)
    with transaction():
        preparing.publish(draw.id, version=_fresh(draw, read=False).version, by=staff, at=at)
    return _fresh(draw)


def _hold(draw: LotteryDraw, staff: Person, at: datetime) -> None:
    with transaction():
        ceremony.open_ceremony(draw.id, by=staff, at=at)
        ceremony.close_commitments(draw.id, by=staff, at=at + HOUR / 6)
    seats = list(zip(_fresh(draw).witnesses, sorted(WITNESSES), strict=True))
    for seat, (_name, _capacity, secret) in seats:
        if seat.person is not None:
            with transaction():
                ceremony.reveal(draw.id, secret, by=seat.person, at=at + HOUR / 5)
    with transaction():
        ceremony.close_reveals(draw.id, by=staff, at=at + HOUR / 4)
    for reader in (staff, seats[0][0].person):
        if reader is not None:
            with transaction():
                balls.read_balls(draw.id, DIGITS, randomness="", by=reader, at=at + HOUR / 3)


def _afternoon(at: datetime) -> datetime:
    return kst_midnight(kst_date(at)) + 14 * HOUR


def _fresh(draw: LotteryDraw, *, read: bool = True) -> LotteryDraw:
    if read:
        session().rollback()
    return get_or_not_found(LotteryDraw, draw.id)
