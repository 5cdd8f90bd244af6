"""Forms of the plan."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.plan.rules import FUND_SOURCE_NAMES, VERDICT_NAMES
from app.web.fields import WonField
from app.web.forms import REQUIRED, Form, OnceForm, VersionedForm

TOO_SHORT = _l("조금 더 적어 주세요.")


class ItemWordsForm(Form):
    """What an item says."""

    title = StringField(_l("사업 이름"), validators=[InputRequired(REQUIRED), Length(3, 80, TOO_SHORT)])
    body = TextAreaField(_l("무엇을 어떻게 하나요?"), validators=[InputRequired(REQUIRED), Length(20, 8000, TOO_SHORT)])
    cost_won = WonField(_l("비용(원)"), validators=[InputRequired(REQUIRED)])
    fund_source = SelectField(
        _l("재원"), choices=[SelectChoice(s.value, _l(name)) for s, name in FUND_SOURCE_NAMES.items()]
    )
    unit = StringField(_l("맡을 곳"), validators=[InputRequired(REQUIRED), Length(2, 60, TOO_SHORT)])


class NewItemForm(OnceForm, ItemWordsForm):
    """Take proposals into the plan."""

    proposals = SelectMultipleField(
        _l("어느 의제에서 왔나요?"),
        coerce=int,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validators=[InputRequired(_l("의제를 하나 이상 골라 주세요."))],
    )


class EditItemForm(VersionedForm, ItemWordsForm):
    """Change an item."""


class DropItemForm(VersionedForm):
    """Take an item out of the plan."""

    reason = TextAreaField(_l("빼는 까닭"), validators=[InputRequired(REQUIRED), Length(10, 2000, TOO_SHORT)])


class RequestReviewForm(Form):
    """Ask a department."""

    reviewer = SelectField(_l("부서 담당자"), coerce=int, validators=[InputRequired(REQUIRED)])
    department = StringField(_l("부서 이름"), validators=[InputRequired(REQUIRED), Length(2, 60, TOO_SHORT)])
    due_on = DateField(_l("언제까지"), validators=[InputRequired(REQUIRED)])


class AnswerReviewForm(VersionedForm):
    """Answer a review."""

    verdict = RadioField(
        _l("할 수 있는 사업인가요?"),
        choices=[SelectChoice(v.value, _l(name)) for v, name in VERDICT_NAMES.items()],
        validators=[InputRequired(REQUIRED)],
    )
    reason = TextAreaField(_l("까닭"), validators=[Optional(), Length(max=4000)])
    condition = TextAreaField(_l("조건"), validators=[Optional(), Length(max=2000)])
    law = StringField(_l("근거 법령"), validators=[Optional(), Length(max=200)])
    corrected_cost_won = WonField(_l("다시 셈한 비용(원)"), validators=[Optional(), NumberRange(min=1)])


class FreezeForm(VersionedForm):
    """Freeze a version; the number of sections is repeated so that nobody freezes blindly."""

    sections = IntegerField(_l("계획에 담긴 사업 수를 적어 확인해 주세요"), validators=[InputRequired(REQUIRED)])
