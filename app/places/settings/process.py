"""Settings of discovery, the plan, its inspection, and the assembly (domain.md §2.3-2.5, §2.7, §3). Pure."""

from fractions import Fraction

from app.i18n import N_
from app.places.settings.kinds import Group, Kind, Setting, Threshold

_THREE = N_("성동구·대덕구·순천시 주민자치회 조례의 공통 규정")
_SEOUL_PLAN = N_("서울시 찾아가는 동주민센터 2017 기본계획")
_F = Fraction


def _whole(  # noqa: PLR0917 - a row of a table
    key: str, name: str, explanation: str, kind: Kind, default: int, bounds: tuple[int, int], basis: str, group: Group
) -> Setting[int]:
    low, high = bounds
    return Setting(key, name, explanation, kind, default, basis, group, _F(low), _F(high))


PLANNING_GROUP_WHO = Setting(
    "planning_group.who", N_("마을계획단에 지원할 수 있는 사람"), N_("주민으로 확인된 사람만 받을지, 여기에서 일하거나 배우는 사람도 받을지 정합니다."),
    Kind.CHOICE, "residents", _SEOUL_PLAN, Group.DISCOVERY,
    choices={"residents": N_("주민으로 확인된 사람"), "anyone": N_("계정이 있는 누구나")},
)  # fmt: skip
SURVEY_ADDERS = Setting(
    "survey.adders", N_("마을 자원을 적는 사람"), N_("자원조사에서 자원을 적어 넣는 사람을 정합니다. 누가 적었든 다른 사람이 확인해야 공개됩니다."),
    Kind.CHOICE, "group", _SEOUL_PLAN, Group.DISCOVERY,
    choices={"group": N_("마을계획단과 주민자치회"), "residents": N_("주민으로 확인된 누구나")},
)  # fmt: skip
INITIATIVE_MIN_SIGNERS = _whole(
    "initiative.min_signers", N_("주민발의에 필요한 사람 수"), N_("주민 몇 명이 함께하면 의제가 정식으로 올라가는지 정합니다."),
    Kind.COUNT, 5, (1, 100), N_("서울시 찾동 2.0(5명), 동작구·강남구 골목회의(3명)"), Group.DISCOVERY,
)  # fmt: skip
GROUP_MIN_MEMBERS = _whole(
    "group.min_members", N_("소모임 최소 인원"), N_("몇 명이 모이면 주민소모임으로 보는지 정합니다."),
    Kind.COUNT, 3, (2, 50), _SEOUL_PLAN, Group.DISCOVERY,
)  # fmt: skip
GROUPS_PER_DONG = _whole(
    "group.groups_per_dong", N_("지원하는 소모임 수"), N_("한 동에서 한 해에 지원하는 소모임의 수입니다."),
    Kind.COUNT, 4, (0, 100), _SEOUL_PLAN, Group.DISCOVERY,
)  # fmt: skip
GRANT_PER_DONG = _whole(
    "group.grant_per_dong", N_("소모임 지원금(한 동)"), N_("한 동의 소모임에 한 해 동안 지원하는 돈을 모두 더한 금액입니다."),
    Kind.WON, 4_500_000, (0, 1_000_000_000), _SEOUL_PLAN, Group.DISCOVERY,
)  # fmt: skip
GROUP_PER_PERSON = _whole(
    "group.per_person", N_("한 사람이 드는 소모임 수"), N_("한 번의 소모임 지원에서 한 사람이 몇 모임까지 함께한다고 확인할 수 있는지 정합니다."),
    Kind.COUNT, 1, (1, 10), N_("정한 법이 없어 마당이 제안하는 값"), Group.DISCOVERY,
)  # fmt: skip
GROUP_REPORT_DAYS = _whole(
    "group.report_days", N_("소모임 결과보고 기한"), N_("소모임의 활동이 끝난 뒤 며칠 안에 결과보고와 정산을 내는지 정합니다."),
    Kind.DAYS, 30, (7, 59), N_("지방보조금법 제17조제1항·시행령 제9조제1항(사업을 마친 날부터 두 달 안), 그 안에서 며칠인지는 운영세칙으로 정함"),
    Group.DISCOVERY,
)  # fmt: skip
GROUP_BARRED_YEARS = _whole(
    "group.barred_years", N_("보고하지 않은 소모임을 받지 않는 햇수"), N_("결과보고를 하지 않아 지원금을 돌려준 모임을 몇 해 동안 다시 받지 않는지 정합니다. 0이면 막지 않습니다."),
    Kind.COUNT, 1, (0, 5), N_("운영세칙. 지방보조금법 제32조의 수행 배제(5년 안)는 거짓 신청 등으로 지원 결정이 취소된 때의 것이라, 보고가 없다는 것만으로는 따르지 않음"),
    Group.DISCOVERY,
)  # fmt: skip
GROUP_OBJECTION_DAYS = _whole(
    "group.objection_days", N_("소모임 지원에 이의를 내는 기간"), N_("지원하지 않거나 줄이기로 한 것을 알린 날부터 며칠 동안 모임의 이의를 받는지 정합니다. 그동안 그 지원에 남은 돈은 다른 데 알리지 않습니다."),
    Kind.DAYS, 30, (20, 60), N_("지방보조금법 제36조의2(교부 결정에 20일), 행정기본법 제36조(처분에 30일). 어느 법을 따르는지는 지방자치단체가 판단"),
    Group.DISCOVERY,
)  # fmt: skip
GROUP_OBJECTION_ANSWER_DAYS = _whole(
    "group.objection_answer_days", N_("소모임의 이의에 답하는 기한"), N_("소모임의 이의를 받은 뒤 며칠 안에 답하는지 정합니다."),
    Kind.DAYS, 14, (1, 24), N_("행정기본법 제36조제2항(14일, 부득이하면 한 번 10일까지 늘림)에 견줌, 지방보조금법에는 답하는 기한이 없음"), Group.DISCOVERY,
)  # fmt: skip
GROUP_LEADER_AGE = _whole(
    "group.leader_min_age", N_("소모임 대표의 최소 나이"), N_("지원금을 받고 정산하는 대표의 나이입니다. 생년월일을 아는 사람만 확인하고, 모임의 다른 사람에게는 묻지 않습니다."),
    Kind.YEARS_OF_AGE, 19, (14, 19), N_("민법 제4조(19세에 성년), 제5조(미성년자의 법률행위). 몇 살부터 맡기는지는 운영세칙으로 정함"), Group.DISCOVERY,
)  # fmt: skip
AGENDA_CONSENT_DAYS = _whole(
    "agenda.consent_days", N_("합치기·나누기에 답하는 기간"), N_("의제를 합치거나 나누자고 물을 때 낸 사람이 며칠 안에 답하는지 정합니다."),
    Kind.DAYS, 7, (1, 30), N_("정한 법이 없어 마당이 제안하는 값"), Group.DISCOVERY,
)  # fmt: skip
CALL_PER_PERSON = _whole(
    "call.per_person", N_("공모에 한 사람이 내는 수"), N_("제안 공모 하나에 한 사람이 몇 건까지 낼 수 있는지 정합니다. 공모마다 더 적게 정할 수 있습니다."),
    Kind.COUNT, 3, (1, 20), N_("화성시·강남구 주민참여예산 공모 사례"), Group.DISCOVERY,
)  # fmt: skip

