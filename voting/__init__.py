"""The verifiable kernel: everything an outsider may want to recompute, and nothing else.

A pure library. It imports no web framework and no database, reads no clock, opens no connection and runs offline.
Randomness and time are arguments. Its parts:

- ``voting.election``: end-to-end verifiable ballots (Belenios protocol, crypto version 1)
- ``voting.allocation``: participatory-budgeting ballots and counting rules, exact arithmetic
- ``voting.lottery``: the fair and verifiable council lottery
- ``voting.opinions``: agreement statistics and opinion groups
- ``voting.log``: Merkle log, checkpoints and witness cosignatures

``python -m voting --help`` is the citizen's verifier.
"""
