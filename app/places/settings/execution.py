"""Settings of execution: when changes need a vote, when silence and delay are called out. Pure.

No ordinance that we read fixes these numbers; the defaults are practice (domain.md §1.3, audits of 2020 and 2022), and a
place writes its own by-law beside its own value.
"""

from fractions import Fraction

from app.i18n import N_
from app.places.settings.kinds import Group, Kind, Setting

_BYLAW = N_("주민자치회 운영세칙으로 정함(조례에 정한 값 없음)")
_F = Fraction

CHANGE_COUNCIL_SHARE = Setting(
    "project.change_council_share", N_("주민자치회가 정하는 변경"), N_("사업비가 이 비율 이상 달라지면 주민자치회가 표결로 정합니다. 작은 변경은 담당자가 까닭과 결재를 적습니다."),
    Kind.SHARE, _F(1, 10), _BYLAW, Group.EXECUTION, _F(0), _F(1),
)  # fmt: skip
CHANGE_ASSEMBLY_SHARE = Setting(
    "project.change_assembly_share", N_("주민총회가 정하는 변경"), N_("사업비가 이 비율 이상 달라지면 주민총회만 정할 수 있습니다."),
    Kind.SHARE, _F(1, 2), _BYLAW, Group.EXECUTION, _F(0), _F(10),
)  # fmt: skip
SILENT_DAYS = Setting(
    "project.silent_days", N_("소식이 없다고 알리는 기간"), N_("이만큼 새 소식이 없는 사업에는 “소식 없음” 표시가 붙습니다."),
    Kind.DAYS, 30, _BYLAW, Group.EXECUTION, _F(7), _F(365),
)  # fmt: skip
ESCALATE_DAYS = Setting(
    "project.escalate_days", N_("늦어짐을 구에 알리는 기간"), N_("약속한 날에서 이만큼 지나도 마치지 못한 일은 구 담당자에게 메일로 알립니다."),
    Kind.DAYS, 14, _BYLAW, Group.EXECUTION, _F(1), _F(180),
)  # fmt: skip
FIGURES_DAY = Setting(
    "project.figures_day", N_("지난달 집행 내역을 여는 날"), N_("매달 이 날에 지난달까지의 사업별 집행 내역을 공개하고 기록에 지문을 남깁니다."),
    Kind.COUNT, 10, N_("지방재정법 제60조(지방재정 운용상황의 공시), 매달 공개는 운영세칙"), Group.EXECUTION, _F(1), _F(28),
)  # fmt: skip
