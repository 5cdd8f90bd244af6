"""The voter roll: importing, freezing, proving, erasing; and finding residents on it."""

import hashlib
import json
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app.db.session import session, transaction
from app.errors import Conflict, InvalidInput, NotAllowed, NotFound, RuleViolation
from app.jobs.models import Job
from app.people.models import Person, Roll, RollEntry, RollImport, Verification, VerificationLetter
from app.people.queries.rolls import eligible_entries, entries_named, entry_count
from app.people.rules import Basis, ContactKind, ImportState, Role, RollState, VerificationMethod
from app.people.services import freezing, imports, rolls, verification
from app.people.services.sign_up import add_contact, seal_identity
from app.places.models import Place
from app.places.services.settings import change_setting
from app.privacy.models import AccessLogEntry
from app.privacy.sealing import reveal
from app.record.models import RecordEntry
from tests.conftest import NOW
from tests.factories import make_holder, make_person, make_place
from voting.log.errors import RootMismatchError
from voting.log.merkle import leaf_hash, verify_inclusion

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("app")]
HEAD = "이름,생년월일,통,주소,전화번호,이메일,자격\n"
MINJI = "김민지,1990-03-04,12통,가상로 12,010-1234-5678,minji@example.kr,주민등록\n"
YOUNG = "박하늘,2011-07-02,3통,가상로 3,,,주민등록\n"
JUST = "최바다,2011-07-01,3통,가상로 4,,,학교\n"
DAY = date(2026, 7, 1)


@pytest.fixture
def dong() -> Place:
    return make_place(name="관산동")


@pytest.fixture
def clerk(dong: Place) -> Person:
    return make_holder(Role.DONG_STAFF, dong)


def open_roll(dong: Place, clerk: Person) -> Roll:
    with transaction():
        return rolls.open_roll(dong, title="2026년 명부", by=clerk, at=NOW)


def upload(roll: Roll, clerk: Person, content: str) -> RollImport:
    with transaction():
        row = imports.upload(roll.id, content.encode(), by=clerk, at=NOW)
    session().expire_all()
    return row


def take(row: RollImport, clerk: Person, twins: str = "") -> RollImport:
    with transaction():
        imports.ask_to_take(row.id, twins=twins, by=clerk, at=NOW)
    session().expire_all()
    return row


def filled(dong: Place, clerk: Person, lines: str = MINJI + YOUNG + JUST) -> Roll:
    roll = open_roll(dong, clerk)
    take(upload(roll, clerk, HEAD + lines), clerk)
    return roll


def freeze(roll: Roll, clerk: Person, on: date = DAY) -> freezing.FrozenRoll:
    with transaction():
        return freezing.freeze(roll.id, on=on, version=roll.version, by=clerk, at=NOW)


def minji(contact: str | None = "010-1234-5678", born: str = "1990-03-04") -> Person:
    person = make_person("민지")
    with transaction():
        seal_identity(person, legal_name="김 민지", birth_date=date.fromisoformat(born))
        if contact:
            kind = ContactKind.EMAIL if "@" in contact else ContactKind.PHONE
            add_contact(person, kind, contact, at=NOW)
    session().refresh(person)
    return person


def test_a_file_is_read_shown_and_then_taken(app: Flask, dong: Place, clerk: Person):
    roll = open_roll(dong, clerk)
    row = upload(roll, clerk, HEAD + MINJI + YOUNG)
    assert (row.state, row.report["rows"], entry_count(roll)) == (ImportState.READ, 2, 0)
    assert imports.sample_of(row)[0]["name"] == "김민지"
    take(row, clerk)
    assert (row.state, row.report["taken"], entry_count(roll)) == (ImportState.TAKEN, 2, 2)
    assert (row.content, row.sample) == (None, None)
    entry = entries_named(roll, "김 민지", date(1990, 3, 4))[0]
    assert (reveal(entry, RollEntry.name), reveal(entry, RollEntry.unit), entry.number) == ("김민지", "12통", 1)
    job = session().get(Job, row.job_id)
    assert (job.state, job.result["values"]) == ("done", {"count": 2})


