"""The key ceremony: who cheats is named, who accuses falsely too, and nobody chooses late."""

import dataclasses
import json
import random as seeded

import pytest

from tests.json_leaves import compact
from tests.key_ceremony import Held, certificates, hold_ceremony
from tests.shared_data import shared_data
from voting.election.errors import (
    CertificateError,
    CoefficientCommitmentError,
    ComplaintError,
    InvalidChannelMessageError,
    InvalidShareError,
    MalformedObjectError,
    MessageSignatureError,
    OversizedObjectError,
    TrusteeStructureError,
    VerificationKeyError,
    WrongPrivateKeyError,
)
from voting.election.group import IdentityElementError, group_named
from voting.election.trustees.ceremony.commitment import require_committed, reveal
from voting.election.trustees.ceremony.keys import assemble, compute_key, open_decryption_key
from voting.election.trustees.ceremony.messages import (
    MAX_BYTES,
    CommitmentRound,
    Complaint,
    MemberInput,
    MemberOutput,
    PolynomialMessage,
)
from voting.election.trustees.ceremony.polynomial import draw_polynomial, member_input
from voting.election.trustees.ceremony.roster import Ceremony
from voting.election.trustees.ceremony.shares import read_shares, require_founded
from voting.election.trustees.channel import Cipher, receive, send
from voting.election.trustees.objects import SignedMessage
from voting.election.trustees.pedersen import verification_key
from voting.election.trustees.pki import TrusteeSecrets, draw_seed, sign

GROUP = group_named("Ed25519")


@pytest.fixture(scope="module")
def held() -> Held:
    return hold_ceremony(GROUP, 2, 3)


@pytest.fixture(scope="module")
def outputs(held: Held) -> list[MemberOutput]:
    return held.outputs()


def with_item(items: tuple, number: int, new: object) -> tuple:
    return (*items[: number - 1], new, *items[number:])


def share_text(held: Held, sender: int, recipient: int, content: str) -> str:
    """Return a share with any content, signed and sent as the protocol says."""
    return send(GROUP, held.secrets[sender - 1], held.ceremony.keys[recipient - 1].encryption, content)


def input_with_share(held: Held, number: int, sender: int, text: str) -> MemberInput:
    received = held.input(number)
    return dataclasses.replace(received, secrets=with_item(received.secrets, sender, text))


# The honest way ------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("cipher", Cipher)
@pytest.mark.parametrize("name", ["Ed25519", "BELENIOS-2048"])
def test_an_honest_ceremony_gives_keys_that_fit_together(name: str, cipher: Cipher) -> None:
    group = group_named(name)
    held = hold_ceremony(group, 2, 3, seed=5, cipher=cipher)
    outputs = held.outputs()
    parameters = assemble(held.ceremony, held.polynomials, outputs)
    for number, (secrets, output) in enumerate(zip(held.secrets, outputs, strict=True), start=1):
        found, key = open_decryption_key(group, secrets, parameters, output.private_key)
        assert found == number
        assert group.generator_power_secret(key) == parameters.verification_keys[number - 1].public_key


def test_all_messages_survive_writing_and_reading(held: Held, outputs: list[MemberOutput]) -> None:
    for polynomial in held.polynomials:
        assert PolynomialMessage.parse(polynomial.to_bytes(), GROUP) == polynomial
    assert MemberInput.parse(held.input(2).to_bytes(), GROUP) == held.input(2)
    assert MemberOutput.parse(outputs[1].to_bytes(GROUP), GROUP) == outputs[1]
    assert CommitmentRound.parse(held.committed.to_bytes(), GROUP) == held.committed
    complaint = Complaint(1, 2, SignedMessage("text", held.ceremony.certificates[0].signature))
    assert Complaint.parse(complaint.to_bytes(), GROUP) == complaint


