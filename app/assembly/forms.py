"""Forms of the assembly."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, StringField, TimeField
from wtforms.validators import InputRequired, Length

from app.web.fields import WonField
from app.web.forms import REQUIRED, Form, VersionedForm


class PrepareForm(VersionedForm):
    """Times and money of an assembly."""

    opens_on = DateField(_l("투표를 시작하는 날"), validators=[InputRequired(REQUIRED)])
    opens_time = TimeField(_l("시작하는 시각"), validators=[InputRequired(REQUIRED)])
    closes_on = DateField(_l("투표를 끝내는 날"), validators=[InputRequired(REQUIRED)])
    closes_time = TimeField(_l("끝내는 시각"), validators=[InputRequired(REQUIRED)])
    envelope_won = WonField(_l("쓸 수 있는 예산(원)"), validators=[InputRequired(REQUIRED)])


class OpenForm(VersionedForm):
    """Open the voting: nothing can be changed afterwards."""

    checked = BooleanField(
        _l("사업, 비용, 날짜를 모두 확인했습니다"), validators=[InputRequired(_l("확인한 뒤에 열 수 있습니다."))]
    )


class TrackerForm(Form):
    """Look for one's ballot on the board; a plain GET form."""

    class Meta(Form.Meta):
        """A search changes nothing."""

        csrf = False

    tracker = StringField(
        _l("표 확인 번호"), validators=[InputRequired(REQUIRED), Length(43, 43, _l("43자를 그대로 적어 주세요."))]
    )
