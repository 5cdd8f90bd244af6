"""Forms of places and their settings."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.places.settings.kinds import AnySetting, Kind
from app.web.forms import REQUIRED, Form, VersionedForm
from app.web.messages import phrase

NEEDED = InputRequired(REQUIRED)
_VALUE = _l("값")
_LONG = Length(max=2000, message=_l("너무 깁니다."))


class SettingForm(Form):
    """A decision about one setting. ``seen`` is the newest decision the clerk saw, ``step`` whether they saw its reach."""

    value = StringField(_VALUE, validators=[NEEDED, _LONG])
    legal_basis = StringField(
        _l("근거(조례·세칙의 이름과 조항)"), validators=[NEEDED, Length(max=200, message=_l("너무 깁니다."))]
    )
    reason = StringField(_l("바꾸는 까닭"), validators=[Optional(), Length(max=300, message=_l("너무 깁니다."))])
    seen = HiddenField(validators=[NEEDED])
    step = HiddenField()


class ChosenSettingForm(SettingForm):
    """A decision among codes; the view gives ``value`` its choices."""

    value = SelectField(_VALUE, validators=[NEEDED])


class ListedSettingForm(SettingForm):
    """A decision of several lines."""

    value = TextAreaField(_VALUE, validators=[NEEDED, _LONG])


class ClearSettingForm(Form):
    """Return to what is said above."""

    reason = StringField(_l("까닭"), validators=[NEEDED, Length(max=300, message=_l("너무 깁니다."))])
    seen = HiddenField(validators=[NEEDED])


class EditPlaceForm(VersionedForm):
    """A place's names and population."""

    name = StringField(_l("이름"), validators=[NEEDED, Length(max=60, message=_l("너무 깁니다."))])
    name_en = StringField(_l("영어 이름"), validators=[NEEDED, Length(max=80, message=_l("너무 깁니다."))])
    population = IntegerField(
        _l("인구"), validators=[Optional(), NumberRange(0, 20_000_000, _l("인구를 다시 확인해 주세요."))]
    )


class NewPlaceForm(Form):
    """A new place; the view gives ``kind`` its choices."""

    kind = SelectField(_l("단위"), validators=[NEEDED])
    name = StringField(_l("이름"), validators=[NEEDED, Length(max=60, message=_l("너무 깁니다."))])
    name_en = StringField(_l("영어 이름"), validators=[NEEDED, Length(max=80, message=_l("너무 깁니다."))])
    slug = StringField(_l("주소 이름"), validators=[NEEDED, Length(max=60, message=_l("너무 깁니다."))])
    population = IntegerField(
        _l("인구"), validators=[Optional(), NumberRange(0, 20_000_000, _l("인구를 다시 확인해 주세요."))]
    )


def setting_form(setting: AnySetting, *, blank: bool = False, **values: object) -> SettingForm:
    """Return the form that fits a setting's kind."""
    given = {"formdata": None, **values} if blank else values
    match setting.kind:
        case Kind.YES_NO | Kind.CHOICE:
            form = ChosenSettingForm(**given)
            codes = setting.choices or {"yes": "예", "no": "아니요"}
            form.value.choices = [SelectChoice(code, phrase(name)) for code, name in codes.items()]
            return form
        case Kind.TRACKS | Kind.WEIGHTS:
            return ListedSettingForm(**given)
        case _:
            return SettingForm(**given)
