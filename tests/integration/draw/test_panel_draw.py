"""A draw from panels: mixed once, published, picked by three balls; and everybody who would like another table."""

import hashlib
import json
from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.exc import DBAPIError

from app.council.models import Application
from app.council.rules.calls import ApplicationState, CallState
from app.council.services.calling import reopen_call
from app.db.session import session, transaction
from app.draw.models import BallReading, LotteryDraw, PanelTableText
from app.draw.queries import panels as tables
from app.draw.queries import todos
from app.draw.queries.files import sitting_and_reserves
from app.draw.rules import AbortReason, DrawState, EventKind, Mode, Step
from app.draw.services import after, balls, ceremony, panels, preparing
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.jobs.models import Job
from app.people.models import Person
from app.record.queries import chain
from tests.at_once import at_once
from tests.conftest import NOW
from tests.factories import make_resident
from tests.factories_draw import (
    DRAWS_AT,
    PICKS_AT,
    DrawWorld,
    freeze,
    fresh,
    make_balls,
    make_draw,
    make_published,
)
from voting.lottery import parse_bundle, verify_panels, verify_replacement, verify_result
from voting.lottery.verify.check import require_same_panels

pytestmark = pytest.mark.slow


TRIGGERS_OFF = {
    "sqlite": "DROP TRIGGER draw_panels_stay",
    "postgresql": "ALTER TABLE lottery_draws DISABLE TRIGGER lottery_draws_guard",
}
"""To put a draw back to where its job was lost."""


def read(draw: LotteryDraw, by: Person, digits: str, *, randomness: str = "", later: bool = True) -> LotteryDraw:
    at = PICKS_AT if later else DRAWS_AT
    with time_machine.travel(at, tick=False), transaction():  # the job goes by the clock
        return balls.read_balls(draw.id, digits, randomness=randomness, by=by, at=at)


def begin_pick(world: DrawWorld, draw: LotteryDraw) -> LotteryDraw:
    with transaction():
        ceremony.open_ceremony(draw.id, by=world.clerk, at=PICKS_AT)
    return fresh(draw)


def table_of(draw: LotteryDraw) -> bytes:
    return tables.text_of(draw).encode()


def test_the_number_of_the_balls_seats_the_people_of_that_panel(world: DrawWorld, picked: LotteryDraw):
    bundle, result = picked.bundle.encode(), picked.result.encode()
    commitments = {seat.name: seat.commitment for seat in picked.witnesses}
    _, table = verify_panels(bundle, table_of(picked), commitments=commitments)
    _, found = verify_result(bundle, result, commitments=commitments)
    require_same_panels(table, found)
    assert picked.panels_hash == hashlib.sha256(table_of(picked)).hexdigest() == table.commitment
    assert sorted(found.outcome.selected) == list(table.panels[417])
    assert picked.call.state is CallState.DRAWN
    rows = {row.number: row for row in session().scalars(sa.select(Application))}
    assert {n for n, row in rows.items() if row.state is ApplicationState.SELECTED} == set(table.panels[417])
    waiting = sorted((row for row in rows.values() if row.state is ApplicationState.RESERVE), key=lambda r: r.rank or 0)
    assert [row.number for row in waiting] == list(found.outcome.reserves)


def test_a_reserve_follows_by_the_published_rule(world: DrawWorld, picked: LotteryDraw):
    first = sitting_and_reserves(picked)[0][0]
    with transaction():
        after.note_leaving(picked, first, EventKind.VACANT, at=PICKS_AT)
    found = fresh(picked)
    verify_replacement(found.bundle.encode(), found.result.encode(), found.replacement.encode())