def test_the_objects_have_the_fields_of_the_protocol_in_order(held: Held, outputs: list[MemberOutput]) -> None:
    assert list(json.loads(held.polynomials[0].to_bytes())) == ["polynomial", "secrets", "coefexps", "signature"]
    assert list(json.loads(held.input(1).to_bytes())) == ["polynomial", "secrets", "coefexps", "signatures"]
    assert list(json.loads(outputs[0].to_bytes(GROUP))) == ["private_key", "public_key"]
    assert list(json.loads(held.polynomials[0].polynomial)) == ["algorithm", "alpha", "beta", "data"]


def test_no_message_shows_a_secret(held: Held, outputs: list[MemberOutput]) -> None:
    public = b"".join(
        [*(p.to_bytes() for p in held.polynomials), *(o.to_bytes(GROUP) for o in outputs), held.committed.to_bytes()]
    )
    parameters = assemble(held.ceremony, held.polynomials, outputs)
    for seed, secrets, message, output in zip(held.seeds, held.secrets, held.polynomials, outputs, strict=True):
        verification = secrets.public(GROUP).verification
        polynomial = json.loads(receive(GROUP, secrets, verification, message.polynomial))["polynomial"]
        _, key = open_decryption_key(GROUP, secrets, parameters, output.private_key)
        assert len(polynomial) == 2
        for hidden in (seed, str(secrets.signing), str(secrets.decryption), str(key), *polynomial):
            assert hidden.encode() not in public
            assert hidden not in repr((secrets, message, output, held.ceremony))


def test_randomness_comes_from_the_argument_alone() -> None:
    first, second, other = (hold_ceremony(GROUP, 2, 2, seed=seed) for seed in (4, 4, 5))
    assert first.parameters() == second.parameters()
    assert first.polynomials == second.polynomials
    assert first.committed == second.committed
    assert first.outputs() == second.outputs()
    everything = [other.parameters().certs, other.polynomials, other.committed.acknowledgements]
    for mine, theirs in zip(
        [first.parameters().certs, first.polynomials, first.committed.acknowledgements], everything, strict=True
    ):
        assert not set(mine) & set(theirs)


def test_no_coefficient_is_zero_and_every_other_one_is_possible(held: Held) -> None:
    for drawn, coefficient in ((lambda _: 0, 1), (lambda bound: bound - 1, GROUP.order - 1)):
        _, message = draw_polynomial(held.ceremony, held.secrets[0], random=drawn)
        (first, second) = json.loads(message.coefficients.message)["coefexps"]
        assert first == second == GROUP.serialize(GROUP.power(GROUP.generator, coefficient))


@pytest.mark.parametrize("cipher", Cipher)
def test_every_sealed_part_uses_the_cipher_that_was_asked_for(held: Held, cipher: Cipher) -> None:
    _, message = draw_polynomial(held.ceremony, held.secrets[0], cipher=cipher)
    output = compute_key(held.ceremony, held.secrets[0], held.input(1), held.committed, cipher=cipher, name="감사")
    for text in (message.polynomial, *message.secrets, output.private_key):
        assert ("algorithm" in json.loads(text)) == (cipher is Cipher.GCM)
    assert output.public_key.name == "감사"
    parsed = MemberOutput.parse(output.to_bytes(GROUP), GROUP)
    assert parsed == output
    parameters = assemble(held.ceremony, held.polynomials, [parsed, *held.outputs()[1:]])
    assert [key.name for key in parameters.verification_keys] == ["감사", None, None]


def test_messages_of_the_reference_tools_are_read_and_written_back() -> None:
    for name in ("b-threshold-2of3", "n30-ed25519-threshold", "n30-belenios2048-threshold"):
        setup = shared_data() / "belenios/honest" / name / "setup"
        group = group_named(json.loads((setup / "election.json").read_text())["group"])
        old = name == "b-threshold-2of3"
        for line in (setup / "polynomials.jsons").read_bytes().splitlines():
            polynomial = PolynomialMessage.parse(line, group)
            assert polynomial.to_bytes() == line
            assert (polynomial.signature is None) == old
        for path in setup.glob("*.vinput"):
            received = MemberInput.parse(path.read_bytes().strip(), group)
            assert received.to_bytes() == path.read_bytes().strip()
            assert (received.signatures is None) == old
        for path in setup.glob("*.voutput"):
            assert MemberOutput.parse(path.read_bytes().strip(), group).to_bytes(group) == path.read_bytes().strip()


