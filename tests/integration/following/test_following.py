"""Who follows is told once, digests bring it once, one click ends them; on both databases."""

import socket
from collections.abc import Callable
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
import time_machine
from aiosmtpd.controller import Controller
from flask import Flask
from flask.testing import FlaskClient

from app.agenda.models import Proposal
from app.agenda.rules import Field, ProposalState, Source
from app.agenda.services import co_signing, deciding, proposing
from app.clock import KST
from app.db.session import session, transaction
from app.discussion.rules import Kind, Reason, Verdict
from app.discussion.services import moderating, words
from app.errors import NotFound
from app.extensions import db
from app.factory import create_app
from app.following.jobs import begin_digests
from app.following.models import DigestChoice, Follow, Notice
from app.following.queries import own
from app.following.queries.notices import notices_newest_first, unread_count
from app.following.rules import Rhythm, Subject
from app.following.services import follows
from app.following.tokens import unsubscribe_token
from app.people.models import Person
from app.people.rules import ContactKind, Role
from app.people.services import account
from app.record.services import append
from tests.at_once import at_once
from tests.conftest import NOW, make_config
from tests.factories import make_cycle, make_holder, make_place, make_resident
from tests.factories_year import make_proposal
from tests.mailbox import messages

pytestmark = pytest.mark.slow

MONDAY = datetime(2026, 7, 6, 8, 0, tzinfo=KST)
Browsers = Callable[[Person], FlaskClient]


@pytest.fixture
def proposal(app: Flask) -> Proposal:
    place = make_place()
    return make_proposal(make_cycle(place), make_resident(place), "그늘막을 놓자")


def give_mail(person: Person, address: str) -> Person:
    with transaction():
        account.add_contact(person, ContactKind.EMAIL, address, at=NOW)
    return person


def follow(person: Person, kind: Subject, subject_id: int) -> None:
    with transaction():
        follows.follow(kind, subject_id, by=person, at=NOW)


def decline(proposal: Proposal) -> None:
    chair = make_holder(Role.COMMITTEE_CHAIR, proposal.place)
    with transaction():
        deciding.decline_proposal(
            proposal.id, reason="올해는 예산이 모자랍니다.", version=proposal.version, by=chair, at=NOW
        )


def acts_told(person: Person) -> list[str]:
    return [each.act for each in notices_newest_first(person)]


@time_machine.travel(NOW, tick=False)
def test_followers_are_told_what_becomes_of_it_and_others_are_not(proposal: Proposal):
    follower, neighbour, once = (make_resident(proposal.place) for _ in range(3))
    for person in (follower, follower, once):
        follow(person, Subject.PROPOSAL, proposal.id)
    with transaction():
        follows.unfollow(Subject.PROPOSAL, proposal.id, by=once, at=NOW)
    decline(proposal)
    assert acts_told(follower) == ["agenda.declined"]
    assert acts_told(neighbour) == acts_told(once) == []
    assert unread_count(follower) == 1


@time_machine.travel(NOW, tick=False)
def test_who_takes_part_follows_by_itself_unless_they_left(app: Flask):
    place = make_place()
    cycle, author, signer, leaver, speaker = make_cycle(place), *(make_resident(place) for _ in range(4))
    what = proposing.Words("골목을 쓸자", "함께 쓸면 골목이 깨끗해지고 이웃을 만납니다. 좋습니다.", Field.SAFETY, "")
    with transaction():
        made = proposing.write_proposal(cycle.place, cycle, what, source=Source.ONLINE, once="a", by=author, at=NOW)
        proposing.submit_proposal(made.id, by=author, at=NOW)
    with transaction():
        follows.unfollow(Subject.PROPOSAL, made.id, by=leaver, at=NOW)
    for person in (signer, leaver):
        with transaction():
            co_signing.sign_proposal(made.id, by=person, at=NOW)
    with transaction():
        words.write_comment(made.id, text="좋습니다.", answers_id=None, once="c", by=speaker, at=NOW)
    following = {row.person_id for row in session().query(Follow).filter_by(is_muted=False)}
    assert following == {author.id, signer.id, speaker.id}


