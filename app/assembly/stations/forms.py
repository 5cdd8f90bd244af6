"""Forms of stations."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from app.assembly.rules.ballots import BallotForm, BallotLine, Preference
from app.assembly.rules.papers import HandCount, read_ballots
from app.assembly.stations.rules.hours import Details, Hours
from app.assembly.stations.rules.states import CHANNEL_NAMES, METHOD_NAMES
from app.web.forms import REQUIRED, Form, OnceForm, VersionedForm

NEEDED = InputRequired(REQUIRED)
COUNTED = NumberRange(0, 100_000, _l("0보다 작지 않은 수로 적어 주세요."))


class ToldForm(Form):
    """What is told of a station: its name, where it is, when it is open."""

    name = StringField(_l("투표소 이름"), validators=[NEEDED, Length(2, 60, _l("2자에서 60자로 적어 주세요."))])
    address = StringField(_l("주소"), validators=[NEEDED, Length(2, 120, _l("2자에서 120자로 적어 주세요."))])
    access = StringField(
        _l("계단 없이 들어가는 길"), validators=[Optional(), Length(max=200, message=_l("200자까지 적을 수 있습니다."))]
    )
    first_day = DateField(_l("여는 첫날"), validators=[NEEDED])
    last_day = DateField(_l("마지막 날"), validators=[NEEDED])
    opens = TimeField(_l("여는 시각"), validators=[NEEDED])
    closes = TimeField(_l("닫는 시각"), validators=[NEEDED])
    weekdays_only = BooleanField(_l("주말(토, 일)에는 쉽니다"))

    @property
    def details(self) -> Details:
        """What was typed; call it after the form was found in order."""
        hours = Hours(
            self.first_day.data, self.last_day.data, self.opens.data, self.closes.data, bool(self.weekdays_only.data)
        )
        return Details((self.address.data or "").strip(), (self.access.data or "").strip(), hours)


class DetailsForm(ToldForm, VersionedForm):
    """What is told of a station, anew."""


class StationForm(ToldForm, OnceForm):
    """A new station."""

    channel = RadioField(
        _l("어떤 투표인가요?"),
        choices=[SelectChoice(kind.value, _l(name)) for kind, name in CHANNEL_NAMES.items()],
        validators=[NEEDED],
    )
    method = SelectField(
        _l("무엇으로 투표하나요?"), choices=[SelectChoice(kind.value, _l(name)) for kind, name in METHOD_NAMES.items()]
    )
    boxes = IntegerField(
        _l("투표함(판) 수"), default=1, validators=[NEEDED, NumberRange(1, 20, _l("1에서 20 사이로 적어 주세요."))]
    )
    printed = IntegerField(_l("받은 용지(스티커 묶음, 카드) 수"), default=0, validators=[NEEDED, COUNTED])


class FindVoterForm(Form):
    """Whom to look for on the roll."""

    name = StringField(_l("이름"), validators=[NEEDED, Length(1, 80)])
    birth_date = DateField(_l("생년월일"), validators=[NEEDED])


class IssueForm(Form):
    """Whom a paper is handed to; against which letter, where codes came by letter."""

    entry_id = IntegerField(widget=HiddenInput(), validators=[NEEDED])
    slip = StringField(_l("편지의 투표소 번호"), validators=[Optional(), Length(max=40)])


class FiguresForm(VersionedForm):
    """The papers of a station."""

    printed = IntegerField(_l("받은 것"), validators=[NEEDED, COUNTED])
    spoiled = IntegerField(_l("바꾸어 주었거나 못 쓰게 된 것"), validators=[NEEDED, COUNTED])
    unused = IntegerField(_l("남은 것"), validators=[NEEDED, COUNTED])
    taken_away = IntegerField(_l("받고 넣지 않은 것"), validators=[NEEDED, COUNTED])
    in_box = IntegerField(_l("투표함에서 꺼낸 것"), validators=[NEEDED, COUNTED])
    note = TextAreaField(
        _l("알릴 말(이름은 적지 마세요)"), validators=[Optional(), Length(max=500, message=_l("너무 깁니다."))]
    )


class SheetForm(Form):
    """A photo of a tally sheet."""

    photo = FileField(_l("집계표 사진"), validators=[FileRequired(_l("파일을 골라 주세요."))])


class CloseForm(VersionedForm):
    """Close a station."""

    checked = BooleanField(
        _l("용지의 수와 두 사람의 수를 참관인과 함께 확인했습니다"),
        validators=[InputRequired(_l("확인한 뒤에 마칠 수 있습니다."))],
    )


class CountForm(Form):
    """What one person counted in a box; `count_form` adds a field for every item."""

    papers = IntegerField(_l("투표함에서 꺼낸 용지"), validators=[NEEDED, COUNTED])
    invalid = IntegerField(_l("무효표"), default=0, validators=[NEEDED, COUNTED])


def count_form(form: BallotForm, lines: Sequence[BallotLine], *, earlier: HandCount | None = None) -> CountForm:
    """Return the form for counting this ballot, bound to the request; it begins with what the same person counted before."""
    fields: dict[str, Any] = {}
    if form.shuffled:
        fields["ballots"] = TextAreaField(_l("표를 한 줄에 한 장씩"), validators=[Optional(), Length(max=200_000)])
    for line in lines:
        title = f"{line.number}. {line.title}"
        if not form.shuffled and form.preference is not Preference.NONE:
            fields[f"votes_{line.number}"] = _number(title)
            if form.preference is Preference.POINTS:
                fields[f"scores_{line.number}"] = _number(_l("%(title)s: 점수의 합", title=title))
        if form.majority:
            fields[f"yes_{line.number}"] = _number(_l("%(title)s: 찬성", title=title))
            fields[f"no_{line.number}"] = _number(_l("%(title)s: 반대", title=title))
            fields[f"abstained_{line.number}"] = _number(_l("%(title)s: 기권", title=title))
    data = dict(_typed(lines, earlier)) if earlier is not None else None
    made: CountForm = type("BoundCountForm", (CountForm,), fields)(data=data)
    return made


def _typed(lines: Sequence[BallotLine], count: HandCount) -> Iterator[tuple[str, int]]:
    """Return a count as the fields of the form have it; whole ballots are written anew."""
    yield from (("papers", count.papers), ("invalid", count.invalid))
    columns = {
        "votes": count.votes, "scores": count.scores, "yes": count.yes, "no": count.no, "abstained": count.abstained,
    }  # fmt: skip
    for name, column in columns.items():
        yield from ((f"{name}_{line.number}", number) for line, number in zip(lines, column, strict=False))


def count_of(filled: CountForm, form: BallotForm, lines: Sequence[BallotLine]) -> HandCount:
    """Return what was typed, as a count; ballots as they were written, without what follows from them.

    Raises:
        InvalidInput: a line of ballots that cannot be read.
    """

    def column(name: str) -> tuple[int, ...]:
        found = [filled[key].data for line in lines if (key := f"{name}_{line.number}") in filled]
        return tuple(int(each) for each in found)

    zeros = (0,) * len(lines)
    votes = column("votes") or zeros
    return HandCount(
        papers=int(filled.papers.data or 0),
        invalid=int(filled.invalid.data or 0),
        votes=votes,
        scores=column("scores") or votes,
        yes=column("yes"),
        no=column("no"),
        abstained=column("abstained"),
        ballots=read_ballots(filled["ballots"].data or "", form, lines) if form.shuffled else (),
    )


def _number(label: Any) -> IntegerField:
    return IntegerField(label, validators=[NEEDED, COUNTED])