def test_every_step_stands_in_the_record_with_its_hash(world: DrawWorld, picked: LotteryDraw):
    entries = [entry for entry, _hash in chain(world.place) if entry.act.startswith("draw.")]
    assert [entry.act for entry in entries] == [
        "draw.set_up", "draw.frozen", "draw.published", *["draw.committed"] * 3, "draw.mixing_opened",
        "draw.commitments_closed", *["draw.revealed"] * 3, "draw.reveals_closed", "draw.mixed", "draw.tabled",
        "draw.opened", "draw.drawn",
    ]  # fmt: skip
    hashes = {entry.act: entry.document_hash for entry in entries}
    assert hashes["draw.mixing_opened"] == hashes["draw.mixed"] == picked.commitment
    assert hashes["draw.tabled"] == hashes["draw.opened"] == picked.panels_hash
    assert hashes["draw.drawn"] == picked.result_hash


def test_everybody_sits_in_as_many_panels_as_their_chance_says(world: DrawWorld, tabled: LotteryDraw):
    bundle = parse_bundle(tabled.bundle.encode())
    times = Counter(number for panel in json.loads(table_of(tabled))["panels"] for number in panel)
    summary = tables.summary_of(tabled)
    assert summary is not None
    assert summary.furthest <= 2
    for number, kind in bundle.index.items():
        share = tables.share_of(tabled, number)
        assert share is not None
        assert (share.count, share.panels) == (times[number], 1_000)
        assert abs(share.count - share.exact) <= summary.furthest
        level = summary.levels[bundle.probabilities[kind]]
        assert level.fewest <= share.count <= level.most
        assert share.numbers == sorted(share.numbers)
        assert number in tables.panel_of(tabled, int(share.numbers[0])).members


def test_the_table_names_nobody(world: DrawWorld, tabled: LotteryDraw):
    assert "가상" not in tables.text_of(tabled)


# An early hour.


def test_the_mixing_begins_neither_before_the_notice_nor_before_the_hour(world: DrawWorld):
    draw = make_published(world, mode=Mode.PANELS)
    for at in (NOW + timedelta(days=6), DRAWS_AT - timedelta(seconds=1)):
        with pytest.raises(RuleViolation), transaction():
            ceremony.open_mixing(draw.id, by=world.clerk, at=at)
    with pytest.raises(RuleViolation), transaction():
        ceremony.open_ceremony(draw.id, by=world.clerk, at=PICKS_AT)


def test_the_pick_begins_neither_before_the_table_s_notice_nor_before_the_hour(world: DrawWorld, tabled: LotteryDraw):
    for at in (DRAWS_AT, DRAWS_AT + timedelta(days=7), PICKS_AT - timedelta(seconds=1)):
        with pytest.raises(RuleViolation), transaction():
            ceremony.open_ceremony(tabled.id, by=world.clerk, at=at)
    for typed in ("417", "482914"):
        with pytest.raises((RuleViolation, InvalidInput)):
            read(tabled, world.clerk, typed)


def test_a_table_that_came_late_still_stands_its_whole_notice(world: DrawWorld):
    late = PICKS_AT - timedelta(days=3)
    draw = make_balls(world, make_published(world, mode=Mode.PANELS), at=late)
    with time_machine.travel(late, tick=False):
        for person in (world.clerk, world.second):
            with transaction():
                balls.read_balls(draw.id, "482913", randomness="", by=person, at=late)
    tabled_at = fresh(draw).tabled_at
    assert tabled_at is not None
    with pytest.raises(RuleViolation), transaction():
        ceremony.open_ceremony(draw.id, by=world.clerk, at=PICKS_AT)
    with transaction():
        ceremony.open_ceremony(draw.id, by=world.clerk, at=tabled_at + timedelta(days=7))


def test_a_pick_announced_too_soon_after_the_mixing_or_no_hour_of_mixing_is_refused(world: DrawWorld):
    for options in ({"draws_at": DRAWS_AT + timedelta(days=7)}, {"draws_at": NOW + timedelta(days=2)}):
        with pytest.raises(InvalidInput):
            make_draw(world, mode=Mode.PANELS, **options)
    with pytest.raises(InvalidInput), transaction():
        preparing.set_up(
            world.call.id, mode=Mode.PANELS, draws_at=PICKS_AT, hall="강당", beacon=None, by=world.clerk, at=NOW
        )