def test_nothing_is_half_imported(dong: Place, clerk: Person):
    roll = open_roll(dong, clerk)
    row = upload(roll, clerk, HEAD + MINJI + "이서준,900304,,,,,\n")
    assert (row.report["problem_count"], row.report["problems"][0]["line"]) == (1, 3)
    with pytest.raises(RuleViolation):
        take(row, clerk)
    assert entry_count(roll) == 0


def test_a_refused_file_says_why_and_is_not_kept(dong: Place, clerk: Person):
    row = upload(open_roll(dong, clerk), clerk, "전화,주소\n1,2\n")
    assert row.state is ImportState.READ
    assert "생년월일" in row.report["refusal"]["message"]
    assert row.content is None
    with pytest.raises(RuleViolation):
        take(row, clerk)


def test_people_who_appear_twice_wait_for_a_decision(dong: Place, clerk: Person):
    twice = HEAD + MINJI + "김 민 지,19900304,제12통,가상로 99,,,\n"
    roll = open_roll(dong, clerk)
    row = upload(roll, clerk, twice)
    assert row.report["twins"] == [[3, 2]]
    with pytest.raises(RuleViolation):
        take(row, clerk)
    take(row, clerk, "once")
    assert entry_count(roll) == 1
    other = open_roll(dong, clerk)
    take(upload(other, clerk, twice), clerk, "all")
    assert entry_count(other) == 2


def test_people_who_are_on_the_roll_already_are_found(dong: Place, clerk: Person):
    roll = filled(dong, clerk)
    row = upload(roll, clerk, HEAD + MINJI + "이서준,1985-12-31,1통,,,,\n")
    assert (row.report["known"], row.report["known_count"]) == ([2], 1)
    take(row, clerk, "once")
    assert entry_count(roll) == 4
    assert [n for (n,) in session().execute(select(RollEntry.number).order_by(RollEntry.id))] == [1, 2, 3, 4]


def test_a_taken_file_can_be_taken_back_from_a_draft(dong: Place, clerk: Person):
    roll = filled(dong, clerk)
    row = session().scalar(select(RollImport))
    with transaction():
        assert imports.undo(row.id, by=clerk, at=NOW) == 3
    assert entry_count(roll) == 0


def test_a_file_is_taken_once(dong: Place, clerk: Person):
    filled(dong, clerk)
    row = session().scalar(select(RollImport))
    with pytest.raises(RuleViolation):
        take(row, clerk)


def test_nobodys_data_lies_open_in_the_tables(app: Flask, dong: Place, clerk: Person):
    roll = open_roll(dong, clerk)
    row = upload(roll, clerk, HEAD + MINJI)
    dump = _dump("roll_imports", "jobs")
    take(row, clerk)
    dump += _dump("rolls", "roll_imports", "roll_entries", "jobs", "record_entries", "access_log_entries")
    for canary in ("김민지", "1990-03-04", "19900304", "가상로", "12345678", "minji", "12통"):
        assert canary not in dump


def _dump(*tables: str) -> str:
    values = (value for table in tables for row in session().execute(text(f"select * from {table}")) for value in row)
    return " ".join(
        bytes(v).decode("utf-8", "replace") if isinstance(v, (bytes, memoryview)) else str(v) for v in values
    )


@pytest.mark.parametrize("role", [Role.COUNCIL_MEMBER, Role.SUPPORT_OFFICER, Role.AUDITOR, Role.DEPARTMENT_REVIEWER])
def test_only_public_servants_of_the_dong_keep_its_roll(dong: Place, clerk: Person, role: Role):
    roll = filled(dong, clerk)
    for person in (make_holder(role, dong), make_holder(Role.DONG_STAFF, make_place())):
        with pytest.raises(NotAllowed):
            open_roll(dong, person)
        with pytest.raises(NotAllowed):
            upload(roll, person, HEAD + MINJI)
        with pytest.raises(NotAllowed):
            freeze(roll, person)
        with pytest.raises(NotAllowed), transaction():
            rolls.erase(roll.id, by=person, at=NOW)


