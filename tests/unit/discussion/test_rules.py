"""What the rules of the discussion say."""

import pytest

from app.agenda.rules import ProposalState
from app.discussion.rules import MOST_MENTIONS, Reason, Verdict, called_in, require_open, require_verdict
from app.errors import InvalidInput, RuleViolation

OPEN = {ProposalState.GATHERING, ProposalState.ACCEPTED, ProposalState.PLANNED}


@pytest.mark.parametrize("state", ProposalState)
def test_words_are_taken_while_an_agenda_lives(state: ProposalState):
    if state in OPEN:
        require_open(state)
    else:
        with pytest.raises(RuleViolation):
            require_open(state)


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize("hidden", [True, False])
@pytest.mark.parametrize("reason", [None, Reason.INSULT])
def test_a_verdict_fits_the_text_and_hiding_has_a_reason(verdict: Verdict, hidden: bool, reason: Reason | None):
    if (verdict is Verdict.RESTORE) != hidden:
        with pytest.raises(RuleViolation):
            require_verdict(verdict, hidden=hidden, reason=reason)
    elif verdict is Verdict.HIDE and reason is None:
        with pytest.raises(InvalidInput):
            require_verdict(verdict, hidden=hidden, reason=reason)
    else:
        require_verdict(verdict, hidden=hidden, reason=reason)


def test_the_longest_name_that_fits_is_called():
    names = {"한빛동": 1, "한빛동 주민": 2, "순이": 3}
    assert called_in("@한빛동 주민님 어떻게 생각하세요? @순이도요", names) == [2, 3]
    assert called_in("@한빛동은 넓습니다", names) == [1]


def test_nobody_is_called_twice_nor_who_takes_no_part_nor_a_crowd():
    names = {f"이웃{n}": n for n in range(1, 9)}
    assert called_in("@이웃1 @이웃1 @모르는이 a@b.kr", names) == [1]
    assert called_in(" ".join(f"@이웃{n}" for n in range(1, 9)), names) == list(range(1, MOST_MENTIONS + 1))
