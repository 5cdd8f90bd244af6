"""Threshold elections with Debian's belenios-tool 2.0: either side makes, the other checks, and they take turns."""

import dataclasses
import hashlib
import json
from pathlib import Path

import pytest

from tests.integration.voting.reference_tool import run_tool, tool_refuses, tool_verifies
from tests.key_ceremony import hold_ceremony
from tests.whole_election import APPROVAL, TIMESTAMP, Office, open_office
from voting.election.archive import ArchiveWriter, read_archive
from voting.election.conduct import decryption_payloads, result_of
from voting.election.definition import SetupData
from voting.election.errors import TrusteeStructureError, VerificationKeyError
from voting.election.events import EventType
from voting.election.group import group_named
from voting.election.trustees.ceremony.keys import assemble, open_decryption_key
from voting.election.trustees.ceremony.messages import MemberOutput
from voting.election.trustees.channel import Cipher, send
from voting.election.trustees.objects import PedersenParameters
from voting.election.trustees.pedersen import require_valid_parameters
from voting.election.trustees.pki import TrusteeSecrets, certificate_identifier
from voting.election.trustees.structure import Trustees
from voting.election.verify.report import Demands
from voting.election.verify.run import examine_archive, verify_archive

pytestmark = pytest.mark.belenios

GROUP = group_named("BELENIOS-2048")
UNDER_WAY = Demands(finished=False, strong_decryption=False)
KEYS = ("setup", "generate-trustee-key-threshold", "--group", "BELENIOS-2048")


def made_here(folder: Path, *, trustees: tuple = ((2, 3),), closed: bool = True) -> Office:
    office = open_office(folder, "BELENIOS-2048", [APPROVAL], trustees=trustees, voters=4)
    for voter, vote in enumerate([[1, 0, 1], [0, 0, 0], [1, 1, 0]]):
        office.cast(voter, vote)
    office.cast(0, [0, 0, 1])
    if closed:
        office.close()
    return office


def append(office: Office, kind: EventType, lines: str) -> None:
    """Append what the tool printed, by our writer."""
    ArchiveWriter.open(office.path).append(kind, *(line.encode() for line in lines.splitlines()))
    office.writer = ArchiveWriter.open(office.path)


@pytest.mark.slow
@pytest.mark.parametrize("trustees", [((2, 3),), ((1, 1),), ((3, 5), "single"), ("single", (2, 2), (1, 2))])
def test_the_tool_verifies_a_threshold_election_made_here(tmp_path: Path, trustees: tuple) -> None:
    office = made_here(tmp_path, trustees=trustees)
    office.decrypt(
        *(number for owners, needed in office.trustees.shares_needed() for number in sorted(owners)[-needed:])
    )
    assert office.announce().questions == ((1, 1, 1),)
    verify_archive(office.path, Demands(proofs=office.strong_file()))
    tool_verifies(office.path)


@pytest.mark.slow
def test_the_tool_verifies_more_decryptions_than_are_needed(tmp_path: Path) -> None:
    office = made_here(tmp_path)
    office.decrypt(3, 1, 2)
    office.announce()
    verify_archive(office.path, Demands(proofs=office.strong_file()))
    tool_verifies(office.path)


@pytest.mark.slow
def test_the_tool_refuses_a_structure_whose_keys_are_swapped(tmp_path: Path) -> None:
    # So that the tests here cannot pass with a tool that accepts everything.
    office = open_office(tmp_path, "BELENIOS-2048", [APPROVAL], trustees=((2, 3),), voters=1)
    (parameters,) = office.trustees.entries
    assert isinstance(parameters, PedersenParameters)
    first, second, third = parameters.verification_keys
    swapped = Trustees(GROUP, (dataclasses.replace(parameters, verification_keys=(second, first, third)),)).to_bytes()
    data, _, public, _ = read_archive(office.path)[1][0].payloads
    setup = SetupData(*(hashlib.sha256(part).hexdigest() for part in (data, swapped, public))).to_bytes()
    folder = tmp_path / "changed"
    folder.mkdir()
    writer = ArchiveWriter.create(folder / office.path.name, TIMESTAMP)
    writer.append(EventType.SETUP, data, swapped, public, setup)
    assert tool_refuses(writer.path)
    with pytest.raises(VerificationKeyError):
        examine_archive(writer.path, UNDER_WAY)


@pytest.mark.slow
def test_the_tool_refuses_a_result_that_is_changed(tmp_path: Path) -> None:
    office = made_here(tmp_path)
    office.decrypt(1, 2)
    office.writer.append(EventType.RESULT, b'{"result":[[2,1,1]]}')
    assert tool_refuses(office.path)


