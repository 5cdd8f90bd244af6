"""Forms of the department review."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, EmailField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.plan.rules import VERDICT_NAMES, Verdict
from app.review.rules import CHECK_NAMES, CHECK_STATE_NAMES, CRITERION_NAMES, Check, CheckState, Criterion, Finding
from app.web.fields import WonField
from app.web.forms import REQUIRED, Form, OnceForm, VersionedForm


class AskForm(Form):
    """Ask one or several departments."""

    reviewers = SelectMultipleField(
        _l("부서 담당자"),
        coerce=int,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validators=[InputRequired(_l("물어볼 부서를 하나 이상 골라 주세요."))],
    )
    due_on = DateField(_l("언제까지"), validators=[InputRequired(REQUIRED)])


class InviteForm(Form):
    """Ask a department by its e-mail address."""

    email = EmailField(_l("부서의 메일 주소"), validators=[InputRequired(REQUIRED), Length(max=254)])
    department = StringField(_l("부서 이름"), validators=[InputRequired(REQUIRED), Length(2, 60)])
    due_on = DateField(_l("언제까지"), validators=[InputRequired(REQUIRED)])


class FindingsForm(VersionedForm):
    """Answer a review, criterion by criterion: fields ``verdict_…``, ``reason_…``, ``law_…`` of each are added below."""

    condition = TextAreaField(_l("조건"), validators=[Optional(), Length(max=2000)])
    corrected_cost_won = WonField(_l("다시 셈한 비용(원)"), validators=[Optional(), NumberRange(min=1)])

    def findings(self) -> list[Finding]:
        """Return what was said of every criterion."""
        return [
            Finding(
                code,
                Verdict(self[f"verdict_{code.value}"].data),
                self[f"reason_{code.value}"].data or "",
                self[f"law_{code.value}"].data or "",
            )
            for code in Criterion
        ]


for _code in Criterion:
    setattr(
        FindingsForm,
        f"verdict_{_code.value}",
        RadioField(
            _l(CRITERION_NAMES[_code]),
            choices=[SelectChoice(v.value, _l(name)) for v, name in VERDICT_NAMES.items()],
            validators=[InputRequired(REQUIRED)],
        ),
    )
    setattr(
        FindingsForm,
        f"reason_{_code.value}",
        TextAreaField(_l("까닭"), validators=[Optional(), Length(max=2000)]),
    )
    setattr(FindingsForm, f"law_{_code.value}", StringField(_l("근거 법령"), validators=[Optional(), Length(max=100)]))


class QuestionForm(VersionedForm):
    """Ask back before answering."""

    question = TextAreaField(
        _l("무엇을 고치거나 알려 드릴까요?"), validators=[InputRequired(REQUIRED), Length(max=2000)]
    )


class ReplyForm(Form):
    """Answer a department's question."""

    reply = TextAreaField(_l("무엇을 고쳤나요?"), validators=[InputRequired(REQUIRED), Length(max=2000)])


class ObjectForm(Form):
    """Object to a verdict."""

    grounds = TextAreaField(_l("왜 다시 보아야 하나요?"), validators=[InputRequired(REQUIRED), Length(max=4000)])


class DecideForm(VersionedForm):
    """Decide an objection."""

    upheld = RadioField(
        _l("어떻게 정하나요?"),
        choices=[
            SelectChoice("yes", _l("이의를 받아들여 다시 검토합니다")),
            SelectChoice("no", _l("받아들이지 않습니다")),
        ],
        validators=[InputRequired(REQUIRED)],
    )
    reason = TextAreaField(_l("그렇게 정한 까닭"), validators=[InputRequired(REQUIRED), Length(max=4000)])


class NoteForm(OnceForm):
    """Leave a private comment."""

    text = TextAreaField(_l("안에서만 보는 메모"), validators=[InputRequired(REQUIRED), Length(max=4000)])


class ChecklistForm(Form):
    """The thirteen items: fields ``state_…`` and ``note_…`` of each are added below."""

    def states(self) -> dict[Check, tuple[CheckState, str]]:
        """Return what was chosen for every item."""
        return {
            code: (CheckState(self[f"state_{code.value}"].data), self[f"note_{code.value}"].data or "")
            for code in Check
        }


for _check in Check:
    setattr(
        ChecklistForm,
        f"state_{_check.value}",
        SelectField(
            _l(CHECK_NAMES[_check]),
            choices=[
                SelectChoice("", _l("고르기")),
                *(SelectChoice(s.value, _l(n)) for s, n in CHECK_STATE_NAMES.items()),
            ],
            validators=[InputRequired(REQUIRED)],
        ),
    )
    setattr(ChecklistForm, f"note_{_check.value}", StringField(_l("비고"), validators=[Optional(), Length(max=500)]))
