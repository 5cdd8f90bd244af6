"""The residents' assembly (주민총회): a frozen ballot, encrypted votes on a public board, one honest count.

The ballot is a `voting.election`; the application only keeps the board (a chain of events in the database), hands voters
their codes, and shows the result. Whoever downloads the archive can recompute everything with ``python -m voting verify``.

In the mode built here the server makes the voting codes and holds the one decryption key, sealed; every page of the vote
says so (the small-stakes mode of docs/security.md).
"""
