"""The blueprint that the modules of pages fill."""

from flask import Blueprint

blueprint = Blueprint("council", __name__)