@pytest.mark.slow
def test_the_tool_computes_the_result_from_decryptions_made_here(tmp_path: Path) -> None:
    office = made_here(tmp_path)
    office.decrypt(1, 3)
    result = run_tool(tmp_path, "election", "compute-result", "--dir", ".")
    assert json.loads(result) == {"result": [[1, 1, 1]]}
    append(office, EventType.RESULT, result)
    verify_archive(office.path, Demands(proofs=office.strong_file()))


@pytest.mark.slow
def test_the_tool_decrypts_with_a_key_made_here(tmp_path: Path) -> None:
    # One trustee uses the old tool, so its key is sealed with the cipher that the old tool reads.
    office = made_here(tmp_path)
    secrets = TrusteeSecrets.from_seed(office.seeds[2], GROUP)
    content = json.dumps({"decryption_key": str(office.secrets[2])}, separators=(",", ":"))
    own = secrets.public(GROUP).encryption
    (tmp_path / "member.key").write_text(office.seeds[2])
    (tmp_path / "member.dkey").write_text(send(GROUP, secrets, own, content, cipher=Cipher.CCM))
    lines = run_tool(
        tmp_path, "election", "decrypt-threshold", "--dir", ".", "--key", "member.key",
        "--decryption-key", "member.dkey", "--trustee-id", "2",
    )  # fmt: skip
    append(office, EventType.PARTIAL_DECRYPTION, lines)
    office.decrypt(3)
    assert office.announce().questions == ((1, 1, 1),)
    verify_archive(office.path, Demands(strong_decryption=False))
    tool_verifies(office.path)


