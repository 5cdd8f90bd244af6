"""Opening: everything is frozen under one fingerprint before the first ballot."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.assembly.models import Assembly, VotingCode
from app.assembly.permissions import can_run
from app.assembly.release import booth_digest
from app.assembly.rules import AssemblyState, KeyHolding, least_turnout, require_move
from app.assembly.rules.ballots import questions_of, require_form
from app.assembly.rules.choosing import with_lottery
from app.assembly.rules.facts import Frozen
from app.assembly.services.board import append_record
from app.assembly.services.confirming import credential_index
from app.assembly.services.electing import electors_of
from app.assembly.services.inclusion import begin_log
from app.assembly.services.preparing import NOT_STAFF, channel_weights, require_unmarked
from app.assembly.stations.rules.states import LETTER_RULE, ONE_VOTE_RULE
from app.assembly.stations.services.describing import require_fitting
from app.assembly.stations.services.linking import bind_roll, keep_slips, link_accounts
from app.assembly.witnesses.queries import trust_at
from app.assembly.witnesses.services.heads import offer_head
from app.db.session import claim_version, get_or_not_found, session
from app.errors import NotAllowed, RuleViolation
from app.i18n import N_
from app.jobs.models import Job
from app.jobs.services import enqueue
from app.people.models import Person
from app.people.rules import Role
from app.places.queries import setting
from app.privacy.sealing import seal
from app.record.services import append
from voting import (
    Election,
    EventType,
    PublicCredentials,
    Trustees,
    generate_credentials,
    generate_trustee_key,
    group_named,
)
from voting.allocation import rule_to_json
from voting.election.conduct import setup_payloads
from voting.election.definition import new_uuid
from voting.election.randomness import Random, system_random
from voting.encoding import JSON, sha256

GROUP = "Ed25519"
OPEN_JOB = "assembly.open"


@dataclass(frozen=True)
class Prepared:
    """What a ceremony made elsewhere, so that the server knows neither a key nor a code.

    Attributes:
        uuid: the election's identifier, which keys and codes were made for.
        trustees: the published list.
        credentials: the credential authority's public list.
        authority: who made the codes, as voters read it.
        opening: hashes of what was confirmed, frozen with the election.
        slips: the public credential of each letter by the digest of its slip (`stations.rules.slips`).
    """

    uuid: str
    trustees: Trustees
    credentials: PublicCredentials
    authority: str
    opening: Mapping[str, JSON]
    slips: Mapping[str, str] = field(default_factory=dict)


def request_opening(assembly_id: int, *, version: int, by: Person, at: datetime) -> Job:
    """Ask for the opening; it runs as a job, because a code is made for every elector.

    Raises:
        NotFound, NotAllowed, Conflict: no such assembly; not staff; changed meanwhile.
        RuleViolation: it is open already, or nobody could vote.
    """
    assembly = get_or_not_found(Assembly, assembly_id, lock=True)
    if not can_run(by, assembly.place, at):
        raise NotAllowed(NOT_STAFF)
    claim_version(assembly, version)
    require_move(assembly.state, AssemblyState.OPEN)
    if assembly.keys is KeyHolding.TRUSTEES or setting(assembly.place, "assembly.keys") == KeyHolding.TRUSTEES:
        raise RuleViolation(N_("이 투표는 열쇠 지기와 번호 관리인의 준비를 마친 뒤에 엽니다."))
    if at >= assembly.closes_at:
        raise RuleViolation(N_("투표가 끝나는 때가 지나 열 수 없습니다. 날짜를 다시 정해 주세요."))
    if not electors_of(assembly):
        raise RuleViolation(N_("투표할 수 있는 주민이 아직 한 명도 확인되지 않았습니다."))
    require_unmarked(assembly, assembly.form)
    require_fitting(assembly)
    key = f"{OPEN_JOB}:{assembly.id}:{assembly.version}"
    return enqueue(
        OPEN_JOB, {"assembly_id": assembly.id}, by=by.id, at=at, place_id=assembly.place_id, idempotency_key=key
    )


def open_assembly(
    assembly_id: int, *, at: datetime, random: Random = system_random, prepared: Prepared | None = None
) -> Assembly:
    """Freeze the election and put its first event on the board. Runs once; a second run changes nothing.

    Args:
        assembly_id: which one.
        at: when.
        random: for tests only.
        prepared: keys and codes from a ceremony; None lets the server make both.

    Raises:
        RuleViolation: nobody could vote, or keys and codes come from elsewhere than the assembly says.
        InvalidInput: the ballot cannot be answered, or its rankings are long enough to mark their voters.
    """
    assembly = get_or_not_found(Assembly, assembly_id, lock=True)
    if assembly.state is not AssemblyState.PREPARING:
        return assembly
    if (prepared is not None) != (assembly.keys is KeyHolding.TRUSTEES):
        raise RuleViolation(N_("이 투표는 열쇠 지기와 번호 관리인의 준비를 마친 뒤에 엽니다."))
    place = assembly.place
    people = [] if prepared else electors_of(assembly)
    electors = len(prepared.credentials.weights) if prepared else len(people)
    if not electors:
        raise RuleViolation(N_("투표할 수 있는 주민이 아직 한 명도 확인되지 않았습니다."))
    population = place.population or electors
    base = population if setting(place, "assembly.base") == "population" else electors
    assembly.least_turnout = least_turnout(setting(place, "assembly.turnout_share"), base)
    assembly.electors = electors
    assembly.tie_order = _drawn([line.project_id for line in assembly.lines], random)
    form, rule = assembly.form, with_lottery(assembly.counting_rule, assembly.tie_order)
    require_form(form, assembly.lines)
    require_unmarked(assembly, form)
    require_fitting(assembly)
    assembly.rule = rule_to_json(rule).decode()
    roll = bind_roll(assembly)
    assembly.witnesses = trust_at(place).to_json()
    held = prepared or _made_here(assembly, people, random)
    election = _election(assembly, held, roll.root or "" if roll is not None else "")
    keep_slips(assembly, held.slips)
    assembly.fingerprint = election.fingerprint
    append_record(assembly, EventType.SETUP, setup_payloads(election, held.trustees, held.credentials))
    offer_head(assembly, at=at)
    assembly.state, assembly.opened_at = AssemblyState.OPEN, at
    assembly.version += 1
    append(
        place,
        "assembly.opened",
        role=Role.DONG_STAFF,
        subject=f"assembly:{assembly.id}",
        at=at,
        values={
            "fingerprint": election.fingerprint,
            "credentials": held.credentials.fingerprint,
            "electors": electors,
            "least_turnout": assembly.least_turnout,
            "rule": sha256(assembly.rule.encode()).hex(),
            "booth": booth_digest(),
        },
        document_hash=assembly.plan_version.hash,
    )
    return assembly


def _election(assembly: Assembly, held: Prepared, roll_root: str) -> Election:
    """Put everything that voters must be able to rely on under one fingerprint."""
    place = assembly.place
    return Election.create(
        name=f"{assembly.cycle.year} {place.name} 주민총회",
        description=f"우리 동네 예산 {assembly.envelope_won:,}원, 어디에 쓸까요?",
        group=held.trustees.group,
        public_key=held.trustees.election_key(),
        questions=questions_of(assembly.form, assembly.lines),
        uuid=held.uuid,
        administrator=f"{place.name} 주민자치회",
        credential_authority=held.authority,
        extensions=Frozen(
            place=place.slug,
            year=assembly.cycle.year,
            plan_hash=assembly.plan_version.hash,
            lines=assembly.lines,
            envelope_won=assembly.envelope_won,
            form=assembly.form,
            rule=assembly.counting_rule,
            channel_weights=channel_weights(place),
            least_turnout=assembly.least_turnout,
            opens_at=assembly.opens_at,
            closes_at=assembly.closes_at,
            log_key=begin_log(assembly, f"madang/{place.slug}/{held.uuid}"),
            roll_root=roll_root,
            one_vote=LETTER_RULE if assembly.keys is KeyHolding.TRUSTEES else ONE_VOTE_RULE,
            kiosk_grace_minutes=setting(place, "assembly.kiosk_grace_minutes"),
            witnesses=assembly.witnesses or None,
            opening=held.opening or None,
        ).to_json(),
    )


def _made_here(assembly: Assembly, people: list[int], random: Random) -> Prepared:
    """Make the key and everybody's code on the server: small stakes, and every voter is told so."""
    group, name = group_named(GROUP), f"{assembly.place.name} 서버"
    secret, public = generate_trustee_key(group, name=name, random=random)
    uuid = new_uuid(random=random)
    credentials, listed = generate_credentials([1] * len(people), uuid=uuid, group=group, random=random)
    for person_id, credential in zip(people, credentials, strict=True):
        row = VotingCode(
            assembly_id=assembly.id,
            person_id=person_id,
            credential_index=credential_index(assembly, group.serialize(credential.public)),
        )
        seal(row, VotingCode.code, credential.code, checked=True)
        session().add(row)
    publics = (group.serialize(each.public) for each in credentials)
    link_accounts(assembly, dict(zip(people, publics, strict=True)))
    seal(assembly, Assembly.trustee_key, secret.to_bytes().decode(), checked=True)
    return Prepared(uuid, Trustees(group, (public,)), listed, name, {})


def _drawn(ids: list[str], random: Random) -> list[str]:
    """Shuffle fairly; the order is published with the election and settles only what votes and cost leave equal."""
    left = sorted(ids)
    return [left.pop(random(len(left))) for _ in ids]