@time_machine.travel(NOW, tick=False)
def test_followers_of_a_dong_are_told_great_things_only(proposal: Proposal):
    reader = make_resident(proposal.place)
    follow(reader, Subject.PLACE, proposal.place_id)
    decline(proposal)
    with transaction():
        append(
            proposal.place, "agenda.meeting_called", role=Role.DONG_STAFF, subject="cycle:1", at=NOW,
            values={"title": "골목회의"},
        )  # fmt: skip
    assert acts_told(reader) == ["agenda.meeting_called"]


def test_a_draft_or_nothing_cannot_be_followed(proposal: Proposal):
    draft = make_proposal(proposal.cycle, proposal.proposer, state=ProposalState.DRAFT)
    for kind, subject_id in ((Subject.PROPOSAL, draft.id), (Subject.PROJECT, 99), (Subject.ROUND, 99)):
        with pytest.raises(NotFound):
            follow(proposal.proposer, kind, subject_id)


@time_machine.travel(NOW, tick=False)
def test_a_call_is_told_and_a_hidden_comment_says_nothing_any_more(proposal: Proposal):
    loud = make_resident(proposal.place, "부른이")
    with transaction():
        comment = words.write_comment(
            proposal.id, text=f"@{proposal.proposer.public_name} 안녕하세요", answers_id=None, once="a", by=loud, at=NOW
        )
    told = notices_newest_first(proposal.proposer)
    assert [(each.caller, each.title) for each in told] == [("부른이", "그늘막을 놓자")]
    chair = make_holder(Role.COMMITTEE_CHAIR, proposal.place)
    with transaction():
        moderating.decide(
            proposal.place, Kind.COMMENT, comment.id, verdict=Verdict.HIDE, reason=Reason.INSULT, explanation="",
            by=chair, at=NOW,
        )  # fmt: skip
    told = notices_newest_first(proposal.proposer)
    assert [(each.caller, each.title) for each in told] == [("", "")]


def test_two_clicks_at_once_make_one_follow(app: Flask, proposal: Proposal):
    person_id, proposal_id = make_resident(proposal.place).id, proposal.id

    def click() -> None:
        follows.follow(Subject.PROPOSAL, proposal_id, by=session().get_one(Person, person_id), at=NOW)

    assert at_once(app, *[click] * 6) == []
    assert session().query(Follow).count() == 1


def digests(app: Flask) -> list[Any]:
    return [message for message in messages(app) if "소식" in str(message["Subject"])]


def test_a_digest_brings_each_thing_once_and_ends_with_one_click(app: Flask, proposal: Proposal, client: FlaskClient):
    daily = give_mail(make_resident(proposal.place, "날마다"), "daily@example.kr")
    weekly = give_mail(make_resident(proposal.place, "주마다"), "weekly@example.kr")
    never = give_mail(make_resident(proposal.place, "받지않음"), "never@example.kr")
    with time_machine.travel(NOW, tick=False):
        for person in (daily, weekly, never):
            follow(person, Subject.PROPOSAL, proposal.id)
        with transaction():
            follows.choose_rhythm(daily, Rhythm.DAILY, at=NOW)
            follows.choose_rhythm(never, Rhythm.NEVER, at=NOW)
        decline(proposal)
    thursday = datetime(2026, 7, 2, 8, 0, tzinfo=KST)
    with time_machine.travel(thursday, tick=False):
        begin_digests(thursday - timedelta(hours=2))
        assert digests(app) == []
        for _ in range(2):
            begin_digests(thursday)
        assert [mail["To"] for mail in digests(app)] == ["daily@example.kr"]
    with time_machine.travel(MONDAY, tick=False):
        begin_digests(MONDAY)
        begin_digests(MONDAY + timedelta(days=1))
    assert [mail["To"] for mail in digests(app)] == ["daily@example.kr", "weekly@example.kr"]
    mail = digests(app)[1]
    text = mail.get_content()
    assert "올해는 예산이 모자랍니다." in text
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = mail["List-Unsubscribe"].strip("<>")
    assert address in text
    path = address.removeprefix(app.config["MADANG"].public_url)
    app.config["WTF_CSRF_ENABLED"] = True
    looked_at = client.get(path)
    assert looked_at.status_code == 200
    assert session().get(DigestChoice, weekly.id) is None
    assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert session().get_one(DigestChoice, weekly.id).rhythm is Rhythm.NEVER
    assert client.post(path[:-2]).status_code == 404
    assert session().query(DigestChoice).count() == 3


