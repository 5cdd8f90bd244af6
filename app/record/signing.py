"""The installation's key: signs what strangers download and want to recognise later (C2SP signed notes)."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from flask import current_app

from app.config import Config
from voting.log.note import SignatureType, SignerKey

_EXTENSION = "madang-log-key"
FILE = "log.key"


def installation_signer() -> SignerKey:
    """Return the key of this installation: the configured one, or one that is made once and kept in the data folder.

    Raises:
        MalformedKeyError: the configured key, or the file, is no key.
    """
    known = current_app.extensions.get(_EXTENSION)
    if known is None:
        config = cast("Config", current_app.config["MADANG"])
        configured = config.log_key.get_secret_value()
        known = SignerKey.parse(configured or _kept(config.data_dir / FILE, urlsplit(config.public_url).netloc))
        current_app.extensions[_EXTENSION] = known
    return cast("SignerKey", known)


def _kept(path: Path, host: str) -> str:
    """Return the key in a file; several processes that find none agree on the first one that is put there."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = SignerKey(f"{host}/log", SignatureType.ED25519, secrets.token_bytes(32))
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(made.secret_text() + "\n")
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text(encoding="ascii").strip()
