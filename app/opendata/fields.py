"""What the datasets of the open data and their fields mean, for the page and for the API's document alike. Pure.

Meanings are Korean texts marked for translation; codes that stand in a field come with their words.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from app.cycle.rules import STAGE_NAMES
from app.execution.rules.ledger import KIND_NAMES as ENTRY_NAMES
from app.execution.rules.projects import PROJECT_KIND_NAMES, STATE_NAMES
from app.i18n import N_
from app.observatory.rules import ALERT_NAMES, CHECKLIST, CIRCLE_NAMES, DIMENSION_NAMES, FINDING_NAMES, MARK_NAMES
from app.places.rules import KIND_NAMES as PLACE_KIND_NAMES
from app.plan.rules import FUND_SOURCE_NAMES
from voting.encoding import JSON

Code = TypeVar("Code", bound=str)


@dataclass(frozen=True)
class Field:
    """What a column holds: its JSON type, what it means (marked), whether it may be null, and its codes in words."""

    type: str
    meaning: str
    nullable: bool = False
    format: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)

    def schema(self, say: Callable[[str], str]) -> dict[str, JSON]:
        """Return it as JSON Schema (2020-12, as OpenAPI 3.1 takes it), its meaning said by ``say``."""
        found: dict[str, JSON] = {
            "type": [self.type, "null"] if self.nullable else self.type,
            "description": say(self.meaning),
        }
        if self.format:
            found["format"] = self.format
        return found

    @property
    def type_name(self) -> str:
        """Its type in words for people, marked for translation."""
        return _TYPE_NAMES[self.type, self.format]


_TYPE_NAMES: dict[tuple[str, str], str] = {
    ("integer", ""): N_("정수"),
    ("integer", "int64"): N_("정수(원)"),
    ("string", ""): N_("글(UTF-8)"),
    ("string", "date"): N_("날(2026-07-01)"),
    ("string", "date-time"): N_("때(ISO 8601, UTC)"),
}


@dataclass(frozen=True)
class About:
    """A dataset in sentences, each marked: what a row is, when it changes, and what is not in it and why."""

    what: str
    changes: str
    left_out: str


def _count(meaning: str, *, nullable: bool = False) -> Field:
    return Field("integer", meaning, nullable)


def _won(meaning: str) -> Field:
    return Field("integer", meaning, format="int64")


def _text(meaning: str, codes: Mapping[Code, str] | None = None, *, nullable: bool = False) -> Field:
    return Field("string", meaning, nullable, codes=_values(codes) if codes else {})


def _values(codes: Mapping[Code, str]) -> dict[str, str]:
    # Keys of the tables of names are StrEnums; a reader of the data meets their values.
    return {str(code): name for code, name in codes.items()}


def _day(meaning: str, *, nullable: bool = False) -> Field:
    return Field("string", meaning, nullable, "date")


def _instant(meaning: str, *, nullable: bool = False) -> Field:
    return Field("string", meaning, nullable, "date-time")


_AT_ONCE = N_("적거나 고치는 대로 바뀝니다.")
ABOUT: Mapping[str, About] = {
    "figures": About(
        N_("동 하나의 한 해가 한 줄입니다. 단계, 참여, 의견, 사업, 돈을 센 수입니다."),
        N_("무엇이 바뀌면 1분쯤 뒤에, 끝나지 않은 해는 하루에 한 번 더 셉니다."),
        N_("투표하는 동안의 수는 없습니다. 개표를 마친 총회만 셉니다. 누가 투표했는지는 아무도 알 수 없어 성별과 나이로 나누지 않습니다."),
    ),
    "groups": About(
        N_("위원과 지원자를 성별, 나이, 통·리로 센 수입니다. 한 갈래가 한 줄입니다."),
        N_("동마다 한 해의 수치와 함께 다시 셉니다."),
        N_("사람을 알아볼 수 있을 만큼 적은 수는 비웁니다. 빼서 알아낼 수 있으면 다음으로 적은 수도 비웁니다."),
    ),
    "projects": About(
        N_("하기로 한 사업 하나가 한 줄입니다. 어디서 왔고, 누가 맡았고, 어디까지 왔는지 적습니다."),
        _AT_ONCE,
        N_("맡은 사람의 이름은 없고 맡은 곳만 있습니다. 소식과 사진과 댓글은 사업 화면에만 있습니다. 나중에 가려야 할 수 있기 때문입니다."),
    ),
    "steps": About(
        N_("사업에서 하기로 약속한 일 하나가 한 줄입니다. 약속한 날과 실제로 한 날이 있습니다."),
        _AT_ONCE,
        N_("날을 미룬 까닭은 없습니다. 사업 화면과 공개 기록에서 읽습니다."),
    ),
    "ledger": About(
        N_("돈이 정해지고 쓰인 일 하나가 한 줄입니다. 줄마다 앞줄의 해시가 들어 있어, 한 줄이라도 바꾸면 드러납니다."),
        N_("적는 대로 늘어납니다. 적은 줄은 고치거나 지우지 않고 바로잡는 줄을 더합니다."),
        N_("증빙 서류는 해시만 있습니다. 계약서와 영수증에는 사람의 이름과 계좌가 들어 있기 때문입니다."),
    ),
    "alerts": About(
        N_("기준을 벗어나 알린 일 하나가 한 줄입니다. 동의 답도 함께 있습니다."),
        N_("수치를 다시 셀 때 생기고 풀립니다. 풀린 것도 남습니다."),
        N_("답한 사람의 이름은 없습니다. 동의 답이기 때문입니다."),
    ),
    "visits": About(
        N_("현장 점검 한 번이 한 줄입니다. 점검표의 평가와 본 것을 적습니다."),
        _AT_ONCE,
        N_("다녀온 사람의 이름은 없고 점검한 곳만 있습니다."),
    ),
    "findings": About(
        N_("점검에서 고치라고 한 것 하나가 한 줄입니다. 동의 답과 그 뒤의 평가가 있습니다."),
        _AT_ONCE,
        N_("지적한 사람과 답한 사람의 이름은 없습니다."),
    ),
}  # fmt: skip
PLACES = About(
    N_("이 마당에 있는 시, 구, 동과 그 아래 마을이 한 줄씩입니다. 다른 자료의 dong은 여기의 slug입니다."),
    N_("지역을 더하거나 고치면 바뀝니다."),
    N_("사람에 관한 것은 없습니다."),
)
_COMMON: dict[str, Field] = {
    "dong": _text(N_("동을 가리키는 주소 낱말")),
    "year": _count(N_("마을계획의 해")),
    "project": _count(N_("사업 번호. 이 마당 안에서 하나뿐입니다")),
}
FIELDS: Mapping[str, Mapping[str, Field]] = {
    # Dataset to column to meaning; the datasets and their columns are those of the downloads.
    "figures": {
        "name": _text(N_("동의 이름")), "stage": _text(N_("열려 있거나 다음에 열 단계"), STAGE_NAMES),
        "is_over": _count(N_("한 해를 마쳤으면 1, 아니면 0")),
        "closes_on": _day(N_("열린 단계를 마치기로 한 날"), nullable=True),
        "population": _count(N_("주민등록 인구")), "assemblies": _count(N_("개표를 마친 총회의 수")),
        "electors": _count(N_("개표를 마친 총회에서 투표할 수 있던 사람의 수")), "voters": _count(N_("투표한 사람의 수")),
        "quorate": _count(N_("정한 수만큼 참여한 총회의 수")), "proposals": _count(N_("거두지 않은 의제의 수")),
        "opinions": _count(N_("공람에서 받아 거두지 않은 의견의 수")), "opinions_answered": _count(N_("답한 의견의 수")),
        "opinions_adopted": _count(N_("반영하거나 일부 반영한 의견의 수")), "projects": _count(N_("사업의 수")),
        "completed": _count(N_("마친 사업의 수")), "cancelled": _count(N_("그만둔 사업의 수")),
        "late": _count(N_("약속한 날이 지난 일이 있는 사업의 수")), "silent": _count(N_("오래 소식이 없는 사업의 수")),
        "planned_won": _won(N_("계획한 돈. 정해서 바꾼 것까지")), "contracted_won": _won(N_("계약한 돈")),
        "paid_won": _won(N_("쓴 돈")), "returned_won": _won(N_("돌려준 돈")),
        "women": _count(N_("여성 위원의 수. 적어서 가리면 0")), "men": _count(N_("남성 위원의 수. 적어서 가리면 0")),
        "counted_at": _instant(N_("이 줄을 센 때")),
    },
    "groups": {
        "circle": _text(N_("누구의 구성인지"), CIRCLE_NAMES), "dimension": _text(N_("무엇으로 나누었는지"), DIMENSION_NAMES),
        "kind": _text(N_("나눈 갈래")),
        "count": _count(N_("사람 수. 알아볼 수 있을 만큼 적으면 비어 있습니다"), nullable=True),
    },
    "projects": {
        "title": _text(N_("사업의 이름")), "kind": _text(N_("어디서 온 사업인지"), PROJECT_KIND_NAMES),
        "source": _text(N_("가장 큰 돈의 출처"), FUND_SOURCE_NAMES), "unit": _text(N_("맡아서 하는 곳")),
        "where": _text(N_("하는 곳을 적은 글")), "state": _text(N_("사업이 어디까지 왔는지"), STATE_NAMES),
        "began_at": _instant(N_("사업으로 올린 때")), "completed_at": _instant(N_("사업을 마친 때"), nullable=True),
        "cancel_reason": _text(N_("그만두었으면 그 까닭")),
    },
    "steps": {
        "title": _text(N_("할 일")), "planned_on": _day(N_("약속한 날")), "done_on": _day(N_("실제로 한 날"), nullable=True),
    },
    "ledger": {
        "number": _count(N_("사업 장부에서 몇째 줄인지. 1부터")), "kind": _text(N_("무엇을 적은 줄인지"), ENTRY_NAMES),
        "source": _text(N_("돈의 출처"), FUND_SOURCE_NAMES), "year_of_account": _count(N_("회계 연도")),
        "amount_won": _won(N_("금액. 변경과 바로잡음에서만 음수가 될 수 있습니다")), "happened_on": _day(N_("일이 있던 날")),
        "memo": _text(N_("무엇에 쓴 돈인지")), "approver": _text(N_("계획 변경을 정한 곳")),
        "corrects": _count(N_("바로잡는 줄이면 바로잡힌 줄의 번호"), nullable=True),
        "document_sha256": _text(N_("증빙 서류의 SHA-256, 16진수"), nullable=True),
        "entered_at": _instant(N_("장부에 적은 때")), "parent_hash": _text(N_("앞줄의 해시. 첫 줄은 0이 64개")),
        "hash": _text(N_("이 줄을 정해진 꼴로 적은 바이트의 SHA-256, 16진수")),
    },
    "alerts": {
        "alert": _count(N_("알림의 번호")), "kind": _text(N_("무엇이 기준을 벗어났는지"), ALERT_NAMES),
        "value": _count(N_("마지막으로 센 값")), "limit": _count(N_("알리기 시작하는 기준")),
        "raised_at": _instant(N_("알린 때")), "cleared_at": _instant(N_("다시 기준 안으로 들어온 때"), nullable=True),
        "answer": _text(N_("동의 답")), "answered_at": _instant(N_("동이 답한 때"), nullable=True),
    },
    "visits": {
        "visit": _count(N_("점검의 번호")),
        "project": _count(N_("어느 사업인지. 한 해 전체를 보았으면 비어 있습니다"), nullable=True),
        "visited_on": _day(N_("점검한 날")), "team": _text(N_("점검한 곳")),
        "marks": _text(N_("점검표. 물음=평가를 빈칸으로 나누어 적습니다"), CHECKLIST | _values(MARK_NAMES)),
        "summary": _text(N_("점검에서 본 것")),
    },
    "findings": {
        "visit": _count(N_("점검의 번호")), "number": _count(N_("그 점검에서 몇째 지적인지")),
        "text": _text(N_("고쳐야 할 것")), "due_on": _day(N_("답해야 하는 날")),
        "state": _text(N_("지적이 어디까지 왔는지"), FINDING_NAMES), "answer": _text(N_("동의 답")),
        "answered_at": _instant(N_("동이 답한 때"), nullable=True), "remark": _text(N_("점검한 곳이 답을 보고 한 말")),
        "closed_at": _instant(N_("지적을 정리한 때"), nullable=True),
    },
}  # fmt: skip
PLACE: Mapping[str, Field] = {
    "slug": _text(N_("지역을 가리키는 주소 낱말")),
    "kind": _text(N_("어떤 지역인지"), PLACE_KIND_NAMES),
    "name": _text(N_("한국어 이름")),
    "name_en": _text(N_("영어 이름")),
    "parent": _text(N_("이 지역을 품은 지역의 주소 낱말"), nullable=True),
    "population": _count(N_("주민등록 인구"), nullable=True),
}


def field_of(dataset: str, column: str) -> Field:
    """Return what a column of a dataset means.

    Raises:
        KeyError: there is no such column.
    """
    return FIELDS[dataset][column] if column in FIELDS[dataset] else _COMMON[column]
