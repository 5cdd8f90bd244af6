"""The blueprint that all modules of pages fill."""

from flask import Blueprint

blueprint = Blueprint("kiosks", __name__)
