"""Settings of participatory budgeting, funds, privacy and the election guard (domain.md §2.6, §2.8, §3). Pure."""

from fractions import Fraction

from app.i18n import N_
from app.places.settings.kinds import Group, Kind, Setting

_SEOUL_PLAN = N_("서울시 찾아가는 동주민센터 2017 기본계획")
_SEOUL_PB = N_("서울특별시 시민참여예산제 운영 조례")
_DESTROY = N_("개인정보 보호법 제21조(목적을 이루면 파기)")
_F = Fraction


def _whole(  # noqa: PLR0917 - a row of a table
    key: str, name: str, explanation: str, kind: Kind, default: int, bounds: tuple[int, int], basis: str, group: Group
) -> Setting[int]:
    low, high = bounds
    return Setting(key, name, explanation, kind, default, basis, group, _F(low), _F(high))


PB_ENVELOPE = _whole(
    "pb.envelope_per_dong", N_("동 예산 한도"), N_("한 동의 총회가 정할 수 있는 사업비를 모두 더한 한도입니다."),
    Kind.WON, 30_000_000, (0, 10_000_000_000), N_("서울시 동 단위 계획형 시민참여예산(3천만원), 은평구(7천만원)"), Group.BUDGET,
)  # fmt: skip
PB_MAX_PER_PROJECT = _whole(
    "pb.max_per_project", N_("사업 하나의 한도"), N_("사업 하나에 쓸 수 있는 가장 큰 금액입니다. 동 예산 한도보다 크면 동 예산 한도를 따릅니다."),
    Kind.WON, 50_000_000, (0, 10_000_000_000), N_("화성시·금산군 주민참여예산 공모(5천만원)"), Group.BUDGET,
)  # fmt: skip
PB_PLAN_NOTICE_DAYS = _whole(
    "pb.plan_notice_days", N_("운영계획을 미리 알리는 기간"), N_("주민참여예산 운영계획을 며칠 동안 알리는지 정합니다."),
    Kind.DAYS, 20, (1, 90), N_("서울특별시·성동구 주민참여예산제 운영 조례(20일 이상)"), Group.BUDGET,
)  # fmt: skip
PB_RECRUIT_NOTICE_DAYS = _whole(
    "pb.recruit_notice_days", N_("위원 모집을 알리는 기간"), N_("주민참여예산위원 모집을 며칠 동안 알리는지 정합니다."),
    Kind.DAYS, 15, (1, 90), N_("성동구 주민참여예산제 운영 조례(15일 이상)"), Group.BUDGET,
)  # fmt: skip
PB_MEETING_NOTICE_DAYS = _whole(
    "pb.meeting_notice_days", N_("회의를 미리 알리는 기간"), N_("위원회 회의를 며칠 전에 알리는지 정합니다."),
    Kind.DAYS, 15, (1, 60), _SEOUL_PB, Group.BUDGET,
)  # fmt: skip
PB_MINUTES_DAYS = _whole(
    "pb.minutes_days", N_("회의록을 공개하는 기한"), N_("위원회가 끝난 뒤 며칠 안에 회의록을 공개하는지 정합니다."),
    Kind.DAYS, 7, (1, 60), N_("서울특별시 조례(7일), 성동구 조례(10일)"), Group.BUDGET,
)  # fmt: skip
PB_WEIGHTS = Setting(
    "pb.weights", N_("주민·위원회·설문의 무게"), N_("사업의 순서를 정할 때 주민투표, 위원회 심사, 설문을 어떤 무게로 더하는지 정합니다."),
    Kind.WEIGHTS, {"resident": _F(1), "committee": _F(0), "survey": _F(0)},
    N_("동작구(100:0), 대전(50:50), 여주시(30:70) 운영 사례"), Group.BUDGET, _F(0), _F(100),
    {"resident": N_("주민투표"), "committee": N_("위원회"), "survey": N_("설문")},
)  # fmt: skip

