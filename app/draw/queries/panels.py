"""The published table of panels as pages show it: who is in how many panels, and who sits in one."""

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction

from app.db.session import session
from app.draw.models import LotteryDraw, PanelTableText
from app.draw.queries.files import bundle_of
from app.errors import NotFound, RuleViolation
from app.i18n import N_
from voting.lottery import PanelTable, commitment_of, parse_panels

PER_PAGE = 50


@dataclass(frozen=True)
class Share:
    """In how many panels one candidate sits."""

    count: int
    panels: int
    exact: Fraction
    """The fair share: their chance times the number of panels."""
    numbers: list[str]
    """Of these panels, as the balls show them."""


@dataclass(frozen=True)
class LevelShare:
    """In how many panels the candidates of one chance sit: fewest and most."""

    fewest: int
    most: int
    exact: Fraction


@dataclass(frozen=True)
class Panel:
    """One panel: its number as the balls show it, and who sits."""

    number: str
    members: tuple[str, ...]


@dataclass(frozen=True)
class Summary:
    """What the table says to everybody."""

    panels: int
    levels: dict[Fraction, LevelShare]
    """Chance → shares of the candidates who have it."""
    furthest: Fraction
    """The largest difference, in panels, between anybody's count and their fair share."""


@dataclass(frozen=True)
class PanelPage:
    """Some panels in the order of their numbers."""

    rows: list[Panel]
    page: int
    pages: int


def text_of(draw: LotteryDraw) -> str:
    """Return the table as it was published; empty before."""
    if not draw.panels_hash:
        return ""
    stored = session().get(PanelTableText, draw.id)
    return stored.data if stored is not None else ""


def table_of(draw: LotteryDraw) -> PanelTable | None:
    """Return the parsed table; None before it is published.

    Raises:
        RuleViolation: what is stored is not what was published.
    """
    found = _read(draw)
    return found.table if found is not None else None


def summary_of(draw: LotteryDraw) -> Summary | None:
    """Return what the table says to everybody; None before it is published."""
    found = _read(draw)
    if found is None:
        return None
    bundle, counts, panels = bundle_of(draw), found.counts, len(found.table.panels)
    by_chance: dict[Fraction, list[int]] = {}
    for number, kind in bundle.index.items():
        by_chance.setdefault(bundle.probabilities[kind], []).append(counts[number])
    levels = {chance: LevelShare(min(some), max(some), chance * panels) for chance, some in by_chance.items()}
    furthest = max(max(each.exact - each.fewest, each.most - each.exact) for each in levels.values())
    return Summary(panels, levels, furthest)


def share_of(draw: LotteryDraw, number: str) -> Share | None:
    """Return in how many panels, and in which, a candidate sits; None before the table is published."""
    table = table_of(draw)
    if table is None:
        return None
    bundle, panels = bundle_of(draw), len(table.panels)
    own = [_shown(draw, at) for at, panel in enumerate(table.panels) if number in panel]
    return Share(len(own), panels, bundle.probabilities[bundle.index[number]] * panels, own)


def panel_of(draw: LotteryDraw, at: int) -> Panel:
    """Return one panel by its number.

    Raises:
        NotFound: there is no table yet, or no such panel in it.
    """
    table = table_of(draw)
    if table is None or not 0 <= at < len(table.panels):
        raise NotFound(N_("그런 번호의 위원회는 없습니다."))
    return Panel(_shown(draw, at), table.panels[at])


def page_of(draw: LotteryDraw, page: int) -> PanelPage:
    """Return one page of the table.

    Raises:
        NotFound: there is no table yet, or no such page.
    """
    table = table_of(draw)
    pages = 0 if table is None else -(-len(table.panels) // PER_PAGE)
    if table is None or not 1 <= page <= pages:
        raise NotFound(N_("그런 번호의 위원회는 없습니다."))
    first = (page - 1) * PER_PAGE
    rows = [Panel(_shown(draw, first + at), each) for at, each in enumerate(table.panels[first : first + PER_PAGE])]
    return PanelPage(rows, page, pages)


@dataclass(frozen=True)
class _Read:
    table: PanelTable
    counts: Counter[str]


_KEPT = 4
_known: dict[str, _Read] = {}
"""By the published hash: the last few tables stay parsed, so that no page reads them anew."""


def _read(draw: LotteryDraw) -> _Read | None:
    if not draw.panels_hash:
        return None
    found = _known.get(draw.panels_hash)
    if found is None:
        data = text_of(draw).encode()
        if commitment_of(data) != draw.panels_hash:
            raise RuleViolation(N_("저장된 표가 공고한 지문과 다릅니다. 추첨을 멈추고 운영자에게 알려 주세요."))
        table = parse_panels(data)
        found = _Read(table, Counter(number for panel in table.panels for number in panel))
        for oldest in list(_known)[: max(0, len(_known) - _KEPT + 1)]:
            _known.pop(oldest, None)
        _known[draw.panels_hash] = found
    return found


def _shown(draw: LotteryDraw, at: int) -> str:
    return f"{at:0{draw.way.digits}}"