@pytest.mark.parametrize("name", ["n30-ed25519-threshold", "n30-belenios2048-threshold"])
def test_a_member_of_a_ceremony_of_the_newer_tool_computes_its_key_here(name: str) -> None:
    setup = shared_data() / "belenios/honest" / name / "setup"
    group = group_named(json.loads((setup / "election.json").read_text())["group"])
    lines = (setup / "certs.jsons").read_text().splitlines()
    ceremony = Ceremony.begin(group, 2, [SignedMessage.parse(json.loads(line), group) for line in lines])
    polynomials = [
        PolynomialMessage.parse(line, group) for line in (setup / "polynomials.jsons").read_bytes().splitlines()
    ]
    outputs: dict[int, MemberOutput] = {}
    for path in setup.glob("*.key"):
        secrets = TrusteeSecrets.from_seed(path.read_text().strip(), group)
        number = ceremony.number_of(secrets)
        received = MemberInput.parse(path.with_suffix(".vinput").read_bytes().strip(), group)
        assert received == member_input(ceremony, polynomials, number)
        outputs[number] = compute_key(ceremony, secrets, received, None)
        theirs = MemberOutput.parse(path.with_suffix(".voutput").read_bytes().strip(), group)
        assert outputs[number].public_key.public_key == theirs.public_key.public_key
    assemble(ceremony, polynomials, [outputs[number] for number in sorted(outputs)])


@pytest.mark.parametrize("kind", [PolynomialMessage, MemberInput, MemberOutput, CommitmentRound, Complaint])
def test_a_message_larger_than_any_honest_one_is_not_even_read(kind: type) -> None:
    with pytest.raises(OversizedObjectError):
        kind.parse(b" " * (MAX_BYTES + 1), GROUP)
    with pytest.raises(MalformedObjectError):
        kind.parse(b"[]", GROUP)


@pytest.mark.parametrize("number", [0, -1, 256, 10**6])
def test_a_complaint_by_or_about_an_impossible_number_is_refused(held: Held, number: int) -> None:
    share = {"message": "", "signature": held.ceremony.certificates[0].signature.to_json()}
    for sender, recipient in ((number, 1), (1, number)):
        with pytest.raises(MalformedObjectError):
            Complaint.parse(compact({"sender": sender, "recipient": recipient, "share": share}), GROUP)
    for possible in (1, 255):
        Complaint.parse(compact({"sender": possible, "recipient": possible, "share": share}), GROUP)


def test_a_stranger_has_no_number(held: Held) -> None:
    with pytest.raises(CertificateError):
        held.ceremony.number_of(TrusteeSecrets.from_seed(draw_seed(), GROUP))


# Shares --------------------------------------------------------------------------------------------------------------


def test_a_false_share_is_refused_and_its_sender_named(held: Held) -> None:
    received = input_with_share(held, 2, 3, share_text(held, 3, 2, '{"secret":"12345"}'))
    with pytest.raises(InvalidShareError, match="of member 3"):
        compute_key(held.ceremony, held.secrets[1], received, held.committed)


@pytest.mark.parametrize(
    "content",
    [
        '{"secret":"12345"}',
        '{"secret":"0"}',
        '{"secret":"-1"}',
        '{"secret":12345}',
        "{}",
        "not JSON",
        '{"secret":"007"}',
    ],
)
def test_a_complaint_about_a_signed_false_share_is_founded(held: Held, content: str) -> None:
    received = input_with_share(held, 2, 3, share_text(held, 3, 2, content))
    shares, bad = read_shares(held.ceremony, held.secrets[1], received)
    assert len(shares) == 2
    assert [(complaint.sender, complaint.recipient) for complaint in bad] == [(3, 2)]
    require_founded(held.ceremony, received.coefficients, Complaint.parse(bad[0].to_bytes(), GROUP))


