"""What people type: hashes, secrets, balls, orders; and the quotas that cannot be met, in words. Pure."""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from app.council.rules.calls import FEATURE_NAMES, Quota
from app.errors import InvalidInput
from app.i18n import N_

HEX64 = re.compile(r"[0-9a-f]{64}")
SECRET = re.compile(r"[^|=,\x00-\x1f\x7f]{8,200}")
"""A secret shorter than this could be guessed from its hash."""


def require_commitment(text: str) -> str:
    """Return the SHA-256 that a witness hands in, in lower case.

    Raises:
        InvalidInput: not 64 hexadecimal digits.
    """
    found = text.strip().lower()
    if not HEX64.fullmatch(found):
        raise InvalidInput(N_("맡기는 값은 0~9와 a~f로 된 64자입니다."), field="commitment")
    return found


def require_secret(text: str) -> str:
    """Return a witness's secret.

    Raises:
        InvalidInput: shorter than 8 characters, longer than 200, or with a separator in it.
    """
    if not SECRET.fullmatch(text):
        raise InvalidInput(N_("비밀 문구는 8자에서 200자까지, | = , 없이 적습니다."), field="secret")
    return text


BALL_COUNTS: dict[int, str] = {
    3: N_("공에 적힌 숫자 세 개를 나온 차례대로 적어 주세요."),
    4: N_("공에 적힌 숫자 네 개를 나온 차례대로 적어 주세요."),
    6: N_("공에 적힌 숫자 여섯 개를 나온 차례대로 적어 주세요."),
}
"""How many balls are ever drawn, and what is said when another number was typed."""


def require_digits(text: str, count: int = 6) -> str:
    """Return the digits of the balls.

    Raises:
        InvalidInput: not as many digits 0–9 as balls.
    """
    found = re.sub(r"\s", "", text)
    if not re.fullmatch(f"[0-9]{{{count}}}", found):
        raise InvalidInput(BALL_COUNTS[count], field="digits")
    return found


def require_randomness(text: str) -> str:
    """Return the output of the public randomness that the notice named.

    Raises:
        InvalidInput: not 64 hexadecimal digits.
    """
    found = text.strip().lower()
    if not HEX64.fullmatch(found):
        raise InvalidInput(N_("공개 난수는 0~9와 a~f로 된 64자입니다."), field="randomness")
    return found


def require_called(text: str, numbers: Collection[str]) -> tuple[str, ...]:
    """Return the candidates in the order in which their balls were drawn, as the list has their numbers.

    Leading zeros may be left out; anything that is no digit parts two numbers. Every ball is drawn, down to the last, so
    that the reserves have their order, too.

    Args:
        text: what somebody typed.
        numbers: of all candidates.

    Raises:
        InvalidInput: a number that is nobody's, one twice, or one missing.
    """
    known = {number.lstrip("0"): number for number in numbers}
    typed = re.findall(r"[0-9]+", text)
    strange = next((each for each in typed if each.lstrip("0") not in known), None)
    if strange is not None:
        raise InvalidInput(N_("%(n)s번 후보는 없습니다."), field="called", n=strange)
    called = tuple(known[each.lstrip("0")] for each in typed)
    twice = next((each for each, count in Counter(called).items() if count > 1), None)
    if twice is not None:
        raise InvalidInput(N_("%(n)s번이 두 번 있습니다."), field="called", n=twice)
    missing = sorted(set(numbers) - set(called))
    if missing:
        raise InvalidInput(
            N_("공을 끝까지 뽑아 적어 주세요. 아직 %(count)s개가 없습니다: %(some)s"),
            field="called", count=len(missing), some=", ".join(missing[:5]),
        )  # fmt: skip
    return called


def differing_calls(first: Sequence[str], second: Sequence[str]) -> list[int]:
    """Return at which balls (from 1) two readings of a whole order first and last differ; empty when they are equal."""
    found = [at for at, pair in enumerate(zip(first, second, strict=True), 1) if pair[0] != pair[1]]
    return [found[0], found[-1]] if found else []


def differing_balls(first: str, second: str) -> list[int]:
    """Return at which balls (from 1) two readings differ."""
    return [at for at, pair in enumerate(zip(first, second, strict=True), 1) if pair[0] != pair[1]]


def obstacles(
    quotas: Sequence[Quota], present: Mapping[str, Counter[str]], seats: int
) -> list[tuple[str, dict[str, object]]]:
    """Return what a person sees without a computer: sums and counts that cannot fit, as sentences with their values.

    Args:
        quotas: for the seats that are drawn.
        present: how many candidates have each value, per feature.
        seats: that are drawn.
    """
    found: list[tuple[str, dict[str, object]]] = []
    for feature in dict.fromkeys(quota.feature for quota in quotas):
        own = [quota for quota in quotas if quota.feature == feature]
        least, most = sum(quota.minimum for quota in own), sum(quota.maximum for quota in own)
        values: dict[str, object] = {"feature": FEATURE_NAMES[feature], "seats": seats, "least": least, "most": most}
        if least > seats:
            found.append((N_("%(feature)s: 최소를 더하면 %(least)s석이라 뽑을 %(seats)s석보다 많습니다."), values))
        if most < seats:
            found.append((N_("%(feature)s: 최대를 더해도 %(most)s석이라 뽑을 %(seats)s석에 모자랍니다."), values))
        found += [
            (
                N_("%(feature)s ‘%(value)s’: 적어도 %(least)s명이 있어야 하는데 후보는 %(present)s명입니다."),
                {
                    "feature": FEATURE_NAMES[feature],
                    "value": quota.value,
                    "least": quota.minimum,
                    "present": present[feature][quota.value],
                },
            )
            for quota in own
            if present[feature][quota.value] < quota.minimum
        ]
    return found
