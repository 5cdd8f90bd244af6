"""Authors hear what became of their statement, in their language, by mail and as a text message."""

import pytest
from flask import Flask

from app.db.session import session, transaction
from app.deliberation.rules import Reason
from app.deliberation.services import moderating
from app.deliberation.voice import Voice
from app.outbox.models import Message
from app.people.models import Contact, Person
from app.people.rules import ContactKind
from app.privacy.sealing import reveal, seal
from tests.conftest import NOW
from tests.factories import make_resident
from tests.factories_rounds import add, device, make_round, member_of


def reachable(person: Person, locale: str) -> Person:
    """Give somebody a mail address and a mobile number."""
    with transaction() as current:
        current.get_one(Person, person.id).locale = locale
        for kind, value in ((ContactKind.EMAIL, "a@example.org"), (ContactKind.PHONE, "01012345678")):
            contact = Contact(
                person_id=person.id, kind=kind, value_index=kind.value.encode().ljust(16), confirmed_at=NOW
            )
            seal(contact, Contact.value, value)
            current.add(contact)
    session().refresh(person)
    return person


@pytest.mark.slow
@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("ko", ("올라갔습니다", "올리지 않았습니다", "합쳐졌습니다")),
        ("en", ("shown as number", "not shown", "merged into")),
    ],
)
def test_an_author_hears_of_every_decision_once(app: Flask, locale: str, words: tuple[str, str, str]):
    found = make_round()
    author, member = reachable(make_resident(found.place), locale), member_of(found)
    made = add(found, "골목에 물 마실 곳을 만들자.", Voice(author))
    with transaction():
        moderating.publish(made.id, version=1, by=member, at=NOW)
    with transaction():
        moderating.merge(made.id, into_number=1, version=2, by=member, at=NOW)
    with transaction():
        moderating.unmerge(made.id, version=3, by=member, at=NOW)
    with transaction():
        moderating.reject(made.id, reason=Reason.UNCLEAR, note="쉬운 말로 적어 주세요.", version=4, by=member, at=NOW)
    sent = session().query(Message).order_by(Message.id).all()
    # Shown, merged, shown again, not shown: by mail and as a text message each.
    assert [message.template.rpartition("/")[2] for message in sent[::2]] == [
        "published",
        "merged",
        "published",
        "rejected",
    ]
    assert len(sent) == 8
    mails = {m.template: reveal(m, Message.body) or "" for m in sent[::2]}
    for template, word in zip(("published", "rejected", "merged"), words, strict=True):
        assert word in mails[f"deliberation/{template}"]
        assert f"/rounds/{found.id}/mine" in mails[f"deliberation/{template}"]
    assert "쉬운 말로 적어 주세요." in mails["deliberation/rejected"]


def test_who_has_no_account_is_told_on_the_page_only(app: Flask):
    found = make_round()
    made = add(found, "골목에 물 마실 곳을 만들자.", device("a"))
    with transaction():
        moderating.publish(made.id, version=1, by=member_of(found), at=NOW)
    assert session().query(Message).count() == 0
