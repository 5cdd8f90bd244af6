"""The keys of the running application: read from its configuration once, asked for by `sealing`."""

from typing import cast

from flask import Flask, current_app

from app.config import Config
from app.privacy.encryption import BlindIndex, Keyring, decode_key, generate_key

_EXTENSION = "madang.privacy"


class Keys:
    """The keyring of sealed fields and the key of the blind indexes."""

    def __init__(self, keyring: Keyring, index: BlindIndex) -> None:
        self.keyring = keyring
        self.index = index


def init_app(app: Flask, config: Config) -> None:
    """Read the keys. Tests that configure none get fresh ones.

    Raises:
        MalformedKeyring: the configured keys cannot be used; the application does not start.
    """
    field_keys, index_key = config.field_keys.get_secret_value(), config.index_key.get_secret_value()
    if config.testing:
        field_keys = field_keys or f"test:{generate_key()}"
        index_key = index_key or generate_key()
    app.extensions[_EXTENSION] = Keys(Keyring.parse(field_keys), BlindIndex(decode_key(index_key)))


def keys() -> Keys:
    """Return the keys of the current application."""
    return cast("Keys", current_app.extensions[_EXTENSION])
