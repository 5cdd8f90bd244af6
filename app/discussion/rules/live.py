"""Rules of live meetings. Pure: no Flask, no database, no clock, no randomness."""

import unicodedata
from dataclasses import dataclass

from app.deliberation.rules import Answer
from app.errors import InvalidInput
from app.i18n import N_

CODE_LETTERS = "2345678ACDEFHJKLMNPRTVWXY"
"""Letters of a room's code: none that is taken for another when read from a wall or aloud."""
CODE_LENGTH = 6
MOST_TABLES = 50
IDEAS_A_TABLE = 5
IDEA_MAX = 140
MOST_SHEETS = 200
"""How many sheets of paper one form takes."""
MOST_EVIDENCE = 12
MARKS: dict[str, Answer | None] = {
    "o": Answer.AGREE, "ㅇ": Answer.AGREE, "0": Answer.AGREE, "1": Answer.AGREE, "+": Answer.AGREE,
    "x": Answer.WORRY, "ㅌ": Answer.WORRY, "2": Answer.WORRY, "-": Answer.WORRY,
    "?": Answer.UNSURE, "3": Answer.UNSURE, "△": Answer.UNSURE,
    ".": None, "_": None,
}  # fmt: skip
"""What is typed for an answer on paper; ``.`` where nothing was ticked."""


@dataclass(frozen=True)
class Idea:
    """What a table came to."""

    text: str
    stickers: int


def normal_code(typed: str) -> str:
    """Return a room's code as it is stored: spaces and hyphens gone, capitals, full-width letters made narrow."""
    letters = unicodedata.normalize("NFKC", typed).upper()
    return "".join(letter for letter in letters if letter.isalnum())


def read_sheets(typed: str, numbers: list[int]) -> list[dict[int, Answer]]:
    """Read sheets of paper, one a line: a mark for every statement, in the order of the statements.

    Args:
        typed: lines such as ``ox?o.``; spaces do not count, empty lines neither.
        numbers: the statements' numbers in the order on the paper.

    Raises:
        InvalidInput: a line with a wrong number of marks or an unknown one (it is named), no line, or too many;
            ``field`` is ``sheets``.
    """
    sheets: list[dict[int, Answer]] = []
    for line_number, line in enumerate(typed.splitlines(), start=1):
        marks = [_mark(letter) for letter in line if not letter.isspace() and letter != ","]
        if not marks:
            continue
        if len(marks) != len(numbers) or any(mark not in MARKS for mark in marks):
            raise InvalidInput(
                N_("%(line)s번째 줄을 확인해 주세요. 문장 %(n)s개에 o, x, ?, . 가운데 하나씩 적습니다."),
                field="sheets", line=line_number, n=len(numbers),
            )  # fmt: skip
        answers = {number: MARKS[mark] for number, mark in zip(numbers, marks, strict=True)}
        sheets.append({number: answer for number, answer in answers.items() if answer is not None})
    if not 1 <= len(sheets) <= MOST_SHEETS:
        raise InvalidInput(N_("종이를 한 장부터 %(most)s장까지 적어 주세요."), field="sheets", most=MOST_SHEETS)
    return sheets


def _mark(letter: str) -> str:
    """Return a typed letter as a mark; full-width ones made narrow, but a Korean ㅇ left whole (NFKC would turn it into another)."""
    return letter if letter in MARKS else unicodedata.normalize("NFKC", letter).lower()
