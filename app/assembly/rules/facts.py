"""What is frozen with the election, under its fingerprint (voting.md §1.3.6). Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from app.assembly.rules.ballots import BallotForm, BallotLine
from app.assembly.stations.rules.states import ONE_VOTE_RULE
from voting.allocation import Rule
from voting.allocation.rule_file import rule_to_value
from voting.encoding import JSON


@dataclass(frozen=True)
class Frozen:
    """Everything that decides the outcome, and nothing else.

    Attributes:
        place: the dong's address.
        year: of its cycle.
        plan_hash: SHA-256 of the plan's frozen version, hexadecimal.
        lines: the items in their order.
        envelope_won: the money there is.
        form: what voters are asked.
        rule: how it is counted, with the drawn order for ties.
        channel_weights: what the sum of each channel weighs.
        least_turnout: how many must take part.
        opens_at: the first instant of voting.
        closes_at: the instant from which no ballot is taken.
        log_key: the public key that signs the heads of the board's log.
        roll_root: commits to the roll on which people are checked in at stations; empty without stations.
        one_vote: which of two ways of voting counts (`app.assembly.stations.rules.states`).
        kiosk_grace_minutes: how long after the end a registered kiosk may bring ballots that it locked before the end.
        witnesses: whose cosignatures of the log's heads count, and how many are needed; absent where there are none.
        opening: what two people confirmed before opening, by its hashes; absent where the server holds the key.
    """

    place: str
    year: int
    plan_hash: str
    lines: Sequence[BallotLine]
    envelope_won: int
    form: BallotForm
    rule: Rule
    channel_weights: Mapping[str, Fraction]
    least_turnout: int
    opens_at: datetime
    closes_at: datetime
    log_key: str = ""
    roll_root: str = ""
    one_vote: str = ONE_VOTE_RULE
    kiosk_grace_minutes: int = 0
    witnesses: Mapping[str, JSON] | None = None
    opening: Mapping[str, JSON] | None = None

    def to_json(self) -> dict[str, JSON]:
        """Return the fields that are added to the election. Extension rule: fields may be added, none changes its meaning."""
        return {
            "assembly": {
                "version": 2,
                "place": self.place,
                "year": self.year,
                "plan_sha256": self.plan_hash,
                "envelope_won": self.envelope_won,
                "ballot": self.form.to_json(),
                "rule": rule_to_value(self.rule),
                "channel_weights": {
                    name: f"{share.numerator}/{share.denominator}" for name, share in self.channel_weights.items()
                },
                "least_turnout": self.least_turnout,
                "opens_at": self.opens_at.isoformat(),
                "closes_at": self.closes_at.isoformat(),
                "log_key": self.log_key,
                "roll_root": self.roll_root,
                "one_vote": self.one_vote,
                "kiosk_grace_minutes": self.kiosk_grace_minutes,
                **({"witnesses": dict(self.witnesses)} if self.witnesses else {}),
                **({} if self.opening is None else {"opening": dict(self.opening)}),
                "items": [
                    {
                        "id": line.project_id,
                        "number": line.number,
                        "title": line.title,
                        "cost_won": line.cost_won,
                        "category": line.category,
                    }
                    for line in self.lines
                ],
            }
        }
