"""Settings of the observatory: from where a figure is called out; and of what machines read. Pure.

The turnout is an ordinance's; for the others no ordinance that we read gives a number (domain.md §2.5, audits of 2020 and 2022).
"""

from fractions import Fraction

from app.i18n import N_
from app.places.settings.kinds import Group, Kind, Setting

_BYLAW = N_("주민자치회 운영세칙으로 정함(조례에 정한 값 없음)")
_F = Fraction

WATCH_STAGE_DAYS = Setting(
    "watch.stage_late_days", N_("늦은 단계를 알리는 기간"), N_("단계가 마치기로 한 날에서 이만큼 지나면 한눈에 보기에 알림을 띄우고 메일을 보냅니다."),
    Kind.DAYS, 14, _BYLAW, Group.EXECUTION, _F(1), _F(180),
)  # fmt: skip
WATCH_TURNOUT_SHARE = Setting(
    "watch.turnout_share", N_("적은 참여를 알리는 비율"), N_("총회에 투표한 사람이 인구의 이 비율보다 적으면 알립니다."),
    Kind.SHARE, _F(1, 200), N_("주민자치회 조례의 주민총회 성원(인구의 0.5% 이상)"), Group.EXECUTION, _F(0), _F(1),
)  # fmt: skip
WATCH_LATE_PROJECTS = Setting(
    "watch.late_projects", N_("늦은 사업을 알리는 수"), N_("약속한 날이 지난 사업이 이만큼 되면 알립니다. 0이면 알리지 않습니다."),
    Kind.COUNT, 2, _BYLAW, Group.EXECUTION, _F(0), _F(100),
)  # fmt: skip
WATCH_SILENT_PROJECTS = Setting(
    "watch.silent_projects", N_("소식 없는 사업을 알리는 수"), N_("오래 소식이 없는 사업이 이만큼 되면 알립니다. 0이면 알리지 않습니다."),
    Kind.COUNT, 2, _BYLAW, Group.EXECUTION, _F(0), _F(100),
)  # fmt: skip
WATCH_PAID_SHARE = Setting(
    "watch.paid_share", N_("더딘 집행을 알리는 비율"), N_("평가 단계에서 계획한 돈의 이 비율보다 적게 썼으면 알립니다."),
    Kind.SHARE, _F(3, 5), _BYLAW, Group.EXECUTION, _F(0), _F(1),
)  # fmt: skip
API_TOKEN_REMINDER_DAYS = Setting(
    "api.token_reminder_days", N_("API 토큰이 끝나기 전에 알리는 날"), N_("토큰을 쓸 수 있는 마지막 날에서 이만큼 앞서 만든 사람에게 메일을 한 번 보내고 할 일에 올립니다. 0이면 알리지 않습니다."),
    Kind.DAYS, 14, _BYLAW, Group.EXECUTION, _F(0), _F(90),
)  # fmt: skip
