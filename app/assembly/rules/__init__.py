"""Rules of the assembly, by task. Pure: no Flask, no database, no clock, no randomness.

`states` knows where an assembly stands; `ballots` the ballot as the ordinance wants it and its questions; `reading` turns
a decrypted result into what a counting rule looks at; `choosing` warns before a rule is frozen; `samples` makes the votes
that a rule is tried on; `facts` lists what is frozen with the election.
"""

from app.assembly.rules.ballots import BallotForm, BallotLine, ChoiceOrder, Preference
from app.assembly.rules.states import (
    MOVES,
    STATE_NAMES,
    AssemblyState,
    KeyHolding,
    least_turnout,
    require_move,
    require_times,
)

__all__ = [
    "MOVES",
    "STATE_NAMES",
    "AssemblyState",
    "BallotForm",
    "BallotLine",
    "ChoiceOrder",
    "KeyHolding",
    "Preference",
    "least_turnout",
    "require_move",
    "require_times",
]
