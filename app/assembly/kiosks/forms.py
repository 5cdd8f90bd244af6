"""Forms of kiosks."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from app.web.forms import REQUIRED, Form, OnceForm

NEEDED = InputRequired(REQUIRED)


class KioskForm(OnceForm):
    """A new kiosk of a station."""

    name = StringField(_l("키오스크 이름"), validators=[NEEDED, Length(2, 60, _l("2자에서 60자로 적어 주세요."))])


class PairForm(Form):
    """The pairing code, typed on the tablet."""

    code = StringField(_l("연결 번호"), validators=[NEEDED, Length(max=40)])
