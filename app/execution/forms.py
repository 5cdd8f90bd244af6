"""Forms of execution."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from app.discussion.rules import COMMENT_MAX, REASON_NAMES
from app.execution.rules.changes import CHANGE_KIND_NAMES, ChangeKind
from app.execution.rules.importing import TABLE_NAMES, Table
from app.execution.rules.ledger import KIND_NAMES, EntryKind
from app.execution.rules.projects import (
    HAND_OVER,
    PHOTO_NAMES,
    PROJECT_KIND_NAMES,
    QUESTIONS,
    RISK_LEVEL_NAMES,
    PhotoShows,
    ProjectKind,
    RiskLevel,
)
from app.plan.rules import FUND_SOURCE_NAMES, FundSource
from app.web.fields import WonField
from app.web.forms import REQUIRED, Form, OnceForm, VersionedForm

TOO_SHORT = _l("조금 더 적어 주세요.")
ENTERABLE = (EntryKind.CONTRACTED, EntryKind.PAID, EntryKind.RETURNED, EntryKind.CARRIED)
SOURCES = [SelectChoice(source.value, _l(FUND_SOURCE_NAMES[source])) for source in FundSource]
A_NUMBER = _l("숫자로 적어 주세요.")


class DescriptionForm(VersionedForm):
    """Who is in charge, and where it is."""

    unit = StringField(_l("맡은 곳"), validators=[InputRequired(REQUIRED), Length(2, 60, TOO_SHORT)])
    contact = StringField(_l("담당자"), validators=[Optional(), Length(max=80)])
    where = StringField(_l("어디에서 하나요?"), validators=[Optional(), Length(max=80)])
    latitude = DecimalField(_l("위도"), places=6, validators=[Optional()])
    longitude = DecimalField(_l("경도"), places=6, validators=[Optional()])

    @property
    def position(self) -> tuple[int | None, int | None]:
        """Latitude and longitude in millionths of a degree."""
        return _millionths(self.latitude.data), _millionths(self.longitude.data)


class TakeOnForm(OnceForm):
    """Take on a project that no assembly voted on."""

    kind = SelectField(
        _l("어떤 사업인가요?"),
        choices=[
            SelectChoice(kind.value, _l(PROJECT_KIND_NAMES[kind]))
            for kind in ProjectKind
            if kind is not ProjectKind.ASSEMBLY
        ],
    )
    title = StringField(_l("사업 이름"), validators=[InputRequired(REQUIRED), Length(2, 80, TOO_SHORT)])
    description = TextAreaField(_l("무엇을 하나요?"), validators=[InputRequired(REQUIRED), Length(10, 4000, TOO_SHORT)])
    source = SelectField(_l("재원"), choices=SOURCES)
    cost_won = WonField(_l("금액(원)"), validators=[InputRequired(REQUIRED)])
    approver = StringField(_l("누가 정했나요?"), validators=[InputRequired(REQUIRED), Length(2, 80, TOO_SHORT)])
    unit = StringField(_l("맡은 곳"), validators=[InputRequired(REQUIRED), Length(2, 60, TOO_SHORT)])
    where = StringField(_l("어디에서 하나요?"), validators=[Optional(), Length(max=80)])
    latitude = DecimalField(_l("위도"), places=6, validators=[Optional()])
    longitude = DecimalField(_l("경도"), places=6, validators=[Optional()])

    @property
    def position(self) -> tuple[int | None, int | None]:
        """Latitude and longitude in millionths of a degree."""
        return _millionths(self.latitude.data), _millionths(self.longitude.data)


class PartsForm(VersionedForm):
    """Divide a project into parts."""

    parts = TextAreaField(_l("부분과 비중"), validators=[InputRequired(REQUIRED), Length(max=1200)])

    def validate_parts(self, field: TextAreaField) -> None:
        """Read one part a line, ``name weight``.

        Raises:
            ValidationError: a line is no name with a whole weight.
        """
        self.read: list[tuple[str, int]] = []
        for line in (field.data or "").splitlines():
            title, _space, weight = line.strip().rpartition(" ")
            weight = weight.removesuffix("%")
            if not line.strip():
                continue
            if not title or not weight.isascii() or not weight.isdecimal() or len(weight) > 4 or len(title) > 80:
                raise ValidationError(_l("한 줄에 하나씩 이름과 비중을 적어 주세요. 예: 설계 20"))
            self.read.append((title.strip(), int(weight)))


class PauseForm(VersionedForm):
    """Halt a project."""

    reason = TextAreaField(_l("멈추는 까닭"), validators=[InputRequired(REQUIRED), Length(5, 2000, TOO_SHORT)])


class RiskForm(VersionedForm):
    """Say what may go wrong."""

    level = SelectField(
        _l("얼마나 큰가요?"), choices=[SelectChoice(level.value, _l(RISK_LEVEL_NAMES[level])) for level in RiskLevel]
    )
    text = StringField(_l("무엇이 잘못될 수 있나요?"), validators=[InputRequired(REQUIRED), Length(5, 200, TOO_SHORT)])
    response = StringField(_l("어떻게 대비하나요?"), validators=[InputRequired(REQUIRED), Length(5, 300, TOO_SHORT)])


class CloseRiskForm(VersionedForm):
    """Say what became of a risk."""

    outcome = StringField(_l("어떻게 되었나요?"), validators=[InputRequired(REQUIRED), Length(2, 300, TOO_SHORT)])


class MilestoneForm(VersionedForm):
    """Promise a step."""

    title = StringField(_l("할 일"), validators=[InputRequired(REQUIRED), Length(2, 80, TOO_SHORT)])
    planned_on = DateField(_l("언제까지"), validators=[InputRequired(REQUIRED)])


class MoveMilestoneForm(VersionedForm):
    """Promise another day."""

    planned_on = DateField(_l("새 날짜"), validators=[InputRequired(REQUIRED)])
    reason = StringField(_l("옮기는 까닭"), validators=[InputRequired(REQUIRED), Length(5, 300, TOO_SHORT)])


class FinishMilestoneForm(VersionedForm):
    """Note that a step is done."""

    done_on = DateField(_l("마친 날"), validators=[InputRequired(REQUIRED)])


class MoneyForm(OnceForm):
    """Enter a line of the ledger."""

    kind = SelectField(_l("무엇인가요?"), choices=[SelectChoice(k.value, _l(KIND_NAMES[k])) for k in ENTERABLE])
    amount_won = WonField(_l("금액(원)"), validators=[InputRequired(REQUIRED)])
    happened_on = DateField(_l("날짜"), validators=[InputRequired(REQUIRED)])
    source = SelectField(_l("재원"), choices=SOURCES)
    year = IntegerField(_l("회계연도"), validators=[InputRequired(REQUIRED), NumberRange(2000, 2100, A_NUMBER)])
    memo = StringField(_l("무엇에 썼나요?"), validators=[InputRequired(REQUIRED), Length(2, 200, TOO_SHORT)])
    document = FileField(_l("증빙 서류"), validators=[Optional()])


class TakeBackForm(OnceForm):
    """Take a wrong line back."""

    number = SelectField(_l("어느 줄을 바로잡나요?"), coerce=int)
    memo = StringField(_l("바로잡는 까닭"), validators=[InputRequired(REQUIRED), Length(5, 200, TOO_SHORT)])


class TableForm(Form):
    """A table of projects or of the ledger."""

    kind = RadioField(
        _l("무엇이 든 표인가요?"),
        choices=[SelectChoice(table.value, _l(TABLE_NAMES[table])) for table in Table],
        validators=[InputRequired(REQUIRED)],
    )
    file = FileField(_l("파일(CSV)"), validators=[FileRequired(_l("파일을 골라 주세요."))])


class ChangeForm(OnceForm):
    """Ask for a change of what was promised."""

    kind = RadioField(
        _l("무엇을 바꾸나요?"),
        choices=[SelectChoice(kind.value, _l(CHANGE_KIND_NAMES[kind])) for kind in ChangeKind],
        validators=[InputRequired(REQUIRED)],
    )
    reason = TextAreaField(_l("바꾸는 까닭"), validators=[InputRequired(REQUIRED), Length(10, 2000, TOO_SHORT)])
    direction = SelectField(
        _l("늘리나요, 줄이나요?"), choices=[SelectChoice("more", _l("늘리기")), SelectChoice("less", _l("줄이기"))]
    )
    amount_won = WonField(_l("금액(원)"), validators=[Optional()])
    source = SelectField(_l("재원"), choices=SOURCES)
    year = IntegerField(_l("회계연도"), validators=[InputRequired(REQUIRED), NumberRange(2000, 2100, A_NUMBER)])
    after = TextAreaField(_l("바뀐 내용"), validators=[Optional(), Length(max=4000)])

    @property
    def signed_won(self) -> int:
        """The amount with its sign; 0 unless money is to be changed."""
        if self.kind.data != ChangeKind.COST:
            return 0
        amount = self.amount_won.data or 0
        return -amount if self.direction.data == "less" else amount


class ApprovalForm(VersionedForm):
    """An office approves a small change."""

    meeting = StringField(_l("누가 결재했나요?"), validators=[InputRequired(REQUIRED), Length(2, 120, TOO_SHORT)])
    decided_on = DateField(_l("결재한 날"), validators=[InputRequired(REQUIRED)])
    document = FileField(_l("결재 문서"), validators=[Optional()])


class VoteForm(VersionedForm):
    """A body votes on a change."""

    meeting = StringField(_l("어느 회의인가요?"), validators=[InputRequired(REQUIRED), Length(2, 120, TOO_SHORT)])
    decided_on = DateField(_l("회의한 날"), validators=[InputRequired(REQUIRED)])
    members = IntegerField(_l("위원(권리가 있는 사람) 수"), validators=[InputRequired(REQUIRED)])
    present = IntegerField(_l("참석한 사람"), validators=[InputRequired(REQUIRED)])
    in_favour = IntegerField(_l("찬성"), validators=[InputRequired(REQUIRED)])
    against = IntegerField(_l("반대"), validators=[InputRequired(REQUIRED)])
    abstained = IntegerField(_l("기권"), validators=[InputRequired(REQUIRED)])
    document = FileField(_l("회의록"), validators=[Optional()])


class UpdateForm(OnceForm):
    """Post news."""

    text = TextAreaField(_l("소식"), validators=[InputRequired(REQUIRED), Length(5, 4000, TOO_SHORT)])
    photo = FileField(_l("사진"), validators=[Optional()])
    photo_text = StringField(_l("사진에 무엇이 보이나요?"), validators=[Optional(), Length(max=200)])
    shows = RadioField(
        _l("언제 찍은 사진인가요?"),
        choices=[SelectChoice(shows.value, _l(name)) for shows, name in PHOTO_NAMES.items()],
        default=PhotoShows.DURING.value,
        validators=[Optional()],
    )


class PledgeForm(OnceForm):
    """A pledge to the village fund."""

    amount_won = WonField(_l("금액(원)"), validators=[InputRequired(REQUIRED)])
    promised_on = DateField(_l("약속한 날"), validators=[InputRequired(REQUIRED)])
    giver = StringField(_l("누구라고 알릴까요?"), validators=[Optional(), Length(max=60)])


class ReceiveForm(VersionedForm):
    """Pledged money has come."""

    received_won = WonField(_l("받은 돈(원)"), validators=[InputRequired(REQUIRED)])
    received_on = DateField(_l("받은 날"), validators=[InputRequired(REQUIRED)])
    document = FileField(_l("증빙 서류"), validators=[FileRequired(_l("파일을 골라 주세요."))])


class WithdrawForm(VersionedForm):
    """A pledge will not be kept."""

    reason = StringField(_l("거두는 까닭"), validators=[InputRequired(REQUIRED), Length(5, 300, TOO_SHORT)])


class CommentForm(OnceForm):
    """Say something to a piece of news."""

    text = TextAreaField(_l("하고 싶은 말"), validators=[InputRequired(REQUIRED), Length(2, COMMENT_MAX, TOO_SHORT)])


class HideForm(Form):
    """Hide a comment."""

    reason = RadioField(
        _l("가리는 까닭"),
        choices=[SelectChoice(reason.value, _l(name)) for reason, name in REASON_NAMES.items()],
        validators=[InputRequired(_l("까닭을 골라 주세요."))],
    )
    explanation = StringField(_l("누구나 읽을 설명"), validators=[Optional(), Length(max=300)])


class CompleteForm(VersionedForm):
    """Complete a project."""


class CouncilEvaluationForm(VersionedForm):
    """What the council says of a project."""

    went_well = TextAreaField(_l("잘된 점"), validators=[InputRequired(REQUIRED), Length(5, 4000, TOO_SHORT)])
    went_badly = TextAreaField(_l("아쉬운 점"), validators=[InputRequired(REQUIRED), Length(5, 4000, TOO_SHORT)])
    next_time = TextAreaField(_l("다음에는"), validators=[InputRequired(REQUIRED), Length(5, 4000, TOO_SHORT)])
    meeting = StringField(_l("어느 회의인가요?"), validators=[InputRequired(REQUIRED), Length(2, 120, TOO_SHORT)])
    decided_on = DateField(_l("회의한 날"), validators=[InputRequired(REQUIRED)])


class IndicatorForm(VersionedForm):
    """A number that the project is meant to move."""

    name = StringField(_l("무엇을 재나요?"), validators=[InputRequired(REQUIRED), Length(2, 80, TOO_SHORT)])
    measure = StringField(_l("단위"), validators=[InputRequired(REQUIRED), Length(1, 20)])
    before = IntegerField(_l("지금"), validators=[InputRequired(REQUIRED)])
    target = IntegerField(_l("목표"), validators=[InputRequired(REQUIRED)])


class MeasureForm(VersionedForm):
    """What the number is now."""

    after = IntegerField(_l("잰 값"), validators=[InputRequired(REQUIRED)])
    measured_on = DateField(_l("잰 날"), validators=[InputRequired(REQUIRED)])


class SharingMeetingForm(VersionedForm):
    """The results-sharing meeting."""

    held_on = DateField(_l("날짜"), validators=[InputRequired(REQUIRED)])
    where = StringField(_l("어디에서 하나요?"), validators=[InputRequired(REQUIRED), Length(2, 80, TOO_SHORT)])
    attendance = IntegerField(_l("온 사람 수"), validators=[Optional(), NumberRange(0, 100_000, A_NUMBER)])
    minutes = TextAreaField(_l("나눈 이야기"), validators=[Optional(), Length(max=8000)])


RATINGS = [
    SelectChoice("5", _l("아주 그래요")),
    SelectChoice("4", _l("그래요")),
    SelectChoice("3", _l("보통이에요")),
    SelectChoice("2", _l("아니에요")),
    SelectChoice("1", _l("전혀 아니에요")),
]


class EvaluationForm(Form):
    """Rate a finished project, question by question."""

    needed = RadioField(_l(QUESTIONS["needed"]), choices=RATINGS, validators=[InputRequired(REQUIRED)])
    well_done = RadioField(_l(QUESTIONS["well_done"]), choices=RATINGS, validators=[InputRequired(REQUIRED)])
    worth = RadioField(_l(QUESTIONS["worth"]), choices=RATINGS, validators=[InputRequired(REQUIRED)])
    again = RadioField(_l(QUESTIONS["again"]), choices=RATINGS, validators=[InputRequired(REQUIRED)])
    words = TextAreaField(_l("하고 싶은 말"), validators=[Optional(), Length(max=2000)])

    @property
    def ratings(self) -> dict[str, int]:
        """Question to rating."""
        return {question: int(self[question].data) for question in QUESTIONS}


def progress_form_for(parts: Sequence[tuple[int, str, int]], version: int) -> VersionedForm:
    """Return a form with one number for each part of a project: id, name, percent so far."""
    fields: dict[str, Any] = {
        f"part_{part_id}": IntegerField(title, validators=[InputRequired(REQUIRED)], default=percent)
        for part_id, title, percent in parts
    }
    form: VersionedForm = type("ProgressForm", (VersionedForm,), fields)(version=version)
    return form


def hand_over_form_for(checked: Mapping[str, str], version: int) -> VersionedForm:
    """Return a form with a tick and a remark for each line of the hand-over list; ``checked`` is what is there."""
    fields: dict[str, Any] = {}
    for code, sentence in HAND_OVER.items():
        fields[f"tick_{code}"] = BooleanField(_l(sentence), default=code in checked)
        fields[f"note_{code}"] = StringField(
            _l("덧붙임"), default=checked.get(code, ""), validators=[Optional(), Length(max=200)]
        )
    form: VersionedForm = type("HandOverForm", (VersionedForm,), fields)(version=version)
    return form


def _millionths(value: Decimal | None) -> int | None:
    return None if value is None else int((value * 1_000_000).to_integral_value())
