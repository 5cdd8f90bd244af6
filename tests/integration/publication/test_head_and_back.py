"""Sent within the clock, answered section by section, confirmed once, published, withheld only with a ground."""

import csv
import hashlib
import io
import json
from datetime import timedelta

import pytest
import time_machine

from app.assembly.rules import AssemblyState
from app.cycle.rules import Stage
from app.db.session import session, transaction
from app.errors import Conflict, InvalidInput, NotAllowed, RuleViolation
from app.files.printing import can_print
from app.jobs.models import Job
from app.people.rules import Role
from app.plan.models import Plan
from app.plan.rules import PlanState
from app.publication import queries, services
from app.publication.rules import Disclosure, Document, HeadResult, final_hash
from tests.conftest import NOW
from tests.factories import make_cycle, make_holder, make_resident
from tests.factories_year import make_assembly, make_staff

pytestmark = pytest.mark.slow

LETTER = "주민총회에서 정한 계획을 보냅니다. 검토를 부탁드립니다."


@pytest.fixture
def adopted(app):
    assembly, _people = make_assembly([3_000_000, 5_000_000], is_open=False)
    with transaction():
        assembly.state, assembly.counted_at = AssemblyState.COUNTED, NOW
        for item in assembly.items:
            item.votes, item.is_funded, item.granted_won = 10, item.number == 1, item.cost_won
        assembly.plan_version.plan.state = PlanState.ADOPTED
    return assembly


@pytest.fixture
def staff(adopted):
    return make_staff(adopted.place)


@pytest.fixture
def head(adopted):
    return make_holder(Role.DISTRICT_STAFF, adopted.place.parent)


def send(assembly, by):
    with transaction():
        return services.send(assembly.cycle, letter=LETTER, by=by, at=NOW)


def answer(submission, number, by, *, result=HeadResult.ACCEPTED, reason="", version=0):
    with transaction():
        return services.answer_section(
            submission.id, number, result=result, reason=reason, unit="자치행정과", version=version, by=by, at=NOW
        )


def confirmed(assembly, staff, head):
    submission = send(assembly, staff)
    answer(submission, 1, head)
    answer(submission, 2, head, result=HeadResult.DECLINED, reason="다른 사업으로 하기로 했습니다.")
    with transaction():
        return services.confirm(submission.id, by=staff, at=NOW)


def test_the_plan_is_sent_once_with_its_clocks(adopted, staff):
    resident = make_resident(adopted.place)
    with pytest.raises(NotAllowed):
        send(adopted, resident)
    submission = send(adopted, staff)
    assert send(adopted, staff).id == submission.id
    assert submission.due_at == NOW + timedelta(days=30)
    assert submission.answer_due_at == NOW + timedelta(days=30)


def test_nothing_is_sent_before_the_assembly_has_decided(app):
    assembly, _people = make_assembly([3_000_000], is_open=False)
    with pytest.raises(RuleViolation):
        send(assembly, make_staff(assembly.place))


def test_the_head_answers_every_section_and_two_colleagues_do_not_overwrite(adopted, staff, head):
    submission = send(adopted, staff)
    with pytest.raises(NotAllowed):
        answer(submission, 1, staff)
    with pytest.raises(InvalidInput):
        answer(submission, 9, head)
    with pytest.raises(InvalidInput):
        answer(submission, 1, head, result=HeadResult.DECLINED)
    first = answer(submission, 1, head)
    with pytest.raises(Conflict):
        answer(submission, 1, head)
    answer(
        submission,
        1,
        head,
        result=HeadResult.PARTLY,
        reason="절반만 할 수 있습니다. 예산 때문입니다.",
        version=first.version,
    )
    with pytest.raises(RuleViolation), transaction():
        services.confirm(submission.id, by=staff, at=NOW)


