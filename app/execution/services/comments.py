"""Saying something to the news of a project; taking it back; hiding it for a published reason."""

from datetime import datetime, timedelta

from sqlalchemy import select

from app.clock import kst_date
from app.db.session import get_or_not_found, session
from app.discussion.permissions import can_moderate, can_speak
from app.discussion.rules import COMMENT_MAX, Reason
from app.errors import InvalidInput, NotAllowed, NotFound, RuleViolation
from app.execution.models import Project, ProjectUpdate, UpdateComment
from app.i18n import N_
from app.people.models import Person
from app.people.queries.people import grants_in_force
from app.people.rules import Role
from app.people.services.limits import Limit, take
from app.people.services.messages import tell
from app.record.services import append

COMMENTS_OF_PERSON = Limit("execution:comments", 20, timedelta(hours=1))
NO_TEXT = N_("찾으시는 글이 없습니다.")


def comment_on(update_id: int, *, text: str, once: str, by: Person, at: datetime) -> UpdateComment:
    """Say something to a piece of news; the same form sent twice says it once. The office is told once a day.

    Raises:
        NotFound: no such news.
        NotAllowed: neither a verified resident nor of the council nor staff.
        RuleViolation: the project is history, or too many in an hour.
        InvalidInput: nothing said, or too much.
    """
    update = get_or_not_found(ProjectUpdate, update_id)
    project = update.project
    if not can_speak(by, project.place, at):
        raise NotAllowed(N_("이 동네 주민으로 확인된 분만 쓸 수 있습니다. 계정 화면에서 주민 확인을 먼저 해 주세요."))
    known = session().scalar(select(UpdateComment).where(UpdateComment.author_id == by.id, UpdateComment.once == once))
    if known is not None:
        return known
    if project.is_archived:
        raise RuleViolation(N_("지난 사업에는 댓글을 쓸 수 없습니다."))
    if not 2 <= len(text) <= COMMENT_MAX:
        raise InvalidInput(N_("2자부터 %(most)s자까지 적어 주세요."), field="text", most=COMMENT_MAX)
    wait = take((COMMENTS_OF_PERSON, str(by.id)), at=at)
    if wait is not None:
        raise RuleViolation(
            N_("짧은 시간에 글을 많이 쓰셨습니다. %(minutes)s분 뒤에 다시 써 주세요."),
            minutes=int(wait.total_seconds() // 60) + 1,
        )
    comment = UpdateComment(
        place_id=project.place_id, update_id=update.id, author_id=by.id, once=once, text=text, created_at=at
    )
    session().add(comment)
    session().flush()
    _tell_office(project, but=by, at=at)
    return comment


def take_back_comment(comment_id: int, *, by: Person, at: datetime) -> UpdateComment:
    """Take one's own words back: their place stays, the words are blanked. Taking back twice changes nothing.

    Raises:
        NotFound, NotAllowed: no such comment; somebody else's.
        RuleViolation: it was hidden.
    """
    comment = get_or_not_found(UpdateComment, comment_id, lock=True)
    if comment.author_id != by.id:
        raise NotAllowed(N_("쓴 사람만 글을 거둘 수 있습니다."))
    if comment.hidden_at is not None:
        raise RuleViolation(N_("가려진 글은 거둘 수 없습니다. 동 담당자에게 물어보세요."))
    if comment.withdrawn_at is None:
        comment.withdrawn_at, comment.text = at, ""
    return comment


def moderate_comment(
    comment_id: int, *, reason: Reason | None, explanation: str, by: Person, at: datetime
) -> UpdateComment:
    """Hide a comment for a published reason, or show it again (without a reason). Both go on the record, without the words.

    Raises:
        NotFound: no such comment, or its author took it back.
        NotAllowed: neither staff nor a committee chair, or it is their own.
        RuleViolation: somebody else decided the same meanwhile.
    """
    comment = get_or_not_found(UpdateComment, comment_id, lock=True)
    place = comment.update.project.place
    if not can_moderate(by, place, at):
        raise NotAllowed(N_("동 담당자와 분과위원장만 글을 살핍니다."))
    if comment.author_id == by.id:
        raise NotAllowed(N_("자기 글은 다른 사람이 살핍니다."))
    if comment.withdrawn_at is not None:
        raise NotFound(NO_TEXT)
    if (reason is None) is (comment.hidden_at is None):
        raise RuleViolation(N_("그 사이에 다른 사람이 이 글을 먼저 살폈습니다."))
    comment.hidden_at = None if reason is None else at
    comment.hidden_for, comment.hidden_why = reason, explanation if reason is not None else ""
    append(
        place,
        "execution.comment_restored" if reason is None else "execution.comment_hidden",
        role=by.staff_role(place, at) or Role.COMMITTEE_CHAIR,
        subject=f"project:{comment.update.project_id}",
        at=at,
        values={"title": comment.update.project.title, **({"hidden_for": reason.value} if reason else {})},
    )
    return comment


def _tell_office(project: Project, *, but: Person, at: datetime) -> None:
    for grant in grants_in_force(project.place, at):
        if grant.role is Role.DONG_STAFF and grant.person_id != but.id:
            tell(
                grant.person,
                "execution/commented",
                values={
                    "place": project.place.name_en if grant.person.locale == "en" else project.place.name,
                    "project": project.title, "unit": project.unit,
                    "slug": project.place.slug, "project_id": project.id,
                },
                key=f"{project.id}:{kst_date(at).isoformat()}",
                at=at,
                place_id=project.place_id,
            )  # fmt: skip
