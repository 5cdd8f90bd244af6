"""Before two people open a vote whose ballots are published, the list says how many different ballots there are (T48)."""

from dataclasses import replace

import pytest

from app.assembly.models import Assembly
from app.assembly.rules import BallotForm
from app.assembly.rules.ballots import Preference
from app.ceremony.models import Ceremony
from app.ceremony.rules import Check
from app.ceremony.services import opening, seating
from app.db.session import transaction
from app.people.models import Person
from tests.conftest import NOW
from tests.factories_year import make_assembly, make_staff

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.slow]
RANKED = BallotForm(Preference.RANKING, at_most=3)


def arranged(form: BallotForm, *, residents: int) -> tuple[Assembly, Person, int]:
    assembly, _ = make_assembly([1_000_000] * 6, residents=residents, is_open=False, form=form)
    staff = make_staff(assembly.place)
    with transaction():
        ceremony = seating.begin_ceremony(
            assembly.id,
            names=["가", "나", "다"],
            threshold=2,
            authority="라",
            version=assembly.version,
            by=staff,
            at=NOW,
        )
    return assembly, staff, ceremony.id


def marks(ceremony_id: int) -> Check:
    with transaction() as current:
        ceremony = current.get_one(Ceremony, ceremony_id)
        (found,) = [check for check in opening.checklist(ceremony, NOW) if check.key == "marks"]
    return found


def test_the_list_warns_of_more_ballots_than_voters_and_stops_what_is_too_long(client_of):
    assembly, staff, ceremony_id = arranged(RANKED, residents=3)
    found = marks(ceremony_id)
    assert (found.is_done, found.is_warned) == (True, True)
    assert found.values == {"ways": "157", "beside": "26", "n": "4"}
    page = client_of(staff).get(f"/{assembly.place.slug}/assembly/ceremony/opening")
    assert page.status_code == 200
    assert "나올 수 있는 표 157가지" in page.text
    assert "됨, 읽어 보세요" in page.text
    assert "서버 하나가 표를 섞습니다" not in page.text
    with transaction():
        assembly.ballot = replace(RANKED, at_most=6, shuffled=True).to_json()
    assert not marks(ceremony_id).is_done


def test_sums_leave_nothing_to_think_about():
    _, _, ceremony_id = arranged(BallotForm(Preference.APPROVAL, at_most=3), residents=1)
    found = marks(ceremony_id)
    assert (found.is_done, found.is_warned, dict(found.values)) == (True, False, {})