def test_the_final_plan_is_the_voted_text_with_decision_and_answer(adopted, staff, head, client):
    final = confirmed(adopted, staff, head)
    submission = queries.submission_of(adopted.plan_version.plan)
    with transaction():
        assert services.confirm(submission.id, by=staff, at=NOW).id == final.id
    with pytest.raises(RuleViolation):
        answer(submission, 1, head, version=1)
    data = client.get(f"/{adopted.place.slug}/plan/final.json").data
    assert final_hash(data) == final.hash
    parsed = json.loads(data)
    assert parsed["voted_version"] == adopted.plan_version.hash
    assert [(row["is_funded"], row["head_result"]) for row in parsed["sections"]] == [
        (True, "accepted"),
        (False, "declined"),
    ]
    rows = list(
        csv.DictReader(io.StringIO(client.get(f"/{adopted.place.slug}/plan/final.csv").data.decode("utf-8-sig")))
    )
    assert sum(int(row["cost_won"]) for row in rows) == 8_000_000
    assert "다른 사업으로" in client.get(f"/{adopted.place.slug}/plan/final").text


def test_a_document_is_withheld_only_with_its_ground_and_then_is_gone(adopted, staff, head, client):
    confirmed(adopted, staff, head)
    plan = adopted.plan_version.plan

    def disclose(document: Document, state: Disclosure, ground: int | None = None, reason: str = "") -> None:
        with transaction():
            services.disclose(plan.id, document, state=state, ground=ground, reason=reason, by=staff, at=NOW)

    with pytest.raises(InvalidInput):
        disclose(Document.FINAL, Disclosure.WITHHELD, None, "아직 정하는 중이라 공개하지 않습니다.")
    with pytest.raises(InvalidInput):
        disclose(Document.FINAL, Disclosure.WITHHELD, 5, "아직")
    disclose(Document.FINAL, Disclosure.WITHHELD, 5, "아직 정하는 중이라 공개하지 않습니다.")
    assert client.get(f"/{adopted.place.slug}/plan/final.json").status_code == 404
    assert "제5호" in client.get(f"/{adopted.place.slug}/plan/final").text
    disclose(Document.FINAL, Disclosure.OPEN)
    assert client.get(f"/{adopted.place.slug}/plan/final.json").status_code == 200


@pytest.mark.skipif(not can_print(), reason="Pango is not installed")
def test_a_booklet_is_made_by_a_job_and_downloaded_by_anybody(adopted, staff, head, client):
    confirmed(adopted, staff, head)
    plan = session().get_one(Plan, adopted.plan_version.plan_id)
    with transaction():
        job = services.ask_for_booklet(plan, by=staff, at=NOW)
    session().rollback()
    assert session().get_one(Job, job.id).state == "done"
    pdf = client.get(f"/{adopted.place.slug}/plan/final/booklet.pdf").data
    assert pdf.startswith(b"%PDF")
    assert hashlib.sha256(pdf).hexdigest() == queries.booklet_of(plan).hash


@time_machine.travel(NOW, tick=False)
def test_a_plan_that_is_late_is_sent_and_answered_after_the_next_year_has_begun(adopted, staff, head, client_of):
    make_cycle(adopted.place, Stage.PLANNING_GROUP, year=2027)
    clerk, mayor, page = client_of(staff), client_of(head), f"/{adopted.place.slug}/plan/final"
    assert f'href="{page}?year=2026"' in clerk.get("/desk").text
    shown = clerk.get(f"{page}?year=2026").text
    assert f'action="{page}/send?year=2026"' in shown
    assert "읽을 수만" not in shown
    sent = clerk.post(f"{page}/send?year=2026", data={"letter": LETTER})
    assert sent.location.endswith(f"{page}?year=2026")
    assert f'{page}/answers/1?year=2026"' in mayor.get(f"{page}?year=2026").text
    for number in (1, 2):
        form = {"version": "0", "result": "accepted", "reason": "", "unit": "자치행정과"}
        assert mayor.post(f"{page}/answers/{number}?year=2026", data=form).status_code == 303
    assert clerk.post(f"{page}/confirm?year=2026").status_code == 303
    assert queries.final_of(adopted.plan_version.plan) is not None
    assert clerk.get(page).status_code == 200
