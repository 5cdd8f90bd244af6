"""The kiosk's own modules, under node: what is asked when, what a card says, the keypad, the exit number, the QR reader."""

import hashlib
import re
from pathlib import Path

import pytest
import segno

from app.assembly.kiosks.services.pairing import PIN_ROUNDS, pin_digest
from tests.booth import ask

pytestmark = pytest.mark.slow

VENDOR = Path(__file__).resolve().parents[3] / "static" / "vendor" / "jsqr"
CODE = "Ab1Cd-Ef2Gh3-Jk4Lm-Np5Qr6"


def questions(preference: str, *, majority: bool, order: list[int], categories: list[str]) -> list[dict[str, object]]:
    paper = {"form": {"preference": preference, "majority": majority}, "categories": categories}
    found = ask(questions={"paper": paper, "order": order})["questions"]
    return list(found)


def test_every_item_has_a_screen_of_its_own_and_then_the_preference():
    assert questions("approval", majority=True, order=[2, 0, 1], categories=["", "길"]) == [
        {"kind": "opinion", "index": 2, "categories": ["", "길"]},
        {"kind": "opinion", "index": 0, "categories": ["", "길"]},
        {"kind": "opinion", "index": 1, "categories": ["", "길"]},
        {"kind": "choose", "category": None, "categories": ["", "길"]},
    ]


def test_every_category_has_a_screen_of_its_own_which_knows_of_no_other():
    assert questions("categories", majority=False, order=[0, 1], categories=["", "길"]) == [
        {"kind": "choose", "category": "", "categories": [""]},
        {"kind": "choose", "category": "길", "categories": ["길"]},
    ]


def test_a_ballot_of_opinions_alone_ends_with_them():
    kinds = [each["kind"] for each in questions("none", majority=True, order=[1, 0], categories=[""])]
    assert kinds == ["opinion", "opinion"]


def test_a_card_says_its_code_behind_the_hash_or_alone():
    texts = [f"https://dong.example/a/assembly/booth#{CODE}", CODE, f" {CODE}\n", "https://dong.example/"]
    assert ask(cards=texts)["cards"] == [CODE, CODE, CODE, "https://dong.example/"]


def test_the_keypad_shows_a_code_in_its_groups():
    letters = CODE.replace("-", "")
    assert ask(grouped=["", letters[:7], letters])["grouped"] == [
        "····· ······ ····· ······", "Ab1Cd Ef···· ····· ······", CODE.replace("-", " "),
    ]  # fmt: skip


def test_the_tablet_knows_the_exit_number_by_the_hash_that_the_server_keeps():
    pin = {"salt": "salz", "hash": pin_digest("024680", "salz"), "rounds": PIN_ROUNDS}
    assert ask(pins={"pin": pin, "typed": ["024680", "024681", ""]})["pins"] == [True, False, False]


def courier(ballots: list[str], *answers: dict[str, object]) -> dict[str, object]:
    return dict(ask(courier={"ballots": ballots, "answers": answers})["courier"])


def test_a_kiosk_comes_again_when_the_full_server_said_and_asks_for_one_ballot_only():
    full = {"status": 503, "after": "12"}
    found = courier(["one", "two"], full, full)
    assert found["sent"] == ["one", "one"]
    assert len(found["waits"]) == 2
    assert all(12_000 <= wait <= 24_000 for wait in found["waits"])
    assert (found["waiting"], found["refused"], found["wasOffline"]) == (2, 0, False)


def test_a_kiosk_believes_no_server_that_asks_for_hours_or_for_nothing():
    found = courier(["one"], {"status": 503, "after": "86400"}, {"status": 503, "after": "soon"}, {"status": 503})
    long, unread, unsaid = found["waits"]
    assert 30_000 <= long <= 60_000
    assert 1_000 <= min(unread, unsaid) <= max(unread, unsaid) <= 2_000


def test_a_kiosk_without_a_connection_tries_again_soon_and_sends_the_next_ballot_after_a_refusal():
    found = courier(["one", "two"], {"cut": True}, {"status": 409}, {"status": 503, "after": "9"}, {"status": 422})
    assert found["sent"] == ["one", "one", "two", "two"]
    soon, told, idle = found["waits"]
    assert (soon, idle) == (5_000, 30_000)
    assert 9_000 <= told <= 18_000
    assert (found["waiting"], found["refused"], found["wasOffline"]) == (0, 2, True)


def test_the_bundled_reader_reads_what_is_on_a_card():
    text = f"https://dong.example/gwansan/assembly/booth#{CODE}"
    matrix = [[int(dot) for dot in row] for row in segno.make(text, error="m", micro=False).matrix_iter(border=4)]
    assert ask(scan=[matrix, [[0] * 40] * 40])["scan"] == [text, None]


def test_the_bundled_reader_is_the_published_one():
    digest = hashlib.sha256((VENDOR / "jsQR.js").read_bytes()).hexdigest()
    assert re.findall(r"^    ([0-9a-f]{64})  jsQR\.js$", (VENDOR / "README.md").read_text(), re.MULTILINE) == [digest]
