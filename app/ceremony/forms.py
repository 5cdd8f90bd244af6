"""Forms of ceremonies."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from app.ceremony.rules import MOST_SEATS
from app.web.forms import REQUIRED, Form, VersionedForm


class BeginForm(VersionedForm):
    """Who holds the key, who makes the codes."""

    names = TextAreaField(
        _l("열쇠 지기 이름"),
        validators=[InputRequired(REQUIRED), Length(max=400, message=_l("400자까지 적을 수 있습니다."))],
    )
    threshold = IntegerField(
        _l("몇 명이 모여야 열까요?"),
        validators=[InputRequired(REQUIRED), NumberRange(2, MOST_SEATS, _l("2명부터 9명까지 적어 주세요."))],
    )
    authority = StringField(
        _l("번호 관리인 이름"),
        validators=[InputRequired(REQUIRED), Length(max=40, message=_l("40자까지 적을 수 있습니다."))],
    )

    def listed(self) -> list[str]:
        """Return the trustees' names, one a line."""
        return [line.strip()[:40] for line in (self.names.data or "").splitlines() if line.strip()]


class ConfirmForm(Form):
    """Confirm what stands on the page, by its hash."""

    seen = HiddenField(validators=[InputRequired(REQUIRED), Length(64, 64)])
    checked = BooleanField(
        _l("위에 적힌 것을 모두 읽고 확인했습니다"),
        validators=[InputRequired(_l("읽고 확인한 뒤에 누를 수 있습니다."))],
    )


class RestartForm(VersionedForm):
    """Begin the key anew."""
