"""Turns a template and values into the words of a message."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

from flask import Flask, current_app
from flask_babel import force_locale
from jinja2 import Environment, StrictUndefined, TemplateRuntimeError

from app.config import Config
from app.outbox.rules import Channel

_EXTENSION = "madang.outbox.templates"


@dataclass(frozen=True)
class Words:
    """What a message says. A text message has no subject."""

    subject: str
    text: str


def render(channel: Channel, template: str, values: Mapping[str, Any], *, locale: str) -> Words:
    """Return the words of a message.

    Args:
        channel: mail, or a text message.
        template: ``<concept>/<name>`` under ``templates/emails``.
        values: what the template may name; everything else is an error.
        locale: ``ko`` or ``en``.

    Raises:
        jinja2.UndefinedError: the template names a value that was not given.
        jinja2.TemplateNotFound: there are no such words in that language.
        jinja2.TemplateRuntimeError: a mail would have no subject.
    """
    suffix = f".sms.{locale}.txt" if channel is Channel.SMS else f".{locale}.txt"
    with force_locale(locale):
        found = _environment().get_template(f"emails/{template}{suffix}")
        context = found.new_context({**values, "link": link, "site": current_config().public_url})
        text = "".join(found.root_render_func(context))  # the layout shows the text; it fills context.blocks
        subject = "".join(context.blocks["subject"][0](context)) if channel is Channel.MAIL else ""
    if channel is Channel.MAIL and not subject.strip():
        raise TemplateRuntimeError(f"{found.name} gives a mail without a subject")
    # A line break in a subject would begin a new header.
    return Words(subject=" ".join(subject.split()), text=_tidy(text))


def link(endpoint: str, **arguments: object) -> str:
    """Return the address of a page of this site, also where no request is at hand."""
    base = urlsplit(current_config().public_url)
    urls = current_app.url_map.bind(base.netloc, script_name=base.path or "/", url_scheme=base.scheme)
    return urls.build(endpoint, arguments, force_external=True)


def current_config() -> Config:
    """Return the configuration of the current application."""
    return cast("Config", current_app.config["MADANG"])


def _environment() -> Environment:
    # Plain text: nothing is escaped. Values are never read as templates, so a name like {{7*7}} stays as typed.
    app: Flask = current_app
    if _EXTENSION not in app.extensions:
        app.extensions[_EXTENSION] = app.jinja_env.overlay(autoescape=False, undefined=StrictUndefined)
    return cast("Environment", app.extensions[_EXTENSION])


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in text.strip().splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"
