"""Forms of the draw."""

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from app.draw.rules import ABORT_REASONS, ABORTABLE, MODE_NAMES, DrawState
from app.web.forms import REQUIRED, Form, VersionedForm

SEATS = NumberRange(0, 100, _l("0에서 100까지의 수입니다."))


class QuotaRow(PlainForm):
    """One line of the quotas. The limits say how far the committee would go if not all can be met."""

    feature = HiddenField()
    value = HiddenField()
    minimum = IntegerField(_l("최소"), validators=[InputRequired(REQUIRED), SEATS])
    maximum = IntegerField(_l("최대"), validators=[InputRequired(REQUIRED), SEATS])
    least_minimum = IntegerField(widget=HiddenInput(), validators=[Optional()])
    greatest_maximum = IntegerField(widget=HiddenInput(), validators=[Optional()])


class PlanForm(Form):
    """When, where and how the draw is held."""

    mode = RadioField(
        _l("추첨 방법"), choices=[SelectChoice(m.value, _l(name)) for m, name in MODE_NAMES.items()],
        validators=[InputRequired(REQUIRED)],
    )  # fmt: skip
    mixes_on = DateField(_l("표를 섞는 날"), validators=[Optional()])
    mixes_time = TimeField(_l("섞기 시작하는 시각"), validators=[Optional()])
    draws_on = DateField(_l("추첨하는 날"), validators=[InputRequired(REQUIRED)])
    draws_time = TimeField(_l("시작하는 시각"), validators=[InputRequired(REQUIRED)])
    hall = StringField(
        _l("추첨하는 곳"), validators=[InputRequired(REQUIRED), Length(2, 120, _l("조금 더 적어 주세요."))]
    )
    beacon_chain = StringField(_l("공개 난수의 사슬 값(64자)"), validators=[Optional(), Length(64, 64)])
    beacon_round = IntegerField(
        _l("공개 난수의 회차"), validators=[Optional(), NumberRange(1, 2**53 - 1, _l("1보다 큰 수입니다."))]
    )


class EditForm(VersionedForm, PlanForm):
    """Change the plan and the quotas before the list is frozen."""

    quotas = FieldList(FormField(QuotaRow))


class VersionForm(VersionedForm):
    """An act on the draw as somebody saw it."""


class RelaxForm(VersionedForm):
    """Take one of the options of the advice."""

    option = IntegerField(widget=HiddenInput(), validators=[InputRequired(REQUIRED)])


class PublishForm(VersionedForm):
    """Publish: nothing can be changed afterwards."""

    checked = BooleanField(
        _l("후보, 자리 수, 구성 비율, 추첨 날짜를 모두 확인했습니다"),
        validators=[InputRequired(_l("확인한 뒤에 공고할 수 있습니다."))],
    )


class AbortForm(VersionedForm):
    """Give up a draw."""

    reason = RadioField(_l("까닭"), validators=[InputRequired(REQUIRED)])
    words = TextAreaField(
        _l("자세한 까닭 (공개됩니다)"),
        validators=[InputRequired(REQUIRED), Length(10, 2000, _l("조금 더 적어 주세요."))],
    )

    def __init__(self, state: DrawState, **options: Any) -> None:
        super().__init__(**options)
        allowed = ABORTABLE.get(state, frozenset())
        self.reason.choices = [SelectChoice(r.value, _l(text)) for r, text in ABORT_REASONS.items() if r in allowed]


class SeatForm(Form):
    """Who takes a witness's seat."""

    contact = StringField(_l("맡을 사람의 이메일이나 휴대전화"), validators=[InputRequired(REQUIRED), Length(max=200)])


BALL_LABELS = {3: _l("공 세 개의 숫자"), 4: _l("공 네 개의 숫자"), 6: _l("공 여섯 개의 숫자")}


class CommitmentForm(Form):
    """The hash of a witness's secret."""

    commitment = StringField(
        _l("맡길 값 (SHA-256, 64자)"),
        validators=[InputRequired(REQUIRED), Length(64, 64, _l("64자를 그대로 적어 주세요."))],
    )


class SecretForm(Form):
    """A witness's secret."""

    secret = StringField(
        _l("비밀 문구"),
        validators=[InputRequired(REQUIRED), Length(8, 200, _l("비밀 문구는 8자에서 200자까지, | = , 없이 적습니다."))],
    )


class BallsForm(Form):
    """The balls, as one person reads them: six, or as many as name a panel."""

    digits = StringField(validators=[InputRequired(REQUIRED), Length(max=20)])
    randomness = StringField(_l("공개 난수 (64자)"), validators=[Optional(), Length(64, 64)])

    def __init__(self, count: int, **options: Any) -> None:
        super().__init__(**options)
        self.digits.label.text = BALL_LABELS[count]


class NumbersField(TextAreaField):
    """Candidate numbers, parted by anything: a list.

    Each is looked through alone: many in a row may look like a resident number.
    """

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take the runs of digits."""
        self.data = re.findall(r"[0-9]+", valuelist[0]) if valuelist else []

    def _value(self) -> str:
        return " ".join(self.data or [])


class CallsForm(Form):
    """The candidates in the order in which their balls were called, as one person wrote it down."""

    called = NumbersField(_l("부른 차례대로 모든 번호"), validators=[InputRequired(REQUIRED), Length(1, 20_000)])


class RepeatForm(Form):
    """One ball is drawn again because its machine failed."""

    ball = SelectField(_l("몇째 공"), coerce=int)
    repeat_reason = StringField(
        _l("까닭 (공개됩니다)"), validators=[InputRequired(REQUIRED), Length(4, 200, _l("조금 더 적어 주세요."))]
    )

    def __init__(self, count: int, **options: Any) -> None:
        super().__init__(**options)
        self.ball.choices = [SelectChoice(str(n), str(n)) for n in range(1, count + 1)]


class PanelForm(Form):
    """Look for a panel by its number; a plain GET form."""

    class Meta(Form.Meta):
        """A search changes nothing."""

        csrf = False

    panel = IntegerField(_l("위원회 번호"), validators=[Optional(), NumberRange(0, 9_999)])
    page = IntegerField(validators=[Optional(), NumberRange(1, 1_000)])


class NumberForm(Form):
    """Look for a candidate number; a plain GET form."""

    class Meta(Form.Meta):
        """A search changes nothing."""

        csrf = False

    number = StringField(_l("후보 번호"), validators=[InputRequired(REQUIRED), Length(1, 12)])
