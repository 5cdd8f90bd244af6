"""Forms of the plan's way to the head and back."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app.places.elections.rules import GROUND_NAMES as ELECTION_GROUND_NAMES
from app.places.elections.rules import GROUNDS, PUBLICITY, Ground
from app.publication.rules import GROUND_NAMES, HEAD_RESULT_NAMES, Disclosure
from app.web.forms import REQUIRED, Form, VersionedForm


class SendForm(Form):
    """Send the plan."""

    letter = TextAreaField(_l("보내는 글"), validators=[InputRequired(REQUIRED), Length(max=4000)])


class HeadAnswerForm(VersionedForm):
    """Answer a section for the head."""

    result = RadioField(
        _l("구청장의 답"),
        choices=[SelectChoice(r.value, _l(name)) for r, name in HEAD_RESULT_NAMES.items()],
        validators=[InputRequired(REQUIRED)],
    )
    reason = TextAreaField(_l("까닭"), validators=[Optional(), Length(max=4000)])
    unit = StringField(_l("답하는 부서"), validators=[InputRequired(REQUIRED), Length(max=60)])


class DisclosureForm(Form):
    """Decide whether a document is open."""

    state = RadioField(
        _l("공개할까요?"),
        choices=[
            SelectChoice(Disclosure.OPEN.value, _l("공개")),
            SelectChoice(Disclosure.WITHHELD.value, _l("비공개")),
        ],
        validators=[InputRequired(REQUIRED)],
    )
    ground = SelectField(
        _l("비공개 근거(정보공개법 제9조제1항)"),
        coerce=int,
        choices=[SelectChoice(0, _l("고르기")), *(SelectChoice(n, _l(name)) for n, name in GROUND_NAMES.items())],
        default=0,
    )
    reason = TextAreaField(_l("공개하지 않는 까닭"), validators=[Optional(), Length(max=1000)])


class BookletForm(Form):
    """Ask for the booklet."""

    election_ground = SelectField(
        _l("선거 전 제한의 예외"),
        choices=[
            SelectChoice("", _l("예외가 아님")),
            *(SelectChoice(g.value, _l(ELECTION_GROUND_NAMES[g])) for g in Ground if g in GROUNDS[PUBLICITY]),
        ],
        default="",
    )
