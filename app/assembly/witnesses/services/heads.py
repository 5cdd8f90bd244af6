"""Putting heads of boards before the witnesses.

A head stands until its quorum has signed it, because a receipt carries one head with all its cosignatures: witnesses that
come at different minutes must find the same. `rules.is_next_due` says when the next one comes.
"""

from datetime import datetime

from sqlalchemy import func, select

from app.assembly.models import Assembly
from app.assembly.services.inclusion import root_at
from app.assembly.witnesses.models import BoardHead
from app.assembly.witnesses.queries import cosignatures_of, newest_head
from app.assembly.witnesses.rules import Trust, is_next_due
from app.db.session import get_or_not_found, session


def offer_head(assembly: Assembly, *, at: datetime) -> bool:
    """Put the newest head of a locked assembly's log before its witnesses; tell whether there was one to put.

    Nothing happens without witnesses, nor while an earlier head waits for its quorum (`rules.is_next_due`).
    """
    trust, size = Trust.from_json(assembly.witnesses), assembly.head_height + 1
    if not trust.keys or assembly.log_key is None:
        return False
    last = newest_head(assembly)
    if last is not None:
        signed = len(cosignatures_of(assembly, last.size))
        if last.size >= size or not is_next_due(
            cosigned=signed, quorum=trust.quorum, offered_at=last.offered_at, at=at
        ):
            return False
    session().add(BoardHead(assembly_id=assembly.id, size=size, root=root_at(assembly, size).hex(), offered_at=at))
    session().flush()
    return True


def offer_due_heads(at: datetime) -> int:
    """Put the next head of every board before its witnesses where it is time; return how many. Run every minute.

    Also after the count, so that the last head, with the result under it, gets its witnesses.
    """
    newest = (
        select(BoardHead.assembly_id, func.max(BoardHead.size).label("size")).group_by(BoardHead.assembly_id).subquery()
    )
    query = (
        select(Assembly.id)
        .join(newest, newest.c.assembly_id == Assembly.id)
        .where(Assembly.head_height + 1 > newest.c.size)
        .order_by(Assembly.id)
    )
    due = session().scalars(query).all()
    return sum(offer_head(get_or_not_found(Assembly, each, lock=True), at=at) for each in due)
