"""Trustees whose every act is made by the browser's own modules, run under node; for tests that need keys or parts."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tests.craft import ask_all
from voting.election.group import group_named
from voting.election.trustees.ceremony.keys import assemble
from voting.election.trustees.ceremony.messages import CommitmentRound, MemberOutput, PolynomialMessage
from voting.election.trustees.ceremony.roster import Ceremony
from voting.election.trustees.objects import SignedMessage, TrusteePublicKey
from voting.election.trustees.structure import Trustees
from voting.encoding import canonical_json


@dataclass
class Circle:
    """The trustees of one election, with their seeds and everything that they published."""

    group: str
    uuid: str
    threshold: int
    seeds: list[str]
    certificates: list[Any] = field(default_factory=list)
    commitments: list[Any] = field(default_factory=list)
    revealed: list[Any] = field(default_factory=list)
    keys: list[Any] = field(default_factory=list)
    trustees: Trustees | None = None

    @property
    def text(self) -> str:
        """The published list."""
        return self.published().to_bytes().decode()

    def published(self) -> Trustees:
        """Return the trustees as they stand on the board."""
        if self.trustees is None:
            raise AssertionError("the ceremony is not over")
        return self.trustees

    def sealed(self, number: int) -> str | None:
        """Return the encrypted key of a member; a single trustee has none."""
        return self.keys[number - 1]["private_key"] if self.certificates else None

    def base(self) -> dict[str, Any]:
        """Return what every step of a threshold ceremony is told."""
        return {"group": self.group, "threshold": self.threshold, "certificates": self.certificates}

    def ceremony(self) -> Ceremony:
        """Return the kernel's view of it."""
        group = group_named(self.group)
        return Ceremony.begin(group, self.threshold, [SignedMessage.parse(c, group) for c in self.certificates])

    def committed(self) -> CommitmentRound:
        """Return the commitment round."""
        acknowledgements = [each["acknowledgement"] for each in self.revealed]
        data = canonical_json({"commitments": self.commitments, "acknowledgements": acknowledgements})
        return CommitmentRound.parse(data, group_named(self.group))

    def polynomials(self) -> list[PolynomialMessage]:
        """Return what members revealed."""
        group = group_named(self.group)
        return [PolynomialMessage.parse(canonical_json(each["polynomial"]), group) for each in self.revealed]


def made(jobs: list[tuple[str, dict[str, Any]]]) -> list[Any]:
    """Return what the modules made; a refusal is an error of the test."""
    answers = ask_all(jobs)
    assert all("made" in each for each in answers), answers
    return [each["made"] for each in answers]


@cache
def threshold_circle(threshold: int = 2, size: int = 3, group: str = "Ed25519", uuid: str = "A" * 14) -> Circle:
    """Hold a whole threshold ceremony; the same one for every test that asks, which must not change it."""
    circle = Circle(group, uuid, threshold, made([("seed", {})] * size))
    context = {"group": group, "size": size, "threshold": threshold}
    jobs = [
        ("certificate", context | {"seed": seed, "index": index}) for index, seed in enumerate(circle.seeds, start=1)
    ]
    circle.certificates = made(jobs)
    base = circle.base()
    circle.commitments = made([("commit", base | {"seed": seed}) for seed in circle.seeds])
    base |= {"commitments": circle.commitments}
    circle.revealed = made([("reveal", base | {"seed": seed}) for seed in circle.seeds])
    base |= {"revealed": circle.revealed}
    circle.keys = [
        each["key"]
        for each in made(
            [
                ("key", base | {"seed": seed, "label": f"열쇠 지기 {index}"})
                for index, seed in enumerate(circle.seeds, start=1)
            ]
        )
    ]
    group_ = group_named(group)
    outputs = [MemberOutput.parse(canonical_json(key), group_) for key in circle.keys]
    circle.trustees = Trustees(group_, (assemble(circle.ceremony(), circle.polynomials(), outputs),))
    return circle


@cache
def single_circle(size: int = 2, group: str = "Ed25519", uuid: str = "A" * 14) -> Circle:
    """Let trustees make whole keys, of which all are needed."""
    circle = Circle(group, uuid, size, made([("seed", {})] * size))
    asked = {"group": group, "uuid": uuid}
    circle.keys = made(
        [("single", asked | {"seed": seed, "label": f"열쇠 지기 {index}"}) for index, seed in enumerate(circle.seeds)]
    )
    group_ = group_named(group)
    circle.trustees = Trustees(group_, tuple(TrusteePublicKey.parse(key, group_) for key in circle.keys))
    return circle
