"""What a verification says of itself: to a reader, to a program, and to the exit status."""

import json
from pathlib import Path

import pytest

from tests.finished_elections import mixed, plain, proofs_of
from tests.rewriting import steps_of, written
from tests.whole_election import RANKING, open_office
from voting.election.archive import read_archive
from voting.election.credentials import PublicCredentials
from voting.election.errors import BallotSignatureError, IncompleteElectionError, NotAnArchiveError
from voting.election.events import EventType
from voting.election.verify.report import TITLES, Demands, Failure, Step, VerificationReport
from voting.election.verify.run import examine_archive, verify_archive


def complete() -> VerificationReport:
    report = VerificationReport()
    for step in Step:
        report.note(step, f"detail {int(step)}", applies=step is not Step.EARLIER)
    return report


def broken() -> VerificationReport:
    report = VerificationReport()
    report.note(Step.CONTAINER, "9 events")
    report.warn("single-trustee", "One trustee alone can decrypt.")
    report.facts["stage"] = "Result"
    report.fail(BallotSignatureError("the proof does not hold").locate(tracker="abc", step=7))
    return report


def test_a_report_passes_with_every_step_once_in_order_and_no_failure() -> None:
    assert complete().passed
    assert not VerificationReport().passed
    failed = complete()
    failed.fail(NotAnArchiveError("no"))
    assert not failed.passed
    for gone in range(len(Step)):
        short = complete()
        del short.outcomes[gone]
        assert not short.passed
    exchanged = complete()
    exchanged.outcomes[0], exchanged.outcomes[1] = exchanged.outcomes[1], exchanged.outcomes[0]
    assert not exchanged.passed
    doubled = complete()
    doubled.note(Step.RESULT, "again")
    assert not doubled.passed


def test_a_failure_names_error_step_and_ballot_where_they_are_known() -> None:
    assert broken().failure == Failure(
        error="BallotSignatureError",
        message="step 7: ballot abc: the proof does not hold",
        step=7,
        tracker="abc",
    )
    unreadable = VerificationReport()
    unreadable.fail(NotAnArchiveError("not an archive"))
    assert unreadable.failure == Failure(error="NotAnArchiveError", message="not an archive", step=None, tracker=None)


def test_a_program_reads_every_part_of_the_report() -> None:
    assert broken().to_json() == {
        "verified": False,
        "steps": [{"step": 1, "title": TITLES[Step.CONTAINER], "outcome": "passed", "detail": "9 events"}],
        "weaknesses": [{"name": "single-trustee", "sentence": "One trustee alone can decrypt."}],
        "failure": {
            "error": "BallotSignatureError",
            "message": "step 7: ballot abc: the proof does not hold",
            "step": 7,
            "tracker": "abc",
        },
        "stage": "Result",
    }
    told = complete().to_json()
    assert told["verified"] is True
    assert told["failure"] is None
    assert [step["step"] for step in told["steps"]] == list(range(1, 13))
    assert [step["outcome"] for step in told["steps"] if step["step"] in {2, 3}] == ["passed", "does not apply"]


def test_a_reader_sees_steps_then_the_failure_then_the_weaknesses() -> None:
    assert broken().to_text().splitlines() == [
        "  1. ✓ The archive is complete and every byte is in its place: 9 events",
        "  7. ✗ BallotSignatureError: step 7: ballot abc: the proof does not hold",
        "     ! One trustee alone can decrypt. [single-trustee]",
    ]
    unreadable = VerificationReport()
    unreadable.fail(NotAnArchiveError("not an archive"))
    assert unreadable.to_text() == "     ✗ NotAnArchiveError: not an archive"
    lines = complete().to_text().splitlines()
    assert lines[2] == "  3. – Nothing that was seen earlier has changed: detail 3"
    assert lines[11] == " 12. ✓ The result is what was decrypted: detail 12"


def test_nothing_is_demanded_beyond_the_protocol_unless_asked_for() -> None:
    assert Demands() == Demands(
        finished=True,
        strong_decryption=None,
        least_shuffles=1,
        proofs=None,
        earlier=None,
        heads=(),
        trackers=(),
        credentials=None,
        fingerprint=None,
    )


@pytest.mark.parametrize("step", Step)
def test_every_step_has_a_title(step: Step) -> None:
    assert TITLES[step]
    assert list(TITLES) == list(Step)


def test_the_facts_are_those_of_the_archive() -> None:
    """`voting/SPEC.md` §12 names them; programs and pages read them."""
    office = mixed()
    election = office.election
    public = PublicCredentials.create(((c.public, 1) for c in office.credentials), election.group)
    records = read_archive(office.path)[1]
    report = verify_archive(office.path, Demands(proofs=proofs_of(office)))
    assert report.facts == {
        "head": {"height": len(records) - 1, "hash": records[-1].event.hash},
        "stage": "Result",
        "uuid": election.uuid,
        "fingerprint": election.fingerprint,
        "name": "주민총회",
        "group": "Ed25519",
        "credentials": {"count": 3, "fingerprint": public.fingerprint},
        "ballots": {"cast": 3, "counted": 3, "weight": 3},
        "result": json.loads(records[-1].payloads[0])["result"],
    }
    plainly = verify_archive(plain().path, Demands(proofs=proofs_of(plain())))
    assert plainly.facts["ballots"] == {"cast": 4, "counted": 3, "weight": 3}


