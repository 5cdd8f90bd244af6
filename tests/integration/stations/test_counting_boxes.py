"""Two people, one box; papers that must come out; one result of all channels."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import select

from app.assembly.models import Assembly
from app.assembly.rules import AssemblyState, BallotForm, Preference
from app.assembly.services import casting, counting, publishing
from app.assembly.stations import queries
from app.assembly.stations.models import Box, BoxEntry, Station
from app.assembly.stations.rules.states import Method, PaperChannel, StationState
from app.assembly.stations.services import running
from app.db.session import session, transaction
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.people.models import Person
from app.people.rules import Role
from app.places.services.settings import change_setting
from app.record.models import RecordEntry
from tests.conftest import NOW
from tests.factories import make_holder, make_resident
from tests.factories_stations import count_station, hand_count, hand_out, make_roll_assembly, make_station, photo
from tests.factories_year import make_staff
from tests.integration.stations.test_check_in import ballot_of
from voting.allocation import channels_from_json, election_from_json, recount, require_combined
from voting.encoding import parse_json, sha256
from voting.log.note import SignatureType, SignerKey

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("app")]


def counters(assembly: Assembly) -> tuple[Person, Person]:
    return make_staff(assembly.place), make_holder(Role.COUNCIL_MEMBER, assembly.place)


def counting_station(assembly: Assembly, issued: int = 3) -> tuple[Station, tuple[Person, Person]]:
    """A station that has handed out papers and is ready to count, after the end of voting."""
    people = counters(assembly)
    station = make_station(assembly, by=people[0])
    with transaction():
        station.issued = issued
        station.state = StationState.COUNTING
    return station, people


def enter(box: Box, count: object, person: Person, at: object) -> Box:
    with transaction():
        return running.enter_count(box.id, count, by=person, at=at)  # type: ignore[arg-type]


def test_two_equal_counts_agree_and_a_single_person_never_does():
    assembly, _, _ = make_roll_assembly([1_000_000, 2_000_000])
    station, (clerk, member) = counting_station(assembly)
    box, count, at = station.boxes[0], hand_count(assembly, [2, 1], papers=3), assembly.closes_at
    assert enter(box, count, clerk, at).agreed is None
    assert enter(box, count, clerk, at).agreed is None
    assert enter(box, count, member, at).count == count
    assert len(box.entries) == 2


def test_two_different_counts_are_shown_and_settled_by_counting_again():
    assembly, _, _ = make_roll_assembly([1_000_000, 2_000_000])
    station, (clerk, member) = counting_station(assembly)
    box, right, wrong = (
        station.boxes[0], hand_count(assembly, [2, 1], papers=3), hand_count(assembly, [1, 1], papers=3),
    )  # fmt: skip
    enter(box, right, clerk, assembly.closes_at)
    assert enter(box, wrong, member, assembly.closes_at).agreed is None
    third = make_staff(assembly.place)
    with pytest.raises(RuleViolation, match="두 사람"):
        enter(box, right, third, assembly.closes_at)
    assert enter(box, right, member, assembly.closes_at).count == right
    assert [entry.count.votes for entry in session().scalars(select(BoxEntry).order_by(BoxEntry.id))] == [
        (2, 1), (1, 1), (2, 1),
    ]  # fmt: skip
    with pytest.raises(RuleViolation, match="이미 같습니다"):
        enter(box, wrong, clerk, assembly.closes_at)


def test_no_box_is_opened_before_the_end_nor_by_a_resident_nor_while_papers_are_issued():
    assembly, _, _ = make_roll_assembly([1_000_000])
    station, (clerk, _) = counting_station(assembly)
    count = hand_count(assembly, [1], papers=1)
    with pytest.raises(RuleViolation, match="끝나기 전"):
        enter(station.boxes[0], count, clerk, assembly.closes_at - timedelta(seconds=1))
    with pytest.raises(NotAllowed):
        enter(station.boxes[0], count, make_resident(assembly.place), assembly.closes_at)
    issuing = make_station(assembly, by=clerk)
    with pytest.raises(RuleViolation):
        enter(issuing.boxes[0], count, clerk, assembly.closes_at)


@pytest.mark.parametrize(
    ("votes", "papers", "invalid"), [([4, 0], 3, 0), ([3, 3], 3, 1), ([1, 0], 3, 4), ([-1, 0], 3, 0)]
)
def test_numbers_that_no_box_can_hold_are_refused(votes: list[int], papers: int, invalid: int):
    assembly, _, _ = make_roll_assembly([1_000_000, 2_000_000])
    station, (clerk, _) = counting_station(assembly)
    with pytest.raises(InvalidInput):
        enter(station.boxes[0], hand_count(assembly, votes, papers=papers, invalid=invalid), clerk, assembly.closes_at)


@pytest.mark.parametrize("figure", ["printed", "spoiled", "unused", "taken_away", "in_box"])
def test_a_station_whose_papers_do_not_come_out_stays_open(figure: str):
    assembly, _, _ = make_roll_assembly([1_000_000])
    station, (clerk, member) = counting_station(assembly)
    for person in (clerk, member):
        enter(station.boxes[0], hand_count(assembly, [2], papers=2), person, assembly.closes_at)
    with transaction():
        running.keep_sheet(station.boxes[0].id, photo(), by=member, at=assembly.closes_at)
    right = {"printed": 10, "spoiled": 1, "unused": 6, "taken_away": 1, "in_box": 2}
    for figures, closes in ((right | {figure: right[figure] + 1}, False), (right, True)):
        with transaction():
            running.note_figures(
                station.id, **figures, note="", version=station.version, by=clerk, at=assembly.closes_at
            )
        assert queries.figures_of(station).comes_out is closes
        if not closes:
            with pytest.raises(RuleViolation, match="맞지 않아"), transaction():
                running.close_station(station.id, version=station.version, by=clerk, at=assembly.closes_at)
    with transaction():
        running.close_station(station.id, version=station.version, by=clerk, at=assembly.closes_at)
    entry = session().scalars(select(RecordEntry).order_by(RecordEntry.id.desc())).first()
    assert entry is not None
    assert entry.document_hash == sha256(station.statement.encode()).hex()
    assert station.boxes[0].sheet_sha256 in station.statement


def test_a_box_without_a_photo_or_without_agreement_keeps_its_station_open():
    assembly, _, _ = make_roll_assembly([1_000_000])
    station, (clerk, member) = counting_station(assembly)
    enter(station.boxes[0], hand_count(assembly, [2], papers=2), clerk, assembly.closes_at)
    with pytest.raises(RuleViolation, match="두 사람"), transaction():
        running.close_station(station.id, version=station.version, by=clerk, at=assembly.closes_at)
    enter(station.boxes[0], hand_count(assembly, [2], papers=2), member, assembly.closes_at)
    with pytest.raises(RuleViolation, match="사진"), transaction():
        running.close_station(station.id, version=station.version, by=clerk, at=assembly.closes_at)


def test_nothing_is_decrypted_before_the_last_station_has_closed_and_then_the_count_begins_by_itself():
    assembly, people, entries = make_roll_assembly([20_000_000, 9_000_000, 4_000_000])
    both = counters(assembly)
    station = make_station(assembly, by=both[0])
    for person, choices in zip(people, ([1, 1, 0], [1, 0, 1], [0, 0, 1]), strict=True):
        with transaction():
            casting.cast_ballot(assembly.id, ballot_of(assembly, person, choices), at=NOW)
    hand_out(station, entries[3:6], by=both[0])
    with transaction():
        counting.close_assembly(assembly.id, by=None, at=assembly.closes_at)
    assert assembly.state is AssemblyState.CLOSED
    with pytest.raises(RuleViolation, match="투표소"), transaction():
        counting.advance_count(assembly.id, at=assembly.closes_at)
    count_station(station, hand_count(assembly, [0, 2, 1], papers=3, invalid=1), by=both, at=assembly.closes_at)
    session().expire_all()
    assert assembly.state is AssemblyState.COUNTED
    assert [item.votes for item in assembly.items] == [2, 3, 3]
    assert assembly.voters == 6
    files = publishing.files_of(assembly)
    channels = channels_from_json(files["channels.json"])
    assert {name: each.sums.votes for name, each in channels.items()} == {"online": (2, 1, 2), "booth": (0, 2, 1)}
    require_combined(election_from_json(files["election.json"]), channels)
    statement = parse_json(files["paper.json"], max_bytes=100_000)
    assert isinstance(statement, dict)
    assert statement["struck_credentials"] == []
    # Three papers would tell what three people chose: their sum is not told apart from the whole (T49).
    assert statement["counts"] == []
    assert statement["withheld"] == {"boxes": 1, "papers": 3, "least": 10}
    assert b'"votes"' not in files["paper.json"]
    signer = SignerKey("test", SignatureType.ED25519, bytes(32))
    assert recount(publishing.bundle(assembly, "", signer=signer), [signer.verifier]).funded


def test_weights_are_on_the_sums_of_channels_and_never_on_people():
    assembly, people, entries = make_roll_assembly([9_000_000, 4_000_000], residents=2, prepare=halve_the_floor)
    both = counters(assembly)
    station = make_station(assembly, by=both[0], method=Method.STICKER, channel=PaperChannel.ONSITE)
    for person in people:
        with transaction():
            casting.cast_ballot(assembly.id, ballot_of(assembly, person, [1, 0]), at=NOW)
    hand_out(station, entries[2:5], by=both[0])
    with transaction():
        counting.close_assembly(assembly.id, by=None, at=assembly.closes_at)
    count_station(station, hand_count(assembly, [0, 3], papers=3), by=both, at=assembly.closes_at)
    session().expire_all()
    assert [item.votes for item in assembly.items] == [2, 3]
    assert [item.score for item in assembly.items] == [Fraction(2), Fraction(3, 2)]
    assert assembly.voters == 5
    assert [item.rank for item in assembly.items] == [1, 2]


def halve_the_floor(assembly: Assembly) -> None:
    clerk = make_staff(assembly.place)
    with transaction():
        change_setting(
            assembly.place_id, "assembly.channel_weights", typed="online 1\nbooth 1\npaper 1\nonsite 1/2",
            legal_basis="운영세칙", seen=0, by=clerk, at=NOW,
        )  # fmt: skip


def test_rankings_on_paper_join_the_opened_ballots():
    form = BallotForm(Preference.RANKING, at_most=2)
    assembly, people, entries = make_roll_assembly([3_000_000, 2_000_000, 1_000_000], residents=1, form=form)
    both = counters(assembly)
    station = make_station(assembly, by=both[0])
    with pytest.raises(InvalidInput, match="종이로"):
        make_station(assembly, by=both[0], method=Method.HANDS, channel=PaperChannel.ONSITE)
    with transaction():
        casting.cast_ballot(assembly.id, ballot_of(assembly, people[0], [1, 2, 0]), at=NOW)
    hand_out(station, entries[1:4], by=both[0])
    with transaction():
        counting.close_assembly(assembly.id, by=None, at=assembly.closes_at)
    count = replace(hand_count(assembly, [2, 0, 1], papers=3, invalid=1), ballots=((1, 0, 0), (1, 0, 2)))
    count_station(station, count, by=both, at=assembly.closes_at)
    session().expire_all()
    assert [item.votes for item in assembly.items] == [3, 1, 1]
    assert assembly.voters == 4
