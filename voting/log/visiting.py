"""A witness's visits to the board of an assembly over HTTP: it fetches, it cosigns, it leaves the cosignature.

The only module of the kernel that opens a connection, and only to the address that it is given. The witness comes to the
board and never the board to the witness, so that it needs neither a public address nor a server of its own.
"""

import json
import urllib.error
import urllib.parse
import urllib.request
from http.client import HTTPException

from voting.errors import UnreadableInputError
from voting.log.note import MAX_NOTE_BYTES

PATIENCE_SECONDS = 30
REQUEST_PATH, COSIGNATURES_PATH = "add-checkpoint", "cosignatures"
_MOST_BYTES = 2 * MAX_NOTE_BYTES


class NoAnswerError(UnreadableInputError):
    """The board could not be reached, or answered with a refusal; the message holds its words."""


class Board:
    """The board at an address, ``https://…/DONG/assembly/YEAR``."""

    def __init__(self, address: str) -> None:
        """Use an address.

        Raises:
            NoAnswerError: it is no http or https address.
        """
        if urllib.parse.urlsplit(address).scheme not in {"http", "https"}:
            raise NoAnswerError("the board's address begins with https://")
        self._address = address.rstrip("/")

    def request_for(self, size: int) -> bytes:
        """Fetch what this board asks of a witness whose newest cosigned head has a size.

        Raises:
            NoAnswerError: no answer, or a refusal.
        """
        return self._ask(urllib.request.Request(f"{self._address}/{REQUEST_PATH}?old={size}"))  # noqa: S310 - http(s) only

    def leave(self, note: bytes) -> str:
        """Leave a cosigned checkpoint; return the board's answer. The same note may be left any number of times.

        Raises:
            NoAnswerError: no answer, or a refusal.
        """
        headers = {"Content-Type": "text/plain; charset=utf-8"}
        address = f"{self._address}/{COSIGNATURES_PATH}"
        request = urllib.request.Request(address, data=note, headers=headers, method="POST")  # noqa: S310 - http(s) only
        return self._ask(request).decode("utf-8", "replace").strip()

    def _ask(self, request: urllib.request.Request) -> bytes:
        request.add_header("Accept", "application/json, text/plain;q=0.9")
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:  # noqa: S310 - http(s) only
                data: bytes = answer.read(_MOST_BYTES + 1)
        except urllib.error.HTTPError as error:
            with error:
                raise NoAnswerError(f"the board answered {error.code}: {_words_of(error.read(_MOST_BYTES))}") from None
        except (OSError, HTTPException) as error:
            raise NoAnswerError(f"the board does not answer: {error}") from None
        if len(data) > _MOST_BYTES:
            raise NoAnswerError("the board's answer is too long")
        return data


def _words_of(data: bytes) -> str:
    """Return a refusal's sentence, without what could play tricks on a terminal."""
    try:
        said = json.loads(data)["error"]
    except (ValueError, KeyError, TypeError):
        return "(no explanation)"
    return "".join(letter for letter in str(said)[:500] if letter.isprintable())
