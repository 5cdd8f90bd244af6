"""Forms of the resource survey."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from app.survey.rules import (
    CONTACT_MAX,
    DESCRIPTION_MAX,
    HOW_MAX,
    KIND_NAMES,
    NAME_MAX,
    REMOVE_NAMES,
    USE_MAX,
    WHERE_MAX,
)
from app.web.forms import REQUIRED, Form, OnceForm, VersionedForm

NEEDED = InputRequired(REQUIRED)
TOO_SHORT = _l("조금 더 적어 주세요.")
KINDS = [SelectChoice(kind.value, _l(name)) for kind, name in KIND_NAMES.items()]


class ResourceForm(OnceForm):
    """Add a resource."""

    kind = SelectField(_l("무엇인가요?"), choices=KINDS)
    name = StringField(_l("이름"), validators=[NEEDED, Length(2, NAME_MAX, TOO_SHORT)])
    description = TextAreaField(_l("어떤 곳(사람)인가요?"), validators=[NEEDED, Length(10, DESCRIPTION_MAX, TOO_SHORT)])
    use = StringField(_l("함께 쓰거나 만나는 법"), validators=[Optional(), Length(max=USE_MAX)])
    where = StringField(_l("어디인가요?"), validators=[Optional(), Length(max=WHERE_MAX)])
    point = StringField(_l("지도 위의 자리"), validators=[Optional(), Length(max=60)])
    contact = StringField(_l("알려도 되는 연락처"), validators=[Optional(), Length(max=CONTACT_MAX)])
    agreed_on = DateField(_l("동의한 날"), validators=[Optional()])
    agreed_how = StringField(_l("동의한 방법"), validators=[Optional(), Length(max=HOW_MAX)])


class EditResourceForm(VersionedForm, ResourceForm):
    """Change a resource."""


class LookForm(Form):
    """Look for resources; a plain GET form."""

    class Meta(Form.Meta):
        """A search changes nothing."""

        csrf = False

    q = StringField(_l("찾는 말"), validators=[Optional(), Length(max=80)])
    kind = SelectField(_l("종류"), choices=[SelectChoice("", _l("모든 종류")), *KINDS])


class CheckForm(Form):
    """Pick what was looked through; choices (``id:version``) are set by the view."""

    seen = SelectMultipleField(
        _l("확인한 자원"), validators=[NEEDED], option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False)
    )


class ReturnForm(VersionedForm):
    """Give a resource back."""

    reason = TextAreaField(_l("무엇을 고쳐야 하나요?"), validators=[NEEDED, Length(5, 500, TOO_SHORT)])


class RemoveForm(VersionedForm):
    """Take a resource off the list."""

    reason = RadioField(
        _l("빼는 까닭"), choices=[SelectChoice(reason.value, _l(name)) for reason, name in REMOVE_NAMES.items()],
        validators=[NEEDED],
    )  # fmt: skip


class PhotoForm(Form):
    """Add a photo."""

    file = FileField(_l("사진"), validators=[FileRequired(REQUIRED)])
    text = StringField(_l("사진에 무엇이 보이나요?"), validators=[NEEDED, Length(max=200)])


class ListForm(Form):
    """Upload a list of resources."""

    file = FileField(_l("CSV나 GeoJSON 파일"), validators=[FileRequired(REQUIRED)])


class GroundForm(Form):
    """Give a place the ground of its maps."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired(REQUIRED)])
    file = FileField(_l("GeoJSON 파일"), validators=[FileRequired(REQUIRED)])
    source = StringField(_l("출처와 이용 조건"), validators=[NEEDED, Length(2, 200, TOO_SHORT)])
    free = BooleanField(_l("누구나 써도 되는 자료인지 확인했습니다"), validators=[NEEDED])
