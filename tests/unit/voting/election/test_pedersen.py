"""Published threshold structures: both shapes are read, and every false part is refused by its own name."""

import dataclasses
import itertools
import json
from collections.abc import Callable

import pytest

from tests.json_leaves import compact, leaves, replaced
from tests.key_ceremony import Held, certificates, hold_ceremony
from tests.shared_data import shared_data
from tests.strange_elements import malformed, non_members
from voting.election.errors import (
    CertificateError,
    DuplicateTrusteeKeyError,
    ElectionRefusedError,
    MalformedObjectError,
    MalformedScalarError,
    MessageSignatureError,
    NotEnoughDecryptionsError,
    PossessionProofError,
    TrusteeStructureError,
    VerificationKeyError,
)
from voting.election.group import ElementError, Group, IdentityElementError, NotInGroupError, group_named
from voting.election.objects import Proof
from voting.election.proofs import sign_message
from voting.election.trustees.ceremony.keys import open_decryption_key
from voting.election.trustees.objects import (
    CertificateContext,
    PedersenParameters,
    SignedMessage,
    TrusteePublicKey,
)
from voting.election.trustees.pedersen import (
    evaluate,
    lagrange_coefficient,
    public_coefficients,
    require_valid_certificates,
    require_valid_parameters,
    share_commitment,
    structure_key,
    verification_key,
)
from voting.election.trustees.pki import TrusteeSecrets, sign
from voting.election.trustees.single import generate_trustee_key
from voting.election.trustees.structure import Trustees

HONEST = ("b-threshold-2of3", "n30-ed25519-threshold", "n30-belenios2048-threshold")
ED25519 = group_named("Ed25519")


@pytest.fixture(scope="module")
def held() -> Held:
    return hold_ceremony(ED25519, 2, 3)


@pytest.fixture(scope="module")
def parameters(held: Held) -> PedersenParameters:
    return held.parameters()


def resigned(held: Held, number: int, message: str) -> SignedMessage:
    return sign(held.ceremony.group, held.secrets[number - 1], message, random=held.random)


def with_item(items: tuple, number: int, new: object) -> tuple:
    return (*items[: number - 1], new, *items[number:])


# Honest structures ---------------------------------------------------------------------------------------------------


def of_the_tool(name: str) -> tuple[Group, PedersenParameters, dict, str]:
    setup = shared_data() / "belenios/honest" / name / "setup"
    election = json.loads((setup / "election.json").read_text())
    group = group_named(election["group"])
    text = (setup / "threshold.json").read_text().strip()
    return group, PedersenParameters.parse(json.loads(text), group), election, text


@pytest.mark.parametrize("name", HONEST)
def test_structures_of_the_reference_tools_are_accepted(name: str) -> None:
    group, parameters, election, text = of_the_tool(name)
    coefficients = require_valid_parameters(group, parameters)
    assert group.serialize(structure_key(group, coefficients)) == election["public_key"]
    assert compact(parameters.to_json(group)).decode() == text
    assert (parameters.signatures is None) == (name == "b-threshold-2of3")


@pytest.mark.parametrize("name", HONEST)
def test_decryption_keys_of_the_reference_tools_are_opened_with_their_seeds(name: str) -> None:
    group, parameters, _, _ = of_the_tool(name)
    setup = shared_data() / "belenios/honest" / name / "setup"
    numbers = set()
    for path in setup.glob("*.key"):
        secrets = TrusteeSecrets.from_seed(path.read_text().strip(), group)
        number, key = open_decryption_key(group, secrets, parameters, path.with_suffix(".dkey").read_text().strip())
        assert group.generator_power_secret(key) == parameters.verification_keys[number - 1].public_key
        assert 0 < key < group.order
        numbers.add(number)
    assert numbers == {1, 2, 3}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "threshold", "size"), [("Ed25519", 3, 5), ("BELENIOS-2048", 1, 1), ("RFC-3526-2048", 2, 2)]
)
def test_a_structure_made_here_is_accepted_after_writing_and_reading(name: str, threshold: int, size: int) -> None:
    group = group_named(name)
    parameters = hold_ceremony(group, threshold, size).parameters()
    found = PedersenParameters.parse(json.loads(compact(parameters.to_json(group))), group)
    assert found == parameters
    require_valid_parameters(group, found)
    assert found.signatures is not None
    assert all(key.signature is not None for key in found.verification_keys)
    context = json.loads(found.certs[0].message)["context"]
    assert context == {"group": name, "size": size, "threshold": threshold, "index": 1}


