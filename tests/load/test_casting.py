"""Killed workers, lost answers, ballots sent twice, two desks at once: nothing acknowledged is lost, nobody votes twice.

``make soak`` runs the same with a thousand rounds and ten thousand casts; ``MADANG_SOAK=0.1`` with a tenth of them.
"""

import os
import random
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from app.assembly.models import Assembly, BoardRecord, CastBallot
from app.assembly.services import board, casting
from app.assembly.stations.models import Station
from app.assembly.stations.services import checking_in
from app.db.session import session, transaction
from app.errors import AppError
from app.people.models import Person
from tests.conftest import NOW
from tests.factories_stations import make_roll_assembly, make_station
from tests.factories_year import make_assembly, make_staff
from tests.load.casting import FORK, Told, ballots_of, drain, kill_in_the_middle, let_go, start
from voting import Demands, Event, tracker_of
from voting.election.verify.run import examine_archive

SHARE = float(os.environ.get("MADANG_SOAK", "0"))
"""How much of the soak is wished: 1 is all of it, 0.1 a tenth."""
ROUNDS = max(30, int(1_000 * SHARE))
CASTS = max(120, int(10_000 * SHARE))
WORKERS = 8 if SHARE else 4
DUPLICATES = 0.3
CUT = 0.2
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("app")]


def require_on_board(assembly: Assembly, told: list[Told]) -> None:
    """See every receipt kept: the ballot stands where its receipt says, in the event that the receipt names."""
    rows = session().execute(
        select(CastBallot.tracker, CastBallot.height, BoardRecord.event).join(
            BoardRecord, (BoardRecord.height == CastBallot.height) & (BoardRecord.assembly_id == CastBallot.assembly_id)
        )
    )
    standing = {row[0]: Told(row[0], row[1], Event.parse(row[2].encode()).hash) for row in rows}
    lost = [receipt for receipt in told if standing.get(receipt.tracker) != receipt]
    assert lost == []


def require_sound(assembly: Assembly, folder: Path) -> int:
    """Verify the whole board as a stranger would; return how many ballots it counts."""
    path = folder / "board.bel"
    path.write_bytes(b"".join(board.archive(assembly)))
    return examine_archive(path, Demands(finished=False, strong_decryption=False)).ballots


def test_no_acknowledged_ballot_is_lost_when_workers_are_killed(app: Flask, tmp_path: Path):
    assembly, people = make_assembly([1_000_000], residents=10)
    each = 5
    address = f"/{assembly.place.slug}/assembly/ballots"
    told: list[Told] = []
    dice = random.Random(1)
    for first in range(0, ROUNDS, 10):
        # Ten rounds of five ballots; a ballot that no receipt came back for is sent again in the next round.
        ballots = ballots_of(assembly, people, each=each)
        for _ in range(min(10, ROUNDS - first)):
            some, ballots = ballots[:each], ballots[each:]
            session().rollback()
            with time_machine.travel(NOW):
                told += kill_in_the_middle(app, address, some, after=dice.randrange(1, each))
    require_on_board(assembly, told)
    assert len(told) >= ROUNDS
    count = session().scalar(select(func.count(CastBallot.id)))
    session().refresh(assembly)
    assert assembly.head_height == count
    assert require_sound(assembly, tmp_path) == len(set(session().scalars(select(CastBallot.credential))))


def test_duplicates_and_cut_connections_leave_one_vote_a_voter_and_a_receipt_for_every_client(
    app: Flask, tmp_path: Path
):
    voters = CASTS * 7 // 10
    assembly, people = make_assembly([1_000_000], residents=voters)
    distinct = ballots_of(assembly, people)
    dice = random.Random(2)
    cast = distinct + [dice.choice(distinct) for _ in range(int(CASTS * DUPLICATES))]
    dice.shuffle(cast)
    address = f"/{assembly.place.slug}/assembly/ballots"
    session().rollback()
    with time_machine.travel(NOW):
        workers = [start(app, address, cast[n::WORKERS], cut=CUT, seed=n) for n in range(WORKERS)]
        told = [receipt for _, listening in workers for receipt in drain(listening)]
    for worker, _ in workers:
        worker.join()
        assert worker.exitcode == 0
    assert len(told) == len(cast)
    assert {receipt.tracker for receipt in told} == {tracker_of(data) for data in distinct}
    require_on_board(assembly, told)
    assert session().scalar(select(func.count(CastBallot.id))) == voters
    assert require_sound(assembly, tmp_path) == voters


def test_two_processes_never_let_one_person_vote_on_paper_and_online(app: Flask):
    assembly, people, entries = make_roll_assembly([1_000_000], residents=12, others=0)
    clerk = make_staff(assembly.place)
    station = make_station(assembly, by=clerk, printed=20)
    ballots, ids = ballots_of(assembly, people), [entry.id for entry in entries]
    station_id, clerk_id, assembly_id = station.id, clerk.id, assembly.id
    gate = FORK.Barrier(2)
    session().rollback()

    def at_the_desk() -> None:
        let_go(app)
        with app.app_context():
            for entry_id in ids:
                gate.wait()
                try:
                    with transaction() as current:
                        checking_in.check_in(station_id, entry_id, by=current.get_one(Person, clerk_id), at=NOW)
                except AppError:
                    session().rollback()

    def at_home() -> None:
        let_go(app)
        with app.app_context():
            for data in ballots:
                gate.wait()
                try:
                    with transaction():
                        casting.cast_ballot(assembly_id, data, at=NOW)
                except AppError:
                    session().rollback()

    processes = [FORK.Process(target=act, daemon=True) for act in (at_the_desk, at_home)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(180)
        assert process.exitcode == 0
    issued = session().get_one(Station, station_id).issued
    online = session().scalar(select(func.count(CastBallot.id))) or 0
    assert issued + online == 12
