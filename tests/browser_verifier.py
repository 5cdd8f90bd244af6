"""The browser's verifier under node, beside the kernel's: both look at the same archive, and must say the same."""

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.booth import require_node
from voting.election.verify.report import Demands, VerificationReport
from voting.election.verify.run import verify_archive
from voting.encoding import parse_json
from voting.errors import VotingError

RUNNER = Path(__file__).parent / "unit" / "verify" / "run_verify.mjs"


class BrowserVerifier:
    """One node process that answers one request after another."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [require_node(), str(RUNNER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def ask(self, **request: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        told: dict[str, Any] = json.loads(self._process.stdout.readline())
        assert "broke" not in told, told["broke"]
        return told

    def report(self, path: Path, demands: Demands | None = None) -> dict[str, Any]:
        """Return the browser's report on an archive."""
        wanted = demands or Demands()
        return self.ask(
            archive=str(path),
            demands={
                "finished": wanted.finished,
                "strongDecryption": wanted.strong_decryption,
                "leastShuffles": wanted.least_shuffles,
                "proofs": str(wanted.proofs) if wanted.proofs else None,
                "earlier": str(wanted.earlier) if wanted.earlier else None,
                "heads": [list(head) for head in wanted.heads],
                "trackers": list(wanted.trackers),
                "credentials": wanted.credentials,
                "fingerprint": wanted.fingerprint,
            },
        )

    def close(self) -> None:
        self._process.communicate()


def kernel_report(path: Path, demands: Demands | None = None) -> dict[str, Any]:
    """Return the kernel's report on an archive, right or wrong."""
    report = VerificationReport()
    try:
        verify_archive(path, demands, report=report)
    except VotingError:
        assert report.failure is not None
    told = report.to_json()
    assert isinstance(told, dict)
    return told


def wordless(report: dict[str, Any]) -> dict[str, Any]:
    """Return a report without the sentences of what is wrong: each language has its own."""
    told: Any = parse_json(json.dumps(report).encode())
    for weakness in told["weaknesses"]:
        assert weakness.pop("sentence")
    if told["failure"] is not None:
        assert told["failure"].pop("message")
    return dict(told)


def both_say_the_same(verifier: BrowserVerifier, path: Path, demands: Demands | None = None) -> dict[str, Any]:
    """See that the two verifiers agree on an archive in everything; return the report."""
    browser, kernel = wordless(verifier.report(path, demands)), wordless(kernel_report(path, demands))
    assert browser == kernel
    return kernel
