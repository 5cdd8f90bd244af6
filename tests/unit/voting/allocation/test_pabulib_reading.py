"""Reading ``.pb`` files: tolerant of form, strict in substance, every refusal with its line."""

from fractions import Fraction

import pytest

from voting.allocation import BallotKind, MalformedPabulibError, Rule, RuleName, count, read_pabulib, tally
from voting.allocation.pabulib.numbers import as_decimal, exact_number, whole_number
from voting.allocation.pabulib.reader import WITHDRAWN_COST

PLAIN = """META
key;value
description;Two paths
budget;100
vote_type;approval
num_projects;2
num_votes;3
PROJECTS
project_id;cost;name;votes;selected
1;60;Path;2;1
2;50;Bench;2;0
VOTES
voter_id;vote
v1;1,2
v2;1
v3;2
"""


def changed(old: str, new: str, text: str = PLAIN) -> bytes:
    assert old in text
    return text.replace(old, new).encode()


def test_a_plain_file_is_read_whole() -> None:
    file = read_pabulib(PLAIN.encode())
    assert [(p.id, p.cost, p.name) for p in file.election.projects] == [("1", 60, "Path"), ("2", 50, "Bench")]
    assert file.election.budget == 100
    assert file.election.voters == 3
    assert file.meta["description"] == "Two paths"
    assert file.published.votes == (2, 2)
    assert file.published.funded(file.election.projects) == ("1",)
    assert file.warnings == ()
    assert count(file.election, Rule(RuleName.GREEDY)).funded == ("2",)


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + PLAIN.encode(),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("\n", "\n\n").encode(),
        changed("v1;1,2", "v1 ; 1 , 2 "),
        changed("v1;1,2", "v1;1,2,"),
        changed("v1;1,2", '"v1";"1,2"'),
        changed("1;60;Path;2;1", "1;60;Path;2;1;;;"),
        changed("META", "meta"),
        changed("budget;100", "Budget; 100 "),
        changed("vote_type;approval", "vote_type;Approval"),
        PLAIN.rstrip("\n").encode(),
    ],
    ids=["byte-order mark", "CRLF", "empty lines", "spaces", "comma at the end", "quotes", "empty cells", "lower case",
         "key in capitals", "value in capitals", "no end of line"],
)  # fmt: skip
def test_oddities_of_form_are_tolerated(data: bytes) -> None:
    assert read_pabulib(data).election == read_pabulib(PLAIN.encode()).election


def test_columns_may_come_in_any_order_and_unknown_ones_are_left_alone() -> None:
    text = PLAIN.replace("project_id;cost;name;votes;selected", "name;colour;cost;project_id")
    text = text.replace("1;60;Path;2;1", "Path;red;60;1").replace("2;50;Bench;2;0", "Bench;blue;50;2")
    text = text.replace("voter_id;vote\nv1;1,2\nv2;1\nv3;2", "age;vote;voter_id\n70;1,2;v1\n20;1;v2\n;2;v3")
    assert read_pabulib(text.encode()).election == read_pabulib(PLAIN.encode()).election


def test_line_separators_inside_names_do_not_end_a_line() -> None:
    file = read_pabulib(changed("Path", "Path\u2028for\x85all\x0bof us"))
    assert [project.id for project in file.election.projects] == ["1", "2"]
    assert file.election.projects[0].name == "Path\u2028for\x85all\x0bof us"


def test_a_quoted_name_may_hold_semicolons_and_line_ends() -> None:
    file = read_pabulib(changed("Path", '"Path; with ""lamps""\nand a bench"'))
    assert file.election.projects[0].name == 'Path; with "lamps"\nand a bench'


def test_decimal_money_stays_exact() -> None:
    file = read_pabulib(changed("1;60;Path", "1;60.25;Path").replace(b"budget;100", b"budget;100,5"))
    assert file.election.money_scale == 4
    assert file.election.projects[0].cost == 241
    assert file.election.budget == 402


@pytest.mark.parametrize("column", ["category", "categories"])
def test_categories_and_areas_are_read(column: str) -> None:
    text = PLAIN.replace("name;votes;selected", f"{column};neighborhood;selected")
    text = text.replace("Path;2;1", "green, young;North;1").replace("Bench;2;0", ";-;0")
    path, bench = read_pabulib(text.encode()).election.projects
    assert path.categories == ("green", "young")
    assert (path.area, bench.area) == ("North", "")


@pytest.mark.parametrize(
    ("vote_type", "extra", "kind"),
    [
        ("approval", "", BallotKind.APPROVAL),
        ("approval", "max_sum_cost;100\n", BallotKind.KNAPSACK),
        ("choose-1", "", BallotKind.CHOOSE_ONE),
        ("ordinal", "", BallotKind.ORDINAL),
    ],
)
def test_the_kind_of_ballot_follows_the_file(vote_type: str, extra: str, kind: BallotKind) -> None:
    text = PLAIN.replace("vote_type;approval\n", f"vote_type;{vote_type}\n{extra}").replace("v1;1,2", "v1;2")
    profile = read_pabulib(text.encode()).election.profile
    assert profile is not None
    assert profile.kind is kind


@pytest.mark.parametrize("kind", ["cumulative", "scoring"])
def test_points_stand_beside_their_projects(kind: str) -> None:
    text = PLAIN.replace("approval", kind).replace(
        "voter_id;vote\nv1;1,2\nv2;1\nv3;2", "voter_id;vote;points\nv1;2,1;3,0.5\nv2;1;1\nv3;;"
    )
    election = read_pabulib(text.encode()).election
    assert tally(election).scores == (Fraction(3, 2), 3)
    assert tally(election).votes == (2, 1)
    assert election.voters == 3