# Combination ---------------------------------------------------------------------------------------------------------


def test_any_threshold_of_members_and_no_fewer_decrypt(held: Held, parameters: PedersenParameters) -> None:
    group = ED25519
    trustees = Trustees(group, (parameters,))
    keys = [
        open_decryption_key(group, secrets, parameters, output.private_key)[1]
        for secrets, output in zip(held.secrets, held.outputs(), strict=True)
    ]
    alpha = group.power(group.generator, 4711)
    expected = group.power(trustees.election_key(), 4711)
    shares = {number: [group.power_secret(alpha, key)] for number, key in enumerate(keys, start=1)}
    for count in (2, 3):
        for chosen in itertools.combinations(shares, count):
            assert trustees.combine({number: shares[number] for number in chosen}) == [expected]
    for chosen in ([], [1], [2], [3]):
        with pytest.raises(NotEnoughDecryptionsError):
            trustees.combine({number: shares[number] for number in chosen})


def test_a_structure_beside_a_single_trustee_needs_both(held: Held, parameters: PedersenParameters) -> None:
    group = ED25519
    private, single = generate_trustee_key(group, random=held.random)
    trustees = Trustees(group, (single, parameters))
    trustees.require_valid()
    assert [member.owner for member in trustees.members] == [1, 2, 3, 4]
    alpha = group.power(group.generator, 99)
    shares = {1: [group.power_secret(alpha, private.secret)]}
    for number, (secrets, output) in enumerate(zip(held.secrets, held.outputs(), strict=True), start=2):
        shares[number] = [
            group.power_secret(alpha, open_decryption_key(group, secrets, parameters, output.private_key)[1])
        ]
    assert trustees.combine({n: shares[n] for n in (1, 3, 4)}) == [group.power(trustees.election_key(), 99)]
    for chosen in ((1, 2), (2, 3, 4)):
        with pytest.raises(NotEnoughDecryptionsError):
            trustees.combine({n: shares[n] for n in chosen})


def test_lagrange_coefficients_restore_the_constant_of_a_polynomial() -> None:
    order = ED25519.order
    polynomial = [123, 456, 789]
    for indexes in itertools.permutations((1, 2, 3, 5, 8), 3):
        total = sum(
            lagrange_coefficient(indexes, index, order) * evaluate(polynomial, index, order) for index in indexes
        )
        assert total % order == 123


def test_share_commitments_are_powers_of_the_shares() -> None:
    group = ED25519
    polynomial = [5, 7, 11]
    public = [group.power(group.generator, coefficient) for coefficient in polynomial]
    for index in (1, 2, 3, 200):
        assert evaluate(polynomial, index, group.order) == (5 + 7 * index + 11 * index**2) % group.order
        assert share_commitment(group, public, index) == group.power(
            group.generator, evaluate(polynomial, index, group.order)
        )
    other = [group.power(group.generator, 2), group.identity]
    assert verification_key(group, [public, other], 3) == group.power(group.generator, 5 + 21 + 99 + 2)


def test_members_of_a_threshold_of_one_share_a_key_that_nobody_else_may_have() -> None:
    parameters = hold_ceremony(ED25519, 1, 3).parameters()
    keys = {key.public_key for key in parameters.verification_keys}
    assert len(keys) == 1
    Trustees(ED25519, (parameters,)).require_valid()
    with pytest.raises(DuplicateTrusteeKeyError):
        Trustees(ED25519, (parameters, parameters)).require_valid()


