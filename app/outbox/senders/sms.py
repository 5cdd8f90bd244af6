"""Text messages through an HTTP gateway.

One POST per message: ``{"to": "01012345678", "text": …, "type": "SMS" | "LMS"}`` with a bearer token and an
``Idempotency-Key``. Gateways with another form are reached through a small relay of the operator.
"""

import re

import httpx

from app.outbox.rules import sms_kind
from app.outbox.senders.base import Outgoing, Refused, Unreachable

_TIMEOUT_SECONDS = 10
_TRY_LATER = frozenset({408, 425, 429})
_REFERENCE = re.compile(r"[A-Za-z0-9_.:-]{1,120}")


class HttpSmsSender:
    """Hands text messages to a gateway."""

    def __init__(self, *, url: str, token: str) -> None:
        self._url, self._token = url, token

    def send(self, message: Outgoing) -> str | None:
        """Hand over one text message and return the gateway's ``id`` of it.

        Raises:
            Refused: the gateway answered 4xx.
            Unreachable: no answer in time, or 5xx, 408, 425, 429, or a redirect.
        """
        body = {"to": _domestic(message.to), "text": message.text.rstrip("\n"), "type": sms_kind(message.text).value}
        headers = {"Idempotency-Key": message.key}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        try:
            answer = httpx.post(
                self._url, json=body, headers=headers, timeout=_TIMEOUT_SECONDS, follow_redirects=False, trust_env=False
            )
        except httpx.TimeoutException:
            raise Unreachable("http timeout") from None
        except httpx.HTTPError:
            raise Unreachable("http connection") from None
        if answer.is_success:
            return _reference(answer)
        code = answer.status_code
        kind = Refused if answer.is_client_error and code not in _TRY_LATER else Unreachable
        raise kind(f"http {code}")


def _domestic(phone: str) -> str:
    return "0" + phone.removeprefix("+82")


def _reference(answer: httpx.Response) -> str | None:
    try:
        found = answer.json().get("id")
    except (ValueError, AttributeError):
        return None
    return found if isinstance(found, str) and _REFERENCE.fullmatch(found) else None
