"""What an act of the record is about, and where its page is."""

from dataclasses import dataclass, field

from sqlalchemy import select

from app.agenda.models import MeetingTopic, Proposal
from app.agenda.rules import PUBLIC_STATES
from app.assembly.models import AssemblyItem
from app.db.session import session
from app.deliberation.models import OpinionRound, Statement
from app.deliberation.rules import PUBLIC_ROUNDS
from app.execution.models import Project
from app.following.rules import OF_PLACE, Subject, is_told
from app.places.models import Place
from app.plan.models import ItemOrigin
from app.record.models import RecordEntry

Key = tuple[Subject, int]
TITLED: dict[Subject, type[Proposal] | type[Project] | type[OpinionRound]] = {
    Subject.PROPOSAL: Proposal, Subject.PROJECT: Project, Subject.ROUND: OpinionRound,
}  # fmt: skip


@dataclass(frozen=True)
class Address:
    """A page."""

    endpoint: str
    arguments: dict[str, object] = field(default_factory=dict)


def subjects_of(entry: RecordEntry) -> list[Key]:
    """Return what an act is about, as far as it can be followed: itself, and the agendas from which it came."""
    if not is_told(entry.act):
        return []
    kind, _, number = entry.subject.partition(":")
    found: list[Key] = [(Subject.PLACE, entry.place_id)] if entry.act in OF_PLACE else []
    if not number.isdecimal():
        return found
    key = int(number)
    match kind:
        case "proposal":
            found.append((Subject.PROPOSAL, key))
        case "round":
            found.append((Subject.ROUND, key))
        case "meeting" | "alley_meeting":
            query = select(MeetingTopic.proposal_id).where(MeetingTopic.meeting_id == key)
            found += [(Subject.PROPOSAL, proposal) for proposal in session().scalars(query)]
        case "statement":
            round_id = session().scalar(select(Statement.round_id).where(Statement.id == key))
            found += [(Subject.ROUND, round_id)] if round_id is not None else []
        case "plan_item":
            found += [(Subject.PROPOSAL, proposal) for proposal in _origins(key)]
        case "project":
            found.append((Subject.PROJECT, key))
            item = session().scalar(
                select(AssemblyItem.plan_item_id)
                .join(Project, Project.assembly_item_id == AssemblyItem.id)
                .where(Project.id == key)
            )
            found += [(Subject.PROPOSAL, proposal) for proposal in _origins(item)] if item else []
        case _:
            pass
    return found


def address_of(entry: RecordEntry) -> Address:
    """Return the page of what an act is about; the record where it has none of its own."""
    slug: dict[str, object] = {"slug": entry.place_slug}
    kind, _, number = entry.subject.partition(":")
    pages = {
        "proposal": ("agenda.show", "proposal_id"),
        "meeting": ("agenda.meeting", "meeting_id"),
        "alley_meeting": ("agenda.meeting", "meeting_id"),
        "plan_item": ("plan.item", "item_id"),
        "project": ("execution.project", "project_id"),
        "round": ("deliberation.show", "round_id"),
    }
    if kind in pages and number.isdecimal():
        endpoint, name = pages[kind]
        return Address(endpoint, {**slug, name: int(number)})
    whole = {"plan": "plan.show", "assembly": "assembly.show", "opinion": "inspection.show", "cycle": "cycle.show"}
    return Address(whole.get(kind, "record.index"), slug)


def place_of(kind: Subject, subject_id: int) -> Place | None:
    """Return the dong of something that everybody may know of; None when there is no such thing."""
    match kind:
        case Subject.PLACE:
            return session().get(Place, subject_id)
        case Subject.PROPOSAL:
            proposal = session().get(Proposal, subject_id)
            return proposal.place if proposal is not None and proposal.state in PUBLIC_STATES else None
        case Subject.PROJECT:
            project = session().get(Project, subject_id)
            return project.place if project is not None else None
        case Subject.ROUND:
            found = session().get(OpinionRound, subject_id)
            return found.place if found is not None and found.state in PUBLIC_ROUNDS else None


def titles_of(keys: list[Key]) -> dict[Key, str]:
    """Return what things are called, one query a kind."""
    found: dict[Key, str] = {}
    for kind, table in TITLED.items():
        ids = [key for each, key in keys if each is kind]
        if ids:
            rows = session().execute(select(table.id, table.title).where(table.id.in_(ids)))
            found |= {(kind, row[0]): row[1] for row in rows}
    ids = [key for each, key in keys if each is Subject.PLACE]
    if ids:
        rows = session().execute(select(Place.id, Place.name).where(Place.id.in_(ids)))
        found |= {(Subject.PLACE, row[0]): row[1] for row in rows}
    return found


def subjects_about(proposal: Proposal) -> list[str]:
    """Return the record's subjects that belong to the life of an agenda."""
    items = select(ItemOrigin.item_id).where(ItemOrigin.proposal_id == proposal.id)
    item_ids = list(session().scalars(items))
    projects = (
        select(Project.id)
        .join(AssemblyItem, AssemblyItem.id == Project.assembly_item_id)
        .where(AssemblyItem.plan_item_id.in_(item_ids))
    )
    meetings = select(MeetingTopic.meeting_id).where(MeetingTopic.proposal_id == proposal.id)
    return [
        f"proposal:{proposal.id}",
        *(f"plan_item:{key}" for key in item_ids),
        *(f"project:{key}" for key in session().scalars(projects)),
        *(f"{name}:{key}" for key in session().scalars(meetings) for name in ("meeting", "alley_meeting")),
    ]


def _origins(item_id: int) -> list[int]:
    return list(session().scalars(select(ItemOrigin.proposal_id).where(ItemOrigin.item_id == item_id)))