def test_trustees_are_numbered_over_all_entries_and_say_what_they_take(parameters: PedersenParameters) -> None:
    _, first = generate_trustee_key(ED25519, name="감사")
    _, last = generate_trustee_key(ED25519)
    trustees = Trustees(ED25519, (first, parameters, last))
    assert [(m.owner, m.entry, m.index, m.name) for m in trustees.members] == [
        (1, 0, 1, "감사"),
        (2, 1, 1, None),
        (3, 1, 2, None),
        (4, 1, 3, None),
        (5, 2, 1, None),
    ]
    assert trustees.shares_needed() == ((frozenset({1}), 1), (frozenset({2, 3, 4}), 2), (frozenset({5}), 1))
    assert trustees.can_do_without([])
    assert all(trustees.can_do_without([owner]) for owner in (2, 3, 4, 9))
    assert not any(trustees.can_do_without(owners) for owners in ([1], [5], [2, 3], [2, 3, 4], [1, 2]))
    found = Trustees.parse(trustees.to_bytes(), ED25519)
    assert found.members == trustees.members
    assert found.election_key() == ED25519.product(
        [first.public_key, last.public_key, structure_key(ED25519, public_coefficients(parameters, ED25519))]
    )


def test_a_single_trustees_signature_is_checked_where_there_is_one() -> None:
    private, key = generate_trustee_key(ED25519, name="감사")
    text = ED25519.serialize(key.public_key)
    signed = dataclasses.replace(key, signature=sign_message(ED25519, private.secret, text))
    Trustees(ED25519, (signed,)).require_valid()
    for false in (
        sign_message(ED25519, private.secret, text[::-1]),
        sign_message(ED25519, private.secret + 1, text),
        Proof(signed.signature.challenge, 1),
    ):
        with pytest.raises(MessageSignatureError):
            Trustees(ED25519, (dataclasses.replace(signed, signature=false),)).require_valid()


def test_the_same_single_trustee_twice_is_refused() -> None:
    _, key = generate_trustee_key(ED25519)
    with pytest.raises(DuplicateTrusteeKeyError):
        Trustees(ED25519, (key, key)).require_valid()


def test_a_single_key_is_drawn_from_all_but_zero() -> None:
    for drawn, secret in ((lambda _: 0, 1), (lambda bound: bound - 1, ED25519.order - 1)):
        private, key = generate_trustee_key(ED25519, random=drawn)
        assert private.secret == secret
        assert key.public_key == ED25519.power(ED25519.generator, secret)
    assert "1" not in repr(generate_trustee_key(ED25519, random=lambda _: 0)[0]).replace("PrivateKey", "")


@pytest.mark.parametrize("entry", ['["Single"]', '["Single",1,2]', "[]", '["Other",{}]', '{"Single":1}', '"Single"'])
def test_an_entry_that_is_neither_single_nor_threshold_is_refused(entry: str) -> None:
    with pytest.raises(MalformedObjectError):
        Trustees.parse(f"[{entry}]".encode(), ED25519)


def test_a_list_without_trustees_is_refused() -> None:
    with pytest.raises(TrusteeStructureError):
        Trustees.parse(b"[]", ED25519)


def test_coefficients_of_another_number_are_not_read(parameters: PedersenParameters) -> None:
    for threshold in (1, 3):
        with pytest.raises(MalformedObjectError):
            public_coefficients(dataclasses.replace(parameters, threshold=threshold), ED25519)


# Impossible numbers --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("threshold", [0, 4, 255])
def test_an_impossible_threshold_is_refused(parameters: PedersenParameters, threshold: int) -> None:
    with pytest.raises(TrusteeStructureError):
        require_valid_parameters(ED25519, dataclasses.replace(parameters, threshold=threshold))


@pytest.mark.parametrize("part", ["certs", "coefexps", "verification_keys", "signatures"])
def test_a_list_without_a_member_is_refused(parameters: PedersenParameters, part: str) -> None:
    for changed in (getattr(parameters, part)[:-1], ()):
        with pytest.raises(TrusteeStructureError):
            require_valid_parameters(ED25519, dataclasses.replace(parameters, **{part: changed}))


