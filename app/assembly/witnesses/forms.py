"""Forms of witnesses."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from app.web.forms import REQUIRED, Form, OnceForm

REASON = Length(5, 300, _l("5자에서 300자로 적어 주세요."))


class WitnessForm(OnceForm):
    """A new witness."""

    name = StringField(
        _l("증인의 이름"), validators=[InputRequired(REQUIRED), Length(2, 60, _l("2자에서 60자로 적어 주세요."))]
    )
    name_en = StringField(_l("영어 이름"), validators=[Length(max=60)])
    about = TextAreaField(_l("누구인가요?"), validators=[InputRequired(REQUIRED), REASON])
    about_en = TextAreaField(_l("영어로 누구인가요?"), validators=[Length(max=300)])
    site = StringField(
        _l("증인이 열쇠를 알리는 주소"),
        validators=[
            Optional(),
            Length(max=200),
            Regexp(r"^https://[^\s\"<>]+$", message=_l("https://로 시작하는 주소를 적어 주세요.")),
        ],
    )
    key = StringField(_l("증인의 공개 열쇠"), validators=[InputRequired(REQUIRED), Length(max=300)])
    reason = StringField(_l("두는 까닭"), validators=[InputRequired(REQUIRED), REASON])


class RetireForm(Form):
    """Why a witness is trusted no more."""

    reason = StringField(_l("거두는 까닭"), validators=[InputRequired(REQUIRED), REASON])
