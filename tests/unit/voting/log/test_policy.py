"""Trust policies: the specification's example, its prohibitions, and when a quorum is met."""

import dataclasses
import itertools

import pytest

from tests.village_log import LOG, NOON, ORIGIN, STRANGER, WITNESSES, checkpoint_of, key, policy, signed, tree_of
from voting.log.checkpoint import Checkpoint
from voting.log.errors import (
    InvalidSignatureError,
    MalformedCheckpointError,
    MalformedPolicyError,
    NoKnownSignatureError,
    QuorumNotMetError,
    RootMismatchError,
    UnknownLogError,
)
from voting.log.note import NoteSignature, SignatureType, SignedNote, SignerKey, sign_note
from voting.log.policy import parse_policy, policy_of

TREE = tree_of(5)
CHECKPOINT = checkpoint_of(TREE)
V = [str(witness.verifier) for witness in WITNESSES]
LOG_LINE = f"log {LOG.verifier}\n"


def cosigners(name: str, count: int) -> list[SignerKey]:
    return [key(f"{name}{number}.example", SignatureType.COSIGNATURE) for number in range(1, count + 1)]


def test_two_of_three_witnesses_are_enough_and_any_two_do():
    for pair in itertools.permutations(WITNESSES, 2):
        witnessed = policy().verify_checkpoint(signed(CHECKPOINT, *pair))
        assert witnessed.checkpoint == CHECKPOINT
        assert sorted(witnessed.cosigned_at.values()) == [NOON, NOON]


@pytest.mark.parametrize("witnesses", [[], WITNESSES[:1], [WITNESSES[0], STRANGER]])
def test_fewer_are_no_quorum(witnesses):
    with pytest.raises(QuorumNotMetError):
        policy().verify_checkpoint(signed(CHECKPOINT, *witnesses))


def test_one_witness_twice_is_one_witness():
    note = signed(CHECKPOINT, WITNESSES[0])
    note = note.with_signatures(WITNESSES[0].sign(note.text, at=NOON + second) for second in range(1, 20))
    assert len(note.signatures) == 21
    with pytest.raises(QuorumNotMetError):
        policy().verify_checkpoint(note)


def test_one_key_under_two_names_cannot_enter_a_policy():
    twin = SignerKey("twin.example", SignatureType.COSIGNATURE, WITNESSES[0]._private.private_bytes_raw())
    with pytest.raises(MalformedPolicyError, match="public key"):
        policy_of([LOG.verifier], [WITNESSES[0].verifier, twin.verifier], quorum=2)
    with pytest.raises(MalformedPolicyError, match="public key"):
        policy_of([LOG.verifier, LOG.verifier], [], quorum=0)


def test_a_known_witness_s_wrong_cosignature_refuses_the_checkpoint_even_beyond_the_quorum():
    note = signed(CHECKPOINT, *WITNESSES[:2])
    wrong = NoteSignature(WITNESSES[2].verifier.name, WITNESSES[2].verifier.key_id, bytes(72))
    with pytest.raises(InvalidSignatureError):
        policy().verify_checkpoint(note.with_signatures([wrong]))


def test_the_log_itself_must_have_signed():
    cosigned = SignedNote(CHECKPOINT.text(), tuple(w.sign(CHECKPOINT.text(), at=NOON) for w in WITNESSES))
    with pytest.raises(NoKnownSignatureError):
        policy().verify_checkpoint(cosigned)


def test_another_log_s_checkpoint_is_refused_however_many_cosigned():
    other = dataclasses.replace(CHECKPOINT, origin="elsewhere.example")
    note = SignedNote(other.text(), (key("elsewhere.example").sign(other.text()), LOG.sign(other.text())))
    with pytest.raises(UnknownLogError):
        policy().verify_checkpoint(note)


def test_a_log_cannot_sign_for_another_one_of_the_policy():
    two = policy_of([LOG.verifier, key("other.example").verifier], [], quorum=0)
    text = CHECKPOINT.text()
    with pytest.raises(NoKnownSignatureError):
        two.verify_checkpoint(SignedNote(text, (key("other.example").sign(text),)))
    assert two.verify_checkpoint(signed(CHECKPOINT)).checkpoint == CHECKPOINT


def test_an_empty_log_with_a_root_of_its_own_is_refused():
    with pytest.raises(RootMismatchError):
        policy(0).verify_checkpoint(signed(Checkpoint(ORIGIN, 0, bytes(32))))


def test_a_note_that_is_no_checkpoint_is_refused():
    with pytest.raises(MalformedCheckpointError):
        policy(0).verify_checkpoint(sign_note("hello\n", [LOG]))


