"""Forms of the agenda."""

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.agenda.rules import (
    BODY_MAX,
    FIELD_NAMES,
    MEETING_NAMES,
    SOURCE_NAMES,
    STATE_NAMES,
    TITLE_MAX,
    MeetingKind,
    ProposalState,
    Source,
)
from app.places.elections.rules import GROUND_NAMES, GROUNDS, HEAD_EVENTS, Ground
from app.web.fields import WonField
from app.web.forms import REQUIRED, Form, OnceForm, VersionedForm

TOO_SHORT = _l("조금 더 적어 주세요.")


class ProposalForm(OnceForm):
    """Write a proposal."""

    title = StringField(
        _l("한 문장으로, 무엇을 하면 좋을까요?"), validators=[InputRequired(REQUIRED), Length(5, TITLE_MAX, TOO_SHORT)]
    )
    body = TextAreaField(_l("왜 필요한가요?"), validators=[InputRequired(REQUIRED), Length(20, BODY_MAX, TOO_SHORT)])
    field = SelectField(
        _l("어떤 일인가요?"),
        # A first answer that nobody gave would be taken for one.
        choices=[SelectChoice("", _l("골라 주세요"))]
        + [SelectChoice(f.value, _l(name)) for f, name in FIELD_NAMES.items()],
        validators=[InputRequired(REQUIRED)],
    )
    where = StringField(_l("어디인가요?"), validators=[Optional(), Length(max=120)])
    point = StringField(_l("지도 위의 자리"), validators=[Optional(), Length(max=60)])
    wanted_won = WonField(_l("얼마쯤 들까요?(원)"), validators=[Optional(), NumberRange(1, 10**12)])
    group_name = StringField(_l("함께 내는 모임 이름"), validators=[Optional(), Length(2, 60, TOO_SHORT)])
    call = SelectField(_l("공모"), coerce=int, validators=[Optional()], default=0)
    seen = HiddenField()
    """Set once the author was shown what is alike."""


class StaffProposalForm(ProposalForm):
    """Type in a proposal that came another way."""

    source = RadioField(
        _l("어떻게 받았나요?"),
        choices=[
            SelectChoice(s.value, _l(SOURCE_NAMES[s]))
            for s in (Source.ONLINE, Source.PAPER, Source.VISIT, Source.PUBLIC_BODY)
        ],
        default=Source.ONLINE.value,
    )


class EditProposalForm(VersionedForm, ProposalForm):
    """Change a proposal; the call that it answers stays."""

    call = None


class FilterForm(Form):
    """Look for proposals; a plain GET form."""

    class Meta(Form.Meta):
        """A search changes nothing."""

        csrf = False

    q = StringField(_l("찾는 말"), validators=[Optional(), Length(max=80)])
    field = SelectField(
        _l("분야"),
        choices=[SelectChoice("", _l("모든 분야"))]
        + [SelectChoice(f.value, _l(name)) for f, name in FIELD_NAMES.items()],
    )
    state = SelectField(
        _l("상태"),
        choices=[SelectChoice("", _l("모든 상태"))]
        + [SelectChoice(s.value, _l(name)) for s, name in STATE_NAMES.items() if s is not ProposalState.DRAFT],
    )
    sort = SelectField(
        _l("순서"),
        choices=[SelectChoice("new", _l("새로운 것부터")), SelectChoice("signers", _l("많이 함께한 것부터"))],
    )


class ReasonForm(VersionedForm):
    """Decline a proposal."""

    reason = TextAreaField(_l("담지 않는 까닭"), validators=[InputRequired(REQUIRED), Length(10, 2000, TOO_SHORT)])


class SynonymsForm(VersionedForm):
    """Keep the table of words that mean the same."""

    words = TextAreaField(_l("같은 뜻의 말"), validators=[Optional(), Length(max=20_000)])


class MergeForm(VersionedForm):
    """Join a proposal to another."""

    into = SelectField(_l("어느 의제와 합치나요?"), coerce=int)
    reason = TextAreaField(_l("합치는 까닭"), validators=[InputRequired(REQUIRED), Length(10, 2000, TOO_SHORT)])


class MeetingForm(OnceForm):
    """Call a meeting."""

    kind = SelectField(
        _l("어떤 모임인가요?"),
        choices=[SelectChoice(k.value, _l(name)) for k, name in MEETING_NAMES.items()],
        default=MeetingKind.ALLEY.value,
    )
    title = StringField(_l("모임 이름"), validators=[InputRequired(REQUIRED), Length(3, 80, TOO_SHORT)])
    where = StringField(_l("모이는 곳"), validators=[InputRequired(REQUIRED), Length(2, 120, TOO_SHORT)])
    starts_on = DateField(_l("날짜"), validators=[InputRequired(REQUIRED)])
    starts_time = TimeField(_l("시각"), validators=[InputRequired(REQUIRED)])
    offices = StringField(_l("함께 부를 부서나 기관"), validators=[Optional(), Length(max=300)])
    election_ground = SelectField(
        _l("선거 전 제한의 예외"),
        choices=[
            SelectChoice("", _l("예외가 아님")),
            *(SelectChoice(g.value, _l(GROUND_NAMES[g])) for g in Ground if g in GROUNDS[HEAD_EVENTS]),
        ],
        default="",
    )
    proposals = SelectMultipleField(
        _l("이야기할 의제"),
        coerce=int,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validators=[Optional()],
    )


class MinutesForm(VersionedForm):
    """Write down what came of a meeting; one outcome field per topic is added by the view."""

    attendance = IntegerField(_l("모인 사람 수"), validators=[InputRequired(REQUIRED), NumberRange(1, 10000)])
    minutes = TextAreaField(_l("오간 이야기"), validators=[InputRequired(REQUIRED), Length(20, 20000, TOO_SHORT)])


def minutes_form_for(topics: list[tuple[int, str]]) -> type[MinutesForm]:
    """Return the form for a meeting with these (topic id, title of its proposal)."""
    fields = {
        f"outcome_{topic_id}": TextAreaField(title, validators=[InputRequired(REQUIRED), Length(5, 2000, TOO_SHORT)])
        for topic_id, title in topics
    }
    return type("MeetingMinutesForm", (MinutesForm,), fields)
