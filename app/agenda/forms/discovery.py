"""Forms around a proposal: files, questions to its authors, dividing, hiding, calls, invitations, tasks."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.agenda.forms.proposals import TOO_SHORT
from app.agenda.rules import BODY_MAX, FIELD_NAMES, TITLE_MAX
from app.agenda.rules.joining import HIDE_REASON_NAMES, MOST_PARTS
from app.web.fields import WonField
from app.web.forms import REQUIRED, Form, OnceForm, VersionedForm

FIELD_CHOICES = [SelectChoice(f.value, _l(name)) for f, name in FIELD_NAMES.items()]


class FileForm(Form):
    """Add a file."""

    file = FileField(_l("사진이나 파일"), validators=[FileRequired(_l("파일을 골라 주세요."))])
    text = StringField(_l("무엇인가요?"), validators=[InputRequired(REQUIRED), Length(5, 200, TOO_SHORT)])


class AnswerAskForm(VersionedForm):
    """Answer what the council asks."""

    agrees = RadioField(
        _l("동의하시나요?"),
        choices=[SelectChoice("yes", _l("동의합니다")), SelectChoice("no", _l("동의하지 않습니다"))],
        validators=[InputRequired(REQUIRED)],
    )
    text = TextAreaField(_l("하고 싶은 말"), validators=[Optional(), Length(max=1000)])


class UnmergeForm(VersionedForm):
    """Take a joined proposal apart again."""

    reason = TextAreaField(_l("다시 나누는 까닭"), validators=[InputRequired(REQUIRED), Length(10, 2000, TOO_SHORT)])


def split_form() -> type[VersionedForm]:
    """Return the form that divides a proposal: title, text, field and place for each of up to five parts."""
    fields: dict[str, object] = {
        "reason": TextAreaField(_l("나누는 까닭"), validators=[InputRequired(REQUIRED), Length(10, 2000, TOO_SHORT)])
    }
    for number in range(1, MOST_PARTS + 1):
        needed = [InputRequired(REQUIRED)] if number <= 2 else [Optional()]  # noqa: PLR2004 - the two that must be
        fields[f"part_{number}_title"] = StringField(_l("제목"), validators=[*needed, Length(5, TITLE_MAX, TOO_SHORT)])
        fields[f"part_{number}_body"] = TextAreaField(
            _l("왜 필요한가요?"), validators=[*needed, Length(20, BODY_MAX, TOO_SHORT)]
        )
        fields[f"part_{number}_field"] = SelectField(_l("어떤 일인가요?"), choices=FIELD_CHOICES)
        fields[f"part_{number}_where"] = StringField(_l("어디인가요?"), validators=[Optional(), Length(max=120)])
    return type("SplitForm", (VersionedForm,), fields)


class HideForm(VersionedForm):
    """Hide a proposal."""

    why = RadioField(
        _l("왜 가리나요?"),
        choices=[SelectChoice(r.value, _l(name)) for r, name in HIDE_REASON_NAMES.items()],
        validators=[InputRequired(REQUIRED)],
    )
    note = StringField(_l("누구나 읽을 설명"), validators=[InputRequired(REQUIRED), Length(10, 300, TOO_SHORT)])


class ShowAgainForm(VersionedForm):
    """Show a hidden proposal again."""

    note = StringField(_l("누구나 읽을 설명"), validators=[InputRequired(REQUIRED), Length(10, 300, TOO_SHORT)])


class CallForm(OnceForm):
    """Announce a call for proposals."""

    title = StringField(_l("공모 이름"), validators=[InputRequired(REQUIRED), Length(5, 80, TOO_SHORT)])
    text = TextAreaField(_l("어떤 의제를 찾나요?"), validators=[InputRequired(REQUIRED), Length(20, 4000, TOO_SHORT)])
    opens_on = DateField(_l("받기 시작하는 날"), validators=[InputRequired(REQUIRED)])
    closes_on = DateField(_l("마지막 날"), validators=[InputRequired(REQUIRED)])
    max_won = WonField(_l("한 사업의 한도(원)"), validators=[InputRequired(REQUIRED), NumberRange(1, 10**12)])
    envelope_won = WonField(_l("모두 합한 예산(원)"), validators=[Optional(), NumberRange(1, 10**13)])
    per_person = IntegerField(_l("한 사람이 낼 수 있는 수"), validators=[InputRequired(REQUIRED), NumberRange(1, 20)])
    only_groups = BooleanField(_l("소모임만 낼 수 있습니다"))
    fields = SelectMultipleField(
        _l("찾는 분야"),
        choices=FIELD_CHOICES,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validators=[Optional()],
    )


class CancelCallForm(VersionedForm):
    """Call a call off."""

    reason = TextAreaField(_l("취소하는 까닭"), validators=[InputRequired(REQUIRED), Length(10, 300, TOO_SHORT)])


class InviteOfficeForm(Form):
    """Invite an office to a meeting."""

    officer = SelectField(_l("부서 담당자"), coerce=int, validators=[InputRequired(REQUIRED)])
    office = StringField(_l("부서 이름"), validators=[InputRequired(REQUIRED), Length(2, 60, TOO_SHORT)])


class AnswerInvitationForm(VersionedForm):
    """Say whether the office comes."""

    comes = RadioField(
        _l("오시나요?"),
        choices=[SelectChoice("yes", _l("갑니다")), SelectChoice("no", _l("가지 못합니다"))],
        validators=[InputRequired(REQUIRED)],
    )
    text = TextAreaField(_l("주민에게 미리 전할 말"), validators=[Optional(), Length(max=2000)])


class TaskForm(OnceForm):
    """Write down what somebody will do."""

    text = StringField(_l("할 일"), validators=[InputRequired(REQUIRED), Length(5, 300, TOO_SHORT)])
    unit = StringField(_l("누가 하나요?"), validators=[InputRequired(REQUIRED), Length(2, 60, TOO_SHORT)])
    due_on = DateField(_l("언제까지"), validators=[InputRequired(REQUIRED)])
    proposal = SelectField(_l("어느 의제인가요?"), coerce=int, default=0)


class FinishTaskForm(VersionedForm):
    """Say what came of a task."""

    result = StringField(_l("어떻게 되었나요?"), validators=[InputRequired(REQUIRED), Length(5, 2000, TOO_SHORT)])
