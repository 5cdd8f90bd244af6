"""Forms of opinion rounds."""

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from app.deliberation.rules import (
    ACCESS_NAMES,
    CONCLUSION_MAX,
    PURPOSE_MAX,
    REASON_NAMES,
    TITLE_MAX,
    VISIBILITY_NAMES,
    Answer,
    Reason,
    Visibility,
)
from app.web.forms import REQUIRED, Form, OnceForm, VersionedForm


class CardForm(Form):
    """Answer one statement; the three buttons are its field."""

    statement_id = IntegerField(widget=HiddenInput(), validators=[InputRequired(REQUIRED)])
    value = IntegerField(
        _l("이 의견에 답하기"),
        validators=[
            InputRequired(_l("세 단추 가운데 하나를 눌러 주세요.")),
            AnyOf([answer.value for answer in Answer], _l("세 단추 가운데 하나를 눌러 주세요.")),
        ],
    )
    back = HiddenField()
    """``mine`` where the answer was changed on the list of one's own answers."""


class StatementForm(OnceForm):
    """Add a statement. Its length is judged by the rules, so that the message can say how long it was."""

    text = TextAreaField(_l("한 문장으로"), validators=[InputRequired(REQUIRED)])


class TermsForm(Form):
    """What a round promises, and its first statements."""

    title = StringField(_l("무엇을 묻나요?"), validators=[InputRequired(REQUIRED), Length(max=TITLE_MAX)])
    purpose = TextAreaField(
        _l("왜 묻고, 답을 어디에 쓰나요?"), validators=[InputRequired(REQUIRED), Length(max=PURPOSE_MAX)]
    )
    last_day = DateField(_l("언제까지 듣나요?"), validators=[InputRequired(REQUIRED)])
    seeds = TextAreaField(_l("첫 의견"), validators=[InputRequired(REQUIRED), Length(max=20_000)])
    visibility = RadioField(
        _l("숫자를 언제 보이나요?"),
        choices=[SelectChoice(v.value, _l(name)) for v, name in VISIBILITY_NAMES.items()],
        default=Visibility.HIDDEN.value,
        validators=[InputRequired(REQUIRED)],
    )
    access = RadioField(
        _l("누가 답하나요?"),
        choices=[SelectChoice(a.value, _l(name)) for a, name in ACCESS_NAMES.items()],
        default="anyone",
        validators=[InputRequired(REQUIRED)],
    )
    is_led = BooleanField(_l("모임에서 진행자가 의견을 하나씩 엽니다"))


class NewRoundForm(OnceForm, TermsForm):
    """Prepare a round."""


class EditRoundForm(VersionedForm, TermsForm):
    """Change a round that is not open yet."""


class ExtendForm(VersionedForm):
    """Give an open round more time."""

    last_day = DateField(_l("언제까지 듣나요?"), validators=[InputRequired(REQUIRED)])


class ConcludeForm(VersionedForm):
    """Write the conclusion of a round."""

    conclusion = TextAreaField(_l("맺음말"), validators=[InputRequired(REQUIRED), Length(max=CONCLUSION_MAX * 2)])


class VersionForm(VersionedForm):
    """An act on a statement without further fields."""


class RejectForm(VersionedForm):
    """Keep a statement from being shown."""

    reason = SelectField(
        _l("까닭"), choices=[SelectChoice(r.value, _l(name)) for r, name in REASON_NAMES.items()], coerce=Reason
    )
    note = StringField(_l("덧붙일 말"), validators=[Optional(), Length(max=200)])


class MergeForm(VersionedForm):
    """Say that a statement means the same as another."""

    into_number = IntegerField(
        _l("같은 뜻인 의견의 번호"), validators=[InputRequired(REQUIRED), NumberRange(min=1, max=1_000_000)]
    )


class AssignForm(VersionedForm):
    """Give a statement to a committee."""

    unit = StringField(_l("맡는 분과"), validators=[Optional(), Length(max=60)])
    due_on = DateField(_l("언제까지"), validators=[Optional()])
    is_handled = BooleanField(_l("다 살펴보았습니다"))


class NoteForm(Form):
    """Leave a note that only the council reads."""

    text = TextAreaField(_l("쪽지"), validators=[InputRequired(REQUIRED), Length(max=1000)])


class LinkForm(Form):
    """Say which agenda takes up a statement."""

    proposal_id = SelectField(_l("어느 의제인가요?"), coerce=int, validators=[InputRequired(REQUIRED)])


class PaperStatementForm(OnceForm):
    """Enter a statement that came on paper or was said aloud."""

    text = TextAreaField(_l("받은 의견"), validators=[InputRequired(REQUIRED)])


class SheetsForm(OnceForm):
    """Enter a batch of paper sheets; looked over once before it counts."""

    numbers = StringField(_l("종이에 있는 의견 번호"), validators=[InputRequired(REQUIRED), Length(max=400)])
    sheets = TextAreaField(_l("종이 한 장에 한 줄"), validators=[InputRequired(REQUIRED), Length(max=20_000)])


class BackForm(Form):
    """Take back the answer to a statement that was just given."""

    statement_id = IntegerField(widget=HiddenInput(), validators=[InputRequired(REQUIRED)])
