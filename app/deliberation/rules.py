"""Rules of opinion rounds. Pure: no Flask, no database, no clock, no randomness."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from app.errors import InvalidInput, RuleViolation
from app.i18n import N_


class RoundState(StrEnum):
    """Where a round stands."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    """No more answers; the final run and the conclusion are due."""
    CONCLUDED = "concluded"
    CANCELLED = "cancelled"


ROUND_NAMES: dict[RoundState, str] = {
    RoundState.DRAFT: N_("준비하는 중"),
    RoundState.OPEN: N_("의견 듣는 중"),
    RoundState.CLOSED: N_("맺음말 쓰는 중"),
    RoundState.CONCLUDED: N_("마침"),
    RoundState.CANCELLED: N_("취소"),
}
ROUND_MOVES: dict[RoundState, frozenset[RoundState]] = {
    RoundState.DRAFT: frozenset({RoundState.OPEN, RoundState.CANCELLED}),
    RoundState.OPEN: frozenset({RoundState.CLOSED}),
    RoundState.CLOSED: frozenset({RoundState.CONCLUDED}),
    RoundState.CONCLUDED: frozenset(),
    RoundState.CANCELLED: frozenset(),
}
PUBLIC_ROUNDS = frozenset({RoundState.OPEN, RoundState.CLOSED, RoundState.CONCLUDED})


class Visibility(StrEnum):
    """When the numbers of a round are shown (deliberation.md §4.2, 6)."""

    HIDDEN = "hidden"
    """To nobody before the round is closed, staff included."""
    AFTER_ANSWERS = "after_answers"
    """To those who have answered a few statements themselves."""
    OPEN = "open"


VISIBILITY_NAMES: dict[Visibility, str] = {
    Visibility.HIDDEN: N_("끝난 뒤에 모두에게 보이기"),
    Visibility.AFTER_ANSWERS: N_("답한 사람에게는 바로 보이기"),
    Visibility.OPEN: N_("처음부터 모두에게 보이기"),
}


class Access(StrEnum):
    """Who may answer."""

    ANYONE = "anyone"
    ACCOUNT = "account"
    RESIDENTS = "residents"


ACCESS_NAMES: dict[Access, str] = {
    Access.ANYONE: N_("누구나(계정 없이도)"),
    Access.ACCOUNT: N_("로그인한 사람"),
    Access.RESIDENTS: N_("확인된 주민만"),
}


class StatementState(StrEnum):
    """Where a statement stands."""

    PENDING = "pending"
    PUBLISHED = "published"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


STATEMENT_NAMES: dict[StatementState, str] = {
    StatementState.PENDING: N_("살펴보는 중"),
    StatementState.PUBLISHED: N_("올라감"),
    StatementState.REJECTED: N_("올리지 않음"),
    StatementState.WITHDRAWN: N_("거둠"),
    StatementState.MERGED: N_("같은 뜻의 의견에 합침"),
}
STATEMENT_MOVES: dict[StatementState, frozenset[StatementState]] = {
    StatementState.PENDING: frozenset({StatementState.PUBLISHED, StatementState.REJECTED, StatementState.WITHDRAWN}),
    StatementState.PUBLISHED: frozenset({StatementState.REJECTED, StatementState.WITHDRAWN, StatementState.MERGED}),
    # A decision that turns out wrong is taken back in public, in the log.
    StatementState.REJECTED: frozenset({StatementState.PUBLISHED}),
    StatementState.MERGED: frozenset({StatementState.PUBLISHED}),
    StatementState.WITHDRAWN: frozenset(),
}


class Reason(StrEnum):
    """Why a statement is not shown: the published list, the same for everybody."""

    DUPLICATE = "duplicate"
    OFF_TOPIC = "off_topic"
    SEVERAL_IDEAS = "several_ideas"
    QUESTION = "question"
    UNCLEAR = "unclear"
    PERSONAL = "personal"
    INSULT = "insult"
    CAMPAIGN = "campaign"
    TOO_LATE = "too_late"


REASON_NAMES: dict[Reason, str] = {
    Reason.DUPLICATE: N_("같은 뜻의 의견이 이미 있습니다."),
    Reason.OFF_TOPIC: N_("이 토론의 주제와 다른 이야기입니다."),
    Reason.SEVERAL_IDEAS: N_("한 문장에 생각이 여럿이라 어디에 답하는지 알 수 없습니다."),
    Reason.QUESTION: N_("묻는 말에는 공감하거나 걱정할 수 없습니다."),
    Reason.UNCLEAR: N_("무슨 뜻인지 알기 어렵습니다."),
    Reason.PERSONAL: N_("누구인지 알 수 있는 말이 들어 있습니다."),
    Reason.INSULT: N_("남을 헐뜯거나 차별하는 말이 들어 있습니다."),
    Reason.CAMPAIGN: N_("선거 운동이나 광고입니다."),
    Reason.TOO_LATE: N_("토론이 끝난 뒤에 살펴보게 되어 올리지 못했습니다."),
}
HIDES_TEXT = frozenset({Reason.PERSONAL, Reason.INSULT, Reason.CAMPAIGN})
"""Reasons for which even the log does not repeat what was written."""


class LogAct(StrEnum):
    """What the public log of a round lists."""

    PUBLISHED = "published"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    UNMERGED = "unmerged"
    OPENED = "opened"
    CLOSED = "closed"
    LINKED = "linked"
    UNLINKED = "unlinked"


LOG_NAMES: dict[LogAct, str] = {
    LogAct.PUBLISHED: N_("올림"),
    LogAct.REJECTED: N_("올리지 않음"),
    LogAct.WITHDRAWN: N_("쓴 사람이 거둠"),
    LogAct.MERGED: N_("같은 뜻의 의견에 합침"),
    LogAct.UNMERGED: N_("합친 것을 되돌림"),
    LogAct.OPENED: N_("답을 받기 시작함"),
    LogAct.CLOSED: N_("답을 그만 받음"),
    LogAct.LINKED: N_("의제에 반영함"),
    LogAct.UNLINKED: N_("의제 연결을 지움"),
}


class Answer(IntEnum):
    """What somebody says to a statement; the numbers are those of `voting.opinions.Vote`."""

    AGREE = 1
    UNSURE = 0
    WORRY = -1


ANSWER_NAMES: dict[Answer, str] = {
    Answer.AGREE: N_("공감해요"),
    Answer.WORRY: N_("걱정돼요"),
    Answer.UNSURE: N_("잘 모르겠어요"),
}

TEXT_MIN, TEXT_MAX = 5, 140
TITLE_MAX, PURPOSE_MAX = 80, 1000
CONCLUSION_MIN, CONCLUSION_MAX = 30, 4000
FEWEST_SEEDS = 3
ANSWERS_TO_SEE = 7
"""So many answers (or all there are to give) show the numbers, and qualify for the grouping of the analysis."""
FEWEST_EXPORTED = 10
"""Answers are handed out person by person only where at least so many took part: fewer would be recognised."""
LOOKED_THROUGH_WITHIN = timedelta(days=1)
CONCLUDED_WITHIN = timedelta(days=14)
MOST_SHEETS = 200
"""How many sheets of paper one form takes."""
MARKS: dict[str, Answer | None] = {
    "o": Answer.AGREE, "ㅇ": Answer.AGREE, "0": Answer.AGREE, "1": Answer.AGREE, "+": Answer.AGREE,
    "x": Answer.WORRY, "ㅌ": Answer.WORRY, "2": Answer.WORRY, "-": Answer.WORRY,
    "?": Answer.UNSURE, "3": Answer.UNSURE, "△": Answer.UNSURE,
    ".": None, "_": None,
}  # fmt: skip
"""What is typed for an answer on paper; ``.`` where nothing was ticked."""
_SPACES = re.compile(r"\s+")
_LETTERS = re.compile(r"[\W_]+")
_SEPARATORS = re.compile(r"[\s,번]+")
_RANGE = re.compile(r"([0-9]{1,4})(?:[-~]([0-9]{1,4}))?")


def require_round_move(state: RoundState, to: RoundState) -> None:
    """Refuse a move of a round that the table does not list.

    Raises:
        RuleViolation: the round cannot go there from where it is.
    """
    if to not in ROUND_MOVES[state]:
        raise RuleViolation(N_("이 토론은 지금 그렇게 할 수 없습니다. 그 사이에 상태가 바뀌었을 수 있습니다."))


def require_statement_move(state: StatementState, to: StatementState) -> None:
    """Refuse a move of a statement that the table does not list.

    Raises:
        RuleViolation: the statement cannot go there from where it is.
    """
    if to not in STATEMENT_MOVES[state]:
        raise RuleViolation(N_("이 의견은 지금 그렇게 할 수 없습니다. 그 사이에 상태가 바뀌었을 수 있습니다."))


def plain_text(typed: str) -> str:
    """Return a statement as it is kept: composed letters (NFC), single spaces, no ends."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", typed)).strip()


