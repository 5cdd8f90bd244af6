"""Wrong archives whose hashes all fit: what a malicious server, authority or trustee could write (T07 to T41).

Most of these pass the reference tools. Each is refused with its own error at its own step.
"""

import dataclasses
import json
import random as seeded
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from tests.json_leaves import at, compact, leaves, replaced
from tests.rewriting import Step as Act
from tests.rewriting import first, rewritten, steps_of, written
from tests.strange_elements import malformed, non_members
from tests.whole_election import APPROVAL, RANKING, Office, open_office
from voting.election.archive import archive_bytes, read_archive
from voting.election.ballot import tracker_of
from voting.election.casting import make_ballot
from voting.election.decryption import StrongDecryptions
from voting.election.errors import (
    AnswerShapeError,
    BallotCountError,
    BallotNotFoundError,
    ChainError,
    CredentialListMismatchError,
    DecryptionOwnerError,
    DecryptionProofError,
    DecryptionShapeError,
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
    MissingStrongProofError,
    NonCanonicalObjectError,
    NotEnoughDecryptionsError,
    PayloadReferenceError,
    PossessionProofError,
    RepeatedBallotError,
    ResultMismatchError,
    ResultShapeError,
    ShuffleOwnerError,
    StrongDecryptionProofError,
    SupersededBallotError,
    TallyMismatchError,
    TotalWeightError,
    TrusteeStructureError,
    UnsupportedQuestionError,
    UnsupportedVersionError,
    WeightError,
    WrongElectionError,
    WrongProofError,
)
from voting.election.events import EventType, Record, next_event
from voting.election.group.errors import (
    IdentityElementError,
    MalformedElementError,
    NotInGroupError,
    UnknownGroupError,
)
from voting.election.objects import Proof
from voting.election.proofs import DecryptionPlace, DecryptionStatement, require_decryptions
from voting.election.verify.report import Demands, Step
from voting.election.verify.run import verify_archive
from voting.encoding import sha256

E = EventType


@cache
def plain() -> Office:
    """A finished election of one trustee with four voters, of whom voter 0 votes twice."""
    office = open_office(Path(mkdtemp()), "Ed25519", [APPROVAL], voters=4)
    for voter, vote in ((0, [1, 0, 0]), (1, [0, 1, 0]), (2, [0, 0, 1]), (0, [1, 1, 0])):
        office.cast(voter, vote)
    office.close()
    office.decrypt(1)
    assert office.announce().questions == ((1, 2, 1),)
    office.strong_file()
    return office


@cache
def mixed() -> Office:
    """A finished election with a NonHomomorphic question, two trustees and two shuffles."""
    office = open_office(Path(mkdtemp()), "Ed25519", [APPROVAL, RANKING], trustees=("single", "single"), voters=3)
    for voter in range(3):
        office.cast(voter, [1, 0, 0], [voter, 2, 3])
    office.close()
    office.shuffle(1, 2)
    office.decrypt(1, 2)
    office.announce()
    office.strong_file()
    return office


def proofs_of(office: Office) -> Path:
    return office.path.with_suffix(".proofs.json")


def refused(path: Path, error: type[Exception] | tuple[type[Exception], ...], step: Step, **demands: Any) -> None:
    wanted = Demands(**{"strong_decryption": False, **demands})
    with pytest.raises(error) as refusal:
        verify_archive(path, wanted)
    assert isinstance(refusal.value, ElectionRefusedError)
    assert refusal.value.step == step


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


# Tally ----------------------------------------------------------------------------------------------------------------


def with_act(tmp_path: Path, kind: EventType, change: Callable[[Act], object], office: Office | None = None) -> Path:
    return rewritten((office or plain()).path, tmp_path, lambda steps: change(first(steps, kind)))


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("num_tallied", 2, BallotCountError),
        ("num_tallied", 4, BallotCountError),
        ("total_weight", 2, TotalWeightError),
        ("total_weight", "1073741824", TotalWeightError),
    ],
)
def test_a_false_size_of_the_tally_is_refused(
    field: str, value: object, error: type[Exception], tmp_path: Path
) -> None:
    def change(act: Act) -> None:
        act.payloads[1] = compact({**json.loads(act.payloads[1]), field: value})

    refused(with_act(tmp_path, E.ENCRYPTED_TALLY, change), error, Step.TALLY)