def test_a_share_out_of_range_convicts_its_sender_though_it_fits_modulo_the_order(held: Held) -> None:
    shares, _ = read_shares(held.ceremony, held.secrets[1], held.input(2))
    received = input_with_share(held, 2, 1, share_text(held, 1, 2, f'{{"secret":"{shares[0] + GROUP.order}"}}'))
    _, bad = read_shares(held.ceremony, held.secrets[1], received)
    assert [complaint.sender for complaint in bad] == [1]


@pytest.mark.parametrize(("sender", "recipient"), [(1, 2), (1, 3), (2, 1), (2, 3), (3, 1), (1, 1), (3, 3)])
def test_complaints_between_any_two_members_are_judged(held: Held, sender: int, recipient: int) -> None:
    received = input_with_share(held, recipient, sender, share_text(held, sender, recipient, '{"secret":"1"}'))
    _, (complaint,) = read_shares(held.ceremony, held.secrets[recipient - 1], received)
    require_founded(held.ceremony, received.coefficients, complaint)
    with pytest.raises(ComplaintError):
        require_founded(held.ceremony, received.coefficients[:-1], complaint)
    coefficients = list(received.coefficients)
    coefficients[sender - 1] = coefficients[sender % 3]
    with pytest.raises(MessageSignatureError, match=f"member {sender}"):
        require_founded(held.ceremony, coefficients, complaint)


def test_a_complaint_about_a_good_share_is_refused(held: Held) -> None:
    shares, bad = read_shares(held.ceremony, held.secrets[1], held.input(2))
    assert (len(shares), bad) == (3, [])
    recipient = GROUP.serialize(held.ceremony.keys[1].encryption)
    inner = compact({"recipient": recipient, "message": f'{{"secret":"{shares[2]}"}}'}).decode()
    complaint = Complaint(3, 2, sign(GROUP, held.secrets[2], inner))
    with pytest.raises(ComplaintError, match="is good"):
        require_founded(held.ceremony, held.input(2).coefficients, complaint)


def test_a_complaint_with_a_share_that_the_accuser_made_is_refused(held: Held) -> None:
    recipient = GROUP.serialize(held.ceremony.keys[1].encryption)
    inner = compact({"recipient": recipient, "message": '{"secret":"1"}'}).decode()
    for complaint in (
        Complaint(3, 2, sign(GROUP, held.secrets[1], inner)),  # signed by the accuser
        Complaint(3, 1, sign(GROUP, held.secrets[2], inner)),  # meant for someone else
        Complaint(4, 2, sign(GROUP, held.secrets[2], inner)),  # no such member
        Complaint(3, 4, sign(GROUP, held.secrets[2], inner)),
    ):
        with pytest.raises(ComplaintError):
            require_founded(held.ceremony, held.input(2).coefficients, complaint)


def test_an_unreadable_share_names_its_sender_but_convicts_nobody(held: Held) -> None:
    first = held.input(2).secrets
    for text in (
        held.input(1).secrets[2],  # encrypted to another member
        first[0],  # from another sender
        "garbage",
        first[2].replace('"data":"', '"data":"00'),
    ):
        with pytest.raises(InvalidChannelMessageError, match="from member 3"):
            read_shares(held.ceremony, held.secrets[1], input_with_share(held, 2, 3, text))


def test_shares_of_two_senders_swapped_are_refused(held: Held) -> None:
    received = held.input(2)
    first, second, third = received.secrets
    with pytest.raises(InvalidChannelMessageError, match="from member 1"):
        compute_key(
            held.ceremony,
            held.secrets[1],
            dataclasses.replace(received, secrets=(third, second, first)),
            held.committed,
        )


