"""The ceremony against people who would like another outcome, and people who click twice (security.md T59)."""

import hashlib
import json
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from app.council.models import Application, AppointmentList
from app.council.rules.calls import ApplicationState, CallState
from app.db.session import session, transaction
from app.draw.models import BallReading, LotteryDraw
from app.draw.rules import AbortReason, DrawState, Mode, Step
from app.draw.services import after, balls, ceremony, preparing
from app.errors import Conflict, InvalidInput, NotAllowed, RuleViolation
from app.people.models import Person
from app.privacy.rules import find_resident_numbers
from app.record.queries import chain
from app.record.rules import Entry, verify_chain
from tests.at_once import at_once
from tests.conftest import NOW
from tests.factories import make_person
from tests.factories_draw import (
    DRAWS_AT,
    SECRETS,
    DrawWorld,
    freeze,
    fresh,
    hand_in_all,
    make_balls,
    make_call,
    make_draw,
    make_drawn,
    make_published,
)
from voting.lottery import VerifiedBundle, verify_bundle, verify_result

pytestmark = pytest.mark.slow


def commitments(draw: LotteryDraw) -> dict[str, str]:
    return {seat.name: seat.commitment for seat in draw.witnesses}


def record_of(world: DrawWorld) -> list[Entry]:
    return [entry for entry, _hash in chain(world.place)]


def read(draw: LotteryDraw, by: Person, digits: str = "482913", randomness: str = "") -> LotteryDraw:
    with transaction():
        return balls.read_balls(draw.id, digits, randomness=randomness, by=by, at=DRAWS_AT)


def test_a_draw_ends_with_files_that_verify_and_a_list_for_the_head(world: DrawWorld, drawn: LotteryDraw):
    bundle, result = drawn.bundle.encode(), drawn.result.encode()
    verified, found = verify_result(bundle, result, commitments=commitments(drawn))
    assert isinstance(verified, VerifiedBundle)
    assert drawn.commitment == hashlib.sha256(bundle).hexdigest()
    assert drawn.result_hash == hashlib.sha256(result).hexdigest()
    assert drawn.call.state is CallState.DRAWN
    nominated = session().scalars(select(AppointmentList)).one()
    assert len(nominated.members) == 6
    rows = {row.number: row for row in session().scalars(select(Application))}
    assert {n for n, row in rows.items() if row.state is ApplicationState.SELECTED} == set(found.outcome.selected)
    waiting = sorted((row for row in rows.values() if row.state is ApplicationState.RESERVE), key=lambda r: r.rank or 0)
    assert [row.number for row in waiting] == list(found.outcome.reserves)


def test_every_step_stands_in_the_record_with_its_hash(world: DrawWorld, drawn: LotteryDraw):
    verify_chain(chain(world.place))
    entries = record_of(world)
    acts = [entry.act for entry in entries if entry.act.startswith("draw.")]
    assert acts == [
        "draw.set_up", "draw.frozen", "draw.published", *["draw.committed"] * 3, "draw.opened",
        "draw.commitments_closed", *["draw.revealed"] * 3, "draw.reveals_closed", "draw.drawn",
    ]  # fmt: skip
    hashes = {entry.act: entry.document_hash for entry in entries}
    assert hashes["draw.published"] == drawn.commitment
    assert hashes["draw.drawn"] == drawn.result_hash
    closed = next(entry for entry in entries if entry.act == "draw.commitments_closed")
    assert closed.values["commitments"] == commitments(drawn)


def test_neither_names_nor_birth_dates_are_in_any_published_file(world: DrawWorld, drawn: LotteryDraw):
    for number in range(1, 25):
        assert f"가상 {number}" not in drawn.bundle + drawn.result
    assert "1960-03" not in drawn.bundle + drawn.result


def test_the_same_pool_freezes_to_the_same_bytes(world: DrawWorld):
    draw = freeze(world, make_draw(world))
    first = draw.bundle
    with transaction():
        preparing.thaw(draw.id, version=draw.version, by=world.clerk, at=NOW)
    assert freeze(world, draw).bundle == first


def test_the_ceremony_begins_neither_before_the_notice_nor_before_the_hour(world: DrawWorld, published: LotteryDraw):
    for at in (NOW + timedelta(days=6), DRAWS_AT - timedelta(seconds=1)):
        with pytest.raises(RuleViolation), transaction():
            ceremony.open_ceremony(published.id, by=world.clerk, at=at)


def test_a_ceremony_too_soon_after_the_notice_is_not_published(world: DrawWorld):
    draw = freeze(world, make_draw(world, draws_at=NOW + timedelta(days=6)))
    with pytest.raises(RuleViolation), transaction():
        preparing.publish(draw.id, version=draw.version, by=world.clerk, at=NOW)


