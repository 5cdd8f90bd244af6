"""Forms of small-group grants."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import HiddenInput

from app.clock import kst_midnight
from app.plan.rules import FUND_SOURCE_NAMES, FundSource
from app.small_groups.rules.applications import (
    BY_HAND,
    CRITERION_NAMES,
    HIGHEST,
    MARK_NAMES,
    BudgetLine,
    Criterion,
    Mark,
    Ruling,
    Wish,
)
from app.small_groups.rules.objections import ANSWERS
from app.small_groups.rules.rounds import Terms
from app.web.fields import WonField
from app.web.forms import REQUIRED, Form, OnceForm, VersionedForm

NEEDED = InputRequired(REQUIRED)
TOO_SHORT = _l("조금 더 적어 주세요.")
A_NUMBER = _l("숫자로 적어 주세요.")
CHOOSE_FILE = _l("파일을 골라 주세요.")
CLOSED_LINE = _l("한 줄에 하나씩 쓸 곳과 금액을 적어 주세요. 예: 재료비 300,000")
MONTH_LINE = _l("한 줄에 한 달씩 적어 주세요. 예: 3월 첫 모임과 동네 둘러보기")


class RoundForm(OnceForm):
    """Announce a round."""

    title = StringField(_l("지원 이름"), validators=[NEEDED, Length(4, 80, TOO_SHORT)])
    text = TextAreaField(_l("알리는 글"), validators=[NEEDED, Length(10, 4000, TOO_SHORT)])
    legal_basis = StringField(_l("근거"), validators=[NEEDED, Length(2, 200, TOO_SHORT)])
    source = SelectField(
        _l("재원"), choices=[SelectChoice(source.value, _l(FUND_SOURCE_NAMES[source])) for source in FundSource]
    )
    envelope_won = WonField(_l("모두 합한 지원금(원)"), validators=[NEEDED])
    max_won = WonField(_l("한 모임의 한도(원)"), validators=[NEEDED])
    most_groups = IntegerField(_l("지원하는 모임 수"), validators=[NEEDED, NumberRange(1, 100, A_NUMBER)])
    first_day = DateField(_l("신청을 받는 첫날"), validators=[NEEDED])
    last_day = DateField(_l("신청을 받는 마지막 날"), validators=[NEEDED])
    starts_on = DateField(_l("활동을 시작하는 날"), validators=[NEEDED])
    ends_on = DateField(_l("활동이 끝나는 날"), validators=[NEEDED])
    report_due_on = DateField(_l("결과보고 기한"), validators=[NEEDED])

    @property
    def terms(self) -> Terms:
        """What it promises: whole days in Korea."""
        return Terms(
            envelope_won=self.envelope_won.data,
            max_won=self.max_won.data,
            most_groups=self.most_groups.data or 0,
            opens_at=kst_midnight(self.first_day.data),
            closes_at=kst_midnight(self.last_day.data + timedelta(days=1)),
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            report_due_on=self.report_due_on.data,
        )


class EditRoundForm(VersionedForm, RoundForm):
    """Change a round."""


class ReasonForm(VersionedForm):
    """Say why."""

    reason = TextAreaField(_l("까닭"), validators=[NEEDED, Length(10, 300, TOO_SHORT)])


class WishForm(OnceForm):
    """Ask for a grant."""

    group = SelectField(_l("어느 모임인가요?"), coerce=int, default=0, validators=[Optional()])
    name = StringField(_l("소모임 이름"), validators=[NEEDED, Length(2, 40, TOO_SHORT)])
    purpose = TextAreaField(_l("왜 모이고, 누구에게 도움이 되나요?"), validators=[NEEDED, Length(20, 2000, TOO_SHORT)])
    months = TextAreaField(_l("달마다 할 일"), validators=[NEEDED, Length(max=3000)])
    lines = TextAreaField(_l("어디에 얼마를 쓰나요?"), validators=[NEEDED, Length(max=1500)])

    def validate_months(self, field: TextAreaField) -> None:
        """Read one month a line, ``3월 what is done``.

        Raises:
            ValidationError: a line is no month with words, or a month stands there twice.
        """
        self.read_months: dict[int, str] = {}
        for line in _lines(field.data):
            month, _space, text = line.replace("월", " ", 1).partition(" ")
            text = text.strip(" :-·,")
            if not (month.isascii() and month.isdecimal() and len(month) <= 2) or not 1 <= int(month) <= 12 or not text:  # noqa: PLR2004 - months
                raise ValidationError(MONTH_LINE)
            if int(month) in self.read_months or len(text) > 300:  # noqa: PLR2004 - letters of a line
                raise ValidationError(MONTH_LINE)
            self.read_months[int(month)] = text

    def validate_lines(self, field: TextAreaField) -> None:
        """Read one thing a line, ``what amount``.

        Raises:
            ValidationError: a line is no name with whole won.
        """
        self.read_lines: list[BudgetLine] = []
        for line in _lines(field.data):
            what, _space, won = line.removesuffix("원").rstrip().rpartition(" ")
            won = won.replace(",", "")
            if not what.strip() or len(what) > 40 or not (won.isascii() and won.isdecimal()) or len(won) > 10:  # noqa: PLR2004
                raise ValidationError(CLOSED_LINE)
            self.read_lines.append(BudgetLine(what.strip(" :"), int(won)))

    @property
    def wish(self) -> Wish:
        """What was typed, read."""
        return Wish(self.name.data, self.purpose.data, self.read_months, self.read_lines)


class EditWishForm(VersionedForm, WishForm):
    """Change what a group asks for."""


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


class InviteForm(OnceForm):
    """Invite somebody by mail."""

    to = EmailField(_l("초대할 이웃의 메일 주소"), validators=[NEEDED, Length(max=200)])


class CheckForm(VersionedForm):
    """Say what an application does not meet."""

    reason = TextAreaField(_l("까닭"), validators=[Optional(), Length(max=1000)])
    common_good = BooleanField(_l(CRITERION_NAMES[Criterion.COMMON_GOOD]))
    neutral = BooleanField(_l(CRITERION_NAMES[Criterion.NEUTRAL]))
    no_double = BooleanField(_l(CRITERION_NAMES[Criterion.NO_DOUBLE]))
    uses = BooleanField(_l(CRITERION_NAMES[Criterion.USES]))

    @property
    def failed(self) -> list[Criterion]:
        """The criteria that were not ticked as met."""
        return [criterion for criterion in BY_HAND if not self[criterion.value].data]


def _mark(mark: Mark) -> RadioField:
    return RadioField(
        _l(MARK_NAMES[mark]),
        choices=[SelectChoice(str(n), _l("%(n)s점", n=n)) for n in range(1, HIGHEST + 1)],
        validators=[NEEDED],
    )


class ScoreForm(Form):
    """A council member's sheet."""

    need = _mark(Mark.NEED)
    plan = _mark(Mark.PLAN)
    together = _mark(Mark.TOGETHER)
    budget = _mark(Mark.BUDGET)

    @property
    def marks(self) -> dict[Mark, int]:
        """What was chosen."""
        return {mark: int(self[mark.value].data or 0) for mark in Mark}


