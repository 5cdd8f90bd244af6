"""Forms of open calls, applications, and those who watch over the draw."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.council.rules.calls import (
    CALL_KIND_NAMES,
    CAPACITY_NAMES,
    DOCUMENT_NAMES,
    PURPOSE_MAX,
    RECOMMENDER_NAMES,
    SEX_LABELS,
)
from app.council.rules.eligibility import EXCLUSION_NAMES
from app.people.rules import BASIS_NAMES
from app.web.forms import REQUIRED, Form, OnceForm, VersionedForm

NEEDED = InputRequired(REQUIRED)
SHORT = _l("조금 더 적어 주세요.")
SEATS_ON_COMMITTEE = 7
"""Rows for the members of a draw committee."""


class CallForm(OnceForm):
    """Plan a call."""

    kind = RadioField(
        _l("무슨 모집인가요?"), choices=[SelectChoice(k.value, _l(name)) for k, name in CALL_KIND_NAMES.items()],
        default="full",
    )  # fmt: skip
    title = StringField(_l("모집 이름"), validators=[NEEDED, Length(4, 80, SHORT)])
    text = TextAreaField(_l("알리는 글"), validators=[Optional(), Length(max=4000)])
    first_day = DateField(_l("지원을 받는 첫날"), validators=[NEEDED])
    last_day = DateField(_l("지원을 받는 마지막 날"), validators=[NEEDED])
    objections_last_day = DateField(_l("이의를 받는 마지막 날"), validators=[NEEDED])
    areas = TextAreaField(_l("구역"), validators=[Optional(), Length(max=1000)])

    def area_names(self) -> tuple[str, ...]:
        """Return the areas, one of each line."""
        return tuple(" ".join(line.split()) for line in (self.areas.data or "").splitlines() if line.strip())


class EditCallForm(VersionedForm, CallForm):
    """Change a call that is not announced yet."""

    kind = None


class QuotaForm(VersionedForm):
    """Quotas of a call, one of each line; `quota_form` adds the seats of each track."""

    quotas = TextAreaField(_l("구성 비율"), validators=[Optional(), Length(max=4000)])


def quota_form(tracks: list[str], **data: Any) -> QuotaForm:
    """Return the form with one field of seats for each track."""
    fields: dict[str, Any] = {
        f"seats_{n}": IntegerField(_l(name), validators=[NEEDED, NumberRange(0, 200)]) for n, name in enumerate(tracks)
    }
    form: QuotaForm = type("QuotaFormWithTracks", (QuotaForm,), fields)(**data)
    return form


class ApplicationForm(OnceForm):
    """Apply for a seat. Tracks and areas are set by the view."""

    track = RadioField(_l("어느 길로 지원하나요?"), validators=[NEEDED])
    organisation = StringField(_l("추천한 단체"), validators=[Optional(), Length(max=80)])
    legal_name = StringField(_l("이름"), validators=[NEEDED, Length(2, 60, SHORT)])
    birth_date = DateField(_l("생년월일"), validators=[NEEDED])
    sex = RadioField(
        _l("성별"), choices=[SelectChoice(code, _l(name)) for code, name in SEX_LABELS.items()], validators=[NEEDED]
    )
    phone = StringField(_l("휴대전화 번호"), validators=[NEEDED, Length(8, 20, SHORT)])
    address = StringField(_l("사는 곳"), validators=[NEEDED, Length(4, 200, SHORT)])
    area = SelectField(_l("구역"), validate_choice=False)
    basis = RadioField(
        _l("어떤 까닭으로 지원하나요?"), choices=[SelectChoice(b.value, _l(name)) for b, name in BASIS_NAMES.items()],
        validators=[NEEDED], default="residence",
    )  # fmt: skip
    since = DateField(_l("언제부터 살거나 일하거나 속했나요?"), validators=[Optional()])
    elsewhere = BooleanField(_l("다른 시·군·구에 삽니다"))
    exclusions = SelectMultipleField(
        _l("해당하는 것이 있으면 모두 골라 주세요"),
        choices=[SelectChoice(e.value, _l(name)) for e, name in EXCLUSION_NAMES.items()],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    dismissed_on = DateField(_l("주민자치회에서 해촉된 적이 있다면 그날"), validators=[Optional()])
    motive = TextAreaField(_l("하고 싶은 일"), validators=[Optional(), Length(max=PURPOSE_MAX)])
    agree = BooleanField(
        _l("위에 적은 것을 위원을 뽑는 데만 쓰고, 뽑히지 않으면 예비 기간이 끝난 뒤 지우는 데 동의합니다."),
        validators=[InputRequired(_l("동의하셔야 지원할 수 있습니다."))],
    )


class DocumentsForm(VersionedForm):
    """Which papers were seen."""

    documents = SelectMultipleField(
        _l("눈으로 확인한 서류"),
        choices=[SelectChoice(d.value, _l(name)) for d, name in DOCUMENT_NAMES.items()],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )


class DecideForm(VersionedForm):
    """Decide about an application."""

    decision = RadioField(
        _l("결정"),
        choices=[SelectChoice("eligible", _l("후보로 정합니다")), SelectChoice("ineligible", _l("자격이 없습니다"))],
        validators=[NEEDED],
    )
    reason = TextAreaField(_l("까닭"), validators=[Optional(), Length(max=1000)])


class HomeForm(Form):
    """Another application from the same home."""

    number = StringField(_l("같은 가구인 지원서의 번호"), validators=[NEEDED, Length(1, 12)])


class ObjectionForm(OnceForm):
    """Object to a decision."""

    text = TextAreaField(_l("무엇이 잘못되었나요?"), validators=[NEEDED, Length(10, 2000, SHORT)])


class AnswerObjectionForm(Form):
    """Answer an objection; the number says which."""

    objection = HiddenField(validators=[NEEDED])
    decision = RadioField(
        _l("이의를"),
        choices=[
            SelectChoice("uphold", _l("받아들입니다(결정을 뒤집습니다)")),
            SelectChoice("dismiss", _l("받아들이지 않습니다")),
        ],
        validators=[NEEDED],
    )
    answer = TextAreaField(_l("답"), validators=[NEEDED, Length(10, 2000, SHORT)])


class DrawCommitteeForm(Form):
    """Members of a draw committee; `draw_committee_form` adds the rows."""

    def rows(self) -> list[dict[str, Any]]:
        """Return the fields of each seat, for the page."""
        return [
            {name: self[f"{name}_{n}"] for name in ("name", "organisation", "by")} for n in range(SEATS_ON_COMMITTEE)
        ]

    def seats(self) -> list[dict[str, str]]:
        """Return the rows in which a name was typed."""
        return [
            {name: (field.data or "").strip() for name, field in row.items()} for row in self.rows() if row["name"].data
        ]


def draw_committee_form(**data: Any) -> DrawCommitteeForm:
    """Return an empty, filled or submitted form with its rows."""
    fields: dict[str, Any] = {}
    for n in range(SEATS_ON_COMMITTEE):
        fields[f"name_{n}"] = StringField(_l("이름"), validators=[Optional(), Length(max=40)])
        fields[f"organisation_{n}"] = StringField(_l("소속"), validators=[Optional(), Length(max=80)])
        fields[f"by_{n}"] = SelectField(
            _l("추천한 곳"),
            choices=[SelectChoice(r.value, _l(name)) for r, name in RECOMMENDER_NAMES.items()],
            default="institution",
        )
    form: DrawCommitteeForm = type("DrawCommitteeFormWithRows", (DrawCommitteeForm,), fields)(**data)
    return form


class WitnessForm(Form):
    """Name a witness."""

    name = StringField(_l("이름이나 직함"), validators=[NEEDED, Length(2, 40, SHORT)])
    capacity = SelectField(
        _l("어떤 자격인가요?"), choices=[SelectChoice(c.value, _l(name)) for c, name in CAPACITY_NAMES.items()]
    )
    contact = StringField(_l("계정의 이메일이나 휴대전화 번호"), validators=[Optional(), Length(max=254)])
