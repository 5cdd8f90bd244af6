"""The verifiable kernel: everything an outsider may want to recompute, and nothing else.

A pure library. It imports no web framework and no database, reads no clock, opens no connection and runs offline.
Randomness and time are arguments. Its parts:

- ``voting.election``: end-to-end verifiable ballots (Belenios protocol, crypto version 1)
- ``voting.allocation``: participatory-budgeting ballots and counting rules, exact arithmetic
- ``voting.lottery``: the fair and verifiable council lottery
- ``voting.opinions``: agreement statistics and opinion groups
- ``voting.log``: Merkle log, checkpoints and witness cosignatures

``python -m voting --help`` is the citizen's verifier.

The names in ``__all__`` are the public interface of elections. They are found on first use, so that ``import voting``
stays cheap and one missing optional library cannot break the rest. Each object's docstring names its source.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voting.election.archive import ArchiveWriter, archive_bytes, read_archive, record_members
    from voting.election.ballot import Ballot, tracker_of
    from voting.election.casting import Opening, PreparedBallot, make_ballot, open_challenged
    from voting.election.checking import CheckedBallot, ElectionContext, check_ballot, check_ballots
    from voting.election.conduct import (
        decryption_payloads,
        result_of,
        setup_payloads,
        shuffle_payloads,
        tally_payloads,
        verified_tally_payloads,
    )
    from voting.election.credentials import (
        Credential,
        PublicCredentials,
        derive_credential,
        generate_credentials,
        normalise_code,
    )
    from voting.election.decryption import PartialDecryption, StrongDecryptions
    from voting.election.definition import Election, new_uuid
    from voting.election.events import Event, EventType, Record, next_event, next_record
    from voting.election.group import GROUP_NAMES, group_named
    from voting.election.questions import HomomorphicQuestion, NonHomomorphicQuestion
    from voting.election.result import Result
    from voting.election.tally import EncryptedTally, TallySum
    from voting.election.trustees.single import PrivateKey, generate_trustee_key
    from voting.election.trustees.structure import Trustees
    from voting.election.verify.report import Demands, VerificationReport
    from voting.election.verify.run import examine_archive, verify_archive
    from voting.election.verify.state import VerifiedElection
    from voting.errors import InfeasibleError, UnreadableInputError, VerificationError, VotingError

_HOMES = {
    "voting.election.archive": ("ArchiveWriter", "archive_bytes", "read_archive", "record_members"),
    "voting.election.ballot": ("Ballot", "tracker_of"),
    "voting.election.casting": ("Opening", "PreparedBallot", "make_ballot", "open_challenged"),
    "voting.election.checking": ("CheckedBallot", "ElectionContext", "check_ballot", "check_ballots"),
    "voting.election.conduct": (
        "decryption_payloads",
        "result_of",
        "setup_payloads",
        "shuffle_payloads",
        "tally_payloads",
        "verified_tally_payloads",
    ),
    "voting.election.credentials": (
        "Credential",
        "PublicCredentials",
        "derive_credential",
        "generate_credentials",
        "normalise_code",
    ),
    "voting.election.decryption": ("PartialDecryption", "StrongDecryptions"),
    "voting.election.definition": ("Election", "new_uuid"),
    "voting.election.events": ("Event", "EventType", "Record", "next_event", "next_record"),
    "voting.election.group": ("GROUP_NAMES", "group_named"),
    "voting.election.questions": ("HomomorphicQuestion", "NonHomomorphicQuestion"),
    "voting.election.result": ("Result",),
    "voting.election.tally": ("EncryptedTally", "TallySum"),
    "voting.election.trustees.single": ("PrivateKey", "generate_trustee_key"),
    "voting.election.trustees.structure": ("Trustees",),
    "voting.election.verify.report": ("Demands", "VerificationReport"),
    "voting.election.verify.run": ("examine_archive", "verify_archive"),
    "voting.election.verify.state": ("VerifiedElection",),
    "voting.errors": ("InfeasibleError", "UnreadableInputError", "VerificationError", "VotingError"),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "GROUP_NAMES",
    "ArchiveWriter",
    "Ballot",
    "CheckedBallot",
    "Credential",
    "Demands",
    "Election",
    "ElectionContext",
    "EncryptedTally",
    "Event",
    "EventType",
    "HomomorphicQuestion",
    "InfeasibleError",
    "NonHomomorphicQuestion",
    "Opening",
    "PartialDecryption",
    "PreparedBallot",
    "PrivateKey",
    "PublicCredentials",
    "Record",
    "Result",
    "StrongDecryptions",
    "TallySum",
    "Trustees",
    "UnreadableInputError",
    "VerificationError",
    "VerificationReport",
    "VerifiedElection",
    "VotingError",
    "archive_bytes",
    "check_ballot",
    "check_ballots",
    "decryption_payloads",
    "derive_credential",
    "examine_archive",
    "generate_credentials",
    "generate_trustee_key",
    "group_named",
    "make_ballot",
    "new_uuid",
    "next_event",
    "next_record",
    "normalise_code",
    "open_challenged",
    "read_archive",
    "record_members",
    "result_of",
    "setup_payloads",
    "shuffle_payloads",
    "tally_payloads",
    "tracker_of",
    "verified_tally_payloads",
    "verify_archive",
]


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'voting' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME_OF[name]), name)
