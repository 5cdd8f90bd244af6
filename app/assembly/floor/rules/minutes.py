"""The minutes, drafted from what happened. Korean, for the document is; pure text, so that its hash is of what is read. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.assembly.floor.rules.deciding import OUTCOME_NAMES, Outcome
from app.assembly.floor.rules.states import KIND_NAMES, ROLE_NAMES, ItemKind, ItemState, SpeakerRole
from app.clock import KST
from app.errors import InvalidInput
from app.i18n import N_

LEAST = 40
MOST = 60_000
WEEKDAYS = "월화수목금토일"


class Part(StrEnum):
    """As whom somebody confirms the minutes."""

    CHAIR = "chair"
    SECRETARY = "secretary"


PART_NAMES: dict[Part, str] = {Part.CHAIR: N_("의장"), Part.SECRETARY: N_("서기")}


@dataclass(frozen=True)
class Spoke:
    """Somebody spoke: as whom; by name only who wanted it."""

    role: SpeakerRole
    name: str
    began_at: datetime


@dataclass(frozen=True)
class Counted:
    """One count of raised cards or stickers: rows of what was counted, and the hash of the tally sheet's photo."""

    rows: Sequence[tuple[str, int]]
    sheet_sha256: str


@dataclass(frozen=True)
class ItemFacts:
    """What happened with an item."""

    number: int
    kind: ItemKind
    title: str
    state: ItemState
    opened_at: datetime | None
    closed_at: datetime | None
    speakers: Sequence[Spoke]
    unheard: int
    counts: Sequence[Counted]
    needed: int
    outcome: Outcome | None
    chosen: Sequence[str]
    text: str
    """The decision in the chair's words, or what was said."""


@dataclass(frozen=True)
class DayFacts:
    """What happened on the day. Numbers of people, never their names."""

    title: str
    place: str
    where: str
    legal_basis: str
    opened_at: datetime
    closed_at: datetime
    pauses: Sequence[tuple[datetime, datetime]]
    came: int
    guests: int
    advance: int
    counted: int
    needed: int
    counts_advance: bool
    items: Sequence[ItemFacts]


def drafted(day: DayFacts) -> str:
    """Return minutes that say what the software saw; chair and secretary add what was said."""
    opened = day.opened_at.astimezone(KST)
    date = f"{opened.year}. {opened.month}. {opened.day}.({WEEKDAYS[opened.weekday()]})"
    lines = [
        f"{day.title} 회의록",
        "",
        f"일시: {date} {_clock(day.opened_at)} ~ {_clock(day.closed_at)}",
        f"장소: {day.where}",
        f"참석: 투표할 수 있는 주민 {day.came:,}명, 손님 {day.guests:,}명",
    ]
    if day.counts_advance:
        lines.append(f"사전 참여: 문을 열 때까지 투표한 주민 {day.advance:,}명")
    lines += [
        f"성원: 참여한 주민 {day.counted:,}명, 필요한 수 {day.needed:,}명 (근거: {day.legal_basis})",
        *(f"쉬는 시간: {_clock(began)} ~ {_clock(ended)}" for began, ended in day.pauses),
    ]
    for item in day.items:
        lines += ["", *_of_item(item)]
    lines += ["", f"{_clock(day.closed_at)} 총회를 마쳤다."]
    return "\n".join(lines) + "\n"


def require_minutes(text: str) -> None:
    """Refuse minutes of hardly any words, and a book.

    Raises:
        InvalidInput: so.
    """
    if not LEAST <= len(text) <= MOST:
        raise InvalidInput(N_("회의록은 %(least)s자에서 %(most)s자 사이로 적어 주세요."), field="minutes", least=LEAST, most=MOST)  # fmt: skip


def _of_item(item: ItemFacts) -> list[str]:
    lines = [f"{item.number}. {item.title} [{KIND_NAMES[item.kind]}]"]
    if item.opened_at is not None and item.closed_at is not None:
        lines.append(f"   {_clock(item.opened_at)}에 올려 {_clock(item.closed_at)}에 마쳤다.")
    elif item.state in {ItemState.WAITING, ItemState.DEFERRED}:
        lines.append("   다루지 않고 다음으로 미루었다.")
    for spoke in item.speakers:
        role = ROLE_NAMES[spoke.role]
        lines.append(f"   - {_clock(spoke.began_at)} {f'{spoke.name}({role})' if spoke.name else role} 발언")
    if item.unheard:
        lines.append(f"   - 발언을 청했으나 시간이 없어 듣지 못한 사람 {item.unheard}명")
    for number, count in enumerate(item.counts, start=1):
        again = f" ({number}차)" if len(item.counts) > 1 else ""
        lines.append(f"   두 사람이 따로 세어 같은 수{again}: " + ", ".join(f"{name} {n:,}" for name, n in count.rows))
        lines.append(f"   집계표 사진의 지문(SHA-256 앞자리): {count.sheet_sha256[:12]}")
    lines += _decision(item)
    if item.text:
        lines += [f"   {line}" for line in item.text.splitlines()]
    if item.kind is ItemKind.VOTE:
        lines.append("   표는 투표가 끝난 뒤 모두 함께 개표하며, 결과는 총회 결과 화면에 따로 공개한다.")
    return lines


def _decision(item: ItemFacts) -> list[str]:
    if item.outcome is None or item.outcome is Outcome.HEARD or item.opened_at is None:
        return []
    if item.chosen:
        return [f"   결정: {', '.join(item.chosen)} (으)로 정했다."]
    needed = f" (필요한 찬성 {item.needed:,})" if item.needed else ""
    return [f"   결정: {OUTCOME_NAMES[item.outcome]}{needed}"]


def _clock(at: datetime) -> str:
    local = at.astimezone(KST)
    return f"{'오전' if local.hour < 12 else '오후'} {local.hour % 12 or 12}:{local.minute:02d}"
