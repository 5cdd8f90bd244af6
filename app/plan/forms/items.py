"""Forms of the plan."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from app.plan.rules import FUND_SOURCE_NAMES
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


class FreezeForm(VersionedForm):
    """Freeze a version; the number of sections is repeated so that nobody freezes blindly."""

    sections = IntegerField(_l("계획에 담긴 사업 수를 적어 확인해 주세요"), validators=[InputRequired(REQUIRED)])


class ThawForm(VersionedForm):
    """Take a frozen version back."""

    item = SelectField(_l("주민자치회가 부결한 안건"), coerce=int, default=0)
    reason = TextAreaField(_l("푸는 까닭"), validators=[InputRequired(REQUIRED), Length(10, 2000, TOO_SHORT)])