def test_a_report_given_is_the_one_that_is_filled(tmp_path: Path) -> None:
    report = VerificationReport()
    assert verify_archive(plain().path, Demands(proofs=proofs_of(plain())), report=report) is report
    assert report.passed
    short = VerificationReport()
    with pytest.raises(IncompleteElectionError):
        verify_archive(written(tmp_path, []), report=short)
    assert short.failure is not None
    assert short.failure.step == Step.CONTAINER


def test_those_who_act_on_a_verification_find_everything_that_it_came_to_know() -> None:
    office = mixed()
    records = read_archive(office.path)[1]
    verified = examine_archive(office.path, Demands(proofs=proofs_of(office)))
    group = office.election.group
    assert verified.election.fingerprint == office.election.fingerprint
    assert verified.head == records[-1].event
    assert verified.stage is records[-1].event.type
    assert dict(verified.credentials.weights) == {group.serialize(c.public): 1 for c in office.credentials}
    assert verified.trustees.election_key() == office.election.public_key
    assert (verified.ballots, verified.total_weight, verified.shufflers) == (3, 3, (1, 2))
    tally = next(record for record in records if record.event.type is EventType.ENCRYPTED_TALLY)
    assert verified.tally.to_bytes(group) == tally.payloads[0]
    assert verified.ciphertexts[0] == verified.tally.questions[0]
    assert set(verified.ciphertexts[1]).isdisjoint(verified.tally.questions[1]), "as the last shuffle left them"
    assert set(verified.decryptions) == {1, 2}
    assert verified.index.path == office.path
    assert verified.report.passed


def test_every_step_says_what_it_saw() -> None:
    office = mixed()
    head = read_archive(office.path)[1][-1].event
    public = PublicCredentials.create(((c.public, 1) for c in office.credentials), office.election.group)
    noted = Demands(proofs=proofs_of(office), earlier=office.path, heads=[(head.height, head.hash)])
    details = [outcome.detail for outcome in verify_archive(office.path, noted).outcomes]
    assert details[:9] == [
        f"{head.height + 1} events, head {head.hash}",
        "the last event is Result",
        f"continues the earlier copy, 0 bytes were added; event {head.height} is the one that was noted",
        f"{office.election.uuid}, fingerprint {office.election.fingerprint}, Ed25519, 2 questions",
        "2 trustees; decryption takes 1 of 1 and 1 of 1",
        f"3 credentials, fingerprint {public.fingerprint}",
        "3 ballots, 3 of them the last of their credential",
        "3 ballots of total weight 3",
        "2 shuffles by trustees 1, 2",
    ]
    assert details[11] == read_archive(office.path)[1][-1].payloads[0].decode()
    alone = verify_archive(office.path, Demands(strong_decryption=False)).outcomes[2]
    assert (alone.applies, alone.detail) == (False, "no earlier copy and no noted event were given")


def test_the_report_says_who_shuffled_and_decrypted() -> None:
    report = verify_archive(mixed().path, Demands(proofs=proofs_of(mixed())))
    details = {outcome.step: outcome.detail for outcome in report.outcomes}
    assert details[Step.SHUFFLES] == "2 shuffles by trustees 1, 2"
    assert details[Step.DECRYPTIONS] == details[Step.STRONG_PROOFS] == "by trustees 1, 2"
    assert details[Step.BALLOTS] == "3 ballots, 3 of them the last of their credential"
    assert {outcome.step for outcome in report.outcomes if not outcome.applies} == {Step.EARLIER}


def test_the_report_of_an_unfinished_election_says_what_is_not_there_yet(tmp_path: Path) -> None:
    steps = steps_of(mixed().path)
    report = verify_archive(written(tmp_path, steps[:5]), Demands(finished=False))
    skipped = {outcome.step for outcome in report.outcomes if not outcome.applies}
    assert skipped == {Step.EARLIER, Step.TALLY, Step.SHUFFLES, Step.DECRYPTIONS, Step.STRONG_PROOFS, Step.RESULT}
    details = {outcome.step: outcome.detail for outcome in report.outcomes}
    assert details[Step.SHUFFLES] == "0 shuffles by trustees none"


def test_the_weaknesses_of_a_single_trustee_and_a_single_shuffle_are_named(tmp_path: Path) -> None:
    single = verify_archive(plain().path, Demands(strong_decryption=False))
    assert "single-trustee" in {weakness.name for weakness in single.weaknesses}
    two = verify_archive(mixed().path, Demands(strong_decryption=False))
    assert not {"single-trustee", "single-shuffle"} & {weakness.name for weakness in two.weaknesses}
    office = open_office(tmp_path, "Ed25519", [RANKING], trustees=("single", "single"), voters=1)
    office.cast(0, [1, 2, 3])
    office.close()
    office.shuffle(1)
    alone = verify_archive(office.path, Demands(finished=False))
    assert "single-shuffle" in {weakness.name for weakness in alone.weaknesses}
