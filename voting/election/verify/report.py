"""What a verification was asked and what it found."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path

from voting.election.errors import ElectionRefusedError
from voting.encoding import JSON
from voting.errors import VotingError


class Step(IntEnum):
    """The steps, in order; ``voting/SPEC.md`` says what each one demands."""

    CONTAINER = 1
    ORDER = 2
    EARLIER = 3
    ELECTION = 4
    TRUSTEES = 5
    CREDENTIALS = 6
    BALLOTS = 7
    TALLY = 8
    SHUFFLES = 9
    DECRYPTIONS = 10
    STRONG_PROOFS = 11
    RESULT = 12


TITLES: dict[Step, str] = {
    Step.CONTAINER: "The archive is complete and every byte is in its place",
    Step.ORDER: "The events are in the order of an election",
    Step.EARLIER: "Nothing that was seen earlier has changed",
    Step.ELECTION: "The election is well-formed",
    Step.TRUSTEES: "The trustees know their keys, and the election's key is made of them",
    Step.CREDENTIALS: "The list of credentials is well-formed",
    Step.BALLOTS: "Every ballot is valid",
    Step.TALLY: "The encrypted tally is the sum of the last ballots",
    Step.SHUFFLES: "The shuffles are correct",
    Step.DECRYPTIONS: "The partial decryptions are correct",
    Step.STRONG_PROOFS: "The strong decryption proofs are correct",
    Step.RESULT: "The result is what was decrypted",
}


@dataclass(frozen=True)
class Demands:
    """What the archive must fulfil beyond the protocol.

    Specification: ``voting/SPEC.md`` §12.

    Attributes:
        finished: demand a result; otherwise an election under way is verified as far as it goes.
        strong_decryption: demand strong proofs; ``None`` leaves it to the election (``"madang"`` in its JSON).
        least_shuffles: of NonHomomorphic questions; the protocol's secrecy needs one honest shuffler.
        proofs: the file of strong decryption proofs.
        earlier: an earlier copy of the archive, which it must continue.
        heads: (height, hash) of events noted earlier, from receipts, witnesses or monitors.
        checkpoint: a signed head of the board's log, which must be a head of the archive, with its witnesses.
        policy: whose signatures the checkpoint needs; None takes what the election binds.
        trackers: of voters: each must be in the archive and the last of its credential.
        credentials: the fingerprint that the credential authority published.
        fingerprint: φ of the election that voters were shown.
    """

    finished: bool = True
    strong_decryption: bool | None = None
    least_shuffles: int = 1
    proofs: Path | None = None
    earlier: Path | None = None
    heads: Sequence[tuple[int, str]] = ()
    checkpoint: Path | None = None
    policy: Path | None = None
    trackers: Sequence[str] = ()
    credentials: str | None = None
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class StepOutcome:
    """A step that was passed, or that did not apply."""

    step: Step
    applies: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Weakness:
    """Something that is not wrong, and that a sceptic should know: a stable name and a sentence."""

    name: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Failure:
    """The first thing that is wrong."""

    error: str
    message: str
    step: int | None
    tracker: str | None


@dataclass
class VerificationReport:
    """Filled as the verification goes on, so that it also tells how far a failed one came.

    Specification: ``voting/SPEC.md`` §12.
    """

    outcomes: list[StepOutcome] = field(default_factory=list)
    weaknesses: list[Weakness] = field(default_factory=list)
    facts: dict[str, JSON] = field(default_factory=dict)
    failure: Failure | None = None

    @property
    def passed(self) -> bool:
        """Whether every step was reached and nothing was wrong."""
        return self.failure is None and [outcome.step for outcome in self.outcomes] == list(Step)

    def note(self, step: Step, detail: str, *, applies: bool = True) -> None:
        """Note that a step is passed."""
        self.outcomes.append(StepOutcome(step, applies, detail))

    def warn(self, name: str, sentence: str) -> None:
        """Note a weakness."""
        self.weaknesses.append(Weakness(name, sentence))

    def fail(self, error: VotingError) -> None:
        """Note what is wrong."""
        step, tracker = (error.step, error.tracker) if isinstance(error, ElectionRefusedError) else (None, None)
        self.failure = Failure(error=type(error).__name__, message=str(error), step=step, tracker=tracker)

    def to_json(self) -> JSON:
        """Return the report as JSON. Extension rule: fields may be added, none changes its meaning."""
        steps: list[JSON] = [
            {
                "step": int(outcome.step),
                "title": TITLES[outcome.step],
                "outcome": "passed" if outcome.applies else "does not apply",
                "detail": outcome.detail,
            }
            for outcome in self.outcomes
        ]
        weaknesses: list[JSON] = [{"name": w.name, "sentence": w.sentence} for w in self.weaknesses]
        failure: JSON = None
        if self.failure is not None:
            failure = {
                "error": self.failure.error,
                "message": self.failure.message,
                "step": self.failure.step,
                "tracker": self.failure.tracker,
            }
        return {
            "verified": self.passed,
            "steps": steps,
            "weaknesses": weaknesses,
            "failure": failure,
            **self.facts,
        }

    def to_text(self) -> str:
        """Return the report for reading."""
        lines = [
            f"{outcome.step:>3}. {'✓' if outcome.applies else '–'} {TITLES[outcome.step]}: {outcome.detail}"
            for outcome in self.outcomes
        ]
        if self.failure is not None:
            place = f"{self.failure.step:>3}." if self.failure.step is not None else "    "
            lines.append(f"{place} ✗ {self.failure.error}: {self.failure.message}")
        lines += [f"     ! {weakness.sentence} [{weakness.name}]" for weakness in self.weaknesses]
        return "\n".join(lines)


@contextmanager
def located(step: Step) -> Iterator[None]:
    """Add the step to any refusal."""
    try:
        yield
    except ElectionRefusedError as error:
        raise error.locate(step=int(step)) from None