INSPECTION_DAYS = _whole(
    "plan.inspection_days", N_("주민공람 기간"), N_("마을계획안을 주민에게 보이고 의견을 듣는 기간입니다."),
    Kind.DAYS, 20, (7, 60), N_("행정절차법 제46조(행정예고 20일 이상, 급하면 10일)"), Group.PLAN,
)  # fmt: skip
PLAN_SUBMIT_DAYS = _whole(
    "plan.submit_days", N_("계획을 보내는 기한"), N_("총회에서 정한 계획을 며칠 안에 구청장에게 보내는지 정합니다."),
    Kind.DAYS, 30, (1, 90), N_("성동구 조례(1개월), 순천시 조례(30일), 대덕구 조례(14일)"), Group.PLAN,
)  # fmt: skip
PLAN_HEAD_ANSWER_DAYS = _whole(
    "plan.head_answer_days", N_("구청장이 답하는 기한"), N_("계획을 받은 구청장이 며칠 안에 답하는지 정합니다."),
    Kind.DAYS, 30, (1, 90), _THREE, Group.PLAN,
)  # fmt: skip
COUNCIL_ADOPTION = Setting(
    "plan.council_adoption", N_("주민자치회의 의결"), N_("주민자치회가 계획안을 의결해야 다음으로 나아가는지, 공람 앞과 주민총회 앞 가운데 언제 의결하는지 정합니다."),
    Kind.CHOICE, "none", N_("성동구·대덕구·순천시 조례(주민자치회가 계획안을 정해 총회에 올림), 성북구 2015년(공람 뒤 의결)"), Group.PLAN,
    choices={
        "none": N_("의결 없이 나아감"), "inspection": N_("공람하기 앞"), "assembly": N_("총회에 올리기 앞"),
        "both": N_("두 번 다"),
    },
)  # fmt: skip

