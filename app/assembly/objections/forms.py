"""Forms of objections."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app.assembly.objections.rules import FINDING_NAMES
from app.web.forms import REQUIRED, OnceForm, VersionedForm

NEEDED = InputRequired(REQUIRED)


class ObjectionForm(OnceForm):
    """An objection."""

    title = StringField(
        _l("무엇에 대한 이의인가요?(공개)"), validators=[NEEDED, Length(5, 80, _l("5자에서 80자로 적어 주세요."))]
    )
    body = TextAreaField(
        _l("자세한 내용(담당자만 봅니다)"), validators=[NEEDED, Length(10, 4000, _l("10자에서 4,000자로 적어 주세요."))]
    )


class AnswerForm(VersionedForm):
    """The answer to an objection."""

    finding = RadioField(
        _l("어떻게 정했나요?"),
        choices=[SelectChoice(kind.value, _l(name)) for kind, name in FINDING_NAMES.items()],
        validators=[NEEDED],
    )
    answer = TextAreaField(_l("답(공개)"), validators=[NEEDED, Length(10, 4000, _l("10자에서 4,000자로 적어 주세요."))])
