"""Spreading an act to its followers, and sending the digests."""

from datetime import datetime, timedelta

from app.clock import KST, kst_date
from app.db.session import session, transaction
from app.following.models import DigestChoice
from app.following.queries.authors import authors_to_tell
from app.following.queries.notices import followers, people_due
from app.following.queries.subjects import subjects_of
from app.following.rules import DIGEST_HOUR, Rhythm, rhythms_due
from app.following.services.digests import send_digest
from app.following.services.follows import TELL, tell
from app.following.tokens import unsubscribe_token
from app.i18n import N_
from app.jobs.registry import every, job
from app.jobs.run import JobRun
from app.jobs.services import enqueue
from app.record.models import RecordEntry

DIGEST = "following.digest"
AT_ONCE = 200
"""How many people one transaction serves: it holds SQLite's only write lock."""


@job(TELL, title=N_("소식 알리기"), keep=timedelta(days=2))
def tell_followers(run: JobRun) -> None:
    """Tell everybody who follows what an act is about, and who said what it carries out; each once, also after a crash."""
    with run.step() as step:
        entry = step.session.get_one(RecordEntry, run.arguments["entry_id"])
        tell(entry, authors_to_tell(entry), at=step.at)
    after = int(run.bookmark.get("after", 0))
    while True:
        with run.step() as step:
            entry = step.session.get_one(RecordEntry, run.arguments["entry_id"])
            people = followers(subjects_of(entry), after=after, limit=AT_ONCE)
            tell(entry, people, at=step.at)
            if people:
                after = people[-1]
                step.remember(after=after)
        if len(people) < AT_ONCE:
            return


@every(hours=1)
def begin_digests(at: datetime) -> None:
    """Ask for the day's digests once the Korean morning has come; asking twice is asking once."""
    local = at.astimezone(KST)
    if local.hour < DIGEST_HOUR:
        return
    day = kst_date(at)
    with transaction():
        enqueue(DIGEST, {"day": day.isoformat()}, by=None, at=at, idempotency_key=f"{DIGEST}:{day.isoformat()}")


@job(DIGEST, title=N_("소식 메일 보내기"), keep=timedelta(days=7))
def send_digests(run: JobRun) -> None:
    """Queue the digests of everybody whose day it is, some hundred in a transaction."""
    day = datetime.fromisoformat(run.arguments["day"]).date()
    until = datetime(day.year, day.month, day.day, DIGEST_HOUR, tzinfo=KST)
    after = int(run.bookmark.get("after", 0))
    while True:
        with run.step() as step:
            people = people_due(rhythms_due(day), until=until, after=after, limit=AT_ONCE)
            for person in people:
                # Read again under the lock: a click on unsubscribe a moment ago counts.
                choice = session().get(DigestChoice, person.id, with_for_update=True, populate_existing=True)
                if choice is None or choice.rhythm is not Rhythm.NEVER:
                    send_digest(person, unsubscribe_token(person.id), day=day, until=until, at=step.at)
            if people:
                after = people[-1].id
                step.remember(after=after)
        if len(people) < AT_ONCE:
            return
