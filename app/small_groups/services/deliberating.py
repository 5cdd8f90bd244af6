"""The council's deliberation: sheets of marks, standing back, and the decision on every application at once."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from app.clock import kst_date, kst_midnight
from app.council.models import CouncilMeeting
from app.council.queries.meetings import attendances_of
from app.council.queries.people import council_of
from app.council.rules.meetings import RecusalKind, quorum_of, require_quorum
from app.db.session import claim_version, get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, NotFound, RuleViolation
from app.execution.services.grants import begin_grant
from app.execution.services.projects import Description
from app.i18n import N_
from app.people.models import Person
from app.people.queries.people import grants_in_force
from app.people.rules import COUNCIL
from app.places.models import Place
from app.places.queries import setting
from app.places.settings.process import GROUP_OBJECTION_DAYS
from app.record.references import reference
from app.small_groups.models import GrantRecusal, GrantRound, GroupApplication, ScoreSheet
from app.small_groups.permissions import can_deliberate, is_in_group
from app.small_groups.queries.applications import NO_APPLICATION, confirmed_count
from app.small_groups.queries.offices import runs_rounds
from app.small_groups.queries.rounds import eligible_in, ineligible_in, people_ids, phase, recusals_of, sheets_of
from app.small_groups.rules.applications import (
    Candidate,
    Mark,
    Ruling,
    State,
    require_marks,
    require_move,
    require_rulings,
)
from app.small_groups.rules.objections import Standing
from app.small_groups.rules.rounds import Phase, require_phase
from app.small_groups.services.loading import OWN_GROUP, about, locked, note, role_of
from app.small_groups.services.rounds import NOT_RUNNER, require_execution_ahead
from app.small_groups.services.telling import tell_leader
from voting.encoding import JSON, canonical_json

DAY = timedelta(days=1)
NOT_COUNCIL = N_("주민자치회 위원만 할 수 있습니다.")


@dataclass(frozen=True)
class Sitting:
    """Where and when it was decided: a meeting of the council, or another body where the dong has none in the system."""

    meeting_id: int | None
    body: str = ""
    decided_on: date | None = None


def score(application_id: int, marks: Mapping[Mark, int], *, by: Person, at: datetime) -> ScoreSheet:
    """Fill in one's sheet about an application, or change it; the last one counts.

    Raises:
        NotFound, NotAllowed: no such application before the council; not a member, or of the group.
        RuleViolation: applications are still taken, it is decided, or this member stands back.
        InvalidInput: a mark is missing or not from 1 to 5.
    """
    row = _before_council(application_id, by, at)
    if any(each.person_id == by.id for each in recusals_of([row.id])[row.id]):
        raise RuleViolation(N_("이 신청의 심의에서 빠지기로 하셨습니다."))
    require_marks(marks)
    sheet = session().scalar(
        select(ScoreSheet).where(ScoreSheet.application_id == row.id, ScoreSheet.person_id == by.id)
    )
    if sheet is None:
        sheet = ScoreSheet(application_id=row.id, person_id=by.id)
        session().add(sheet)
    sheet.marks, sheet.scored_at = {mark.value: marks[mark] for mark in Mark}, at
    session().flush()
    return sheet


def stand_back(application_id: int, *, by: Person, at: datetime) -> GrantRecusal:
    """Stand back from an application (회피); one's sheet is taken out. Twice is once.

    Raises:
        NotFound, NotAllowed: no such application before the council; not a member.
        RuleViolation: it is decided.
    """
    row = _before_council(application_id, by, at, outside=False)
    known = next((each for each in recusals_of([row.id])[row.id] if each.person_id == by.id), None)
    if known is not None:
        return known
    kind = RecusalKind.EXCLUSION if is_in_group(by, row) else RecusalKind.WITHDRAWAL
    recusal = GrantRecusal(application_id=row.id, person_id=by.id, kind=kind, noted_at=at)
    session().add(recusal)
    for sheet in sheets_of([row.id])[row.id]:
        if sheet.person_id == by.id and row.decided_at is None:  # what a decision rested on stays as it was
            session().delete(sheet)
    session().flush()
    note(row.place, "stood_back", role_of(by, row.place, at), about(row), at, number=row.number, recusal=kind.value)
    return recusal


def conclude(
    round_id: int, rulings: Mapping[int, Ruling], sitting: Sitting, *, version: int, by: Person, at: datetime
) -> GrantRound:
    """Write down what the council decided, on every eligible application at once; each granted group becomes a project.

    Members who belong to a group are left out of what concerns it (제척), whether or not they said so: their sheets do not
    count, and the meeting must have its quorum without them. Written down once; a second submission finds it decided.

    Args:
        round_id: the round.
        rulings: by application; every eligible one.
        sitting: where it was decided.
        version: which the form saw.
        by: staff or the council's secretary, of none of the groups.
        at: when.

    Raises:
        NotFound, NotAllowed, Conflict: no such round; not who writes it down, or of a group; changed meanwhile.
        RuleViolation: applications are taken or unchecked, it is decided, the sums are too large, or a quorum is missing.
        InvalidInput: a decision without a reason where one is needed, or no sitting.
    """
    row = get_or_not_found(GrantRound, round_id, lock=True)
    if not runs_rounds(by, row.place, at):
        raise NotAllowed(NOT_RUNNER)
    claim_version(row, version)
    require_phase(phase(row, at), Phase.DELIBERATING)
    require_execution_ahead(row.cycle)
    found = eligible_in(row, lock=True)
    ids = [each.id for each in found]
    belonging = people_ids(ids)
    if any(by.id in belonging[each] for each in ids):
        raise NotAllowed(OWN_GROUP)
    sat = sit(row.place, sitting, since=row.closes_at, at=at)
    row.meeting_id, row.body, row.decided_on = sat.meeting.id if sat.meeting is not None else None, sat.body, sat.on
    out = left_out(row.place, ids, belonging, at)
    if sat.meeting is not None:
        require_quorums(sat.meeting, ids, out)
    sheets = {key: [s for s in rows if s.person_id not in out[key]] for key, rows in sheets_of(ids).items()}
    candidates = {
        each.id: Candidate(each.asked_won, bool(sheets[each.id]), confirmed_count(each) >= row.min_people) for each in found
    }  # fmt: skip
    require_rulings(
        rulings, candidates, envelope_won=row.envelope_won, max_won=row.max_won, most_groups=row.most_groups
    )
    for each in found:
        each.score_sum, each.score_count = sum(sheet.total for sheet in sheets[each.id]), len(sheets[each.id])
        each.recused = len(out[each.id])
        _rule(each, rulings[each.id], sat, by, at)
    row.concluded_at = at
    row.objections_until = kst_midnight(kst_date(at) + DAY * (1 + setting(row.place, GROUP_OBJECTION_DAYS)))
    for each in (*found, *ineligible_in(row)):
        tell_decided(each, at)
    note(
        row.place, "concluded", role_of(by, row.place, at), f"grant_round:{row.id}", at, title=row.title,
        granted=sum(ruling.won > 0 for ruling in rulings.values()),
        granted_won=sum(ruling.won for ruling in rulings.values()),
        document_hash=_hash({str(key): [ruling.won, ruling.reason] for key, ruling in sorted(rulings.items())}),
    )  # fmt: skip
    return row


def _before_council(application_id: int, by: Person, at: datetime, *, outside: bool = True) -> GroupApplication:
    row = locked(application_id)
    require_before_council(row, by, at, outside=outside)
    return row


def require_before_council(row: GroupApplication, by: Person, at: datetime, *, outside: bool = True) -> None:
    """Refuse to deliberate on what does not lie before the council, or with somebody who must stay out.

    Args:
        row: the application.
        by: who would fill in a sheet, or stand back.
        at: when.
        outside: whether they must not belong to the group; who stands back may, also from a decision that is made anew.

    Raises:
        NotFound, NotAllowed: it is not eligible; not a member of the council, or of the group.
        RuleViolation: applications are still taken, or the round is decided or called off.
    """
    if not can_deliberate(by, row.place, at):
        raise NotAllowed(NOT_COUNCIL)
    anew = not outside and row.objection is not None and row.objection.standing is Standing.UPHELD
    if not anew:
        if row.state is not State.ELIGIBLE:
            raise NotFound(NO_APPLICATION)
        require_phase(phase(row.round, at), Phase.CHECKING, Phase.DELIBERATING)
    if outside and is_in_group(by, row):
        raise NotAllowed(N_("내가 든 모임의 심의에서는 빠집니다(제척)."))


@dataclass(frozen=True)
class Sat:
    """Where it was decided, once it is known to fit: a meeting, or the name of another body; and the day."""

    meeting: CouncilMeeting | None
    body: str
    on: date

    @property
    def approver(self) -> str:
        """What the ledger calls it."""
        return (self.meeting.title if self.meeting is not None else self.body)[:80]


def sit(place: Place, sitting: Sitting, *, since: datetime, at: datetime) -> Sat:
    """Find where it was decided.

    Args:
        place: the dong.
        sitting: what the form says.
        since: not before this instant: the closing of the round, or the answer to an objection.
        at: now.

    Raises:
        InvalidInput: no meeting of this dong's council since then, no body, or a day that does not fit.
    """
    if council_of(place) is not None:
        meeting = session().get(CouncilMeeting, sitting.meeting_id) if sitting.meeting_id else None
        fits = meeting is not None and meeting.place_id == place.id and meeting.committee_id is None
        if meeting is None or not fits or meeting.opened_at is None or meeting.opened_at < since:
            raise InvalidInput(N_("그 뒤에 연 주민자치회 회의를 골라 주세요."), field="meeting")
        return Sat(meeting, "", kst_date(meeting.starts_at))
    if len(sitting.body) < 2:  # noqa: PLR2004 - a name
        raise InvalidInput(N_("어디에서 심의했는지 적어 주세요."), field="body")
    day = sitting.decided_on
    if day is None or day > kst_date(at) or day < kst_date(since):
        raise InvalidInput(
            N_("심의한 날은 %(day)s부터 오늘까지입니다."), field="decided_on", day=kst_date(since).isoformat()
        )
    return Sat(None, sitting.body, day)


def left_out(place: Place, ids: list[int], belonging: Mapping[int, set[int]], at: datetime) -> dict[int, set[int]]:
    """Return who does not decide on each application; members who did not say that they belong to it are noted now."""
    council = {grant.person_id for grant in grants_in_force(place, at) if grant.role in COUNCIL}
    noted = {key: {each.person_id for each in rows} for key, rows in recusals_of(ids).items()}
    for key in ids:
        for person_id in sorted((belonging[key] & council) - noted[key]):
            session().add(
                GrantRecusal(application_id=key, person_id=person_id, kind=RecusalKind.EXCLUSION, noted_at=at)
            )
            noted[key].add(person_id)
    session().flush()
    return noted


def require_quorums(meeting: CouncilMeeting, ids: list[int], out: Mapping[int, set[int]]) -> None:
    """Refuse decisions for which too many must stay out: those left out are not counted as members, either."""
    rows = [row for row in attendances_of(meeting) if row.has_vote]
    threshold = setting(meeting.place, "council.meeting.quorum")
    for key in ids:
        voting = [row for row in rows if row.member is None or row.member.person_id not in out[key]]
        present = sum(row.is_present for row in voting)
        if not voting:
            raise RuleViolation(N_("이 회의에는 심의할 수 있는 위원이 없습니다."))
        require_quorum(quorum_of(members=len(voting), present=present, threshold=threshold))


def _rule(row: GroupApplication, ruling: Ruling, sat: Sat, by: Person, at: datetime) -> None:
    state = State.GRANTED if ruling.won else State.REFUSED
    require_move(row.state, state)
    row.state, row.granted_won, row.decision_reason = state, ruling.won, ruling.reason
    row.decided_at, row.decided_by = at, by.id
    row.version += 1
    if ruling.won:
        begin(row, sat, due_on=row.round.report_due_on, by=by, at=at)
    session().flush()
    if ruling.won:
        note(
            row.place, "granted", role_of(by, row.place, at), about(row), at, number=row.number,
            title=reference("small_group", row.id), granted_won=ruling.won, recused=row.recused,
        )  # fmt: skip
    else:
        note(row.place, "refused", role_of(by, row.place, at), about(row), at, number=row.number, recused=row.recused)


def begin(row: GroupApplication, sat: Sat, *, due_on: date, by: Person, at: datetime) -> None:
    """Begin the project of a grant.

    Args:
        row: the application that was granted something.
        sat: where it was decided.
        due_on: the last day for the report.
        by: who wrote the decision down.
        at: when.
    """
    row.report_due_on = due_on
    words = Description(row.name, row.purpose, row.name, "", "")
    project = begin_grant(
        row.round.cycle, words, source=row.round.source, won=row.granted_won, approver=sat.approver,
        report_due_on=due_on, once=f"small-group-{row.id}", by=by, at=at,
    )  # fmt: skip
    row.project_id = project.id


def tell_decided(row: GroupApplication, at: datetime) -> None:
    """Tell a group what was decided, and until when it may object where something was denied."""
    until = row.round.objections_until
    last = (kst_date(until) - DAY).isoformat() if until is not None and row.denied.is_something else ""
    if row.state is State.INELIGIBLE:  # the reason was told by the check
        tell_leader(row, "may_object", key="", at=at, objections_until=last)
        return
    tell_leader(
        row, "decided", key="", at=at, won=f"{row.granted_won:,}", is_granted=bool(row.granted_won),
        reason=row.decision_reason, objections_until=last,
    )  # fmt: skip


def _hash(said: JSON) -> str:
    return hashlib.sha256(canonical_json(said)).hexdigest()