def test_every_element_of_the_tally_matters_and_must_be_a_member(tmp_path: Path) -> None:
    group = mixed().election.group
    tally = first(steps_of(mixed().path), E.ENCRYPTED_TALLY).json
    for path, text in leaves(tally):
        cases: list[tuple[Any, str]] = [
            (TallyMismatchError, group.serialize(group.multiply(group.parse(text), group.generator))),
            (TallyMismatchError, group.serialize(group.identity)),
        ]
        cases += [(NotInGroupError, wrong) for wrong in non_members(group, text).values()]
        cases += [(MalformedElementError, wrong) for wrong in malformed(group, text).values()]
        for error, wrong in cases:
            changed = with_act(
                tmp_path,
                E.ENCRYPTED_TALLY,
                lambda act, p=path, w=wrong: setattr(act, "json", replaced(tally, p, w)),
                mixed(),
            )
            refused(changed, error, Step.TALLY)


def test_a_tally_of_another_shape_or_order_is_refused(tmp_path: Path) -> None:
    def shaped(change: Callable[[Any], Any]) -> Path:
        return with_act(tmp_path, E.ENCRYPTED_TALLY, lambda act: setattr(act, "json", change(act.json)), mixed())

    refused(shaped(lambda t: t[:1]), AnswerShapeError, Step.TALLY)
    refused(shaped(lambda t: [t[0][:-1], t[1]]), AnswerShapeError, Step.TALLY)
    refused(shaped(lambda t: [t[0][::-1], t[1]]), TallyMismatchError, Step.TALLY)
    refused(shaped(lambda t: [t[0], t[1][::-1]]), TallyMismatchError, Step.TALLY)
    refused(shaped(lambda t: [t[0], t[1][:-1]]), TallyMismatchError, Step.TALLY)
    refused(shaped(lambda t: [t[0], [*t[1], t[1][0]]]), TallyMismatchError, Step.TALLY)


# Shuffles -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("owner", [0, 3, 255, 1])
def test_a_shuffle_of_nobody_or_of_one_who_shuffled_before_is_refused(owner: int, tmp_path: Path) -> None:
    def change(steps: list[Act]) -> None:
        second = [step for step in steps if step.kind is E.SHUFFLE][1]
        second.payloads[1] = compact({"owner": owner, "payload": "0" * 64})

    error, step = (MalformedObjectError, Step.CONTAINER) if owner == 0 else (ShuffleOwnerError, Step.SHUFFLES)
    refused(rewritten(mixed().path, tmp_path, change), error, step)


def test_shuffles_in_another_order_or_with_the_first_left_out_are_refused(tmp_path: Path) -> None:
    def exchanged(steps: list[Act]) -> None:
        positions = [i for i, step in enumerate(steps) if step.kind is E.SHUFFLE]
        steps[positions[0]], steps[positions[1]] = steps[positions[1]], steps[positions[0]]

    def halved(steps: list[Act]) -> None:
        del steps[next(i for i, step in enumerate(steps) if step.kind is E.SHUFFLE)]

    for change in (exchanged, halved):
        refused(rewritten(mixed().path, tmp_path, change), WrongProofError, Step.SHUFFLES)


# Decryptions ----------------------------------------------------------------------------------------------------------


def test_every_part_of_a_partial_decryption_matters_and_must_be_a_member(tmp_path: Path) -> None:
    group = mixed().election.group
    decryption = first(steps_of(mixed().path), E.PARTIAL_DECRYPTION).json
    for path, text in leaves(decryption):
        if path[0] == "decryption_factors":
            other = group.serialize(group.multiply(group.parse(text), group.generator))
            cases: list[tuple[Any, str]] = [(DecryptionProofError, other)]
            cases.append((DecryptionProofError, group.serialize(group.identity)))
            cases += [(NotInGroupError, wrong) for wrong in non_members(group, text).values()]
            cases += [(MalformedElementError, wrong) for wrong in malformed(group, text).values()]
        else:
            cases = [
                (DecryptionProofError, str((int(text) + 1) % group.order)),
                (MalformedScalarError, str(int(text) + group.order)),
                (MalformedScalarError, f"0{text}"),
            ]
        for error, wrong in cases:
            changed = with_act(
                tmp_path,
                E.PARTIAL_DECRYPTION,
                lambda act, p=path, w=wrong: setattr(act, "json", replaced(decryption, p, w)),
                mixed(),
            )
            refused(changed, error, Step.DECRYPTIONS)


