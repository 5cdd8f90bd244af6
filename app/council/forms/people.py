"""Forms of members, officers, committees and appointments."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.council.rules.calls import SEX_LABELS
from app.council.rules.membership import AGE_BANDS, BY_CLERK, END_REASON_NAMES, OFFICE_NAMES, EndReason
from app.web.forms import REQUIRED, Form, OnceForm, VersionedForm

NEEDED = InputRequired(REQUIRED)
SHORT = _l("조금 더 적어 주세요.")


class FoundCouncilForm(Form):
    """Found a council with the term that runs or comes next."""

    founded_on = DateField(_l("자치회를 세운 날"), validators=[NEEDED])
    seats = IntegerField(_l("위원 수"), validators=[NEEDED, NumberRange(1, 200)])
    term_number = IntegerField(
        _l("지금(또는 다음) 임기는 몇 기인가요?"), default=1, validators=[NEEDED, NumberRange(1, 50)]
    )
    term_starts_on = DateField(_l("그 임기가 시작하는 날"), validators=[NEEDED])


class NextTermForm(Form):
    """Plan the next term."""

    seats = IntegerField(_l("위원 수"), validators=[NEEDED, NumberRange(1, 200)])


class EnterMemberForm(Form):
    """Enter a sitting member."""

    name = StringField(_l("위원 이름"), validators=[NEEDED, Length(2, 40, SHORT)])
    track = StringField(_l("어떤 길로 위원이 되었나요?"), validators=[Optional(), Length(max=40)])
    sex = SelectField(
        _l("성별"),
        choices=[SelectChoice("", _l("적지 않음"))]
        + [SelectChoice(code, _l(name)) for code, name in SEX_LABELS.items()],
    )
    age_band = SelectField(
        _l("나이대"),
        choices=[SelectChoice("", _l("적지 않음"))] + [SelectChoice(band, _l(band)) for band in AGE_BANDS],
    )
    area = StringField(_l("구역"), validators=[Optional(), Length(max=40)])
    contact = StringField(_l("계정의 이메일이나 휴대전화 번호"), validators=[Optional(), Length(max=254)])


class OfficeForm(Form):
    """Note who was chosen for an office."""

    office = SelectField(_l("맡은 일"), choices=[SelectChoice(o.value, _l(name)) for o, name in OFFICE_NAMES.items()])
    elected_on = DateField(_l("뽑힌 날"), validators=[NEEDED])
    how = StringField(_l("어떻게 뽑았나요?"), validators=[Optional(), Length(max=200)])


class EndMemberForm(VersionedForm):
    """Note that a member has left."""

    reason = SelectField(
        _l("그만둔 까닭"),
        choices=[SelectChoice(r.value, _l(END_REASON_NAMES[r])) for r in EndReason if r in BY_CLERK],
    )


class CommitteeForm(Form):
    """Found a committee."""

    name = StringField(_l("분과 이름"), validators=[NEEDED, Length(2, 40, SHORT)])
    purpose = TextAreaField(_l("하는 일"), validators=[Optional(), Length(max=300)])


class JoinForm(Form):
    """Put a council member into a committee."""

    member = SelectField(_l("위원"), coerce=int)
    is_chair = BooleanField(_l("분과위원장입니다"))


class AppointForm(VersionedForm):
    """Appoint a list."""

    starts_on = DateField(_l("위촉하는 날"), validators=[NEEDED])


class ReasonForm(Form):
    """Say publicly why."""

    reason = TextAreaField(_l("까닭"), validators=[NEEDED, Length(5, 300, SHORT)])


class VersionedReasonForm(VersionedForm):
    """Say publicly why, about a row that two people may edit."""

    reason = TextAreaField(_l("까닭"), validators=[NEEDED, Length(5, 300, SHORT)])


class DismissalForm(OnceForm):
    """Propose to dismiss a member; the choices of grounds are set by the view."""

    grounds = SelectField(_l("무엇 때문인가요?"))
    text = TextAreaField(_l("무슨 일이 있었나요?"), validators=[NEEDED, Length(20, 3000, SHORT)])


class StatementForm(Form):
    """What the member concerned says."""

    text = TextAreaField(_l("하실 말씀"), validators=[NEEDED, Length(5, 3000, SHORT)])


class HeadAnswerForm(VersionedForm):
    """The head's answer to a requested dismissal."""

    decision = SelectField(
        _l("결정"), choices=[SelectChoice("dismiss", _l("해촉합니다")), SelectChoice("refuse", _l("해촉하지 않습니다"))]
    )
    reason = TextAreaField(_l("까닭"), validators=[NEEDED, Length(5, 300, SHORT)])