def test_a_missing_message_is_refused(held: Held) -> None:
    received = held.input(2)
    for part in ("secrets", "coefficients", "signatures"):
        with pytest.raises(TrusteeStructureError):
            read_shares(
                held.ceremony, held.secrets[1], dataclasses.replace(received, **{part: getattr(received, part)[:-1]})
            )
    with pytest.raises(TrusteeStructureError):
        read_shares(held.ceremony, held.secrets[1], dataclasses.replace(received, signatures=None))
    with pytest.raises(TrusteeStructureError):
        member_input(held.ceremony, held.polynomials[:-1], 1)
    short = dataclasses.replace(held.polynomials[1], secrets=held.polynomials[1].secrets[:-1])
    with pytest.raises(TrusteeStructureError, match="member 2"):
        member_input(held.ceremony, [held.polynomials[0], short, held.polynomials[2]], 1)
    unsigned = dataclasses.replace(held.polynomials[1], signature=None)
    with pytest.raises(TrusteeStructureError, match="member 2"):
        assemble(held.ceremony, [held.polynomials[0], unsigned, held.polynomials[2]], held.outputs())


def test_a_signature_for_other_certificates_is_refused(held: Held) -> None:
    # The server shows one member other certificates than the rest.
    other = hold_ceremony(GROUP, 2, 3, seed=77)
    received = dataclasses.replace(held.input(2), signatures=other.input(2).signatures)
    with pytest.raises(MessageSignatureError):
        compute_key(held.ceremony, held.secrets[1], received, held.committed)


def test_a_member_notices_that_its_own_polynomial_was_replaced(held: Held) -> None:
    # The server answers with a polynomial of member 2's from another draw: signed, readable, and not the published one.
    _, again = draw_polynomial(held.ceremony, held.secrets[1])
    received = held.input(2)
    with pytest.raises(VerificationKeyError):
        compute_key(
            held.ceremony, held.secrets[1], dataclasses.replace(received, polynomial=again.polynomial), held.committed
        )
    with pytest.raises(VerificationKeyError):
        compute_key(
            held.ceremony,
            held.secrets[1],
            dataclasses.replace(received, polynomial=held.polynomials[0].polynomial),
            held.committed,
        )


def test_a_coefficient_that_is_the_identity_is_refused_at_once(held: Held) -> None:
    message = json.loads(held.polynomials[2].coefficients.message)
    message["coefexps"][0] = GROUP.serialize(GROUP.identity)
    false = sign(GROUP, held.secrets[2], compact(message).decode())
    received = dataclasses.replace(held.input(2), coefficients=with_item(held.input(2).coefficients, 3, false))
    with pytest.raises(IdentityElementError, match="member 3"):
        read_shares(held.ceremony, held.secrets[1], received)


def test_a_polynomial_of_another_degree_is_refused(held: Held) -> None:
    message = json.loads(held.polynomials[2].coefficients.message)
    for coefficients in (message["coefexps"][:1], [*message["coefexps"], message["coefexps"][0]]):
        false = sign(GROUP, held.secrets[2], compact({"coefexps": coefficients}).decode())
        received = dataclasses.replace(held.input(2), coefficients=with_item(held.input(2).coefficients, 3, false))
        with pytest.raises(MalformedObjectError):
            read_shares(held.ceremony, held.secrets[1], received)


# Commitments ---------------------------------------------------------------------------------------------------------


def committed_to(held: Held, number: int, message: PolynomialMessage) -> Held:
    """Return the same ceremony with a member's published coefficients replaced after the commitments."""
    polynomials = [*held.polynomials]
    polynomials[number - 1] = message
    return dataclasses.replace(held, polynomials=polynomials)


