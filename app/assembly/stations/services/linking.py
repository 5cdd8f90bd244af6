"""Who has which credential: written when credentials are made, read by the two-way lock, destroyed after the objections."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select

from app.assembly.models import Assembly
from app.assembly.stations.models import ElectionRoll, ElectorLink, StationSlip
from app.assembly.stations.queries import roll_of_election, roll_to_bind
from app.db.session import session
from app.people.models import Roll, RollEntry, Verification
from app.people.queries.rolls import on_roll
from app.privacy.sealing import seal

BATCH = 500


def bind_roll(assembly: Assembly) -> Roll | None:
    """Take the dong's frozen roll as the one that people are checked in on; None without one: no stations then."""
    roll = roll_to_bind(assembly.place)
    if roll is not None and session().get(ElectionRoll, assembly.id) is None:
        session().add(ElectionRoll(assembly_id=assembly.id, roll_id=roll.id))
        session().flush()
    return roll


def link_accounts(assembly: Assembly, credentials: Mapping[int, str]) -> None:
    """Link the credentials of accounts to the people on the roll that they were verified as.

    Two people of one name and birth date are both linked: rather is one of them sent to the committee than that somebody
    votes twice.

    Args:
        assembly: being opened, its roll bound.
        credentials: public credentials by account.
    """
    roll = roll_of_election(assembly)
    if roll is None or not credentials:
        return
    verified = select(Verification.identity_index, Verification.person_id).where(
        Verification.place_id == assembly.place_id, Verification.identity_index.is_not(None)
    )
    person_of = {identity: person_id for identity, person_id in session().execute(verified) if identity}
    identities = sorted(person_of)
    for first in range(0, len(identities), BATCH):
        some = identities[first : first + BATCH]
        entries = select(RollEntry.id, RollEntry.identity_index).where(
            on_roll(roll), RollEntry.identity_index.in_(some)
        )
        link_entries(
            assembly,
            (
                (entry_id, credentials[person_of[identity]])
                for entry_id, identity in session().execute(entries)
                if person_of[identity] in credentials
            ),
        )


def keep_slips(assembly: Assembly, slips: Mapping[str, str]) -> None:
    """Keep by what stations know letters again: the public credential of each by the digest of its slip."""
    session().add_all(
        StationSlip(assembly_id=assembly.id, digest=digest, credential=credential)
        for digest, credential in slips.items()
    )
    session().flush()


def link_entries(assembly: Assembly, pairs: Iterable[tuple[int, str]]) -> None:
    """Link people on the roll to public credentials, sealed."""
    for entry_id, credential in pairs:
        row = ElectorLink(assembly_id=assembly.id, roll_entry_id=entry_id)
        seal(row, ElectorLink.credential, credential, checked=True)
        session().add(row)
    session().flush()
