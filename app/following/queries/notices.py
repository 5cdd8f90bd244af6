"""SELECTs about who follows what, and what they are told."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload

from app.agenda.models import Proposal
from app.db.session import session
from app.discussion.models import Comment, Mention
from app.following.models import DigestChoice, Follow, Notice
from app.following.queries.subjects import Address, Key, address_of, titles_of
from app.following.rules import MOST_IN_DIGEST, Rhythm, Subject
from app.people.models import Contact, Person
from app.people.rules import ContactKind
from app.places.models import Place

PAGE = 30


@dataclass(frozen=True)
class ShownNotice:
    """A notice with the page that it leads to. ``act`` and ``values`` are those of the record; empty for a call."""

    notice: Notice
    address: Address
    act: str
    values: dict[str, object]
    caller: str
    title: str
    """Of a call: the agenda in whose discussion it happened."""


@dataclass(frozen=True)
class Followed:
    """Something somebody follows."""

    follow: Follow
    title: str
    address: Address


def is_following(person: Person | None, kind: Subject, subject_id: int) -> bool:
    """Tell whether somebody follows something."""
    if person is None:
        return False
    query = select(Follow.id).where(
        Follow.person_id == person.id,
        Follow.kind == kind,
        Follow.subject_id == subject_id,
        Follow.is_muted.is_(False),
    )
    return session().scalar(query) is not None


def is_followed(keys: list[Key]) -> bool:
    """Tell whether anybody follows one of these."""
    return bool(keys) and session().scalar(select(Follow.id).where(among(keys)).limit(1)) is not None


def followers(keys: list[Key], *, after: int, limit: int) -> list[int]:
    """Return the ids of those who follow one of these, in order, from after an id on; each once."""
    query = (
        select(Follow.person_id)
        .join(Person, Person.id == Follow.person_id)
        .where(among(keys), Follow.person_id > after, Person.is_active.is_(True))
        .distinct()
        .order_by(Follow.person_id)
        .limit(limit)
    )
    return list(session().scalars(query))


def among(keys: list[Key]) -> ColumnElement[bool]:
    """Return the condition that a follow, not a muted one, is of one of these."""
    kinds: dict[Subject, list[int]] = {}
    for kind, subject_id in keys:
        kinds.setdefault(kind, []).append(subject_id)
    of = or_(*((Follow.kind == kind) & Follow.subject_id.in_(ids) for kind, ids in kinds.items()))
    return Follow.is_muted.is_(False) & of


def unread_count(person: Person | None) -> int:
    """Return how many notices somebody has not read."""
    if person is None:
        return 0
    query = select(func.count(Notice.id)).where(Notice.person_id == person.id, Notice.read_at.is_(None))
    return session().scalar(query) or 0


def notices_newest_first(person: Person, *, before: int | None = None) -> list[ShownNotice]:
    """Return up to `PAGE` notices of a person."""
    query = _loaded().where(Notice.person_id == person.id).order_by(Notice.id.desc()).limit(PAGE)
    if before is not None:
        query = query.where(Notice.id < before)
    return [shown(notice) for notice in session().scalars(query)]


def shown(notice: Notice) -> ShownNotice:
    """Return a notice with its page. A call by a text that was hidden meanwhile does not say in what it called."""
    if notice.entry is not None:
        return ShownNotice(notice, address_of(notice.entry), notice.entry.act, notice.entry.values, "", "")
    comment = notice.mention.comment if notice.mention is not None else None
    if comment is None or comment.hidden_at is not None or comment.withdrawn_at is not None:
        return ShownNotice(notice, Address("cycle.show", {"slug": notice.place.slug}), "", {}, "", "")
    where: dict[str, object] = {"slug": notice.place.slug, "proposal_id": comment.proposal_id}
    address = Address("discussion.show", {**where, "_anchor": f"comment-{comment.id}"})
    return ShownNotice(notice, address, "", {}, comment.author.public_name, comment.proposal.title)


def followed_by(person: Person) -> list[Followed]:
    """Return what somebody follows, newest first."""
    query = (
        select(Follow)
        .where(Follow.person_id == person.id, Follow.is_muted.is_(False))
        .options(joinedload(Follow.place))
        .order_by(Follow.id.desc())
        .limit(200)
    )
    follows = list(session().scalars(query))
    titles = titles_of([(follow.kind, follow.subject_id) for follow in follows])
    pages = {
        Subject.PROPOSAL: ("agenda.show", "proposal_id"),
        Subject.PROJECT: ("execution.project", "project_id"),
        Subject.ROUND: ("deliberation.show", "round_id"),
    }
    found = []
    for follow in follows:
        arguments: dict[str, object] = {"slug": follow.place.slug}
        endpoint, name = pages.get(follow.kind, ("cycle.show", ""))
        if name:
            arguments[name] = follow.subject_id
        title = titles.get((follow.kind, follow.subject_id), follow.place.name)
        found.append(Followed(follow, title, Address(endpoint, arguments)))
    return found


def rhythm_of(person_id: int) -> Rhythm:
    """Return how often somebody gets mail."""
    choice = session().get(DigestChoice, person_id)
    return choice.rhythm if choice is not None else Rhythm.WEEKLY


def people_due(rhythms: list[Rhythm], *, until: datetime, after: int, limit: int) -> list[Person]:
    """Return people with news that no digest has brought, from after an id on: those whose rhythm it is, with a mail address."""
    waiting = select(Notice.person_id).where(Notice.mailed_at.is_(None), Notice.told_at < until)
    mail = select(Contact.person_id).where(Contact.kind == ContactKind.EMAIL)
    wants: ColumnElement[bool] = DigestChoice.rhythm.in_(rhythms)
    if Rhythm.WEEKLY in rhythms:
        wants = or_(wants, DigestChoice.rhythm.is_(None))
    query = (
        select(Person)
        .outerjoin(DigestChoice, DigestChoice.person_id == Person.id)
        .where(Person.id.in_(waiting), Person.id.in_(mail), Person.id > after, Person.is_active.is_(True), wants)
        .order_by(Person.id)
        .limit(limit)
    )
    return list(session().scalars(query))


def news_for(person: Person, *, until: datetime) -> list[ShownNotice]:
    """Return what a person's digest brings: unread, not mailed yet, the newest first."""
    query = _loaded().where(
        Notice.person_id == person.id, Notice.mailed_at.is_(None), Notice.read_at.is_(None), Notice.told_at < until
    )
    return [shown(notice) for notice in session().scalars(query.order_by(Notice.id.desc()).limit(MOST_IN_DIGEST))]


def _loaded() -> Select[Any]:
    comment = joinedload(Notice.mention).joinedload(Mention.comment)
    return select(Notice).options(
        joinedload(Notice.place).load_only(Place.id, Place.slug, Place.name, Place.name_en),
        joinedload(Notice.entry),
        comment.joinedload(Comment.author).load_only(Person.id, Person.public_name),
        comment.joinedload(Comment.proposal).load_only(Proposal.id, Proposal.title),
    )
