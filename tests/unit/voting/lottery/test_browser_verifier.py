"""The browser's verifier says what Python's says: on the vectors, on published pools, on every falsification."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.lottery_pools import adversarial, changed, cut_bundle
from tests.lottery_tampering import (
    BUNDLE_CHANGES,
    CUT_CHANGES,
    PANELS_CHANGES,
    PICKED_CHANGES,
    REPLACEMENT_CHANGES,
    RESULT_CHANGES,
)
from tests.unit.voting.lottery.make_vectors import FOLDER
from voting.lottery import (
    draw,
    draw_panel,
    mix,
    prepare,
    read_pool,
    verify_bundle,
    verify_panels,
    verify_replacement,
    verify_result,
)

MODULE = Path(__file__).resolve().parents[4] / "static" / "js" / "lottery-verify.js"
NODE = shutil.which("node")
SCRIPT = """
import { readFileSync } from "node:fs";
import { verifyBundle, verifyPanels, verifyReplacement, verifyResult } from "%s";
const isTable = (bytes) => new TextDecoder().decode(bytes).includes("madang-lottery-panels");
const check = [verifyBundle, verifyResult, verifyReplacement];
const read = (name) => new Uint8Array(readFileSync(name));
const said = JSON.parse(readFileSync(process.argv[2], "utf8")).map(({ files, commitments }) => {
  try {
    const bytes = files.map(read);
    const second = bytes.length === 2 && isTable(bytes[1]) ? verifyPanels : verifyResult;
    const found = bytes.length === 2 ? second(...bytes, commitments) : check[bytes.length - 1](...bytes);
    return ["ok", found.bundle.commitment, found.grade ?? null, found.deviation ?? null];
  } catch (error) {
    return [error.name, error.message];
  }
});
console.log(JSON.stringify(said));
"""
pytestmark = pytest.mark.skipif(NODE is None, reason="node is not installed")


def browser(folder: Path, cases: list[list[bytes]], commitments: dict[str, str] | None = None) -> list[list[str]]:
    """Return what the module says of each case (one, two or three documents)."""
    script = folder / "run.mjs"
    script.write_text(SCRIPT % MODULE.as_uri(), encoding="utf-8")
    manifest = []
    for at, documents in enumerate(cases):
        names = []
        for place, data in enumerate(documents):
            path = folder / f"{at}-{place}.json"
            path.write_bytes(data)
            names.append(str(path))
        manifest.append({"files": names, "commitments": commitments})
    (folder / "cases.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert NODE is not None
    done = subprocess.run([NODE, str(script), str(folder / "cases.json")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said: list[list[str]] = json.loads(done.stdout)
    return said


def python(documents: list[bytes]) -> str:
    """Return "ok" or the name of the refusal."""
    try:
        if len(documents) == 1:
            verify_bundle(documents[0])
        elif len(documents) == 2 and b"madang-lottery-panels" in documents[1]:
            verify_panels(documents[0], documents[1])
        elif len(documents) == 2:
            verify_result(documents[0], documents[1])
        else:
            verify_replacement(documents[0], documents[1], documents[2])
    except Exception as error:  # noqa: BLE001 - whatever Python says is compared by name
        return type(error).__name__
    return "ok"


def vector(name: str) -> bytes:
    return (FOLDER / f"{name}.json").read_bytes()


@pytest.mark.slow
def test_the_vectors_verify_in_the_browser(tmp_path: Path) -> None:
    quota, simple = vector("quota.bundle"), vector("simple.bundle")
    cases = [
        [quota],
        [vector("cut.bundle")],
        [vector("homes.bundle")],
        [simple],
        [quota, vector("quota.result")],
        [vector("panels.bundle"), vector("panels.table")],
        [vector("panels.bundle"), vector("panels.result")],
        [simple, vector("simple.result")],
        [simple, vector("simple.balls-result")],
        [quota, vector("quota.result"), vector("quota.replacement")],
    ]
    said = browser(tmp_path, cases)
    assert [answer[0] for answer in said] == ["ok"] * len(cases)
    for documents, answer in zip(cases[:4], said[:4], strict=True):
        verified = verify_bundle(documents[0])
        deviation = None if verified.deviation is None else str(verified.deviation)
        assert answer[1:] == [verified.bundle.commitment, verified.grade, deviation]


@pytest.mark.slow
def test_every_falsification_meets_the_same_refusal_in_the_browser(tmp_path: Path) -> None:
    quota, result, record = vector("quota.bundle"), vector("quota.result"), vector("quota.replacement")
    cases = [[changed(quota, change)] for _, change, _ in BUNDLE_CHANGES]
    cases += [[changed(cut_bundle(), change)] for _, change, _ in CUT_CHANGES]
    cases += [[quota, changed(result, change)] for _, change, _ in RESULT_CHANGES]
    cases += [[quota, result, changed(record, change)] for _, change, _ in REPLACEMENT_CHANGES]
    panels = vector("panels.bundle")
    cases += [[panels, changed(vector("panels.table"), change)] for _, change, _ in PANELS_CHANGES]
    cases += [[panels, changed(vector("panels.result"), change)] for _, change, _ in PICKED_CHANGES]
    said = [answer[0] for answer in browser(tmp_path, cases)]
    assert said == [python(documents) for documents in cases]
    assert "ok" not in said
    assert len(set(said)) >= 14


def test_bytes_that_are_not_canonical_are_refused_in_the_browser(tmp_path: Path) -> None:
    quota = vector("quota.bundle")
    cases = [
        quota + b"\n",
        b"\xef\xbb\xbf" + quota,
        quota[:-1],
        quota.replace(b'"seats":6', b'"seats":6.5'),
        quota.replace(b'"seats":6', b'"seats":6.0'),
        quota.replace("여".encode(), b"\\uc5ec", 1),
        quota.replace('"시험동 주민자치회"'.encode(), b'"\\ud800"'),
        b"\xff",
        b"[]",
        b"[" * 100 + b"]" * 100,
    ]
    said = [answer[0] for answer in browser(tmp_path, [[data] for data in cases])]
    assert said == [
        "NotCanonicalError",
        "MalformedJSONError",
        "MalformedJSONError",
        "MalformedJSONError",
        "NotCanonicalError",
        "NotCanonicalError",
        "MalformedJSONError",
        "MalformedJSONError",
        "MalformedBundleError",
        "MalformedJSONError",
    ]


@pytest.mark.slow
def test_published_commitments_are_compared_in_the_browser(tmp_path: Path) -> None:
    documents = [vector("quota.bundle"), vector("quota.result")]
    witnesses = json.loads(documents[1])["witnesses"]
    right = {name: commitment for name, commitment, _ in witnesses}
    assert browser(tmp_path, [documents], right)[0][0] == "ok"
    assert browser(tmp_path, [documents], right | {"갑": "0" * 64})[0][0] == "WrongCommitmentError"
    assert browser(tmp_path, [documents], right | {"병": "0" * 64})[0][0] == "WrongWitnessError"


@pytest.mark.slow
def test_random_pools_and_draws_verify_in_the_browser(tmp_path: Path) -> None:
    cases = []
    for seed in range(20):
        data = prepare(adversarial(seed, most_people=30, homes=seed % 2 == 1))
        cases.append([data, draw(data, digits=f"{seed * 49_999:06}", reveals={"a": f"😀{seed}", "ﬀ": "é"})])
    for seed in range(3):
        data = prepare(adversarial(seed, most_people=30), digits=3)
        table = mix(data, digits="123456", reveals={"a": f"😀{seed}"})
        cases += [[data, table], [data, draw_panel(data, table, digits="123")]]
    assert [answer[0] for answer in browser(tmp_path, cases)] == ["ok"] * len(cases)


@pytest.mark.slow
def test_a_pool_of_300_verifies_in_the_browser(tmp_path: Path, shared: Path) -> None:
    folder = shared / "lottery" / "kr_300_30_tight"
    pool = read_pool(
        (folder / "respondents.csv").read_bytes(),
        (folder / "categories.csv").read_bytes(),
        seats=30,
        household="address",
    )
    data = prepare(pool)
    assert browser(tmp_path, [[data, draw(data, digits="314159", reveals={})]])[0][0] == "ok"
