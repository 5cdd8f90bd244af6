"""The browser's verifier and the kernel's look at the same archives, right and wrong, and say the same of every step."""

import json
import random as seeded
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from tests.browser_verifier import BrowserVerifier, both_say_the_same, kernel_report, wordless
from tests.finished_elections import mixed, plain, proofs_of
from tests.json_leaves import at, compact, containers, leaves, replaced
from tests.rewriting import Step as Act
from tests.rewriting import rewritten, steps_of, written
from tests.shared_data import shared_data
from tests.strange_elements import malformed, non_members
from tests.whole_election import APPROVAL, RANKING, Office, open_office
from voting.election.ballot import tracker_of
from voting.election.errors import ElectionRefusedError
from voting.election.events import EventType
from voting.election.group.base import Group
from voting.election.questions import HomomorphicQuestion
from voting.election.verify.report import Demands, Step
from voting.errors import VotingError

pytestmark = pytest.mark.slow
E = EventType
BLANK = HomomorphicQuestion(question="회칙을 바꿀까요?", answers=("찬성", "반대"), minimum=1, maximum=1, blank=True)
NONE = Demands(strong_decryption=False)


@cache
def weighted() -> Office:
    """A blank vote and weights, two of three members of a threshold structure beside a single trustee."""
    office = open_office(
        Path(mkdtemp()), "Ed25519", [BLANK, APPROVAL], trustees=("single", (2, 3)), weights=[1, 3, 90_000, 0]
    )
    votes = ([0, 1, 0], [1, 1, 0]), ([1, 0, 0], [0, 0, 0]), ([0, 0, 1], [0, 0, 1]), ([0, 1, 0], [0, 1, 1])
    for voter, vote in enumerate(votes):
        office.cast(voter, *vote)
    office.cast(0, [0, 0, 1], [0, 0, 0])
    office.close()
    office.decrypt(1, 4, 2)
    office.announce()
    office.strong_file()
    return office


@cache
def empty() -> Office:
    """An election in which nobody voted."""
    office = open_office(Path(mkdtemp()), "BELENIOS-2048", [APPROVAL], old_codes=True)
    office.close()
    office.decrypt(1)
    office.announce()
    office.strong_file()
    return office


@cache
def ranked() -> Office:
    """Whole ballots in the group of numbers that can hold them."""
    office = open_office(Path(mkdtemp()), "RFC-3526-2048", [RANKING], trustees=("single", "single"), voters=2)
    for voter in (0, 1, 0):
        office.cast(voter, [voter, 2, 255])
    office.close()
    office.shuffle(2)
    office.decrypt(2, 1)
    office.announce()
    office.strong_file()
    return office


def archives(folder: str) -> list[str]:
    try:
        return sorted(path.name for path in (shared_data() / "belenios" / folder).iterdir())
    except pytest.skip.Exception:
        return []


def reference(folder: str, name: str) -> Path:
    (found,) = (shared_data() / "belenios" / folder / name).glob("*.bel")
    return found


@pytest.mark.parametrize("name", archives("honest"))
def test_an_honest_archive_of_the_reference_tool_is_accepted(verifier: BrowserVerifier, name: str):
    report = both_say_the_same(verifier, reference("honest", name))
    assert report["verified"] is True
    assert [step["step"] for step in report["steps"]] == list(range(1, 13))


@pytest.mark.parametrize("name", archives("tampered"))
def test_a_tampered_archive_is_refused_at_the_same_step_for_the_same_reason(verifier: BrowserVerifier, name: str):
    report = both_say_the_same(verifier, reference("tampered", name))
    assert report["verified"] is False


@pytest.mark.parametrize("office", [plain, mixed, weighted, empty, ranked], ids=lambda office: office.__name__)
def test_an_election_of_ours_is_accepted_with_its_strong_proofs(
    verifier: BrowserVerifier, office: Callable[[], Office], tmp_path: Path
):
    path = office().path
    given = Demands(proofs=proofs_of(office()), fingerprint=office().election.fingerprint)
    assert both_say_the_same(verifier, path, given)["verified"] is True
    missing = both_say_the_same(verifier, path)
    assert missing["failure"] == {"error": "MissingStrongProofError", "step": Step.STRONG_PROOFS, "tracker": None}


def test_every_beginning_of_an_election_is_right_as_far_as_it_goes(verifier: BrowserVerifier, tmp_path: Path):
    steps = steps_of(plain().path)
    for count in range(len(steps)):
        path = written(tmp_path, steps[:count])
        for finished in (True, False):
            told = both_say_the_same(verifier, path, Demands(strong_decryption=False, finished=finished))
            assert told["verified"] is (count > 0 and not finished)


