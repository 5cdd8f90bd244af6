"""The blueprint of the survey's pages."""

from flask import Blueprint

blueprint = Blueprint("survey", __name__)