def test_nothing_about_a_published_draw_can_be_changed(world: DrawWorld, published: LotteryDraw):
    for act in (
        lambda: preparing.thaw(published.id, version=published.version, by=world.clerk, at=NOW),
        lambda: preparing.relax(published.id, 0, version=published.version, by=world.clerk, at=NOW),
        lambda: preparing.request_freeze(published.id, version=published.version, by=world.clerk, at=NOW),
        lambda: preparing.publish(published.id, version=published.version, by=world.clerk, at=NOW),
        lambda: preparing.change(
            published.id, quotas=published.lines, mode=Mode.QUOTA, draws_at=DRAWS_AT, hall="다른 곳", beacon=None,
            version=published.version, by=world.clerk, at=NOW,
        ),
    ):  # fmt: skip
        with pytest.raises(RuleViolation), transaction():
            act()


@pytest.mark.parametrize("column", ["bundle", "commitment", "result", "result_hash"])
def test_the_database_itself_keeps_what_was_published_and_drawn(world: DrawWorld, drawn: LotteryDraw, column: str):
    with pytest.raises(DBAPIError), transaction() as current:
        current.execute(sa.update(LotteryDraw).where(LotteryDraw.id == drawn.id).values({column: "other"}))
    assert getattr(fresh(drawn), column) == getattr(drawn, column)


def test_the_database_itself_keeps_what_was_read_from_the_balls(world: DrawWorld):
    make_drawn(world)
    with pytest.raises(DBAPIError), transaction() as current:
        current.execute(sa.update(BallReading).values(digits="000000"))


def test_a_second_draw_for_the_same_call_does_not_exist(world: DrawWorld, drawn: LotteryDraw):
    assert make_draw(world).id == drawn.id
    with pytest.raises(RuleViolation), transaction():
        preparing.abort(
            drawn.id,
            AbortReason.DISASTER,
            "결과가 마음에 들지 않습니다",
            version=drawn.version,
            by=world.clerk,
            at=DRAWS_AT,
        )


def test_an_aborted_draw_stays_and_the_next_needs_a_notice_of_its_own(world: DrawWorld, published: LotteryDraw):
    with transaction():
        preparing.abort(
            published.id,
            AbortReason.LIST_WRONG,
            "성별이 잘못 적힌 후보가 있었습니다",
            version=published.version,
            by=world.clerk,
            at=NOW,
        )
    again = make_draw(world, draws_at=DRAWS_AT + timedelta(days=5))
    assert (again.attempt, again.state) == (2, DrawState.PREPARING)
    assert fresh(published).state is DrawState.ABORTED
    assert fresh(published).bundle
    with pytest.raises(RuleViolation), transaction():
        ceremony.open_ceremony(published.id, by=world.clerk, at=DRAWS_AT)


def test_once_a_secret_is_open_the_organiser_alone_cannot_stop(world: DrawWorld, revealing: LotteryDraw):
    with transaction():
        ceremony.reveal(revealing.id, SECRETS[0], by=world.witnesses[0], at=DRAWS_AT)

    def stop() -> None:
        preparing.abort(
            revealing.id, AbortReason.DISASTER, "불이 났습니다", version=revealing.version, by=world.clerk, at=DRAWS_AT
        )

    for witness in world.witnesses[:2]:
        with pytest.raises(RuleViolation), transaction():
            stop()
        with transaction():
            ceremony.agree_to_abort(revealing.id, by=witness, at=DRAWS_AT)
    with transaction():
        stop()
    assert fresh(revealing).state is DrawState.ABORTED


def test_no_secret_is_opened_before_all_have_handed_in(world: DrawWorld, published: LotteryDraw):
    hand_in_all(world, published)
    with pytest.raises(RuleViolation), transaction():
        ceremony.reveal(published.id, SECRETS[0], by=world.witnesses[0], at=NOW)
    with transaction():
        ceremony.open_ceremony(published.id, by=world.clerk, at=DRAWS_AT)
    with pytest.raises(RuleViolation), transaction():
        ceremony.reveal(published.id, SECRETS[0], by=world.witnesses[0], at=DRAWS_AT)


def test_the_commitments_are_not_closed_while_one_is_missing(world: DrawWorld, published: LotteryDraw):
    with transaction():
        ceremony.hand_in(published.id, "ab" * 32, by=world.witnesses[0], at=NOW)
        ceremony.open_ceremony(published.id, by=world.clerk, at=DRAWS_AT)
    with pytest.raises(RuleViolation) as refusal, transaction():
        ceremony.close_commitments(published.id, by=world.clerk, at=DRAWS_AT)
    assert "주민 대표, 후보 대표" in str(refusal.value)


