"""``python -m voting count`` and ``explain``: what they print, and how they end."""

import json
from pathlib import Path
from typing import Any

import pytest

from voting.allocation import (
    Completion,
    Conditions,
    Majority,
    Rule,
    RuleName,
    TieKey,
    TieOrder,
    rule_to_json,
)
from voting.cli import FAILED, OK, UNREADABLE, main

VOTES = """META
key;value
budget;100
vote_type;approval
currency;KRW
min_project_score_threshold;3
PROJECTS
project_id;cost;name;votes
1;60;꽃길;
2;50;쉼터;
10;50;가로등;
VOTES
voter_id;vote
a;1,2
b;1,2
c;1
d;2,10
e;10
"""


@pytest.fixture
def votes(tmp_path: Path) -> Path:
    path = tmp_path / "votes.pb"
    path.write_text(VOTES, encoding="utf-8")
    return path


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, Any, str]:
    """Run a command; return its exit status, what it printed as JSON (or as text), and its complaints."""
    status = main([str(word) for word in words])
    out, err = capsys.readouterr()
    return status, json.loads(out) if "--json" in words and out else out, err


def test_count_prints_the_list_the_sums_and_the_reasons(votes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, printed, _ = run(capsys, "count", votes, "--rule", "greedy", "--json")
    assert status == OK
    assert set(printed) == {"funded", "total_cost", "unspent", "reasons"}
    # Two projects have three votes each; the cheaper one is first, and the other one no longer fits.
    assert (printed["funded"], printed["total_cost"], printed["unspent"]) == (["2", "10"], 100, 0)
    assert printed["reasons"]["1"] | {"ko": "", "en": ""} == {
        "funded": False,
        "reason": "does-not-fit",
        "votes": 3,
        "score": 3,
        "rank": 2,
        "granted": 0,
        "needed": 60,
        "had": 50,
        "ahead": ["2"],
        "ko": "",
        "en": "",
    }
    assert "사업비 60원" in printed["reasons"]["1"]["ko"]
    assert "60 won" in printed["reasons"]["1"]["en"]


@pytest.mark.parametrize("rule", [name.value for name in RuleName])
def test_every_rule_has_its_name_on_the_command_line(
    votes: Path, rule: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in ("count", "explain"):
        status, printed, _ = run(capsys, command, votes, "--rule", rule, "--json")
        assert status == OK
        assert printed["total_cost"] + printed["unspent"] == 100


@pytest.mark.parametrize("completion", [completion.value for completion in Completion])
@pytest.mark.parametrize("utility", ["cost", "cardinality", "points"])
def test_every_completion_and_utility_has_its_name(
    votes: Path, completion: str, utility: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--rule", "equal-shares", "--completion", completion, "--utility", utility, "--increment", "2"]
    assert run(capsys, "count", votes, *words, "--json")[0] == OK


@pytest.mark.parametrize(
    ("ties", "funded"),
    [
        ("votes", ["2", "10"]),
        ("cost", ["2", "10"]),
        ("lexico", ["1"]),  # 1 and 2 are tied, and what is left pays neither of the others
        ("file", ["1"]),
    ],
)
def test_ties_are_settled_as_told(
    votes: Path, ties: str, funded: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn = tmp_path / "drawn.txt"
    drawn.write_bytes(b"\xef\xbb\xbf1\r\n\r\n10\r\n2\r\n")
    words = ["--ties", drawn if ties == "file" else ties]
    assert run(capsys, "count", votes, "--rule", "greedy", *words, "--json")[1]["funded"] == funded


def test_compat_funds_what_pabutools_would_fund(votes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    votes.write_text(VOTES.replace("budget;100", "budget;160").replace("e;10", "e;2").replace("d;2,10", "d;2"))
    ours = run(capsys, "count", votes, "--rule", "phragmen", "--json")[1]
    theirs = run(capsys, "count", votes, "--rule", "phragmen", "--compat", "pabutools", "--json")[1]
    assert ours["funded"] == ["2", "1"]
    assert theirs["funded"] == ["1", "10", "2"]


def test_a_published_rule_is_read_from_its_file(
    votes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rule = Rule(
        RuleName.EQUAL_SHARES,
        completion=Completion.ADD1U,
        ties=TieOrder((TieKey.LOTTERY,), ("10", "2", "1")),
        conditions=Conditions(exclusive=(("2", "10"),)),
    )
    path = tmp_path / "rule.json"
    path.write_bytes(rule_to_json(rule))
    status, printed, _ = run(capsys, "count", votes, "--rule-file", path, "--json")
    assert status == OK
    assert not {"2", "10"} <= set(printed["funded"])
    assert run(capsys, "explain", votes, "--rule-file", path, "--json")[1]["rule"]["lottery"] == ["10", "2", "1"]


@pytest.mark.parametrize(("language", "says"), [("ko", "선정되었습니다"), ("en", "was funded")])
def test_explain_tells_in_the_language_asked_for(
    votes: Path, language: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--rule", "equal-shares", "--completion", "add1u", "--language", language]
    status, printed, _ = run(capsys, "explain", votes, *words)
    assert status == OK
    assert says in printed
    assert ("다득표순" if language == "ko" else "greedy") in printed


def test_count_without_json_is_a_list_to_read(votes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed = run(capsys, "count", votes, "--rule", "greedy")[1]
    assert "   1. 2  쉼터  50원" in printed
    assert "배정 100원 · 남은 돈 0원" in printed
    assert "「꽃길」은 3표로 2위였으나" in printed


def test_oddities_of_the_file_are_reported_and_do_not_fail(votes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    votes.write_text(VOTES.replace("c;1", "c;1,1"))
    status, _, complaints = run(capsys, "count", votes, "--rule", "greedy")
    assert status == OK
    assert "line 16: the ballot lists project '1' twice" in complaints


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "required"),
        (("--rule", "dice"), "invalid choice"),
        (("--rule", "greedy", "--completion", "add1"), "belong to equal-shares"),
        (("--rule", "greedy", "--ties", "/nowhere"), "No such file"),
        (("--rule", "equal-shares", "--completion", "add1", "--increment", "0"), "increment"),
        (("--rule", "equal-shares", "--completion", "add1", "--increment", "0.5"), "increment"),
        (("--rule-file", "/nowhere"), "No such file"),
        (("--rule", "greedy", "--rule-file", "x"), "not allowed"),
    ],
)
def test_wrong_use_exits_2(votes: Path, words: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, complaints = run(capsys, "count", votes, *words)
    assert status == UNREADABLE
    assert says in complaints


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("e;10", "e;11", "line 18: the ballot names the unknown project '11'"),
        ("min_project_score_threshold;3\n", "", "greedy-threshold needs"),
    ],
)
def test_unreadable_files_exit_2_with_their_line(
    votes: Path, old: str, new: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    votes.write_text(VOTES.replace(old, new))
    status, _, complaints = run(capsys, "count", votes, "--rule", "greedy-threshold")
    assert status == UNREADABLE
    assert says in complaints


def test_a_lottery_order_that_lacks_a_project_or_is_no_text_exits_2(
    votes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for data in (b"1\n2\n", b"\xff\xfe"):
        (tmp_path / "drawn.txt").write_bytes(data)
        words = ["--rule", "greedy", "--ties", tmp_path / "drawn.txt"]
        assert run(capsys, "count", votes, *words)[0] == UNREADABLE


def test_a_rule_that_the_votes_cannot_answer_exits_1(
    votes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "rule.json"
    path.write_bytes(rule_to_json(Rule(RuleName.GREEDY, majority=Majority())))
    status, _, complaints = run(capsys, "count", votes, "--rule-file", path)
    assert status == FAILED
    assert "no yes and no votes" in complaints


@pytest.mark.parametrize("command", ["count", "explain"])
def test_help_has_examples_that_work(
    votes: Path, tmp_path: Path, command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status, text, _ = run(capsys, command, "--help")
    assert status == OK
    examples = [line.split()[3:] for line in text.splitlines() if line.startswith("  python -m voting ")]
    assert len(examples) >= 2
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ballots.pb").write_text(VOTES)
    (tmp_path / "lottery-order.txt").write_text("2\n1\n10\n")
    (tmp_path / "rule.json").write_bytes(rule_to_json(Rule(RuleName.GREEDY)))
    for words in examples:
        assert main(words) == OK
