"""Forms of the public inspection."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateField, HiddenField, RadioField, SelectField, StringField, TextAreaField
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


class StaffOpinionForm(OnceForm, OpinionWordsForm):
    """Enter an opinion that came another way."""

    channel = RadioField(
        _l("어떻게 받았나요?"),
        choices=[SelectChoice(c.value, _l(name)) for c, name in CHANNEL_NAMES.items() if c is not Channel.ONLINE],
        validators=[InputRequired(REQUIRED)],
    )
    received_on = DateField(_l("받은 날"), validators=[Optional()])
    contact = StringField(_l("답변을 받을 메일 주소"), validators=[Optional(), Length(max=254)])


class EditOpinionForm(VersionedForm, OpinionWordsForm):
    """Change one's opinion."""


class ReleaseForm(VersionedForm):
    """Publish an opinion, with personal data taken out."""

    public_text = TextAreaField(_l("모두가 읽을 글"), validators=[InputRequired(REQUIRED)])


class SeenForm(Form):
    """Publish the opinions of a list that somebody has read."""

    seen = HiddenField(validators=[InputRequired(REQUIRED)])


class AnswerForm(VersionedForm):
    """Answer an opinion."""

    result = RadioField(
        _l("처리"),
        choices=[SelectChoice(r.value, _l(name)) for r, name in RESULT_NAMES.items()],
        validators=[InputRequired(REQUIRED)],
    )
    reason = TextAreaField(_l("답변과 까닭"), validators=[InputRequired(REQUIRED), Length(max=4000)])
    change = TextAreaField(_l("계획에서 바뀌는 곳"), validators=[Optional(), Length(max=2000)])
    change_section = SelectField(_l("바뀌는 부분"), coerce=int, default=0)
    unit = StringField(_l("답하는 곳"), validators=[InputRequired(REQUIRED), Length(max=60)])


class CorrectForm(AnswerForm):
    """Correct a confirmed answer."""

    why = TextAreaField(_l("바로잡는 까닭"), validators=[InputRequired(REQUIRED), Length(max=2000)])


class GroupForm(Form):
    """Group identical opinions."""

    opinions = HiddenField(validators=[InputRequired(REQUIRED)])
    title = StringField(_l("묶음의 이름"), validators=[InputRequired(REQUIRED), Length(max=120)])


class AnnounceForm(VersionedForm):
    """Write what is announced."""

    legal_basis = StringField(_l("근거"), validators=[InputRequired(REQUIRED), Length(max=200)])
    receiving_unit = StringField(_l("의견을 받는 곳"), validators=[InputRequired(REQUIRED), Length(max=80)])
    reading_places = TextAreaField(_l("종이로 볼 수 있는 곳"), validators=[InputRequired(REQUIRED), Length(max=1000)])
    contact = StringField(_l("주소, 팩스, 전화"), validators=[Optional(), Length(max=200)])


class ExtendForm(VersionedForm):
    """Prolong an inspection."""

    last_day = DateField(_l("새로 끝나는 날"), validators=[InputRequired(REQUIRED)])
    reason = TextAreaField(_l("늘리는 까닭"), validators=[InputRequired(REQUIRED), Length(max=1000)])


class ConcludeForm(VersionedForm):
    """Conclude the inspection, or begin another one."""

    reason = TextAreaField(_l("까닭"), validators=[Optional(), Length(max=2000)])


class OpinionFileForm(Form):
    """Add a file to one's opinion."""

    file = FileField(_l("사진이나 파일"), validators=[FileRequired(_l("파일을 골라 주세요."))])
    text = StringField(_l("무엇인가요?"), validators=[InputRequired(REQUIRED), Length(max=200)])
