"""SELECTs for moderators and for the public log."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlalchemy.orm import joinedload

from app.agenda.models import Proposal
from app.db.session import session
from app.discussion.models import Argument, Comment, ModerationEntry, Report
from app.discussion.permissions import can_moderate
from app.discussion.rules import Kind, Reason
from app.i18n import N_
from app.people.models import Person
from app.people.queries.people import in_places_of
from app.places.models import Place
from app.todo import Todo

PAGE = 50
ANSWER_WITHIN = timedelta(days=2)
"""How long a reported text should wait; the reports stand on the desk until then (deliberation.md §4.2, 14)."""


@dataclass(frozen=True)
class Case:
    """A text that was reported and waits for a decision."""

    kind: Kind
    text: Argument | Comment
    reasons: dict[Reason, int]
    notes: list[str]
    first_at: datetime

    @property
    def reports(self) -> int:
        """How many people reported it."""
        return sum(self.reasons.values())


def open_cases(place: Place, *, limit: int = PAGE) -> list[Case]:
    """Return the reported texts of a dong that nobody has decided about, longest waiting first."""
    first = func.min(Report.reported_at).label("first")
    waiting = (
        select(Report.kind, Report.subject_id, first)
        .where(Report.place_id == place.id, Report.handled_at.is_(None))
        .group_by(Report.kind, Report.subject_id)
        .order_by(first)
        .limit(limit)
    )
    keys = [(row[0], row[1]) for row in session().execute(waiting)]
    texts = _texts(keys)
    reports: dict[tuple[Kind, int], list[Report]] = {key: [] for key in keys}
    query = select(Report).where(Report.place_id == place.id, Report.handled_at.is_(None)).order_by(Report.id)
    for report in session().scalars(query.where(_among(keys))):
        reports[report.kind, report.subject_id].append(report)
    return [_case(key, texts[key], reports[key]) for key in keys if key in texts]


def case_of(place: Place, kind: Kind, text: Argument | Comment) -> Case:
    """Return one text with the reports about it that wait, for the page where it is decided."""
    query = select(Report).where(
        Report.place_id == place.id,
        Report.kind == kind,
        Report.subject_id == text.id,
        Report.handled_at.is_(None),
    )
    return _case((kind, text.id), text, list(session().scalars(query.order_by(Report.id))))


def log_newest_first(place: Place, *, before: int | None = None, limit: int = PAGE) -> list[ModerationEntry]:
    """Return the decisions of a dong's moderators."""
    query = select(ModerationEntry).where(ModerationEntry.place_id == place.id)
    if before is not None:
        query = query.where(ModerationEntry.id < before)
    return list(session().scalars(query.order_by(ModerationEntry.id.desc()).limit(limit)))


def todos(person: Person, at: datetime) -> list[Todo]:
    """Return the dongs of this person in which reported texts wait."""
    query = (
        select(Place, func.count(func.distinct(Report.subject_id)), func.min(Report.reported_at))
        .join(Report, Report.place_id == Place.id)
        .where(Report.handled_at.is_(None))
        .where(in_places_of(person))
        .group_by(Place.id)
        .limit(100)
    )
    return [
        Todo(
            title=N_("신고된 글 %(n)s건 살피기"),
            action=N_("살피기"),
            endpoint="discussion.moderation",
            arguments={"slug": place.slug},
            values={"n": count},
            context=place.name,
            due_at=first + ANSWER_WITHIN,
            place_id=place.id,
        )
        for place, count, first in session().execute(query)
        if can_moderate(person, place, at)
    ]


def _texts(keys: list[tuple[Kind, int]]) -> dict[tuple[Kind, int], Argument | Comment]:
    found: dict[tuple[Kind, int], Argument | Comment] = {}
    arguments = select(Argument).where(Argument.id.in_([id_ for kind, id_ in keys if kind is Kind.ARGUMENT]))
    for argument in session().scalars(arguments.options(joinedload(Argument.proposal))):
        found[Kind.ARGUMENT, argument.id] = argument
    comments = select(Comment).where(Comment.id.in_([id_ for kind, id_ in keys if kind is Kind.COMMENT]))
    for comment in session().scalars(comments.options(joinedload(Comment.proposal))):
        found[Kind.COMMENT, comment.id] = comment
    return found


def _among(keys: list[tuple[Kind, int]]) -> ColumnElement[bool]:
    by_kind = {kind: [subject for key, subject in keys if key is kind] for kind in Kind}
    return or_(false(), *((Report.kind == kind) & Report.subject_id.in_(ids) for kind, ids in by_kind.items() if ids))


def _case(key: tuple[Kind, int], text: Argument | Comment, reports: list[Report]) -> Case:
    reasons: dict[Reason, int] = {}
    for report in reports:
        reasons[report.reason] = reasons.get(report.reason, 0) + 1
    first_at = min((report.reported_at for report in reports), default=text.created_at)
    return Case(key[0], text, reasons, [report.note for report in reports if report.note], first_at)


def proposal_titles(entries: list[ModerationEntry]) -> dict[int, str]:
    """Return the titles of the agendas that lines of the log are about."""
    ids = {entry.proposal_id for entry in entries}
    rows = session().execute(select(Proposal.id, Proposal.title).where(Proposal.id.in_(ids)))
    return {row[0]: row[1] for row in rows}
