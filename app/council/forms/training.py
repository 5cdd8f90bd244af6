"""Forms of the residents' school."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, StringField, TextAreaField, TimeField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.web.forms import REQUIRED, Form, OnceForm

NEEDED = InputRequired(REQUIRED)
SHORT = _l("조금 더 적어 주세요.")
ROWS = 6
"""Sittings that one form takes."""


class CourseForm(OnceForm):
    """Plan a course; `course_form` adds the rows of its sittings."""

    title = StringField(_l("과정 이름"), validators=[NEEDED, Length(2, 80, SHORT)])
    text = TextAreaField(_l("무엇을 배우나요?"), validators=[Optional(), Length(max=2000)])
    capacity = IntegerField(_l("받을 수 있는 사람 수"), validators=[Optional(), NumberRange(1, 10000)])

    def rows(self) -> list[dict[str, Any]]:
        """Return the fields of each sitting, for the page."""
        return [{name: self[f"{name}_{n}"] for name in _NAMES} for n in range(1, ROWS + 1)]

    def sittings(self) -> list[dict[str, Any]]:
        """Return the data of the rows in which anything was typed."""
        return [
            {name: field.data for name, field in row.items()}
            for row in self.rows()
            if any(field.data for name, field in row.items() if name != "minutes")
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        """A row that was begun must be whole."""
        valid = bool(super().validate(extra_validators))
        for row in self.rows():
            begun = any(field.data for name, field in row.items() if name != "minutes")
            for field in row.values():
                if begun and field.data in {None, ""} and not field.errors:
                    field.errors = [REQUIRED]
                    valid = False
        return valid


_NAMES = ("part", "starts_on", "starts_time", "minutes", "where")


def course_form() -> CourseForm:
    """Return an empty or submitted form with its rows."""
    fields: dict[str, Any] = {}
    for n in range(1, ROWS + 1):
        fields[f"part_{n}"] = StringField(_l("차시 이름"), validators=[Optional(), Length(max=80)])
        fields[f"starts_on_{n}"] = DateField(_l("날짜"), validators=[Optional()])
        fields[f"starts_time_{n}"] = TimeField(_l("시작하는 때"), validators=[Optional()])
        fields[f"minutes_{n}"] = IntegerField(_l("몇 분"), default=120, validators=[Optional(), NumberRange(10, 600)])
        fields[f"where_{n}"] = StringField(_l("모이는 곳"), validators=[Optional(), Length(max=120)])
    form: CourseForm = type("CourseFormWithRows", (CourseForm,), fields)()
    return form


class CheckInForm(Form):
    """The letters on the screen of the room."""

    code = StringField(_l("화면에 보이는 여섯 글자"), validators=[NEEDED, Length(6, 20, SHORT)])


class VisitorForm(Form):
    """Somebody without an account was there."""

    name = StringField(_l("이름"), validators=[NEEDED, Length(2, 60, SHORT)])
    birth_date = DateField(_l("생년월일"), validators=[NEEDED])
    minutes = IntegerField(_l("몇 분"), validators=[Optional(), NumberRange(0, 600)])


class CreditForm(OnceForm):
    """Training done elsewhere, by a certificate that was seen."""

    name = StringField(_l("이름"), validators=[NEEDED, Length(2, 60, SHORT)])
    birth_date = DateField(_l("생년월일"), validators=[NEEDED])
    title = StringField(_l("과정 이름"), validators=[NEEDED, Length(2, 80, SHORT)])
    held_on = DateField(_l("마친 날"), validators=[NEEDED])
    hours = IntegerField(_l("시간"), validators=[NEEDED, NumberRange(1, 40)])
