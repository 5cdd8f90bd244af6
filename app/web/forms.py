"""The base of all forms, and how a refusal of a use case reaches the form it came from."""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from app.config import generate_token
from app.errors import Conflict, InvalidInput, RuleViolation
from app.privacy.forms import refuse_resident_numbers
from app.web.messages import sentence

REQUIRED = _l("이 칸을 채워 주세요.")


class Form(FlaskForm):
    """A form with errors of its own. ``form_errors`` hold what belongs to no single field."""

    class Meta(FlaskForm.Meta):
        """Texts of the built-in validators come from Flask-Babel's locale."""

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            """Strip surrounding spaces of typed text before anything looks at it."""
            filters = [*unbound_field.kwargs.get("filters", ())]
            if unbound_field.field_class.__name__ in {
                "StringField",
                "TextAreaField",
                "EmailField",
                "TelField",
                "SearchField",
            }:
                filters.append(_strip)
            return unbound_field.bind(form=form, filters=filters, **options)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field, and refuse resident numbers in what was typed or uploaded, in every form alike."""
        valid = bool(super().validate(extra_validators))
        return refuse_resident_numbers(self) and valid


class VersionedForm(Form):
    """A form about a row that two clerks may edit: it remembers which version they saw."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired(REQUIRED)])


class OnceForm(Form):
    """A form that may be sent twice by a double click or a retry; ``once`` is the same in both."""

    once = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.once.data:
            self.once.data = generate_token()

    @property
    def token(self) -> str:
        """What one filled-in form carries however often it is sent; a form that came without one gets its own."""
        return str(self.once.data)


@contextmanager
def shown_on(form: Form) -> Iterator[None]:
    """Show a refusal of the use case on the form instead of a page of its own; the caller looks at ``form.errors``.

    Only what the person can do something about: not-found and not-allowed pass through.
    """
    try:
        yield
    except InvalidInput as error:
        field = form[error.field] if error.field and error.field in form else None
        if field is None:
            form.form_errors.append(sentence(error))
        else:
            field.errors = [*field.errors, sentence(error)]
    except (RuleViolation, Conflict) as error:
        form.form_errors.append(sentence(error))


def _strip(value: Any) -> Any:
    # Some keyboards send letters in pieces (NFD); kept whole, they are counted, compared and found as anybody expects.
    return unicodedata.normalize("NFC", value).strip() if isinstance(value, str) else value
