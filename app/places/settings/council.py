"""Settings of the residents' council (domain.md §2.2, §3). Pure."""

from fractions import Fraction

from app.i18n import N_
from app.places.settings.kinds import Group, Kind, Setting, Threshold, Track

_THREE = N_("성동구·대덕구·순천시 주민자치회 조례의 공통 규정")
_SPECIAL_ACT = N_("지방자치분권 및 지역균형발전에 관한 특별법 제40조, 주민자치회 조례")
_F = Fraction


def _whole(  # noqa: PLR0917 - a row of a table
    key: str, name: str, explanation: str, kind: Kind, default: int, bounds: tuple[int, int], basis: str
) -> Setting[int]:
    low, high = bounds
    return Setting(f"council.{key}", name, explanation, kind, default, basis, Group.COUNCIL, _F(low), _F(high))


SIZE_MIN = _whole(
    "size_min", N_("위원 수(최소)"), N_("주민자치회 위원이 적어도 몇 명이어야 하는지 정합니다."),
    Kind.COUNT, 30, (5, 100), _SPECIAL_ACT,
)  # fmt: skip
SIZE_MAX = _whole(
    "size_max", N_("위원 수(최대)"), N_("주민자치회 위원을 많아야 몇 명까지 둘 수 있는지 정합니다."),
    Kind.COUNT, 50, (5, 100), _SPECIAL_ACT,
)  # fmt: skip
MEMBER_MIN_AGE = _whole(
    "member_min_age", N_("위원의 최소 나이"), N_("모집을 알린 날에 만 나이가 이보다 적으면 위원이 될 수 없습니다."),
    Kind.YEARS_OF_AGE, 18, (14, 25), N_("주민자치회 표준조례(18세), 순천시 조례(16세), 성동구 조례(19세)"),
)  # fmt: skip
TRACKS: Setting[tuple[Track, ...]] = Setting(
    "council.tracks", N_("위원을 뽑는 길과 비율"),
    N_("위원 자리를 공개모집과 단체추천에 어떻게 나누는지 정합니다. 모두 더하면 100%입니다."), Kind.TRACKS,
    (Track("open", N_("공개모집"), _F(3, 5)), Track("recommended", N_("단체추천"), _F(2, 5))),
    N_("성동구 주민자치회 조례(공개모집 60%, 추천 40%)"), Group.COUNCIL,
)  # fmt: skip
SEX_MAX_SHARE = Setting(
    "council.sex_max_share", N_("한쪽 성별의 최대 비율"), N_("위원 가운데 한쪽 성별이 이 비율을 넘지 않게 뽑습니다."),
    Kind.SHARE, _F(3, 5), _THREE, Group.COUNCIL, _F(1, 2), _F(1),
)  # fmt: skip
DRAW_MODE = Setting(
    "council.draw_mode", N_("위원을 뽑는 추첨 방법"), N_("추첨을 준비할 때 먼저 골라 두는 방법입니다. 공고하기 전까지 추첨마다 바꿀 수 있습니다."),
    Kind.CHOICE, "quota", N_("주민자치회 조례와 시행규칙(위원 공개추첨의 방법은 조례마다 다름)"), Group.COUNCIL,
    choices={
        "quota": N_("구성 비율을 지키는 추첨"),
        "panels": N_("위원회 1,000개를 미리 공개하고 공 세 개로 하나를 뽑는 추첨"),
        "panels_fine": N_("위원회 10,000개를 미리 공개하고 공 네 개로 하나를 뽑는 추첨"),
        "simple": N_("모집 방법과 성별만 보는 단순 추첨"),
        "balls": N_("후보마다 공 하나를 넣고 손으로 뽑는 단순 추첨"),
    },
)  # fmt: skip
DRAW_NOTICE_DAYS = _whole(
    "draw_notice_days", N_("추첨 전 공고 기간"), N_("후보 명단과 규칙의 지문을 추첨하기 며칠 전까지 공고하는지 정합니다."),
    Kind.DAYS, 7, (1, 60), N_("주민자치회 조례 시행규칙(위원 추첨 공고)"),
)  # fmt: skip
RESERVES = _whole(
    "reserves", N_("길마다 예비자 수"), N_("추첨에서 순번을 정해 두는 예비자의 수입니다. 빈자리가 생기면 차례로 채웁니다."),
    Kind.COUNT, 5, (0, 50), N_("성동구 조례(5명), 대덕구·순천시 조례(모두 10명)"),
)  # fmt: skip
TRAINING_HOURS_NEW = _whole(
    "training_hours_new", N_("처음 위원의 교육 시간"), N_("처음 위원이 되려는 사람이 마쳐야 하는 주민자치학교 시간입니다."),
    Kind.HOURS, 6, (0, 40), _THREE,
)  # fmt: skip
TRAINING_HOURS_RENEW = _whole(
    "training_hours_renew", N_("다시 위원의 교육 시간"), N_("위원을 이어서 하려는 사람이 마쳐야 하는 교육 시간입니다."),
    Kind.HOURS, 3, (0, 40), N_("순천시 주민자치회 조례"),
)  # fmt: skip
TRAINING_VALID_MONTHS = _whole(
    "training_valid_months", N_("교육이 유효한 기간"), N_("마친 교육을 이 기간 안에서만 인정합니다."),
    Kind.MONTHS, 24, (1, 120), N_("대덕구·순천시 주민자치회 조례"),
)  # fmt: skip
TRAINING_WHEN = Setting(
    "council.training_when", N_("교육을 마칠 때"), N_("추첨 전에 마쳐야 하는지, 위촉 뒤 6개월 안에 마치면 되는지 정합니다."),
    Kind.CHOICE, "before", N_("성동구·순천시 조례(추첨 전), 대덕구 조례(위촉 뒤 6개월)"), Group.COUNCIL,
    choices={"before": N_("추첨 전"), "after": N_("위촉 뒤 6개월 안")},
)  # fmt: skip
LIST_TO_HEAD_DAYS = _whole(
    "list_to_head_days", N_("명단을 구청장에게 보내는 기한"), N_("추첨한 뒤 며칠 안에 위촉할 사람의 명단을 보내는지 정합니다."),
    Kind.DAYS, 10, (1, 60), _THREE,
)  # fmt: skip
APPOINT_DAYS = _whole(
    "appoint_days",
    N_("위촉하는 기한"),
    N_("명단을 받은 뒤 며칠 안에 위촉하는지 정합니다."),
    Kind.DAYS,
    20,
    (1, 90),
    _THREE,
)
PUBLISH_DAYS = _whole(
    "publish_days", N_("위원 명단을 알리는 기한"), N_("위촉한 뒤 며칠 안에 주요 사항을 공개하는지 정합니다."),
    Kind.DAYS, 30, (1, 90), _THREE,
)  # fmt: skip
TERM_MONTHS = _whole("term_months", N_("위원 임기"), N_("위원 한 임기의 길이입니다."), Kind.MONTHS, 24, (6, 60), _THREE)
RENEWALS = _whole(
    "renewals", N_("이어서 할 수 있는 횟수"), N_("추첨 없이 위원을 몇 번까지 이어서 할 수 있는지 정합니다."),
    Kind.COUNT, 1, (0, 5), _THREE,
)  # fmt: skip
VACANCY_MIN_MONTHS = _whole(
    "vacancy_min_months", N_("빈자리를 채우는 남은 임기"), N_("남은 임기가 이보다 짧으면 빈자리를 채우지 않습니다."),
    Kind.MONTHS, 6, (0, 24), _THREE,
)  # fmt: skip
COOLING_OFF_MONTHS = _whole(
    "cooling_off_months", N_("해촉 뒤 다시 지원할 수 없는 기간"), N_("해촉된 사람은 이 기간이 지나야 다시 지원할 수 있습니다."),
    Kind.MONTHS, 24, (0, 120), _THREE,
)  # fmt: skip
ONE_PER_HOUSEHOLD = Setting(
    "council.one_per_household", N_("한 가구에 한 명만"), N_("같은 가구에서 두 사람이 함께 위원이 될 수 없게 합니다."),
    Kind.YES_NO, False, N_("대덕구 주민자치회 조례 제8조제10항(예), 다른 조례(규정 없음)"), Group.COUNCIL,
)  # fmt: skip
TAX_ARREARS_EXCLUDED = Setting(
    "council.tax_arrears_excluded", N_("지방세 체납자 제외"), N_("지방세를 내지 않은 사람은 위원이 될 수 없게 합니다."),
    Kind.YES_NO, False, N_("순천시 주민자치회 조례(예), 다른 조례(규정 없음)"), Group.COUNCIL,
)  # fmt: skip
REMOVAL_PROPOSE_SHARE = Setting(
    "council.removal.propose_share", N_("해촉을 제안하는 위원 비율"), N_("위원 가운데 이만큼이 함께하면 해촉을 제안할 수 있습니다."),
    Kind.THRESHOLD, Threshold(_F(1, 3), more_than=False), _THREE, Group.COUNCIL, _F(1, 10), _F(1),
)  # fmt: skip
REMOVAL_PROPOSE_RESIDENTS = _whole(
    "removal.propose_residents", N_("해촉을 제안하는 주민 수"), N_("주민 이만큼이 함께하면 해촉을 제안할 수 있습니다. 0이면 두지 않습니다."),
    Kind.COUNT, 50, (0, 1000), N_("성동구 주민자치회 조례"),
)  # fmt: skip
REMOVAL_DECIDE_SHARE = Setting(
    "council.removal.decide_share", N_("해촉을 정하는 위원 비율"), N_("위원 가운데 이만큼이 찬성하면 해촉을 요구합니다."),
    Kind.THRESHOLD, Threshold(_F(2, 3), more_than=False), _THREE, Group.COUNCIL, _F(1, 2), _F(1),
)  # fmt: skip
MEETINGS_PER_MONTH = _whole(
    "meeting.per_month", N_("한 달 정기회의 수"), N_("정기회의를 한 달에 적어도 몇 번 여는지 정합니다."),
    Kind.COUNT, 1, (0, 8), _THREE,
)  # fmt: skip
MEETING_QUORUM = Setting(
    "council.meeting.quorum", N_("회의를 여는 정족수"), N_("위원 가운데 이만큼이 나와야 회의를 열 수 있습니다."),
    Kind.THRESHOLD, Threshold(_F(1, 2), more_than=True), _THREE, Group.COUNCIL, _F(1, 10), _F(1),
)  # fmt: skip
MEETING_DECIDE = Setting(
    "council.meeting.decide", N_("회의에서 정하는 정족수"), N_("나온 위원 가운데 이만큼이 찬성하면 정합니다."),
    Kind.THRESHOLD, Threshold(_F(1, 2), more_than=True), _THREE, Group.COUNCIL, _F(1, 10), _F(1),
)  # fmt: skip
MEETING_EXTRAORDINARY_SHARE = Setting(
    "council.meeting.extraordinary_share", N_("임시회의를 요구하는 비율"), N_("위원 가운데 이만큼이 요구하면 임시회의를 엽니다."),
    Kind.THRESHOLD, Threshold(_F(1, 3), more_than=False), _THREE, Group.COUNCIL, _F(1, 10), _F(1),
)  # fmt: skip