def test_another_possible_threshold_than_the_certified_one_is_refused(parameters: PedersenParameters) -> None:
    for threshold in (1, 3):
        with pytest.raises(CertificateError):
            require_valid_parameters(ED25519, dataclasses.replace(parameters, threshold=threshold))


def test_a_threshold_other_than_the_number_of_coefficients_is_refused_in_the_older_shape() -> None:
    group, parameters, _, _ = of_the_tool("b-threshold-2of3")
    for threshold in (1, 3):
        with pytest.raises(MalformedObjectError):
            require_valid_parameters(group, dataclasses.replace(parameters, threshold=threshold))


# Certificates --------------------------------------------------------------------------------------------------------


def test_a_certificate_for_other_circumstances_is_refused(held: Held) -> None:
    honest = {"group": "Ed25519", "size": 3, "threshold": 2, "index": 2}
    for change in ({"group": "BELENIOS-2048"}, {"size": 4}, {"threshold": 3}, {"index": 1}):
        context = CertificateContext(**{**honest, **change})
        false = resigned(held, 2, held.secrets[1].public(ED25519, context).message(ED25519))
        with pytest.raises(CertificateError, match="member 2"):
            require_valid_certificates(ED25519, 2, with_item(held.ceremony.certificates, 2, false))


def test_certificates_in_another_order_are_refused(held: Held) -> None:
    first, second, third = held.ceremony.certificates
    with pytest.raises(CertificateError):
        require_valid_certificates(ED25519, 2, (second, first, third))


def test_the_same_certificate_keys_twice_are_refused(held: Held) -> None:
    copied = certificates(ED25519, 2, [held.secrets[0], held.secrets[0], held.secrets[2]], held.random)
    with pytest.raises(DuplicateTrusteeKeyError):
        require_valid_certificates(ED25519, 2, copied)


def test_a_certificate_signed_with_another_key_is_refused(held: Held) -> None:
    false = sign(ED25519, held.secrets[0], held.ceremony.certificates[1].message)
    with pytest.raises(MessageSignatureError, match="member 2"):
        require_valid_certificates(ED25519, 2, with_item(held.ceremony.certificates, 2, false))


def test_a_mixture_of_the_two_shapes_is_refused(held: Held, parameters: PedersenParameters) -> None:
    old = resigned(held, 2, held.secrets[1].public(ED25519).message(ED25519))
    with pytest.raises(TrusteeStructureError):
        require_valid_certificates(ED25519, 2, with_item(parameters.certs, 2, old))
    with pytest.raises(TrusteeStructureError):
        require_valid_parameters(ED25519, dataclasses.replace(parameters, signatures=None))
    unsigned = dataclasses.replace(parameters.verification_keys[1], signature=None)
    with pytest.raises(TrusteeStructureError):
        require_valid_parameters(
            ED25519,
            dataclasses.replace(parameters, verification_keys=with_item(parameters.verification_keys, 2, unsigned)),
        )


def test_an_older_structure_with_a_signed_key_is_refused() -> None:
    group, parameters, _, _ = of_the_tool("b-threshold-2of3")
    signed = dataclasses.replace(parameters.verification_keys[0], signature=Proof(1, 1))
    with pytest.raises(TrusteeStructureError):
        require_valid_parameters(
            group, dataclasses.replace(parameters, verification_keys=with_item(parameters.verification_keys, 1, signed))
        )


@pytest.mark.parametrize("field", ["verification", "encryption"])
def test_the_identity_as_a_certificate_key_is_refused(held: Held, field: str) -> None:
    message = json.loads(held.ceremony.certificates[0].message)
    message[field] = ED25519.serialize(ED25519.identity)
    # Under the identity anybody can sign: c = H(g^w), r = w.
    false = resigned(held, 1, compact(message).decode())
    with pytest.raises(IdentityElementError, match="member 1"):
        require_valid_certificates(ED25519, 2, with_item(held.ceremony.certificates, 1, false))


# Coefficients and keys -----------------------------------------------------------------------------------------------


