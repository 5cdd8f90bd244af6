"""Forms of the cycle."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange

from app.cycle.rules import TEMPLATES
from app.web.forms import REQUIRED, Form, VersionedForm


class StartCycleForm(Form):
    """Begin a year."""

    year = IntegerField(_l("실행하는 해"), validators=[InputRequired(REQUIRED), NumberRange(2017, 2100)])
    template = SelectField(
        _l("일정 틀"), choices=[SelectChoice(code, _l(item.name)) for code, item in TEMPLATES.items()]
    )


class StageDatesForm(VersionedForm):
    """Move a stage's days."""

    first_day = DateField(_l("첫날"), validators=[InputRequired(REQUIRED)])
    last_day = DateField(_l("마지막 날"), validators=[InputRequired(REQUIRED)])
