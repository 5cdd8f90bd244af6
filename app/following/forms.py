"""Forms of following."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from app.following.rules import RHYTHM_NAMES
from app.web.forms import REQUIRED, Form


class RhythmForm(Form):
    """Choose how often mail comes."""

    rhythm = RadioField(
        _l("소식을 메일로 받기"),
        choices=[SelectChoice(rhythm.value, _l(name)) for rhythm, name in RHYTHM_NAMES.items()],
        validators=[InputRequired(REQUIRED)],
    )