class ToolCeremony:
    """A threshold election whose keys, credentials and ballots are made by the tool."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for _ in range(3):
            run_tool(folder, *KEYS, "--step", "1")
        self.names = sorted(path.stem for path in folder.glob("*.cert"))
        self.join("certs.jsons", "cert")
        run_tool(folder, *KEYS, "--step", "2", "--certs", "certs.jsons")
        for name in self.names:
            self.step(3, name, "polynomial")
        self.join("polynomials.jsons", "polynomial")
        step = ("--certs", "certs.jsons", "--threshold", "2", "--polynomials", "polynomials.jsons")
        run_tool(folder, *KEYS, "--step", "4", *step)
        for name in self.names:
            self.step(5, name, "voutput", given=(folder / f"{name}.vinput").read_text())
        outputs = "".join((folder / f"{name}.voutput").read_text() for name in self.names)
        (folder / "threshold.json").write_text(run_tool(folder, *KEYS, "--step", "6", *step, given=outputs))

    def step(self, number: int, name: str, ending: str, given: str = "") -> None:
        output = run_tool(
            self.folder, *KEYS, "--step", str(number), "--certs", "certs.jsons", "--threshold", "2",
            "--key", f"{name}.key", given=given,
        )  # fmt: skip
        (self.folder / f"{name}.{ending}").write_text(output)

    def join(self, target: str, ending: str) -> None:
        (self.folder / target).write_text(
            "".join((self.folder / f"{name}.{ending}").read_text() for name in self.names)
        )

    def hold_election(self) -> Path:
        """Let the tool set up, vote and close; return the archive."""
        folder, uuid = self.folder, "5TooLMade5TooLMade"
        (folder / "public_keys.jsons").touch()
        run_tool(folder, "setup", "make-trustees", "--dir", ".")
        template = {"description": "", "name": "x", "questions": [APPROVAL.to_json()]}
        (folder / "template.json").write_text(json.dumps(template))
        run_tool(folder, "setup", "make-election", "--template", "template.json", "--uuid", uuid, "--group", GROUP.name)
        run_tool(folder, "setup", "generate-credentials", "--count", "2", "--uuid", uuid, "--group", GROUP.name)
        (public,) = folder.glob("*.pubcreds")
        (folder / "public_creds.json").write_text(public.read_text())
        run_tool(folder, "archive", "init")
        (private,) = folder.glob("*.privcreds")
        for number, line in enumerate(private.read_text().splitlines()):
            (folder / "code").write_text(line.split()[-1])
            (folder / "vote").write_text(json.dumps([[1, number, 0]]))
            ballot = run_tool(
                folder, "election", "generate-ballot", "--dir", ".", "--privcred", "code", "--ballot", "vote"
            )
            run_tool(folder, "archive", "add-event", "--type", "Ballot", given=ballot)
        run_tool(folder, "archive", "add-event", "--type", "EndBallots")
        tally = run_tool(folder, "election", "compute-encrypted-tally", "--dir", ".")
        run_tool(folder, "archive", "add-event", "--type", "EncryptedTally", given=tally)
        return folder / f"{uuid}.bel"


@pytest.mark.slow
def test_members_of_a_ceremony_of_the_tool_decrypt_here_and_there(tmp_path: Path) -> None:
    ceremony = ToolCeremony(tmp_path)
    parameters = PedersenParameters.parse(json.loads((tmp_path / "threshold.json").read_text()), GROUP)
    require_valid_parameters(GROUP, parameters)
    archive = ceremony.hold_election()
    examine_archive(archive, UNDER_WAY)

    # The first member decrypts with the tool …
    first, _, third = ceremony.names
    lines = run_tool(
        tmp_path, "election", "decrypt-threshold", "--dir", ".", "--key", f"{first}.key",
        "--decryption-key", f"{first}.dkey", "--trustee-id", "1",
    )  # fmt: skip
    run_tool(tmp_path, "archive", "add-event", "--type", "PartialDecryption", given=lines)
    # … and the third here, with the seed and sealed key that the tool wrote.
    secrets = TrusteeSecrets.from_seed((tmp_path / f"{third}.key").read_text().strip(), GROUP)
    number, key = open_decryption_key(GROUP, secrets, parameters, (tmp_path / f"{third}.dkey").read_text().strip())
    assert number == 3
    payloads, _ = decryption_payloads(examine_archive(archive, UNDER_WAY), key)
    writer = ArchiveWriter.open(archive)
    writer.append(EventType.PARTIAL_DECRYPTION, *payloads)

    result = result_of(examine_archive(archive, UNDER_WAY))
    assert result.questions == ((2, 1, 0),)
    assert json.loads(run_tool(tmp_path, "election", "compute-result", "--dir", ".")) == {"result": [[2, 1, 0]]}
    writer.append(EventType.RESULT, result.to_bytes())
    report = verify_archive(archive)
    assert "no-strong-decryption-proofs" in {weakness.name for weakness in report.weaknesses}
    tool_verifies(archive)


@pytest.mark.slow
def test_members_with_the_tool_accept_certificates_and_shares_made_here(tmp_path: Path) -> None:
    held = hold_ceremony(GROUP, 2, 3, cipher=Cipher.CCM)
    lines = [json.dumps(cert.to_json(), separators=(",", ":")) for cert in held.ceremony.certificates]
    (tmp_path / "certs.jsons").write_text("".join(f"{line}\n" for line in lines))
    run_tool(tmp_path, *KEYS, "--step", "2", "--certs", "certs.jsons")

    step = ("--certs", "certs.jsons", "--threshold", "2")
    names = [certificate_identifier(certificate) for certificate in held.ceremony.certificates]
    outputs = []
    for number, name in enumerate(names, start=1):
        (tmp_path / f"{name}.key").write_text(held.seeds[number - 1])
        given = held.input(number).to_bytes().decode()
        outputs.append(run_tool(tmp_path, *KEYS, "--step", "5", *step, "--key", f"{name}.key", given=given))
    (tmp_path / "polynomials.jsons").write_text(
        "".join(f"{message.to_bytes().decode()}\n" for message in held.polynomials)
    )
    made = run_tool(tmp_path, *KEYS, "--step", "6", *step, "--polynomials", "polynomials.jsons", given="".join(outputs))
    keys = [entry["public_key"] for entry in json.loads(made)["verification_keys"]]
    assert keys == [GROUP.serialize(output.public_key.public_key) for output in held.outputs()]
    # The old tool does not sign its key, and a mixture of the two shapes is not published here.
    mixed = [MemberOutput.parse(outputs[0].strip().encode(), GROUP), *held.outputs()[1:]]
    with pytest.raises(TrusteeStructureError):
        assemble(held.ceremony, held.polynomials, mixed)


def test_the_tool_refuses_a_false_share_too(tmp_path: Path) -> None:
    held = hold_ceremony(GROUP, 2, 2, cipher=Cipher.CCM)
    lines = [json.dumps(cert.to_json(), separators=(",", ":")) for cert in held.ceremony.certificates]
    (tmp_path / "certs.jsons").write_text("".join(f"{line}\n" for line in lines))
    (tmp_path / "a.key").write_text(held.seeds[0])
    false = send(GROUP, held.secrets[1], held.ceremony.keys[0].encryption, '{"secret":"1"}', cipher=Cipher.CCM)
    received = dataclasses.replace(held.input(1), secrets=(held.input(1).secrets[0], false))
    run_tool(
        tmp_path, *KEYS, "--step", "5", "--certs", "certs.jsons", "--threshold", "2", "--key", "a.key",
        given=received.to_bytes().decode(), succeed=False,
    )  # fmt: skip
