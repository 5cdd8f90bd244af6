"""Wrong archives whose hashes all fit: what a malicious server, authority or trustee could write (T07 to T41).

Most of these pass the reference tools. Each is refused with its own error at its own step.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.finished_elections import mixed, plain, proofs_of, refused
from tests.json_leaves import compact, leaves, replaced
from tests.rewriting import Step as Act
from tests.rewriting import first, rewritten, steps_of, written
from tests.strange_elements import malformed, non_members
from tests.whole_election import Office
from voting.election.ballot import tracker_of
from voting.election.errors import (
    BallotCountError,
    BallotNotFoundError,
    ChainError,
    CredentialListMismatchError,
    DuplicateCredentialError,
    DuplicateTrusteeKeyError,
    EarlierCopyError,
    ElectionKeyMismatchError,
    ElectionRefusedError,
    EventOrderError,
    IncompleteElectionError,
    MalformedObjectError,
    MalformedQuestionError,
    MalformedScalarError,
    MalformedUuidError,
    MissingShuffleError,
    NonCanonicalObjectError,
    PossessionProofError,
    RepeatedBallotError,
    SupersededBallotError,
    TallyMismatchError,
    TotalWeightError,
    TrusteeStructureError,
    UnsupportedQuestionError,
    UnsupportedVersionError,
    WeightError,
    WrongElectionError,
)
from voting.election.events import EventType
from voting.election.group.errors import (
    IdentityElementError,
    MalformedElementError,
    NotInGroupError,
    UnknownGroupError,
)
from voting.election.verify.report import Demands, Step
from voting.election.verify.run import verify_archive

E = EventType


@pytest.mark.parametrize("office", [plain, mixed])
def test_the_honest_archives_verify_and_survive_being_rewritten(office: Callable[[], Office], tmp_path: Path) -> None:
    assert verify_archive(office().path, Demands(proofs=proofs_of(office()))).passed
    path = rewritten(office().path, tmp_path, lambda _: None)
    assert path.read_bytes() == office().path.read_bytes()


# The order of events --------------------------------------------------------------------------------------------------


def test_every_event_doubled_moved_or_left_out_is_refused(tmp_path: Path) -> None:
    """Whatever one does to the list of events, unless it is a shorter or otherwise honest history."""
    steps = steps_of(mixed().path)
    tried = 0
    for index in range(len(steps)):
        for name, changed in (
            ("left out", [*steps[:index], *steps[index + 1 :]]),
            ("doubled", [*steps[: index + 1], *steps[index:]]),
            ("at the end", [*steps[:index], *steps[index + 1 :], steps[index]]),
        ):
            if changed == steps or changed == steps[:-1]:
                continue
            with pytest.raises(ElectionRefusedError):
                verify_archive(written(tmp_path, changed), Demands(strong_decryption=False))
                pytest.fail(f"event {index} ({steps[index].kind}) {name}")
            tried += 1
    assert tried > 30


@pytest.mark.parametrize(
    ("kind", "position"),
    [(E.SETUP, 1), (E.SETUP, 3), (E.END_BALLOTS, 2), (E.RESULT, 8), (E.BALLOT, 6), (E.ENCRYPTED_TALLY, 7)],
)
def test_an_event_at_the_wrong_time_is_refused(kind: EventType, position: int, tmp_path: Path) -> None:
    def change(steps: list[Act]) -> None:
        steps.insert(position, first(steps, kind))

    refused(rewritten(plain().path, tmp_path, change), EventOrderError, Step.ORDER)


def test_a_shuffle_where_nothing_is_to_be_shuffled_is_refused(tmp_path: Path) -> None:
    shuffle = first(steps_of(mixed().path), E.SHUFFLE)
    path = rewritten(plain().path, tmp_path, lambda steps: steps.insert(7, shuffle))
    refused(path, EventOrderError, Step.ORDER)


@pytest.mark.parametrize("ended", [True, False])
def test_decryption_without_a_shuffle_is_refused(ended: bool, tmp_path: Path) -> None:
    def change(steps: list[Act]) -> None:
        steps[:] = [s for s in steps if s.kind is not E.SHUFFLE and (ended or s.kind is not E.END_SHUFFLES)]

    refused(rewritten(mixed().path, tmp_path, change), MissingShuffleError, Step.ORDER)


def test_fewer_shuffles_than_demanded_are_refused() -> None:
    assert verify_archive(mixed().path, Demands(strong_decryption=False, least_shuffles=2)).passed
    refused(mixed().path, MissingShuffleError, Step.SHUFFLES, least_shuffles=3)


def test_an_archive_without_any_event_is_refused(tmp_path: Path) -> None:
    refused(written(tmp_path, []), IncompleteElectionError, Step.CONTAINER, finished=False)


def test_an_unfinished_election_is_refused_unless_it_may_be_unfinished(tmp_path: Path) -> None:
    steps = steps_of(mixed().path)
    for count in range(1, len(steps)):
        path = written(tmp_path, steps[:count])
        refused(path, IncompleteElectionError, Step.RESULT)
        assert verify_archive(path, Demands(strong_decryption=False, finished=False)).passed


# Ballots --------------------------------------------------------------------------------------------------------------


def test_an_old_ballot_replayed_after_a_revote_is_refused(tmp_path: Path) -> None:
    def change(steps: list[Act]) -> None:
        steps.insert(5, steps[1])

    path = rewritten(plain().path, tmp_path, change)
    refused(path, RepeatedBallotError, Step.BALLOTS)


def test_a_ballot_left_out_is_noticed_in_the_tally(tmp_path: Path) -> None:
    # A superseded ballot leaves no trace in the tally: only earlier copies, receipts and witnesses see that one.
    for position in (2, 3):
        path = rewritten(plain().path, tmp_path, lambda steps, at=position: steps.pop(at))
        refused(path, BallotCountError, Step.TALLY)


def test_leaving_out_the_last_ballot_of_a_voter_brings_the_superseded_one_back_and_is_noticed(tmp_path: Path) -> None:
    path = rewritten(plain().path, tmp_path, lambda steps: steps.pop(4))
    refused(path, TallyMismatchError, Step.TALLY)


def test_ballots_in_another_order_are_noticed_where_it_matters(tmp_path: Path) -> None:
    def change(steps: list[Act]) -> None:
        steps[1], steps[4] = steps[4], steps[1]

    refused(rewritten(plain().path, tmp_path, change), TallyMismatchError, Step.TALLY)


def test_a_superseded_ballot_must_be_valid_too(tmp_path: Path) -> None:
    def change(steps: list[Act]) -> None:
        ballot = steps[1].json
        proof = ballot["answers"][0]["overall_proof"][0]
        proof["response"] = str(int(proof["response"]) ^ 1)
        steps[1].json = ballot

    path = rewritten(plain().path, tmp_path, change)
    refused(path, ElectionRefusedError, Step.BALLOTS)


def test_the_first_wrong_ballot_is_named(tmp_path: Path) -> None:
    spoilt: list[bytes] = []

    def change(steps: list[Act]) -> None:
        for position in (3, 2):
            steps[position].payloads[0] += b" "
        spoilt.append(steps[2].payloads[0])

    path = rewritten(plain().path, tmp_path, change)
    with pytest.raises(NonCanonicalObjectError) as refusal:
        verify_archive(path, Demands(strong_decryption=False))
    assert refusal.value.tracker == tracker_of(spoilt[0])


def test_more_ballots_than_one_chunk_are_summed_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voting.election.verify.ballots.CHUNK", 1)
    assert verify_archive(plain().path, Demands(strong_decryption=False)).passed
    assert verify_archive(mixed().path, Demands(strong_decryption=False)).passed


# Trackers, noted events, earlier copies, fingerprints ------------------------------------------------------------------


def ballots(office: Office) -> list[str]:
    return [tracker_of(step.payloads[0]) for step in steps_of(office.path) if step.kind is E.BALLOT]


def test_a_voters_tracker_is_found_if_it_is_the_last() -> None:
    trackers = ballots(plain())
    assert verify_archive(plain().path, Demands(strong_decryption=False, trackers=trackers[1:])).passed


def test_a_tracker_that_is_missing_or_superseded_is_refused() -> None:
    superseded = ballots(plain())[0]
    refused(plain().path, SupersededBallotError, Step.BALLOTS, trackers=[superseded])
    refused(plain().path, BallotNotFoundError, Step.BALLOTS, trackers=[ballots(mixed())[0]])
    refused(plain().path, BallotNotFoundError, Step.BALLOTS, trackers=[""])


def test_noted_events_are_found_again_or_the_history_was_rewritten(tmp_path: Path) -> None:
    noted = [(3, "0" * 64)]
    refused(plain().path, ChainError, Step.EARLIER, heads=noted)
    refused(plain().path, ChainError, Step.EARLIER, heads=[(99, "0" * 64)])
    head = verify_archive(plain().path, Demands(strong_decryption=False)).facts["head"]
    good = [(head["height"], head["hash"])]
    assert verify_archive(plain().path, Demands(strong_decryption=False, heads=good)).passed
    without = rewritten(plain().path, tmp_path, lambda steps: steps.pop(1))
    assert verify_archive(without, Demands(strong_decryption=False)).passed, "the archive alone cannot tell"
    refused(without, ChainError, Step.EARLIER, heads=good)


def test_an_earlier_copy_betrays_a_ballot_that_was_dropped(tmp_path: Path) -> None:
    earlier = tmp_path / "earlier.bel"
    written(tmp_path, steps_of(plain().path)[:4], "earlier.bel")
    assert verify_archive(plain().path, Demands(strong_decryption=False, earlier=earlier)).passed
    without = rewritten(plain().path, tmp_path, lambda steps: steps.pop(1))
    refused(without, EarlierCopyError, Step.EARLIER, earlier=earlier)


def test_another_fingerprint_than_the_one_shown_is_refused() -> None:
    refused(plain().path, WrongElectionError, Step.ELECTION, fingerprint=mixed().election.fingerprint)
    refused(plain().path, CredentialListMismatchError, Step.CREDENTIALS, credentials="A" * 43)


# Setup ----------------------------------------------------------------------------------------------------------------


def with_setup(tmp_path: Path, part: int, change: Callable[[Any], Any], office: Office | None = None) -> Path:
    def edit(steps: list[Act]) -> None:
        payloads = steps[0].payloads
        payloads[part] = compact(change(json.loads(payloads[part])))

    return rewritten((office or plain()).path, tmp_path, edit)


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("version", 2, UnsupportedVersionError),
        ("version", "1", UnsupportedVersionError),
        ("version", True, UnsupportedVersionError),
        ("group", "P-256", UnknownGroupError),
        ("group", "ed25519", UnknownGroupError),
        ("group", {"g": "2", "p": "23", "q": "11"}, MalformedObjectError),
        ("uuid", "short", MalformedUuidError),
        ("uuid", "../../../../etc/passwd", MalformedUuidError),
        ("uuid", "0OIl0OIl0OIl0OIl", MalformedUuidError),
        ("questions", [], MalformedQuestionError),
        ("questions", [{"type": "Lists", "value": {}}], UnsupportedQuestionError),
        ("questions", [{"answers": ["a"], "min": 1, "max": 2, "question": "?"}], MalformedQuestionError),
        ("questions", [{"answers": ["a"], "min": 1, "max": 0, "question": "?"}], MalformedQuestionError),
        ("questions", [{"answers": [], "min": 0, "max": 0, "question": "?"}], MalformedQuestionError),
        ("questions", [{"answers": ["a"], "min": 0, "question": "?"}], MalformedObjectError),
        ("questions", [{"answers": ["a"], "min": 0, "max": "1", "question": "?"}], MalformedObjectError),
        ("questions", ["?"], MalformedObjectError),
        ("name", 1, MalformedObjectError),
        ("description", None, MalformedObjectError),
    ],
)
def test_a_malformed_election_is_refused(field: str, value: Any, error: type[Exception], tmp_path: Path) -> None:
    path = with_setup(tmp_path, 0, lambda election: {**election, field: value})
    with pytest.raises(error) as refusal:
        verify_archive(path, Demands(strong_decryption=False))
    assert refusal.value.step in {Step.ORDER, Step.ELECTION}


def test_an_election_without_a_field_is_refused(tmp_path: Path) -> None:
    election = json.loads(steps_of(plain().path)[0].payloads[0])
    for field in ("version", "description", "name", "group", "public_key", "questions", "uuid"):
        path = with_setup(tmp_path, 0, lambda value, gone=field: {k: v for k, v in value.items() if k != gone})
        refused(path, MalformedObjectError, Step.ORDER)
    assert set(election) >= {"version", "madang"}


@pytest.mark.slow
@pytest.mark.parametrize("office", [plain, mixed])
def test_every_element_of_the_setup_must_be_a_member(office: Callable[[], Office], tmp_path: Path) -> None:
    """Election key, trustees' keys, credentials: every one, found in the objects themselves."""
    group = office().election.group
    tried = 0
    for part in range(3):
        value = json.loads(steps_of(office().path)[0].payloads[part])
        for path, text in leaves(value):
            if not (isinstance(text, str) and len(text) == 64):
                continue
            for error, texts in (
                (NotInGroupError, non_members(group, text)),
                ((MalformedElementError, WeightError), malformed(group, text)),
                (IdentityElementError, {"identity": group.serialize(group.identity)}),
            ):
                for what, wrong in texts.items():
                    wronged = with_setup(tmp_path, part, lambda v, p=path, w=wrong: replaced(v, p, w), office())
                    with pytest.raises(error):
                        verify_archive(wronged, Demands(strong_decryption=False))
                        pytest.fail(f"part {part}, {path}: {what}")
                    tried += 1
    assert tried > 100