def test_a_late_choice_of_coefficients_is_refused_though_everything_else_fits(held: Held) -> None:
    # T17: having seen the others' coefficients, member 3 draws until the election key suits it.
    def constant(message: PolynomialMessage):
        return GROUP.parse(json.loads(message.coefficients.message)["coefexps"][0])

    for seed in range(1000):
        _, late = draw_polynomial(held.ceremony, held.secrets[2], random=seeded.Random(seed).randrange)
        key = GROUP.product(map(constant, (*held.polynomials[:2], late)))
        if GROUP.serialize(key).endswith("0"):
            break
    assert GROUP.serialize(key).endswith("0")
    rushed = committed_to(held, 3, late)
    # Without the round the protocol has nothing against it …
    compute_key(held.ceremony, held.secrets[0], rushed.input(1), None)
    # … and with the round every member refuses, naming the cheat.
    for number in (1, 2):
        with pytest.raises(CoefficientCommitmentError, match="member 3"):
            compute_key(held.ceremony, held.secrets[number - 1], rushed.input(number), held.committed)


def test_a_commitment_exchanged_after_the_reveal_is_refused(held: Held) -> None:
    # The rushing member replaces its commitment as well, and acknowledges the new list; the others' words stand.
    commitment, late = draw_polynomial(held.ceremony, held.secrets[2])
    commitments = with_item(held.committed.commitments, 3, commitment)
    own = reveal(held.ceremony, held.secrets[2], commitments, late)
    round_ = CommitmentRound(commitments, with_item(held.committed.acknowledgements, 3, own))
    rushed = committed_to(held, 3, late)
    with pytest.raises(CoefficientCommitmentError, match="member 1 acknowledged another list"):
        compute_key(held.ceremony, held.secrets[0], rushed.input(1), round_)


def test_nobody_reveals_before_all_have_committed(held: Held) -> None:
    commitments = held.committed.commitments
    for incomplete in (commitments[:-1], (), (commitments[0], commitments[1], commitments[1])):
        with pytest.raises((CoefficientCommitmentError, MessageSignatureError)):
            reveal(held.ceremony, held.secrets[0], incomplete, held.polynomials[0])


def test_nobody_reveals_against_their_own_commitment(held: Held) -> None:
    _, other = draw_polynomial(held.ceremony, held.secrets[0])
    with pytest.raises(CoefficientCommitmentError, match="other coefficients"):
        reveal(held.ceremony, held.secrets[0], held.committed.commitments, other)


def test_a_commitment_of_another_ceremony_is_refused(held: Held) -> None:
    again = Ceremony.begin(GROUP, 2, certificates(GROUP, 2, held.secrets, held.random))
    assert again.identifier != held.ceremony.identifier
    with pytest.raises(CoefficientCommitmentError, match="member 1"):
        reveal(again, held.secrets[0], held.committed.commitments, held.polynomials[0])
    coefficients = [message.coefficients for message in held.polynomials]
    with pytest.raises(CoefficientCommitmentError):
        require_committed(again, held.committed, coefficients)


def test_a_text_that_only_begins_like_a_commitment_is_refused(held: Held) -> None:
    honest = held.committed.commitments[0].message
    for message in (
        honest.replace('"index":1', '"index":12'),
        honest.replace('"index":1', '"index":2'),
        honest[:-2],
        honest[:-3] + '"}',
        honest + " ",
        honest.replace('"coefexps":"', '"coefexps":"0'),
        honest[:-1] + ',"extra":1}',
        honest[:-66] + "Z" * 64 + '"}',
        "",
    ):
        false = with_item(held.committed.commitments, 1, sign(GROUP, held.secrets[0], message))
        with pytest.raises(CoefficientCommitmentError, match="member 1: no commitment"):
            reveal(held.ceremony, held.secrets[1], false, held.polynomials[1])


def test_an_acknowledgement_cannot_pass_for_a_commitment_nor_the_reverse(held: Held) -> None:
    coefficients = [message.coefficients for message in held.polynomials]
    swapped = CommitmentRound(held.committed.acknowledgements, held.committed.commitments)
    with pytest.raises(CoefficientCommitmentError):
        require_committed(held.ceremony, swapped, coefficients)


