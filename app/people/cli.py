"""Commands about people: the first operator, and somebody who lost every second factor."""

import click
from flask.cli import AppGroup

from app.clock import utc_now
from app.db.session import session, transaction
from app.people.models import Person
from app.people.passwords import hash_password, require_good_password
from app.people.queries.sign_ins import person_of_contact, read_contact
from app.people.rules import Role, require_public_name
from app.people.services import messages, roles, second_factor, sign_ins
from app.people.services.sign_up import add_contact
from app.places.queries import place_by_slug
from app.privacy.rules import Access
from app.privacy.services import COMMAND, log_access

people_commands = AppGroup("people", help="Accounts and roles.")


@people_commands.command("operator")
@click.argument("slug")
@click.argument("contact")
@click.option("--name", prompt=True, help="The name others see.")
@click.password_option()
def operator(slug: str, contact: str, name: str, password: str) -> None:
    """Make the operator of a place, with an account of their own when the contact has none yet.

    A second factor is asked for at the first sign-in.
    """
    kind, normal = read_contact(contact)
    at = utc_now()
    require_good_password(password, about=[normal, name])
    hashed = hash_password(password)
    with transaction():
        place = place_by_slug(slug)
        person = person_of_contact(contact)
        if person is None:
            person = Person(public_name=require_public_name(name), password_hash=hashed, created_at=at)
            session().add(person)
            session().flush()
            add_contact(person, kind, normal, at=at)
        roles.grant_role(place, Role.OPERATOR, person, by=None, at=at)
        click.echo(f"person:{person.id} is operator of {place.slug}")


@people_commands.command("forget-second-factor")
@click.argument("contact")
@click.option("--reason", prompt=True, help="Who asked, and how you know that it was them.")
def forget_second_factor(contact: str, reason: str) -> None:
    """Take away every second factor of somebody who lost them all, and end their sign-ins. They are told.

    The account is as safe as its password until a new one is set up: look at an ID first.
    """
    at = utc_now()
    with transaction():
        person = person_of_contact(contact)
        if person is None:
            raise click.ClickException("no account has this contact")
        second_factor.forget_all(person)
        sign_ins.end_all(person.id, at=at)
        messages.notify(person, "second_factor_removed", key=f"{person.id}:{at.timestamp()}", at=at)
        subject = f"person:{person.id}"
        log_access(Access.CHANGED, by=0, ip=COMMAND, subject=subject, at=at, fields=("second_factor",), reason=reason)
        click.echo(f"person:{person.id} sets up a second factor at the next sign-in")
