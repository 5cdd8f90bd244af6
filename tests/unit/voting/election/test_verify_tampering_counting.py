"""Wrong archives whose hashes all fit, from the tally to the result (T19 to T24): continues `test_verify_tampering`.

Most of these pass the reference tools. Each is refused with its own error at its own step.
"""

import dataclasses
import json
import random as seeded
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.finished_elections import mixed, plain, proofs_of, refused
from tests.json_leaves import at, compact, leaves, replaced
from tests.rewriting import Step as Act
from tests.rewriting import first, rewritten, steps_of
from tests.strange_elements import malformed, non_members
from tests.whole_election import APPROVAL, Office, open_office
from voting.election.archive import archive_bytes, read_archive
from voting.election.casting import make_ballot
from voting.election.decryption import StrongDecryptions
from voting.election.errors import (
    AnswerShapeError,
    BallotCountError,
    DecryptionOwnerError,
    DecryptionProofError,
    DecryptionShapeError,
    MalformedObjectError,
    MalformedScalarError,
    MissingStrongProofError,
    NonCanonicalObjectError,
    NotEnoughDecryptionsError,
    PayloadReferenceError,
    ResultMismatchError,
    ResultShapeError,
    ShuffleOwnerError,
    StrongDecryptionProofError,
    TallyMismatchError,
    TotalWeightError,
    WrongElectionError,
    WrongProofError,
)
from voting.election.events import EventType, Record, next_event
from voting.election.group.errors import (
    MalformedElementError,
    NotInGroupError,
)
from voting.election.objects import Proof
from voting.election.proofs import DecryptionPlace, DecryptionStatement, require_decryptions
from voting.election.verify.report import Demands, Step
from voting.election.verify.run import verify_archive
from voting.encoding import sha256

E = EventType


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


def few(texts: dict[str, str], number: int) -> list[str]:
    """Return two texts, others for each place; all texts at all places are tried by `test_strange_elements_in_archives`."""
    found = list(texts.values())
    return [found[2 * number % len(found)], found[(2 * number + 1) % len(found)]]


@pytest.mark.slow
def test_every_element_of_the_tally_matters_and_must_be_a_member(tmp_path: Path) -> None:
    group = mixed().election.group
    tally = first(steps_of(mixed().path), E.ENCRYPTED_TALLY).json
    for number, (path, text) in enumerate(leaves(tally)):
        cases: list[tuple[Any, str]] = [
            (TallyMismatchError, group.serialize(group.multiply(group.parse(text), group.generator))),
            (TallyMismatchError, group.serialize(group.identity)),
        ]
        cases += [(NotInGroupError, wrong) for wrong in few(non_members(group, text), number)]
        cases += [(MalformedElementError, wrong) for wrong in few(malformed(group, text), number)]
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
    path = rewritten(mixed().path, tmp_path, change)
    refused(path, error, step)
    if owner:
        with pytest.raises(ShuffleOwnerError, match=f"shuffle 2: trustee {owner} "):
            verify_archive(path, Demands(strong_decryption=False))


def test_shuffles_in_another_order_or_with_the_first_left_out_are_refused(tmp_path: Path) -> None:
    def exchanged(steps: list[Act]) -> None:
        positions = [i for i, step in enumerate(steps) if step.kind is E.SHUFFLE]
        steps[positions[0]], steps[positions[1]] = steps[positions[1]], steps[positions[0]]

    def halved(steps: list[Act]) -> None:
        del steps[next(i for i, step in enumerate(steps) if step.kind is E.SHUFFLE)]

    for change in (exchanged, halved):
        refused(rewritten(mixed().path, tmp_path, change), WrongProofError, Step.SHUFFLES)


# Decryptions ----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_every_part_of_a_partial_decryption_matters_and_must_be_a_member(tmp_path: Path) -> None:
    group = mixed().election.group
    decryption = first(steps_of(mixed().path), E.PARTIAL_DECRYPTION).json
    for number, (path, text) in enumerate(leaves(decryption)):
        if path[0] == "decryption_factors":
            other = group.serialize(group.multiply(group.parse(text), group.generator))
            cases: list[tuple[Any, str]] = [(DecryptionProofError, other)]
            cases.append((DecryptionProofError, group.serialize(group.identity)))
            cases += [(NotInGroupError, wrong) for wrong in few(non_members(group, text), number)]
            cases += [(MalformedElementError, wrong) for wrong in few(malformed(group, text), number)]
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


@pytest.mark.slow
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


@pytest.mark.slow
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
