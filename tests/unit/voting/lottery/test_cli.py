"""``python -m voting lottery``: what it prints, writes and exits with."""

import json
from pathlib import Path

import pytest

from tests.lottery_pools import changed
from tests.unit.voting.lottery.make_vectors import FOLDER
from voting.cli import main
from voting.lottery import parse_panels, parse_replacement, parse_result, secret_commitment

CANDIDATES = "id,name,sex,home\n" + "".join(
    f"C{at:02},이름{at},{'여' if at % 3 else '남'},{at // 2}\n" for at in range(12)
)
QUOTAS = "feature,value,min,max\nsex,여,1,2\nsex,남,1,2\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "candidates.csv").write_text(CANDIDATES, encoding="utf-8")
    (tmp_path / "quotas.csv").write_text(QUOTAS, encoding="utf-8")
    return tmp_path


def lottery(folder: Path, *words: str) -> int:
    return main(
        ["lottery", *(str(folder / word) if word.endswith((".csv", ".json", ".txt")) else word for word in words)]
    )


def prepared(folder: Path, *options: str) -> int:
    words = ("prepare", "candidates.csv", "quotas.csv", "--seats", "3", "--out", "bundle.json")
    return lottery(folder, *words, *options)


DRAW = ("draw", "bundle.json", "--digits", "482913", "--reveal", "갑=봄", "--reveal", "을=가을", "--out", "result.json")