def test_an_election_key_that_the_trustees_do_not_hold_is_refused(tmp_path: Path) -> None:
    other = mixed().election.group.serialize(mixed().election.public_key)
    path = with_setup(tmp_path, 0, lambda election: {**election, "public_key": other})
    refused(path, ElectionKeyMismatchError, Step.TRUSTEES)


def test_a_trustee_left_out_or_doubled_is_refused(tmp_path: Path) -> None:
    refused(with_setup(tmp_path, 1, lambda t: t[:1], mixed()), ElectionKeyMismatchError, Step.TRUSTEES)
    refused(with_setup(tmp_path, 1, lambda t: [t[0], t[0]], mixed()), DuplicateTrusteeKeyError, Step.TRUSTEES)
    refused(with_setup(tmp_path, 1, lambda _: []), TrusteeStructureError, Step.TRUSTEES)
    refused(with_setup(tmp_path, 1, lambda t: [["Solo", t[0][1]]]), MalformedObjectError, Step.TRUSTEES)
    refused(with_setup(tmp_path, 1, lambda t: [t[0][1]]), MalformedObjectError, Step.TRUSTEES)


def test_every_scalar_of_a_trustees_proof_matters(tmp_path: Path) -> None:
    trustees = json.loads(steps_of(plain().path)[0].payloads[1])
    order = plain().election.group.order
    for path, text in leaves(trustees):
        if path[-1] not in {"challenge", "response"}:
            continue
        changed = str((int(text) + 1) % order)
        refused(
            with_setup(tmp_path, 1, lambda v, p=path, w=changed: replaced(v, p, w)),
            PossessionProofError,
            Step.TRUSTEES,
        )
        refused(
            with_setup(tmp_path, 1, lambda v, p=path, w=f"0{text}": replaced(v, p, w)),
            MalformedScalarError,
            Step.TRUSTEES,
        )


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda c: [*c, c[0]], DuplicateCredentialError),
        (lambda c: [*c, f"{c[0]},2"], DuplicateCredentialError),
        (lambda c: [f"{c[0]},01", *c[1:]], WeightError),
        (lambda c: [f"{c[0]},-1", *c[1:]], WeightError),
        (lambda c: [f"{c[0]},", *c[1:]], WeightError),
        (lambda c: [f"{c[0]},1,login", *c[1:]], WeightError),
        (lambda c: [f"{c[0]},100000000001", *c[1:]], WeightError),
        (lambda c: [f"{c[0]},١", *c[1:]], WeightError),
        (lambda c: [1, *c], MalformedObjectError),
        (lambda c: {"a": c}, MalformedObjectError),
    ],
)
def test_a_wrong_list_of_credentials_is_refused(change: Callable, error: type[Exception], tmp_path: Path) -> None:
    refused(with_setup(tmp_path, 2, change), error, Step.CREDENTIALS)


def test_a_weight_changed_is_noticed_in_the_tally(tmp_path: Path) -> None:
    voter = plain().election.group.serialize(plain().credentials[1].public)
    path = with_setup(tmp_path, 2, lambda c: [f"{text},2" if text == voter else text for text in c])
    refused(path, TotalWeightError, Step.TALLY)


def test_weights_with_a_shuffled_question_are_refused(tmp_path: Path) -> None:
    refused(with_setup(tmp_path, 2, lambda c: [f"{c[0]},2", *c[1:]], mixed()), WeightError, Step.CREDENTIALS)
