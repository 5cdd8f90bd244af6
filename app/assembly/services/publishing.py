"""What strangers download of a counted assembly: votes, rule and result as files, and all of it in a signed bundle.

Nothing here is about a person: ballots come from the mix, merged and sorted, without age, sex, place, channel or time
(allocation.md §5). Everything follows from the published archive, so that the same bytes can be made again at any time; only
the signed head of the board's log gains cosignatures until its witnesses have seen it.
"""

from functools import lru_cache

from app.assembly.kiosks.queries import stored_statement
from app.assembly.models import Assembly
from app.assembly.rules import Preference
from app.assembly.services.board import archive
from app.assembly.services.counting import counted
from app.assembly.services.inclusion import head_of, log_key
from app.assembly.stations.queries import stored_channels
from app.assembly.witnesses.queries import best_size
from app.assembly.witnesses.rules import Trust
from app.clock import kst_date
from app.files.tables import as_csv
from voting.allocation import (
    About,
    BallotKind,
    Election,
    Report,
    election_from_json,
    election_to_json,
    explain,
    result_to_json,
    rule_from_json,
    rule_to_json,
    trace_to_json,
    without_blank_ballots,
    write_bundle,
    write_pabulib,
)
from voting.allocation.commands.explain import report_to_value
from voting.encoding import canonical_json
from voting.log.note import SignerKey

COUNTRY = "South Korea"


def report_of(assembly: Assembly) -> Report:
    """Count a counted assembly again and explain it.

    Raises:
        RuleViolation: it is not counted yet.
    """
    return _report(election_to_json(counted(assembly).election), assembly.rule.encode())


def files_of(assembly: Assembly) -> dict[str, bytes]:
    """Return the small files of a result by name.

    ``votes.pb`` is there when whole ballots were opened and somebody chose something; the format has no blank ballots, so
    that it leaves them out.

    Raises:
        RuleViolation: it is not counted yet.
    """
    report = report_of(assembly)
    election, outcome, rule = report.account.election, report.account.outcome, report.account.rule
    files = {
        "election.json": election_to_json(election),
        "rule.json": rule_to_json(rule),
        "result.json": result_to_json(outcome.funded, outcome.total_cost, outcome.unspent),
        "explanation.json": canonical_json(report_to_value(report)),
        "result.csv": _table(assembly),
    }
    trace = trace_to_json(report.account)
    if trace is not None:
        files["trace.json"] = trace
    files |= {name: text.encode() for name, text in stored_channels(assembly).items()}
    files |= {name: text.encode() for name, text in stored_statement(assembly).items()}
    if election.profile is not None and any(election.profile.choices):
        cast = without_blank_ballots(election)
        files["votes.pb"] = write_pabulib(
            cast, _about(assembly, cast, blank=election.voters - cast.voters), rule=rule, outcome=outcome
        )
    return files


def bundle(assembly: Assembly, readme: str, *, signer: SignerKey) -> bytes:
    """Return everything in one signed zip archive, the election's own archive and its proofs included.

    Args:
        assembly: a counted one.
        readme: how to recount it, in words.
        signer: the installation's key.

    Raises:
        RuleViolation: it is not counted yet.
    """
    members: dict[str, bytes] = files_of(assembly) | {
        "election.bel": b"".join(archive(assembly)),
        "proofs.json": assembly.strong_proofs.encode(),
        "readme.txt": readme.encode(),
    }
    members |= _witnessed(assembly)
    title = f"{assembly.cycle.year} {assembly.place.name} 주민총회"
    return write_bundle(members, title=title, fingerprint=assembly.fingerprint, signers=[signer])


def _witnessed(assembly: Assembly) -> dict[str, bytes]:
    """Return the newest head of the board's log that has its witnesses, and whose signatures it needs."""
    key = log_key(assembly)
    if not key:
        return {}
    # Nothing is appended to a counted board: what covers the first event best is the newest with its quorum.
    size = best_size(assembly, 0) or assembly.head_height + 1
    policy = Trust.from_json(assembly.witnesses).policy(key)
    return {"checkpoint": head_of(assembly, size).serialize(), "witnesses.policy": policy.encode()}


@lru_cache(maxsize=64)
def _report(election: bytes, rule: bytes) -> Report:
    """Explaining takes longer than anything else on the page, and its answer never changes."""
    return explain(election_from_json(election), rule_from_json(rule))


def _about(assembly: Assembly, election: Election, *, blank: int) -> About:
    form = assembly.form
    limits: list[tuple[str, int]] = []
    kind = election.profile.kind if election.profile is not None else BallotKind.APPROVAL
    if kind is BallotKind.CUMULATIVE:
        limits += [("max_points", form.per_item), ("max_sum_points", form.at_most)]
    elif form.preference in {Preference.APPROVAL, Preference.RANKING}:
        limits.append(("max_length", form.at_most))
    elif form.preference is Preference.KNAPSACK:
        limits.append(("max_sum_cost", assembly.envelope_won))
    comments = [f"Fingerprint of the election: {assembly.fingerprint}"]
    if blank:
        comments.append(f"{blank} blank ballots took part and are left out; election.json has them")
    return About(
        description=f"Village assembly of {assembly.place.name} {assembly.cycle.year}",
        country=COUNTRY,
        unit=assembly.place.parent.name if assembly.place.parent is not None else assembly.place.name,
        subunit=assembly.place.name,
        instance=str(assembly.cycle.year),
        begins=kst_date(assembly.opens_at),
        ends=kst_date(assembly.closes_at),
        limits=tuple(limits),
        comments=tuple(comments),
    )


def _table(assembly: Assembly) -> bytes:
    """Write the result as a table."""
    header = [
        "number", "title", "category", "cost_won", "votes", "score", "yes", "no", "abstained", "rank", "funded",
        "granted_won", "reason_ko", "reason_en",
    ]  # fmt: skip
    rows = (
        [
            item.number, item.title, item.category, item.cost_won, item.votes,
            None if item.score is None else str(item.score), item.yes, item.no, item.abstained, item.rank,
            int(bool(item.is_funded)), item.granted_won or 0, item.reason_ko, item.reason_en,
        ]
        for item in assembly.items
    )  # fmt: skip
    return as_csv(header, rows)
