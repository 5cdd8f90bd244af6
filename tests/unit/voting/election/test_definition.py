"""The election and its questions: frozen under one fingerprint, with whatever is bound to it."""

import json
from dataclasses import replace

import pytest

from tests.shared_data import shared_data
from voting.election.definition import BASE58, Election, SetupData, new_uuid
from voting.election.errors import (
    MalformedObjectError,
    MalformedQuestionError,
    MalformedUuidError,
    NonCanonicalObjectError,
    UnsupportedQuestionError,
)
from voting.election.group import group_named
from voting.election.group.errors import IdentityElementError, UnknownGroupError
from voting.election.questions import (
    HomomorphicQuestion,
    NonHomomorphicQuestion,
    parse_questions,
    require_presentable,
)
from voting.election.shape import read_uuid

ED = group_named("Ed25519")
PLAIN = HomomorphicQuestion("어느 사업?", ("가", "나"), 1, 2)
BLANK = HomomorphicQuestion("찬반", ("찬성", "반대"), 1, 1, blank=True)
RANKED = NonHomomorphicQuestion("순위", ("가", "나"))


def created(**changes: object) -> Election:
    parts = {
        "name": "주민총회",
        "description": "둘째\n줄",
        "group": ED,
        "public_key": ED.power(ED.generator, 7),
        "questions": [PLAIN, BLANK, RANKED],
        "uuid": "x6tZhtBGC9cNDL",
    }
    return Election.create(**{**parts, **changes})


def test_an_election_is_read_as_it_is_written() -> None:
    election = created(administrator="동장", credential_authority="감사", extensions={"projects": [{"id": 1}]})
    again = Election.parse(election.data)
    assert again == election
    assert again.questions == (PLAIN, BLANK, RANKED)
    assert (again.administrator, again.credential_authority) == ("동장", "감사")
    assert again.extensions["projects"] == [{"id": 1}]
    assert again.is_shuffled


def test_the_fields_stand_in_the_canonical_order() -> None:
    value = json.loads(created(administrator="a", extensions={"zzz": 1, "aaa": 2}).data)
    known = ["version", "description", "name", "group", "public_key", "questions", "uuid", "administrator"]
    assert list(value) == [*known, "zzz", "aaa", "madang"]
    assert list(value["questions"][0]) == ["answers", "min", "max", "question"]
    assert list(value["questions"][1]) == ["answers", "blank", "min", "max", "question"]
    assert list(value["questions"][2]) == ["type", "value"]


def test_everything_changes_the_fingerprint() -> None:
    base = created()
    changed = [
        created(name="다른 총회"),
        created(description=""),
        created(questions=[PLAIN]),
        created(uuid="x6tZhtBGC9cNDM"),
        created(public_key=ED.power(ED.generator, 8)),
        created(administrator="a"),
        created(extensions={"envelope_won": 1}),
        created(extensions={"envelope_won": 2}),
        created(strong_decryption=False),
    ]
    assert len({election.fingerprint for election in (base, *changed)}) == len(changed) + 1


@pytest.mark.parametrize("folder", ["a-belenios2048-single", "n30-ed25519-nh", "d-blank"])
def test_elections_of_the_reference_tool_are_read(folder: str) -> None:
    data = (shared_data() / "belenios" / "honest" / folder / "setup" / "election.json").read_bytes().rstrip(b"\n")
    election = Election.parse(data)
    assert [question.to_json() for question in election.questions] == json.loads(data)["questions"]
    assert not election.demands_strong_decryption
    if folder.startswith("a-"):
        assert election.fingerprint == "MwINioorK/a/vOh0rQoJEY5jIxrsgDLR2K3CF8/jy/w"


def test_an_election_may_be_spelt_in_any_way_and_the_spelling_is_bound() -> None:
    election = created()
    pretty = json.dumps(json.loads(election.data), indent=2, ensure_ascii=True).encode()
    spelt = Election.parse(pretty)
    assert replace(spelt, data=b"") == replace(election, data=b"")
    assert spelt.fingerprint != election.fingerprint


@pytest.mark.parametrize(
    ("madang", "demands"),
    [
        ({"version": 1, "strong_decryption": True}, True),
        ({"strong_decryption": False}, False),
        ({"strong_decryption": 1}, False),
        ({}, False),
        ("yes", False),
        (None, False),
    ],
)
def test_only_true_demands_strong_decryption(madang: object, demands: bool) -> None:
    value = json.loads(created().data) | {"madang": madang}
    assert Election.parse(json.dumps(value).encode()).demands_strong_decryption is demands


def test_our_elections_demand_strong_decryption_unless_told_otherwise() -> None:
    assert created().demands_strong_decryption
    assert not created(strong_decryption=False).demands_strong_decryption
    assert "madang" not in created(strong_decryption=False).extensions
    bound = created(extensions={"madang": {"rule": "equal-shares"}}).extensions["madang"]
    assert bound == {"version": 1, "strong_decryption": True, "rule": "equal-shares"}


@pytest.mark.parametrize("name", ["version", "uuid", "questions", "administrator"])
def test_an_extension_cannot_take_the_name_of_a_field(name: str) -> None:
    with pytest.raises(MalformedObjectError):
        created(extensions={name: 1})


def test_our_own_extension_is_an_object() -> None:
    with pytest.raises(MalformedObjectError):
        created(extensions={"madang": 1})