def test_freezing_counts_who_is_old_enough_on_the_day(dong: Place, clerk: Person):
    roll = filled(dong, clerk)
    frozen = freeze(roll, clerk)
    assert (frozen.count, frozen.eligible) == (3, 2)
    assert [reveal(entry, RollEntry.name) for entry in eligible_entries(roll)] == ["김민지", "최바다"]
    assert eligible_entries(roll)[1].basis is Basis.SCHOOL_OR_GROUP


def test_the_age_is_what_the_place_decided(dong: Place, clerk: Person):
    with transaction():
        change_setting(dong.id, "assembly.min_age", typed="14", legal_basis="세칙 제3조", seen=0, by=clerk, at=NOW)
    roll = filled(dong, clerk)
    assert (freeze(roll, clerk).eligible, roll.min_age) == (3, 14)


def test_a_frozen_roll_never_changes(dong: Place, clerk: Person):
    roll = filled(dong, clerk)
    waiting = upload(roll, clerk, HEAD + "이서준,1985-12-31,1통,,,,\n")
    freeze(roll, clerk)
    for act in (
        lambda: upload(roll, clerk, HEAD + MINJI),
        lambda: take(waiting, clerk),
        lambda: freeze(roll, clerk),
        lambda: imports.undo(session().scalar(select(RollImport.id)), by=clerk, at=NOW),
    ):
        with pytest.raises(RuleViolation):
            act()
        session().rollback()
    assert entry_count(roll) == 3


def test_a_roll_that_grew_meanwhile_is_not_frozen_unseen(dong: Place, clerk: Person):
    roll = filled(dong, clerk)
    seen = roll.version
    take(upload(roll, clerk, HEAD + "이서준,1985-12-31,1통,,,,\n"), clerk)
    with pytest.raises(Conflict), transaction():
        freezing.freeze(roll.id, on=DAY, version=seen, by=clerk, at=NOW)


def test_an_empty_roll_is_not_frozen(dong: Place, clerk: Person):
    with pytest.raises(RuleViolation):
        freeze(open_roll(dong, clerk), clerk)


def test_the_record_holds_the_commitment_and_nobodys_name(dong: Place, clerk: Person):
    frozen = freeze(filled(dong, clerk), clerk)
    entry = session().scalar(select(RecordEntry).where(RecordEntry.act == "people.roll_frozen"))
    assert entry.document_hash == frozen.root
    assert entry.values == {"count": 3, "eligible": 2, "day": "2026-07-01", "min_age": 15}


def test_everybody_can_check_their_own_entry_against_the_root(dong: Place, clerk: Person):
    roll = filled(dong, clerk)
    frozen = freeze(roll, clerk)
    for name, born in (("김민지", date(1990, 3, 4)), ("최바다", date(2011, 7, 1))):
        proof = rolls.prove_entry(entries_named(roll, name, born)[0])
        assert json.loads(proof.document)["name"] == name
        arguments = {"index": proof.index, "size": proof.size, "root": bytes.fromhex(frozen.root)}
        path = [bytes.fromhex(each) for each in proof.path]
        verify_inclusion(leaf=leaf_hash(proof.document.encode()), proof=path, **arguments)
        forged = proof.document.replace(name, "아무개")
        with pytest.raises(RootMismatchError):
            verify_inclusion(leaf=leaf_hash(forged.encode()), proof=path, **arguments)


def test_two_rolls_of_the_same_people_have_different_roots(dong: Place, clerk: Person):
    roots = {freeze(filled(dong, clerk), clerk).root for _ in range(2)}
    assert len(roots) == 2


