"""The ballot on paper, made from the same bytes as the booth's: the election as it stands on the board. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.assembly.rules.ballots import BallotForm, BallotLine, Preference, categories_of, preference_text
from voting import Election


@dataclass(frozen=True)
class Group:
    """Items under one heading; without categories there is one group without a name."""

    name: str
    lines: Sequence[BallotLine]


@dataclass(frozen=True)
class Paper:
    """What is printed, and nothing that the election does not bind.

    Attributes:
        title: the election's name.
        question: the preference question; empty without one.
        groups: the items in their fixed order.
        form: what is asked.
        envelope_won: the money there is.
        fingerprint: of the election; printed on every sheet, so that paper and booth can be compared.
    """

    title: str
    question: str
    groups: tuple[Group, ...]
    form: BallotForm
    envelope_won: int
    fingerprint: str

    @property
    def lines(self) -> list[BallotLine]:
        """Every item."""
        return [line for group in self.groups for line in group.lines]

    @property
    def blanks(self) -> bool:
        """Whether a number is written instead of a mark: points, ranks."""
        return self.form.preference in {Preference.POINTS, Preference.RANKING}


def paper_of(election: bytes) -> Paper:
    """Read the paper off the election's own bytes.

    Args:
        election: the first data member of the board; its hash is the fingerprint.

    Raises:
        VotingError: not an election.
        KeyError, TypeError: not one of an assembly.
    """
    read = Election.parse(election)
    bound = read.extensions["assembly"]
    if not isinstance(bound, dict) or not isinstance(bound["items"], list) or not isinstance(bound["ballot"], dict):
        raise TypeError("the election binds no assembly")
    form = BallotForm.from_json(bound["ballot"])
    lines = [
        BallotLine(
            int(str(item["id"]).removeprefix("item-")),
            int(str(item["number"])),
            str(item["title"]),
            int(str(item["cost_won"])),
            str(item["category"]),
        )
        for item in bound["items"]
        if isinstance(item, dict)
    ]
    grouped = form.preference is Preference.CATEGORIES
    groups = [Group(name, [line for line in lines if line.category == name]) for name in categories_of(lines)]
    return Paper(
        title=read.name,
        question=preference_text(form),
        groups=tuple(groups) if grouped else (Group("", lines),),
        form=form,
        envelope_won=int(str(bound["envelope_won"])),
        fingerprint=read.fingerprint,
    )