ASSEMBLY_PER_YEAR = _whole(
    "assembly.per_year", N_("한 해 총회 횟수"), N_("주민총회를 한 해에 적어도 몇 번 여는지 정합니다."),
    Kind.COUNT, 1, (1, 12), _THREE, Group.ASSEMBLY,
)  # fmt: skip
ASSEMBLY_TURNOUT_SHARE = Setting(
    "assembly.turnout_share", N_("총회가 이루어지는 참여 비율"), N_("이만큼 참여해야 총회가 이루어집니다. 사전투표와 현장을 더해 셉니다."),
    Kind.SHARE, _F(1, 200), N_("성동구 주민자치회 조례(1000분의 5)"), Group.ASSEMBLY, _F(0), _F(1, 2),
)  # fmt: skip
ASSEMBLY_BASE = Setting(
    "assembly.base", N_("참여 비율의 바탕"), N_("참여 비율을 동 인구로 셈하는지, 투표할 수 있는 사람 수로 셈하는지 정합니다."),
    Kind.CHOICE, "population", N_("성동구 주민자치회 조례(동 인구)"), Group.ASSEMBLY,
    choices={"population": N_("동 인구"), "electors": N_("투표할 수 있는 사람")},
)  # fmt: skip
ASSEMBLY_QUORUM_COUNTS = Setting(
    "assembly.quorum_counts", N_("총회 날 참여로 세는 사람"), N_("총회가 이루어지는지 볼 때, 미리 투표한 사람까지 세는지 그 자리에 있는 사람만 세는지 정합니다."),
    Kind.CHOICE, "all", N_("성동구 주민자치회 조례(사전투표와 현장을 더해 셈)"), Group.ASSEMBLY,
    choices={"all": N_("미리 투표한 사람과 온 사람"), "present": N_("그 자리에 있는 사람만")},
)  # fmt: skip
ASSEMBLY_SPEAKING_ORDER = Setting(
    "assembly.speaking_order", N_("총회에서 말하는 차례"), N_("말하기를 청한 사람이 여럿일 때 누구부터 말하는지 정합니다."),
    Kind.CHOICE, "first_timers", N_("운영세칙"), Group.ASSEMBLY,
    choices={"first_timers": N_("그날 처음 말하는 사람 먼저"), "asked": N_("청한 차례대로")},
)  # fmt: skip
ASSEMBLY_SPEAKING_MINUTES = _whole(
    "assembly.speaking_minutes", N_("총회에서 한 번에 말하는 시간(분)"), N_("한 사람이 한 번에 몇 분까지 말하는지 정합니다."),
    Kind.COUNT, 3, (1, 20), N_("운영세칙"), Group.ASSEMBLY,
)  # fmt: skip
ASSEMBLY_MIN_AGE = _whole(
    "assembly.min_age", N_("투표하는 최소 나이"), N_("총회 날에 만 나이가 이보다 적으면 투표할 수 없습니다."),
    Kind.YEARS_OF_AGE, 15, (13, 19), N_("성동구·당진시(15세), 도담동(16세), 송도3동(13세) 운영 사례"), Group.ASSEMBLY,
)  # fmt: skip
ASSEMBLY_PUBLICITY_DAYS = _whole(
    "assembly.publicity_days", N_("총회를 미리 알리는 기간"), N_("총회 안건을 며칠 전부터 알리고 의견을 듣는지 정합니다."),
    Kind.DAYS, 30, (7, 90), _THREE, Group.ASSEMBLY,
)  # fmt: skip
ASSEMBLY_PREVOTE_DAYS = _whole(
    "assembly.prevote_days", N_("사전투표 기간"), N_("총회 날 전에 미리 투표할 수 있는 기간입니다. 0이면 총회 날에만 투표합니다."),
    Kind.DAYS, 14, (0, 31), N_("세 조례 모두 사전투표를 허용(사례 4~30일)"), Group.ASSEMBLY,
)  # fmt: skip
ASSEMBLY_K_VOTES = _whole(
    "assembly.k_votes", N_("한 사람이 고르는 개수"), N_("투표에서 한 사람이 많아야 몇 개의 사업을 고를 수 있는지 정합니다."),
    Kind.COUNT, 3, (1, 12), N_("관산동 등 운영 사례(3표), 운영세칙"), Group.ASSEMBLY,
)  # fmt: skip
ASSEMBLY_RANK_LIMIT = _whole(
    "assembly.rank_limit", N_("순위를 매기는 가장 많은 수"), N_("순위 투표에서 몇 위까지 매기게 할 수 있는지 정합니다. 길게 매길수록 나올 수 있는 표가 많아져, 공개된 표가 누구의 표인지 알리는 표식이 될 수 있습니다. 0이면 명부의 사람 수에 맞춰 마당이 정합니다."),
    Kind.COUNT, 0, (0, 30), N_("정한 법이 없어 마당이 제안하는 값"), Group.ASSEMBLY,
)  # fmt: skip
ASSEMBLY_APPROVE_SHARE = Setting(
    "assembly.approve_share", N_("찬성으로 정하는 비율"), N_("찬반 투표에서 유효표 가운데 이만큼 찬성해야 정해집니다."),
    Kind.THRESHOLD, Threshold(_F(1, 2), more_than=True), _THREE, Group.ASSEMBLY, _F(1, 3), _F(1),
)  # fmt: skip
ASSEMBLY_CHANNEL_WEIGHTS = Setting(
    "assembly.channel_weights", N_("투표 방법별 무게"), N_("어디서 투표했든 한 표는 한 표입니다. 조례가 달리 정한 곳만 바꿉니다."),
    Kind.WEIGHTS, dict.fromkeys(("online", "booth", "paper", "onsite"), _F(1)),
    N_("송도3동·은평구(같은 한 표), 순천시 조례 제16조제9항(운영세칙에 위임)"), Group.ASSEMBLY, _F(0), _F(10),
    {"online": N_("온라인"), "booth": N_("투표소"), "paper": N_("종이"), "onsite": N_("총회 현장")},
)  # fmt: skip
ASSEMBLY_KIOSK_GRACE = _whole(
    "assembly.kiosk_grace_minutes", N_("키오스크의 늦은 표를 받는 시간(분)"), N_("끝나기 전에 키오스크에서 잠갔지만 통신이 끊겨 못 보낸 표를 마감 뒤 몇 분까지 받는지 정합니다. 0이면 받지 않고, 투표를 연 뒤에는 바뀌지 않습니다."),
    Kind.COUNT, 30, (0, 120), N_("조례에 정한 것이 없어 운영세칙으로 정함"), Group.ASSEMBLY,
)  # fmt: skip
ASSEMBLY_LEAST_GROUP = _whole(
    "assembly.least_group", N_("참여를 따로 보이는 가장 작은 무리"), N_("성별, 나이, 통으로 나눈 참여에서 투표할 수 있는 사람이 이보다 적은 무리는 다른 무리와 합칩니다."),
    Kind.COUNT, 10, (5, 200), N_("통계법 제33조(비밀의 보호)"), Group.ASSEMBLY,
)  # fmt: skip
ASSEMBLY_OBJECTION_DAYS = _whole(
    "assembly.objection_days", N_("결과에 이의를 내는 기간"), N_("결과가 나온 뒤 며칠 동안 이의를 받는지 정합니다. 이 기간이 끝나고 모두 답하면 누가 어떤 투표 번호였는지를 지웁니다."),
    Kind.DAYS, 14, (7, 60), N_("공직선거법 제219조(선거소청 14일)에 견줌, 조례에 정한 것이 없음"), Group.ASSEMBLY,
)  # fmt: skip
ASSEMBLY_OBJECTION_ANSWER_DAYS = _whole(
    "assembly.objection_answer_days", N_("이의에 답하는 기한"), N_("결과에 대한 이의를 받은 뒤 며칠 안에 답하는지 정합니다."),
    Kind.DAYS, 7, (1, 60), N_("조례에 정한 것이 없어 운영세칙으로 정함"), Group.ASSEMBLY,
)  # fmt: skip
ASSEMBLY_KEYS = Setting(
    "assembly.keys", N_("투표 열쇠를 맡는 사람"), N_("서버가 열쇠와 투표 번호를 만들어도 되는지, 열쇠 지기와 번호 관리인이 따로 있어야 하는지 정합니다."),
    Kind.CHOICE, "server", N_("운영세칙(이해가 크게 갈리는 투표는 열쇠 지기)"), Group.ASSEMBLY,
    choices={"server": N_("서버가 맡아도 됩니다 (작은 투표)"), "trustees": N_("열쇠 지기가 나누어 맡습니다")},
)  # fmt: skip
ASSEMBLY_WITNESS_QUORUM = _whole(
    "assembly.witness_quorum", N_("확인해야 하는 증인 수"), N_("투표함의 머리를 증인 몇 곳이 확인해야 접수증이 다 갖추어지는지 정합니다. 투표를 연 뒤에는 바뀌지 않습니다."),
    Kind.COUNT, 2, (1, 9), N_("정한 법이 없어 마당이 제안하는 값"), Group.ASSEMBLY,
)  # fmt: skip
ASSEMBLY_WITNESS_SILENT_MINUTES = _whole(
    "assembly.witness_silent_minutes", N_("증인이 조용하다고 알리는 시간(분)"), N_("투표하는 동안 증인이 새 머리를 몇 분 동안 확인하지 않으면 담당자에게 알릴지 정합니다."),
    Kind.COUNT, 30, (5, 1440), N_("정한 법이 없어 마당이 제안하는 값"), Group.ASSEMBLY,
)  # fmt: skip
ASSEMBLY_GROUP = Setting(
    "assembly.group", N_("투표를 잠그는 수학"), N_("보통은 빠른 것을 씁니다. 오래된 검증 프로그램으로도 확인하려면 다른 것을 고릅니다."),
    Kind.CHOICE, "Ed25519", N_("운영세칙"), Group.ASSEMBLY,
    choices={"Ed25519": N_("Ed25519 (빠름)"), "BELENIOS-2048": N_("BELENIOS-2048 (오래된 검증 프로그램까지)")},
)  # fmt: skip
ASSEMBLY_MINUTES_DAYS = _whole(
    "assembly.minutes_days", N_("총회 회의록 기한"), N_("총회가 끝난 뒤 며칠 안에 회의록을 쓰는지 정합니다."),
    Kind.DAYS, 14, (1, 60), _THREE, Group.ASSEMBLY,
)  # fmt: skip
ASSEMBLY_PUBLISH_DAYS = _whole(
    "assembly.publish_days", N_("총회 결과를 보이는 기간"), N_("총회 결과를 적어도 며칠 동안 공개하는지 정합니다."),
    Kind.DAYS, 30, (7, 365), _THREE, Group.ASSEMBLY,
)  # fmt: skip
