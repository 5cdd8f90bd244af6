"""Taking a list of resources in: read and shown first, then taken whole or thrown away.

Repeating a list changes nothing: a line with a number is that resource, a line without one is the resource of the same kind,
name and place. What staff correct stays public; everything new is checked by somebody else first.
"""

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select

from app.clock import kst_date
from app.db.session import claim_version, get_or_not_found, session
from app.errors import NotAllowed, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.places.models import Place
from app.privacy.keys import keys
from app.privacy.sealing import cell_of, reveal
from app.record.services import append
from app.survey.models import CommunityResource, ListState, ResourceList
from app.survey.permissions import can_import
from app.survey.queries import known_numbers, words_of
from app.survey.rules import ResourceState
from app.survey.rules.files import Problem, Reading, Row, read_file
from app.survey.services.surveying import change, new_row, next_number, role_of

NOT_YOURS = N_("이 동네의 주민자치회 위원과 담당자만 할 수 있습니다.")
HANDLED = N_("이 파일은 이미 처리했습니다.")
SOME = 500


@dataclass
class Plan:
    """What taking a list would do."""

    reading: Reading
    new: list[Row] = field(default_factory=list)
    changed: list[tuple[Row, CommunityResource]] = field(default_factory=list)
    same: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def can_be_taken(self) -> bool:
        """Tell whether every line is in order and something would happen."""
        return not self.problems and bool(self.new or self.changed)


def upload(place: Place, *, name: str, content: bytes, by: Person, at: datetime) -> ResourceList:
    """Keep an uploaded list (sealed: it may hold contacts) for a look; the same file again is the same list.

    Raises:
        NotAllowed: neither of the council nor staff.
        InvalidInput: it cannot be read at all (`app.survey.rules.files.read_file`).
    """
    if not can_import(by, place, at):
        raise NotAllowed(NOT_YOURS)
    read_file(name, content, today=kst_date(at))
    digest = hashlib.sha256(content).hexdigest()
    waiting = session().scalars(
        select(ResourceList).where(ResourceList.uploaded_by == by.id, ResourceList.state == ListState.READ)
    )
    for other in waiting:
        if other.place_id == place.id and other.sha256 == digest:
            return other
        _close(other, ListState.DISCARDED, at)  # who uploads another file has left the first; nothing of it lies around
    row = ResourceList(
        place_id=place.id, place=place, state=ListState.READ, name=name[-120:], sha256=digest, uploaded_by=by.id,
        uploaded_at=at,
    )  # fmt: skip
    # Sealed as it is: the form looked for resident numbers inside already, and base64 may look like anything.
    row.content = keys().keyring.seal(cell_of(row, ResourceList.content), base64.b64encode(content).decode("ascii"))
    session().add(row)
    session().flush()
    return row


def plan_of(row: ResourceList, *, at: datetime) -> Plan:
    """Return what taking a list would do now.

    Raises:
        RuleViolation: it was taken or thrown away.
        InvalidInput: it can no longer be read.
    """
    text = reveal(row, ResourceList.content)
    if text is None:
        raise RuleViolation(HANDLED)
    reading = read_file(row.name, base64.b64decode(text), today=kst_date(at))
    found = Plan(reading, problems=list(reading.problems))
    by_number, by_key = _known(row.place, reading.rows)
    met: dict[int, int] = {}
    for each in reading.rows:
        known = by_number.get(each.number) if each.number else by_key.get(each.key)
        if known is None:
            found.new.append(each)
        elif known.state is ResourceState.REMOVED:
            found.problems.append(Problem(each.line, "number", N_("이미 뺀 자원의 번호입니다.")))
        elif known.id in met:
            found.problems.append(
                Problem(each.line, "name", N_("%(other)s째 줄과 같은 자원입니다."), {"other": met[known.id]})
            )
        else:
            met[known.id] = each.line
            present = words_of(known)
            words = reading.merged(present, each.words)
            if words == present:
                found.same += 1
            else:
                found.changed.append((replace(each, words=words), known))
    found.problems.sort(key=lambda problem: problem.line)
    return found


def take(list_id: int, *, by: Person, at: datetime) -> ResourceList:
    """Take a list whole, or nothing of it; twice is the same as once.

    Raises:
        NotFound, NotAllowed: no such list; neither of the council nor staff.
        RuleViolation: a line is not in order, or the list was thrown away.
    """
    row = _list(list_id, by, at)
    if row.state is ListState.TAKEN:
        return row
    get_or_not_found(Place, row.place_id, lock=True)  # numbers are given one after the other
    plan = plan_of(row, at=at)
    if plan.problems:
        raise RuleViolation(N_("고칠 줄이 남아 있어 올릴 수 없습니다. 파일을 고쳐 다시 올려 주세요."))
    number = next_number(row.place)
    # Given numbers first, so that a counted one never takes a given one's place.
    for each in sorted(plan.new, key=lambda found: found.number is None):
        given = each.number or number
        new_row(row.place, each.words, number=given, once=f"list:{row.id}:{each.line}", by=by, at=at)
        number = max(number, given + 1)
    for each, found in plan.changed:
        known = get_or_not_found(CommunityResource, found.id, lock=True)
        claim_version(known, found.version)
        change(known, each.words, by=by, at=at)
    row.added, row.changed, row.same = len(plan.new), len(plan.changed), plan.same
    _close(row, ListState.TAKEN, at)
    append(
        row.place, "survey.listed", role=role_of(by, row.place, at), subject=f"resource_list:{row.id}", at=at,
        values={"added": row.added, "changed_count": row.changed},
    )  # fmt: skip
    return row


def discard(list_id: int, *, by: Person, at: datetime) -> ResourceList:
    """Throw a list away; twice is the same as once.

    Raises:
        NotFound, NotAllowed: no such list; neither of the council nor staff.
        RuleViolation: it was taken.
    """
    row = _list(list_id, by, at)
    if row.state is ListState.TAKEN:
        raise RuleViolation(HANDLED)
    _close(row, ListState.DISCARDED, at)
    return row


def _close(row: ResourceList, state: ListState, at: datetime) -> None:
    row.state, row.content, row.decided_at = state, None, at


def _list(list_id: int, by: Person, at: datetime) -> ResourceList:
    row = get_or_not_found(ResourceList, list_id, lock=True)
    if not can_import(by, row.place, at):
        raise NotAllowed(NOT_YOURS)
    return row


def _known(place: Place, rows: Iterable[Row]) -> tuple[dict[int, CommunityResource], dict[str, CommunityResource]]:
    wanted = list(rows)
    by_number: dict[int, CommunityResource] = {}
    by_key: dict[str, CommunityResource] = {}
    for start in range(0, len(wanted), SOME):
        some = wanted[start : start + SOME]
        for known in known_numbers(place, [row.number for row in some if row.number], [row.key for row in some]):
            by_number[known.number] = known
            if known.state is not ResourceState.REMOVED:
                by_key.setdefault(known.natural_key, known)
    return by_number, by_key