def test_coefficients_changed_and_signed_again_are_refused(held: Held, parameters: PedersenParameters) -> None:
    # Tampering 53's cousin: the member itself swaps its coefficients after the keys were computed.
    group = ED25519
    message = json.loads(parameters.coefexps[1].message)
    for position in (0, 1):
        text = group.serialize(group.multiply(group.parse(message["coefexps"][position]), group.generator))
        false = resigned(held, 2, compact(replaced(message, ("coefexps", position), text)).decode())
        changed = dataclasses.replace(parameters, coefexps=with_item(parameters.coefexps, 2, false))
        with pytest.raises(MessageSignatureError, match="member 2"):
            # The signature over certificates and coefficients together still speaks of the old ones.
            require_valid_parameters(group, changed)


def test_a_coefficient_signature_of_another_member_is_refused(held: Held, parameters: PedersenParameters) -> None:
    false = sign(ED25519, held.secrets[2], parameters.coefexps[1].message)
    with pytest.raises(MessageSignatureError, match="member 2"):
        require_valid_parameters(
            ED25519, dataclasses.replace(parameters, coefexps=with_item(parameters.coefexps, 2, false))
        )


def test_the_identity_as_a_coefficient_is_refused(held: Held, parameters: PedersenParameters) -> None:
    message = json.loads(parameters.coefexps[0].message)
    for position in (0, 1):
        text = ED25519.serialize(ED25519.identity)
        false = resigned(held, 1, compact(replaced(message, ("coefexps", position), text)).decode())
        with pytest.raises(IdentityElementError, match="member 1"):
            require_valid_parameters(
                ED25519, dataclasses.replace(parameters, coefexps=with_item(parameters.coefexps, 1, false))
            )


def test_keys_swapped_between_members_are_refused(parameters: PedersenParameters) -> None:
    first, second, third = parameters.verification_keys
    with pytest.raises(VerificationKeyError, match="member 1"):
        require_valid_parameters(ED25519, dataclasses.replace(parameters, verification_keys=(second, first, third)))


def test_keys_swapped_are_refused_in_the_older_shape_too() -> None:
    group, parameters, _, _ = of_the_tool("b-threshold-2of3")
    first, second, third = parameters.verification_keys
    with pytest.raises(VerificationKeyError, match="member 2"):
        require_valid_parameters(group, dataclasses.replace(parameters, verification_keys=(first, third, second)))


def test_a_key_of_ones_own_choice_is_refused(held: Held, parameters: PedersenParameters) -> None:
    # Rogue key: a valid proof of possession for a key that does not follow from the coefficients.
    _, rogue = generate_trustee_key(ED25519, random=held.random)
    with pytest.raises(VerificationKeyError, match="member 3"):
        require_valid_parameters(
            ED25519,
            dataclasses.replace(parameters, verification_keys=with_item(parameters.verification_keys, 3, rogue)),
        )


def test_a_single_trustee_cannot_cancel_the_others_key(held: Held) -> None:
    # T16: y' = g^x / y without knowing its logarithm; the proof of possession cannot be made.
    group = ED25519
    _, honest = generate_trustee_key(group, random=held.random)
    rogue = group.divide(group.power(group.generator, 77), honest.public_key)
    for pok in (honest.pok, Proof(1, 1), Proof(0, 77)):
        with pytest.raises(PossessionProofError):
            Trustees(group, (honest, TrusteePublicKey(pok, rogue))).require_valid()


@pytest.mark.parametrize("part", ["challenge", "response"])
def test_any_proof_of_a_structure_changed_is_refused(parameters: PedersenParameters, part: str) -> None:
    group = ED25519
    value = json.loads(compact(parameters.to_json(group)))
    changed = 0
    for path, leaf in leaves(value):
        if path[-1] != part:
            continue
        false = PedersenParameters.parse(replaced(value, path, str((int(leaf) + 1) % group.order)), group)
        with pytest.raises((MessageSignatureError, PossessionProofError)):
            require_valid_parameters(group, false)
        changed += 1
    assert changed == 3 + 3 + 3 + 2 * 3


# Every element in every place ----------------------------------------------------------------------------------------