def test_nobody_hands_in_after_the_commitments_are_closed(world: DrawWorld, revealing: LotteryDraw):
    with pytest.raises(RuleViolation), transaction():
        ceremony.hand_in(revealing.id, "ab" * 32, by=world.witnesses[0], at=DRAWS_AT)
    newcomer, seat_id = make_person(), fresh(revealing).witnesses[0].id
    with pytest.raises(RuleViolation), transaction():
        preparing.seat_witness(revealing.id, seat_id, newcomer, by=world.clerk, at=DRAWS_AT)


def test_a_witness_does_not_copy_another_s_hash(world: DrawWorld, published: LotteryDraw):
    with transaction():
        ceremony.hand_in(published.id, "ab" * 32, by=world.witnesses[0], at=NOW)
    with pytest.raises(InvalidInput), transaction():
        ceremony.hand_in(published.id, "AB" * 32, by=world.witnesses[1], at=NOW)


def test_a_second_reveal_changes_nothing_and_another_phrase_is_refused(world: DrawWorld, revealing: LotteryDraw):
    for _ in range(2):
        with transaction():
            ceremony.reveal(revealing.id, SECRETS[0], by=world.witnesses[0], at=DRAWS_AT)
    with pytest.raises(InvalidInput), transaction():
        ceremony.reveal(revealing.id, "전혀 다른 문구입니다", by=world.witnesses[0], at=DRAWS_AT)
    assert sum(entry.act == "draw.revealed" for entry in record_of(world)) == 1


def test_a_late_reveal_is_refused_and_the_absence_recorded(world: DrawWorld):
    draw = make_balls(world, make_published(world), opened=2)
    with pytest.raises(RuleViolation), transaction():
        ceremony.reveal(draw.id, SECRETS[2], by=world.witnesses[2], at=DRAWS_AT)
    read(draw, world.clerk)
    read(draw, world.second)
    witnesses = {name: secret for name, _, secret in json.loads(fresh(draw).result)["witnesses"]}
    assert witnesses["후보 대표"] is None
    verify_result(fresh(draw).bundle.encode(), fresh(draw).result.encode(), commitments=commitments(fresh(draw)))


def test_half_of_the_witnesses_are_too_few_for_the_balls(world: DrawWorld, revealing: LotteryDraw):
    with transaction():
        ceremony.reveal(revealing.id, SECRETS[0], by=world.witnesses[0], at=DRAWS_AT)
    with pytest.raises(RuleViolation), transaction():
        ceremony.close_reveals(revealing.id, by=world.clerk, at=DRAWS_AT)


def test_balls_come_last(world: DrawWorld, revealing: LotteryDraw):
    with pytest.raises(RuleViolation):
        read(revealing, world.clerk)


def test_different_readings_decide_nothing_and_both_type_again(world: DrawWorld, at_balls: LotteryDraw):
    read(at_balls, world.clerk, "482913")
    read(at_balls, world.second, "482931")
    assert (fresh(at_balls).state, fresh(at_balls).ball_round) == (DrawState.CEREMONY, 2)
    differed = next(entry for entry in record_of(world) if entry.act == "draw.balls_differed")
    assert differed.values == {"reading": 1, "balls": [5, 6]}
    read(at_balls, world.second, "482913")
    assert read(at_balls, world.clerk, "482913").state is DrawState.DRAWN


def test_one_person_alone_decides_nothing(world: DrawWorld, at_balls: LotteryDraw):
    read(at_balls, world.clerk)
    assert read(at_balls, world.clerk).state is DrawState.CEREMONY
    with pytest.raises(RuleViolation):
        read(at_balls, world.clerk, "111111")


def test_one_of_the_two_readers_is_staff(world: DrawWorld, at_balls: LotteryDraw):
    read(at_balls, world.witnesses[0])
    with pytest.raises(RuleViolation):
        read(at_balls, world.witnesses[1])
    assert read(at_balls, world.clerk).state is DrawState.DRAWN


def test_strangers_read_no_balls(world: DrawWorld, at_balls: LotteryDraw):
    with pytest.raises(NotAllowed):
        read(at_balls, world.candidates[0])


def test_no_ball_is_repeated_once_numbers_are_typed(world: DrawWorld, at_balls: LotteryDraw):
    read(at_balls, world.clerk)
    with pytest.raises(RuleViolation), transaction():
        balls.repeat_ball(at_balls.id, ball=1, reason="다른 숫자가 좋겠음", by=world.clerk, at=DRAWS_AT)


