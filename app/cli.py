"""Registers each concept's commands."""

from flask import Flask

from app.assembly.cli import boards_commands
from app.jobs.cli import jobs_commands, worker_commands
from app.opendata.cli import opendata_commands
from app.outbox.cli import outbox_commands
from app.people.cli import people_commands
from app.places.cli import places_commands
from app.privacy.cli import keys_commands

COMMANDS = [places_commands, people_commands, worker_commands, jobs_commands, outbox_commands, keys_commands]
COMMANDS += [opendata_commands, boards_commands]


def init_app(app: Flask) -> None:
    """Make them known to ``flask``."""
    for command in COMMANDS:
        app.cli.add_command(command)
