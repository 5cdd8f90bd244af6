"""Forms of the assembly day."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField, TextAreaField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.assembly.floor.rules.deciding import BASIS_NAMES, Basis
from app.assembly.floor.rules.minutes import MOST
from app.assembly.floor.rules.order import TITLE_MAX
from app.assembly.floor.rules.states import KIND_NAMES, ROLE_NAMES, ItemKind, SpeakerRole
from app.web.forms import REQUIRED, Form, OnceForm, VersionedForm

NEEDED = InputRequired(REQUIRED)
SHORT = _l("조금 더 적어 주세요.")
COUNTED = NumberRange(0, 100_000, _l("0보다 작지 않은 수로 적어 주세요."))


class DayForm(OnceForm, VersionedForm):
    """When and where the assembly meets, and who leads it."""

    starts_on = DateField(_l("날짜"), validators=[NEEDED])
    starts_time = TimeField(_l("시작하는 시각"), validators=[NEEDED])
    where = StringField(_l("모이는 곳"), validators=[NEEDED, Length(2, 120, SHORT)])
    chair = SelectField(_l("의장"), coerce=int, default=0)
    secretary = SelectField(_l("서기"), coerce=int, default=0)

    def offer(self, people: Sequence[tuple[int, str]]) -> None:
        """Offer these people as chair and as secretary, and to leave both open for now."""
        choices = [SelectChoice(0, _l("나중에 정하기")), *(SelectChoice(number, name) for number, name in people)]
        self.chair.choices = list(choices)
        self.secretary.choices = list(choices)


class ItemForm(OnceForm, VersionedForm):
    """An item of the order of the day."""

    kind = SelectField(
        _l("무엇을 하나요?"), choices=[SelectChoice(kind.value, _l(name)) for kind, name in KIND_NAMES.items()]
    )
    title = StringField(_l("순서 이름"), validators=[NEEDED, Length(2, TITLE_MAX, SHORT)])
    text = TextAreaField(_l("설명"), validators=[Optional(), Length(max=2_000, message=_l("너무 깁니다."))])
    basis = SelectField(
        _l("손들어 정할 때, 무엇 가운데 찬성이 넘어야 하나요?"),
        choices=[SelectChoice(basis.value, _l(name)) for basis, name in BASIS_NAMES.items()],
        default=Basis.VOTES.value,
    )
    options = TextAreaField(
        _l("스티커로 정할 때, 고를 것(한 줄에 하나)"),
        validators=[Optional(), Length(max=2_000, message=_l("너무 깁니다."))],
    )
    seats = IntegerField(_l("그 가운데 몇 개를 정하나요?"), default=1, validators=[Optional(), NumberRange(1, 20)])
    picks = IntegerField(_l("한 사람의 스티커 수"), default=1, validators=[Optional(), NumberRange(1, 20)])

    @property
    def lines(self) -> tuple[str, ...]:
        """The options, one a line; only of a board for stickers."""
        if self.kind.data != ItemKind.STICKER.value:
            return ()
        return tuple(line.strip() for line in (self.options.data or "").splitlines() if line.strip())


class CancelForm(Form):
    """Call the day off."""

    reason = StringField(_l("까닭"), validators=[NEEDED, Length(5, 300, SHORT)])


class FindForm(Form):
    """Whom to look for on the roll."""

    name = StringField(_l("이름"), validators=[NEEDED, Length(1, 80)])
    birth_date = DateField(_l("생년월일"), validators=[NEEDED])


class GuestForm(OnceForm):
    """One more guest."""


class CodeForm(Form):
    """The code at the door."""

    code = StringField(_l("문 앞 화면의 글자"), validators=[NEEDED, Length(max=12)])


class AskForm(Form):
    """Ask for the word."""

    shows_name = BooleanField(_l("화면과 회의록에 내 이름(공개 이름)을 보여도 됩니다"))


class HandForm(OnceForm):
    """Somebody raised a hand."""

    role = SelectField(
        _l("누구로"),
        choices=[SelectChoice(role.value, _l(name)) for role, name in ROLE_NAMES.items()],
        default=SpeakerRole.RESIDENT.value,
    )


class SaidForm(Form):
    """What is written into the minutes when an item ends."""

    said = TextAreaField(
        _l("오간 이야기나 정한 말(회의록에 들어갑니다)"),
        validators=[Optional(), Length(max=3_000, message=_l("너무 깁니다."))],
    )


class SheetForm(Form):
    """A photo of a tally sheet."""

    photo = FileField(_l("집계표 사진"), validators=[FileRequired(_l("파일을 골라 주세요."))])


class MinutesForm(VersionedForm):
    """The minutes."""

    minutes = TextAreaField(_l("회의록"), validators=[NEEDED, Length(max=MOST, message=_l("너무 깁니다."))])


class ConfirmForm(VersionedForm):
    """Confirm the minutes."""

    checked = BooleanField(
        _l("처음부터 끝까지 읽었고, 있었던 일과 같습니다"),
        validators=[InputRequired(_l("읽은 뒤에 확인할 수 있습니다."))],
    )


class HandsCountForm(Form):
    """What one person counted of raised cards."""

    yes = IntegerField(_l("찬성"), validators=[NEEDED, COUNTED])
    no = IntegerField(_l("반대"), validators=[NEEDED, COUNTED])
    abstained = IntegerField(_l("기권"), validators=[NEEDED, COUNTED])


class StickerCountForm(Form):
    """What one person counted on a board; `sticker_form` adds a field for every option."""

    people = IntegerField(_l("스티커를 받은 사람"), validators=[NEEDED, COUNTED])

    def votes(self, options: int) -> list[int]:
        """Return the stickers of each option."""
        return [int(self[f"votes_{number}"].data or 0) for number in range(1, options + 1)]


def sticker_form(options: Sequence[str]) -> StickerCountForm:
    """Return the form for counting a board, bound to the request."""
    fields: dict[str, Any] = {
        f"votes_{number}": IntegerField(title, validators=[NEEDED, COUNTED])
        for number, title in enumerate(options, start=1)
    }
    made: StickerCountForm = type("BoundStickerForm", (StickerCountForm,), fields)()
    return made
