"""Opening: the list that must be done, the manifest that two people confirm, and the election that it becomes."""

from datetime import datetime

from app.assembly.models import Assembly
from app.assembly.release import booth_digest
from app.assembly.rules import AssemblyState
from app.assembly.rules.marks import patterns_of, shown
from app.assembly.services.electing import electorate
from app.assembly.services.opening import Prepared, open_assembly
from app.assembly.services.preparing import require_unmarked
from app.assembly.stations.rules.slips import SlipList
from app.ceremony.models import Ceremony
from app.ceremony.permissions import can_arrange, can_confirm
from app.ceremony.queries import Standing, standing, value_hash
from app.ceremony.rules import AUTHORITY, Check, MessageKind
from app.ceremony.services.publishing import rehearsal_of
from app.ceremony.services.seating import ALREADY_OPEN, NOT_STAFF, record
from app.ceremony.services.self_test import run_self_test
from app.db.session import get_or_not_found
from app.errors import Conflict, InvalidInput, NotAllowed, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.people.permissions import is_staff
from app.people.rules import Role
from voting import PublicCredentials, Trustees, VotingError, group_named
from voting.election.trustees.rehearsal import RehearsalAnswer, require_rehearsal
from voting.encoding import JSON, canonical_json, sha256

FORMAT = "madang-opening/1"


def checklist(ceremony: Ceremony, at: datetime) -> list[Check]:
    """Return everything that must be so before voting opens, and whether it is."""
    assembly, stand = ceremony.assembly, standing(ceremony)
    people = electorate(assembly)
    codes = _codes(stand, ceremony)
    rehearsed = stand.posted[MessageKind.REHEARSAL] if ceremony.trustees else []
    total = sum(line.cost_won for line in assembly.lines)
    return [
        Check("questions", N_("투표할 사업"), N_("고정한 마을계획의 사업 %(n)s개"), bool(assembly.lines), {"n": len(assembly.lines)}),
        Check(
            "costs", N_("비용과 예산"), N_("비용 합계 %(total)s원, 예산 %(envelope)s원"), assembly.envelope_won > 0 and total > 0,
            {"total": f"{total:,}", "envelope": f"{assembly.envelope_won:,}"},
        ),
        Check("rule", N_("정하는 법"), N_("투표지와 정하는 법을 골랐습니다"), bool(assembly.rule)),
        _marks(assembly, people.count),
        Check(
            "times", N_("투표 기간"), N_("끝나는 때가 아직 오지 않았습니다") if at < assembly.closes_at else N_("끝나는 때가 지났습니다"),
            at < assembly.closes_at,
        ),
        Check(
            "roll", N_("투표할 사람"), N_("%(n)s명, 명부 지문 %(root)s") if people.root else N_("확인된 주민 %(n)s명"), people.count > 0,
            {"n": people.count, "root": people.root[:16]},
        ),
        Check(
            "codes", N_("투표 번호"), N_("%(n)s개, 명단 지문 %(hash)s") if codes else N_("번호 관리인을 기다립니다"),
            codes == people.count > 0 and stand.slips is not None, {"n": codes, "hash": stand.credentials_fingerprint[:16]},
        ),
        Check(
            "keys", N_("열쇠"), N_("%(size)s명의 열쇠를 만들었습니다") if ceremony.trustees else N_("열쇠 지기를 기다립니다"),
            bool(ceremony.trustees), {"size": ceremony.size},
        ),
        Check(
            "rehearsal", N_("열쇠 시험"), N_("%(size)s명 가운데 %(n)s명이 열쇠를 써 보았습니다"), len(rehearsed) == ceremony.size,
            {"n": len(rehearsed), "size": ceremony.size},
        ),
        Check(
            "test", N_("시험 투표"), N_("시험 표를 넣고 세어 확인했습니다") if _is_tested(ceremony) else N_("아직 해 보지 않았거나, 그 뒤에 바뀐 것이 있습니다"),
            _is_tested(ceremony),
        ),
        Check("release", N_("투표 화면의 파일"), N_("파일 지문 %(hash)s"), True, {"hash": booth_digest()[:16]}),
    ]  # fmt: skip


