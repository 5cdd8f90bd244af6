"""The one configuration: frozen, typed, read from the environment once, validated at start.

Every setting is an environment variable ``MADANG_<NAME>``. What ordinances vary is not here but in `app.places.settings`.
"""

import secrets
from functools import cached_property
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Config(BaseSettings):
    """What an operator decides about one installation."""

    model_config = SettingsConfigDict(
        env_prefix="MADANG_", frozen=True, extra="forbid", ignored_types=(cached_property,)
    )

    database_url: str = f"sqlite:///{ROOT / 'instance' / 'madang.sqlite3'}"
    """SQLAlchemy URL: ``sqlite:///…`` (embedded) or ``postgresql+psycopg://…`` (production)."""
    data_dir: Path = ROOT / "instance"
    """Folder for uploaded files, the embedded queue and the outbox of development."""
    secret_key: SecretStr = SecretStr("")
    """Signs cookies and tokens; at least 32 characters."""
    field_keys: SecretStr = SecretStr("")
    """Keys that encrypt personal fields: ``id:base64,id:base64…``; the first one encrypts, all decrypt (rotation)."""
    index_key: SecretStr = SecretStr("")
    """Base64 key of the blind indexes; never rotate without `flask keys reindex`."""
    log_key: SecretStr = SecretStr("")
    """Signs results for download: ``PRIVATE+KEY+name+id+base64`` (C2SP signed-note). Empty: one is made once and kept in
    ``data_dir``, which several servers then have to share."""
    trusted_hosts: list[str] = Field(default_factory=list)
    """Host names the site answers to; required outside demo and tests."""
    public_url: str = "http://127.0.0.1:8000"
    """Where the site is reached, for links in messages and the passkeys' relying party."""
    proxy_hops: int = 0
    """How many reverse proxies in front set ``X-Forwarded-*``."""
    demo: bool = False
    """Demo mode: marked as such on every page, ready accounts on the sign-in page. Never for a real village."""
    testing: bool = False
    queue: Literal["sqlite", "postgres", "redis", "immediate"] = "sqlite"
    """Where the worker's queue lives; ``immediate`` runs jobs in the request (tests)."""
    queue_url: str = ""
    """Connection of the queue for ``redis``; ``postgres`` uses the database."""
    mail: Literal["console", "file", "smtp"] = "console"
    mail_from: str = "madang@localhost"
    smtp_host: str = "127.0.0.1"
    smtp_port: int = 25
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_tls: Literal["none", "starttls", "tls"] = "starttls"
    sms: Literal["console", "file", "http"] = "console"
    sms_url: str = ""
    sms_token: SecretStr = SecretStr("")
    casting_places: int = Field(2, ge=1)
    """Ballots that one process checks at once; more only share the same processors."""
    casting_queue: int = Field(2, ge=0)
    """Ballots that wait in one process; with the places fewer than its threads, so that pages still get through."""
    casting_patience_seconds: float = Field(1.0, ge=0)
    """How long a ballot waits for a place before its booth is told to come again."""
    api_requests_per_minute: int = Field(120, ge=1)
    """Requests to the public API that one address may make without a token."""
    api_token_requests_per_minute: int = Field(1200, ge=1)
    """Requests that one token may make, wherever they come from."""
    session_hours: int = 12
    staff_idle_minutes: int = 60
    max_upload_bytes: int = 20 * 1024 * 1024

    @model_validator(mode="after")
    def _refuse_unsafe(self) -> Self:
        if self.testing:
            return self
        if len(self.secret_key.get_secret_value()) < 32:
            raise ValueError("MADANG_SECRET_KEY must have at least 32 characters")
        if not self.field_keys.get_secret_value() or not self.index_key.get_secret_value():
            raise ValueError("MADANG_FIELD_KEYS and MADANG_INDEX_KEY are required: `python -m app.privacy` makes them")
        if not self.demo and not self.trusted_hosts:
            raise ValueError("MADANG_TRUSTED_HOSTS is required outside demo mode")
        if self.sms == "http" and not self.sms_url.startswith("https://"):
            raise ValueError("MADANG_SMS_URL must be an https address")
        return self

    @cached_property
    def is_sqlite(self) -> bool:
        """Whether the embedded database is used."""
        return self.database_url.startswith("sqlite")

    @cached_property
    def secure_cookies(self) -> bool:
        """Whether the site is reached over TLS, so that cookies are ``__Host-`` and ``Secure``."""
        return self.public_url.startswith("https://")


def generate_token(byte_count: int = 32) -> str:
    """Return a fresh URL-safe secret."""
    return secrets.token_urlsafe(byte_count)