def test_a_mixing_too_soon_after_the_notice_is_not_published(world: DrawWorld):
    draw = freeze(world, make_draw(world, mode=Mode.PANELS), at=NOW)
    with pytest.raises(RuleViolation), transaction():
        preparing.publish(draw.id, version=draw.version, by=world.clerk, at=DRAWS_AT - timedelta(days=6))


# Another table.


@pytest.mark.parametrize("column", ["mix_digits", "mix_randomness", "panels_hash", "tabled_at", "mixed_at", "bundle"])
def test_the_database_itself_keeps_what_was_mixed_and_published(world: DrawWorld, tabled: LotteryDraw, column: str):
    other = NOW if column.endswith("_at") else "1"
    with pytest.raises(DBAPIError), transaction() as current:
        current.execute(sa.update(LotteryDraw).where(LotteryDraw.id == tabled.id).values({column: other}))
    with pytest.raises(DBAPIError), transaction() as current:
        current.execute(sa.update(LotteryDraw).where(LotteryDraw.id == tabled.id).values(mixed_at=None, tabled_at=None))


def test_the_database_itself_keeps_the_published_table(world: DrawWorld, tabled: LotteryDraw):
    with pytest.raises(DBAPIError), transaction() as current:
        current.execute(sa.update(PanelTableText).values(data="{}"))


def exchange_table(draw: LotteryDraw, data: bytes) -> None:
    """Put another table in the place of the published one, as somebody with the keys of the database could."""
    with transaction() as current:
        current.execute(sa.delete(PanelTableText))
        current.add(PanelTableText(draw_id=draw.id, data=data.decode(), made_at=NOW))
    tables._known.clear()


def test_a_table_changed_after_its_notice_picks_nobody(world: DrawWorld, tabled: LotteryDraw):
    document = json.loads(table_of(tabled))
    document["panels"][0], document["panels"][417] = document["panels"][417], document["panels"][0]
    forged = json.dumps(document, separators=(",", ":"), ensure_ascii=False, sort_keys=True).encode()
    begin_pick(world, tabled)
    read(tabled, world.clerk, "417")
    exchange_table(tabled, forged)
    with pytest.raises(RuleViolation) as refusal:
        read(tabled, world.second, "417")
    assert "공고한 지문과 다릅니다" in str(refusal.value)
    with pytest.raises(RuleViolation):
        tables.table_of(fresh(tabled))
    assert fresh(tabled).state is DrawState.CEREMONY


def test_panels_are_mixed_once(world: DrawWorld, tabled: LotteryDraw):
    before = table_of(tabled)
    for digits in ("482913", "111111"):
        with pytest.raises((RuleViolation, InvalidInput)):
            read(tabled, world.witnesses[0], digits, later=False)
    with pytest.raises(RuleViolation), transaction():
        ceremony.open_mixing(tabled.id, by=world.clerk, at=PICKS_AT)
    with pytest.raises(RuleViolation), transaction():
        panels.note_mixing(tabled, "111111", "", at=PICKS_AT)
    with pytest.raises(RuleViolation), transaction():
        panels.request_table(tabled.id, by=world.clerk, at=PICKS_AT)
    with transaction():
        panels.publish_table(tabled.id, before, at=PICKS_AT)  # a job that is delivered twice
    with pytest.raises(RuleViolation), transaction():
        panels.publish_table(tabled.id, before + b" ", at=PICKS_AT)
    assert table_of(fresh(tabled)) == before


def test_the_second_submission_of_the_mixing_leads_to_the_same(world: DrawWorld, tabled: LotteryDraw):
    assert read(tabled, world.second, "482913", later=False).state is DrawState.TABLED
    assert session().scalar(sa.select(sa.func.count(BallReading.id))) == 2


