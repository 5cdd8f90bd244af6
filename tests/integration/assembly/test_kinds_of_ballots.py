"""Every kind of ballot is cast, counted by its frozen rule, and verified as a stranger would."""

import json
import shutil
from fractions import Fraction
from pathlib import Path

import pytest

from app.assembly.models import Assembly, BoardRecord
from app.assembly.rules import AssemblyState, BallotForm, Preference
from app.assembly.rules.choosing import TIES
from app.assembly.services import board, casting, counting, preparing
from app.db.session import session, transaction
from app.errors import Conflict, InvalidInput, NotAllowed, RuleViolation
from app.people.models import Person
from app.privacy.rules import find_resident_numbers
from app.record.models import RecordEntry
from tests.conftest import NOW
from tests.factories_year import make_assembly, make_staff
from tests.integration.voting.test_sirona import sirona_verifies
from tests.tampering import take_guards_away
from voting import (
    Demands,
    Event,
    EventType,
    VerificationError,
    derive_credential,
    make_ballot,
    open_challenged,
    verify_archive,
)
from voting.allocation import (
    Completion,
    Rule,
    RuleName,
    TieOrder,
    count,
    explain,
    rule_from_json,
)
from voting.encoding import sha256

pytestmark = pytest.mark.usefixtures("app")
COSTS = [6_000_000, 5_000_000, 4_000_000]
ENVELOPE = 10_000_000
GREEDY = Rule(RuleName.GREEDY, ties=TieOrder(TIES))
SHARES = Rule(RuleName.EQUAL_SHARES, completion=Completion.ADD1U, increment=1000, ties=TieOrder(TIES))
PHRAGMEN = Rule(RuleName.PHRAGMEN, ties=TieOrder(TIES))


def opened(form: BallotForm, rule: Rule = GREEDY, *, residents: int = 3, **options):
    return make_assembly(COSTS, residents=residents, envelope_won=ENVELOPE, form=form, rule=rule, **options)


def cast(assembly: Assembly, person: Person, *votes: list[int]) -> None:
    context = board.context_of(assembly)
    code = casting.code_for(assembly, person, at=NOW)
    credential = derive_credential(code, uuid=context.election.uuid, group=context.election.group)
    prepared = make_ballot(context.election, credential, votes)
    assert open_challenged(context, prepared.data, prepared.opening) == tuple(map(tuple, votes))
    casting.examine(assembly, prepared.data, at=NOW)
    with transaction():
        casting.cast_ballot(assembly.id, prepared.data, at=NOW)


def finish(assembly: Assembly) -> None:
    with transaction():
        counting.close_assembly(assembly.id, by=None, at=assembly.closes_at)
    if assembly.state is not AssemblyState.COUNTED:
        with transaction():
            counting.count_assembly(assembly.id, at=assembly.closes_at)


def end_without_counting(assembly: Assembly) -> None:
    """Close the box by hand: the tests' queue would count at once."""
    with transaction():
        board.append_record(assembly, EventType.END_BALLOTS)
        assembly.state = AssemblyState.CLOSED


def verified(assembly: Assembly, folder: Path) -> Path:
    path, proofs = folder / "a.bel", folder / "p.json"
    path.write_bytes(b"".join(board.archive(assembly)))
    proofs.write_text(assembly.strong_proofs)
    assert verify_archive(path, Demands(proofs=proofs, fingerprint=assembly.fingerprint)).passed
    return path


def scores(assembly: Assembly) -> list[int]:
    return [int(item.score or 0) for item in assembly.items]


def funded(assembly: Assembly) -> list[int]:
    return [item.number for item in sorted(assembly.items, key=lambda item: item.rank or 0) if item.is_funded]


@pytest.mark.slow
def test_each_item_is_approved_or_rejected_before_it_is_ranked(tmp_path: Path):
    form = BallotForm(Preference.APPROVAL, at_most=1, majority=True)
    assembly, people = opened(form)
    yes, no, blank = [0, 1, 0], [0, 0, 1], [1, 0, 0]
    cast(assembly, people[0], [1, 0, 0], no, yes, yes)
    cast(assembly, people[1], [1, 0, 0], no, yes, blank)
    cast(assembly, people[2], [0, 1, 0], yes, no, blank)
    finish(assembly)
    verified(assembly, tmp_path)
    assert [(item.yes, item.no, item.abstained) for item in assembly.items] == [(1, 2, 0), (2, 1, 0), (1, 0, 2)]
    # The first item is wanted most and rejected by the majority; the third is approved and wanted by nobody most.
    assert funded(assembly) == [2]
    assert "부결" in assembly.items[0].reason_ko


