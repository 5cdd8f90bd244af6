"""Who stands in a draw, as the quotas see them, and what opens a candidate's own line of the bundle."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.council.models import OpenCall
from app.council.queries import calls, pool
from app.council.queries.pool import FrozenCandidate
from app.draw.models import LotteryDraw
from app.people.models import Person
from voting.lottery import Candidate, Pool, QuotaRule, identity_commitment, supplement


@dataclass(frozen=True)
class Opening:
    """What opens a candidate's commitment; for the candidate's own eyes."""

    number: str
    name: str
    birth_date: str
    salt: str

    @property
    def text(self) -> str:
        """The text whose SHA-256 stands in the bundle."""
        return f"{self.number}|{self.name}|{self.birth_date}|{self.salt}"

    @property
    def commitment(self) -> str:
        """The SHA-256."""
        return identity_commitment(number=self.number, name=self.name, birthdate=self.birth_date, salt=self.salt)


def own_number(call: OpenCall, person: Person) -> str | None:
    """Return the candidate number of somebody's own application to a call."""
    application = calls.own_application(call, person.id)
    return application.number if application is not None else None


def own_opening(call: OpenCall, person: Person) -> Opening | None:
    """Return what opens somebody's own commitment; None when the details were blanked, or they did not apply."""
    application = calls.own_application(call, person.id)
    if application is None:
        return None
    found = pool.identity_of_applicant(application)
    if not all(found.values()):
        return None
    return Opening(found["number"], found["name"], found["birthdate"], found["salt"])


def counts(candidates: Sequence[FrozenCandidate]) -> dict[str, Counter[str]]:
    """Return how many candidates have each value, per feature; features that nobody has are left out."""
    found: dict[str, Counter[str]] = {}
    for candidate in candidates:
        for feature, value in candidate.values.items():
            if value:
                found.setdefault(feature, Counter())[value] += 1
    return found


def pool_of(draw: LotteryDraw, candidates: Sequence[FrozenCandidate]) -> Pool:
    """Return the pool of a draw: seats and quotas of the council less those of the members who stay.

    Only features with a quota that can bind are taken: what is not asked for is not published. Within them a value that
    no quota names is free, but every candidate's value stands in the bundle.
    """
    lines = [line for line in draw.lines if line.minimum > 0 or line.maximum < draw.seats] or draw.lines
    features = tuple(dict.fromkeys(line.feature for line in lines))
    rules = [
        QuotaRule(q.feature, q.value, q.minimum, q.maximum, q.least_minimum, q.greatest_maximum)
        for q in draw.lines
        if q.feature in features
    ]
    known = {(rule.feature, rule.value) for rule in rules}
    people = []
    present: dict[tuple[str, str], None] = {}
    for candidate in candidates:
        values = tuple(candidate.values.get(feature, "") or "-" for feature in features)
        present.update(dict.fromkeys(zip(features, values, strict=True)))
        home = candidate.household if draw.household else None
        people.append(Candidate(candidate.number, values, home, candidate.identity or None))
    rules += [QuotaRule(f, v, 0, draw.seats, 0, draw.seats) for f, v in sorted(present) if (f, v) not in known]
    whole = Pool(draw.seats, features, tuple(rules), tuple(people), draw.household)
    if not draw.sitting:
        return whole
    return supplement(whole, [tuple(member.get(feature, "") for feature in features) for member in draw.sitting])
