"""The blueprint of opinion rounds."""

from flask import Blueprint

blueprint = Blueprint("deliberation", __name__)