@pytest.mark.slow
def test_an_item_with_half_of_the_valid_answers_has_no_majority(tmp_path: Path):
    """당진2동 2024: one item, 74 for and 91 against; here the knife's edge."""
    assembly, people = opened(BallotForm(Preference.NONE, majority=True), residents=2)
    for person, first in zip(people, ([0, 1, 0], [0, 0, 1]), strict=True):
        cast(assembly, person, first, [0, 1, 0], [1, 0, 0])
    finish(assembly)
    verified(assembly, tmp_path)
    assert funded(assembly) == [2]
    assert [item.votes for item in assembly.items] == [1, 2, 0]


@pytest.mark.slow
def test_each_category_has_its_own_votes(tmp_path: Path):
    form = BallotForm(Preference.CATEGORIES, at_most=1)
    assembly, people = opened(form, categories=["환경", "복지", "환경"])
    assert [item.category for item in assembly.items] == ["환경", "복지", "환경"]
    cast(assembly, people[0], [1, 0], [1])
    cast(assembly, people[1], [0, 1], [1])
    cast(assembly, people[2], [0, 1], [0])
    finish(assembly)
    verified(assembly, tmp_path)
    assert [item.votes for item in assembly.items] == [1, 2, 2]


@pytest.mark.slow
def test_points_are_summed_without_opening_a_ballot(tmp_path: Path):
    form = BallotForm(Preference.POINTS, at_most=5, per_item=3)
    assembly, people = opened(form)
    cast(assembly, people[0], [1, 1, 1, 1, 1, 0, 0, 0, 0])
    cast(assembly, people[1], [0, 0, 0, 1, 1, 0, 1, 1, 1])
    cast(assembly, people[2], [0] * 9)
    finish(assembly)
    verified(assembly, tmp_path)
    assert scores(assembly) == [3, 4, 3]
    assert [item.votes for item in assembly.items] == [1, 2, 1]
    # 5 million first; of the two with three points the cheaper one still fits.
    assert funded(assembly) == [2, 3]
    assert assembly.blank_ballots is None, "of sums nobody knows how many were blank"


@pytest.mark.slow
def test_points_counted_by_equal_shares_come_from_shuffled_ballots(tmp_path: Path):
    form = BallotForm(Preference.POINTS, at_most=5, per_item=5)
    assembly, people = opened(form, SHARES, residents=4)
    assert assembly.form.shuffled
    for person, votes in zip(people, ([5, 0, 0], [4, 1, 0], [0, 5, 0], [9, 9, 9]), strict=True):
        cast(assembly, person, votes)
    finish(assembly)
    sirona_verifies(verified(assembly, tmp_path))
    assert scores(assembly)[:2] == [9, 6]
    assert (assembly.blank_ballots, assembly.invalid_ballots) == (1, 1)


@pytest.mark.slow
def test_a_ranking_is_shuffled_and_counted(tmp_path: Path):
    assembly, people = opened(BallotForm(Preference.RANKING, at_most=2), SHARES, residents=4)
    for person, ranks in zip(people, ([1, 2, 0], [2, 1, 0], [0, 1, 2], [0, 0, 0]), strict=True):
        cast(assembly, person, ranks)
    finish(assembly)
    path = verified(assembly, tmp_path)
    sirona_verifies(path)
    assert (assembly.blank_ballots, assembly.invalid_ballots) == (1, 0)
    reading = counting.counted(assembly)
    assert reading.election.profile is not None
    assert reading.election.profile.voters == 4
    kinds = [record.event.type for record in board.records(assembly)]
    assert kinds[-5:] == [
        EventType.ENCRYPTED_TALLY,
        EventType.SHUFFLE,
        EventType.END_SHUFFLES,
        EventType.PARTIAL_DECRYPTION,
        EventType.RESULT,
    ]


@pytest.mark.slow
def test_a_ranking_can_be_counted_by_most_points_first(tmp_path: Path):
    assembly, people = opened(BallotForm(Preference.RANKING, at_most=3), residents=2)
    cast(assembly, people[0], [1, 2, 3])
    cast(assembly, people[1], [0, 1, 0])
    finish(assembly)
    verified(assembly, tmp_path)
    assert scores(assembly) == [3, 3, 1]


@pytest.mark.slow
def test_a_shopping_list_over_the_envelope_is_blank(tmp_path: Path):
    assembly, people = opened(BallotForm(Preference.KNAPSACK))
    cast(assembly, people[0], [1, 0, 1])
    cast(assembly, people[1], [1, 1, 0])
    cast(assembly, people[2], [0, 1, 1])
    finish(assembly)
    verified(assembly, tmp_path)
    assert [item.votes for item in assembly.items] == [1, 1, 2]
    assert assembly.invalid_ballots == 1
    assert assembly.voters == 3


