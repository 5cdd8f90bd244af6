"""The verifiable mixnet of NonHomomorphic questions (``voting/SPEC.md``; CHVote 1.3.2, Wikström and Terelius).

A shuffle re-encrypts and permutes the ciphertexts of a question, and proves that it did nothing else, without telling
the permutation. The proof is the one that R. Haenni, P. Locher, R. Koenig and E. Dubuis published as GenShuffleProof
and CheckShuffleProof ("Pseudo-Code Algorithms for Verifiable Re-Encryption Mix-Nets", 2017; CHVote System
Specification 1.3.2), with the hashes of the Belenios protocol.

- `transcript`: what is hashed, and the commitment generators that nobody can have chosen
- `objects`: the values and their JSON
- `prove`: permute, re-encrypt and prove
- `check`: accept or refuse
"""
