"""The transparency log: an append-only Merkle tree, signed heads, and witnesses who vouch that it only ever grew.

RFC 6962 hashing and the C2SP formats: signed-note, tlog-checkpoint, tlog-cosignature, tlog-proof, tlog-policy,
tlog-tiles, tlog-witness. What the log says can thus be checked with tools that we did not write. Pure: the time is an
argument; only `voting.log.witness_files` and the command read or write files.
"""