def test_what_a_sceptic_demands_is_looked_at(verifier: BrowserVerifier, tmp_path: Path):
    path = plain().path
    trackers = [tracker_of(step.payloads[0]) for step in steps_of(path) if step.kind is E.BALLOT]
    earlier, other = written(tmp_path, steps_of(path)[:4], "earlier.bel"), mixed().path
    head = kernel_report(path, NONE)["head"]
    lists = kernel_report(path, NONE)["credentials"]["fingerprint"]
    for wanted, error in (
        ({"trackers": trackers[1:], "earlier": earlier, "credentials": lists}, None),
        ({"heads": [(head["height"], head["hash"])]}, None),
        ({"trackers": trackers[:1]}, "SupersededBallotError"),
        ({"trackers": ["A" * 43]}, "BallotNotFoundError"),
        ({"earlier": other}, "EarlierCopyError"),
        ({"heads": [(3, "0" * 64)]}, "ChainError"),
        ({"heads": [(99, "0" * 64)]}, "ChainError"),
        ({"fingerprint": "A" * 43}, "WrongElectionError"),
        ({"credentials": "A" * 43}, "CredentialListMismatchError"),
        ({"proofs": proofs_of(mixed())}, "WrongElectionError"),
    ):
        told = both_say_the_same(verifier, path, Demands(**{"strong_decryption": False, **wanted}))
        assert told["verified"] is (error is None)
        assert error is None or told["failure"]["error"] == error
    for least, verified in ((2, True), (3, False)):
        wanted = Demands(strong_decryption=False, least_shuffles=least)
        assert both_say_the_same(verifier, mixed().path, wanted)["verified"] is verified


def without(kind: EventType) -> Callable[[list[Act]], None]:
    def change(steps: list[Act]) -> None:
        steps[:] = [step for step in steps if step.kind is not kind]

    return change


def doubled(position: int) -> Callable[[list[Act]], None]:
    return lambda steps: steps.insert(position, steps[position])


def exchanged(steps: list[Act]) -> None:
    steps[1], steps[4] = steps[4], steps[1]


@pytest.mark.parametrize(
    ("office", "change", "error"),
    [
        (plain, exchanged, "TallyMismatchError"),
        (plain, lambda steps: steps.insert(5, steps[1]), "RepeatedBallotError"),
        (plain, lambda steps: steps.pop(4), "TallyMismatchError"),
        (plain, lambda steps: steps.pop(3), "BallotCountError"),
        (plain, doubled(0), "EventOrderError"),
        (plain, doubled(7), "DecryptionOwnerError"),
        (mixed, without(E.SHUFFLE), "MissingShuffleError"),
        (mixed, doubled(6), "ShuffleOwnerError"),
        (weighted, lambda steps: steps.pop(-3), "NotEnoughDecryptionsError"),
    ],
)
def test_a_history_that_was_rewritten_is_refused_alike(
    verifier: BrowserVerifier,
    office: Callable[[], Office],
    change: Callable[[list[Act]], Any],
    error: str,
    tmp_path: Path,
):
    told = both_say_the_same(verifier, rewritten(office().path, tmp_path, change), NONE)
    assert told["failure"]["error"] == error


def test_a_byte_changed_anywhere_in_the_container_is_refused_alike(verifier: BrowserVerifier, tmp_path: Path):
    data = plain().path.read_bytes()
    second = 512 + 512
    places = [0, 100, 108, 124, 135, 136, 148, 156, 157, 511, 512, 520, 600]
    places += [second + place for place in (0, 63, 64, 70, 100, 124, 134, 136, 150, 156, 400)]
    path = tmp_path / "changed.bel"
    for place in places:
        path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        assert not both_say_the_same(verifier, path, NONE)["verified"], place
    for short in (0, 8, 511, 512, 1024, len(data) - 1, len(data) - 512):
        path.write_bytes(data[:short])
        assert not both_say_the_same(verifier, path, NONE)["verified"], short
    path.write_bytes(data + bytes(1024))
    assert not both_say_the_same(verifier, path, NONE)["verified"]


