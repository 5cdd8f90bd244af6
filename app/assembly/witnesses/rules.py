"""Rules of witnesses. Pure: no Flask, no database, no clock, no randomness."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.errors import InvalidInput
from app.i18n import N_
from voting.encoding import JSON
from voting.log.errors import MalformedKeyError
from voting.log.note import SignatureType, VerifierKey, parse_verifier_key
from voting.log.policy import policy_text

AT_A_TIME = 9
"""Witnesses that a place may have at once; more names than anybody checks would only look like more."""
PATIENCE = timedelta(minutes=10)
"""How long one head waits for its quorum before a newer one is put before the witnesses as well."""
SKEW = timedelta(minutes=5)
"""How far a witness's clock may be from ours."""


@dataclass(frozen=True)
class Trust:
    """Whose cosignatures count for a vote, and how many are needed. Frozen with the election.

    Attributes:
        quorum: how many; 0 where there are no witnesses.
        keys: verifier keys (C2SP signed-note ``name+id+base64``) of the cosignature type.
    """

    quorum: int = 0
    keys: tuple[str, ...] = ()

    @classmethod
    def of(cls, keys: Sequence[str], *, wanted: int) -> "Trust":
        """Return the trust in these keys: never more cosignatures than there are witnesses."""
        return cls(min(wanted, len(keys)), tuple(keys))

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Trust":
        """Read what `to_json` writes; nothing written is nobody trusted."""
        return cls(int(value.get("quorum", 0)), tuple(value.get("keys", ())))

    def to_json(self) -> dict[str, JSON]:
        """Return it as the election binds it; empty without witnesses."""
        return {"quorum": self.quorum, "keys": list(self.keys)} if self.keys else {}

    def verifiers(self) -> list[VerifierKey]:
        """Return the keys, read."""
        return [parse_verifier_key(key) for key in self.keys]

    def policy(self, log_key: str) -> str:
        """Return the trust policy of a log (C2SP tlog-policy), as programs read it."""
        return policy_text([parse_verifier_key(log_key)], self.verifiers(), quorum=self.quorum)


def parse_witness_key(text: str) -> VerifierKey:
    """Read the key that a witness has published.

    Raises:
        InvalidInput: not a verifier key, or not one of a witness.
    """
    try:
        key = parse_verifier_key(text)
    except MalformedKeyError:
        raise InvalidInput(
            N_("증인의 공개 열쇠가 아닙니다. 증인이 알려 준 한 줄을 그대로 붙여 넣어 주세요."), field="key"
        ) from None
    if key.kind is not SignatureType.COSIGNATURE:
        raise InvalidInput(N_("이 열쇠는 증인의 열쇠(0x04)가 아닙니다."), field="key")
    return key


def require_sane_time(cosigned_at: datetime, *, offered_at: datetime, at: datetime) -> None:
    """Refuse a cosignature from before its head was offered, or from the future.

    Raises:
        InvalidInput: the witness's clock is wrong.
    """
    if not offered_at - SKEW <= cosigned_at <= at + SKEW:
        raise InvalidInput(N_("확인한 때가 맞지 않습니다. 증인의 시계를 맞추어 주세요."))


def is_next_due(*, cosigned: int, quorum: int, offered_at: datetime, at: datetime) -> bool:
    """Tell whether a newer head should be put before the witnesses.

    All of them must sign the same head, or no head ever has its quorum: so it stands until then. But not for ever: a witness
    that does come shall follow the board although another one is silent.
    """
    return cosigned >= quorum or at - offered_at >= PATIENCE