def test_the_whole_path_from_csv_to_replacement(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert prepared(folder) == 0
    assert lottery(folder, *DRAW) == 0
    member = parse_result((folder / "result.json").read_bytes()).outcome.selected[1]
    words = ("replace", "bundle.json", "result.json", "--vacant", member, "--out", "replacement.json")
    assert lottery(folder, *words) == 0
    capsys.readouterr()
    assert lottery(folder, "verify", "bundle.json", "result.json", "replacement.json") == 0
    assert capsys.readouterr().out.endswith("VERIFIED\n")
    assert lottery(folder, "verify", "bundle.json") == 0


def test_show_prints_the_figures_as_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    prepared(folder)
    capsys.readouterr()
    assert lottery(folder, "show", "bundle.json", "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["leximin_levels"] == [shown["min"]] == ["1/4"]
    assert (shown["max"], shown["gini"], shown["geometric_mean"]) == (0.25, 0.0, 0.25)
    assert sum(row["weight"] for row in shown["rows"]) == 1_000_000
    assert all(len(row["seats"]) == 3 for row in shown["rows"])
    assert lottery(folder, "show", "bundle.json") == 0
    assert "1/4" in capsys.readouterr().out


def test_show_explains_one_candidate(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    prepared(folder)
    capsys.readouterr()
    assert lottery(folder, "show", "bundle.json", "--candidate", "C01") == 0
    assert capsys.readouterr().out.startswith("C01: 1/4 (25.0000%)")
    assert lottery(folder, "show", "bundle.json", "--candidate", "C01", "--json") == 0
    assert json.loads(capsys.readouterr().out)["chance"] == "1/4"
    assert lottery(folder, "show", "bundle.json", "--candidate", "X") == 2
    capsys.readouterr()


def test_panels_are_mixed_listed_picked_and_verified(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert prepared(folder, "--panels", "1000", "--witness", "갑", "--beacon", f"{'ab' * 32}:77") == 0
    mixing = ("mix", "bundle.json", "--digits", "482913", "--reveal", "갑=하나", "--out", "panels.json")
    assert lottery(folder, *mixing) == 1
    assert lottery(folder, *mixing, "--beacon", f"77:{'cd' * 32}") == 0
    pick = ("draw", "bundle.json", "--panels", "panels.json", "--digits", "007", "--out", "result.json")
    assert lottery(folder, *pick, "--reveal", "갑=하나") == 2
    capsys.readouterr()
    assert lottery(folder, *pick) == 0
    assert "panel 7" in capsys.readouterr().out
    assert lottery(folder, "verify", "bundle.json", "panels.json", "result.json") == 0
    said = capsys.readouterr().out
    assert "drawn from 1,000 panels by 3 balls" in said
    assert said.endswith("VERIFIED\n")
    assert lottery(folder, "verify", "bundle.json", "result.json") == 0
    capsys.readouterr()
    table = parse_panels((folder / "panels.json").read_bytes())
    assert lottery(folder, "show", "bundle.json", "--panels", "panels.json") == 0
    assert capsys.readouterr().out.splitlines()[7] == "007 " + ",".join(table.panels[7])
    assert lottery(folder, "show", "bundle.json", "--panels", "panels.json", "--candidate", "C01", "--json") == 0
    own = json.loads(capsys.readouterr().out)
    assert own["commitment"] == table.commitment
    assert all("C01" in panel for panel in own["panels"].values())
    assert abs(len(own["panels"]) - 250) <= 2


def test_no_name_reaches_the_bundle(folder: Path) -> None:
    prepared(folder, "--household", "home")
    data = (folder / "bundle.json").read_text(encoding="utf-8")
    assert "이름" not in data
    assert '"household":true' in data


def test_events_keep_the_order_in_which_they_are_written(folder: Path) -> None:
    prepared(folder)
    lottery(folder, *DRAW)
    outcome = parse_result((folder / "result.json").read_bytes()).outcome
    first, second = outcome.selected[0], outcome.reserves[0]
    words = ("replace", "bundle.json", "result.json", "--refused", second, "--vacant", first, "--out", "r.json")
    assert lottery(folder, *words) == 0
    record = parse_replacement((folder / "r.json").read_bytes())
    assert [(event.kind, event.number) for event in record.events] == [("refused", second), ("vacant", first)]


def test_what_is_wrong_exits_with_one(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    prepared(folder)
    lottery(folder, *DRAW)
    result = folder / "result.json"
    result.write_bytes(changed(result.read_bytes(), lambda fields: fields.update(row=2 - fields["row"] % 2)))
    wrong = changed(result.read_bytes(), lambda fields: fields["selected"].reverse())
    (folder / "wrong.json").write_bytes(wrong)
    assert lottery(folder, "verify", "bundle.json", "wrong.json") == 1
    assert "FAILED: Wrong" in capsys.readouterr().err
    assert lottery(folder, "verify", "bundle.json", "--hash", "0" * 64) == 1
    (folder / "quotas.csv").write_text("feature,value,min,max\nsex,여,3,3\nsex,남,1,2\n", encoding="utf-8")
    assert prepared(folder) == 1
    assert "option 1" in capsys.readouterr().err


def test_commitments_from_the_notice_board_are_compared(folder: Path) -> None:
    prepared(folder)
    lottery(folder, *DRAW)
    board = [f"갑={secret_commitment('봄')}", f"을={secret_commitment('가을')}"]
    good = [word for item in board for word in ("--commitment", item)]
    assert lottery(folder, "verify", "bundle.json", "result.json", *good) == 0
    bad = ["--commitment", board[0], "--commitment", f"을={secret_commitment('겨울')}"]
    assert lottery(folder, "verify", "bundle.json", "result.json", *bad) == 1
    assert lottery(folder, *DRAW, *good) == 0
    assert lottery(folder, *DRAW, *bad) == 1


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("unknown",),
        ("prepare", "candidates.csv", "quotas.csv", "--out", "b.json"),
        ("prepare", "nothing.csv", "quotas.csv", "--seats", "3", "--out", "b.json"),
        ("prepare", "quotas.csv", "quotas.csv", "--seats", "3", "--out", "b.json"),
        ("prepare", "candidates.csv", "quotas.csv", "--seats", "3", "--beacon", "abc", "--out", "b.json"),
        ("prepare", "candidates.csv", "quotas.csv", "--seats", "3", "--beacon", "ab:x", "--out", "b.json"),
        ("show", "quotas.csv"),
        ("verify", "candidates.csv"),
        ("draw", "bundle.json", "--digits", "12", "--out", "r.json"),
        ("draw", "bundle.json", "--digits", "123456", "--reveal", "갑", "--out", "r.json"),
        ("draw", "bundle.json", "--digits", "123456", "--reveal", "갑=a", "--reveal", "갑=b", "--out", "r.json"),
        ("draw", "bundle.json", "--digits", "123", "--panels", "nothing.json", "--out", "r.json"),
        ("draw", "bundle.json", "--digits", "123", "--panels", "bundle.json", "--out", "r.json"),
        ("mix", "bundle.json", "--digits", "123456", "--out", "p.json"),
        ("verify", "bundle.json", "bundle.json", "bundle.json", "bundle.json", "bundle.json"),
    ],
)
def test_what_cannot_be_read_exits_with_two(folder: Path, words: tuple[str, ...]) -> None:
    prepared(folder)
    assert lottery(folder, *words) == 2


def test_a_simple_draw_by_balls(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert prepared(folder, "--mode", "simple", "--witness", "갑") == 0
    capsys.readouterr()
    (folder / "order.txt").write_text("\n".join(f"C{at:02}" for at in range(12)), encoding="utf-8")
    words = ("draw", "bundle.json", "--order", "order.txt", "--reveal", "갑=a", "--out", "result.json")
    assert lottery(folder, *words) == 0
    assert "selected: C00, C01, C02" in capsys.readouterr().out
    assert lottery(folder, "verify", "bundle.json", "result.json") == 0
    assert lottery(folder, "show", "bundle.json", "--json") == 0
    assert lottery(folder, "show", "bundle.json") == 0


def test_a_beacon_is_drawn(folder: Path) -> None:
    assert prepared(folder, "--beacon", f"{'ab' * 32}:77") == 0
    words = ("draw", "bundle.json", "--digits", "000007", "--out", "result.json")
    assert lottery(folder, *words) == 1
    assert lottery(folder, *words, "--beacon", f"77:{'cd' * 32}") == 0
    assert lottery(folder, "verify", "bundle.json", "result.json") == 0


def test_the_published_vectors_verify_from_the_command_line() -> None:
    names = ["quota.bundle.json", "quota.result.json", "quota.replacement.json"]
    assert main(["lottery", "verify", *(str(FOLDER / name) for name in names)]) == 0
