"""Forms of the observatory."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app.observatory.rules import CHECKLIST, MARK_NAMES, Mark
from app.web.forms import REQUIRED, OnceForm, VersionedForm

TOO_SHORT = _l("조금 더 적어 주세요.")
MARKS = [SelectChoice(mark.value, _l(MARK_NAMES[mark])) for mark in Mark]


class AlertForm(VersionedForm):
    """Why a figure is out of bounds, and what is done about it."""

    text = TextAreaField(_l("까닭과 할 일"), validators=[InputRequired(REQUIRED), Length(max=2000)])


class VisitForm(OnceForm):
    """What a visit saw; the questions of the list stand between the day and the words (`visit_form`)."""

    visited_on = DateField(_l("찾아간 날"), validators=[InputRequired(REQUIRED)])
    team = StringField(_l("누가 찾아갔나요?"), validators=[InputRequired(REQUIRED), Length(2, 80, TOO_SHORT)])
    project_id = SelectField(_l("무엇을 보았나요?"), coerce=int)

    @property
    def marks(self) -> dict[str, str]:
        """Question to mark."""
        return {question: self[question].data for question in CHECKLIST}


def visit_form(projects: list[tuple[int, str]], **values: Any) -> VisitForm:
    """Return the form of a visit with one question a line of the list, and the projects to choose from."""
    fields: dict[str, Any] = {
        question: RadioField(_l(sentence), choices=MARKS, validators=[InputRequired(REQUIRED)])
        for question, sentence in CHECKLIST.items()
    }
    fields["summary"] = TextAreaField(_l("본 것"), validators=[InputRequired(REQUIRED), Length(10, 4000, TOO_SHORT)])
    form: VisitForm = type("FullVisitForm", (VisitForm,), fields)(**values)
    form.project_id.choices = [
        SelectChoice(0, _l("동네의 한 해 모두")),
        *(SelectChoice(number, title) for number, title in projects),
    ]
    return form


class FindingForm(OnceForm):
    """Something that must be put right."""

    text = TextAreaField(_l("무엇을 고쳐야 하나요?"), validators=[InputRequired(REQUIRED), Length(10, 2000, TOO_SHORT)])
    due_on = DateField(_l("언제까지 답해야 하나요?"), validators=[InputRequired(REQUIRED)])


class FindingAnswerForm(VersionedForm):
    """What was put right."""

    text = TextAreaField(_l("어떻게 고쳤나요?"), validators=[InputRequired(REQUIRED), Length(10, 2000, TOO_SHORT)])


class JudgeForm(VersionedForm):
    """Whether an answer is enough."""

    accepted = RadioField(
        _l("답이 충분한가요?"),
        choices=[SelectChoice("yes", _l("네, 정리합니다")), SelectChoice("no", _l("아니요, 다시 답해 주세요"))],
        validators=[InputRequired(REQUIRED)],
    )
    remark = TextAreaField(_l("덧붙임"), validators=[Optional(), Length(max=2000)])