def same_text(text: str) -> str:
    """Return what two statements share that say the same words: letters and digits only, NFKC, lower case."""
    return _LETTERS.sub("", unicodedata.normalize("NFKC", text).casefold())


def require_statement(text: str, *, field: str = "text") -> None:
    """Refuse what cannot be agreed or disagreed with.

    Raises:
        InvalidInput: shorter than 5 or longer than 140 letters, or a question.
    """
    if len(text) < TEXT_MIN:
        raise InvalidInput(N_("조금만 더 적어 주세요. 무엇을 어떻게 하면 좋을지 한 문장이면 됩니다."), field=field)
    if len(text) > TEXT_MAX:
        raise InvalidInput(
            N_("%(n)s자를 쓰셨습니다. %(most)s자 안에서 한 가지 생각만 적어 주세요."),
            field=field,
            n=len(text),
            most=TEXT_MAX,
        )
    if unicodedata.normalize("NFKC", text).rstrip(".! ").endswith("?"):
        raise InvalidInput(
            N_("묻는 말 대신 바라는 것을 적어 주세요. 그래야 이웃이 공감하거나 걱정할 수 있습니다."), field=field
        )


def require_future(closes_at: datetime, at: datetime) -> None:
    """Refuse a round that would be over before it begins.

    Raises:
        InvalidInput: the last day lies in the past.
    """
    if closes_at <= at:
        raise InvalidInput(N_("끝나는 날은 오늘이나 그 뒤여야 합니다."), field="last_day")


