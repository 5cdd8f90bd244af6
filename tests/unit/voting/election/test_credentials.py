"""Voting codes and the public list of credentials."""

import json
import random as seeded

import pytest

from tests.groups import EVERY_GROUP, group_called
from tests.json_leaves import compact
from tests.shared_data import shared_data
from tests.strange_elements import malformed, non_members
from voting.election.credentials import (
    MAX_TOTAL_WEIGHT,
    PublicCredentials,
    credentials_fingerprint,
    derive_credential,
    generate_credentials,
    new_code,
    normalise_code,
)
from voting.election.definition import BASE58
from voting.election.errors import DuplicateCredentialError, MalformedCredentialError, MalformedObjectError, WeightError
from voting.election.group import group_named
from voting.election.group.errors import IdentityElementError, MalformedElementError, NotInGroupError

ED = group_named("Ed25519")
UUID = "x6tZhtBGC9cNDL"


def random(seed: int = 1):
    return seeded.Random(seed).randrange


def test_the_worked_example_of_a_new_code() -> None:
    credential = derive_credential("EvnTy-mAJdWV-LyArP-FcNidC", uuid=UUID, group=ED)
    assert credential.secret == 7187588342365597067075064618607135549076314306687207072954631694968717625042
    assert ED.serialize(credential.public) == "ba55ccf2aee16a6510468e17342ad5601b04379b16c5421b9a9ac60d230bf788"


def test_the_worked_example_of_an_old_code() -> None:
    group = group_named("BELENIOS-2048")
    credential = derive_credential("cXv-LVz-9Bj-Med-WXb", uuid="oX2j5tWH1HYzcW", group=group)
    assert credential.secret == 63445289984777975763221496567879071808321855440997077879177992956231781800084
    listed = json.loads((shared_data() / "belenios/honest/a-belenios2048-single/setup/public_creds.json").read_bytes())
    assert group.serialize(credential.public) in {entry.split(",")[0] for entry in listed}


@pytest.mark.parametrize(
    "folder", ["a-belenios2048-single", "c-nonhomomorphic-2shuffles", "e-weights", "n30-ed25519-single"]
)
def test_every_code_of_the_reference_tool_gives_the_credential_on_its_list(folder: str) -> None:
    setup = shared_data() / "belenios" / "honest" / folder / "setup"
    election = json.loads((setup / "election.json").read_bytes())
    group = group_named(election["group"])
    listed = {text.split(",")[0] for text in json.loads((setup / "public_creds.json").read_bytes())}
    codes = [line.split()[-1] for line in (setup / "private_creds.txt").read_text().splitlines()]
    made = {group.serialize(derive_credential(c, uuid=election["uuid"], group=group).public) for c in codes}
    assert made == listed


@pytest.mark.parametrize("old", [False, True])
def test_a_fresh_code_is_canonical_and_never_the_same(old: bool) -> None:
    codes = {new_code(old_format=old) for _ in range(50)}
    assert len(codes) == 50
    for code in codes:
        assert normalise_code(code) == code
        assert [len(part) for part in code.split("-")] == ([3] * 5 if old else [5, 6, 5, 6])


@pytest.mark.parametrize("old", [False, True])
def test_spaces_and_dashes_of_any_kind_do_not_matter(old: bool) -> None:
    code = new_code(random=random(), old_format=old)
    bare = code.replace("-", "")
    for typed in (bare, f" {code}\n", code.replace("-", " "), code.replace("-", "–"), " ".join(bare), f"{bare}-"):
        assert normalise_code(typed) == code


@pytest.mark.parametrize("old", [False, True])
@pytest.mark.parametrize("wrong", ["0", "O", "I", "l", "é", "١", "_", "\x00", "가"])
def test_a_character_outside_the_alphabet_is_refused_without_repeating_the_code(old: bool, wrong: str) -> None:
    code = new_code(random=random(), old_format=old)
    with pytest.raises(MalformedCredentialError) as refusal:
        normalise_code(wrong + code[1:])
    assert code[1:] not in str(refusal.value)


@pytest.mark.parametrize("length", [0, 1, 14, 16, 21, 23, 100])
def test_another_length_is_refused(length: int) -> None:
    with pytest.raises(MalformedCredentialError):
        normalise_code("a" * length)


def test_the_checksum_of_an_old_code_finds_every_single_mistake_but_few() -> None:
    code = new_code(random=random(), old_format=True).replace("-", "")
    missed = 0
    for position in range(15):
        for character in BASE58:
            if character == code[position]:
                continue
            try:
                normalise_code(code[:position] + character + code[position + 1 :])
            except MalformedCredentialError:
                continue
            missed += 1
    # 58 characters and a checksum of 53 values: a few pairs of characters look alike to it.
    assert missed <= 15 * 57 // 53


def test_a_private_credential_shows_nothing_of_itself() -> None:
    credential = derive_credential(new_code(random=random()), uuid=UUID, group=ED)
    assert credential.code not in repr(credential)
    assert str(credential.secret) not in repr(credential)


def test_another_election_gives_another_credential() -> None:
    code = new_code(random=random())
    assert derive_credential(code, uuid=UUID, group=ED) != derive_credential(code, uuid=UUID[::-1], group=ED)


