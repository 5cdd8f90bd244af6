"""Keys that trustees make in their browsers, judged by the kernel."""

import json
from copy import deepcopy
from typing import Any

import pytest

from tests.browser_trustees import Circle, made, single_circle, threshold_circle
from tests.craft import ask_all
from tests.key_ceremony import hold_ceremony
from voting.election.group import group_named
from voting.election.trustees.ceremony.commitment import require_committed
from voting.election.trustees.ceremony.keys import open_decryption_key
from voting.election.trustees.ceremony.messages import Complaint
from voting.election.trustees.ceremony.shares import require_founded
from voting.election.trustees.channel import send
from voting.election.trustees.pki import TrusteeSecrets
from voting.election.trustees.rehearsal import Rehearsal, RehearsalAnswer, require_rehearsal
from voting.encoding import canonical_json

pytestmark = pytest.mark.slow


def step(circle: Circle, craft: str, number: int, **changed: Any) -> dict[str, Any]:
    asked = circle.base() | {
        "commitments": circle.commitments,
        "revealed": circle.revealed,
        "seed": circle.seeds[number - 1],
        "label": "나",
    }
    return ask_all([(craft, asked | changed)])[0]


@pytest.mark.parametrize("group", ["Ed25519", "BELENIOS-2048"])
def test_a_ceremony_in_browsers_makes_what_every_verifier_accepts(group: str):
    circle = threshold_circle(group=group)
    circle.published().require_valid()
    require_committed(circle.ceremony(), circle.committed(), [each.coefficients for each in circle.polynomials()])
    group_ = group_named(group)
    for number, seed in enumerate(circle.seeds, start=1):
        secrets = TrusteeSecrets.from_seed(seed, group_)
        found, _ = open_decryption_key(group_, secrets, circle.published().entries[0], circle.sealed(number))
        assert found == number


@pytest.mark.parametrize("circle_of", [threshold_circle, single_circle])
def test_every_trustee_can_rehearse_with_nothing_but_the_seed(circle_of):
    circle = circle_of()
    asked = {"group": circle.group, "uuid": circle.uuid, "trustees": circle.text, "occasion": "2026-09-01T10:00:00Z"}
    jobs = [
        ("rehearse", asked | {"seed": seed, "sealed": circle.sealed(number)})
        for number, seed in enumerate(circle.seeds, start=1)
    ]
    group = group_named(circle.group)
    answers = [RehearsalAnswer.parse(canonical_json(each), group) for each in made(jobs)]
    rehearsal = Rehearsal(circle.published(), circle.uuid, "2026-09-01T10:00:00Z")
    require_rehearsal(rehearsal, answers)
    assert [answer.owner for answer in answers] == list(range(1, len(circle.seeds) + 1))


def test_a_page_that_was_closed_between_two_steps_goes_on_with_the_same_polynomial():
    circle = threshold_circle()
    again = step(circle, "commit", 2)["made"]
    assert again["message"] == circle.commitments[1]["message"]
    revealed = step(circle, "reveal", 2)["made"]
    assert revealed["polynomial"]["coefexps"]["message"] == circle.revealed[1]["polynomial"]["coefexps"]["message"]
    assert revealed["polynomial"]["secrets"] != circle.revealed[1]["polynomial"]["secrets"]


def test_a_browser_makes_its_key_beside_members_who_use_the_commands():
    """The first member is the browser, the others are the kernel: the formats are the same."""
    circle = threshold_circle()
    group = group_named("Ed25519")
    held = hold_ceremony(group, 2, 3, seed=5)
    certificates = [each.to_json() for each in held.ceremony.certificates]
    answer = step(
        circle,
        "commit",
        1,
        certificates=certificates,
        seed=held.seeds[0],
    )["made"]
    assert json.loads(answer["message"])["ceremony"] == held.ceremony.identifier
    commitments = [each.to_json() for each in held.committed.commitments]
    revealed = [
        {
            "acknowledgement": acknowledgement.to_json(),
            "polynomial": json.loads(polynomial.to_bytes()),
        }
        for acknowledgement, polynomial in zip(held.committed.acknowledgements, held.polynomials, strict=True)
    ]
    # Its polynomial was drawn by the kernel, so that the browser rightly says: those are not my coefficients.
    refused = step(
        circle,
        "key",
        1,
        certificates=certificates,
        seed=held.seeds[0],
        commitments=commitments,
        revealed=revealed,
    )
    assert refused["reason"] == "notMyCoefficients"


# Attacks ---------------------------------------------------------------------------------------------------------------