def strange(value: Any, group: Group) -> dict[str, Any]:
    """Return what could stand at the place of a value and should not."""
    match value:
        case bool():
            return {"the other": not value}
        case int():
            return {"more": value + 1, "a text": str(value), "less than nothing": -1, "huge": 10**17, "true": True}
        case str():
            found: dict[str, Any] = {"a number": 1, "nothing": None, "empty": "", "longer": f"{value} "}
            if value.isdigit():
                found |= {"one more": str(int(value) + 1), "leading zero": f"0{value}", "zero": "0"}
                found["not reduced"] = str(int(value) + group.order)
            if group.name == "Ed25519" and len(value) == 64 and _is_element(group, value):
                found |= non_members(group, value) | malformed(group, value)
                found |= {"identity": group.serialize(group.identity), "generator": group.serialize(group.generator)}
            return found
        case list():
            return {"too few": value[1:], "too many": value + value[-1:], "none": [], "reversed": value[::-1]}
        case dict():
            first = next(iter(value), "")
            lacking = {key: item for key, item in value.items() if key != first}
            return {
                "one field more": value | {"x": 1},
                "reordered": lacking | {first: value.get(first)},
                "lacking": lacking,
            }
    return {}


def _is_element(group: Group, text: str) -> bool:
    try:
        group.parse(text)
    except ElectionRefusedError:
        return False
    return True


@pytest.mark.parametrize("office", [plain, mixed, weighted], ids=lambda office: office.__name__)
def test_one_field_changed_is_judged_alike_wherever_it_stands(
    verifier: BrowserVerifier, office: Callable[[], Office], tmp_path: Path
):
    """A sample of all places and changes; every change of anything is a change of the election, or is refused."""
    choose = seeded.Random(office.__name__)
    steps = steps_of(office().path)
    members = [(event, part) for event, step in enumerate(steps) for part in range(len(step.payloads))]
    tried, refused = 0, 0
    while tried < 24:
        event, part = choose.choice(members)
        value = json.loads(steps[event].payloads[part])
        place = choose.choice([path for path, _ in (*leaves(value), *containers(value))])
        wrong = strange(at(value, place), office().election.group)
        if not wrong:
            continue
        name = choose.choice(sorted(wrong))
        data = compact(replaced(value, place, wrong[name]))
        if data == steps[event].payloads[part]:
            continue

        def change(acts: list[Act], event: int = event, part: int = part, data: bytes = data) -> None:
            acts[event].payloads[part] = data

        try:
            path = rewritten(office().path, tmp_path, change)
        except (TypeError, KeyError, ValueError, VotingError):
            continue  # nothing that an archive could be written around
        given = Demands(proofs=proofs_of(office()))
        told = wordless(verifier.report(path, given))
        assert told == wordless(kernel_report(path, given)), (steps[event].kind, part, place, name)
        tried += 1
        refused += not told["verified"]
    assert refused > 10


def test_many_hands_find_the_same_first_refusal_as_one(verifier: BrowserVerifier):
    quick, slow = {"ms": 1}, {"ms": 30}
    for size in (1, 2, 3, 8):
        whole = verifier.ask(crew={"size": size, "tasks": [slow, quick, quick, slow, quick]})
        assert whole["made"] == [0, 1, 2, 3, 4]
        late = [quick, slow | {"refused": "First"}, quick | {"refused": "Second"}, *[quick] * 20]
        told = verifier.ask(crew={"size": size, "tasks": late})
        assert told["refused"] == "First"
        assert told["given"] <= 3 + size, "what comes after a refusal is not begun"
        assert verifier.ask(crew={"size": size, "tasks": []})["made"] == []
        assert verifier.ask(crew={"size": size, "tasks": [quick, quick | {"broke": "lost"}]})["refused"] == "lost"


def test_a_tracker_is_read_from_whatever_it_was_kept_in(verifier: BrowserVerifier):
    tracker = "wDtZGGG6aUrbbLlU1WTxm/lcvxGvWwBlZxOgp+UuOGk"
    kept = [
        tracker,
        f"  {tracker}\n",
        " ".join(tracker[at : at + 8] for at in range(0, 43, 8)),
        f"https://madang.example/gwansan/assembly/find?tracker={tracker.replace('+', '%2B').replace('/', '%2F')}",
        f"주민총회\r\n\r\n내 확인 번호: {tracker}\r\n투표함 지문: {'ab' * 32}\r\n선거 지문: {'A' * 43}\r\n",
    ]
    assert verifier.ask(typed=kept)["trackers"] == [tracker] * len(kept)
    assert verifier.ask(typed=["", "짧음", "100%", tracker[1:], f"{tracker}A", "ab" * 32])["trackers"] == [""] * 6
