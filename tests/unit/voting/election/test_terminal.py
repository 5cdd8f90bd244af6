"""The progress bar: seen on a terminal while something works, gone before anything else is written."""

import io

import pytest

from voting.election.commands.terminal import progress_bar


class Screen(io.StringIO):
    """A terminal of one line, as it looks after what was written."""

    def __init__(self, *, terminal: bool = True) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal

    def line(self) -> str:
        shown: list[str] = []
        at = 0
        for letter in self.getvalue():
            if letter == "\r":
                at = 0
            else:
                shown[at : at + 1] = [letter]
                at += 1
        return "".join(shown).rstrip()


def opened(monkeypatch: pytest.MonkeyPatch) -> Screen:
    """Return a screen that is standard error; inside a test only, as pytest puts its own there before each phase."""
    screen = Screen()
    monkeypatch.setattr("sys.stderr", screen)
    return screen


def test_a_bar_grows_and_is_wiped_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = opened(monkeypatch)
    with progress_bar("verifying", quiet=False) as progress:
        assert progress is not None
        progress(1, 4_000)
        assert screen.line() == f"verifying [{'':<30}] 1/4,000"
        progress(2_000, 4_000)
        assert screen.line() == f"verifying [{'#' * 15:<30}] 2,000/4,000"
        progress(3, 4)
        assert screen.line() == f"verifying [{'#' * 22:<30}] 3/4", "nothing of a longer line stays"
        progress(0, 0)
        assert screen.line() == f"verifying [{'#' * 30}] 0/0"
    assert screen.line() == ""


def test_a_refusal_wipes_the_bar_too(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = opened(monkeypatch)
    with pytest.raises(ValueError, match="wrong"), progress_bar("verifying", quiet=False) as progress:
        assert progress is not None
        progress(1, 2)
        raise ValueError("wrong")
    assert screen.line() == ""
    screen.write("FAILED")
    assert screen.line() == "FAILED"


def test_the_same_line_is_written_once(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = opened(monkeypatch)
    with progress_bar("verifying", quiet=False) as progress:
        assert progress is not None
        for _ in range(5):
            progress(1, 2)
        assert screen.getvalue().count("verifying") == 1


def test_no_bar_is_shown_where_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = opened(monkeypatch)
    with progress_bar("verifying", quiet=True) as progress:
        assert progress is None
    assert screen.getvalue() == ""
    file = Screen(terminal=False)
    monkeypatch.setattr("sys.stderr", file)
    with progress_bar("verifying", quiet=False) as progress:
        assert progress is None
    assert file.getvalue() == ""