def test_coefficients_changed_after_the_commitment_are_refused():
    """T17: whoever speaks last cannot choose again after seeing the others."""
    circle = threshold_circle()
    other = threshold_circle(uuid="B" * 14)
    revealed = deepcopy(circle.revealed)
    revealed[2]["polynomial"] = other.revealed[2]["polynomial"]
    refused = step(circle, "key", 1, revealed=revealed)
    assert refused["reason"] in {"badCommitment", "badCoefficients"}
    assert refused["facts"]["member"] == 3


def test_a_member_who_is_shown_another_list_of_commitments_stops():
    circle = threshold_circle()
    commitments = deepcopy(circle.commitments)
    commitments[0], commitments[1] = commitments[1], commitments[0]
    assert step(circle, "reveal", 3, commitments=commitments)["reason"] == "badCommitment"


def test_a_share_moved_to_another_member_is_refused():
    """T18: a share names its recipient inside the signature, and is encrypted to it."""
    circle = threshold_circle()
    revealed = deepcopy(circle.revealed)
    secrets = revealed[1]["polynomial"]["secrets"]
    secrets[0], secrets[2] = secrets[2], secrets[0]
    refused = step(circle, "key", 1, revealed=revealed)
    assert (refused["reason"], refused["facts"]) == ("unreadableShare", {"member": 2})


def test_a_false_share_gives_evidence_that_the_kernel_upholds():
    """T18: signed by its sender, so that it convicts the sender before everybody."""
    circle = threshold_circle()
    group = group_named("Ed25519")
    # Member 2 makes its commitments honestly and sends the first member a share of another polynomial.
    secrets = TrusteeSecrets.from_seed(circle.seeds[1], group)
    from_kernel = false_share(circle, secrets, sender=2, recipient=1)
    revealed = deepcopy(circle.revealed)
    revealed[1]["polynomial"]["secrets"][0] = from_kernel
    found = step(circle, "key", 1, revealed=revealed)["made"]["complaint"]
    assert (found["sender"], found["recipient"]) == (2, 1)
    complaint = Complaint.parse(canonical_json(found), group)
    require_founded(circle.ceremony(), [each.coefficients for each in circle.polynomials()], complaint)


def false_share(circle: Circle, secrets: TrusteeSecrets, *, sender: int, recipient: int) -> str:
    keys = circle.ceremony().keys
    assert keys[sender - 1].verification == secrets.public(group_named("Ed25519")).verification
    return send(group_named("Ed25519"), secrets, keys[recipient - 1].encryption, '{"secret":"12345"}')


@pytest.mark.parametrize("change", ["context", "signature", "twice"])
def test_a_false_certificate_is_refused(change: str):
    circle = threshold_circle()
    certificates = deepcopy(circle.certificates)
    match change:
        case "context":
            certificates[1]["message"] = certificates[1]["message"].replace('"index":2', '"index":3')
        case "signature":
            certificates[1]["signature"]["response"] = "1"
        case _:
            certificates[1] = certificates[0]
    assert step(circle, "commit", 1, certificates=certificates)["reason"] == "badCertificate"


def test_a_strangers_seed_rehearses_nothing():
    circle = threshold_circle()
    asked = {"group": circle.group, "uuid": circle.uuid, "trustees": circle.text, "occasion": "x"}
    refused = ask_all([("rehearse", asked | {"seed": "1" * 22, "sealed": circle.sealed(1)})])[0]
    assert refused["reason"] == "foreignSeed"
    swapped = ask_all([("rehearse", asked | {"seed": circle.seeds[0], "sealed": circle.sealed(2)})])[0]
    assert swapped["reason"] == "unreadableShare"


@pytest.mark.parametrize("field", ["coefexps", "signatures", "verification_keys", "certs"])
def test_a_structure_with_two_members_exchanged_is_refused(field: str):
    circle = threshold_circle()
    content = json.loads(circle.text)
    rows = content[0][1][field]
    rows[0], rows[1] = rows[1], rows[0]
    asked = {"group": circle.group, "trustees": json.dumps(content, separators=(",", ":"), ensure_ascii=False)}
    assert ask_all([("trustees", asked)])[0]["reason"] in {"badTrustees", "badCertificate"}


def test_a_single_trustee_cannot_cancel_the_others_key():
    """T16: a key without its proof of possession is none."""
    circle = single_circle()
    content = json.loads(circle.text)
    content[1][1]["pok"] = content[0][1]["pok"]
    asked = {"group": circle.group, "trustees": json.dumps(content, separators=(",", ":"), ensure_ascii=False)}
    assert ask_all([("trustees", asked)])[0]["reason"] == "badTrustees"