def test_a_project_listed_twice_on_a_ballot_counts_once_and_is_reported() -> None:
    file = read_pabulib(changed("v1;1,2", "v1;1,2,1"))
    assert tally(file.election).votes == (2, 2)
    assert file.warnings == ("line 14: the ballot lists project '1' twice; it counts once",)


def test_an_ordinal_ballot_that_repeats_a_project_keeps_the_first_place() -> None:
    file = read_pabulib(changed("v1;1,2", "v1;2,1,2").replace(b"approval", b"ordinal"))
    assert file.election.profile is not None
    assert file.election.profile.choices[0] == (1, 0)


def test_numbers_in_meta_that_do_not_fit_are_reported() -> None:
    file = read_pabulib(changed("num_votes;3", "num_votes;4").replace(b"num_projects;2", b"num_projects;3"))
    assert file.warnings == (
        "line 6: META says num_projects is '3', but there are 2",
        "line 7: META says num_votes is '4', but there are 3",
    )


def test_a_withdrawn_project_costs_more_than_any_budget() -> None:
    file = read_pabulib(changed("1;60;Path", f"1;{WITHDRAWN_COST};Path"))
    assert count(file.election, Rule(RuleName.GREEDY)).funded == ("2",)


@pytest.mark.parametrize(
    ("data", "line", "says"),
    [
        (changed("2;50;Bench", "1;50;Bench"), 11, "already on line 10"),
        (changed("2;50;Bench", ";50;Bench"), 11, "empty"),
        (changed("2;50;Bench", '"2,3";50;Bench'), 11, "comma"),
        (changed("2;50;Bench", "2;much;Bench"), 11, "'much'"),
        (changed("2;50;Bench", "2;-5;Bench"), 11, "'-5'"),
        (changed("2;50;Bench", "2;1e3;Bench"), 11, "'1e3'"),
        (changed("Bench;2;0", "Bench;2;7"), 11, "selected is '7'"),
        (changed("v3;2", "v1;2"), 16, "second ballot"),
        (changed("v3;2", ";2"), 16, "without voter_id"),
        (changed("v3;2", "v3;9"), 16, "unknown project '9'"),
        (changed("budget;100", "budget;"), 4, "'budget'"),
        (changed("budget;100", "budget;-1"), 4, "'-1'"),
        (changed("vote_type;approval", "vote_type;telepathy"), 5, "'telepathy'"),
        (changed("num_votes;3", "budget;7"), 7, "a second time"),
        (changed("num_votes;3", ";7"), 7, "without a key"),
        (changed("project_id;cost;name", "project_id;price;name"), 9, "'cost'"),
        (changed("project_id;cost;name", "project_id;cost;cost"), 9, "twice"),
        (changed("voter_id;vote", "voter_id;choice"), 13, "'vote'"),
        (changed("VOTES", "PROJECTS"), 12, "a second time"),
        (b"hello\n" + PLAIN.encode(), 1, "META"),
        (changed("Path", '"Path' + "\n" * 60), 10, "never closed"),
        (PLAIN.encode().replace(b"Path", b"P\xff"), 10, "UTF-8"),
        (changed("approval", "choose-1"), 14, "more than one"),
        (changed("v3;2", "v3;" + "2" * 20), 16, "unknown project"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_its_line(data: bytes, line: int, says: str) -> None:
    with pytest.raises(MalformedPabulibError, match=f"line {line}: .*{says}") as refusal:
        read_pabulib(data)
    assert refusal.value.line == line


@pytest.mark.parametrize(
    ("votes", "line", "says"),
    [
        ("voter_id;vote\nv1;1", None, "'points'"),
        ("voter_id;vote;points\nv1;1,2;3", 14, "2 projects"),
        ("voter_id;vote;points\nv1;1;x", 14, "'x'"),
        ("voter_id;vote;points\nv1;1,1;2,2", 14, "twice"),
    ],
)
def test_points_that_do_not_fit_their_ballot_are_refused(votes: str, line: int | None, says: str) -> None:
    text = PLAIN.replace("approval", "cumulative").replace("voter_id;vote\nv1;1,2\nv2;1\nv3;2", votes)
    with pytest.raises(MalformedPabulibError, match=says) as refusal:
        read_pabulib(text.encode())
    assert refusal.value.line == line


@pytest.mark.parametrize("section", ["META", "PROJECTS", "VOTES"])
def test_every_section_must_be_there(section: str) -> None:
    with pytest.raises(MalformedPabulibError):
        read_pabulib(PLAIN.replace(f"{section}\n", "").encode())


@pytest.mark.parametrize("data", [b"", b"\n\n", b"META\n", b"\x00" * 40, b";;;\n" * 5])
def test_rubbish_is_refused_and_never_crashes(data: bytes) -> None:
    with pytest.raises(MalformedPabulibError):
        read_pabulib(data)


def test_numbers_are_read_exactly_or_not_at_all() -> None:
    assert exact_number(" 12,50 ") == Fraction(25, 2)
    assert exact_number("-3") == -3
    assert [exact_number(text) for text in ("", "1e3", "0x10", "1.2.3", "NaN", "inf", "1_000", "١")] == [None] * 8
    assert [whole_number(text) for text in ("7", "7.0", "7.5", "-7", "")] == [7, 7, None, None, None]
    assert [as_decimal(Fraction(n, 100), 2) for n in (0, 5, -5, 150, 100)] == ["0", "0.05", "-0.05", "1.5", "1"]
