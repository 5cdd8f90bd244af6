"""Forms of signing up, signing in, and one's own account."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, HiddenField, PasswordField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app.web.forms import REQUIRED, Form

NEEDED = InputRequired(REQUIRED)
_LONG = Length(max=254, message=_l("너무 깁니다."))
_PASSWORD = Length(max=1000, message=_l("너무 깁니다."))


class SignInForm(Form):
    """A contact and a password."""

    contact = StringField(_l("이메일 또는 휴대전화 번호"), validators=[NEEDED, _LONG])
    password = PasswordField(_l("비밀번호"), validators=[NEEDED, _PASSWORD])
    next = HiddenField()


class SignUpForm(Form):
    """An application for an account."""

    contact = StringField(_l("이메일 또는 휴대전화 번호"), validators=[NEEDED, _LONG])
    password = PasswordField(_l("비밀번호"), validators=[NEEDED, _PASSWORD])
    public_name = StringField(
        _l("다른 사람에게 보일 이름"), validators=[NEEDED, Length(max=40, message=_l("너무 깁니다."))]
    )
    legal_name = StringField(_l("이름"), validators=[NEEDED, Length(max=60, message=_l("너무 깁니다."))])
    birth_date = DateField(_l("생년월일"), validators=[NEEDED])
    home = StringField(_l("사는 동네"), validators=[NEEDED, Length(max=80, message=_l("너무 깁니다."))])
    unit = StringField(_l("통 또는 리"), validators=[Optional(), Length(max=20, message=_l("너무 깁니다."))])
    address = StringField(_l("주소"), validators=[Optional(), Length(max=200, message=_l("너무 깁니다."))])
    agree = BooleanField(
        _l("위에 적은 것을 주민 확인과 연락에만 쓰는 데 동의합니다."),
        validators=[InputRequired(_l("동의하셔야 계정을 만들 수 있습니다."))],
    )
    next = HiddenField()


class CodeForm(Form):
    """A code that was sent or that an app shows."""

    code = StringField(_l("확인 번호"), validators=[NEEDED, Length(max=40, message=_l("너무 깁니다."))])
    next = HiddenField()


class ResetForm(Form):
    """Where to send the code for a new password."""

    contact = StringField(_l("이메일 또는 휴대전화 번호"), validators=[NEEDED, _LONG])


class NewPasswordForm(Form):
    """A new password after a link was opened."""

    new_password = PasswordField(_l("새 비밀번호"), validators=[NEEDED, _PASSWORD])


class ResetCodeForm(NewPasswordForm):
    """A code and a new password."""

    code = StringField(_l("확인 번호"), validators=[NEEDED, Length(max=40, message=_l("너무 깁니다."))])


class ChangePasswordForm(NewPasswordForm):
    """The old password and a new one."""

    current_password = PasswordField(_l("지금 쓰는 비밀번호"), validators=[NEEDED, _PASSWORD])


class OwnPasswordForm(Form):
    """A sensitive act: the password again."""

    current_password = PasswordField(_l("지금 쓰는 비밀번호"), validators=[NEEDED, _PASSWORD])


class NewContactForm(OwnPasswordForm):
    """A contact to add."""

    contact = StringField(_l("이메일 또는 휴대전화 번호"), validators=[NEEDED, _LONG])


class ProfileForm(Form):
    """What somebody says of themselves."""

    public_name = StringField(
        _l("다른 사람에게 보일 이름"), validators=[NEEDED, Length(max=40, message=_l("너무 깁니다."))]
    )
    legal_name = StringField(_l("이름"), validators=[Optional(), Length(max=60, message=_l("너무 깁니다."))])
    birth_date = DateField(_l("생년월일"), validators=[Optional()])
    home = StringField(_l("사는 동네"), validators=[Optional(), Length(max=80, message=_l("너무 깁니다."))])
    unit = StringField(_l("통 또는 리"), validators=[Optional(), Length(max=20, message=_l("너무 깁니다."))])
    address = StringField(_l("주소"), validators=[Optional(), Length(max=200, message=_l("너무 깁니다."))])


class LanguageForm(Form):
    """The language of pages and messages."""

    locale = RadioField(
        _l("언어"), choices=[SelectChoice("ko", "한국어"), SelectChoice("en", "English")], validators=[NEEDED]
    )


class LetterCodeForm(Form):
    """The code of a verification letter."""

    code = StringField(_l("편지에 적힌 번호"), validators=[NEEDED, Length(max=40, message=_l("너무 깁니다."))])


class AcceptForm(Form):
    """A new account for somebody who was invited."""

    public_name = StringField(
        _l("다른 사람에게 보일 이름"), validators=[NEEDED, Length(max=40, message=_l("너무 깁니다."))]
    )
    new_password = PasswordField(_l("비밀번호"), validators=[NEEDED, _PASSWORD])
