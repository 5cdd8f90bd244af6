"""Every field of a ballot in turn: what is no member, no scalar, or not in its place is refused (T06 to T09).

The fields are found in a ballot, not listed, so that none can be forgotten. Each change is signed anew by the voter: only
the field itself is wrong.
"""

from functools import cache
from typing import Any

import pytest

from tests.ballot_box import BLANK, BLANK_VOTE, PLAIN, PLAIN_VOTE, RANKED, RANKED_VOTE, BallotBox, loaded, open_box
from tests.groups import EVERY_GROUP, group_called
from tests.json_leaves import at, compact, containers, leaves, replaced
from tests.strange_elements import malformed, non_members
from voting.election.checking import check_ballot
from voting.election.errors import (
    AnswerShapeError,
    BallotHashError,
    BallotSignatureError,
    MalformedObjectError,
    MalformedScalarError,
    OversizedObjectError,
    UnknownCredentialError,
    WrongElectionError,
    WrongProofError,
)
from voting.election.group.errors import IdentityElementError, MalformedElementError, NotInGroupError

# What a group can encode; RFC-3526-2048 shares its code with BELENIOS-2048 and is eight times slower: rankings only.
QUESTIONS = {"BELENIOS-2048": (PLAIN, BLANK), "RFC-3526-2048": (RANKED,)}
VOTES = {PLAIN.question: PLAIN_VOTE, BLANK.question: BLANK_VOTE, RANKED.question: RANKED_VOTE}
ELEMENTS = {"alpha", "beta"}
SCALARS = {"challenge", "response"}


@cache
def case(name: str) -> tuple[BallotBox, Any]:
    questions = QUESTIONS.get(name, (PLAIN, BLANK, RANKED))
    box = open_box(group_called(name), questions)
    return box, loaded(box.ballot(*(VOTES[question.question] for question in questions)).data)


def places(ballot: Any, names: set[str]) -> list[tuple[int | str, ...]]:
    found = [path for path, _ in leaves(ballot["answers"], ("answers",)) if path[-1] in names]
    assert found
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY_GROUP)
def test_every_element_must_be_a_member(name: str) -> None:
    box, ballot = case(name)
    for path in places(ballot, ELEMENTS):
        for what, text in non_members(box.election.group, at(ballot, path)).items():
            with pytest.raises(NotInGroupError):
                box.check(box.signed(replaced(ballot, path, text)))
                pytest.fail(f"{path}: {what}")


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY_GROUP)
def test_every_element_has_one_spelling(name: str) -> None:
    box, ballot = case(name)
    for path in places(ballot, ELEMENTS):
        for what, text in malformed(box.election.group, at(ballot, path)).items():
            with pytest.raises((MalformedElementError, OversizedObjectError)):
                box.check(box.signed(replaced(ballot, path, text)))
                pytest.fail(f"{path}: {what}")


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY_GROUP)
def test_no_element_of_a_ciphertext_is_the_identity(name: str) -> None:
    box, ballot = case(name)
    group = box.election.group
    for path in places(ballot, ELEMENTS):
        with pytest.raises(IdentityElementError):
            box.check(box.signed(replaced(ballot, path, group.serialize(group.identity))))
            pytest.fail(str(path))


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY_GROUP)
def test_a_credential_is_checked_again_even_if_the_list_has_it(name: str) -> None:
    box, ballot = case(name)
    group = box.election.group
    honest = ballot["credential"]
    for expected, texts in (
        (NotInGroupError, non_members(group, honest)),
        (MalformedElementError, malformed(group, honest)),
        (IdentityElementError, {"identity": group.serialize(group.identity)}),
    ):
        for what, text in texts.items():
            # Proofs name the credential, so they are made anew by someone who signs as if it were his.
            changed = box.signed({**ballot, "credential": text})
            with pytest.raises((expected, WrongProofError)):
                check_ballot(box.accepting(text), changed)
                pytest.fail(what)


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY_GROUP)
def test_every_scalar_has_one_spelling_below_the_order(name: str) -> None:
    box, ballot = case(name)
    order = box.election.group.order
    for path in places(ballot, SCALARS):
        text = at(ballot, path)
        spellings = {
            "unreduced": str(int(text) + order),
            "negative": str(int(text) - order),
            "leading zero": f"0{text}",
            "plus": f"+{text}",
            "space": f" {text}",
            "newline": f"{text}\n",
            "underscore": f"{text[0]}_{text[1:]}",
            "empty": "",
            "hexadecimal": hex(int(text)),
            "Arabic digits": text.translate({ord(str(d)): 0x0660 + d for d in range(10)}),
            "a number": int(text) % 10**17,
            "null": None,
        }
        for what, wrong in spellings.items():
            with pytest.raises((MalformedScalarError, OversizedObjectError)):
                box.check(box.signed(replaced(ballot, path, wrong)))
                pytest.fail(f"{path}: {what}")


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY_GROUP)
def test_every_scalar_matters(name: str) -> None:
    box, ballot = case(name)
    order = box.election.group.order
    for path in places(ballot, SCALARS):
        for change in (1, order - 1):
            wrong = str((int(at(ballot, path)) + change) % order)
            with pytest.raises(WrongProofError) as refusal:
                box.check(box.signed(replaced(ballot, path, wrong)))
                pytest.fail(str(path))
            assert not isinstance(refusal.value, BallotSignatureError), path


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY_GROUP)
def test_every_element_matters(name: str) -> None:
    box, ballot = case(name)
    group = box.election.group
    for path in places(ballot, ELEMENTS):
        other = group.multiply(group.parse(at(ballot, path)), group.generator)
        with pytest.raises(WrongProofError):
            box.check(box.signed(replaced(ballot, path, group.serialize(other))))
            pytest.fail(str(path))


