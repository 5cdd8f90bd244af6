"""Counting the signatures under a proposal."""

from sqlalchemy import func, select

from app.agenda.models import CoSignature, Proposal
from app.db.session import session


def count_signers(proposal: Proposal, *, besides: int | None = None) -> int:
    """Return how many signatures are in force, without one person's where given."""
    query = (
        select(func.count())
        .select_from(CoSignature)
        .where(CoSignature.proposal_id == proposal.id, CoSignature.withdrawn_at.is_(None))
    )
    if besides is not None:
        query = query.where(CoSignature.person_id != besides)
    return session().scalar(query) or 0
