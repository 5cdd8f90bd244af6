"""The plan of a demonstration dong on its way to the head, with an answer to every part, confirmed and published."""

from datetime import datetime, timedelta

from app.cycle.models import Cycle
from app.cycle.rules import Stage
from app.db.session import transaction
from app.demo.people import Cast, head_of
from app.publication import services
from app.publication.queries import counted_assembly
from app.publication.rules import HeadResult

DAY = timedelta(days=1)
LETTER = "주민총회에서 주민이 정한 올해의 마을계획을 보냅니다. 부분마다 살펴보시고 답해 주십시오."


def publish(cycle: Cycle, cast: Cast, now: datetime) -> None:
    """Send the counted plan, answer every part of it and confirm it, as soon as each may be."""
    assembly = counted_assembly(cycle)
    if assembly is None:
        return
    at = cycle.stage(Stage.EXECUTION).opens_at + DAY
    if at + 2 * DAY > now:
        return
    head = head_of(cycle.place, at)
    with transaction():
        submission = services.send(cycle, letter=LETTER, by=cast.staff, at=at)
    for item in assembly.items:
        with transaction():
            services.answer_section(
                submission.id,
                item.number,
                result=HeadResult.ACCEPTED if item.is_funded else HeadResult.DECLINED,
                reason="" if item.is_funded else "올해 예산의 한도를 넘습니다. 다음 해에 다시 살펴보겠습니다.",
                unit="자치분권과",
                version=0,
                by=head,
                at=at + DAY,
            )
    with transaction():
        services.confirm(submission.id, by=cast.staff, at=at + 2 * DAY)
