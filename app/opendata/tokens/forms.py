"""Forms of tokens."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length

from app.web.forms import REQUIRED, OnceForm


class TokenForm(OnceForm):
    """A new token."""

    name = StringField(
        _l("토큰 이름"), validators=[InputRequired(REQUIRED), Length(2, 60, _l("2자에서 60자로 적어 주세요."))]
    )
    purpose = StringField(
        _l("어디에 쓰나요?"), validators=[InputRequired(REQUIRED), Length(5, 300, _l("5자에서 300자로 적어 주세요."))]
    )
    expires_on = DateField(_l("언제까지 쓰나요?"), validators=[InputRequired(REQUIRED)])
