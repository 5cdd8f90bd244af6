"""Forms of meetings."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.council.rules.meetings import (
    ITEM_KIND_NAMES,
    MEETING_KIND_NAMES,
    METHOD_NAMES,
    RECUSAL_KIND_NAMES,
    ItemKind,
    MeetingKind,
)
from app.web.forms import REQUIRED, Form, OnceForm, VersionedForm

NEEDED = InputRequired(REQUIRED)
SHORT = _l("조금 더 적어 주세요.")
ROWS = 8
"""Items that one form takes."""


class CallMeetingForm(OnceForm):
    """Call a meeting; `call_meeting_form` adds the rows of its agenda."""

    body = SelectField(_l("누구의 회의인가요?"), coerce=int)
    kind = SelectField(
        _l("종류"),
        choices=[
            SelectChoice(k.value, _l(MEETING_KIND_NAMES[k])) for k in (MeetingKind.REGULAR, MeetingKind.EXTRAORDINARY)
        ],
    )
    title = StringField(_l("회의 이름"), validators=[NEEDED, Length(3, 80, SHORT)])
    starts_on = DateField(_l("날짜"), validators=[NEEDED])
    starts_time = TimeField(_l("시각"), validators=[NEEDED])
    where = StringField(_l("모이는 곳"), validators=[NEEDED, Length(2, 120, SHORT)])
    is_online = BooleanField(_l("온라인으로 모입니다"))

    def rows(self) -> list[dict[str, Any]]:
        """Return the fields of each item, for the page."""
        return [{name: self[f"{name}_{n}"] for name in ("item", "type", "text")} for n in range(1, ROWS + 1)]

    def planned(self) -> list[dict[str, str]]:
        """Return the items that were given a title."""
        return [{name: field.data or "" for name, field in row.items()} for row in self.rows() if row["item"].data]


def call_meeting_form(motions: list[tuple[int, str]], **data: Any) -> CallMeetingForm:
    """Return an empty or submitted form; motions to dismiss (id, words) can be chosen as the kind of an item."""
    kinds = [SelectChoice(k.value, _l(name)) for k, name in ITEM_KIND_NAMES.items() if k is not ItemKind.DISMISSAL]
    kinds += [SelectChoice(f"motion:{motion_id}", text) for motion_id, text in motions]
    fields: dict[str, Any] = {}
    for n in range(1, ROWS + 1):
        fields[f"item_{n}"] = StringField(_l("안건"), validators=[Optional(), Length(max=120)])
        fields[f"type_{n}"] = SelectField(_l("어떻게 다루나요?"), choices=kinds, default=ItemKind.DECISION.value)
        fields[f"text_{n}"] = TextAreaField(_l("설명"), validators=[Optional(), Length(max=2000)])
    form: CallMeetingForm = type("CallMeetingFormWithRows", (CallMeetingForm,), fields)(**data)
    return form


class PresentForm(VersionedForm):
    """Who is there; the choices are the attendance list."""

    present = SelectMultipleField(
        _l("온 사람"), coerce=int, option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False)
    )


class DecideItemForm(Form):
    """What came of an item; votes only where one is taken."""

    outcome = SelectField(_l("어떻게 되었나요?"))
    method = SelectField(
        _l("투표한 방법"),
        choices=[SelectChoice(m.value, _l(name)) for m, name in METHOD_NAMES.items()],
        default="hands",  # left out of the page where no vote is taken, or where it is always secret
    )
    yes = IntegerField(_l("찬성"), validators=[Optional(), NumberRange(0, 1000)])
    no = IntegerField(_l("반대"), validators=[Optional(), NumberRange(0, 1000)])
    abstained = IntegerField(_l("기권"), validators=[Optional(), NumberRange(0, 1000)])
    text = TextAreaField(_l("정한 것"), validators=[NEEDED, Length(5, 5000, SHORT)])


class RecusalForm(Form):
    """A member does not decide on an item."""

    member = SelectField(_l("위원"), coerce=int)
    kind = SelectField(_l("종류"), choices=[SelectChoice(k.value, _l(name)) for k, name in RECUSAL_KIND_NAMES.items()])
    reason = StringField(_l("까닭"), validators=[NEEDED, Length(2, 300, SHORT)])


class MinutesForm(VersionedForm):
    """The minutes of a meeting."""

    minutes = TextAreaField(_l("오간 이야기"), validators=[NEEDED, Length(20, 20000, SHORT)])
