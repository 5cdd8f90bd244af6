"""Files and photos of a proposal."""

from datetime import datetime

from sqlalchemy import func, select

from app.agenda.models import Proposal, ProposalFile
from app.agenda.permissions import can_attach, is_author
from app.agenda.rules import ProposalState
from app.db.session import get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, NotFound, RuleViolation
from app.files.services import keep_file
from app.i18n import N_
from app.people.models import Person

MOST_FILES = 10
TEXT_LEAST = 5


def attach_file(proposal_id: int, *, name: str, content: bytes, text: str, by: Person, at: datetime) -> ProposalFile:
    """Add a photo or a document to a proposal; the same file sent twice is there once.

    Args:
        proposal_id: which proposal.
        name: of the file, as its owner calls it.
        content: all of it.
        text: what a picture shows, or what a document is.
        by: one of the authors.
        at: when.

    Raises:
        NotFound, NotAllowed: no such proposal; not one of its authors.
        RuleViolation: it is decided, or has as many files as one proposal can have.
        InvalidInput: no description, or a file that is not taken (`app.files.services.keep_file`).
    """
    proposal = get_or_not_found(Proposal, proposal_id, lock=True)
    _require_author(proposal, by, at)
    if len(text) < TEXT_LEAST:
        raise InvalidInput(N_("무엇인지 짧게 적어 주세요. 사진을 보지 못하는 분이 읽습니다."), field="text")
    here = select(func.count(ProposalFile.id)).where(
        ProposalFile.proposal_id == proposal.id, ProposalFile.removed_at.is_(None)
    )
    if (session().scalar(here) or 0) >= MOST_FILES:
        raise RuleViolation(N_("한 의제에는 파일을 %(n)s개까지 더할 수 있습니다."), n=MOST_FILES)
    stored = keep_file(proposal.place, name=name, content=content, by=by, at=at)
    known = _same(proposal, stored.sha256)
    if known is not None:
        session().delete(stored)
        return known
    row = ProposalFile(proposal_id=proposal.id, file_id=stored.id, file=stored, text=text, added_at=at)
    session().add(row)
    session().flush()
    return row


def remove_file(proposal_id: int, row_id: int, *, by: Person, at: datetime) -> ProposalFile:
    """Take a file away; its content is erased, the line that it was there stays.

    Raises:
        NotFound, NotAllowed, RuleViolation: no such file of this proposal; not one of its authors; it is decided.
    """
    proposal = get_or_not_found(Proposal, proposal_id, lock=True)
    _require_author(proposal, by, at)
    row = get_or_not_found(ProposalFile, row_id, lock=True)
    if row.proposal_id != proposal.id:
        raise NotFound(N_("찾으시는 파일이 없습니다."))
    if row.removed_at is None:
        row.removed_at = at
        row.file.content, row.file.preview = b"", None
    return row


def _same(proposal: Proposal, sha256: str) -> ProposalFile | None:
    rows = session().scalars(
        select(ProposalFile).where(ProposalFile.proposal_id == proposal.id, ProposalFile.removed_at.is_(None))
    )
    return next((row for row in rows if row.file.sha256 == sha256), None)


def _require_author(proposal: Proposal, by: Person, at: datetime) -> None:
    if can_attach(by, proposal, at):
        return
    if is_author(by, proposal):
        raise RuleViolation(N_("이미 정해진 의제의 파일은 바꿀 수 없습니다."))
    if proposal.state is ProposalState.DRAFT:
        raise NotFound(N_("찾으시는 의제가 없습니다."))
    raise NotAllowed(N_("이 의제를 쓴 분만 파일을 더하고 뺄 수 있습니다."))
