"""Neighbours answer the news of a project; the office hears of it; what must not stand there is hidden for a reason."""

import re

import pytest
import time_machine
from sqlalchemy import select

from app.cycle.rules import Stage
from app.db.session import session, transaction
from app.execution.models import Project, ProjectUpdate, UpdateComment
from app.execution.rules.projects import ProjectKind
from app.execution.services import news, projects
from app.outbox.models import Message
from app.people.rules import ContactKind, Role
from app.people.services.sign_up import add_contact
from app.plan.rules import FundSource
from app.record.models import RecordEntry
from tests.conftest import NOW
from tests.factories import make_cycle, make_holder, make_person, make_place, make_resident

pytestmark = pytest.mark.slow


def begun(cycle, staff) -> tuple[Project, ProjectUpdate]:
    words = projects.Description("꽃길 가꾸기", "통일로에 꽃을 심고 돌봅니다.", "환경분과", "", "")
    with transaction():
        project = projects.take_on_project(
            cycle, words, kind=ProjectKind.CALL, source=FundSource.SUBSIDY, cost_won=1000, approver="구청", once="p",
            by=staff, at=NOW,
        )  # fmt: skip
        update = news.post_update(
            project.id, text="모종을 골랐습니다.", photo=None, photo_text="", once="u", by=staff, at=NOW
        )
    return project, update


@time_machine.travel(NOW, tick=False)
def test_a_comment_is_written_once_told_to_the_office_hidden_and_shown_again(app, client, client_of):
    cycle = make_cycle(make_place(), Stage.EXECUTION)
    staff = make_holder(Role.DONG_STAFF, cycle.place)
    with transaction():
        add_contact(staff, ContactKind.EMAIL, "dong@example.kr", at=NOW)
    project, update = begun(cycle, staff)
    base = f"/{cycle.place.slug}"
    page, write = f"{base}/projects/{project.id}", f"{base}/news/{update.id}/comment"
    resident = make_resident(cycle.place, "꽃집 이웃")
    neighbour, clerk = client_of(resident), client_of(staff)
    assert client_of(make_person()).get(write).status_code == 403
    assert client_of(make_resident(make_place())).post(write, data={"text": "좋아요."}).status_code == 403
    assert neighbour.post(write, data={"once": "a", "text": "ㄱ"}).status_code == 422
    for _ in range(2):
        answer = neighbour.post(write, data={"once": "a", "text": "수국도 심어 주세요."})
        assert answer.status_code == 303
    assert neighbour.post(write, data={"once": "b", "text": "물은 제가 주겠습니다."}).status_code == 303
    shown = client.get(page).text
    assert shown.count("수국도 심어 주세요.") == 1
    assert "꽃집 이웃" in shown
    told = session().scalars(select(Message).where(Message.template == "execution/commented")).all()
    assert [message.person_id for message in told] == [staff.id]

    found = session().scalars(select(UpdateComment).order_by(UpdateComment.id)).first()
    moderate = f"{base}/news/comments/{found.id}/moderate"
    assert neighbour.get(moderate).status_code == 403
    assert clerk.post(moderate, data={"explanation": "광고입니다."}).status_code == 422
    assert clerk.post(moderate, data={"reason": "advert", "explanation": "가게 알림입니다."}).status_code == 303
    hidden = client.get(page).text
    assert "수국도 심어 주세요." not in hidden
    assert "가게 알림입니다." in hidden
    assert "광고나 장사" in hidden
    assert neighbour.post(f"{base}/news/comments/{found.id}/take-back").status_code == 409
    assert clerk.post(moderate).status_code == 303
    assert "수국도 심어 주세요." in client.get(page).text
    acts = session().scalars(select(RecordEntry.act).where(RecordEntry.act.contains("comment"))).all()
    assert acts == ["execution.comment_hidden", "execution.comment_restored"]

    other = client_of(make_resident(cycle.place))
    assert other.post(f"{base}/news/comments/{found.id}/take-back").status_code == 403
    assert neighbour.post(f"{base}/news/comments/{found.id}/take-back").status_code == 303
    assert not re.search("수국도 심어", client.get(page).text)
    session().refresh(found)
    assert found.text == ""
    assert clerk.get(moderate).status_code == 404


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@time_machine.travel(NOW, tick=False)
def test_a_page_with_many_comments_asks_no_more_questions(client, queries):
    cycle = make_cycle(make_place(), Stage.EXECUTION)
    project, update = begun(cycle, make_holder(Role.DONG_STAFF, cycle.place))
    page = f"/{cycle.place.slug}/projects/{project.id}"

    def asked(comments: int) -> int:
        with transaction() as current:
            for number in range(comments):
                current.add(
                    UpdateComment(
                        place_id=cycle.place_id,
                        update_id=update.id,
                        author_id=make_author().id,
                        text="좋아요.",
                        once=f"{comments}-{number}",
                        created_at=NOW,
                        hidden_why="",
                    )
                )
        with queries() as sent:
            assert client.get(page).status_code == 200
        return len(sent)

    authors = [make_resident(cycle.place) for _ in range(12)]

    def make_author():
        return authors.pop()

    client.get(page)
    assert asked(2) == asked(9)