@pytest.mark.slow
def test_a_shuffled_vote_with_a_majority_is_verified_by_a_stranger_and_by_sirona(tmp_path: Path):
    form = BallotForm(Preference.APPROVAL, at_most=2, majority=True)
    assembly, people = opened(form, PHRAGMEN)
    for person, votes in zip(people, ([1, 1, 0], [1, 0, 0], [0, 0, 1]), strict=True):
        cast(assembly, person, votes, [0, 1, 0], [0, 1, 0], [0, 0, 1])
    finish(assembly)
    # The preference is the first question, so that sirona's way of finding shuffles finds this one.
    sirona_verifies(verified(assembly, tmp_path))
    assert 3 not in funded(assembly)


@pytest.mark.slow
@pytest.mark.parametrize(
    "form", [BallotForm(Preference.RANKING, at_most=2), BallotForm(Preference.APPROVAL, at_most=2)]
)
@pytest.mark.parametrize(
    "rule", [SHARES, PHRAGMEN, Rule(RuleName.MAX_WELFARE, ties=TieOrder(TIES))], ids=lambda r: r.name
)
def test_a_vote_that_nobody_took_part_in_still_ends(form: BallotForm, rule: Rule):
    assembly, _ = opened(form, rule)
    finish(assembly)
    assert assembly.state is AssemblyState.COUNTED
    assert funded(assembly) == []


def test_the_rule_is_frozen_with_its_lottery_and_recorded_by_its_hash():
    assembly, _ = opened(BallotForm(Preference.RANKING, at_most=2), SHARES)
    bound = board.context_of(assembly).election.extensions["assembly"]
    frozen = rule_from_json(assembly.rule.encode())
    assert frozen.ties.lottery == tuple(assembly.tie_order)
    assert isinstance(bound, dict)
    assert json.dumps(bound["rule"], ensure_ascii=False, separators=(",", ":")) == assembly.rule
    assert bound["ballot"] == assembly.ballot
    entry = session().query(RecordEntry).filter_by(act="assembly.opened").one()
    assert entry.values["rule"] == sha256(assembly.rule.encode()).hex()
    assert len(entry.values["booth"]) == 64


@pytest.mark.slow
def test_the_result_follows_from_the_downloaded_archive_alone(tmp_path: Path):
    assembly, people = opened(BallotForm(Preference.APPROVAL, at_most=2), SHARES)
    for person, votes in zip(people, ([1, 0, 0], [0, 1, 0], [0, 1, 1]), strict=True):
        cast(assembly, person, votes)
    finish(assembly)
    reading = counting.counted(assembly)
    outcome = count(reading.election, rule_from_json(assembly.rule.encode()))
    assert sorted(outcome.funded) == sorted(
        line.project_id for line, item in zip(assembly.lines, assembly.items, strict=True) if item.is_funded
    )
    report = explain(reading.election, assembly.counting_rule)
    assert report.greedy is not None
    assert [item.reason_ko for item in assembly.items]
    assert [item.granted_won for item in assembly.items] == [
        outcome.decisions[line.project_id].granted for line in assembly.lines
    ]


@pytest.mark.slow
def test_a_count_that_was_interrupted_goes_on_where_it_stopped(tmp_path: Path):
    assembly, people = opened(BallotForm(Preference.RANKING, at_most=2), SHARES)
    cast(assembly, people[0], [1, 2, 0])
    end_without_counting(assembly)
    left = []
    while not left or left[-1]:
        with transaction():
            left.append(counting.advance_count(assembly.id, at=assembly.closes_at))
        session().expire_all()
    assert left == [5, 4, 3, 2, 1, 0]
    verified(assembly, tmp_path)
    height = assembly.head_height
    with transaction():
        assert counting.advance_count(assembly.id, at=assembly.closes_at) == 0
    assert assembly.head_height == height


def test_nobody_reads_a_result_before_there_is_one():
    assembly, _ = opened(BallotForm(Preference.APPROVAL, at_most=1))
    with pytest.raises(RuleViolation):
        counting.counted(assembly)
    with pytest.raises(RuleViolation), transaction():
        counting.advance_count(assembly.id, at=NOW)