def _yes_no(key: str, name: str, explanation: str, basis: str, *, default: bool) -> Setting[bool]:
    return Setting(f"council.{key}", name, explanation, Kind.YES_NO, default, basis, Group.COUNCIL)


_BASES = N_("성동구·대덕구·순천시 조례(주민등록, 사업장, 학교·기관·단체, 영주 외국인)")
BASIS_RESIDENCE = _yes_no(
    "basis.residence",
    N_("주민등록으로 지원"),
    N_("이 동에 주민등록이 있는 사람이 지원할 수 있게 합니다."),
    _BASES,
    default=True,
)
BASIS_WORK = _yes_no(
    "basis.work",
    N_("사업장으로 지원"),
    N_("이 동에 있는 사업장에서 일하는 사람이 지원할 수 있게 합니다."),
    _BASES,
    default=True,
)
BASIS_SCHOOL_OR_GROUP = _yes_no(
    "basis.school_or_group", N_("학교·기관·단체로 지원"), N_("이 동에 있는 학교·기관·단체에 속한 사람이 지원할 수 있게 합니다."), _BASES, default=True
)  # fmt: skip
BASIS_PERMANENT_RESIDENT = _yes_no(
    "basis.permanent_resident", N_("영주 외국인으로 지원"), N_("이 동에 사는 영주 자격 외국인이 지원할 수 있게 합니다."),
    N_("대덕구·순천시 주민자치회 조례"), default=True,
)  # fmt: skip
BASIS_MIN_MONTHS = _whole(
    "basis.min_months", N_("그 까닭이 이어진 기간"), N_("살거나 일하거나 속한 지 적어도 몇 달이 되어야 하는지 정합니다. 0이면 따지지 않습니다."),
    Kind.MONTHS, 0, (0, 60), N_("양천구(사업장 1년 이상), 다른 조례(규정 없음)"),
)  # fmt: skip
BASIS_IN_MUNICIPALITY = _yes_no(
    "basis.in_municipality", N_("사업장·학교로 지원해도 같은 시·군·구에 살아야 함"),
    N_("사업장이나 학교·단체로 지원하는 사람도 이 시·군·구에 살아야 하게 합니다."),
    N_("순천시 주민자치회 조례(예), 다른 조례(아니요)"), default=False,
)  # fmt: skip
EXCLUDED_LAWMAKERS = _yes_no(
    "excluded.lawmakers",
    N_("국회의원·지방의원 제외"),
    N_("국회의원과 지방의원은 위원이 될 수 없게 합니다."),
    _THREE,
    default=True,
)
EXCLUDED_OFFICIALS = _yes_no(
    "excluded.officials", N_("이 시·군·구 공무원 제외"), N_("이 시·군·구에서 일하는 공무원은 위원이 될 수 없게 합니다."),
    N_("성동구 주민자치회 조례"), default=True,
)  # fmt: skip
EXCLUDED_OTHER_COUNCIL = _yes_no(
    "excluded.other_council", N_("다른 주민자치회 위원 제외"), N_("다른 동 주민자치회의 위원이거나 지원한 사람은 위원이 될 수 없게 합니다."),
    N_("성동구·순천시 주민자치회 조례"), default=True,
)  # fmt: skip
EXCLUDED_DRAW_COMMITTEE = _yes_no(
    "excluded.draw_committee", N_("추첨관리위원 제외"), N_("추첨을 맡은 위원은 그 추첨의 후보가 될 수 없게 합니다."),
    N_("성동구·순천시 주민자치회 조례"), default=True,
)  # fmt: skip
EXCLUDED_NO_SUFFRAGE = _yes_no(
    "excluded.no_suffrage", N_("피선거권이 없는 사람 제외"), N_("법에 따라 선거에 나설 수 없는 사람은 위원이 될 수 없게 합니다."),
    N_("대덕구·순천시 주민자치회 조례"), default=True,
)  # fmt: skip
TRAINING_AFTER_MONTHS = _whole(
    "training_after_months", N_("위촉 뒤 교육을 마치는 기한"), N_("위촉 뒤에 교육을 마쳐도 되는 곳에서, 몇 달 안에 마쳐야 하는지 정합니다."),
    Kind.MONTHS, 6, (1, 24), N_("대덕구 주민자치회 조례(위촉 뒤 6개월)"),
)  # fmt: skip
CALL_NOTICE_DAYS = _whole(
    "call_notice_days", N_("위원 모집을 알리는 기간"), N_("위원 모집을 적어도 며칠 동안 알리고 받는지 정합니다."),
    Kind.DAYS, 15, (1, 90), N_("성동구 주민참여예산제 운영 조례의 위원 모집(15일 이상)을 따름"),
)  # fmt: skip
OBJECTION_DAYS = _whole(
    "objection_days", N_("이의를 받는 기간"), N_("접수가 끝난 뒤 자격 확인에 대한 이의를 며칠 동안 받는지 정합니다."),
    Kind.DAYS, 7, (1, 60), N_("조례에 정한 것이 없어 후보 명단을 미리 알리는 7일에 맞춤"),
)  # fmt: skip
OBJECTION_ANSWER_DAYS = _whole(
    "objection_answer_days", N_("이의에 답하는 기한"), N_("이의를 받은 뒤 며칠 안에 답하는지 정합니다."),
    Kind.DAYS, 7, (1, 30), N_("조례에 정한 것이 없어 이의를 받는 기간과 같게 둠"),
)  # fmt: skip
DRAW_COMMITTEE_SIZE = _whole(
    "draw_committee.size", N_("추첨관리위원 수(최대)"), N_("추첨관리위원회를 많아야 몇 명으로 꾸리는지 정합니다."),
    Kind.COUNT, 5, (3, 15), N_("성동구 조례(5명 이내), 순천시 조례(7명 이내)"),
)  # fmt: skip
DRAW_COMMITTEE_DONG_HEAD = _whole(
    "draw_committee.dong_head_max", N_("동장이 추천하는 추첨관리위원(최대)"), N_("추첨관리위원 가운데 동장이 추천하는 사람은 많아야 몇 명인지 정합니다."),
    Kind.COUNT, 2, (0, 7), N_("성동구·순천시 주민자치회 조례(2명)"),
)  # fmt: skip
VICE_CHAIRS = _whole(
    "vice_chairs", N_("부회장 수(최대)"), N_("부회장을 많아야 몇 명 두는지 정합니다."),
    Kind.COUNT, 2, (0, 5), N_("성동구·대덕구 조례(2명), 순천시 조례(1명)"),
)  # fmt: skip
AUDITORS = _whole(
    "auditors", N_("감사 수(최대)"), N_("감사를 많아야 몇 명 두는지 정합니다."),
    Kind.COUNT, 2, (0, 5), N_("대덕구·순천시 조례(2명), 성동구 조례(1명 이상)"),
)  # fmt: skip
COMMITTEE_ASSOCIATE_VOTE = _yes_no(
    "committee.associate_vote", N_("분과의 주민도 의결에 참여"), N_("위원이 아니면서 분과에 함께하는 주민도 분과회의에서 표를 가지게 합니다."),
    N_("성동구·대덕구·순천시 조례(발언만 하고 표는 없음)"), default=False,
)  # fmt: skip
MEETING_MINUTES_DAYS = _whole(
    "meeting.minutes_days", N_("회의록을 공개하는 기한"), N_("회의가 끝난 뒤 며칠 안에 회의록을 공개하는지 정합니다."),
    Kind.DAYS, 14, (1, 60), N_("세 조례의 주민총회 회의록 규정(14일 이내)을 따름"),
)  # fmt: skip
MEETING_ONLINE = _yes_no(
    "meeting.online", N_("온라인 회의"), N_("재난 등으로 모이기 어려울 때 온라인으로 회의하고 출석으로 봅니다."),
    N_("대덕구 주민자치회 조례"), default=True,
)  # fmt: skip
REMOVAL_GATHER_DAYS = _whole(
    "removal.gather_days", N_("해촉 제안에 함께할 사람을 모으는 기간"), N_("해촉 제안에 함께할 사람을 며칠 동안 모을 수 있는지 정합니다."),
    Kind.DAYS, 30, (7, 180), N_("조례에 정한 것이 없어 운영세칙으로 정함"),
)  # fmt: skip
SMALL_CELL = Setting(
    "privacy.small_cell", N_("통계에서 보이는 가장 작은 수"), N_("사람을 알아볼 수 없도록, 이보다 적은 수는 통계에서 보이지 않게 합니다."),
    Kind.COUNT, 3, N_("통계법 제33조(비밀의 보호)"), Group.PRIVACY, _F(1), _F(20),
)  # fmt: skip
