"""Settings of the department review, the public inspection and their answers (domain.md §2.4-2.6). Pure."""

from fractions import Fraction

from app.i18n import N_
from app.places.settings.kinds import Group, Kind, Setting

_BYLAWS = N_("운영세칙(법령에 정한 것이 없음)")
_F = Fraction

REVIEW_DAYS = Setting(
    "review.days", N_("부서 검토 기한"), N_("부서가 사업 검토에 며칠 안에 답하는지 정합니다. 요청할 때 따로 정할 수 있습니다."),
    Kind.DAYS, 14, _BYLAWS, Group.PLAN, _F(1), _F(60),
)  # fmt: skip
REVIEW_OBJECTION_DAYS = Setting(
    "review.objection_days", N_("부서 검토에 이의를 내는 기한"), N_("부적격이나 조건부라는 답을 들은 뒤 며칠 안에 이의를 낼 수 있는지 정합니다."),
    Kind.DAYS, 7, N_("바르샤바 주민참여예산의 두 단계 검토와 이의, 운영세칙"), Group.PLAN, _F(1), _F(30),
)  # fmt: skip
INSPECTION_ANSWER_DAYS = Setting(
    "plan.answer_days", N_("공람 의견에 답하는 기한"), N_("공람이 끝난 뒤 며칠 안에 모든 의견에 답하는지 정합니다."),
    Kind.DAYS, 14, N_("운영세칙(국민제안 처리 기한 30일 안)"), Group.PLAN, _F(1), _F(30),
)  # fmt: skip
INSPECTION_LATE_DAYS = Setting(
    "plan.late_days", N_("기간이 지난 의견을 받는 날수"), N_("공람이 끝난 뒤 며칠까지 의견을 더 받는지 정합니다. 기간 외라고 적고 똑같이 답합니다."),
    Kind.DAYS, 7, _BYLAWS, Group.PLAN, _F(0), _F(30),
)  # fmt: skip
INSPECTION_PUBLICATION = Setting(
    "plan.answers_published", N_("공람 답변을 공개하는 때"), N_("확정한 답변을 하나씩 바로 공개하는지, 공람을 마칠 때 한꺼번에 공개하는지 정합니다."),
    Kind.CHOICE, "each", _BYLAWS, Group.PLAN,
    choices={"each": N_("확정하면 바로"), "together": N_("마칠 때 한꺼번에")},
)  # fmt: skip
INSPECTION_SUBSTANTIAL_SHARE = Setting(
    "plan.substantial_share", N_("다시 공람하는 비용 변화"), N_("사업의 비용이 이만큼 넘게 바뀌면 크게 바뀐 것으로 보고 다시 공람할지 정합니다."),
    Kind.SHARE, _F(1, 5), N_("운영세칙(행정절차법 제42조의2에 견주어)"), Group.PLAN, _F(0), _F(1),
)  # fmt: skip