def test_a_partial_decryption_of_another_shape_is_refused(tmp_path: Path) -> None:
    for change in (
        lambda d: {**d, "decryption_factors": [row[:-1] for row in d["decryption_factors"]]},
        lambda d: {**d, "decryption_proofs": [row[:-1] for row in d["decryption_proofs"]]},
        lambda d: {**d, "decryption_factors": d["decryption_factors"][:-1]},
        lambda d: {**d, "decryption_proofs": []},
    ):
        path = with_act(
            tmp_path, E.PARTIAL_DECRYPTION, lambda act, c=change: setattr(act, "json", c(act.json)), mixed()
        )
        refused(path, DecryptionShapeError, Step.DECRYPTIONS)


@pytest.mark.parametrize("owner", [3, 255])
def test_a_partial_decryption_of_nobody_is_refused(owner: int, tmp_path: Path) -> None:
    def change(act: Act) -> None:
        act.payloads[1] = compact({"owner": owner, "payload": "0" * 64})

    refused(with_act(tmp_path, E.PARTIAL_DECRYPTION, change, mixed()), DecryptionOwnerError, Step.DECRYPTIONS)


def test_the_same_trustee_cannot_decrypt_twice_nor_for_another(tmp_path: Path) -> None:
    def twice(steps: list[Act]) -> None:
        position = next(i for i, step in enumerate(steps) if step.kind is E.PARTIAL_DECRYPTION)
        steps[position + 1] = steps[position]

    def exchanged(steps: list[Act]) -> None:
        position = next(i for i, step in enumerate(steps) if step.kind is E.PARTIAL_DECRYPTION)
        one, two = steps[position], steps[position + 1]
        one.payloads[1], two.payloads[1] = two.payloads[1], one.payloads[1]

    refused(rewritten(mixed().path, tmp_path, twice), DecryptionOwnerError, Step.DECRYPTIONS)
    refused(rewritten(mixed().path, tmp_path, exchanged), DecryptionProofError, Step.DECRYPTIONS)


def test_a_missing_partial_decryption_leaves_no_result(tmp_path: Path) -> None:
    def change(steps: list[Act]) -> None:
        del steps[next(i for i, step in enumerate(steps) if step.kind is E.PARTIAL_DECRYPTION)]

    refused(rewritten(mixed().path, tmp_path, change), NotEnoughDecryptionsError, Step.RESULT)


# Strong proofs --------------------------------------------------------------------------------------------------------


def test_an_election_that_demands_strong_proofs_is_refused_without_them() -> None:
    refused(plain().path, MissingStrongProofError, Step.STRONG_PROOFS, strong_decryption=None)
    refused(plain().path, MissingStrongProofError, Step.STRONG_PROOFS, strong_decryption=True)


def strong(tmp_path: Path, change: Callable[[Any], Any], office: Office) -> Path:
    path = tmp_path / "strong.json"
    path.write_bytes(compact(change(json.loads(proofs_of(office).read_bytes()))))
    return path


def test_every_scalar_of_the_strong_proofs_matters(tmp_path: Path) -> None:
    office = mixed()
    order = office.election.group.order
    honest = json.loads(proofs_of(office).read_bytes())
    for path, text in leaves(honest):
        if path[-1] not in {"challenge", "response"}:
            continue
        wrong = strong(tmp_path, lambda v, p=path, t=text: replaced(v, p, str((int(t) + 1) % order)), office)
        refused(office.path, StrongDecryptionProofError, Step.STRONG_PROOFS, proofs=wrong)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda s: {**s, "format": "madang-strong-decryption-2"}, MalformedObjectError),
        (lambda s: {**s, "election_hash": "A" * 43}, WrongElectionError),
        (lambda s: {**s, "decryptions": s["decryptions"][:1]}, MissingStrongProofError),
        (lambda s: {**s, "decryptions": []}, MissingStrongProofError),
        (lambda s: {**s, "decryptions": s["decryptions"][::-1]}, PayloadReferenceError),
        (lambda s: {**s, "decryptions": [*s["decryptions"], s["decryptions"][0]]}, PayloadReferenceError),
        (lambda s: replaced(s, ("decryptions", 0, "payload"), "0" * 64), PayloadReferenceError),
        (lambda s: replaced(s, ("decryptions", 0, "owner"), 2), MissingStrongProofError),
        (lambda s: replaced(s, ("decryptions", 0, "proofs"), []), DecryptionShapeError),
        (lambda s: {**s, "x": 1}, MalformedObjectError),
    ],
)
def test_strong_proofs_of_something_else_are_refused(change: Callable, error: type[Exception], tmp_path: Path) -> None:
    refused(mixed().path, error, Step.STRONG_PROOFS, proofs=strong(tmp_path, change, mixed()))


