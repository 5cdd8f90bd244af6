"""Keeping the table of words that mean the same."""

from datetime import datetime

from app.agenda.models import SynonymTable
from app.agenda.permissions import can_keep_synonyms
from app.agenda.search import read_synonyms
from app.db.session import CHANGED_MEANWHILE, claim_version, get_or_not_found, session
from app.errors import Conflict, NotAllowed
from app.i18n import N_
from app.people.models import Person
from app.places.models import Place
from app.record.services import append


def keep_synonyms(place: Place, words: str, *, version: int, by: Person, at: datetime) -> SynonymTable:
    """Replace a place's table; an empty one means that nothing means the same there.

    Args:
        place: whose table; it holds for everything below, too.
        words: one group a line.
        version: of the table that was seen; 0 when there was none.
        by: who.
        at: when.

    Raises:
        NotAllowed: not of those who run the place.
        InvalidInput: the table cannot be read; its line is named.
        Conflict: somebody changed it meanwhile.
    """
    if not can_keep_synonyms(by, place, at):
        raise NotAllowed(N_("이 지역의 담당자만 할 수 있습니다."))
    groups = len(read_synonyms(words).groups)
    get_or_not_found(Place, place.id, lock=True)  # two first tables at once must meet here
    table = session().get(SynonymTable, place.id, populate_existing=True)
    if table is None:
        if version:
            raise Conflict(CHANGED_MEANWHILE)
        table = SynonymTable(place_id=place.id, words=words, changed_at=at)
        session().add(table)
    else:
        claim_version(table, version)
        table.words, table.changed_at = words, at
    session().flush()
    append(
        place,
        "agenda.synonyms_kept",
        role=by.staff_role(place, at) or "",
        subject=f"place:{place.id}",
        at=at,
        values={"groups": groups},
    )
    return table
