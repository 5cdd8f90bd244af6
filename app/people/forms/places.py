"""Forms that staff fill in about others: roles, invitations, verification at the counter, the voter roll."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateField, HiddenField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app.web.forms import REQUIRED, Form, VersionedForm

NEEDED = InputRequired(REQUIRED)
_SHORT = Length(max=80, message=_l("너무 깁니다."))
_LONG = Length(max=254, message=_l("너무 깁니다."))


class GrantForm(Form):
    """A role for an account that exists. The view gives ``role`` its choices."""

    role = SelectField(_l("역할"), validators=[NEEDED])
    contact = StringField(_l("그 사람의 이메일 또는 휴대전화 번호"), validators=[NEEDED, _LONG])
    department = StringField(_l("부서"), validators=[Optional(), _SHORT])
    last_day = DateField(_l("마지막 날"), validators=[Optional()])


class InviteForm(Form):
    """A role for somebody by mail."""

    role = SelectField(_l("역할"), validators=[NEEDED])
    email = StringField(_l("이메일"), validators=[NEEDED, _LONG])
    department = StringField(_l("부서"), validators=[Optional(), _SHORT])


class CounterForm(Form):
    """Who stands at the counter."""

    contact = StringField(_l("그 사람의 이메일 또는 휴대전화 번호"), validators=[NEEDED, _LONG])


class SawIdForm(Form):
    """That an ID was looked at."""

    person = HiddenField(validators=[NEEDED])
    saw_id = BooleanField(
        _l("신분증을 직접 보았고, 화면의 이름과 생년월일이 같습니다. 신분증은 적거나 복사하지 않았습니다.")
    )


class OpenRollForm(Form):
    """A new roll."""

    title = StringField(_l("명부 이름"), validators=[NEEDED, _SHORT])


class UploadForm(Form):
    """A file for a roll."""

    file = FileField(_l("명부 파일(CSV 또는 XLSX)"), validators=[FileRequired(_l("파일을 골라 주세요."))])


class TakeForm(Form):
    """What to do with people who appear twice."""

    twins = RadioField(
        _l("두 번 나오는 사람"),
        choices=[
            SelectChoice("once", _l("같은 사람으로 보고 한 번만 올립니다")),
            SelectChoice("all", _l("이름과 생년월일이 같은 다른 사람들입니다. 모두 올립니다")),
        ],
        validators=[Optional()],
    )


class FreezeForm(VersionedForm):
    """The day of the assembly."""

    on = DateField(_l("총회 날(나이를 세는 날)"), validators=[NEEDED])


class FindEntryForm(Form):
    """Whom to look for on a roll."""

    name = StringField(_l("이름"), validators=[NEEDED, Length(max=60, message=_l("너무 깁니다."))])
    birth_date = DateField(_l("생년월일"), validators=[NEEDED])


class ReasonForm(Form):
    """A download, with its reason."""

    reason = StringField(_l("내려받는 까닭"), validators=[NEEDED, Length(max=300, message=_l("너무 깁니다."))])
