"""Forms of the discussion."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app.discussion.rules import ARGUMENT_MAX, COMMENT_MAX, REASON_NAMES, SIDE_NAMES, Verdict
from app.web.forms import REQUIRED, Form, OnceForm

LENGTH = _l("글자 수를 확인해 주세요.")


class ArgumentForm(OnceForm):
    """Add a thought."""

    side = RadioField(
        _l("어느 칸에 놓을까요?"),
        choices=[SelectChoice(side.value, _l(name)) for side, name in SIDE_NAMES.items()],
        validators=[InputRequired(_l("칸을 골라 주세요."))],
    )
    text = StringField(_l("한 가지만"), validators=[InputRequired(REQUIRED), Length(5, ARGUMENT_MAX, LENGTH)])


class CommentForm(OnceForm):
    """Write a comment, or an answer to one."""

    answers = HiddenField()
    text = TextAreaField(_l("하고 싶은 말"), validators=[InputRequired(REQUIRED), Length(2, COMMENT_MAX, LENGTH)])


class ReportForm(Form):
    """Tell the moderators about a text."""

    reason = RadioField(
        _l("무엇이 문제인가요?"),
        choices=[SelectChoice(reason.value, _l(name)) for reason, name in REASON_NAMES.items()],
        validators=[InputRequired(_l("까닭을 골라 주세요."))],
    )
    note = StringField(_l("덧붙일 말"), validators=[Optional(), Length(max=300)])


class DecisionForm(Form):
    """Decide about a reported text."""

    verdict = HiddenField(validators=[InputRequired(REQUIRED)])
    reason = SelectField(
        _l("가리는 까닭"),
        choices=[SelectChoice("", _l("고르세요"))]
        + [SelectChoice(reason.value, _l(name)) for reason, name in REASON_NAMES.items()],
        validators=[Optional()],
    )
    explanation = StringField(_l("누구나 읽을 설명"), validators=[Optional(), Length(max=300)])

    def wanted(self) -> Verdict | None:
        """Return which button was pressed."""
        return Verdict(self.verdict.data) if self.verdict.data in set(Verdict) else None
