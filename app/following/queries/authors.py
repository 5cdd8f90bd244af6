"""Who said something in the public inspection that a project now carries out."""

import json

from sqlalchemy import select

from app.assembly.models import AssemblyItem
from app.db.session import session
from app.execution.models import Project
from app.following.models import Follow, Notice
from app.following.queries.subjects import Key, subjects_of
from app.following.rules import DELAYS, IMPLEMENTATION, Subject
from app.inspection.models import Disposition, Opinion
from app.inspection.rules import AnswerState, Result
from app.people.models import Person
from app.plan.models import PlanItem, PlanVersion
from app.record.models import RecordEntry


def authors_to_tell(entry: RecordEntry) -> list[int]:
    """Return the ids of those whose adopted opinion is in the project that an act is about, in order.

    They hear of its beginning, of its end, and once of its being late; not who wants no notice of the answer, nor who left
    the project or its agendas on purpose.
    """
    kind, _, number = entry.subject.partition(":")
    if entry.act not in IMPLEMENTATION or kind != Subject.PROJECT.value or not number.isdecimal():
        return []
    item = session().scalar(
        select(PlanItem)
        .join(AssemblyItem, AssemblyItem.plan_item_id == PlanItem.id)
        .join(Project, Project.assembly_item_id == AssemblyItem.id)
        .where(Project.id == int(number))
    )
    if item is None:
        return []
    found = _authors_of(item) - _left(subjects_of(entry))
    if entry.act in DELAYS and found:
        found -= _told_of_delay(entry)
    return sorted(found)


def _authors_of(item: PlanItem) -> set[int]:
    sections = {
        version.id: row["number"]
        for version in session().scalars(select(PlanVersion).where(PlanVersion.plan_id == item.plan_id))
        for row in json.loads(version.text)["sections"]
        if row["item"] == item.id
    }
    query = (
        select(Opinion.author_id, Opinion.version_id, Opinion.section, Disposition.change_section)
        .join(Disposition, Disposition.opinion_id == Opinion.id)
        .join(Person, Person.id == Opinion.author_id)
        .where(
            Opinion.version_id.in_(sections), Opinion.withdrawn_at.is_(None), Opinion.wants_notice.is_(True),
            Disposition.state == AnswerState.CONFIRMED, Disposition.result.in_([Result.ADOPTED, Result.PARTLY]),
            Person.is_active.is_(True),
        )
    )  # fmt: skip
    rows = session().execute(query).all()
    return {row.author_id for row in rows if sections[row.version_id] in {row.section, row.change_section}}


def _left(keys: list[Key]) -> set[int]:
    """Return who left one of these on purpose."""
    found: set[int] = set()
    for kind, subject_id in keys:
        query = select(Follow.person_id).where(
            Follow.kind == kind, Follow.subject_id == subject_id, Follow.is_muted.is_(True)
        )
        found |= set(session().scalars(query))
    return found


def _told_of_delay(entry: RecordEntry) -> set[int]:
    query = (
        select(Notice.person_id)
        .join(RecordEntry, RecordEntry.id == Notice.entry_id)
        .where(
            RecordEntry.place_id == entry.place_id, RecordEntry.subject == entry.subject, RecordEntry.act.in_(DELAYS),
            RecordEntry.id != entry.id,
        )
    )  # fmt: skip
    return set(session().scalars(query))
