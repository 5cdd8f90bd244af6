"""Beginning a ceremony, handing out links, finding who asks by one."""

import hmac
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.assembly.models import Assembly
from app.assembly.rules import AssemblyState, KeyHolding
from app.ceremony.models import Ceremony, Seat
from app.ceremony.permissions import can_arrange
from app.ceremony.queries import ceremony_of
from app.ceremony.rules import AUTHORITY, require_numbers
from app.db.session import claim_version, get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, NotFound, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.people.rules import Role
from app.places.queries import setting
from app.record.services import append
from voting.election.definition import BASE58, new_uuid
from voting.election.randomness import Random, system_random
from voting.encoding import sha256

NOT_STAFF = N_("동 담당자만 할 수 있습니다.")
ALREADY_OPEN = N_("투표를 연 뒤에는 바꿀 수 없습니다.")
_LINK_LETTERS = 22


def begin_ceremony(
    assembly_id: int,
    *,
    names: Sequence[str],
    threshold: int,
    authority: str,
    version: int,
    by: Person,
    at: datetime,
    random: Random = system_random,
) -> Ceremony:
    """Take the key and the codes away from the server, for good, and name those who will make them.

    Args:
        assembly_id: which assembly; it must not be open.
        names: of the trustees, as they will be published.
        threshold: how many of them open the sums.
        authority: the name of the credential authority, who is none of the trustees.
        version: of the assembly, as the person saw it.
        by: staff.
        at: when.
        random: for tests only.

    Raises:
        NotFound, NotAllowed, Conflict: no such assembly; not staff; changed meanwhile.
        InvalidInput: impossible numbers, or one person in two places.
        RuleViolation: it is open, or was begun already.
    """
    assembly = get_or_not_found(Assembly, assembly_id, lock=True)
    if not can_arrange(by, assembly.place, at):
        raise NotAllowed(NOT_STAFF)
    if assembly.state is not AssemblyState.PREPARING:
        raise RuleViolation(ALREADY_OPEN)
    if ceremony_of(assembly) is not None:
        raise RuleViolation(N_("열쇠 지기를 이미 정했습니다."))
    claim_version(assembly, version)
    require_numbers(threshold, len(names))
    if len({*names}) != len(names):
        raise InvalidInput(N_("같은 이름이 두 번 있습니다."), field="names")
    if authority in names:
        raise InvalidInput(N_("번호 관리인은 열쇠 지기가 아닌 사람이어야 합니다."), field="authority")
    group = setting(assembly.place, "assembly.group")
    if assembly.form.shuffled and group != "Ed25519":
        raise RuleViolation(N_("표를 섞어 여는 투표는 Ed25519로만 합니다. 설정을 바꾸어 주세요."))
    assembly.keys = KeyHolding.TRUSTEES
    ceremony = Ceremony(
        assembly_id=assembly.id,
        uuid=new_uuid(random=random),
        group=group,
        threshold=threshold,
        size=len(names),
        began_at=at,
        seats=[Seat(number=AUTHORITY, name=authority)]
        + [Seat(number=number, name=name) for number, name in enumerate(names, start=1)],
    )
    session().add(ceremony)
    session().flush()
    record(ceremony, "began", role=Role.DONG_STAFF, at=at, threshold=threshold, size=len(names))
    return ceremony


def make_link(
    ceremony_id: int, number: int, *, by: Person, at: datetime, random: Random = system_random
) -> tuple[Seat, str]:
    """Make the secret of a seat's link, which is shown once; an earlier link stops working.

    Raises:
        NotFound, NotAllowed: no such seat; not staff.
    """
    ceremony = get_or_not_found(Ceremony, ceremony_id, lock=True)
    if not can_arrange(by, ceremony.assembly.place, at):
        raise NotAllowed(NOT_STAFF)
    seat = next((seat for seat in ceremony.seats if seat.number == number), None)
    if seat is None:
        raise NotFound(N_("찾으시는 것이 없습니다."))
    secret = "".join(BASE58[random(len(BASE58))] for _ in range(_LINK_LETTERS))
    seat.link_hash = sha256(secret.encode()).hex()
    record(ceremony, "invited", role=Role.DONG_STAFF, at=at, seat=number)
    return seat, secret


def seat_of(ceremony: Ceremony, secret: str) -> Seat:
    """Return whose link this is.

    Raises:
        NotAllowed: nobody's, in this ceremony.
    """
    wanted = sha256(secret.encode()).hex()
    query = select(Seat).where(Seat.ceremony_id == ceremony.id, Seat.link_hash == wanted)
    found = session().scalar(query) if secret else None
    if found is None or not hmac.compare_digest(found.link_hash, wanted):
        raise NotAllowed(N_("이 링크는 더 쓰지 않습니다. 동 담당자에게 새 링크를 받아 주세요."))
    return found


def require_authority(ceremony: Ceremony, seat: Seat) -> None:
    """Refuse anybody but the credential authority.

    Raises:
        NotAllowed: a trustee's link.
    """
    if seat.number != AUTHORITY or seat.ceremony_id != ceremony.id:
        raise NotAllowed(N_("이 자리에서 할 일이 아닙니다."))


def restart(ceremony_id: int, *, version: int, by: Person, at: datetime) -> Ceremony:
    """Begin the key anew, after a lost seed or a false share; the codes and links stay.

    Raises:
        NotFound, NotAllowed, Conflict: no such ceremony; not staff; changed meanwhile.
        RuleViolation: voting is open.
    """
    ceremony = get_or_not_found(Ceremony, ceremony_id, lock=True)
    if not can_arrange(by, ceremony.assembly.place, at):
        raise NotAllowed(NOT_STAFF)
    if ceremony.assembly.state is not AssemblyState.PREPARING:
        raise RuleViolation(ALREADY_OPEN)
    claim_version(ceremony, version)
    ceremony.round += 1
    ceremony.trustees, ceremony.occasion = "", ""
    ceremony.confirmed, ceremony.confirmed_by, ceremony.confirmed_at = "", None, None
    record(ceremony, "restarted", role=Role.DONG_STAFF, at=at, round=ceremony.round)
    return ceremony


def record(
    ceremony: Ceremony, act: str, *, role: str, at: datetime, document_hash: str | None = None, **values: str | int
) -> None:
    """Append an act of a ceremony to the public record."""
    append(
        ceremony.assembly.place,
        f"ceremony.{act}",
        role=role,
        subject=f"assembly:{ceremony.assembly_id}",
        at=at,
        values=dict(values),
        document_hash=document_hash,
    )