def test_a_named_beacon_must_be_typed_with_the_balls_and_counts(world: DrawWorld):
    draw = make_balls(world, make_published(world, beacon=("cd" * 32, 4_000_000)))
    with pytest.raises(InvalidInput):
        read(draw, world.clerk)
    read(draw, world.clerk, randomness="ef" * 32)
    done = read(draw, world.second, randomness="ef" * 32)
    assert json.loads(done.result)["beacon"] == {"round": 4_000_000, "randomness": "ef" * 32}
    verify_result(done.bundle.encode(), done.result.encode(), commitments=commitments(done))


def test_a_simple_draw_by_track_and_sex_verifies_as_well(app: Flask):
    people = [("open" if n % 3 else "recommended", "여" if n % 2 else "남", "50대") for n in range(20)]
    quotas = [("track", "공개모집", 4, 4), ("track", "단체추천", 2, 2), ("sex", "여", 2, 4), ("sex", "남", 2, 4)]
    world = make_call(people, quotas, seats=6)
    draw = make_drawn(world, mode=Mode.SIMPLE)
    verified, result = verify_result(draw.bundle.encode(), draw.result.encode(), commitments=commitments(draw))
    assert verified.grade is None
    assert len(result.outcome.selected) == 6


def test_two_people_who_type_at_the_same_moment_make_one_draw(app: Flask, world: DrawWorld, at_balls: LotteryDraw):
    draw_id, people = at_balls.id, [world.clerk.id, world.second.id]

    def type_them(person_id: int) -> None:
        by = session().get_one(Person, person_id)
        balls.read_balls(draw_id, "482913", randomness="", by=by, at=DRAWS_AT)

    assert at_once(app, *(partial(type_them, each) for each in people)) == []
    assert fresh(at_balls).state is DrawState.DRAWN
    assert sum(entry.act == "draw.drawn" for entry in record_of(world)) == 1


def test_two_clerks_do_not_overwrite_each_other_s_rules(world: DrawWorld):
    draw = make_draw(world)

    def change(hall: str) -> None:
        preparing.change(
            draw.id, quotas=draw.lines, mode=Mode.QUOTA, draws_at=DRAWS_AT, hall=hall, beacon=None, version=1,
            by=world.clerk, at=NOW,
        )  # fmt: skip

    with transaction():
        change("3층 강당")
    with pytest.raises(Conflict), transaction():
        change("2층 회의실")
    assert fresh(draw).hall == "3층 강당"


def test_a_job_that_finds_the_rules_changed_freezes_nothing(world: DrawWorld):
    draw = make_draw(world)
    with pytest.raises(Conflict), transaction():
        preparing.freeze(draw.id, b"{}", "ab" * 32, version=draw.version + 1, at=NOW)
    assert fresh(draw).state is DrawState.PREPARING


def test_a_witness_s_seat_taken_by_another_loses_what_was_handed_in(world: DrawWorld, published: LotteryDraw):
    hand_in_all(world, published)
    seat, newcomer = fresh(published).witnesses[0], make_person("새 증인")
    with transaction():
        preparing.seat_witness(published.id, seat.id, newcomer, by=world.clerk, at=NOW)
    assert fresh(published).witnesses[0].commitment == ""
    with pytest.raises(NotAllowed), transaction():
        ceremony.hand_in(published.id, "ab" * 32, by=world.witnesses[0], at=NOW)
    with transaction():
        ceremony.hand_in(published.id, "ab" * 32, by=newcomer, at=NOW)
    assert fresh(published).step is Step.COMMITTING


def test_the_bundle_proves_itself_before_the_draw(world: DrawWorld):
    verified = verify_bundle(make_published(world).bundle.encode())
    assert verified.grade == "A"
    assert verified.bundle.witnesses == ("경찰관", "주민 대표", "후보 대표")


def test_the_digits_of_a_bundle_are_not_taken_for_a_resident_number(app: Flask):
    people = [
        ("recommended" if n % 5 > 2 else "open", "남" if n % 7 < 4 else "여", f"{n % 5 + 3}0대") for n in range(35)
    ]
    quotas = [
        ("track", "공개모집", 18, 18),
        ("track", "단체추천", 12, 12),
        ("sex", "여", 12, 18),
        ("sex", "남", 12, 18),
    ]
    draw = make_published(make_call(people, quotas, seats=30))
    assert find_resident_numbers(draw.bundle)  # what would be refused in a text that somebody typed
    assert draw.state is DrawState.PUBLISHED


def test_only_a_drawn_record_is_certified(world: DrawWorld, published: LotteryDraw):
    with pytest.raises(RuleViolation), transaction():
        after.certify(published.id, version=published.version, by=world.clerk, at=NOW)
