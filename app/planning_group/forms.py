"""Forms of the planning group."""

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from app.clock import kst_midnight
from app.planning_group.rules import MOTIVE_MAX
from app.web.forms import REQUIRED, Form, OnceForm, VersionedForm

NEEDED = InputRequired(REQUIRED)
TOO_SHORT = _l("조금 더 적어 주세요.")


class CallForm(OnceForm):
    """Call for members."""

    title = StringField(_l("모집 이름"), validators=[NEEDED, Length(4, 80, TOO_SHORT)])
    text = TextAreaField(_l("알리는 글"), validators=[NEEDED, Length(10, 4000, TOO_SHORT)])
    seats = IntegerField(_l("정원"), validators=[InputRequired(REQUIRED), NumberRange(0, 1000)])
    first_day = DateField(_l("지원을 받는 첫날"), validators=[NEEDED])
    last_day = DateField(_l("지원을 받는 마지막 날"), validators=[NEEDED])

    def period(self) -> tuple[datetime, datetime]:
        """Return the instants between which applications are taken: whole days in Korea."""
        return kst_midnight(self.first_day.data), kst_midnight(self.last_day.data + timedelta(days=1))


class EditCallForm(VersionedForm, CallForm):
    """Change a call."""


class CancelCallForm(VersionedForm):
    """Cancel a call."""

    reason = TextAreaField(_l("취소하는 까닭"), validators=[NEEDED, Length(5, 300, TOO_SHORT)])


class ApplyForm(Form):
    """Apply."""

    motive = TextAreaField(_l("어떤 일을 함께하고 싶으신가요?"), validators=[Optional(), Length(max=MOTIVE_MAX)])


class DecideForm(VersionedForm):
    """Take somebody in, or say why not."""

    member = IntegerField(widget=HiddenInput(), validators=[NEEDED])
    reason = TextAreaField(_l("받지 못하는 까닭"), validators=[Optional(), Length(max=500)])


class TeamForm(OnceForm):
    """Make a sub-group."""

    name = StringField(_l("모둠 이름"), validators=[NEEDED, Length(2, 40, TOO_SHORT)])
    topic = StringField(_l("무엇을 살피나요?"), validators=[NEEDED, Length(2, 200, TOO_SHORT)])


class EditTeamForm(VersionedForm, TeamForm):
    """Change a sub-group; who can lead it is set by the view."""

    lead = SelectField(_l("이끄는 사람"), coerce=int, validators=[Optional()], default=0)
