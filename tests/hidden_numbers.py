"""Compares what everybody is answered at every address before and after all answers of a hidden round are turned around.

Where the two differ, somebody is told how a round stands before it has ended.
"""

import re
from collections.abc import Iterator, Mapping

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.db.session import session, transaction
from app.deliberation.models import OpinionRound, RoundRun, Statement, StatementAnswer
from app.deliberation.services import analysing
from tests.conftest import NOW
from tests.factories_rounds import statements_of

CHANGING = re.compile(
    r'name="(csrf_token|once)"[^>]*value="[^"]*"|value="[^"]*"[^>]*name="(csrf_token|once)"|class="hash">[0-9a-f]{16}<'
)
"""Tokens of forms, numbers of errors: different on every request."""
OWN = re.compile(r"^(people|privacy)\.")
"""Pages about accounts and about who looked at what change by being looked at, and know no rounds."""
PRINTED = {"application/pdf"}
"""What is printed carries the instant of its making; it says what the page beside it says, which is compared."""


def analyse(found: OpinionRound) -> None:
    given = analysing.read_live(found.id)
    analysis = analysing.compute(given)
    with transaction():
        analysing.store_live(found.id, given, analysis, at=NOW)


def addresses(app: Flask, found: OpinionRound, more: Mapping[str, object]) -> Iterator[str]:
    """Fill every address that can be asked for with the round's own ids, and others beside it."""
    statement = statements_of(found)[0]
    ids: dict[str, object] = {
        "slug": found.place.slug, "round_id": found.id, "statement_id": statement.id, "number": statement.number, "name": "",
        **more,
    }  # fmt: skip
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if "GET" not in (rule.methods or set()) or rule.endpoint == "static" or OWN.match(rule.endpoint):
            continue
        for name in ("summary.csv", "comments.csv", "votes.csv", "round.json", "run.json"):
            path = rule.rule
            for argument in rule.arguments:
                value = name if argument == "name" else ids.get(argument, 1)
                path = re.sub(rf"<(?:[^<>:]+:)?{argument}>", str(value), path)
            path = re.sub(r"<any\(([^)]*)\):\w+>", lambda choice: choice.group(1).split(",")[0].strip(), path)
            if "<" not in path:
                yield path
            if "name" not in rule.arguments:
                break


def everything(
    app: Flask, found: OpinionRound, browsers: Mapping[str, FlaskClient], **more: object
) -> dict[tuple[str, str], str]:
    """Return what everybody is answered at every address, without what changes from one request to the next."""
    return {
        (name, path): CHANGING.sub("", answer.text)
        for name, browser in browsers.items()
        for path in addresses(app, found, more)
        if (answer := browser.get(path)).mimetype not in PRINTED
    }


def turn_around(found: OpinionRound) -> None:
    """Make every agreement a worry and every worry an agreement, in answers, counters and the run."""
    with transaction() as current:
        mine = sa.select(Statement.id).where(Statement.round_id == found.id)
        current.execute(
            sa.update(StatementAnswer)
            .where(StatementAnswer.statement_id.in_(mine))
            .values(value=-StatementAnswer.value)
            .execution_options(synchronize_session=False)
        )
        current.execute(
            sa.update(Statement)
            .where(Statement.round_id == found.id)
            .values(
                agree=Statement.worry,
                worry=Statement.agree,
                verified_agree=Statement.verified_worry,
                verified_worry=Statement.verified_agree,
            )
            .execution_options(synchronize_session=False)
        )
    kept = session().query(RoundRun).one().priorities
    analyse(found)
    with transaction() as current:
        # Which card comes next follows the priorities; that is not what this is about.
        current.query(RoundRun).one().priorities = kept
    session().expire_all()