def _marks(assembly: Assembly, electors: int) -> Check:
    """Say whether published ballots could be told apart by a pattern that somebody dictated (security.md T48)."""
    title = N_("표가 표식이 되는지")
    if not assembly.form.shuffled:
        return Check("marks", title, N_("합계만 공개하므로 아무 표도 드러나지 않습니다"), is_done=True)
    found = patterns_of(assembly.form, assembly.lines, assembly.envelope_won)
    values = {"ways": shown(found.ballots), "beside": shown(found.beside), "n": f"{electors:,}"}
    try:
        require_unmarked(assembly, assembly.form)
    except InvalidInput:
        text = N_("나올 수 있는 표가 %(ways)s가지라 표식이 됩니다. 순위를 줄이세요 (설정: 순위를 매기는 가장 많은 수)")
        return Check("marks", title, text, is_done=False, values=values)
    if found.can_mark(electors):
        text = N_("나올 수 있는 표 %(ways)s가지, 한 사업을 꼭 넣으면 %(beside)s가지: 투표할 사람 %(n)s명보다 많습니다")
        return Check("marks", title, text, is_done=True, values=values, is_warned=True)
    text = N_("나올 수 있는 표 %(ways)s가지, 한 사업을 꼭 넣으면 %(beside)s가지: 투표할 사람 %(n)s명보다 많지 않습니다")
    return Check("marks", title, text, is_done=True, values=values)


def manifest(ceremony: Ceremony) -> dict[str, JSON]:
    """Return everything that is confirmed, in one object; its hash is what two people sign off."""
    assembly, stand = ceremony.assembly, standing(ceremony)
    people = electorate(assembly)
    return {
        "format": FORMAT,
        "place": assembly.place.slug,
        "year": assembly.cycle.year,
        **_asked(assembly),
        "opens_at": assembly.opens_at.isoformat(),
        "closes_at": assembly.closes_at.isoformat(),
        "electors": people.count,
        "roll_root": people.root,
        "uuid": ceremony.uuid,
        "group": ceremony.group,
        "threshold": ceremony.threshold,
        "trustees": [seat.name for seat in ceremony.trustee_seats],
        "trustees_sha256": sha256(ceremony.trustees.encode()).hex(),
        "rehearsal": ceremony.occasion,
        "authority": _authority(ceremony),
        "credentials": stand.credentials_fingerprint,
        "station_slips_sha256": sha256((stand.slips or "").encode()).hex(),
        "self_test": str(ceremony.tested.get("asked", "")),
        "release_sha256": booth_digest(),
    }


def manifest_hash(ceremony: Ceremony) -> str:
    """Return the hash of everything that is confirmed, as hexadecimal."""
    return value_hash(manifest(ceremony))


def test_vote(ceremony_id: int, *, by: Person, at: datetime) -> Ceremony:
    """Run the self-test on the present questions, and remember what it was run on.

    Raises:
        NotFound, NotAllowed: no such ceremony; not staff.
        RuleViolation: voting is open, or the test failed.
    """
    ceremony = get_or_not_found(Ceremony, ceremony_id, lock=True)
    if not can_arrange(by, ceremony.assembly.place, at):
        raise NotAllowed(NOT_STAFF)
    _require_preparing(ceremony)
    count = run_self_test(ceremony.assembly, ceremony.group, timestamp=int(at.timestamp()))
    ceremony.tested_at, ceremony.tested = at, {"asked": value_hash(_asked(ceremony.assembly)), "ballots": count}
    record(ceremony, "tested", role=Role.DONG_STAFF, at=at, n=count)
    return ceremony


