"""The report of an inspection: asked, said, done; and the yearly statistics (행정절차법 art. 46-3)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select

from app.cycle.models import Cycle
from app.cycle.rules import Stage
from app.db.session import session
from app.inspection.comparing import Kind, SectionChange, compare
from app.inspection.models import Disposition, InspectionEnd, Opinion
from app.inspection.queries.opinions import (
    Bundle,
    answers_are_public,
    bundles,
    end_of,
    extensions_of,
    inspected_versions,
    opinions_on,
    public_answer,
)
from app.inspection.rules import (
    CHANNEL_NAMES,
    RESULT_NAMES,
    STANCE_NAMES,
    AnswerState,
    Result,
)
from app.places.models import Place
from app.plan.models import Plan, PlanVersion
from app.plan.queries import Section, sections

COLUMNS = (
    "receipt", "received_at", "channel", "late", "section", "section_title", "stance", "text", "redacted", "group",
    "result", "reason", "change", "change_section", "unit", "answered_on", "corrected",
)  # fmt: skip
"""Columns of the open table of opinions. Extension rule: new columns are added at the end."""


@dataclass(frozen=True)
class Line:
    """One row of a table of figures: a marked name and how many."""

    code: str
    name: str
    count: int


@dataclass(frozen=True)
class Figures:
    """The numbers of an inspection; opinions that were withdrawn are not in them.

    ``bundles`` counts what was said once: identical opinions together. ``changed`` counts sections that differ between
    the inspected and the following version.
    """

    received: int
    bundles: int
    identical: int
    late: int
    withdrawn: int
    answered: int
    changed: int
    channels: list[Line]
    results: list[Line]
    stances: list[Line]
    by_section: list[Line]


@dataclass(frozen=True)
class Report:
    """Everything that the report of one inspected version says."""

    version: PlanVersion
    following: PlanVersion | None
    """The version that came of it, None while the inspection goes on."""
    sections: dict[int, Section]
    bundles: list[Bundle]
    figures: Figures
    changes: list[SectionChange]
    end: InspectionEnd | None
    opened_at: datetime
    closes_at: datetime
    are_public: bool
    """Whether confirmed answers are public."""

    def answer(self, opinion: Opinion) -> Disposition | None:
        """Return the public answer to an opinion."""
        return public_answer(opinion, are_public=self.are_public)

    @property
    def done(self) -> list[Bundle]:
        """Return what changed the plan: opinions that were adopted, wholly or in part."""
        adopted = {Result.ADOPTED, Result.PARTLY}
        return [each for each in self.bundles if (found := self.answer(each.first)) and found.result in adopted]


def report_on(version: PlanVersion) -> Report:
    """Gather the report of an inspected version."""
    cycle = version.plan.cycle
    opinions = opinions_on(version)
    found = sections(version)
    following = following_version(version)
    changes = compare(found, sections(following)) if following else []
    together = bundles(opinions)
    end = end_of(version)
    stage = cycle.stage(Stage.INSPECTION)
    withdrawn = session().scalar(
        select(func.count(Opinion.id)).where(Opinion.version_id == version.id, Opinion.withdrawn_at.is_not(None))
    )
    are_public = answers_are_public(version)
    answers = [answer for opinion in opinions if (answer := public_answer(opinion, are_public=are_public))]
    titles: dict[int | None, str] = {None: ""}
    titles.update((section.number, section.title) for section in found)
    figures = Figures(
        received=len(opinions),
        bundles=len(together),
        identical=sum(len(each.opinions) for each in together if each.group is not None),
        late=sum(opinion.late for opinion in opinions),
        withdrawn=withdrawn or 0,
        answered=len(answers),
        changed=sum(change.kind is not Kind.SAME for change in changes),
        channels=_lines(CHANNEL_NAMES, (opinion.channel for opinion in opinions)),
        results=_lines(RESULT_NAMES, (answer.result for answer in answers)),
        stances=_lines(STANCE_NAMES, (opinion.stance for opinion in opinions)),
        by_section=[
            Line(str(number or 0), title, sum(opinion.section == number for opinion in opinions))
            for number, title in titles.items()
        ],
    )
    return Report(
        version=version, following=following, sections={section.number: section for section in found},
        bundles=together, figures=figures, changes=changes, end=end,
        opened_at=max(version.frozen_at, stage.opened_at or stage.opens_at),
        closes_at=end.closed_at if end else stage.closes_at, are_public=are_public,
    )  # fmt: skip


def following_version(version: PlanVersion) -> PlanVersion | None:
    """Return the version frozen after this one, None before there is one."""
    query = select(PlanVersion).where(PlanVersion.plan_id == version.plan_id, PlanVersion.number > version.number)
    return session().scalar(query.order_by(PlanVersion.number).limit(1))


def table(report: Report) -> list[dict[str, Any]]:
    """Return every opinion and its answer as rows of `COLUMNS`; texts as published, nothing of their authors."""
    return [_row(report, opinion) for opinion in sorted(_all(report), key=lambda opinion: opinion.number)]


def _all(report: Report) -> list[Opinion]:
    return [opinion for each in report.bundles for opinion in each.opinions]


def _row(report: Report, opinion: Opinion) -> dict[str, Any]:
    answer = report.answer(opinion)
    section = report.sections.get(opinion.section or 0)
    row: dict[str, Any] = {
        "receipt": opinion.receipt,
        "received_at": opinion.received_at.isoformat(timespec="seconds"),
        "channel": opinion.channel.value,
        "late": int(opinion.late),
        "section": opinion.section or "",
        "section_title": section.title if section else "",
        "stance": opinion.stance.value,
        "text": opinion.public_text if opinion.released_at else "",
        "redacted": int(opinion.is_redacted),
        "group": opinion.group_id or "",
    }
    return row | {
        "result": answer.result.value if answer else "",
        "reason": answer.reason if answer else "",
        "change": answer.change if answer else "",
        "change_section": (answer.change_section or "") if answer else "",
        "unit": answer.unit if answer else "",
        "answered_on": (answer.confirmed_at or answer.answered_at).date().isoformat() if answer else "",
        "corrected": len(answer.corrections) if answer else 0,
    }


@dataclass(frozen=True)
class YearLine:
    """The inspections of one year of a dong, as the law wants them published."""

    year: int
    inspections: int
    days: int
    """Days of the longest inspection, first and last included."""
    extensions: int
    received: int
    answered: int
    late: int
    results: dict[str, int]
    channels: dict[str, int]


def statistics(place: Place) -> list[YearLine]:
    """Return the inspections of a dong year by year, newest first."""
    query = (
        select(Cycle)
        .join(Plan, Plan.cycle_id == Cycle.id)
        .where(Cycle.place_id == place.id)
        .order_by(Cycle.year.desc())
    )
    return [_year(cycle) for cycle in session().scalars(query) if inspected_versions(cycle)]


def _year(cycle: Cycle) -> YearLine:
    versions = inspected_versions(cycle)
    ids = [version.id for version in versions]
    in_force = (Opinion.version_id.in_(ids), Opinion.withdrawn_at.is_(None))
    channels = _counted(select(Opinion.channel, func.count(Opinion.id)).where(*in_force).group_by(Opinion.channel))
    results = _counted(
        select(Disposition.result, func.count(Disposition.id))
        .join(Opinion, Opinion.id == Disposition.opinion_id)
        .where(*in_force, Disposition.state == AnswerState.CONFIRMED)
        .group_by(Disposition.result)
    )
    late = session().scalar(select(func.count(Opinion.id)).where(*in_force, Opinion.late)) or 0
    stage = cycle.stage(Stage.INSPECTION)
    spans = []
    for version in versions:
        end = end_of(version)
        began = max(version.frozen_at, stage.opened_at or stage.opens_at)
        spans.append(-(-((end.closed_at if end else stage.closes_at) - began) // timedelta(days=1)))
    return YearLine(
        year=cycle.year, inspections=len(versions), days=max(0, *spans) if spans else 0,
        extensions=sum(len(extensions_of(version)) for version in versions), received=sum(channels.values()),
        answered=sum(results.values()), late=late, results=results, channels=channels,
    )  # fmt: skip


def _counted(query: Any) -> dict[str, int]:
    return {code.value: count for code, count in session().execute(query)}


def _lines(names: dict[Any, str], found: Iterable[StrEnum]) -> list[Line]:
    counted = Counter(found)
    return [Line(code.value, name, counted[code]) for code, name in names.items()]