def test_a_round_with_a_member_missing_or_unsigned_is_refused(held: Held) -> None:
    coefficients = [message.coefficients for message in held.polynomials]
    honest = held.committed
    for short in (
        CommitmentRound(honest.commitments[:-1], honest.acknowledgements),
        CommitmentRound(honest.commitments, honest.acknowledgements[:-1]),
    ):
        with pytest.raises(CoefficientCommitmentError):
            require_committed(held.ceremony, short, coefficients)
    with pytest.raises(CoefficientCommitmentError):
        require_committed(held.ceremony, honest, coefficients[:-1])
    forged = sign(GROUP, held.secrets[0], honest.acknowledgements[1].message)
    with pytest.raises(MessageSignatureError):
        require_committed(
            held.ceremony,
            CommitmentRound(honest.commitments, with_item(honest.acknowledgements, 2, forged)),
            coefficients,
        )


# Outputs and decryption keys -----------------------------------------------------------------------------------------


def test_outputs_swapped_or_missing_are_refused(held: Held, outputs: list[MemberOutput]) -> None:
    first, second, third = outputs
    with pytest.raises(VerificationKeyError):
        assemble(held.ceremony, held.polynomials, [second, first, third])
    with pytest.raises(TrusteeStructureError):
        assemble(held.ceremony, held.polynomials, [first, second])


def test_the_public_key_of_a_member_is_what_everybody_computes(held: Held, outputs: list[MemberOutput]) -> None:
    coefficients = [
        [GROUP.parse(text) for text in json.loads(message.coefficients.message)["coefexps"]]
        for message in held.polynomials
    ]
    for number, output in enumerate(outputs, start=1):
        assert output.public_key.public_key == verification_key(GROUP, coefficients, number)


def test_a_decryption_key_opens_only_with_its_own_seed(held: Held, outputs: list[MemberOutput]) -> None:
    parameters = assemble(held.ceremony, held.polynomials, outputs)
    with pytest.raises(WrongPrivateKeyError):
        open_decryption_key(GROUP, TrusteeSecrets.from_seed(draw_seed(), GROUP), parameters, outputs[0].private_key)
    with pytest.raises(InvalidChannelMessageError):
        open_decryption_key(GROUP, held.secrets[1], parameters, outputs[0].private_key)


def test_a_decryption_key_that_does_not_fit_the_published_one_is_refused(
    held: Held, outputs: list[MemberOutput]
) -> None:
    parameters = assemble(held.ceremony, held.polynomials, outputs)
    own = held.secrets[0].public(GROUP)
    for content in ('{"decryption_key":"1"}', f'{{"decryption_key":"{GROUP.order}"}}'):
        with pytest.raises(WrongPrivateKeyError):
            open_decryption_key(
                GROUP, held.secrets[0], parameters, send(GROUP, held.secrets[0], own.encryption, content)
            )
    # Signed by another member: an exchange of keys on the server.
    foreign = send(GROUP, held.secrets[1], own.encryption, '{"decryption_key":"1"}')
    with pytest.raises(MessageSignatureError):
        open_decryption_key(GROUP, held.secrets[0], parameters, foreign)


def test_an_unreduced_decryption_key_as_the_older_tools_write_it_is_read(
    held: Held, outputs: list[MemberOutput]
) -> None:
    parameters = assemble(held.ceremony, held.polynomials, outputs)
    _, key = open_decryption_key(GROUP, held.secrets[0], parameters, outputs[0].private_key)
    own = held.secrets[0].public(GROUP)
    text = send(GROUP, held.secrets[0], own.encryption, f'{{"decryption_key":"{key + 2 * GROUP.order}"}}')
    assert open_decryption_key(GROUP, held.secrets[0], parameters, text) == (1, key)