def test_the_specification_s_two_levels_of_groups():
    x, y = cosigners("x", 3), cosigners("y", 3)
    lines = [LOG_LINE.strip(), ""]
    for name, group in (("X", x), ("Y", y)):
        lines += [f"witness {name}{n} {w.verifier} https://w.example/{n}" for n, w in enumerate(group, start=1)]
    lines += ["group X-witnesses 2 X1 X2 X3", "  # a comment", "group\tY-witnesses any Y1 Y2 Y3 "]
    lines += ["group X-and-Y all X-witnesses Y-witnesses", "quorum X-and-Y", ""]
    rule = parse_policy("\n".join(lines).encode())
    for chosen in itertools.chain.from_iterable(itertools.combinations(x + y, n) for n in range(7)):
        note = signed(CHECKPOINT, *chosen)
        if sum(w in x for w in chosen) >= 2 and any(w in y for w in chosen):
            assert len(rule.verify_checkpoint(note).cosigned_at) == len(chosen)
        else:
            with pytest.raises(QuorumNotMetError):
                rule.verify_checkpoint(note)


def test_a_quorum_of_a_single_witness_or_of_none():
    single = parse_policy(f"{LOG_LINE}witness 이웃 {V[0]}\nquorum 이웃\n".encode())
    assert single.verify_checkpoint(signed(CHECKPOINT, WITNESSES[0])).cosigned_at == {"이웃".encode(): NOON}
    with pytest.raises(QuorumNotMetError):
        single.verify_checkpoint(signed(CHECKPOINT, WITNESSES[1]))
    nobody = parse_policy(f"{LOG_LINE}quorum none\n".encode())
    assert nobody.verify_checkpoint(signed(CHECKPOINT)).cosigned_at == {}


def test_names_are_octets_and_need_not_be_text():
    rule = parse_policy(LOG_LINE.encode() + b"witness \xff\xfe " + V[0].encode() + b"\nquorum \xff\xfe\n")
    assert rule.verify_checkpoint(signed(CHECKPOINT, WITNESSES[0])).cosigned_at == {b"\xff\xfe": NOON}


THREE = "".join(f"witness w{n} {v}\n" for n, v in enumerate(V, start=1))


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("", "one quorum"),
        (LOG_LINE, "one quorum"),
        ("quorum none", "newline"),
        ("quorum none\nquorum none\n", "second quorum"),
        ("quorum w1\n", "no earlier line"),
        (f"quorum w1\n{THREE}", "no earlier line"),
        (f"{THREE}quorum w1 w2\n", "not a log"),
        (f"{THREE}group g 2 w1 w2 w4\nquorum g\n", "no earlier line"),
        (f"{THREE}group g 2 w1 g\nquorum g\n", "no earlier line"),
        (f"{THREE}group g 2 w1 none\nquorum g\n", "no earlier line"),
        (f"{THREE}group g 2 w1 w1\nquorum g\n", "listed twice"),
        (f"{THREE}group g any w1 w2\ngroup h all g w1\nquorum h\n", "another group"),
        (f"{THREE}group g 3 w1 w2\nquorum g\n", "larger"),
        (f"{THREE}group g 0 w1 w2\nquorum g\n", "threshold"),
        (f"{THREE}group g 02 w1 w2\nquorum g\n", "threshold"),
        (f"{THREE}group g -1 w1 w2\nquorum g\n", "threshold"),
        (f"{THREE}group g most w1 w2\nquorum g\n", "threshold"),
        (f"{THREE}group g 9999999999 w1 w2\nquorum g\n", "threshold"),
        (f"{THREE}group g any\nquorum g\n", "not a log"),
        (f"{THREE}group w1 any w2\nquorum w1\n", "taken"),
        (f"{THREE}group none any w2\nquorum none\n", "taken"),
        (f"{THREE}witness w1 {STRANGER.verifier}\nquorum none\n", "taken"),
        (f"witness none {V[0]}\nquorum none\n", "taken"),
        (f"witness a {V[0]}\nwitness b {V[0]}\nquorum none\n", "public key"),
        (f"{LOG_LINE}{LOG_LINE}quorum none\n", "public key"),
        (f"log {V[0]}\nquorum none\n", "0x01"),
        (f"witness w {LOG.verifier}\nquorum none\n", "0x04"),
        (f"witness w {V[0][:-2]}\nquorum none\n", "base64"),
        (f"{LOG_LINE}mirror x\nquorum none\n", "not a log"),
        (f"{LOG_LINE}quorum none\r\n", "control"),
        (f"{LOG_LINE}quorum none\n\0", "control"),
        (f"{LOG_LINE}quorum\u3000none\n", "not a log"),
    ],
)
def test_a_policy_out_of_form_is_refused(text, because):
    with pytest.raises(MalformedPolicyError, match=because):
        parse_policy(text.encode())


def test_the_refusal_names_the_line():
    with pytest.raises(MalformedPolicyError, match="line 3"):
        parse_policy(f"# a policy\n{LOG_LINE}nonsense\n".encode())


@pytest.mark.parametrize("quorum", [4, 100])
def test_a_quorum_larger_than_the_witnesses_is_refused(quorum):
    with pytest.raises(MalformedPolicyError):
        policy(quorum)


def test_a_policy_cannot_be_changed_afterwards():
    rule = policy()
    with pytest.raises(TypeError):
        rule.witnesses[b"w4"] = STRANGER.verifier  # type: ignore[index]
