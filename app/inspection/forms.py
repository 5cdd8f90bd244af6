"""Forms of the public inspection."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app.inspection.rules import CHANNEL_NAMES, RESULT_NAMES, STANCE_NAMES, Channel
from app.web.forms import REQUIRED, Form, OnceForm, VersionedForm


class OpinionWordsForm(Form):
    """What an opinion says. Its length is judged by the rules, so that the message can say how long it was."""

    section = SelectField(_l("어느 부분인가요?"), coerce=int)
    stance = RadioField(
        _l("어떻게 생각하시나요?"),
        choices=[SelectChoice(s.value, _l(name)) for s, name in STANCE_NAMES.items()],
        validators=[InputRequired(REQUIRED)],
    )
    text = TextAreaField(_l("의견"), validators=[InputRequired(REQUIRED)])


class OpinionForm(OnceForm, OpinionWordsForm):
    """Say something about a plan."""

    wants_notice = BooleanField(_l("답변이 나오면 알려 주세요"), default=True)


class StaffOpinionForm(OpinionForm):
    """Enter an opinion that came another way."""

    channel = RadioField(
        _l("어떻게 받았나요?"),
        choices=[SelectChoice(c.value, _l(name)) for c, name in CHANNEL_NAMES.items() if c is not Channel.ONLINE],
        validators=[InputRequired(REQUIRED)],
    )


class EditOpinionForm(VersionedForm, OpinionWordsForm):
    """Change one's opinion."""


class AnswerForm(VersionedForm):
    """Answer an opinion."""

    result = RadioField(
        _l("처리"),
        choices=[SelectChoice(r.value, _l(name)) for r, name in RESULT_NAMES.items()],
        validators=[InputRequired(REQUIRED)],
    )
    reason = TextAreaField(_l("답변과 까닭"), validators=[InputRequired(REQUIRED), Length(max=4000)])
    change = TextAreaField(_l("계획에서 바뀌는 곳"), validators=[Optional(), Length(max=2000)])
    unit = StringField(_l("답하는 곳"), validators=[InputRequired(REQUIRED), Length(max=60)])


class ConcludeForm(VersionedForm):
    """Conclude the inspection."""