FUND_SUPPORT_PER_DONG = _whole(
    "fund.support_per_dong", N_("마을기금 지원금(한 동)"), N_("마을기금을 운영하고 교육하는 데 한 동에 지원하는 금액입니다."),
    Kind.WON, 7_500_000, (0, 1_000_000_000), _SEOUL_PLAN, Group.SUPPORT,
)  # fmt: skip
CARE_SLA_HOURS = _whole(
    "care.sla_hours", N_("돌봄 요청에 찾아가는 시간"), N_("돌봄을 요청받고 늦어도 몇 시간 안에 찾아가는지 정합니다."),
    Kind.HOURS, 72, (1, 240), N_("서울시 돌봄SOS센터(최대 72시간)"), Group.SUPPORT,
)  # fmt: skip

RETENTION_ROLL_MONTHS = _whole(
    "privacy.retention_roll_months", N_("명부와 연락처 보관"), N_("이의신청 기간이 끝난 뒤 이만큼 지나면 명부와 연락처를 지웁니다."),
    Kind.MONTHS, 6, (0, 36), _DESTROY, Group.PRIVACY,
)  # fmt: skip
RETENTION_BALLOTS_MONTHS = _whole(
    "privacy.retention_ballots_months", N_("암호화된 표와 집계 보관"), N_("누구의 표인지 알 수 없는 공개 기록으로 이만큼 보관합니다."),
    Kind.MONTHS, 60, (12, 360), N_("공공기록물 관리에 관한 법률(보존기간 5년)"), Group.PRIVACY,
)  # fmt: skip
RETENTION_LOTTERY_MONTHS = _whole(
    "privacy.retention_lottery_months", N_("뽑히지 않은 지원자 정보 보관"), N_("예비자 순번이 끝나는 때까지만 보관합니다."),
    Kind.MONTHS, 24, (0, 60), _DESTROY, Group.PRIVACY,
)  # fmt: skip
RETENTION_AUDIT_MONTHS = _whole(
    "privacy.retention_audit_months", N_("개인정보 열람 기록 보관"), N_("누가 언제 개인정보를 열어 보았는지의 기록을 이만큼 보관합니다."),
    Kind.MONTHS, 24, (24, 120), N_("개인정보의 안전성 확보조치 기준 제8조(1년 이상, 5만 명 이상이면 2년 이상)"), Group.PRIVACY,
)  # fmt: skip
RETENTION_PETITION_MONTHS = _whole(
    "privacy.retention_petition_months", N_("주민발의 서명 보관"), N_("주민발의에 함께한 사람의 정보를 이만큼 보관합니다."),
    Kind.MONTHS, 36, (0, 120), N_("주민e직접의 보관 기간(3년)"), Group.PRIVACY,
)  # fmt: skip

GUARD_HEAD_EVENTS_DAYS = _whole(
    "election.guard_days_head_events", N_("단체장 행사 제한 기간"), N_("선거일 전 이 기간에는 단체장이 행사를 열거나 후원할 수 없습니다."),
    Kind.DAYS, 60, (60, 365), N_("공직선거법 제86조(선거일 전 60일)"), Group.ELECTION,
)  # fmt: skip
GUARD_PR_DAYS = _whole(
    "election.guard_days_pr", N_("홍보물 제한 기간"), N_("선거일 전 이 기간에는 단체장의 홍보물과 행사 참석이 제한됩니다."),
    Kind.DAYS, 180, (180, 365), N_("공직선거법 제86조제5항·제6항(선거일 전 180일)"), Group.ELECTION,
)  # fmt: skip
GUARD_MODE = Setting(
    "election.guard_mode", N_("선거 전 제한을 지키는 방법"), N_("제한 기간에 담당자가 행사를 알리거나 책자를 만들 때, 법이 정한 예외를 고르게 하는지, 알리기만 하는지 정합니다."),
    Kind.CHOICE, "block", N_("공직선거법 제86조제2항·제5항"), Group.ELECTION,
    choices={"block": N_("예외가 아니면 막음"), "warn": N_("알리기만 함")},
)  # fmt: skip
