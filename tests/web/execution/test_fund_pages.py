"""A pledge is noted, confirmed with its document, and given to a project; nobody is named who does not want to be."""

import hashlib
import io

import pytest
import time_machine
from sqlalchemy import select

from app.clock import kst_date
from app.cycle.rules import Stage
from app.db.session import session
from app.execution.models import Pledge, Project
from app.people.rules import Role
from app.record.models import RecordEntry
from tests.conftest import NOW
from tests.factories import make_cycle, make_holder, make_place, make_resident

pytestmark = pytest.mark.slow
TODAY = kst_date(NOW).isoformat()
PROJECT = {
    "kind": "village_fund", "title": "마을 밥상", "description": "혼자 사는 이웃과 함께 밥을 먹습니다.",
    "source": "village_fund", "approver": "주민운영위원회", "unit": "마을기금", "where": "",
}  # fmt: skip


@time_machine.travel(NOW, tick=False)
def test_a_pledge_is_noted_received_and_given(app, client, client_of):
    cycle = make_cycle(make_place(), Stage.EXECUTION)
    base = f"/{cycle.place.slug}"
    clerk = client_of(make_holder(Role.DONG_STAFF, cycle.place))
    new = f"{base}/fund/pledges/new"
    assert client_of(make_resident(cycle.place)).get(new).status_code == 403
    assert clerk.post(new, data={"once": "a", "amount_won": "0", "promised_on": TODAY}).status_code == 422
    assert clerk.post(new, data={"once": "a", "amount_won": "5", "promised_on": "2030-01-01"}).status_code == 422
    for _ in range(2):
        sent = clerk.post(new, data={"once": "a", "amount_won": "300,000", "promised_on": TODAY, "giver": ""})
        assert sent.status_code == 303
    clerk.post(new, data={"once": "b", "amount_won": "500,000", "promised_on": TODAY, "giver": "한빛상회"})
    kept, broken = session().scalars(select(Pledge).order_by(Pledge.id)).all()
    page = client.get(f"{base}/fund").text
    assert "한빛상회" in page
    assert "이름을 밝히지 않은 이웃" in page

    def take_on(won: str, once: str) -> int:
        return clerk.post(f"{base}/projects/new", data=PROJECT | {"cost_won": won, "once": once}).status_code

    assert take_on("1", "x") == 422
    receive = f"{base}/fund/pledges/{kept.id}/receive"
    right = {"version": "1", "received_won": "280,000", "received_on": TODAY}

    def sent(**changes: object) -> int:
        file = {"document": (io.BytesIO(b"bank"), "statement.pdf")}
        data = right | file | changes
        return clerk.post(receive, data=data, content_type="multipart/form-data").status_code

    assert sent(document="") == 422
    assert sent(received_on="2020-01-01") == 422
    assert sent(received_on="2030-01-01") == 422
    assert sent() == 303
    assert sent() in {409, 422}
    withdraw = f"{base}/fund/pledges/{broken.id}/withdraw"
    assert clerk.post(withdraw, data={"version": "1", "reason": "짧"}).status_code == 422
    assert clerk.post(withdraw, data={"version": "1", "reason": "가게 사정이 어려워졌습니다."}).status_code == 303
    session().expire_all()
    assert (kept.received_won, kept.document_hash) == (280_000, hashlib.sha256(b"bank").hexdigest())
    assert take_on("280,001", "y") == 422
    assert take_on("200,000", "z") == 303
    assert take_on("80,001", "w") == 422
    assert len(session().scalars(select(Project)).all()) == 1
    page = client.get(f"{base}/fund").text
    for text in ("마을 밥상", "가게 사정이 어려워졌습니다.", "200,000원", "280,000원"):
        assert text in page
    acts = session().scalars(select(RecordEntry.act).where(RecordEntry.subject.startswith("pledge:"))).all()
    assert acts.count("execution.pledged") == 2
    assert {"execution.pledge_received", "execution.pledge_withdrawn"} < set(acts)
    other = client_of(make_holder(Role.DONG_STAFF, make_place()))
    assert other.get(withdraw).status_code == 403
