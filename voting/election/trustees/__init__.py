"""Trustees: those who hold, together, the key to the sum of all ballots and to nothing else.

- ``objects``: the published objects, read and written (both shapes of a threshold structure are read, the newer is written)
- ``structure``: all trustees of an election: their numbering, the election key, the combination of their factors
- ``single``: a trustee who holds a whole key
- ``checks``: everything that must hold for published keys, single and threshold
- ``pedersen…``: the key ceremony of threshold trustees, and the encrypted channel between them
"""