def element_places(value: dict) -> list[tuple[tuple, tuple]]:
    """Return where the elements stand: the path of a leaf, and the path inside it if it is JSON itself."""
    found: list[tuple[tuple, tuple]] = []
    for path, leaf in leaves(value):
        if path[-1] == "public_key":
            found.append((path, ()))
        elif path[-1] == "message":
            found += [
                (path, inner) for inner, text in leaves(json.loads(leaf)) if isinstance(text, str) and len(text) > 40
            ]
    return found


def with_strange_element(held: Held, value: dict, place: tuple[tuple, tuple], change: Callable[[str], str]) -> dict:
    """Return the structure with one element replaced, and signed again where its member can."""
    path, inner = place
    if not inner:
        *outer, last = path
        found = value
        for key in outer:
            found = found[key]
        return replaced(value, path, change(found[last]))
    kind, position = path[0], path[1]
    message = json.loads(value[kind][position]["message"])
    old = message
    for key in inner:
        old = old[key]
    signed = resigned(held, position + 1, compact(replaced(message, inner, change(old))).decode())
    return replaced(value, (kind, position), signed.to_json())


@pytest.mark.slow
@pytest.mark.parametrize("name", ["Ed25519", "BELENIOS-2048"])
def test_a_strange_element_in_any_place_is_refused_though_its_member_signed_it(name: str) -> None:
    group = group_named(name)
    held = hold_ceremony(group, 2, 2, seed=8)
    value = json.loads(compact(held.parameters().to_json(group)))
    places = element_places(value)
    assert len(places) == 2 * 2 + 2 * 2 + 2
    member = group.serialize(group.power(group.generator, 5))
    for place in places:
        for title in non_members(group, member):
            false = with_strange_element(held, value, place, lambda old, title=title: non_members(group, old)[title])
            with pytest.raises(NotInGroupError):
                require_valid_parameters(group, PedersenParameters.parse(false, group))
                pytest.fail(f"{title} at {place}")
        for title in malformed(group, member):
            false = with_strange_element(held, value, place, lambda old, title=title: malformed(group, old)[title])
            with pytest.raises(ElementError):
                require_valid_parameters(group, PedersenParameters.parse(false, group))
                pytest.fail(f"{title} at {place}")
        identity = group.serialize(group.identity)
        false = with_strange_element(held, value, place, lambda _, identity=identity: identity)
        with pytest.raises(IdentityElementError):
            require_valid_parameters(group, PedersenParameters.parse(false, group))


def test_scalars_of_a_structure_out_of_range_or_not_canonical_are_refused(parameters: PedersenParameters) -> None:
    value = json.loads(compact(parameters.to_json(ED25519)))
    for path, leaf in leaves(value):
        if path[-1] not in {"challenge", "response"}:
            continue
        for text in (str(ED25519.order), str(int(leaf) + ED25519.order), f"0{leaf}", f"-{leaf}", ""):
            with pytest.raises(MalformedScalarError):
                PedersenParameters.parse(replaced(value, path, text), ED25519)


def test_fields_added_reordered_or_missing_are_refused_everywhere(held: Held, parameters: PedersenParameters) -> None:
    value = json.loads(compact(parameters.to_json(ED25519)))
    objects = [
        (),
        ("certs", 0),
        ("certs", 0, "signature"),
        ("coefexps", 1),
        ("signatures", 2),
        ("verification_keys", 0),
    ]
    for path in objects:
        inner = value
        for key in path:
            inner = inner[key]
        for changed in ({**inner, "extra": 1}, dict(reversed(inner.items())), dict(list(inner.items())[1:])):
            with pytest.raises(ElectionRefusedError):
                require_valid_parameters(ED25519, PedersenParameters.parse(replaced(value, path, changed), ED25519))
    certificate = json.loads(value["certs"][0]["message"])
    for changed in ({**certificate, "extra": 1}, dict(reversed(certificate.items()))):
        false = resigned(held, 1, compact(changed).decode()).to_json()
        with pytest.raises(MalformedObjectError):
            require_valid_parameters(ED25519, PedersenParameters.parse(replaced(value, ("certs", 0), false), ED25519))
