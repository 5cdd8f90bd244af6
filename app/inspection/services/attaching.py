"""Photos and documents that come with an opinion; looked through by a clerk before everybody may have them."""

from datetime import datetime

from sqlalchemy import select

from app.db.session import get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, NotFound, RuleViolation
from app.files.services import keep_file
from app.i18n import N_
from app.inspection.models import OpinionFile
from app.inspection.permissions import can_enter_for_others
from app.inspection.services.receiving import own_changeable
from app.people.models import Person

MOST_FILES = 3
TEXT_LEAST = 5


def attach_file(opinion_id: int, *, name: str, content: bytes, text: str, by: Person, at: datetime) -> OpinionFile:
    """Add a photo or a document to one's opinion; the same file sent twice is there once.

    Args:
        opinion_id: which opinion.
        name: of the file, as its owner calls it.
        content: all of it.
        text: what a picture shows, or what a document is.
        by: its author, or the clerk who entered it.
        at: when.

    Raises:
        NotFound: not this person's opinion.
        RuleViolation: the inspection is over, the opinion was taken back or answered, or it has as many files as it can.
        InvalidInput: no description, or a file that is not taken (`app.files.services.keep_file`).
    """
    opinion = own_changeable(opinion_id, by=by, at=at)
    if len(text) < TEXT_LEAST:
        raise InvalidInput(N_("무엇인지 짧게 적어 주세요. 사진을 보지 못하는 분이 읽습니다."), field="text")
    here = session().scalars(
        select(OpinionFile).where(OpinionFile.opinion_id == opinion.id, OpinionFile.removed_at.is_(None))
    )
    known = list(here)
    stored = keep_file(opinion.plan_version.plan.place, name=name, content=content, by=by, at=at)
    same = next((row for row in known if row.file.sha256 == stored.sha256), None)
    if same is not None:
        session().delete(stored)
        return same
    if len(known) >= MOST_FILES:
        raise RuleViolation(N_("한 의견에는 파일을 %(n)s개까지 더할 수 있습니다."), n=MOST_FILES)
    row = OpinionFile(opinion_id=opinion.id, file_id=stored.id, file=stored, text=text, added_at=at)
    session().add(row)
    session().flush()
    session().expire(opinion, ["files"])
    return row


def remove_file(opinion_id: int, row_id: int, *, by: Person, at: datetime) -> OpinionFile:
    """Take a file away from one's opinion; its content is erased.

    Raises:
        NotFound, RuleViolation: as `attach_file`; no such file of this opinion.
    """
    opinion = own_changeable(opinion_id, by=by, at=at)
    row = get_or_not_found(OpinionFile, row_id, lock=True)
    if row.opinion_id != opinion.id:
        raise NotFound(N_("찾으시는 파일이 없습니다."))
    if row.removed_at is None:
        row.removed_at = at
        row.file.content, row.file.preview = b"", None
        session().flush()
        session().expire(opinion, ["files"])
    return row


def look_through(row_id: int, *, is_public: bool, by: Person, at: datetime) -> OpinionFile:
    """Say whether everybody may have a file; a file with somebody's data in it stays with the staff.

    Raises:
        NotFound, NotAllowed: no such file; not staff.
        RuleViolation: it was taken back.
    """
    row = get_or_not_found(OpinionFile, row_id, lock=True)
    if not can_enter_for_others(by, row.opinion.plan_version.plan.place, at):
        raise NotAllowed(N_("담당자만 의견을 살펴보고 공개합니다."))
    if row.removed_at is not None or row.opinion.withdrawn_at is not None:
        raise RuleViolation(N_("낸 사람이 거둔 파일입니다."))
    row.is_public, row.looked_at, row.looked_by = is_public, at, by.id
    return row