def confirm_opening(ceremony_id: int, *, seen: str, by: Person, at: datetime) -> Ceremony:
    """Confirm everything; the second person's word opens the voting.

    Args:
        ceremony_id: which ceremony.
        seen: the hash of the manifest that the person looked at.
        by: staff, a council member or an auditor; at least one of both is staff, and they are two people.
        at: when.

    Raises:
        NotFound, NotAllowed: no such ceremony; not one of those who may confirm.
        Conflict: something changed since the page was shown.
        RuleViolation: the list is not done, it is open, or the same person confirmed before.
    """
    ceremony = get_or_not_found(Ceremony, ceremony_id, lock=True)
    place = ceremony.assembly.place
    if not can_confirm(by, place, at):
        raise NotAllowed(N_("동 담당자, 주민자치회 위원, 감사만 확인할 수 있습니다."))
    _require_preparing(ceremony)
    if seen != manifest_hash(ceremony):
        raise Conflict(N_("화면을 연 뒤에 바뀐 것이 있습니다. 다시 읽고 확인해 주세요."))
    missing = [check for check in checklist(ceremony, at) if not check.is_done]
    if missing:
        raise RuleViolation(N_("아직 준비되지 않은 것이 %(n)s가지 있습니다."), n=len(missing))
    if ceremony.confirmed != seen:
        ceremony.confirmed, ceremony.confirmed_by, ceremony.confirmed_at = seen, by.id, at
        ceremony.version += 1
        _record_confirmation(ceremony, by, seen, at=at)
        return ceremony
    if ceremony.confirmed_by == by.id:
        raise RuleViolation(N_("다른 한 사람이 더 확인해야 합니다. 같은 사람이 두 번 확인할 수 없습니다."))
    first = get_or_not_found(Person, ceremony.confirmed_by)
    if not (is_staff(first, place, at) or is_staff(by, place, at)):
        raise RuleViolation(N_("두 사람 가운데 한 사람은 동 담당자여야 합니다."))
    _record_confirmation(ceremony, by, seen, at=at)
    _open(ceremony, seen, at=at)
    return ceremony


def _open(ceremony: Ceremony, seen: str, *, at: datetime) -> None:
    stand, group = standing(ceremony), group_named(ceremony.group)
    rehearsal = rehearsal_of(ceremony)
    listed = PublicCredentials.parse((stand.credentials or "[]").encode(), group)
    try:
        answers = [RehearsalAnswer.parse(body.encode(), group) for body in stand.bodies[MessageKind.REHEARSAL]]
        require_rehearsal(rehearsal, answers)
    except VotingError:
        raise RuleViolation(N_("열쇠 시험이 맞지 않습니다. 열쇠 지기들이 다시 시험해야 합니다.")) from None
    whole = manifest(ceremony)
    ceremony.manifest = canonical_json(whole).decode()
    ceremony.version += 1
    opening: dict[str, JSON] = {
        "manifest_sha256": seen,
        "roll_root": whole["roll_root"],
        "credentials": stand.credentials_fingerprint,
        "trustees_sha256": whole["trustees_sha256"],
        "station_slips_sha256": whole["station_slips_sha256"],
        "release_sha256": whole["release_sha256"],
    }
    prepared = Prepared(
        uuid=ceremony.uuid,
        trustees=Trustees.parse(ceremony.trustees.encode(), group),
        credentials=listed,
        authority=_authority(ceremony),
        opening=opening,
        slips=dict(zip(SlipList.parse((stand.slips or "").encode()).digests, listed.weights, strict=True)),
    )
    open_assembly(ceremony.assembly_id, at=at, prepared=prepared)


def _record_confirmation(ceremony: Ceremony, by: Person, seen: str, *, at: datetime) -> None:
    role = Role.DONG_STAFF if is_staff(by, ceremony.assembly.place, at) else Role.COUNCIL_MEMBER
    record(ceremony, "confirmed", role=role, at=at, document_hash=seen)


def _require_preparing(ceremony: Ceremony) -> None:
    if ceremony.assembly.state is not AssemblyState.PREPARING:
        raise RuleViolation(ALREADY_OPEN)


def _asked(assembly: Assembly) -> dict[str, JSON]:
    return {
        "plan_sha256": assembly.plan_version.hash,
        "envelope_won": assembly.envelope_won,
        "ballot": assembly.form.to_json(),
        "rule": assembly.rule,
        "items": [
            {"id": line.project_id, "number": line.number, "title": line.title, "cost_won": line.cost_won}
            for line in assembly.lines
        ],
    }


def _is_tested(ceremony: Ceremony) -> bool:
    return ceremony.tested.get("asked") == value_hash(_asked(ceremony.assembly))


def _codes(stand: Standing, ceremony: Ceremony) -> int:
    if stand.credentials is None:
        return 0
    return len(PublicCredentials.parse(stand.credentials.encode(), group_named(ceremony.group)).weights)


def _authority(ceremony: Ceremony) -> str:
    return next(seat.name for seat in ceremony.seats if seat.number == AUTHORITY)
