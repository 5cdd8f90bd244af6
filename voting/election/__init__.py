"""End-to-end verifiable elections: the Belenios protocol, version 1, and what we add (``voting/SPEC.md``).

The life of an election, and where each part of it lives:

1. ``definition``, ``questions``: what is asked. ``trustees``: who can decrypt. ``credentials``: who can vote.
2. ``conduct.setup_payloads`` + ``archive``/``events``: opening freezes all of it under one fingerprint.
3. ``casting``: make a ballot, or challenge it. ``checking.check_ballot``: what the ballot box does, in a few
   milliseconds. ``events.next_event`` continues the chain; nothing needs the whole archive.
4. ``tally``, ``shuffle``, ``decryption``, ``result``, ``conduct``: closing, mixing, decrypting, announcing.
5. ``verify``: everything from the archive alone. ``abstention``: a proof of not having voted.

Everything that refuses raises a class of ``errors`` (or ``group.errors``). Randomness is an argument that only tests set.
"""
