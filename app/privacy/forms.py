"""Looks through every field of a form, without the form having to ask for it."""

from flask_babel import gettext
from werkzeug.datastructures import FileStorage
from wtforms import Field, FieldList, Form, FormField, PasswordField

from app.errors import InvalidInput
from app.privacy.files import require_clean_file
from app.privacy.rules import require_no_resident_number

LONG = 2000
"""Letters of a refused field from which on it is not searched as well."""


def refuse_resident_numbers(form: Form) -> bool:
    """Add an error to each field that holds a resident number, or a file that does; tell whether there was none.

    Called by `app.web.forms.Form.validate`. Passwords are left out: they are never stored.
    """
    answers = [_is_clean(field) for field in form]  # all of them first: every field gets its error
    return all(answers)


def _is_clean(field: Field) -> bool:
    if isinstance(field, PasswordField):
        return True
    if isinstance(field, FormField):
        return refuse_resident_numbers(field.form)
    if isinstance(field, FieldList):
        answers = [_is_clean(entry) for entry in field.entries]
        if not all(answers):
            field.errors = [entry.errors for entry in field.entries]
        return all(answers)
    if field.errors and any(isinstance(value, str) and len(value) > LONG for value in _values(field)):
        return False  # refused already, and not stored: whoever sends a book into a line is not looked through
    try:
        for value in _values(field):
            _require_clean(value)
    except InvalidInput as refusal:
        field.errors = [*field.errors, gettext(refusal.message)]
        return False
    return True


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
