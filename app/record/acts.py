"""The sentences of the record: one per act. A concept adds its acts here when it begins to record them."""

from datetime import date
from typing import Any

from app.i18n import N_

ACTS: dict[str, str] = {
    "places.created": N_("새 지역을 더했습니다: %(name)s"),
    "places.edited": N_("이름을 “%(name)s”, 인구를 %(population)s명으로 고쳤습니다."),
    "places.by_election_added": N_("재·보궐선거를 선거 달력에 적었습니다: %(title)s, %(day)s"),
    "places.by_election_removed": N_("재·보궐선거를 선거 달력에서 뺐습니다: %(title)s. 까닭: %(reason)s"),
    "places.setting_changed": N_("규칙을 정했습니다: %(setting)s. 근거: %(legal_basis)s"),
    "places.setting_cleared": N_("규칙을 위에서 정한 값으로 되돌렸습니다: %(setting)s"),
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
    "planning_group.called": N_("마을계획단 단원을 모집합니다: %(title)s"),
    "planning_group.call_changed": N_("마을계획단 모집을 고쳤습니다: %(title)s"),
    "planning_group.call_cancelled": N_("마을계획단 모집을 취소했습니다: %(title)s. 까닭: %(reason)s"),
    "planning_group.accepted": N_("마을계획단에 단원 한 명을 받았습니다."),
    "planning_group.refused": N_("마을계획단 지원 한 건에 함께하지 못하는 까닭을 알렸습니다."),
    "planning_group.left": N_("마을계획단 단원 한 명이 그만두었습니다."),
    "planning_group.team_made": N_("마을계획단에 모둠을 만들었습니다: %(name)s"),
    "planning_group.team_closed": N_("마을계획단의 모둠을 닫았습니다: %(name)s"),
    "survey.published": N_("마을 자원 %(count)s곳을 확인해 공개했습니다."),
    "survey.corrected": N_("공개한 마을 자원 %(number)s번을 고쳤습니다."),
    "survey.removed": N_("마을 자원 %(number)s번을 뺐습니다. 까닭: %(removed_why)s"),
    "survey.listed": N_("파일에서 마을 자원 %(added)s곳을 더하고 %(changed_count)s곳을 고쳤습니다."),
    "survey.ground_set": N_("동네 지도의 바탕을 바꾸었습니다: %(source)s"),
    "agenda.submitted": N_("의제를 냈습니다: %(title)s"),
    "agenda.accepted": N_("%(signers)s명이 함께해 정식 의제로 받았습니다: %(title)s"),
    "agenda.withdrawn": N_("의제를 낸 사람이 거두었습니다: %(title)s"),
    "agenda.declined": N_("이번 계획에 담지 않기로 했습니다: %(title)s. 까닭: %(reason)s"),
    "agenda.merged": N_("다른 의제와 합쳤습니다: %(title)s. 까닭: %(reason)s"),
    "agenda.asked": N_("의제의 %(ask)s를 낸 사람에게 물었습니다: %(title)s. 까닭: %(reason)s"),
    "agenda.ask_refused": N_("낸 사람이 의제의 %(ask)s에 동의하지 않았습니다: %(title)s. 까닭: %(reason)s"),
    "agenda.took_in": N_("다른 의제를 합쳤습니다: %(other)s → %(title)s"),
    "agenda.unmerged": N_("합친 의제를 다시 나누었습니다: %(title)s. 까닭: %(reason)s"),
    "agenda.gave_back": N_("합쳐졌던 의제가 다시 나뉘었습니다: %(title)s. 까닭: %(reason)s"),
    "agenda.split": N_("한 의제를 여러 의제로 나누었습니다: %(title)s. 까닭: %(reason)s"),
    "agenda.split_off": N_("의제 “%(other)s”에서 나눈 의제입니다: %(title)s"),
    "agenda.hidden": N_("의제 하나를 가렸습니다. 까닭: %(hidden_why)s. %(note)s"),
    "agenda.restored": N_("가렸던 의제를 다시 보였습니다: %(title)s. 까닭: %(note)s"),
    "agenda.call_announced": N_("제안 공모를 알렸습니다: %(title)s, 한 사업에 %(limit_won)s원까지"),
    "agenda.call_cancelled": N_("제안 공모를 취소했습니다: %(title)s. 까닭: %(reason)s"),
    "agenda.office_invited": N_("%(office)s을(를) 모임에 불렀습니다: %(title)s"),
    "agenda.office_answered": N_("%(office)s이(가) 초대에 답했습니다(%(comes)s): %(title)s"),
    "agenda.task_noted": N_("모임 뒤에 할 일을 적었습니다(%(unit)s): %(text)s"),
    "agenda.task_done": N_("모임 뒤에 하기로 한 일을 마쳤습니다: %(text)s"),
    "agenda.meeting_called": N_("마을 모임을 알렸습니다: %(title)s"),
    "agenda.meeting_minuted": N_("마을 모임에 %(attendance)s명이 모였고 결과를 적었습니다: %(title)s"),
    "discussion.agenda_made": N_("모임 “%(meeting)s”에서 근거 %(evidence)s가지와 함께 의제를 만들었습니다: %(title)s"),
    "discussion.hidden": N_("%(text_kind)s 하나를 가렸습니다. 까닭: %(hidden_for)s"),
    "discussion.restored": N_("가렸던 %(text_kind)s 하나를 다시 보였습니다."),
    "deliberation.opened": N_("의견 %(statements)s개로 토론을 열었습니다: %(title)s"),
    "deliberation.extended": N_("토론 기간을 늘렸습니다: %(title)s"),
    "deliberation.published": N_("토론에 %(number)s번 의견을 올렸습니다: %(title)s"),
    "deliberation.rejected": N_("토론에 낸 %(number)s번 의견을 올리지 않았습니다: %(title)s. 까닭: %(rejection)s"),
    "deliberation.merged": N_("토론의 %(number)s번 의견을 같은 뜻인 %(other)s번에 합쳤습니다: %(title)s"),
    "deliberation.unmerged": N_("합쳤던 %(number)s번 의견을 되돌렸습니다: %(title)s"),
    "deliberation.sheets": N_("종이로 받은 답 %(count)s장을 적었습니다: %(title)s"),
    "deliberation.linked": N_("토론 “%(round)s”의 %(number)s번 의견을 의제에 반영했습니다: %(title)s"),
    "deliberation.closed": N_("토론의 의견 듣기를 마쳤습니다: %(title)s"),
    "deliberation.frozen": N_(
        "토론의 마지막 결과를 정했습니다. %(participants)s명이 의견 %(statements)s개에 답했습니다: %(title)s"
    ),
    "deliberation.concluded": N_("토론의 맺음말을 썼습니다: %(title)s"),
    "plan.item_added": N_("마을계획에 사업을 담았습니다: %(title)s, %(cost_won)s원"),
    "plan.costed": N_("비용을 %(lines)s줄로 셈했습니다: %(title)s, 모두 %(cost_won)s원"),
    "plan.price_taken": N_(
        "%(department)s에서 다시 셈한 비용으로 고쳤습니다: %(title)s, %(old_won)s원에서 %(new_won)s원으로"
    ),
    "plan.amended": N_("수정안을 받아들였습니다: %(title)s. 까닭: %(reason)s"),
    "plan.amendment_left": N_("수정안을 받아들이지 않았습니다: %(title)s. 까닭: %(reason)s"),
    "plan.envelope_set": N_("%(year)s년 %(fund)s의 한도를 %(amount_won)s원으로 정했습니다."),
    "plan.council_adopted": N_(
        "주민자치회가 마을계획안 제%(version)s판을 의결했습니다: %(meeting)s, 찬성 %(yes)s, 반대 %(no)s"
    ),
    "plan.council_rejected": N_(
        "주민자치회가 마을계획안 제%(version)s판을 부결했습니다: %(meeting)s, 찬성 %(yes)s, 반대 %(no)s"
    ),
    "plan.thawed": N_("고정했던 마을계획안 제%(version)s판을 풀어 다시 씁니다. 까닭: %(reason)s"),
    "plan.item_dropped": N_("마을계획에서 사업을 뺐습니다: %(title)s. 까닭: %(reason)s"),
    "plan.review_requested": N_("%(department)s에 검토를 청했습니다: %(title)s"),
    "plan.reviewed": N_("%(department)s의 검토 결과는 %(verdict)s입니다: %(title)s"),
    "review.returned": N_("%(department)s에서 되물었습니다: %(title)s"),
    "review.revised": N_("%(department)s의 물음에 답하고 고쳤습니다: %(title)s"),
    "review.objected": N_("%(department)s의 검토에 이의가 나왔습니다: %(title)s"),
    "review.objection_upheld": N_("%(department)s의 검토에 대한 이의를 받아들여 다시 검토합니다: %(title)s"),
    "review.objection_refused": N_("%(department)s의 검토에 대한 이의를 받아들이지 않았습니다: %(title)s"),
    "review.checked": N_("사전검토 열세 항목을 점검했습니다: %(title)s"),
    "plan.frozen": N_("마을계획안 제%(version)s판을 고정했습니다."),
    "plan.revised": N_("공람 의견을 반영한 마을계획 제%(version)s판을 고정했습니다."),
    "inspection.received": N_("공람 의견을 접수했습니다: %(receipt)s, %(channel)s"),
    "inspection.withdrawn": N_("공람 의견을 낸 사람이 거두었습니다: %(receipt)s"),
    "inspection.redacted": N_("공람 의견에서 개인정보를 가리고 공개했습니다: %(receipt)s"),
    "inspection.grouped": N_("같은 공람 의견 %(count)s건을 묶었습니다: %(title)s"),
    "inspection.corrected": N_("확정한 공람 답변을 바로잡았습니다: %(receipt)s, %(result)s"),
    "inspection.announced": N_("공람을 알렸습니다. 근거: %(legal_basis)s, 받는 곳: %(unit)s"),
    "inspection.extended": N_("공람을 %(day)s까지로 늘렸습니다. 까닭: %(reason)s"),
    "inspection.again": N_("크게 바뀌어 다시 공람하기로 했습니다. 까닭: %(reason)s"),
    "inspection.not_again": N_("부결된 계획안을 고치고 다시 공람하지 않기로 했습니다. 까닭: %(reason)s"),
    "inspection.answered": N_("공람 의견에 답했습니다: %(receipt)s, %(result)s"),
    "assembly.prepared": N_("사업 %(items)s개로 주민총회를 준비했습니다."),
    "assembly.ruled": N_("투표지와 정하는 법을 골랐습니다."),
    "ceremony.began": N_("열쇠 지기 %(size)s명과 번호 관리인을 정했습니다. 여는 데 %(threshold)s명이 필요합니다."),
    "ceremony.invited": N_("%(seat)s번 자리의 링크를 만들었습니다."),
    "ceremony.restarted": N_("열쇠를 처음부터 다시 만듭니다(%(round)s번째)."),
    "ceremony.complained": N_("%(seat)s번 열쇠 지기가 맞지 않는 조각의 증거를 냈습니다."),
    "ceremony.keyed": N_("열쇠 지기 %(n)s명이 열쇠를 만들었습니다."),
    "ceremony.rehearsed": N_("%(seat)s번 열쇠 지기가 열쇠를 시험했습니다."),
    "ceremony.listed": N_("투표 번호 %(n)s개를 만들었습니다. 명단 지문 %(fingerprint)s"),
    "ceremony.tested": N_("시험 표 %(n)s장을 넣고 세어 확인했습니다."),
    "ceremony.confirmed": N_("투표를 열 준비를 한 사람이 확인했습니다."),
    "ceremony.mixed": N_("%(seat)s번 열쇠 지기가 표를 섞었습니다."),
    "ceremony.decrypted": N_("%(seat)s번 열쇠 지기가 합계를 풀었습니다."),
    "assembly.opened": N_("%(electors)s명의 투표를 열었습니다. 선거 지문 %(fingerprint)s"),
    "assembly.station_set_up": N_("투표소를 두었습니다: %(name)s. 받은 용지 %(printed)s장"),
    "assembly.station_changed": N_("투표소의 위치나 여는 시간을 고쳤습니다: %(name)s"),
    "assembly.station_issued": N_("투표소가 용지 내주기를 마쳤습니다: %(name)s. 내준 용지 %(issued)s장"),
    "assembly.letter_lost": N_("투표소 %(name)s에서 편지 분실 신고 %(number)s번을 받았습니다."),
    "assembly.loss_settled": N_("번호 관리인이 편지 분실 신고 %(number)s번을 처리했습니다."),
    "assembly.station_closed": N_(
        "투표소의 집계를 공개했습니다: %(name)s. %(issued)s명에게 내주고 %(counted)s장을 세었습니다."
    ),
    "assembly.kiosk_registered": N_("키오스크를 등록했습니다: %(name)s, 투표소 %(station)s"),
    "assembly.kiosk_renewed": N_("키오스크의 연결 번호를 새로 만들었습니다: %(name)s"),
    "assembly.kiosk_revoked": N_("키오스크를 거두었습니다: %(name)s. 보내지 못한 표 %(waiting)s장"),
    "assembly.kiosks_unsent": N_("투표를 마칠 때 키오스크에 보내지 못한 표가 %(n)s장 있었습니다."),
    "floor.planned": N_("총회 날을 정했습니다: %(where)s, 순서 %(count)s개"),
    "floor.cancelled": N_("총회 날을 취소했습니다. 까닭: %(reason)s"),
    "floor.opened": N_("총회를 열었습니다. 참여한 주민 %(counted)s명(필요한 수 %(needed)s명), 그 자리에 %(present)s명"),
    "floor.failed": N_("총회를 열지 못했습니다. 참여한 주민 %(counted)s명, 필요한 수 %(needed)s명"),
    "floor.decided": N_("총회 자리에서 정했습니다: %(title)s. %(floor_outcome)s"),
    "floor.closed": N_("총회를 마쳤습니다. 온 주민 %(came)s명, 참여한 주민 %(counted)s명"),
    "floor.minutes_published": N_("의장과 서기가 확인한 총회 회의록을 공개했습니다. 순서 %(count)s개"),
    "assembly.objected": N_("결과에 대한 이의를 받았습니다: %(receipt)s"),
    "assembly.objection_answered": N_("결과에 대한 이의에 답했습니다: %(receipt)s. %(finding)s"),
    "assembly.links_destroyed": N_(
        "투표 번호와 명부의 사람을 잇는 표를 지웠습니다. 번호 %(links)s개, 용지를 받은 %(check_ins)s명의 이름"
    ),
    "assembly.voters_forgotten": N_(
        "누가 투표했는지 알 수 있는 것을 지웠습니다. 번호와 명부를 잇는 표 %(credential_links)s줄, 계정의 투표 번호 %(voting_codes)s개, "
        "편지의 투표소 번호 %(letter_slips)s개, 용지를 받은 %(check_ins_made_nameless)s명과 편지를 잃어버린 "
        "%(letter_losses_made_nameless)s명과 총회에 온 %(attendances_made_nameless)s명의 이름"
    ),
    "assembly.set_back": N_(
        "백업에서 되돌려 투표함의 기록 %(lost)s건이 없어졌습니다. 그 표의 주인은 다시 투표해야 합니다. 까닭: %(reason)s"
    ),
    "assembly.witness_added": N_("투표함의 증인을 두었습니다: %(name)s. 까닭: %(reason)s"),
    "assembly.witness_retired": N_("투표함의 증인을 거두었습니다: %(name)s. 까닭: %(reason)s"),
    "assembly.contradicted": N_(
        "서버가 서명한 투표함 머리 둘이 서로 맞지 않는다는 증거를 받았습니다: %(size)s줄. 투표함을 멈추고 살핍니다."
    ),
    "assembly.times_restored": N_(
        "데이터베이스에서 바뀐 투표 시각을 찾아, 선거에 정해 둔 때로 되돌렸습니다. 바뀌어 있던 마감 %(found)s, 정한 마감 %(bound)s"
    ),
    "assembly.closed": N_("투표를 마쳤습니다. 들어온 표는 %(ballots)s장입니다."),
    "assembly.counted": N_("개표했습니다. %(voters)s명이 투표해 사업 %(funded)s개를 하기로 했습니다."),
    "observatory.alert_raised": N_("정한 기준을 벗어나 알렸습니다: %(alert)s"),
    "observatory.alert_cleared": N_("기준 안으로 돌아왔습니다: %(alert)s"),
    "observatory.alert_answered": N_("알림에 답했습니다: %(alert)s"),
    "observatory.visited": N_("%(day)s에 현장을 점검했습니다."),
    "observatory.found": N_("%(day)s까지 답할 것을 지적했습니다."),
    "observatory.finding_answered": N_("점검에서 지적한 것에 답했습니다."),
    "observatory.finding_returned": N_("지적에 온 답이 모자라 다시 물었습니다."),
    "observatory.finding_closed": N_("점검에서 지적한 것을 정리했습니다."),
    "opendata.token_made": N_("공개 자료를 읽는 API 토큰을 %(day)s까지 쓰게 만들었습니다: %(name)s"),
    "opendata.token_revoked": N_("공개 자료를 읽는 API 토큰을 거두었습니다: %(name)s"),
    "publication.sent": N_("사업 %(count)s개의 계획을 구청장에게 보냈습니다."),
    "publication.answered": N_("구청장이 %(number)s번에 답했습니다: %(head_result)s"),
    "publication.confirmed": N_("사업 %(count)s개의 계획을 확정하고 공개했습니다."),
    "publication.withheld": N_("문서를 공개하지 않기로 했습니다: %(document)s, 정보공개법 제9조제1항제%(number)s호"),
    "publication.opened": N_("문서를 공개하기로 했습니다: %(document)s"),
    "publication.booklet": N_("계획 책자를 만들었습니다."),
    "small_groups.announced": N_("소모임 지원을 알렸습니다: %(title)s, 모두 %(limit_won)s원, %(most)s모임까지"),
    "small_groups.changed": N_("소모임 지원의 글을 고쳤습니다: %(title)s"),
    "small_groups.cancelled": N_("소모임 지원을 취소했습니다: %(title)s. 까닭: %(reason)s"),
    "small_groups.applied": N_("소모임 지원 신청을 받았습니다: %(number)s번"),
    "small_groups.withdrawn": N_("소모임 지원 신청을 거두었습니다: %(number)s번"),
    "small_groups.lead_changed": N_("신청한 소모임의 대표가 바뀌었습니다: %(number)s번"),
    "small_groups.checked": N_("소모임 신청의 자격을 확인했습니다: %(number)s번, %(group_check)s"),
    "small_groups.stood_back": N_("위원 한 명이 소모임 신청 %(number)s번의 심의에서 빠졌습니다: %(recusal)s"),
    "small_groups.granted": N_(
        "소모임 신청 %(number)s번에 %(granted_won)s원을 지원하기로 했습니다(빠진 위원 %(recused)s명): %(title)s"
    ),
    "small_groups.refused": N_("소모임 신청 %(number)s번은 지원하지 않기로 했습니다(빠진 위원 %(recused)s명)."),
    "small_groups.concluded": N_("소모임 지원을 정했습니다: %(title)s, %(granted)s모임에 %(granted_won)s원"),
    "small_groups.objected": N_("소모임 신청 %(number)s번의 이의를 받았습니다: %(receipt)s"),
    "small_groups.objection_answered": N_("소모임의 이의에 답했습니다: %(receipt)s. %(finding)s"),
    "small_groups.objection_lapsed": N_("모임이 그만두어 이의가 끝났습니다: %(receipt)s"),
    "small_groups.decided_anew": N_(
        "이의를 받아들인 소모임을 다시 정했습니다: %(receipt)s, 지원금 %(granted_won)s원(빠진 위원 %(recused)s명)"
    ),
    "small_groups.paid": N_("소모임 지원금 %(granted_won)s원을 주었습니다: %(title)s"),
    "small_groups.given_up": N_("소모임이 지원을 사양했습니다: %(title)s"),
    "small_groups.reported": N_("소모임이 결과를 보고했습니다(쓴 돈 %(spent_won)s원): %(title)s"),
    "small_groups.report_returned": N_("소모임의 결과보고를 고쳐 달라고 했습니다: %(title)s"),
    "small_groups.settled": N_("소모임 지원을 정산했습니다(쓴 돈 %(spent_won)s원, 반납 %(returned_won)s원): %(title)s"),
    "small_groups.reclaimed": N_("보고가 없어 소모임 지원금 %(granted_won)s원을 돌려받았습니다: %(title)s"),
    "execution.begun": N_("%(cost_won)s원으로 사업을 시작합니다: %(title)s"),
    "execution.described": N_("맡은 곳과 자리를 적었습니다(%(unit)s): %(title)s"),
    "execution.divided": N_("사업을 %(n)s개 부분으로 나누었습니다: %(title)s"),
    "execution.progress": N_("진행률을 %(percent)s%%로 적었습니다: %(title)s"),
    "execution.paused": N_("사업을 멈추었습니다: %(title)s. 까닭: %(reason)s"),
    "execution.resumed": N_("멈춘 사업을 다시 시작했습니다: %(title)s"),
    "execution.risk_noted": N_("위험을 알렸습니다: %(title)s. %(text)s"),
    "execution.risk_closed": N_("위험을 정리했습니다: %(title)s. %(text)s"),
    "execution.change_asked": N_("바꾸자고 했습니다(%(change)s, %(decider)s 결정): %(title)s. 까닭: %(reason)s"),
    "execution.change_decided": N_("바꾸자는 뜻을 정했습니다(%(change)s): %(outcome)s. %(title)s, %(meeting)s"),
    "execution.checked": N_("넘겨주기 전에 %(n)s가지를 확인했습니다: %(title)s"),
    "execution.council_evaluated": N_("주민자치회가 사업을 돌아보았습니다: %(title)s, %(meeting)s"),
    "execution.indicator_set": N_("지표를 정했습니다: %(title)s. %(name)s"),
    "execution.indicator_measured": N_("지표를 쟀습니다: %(title)s. %(name)s"),
    "execution.sharing_meeting": N_("성과공유회를 알렸습니다: %(day)s"),
    "execution.figures_opened": N_("%(month)s까지의 집행 내역을 열었습니다."),
    "execution.called_out": N_("%(days)s일 늦은 일을 구에 알렸습니다: %(title)s"),
    "execution.milestone_planned": N_("%(day)s까지 할 일을 정했습니다: %(title)s"),
    "execution.milestone_moved": N_("할 일의 날짜를 %(day)s로 옮겼습니다: %(title)s. 까닭: %(reason)s"),
    "execution.milestone_done": N_("%(day)s에 할 일을 마쳤습니다: %(title)s"),
    "execution.money": N_("장부에 %(kind)s %(amount_won)s원을 적었습니다: %(title)s"),
    "execution.projects_taken_in": N_("사업 %(n)s개를 표로 올렸습니다."),
    "execution.ledger_taken_in": N_("장부 %(n)s줄을 표로 올렸습니다."),
    "execution.taken_in": N_("표에서 %(year)s년 사업을 올렸습니다(%(state)s): %(title)s"),
    "execution.update": N_("사업 소식을 올렸습니다: %(title)s"),
    "execution.pledged": N_("마을기금에 %(amount_won)s원을 내기로 한 약속을 적었습니다."),
    "execution.pledge_received": N_("마을기금 %(amount_won)s원을 받았습니다."),
    "execution.pledge_withdrawn": N_("마을기금 약속 %(amount_won)s원을 거두었습니다."),
    "execution.comment_hidden": N_("사업 소식에 달린 댓글을 가렸습니다(%(hidden_for)s): %(title)s"),
    "execution.comment_restored": N_("가렸던 댓글을 다시 보였습니다: %(title)s"),
    "execution.completed": N_("사업을 마쳤습니다: %(title)s"),
    "execution.cancelled": N_("사업을 그만두었습니다: %(title)s. 까닭: %(reason)s"),
    "agenda.synonyms_kept": N_("찾기에서 같은 뜻으로 보는 말을 %(groups)s묶음으로 정했습니다."),
    "draw.set_up": N_("위원 추첨을 준비하기 시작했습니다. 뽑을 자리는 %(seats)s석입니다."),
    "draw.relaxed": N_("구성 비율을 모두 지킬 수 없어 추첨관리위원회가 고른 만큼 풀었습니다."),
    "draw.frozen": N_("위원 추첨의 후보 명단과 확률을 봉했습니다."),
    "draw.thawed": N_("공고하지 않은 위원 추첨의 명단을 풀었습니다."),
    "draw.published": N_("위원 추첨을 공고했습니다. 뽑을 자리는 %(seats)s석입니다."),
    "draw.witness_seated": N_("위원 추첨의 참관인 자리를 다른 사람이 맡았습니다: %(witness)s"),
    "draw.committed": N_("참관인이 비밀 문구를 맡겼습니다: %(witness)s, 지문 %(commitment)s"),
    "draw.recommitted": N_("참관인이 비밀 문구를 새로 맡겼습니다: %(witness)s, 지문 %(commitment)s"),
    "draw.opened": N_("위원 추첨을 시작했습니다."),
    "draw.mixing_opened": N_("위원회 표를 섞기 시작했습니다."),
    "draw.mixed": N_("공의 번호 %(digits)s(으)로 위원회 표를 섞었습니다."),
    "draw.tabled": N_("위원회 %(panels)s개의 표를 공고했습니다. 지문 %(table)s"),
    "draw.commitments_closed": N_("참관인 %(count)s명이 모두 비밀 문구를 맡겼습니다."),
    "draw.revealed": N_("참관인이 비밀 문구를 열었습니다: %(witness)s"),
    "draw.reveals_closed": N_("참관인 %(count)s명이 비밀 문구를 열었습니다. 이제 공을 뽑습니다."),
    "draw.ball_repeated": N_("기계가 고장 나 %(ball)s째 공을 다시 뽑습니다: %(reason)s"),
    "draw.balls_differed": N_("두 사람이 적은 공의 번호가 달라 다시 적습니다."),
    "draw.drawn": N_("공의 번호 %(digits)s(으)로 위원 %(selected)s명을 뽑았습니다."),
    "draw.certified": N_("추첨록에 서명한 것을 확인했습니다."),
    "draw.abort_agreed": N_("참관인이 추첨을 그만두는 데 동의했습니다: %(witness)s"),
    "draw.aborted": N_("위원 추첨을 그만두었습니다. 까닭: %(abort_reason)s"),
    "draw.left": N_("후보 %(left)s번이 자리나 예비 순번에서 물러났습니다: %(leaving)s"),
    "agenda.election_excepted": N_("선거 전 제한 기간에 모임을 열며 적은 법의 예외: %(ground)s (%(title)s)"),
    "publication.election_excepted": N_("선거 전 제한 기간에 계획 책자를 만들며 적은 법의 예외: %(ground)s"),
    "agenda.meeting_cancelled": N_("마을 모임을 취소했습니다: %(title)s"),
    "council.founded": N_("위원 %(seats)s명의 주민자치회를 %(day)s에 세웠습니다."),
    "council.term_planned": N_(
        "제%(number)s기의 임기를 %(first_day)s부터 %(last_day)s까지, 위원 %(seats)s명으로 정했습니다."
    ),
    "council.member_entered": N_("제%(number)s기의 위원 한 명을 옮겨 적었습니다."),
    "council.call_announced": N_("위원 %(seats)s명을 모집합니다: %(title)s"),
    "council.call_cancelled": N_("위원 모집을 취소했습니다: %(title)s. 까닭: %(reason)s"),
    "council.call_reopened": N_("확정한 후보 명단을 다시 열었습니다: %(title)s. 까닭: %(reason)s"),
    "council.draw_committee_formed": N_("추첨관리위원 %(count)s명을 정했습니다."),
    "council.witness_named": N_("추첨 참관인을 정했습니다: %(capacity)s"),
    "council.drawn": N_("추첨으로 위원 %(count)s명과 예비자 %(reserves)s명의 순번을 정했습니다."),
    "council.list_sent": N_("위촉할 %(count)s명의 명단을 보냈습니다."),
    "council.appointed": N_("제%(number)s기 위원 %(count)s명을 %(day)s에 위촉했습니다."),
    "council.appointment_published": N_("위촉한 위원 %(count)s명을 공개했습니다."),
    "council.seat_declined": N_("뽑힌 한 명이 위촉을 사양했습니다."),
    "council.seat_vacated": N_("위원 자리 하나가 비었습니다: %(end_reason)s"),
    "council.vacancy_filled": N_("빈자리를 예비자 %(candidate)s번으로 채우기로 했습니다. 까닭: %(reason)s"),
    "council.vacancy_left": N_("빈자리를 채우지 않기로 했습니다. 까닭: %(reason)s"),
    "council.course_announced": N_("주민자치학교를 알렸습니다: %(title)s, %(count)s번"),
    "council.course_cancelled": N_("주민자치학교를 취소했습니다: %(title)s. 까닭: %(reason)s"),
    "council.training_credited": N_("다른 곳에서 마친 교육 %(hours)s시간을 인정했습니다."),
    "council.applied": N_("위원 지원서를 받았습니다: %(candidate)s번"),
    "council.application_withdrawn": N_("위원 지원을 거두었습니다: %(candidate)s번"),
    "council.application_decided": N_("지원서의 자격을 확인했습니다: %(candidate)s번, %(application)s"),
    "council.objected": N_("자격 확인에 대한 이의를 받았습니다: %(candidate)s번"),
    "council.objection_answered": N_("이의에 답했습니다: %(candidate)s번, %(objection)s"),
    "council.officer_elected": N_("%(office)s을(를) %(day)s에 뽑았습니다."),
    "council.office_ended": N_("%(office)s 한 명이 그 일을 마쳤습니다."),
    "council.committee_founded": N_("분과를 만들었습니다: %(name)s"),
    "council.committee_closed": N_("분과를 닫았습니다: %(name)s"),
    "council.renewed": N_("제%(number)s기에 이어서 활동할 위원 %(count)s명의 명단을 만들었습니다."),
    "council.meeting_called": N_("회의를 알렸습니다: %(title)s, 안건 %(count)s개"),
    "council.meeting_cancelled": N_("회의를 취소했습니다: %(title)s. 까닭: %(reason)s"),
    "council.meeting_opened": N_("위원 %(members)s명 가운데 %(present)s명이 모여 회의를 열었습니다: %(title)s"),
    "council.meeting_failed": N_("위원 %(members)s명 가운데 %(present)s명만 모여 회의를 열지 못했습니다: %(title)s"),
    "council.recused": N_("위원 한 명이 안건에서 빠졌습니다: %(title)s, %(recusal)s"),
    "council.decided": N_("안건을 처리했습니다: %(title)s, %(outcome)s"),
    "council.minutes_published": N_("회의록을 공개했습니다: %(title)s"),
    "council.dismissal_proposed": N_("%(signers)s명이 위원 한 명의 해촉을 제안했습니다. 까닭: %(grounds)s"),
    "council.dismissal_decided": N_("해촉 제안을 표결했습니다: %(motion)s"),
    "council.dismissal_answered": N_("해촉 요구에 답했습니다: %(motion)s. 까닭: %(reason)s"),
    "council.applications_erased": N_("지원한 사람의 정보를 지웠습니다: %(title)s"),
    "council.reserve_struck": N_("예비자 %(candidate)s번을 순번에서 뺐습니다."),
}

NAMES: dict[str, dict[str, str]] = {}
"""How values of acts are said: ``{"stage": {"discovery": "의제발굴"}}``. The factory fills it from the concepts."""


COUNTED_OTHERWISE = frozenset({"year", "version", "number"})
"""Numbers that name something; they are said without thousands separators."""
DAYS = frozenset({"day", "first_day", "last_day"})


class Month(date):
    """A whole month, named by its first day."""


def spoken(values: dict[str, Any]) -> dict[str, Any]:
    """Replace coded values by what readers know.

    Returns:
        names still marked for translation, days as dates, counts and won with separators; the rest unchanged.
    """
    return {key: _spoken(key, value) for key, value in values.items()}


def _spoken(key: str, value: Any) -> Any:
    if key in NAMES:
        return NAMES[key].get(str(value), value)
    if key in DAYS and isinstance(value, str):
        return date.fromisoformat(value)
    if key == "month" and isinstance(value, str):
        return Month.fromisoformat(f"{value}-01")
    if isinstance(value, int) and not isinstance(value, bool) and key not in COUNTED_OTHERWISE:
        return f"{value:,}"
    return value
