"""The open data of a closed round: the CSV form of Polis, and JSON. Nobody's name, no free text but the statements.

Participants are random numbers, instants are days. Answers person by person are handed out only where at least
`FEWEST_EXPORTED` people took part; sums stand for fewer, and none below five answers.
"""

import csv
import io
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from app.clock import KST, kst_date
from app.db.session import session
from app.deliberation.models import OpinionRound, Participant, RoundRun, Statement, StatementAnswer, StatementProposal
from app.deliberation.queries.results import FEWEST_SHOWN
from app.deliberation.queries.rounds import final_run, sheet_count
from app.deliberation.rules import FEWEST_EXPORTED, StatementState, hides_text
from app.errors import NotFound
from app.files.tables import safe
from app.i18n import N_

FILES = ("summary.csv", "comments.csv", "votes.csv", "round.json", "run.json")
LICENCE = "KOGL-1 (공공누리 제1유형) / CC BY 4.0"
_NOT_YET = N_("토론이 끝나고 마지막 결과가 정해진 뒤에 자료를 받을 수 있습니다.")
_TOO_FEW = N_("답한 사람이 너무 적어, 누구의 답인지 드러날 수 있는 자료는 내보내지 않습니다.")
_MODERATION = {StatementState.PUBLISHED: 1, StatementState.PENDING: 0}


def is_exportable(found: OpinionRound) -> bool:
    """Tell whether answers person by person may be handed out."""
    run = final_run(found)
    return run is not None and run.participants >= FEWEST_EXPORTED


def file_of(found: OpinionRound, name: str, *, url: str) -> bytes:
    """Return one file of a round's open data.

    Args:
        found: the round.
        name: one of `FILES`.
        url: where the round is shown.

    Raises:
        NotFound: the round has no final run yet, there is no such file, or it would point at people.
    """
    run = final_run(found)
    if run is None:
        raise NotFound(_NOT_YET)
    if name in {"votes.csv", "run.json"} and run.participants < FEWEST_EXPORTED:
        raise NotFound(_TOO_FEW)
    match name:
        case "summary.csv":
            return _summary(found, run, url)
        case "comments.csv":
            return _comments(found)
        case "votes.csv":
            return _votes(found)
        case "round.json":
            return _round(found, run, url)
        case "run.json":
            return _document(run)
        case _:
            raise NotFound(N_("그런 자료는 없습니다."))


def published_answers(round_id: int) -> list[tuple[int, int, int, datetime]]:
    """Return (participant's random number, statement, answer, instant) of every last word, in the order of the file."""
    rows = session().execute(
        select(Participant.public_number, Statement.number, StatementAnswer.value, StatementAnswer.at)
        .select_from(StatementAnswer)
        .join(Statement, Statement.id == StatementAnswer.statement_id)
        .join(Participant, Participant.id == StatementAnswer.participant_id)
        .where(Statement.round_id == round_id, Participant.public_number.is_not(None))
        .order_by(Participant.public_number, Statement.number)
    )
    return [(who, number, value, at) for who, number, value, at in rows if who is not None]


def day_seconds(at: datetime) -> int:
    """Return the day of an instant as seconds since 1970 of its midnight in Korea."""
    return int(datetime.combine(kst_date(at), datetime.min.time(), tzinfo=KST).timestamp())


def _summary(found: OpinionRound, run: RoundRun, url: str) -> bytes:
    statements = session().scalar(select(func.count(Statement.id)).where(Statement.round_id == found.id)) or 0
    authors = (
        session().scalar(select(func.count(func.distinct(Statement.author_id))).where(Statement.round_id == found.id))
        or 0
    )
    return _table(
        [
            ("topic", found.title),
            ("url", url),
            ("voters", run.participants),
            ("voters-verified", run.verified),
            ("voters-on-paper", sheet_count(found)),
            ("voters-in-conv", run.view["qualified"]),
            ("commenters", authors),
            ("comments", statements),
            ("groups", len(run.view["groups"])),
            ("conversation-description", found.purpose),
            ("analysis-sha256", run.sha256),
        ]
    )