@pytest.mark.slow
def test_a_shuffle_that_exchanges_a_ballot_is_never_decrypted(tmp_path: Path):
    assembly, people = opened(BallotForm(Preference.RANKING, at_most=2), SHARES, residents=2)
    for person, ranks in zip(people, ([1, 2, 0], [2, 1, 0]), strict=True):
        cast(assembly, person, ranks)
    end_without_counting(assembly)
    with transaction():
        counting.advance_count(assembly.id, at=assembly.closes_at)
    with transaction():
        assert counting.advance_count(assembly.id, at=assembly.closes_at) == 4
    take_guards_away(board.BoardRecord)
    with transaction():
        row = session().query(board.BoardRecord).filter_by(assembly_id=assembly.id, height=assembly.head_height).one()
        shuffle, owned = row.payloads
        changed = json.loads(shuffle)
        changed["ciphertexts"][0].reverse()
        data = json.dumps(changed, separators=(",", ":"))
        owned = json.dumps({"owner": 1, "payload": sha256(data.encode()).hex()}, separators=(",", ":"))
        event = Event.parse(row.event.encode())
        forged = json.dumps(
            {
                "parent": event.parent,
                "height": event.height,
                "type": "Shuffle",
                "payload": sha256(owned.encode()).hex(),
            },
            separators=(",", ":"),
        )
        row.payloads, row.event = [data, owned], forged
        assembly.head_event = forged
    with pytest.raises(VerificationError), transaction():
        counting.advance_count(assembly.id, at=assembly.closes_at)


# Choosing the rule


@pytest.mark.slow
def test_only_staff_choose_and_only_before_the_opening():
    assembly, people = make_assembly(COSTS, is_open=False)
    staff = make_staff(assembly.place)
    form = BallotForm(Preference.POINTS, at_most=5, per_item=3)
    with pytest.raises(NotAllowed), transaction():
        preparing.choose_rule(assembly.id, form=form, rule=GREEDY, version=assembly.version, by=people[0], at=NOW)
    seen = assembly.version - 1
    with pytest.raises(Conflict), transaction():
        preparing.choose_rule(assembly.id, form=form, rule=GREEDY, version=seen, by=staff, at=NOW)
    with transaction():
        preparing.choose_rule(assembly.id, form=form, rule=GREEDY, version=assembly.version, by=staff, at=NOW)
    assert assembly.form.preference is Preference.POINTS
    done, _ = make_assembly(COSTS)
    clerk = make_staff(done.place)
    with pytest.raises(RuleViolation), transaction():
        preparing.choose_rule(done.id, form=form, rule=GREEDY, version=done.version, by=clerk, at=NOW)


def test_a_rule_that_looks_at_ballots_cannot_count_yes_and_no():
    with pytest.raises(InvalidInput):
        make_assembly(COSTS, form=BallotForm(Preference.NONE, majority=True), rule=SHARES)


@pytest.mark.slow
def test_the_majority_is_that_of_the_places_settings():
    assembly, _ = opened(BallotForm(Preference.APPROVAL, at_most=1, majority=True))
    majority = assembly.counting_rule.majority
    assert majority is not None
    assert majority.share == Fraction(1, 2)
    plain, _ = opened(BallotForm(Preference.APPROVAL, at_most=1))
    assert plain.counting_rule.majority is None


def test_a_changed_plan_keeps_the_choice_that_still_fits():
    assembly, _ = make_assembly(COSTS, is_open=False, form=BallotForm(Preference.APPROVAL, at_most=2))
    staff = make_staff(assembly.place)
    with transaction():
        preparing.prepare_assembly(
            assembly.cycle,
            opens_at=assembly.opens_at,
            closes_at=assembly.closes_at,
            envelope_won=9_000_000,
            version=assembly.version,
            by=staff,
            at=NOW,
        )
    assert assembly.form == BallotForm(Preference.APPROVAL, at_most=2)


@pytest.mark.slow
def test_the_command_line_verifies_a_shuffled_vote(tmp_path: Path):
    assembly, people = opened(BallotForm(Preference.RANKING, at_most=2), SHARES)
    cast(assembly, people[0], [1, 2, 0])
    finish(assembly)
    path = verified(assembly, tmp_path)
    copy = tmp_path / "copy.bel"
    shutil.copy(path, copy)
    copy.write_bytes(copy.read_bytes().replace(b'"Shuffle"', b'"Shufgle"'))
    with pytest.raises(VerificationError):
        verify_archive(copy, Demands(proofs=tmp_path / "p.json"))


@pytest.mark.slow
def test_opened_ballots_that_look_like_a_resident_number_do_not_stop_a_count():
    assembly, _ = opened(BallotForm(Preference.POINTS, at_most=5, per_item=3, shuffled=True))
    result = '{"result":[[[2,1,0,1,0,1],[3,0,0,0,0,0],[0,0,0,0,0,0]]]}'
    assert find_resident_numbers(result)
    with transaction():
        session().add(BoardRecord(assembly_id=assembly.id, height=99, event="{}", payloads=[result]))
    with transaction():
        assembly.strong_proofs = result
