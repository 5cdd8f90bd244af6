"""What is due at the counter: files of a roll that wait for a word, letters that somebody asked for."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager

from app.db.session import session
from app.i18n import N_
from app.people.models import Person, Roll, RollImport, VerificationLetter
from app.people.permissions import can_keep_roll, can_verify_residents
from app.people.queries.people import in_places_of
from app.people.rules import ImportState
from app.places.models import Place
from app.todo import Todo

LIMIT = 50
FILE_WITHIN = timedelta(days=7)
"""A file of names and addresses is not left lying about."""
LETTER_WITHIN = timedelta(days=3)


def todos(person: Person, at: datetime) -> list[Todo]:
    """Return what a public servant owes those who wait at the counter."""
    if not any(grant.is_in_force(at) for grant in person.grants):
        return []
    return [*_files(person, at), *_letters(person, at)]


def _files(person: Person, at: datetime) -> list[Todo]:
    query = (
        select(RollImport)
        .join(Roll, Roll.id == RollImport.roll_id)
        .join(Place, Place.id == Roll.place_id)
        .options(contains_eager(RollImport.roll).contains_eager(Roll.place))
        .where(RollImport.state == ImportState.READ, in_places_of(person))
        .order_by(RollImport.uploaded_at)
        .limit(LIMIT)
    )
    return [
        Todo(
            title=N_("읽은 명부 파일을 넣을지 정하기: %(title)s"), action=N_("살펴보기"), endpoint="people.roll_import",
            arguments={"slug": row.roll.place.slug, "roll_id": row.roll_id, "import_id": row.id},
            values={"title": row.roll.title}, context=row.roll.place.name, due_at=row.uploaded_at + FILE_WITHIN,
            place_id=row.roll.place_id,
        )
        for row in session().scalars(query)
        if can_keep_roll(person, row.roll.place, at)
    ]  # fmt: skip


def _letters(person: Person, at: datetime) -> list[Todo]:
    query = (
        select(Place, func.count(VerificationLetter.id), func.min(VerificationLetter.asked_at))
        .join(VerificationLetter, VerificationLetter.place_id == Place.id)
        .where(VerificationLetter.printed_at.is_(None), in_places_of(person))
        .group_by(Place.id)
        .limit(LIMIT)
    )
    return [
        Todo(
            title=N_("부탁받은 확인 편지 %(n)s통 인쇄하기"), action=N_("인쇄하기"), endpoint="people.counter",
            arguments={"slug": place.slug}, values={"n": count}, context=place.name, due_at=first + LETTER_WITHIN,
            place_id=place.id,
        )
        for place, count, first in session().execute(query)
        if can_verify_residents(person, place, at)
    ]  # fmt: skip
