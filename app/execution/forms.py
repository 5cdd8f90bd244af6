"""Forms of execution."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app.execution.rules import KIND_NAMES, EntryKind
from app.web.fields import WonField
from app.web.forms import REQUIRED, Form, OnceForm, VersionedForm

TOO_SHORT = _l("조금 더 적어 주세요.")
ENTERABLE = (EntryKind.CHANGED, EntryKind.CONTRACTED, EntryKind.PAID, EntryKind.RETURNED)


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
    memo = StringField(_l("무엇에 썼나요?"), validators=[InputRequired(REQUIRED), Length(2, 200, TOO_SHORT)])
    document = FileField(_l("증빙 서류"), validators=[Optional()])


class TakeBackForm(OnceForm):
    """Take a wrong line back."""

    number = SelectField(_l("어느 줄을 바로잡나요?"), coerce=int)
    memo = StringField(_l("바로잡는 까닭"), validators=[InputRequired(REQUIRED), Length(5, 200, TOO_SHORT)])


class UpdateForm(OnceForm):
    """Post news."""

    text = TextAreaField(_l("소식"), validators=[InputRequired(REQUIRED), Length(5, 4000, TOO_SHORT)])
    photo = FileField(_l("사진"), validators=[Optional()])
    photo_text = StringField(_l("사진에 무엇이 보이나요?"), validators=[Optional(), Length(max=200)])


class CompleteForm(VersionedForm):
    """Complete a project."""


class CancelForm(VersionedForm):
    """Give a project up."""

    reason = TextAreaField(_l("그만두는 까닭"), validators=[InputRequired(REQUIRED), Length(10, 2000, TOO_SHORT)])


class EvaluationForm(Form):
    """Rate a finished project."""

    rating = RadioField(
        _l("어떠셨나요?"),
        choices=[
            SelectChoice("5", _l("아주 좋아요")),
            SelectChoice("4", _l("좋아요")),
            SelectChoice("3", _l("보통이에요")),
            SelectChoice("2", _l("아쉬워요")),
            SelectChoice("1", _l("많이 아쉬워요")),
        ],
        validators=[InputRequired(REQUIRED)],
    )
    words = TextAreaField(_l("하고 싶은 말"), validators=[Optional(), Length(max=2000)])
