"""Why something is due, by the page where it is done: one sentence for somebody who sees the duty for the first time.

Pure. A source that knows better says so itself (`app.todo.Todo.why`).
"""

from app.i18n import N_

WHY: dict[str, str] = {
    "agenda.ask": N_("물은 사람이 답을 기다립니다."),
    "agenda.invitation": N_("올 수 있는지 알아야 모임을 준비합니다."),
    "agenda.meeting": N_("모임에서 누가 언제까지 하기로 했는지 모두가 볼 수 있습니다."),
    "agenda.minute": N_("모인 이웃이 결과를 기다리고, 적어야 의제발굴을 마칩니다."),
    "assembly.show": N_("투표할 날과 예산을 정하고 열어야 주민이 투표합니다."),
    "council.appointment": N_("추첨한 뒤 보내고 위촉하고 공개하는 날짜를 조례가 정합니다."),
    "council.check": N_("이의에 답해야 후보 명단을 정할 수 있습니다."),
    "council.courses": N_("위촉된 뒤 정한 날까지 마치기로 한 교육입니다."),
    "council.dismissal": N_("주민자치회가 의결한 해촉은 위촉한 사람이 정합니다."),
    "council.meeting": N_("정한 시각에 열어야 출석을 세고 의결할 수 있습니다."),
    "council.minutes": N_("정한 것과 그 까닭을 주민이 회의록에서 읽습니다."),
    "council.vacancy": N_("빈자리가 이어지면 의결에 필요한 위원이 모자랄 수 있습니다."),
    "council.workbench": N_("자격을 확인해야 후보가 되고 추첨에 들어갑니다."),
    "deliberation.conclude": N_("무엇을 배웠고 어디에 담는지 알려야 토론이 끝납니다."),
    "deliberation.statement": N_("이웃이 낸 의견이 어느 의제에 담기는지 정합니다."),
    "deliberation.workbench": N_("살펴본 의견만 다른 이웃에게 보입니다."),
    "discussion.moderation": N_("신고한 사람이 답을 기다립니다."),
    "draw.new": N_("후보가 정해졌으니 추첨 날과 방법을 정할 차례입니다."),
    "draw.show": N_("추첨은 공고한 때에 공고한 명단으로만 할 수 있습니다."),
    "draw.witness": N_("참관인의 문구가 있어야 아무도 결과를 미리 고르지 못합니다."),
    "execution.decide": N_("정하기 전에는 사업의 돈과 내용이 바뀌지 않습니다."),
    "execution.project": N_("약속한 일이 어디까지 왔는지 주민이 여기에서 봅니다."),
    "floor.minutes": N_("의장과 서기가 확인한 회의록만 공개됩니다."),
    "inspection.answers": N_("모든 의견에 확정한 답이 있어야 공람을 마칠 수 있습니다."),
    "inspection.releases": N_("개인정보가 없는지 본 뒤에야 다른 주민이 읽습니다."),
    "kiosks.index": N_("보내지 않은 표는 개표에 들어가지 않습니다."),
    "objections.answer": N_("이의에 모두 답해야 주민총회 단계를 마칩니다."),
    "observatory.alert": N_("늦어진 까닭과 할 일을 적으면 알림이 닫힙니다."),
    "observatory.finding": N_("지적과 답은 모두 공개됩니다."),
    "people.counter": N_("편지를 받아야 이웃이 주민으로 확인됩니다."),
    "people.roll_import": N_("이름과 주소가 든 파일이라 오래 두지 않습니다."),
    "plan.adopt": N_("조례가 정한 동네에서는 의결한 판만 다음으로 나아갑니다."),
    "plan.item": N_("다 써야 부서에 검토를 청할 수 있습니다."),
    "planning_group.applications": N_("지원한 이웃이 답을 기다립니다."),
    "publication.show": N_("보내고 답하고 확정하는 날짜를 조례가 정합니다."),
    "review.answer": N_("부서의 답이 있어야 계획안을 고정해 주민에게 보일 수 있습니다."),
    "review.decide": N_("이의를 정해야 검토 결과가 굳습니다."),
    "review.revise": N_("부서가 물은 것에 답해야 검토가 이어집니다."),
    "small_groups.answer_objection": N_("모임이 답을 기다리고, 답은 누구나 읽습니다."),
    "small_groups.application": N_("결과보고가 와야 지원금을 정산합니다."),
    "small_groups.decide": N_("신청한 모임이 결과를 기다립니다."),
    "small_groups.decide_anew": N_("받아들인 이의는 주민자치회가 회의에서 다시 정해야 끝납니다."),
    "small_groups.pay": N_("뽑힌 모임은 지원금을 받아야 시작합니다."),
    "small_groups.report": N_("받은 돈과 한 일을 이웃에게 알립니다."),
    "small_groups.settle": N_("확인해야 정산이 끝나고 보고가 공개됩니다."),
    "small_groups.workbench": N_("자격과 점수를 보아야 어느 모임을 지원할지 정합니다."),
    "stations.station": N_("두 사람이 센 종이 표를 적어야 결과를 낼 수 있습니다."),
    "survey.check": N_("적은 사람이 아닌 다른 사람이 확인해야 공개됩니다."),
}
"""By endpoint."""
STAGE = N_("이 단계를 마치려면 남은 일입니다.")