def test_the_protocols_own_proofs_do_not_pass_as_strong_ones(tmp_path: Path) -> None:
    office = plain()
    decryption = first(steps_of(office.path), E.PARTIAL_DECRYPTION).json

    def weak(value: Any) -> Any:
        return replaced(value, ("decryptions", 0, "proofs"), decryption["decryption_proofs"])

    refused(office.path, StrongDecryptionProofError, Step.STRONG_PROOFS, proofs=strong(tmp_path, weak, office))


def test_a_forged_factor_that_fools_the_protocols_proof_is_caught_by_the_strong_one(tmp_path: Path) -> None:
    """The protocol's challenge binds neither alpha nor the factor; this forger uses that, knowing its own secret.

    It chooses commitments first, gets the challenge, and only then solves for a factor that fits: the result is false and
    every tool of the protocol accepts the decryption proof.
    """
    office = plain()
    election, group = office.election, office.election.group
    random = seeded.Random(5).randrange
    verified = office.verified()
    secret, public = office.secrets[1], verified.trustees.members[0].public_key
    row = verified.ciphertexts[0]
    factors, proofs = [], []
    for answer, ciphertext in enumerate(row):
        nonce = random(group.order)
        shift = group.generator if answer == 0 else group.identity
        commitments = [
            group.power(group.generator, nonce),
            group.multiply(group.power(ciphertext.alpha, nonce), shift),
        ]
        prefix = f"decrypt|{election.fingerprint}|{group.serialize(public)}|"
        challenge = group.hash_to_scalar(prefix, commitments)
        # B = alpha^r · F^c with r = w - x·c gives F = alpha^x · shift^(1/c).
        false = group.multiply(
            group.power(ciphertext.alpha, secret), group.power(shift, pow(challenge, -1, group.order))
        )
        factors.append(false)
        proofs.append(Proof(challenge, (nonce - secret * challenge) % group.order))
    place = DecryptionPlace(election.fingerprint, 1, 0, 0)
    claims = [
        DecryptionStatement(place._replace(answer=i), public, c.alpha, f)
        for i, (c, f) in enumerate(zip(row, factors, strict=True))
    ]
    require_decryptions(group, claims, proofs)

    def change(act: Act) -> None:
        act.json = {
            "decryption_factors": [[group.serialize(f) for f in factors]],
            "decryption_proofs": [[p.to_json() for p in proofs]],
        }

    path = with_act(tmp_path, E.PARTIAL_DECRYPTION, change)
    # The factor is false: the result no longer fits. What the forger wants is that nobody can say whose fault it is.
    refused(path, ResultMismatchError, Step.RESULT)
    forged = StrongDecryptions.parse(proofs_of(office).read_bytes(), election)
    payload = first(steps_of(path), E.PARTIAL_DECRYPTION)
    moved = dataclasses.replace(forged.decryptions[0], payload=sha256(payload.payloads[0]).hex())
    (tmp_path / "forged.json").write_bytes(dataclasses.replace(forged, decryptions=(moved,)).to_bytes())
    refused(path, StrongDecryptionProofError, Step.STRONG_PROOFS, proofs=tmp_path / "forged.json")


# Result ---------------------------------------------------------------------------------------------------------------


def test_every_number_of_the_result_matters(tmp_path: Path) -> None:
    result = first(steps_of(mixed().path), E.RESULT).json
    for path, number in leaves(result):
        for wrong in (number + 1, number - 1 if number else 7):
            changed = with_act(
                tmp_path, E.RESULT, lambda act, p=path, w=wrong: setattr(act, "json", replaced(result, p, w)), mixed()
            )
            refused(changed, ResultMismatchError, Step.RESULT)
        for wrong in (str(number), -1, True, None):
            changed = with_act(
                tmp_path, E.RESULT, lambda act, p=path, w=wrong: setattr(act, "json", replaced(result, p, w)), mixed()
            )
            refused(changed, (MalformedObjectError, ResultShapeError), Step.RESULT)
    assert at(result, ("result", 0, 0)) == 3