def test_the_root_tells_nothing_to_whoever_knows_everybody(dong: Place, clerk: Person):
    roll = filled(dong, clerk)
    freeze(roll, clerk)
    entry = entries_named(roll, "김민지", date(1990, 3, 4))[0]
    document = json.loads(rolls.leaf_document(entry, entry.number))
    assert len(document["salt"]) == 64
    guess = json.dumps({**document, "salt": "00" * 32}, ensure_ascii=False, separators=(",", ":"))
    assert leaf_hash(guess.encode()) != entry.leaf_hash


def test_the_commitment_of_a_roll_changes_with_everything_it_says(dong: Place, clerk: Person):
    roll = filled(dong, clerk)
    with pytest.raises(NotFound):
        rolls.commitment(roll)
    frozen = freeze(roll, clerk)
    text_of = f"madang-roll/1\n3\n2\n{frozen.root}\n"
    assert rolls.commitment(roll) == hashlib.sha256(text_of.encode()).digest()


def test_an_erased_roll_keeps_its_commitment_and_nobody(dong: Place, clerk: Person):
    roll = filled(dong, clerk)
    frozen = freeze(roll, clerk)
    with transaction():
        assert rolls.erase(roll.id, by=clerk, at=NOW) == 3
    session().expire_all()
    assert (roll.state, roll.root, roll.entry_count) == (RollState.ERASED, frozen.root, 3)
    assert session().scalar(select(func.count(RollEntry.id))) == 0
    assert session().scalar(select(func.count(RollImport.id))) == 0


def test_rolls_are_erased_when_their_time_is_over(dong: Place, clerk: Person):
    roll = filled(dong, clerk)
    freeze(roll, clerk)
    for days, state in ((31 * 6, RollState.FROZEN), (31 * 6 + 1, RollState.ERASED)):
        with transaction():
            rolls.erase_rolls_past_retention(NOW + timedelta(days=days))
        session().expire_all()
        assert roll.state is state


# Verification


def test_somebody_is_verified_when_name_birth_date_and_a_confirmed_contact_stand_on_the_roll(
    dong: Place, clerk: Person
):
    filled(dong, clerk)
    for contact in ("010-1234-5678",):
        person = minji(contact)
        with transaction():
            found = verification.verify_by_roll(person.id, dong, at=NOW)
        assert found.method is VerificationMethod.ROLL
        assert [v.place_id for v in person.verifications] == [dong.id]


@pytest.mark.parametrize(
    ("contact", "born"), [("010-0000-0000", "1990-03-04"), (None, "1990-03-04"), ("010-1234-5678", "1990-03-05")]
)
def test_a_name_and_birth_date_alone_verify_nobody(dong: Place, clerk: Person, contact: str | None, born: str):
    filled(dong, clerk)
    person = minji(contact, born)
    with transaction():
        assert verification.verify_by_roll(person.id, dong, at=NOW) is None
    assert session().scalar(select(func.count(Verification.id))) == 0


def test_a_roll_of_another_dong_verifies_nobody(dong: Place, clerk: Person):
    filled(dong, clerk)
    person, elsewhere = minji(), make_place()
    with transaction():
        assert verification.verify_by_roll(person.id, elsewhere, at=NOW) is None


def test_one_person_on_the_roll_is_one_account(dong: Place, clerk: Person):
    filled(dong, clerk)
    first, second = minji("010-1234-5678"), minji("minji@example.kr")
    with transaction():
        verification.verify_by_roll(first.id, dong, at=NOW)
    with pytest.raises(Conflict), transaction():
        verification.verify_by_roll(second.id, dong, at=NOW)