def test_a_lost_job_is_asked_for_again_and_makes_the_same_table(world: DrawWorld, tabled: LotteryDraw):
    before = table_of(tabled)
    with transaction() as current:
        current.execute(sa.delete(PanelTableText))
        current.execute(sa.text(TRIGGERS_OFF[current.get_bind().dialect.name]))
        current.execute(
            sa.update(LotteryDraw).values(state=DrawState.MIXED, panels_hash="", tabled_at=None)
        )  # fmt: skip
    with time_machine.travel(DRAWS_AT, tick=False), transaction():
        panels.request_table(tabled.id, by=world.clerk, at=DRAWS_AT)
    assert table_of(fresh(tabled)) == before
    jobs = session().scalars(sa.select(Job).where(Job.kind == panels.TABLE_JOB)).all()
    assert [job.arguments for job in jobs] == [{"draw_id": tabled.id}] * 2


def test_a_list_that_was_opened_again_in_between_is_neither_mixed_nor_picked(world: DrawWorld, tabled: LotteryDraw):
    with transaction():
        reopen_call(tabled.call_id, reason="뒤늦게 한 사람을 더 넣으려고 합니다", by=world.clerk, at=DRAWS_AT)
    with pytest.raises(RuleViolation) as refusal, transaction():
        ceremony.open_ceremony(tabled.id, by=world.clerk, at=PICKS_AT)
    assert "다시 열렸습니다" in str(refusal.value)


def test_a_list_opened_again_before_the_mixing_is_not_mixed(world: DrawWorld):
    draw = make_published(world, mode=Mode.PANELS)
    with transaction():
        reopen_call(draw.call_id, reason="뒤늦게 한 사람을 더 넣으려고 합니다", by=world.clerk, at=NOW)
    with pytest.raises(RuleViolation), transaction():
        ceremony.open_mixing(draw.id, by=world.clerk, at=DRAWS_AT)


def test_nobody_changes_the_way_of_a_published_draw(world: DrawWorld, tabled: LotteryDraw):
    with pytest.raises(RuleViolation), transaction():
        preparing.change(
            tabled.id, quotas=tabled.lines, mode=Mode.QUOTA, draws_at=PICKS_AT, hall="강당", beacon=None,
            version=tabled.version, by=world.clerk, at=DRAWS_AT,
        )  # fmt: skip


def test_the_organiser_alone_cannot_stop_and_mix_again(world: DrawWorld, tabled: LotteryDraw):
    words = "표가 마음에 들지 않아 다시 섞으려고 합니다"

    def stop(reason: AbortReason) -> None:
        with transaction():
            preparing.abort(tabled.id, reason, words, version=fresh(tabled).version, by=world.clerk, at=DRAWS_AT)

    for reason in (AbortReason.LIST_WRONG, AbortReason.DISASTER):
        with pytest.raises(RuleViolation):
            stop(reason)
    for witness in world.witnesses[:2]:
        with transaction():
            ceremony.agree_to_abort(tabled.id, by=witness, at=DRAWS_AT)
    stop(AbortReason.DISASTER)
    assert fresh(tabled).state is DrawState.ABORTED
    again = make_draw(world, mode=Mode.PANELS)
    assert (again.attempt, again.panels_hash) == (2, "")


# The pick.


def test_two_different_readings_pick_nobody_and_the_mixing_s_balls_are_not_read_again(
    world: DrawWorld, tabled: LotteryDraw
):
    draw = begin_pick(world, tabled)
    assert (draw.step, draw.read_again, balls.balls_of(draw)) == (Step.BALLS, 0, 3)
    with pytest.raises(InvalidInput):
        read(draw, world.clerk, "482913")
    read(draw, world.clerk, "417")
    with pytest.raises(RuleViolation):
        read(draw, world.clerk, "418")
    read(draw, world.second, "471")
    assert (fresh(draw).state, fresh(draw).read_again) == (DrawState.CEREMONY, 1)
    for person in (world.clerk, world.witnesses[0]):
        read(draw, person, "417")
    assert fresh(draw).state is DrawState.DRAWN


