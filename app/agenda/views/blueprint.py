"""The blueprint that both modules of pages fill."""

from flask import Blueprint

blueprint = Blueprint("agenda", __name__)