def test_a_letter_goes_to_the_address_on_the_roll_and_its_code_verifies_once(dong: Place, clerk: Person):
    filled(dong, clerk)
    person = minji("010-0000-0000")
    with transaction():
        letter = verification.ask_for_letter(person.id, dong, at=NOW)
    with transaction():
        entry, code = verification.print_letter(letter.id, place=dong, by=clerk, ip="10.0.0.1", at=NOW)
        assert reveal(entry, RollEntry.address) == "가상로 12"
    logged = session().scalar(select(AccessLogEntry))
    assert (logged.person_id, logged.subject, logged.reason) == (
        clerk.id,
        f"roll_entry:{entry.id}",
        "verification letter",
    )
    with transaction():
        assert verification.verify_by_letter(person.id, dong, "AAAA-AAAA-AAAA", at=NOW) is None
    with transaction():
        assert verification.verify_by_letter(person.id, dong, code.lower().replace("-", " "), at=NOW) is not None
    with transaction():
        assert verification.verify_by_letter(person.id, dong, code, at=NOW) is None


def test_a_letter_dies_by_time_by_tries_and_by_being_printed_again(dong: Place, clerk: Person):
    filled(dong, clerk)
    person = minji("010-0000-0000")
    with transaction():
        letter = verification.ask_for_letter(person.id, dong, at=NOW)
    codes = []
    for _ in range(2):
        with transaction():
            codes.append(verification.print_letter(letter.id, place=dong, by=clerk, ip=None, at=NOW)[1])
    with transaction():
        assert verification.verify_by_letter(person.id, dong, codes[0], at=NOW) is None
        assert verification.verify_by_letter(person.id, dong, codes[1], at=NOW + timedelta(days=30)) is None
    for _ in range(4):
        with transaction():
            verification.verify_by_letter(person.id, dong, "wrong", at=NOW)
    with transaction():
        assert verification.verify_by_letter(person.id, dong, codes[1], at=NOW) is None


def test_nobody_gets_a_letter_for_a_stranger_on_no_roll(dong: Place, clerk: Person):
    filled(dong, clerk)
    person = minji(born="1990-03-05")
    with pytest.raises(RuleViolation), transaction():
        verification.ask_for_letter(person.id, dong, at=NOW)
    assert session().scalar(select(func.count(VerificationLetter.id))) == 0


def test_a_clerk_who_saw_the_id_verifies_and_the_look_is_logged(dong: Place, clerk: Person):
    person = minji()
    with transaction():
        found = verification.find_for_counter(dong, "010 1234 5678", by=clerk, ip="10.0.0.1", at=NOW)
    assert found.id == person.id
    with pytest.raises(InvalidInput), transaction():
        verification.verify_by_staff(person.id, dong, saw_id=False, by=clerk, at=NOW)
    with transaction():
        row = verification.verify_by_staff(person.id, dong, saw_id=True, by=clerk, at=NOW)
    assert (row.method, row.verified_by) == (VerificationMethod.STAFF_SAW_ID, clerk.id)
    assert session().scalar(select(AccessLogEntry)).subject == f"person:{person.id}"


def test_clerks_verify_neither_themselves_nor_for_another_dong(dong: Place, clerk: Person):
    person = minji()
    stranger = make_holder(Role.DONG_STAFF, make_place())
    for by, whom in ((clerk, clerk), (stranger, person)):
        with pytest.raises(NotAllowed), transaction():
            verification.verify_by_staff(whom.id, dong, saw_id=True, by=by, at=NOW)


def test_a_verification_can_be_withdrawn(dong: Place, clerk: Person):
    person = minji()
    with transaction():
        row = verification.verify_by_staff(person.id, dong, saw_id=True, by=clerk, at=NOW)
    with pytest.raises(NotFound), transaction():
        verification.withdraw(row.id, place=person.verifications[0].place.parent, by=clerk, at=NOW)
    with transaction():
        verification.withdraw(row.id, place=dong, by=clerk, at=NOW)
    session().refresh(person)
    assert person.verifications == []


def test_a_roll_begun_twice_is_one_until_somebody_stands_on_it(dong: Place, clerk: Person):
    first = open_roll(dong, clerk)
    assert open_roll(dong, clerk).id == first.id
    take(upload(first, clerk, HEAD + MINJI), clerk)
    assert open_roll(dong, clerk).id != first.id
