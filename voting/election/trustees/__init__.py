"""Trustees: those who hold, together, the key to the sum of all ballots and to nothing else.

- ``objects``: the published objects, read and written (both shapes of a threshold structure are read, the newer is written)
- ``structure``: all trustees of an election: their numbering, the election key, the combination of their factors
- ``single``: a trustee who holds a whole key
- ``checks``: everything that must hold for published keys, single and threshold
- ``pki``, ``channel``: keys of threshold trustees, and signed and encrypted messages between them
- ``pedersen``: the mathematics of threshold structures, and everything that must hold for a published one
- ``ceremony``: the steps in which threshold trustees make their keys together
- ``rehearsal``: a trustee shows, without decrypting anything, that it still holds its key
"""
