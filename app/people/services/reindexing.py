"""How the blind indexes of people are made anew when the index key changes (`app.privacy.reindexing`).

Hashes of codes are not here: nobody knows the codes any more. Letters that are under way, recovery codes and open
one-time codes stop working with the old index key, and are asked for again.
"""

from datetime import date

from app.people.models import Contact, Person, RollEntry, Verification
from app.people.queries.sign_ins import INDEX_OF
from app.people.roll_files import Row
from app.people.services.imports import twin_index
from app.privacy.encryption import Indexed
from app.privacy.reindexing import reindexes
from app.privacy.sealing import index_of, reveal


@reindexes(Contact)
def reindex_contact(contact: Contact) -> None:
    """Renew the index by which a contact is found."""
    value = reveal(contact, Contact.value)
    if value is not None:
        contact.value_index = index_of(INDEX_OF[contact.kind], value)


@reindexes(Person)
def reindex_person(person: Person) -> None:
    """Renew the index by which an account and a roll entry are found to be the same person."""
    person.identity_index = _identity_of(person)


@reindexes(Verification)
def reindex_verification(verification: Verification) -> None:
    """Renew the index that keeps two accounts from being verified as one person."""
    verification.identity_index = _identity_of(verification.person)


@reindexes(RollEntry)
def reindex_roll_entry(entry: RollEntry) -> None:
    """Renew the indexes by which an entry is found and its twin noticed."""
    name, born = reveal(entry, RollEntry.name), reveal(entry, RollEntry.birth_date)
    if name is None or born is None:
        return
    phone, email = reveal(entry, RollEntry.phone), reveal(entry, RollEntry.email)
    entry.identity_index = index_of(Indexed.NAME_AND_BIRTH, name, born)
    entry.twin_index = twin_index(
        Row(line=0, name=name, birth_date=date.fromisoformat(born), unit=reveal(entry, RollEntry.unit) or "")
    )
    entry.phone_index = index_of(Indexed.PHONE, phone) if phone else None
    entry.email_index = index_of(Indexed.EMAIL, email) if email else None


def _identity_of(person: Person) -> bytes | None:
    name, born = reveal(person, Person.legal_name), reveal(person, Person.birth_date)
    return index_of(Indexed.NAME_AND_BIRTH, name, born) if name and born else None
