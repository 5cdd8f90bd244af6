"""Forms of drafting."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.plan.rules import FUND_SOURCE_NAMES
from app.web.fields import WonField
from app.web.forms import REQUIRED, Form, OnceForm, VersionedForm

TOO_SHORT = _l("조금 더 적어 주세요.")
SOURCES = [SelectChoice(s.value, _l(name)) for s, name in FUND_SOURCE_NAMES.items()]


class AssignForm(VersionedForm):
    """Say who drafts an item."""

    committee = SelectField(_l("맡은 분과"), coerce=int, default=0)
    person = SelectField(_l("쓰는 사람"), coerce=int, default=0)
    due_on = DateField(_l("언제까지"), validators=[Optional()])
    site = StringField(_l("어디에서 하나요?"), validators=[Optional(), Length(max=120)])
    site_note = TextAreaField(_l("같은 자리의 다른 사업과 어떻게 맞추나요?"), validators=[Optional(), Length(max=2000)])


class CostsBase(VersionedForm):
    """The estimate of an item; the rows are added by `costs_form`."""


def costs_form(rows: int, years: list[int]) -> type[CostsBase]:
    """Return the form of an estimate with so many rows: name, unit, quantity, price, source and year of each."""
    fields: dict[str, object] = {}
    for n in range(1, rows + 1):
        fields[f"name_{n}"] = StringField(_l("무엇"), validators=[Optional(), Length(max=80)])
        fields[f"unit_{n}"] = StringField(_l("세는 단위"), validators=[Optional(), Length(max=20)])
        fields[f"quantity_{n}"] = StringField(_l("수량"), validators=[Optional(), Length(max=14)])
        fields[f"price_{n}"] = WonField(_l("단가(원)"), validators=[Optional()])
        fields[f"source_{n}"] = SelectField(_l("재원"), choices=SOURCES)
        fields[f"year_{n}"] = SelectField(
            _l("연도"), coerce=int, choices=[SelectChoice(year, str(year)) for year in years], default=years[0]
        )
    return type("CostsForm", (CostsBase,), fields)


class NoteForm(OnceForm):
    """A word of the council about an item."""

    text = TextAreaField(_l("적을 말"), validators=[InputRequired(REQUIRED), Length(2, 2000, TOO_SHORT)])
    shown = SelectField(
        _l("누가 보나요?"),
        choices=[
            SelectChoice("drafters", _l("계획을 쓰는 사람만(쪽지)")),
            SelectChoice("everybody", _l("누구나(위원의 의견)")),
        ],
    )


class AmendmentForm(OnceForm):
    """Suggest other words."""

    title = StringField(_l("사업 이름"), validators=[InputRequired(REQUIRED), Length(3, 80, TOO_SHORT)])
    body = TextAreaField(_l("무엇을 어떻게 하나요?"), validators=[InputRequired(REQUIRED), Length(20, 8000, TOO_SHORT)])
    reason = StringField(_l("왜 고치나요?"), validators=[InputRequired(REQUIRED), Length(5, 300, TOO_SHORT)])


class DecideAmendmentForm(VersionedForm):
    """Take a suggested change, or leave it."""

    take = HiddenField()
    answer = StringField(_l("받아들이지 않는 까닭"), validators=[Optional(), Length(max=1000)])


class AlternativeForm(OnceForm):
    """Write down another way."""

    title = StringField(_l("다른 방법"), validators=[InputRequired(REQUIRED), Length(3, 80, TOO_SHORT)])
    body = TextAreaField(
        _l("어떻게 하는 방법인가요?"), validators=[InputRequired(REQUIRED), Length(10, 4000, TOO_SHORT)]
    )
    cost_won = WonField(_l("비용(원)"), validators=[InputRequired(REQUIRED), NumberRange(1, 10**13)])
    why_not = TextAreaField(
        _l("왜 이 방법이 아닌가요?"), validators=[InputRequired(REQUIRED), Length(10, 2000, TOO_SHORT)]
    )


class ChapterForm(VersionedForm):
    """Write one of the seven contents."""

    body = TextAreaField(_l("내용"), validators=[Optional(), Length(max=20_000)])


class EnvelopeForm(Form):
    """Say how much a source offers."""

    source = SelectField(_l("재원"), choices=SOURCES)
    year = IntegerField(_l("연도"), validators=[InputRequired(REQUIRED)])
    amount_won = WonField(_l("쓸 수 있는 돈(원)"), validators=[InputRequired(REQUIRED)])


class AdoptionForm(Form):
    """Tie a frozen version to the council's decision."""

    item = SelectField(_l("어느 의결인가요?"), coerce=int, validators=[InputRequired(REQUIRED)])
