"""Every route, asked by everybody: a route that forgets its guard fails here.

Each place address is asked as guest, resident, council member, clerk, and as the clerk and the resident of another dong.
A private page must refuse the strangers by the right kind of refusal; nothing may ever answer 500.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from app.assembly.models import Assembly
from app.people.models import Person
from app.people.rules import Role
from tests.conftest import NOW
from tests.factories import make_holder, make_place, make_resident
from tests.factories_rounds import make_round, statements_of
from tests.factories_year import make_assembly, make_staff

PUBLIC = re.compile(
    r"^(static|objections\.(index|certificate)$|languages|cycle\.(home|help_page|privacy_page|show|schedule)|record\.|agenda\.(index|show|meetings|meeting|alike)$|discussion\.(show|moderation_log|moderation_log_file|screen|qr)$|following\.(place_feed|proposal_feed|place_calendar)$"
    r"|deliberation\.(index|show|mine|numbers|log|log_file|data|sheet)$"
    r"|plan\.(show|item|version)$|publication\.(show|booklet|data|table)$|review\.show$|inspection\.(show|report|report_table|report_print|changes|statistics|statistics_table)$|assembly\.(show|find|verify|proof|archive|proofs|booth|offline_booth|election|credentials|booth_files)$"
    r"|council\.(people|member|committee|courses|course|calls|call|meetings|meeting|dismissal)$"
    r"|ceremony\.(show|seat|authority|state|publish|contribute|losses)$"
    r"|draw\.(index|show|number|screen|bundle|panel_list|panels_file|result|replacement|verifier|check|minutes)$"
    r"|witnesses\.(index|checkpoint|request_for_witness|policy)$|assembly\.(explained|my_share|result_file)$|stations\.index$|kiosks\.(kiosk|pair)$"
    r"|floor\.(after|live|screen|order|minutes_text|minutes_print)$"
    r"|small_groups\.(index|round|show|photo)$"
    r"|planning_group\.show$|agenda\.points$|execution\.points$|survey\.(index|points|export|show|photo|ground_file)$"
    r"|agenda\.(file|photo|log|proposal_calls|proposal_call)$|plan\.(contents|compare|evidence)$"
    r"|observatory\.(everywhere|report|report_print|show|table|table_of_all|visits|visit|alert|finding)$|opendata\.(everywhere|show|place|rows|rows_of_all|robots|sitemap)$"
    r"|execution\.(index|fund|evaluation|project|photo|ledger|settlement|settlement_table|settlement_print|figures)$|places\.settings$|elections\.index$|people\.(sign_in|sign_up|sign_out|reset|demo|confirm|forgot|invited|recover))"
)
"""Routes that a guest may ask for; everything else must lead to the sign-in page, refuse, or not exist for them."""
REFUSED = {401, 403, 404}


def rules(app: Flask) -> list[Rule]:
    return sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)


def address(rule: Rule, slug: str, ids: dict[str, int]) -> str | None:
    """Fill a rule with ids that exist where we know one."""
    values: dict[str, Any] = {}
    for name in rule.arguments:
        if name == "slug":
            values[name] = slug
        elif name == "filename":
            return None
        else:
            values[name] = ids.get(name, 1)
    path = rule.rule
    for name, value in values.items():
        path = re.sub(rf"<(?:[^<>:]+:)?{name}>", str(value), path)
    for choice in re.findall(r"<any\(([^)]*)\):\w+>", path):
        path = re.sub(r"<any\([^)]*\):\w+>", choice.split(",")[0].strip(), path, count=1)
    path = path.replace("<stage>", "discovery").replace("<act>", "open")
    return path if "<" not in path else None


@pytest.fixture
def world(app: Flask) -> dict[str, Any]:
    """A dong with an assembly, and another dong with people of its own."""
    assembly, residents = make_assembly([3_000_000])
    place = assembly.place
    other = make_place(parent=place.parent)
    return {
        "app": app,
        "place": place,
        "assembly": assembly,
        "ids": ids_of(assembly),
        "resident": residents[0],
        "member": make_holder(Role.COUNCIL_MEMBER, place),
        "staff": make_staff(place),
        "other": other,
        "other_staff": make_staff(other),
        "other_resident": make_resident(other),
    }


def ids_of(assembly: Assembly) -> dict[str, int]:
    item = assembly.plan_version.plan.items[0]
    return {
        "proposal_id": item.origins[0].proposal_id,
        "item_id": item.id,
        "review_id": item.reviews[0].id,
        "number": 1,
        "year": assembly.cycle.year,
        **_ids_of_round(assembly),
    }


def _ids_of_round(assembly: Assembly) -> dict[str, int]:
    found = make_round(assembly.cycle)
    return {"round_id": found.id, "statement_id": statements_of(found)[0].id}


Browsers = Callable[[Person], FlaskClient]


def visits(world: dict[str, Any]) -> Iterator[tuple[Rule, str]]:
    for rule in rules(world["app"]):
        path = address(rule, world["place"].slug, world["ids"])
        if path is not None and "slug" in rule.arguments:
            yield rule, path


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_no_route_breaks_for_anybody(world: dict[str, Any], client: FlaskClient, client_of: Browsers):
    everybody = {"guest": client} | {
        name: client_of(world[name]) for name in ("resident", "member", "staff", "other_staff", "other_resident")
    }
    broken = []
    for rule in rules(world["app"]):
        path = address(rule, world["place"].slug, world["ids"])
        if path is None or rule.endpoint == "people.sign_out":
            continue
        for name, browser in everybody.items():
            for method in ("GET", "POST"):
                if method not in (rule.methods or set()):
                    continue
                status = browser.open(path, method=method).status_code
                if status >= 500:
                    broken.append((name, method, path, status))
    assert not broken


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_a_guest_sees_public_pages_only(world: dict[str, Any], client: FlaskClient):
    opened = []
    for rule, path in visits(world):
        if "GET" not in (rule.methods or set()) or PUBLIC.match(rule.endpoint):
            continue
        answer = client.get(path)
        leads_to_sign_in = answer.status_code == 303 and answer.location.startswith("/sign-in")
        if not leads_to_sign_in and answer.status_code not in REFUSED:
            opened.append((rule.endpoint, path, answer.status_code))
    assert not opened


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_a_guest_changes_nothing(world: dict[str, Any], client: FlaskClient):
    changed = []
    for rule, path in visits(world):
        if (
            "POST" not in (rule.methods or set())
            or rule.endpoint.startswith("people.")
            or rule.endpoint in {"assembly.cast", "witnesses.cosignatures"}
        ):
            continue
        status = client.post(path).status_code
        if status not in REFUSED | {400, 422}:
            changed.append((rule.endpoint, path, status))
    assert not changed


STRANGERS_MAY_NOT = re.compile(
    r"^(cycle\.(start|plan_stage|move_stage)|agenda\.(decline|merge|minute|edit|call|synonyms)|discussion\.(moderation|decide|open_room|console|turn|add_statement|end_room|tables|paper|make_agenda)$|plan\.(new_item|edit_item|drop_item|freeze)|publication\.(send|answer|confirm|disclose|make_booklet)$|review\.(ask|invite|answer|question|revise|object_to|decide|note|checklist)$"
    r"|deliberation\.(new|edit|act|conclude|workbench|statement|work)$"
    r"|inspection\.(enter|answers|answer|answer_group|advance|correct|group|ungroup|releases|release|announce|extend|conclude|again)$|stations\.(?!index)|kiosks\.(index|register|renew|revoke)$|objections\.(answer|show)|witnesses\.(new|retire)$|assembly\.(prepare|open_voting|rule)"
    r"|floor\.(plan|cancel|new_item|edit_item|move_item|console|turn|turn_item|turn_word|hand|count|sheet|sheet_photo|door|find|pass_through|guest|code|minutes|confirm)$"
    r"|council\.(found|next_term|enter_member|elect|end_member|new_committee|appointment|vacancy|renewals|new_course|cancel_course"
    r"|attendance|screen|credit|new_call|edit_call|quotas|cancel_call|enter|workbench|check|overseers|call_meeting|present"
    r"|cancel_meeting|decide|minutes|answer_dismissal)$"
    r"|draw\.(new|edit|relax|freeze|thaw|publish|abort|seat|certify|fill|strike|step|make_table|repeat_ball|balls|witness|reveal|agree_to_abort)$"
    r"|agenda\.(split|moderate|new_call|cancel_call|invite_office|new_task|finish_task|settle_ask)$|plan\.(assign|costs|note|amend|amendment|alternative|chapter|envelopes|adopt|thaw|take_price)$"
    r"|observatory\.note_visit$|opendata\.(tokens|revoke_token)$"
    r"|inspection\.look_through$"
    r"|small_groups\.(new_round|edit_round|cancel_round|workbench|decide|apply|application|edit|invite|make_link|act|hand_over|check|score|stand_back|pay|reclaim|settle|strike|report|add_receipt|add_photo|remove_file|submit_report|receipt|object_to_decision|objection|answer_objection|decide_anew)$"
    r"|execution\.(take_on|add_milestone|milestone|enter_money|take_back|describe|divide|progress|pause|resume|note_risk|close_risk|change|decide|complete|post_update|council_evaluation|set_indicator|measure_indicator|sharing_meeting|tables|table|take_table|discard_table|comment|moderate_comment|note_pledge|confirm_receipt|withdraw_pledge)$|people\.(roll|rolls_of_place|upload_roll|roll_import|take_import|freeze_roll|erase_roll|find_entry|place_people|grant_role|revoke_role"
    r"|invite|withdraw_invitation|counter|saw_id|print_letter|import_problems|discard_import)|places\.(setting|clear_setting)$|elections\.remove$|outbox\.|privacy\.)"
)


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_staff_of_another_dong_are_strangers_here(world: dict[str, Any], client_of: Browsers):
    let_in = []
    for name in ("other_staff", "other_resident"):
        browser = client_of(world[name])
        for rule, path in visits(world):
            if not STRANGERS_MAY_NOT.match(rule.endpoint):
                continue
            for method in {"GET", "POST"} & (rule.methods or set()):
                status = browser.open(path, method=method).status_code
                if status not in REFUSED | {409, 422} or (method == "GET" and status not in REFUSED):
                    let_in.append((name, method, rule.endpoint, path, status))
    assert not let_in


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_reading_changes_nothing_in_the_database(
    world: dict[str, Any], client_of: Browsers, queries: Callable[[], Any]
):
    browser = client_of(world["staff"])
    browser.get("/")
    writing = []
    for rule, path in visits(world):
        if "GET" not in (rule.methods or set()):
            continue
        with queries() as sent:
            browser.get(path)
        writes = [s for s in sent if s.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))]
        # A look at personal data is itself recorded (privacy), and a sign-in notes when it was last seen.
        writes = [s for s in writes if "access_" not in s and "sign_ins" not in s]
        if writes:
            writing.append((rule.endpoint, writes[0][:120]))
    assert not writing


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_what_belongs_to_one_dong_is_not_found_under_the_name_of_another(world: dict[str, Any], client_of: Browsers):
    """Staff may do nearly everything at their own dong, so the number in the address is all that keeps them out."""
    other = world["other"]
    browser = client_of(world["other_staff"])
    asked, let_in = 0, []
    for rule in rules(world["app"]):
        known = {name for name in rule.arguments if name.endswith("_id") and name in world["ids"]}
        path = address(rule, other.slug, world["ids"])
        if path is None or "slug" not in rule.arguments or not known:
            continue
        for method in sorted({"GET", "POST"} & (rule.methods or set())):
            asked += 1
            status = browser.open(path, method=method).status_code
            if status not in {403, 404}:
                let_in.append((method, rule.endpoint, path, status))
    assert not let_in
    assert asked > 80
