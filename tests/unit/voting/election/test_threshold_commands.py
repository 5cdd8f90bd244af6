"""Threshold trustees from the shell: ceremony, complaint, rehearsal, shuffle and decryption, with their exit statuses."""

import json
from pathlib import Path

import pytest

from tests.json_leaves import compact
from voting.cli import main
from voting.election.group import group_named
from voting.election.trustees.ceremony.messages import Complaint, PolynomialMessage
from voting.election.trustees.channel import send
from voting.election.trustees.objects import CertificateKeys, PedersenParameters
from voting.election.trustees.pedersen import require_valid_parameters
from voting.election.trustees.pki import TrusteeSecrets
from voting.election.trustees.structure import Trustees

GROUP = group_named("Ed25519")
OK, FAILED, UNREADABLE = 0, 1, 2
OCCASION = "2026-10-01T09:00+09:00"
UUID = "4R8BtGkq2sMZ3x"


class Members:
    """Three members around a shared folder, of whom two decrypt together."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.shared = folder / "ceremony"

    def trustee(self, step: str, *arguments: str) -> int:
        return main(["trustee", step, *arguments])

    def step(self, step: str, number: int, *arguments: str) -> int:
        return self.trustee(step, "--dir", str(self.shared), "--seed", str(self.seed(number)), *arguments)

    def seed(self, number: int) -> Path:
        return self.folder / f"member{number}.seed"

    def secrets(self, number: int) -> TrusteeSecrets:
        return TrusteeSecrets.from_seed(self.seed(number).read_text().strip(), GROUP)

    def begin(self) -> None:
        for number in (1, 2, 3):
            assert self.trustee("seed", "--out", str(self.seed(number))) == OK
            context = ("--index", str(number), "--members", "3", "--threshold", "2")
            assert self.step("certificate", number, *context) == OK

    def all_take(self, *steps: str) -> None:
        for step in steps:
            for number in (1, 2, 3):
                assert self.step(step, number) == OK

    def finish(self) -> Path:
        assert self.trustee("assemble", "--dir", str(self.shared)) == OK
        trustees = self.folder / "trustees.json"
        assert self.trustee("list", "--threshold", str(self.shared / "threshold.json"), "--out", str(trustees)) == OK
        return trustees

    def replace_share(self, sender: int, recipient: int, content: str) -> None:
        path = self.shared / f"polynomial-{sender}.json"
        value = json.loads(path.read_bytes())
        certificate = json.loads((self.shared / f"certificate-{recipient}.json").read_bytes())
        key = CertificateKeys.parse(certificate["message"], GROUP).encryption
        value["secrets"][recipient - 1] = send(GROUP, self.secrets(sender), key, content)
        path.write_bytes(compact(value))


@pytest.fixture
def members(tmp_path: Path) -> Members:
    found = Members(tmp_path)
    found.begin()
    return found


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Members:
    found = Members(tmp_path_factory.mktemp("members"))
    found.begin()
    found.all_take("commit", "reveal", "key")
    found.finish()
    return found


# The ceremony --------------------------------------------------------------------------------------------------------


def test_a_ceremony_leads_to_a_structure_that_everybody_can_check(done: Members) -> None:
    parameters = PedersenParameters.parse(json.loads((done.shared / "threshold.json").read_bytes()), GROUP)
    require_valid_parameters(GROUP, parameters)
    assert (parameters.threshold, parameters.size) == (2, 3)
    assert main(["trustee", "show", str(done.folder / "trustees.json")]) == OK
    Trustees.parse((done.folder / "trustees.json").read_bytes(), GROUP).require_valid()


def test_everybody_can_check_that_nobody_chose_a_key_late(done: Members, tmp_path: Path) -> None:
    trustees, committed = str(done.folder / "trustees.json"), done.shared / "commitments.json"
    assert main(["trustee", "show", trustees, "--commitments", str(committed)]) == OK
    other = Members(tmp_path)
    other.begin()
    other.all_take("commit", "reveal", "key")
    other.finish()
    foreign = str(other.shared / "commitments.json")
    assert main(["trustee", "show", trustees, "--commitments", foreign]) == FAILED
    alone = tmp_path / "single"
    assert main(["trustee", "single", "--out", str(alone)]) == OK
    (key,) = alone.glob("*.pubkey")
    assert main(["trustee", "list", str(key), "--out", str(alone / "list.json")]) == OK
    assert main(["trustee", "show", str(alone / "list.json"), "--commitments", str(committed)]) == UNREADABLE


def test_secrets_are_readable_by_their_owner_only_and_not_in_the_shared_folder(done: Members) -> None:
    published = b"".join(path.read_bytes() for path in done.shared.iterdir())
    for number in (1, 2, 3):
        for path in (done.seed(number), done.folder / f"member{number}.seed.polynomial"):
            assert path.stat().st_mode & 0o777 == 0o600
        assert done.seed(number).read_bytes().strip() not in published


def test_nobody_can_reveal_before_all_have_committed(members: Members) -> None:
    assert members.step("commit", 1) == OK
    assert members.step("commit", 2) == OK
    assert members.step("reveal", 1) == UNREADABLE
    assert not (members.shared / "polynomial-1.json").exists()


def test_nothing_published_is_ever_overwritten(members: Members) -> None:
    members.all_take("commit")
    before = (members.shared / "commitment-1.json").read_bytes()
    assert members.step("commit", 1) == UNREADABLE
    assert (members.shared / "commitment-1.json").read_bytes() == before


def test_a_commitment_exchanged_after_the_others_revealed_fails_the_ceremony(members: Members) -> None:
    members.all_take("commit")
    assert members.step("reveal", 1) == OK
    assert members.step("reveal", 2) == OK
    for path in (members.shared / "commitment-3.json", members.folder / "member3.seed.polynomial"):
        path.unlink()
    assert members.step("commit", 3) == OK
    assert members.step("reveal", 3) == OK
    assert members.step("key", 1) == FAILED


def test_a_certificate_for_another_threshold_fails_the_ceremony(members: Members) -> None:
    (members.shared / "certificate-2.json").unlink()
    assert members.step("certificate", 2, "--index", "2", "--members", "3", "--threshold", "1") == OK
    assert members.step("commit", 1) == FAILED


def test_a_false_share_is_complained_about_and_the_complaint_upheld(
    members: Members, capsys: pytest.CaptureFixture[str]
) -> None:
    members.all_take("commit", "reveal")
    members.replace_share(3, 2, '{"secret":"42"}')
    assert members.step("key", 1) == OK
    assert members.step("key", 2) == FAILED
    assert "of member 3" in capsys.readouterr().err
    assert members.step("complain", 1) == OK
    assert not list(members.shared.glob("complaint-1-*"))
    assert members.step("complain", 2) == OK
    complaint = members.shared / "complaint-2-about-3.json"
    assert main(["trustee", "judge", "--dir", str(members.shared), str(complaint)]) == OK
    assert "member 3 sent member 2 a false share" in capsys.readouterr().out
    false = Complaint.parse(complaint.read_bytes(), GROUP)
    swapped = members.folder / "swapped.json"
    swapped.write_bytes(Complaint(2, 3, false.share).to_bytes())
    assert main(["trustee", "judge", "--dir", str(members.shared), str(swapped)]) == FAILED


def test_a_share_that_nobody_can_read_fails_the_key_and_names_its_sender(
    members: Members, capsys: pytest.CaptureFixture[str]
) -> None:
    members.all_take("commit", "reveal")
    path = members.shared / "polynomial-3.json"
    message = PolynomialMessage.parse(path.read_bytes(), GROUP)
    value = json.loads(message.to_bytes())
    value["secrets"][0] = value["secrets"][1]
    path.write_bytes(compact(value))
    assert members.step("key", 1) == FAILED
    assert members.step("complain", 1) == FAILED
    assert "share from member 3" in capsys.readouterr().err


def test_a_mistyped_seed_is_unreadable_and_not_repeated(done: Members, capsys: pytest.CaptureFixture[str]) -> None:
    false = done.folder / "false.seed"
    false.write_text("0OIl" * 5 + "AB\n")
    assert done.trustee("complain", "--dir", str(done.shared), "--seed", str(false)) in {FAILED, UNREADABLE}
    assert "0OIl" not in capsys.readouterr().err


# Rehearsal -----------------------------------------------------------------------------------------------------------


def answer(done: Members, number: int, out: Path, occasion: str = OCCASION) -> int:
    return main(
        [
            "rehearsal", "answer", str(done.folder / "trustees.json"), "--uuid", UUID, "--occasion", occasion,
            "--seed", str(done.seed(number)), "--output", str(done.shared / f"output-{number}.json"), "--out", str(out),
        ]
    )  # fmt: skip


def check(done: Members, *answers: Path, enough: bool = False) -> int:
    arguments = ["rehearsal", "check", str(done.folder / "trustees.json"), "--uuid", UUID, "--occasion", OCCASION]
    return main([*arguments, *map(str, answers), *(["--enough"] if enough else [])])


def test_a_rehearsal_passes_when_all_answer_and_fails_when_one_does_not(done: Members, tmp_path: Path) -> None:
    answers = [tmp_path / f"answer-{number}.json" for number in (1, 2, 3)]
    for number, path in enumerate(answers, start=1):
        assert answer(done, number, path) == OK
    assert check(done, *answers) == OK
    assert check(done, *answers[:2]) == FAILED
    assert check(done, *answers[:2], enough=True) == OK
    assert check(done, answers[0], enough=True) == FAILED
    assert check(done, answers[0], answers[1], answers[1]) == FAILED


def test_an_answer_from_another_occasion_fails(done: Members, tmp_path: Path) -> None:
    answers = [tmp_path / f"answer-{number}.json" for number in (1, 2, 3)]
    for number, path in enumerate(answers, start=1):
        assert answer(done, number, path, "yesterday" if number == 2 else OCCASION) == OK
    assert check(done, *answers) == FAILED


def test_a_rehearsal_with_a_strangers_seed_fails(done: Members, tmp_path: Path) -> None:
    stranger = tmp_path / "stranger.seed"
    assert main(["trustee", "seed", "--out", str(stranger)]) == OK
    arguments = [
        "rehearsal", "answer", str(done.folder / "trustees.json"), "--uuid", UUID, "--occasion", OCCASION,
        "--seed", str(stranger), "--output", str(done.shared / "output-1.json"), "--out", str(tmp_path / "x.json"),
    ]  # fmt: skip
    assert main(arguments) == FAILED
    assert not (tmp_path / "x.json").exists()


# A whole election ----------------------------------------------------------------------------------------------------


class Village:
    """An election under way in a folder, with one approval and one ranking question."""

    def __init__(self, done: Members, folder: Path) -> None:
        self.done = done
        self.folder = folder
        self.archive = str(folder / f"{UUID}.bel")
        template, codes = folder / "questions.json", folder / "codes"
        ranking = {"type": "NonHomomorphic", "value": {"answers": ["도서관", "화단"], "question": "순위"}}
        approval = {"answers": ["가", "나"], "min": 0, "max": 2, "question": "찬성?"}
        template.write_text(json.dumps({"name": "총회", "description": "", "questions": [approval, ranking]}))
        assert main(["credentials", "generate", "--uuid", UUID, "--count", "2", "--out", str(codes)]) == OK
        opening = ["setup", "open", "--uuid", UUID, "--template", str(template), "--out", str(folder)]
        trustees, public = str(done.folder / "trustees.json"), str(codes / "public_credentials.json")
        assert main([*opening, "--trustees", trustees, "--credentials", public]) == OK
        lines = [line for line in (codes / "private_codes.csv").read_text().splitlines() if "-" in line]
        for number, vote in enumerate(("[[1,1],[1,2]]", "[[0,1],[9,3]]")):
            code, ballot = folder / f"code{number}", folder / f"ballot{number}.json"
            code.write_text(next(field for field in lines[number].split(",") if field.count("-") == 3))
            assert (
                main(["cast", "make", self.archive, "--code-file", str(code), "--vote", vote, "--out", str(ballot)])
                == OK
            )
            assert main(["cast", "append", self.archive, "--ballot", str(ballot)]) == OK

    def decrypt(self, number: int, *arguments: str) -> int:
        output = str(self.done.shared / f"output-{number}.json")
        key = ("--seed", str(self.done.seed(number)), "--output", output)
        return main(["decrypt", self.archive, *key, *arguments])

    def shuffle(self, *arguments: str) -> int:
        return main(["shuffle", self.archive, *arguments])


@pytest.fixture
def village(done: Members, tmp_path: Path) -> Village:
    return Village(done, tmp_path)


@pytest.mark.slow
def test_threshold_trustees_shuffle_and_decrypt_from_the_shell(
    village: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["tally", village.archive]) == OK
    assert village.decrypt(1) == FAILED  # nothing is shuffled yet
    assert village.shuffle("--end") == FAILED
    assert village.shuffle("--trustee", "3") == OK
    assert village.shuffle("--trustee", "3") == FAILED
    assert village.shuffle("--trustee", "9") == FAILED
    assert village.shuffle("--trustee", "1") == OK
    assert village.shuffle("--end") == OK
    assert village.decrypt(2) == OK
    assert village.decrypt(2) == FAILED
    assert main(["result", village.archive]) == FAILED  # one of two
    assert main(["verify", village.archive]) == FAILED  # unfinished
    assert village.decrypt(3) == OK
    assert main(["result", village.archive]) == OK
    capsys.readouterr()
    proofs = village.archive.replace(".bel", ".proofs.json")
    assert (
        main(
            ["verify", village.archive, "--proofs", proofs, "--require-strong-decryption", "--shuffles", "2", "--json"]
        )
        == OK
    )
    report = json.loads(capsys.readouterr().out)
    approval, rankings = report["result"]
    assert approval == [1, 2]
    assert sorted(rankings) == [[1, 2], [9, 3]]


def test_a_trustee_refuses_to_decrypt_what_does_not_follow_from_the_archive(village: Village) -> None:
    assert main(["tally", village.archive]) == OK
    assert village.shuffle("--trustee", "1") == OK
    assert village.shuffle("--end") == OK
    before = Path(village.archive).read_bytes()
    assert village.decrypt(1, "--expect", "00" * 32) == FAILED
    data = bytearray(before)
    data[before.index(b'"challenge":"') + 14] ^= 1
    Path(village.archive).write_bytes(data)
    assert village.decrypt(1) in {FAILED, UNREADABLE}
    Path(village.archive).write_bytes(before[:-512])
    assert village.decrypt(1) in {FAILED, UNREADABLE}
    assert Path(village.archive).read_bytes() == before[:-512]
    assert not Path(village.archive.replace(".bel", ".proofs.json")).exists()
    Path(village.archive).write_bytes(before)
    assert village.decrypt(1) == OK


def test_a_seed_without_its_sealed_key_or_with_anothers_is_refused(village: Village) -> None:
    assert main(["tally", village.archive]) == OK
    assert village.shuffle("--trustee", "1") == OK
    assert village.shuffle("--end") == OK
    seed = str(village.done.seed(1))
    assert main(["decrypt", village.archive, "--seed", seed]) == UNREADABLE
    other = str(village.done.shared / "output-2.json")
    assert main(["decrypt", village.archive, "--seed", seed, "--output", other]) == FAILED
