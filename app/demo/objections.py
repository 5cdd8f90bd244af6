"""Two objections to a result with their public answers, and the destruction of what led to people. Words are made up."""

from datetime import datetime, timedelta

from app.assembly.models import Assembly
from app.assembly.objections import queries, services
from app.assembly.objections.rules import Finding
from app.db.session import session, transaction
from app.demo.people import Cast
from app.people.models import Person

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OBJECTED = "jeondong"
SAID: tuple[tuple[str, str, Finding, str], ...] = (
    (
        "총회에 온 사람 수와 투표한 사람 수가 다릅니다",
        "총회장에는 서른 명 남짓 있었는데 투표한 사람이 더 많이 적혀 있습니다. 어떻게 센 것인지 알려 주세요.",
        Finding.DISMISSED,
        ("미리 휴대전화로 투표하고 총회에는 오지 않은 분이 많습니다. 그날 온 사람 34명과 투표한 사람의 수는 따로 세며, "
        "둘 다 공개 기록에 있습니다. 투표함 파일을 받으시면 누구나 표의 수를 다시 셀 수 있습니다."),
    ),
    (
        "찬반을 손들어 정할 때 뒷자리가 잘 안 보였습니다",
        "뒷자리에서 든 카드가 기둥에 가려 세는 분이 못 보신 것 같습니다.",
        Finding.PARTLY,
        ("그날 두 사람이 따로 세어 처음에 하나가 달랐고, 다시 세어 29명으로 같았습니다. 집계표 사진의 지문을 공개했습니다. "
        "다음 총회에서는 기둥 뒤에 자리를 두지 않고, 구역을 나누어 세겠습니다."),
    ),
)  # fmt: skip


def show_objections(assembly: Assembly, cast: Cast, residents: list[Person], *, now: datetime) -> None:
    """Let two residents of a dong object to its result; where the period is over, destroy who had which code.

    Args:
        assembly: counted.
        cast: its clerk answers.
        residents: of its dong.
        now: nothing happens after it.
    """
    until = queries.objections_until(assembly)
    if until is None or until + HOUR > now:
        return
    if assembly.place.slug == OBJECTED:
        at = until - 3 * DAY
        for number, ((title, body, finding, answer), person) in enumerate(zip(SAID, residents[3:], strict=False)):
            once = f"demo-objection-{assembly.id}-{number}"
            with transaction():
                row = services.object_to_result(assembly.id, title=title, body=body, once=once, by=person, at=at)
            session().refresh(row)
            with transaction():
                services.answer_objection(
                    row.id, finding=finding, answer=answer, version=row.version, by=cast.staff, at=at + 2 * DAY
                )
            at += 5 * HOUR
    with transaction():
        services.destroy_link(assembly.id, at=until + HOUR)
