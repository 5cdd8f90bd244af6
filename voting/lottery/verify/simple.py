"""The simple draw that most ordinances prescribe: one pass over the public order, within the caps.

The candidates are called in public order (of the seed, or of the balls). Whoever is called is seated if the council can
still be completed from those not called yet, with every minimum and maximum kept; otherwise they become a reserve. So a
full sex or track is passed over, and the draw never gets stuck. At most two features (track and sex) may have quotas:
completing is then a transport problem, which a few lines solve exactly.
"""

from collections import deque
from collections.abc import Sequence

from voting.lottery.verify.bundle import Bundle
from voting.lottery.verify.errors import StuckDrawError

MAX_SIMPLE_FEATURES = 2


def one_pass(bundle: Bundle, order: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the selected and the reserves, each in public order.

    ``order`` may stop once the seats are filled (balls); those never called are neither selected nor reserves.

    Raises:
        StuckDrawError: the seats are not filled by these candidates in this order.
    """
    left = [len(members) for members in bundle.members]
    seated = [0] * len(left)
    selected: list[str] = []
    reserves: list[str] = []
    for number in order:
        kind = bundle.index[number]
        left[kind] -= 1
        seated[kind] += 1
        if len(selected) < bundle.seats and can_complete(bundle, seated, left):
            selected.append(number)
        else:
            seated[kind] -= 1
            reserves.append(number)
    if len(selected) < bundle.seats:
        raise StuckDrawError(f"only {len(selected)} of {bundle.seats} seats are filled by this order")
    return selected, reserves


def can_complete(bundle: Bundle, seated: Sequence[int], left: Sequence[int]) -> bool:
    """Say whether the seated (per type) and some of those left (per type) make a full council within the quotas."""
    open_seats = bundle.seats - sum(seated)
    if open_seats < 0:
        return False
    edges: list[tuple[object, object, int, int]] = [("end", "start", open_seats, open_seats)]
    for quota in bundle.quotas:
        feature = bundle.features.index(quota.feature)
        kinds = [at for at, kind in enumerate(bundle.types) if kind.values[feature] == quota.value]
        used = sum(seated[at] for at in kinds)
        if used > quota.maximum:
            return False
        node = (feature, quota.value)
        start, end = ("start", node) if feature == 0 else (node, "end")
        edges.append((start, end, max(0, quota.minimum - used), quota.maximum - used))
    for at, kind in enumerate(bundle.types):
        to: object = (1, kind.values[1]) if len(kind.values) > 1 else "end"
        edges.append(((0, kind.values[0]), to, 0, left[at]))
    return _circulates(edges)


def _circulates(edges: Sequence[tuple[object, object, int, int]]) -> bool:
    """Say whether a circulation with these (from, to, least, most) exists, by a maximum flow of the least amounts."""
    room: dict[object, dict[object, int]] = {}
    needed = 0

    def add(start: object, end: object, most: int) -> None:
        room.setdefault(start, {})[end] = room.get(start, {}).get(end, 0) + most
        room.setdefault(end, {}).setdefault(start, 0)

    for start, end, least, most in edges:
        if least > most:
            return False
        add(start, end, most - least)
        if least:
            add("source", end, least)
            add(start, "sink", least)
            needed += least
    sent = 0
    while path := _path(room):
        amount = min(room[start][end] for start, end in path)
        for start, end in path:
            room[start][end] -= amount
            room[end][start] += amount
        sent += amount
    return sent == needed


def _path(room: dict[object, dict[object, int]]) -> list[tuple[object, object]]:
    came: dict[object, object] = {"source": None}
    queue = deque(["source"] if "source" in room else [])
    while queue and "sink" not in came:
        here = queue.popleft()
        for there, free in room[here].items():
            if free > 0 and there not in came:
                came[there] = here
                queue.append(there)  # type: ignore[arg-type]
    path: list[tuple[object, object]] = []
    at: object = "sink"
    while at in came and came[at] is not None:
        path.append((came[at], at))
        at = came[at]
    return path
