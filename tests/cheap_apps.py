"""Makes a thousand applications as cheap as one.

Nearly every test has an application of its own. What each would work out anew and alike, the code of its templates and
the builders of its addresses, is worked out once per process; passwords are hashed with the least that Argon2 can do.
What production does is untouched and has tests of its own (``tests/unit/people/test_passwords.py``, the browser's story).
"""

from collections.abc import Callable
from types import CodeType
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

from app.people import passwords

PRODUCTION_HASHER = passwords._hasher
_compile_builder = Rule._compile_builder


class SharedCode(BytecodeCache):
    """The compiled templates of this process, by name and content."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill a bucket with what an earlier application compiled."""
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        if bucket.code is not None:
            self._codes[bucket.key, bucket.checksum] = bucket.code


def _when_asked(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    made: list[Any] = []

    def build(self: Rule, *args: Any, **values: Any) -> tuple[str, str]:
        if not made:
            made.append(_compile_builder(rule, append_unknown))
        address: tuple[str, str] = made[0](self, *args, **values)
        return address

    return build


def install() -> None:
    """Make every application of this process cheap."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": SharedCode()}
    Rule._compile_builder = _when_asked  # type: ignore[method-assign]
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
