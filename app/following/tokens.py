"""Signed keys of addresses that work without signing in. They never expire: an old mail must still be ended by a click."""

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from app.errors import NotFound
from app.i18n import N_


def unsubscribe_token(person_id: int) -> str:
    """Return the key with which the digests of a person can be ended, and nothing else."""
    return str(_serializer().dumps(person_id))


def person_of(token: str) -> int:
    """Return whose digests a key ends.

    Raises:
        NotFound: the key was not signed by this site.
    """
    try:
        return int(_serializer().loads(token))
    except (BadSignature, ValueError, TypeError):
        raise NotFound(N_("주소가 온전하지 않습니다. 메일의 주소를 끝까지 눌러 주세요.")) from None


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="following.unsubscribe")