def _comments(found: OpinionRound) -> bytes:
    header = [
        "timestamp", "datetime", "comment-id", "author-id", "agrees", "disagrees", "passes", "moderated",
        "comment-body", "verified-agrees", "verified-disagrees", "verified-passes", "taken-up-by",
    ]  # fmt: skip
    links = _taken_up(found)
    rows: list[list[object]] = [list(header)]
    for each in session().scalars(select(Statement).where(Statement.round_id == found.id).order_by(Statement.number)):
        at = day_seconds(each.submitted_at)
        shown = each.seen >= FEWEST_SHOWN
        counts = [each.agree, each.worry, each.unsure] if shown else ["", "", ""]
        verified = [each.verified_agree, each.verified_worry, each.verified_unsure]
        others = each.seen - sum(verified)
        is_safe = shown and sum(verified) >= FEWEST_SHOWN and (others == 0 or others >= FEWEST_SHOWN)
        # Polis names the author of a comment; ours stay unnamed, for their answers stand in the other file.
        rows.append(
            [
                at, kst_date(each.submitted_at).isoformat(), each.number, 0, *counts,
                _MODERATION.get(each.state, -1), _public_text(each),
                *(verified if is_safe else ["", "", ""]), " ".join(map(str, links.get(each.number, []))),
            ]
        )  # fmt: skip
    return _table(rows)


def _votes(found: OpinionRound) -> bytes:
    rows: list[Iterable[object]] = [["timestamp", "datetime", "comment-id", "voter-id", "vote"]]
    rows += (
        [day_seconds(at), kst_date(at).isoformat(), number, who, value]
        for who, number, value, at in published_answers(found.id)
    )
    return _table(rows)


def _round(found: OpinionRound, run: RoundRun, url: str) -> bytes:
    links = _taken_up(found)
    statements = session().scalars(select(Statement).where(Statement.round_id == found.id).order_by(Statement.number))
    document = {
        "format": "madang-round-1",
        "url": url,
        "licence": LICENCE,
        "place": found.place.slug,
        "title": found.title,
        "purpose": found.purpose,
        "opened_at": found.opened_at.isoformat() if found.opened_at else None,
        "closed_at": found.closed_at.isoformat() if found.closed_at else None,
        "access": found.access.value,
        "visibility": found.visibility.value,
        "conclusion": found.conclusion,
        "participants": run.participants,
        "verified_residents": run.verified,
        "on_paper": sheet_count(found),
        "analysis": {
            "sha256": run.sha256,
            "qualified": run.view["qualified"],
            "groups_withheld_because": run.view["refusals"],
            "groups": [_open_group(group) for group in run.view["groups"]],
        },
        "statements": [
            {
                "number": each.number,
                "text": _public_text(each),
                "is_seed": each.is_seed,
                "state": each.state.value,
                "reason": each.reason.value if each.reason else None,
                "proposals": links.get(each.number, []),
                "answers": _open_numbers(run.view["statements"].get(str(each.number))),
            }
            for each in statements
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _open_group(group: dict[str, Any]) -> dict[str, Any]:
    return {"label": group["label"], "size": group["size"], "says": group["says"]}


def _open_numbers(values: dict[str, Any] | None) -> dict[str, Any] | None:
    if values is None or values["agree"] + values["unsure"] + values["worry"] < FEWEST_SHOWN:
        return None
    return {
        "agree": values["agree"],
        "unsure": values["unsure"],
        "worry": values["worry"],
        "agree_interval_95": values["agree_range"],
        "majority": values["majority"],
    }


def _document(run: RoundRun) -> bytes:
    loaded = session().scalar(
        select(RoundRun)
        .where(RoundRun.round_id == run.round_id, RoundRun.is_final)
        .options(undefer(RoundRun.document))
        .execution_options(populate_existing=True)
    )
    return b"" if loaded is None or loaded.document is None else loaded.document


def _public_text(statement: Statement) -> str:
    if statement.state is StatementState.PUBLISHED or statement.state is StatementState.MERGED:
        return statement.text
    return statement.text if statement.state is StatementState.REJECTED and not hides_text(statement.reason) else ""


def _taken_up(found: OpinionRound) -> dict[int, list[int]]:
    rows = session().execute(
        select(Statement.number, StatementProposal.proposal_id)
        .join(StatementProposal, StatementProposal.statement_id == Statement.id)
        .where(Statement.round_id == found.id)
        .order_by(StatementProposal.id)
    )
    links: dict[int, list[int]] = {}
    for number, proposal_id in rows:
        links.setdefault(number, []).append(proposal_id)
    return links


def _table(rows: Iterable[Iterable[object]]) -> bytes:
    """Write rows as CSV; a cell that a spreadsheet would take for a formula is made a text."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in rows:
        writer.writerow([safe(value) if isinstance(value, str) else value for value in row])
    return text.getvalue().encode()
