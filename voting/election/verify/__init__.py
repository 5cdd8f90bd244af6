"""The verification of an election from its archive alone (``voting/SPEC.md``, "Verification").

- ``report``: what was demanded, what was found
- ``index``: one streaming pass over the archive: container, chain, places of everything
- ``ballots``: all ballots, in parallel, in bounded memory
- ``state``: what is known afterwards, for those who act on it
- ``run``: `verify_archive`, step by step
"""
