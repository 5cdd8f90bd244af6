"""The lottery's verifier: the standard library and `voting.errors`, `voting.encoding`, nothing else.

`voting.lottery.single_file.single_file` joins its modules into one script that runs on any Python 3.11 without this
project.
"""

from voting.lottery.verify.bundle import Bundle
from voting.lottery.verify.check import VerifiedBundle, verify_bundle, verify_panels, verify_replacement, verify_result
from voting.lottery.verify.draw import Result, parse_result
from voting.lottery.verify.panels import PanelTable, parse_panels
from voting.lottery.verify.parsing import parse_bundle
from voting.lottery.verify.reading import canonical, commitment_of
from voting.lottery.verify.replacement import Replacement, parse_replacement

__all__ = [
    "Bundle",
    "PanelTable",
    "Replacement",
    "Result",
    "VerifiedBundle",
    "canonical",
    "commitment_of",
    "parse_bundle",
    "parse_panels",
    "parse_replacement",
    "parse_result",
    "verify_bundle",
    "verify_panels",
    "verify_replacement",
    "verify_result",
]
