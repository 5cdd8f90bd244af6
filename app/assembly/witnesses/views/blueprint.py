"""The blueprint that both modules fill."""

from flask import Blueprint

blueprint = Blueprint("witnesses", __name__)
