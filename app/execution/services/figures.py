"""Opening the figures of a month: what the ledger said at its end, frozen and on the record."""

import hashlib
from datetime import date, datetime, timedelta

from app.clock import kst_date, kst_midnight
from app.db.session import session
from app.execution.models import MonthlyFigures
from app.execution.queries.money import places_with_figures_due, settlements, years_of_account
from app.places.models import Place
from app.places.queries import setting
from app.places.settings.execution import FIGURES_DAY
from app.record.services import append
from voting.encoding import JSON, canonical_json


def open_figures(place: Place, month: date, *, at: datetime) -> MonthlyFigures:
    """Freeze what the ledger of a dong said at the end of a month.

    Args:
        place: whose ledger.
        month: the first day of the month.
        at: when it is opened.
    """
    ends = kst_midnight((month + timedelta(days=32)).replace(day=1))
    years: list[JSON] = []
    for year in sorted(years_of_account(place)):
        for found in settlements(place, year, before=ends):
            rows: list[JSON] = [
                {
                    "project": row.project.id,
                    "title": row.project.title,
                    "planned_won": row.balance.planned_won,
                    "carried_in_won": row.balance.carried_in_won,
                    "contracted_won": row.balance.contracted_won,
                    "paid_won": row.balance.paid_won,
                    "returned_won": row.balance.returned_won,
                    "carried_out_won": row.balance.carried_out_won,
                    "left_won": row.balance.left_won,
                }
                for row in found.rows
            ]
            years.append({"year": year, "source": found.source.value, "projects": rows})
    text = canonical_json({"place": place.slug, "month": f"{month:%Y-%m}", "settlements": years}).decode()
    figures = MonthlyFigures(
        place_id=place.id, month=month, text=text, hash=hashlib.sha256(text.encode()).hexdigest(), opened_at=at
    )
    session().add(figures)
    session().flush()
    append(
        place, "execution.figures_opened", role="clock", subject=f"month:{month:%Y-%m}", at=at,
        values={"month": f"{month:%Y-%m}"}, document_hash=figures.hash,
    )  # fmt: skip
    return figures


def open_due_figures(at: datetime) -> list[MonthlyFigures]:
    """Open last month's figures of every dong whose day has come. Repeatable."""
    today = kst_date(at)
    month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    return [
        open_figures(place, month, at=at)
        for place in places_with_figures_due(month)
        if today.day >= setting(place, FIGURES_DAY)
    ]
