"""Counting the signatures under a proposal."""

from collections.abc import Collection

from sqlalchemy import func, select

from app.agenda.models import CoSignature, Proposal
from app.db.session import session


def count_signers(proposal: Proposal, *, besides: Collection[int] = ()) -> int:
    """Return how many signatures are in force, without those of some people where given."""
    query = (
        select(func.count())
        .select_from(CoSignature)
        .where(CoSignature.proposal_id == proposal.id, CoSignature.withdrawn_at.is_(None))
    )
    if besides:
        query = query.where(CoSignature.person_id.not_in(besides))
    return session().scalar(query) or 0