def require_may_close(*, is_led: bool, closes_at: datetime, at: datetime) -> None:
    """Refuse to close a round before the day it promised; one that a facilitator leads ends with the meeting.

    Raises:
        RuleViolation: people were promised more time.
    """
    if not is_led and at < closes_at:
        raise RuleViolation(N_("약속한 날까지는 의견을 들어야 합니다. 기간이 지나면 저절로 닫힙니다."))


def require_conclusion(text: str) -> None:
    """Refuse a conclusion that says nothing.

    Raises:
        InvalidInput: fewer than thirty letters, or too many.
    """
    if len(text) < CONCLUSION_MIN:
        raise InvalidInput(
            N_("무엇을 알게 되었고 어떻게 할지 두세 문장으로 적어 주세요. 함께한 모두가 읽습니다."), field="conclusion"
        )
    if len(text) > CONCLUSION_MAX:
        raise InvalidInput(N_("너무 깁니다. %(n)s자까지 적을 수 있습니다."), field="conclusion", n=CONCLUSION_MAX)


def is_taking_answers(state: RoundState, *, closes_at: datetime, at: datetime) -> bool:
    """Tell whether a round takes answers: it is open and its last instant has not passed."""
    return state is RoundState.OPEN and at < closes_at


def may_see_numbers(
    visibility: Visibility, state: RoundState, *, has_final_run: bool, answered: int, answerable: int
) -> bool:
    """Tell whether the numbers of a round may be shown to somebody. Nobody sees more than this allows, staff included.

    Args:
        visibility: what the round promised.
        state: where it stands.
        has_final_run: whether the final run is frozen.
        answered: how many statements this person has answered.
        answerable: how many statements there are to answer.
    """
    if state in {RoundState.CLOSED, RoundState.CONCLUDED}:
        return has_final_run
    if state is not RoundState.OPEN:
        return False
    match visibility:
        case Visibility.HIDDEN:
            return False
        case Visibility.AFTER_ANSWERS:
            return answered > 0 and answered >= min(ANSWERS_TO_SEE, answerable)
        case Visibility.OPEN:
            return True


def is_hard_to_understand(*, passes: int, seen: int) -> bool:
    """Tell whether more than 40 % of at least 20 are not sure: the wording is the likely reason.

    The same as `voting.opinions.StatementAgreement.is_hard_to_understand`, on the counters of a statement.
    """
    return seen >= 20 and passes * 10 > seen * 4


def hides_text(reason: Reason | None) -> bool:
    """Tell whether the log keeps the words of a rejected statement to itself."""
    return reason in HIDES_TEXT


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


def read_numbers(typed: str, known: Collection[int]) -> list[int]:
    """Read which statements are on a sheet, in the order on the paper.

    Args:
        typed: numbers and ranges such as ``1-10, 12``.
        known: the numbers that may stand there.

    Raises:
        InvalidInput: not numbers, none, one twice, or one that is not known (it is named); ``field`` is ``numbers``.
    """
    numbers: list[int] = []
    for part in _SEPARATORS.split(unicodedata.normalize("NFKC", typed)):
        ends = _RANGE.fullmatch(part)
        if ends is None and part:
            raise InvalidInput(N_("번호를 1-10, 12처럼 적어 주세요."), field="numbers")
        if ends is not None:
            numbers += range(int(ends[1]), int(ends[2] or ends[1]) + 1)
    strange = next((number for number in numbers if number not in known), None)
    if strange is not None:
        raise InvalidInput(N_("%(n)s번 의견은 올라가 있지 않습니다."), field="numbers", n=strange)
    if not numbers or len(set(numbers)) != len(numbers):
        raise InvalidInput(N_("번호를 1-10, 12처럼 적어 주세요."), field="numbers")
    return numbers


def short_numbers(numbers: Sequence[int]) -> str:
    """Return numbers as they are typed, the shortest way; `read_numbers` reads them back."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] + 1 == number:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def _mark(letter: str) -> str:
    """Return a typed letter as a mark; full-width ones made narrow, but a Korean ㅇ left whole (NFKC would turn it into another)."""
    return letter if letter in MARKS else unicodedata.normalize("NFKC", letter).lower()
