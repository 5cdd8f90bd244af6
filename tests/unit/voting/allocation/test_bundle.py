"""A result bundle: recounted from its own files, and refused when one of them is not what was signed."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from voting.allocation import (
    BallotKind,
    MalformedBundleError,
    Project,
    Rule,
    RuleName,
    WrongBundleError,
    count,
    election_to_json,
    from_ballots,
    recount,
    result_to_json,
    rule_to_json,
    write_bundle,
)
from voting.cli import FAILED, OK, UNREADABLE, main
from voting.log.errors import NoKnownSignatureError
from voting.log.note import SignatureType, SignerKey

KEY = SignerKey("madang.example/log", SignatureType.ED25519, bytes(range(32)))
OTHER = SignerKey("madang.example/log", SignatureType.ED25519, bytes(32))
ELECTION = from_ballots(
    [Project("a", 60), Project("b", 50), Project("c", 40)], 100, BallotKind.APPROVAL, [["a", "b"]] * 3 + [["c"]] * 2
)
RULE = Rule(RuleName.EQUAL_SHARES)
OUTCOME = count(ELECTION, RULE)


def members() -> dict[str, bytes]:
    return {
        "election.json": election_to_json(ELECTION),
        "rule.json": rule_to_json(RULE),
        "result.json": result_to_json(OUTCOME.funded, OUTCOME.total_cost, OUTCOME.unspent),
        "result.csv": b"x",
    }


def bundle(**changes: bytes) -> bytes:
    changed = {name.replace("_", "."): data for name, data in changes.items()}
    return write_bundle(members() | changed, title="2026 Gwansan-dong", fingerprint="abc", signers=[KEY])


def rewritten(change: Callable[[dict[str, bytes]], object]) -> bytes:
    """A bundle whose files are changed after the manifest was signed."""
    with zipfile.ZipFile(io.BytesIO(bundle())) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()


def test_a_bundle_is_recounted_from_its_own_files() -> None:
    found = recount(bundle(), [KEY.verifier])
    assert found.funded == OUTCOME.funded == ("b", "c")
    assert (found.title, found.fingerprint, found.signed_by) == ("2026 Gwansan-dong", "abc", ("madang.example/log",))
    assert set(found.members) == set(members())
    assert bundle() == bundle()
    assert recount(bundle()).signed_by == ()


def test_a_bundle_of_another_signer_is_refused() -> None:
    with pytest.raises(NoKnownSignatureError):
        recount(bundle(), [OTHER.verifier])


@pytest.mark.parametrize(
    "change",
    [
        lambda files: files.update({"result.csv": b"y"}),
        lambda files: files.update({"rule.json": rule_to_json(Rule(RuleName.GREEDY))}),
        lambda files: files.pop("result.csv"),
        lambda files: files.update({"extra.txt": b"hello"}),
    ],
)
def test_a_file_changed_left_out_or_added_is_noticed(change: Callable[[dict[str, bytes]], object]) -> None:
    with pytest.raises(WrongBundleError):
        recount(rewritten(change))


def test_a_changed_manifest_is_noticed_by_its_signature() -> None:
    data = rewritten(lambda files: files.update({"manifest.txt": files["manifest.txt"].replace(b"2026", b"2027")}))
    assert recount(data).title.startswith("2027")
    with pytest.raises(Exception, match="does not verify"):
        recount(data, [KEY.verifier])


def test_a_signed_result_that_the_files_do_not_give_is_refused() -> None:
    with pytest.raises(WrongBundleError, match="recount funds b, c"):
        recount(bundle(result_json=result_to_json(("a",), 60, 40)))


@pytest.mark.parametrize(
    "data",
    [
        b"hello",
        rewritten(lambda files: files.pop("manifest.txt")),
        rewritten(lambda files: files.update({"manifest.txt": b"madang-result-2\nx\n-\n\n\xe2\x80\x94 a AAAAAAA=\n"})),
    ],
)
def test_what_is_no_bundle_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedBundleError):
        recount(data)


def test_a_bundle_without_its_needs_is_not_written() -> None:
    for wrong in ({"rule.json": None}, {"../x": b""}, {"manifest.txt": b""}):
        files = {name: data for name, data in (members() | wrong).items() if data is not None}
        with pytest.raises(MalformedBundleError):
            write_bundle(files, title="x", fingerprint="", signers=[KEY])
    with pytest.raises(MalformedBundleError):
        write_bundle(members(), title="x\ny", fingerprint="", signers=[KEY])


def test_the_command_ends_with_0_1_and_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "result.zip"
    path.write_bytes(bundle())
    assert main(["recount", str(path), "--key", str(KEY.verifier), "--json"]) == OK
    assert json.loads(capsys.readouterr().out)["funded"] == ["b", "c"]
    assert main(["recount", str(path)]) == OK
    assert "not checked" in capsys.readouterr().out
    assert main(["recount", str(path), "--key", str(OTHER.verifier)]) == FAILED
    path.write_bytes(rewritten(lambda files: files.update({"result.csv": b"y"})))
    assert main(["recount", str(path)]) == FAILED
    path.write_bytes(b"hello")
    assert main(["recount", str(path)]) == UNREADABLE
    assert main(["recount", str(path), "--key", "nonsense"]) == UNREADABLE