def test_what_was_read_on_the_site_comes_in_no_mail(app: Flask, proposal: Proposal):
    reader = give_mail(make_resident(proposal.place), "reader@example.kr")
    with time_machine.travel(NOW, tick=False):
        follow(reader, Subject.PROPOSAL, proposal.id)
        decline(proposal)
        with transaction():
            follows.read_all(reader, at=NOW)
    with time_machine.travel(MONDAY, tick=False):
        begin_digests(MONDAY)
    assert digests(app) == []
    assert session().query(Notice).one().mailed_at is not None


class Mailbox:
    """What the SMTP server received."""

    def __init__(self) -> None:
        self.received: list[bytes] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.received.append(envelope.content)
        return "250 OK"


def test_the_header_arrives_at_a_real_mail_server(database_url: str, tmp_path: Path):
    mailbox = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        config = make_config(
            database_url, tmp_path, mail="smtp", smtp_host="127.0.0.1", smtp_port=port, smtp_tls="none",
            public_url="https://madang.a-municipality-with-a-rather-long-name.example.kr",
        )  # fmt: skip
        app = create_app(config)
        with app.app_context():
            place = make_place()
            proposal = make_proposal(make_cycle(place), make_resident(place))
            reader = give_mail(make_resident(place), "reader@example.kr")
            with time_machine.travel(NOW, tick=False):
                follow(reader, Subject.PROPOSAL, proposal.id)
                decline(proposal)
            with time_machine.travel(MONDAY, tick=False):
                begin_digests(MONDAY)
            token = unsubscribe_token(reader.id)
            db.session.remove()
            db.engine.dispose()
    finally:
        controller.stop()
    mails = [message_from_bytes(content, policy=policy.default) for content in mailbox.received]
    assert [mail["List-Unsubscribe"] for mail in mails] == [
        f"<https://madang.a-municipality-with-a-rather-long-name.example.kr/unsubscribe/{token}>"
    ]
    assert mails[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@time_machine.travel(NOW, tick=False)
def test_a_closed_account_follows_nothing_and_is_told_nothing(proposal: Proposal):
    reader = make_resident(proposal.place)
    follow(reader, Subject.PROPOSAL, proposal.id)
    with transaction():
        follows.choose_rhythm(reader, Rhythm.DAILY, at=NOW)
    decline(proposal)
    with transaction():
        account.close(reader.id, at=NOW)
    assert [session().query(table).count() for table in (Follow, Notice, DigestChoice)] == [0, 0, 0]


def test_ones_own_page_costs_the_same_however_much_there_is(proposal: Proposal, queries: Callable[[], Any]):
    person = make_resident(proposal.place)
    for n in range(own.WITH_LIFE):
        make_proposal(proposal.cycle, person, f"의제 {n}")
    with transaction():
        words.write_comment(proposal.id, text="첫 말", answers_id=None, once="first", by=person, at=NOW)

    def cost() -> int:
        session().expire_all()
        assert person.id
        assert proposal.place.path
        with queries() as sent:
            lives = own.proposed_by(person, NOW, page=1)
            own.counts_of(person)
            said = own.said_by(person)
            assert all(comment.proposal.place.slug for comment in said.comments)
        assert len(lives.rows) == own.WITH_LIFE
        return len(sent)

    few = cost()
    for n in range(12):
        make_proposal(proposal.cycle, person, f"또 다른 의제 {n}")
        with transaction():
            words.write_comment(proposal.id, text=f"말 {n}", answers_id=None, once=str(n), by=person, at=NOW)
    assert cost() == few


@time_machine.travel(NOW, tick=False)
def test_the_list_of_notices_costs_the_same_however_long_it_is(proposal: Proposal, queries: Callable[[], Any]):
    reader = make_resident(proposal.place)
    follow(reader, Subject.PROPOSAL, proposal.id)

    def act(n: int) -> None:
        with transaction():
            append(
                proposal.place, "agenda.declined", role=Role.DONG_STAFF, subject=f"proposal:{proposal.id}", at=NOW,
                values={"title": str(n), "reason": ""},
            )  # fmt: skip

    def cost() -> int:
        session().expire_all()
        assert reader.id
        with queries() as sent:
            assert all(each.notice.place.slug for each in notices_newest_first(reader))
        return len(sent)

    act(0)
    few = cost()
    for n in range(8):
        act(n)
    assert len(notices_newest_first(reader)) == 9
    assert cost() == few
