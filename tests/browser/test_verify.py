"""A sceptic counts a finished vote again in a real browser, with the site's file and with files from elsewhere."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.assembly.models import Assembly
from app.assembly.services import board, casting, inclusion
from app.clock import utc_now
from app.db.session import transaction
from tests.browser.accessibility import violations
from tests.browser.voter import finish
from tests.factories_year import make_assembly
from tests.json_leaves import compact
from tests.rewriting import Step, rewritten
from tests.whole_election import APPROVAL, open_office
from voting import EventType, make_ballot
from voting.election.ballot import tracker_of
from voting.election.credentials import derive_credential

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.usefixtures("site")]
PageOf = Callable[..., Page]


@pytest.fixture
def voted() -> tuple[Assembly, list[str]]:
    """An assembly with four voters, of whom the first votes twice, and their trackers in order of casting."""
    at = utc_now() - timedelta(hours=1)
    assembly, people = make_assembly([6_000_000, 5_000_000, 4_000_000], residents=4, at=at)
    election = board.context_of(assembly).election
    trackers = []
    for person, vote in zip((*people, people[0]), ([1, 0, 0], [0, 1, 0], [0, 1, 1], [0, 0, 0], [0, 1, 0]), strict=True):
        with transaction():
            code = casting.code_for(assembly, person, at=at)
        ballot = make_ballot(election, derive_credential(code, uuid=election.uuid, group=election.group), [vote])
        with transaction():
            trackers.append(casting.cast_ballot(assembly.id, ballot.data, at=at).tracker)
    return assembly, trackers


class Verifier:
    """The page on which anybody counts again."""

    def __init__(self, page: Page, assembly: Assembly, fragment: str = "") -> None:
        self.page = page
        self.complaints: list[str] = []
        self.requests: list[str] = []
        page.on(
            "console", lambda each: self.complaints.append(each.text) if each.type in {"error", "warning"} else None
        )
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda each: self.requests.append(f"{each.method} {each.url} {each.post_data or ''}"))
        page.goto(f"/{assembly.place.slug}/assembly/verify{fragment}")
        expect(page.locator("body[data-ready]")).to_be_attached()

    def choose_own(self, archive: Path, proofs: Path | None = None) -> None:
        self.page.get_by_label("갖고 있는 파일").check()
        self.page.set_input_files("#own-archive", archive)
        if proofs is not None:
            self.page.set_input_files("#own-proofs", proofs)

    def count(self) -> str:
        self.page.click("#run-whole")
        expect(self.page.locator("#whole-verdict")).to_be_visible(timeout=30_000)
        return self.page.locator("#whole-verdict").inner_text()

    def find(self) -> str:
        self.page.click("#run-mine")
        expect(self.page.locator("#mine-verdict")).to_be_visible(timeout=60_000)
        return self.page.locator("#mine-verdict").inner_text()

    def outcomes(self) -> list[str | None]:
        return self.page.eval_on_selector_all("#steps > li", "lines => lines.map(line => line.dataset.outcome ?? null)")

    def is_narrow(self) -> bool:
        return bool(self.page.evaluate("() => document.scrollingElement.scrollWidth <= innerWidth"))


def spoilt(source: Path, folder: Path) -> Path:
    """Change the announced result and make every hash fit."""

    def change(steps: list[Step]) -> None:
        result = steps[-1].json
        result["result"][0][0] += 1
        steps[-1].payloads[0] = compact(result)

    return rewritten(source, folder, change)


def test_a_finished_vote_is_counted_again_on_the_visitors_own_device(
    voted: tuple[Assembly, list[str]], page_of: PageOf, tmp_path: Path
):
    assembly, trackers = voted
    finish(assembly, tmp_path)
    archive, proofs = tmp_path / "a.bel", tmp_path / "p.json"
    sceptic = Verifier(page_of(), assembly, f"#{trackers[-1]}")
    page = sceptic.page
    assert page.input_value("#tracker") == trackers[-1]
    assert violations(page) == []
    assert sceptic.is_narrow()

    verdict = sceptic.count()
    assert "모두 맞습니다." in verdict
    assert "표 5장" in verdict
    # No earlier file was chosen, and sums are not mixed.
    assert sceptic.outcomes() == [
        *["passed", "passed", "skipped"],
        *["passed"] * 5,
        *["skipped", "passed", "passed", "passed"],
    ]
    assert re.sub(r"\s+", " ", page.inner_text("#sums dl")).endswith("0 2. 사업 2 3 3. 사업 3 1")
    assert "내 표가 그대로 들어 있습니다." in page.inner_text("#mine-verdict")
    assert "서명한" in page.inner_text("#mine-facts")
    assert "이 표까지 더해 맞게 셌습니다." in page.inner_text("#mine-facts")
    assert page.evaluate("() => document.activeElement.id") == "whole-verdict"
    page.locator("#whole-more summary").click()
    with page.expect_download() as saved:
        page.click("#save")
    report = json.loads(Path(saved.value.path()).read_text())
    command = [sys.executable, "-m", "voting", "verify", str(archive), "--proofs", str(proofs), "--json"]
    assert report == json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout) | {
        "steps": report["steps"]
    }
    assert [step["step"] for step in report["steps"]] == list(range(1, 13))
    assert violations(page) == []
    assert sceptic.is_narrow()

    # The first ballot of the voter who voted twice, from a saved receipt; then nobody's.
    receipt = tmp_path / "receipt.txt"
    receipt.write_text(f"주민총회\r\n\r\n내 확인 번호: {trackers[0]}\r\n선거 지문: {assembly.fingerprint}\r\n")
    page.fill("#tracker", "")
    page.set_input_files("#receipt", receipt)
    assert "들어 있지만 세지 않습니다." in sceptic.find()
    page.fill("#tracker", "A" * 43)
    assert "이 번호의 표가 없습니다." in sceptic.find()
    page.fill("#tracker", "짧음")
    page.click("#run-mine")
    expect(page.locator("#tracker-error")).to_contain_text("43자")
    page.fill("#tracker", "")
    proof = tmp_path / "receipt.tlog-proof"
    proof.write_text(inclusion.proof_of(assembly, 2))
    page.set_input_files("#receipt", proof)
    assert "내 표가 그대로 들어 있습니다." in sceptic.find()
    assert trackers[1] in page.inner_text("#mine-facts")

    # Files from elsewhere: a false result, a file that breaks off, the right one without its proofs.
    page.set_input_files("#receipt", [])
    sceptic.choose_own(spoilt(archive, tmp_path), proofs)
    assert "발표한 결과가 푼 값과 다릅니다." in sceptic.count()
    assert sceptic.outcomes()[-2:] == ["passed", "failed"]
    assert "ResultMismatchError" in page.locator("#expert").text_content()
    assert violations(page) == []
    cut = tmp_path / "cut.bel"
    cut.write_bytes(archive.read_bytes()[:-700])
    sceptic.choose_own(cut, proofs)
    assert "중간에 끊겼습니다" in sceptic.count()
    sceptic.choose_own(archive)
    page.set_input_files("#own-proofs", [])
    assert "개표 증명 파일이 없거나" in sceptic.count()
    page.set_input_files("#own-proofs", proofs)
    page.set_input_files("#earlier", cut)
    assert "모두 맞습니다." in sceptic.count()
    assert sceptic.outcomes()[2] == "passed"

    assert sceptic.complaints == []
    # What was asked of the server is the same for everybody: the files, and the proof of the last ballot.
    told = [request for request in sceptic.requests if any(each[:20] in request for each in trackers[:-1])]
    assert told == []
    assert all(request.startswith("GET ") for request in sceptic.requests)


def test_a_vote_under_way_is_right_as_far_as_it_goes_and_a_lying_file_is_caught(
    voted: tuple[Assembly, list[str]], page_of: PageOf, tmp_path: Path
):
    assembly, trackers = voted
    sceptic = Verifier(page_of(language="en-GB", width=1280, height=900), assembly)
    page = sceptic.page
    assert "Everything is right so far." in sceptic.count()
    assert violations(page) == []
    page.fill("#tracker", f"https://madang.example/x/assembly/find?tracker={trackers[-1].replace('+', '%2B')}")
    assert "Your ballot is there, unchanged." in sceptic.find()
    # The server drops a ballot and makes all hashes fit; the head that it signed says otherwise.
    honest, proof = tmp_path / "honest.bel", tmp_path / "receipt.tlog-proof"
    honest.write_bytes(b"".join(board.archive(assembly)))
    proof.write_text(inclusion.proof_of(assembly, 2))
    lying = rewritten(honest, tmp_path, lambda steps: steps.pop(1))
    page.get_by_label("A file that I have").check()
    page.set_input_files("#own-archive", lying)
    page.set_input_files("#receipt", proof)
    assert "This file is not what the server signed." in sceptic.find()
    page.get_by_role("button", name="Copy the Python command").click()
    expect(page.locator("#said")).to_contain_text(re.compile("Copied|Could not copy"))
    assert sceptic.complaints == []
    assert EventType.RESULT not in [record.event.type for record in board.records(assembly)]


def test_the_work_is_shared_out_and_the_first_wrong_ballot_is_named(
    voted: tuple[Assembly, list[str]], page_of: PageOf, tmp_path: Path
):
    office = open_office(tmp_path, "Ed25519", [APPROVAL], voters=4)
    for number in range(40):
        office.cast(number % 4, [1, 0, 0])
    office.close()
    office.decrypt(1)
    office.announce()
    spoilt_trackers = []

    def change(steps: list[Step]) -> None:
        for place in (3, 30):
            ballot = steps[place].json
            ballot["answers"][0]["overall_proof"][0]["response"] = "1"
            steps[place].json = ballot
            spoilt_trackers.append(tracker_of(steps[place].payloads[0]))

    sceptic = Verifier(page_of(), voted[0])
    sceptic.choose_own(office.path, office.strong_file())
    workers: list[str] = []
    sceptic.page.on("worker", lambda each: workers.append(each.url))
    assert "모두 맞습니다." in sceptic.count()
    sceptic.choose_own(rewritten(office.path, tmp_path, change))
    told = sceptic.count()
    assert "7단계에서 멈췄습니다." in told
    assert spoilt_trackers[0] in told
    assert any("verify/worker.js" in each for each in workers)
    asked = [each for each in sceptic.requests if "verify/helper.js" in each]
    cores = sceptic.page.evaluate("() => navigator.hardwareConcurrency")
    assert bool(asked) is (cores > 1)
    assert sceptic.complaints == []
