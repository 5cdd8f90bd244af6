"""Which rows of a table may be put at the end of a project's ledger. Pure: no Flask, no database, no clock, no randomness."""

from collections.abc import Sequence
from datetime import date

from app.errors import AppError
from app.execution.rules.importing import LedgerRow, Problem
from app.execution.rules.ledger import EntryKind, Line, purses, require_amount, require_sound_purses, with_line
from app.i18n import N_

BY_DECISION = frozenset({EntryKind.PLANNED, EntryKind.CHANGED})


class LedgerSoFar:
    """A project's ledger while rows are put at its end: says which cannot be."""

    def __init__(self, rows: Sequence[LedgerRow], *, today: date, is_history: bool) -> None:
        """Begin with what is there.

        Args:
            rows: the ledger as it is.
            today: nothing happened later.
            is_history: the project came from a file as well, so that its plans were decided elsewhere.
        """
        self._rows = {row.number: row for row in rows}
        self._taken_back = {row.corrects for row in rows if row.corrects is not None}
        self._purses = purses(map(self._line, rows))
        self._today, self._is_history = today, is_history

    def is_known(self, row: LedgerRow) -> bool:
        """Tell whether the ledger holds a row already; hash, parent and instant of entry do not matter."""
        known = self._rows.get(row.number)
        return known is not None and _said(known) == _said(row)

    def add(self, row: LedgerRow) -> Problem | None:
        """Put a row at the end, or say why it cannot be there."""
        problem = self._position(row) or self._origin(row) or self._correction(row)
        if problem is not None:
            return problem
        after = with_line(self._purses, self._line(row))
        try:
            require_amount(row.kind, row.amount_won)
            require_sound_purses(after)
        except AppError as error:
            return Problem(row.line, "amount_won", error.message, dict(error.values))
        self._rows[row.number], self._purses = row, after
        if row.corrects is not None:
            self._taken_back.add(row.corrects)
        return None

    def _position(self, row: LedgerRow) -> Problem | None:
        if row.number in self._rows:
            return Problem(row.line, "number", N_("이 번호의 줄이 장부에 다른 내용으로 있습니다."))
        if row.number != len(self._rows) + 1:
            return Problem(row.line, "number", N_("장부의 다음 줄은 %(next)s번입니다."), {"next": len(self._rows) + 1})
        if row.happened_on > self._today:
            return Problem(row.line, "happened_on", N_("아직 오지 않은 날입니다."))
        return None

    def _origin(self, row: LedgerRow) -> Problem | None:
        if row.kind not in BY_DECISION:
            return None
        if not self._is_history:
            return Problem(row.line, "kind", N_("계획은 정한 것에 따라서만 바뀝니다. 사업 화면에서 바꾸어 주세요."))
        if not row.approver:
            return Problem(row.line, "approver", N_("누가 정했는지 적어 주세요."))
        return None

    def _correction(self, row: LedgerRow) -> Problem | None:
        if (row.kind is EntryKind.CORRECTION) is (row.corrects is None):
            return Problem(row.line, "corrects", N_("바로잡는 줄에만, 바로잡을 줄의 번호를 적습니다."))
        if row.corrects is None:
            return None
        wrong = self._rows.get(row.corrects)
        is_fitting = (
            wrong is not None
            and wrong.kind not in BY_DECISION | {EntryKind.CORRECTION}
            and row.corrects not in self._taken_back
            and (row.amount_won, row.source, row.year_of_account)
            == (-wrong.amount_won, wrong.source, wrong.year_of_account)
        )
        return None if is_fitting else Problem(row.line, "corrects", N_("바로잡을 수 없는 줄입니다."))

    def _line(self, row: LedgerRow) -> Line:
        counted = self._rows[row.corrects] if row.corrects is not None else row
        return Line(counted.kind, row.amount_won, counted.source, counted.year_of_account)


def _said(row: LedgerRow) -> tuple[object, ...]:
    return (
        row.kind, row.source, row.year_of_account, row.amount_won, row.happened_on, row.memo, row.approver, row.corrects,
        row.document_sha256,
    )  # fmt: skip
