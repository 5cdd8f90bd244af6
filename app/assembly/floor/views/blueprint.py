"""The blueprint of the assembly day."""

from flask import Blueprint

blueprint = Blueprint("floor", __name__)
