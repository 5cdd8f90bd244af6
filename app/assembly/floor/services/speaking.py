"""The word: asked for once to an item, given by the chair in a fair order, ended, withdrawn."""

from datetime import datetime

from sqlalchemy import select

from app.assembly.floor.models import FloorDay, FloorItem, Word
from app.assembly.floor.queries.speaking import attendance_of, own_word, queue_of, speaking_now
from app.assembly.floor.rules.states import DayState, ItemState, SpeakerRole, WordState, require_word_move
from app.assembly.floor.services.leading import led, led_item, locked_day
from app.db.session import get_or_not_found, session
from app.errors import RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.people.permissions import is_council, is_staff

NOT_NOW = N_("지금 하는 순서에만 말하기를 청할 수 있습니다.")
NOT_THERE = N_("참석한 사람만 말하기를 청할 수 있습니다. 먼저 참석을 알려 주세요.")
SPOKE = N_("이 순서에서는 이미 말했습니다. 한 순서에 한 번 말합니다.")


def ask(item_id: int, *, shows_name: bool, by: Person, at: datetime) -> Word:
    """Ask for the word to the open item. Who waits already keeps their place; who withdrew stands at the end.

    Args:
        item_id: the item.
        shows_name: whether the screen and the minutes may say the public name; otherwise only as whom they speak.
        by: somebody who is in the hall.
        at: when.

    Raises:
        NotFound: no such item.
        RuleViolation: not noted as present, the item is not open, the assembly pauses, or they have spoken to it.
    """
    day = locked_day(get_or_not_found(FloorItem, item_id).day_id)
    item = get_or_not_found(FloorItem, item_id, lock=True)
    attendance = attendance_of(day, by)
    if attendance is None or attendance.left_at is not None:
        raise RuleViolation(NOT_THERE)
    _require_open(day, item)
    name = by.public_name if shows_name else ""
    word = own_word(item, attendance)
    if word is None:
        word = Word(
            day_id=day.id, item_id=item.id, attendance_id=attendance.id, state=WordState.ASKED,
            role=_role(by, day, at), name=name, asked_at=at,
        )  # fmt: skip
        session().add(word)
    elif word.state is WordState.ASKED:
        word.name = name
    elif word.state in {WordState.SPOKEN, WordState.SPEAKING}:
        raise RuleViolation(SPOKE)
    else:
        require_word_move(word.state, WordState.ASKED)
        word.state, word.asked_at, word.name = WordState.ASKED, at, name
    session().flush()
    return word


def ask_by_hand(item_id: int, *, role: SpeakerRole, once: str, by: Person, at: datetime) -> Word:
    """Put somebody who raised a hand at the end of the queue; only as whom they speak is written.

    Raises:
        NotFound, NotAllowed: no such item; neither chair, secretary nor staff.
        RuleViolation: the item is not open, or the assembly pauses.
    """
    item = led_item(item_id, by=by, at=at)
    known = session().scalar(select(Word).where(Word.once == once))
    if known is not None:
        return known
    _require_open(item.day, item)
    word = Word(day_id=item.day_id, item_id=item.id, once=once, state=WordState.ASKED, role=role, asked_at=at)
    session().add(word)
    session().flush()
    return word


def withdraw(item_id: int, *, by: Person, at: datetime) -> Word | None:
    """Take one's asking back; with nothing to take back nothing happens.

    Raises:
        NotFound: no such item.
        RuleViolation: they are speaking, or have spoken.
    """
    day = locked_day(get_or_not_found(FloorItem, item_id).day_id)
    item = get_or_not_found(FloorItem, item_id, lock=True)
    word = own_word(item, attendance_of(day, by))
    if word is None or word.state is WordState.WITHDRAWN:
        return word
    require_word_move(word.state, WordState.WITHDRAWN)
    word.state = WordState.WITHDRAWN
    return word


def give(word_id: int, *, by: Person, at: datetime) -> Word:
    """Give somebody the word; one at a time. Any in the queue may be called, the order is the chair's guide.

    Raises:
        NotFound, NotAllowed: no such asking; neither chair, secretary nor staff.
        RuleViolation: somebody else is speaking, the assembly pauses, or they do not wait any more.
    """
    word, day = _led_word(word_id, by=by, at=at)
    if word.state is WordState.SPEAKING:
        return word
    require_word_move(word.state, WordState.SPEAKING)
    _require_open(day, get_or_not_found(FloorItem, word.item_id))
    if speaking_now(day) is not None:
        raise RuleViolation(N_("지금 말하는 사람이 있습니다. 먼저 마쳐 주세요."))
    word.state, word.began_at = WordState.SPEAKING, at
    return word


def give_next(item_id: int, *, by: Person, at: datetime) -> Word:
    """Give the word to whoever is next.

    Raises:
        NotFound, NotAllowed, RuleViolation: as `give`; nobody waits.
    """
    item = led_item(item_id, by=by, at=at)
    speaker = speaking_now(item.day)
    if speaker is not None:
        raise RuleViolation(N_("지금 말하는 사람이 있습니다. 먼저 마쳐 주세요."))
    queue = queue_of(item, item.day)
    if not queue:
        raise RuleViolation(N_("말하기를 청한 사람이 없습니다."))
    return give(queue[0].id, by=by, at=at)


def end(word_id: int, *, by: Person, at: datetime) -> Word:
    """End somebody's word.

    Raises:
        NotFound, NotAllowed, RuleViolation: no such asking; neither chair, secretary nor staff; not speaking.
    """
    word, _day = _led_word(word_id, by=by, at=at)
    if word.state is WordState.SPOKEN:
        return word
    require_word_move(word.state, WordState.SPOKEN)
    word.state, word.ended_at = WordState.SPOKEN, at
    return word


def pass_over(word_id: int, *, by: Person, at: datetime) -> Word:
    """Note that somebody was called and is not there; they may ask again.

    Raises:
        NotFound, NotAllowed, RuleViolation: no such asking; neither chair, secretary nor staff; not waiting.
    """
    word, _day = _led_word(word_id, by=by, at=at)
    if word.state is WordState.PASSED:
        return word
    require_word_move(word.state, WordState.PASSED)
    word.state = WordState.PASSED
    return word


def _led_word(word_id: int, *, by: Person, at: datetime) -> tuple[Word, FloorDay]:
    day = led(get_or_not_found(Word, word_id).day_id, by=by, at=at)
    return get_or_not_found(Word, word_id, lock=True), day


def _require_open(day: FloorDay, item: FloorItem) -> None:
    if day.state is not DayState.IN_SESSION or item.state is not ItemState.OPEN:
        raise RuleViolation(NOT_NOW)


def _role(by: Person, day: FloorDay, at: datetime) -> SpeakerRole:
    if is_staff(by, day.place, at):
        return SpeakerRole.OFFICE
    return SpeakerRole.COUNCIL if is_council(by, day.place, at) else SpeakerRole.RESIDENT