def test_the_signature_matters() -> None:
    box, ballot = case("Ed25519 by libsodium")
    order = box.election.group.order
    for name in SCALARS:
        path = ("signature", "proof", name)
        wrong = replaced(ballot, path, str((int(at(ballot, path)) + 1) % order))
        with pytest.raises(BallotSignatureError):
            check_ballot(box.context, compact(wrong))


def test_no_object_can_have_a_field_more_or_less_or_in_another_order() -> None:
    box, ballot = case("Ed25519 by libsodium")
    for path, value in containers(ballot):
        if not isinstance(value, dict):
            continue
        changes = [{**value, "x": 1}, {"x": 1, **value}]
        changes += [{k: v for k, v in value.items() if k != name} for name in value]
        if len(value) > 1:
            changes.append(dict(reversed(value.items())))
        for changed in changes:
            wrong = replaced(ballot, path, changed)
            signed = box.signed(wrong) if path[:1] == ("answers",) else compact(wrong)
            with pytest.raises((MalformedObjectError, OversizedObjectError)):
                box.check(signed)
                pytest.fail(f"{path}: {list(changed)}")


@pytest.mark.slow
def test_no_value_can_be_of_another_type() -> None:
    box, ballot = case("Ed25519 by libsodium")
    everything = [(path, value) for path, value in (*leaves(ballot), *containers(ballot)) if path]
    for path, _ in everything:
        for wrong in (None, True, 1, [], {}, "", "x", ["x"], {"x": 1}):
            changed = replaced(ballot, path, wrong)
            signed = box.signed(changed) if path[0] == "answers" else compact(changed)
            with pytest.raises(
                (
                    MalformedObjectError,
                    MalformedScalarError,
                    MalformedElementError,
                    AnswerShapeError,
                    WrongElectionError,
                    OversizedObjectError,
                    UnknownCredentialError,
                    BallotHashError,
                )
            ):
                box.check(signed)
                pytest.fail(f"{path}: {wrong!r}")
