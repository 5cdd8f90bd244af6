"""Forms of meetings held live."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.agenda.rules import BODY_MAX, FIELD_NAMES, TITLE_MAX
from app.deliberation.rules import ACCESS_NAMES, TEXT_MAX, Access, Visibility
from app.discussion.rules.live import CODE_LENGTH, IDEA_MAX, IDEAS_A_TABLE, MOST_TABLES
from app.i18n import N_
from app.web.forms import REQUIRED, Form, OnceForm, VersionedForm

TOO_SHORT = _l("조금 더 적어 주세요.")
SHOWN = {
    Visibility.OPEN: N_("문장을 닫을 때마다 보이기"),
    Visibility.HIDDEN: N_("모임이 끝난 뒤에 모두 보이기"),
}


class RoomForm(Form):
    """Open the room of a meeting."""

    seeds = TextAreaField(_l("처음에 물을 문장"), validators=[InputRequired(REQUIRED), Length(max=6_000)])
    tables = IntegerField(_l("모둠 수"), default=0, validators=[InputRequired(REQUIRED), NumberRange(0, MOST_TABLES)])
    access = RadioField(
        _l("누가 답하나요?"),
        choices=[SelectChoice(access.value, _l(name)) for access, name in ACCESS_NAMES.items()],
        default=Access.ANYONE.value,
    )
    visibility = RadioField(
        _l("답한 수를 언제 보이나요?"),
        choices=[SelectChoice(shown.value, _l(name)) for shown, name in SHOWN.items()],
        default=Visibility.OPEN.value,
    )


class CodeForm(Form):
    """Type the code from the wall; a plain GET form."""

    class Meta(Form.Meta):
        """A look changes nothing."""

        csrf = False

    code = StringField(_l("화면에 있는 글자"), validators=[Optional(), Length(max=CODE_LENGTH * 2)])


class SayForm(OnceForm):
    """Offer or add a statement."""

    text = StringField(_l("한 문장으로"), validators=[InputRequired(REQUIRED), Length(max=TEXT_MAX)])


class PaperForm(OnceForm):
    """Enter sheets of paper."""

    sheets = TextAreaField(_l("종이 한 장에 한 줄"), validators=[InputRequired(REQUIRED), Length(max=20_000)])


class MeetingAgendaForm(OnceForm):
    """Make an agenda out of a meeting."""

    title = StringField(
        _l("한 문장으로, 무엇을 하면 좋을까요?"), validators=[InputRequired(REQUIRED), Length(5, TITLE_MAX, TOO_SHORT)]
    )
    body = TextAreaField(_l("왜 필요한가요?"), validators=[InputRequired(REQUIRED), Length(20, BODY_MAX, TOO_SHORT)])
    field = SelectField(
        _l("어떤 일인가요?"), choices=[SelectChoice(f.value, _l(name)) for f, name in FIELD_NAMES.items()]
    )
    where = StringField(_l("어디인가요?"), validators=[Optional(), Length(max=120)])
    statements = SelectMultipleField(
        _l("근거가 되는 문장"), coerce=int, option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False),
        validators=[Optional()],
    )  # fmt: skip
    ideas = SelectMultipleField(
        _l("근거가 되는 모둠 결과"), coerce=int, option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False),
        validators=[Optional()],
    )  # fmt: skip


def tables_form_for(tables: int) -> type[VersionedForm]:
    """Return the form in which all tables of a room are written down at once."""
    fields: dict[str, object] = {}
    for table in range(1, tables + 1):
        fields[f"people_{table}"] = IntegerField(_l("사람 수"), default=0, validators=[Optional(), NumberRange(0, 100)])
        for position in range(1, IDEAS_A_TABLE + 1):
            fields[f"idea_{table}_{position}"] = StringField(
                _l("%(n)s번째 결과", n=position), validators=[Optional(), Length(2, IDEA_MAX, TOO_SHORT)]
            )
            fields[f"stickers_{table}_{position}"] = IntegerField(
                _l("스티커"), default=0, validators=[Optional(), NumberRange(0, 1000)]
            )
    return type("TablesForm", (VersionedForm,), fields)
