"""The blueprint that all modules of pages fill."""

from flask import Blueprint

blueprint = Blueprint("ceremony", __name__)