def test_a_second_number_after_the_pick_changes_nothing(world: DrawWorld, picked: LotteryDraw):
    result = picked.result
    assert read(picked, world.second, "417").state is DrawState.DRAWN  # the same once more: a double click
    for person in (world.clerk, world.witnesses[0]):
        with pytest.raises(RuleViolation):
            read(picked, person, "007")
    with pytest.raises(RuleViolation), transaction():
        ceremony.open_ceremony(fresh(picked).id, by=world.clerk, at=PICKS_AT + timedelta(days=1))
    with pytest.raises(DBAPIError), transaction() as current:
        current.execute(sa.update(LotteryDraw).values(result="{}"))
    assert fresh(picked).result == result


def test_two_witnesses_without_staff_and_strangers_pick_nothing(world: DrawWorld, tabled: LotteryDraw):
    begin_pick(world, tabled)
    read(tabled, world.witnesses[0], "417")
    with pytest.raises(RuleViolation):
        read(tabled, world.witnesses[1], "417")
    with pytest.raises(NotAllowed):
        read(tabled, make_resident(world.place), "417")
    with pytest.raises(NotAllowed), transaction():
        panels.request_table(tabled.id, by=world.witnesses[0], at=PICKS_AT)


def test_two_clerks_at_once_pick_one_panel(app: Flask, world: DrawWorld, tabled: LotteryDraw):
    begin_pick(world, tabled)
    read(tabled, world.witnesses[0], "417")

    draw_id, readers = tabled.id, (world.clerk.id, world.second.id)

    def second(person_id: int) -> None:
        balls.read_balls(draw_id, "417", randomness="", by=session().get_one(Person, person_id), at=PICKS_AT)

    assert at_once(app, *(partial(second, reader) for reader in readers)) == [RuleViolation]
    found = session().get_one(LotteryDraw, draw_id)
    assert found.state is DrawState.DRAWN
    assert json.loads(found.result)["digits"] == "417"
    acts = [entry.act for entry, _hash in chain(world.place)]
    assert acts.count("draw.drawn") == 1


def test_a_named_beacon_is_mixed_in_and_not_asked_for_again(world: DrawWorld):
    pulse = "cd" * 32
    draw = make_balls(world, make_published(world, mode=Mode.PANELS, beacon=("ab" * 32, 4_000_000)))
    with pytest.raises(InvalidInput):
        read(draw, world.clerk, "482913", later=False)
    for person in (world.clerk, world.second):
        read(draw, person, "482913", randomness=pulse, later=False)
    draw = fresh(draw)
    assert json.loads(table_of(draw))["beacon"] == {"randomness": pulse, "round": 4_000_000}
    begin_pick(world, draw)
    for person in (world.clerk, world.second):
        read(draw, person, "007")
    found = fresh(draw)
    verify_result(found.bundle.encode(), found.result.encode())


def test_staff_and_the_dong_s_calendar_know_what_comes_next(world: DrawWorld):
    draw = make_published(world, mode=Mode.PANELS)
    assert [todo.due_at for todo in todos.todos(world.clerk, NOW)] == [DRAWS_AT]
    assert [meeting.at for meeting in todos.meetings(world.place, NOW)] == [DRAWS_AT, PICKS_AT]
    assert {todo.due_at for todo in todos.todos(world.witnesses[0], NOW)} == {DRAWS_AT}
    make_balls(world, draw)
    for person in (world.clerk, world.second):
        read(draw, person, "482913", later=False)
    assert [todo.due_at for todo in todos.todos(world.clerk, DRAWS_AT)] == [PICKS_AT]
    assert [meeting.at for meeting in todos.meetings(world.place, DRAWS_AT)] == [PICKS_AT]
    assert not todos.todos(world.witnesses[0], DRAWS_AT)
