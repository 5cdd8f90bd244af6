"""The sentences of the record: one per act. A concept adds its acts here when it begins to record them."""

from typing import Any

from app.i18n import N_

ACTS: dict[str, str] = {
    "places.created": N_("“%(name)s”을(를) 더했습니다."),
    "places.edited": N_("이름을 “%(name)s”, 인구를 %(population)s명으로 고쳤습니다."),
    "places.setting_changed": N_("규칙 “%(setting)s”을(를) 정했습니다. 근거: %(legal_basis)s"),
    "places.setting_cleared": N_("규칙 “%(setting)s”을(를) 위에서 정한 값으로 되돌렸습니다."),
    "people.role_granted": N_("%(granted)s 한 명을 새로 정했습니다."),
    "people.role_revoked": N_("%(granted)s 한 명의 역할을 거두었습니다."),
    "people.verification_withdrawn": N_("주민 확인 하나를 거두었습니다."),
    "people.roll_grew": N_("투표인 명부에 %(count)s명을 올렸습니다. 모두 %(total)s명입니다."),
    "people.roll_shrank": N_("만들고 있는 투표인 명부에서 %(count)s명을 뺐습니다."),
    "people.roll_frozen": N_(
        "투표인 명부를 %(count)s명으로 확정했습니다. %(day)s에 만 %(min_age)s세 이상인 %(eligible)s명이 투표할 수 있습니다."
    ),
    "people.roll_erased": N_("투표인 명부의 %(count)s명을 지웠습니다. 약속 값은 남습니다."),
    "cycle.started": N_("%(year)s년 마을계획을 시작했습니다."),
    "cycle.stage_planned": N_("%(stage)s 단계의 날짜를 %(first_day)s부터 %(last_day)s까지로 정했습니다."),
    "cycle.stage_opened": N_("%(stage)s 단계를 열었습니다."),
    "cycle.stage_closed": N_("%(stage)s 단계를 마쳤습니다."),
    "agenda.submitted": N_("의제 “%(title)s”이(가) 나왔습니다."),
    "agenda.accepted": N_("의제 “%(title)s”을(를) %(signers)s명과 함께 정식 의제로 받았습니다."),
    "agenda.withdrawn": N_("의제 “%(title)s”을(를) 낸 사람이 거두었습니다."),
    "agenda.declined": N_("의제 “%(title)s”을(를) 이번 계획에 담지 않기로 했습니다: %(reason)s"),
    "agenda.merged": N_("의제 “%(title)s”을(를) 다른 의제와 합쳤습니다: %(reason)s"),
    "agenda.meeting_called": N_("골목회의 “%(title)s”을(를) 알렸습니다."),
    "agenda.meeting_minuted": N_("골목회의 “%(title)s”에 %(attendance)s명이 모였고 결과를 적었습니다."),
    "plan.item_added": N_("사업 “%(title)s”(%(cost_won)s원)을(를) 마을계획에 담았습니다."),
    "plan.item_dropped": N_("사업 “%(title)s”을(를) 마을계획에서 뺐습니다: %(reason)s"),
    "plan.review_requested": N_("사업 “%(title)s”의 검토를 %(department)s에 청했습니다."),
    "plan.reviewed": N_("%(department)s이(가) 사업 “%(title)s”을(를) %(verdict)s으로 보았습니다."),
    "plan.frozen": N_("마을계획안 제%(version)s판을 고정했습니다."),
    "plan.revised": N_("공람 의견을 반영한 마을계획 제%(version)s판을 고정했습니다."),
    "inspection.received": N_("공람 의견 %(receipt)s을(를) 접수했습니다(%(channel)s)."),
    "inspection.answered": N_("공람 의견 %(receipt)s에 답했습니다: %(result)s."),
    "assembly.prepared": N_("사업 %(items)s개로 주민총회를 준비했습니다."),
    "assembly.opened": N_("%(electors)s명의 투표를 열었습니다. 선거 지문 %(fingerprint)s"),
    "assembly.closed": N_("투표를 마쳤습니다. 들어온 표는 %(ballots)s장입니다."),
    "assembly.counted": N_("개표했습니다. %(voters)s명이 투표해 사업 %(funded)s개를 하기로 했습니다."),
    "execution.begun": N_("사업 “%(title)s”을(를) %(cost_won)s원으로 시작합니다."),
    "execution.milestone_planned": N_("할 일 “%(title)s”을(를) %(day)s까지 하기로 했습니다."),
    "execution.milestone_moved": N_("할 일 “%(title)s”을(를) %(day)s로 옮겼습니다: %(reason)s"),
    "execution.milestone_done": N_("할 일 “%(title)s”을(를) %(day)s에 마쳤습니다."),
    "execution.money": N_("사업 “%(title)s” 장부에 %(kind)s %(amount_won)s원을 적었습니다."),
    "execution.update": N_("사업 “%(title)s”의 소식을 올렸습니다."),
    "execution.completed": N_("사업 “%(title)s”을(를) 마쳤습니다."),
    "execution.cancelled": N_("사업 “%(title)s”을(를) 그만두었습니다: %(reason)s"),
    "agenda.meeting_cancelled": N_("골목회의 “%(title)s”을(를) 취소했습니다."),
}

NAMES: dict[str, dict[str, str]] = {}
"""How values of acts are said: ``{"stage": {"discovery": "의제발굴"}}``. The factory fills it from the concepts."""


def spoken(values: dict[str, Any]) -> dict[str, Any]:
    """Replace coded values by their names, still marked for translation."""
    return {key: NAMES.get(key, {}).get(str(value), value) for key, value in values.items()}