@pytest.mark.parametrize(
    "text",
    [
        "화이트\u200b스페이스",
        "거꾸로\u202e쓰기",
        "방향\u2066격리",
        "\ufeff표시",
        "종\x07",
        "\u1112\u1161\u11ab\u1100\u1173\u11af",  # 한글, decomposed
        "모음\u200d",
        "줄\x00",
    ],
)
def test_a_text_that_could_look_like_another_is_not_written(text: str) -> None:
    with pytest.raises(MalformedQuestionError):
        require_presentable(text, "name")
    with pytest.raises(MalformedQuestionError):
        created(name=text)
    with pytest.raises(MalformedQuestionError):
        created(questions=[replace(PLAIN, answers=(text, "나"))])
    with pytest.raises(MalformedQuestionError):
        created(questions=[replace(RANKED, question=text)])
    with pytest.raises(MalformedQuestionError):
        created(administrator=text)


def test_ordinary_texts_are_written() -> None:
    for text in ("한글", "English – with dashes…", "줄\n바꿈\t탭", "漢字", "é", "½ €"):
        require_presentable(text, "name")


def test_two_answers_with_the_same_text_are_not_written() -> None:
    with pytest.raises(MalformedQuestionError):
        created(questions=[HomomorphicQuestion("?", ("가", "가"), 0, 1)])


def test_a_foreign_election_with_strange_texts_is_still_read() -> None:
    # It was shown to its voters as it is; refusing to verify it would help nobody.
    decomposed = "\u1112\u1161\u11ab\u1100\u1173\u11af"
    value = json.loads(created().data) | {"name": decomposed}
    assert Election.parse(json.dumps(value).encode()).name == decomposed


def test_the_identity_is_no_election_key() -> None:
    with pytest.raises(IdentityElementError):
        created(public_key=ED.identity)


def test_an_unknown_group_is_refused() -> None:
    value = json.loads(created().data)
    for name in ("Ed448", "BELENIOS-1024", "", "Ed25519 "):
        with pytest.raises(UnknownGroupError):
            Election.parse(json.dumps(value | {"group": name}).encode())


@pytest.mark.parametrize("data", [b"", b"[]", b"1", b"null", b'{"version":1}', b"{", b'{"a":1,"a":2}'])
def test_what_is_no_election_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedObjectError):
        Election.parse(data)


@pytest.mark.parametrize(
    ("question", "error"),
    [
        ({"question": "?", "answers": ["a"], "min": 2, "max": 2}, MalformedQuestionError),
        ({"question": "?", "answers": ["a"], "min": -1, "max": 1}, MalformedObjectError),
        ({"question": "?", "answers": ["a"], "min": True, "max": 1}, MalformedObjectError),
        ({"question": "?", "answers": ["a"], "min": 0, "max": 1, "blank": 1}, MalformedObjectError),
        ({"question": "?", "answers": [1], "min": 0, "max": 1}, MalformedObjectError),
        ({"question": "?", "answers": "ab", "min": 0, "max": 1}, MalformedObjectError),
        ({"question": None, "answers": ["a"], "min": 0, "max": 1}, MalformedObjectError),
        ({"type": "Lists", "value": {"answers": [["a"]], "question": "?"}}, UnsupportedQuestionError),
        ({"type": 1}, UnsupportedQuestionError),
        ({"type": "NonHomomorphic"}, MalformedObjectError),
        ({"type": "NonHomomorphic", "value": {"answers": ["a"]}}, MalformedObjectError),
        ({"type": "NonHomomorphic", "value": {"answers": [], "question": "?"}}, MalformedQuestionError),
        ({"type": "NonHomomorphic", "value": []}, MalformedObjectError),
        ([], MalformedObjectError),
    ],
)
def test_a_wrong_question_is_refused(question: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        parse_questions([question])


def test_the_numbers_of_questions_and_answers_are_bounded() -> None:
    one = {"question": "?", "answers": ["a"], "min": 0, "max": 1}
    for items in ([], [one] * 257):
        with pytest.raises(MalformedQuestionError):
            parse_questions(items)
    with pytest.raises(MalformedQuestionError):
        parse_questions([one | {"answers": ["a"] * 4097}])


def test_unknown_fields_of_a_question_are_kept() -> None:
    homomorphic = {"answers": ["a"], "min": 0, "max": 1, "question": "?", "project_ids": [3]}
    ranked = {"type": "NonHomomorphic", "value": {"answers": ["a"], "question": "?"}, "extra": {"method": "x"}}
    for value in (homomorphic, ranked):
        (question,) = parse_questions([value])
        assert question.to_json() == value


@pytest.mark.parametrize("question", [PLAIN, BLANK, RANKED])
def test_a_question_is_read_as_it_is_written(question) -> None:
    assert parse_questions([question.to_json()]) == (question,)


def test_identifiers_are_fresh_and_harmless_as_file_names() -> None:
    made = {new_uuid() for _ in range(100)}
    assert len(made) == 100
    for uuid in made:
        assert read_uuid(uuid) == uuid
        assert set(uuid) <= set(BASE58)


@pytest.mark.parametrize(
    "uuid", ["", "a" * 13, "a" * 65, "a/../aaaaaaaaaaa", "aaaaaaaaaaaaa0", "a" * 14 + "\n", 1, None]
)
def test_another_identifier_is_refused(uuid: object) -> None:
    with pytest.raises((MalformedUuidError, MalformedObjectError)):
        read_uuid(uuid)


def test_setup_data_has_one_spelling() -> None:
    good = SetupData("a" * 64, "b" * 64, "c" * 64)
    assert SetupData.parse(good.to_bytes()) == good
    for wrong in (
        good.to_bytes().replace(b"a", b"A", 1),
        good.to_bytes().replace(b'"trustees"', b'"trustee"'),
        good.to_bytes()[:-1] + b',"x":1}',
    ):
        with pytest.raises(MalformedObjectError):
            SetupData.parse(wrong)
    with pytest.raises(NonCanonicalObjectError):
        SetupData.parse(good.to_bytes() + b" ")
