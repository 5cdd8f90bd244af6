"""The majority pre-step: approve first, rank afterwards (Seongdong, Songdo 3-dong; Dangjin 2-dong 74:91 was rejected).

The ordinances want "a majority of the participants"; where a yes-no question was put, blank answers count for
nobody under the base ``valid`` and against the project under the base ``participants``.
"""

from voting.allocation.conditions import Refusal
from voting.allocation.election import Election
from voting.allocation.errors import MissingScoresError
from voting.allocation.outcome import Reason
from voting.allocation.rule import Majority


def rejected(election: Election, majority: Majority) -> dict[int, Refusal]:
    """Return the projects that the voters did not approve. Exactly half is not a majority.

    Raises:
        MissingScoresError: a project was put to no approve-or-reject question.
    """
    refused: dict[int, Refusal] = {}
    for position, project in enumerate(election.projects):
        answers = election.yes_no.get(project.id)
        if answers is None:
            raise MissingScoresError(f"project '{project.id}' has no yes and no votes")
        base = majority.base_of(answers, election.voters)
        if answers.yes <= majority.share * base:
            refused[position] = Refusal(Reason.NO_MAJORITY)
    return refused
