"""Strange elements in every published field of trustees, tallies, shuffles and decryptions, rechained by the server.

The fields are found in a finished archive, not listed, so that none can be forgotten. Ballots and credentials have
their own tests.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.json_leaves import Path as Place
from tests.json_leaves import leaves, replaced
from tests.rewriting import Step as ArchiveStep
from tests.rewriting import steps_of, written
from tests.strange_elements import malformed, non_members
from tests.whole_election import APPROVAL, RANKING, Office, open_office
from voting.election.errors import ElectionRefusedError, MessageSignatureError
from voting.election.events import EventType
from voting.election.group import ElementError, Group, IdentityElementError, MalformedElementError, NotInGroupError
from voting.election.verify.report import Demands, Step
from voting.election.verify.run import verify_archive

WEAK = Demands(strong_decryption=False)
WHERE = {
    "election": (EventType.SETUP, 0),
    "trustees": (EventType.SETUP, 1),
    "tally": (EventType.ENCRYPTED_TALLY, 0),
    "shuffle": (EventType.SHUFFLE, 0),
    "decryption": (EventType.PARTIAL_DECRYPTION, 0),
}


@dataclass(frozen=True)
class Field:
    """A group element in a finished archive: the step and data member, the JSON path, and the path in a nested text."""

    number: int
    member: int
    path: Place
    inner: Place
    text: str


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Office:
    folder = tmp_path_factory.mktemp("finished")
    # A threshold of all its members: nobody can be done without, so every false part must be refused.
    office = open_office(folder, "Ed25519", [APPROVAL, RANKING], trustees=("single", (2, 2)), voters=2)
    office.cast(0, [1, 0, 0], [1, 2, 3])
    office.cast(1, [0, 1, 0], [3, 2, 1])
    office.close()
    office.shuffle(1, 2)
    office.decrypt(1, 2, 3)
    office.announce()
    verify_archive(office.path, WEAK)
    return office


def is_element(text: object, group: Group) -> bool:
    if not isinstance(text, str):
        return False
    try:
        group.parse(text)
    except ElementError:
        return False
    return True


def fields(office: Office, what: str) -> Iterator[Field]:
    """Yield every element of every data member of one kind."""
    kind, member = WHERE[what]
    group = office.election.group
    for number, step in enumerate(steps_of(office.path)):
        if step.kind is not kind:
            continue
        for path, leaf in leaves(json.loads(step.payloads[member])):
            if is_element(leaf, group):
                yield Field(number, member, path, (), leaf)
            elif isinstance(leaf, str) and leaf.startswith("{"):
                for inner, text in leaves(json.loads(leaf)):
                    if is_element(text, group):
                        yield Field(number, member, path, inner, text)


def with_field(steps: list[ArchiveStep], field: Field, text: str) -> list[ArchiveStep]:
    """Return the steps with one element's text exchanged."""
    changed = [ArchiveStep(step.kind, list(step.payloads)) for step in steps]
    value = json.loads(changed[field.number].payloads[field.member])
    new: object = text
    if field.inner:
        nested = value
        for key in field.path:
            nested = nested[key]
        new = json.dumps(replaced(json.loads(nested), field.inner, text), separators=(",", ":"), ensure_ascii=False)
    payload = json.dumps(replaced(value, field.path, new), separators=(",", ":"), ensure_ascii=False)
    changed[field.number].payloads[field.member] = payload.encode()
    return changed


def refusal_of(path: Path) -> ElectionRefusedError:
    with pytest.raises(ElectionRefusedError) as refusal:
        verify_archive(path, WEAK)
    return refusal.value


def expected(field: Field, error: type[ElementError]) -> tuple[type[ElectionRefusedError], ...]:
    # Signed coefficients are judged by their signature first; that the element is refused even when its member signs it
    # is shown by test_pedersen.
    if field.inner and field.path[-2:] != ("certs", "message") and "coefexps" in field.path:
        return (error, MessageSignatureError)
    return (error,)


def test_the_fields_found_are_all_that_there_are(finished: Office) -> None:
    counts = {what: sum(1 for _ in fields(finished, what)) for what in WHERE}
    choices, ballots = 3, 2
    shuffle = 2 * ballots + (5 + ballots) + ballots + ballots
    assert counts == {
        "election": 1,
        "trustees": 1 + 2 * 2 + 2 * 2 + 2,
        "tally": 2 * choices + 2 * ballots,
        "shuffle": 2 * shuffle,
        "decryption": 3 * (choices + ballots),
    }


@pytest.mark.slow
@pytest.mark.parametrize("what", WHERE)
def test_a_non_member_in_any_field_is_refused(finished: Office, what: str, tmp_path: Path) -> None:
    group = finished.election.group
    steps = steps_of(finished.path)
    for field in fields(finished, what):
        strangers = non_members(group, field.text)
        for name in ("order 2", "order 4, x = √-1", "order 8, first", "mixed order 8, third", "off the curve"):
            refusal = refusal_of(written(tmp_path, with_field(steps, field, strangers[name])))
            assert isinstance(refusal, expected(field, NotInGroupError)), (field, name, refusal)


@pytest.mark.slow
@pytest.mark.parametrize("what", WHERE)
def test_a_non_canonical_text_in_any_field_is_refused(finished: Office, what: str, tmp_path: Path) -> None:
    group = finished.election.group
    steps = steps_of(finished.path)
    for field in fields(finished, what):
        texts = malformed(group, field.text)
        for name in ("empty", "63 digits", "upper case", "y = p + 1", "minus zero"):
            refusal = refusal_of(written(tmp_path, with_field(steps, field, texts[name])))
            assert isinstance(refusal, expected(field, MalformedElementError)), (field, name, refusal)


@pytest.mark.parametrize("what", ["election", "trustees"])
def test_the_identity_as_any_key_is_refused(finished: Office, what: str, tmp_path: Path) -> None:
    identity = finished.election.group.serialize(finished.election.group.identity)
    steps = steps_of(finished.path)
    for field in fields(finished, what):
        refusal = refusal_of(written(tmp_path, with_field(steps, field, identity)))
        assert isinstance(refusal, expected(field, IdentityElementError)), (field, refusal)


@pytest.mark.slow
@pytest.mark.parametrize("what", ["tally", "shuffle", "decryption"])
def test_the_identity_in_any_other_field_is_refused_by_what_it_breaks(
    finished: Office, what: str, tmp_path: Path
) -> None:
    # As a ciphertext or factor it is a member; the equations refuse it.
    identity = finished.election.group.serialize(finished.election.group.identity)
    steps = steps_of(finished.path)
    step = {"tally": Step.TALLY, "shuffle": Step.SHUFFLES, "decryption": Step.DECRYPTIONS}[what]
    for field in fields(finished, what):
        assert refusal_of(written(tmp_path, with_field(steps, field, identity))).step == step


@pytest.mark.slow
@pytest.mark.parametrize("what", WHERE)
def test_another_member_in_any_field_is_refused(finished: Office, what: str, tmp_path: Path) -> None:
    group = finished.election.group
    steps = steps_of(finished.path)
    for field in fields(finished, what):
        other = group.serialize(group.multiply(group.parse(field.text), group.generator))
        refusal_of(written(tmp_path, with_field(steps, field, other)))