def test_a_result_of_another_shape_is_refused(tmp_path: Path) -> None:
    def shaped(change: Callable[[Any], Any]) -> Path:
        return with_act(tmp_path, E.RESULT, lambda act: setattr(act, "json", change(act.json)), mixed())

    refused(shaped(lambda r: {"result": r["result"][:1]}), ResultShapeError, Step.RESULT)
    refused(shaped(lambda r: {"result": [r["result"][0][:-1], r["result"][1]]}), ResultShapeError, Step.RESULT)
    refused(shaped(lambda r: {"result": [r["result"][0], r["result"][1][:-1]]}), ResultShapeError, Step.RESULT)
    refused(shaped(lambda r: replaced(r, ("result", 1, 0), [1, 2])), ResultShapeError, Step.RESULT)
    refused(shaped(lambda r: replaced(r, ("result", 1, 0), 1)), MalformedObjectError, Step.RESULT)
    refused(shaped(lambda r: {**r, "x": 1}), MalformedObjectError, Step.RESULT)
    refused(shaped(lambda r: r["result"]), MalformedObjectError, Step.RESULT)


def test_shuffled_answers_in_another_order_are_refused(tmp_path: Path) -> None:
    def change(act: Act) -> None:
        act.json = {"result": [act.json["result"][0], act.json["result"][1][::-1]]}

    refused(with_act(tmp_path, E.RESULT, change, mixed()), ResultMismatchError, Step.RESULT)


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        (E.ENCRYPTED_TALLY, 0),
        (E.ENCRYPTED_TALLY, 1),
        (E.SHUFFLE, 0),
        (E.SHUFFLE, 1),
        (E.PARTIAL_DECRYPTION, 0),
        (E.PARTIAL_DECRYPTION, 1),
        (E.RESULT, 0),
    ],
)
def test_no_object_has_a_second_spelling(kind: EventType, part: int, tmp_path: Path) -> None:
    with pytest.raises(NonCanonicalObjectError):
        verify_archive(_spelt(mixed().path, tmp_path, kind, part), Demands(strong_decryption=False))


def _spelt(source: Path, folder: Path, kind: EventType, part: int) -> Path:
    """Write an archive in which one data member is spelt with spaces, and all hashes fit."""
    timestamp, records = read_archive(source)
    found: list[Record] = []
    for record in records:
        payloads = list(record.payloads)
        if record.event.type is kind:
            old = sha256(payloads[part]).hex().encode()
            payloads[part] = json.dumps(json.loads(payloads[part])).encode()
            payloads = [payloads[0], *(p.replace(old, sha256(payloads[0]).hex().encode()) for p in payloads[1:])]
        head = found[-1].event if found else None
        event = next_event(head, record.event.type, payloads[-1] if payloads else None)
        found.append(Record(event, tuple(payloads)))
    path = folder / "spelt.bel"
    path.write_bytes(b"".join(archive_bytes(timestamp, found)))
    return path


def test_ballots_of_a_voter_with_the_same_choice_twice_are_two_ballots(tmp_path: Path) -> None:
    office = open_office(tmp_path, "Ed25519", [APPROVAL], voters=1)
    for _ in range(2):
        ballot = make_ballot(office.election, office.credentials[0], [[1, 0, 0]])
        office.writer.append(E.BALLOT, ballot.data)
    office.close()
    office.decrypt(1)
    assert office.announce().questions == ((1, 0, 0),)


def test_ballots_made_with_repeated_randomness_raise_an_alarm(tmp_path: Path) -> None:
    office = open_office(tmp_path, "Ed25519", [APPROVAL], voters=3)
    for voter in range(3):
        random = seeded.Random(7 if voter < 2 else 8).randrange
        office.writer.append(
            E.BALLOT, make_ballot(office.election, office.credentials[voter], [[1, 0, 0]], random=random).data
        )
    office.close()
    office.decrypt(1)
    office.announce()
    report = verify_archive(office.path, Demands(strong_decryption=False))
    assert "repeated-randomness" in {weakness.name for weakness in report.weaknesses}
    honest = verify_archive(plain().path, Demands(strong_decryption=False))
    assert "repeated-randomness" not in {weakness.name for weakness in honest.weaknesses}