class SittingForm(VersionedForm):
    """Say where and when it was decided: at a meeting of the council, or by another body where the dong has none here."""

    meeting = SelectField(_l("어느 회의에서 정했나요?"), coerce=int, default=0, validators=[Optional()])
    body = StringField(_l("어디에서 심의했나요?"), validators=[Optional(), Length(max=80)])
    decided_on = DateField(_l("심의한 날"), validators=[Optional()])

    def ask(self, meetings: Sequence[tuple[int, str]] | None) -> None:
        """Ask for one of a council's meetings, or where there is no council (None) for the body and its day."""
        self.meeting.choices = [SelectChoice(0, _l("회의를 골라 주세요"))]
        self.meeting.choices += [SelectChoice(number, title) for number, title in meetings or []]
        for one in (self.body, self.decided_on) if meetings is None else ():
            one.validators = [NEEDED, *(each for each in one.validators if not isinstance(each, Optional))]
            one.flags.required, one.flags.optional = True, False


class DecisionForm(SittingForm):
    """Write down what the council decided; `decision_form` adds two fields for each application."""

    keys: Sequence[int] = ()

    @property
    def rulings(self) -> dict[int, Ruling]:
        """What was decided about each application; nothing typed is nothing granted."""
        return {key: Ruling(self[f"won_{key}"].data or 0, self[f"reason_{key}"].data or "") for key in self.keys}


