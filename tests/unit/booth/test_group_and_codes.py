"""The group, the random numbers and the voting codes of the browser, compared with the kernel's."""

import collections
import hashlib
import random as seeded
import re
from pathlib import Path

import pytest

from tests.booth import ask
from voting import derive_credential, group_named, normalise_code
from voting.election.credentials import new_code
from voting.election.errors import MalformedCredentialError
from voting.election.group.ed25519 import ORDER, PRIME

pytestmark = pytest.mark.slow

GROUP = group_named("Ed25519")
UUID = "4R8BtGkq2sMZ3x"
VENDORED = Path(__file__).resolve().parents[3] / "static" / "vendor" / "noble"


def test_multiples_of_the_generator_are_the_kernels():
    random = seeded.Random(5)
    edge = [0, 1, 2, 31, 32, 33, 63, 64, 65, ORDER - 1, ORDER, ORDER + 1, 2**252, 2**252 - 1, -1]
    numbers = edge + [random.randrange(ORDER) for _ in range(60)]
    found = ask(multiples=[str(number) for number in numbers])["multiples"]
    assert found == [GROUP.serialize(GROUP.generator_power_secret(number)) for number in numbers]


def test_only_the_one_spelling_of_a_member_is_read():
    member = GROUP.serialize(GROUP.generator_power_secret(12345))
    identity = "0" * 63 + "1"
    wrong = [
        identity,
        member.upper(),
        member[:-1],
        member + "0",
        f"{PRIME - 1:064x}",  # of order two
        f"{PRIME + 1:064x}",  # the identity, not reduced
        "8" + "0" * 62 + "1",  # minus zero
        "0" * 64,  # of order four
        "0" * 63 + "2",  # not on the curve
        "zz" * 32,
    ]
    first, *rest = ask(elements=[member, *wrong])["elements"]
    assert first == member
    assert all("error" in each for each in rest)


def test_codes_of_both_formats_derive_the_kernels_credentials():
    random = seeded.Random(9).randrange
    codes = [new_code(random=random, old_format=old) for old in (False, True) for _ in range(6)]
    spellings = [*codes, codes[0].replace("-", ""), codes[6].replace("-", " – "), f"  {codes[1]}\n"]
    found = ask(codes=[{"code": code, "uuid": UUID} for code in spellings])["codes"]
    for code, each in zip(spellings, found, strict=True):
        credential = derive_credential(code, uuid=UUID, group=GROUP)
        assert each == {
            "secret": str(credential.secret),
            "public": GROUP.serialize(credential.public),
            "canonical": credential.code,
        }


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("", "length"),
        ("abc", "length"),
        ("0bcde-fghjkm-npqrs-tuvwxy", "letters"),
        ("가" * 22, "letters"),
        ("abc-def-ghj-kmn-pqr", "checksum"),
        ("<script>", "letters"),
    ],
)
def test_a_mistyped_code_is_refused_with_its_reason(code: str, reason: str):
    assert ask(codes=[{"code": code, "uuid": UUID}])["codes"] == [{"error": "MistypedCode", "reason": reason}]
    with pytest.raises(MalformedCredentialError):
        normalise_code(code)


def test_random_numbers_fill_their_range():
    told = ask(draws={"size": 6, "count": 6000})
    counts = collections.Counter(told["draws"])
    assert set(counts) == set(range(6))
    assert max(counts.values()) < 1250  # 1000 each; eight standard deviations away
    scalars = [int(each) for each in told["scalars"]]
    assert len(set(scalars)) == 6000
    assert all(0 <= each < ORDER for each in scalars)
    halves = sum(each > ORDER // 2 for each in scalars)
    assert 2700 < halves < 3300


def test_the_vendored_modules_are_the_published_ones():
    sums = re.findall(r"^    ([0-9a-f]{64})  (\S+\.js)$", (VENDORED / "README.md").read_text(), re.MULTILINE)
    assert {path for _, path in sums} == {str(p.relative_to(VENDORED)) for p in VENDORED.rglob("*.js")}
    for expected, path in sums:
        text = (VENDORED / path).read_text()
        if path == "curves/utils.js":
            assert text.count("'../hashes/utils.js'") == 1
            text = text.replace("'../hashes/utils.js'", "'@noble/hashes/utils.js'")
        assert hashlib.sha256(text.encode()).hexdigest() == expected, path
