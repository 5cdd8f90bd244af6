"""Forms of the page of the access log (`app.privacy.forms` looks through the forms of everybody else)."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app.privacy.rules import ACCESS_NAMES
from app.web.forms import REQUIRED, Form


class FilterForm(Form):
    """Choose entries of the log; a plain GET form."""

    person = SelectField(_l("누가"), default="")
    access = SelectField(
        _l("무엇을"),
        default="",
        choices=[
            SelectChoice("", _l("모두")),
            *(SelectChoice(access.value, _l(name)) for access, name in ACCESS_NAMES.items()),
        ],
    )
    day = DateField(_l("어느 날"), validators=[Optional()])


class ExportForm(Form):
    """Download the log: only with a reason."""

    reason = StringField(_l("내려받는 까닭"), validators=[InputRequired(REQUIRED), Length(min=5, max=300)])
