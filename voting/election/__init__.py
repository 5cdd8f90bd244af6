"""End-to-end verifiable elections: the Belenios protocol, version 1, and what we add (``voting/SPEC.md``)."""