@pytest.mark.parametrize("name", EVERY_GROUP)
def test_a_generated_list_is_sorted_and_read_as_it_is_written(name: str) -> None:
    group = group_called(name)
    made, public = generate_credentials([1, 5, 1, 0], uuid=UUID, group=group, random=random())
    keys = [group.sort_key(group.parse(text)) for text in public.weights]
    assert keys == sorted(keys)
    assert PublicCredentials.parse(public.to_bytes(), group) == public
    assert [public.weights[group.serialize(c.public)] for c in made] == [1, 5, 1, 0]
    assert (public.total_weight, public.is_weighted) == (7, True)
    assert public.fingerprint == credentials_fingerprint(public.to_bytes())


def test_the_list_does_not_tell_the_order_of_voters() -> None:
    made, public = generate_credentials([1] * 40, uuid=UUID, group=ED, random=random())
    assert [ED.serialize(c.public) for c in made] != list(public.weights)


@pytest.mark.parametrize("name", EVERY_GROUP)
def test_every_credential_of_a_list_must_be_a_member(name: str) -> None:
    group = group_called(name)
    _, public = generate_credentials([1, 1], uuid=UUID, group=group, random=random())
    good, other = public.weights
    for error, texts in (
        (NotInGroupError, non_members(group, good)),
        (MalformedElementError, malformed(group, good)),
        (IdentityElementError, {"identity": group.serialize(group.identity)}),
    ):
        for what, text in texts.items():
            with pytest.raises(error):
                PublicCredentials.parse(compact([other, text]), group)
                pytest.fail(what)


@pytest.mark.parametrize("weight", ["", "01", "-1", "+1", "1.0", " 1", "1 ", "1e3", "x", "²", "9" * 19])
def test_a_weight_has_one_spelling(weight: str) -> None:
    text = ED.serialize(ED.generator)
    with pytest.raises(WeightError):
        PublicCredentials.parse(compact([f"{text},{weight}"]), ED)


def test_a_weight_is_optional_and_one_by_default() -> None:
    text = ED.serialize(ED.generator)
    assert PublicCredentials.parse(compact([text]), ED) == PublicCredentials.parse(compact([f"{text},1"]), ED)


def test_weights_that_no_tally_could_decrypt_are_refused() -> None:
    one, two = ED.serialize(ED.generator), ED.serialize(ED.power(ED.generator, 2))
    PublicCredentials.parse(compact([f"{one},{MAX_TOTAL_WEIGHT}"]), ED)
    with pytest.raises(WeightError):
        PublicCredentials.parse(compact([f"{one},{MAX_TOTAL_WEIGHT}", two]), ED)
    with pytest.raises(WeightError):
        PublicCredentials.create([(ED.generator, MAX_TOTAL_WEIGHT + 1)], ED)
    with pytest.raises(WeightError):
        PublicCredentials.create([(ED.generator, -1)], ED)


def test_a_credential_stands_on_the_list_once() -> None:
    text = ED.serialize(ED.generator)
    for wrong in ([text, text], [text, f"{text},2"]):
        with pytest.raises(DuplicateCredentialError):
            PublicCredentials.parse(compact(wrong), ED)
    with pytest.raises(DuplicateCredentialError):
        PublicCredentials.create([(ED.generator, 1), (ED.generator, 1)], ED)


@pytest.mark.parametrize("data", [b"{}", b"null", b'"x"', b"[1]", b"[null]", b"[[]]", b"", b"[", b'["a"]]'])
def test_what_is_no_list_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedObjectError):
        PublicCredentials.parse(data, ED)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["Ed25519", "BELENIOS-2048"])
def test_secret_exponents_are_spread_evenly_below_the_order(name: str) -> None:
    """Chi-square over sixteenths of the range (T13): 512 bits modulo q leave no bias, 256 bits of BELENIOS-2048 would."""
    group, draw = group_named(name), random(5)
    counts = [0] * 16
    for _ in range(800):
        code = new_code(random=draw)
        counts[16 * derive_credential(code, uuid="x6tZhtBGC9cNDL", group=group).secret // group.order] += 1
    assert sum((count - 50) ** 2 / 50 for count in counts) < 60


def test_codes_are_drawn_without_bias() -> None:
    """Chi-square over the characters of many codes (T13); the bound is passed by chance once in a million."""
    counts = dict.fromkeys(BASE58, 0)
    draw = random(3)
    for _ in range(2000):
        for character in new_code(random=draw).replace("-", ""):
            counts[character] += 1
    mean = 2000 * 22 / 58
    assert sum((count - mean) ** 2 / mean for count in counts.values()) < 120


def test_a_list_read_again_has_the_same_weights_and_is_still_refused_when_a_credential_stands_on_it_twice() -> None:
    one, two = ED.serialize(ED.generator), ED.serialize(ED.power(ED.generator, 2))
    data = compact([one, f"{two},3"])
    assert PublicCredentials.parse_published(data) == PublicCredentials.parse(data, ED)
    with pytest.raises(DuplicateCredentialError):
        PublicCredentials.parse_published(compact([one, one]))
    with pytest.raises(WeightError):
        PublicCredentials.parse_published(compact([f"{one},01"]))
