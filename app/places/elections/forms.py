"""Forms of the election calendar."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app.places.elections.rules import OFFICE_NAMES
from app.web.forms import REQUIRED, Form, OnceForm


class ByElectionForm(OnceForm):
    """Write down a by-election; the view gives ``area`` its choices."""

    title = StringField(_l("어떤 선거인가요?"), validators=[InputRequired(REQUIRED), Length(4, 80)])
    office = RadioField(
        _l("누구를 뽑나요?"),
        choices=[SelectChoice(office.value, _l(name)) for office, name in OFFICE_NAMES.items()],
        validators=[InputRequired(REQUIRED)],
    )
    area = SelectField(_l("어디에서 하나요?"), coerce=int, validators=[InputRequired(REQUIRED)])
    election_on = DateField(_l("선거일"), validators=[InputRequired(REQUIRED)])
    confirmed_on = DateField(_l("실시사유가 확정된 날"), validators=[InputRequired(REQUIRED)])


class RemoveForm(Form):
    """Take a by-election back."""

    reason = StringField(_l("빼는 까닭"), validators=[InputRequired(REQUIRED), Length(5, 300)])