def decision_form(names: Mapping[int, str], **values: Any) -> DecisionForm:
    """Return the form with an amount and a reason for each application.

    Args:
        names: by application, what the page calls it.
        values: what the form begins with.
    """
    fields: dict[str, Any] = {"keys": tuple(names)}
    for key, name in names.items():
        fields[f"won_{key}"] = WonField(_l("%(name)s: 지원금(원)", name=name), validators=[NEEDED])
        fields[f"reason_{key}"] = StringField(_l("%(name)s: 까닭", name=name), validators=[Optional(), Length(max=500)])
    return type("DecisionOfRound", (DecisionForm,), fields)(**values)  # type: ignore[no-any-return]


class ObjectionForm(OnceForm):
    """Object to what was decided."""

    body = TextAreaField(
        _l("왜 다시 보아야 하나요?"),
        validators=[NEEDED, Length(10, 4000, _l("10자에서 4,000자로 적어 주세요."))],
    )


class AnswerForm(VersionedForm):
    """Answer an objection."""

    finding = RadioField(
        _l("어떻게 정했나요?"),
        choices=[SelectChoice(kind.value, _l(name)) for kind, name in ANSWERS.items()],
        validators=[NEEDED],
    )
    answer = TextAreaField(_l("답(공개)"), validators=[NEEDED, Length(10, 4000, _l("10자에서 4,000자로 적어 주세요."))])


class NewDecisionForm(SittingForm):
    """Write down what the council decided anew."""

    won = WonField(_l("지원금(원)"), validators=[NEEDED])
    reason = TextAreaField(_l("까닭"), validators=[NEEDED, Length(10, 500, TOO_SHORT)])

    @property
    def ruling(self) -> Ruling:
        """What was decided."""
        return Ruling(self.won.data or 0, self.reason.data or "")


class PayForm(VersionedForm):
    """Note that a grant was paid out."""

    paid_on = DateField(_l("준 날"), validators=[NEEDED])
    document = FileField(_l("이체 확인서"), validators=[Optional()])


class ReportForm(VersionedForm):
    """Say what was done."""

    did = TextAreaField(_l("무엇을 했나요?"), validators=[Optional(), Length(max=4000)])
    meetings = IntegerField(_l("몇 번 모였나요?"), validators=[Optional(), NumberRange(0, 366, A_NUMBER)])
    attendance = IntegerField(
        _l("모두 더해 몇 명이 함께했나요?"), validators=[Optional(), NumberRange(0, 100_000, A_NUMBER)]
    )


class ReceiptForm(OnceForm):
    """Add money that was spent."""

    line = SelectField(_l("어느 항목인가요?"))
    what = StringField(_l("무엇을 샀나요?"), validators=[NEEDED, Length(2, 100, TOO_SHORT)])
    won = WonField(_l("쓴 돈(원)"), validators=[NEEDED])
    spent_on = DateField(_l("쓴 날"), validators=[NEEDED])
    file = FileField(_l("영수증 사진이나 파일"), validators=[FileRequired(CHOOSE_FILE)])


class PhotoForm(Form):
    """Add a photo of what was done."""

    photo = FileField(_l("활동 사진"), validators=[FileRequired(CHOOSE_FILE)])
    text = StringField(_l("사진 설명"), validators=[NEEDED, Length(2, 200, TOO_SHORT)])
    consent = BooleanField(
        _l("사진에 나온 사람이 공개에 동의했습니다"),
        validators=[InputRequired(_l("사진에 나온 사람의 동의를 받아 주세요."))],
    )


class SettleForm(VersionedForm):
    """Accept a report, or send it back with what must be corrected."""

    answer = TextAreaField(_l("고칠 곳"), validators=[Optional(), Length(max=1000)])


class StrikeForm(VersionedForm):
    """Leave a receipt out of the settlement."""

    receipt = IntegerField(widget=HiddenInput(), validators=[NEEDED])
    reason = StringField(_l("빼는 까닭"), validators=[Optional(), Length(max=200)])
