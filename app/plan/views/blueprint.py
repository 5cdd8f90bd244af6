"""The blueprint that the modules of pages fill, and the names that they all show."""

from flask import Blueprint

from app.plan.rules import FUND_SOURCE_NAMES, VERDICT_NAMES

blueprint = Blueprint("plan", __name__)
NAMES = {"fund_sources": FUND_SOURCE_NAMES, "verdicts": VERDICT_NAMES}