def test_the_report_says_who_shuffled_and_decrypted() -> None:
    report = verify_archive(mixed().path, Demands(proofs=proofs_of(mixed())))
    details = {outcome.step: outcome.detail for outcome in report.outcomes}
    assert details[Step.SHUFFLES] == "2 shuffles by trustees 1, 2"
    assert details[Step.DECRYPTIONS] == details[Step.STRONG_PROOFS] == "by trustees 1, 2"
    assert details[Step.BALLOTS] == "3 ballots, 3 of them the last of their credential"
    assert {outcome.step for outcome in report.outcomes if not outcome.applies} == {Step.EARLIER}


def test_the_report_of_an_unfinished_election_says_what_is_not_there_yet(tmp_path: Path) -> None:
    steps = steps_of(mixed().path)
    report = verify_archive(written(tmp_path, steps[:5]), Demands(finished=False))
    skipped = {outcome.step for outcome in report.outcomes if not outcome.applies}
    assert skipped == {Step.EARLIER, Step.TALLY, Step.SHUFFLES, Step.DECRYPTIONS, Step.STRONG_PROOFS, Step.RESULT}
    details = {outcome.step: outcome.detail for outcome in report.outcomes}
    assert details[Step.SHUFFLES] == "0 shuffles by trustees none"


def test_the_weaknesses_of_a_single_trustee_and_a_single_shuffle_are_named(tmp_path: Path) -> None:
    single = verify_archive(plain().path, Demands(strong_decryption=False))
    assert "single-trustee" in {weakness.name for weakness in single.weaknesses}
    two = verify_archive(mixed().path, Demands(strong_decryption=False))
    assert not {"single-trustee", "single-shuffle"} & {weakness.name for weakness in two.weaknesses}
    office = open_office(tmp_path, "Ed25519", [RANKING], trustees=("single", "single"), voters=1)
    office.cast(0, [1, 2, 3])
    office.close()
    office.shuffle(1)
    alone = verify_archive(office.path, Demands(finished=False))
    assert "single-shuffle" in {weakness.name for weakness in alone.weaknesses}


@cache
def old_group() -> Office:
    """An election in a group whose ballots are shared out among processes."""
    office = open_office(Path(mkdtemp()), "BELENIOS-2048", [APPROVAL], voters=3)
    for voter in (0, 1, 2, 0):
        office.cast(voter, [1, 0, 0])
    return office


@pytest.mark.parametrize("office", [plain, pytest.param(old_group, marks=pytest.mark.slow)])
def test_ballots_shared_out_pass_as_they_do_one_after_the_other(
    office: Callable[[], Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    demands = Demands(finished=False, strong_decryption=False)
    alone = verify_archive(office().path, demands).to_json()
    monkeypatch.setattr("voting.election.verify.ballots.CHUNK", 1)
    for jobs in (1, 2, 4):
        assert verify_archive(office().path, demands, jobs=jobs).to_json() == alone


@pytest.mark.parametrize("jobs", [1, 2])
def test_ballots_shared_out_still_name_the_first_wrong_one(
    jobs: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voting.election.verify.ballots.CHUNK", 1)
    spoilt: list[bytes] = []

    def change(steps: list[Act]) -> None:
        for position in (4, 2):
            ballot = steps[position].json
            proof = ballot["signature"]["proof"]
            proof["response"] = str(int(proof["response"]) ^ 1)
            steps[position].json = ballot
        spoilt.append(steps[2].payloads[0])

    path = rewritten(plain().path, tmp_path, change)
    for _ in range(5):
        with pytest.raises(WrongProofError) as refusal:
            verify_archive(path, Demands(strong_decryption=False), jobs=jobs)
        assert refusal.value.tracker == tracker_of(spoilt[0])


def test_progress_is_told_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voting.election.verify.ballots.CHUNK", 1)
    told: list[tuple[int, int]] = []
    verify_archive(
        plain().path, Demands(strong_decryption=False), progress=lambda done, total: told.append((done, total))
    )
    assert told[-4:] == [(1, 4), (2, 4), (3, 4), (4, 4)]
