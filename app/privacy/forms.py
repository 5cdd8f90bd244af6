"""Looks through every field of a form, without the form having to ask for it."""

from collections.abc import Iterator

from flask_babel import gettext
from werkzeug.datastructures import FileStorage
from wtforms import Field, FieldList, Form, FormField, PasswordField

from app.errors import InvalidInput
from app.privacy.files import require_clean_file
from app.privacy.rules import require_no_resident_number


def refuse_resident_numbers(form: Form) -> bool:
    """Add an error to each field that holds a resident number, or a file that does; tell whether there was none.

    Called by `app.web.forms.Form.validate`. Passwords are left out: they are never stored.
    """
    clean = True
    for field in _fields(form):
        try:
            for value in _values(field):
                _require_clean(value)
        except InvalidInput as refusal:
            field.errors = [*field.errors, gettext(refusal.message)]
            clean = False
    return clean


def _fields(form: Form) -> Iterator[Field]:
    for field in form:
        if isinstance(field, FormField):
            yield from _fields(field.form)
        elif isinstance(field, FieldList):
            for entry in field.entries:
                yield from _fields(entry.form) if isinstance(entry, FormField) else [entry]
        elif not isinstance(field, PasswordField):
            yield field


def _values(field: Field) -> list[object]:
    data = getattr(field, "data", None)
    return list(data) if isinstance(data, list | tuple) else [data]


def _require_clean(value: object) -> None:
    if isinstance(value, str):
        require_no_resident_number(value)
    elif isinstance(value, FileStorage) and value.filename:
        content = value.stream.read()
        value.stream.seek(0)
        require_clean_file(value.filename, content)
