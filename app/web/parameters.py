"""What a request says, before anything reads it: no letters that no text has, no numbers that no row has.

Addresses and forms are typed by anybody, not only by people. A letter that no file format and no database can hold (NUL,
control characters, halves of letters) would break the page, feed or workbook that shows it long after; a number beyond
what a column holds would end in an error of the database instead of an ordinary "not found".
"""

from typing import Any

from flask import Flask, abort, request, session
from flask import Request as FlaskRequest
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.routing import IntegerConverter

from app.letters import NO_TEXT, without_control_letters

GREATEST = 2**31 - 1
"""Of an id: what the smaller of the two databases' columns holds."""
MOST_FIELDS = 20_000
"""Of one form; the longest list of boxes to tick that a page has is far shorter."""
GUEST_BYTES = 96 * 1024
"""Of one form of somebody who never signed in: the longest that is open to everybody has 4,000 letters, 9 bytes each."""
_DIGITS = 10


def row_number(text: str | None) -> int | None:
    """Return what may be the number of a row, as ASCII digits; None for anything else."""
    if not text or not text.isascii() or not text.isdecimal() or len(text) > _DIGITS:
        return None
    number = int(text)
    return number if number <= GREATEST else None


class Parameters(ImmutableMultiDict[str, Any]):
    """Fields of an address or a form."""

    def __init__(self, mapping: Any = None) -> None:
        super().__init__(mapping)
        if sum(map(len, self.listvalues())) > MOST_FIELDS:
            raise RequestEntityTooLarge
        for values in self.listvalues():
            values[:] = [without_control_letters(value) if isinstance(value, str) else value for value in values]

    def get(  # type: ignore[override]  # one signature for all of its overloads
        self,
        key: str,
        default: Any = None,
        type: Any = None,  # noqa: A002 - Werkzeug's name
    ) -> Any:
        """Return a value; of a number that no column holds, the default."""
        return super().get(key, default, _whole if type is int else type)

    def getlist(self, key: str, type: Any = None) -> list[Any]:  # noqa: A002
        """Return all values; without the numbers that no column holds."""
        return super().getlist(key, _whole if type is int else type)


class Request(FlaskRequest):
    """A request whose fields are clean."""

    parameter_storage_class = Parameters

    @property
    def max_form_memory_size(self) -> int | None:
        """How many bytes of fields are read; fewer of who never signed in: every letter of theirs is looked at."""
        if "_user_id" not in session:
            return GUEST_BYTES
        return super().max_form_memory_size

    @max_form_memory_size.setter
    def max_form_memory_size(self, value: int | None) -> None:
        FlaskRequest.max_form_memory_size.fset(self, value)  # type: ignore[attr-defined]

    @property
    def max_content_length(self) -> int | None:
        """How many bytes of the whole are read; of a form without files no more than of its fields.

        Werkzeug reads such a form at once, files or not, up to the size that is meant for files.
        """
        whole = super().max_content_length
        if self.mimetype != "application/x-www-form-urlencoded":
            return whole
        fields = self.max_form_memory_size
        return min((size for size in (whole, fields) if size is not None), default=None)

    @max_content_length.setter
    def max_content_length(self, value: int | None) -> None:
        FlaskRequest.max_content_length.fset(self, value)  # type: ignore[attr-defined]


class RowNumber(IntegerConverter):
    """A number in an address: what no column holds is not found."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max", GREATEST)
        super().__init__(*args, **kwargs)


def init_app(app: Flask) -> None:
    """Read every request so. Before the first rule is added."""
    app.request_class = Request
    app.url_map.converters["int"] = RowNumber

    @app.before_request
    def _refuse_strange_paths() -> None:
        if NO_TEXT.search(request.path):
            abort(404)


def _whole(text: str) -> int:
    number = int(text[:20])
    if not -GREATEST <= number <= GREATEST:
        raise ValueError(text[:20])
    return number
