"""The ways in which a draw may be held. Whatever differs between them is said here, or on the pages of each way. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.errors import InvalidInput
from app.i18n import N_


class Mode(StrEnum):
    """Which draw the ordinance prescribes (lottery.md §1, §2.4)."""

    QUOTA = "quota"
    SIMPLE = "simple"
    BALLS = "balls"
    """A ball for every candidate, called one after the other: no computer chooses anybody."""
    PANELS = "panels"
    """1,000 whole councils are mixed and published; three balls pick one."""
    PANELS_FINE = "panels_fine"
    """10,000 councils, four balls."""


@dataclass(frozen=True)
class Way:
    """How a mode's draw goes.

    ``bundle_mode`` and ``digits`` go into the bundle; ``pages`` names the templates of the way (``draw/ways``).
    """

    pages: str
    bundle_mode: str
    has_secrets: bool
    """Whether witnesses bring secrets, and a beacon may be named."""
    digits: int
    """How many balls decide; 0 where every candidate has one."""
    mixes: bool
    """Whether panels are mixed by six balls, and published, before the day."""
    features: frozenset[str] | None
    """The features that quotas may look at; None for any."""
    rules: tuple[str, ...]
    """What is agreed about the ceremony, as it stands in the bundle."""

    @property
    def panels(self) -> int | None:
        """How many panels there are to pick from."""
        return 10**self.digits if self.mixes else None


_TRACK_AND_SEX = frozenset({"track", "sex"})
_SECRETS = (
    "추첨을 시작한 뒤에는 재난이나 참관인 부족일 때만 그만둔다. 비밀 문구를 연 뒤에는 참관인의 절반이 넘게 동의해야 한다.",
    "참관인은 비밀 문구의 SHA-256을 먼저 내고, 모두 낸 다음 비밀 문구를 공개한다. 공개하지 않은 참관인은 그 사실을 기록하고 뺀다.",
)
_DIGITS = (
    *_SECRETS,
    "숫자 공은 마지막에 뽑고 두 사람이 따로 적어 같아야 한다. 기계가 고장 나면 그 공 하나만 다시 뽑는다.",
)
_CALLS = (
    "추첨을 시작한 뒤에는 재난이나 참관인 부족일 때만, 참관인의 절반이 넘게 동의하면 그만둔다.",
    "후보 번호를 적은 공을 참관인 앞에서 모두 세어 넣고, 하나씩 꺼내 끝까지 부른다. 꺼낸 공은 다시 넣지 않는다.",
    "부른 차례대로 자리를 채운다. 그 사람을 앉히면 남은 사람으로 정원을 채울 수 없게 될 때만 건너뛰고 예비 순번에 둔다.",
    "두 사람이 부른 차례를 따로 적어 처음부터 끝까지 같아야 한다. 다르면 늘어놓은 공을 다시 보고 적는다.",
)


def _panels(digits: int) -> Way:
    count, last = f"{10**digits:,}", "9" * digits
    return Way(
        pages="panels",
        bundle_mode="quota",
        has_secrets=True,
        digits=digits,
        mixes=True,
        features=None,
        rules=(
            *_SECRETS,
            (
                f"그다음 숫자 공 여섯 개를 뽑는다. 비밀 문구와 이 번호만으로 위원회 {count}개의 표를 계산해 곧바로 공개하고, "
                "그 SHA-256을 명단과 같은 기간 동안 공고한다. 표는 한 번만 만든다."
            ),
            f"뽑는 날에는 숫자 공 {digits}개만 뽑는다. 0부터 {last}까지의 번호 하나가 표의 위원회 하나이고, 다른 계산은 없다.",
            "공의 번호는 두 사람이 따로 적어 같아야 한다. 기계가 고장 나면 그 공 하나만 다시 뽑는다.",
        ),
    )


WAYS: dict[Mode, Way] = {
    Mode.QUOTA: Way("digits", "quota", True, 6, False, None, _DIGITS),
    Mode.PANELS: _panels(3),
    Mode.PANELS_FINE: _panels(4),
    Mode.SIMPLE: Way("digits", "simple", True, 6, False, _TRACK_AND_SEX, _DIGITS),
    Mode.BALLS: Way("calls", "simple", False, 0, False, _TRACK_AND_SEX, _CALLS),
}
MODE_NAMES: dict[Mode, str] = {
    Mode.QUOTA: N_("구성 비율을 지키는 추첨"),
    Mode.PANELS: N_("위원회 1,000개를 미리 공개하고 공 세 개로 하나를 뽑는 추첨"),
    Mode.PANELS_FINE: N_("위원회 10,000개를 미리 공개하고 공 네 개로 하나를 뽑는 추첨"),
    Mode.SIMPLE: N_("모집 방법과 성별만 보는 단순 추첨"),
    Mode.BALLS: N_("후보마다 공 하나를 넣고 손으로 뽑는 단순 추첨"),
}
"""Also the choices of the setting ``council.draw_mode``; a test compares."""
MODE_HINTS: dict[Mode, str] = {
    Mode.QUOTA: N_(
        "성별·나이·구역의 최소와 최대를 모두 지키면서, 확률이 가장 낮은 사람의 확률을 가장 높게 나눕니다. 공 여섯 개와 참관인의 문구로 뽑습니다."
    ),
    Mode.PANELS: N_(
        "확률은 위와 똑같습니다. 참관인의 문구와 공 여섯 개로 위원회 1,000개의 표를 섞어 먼저 공고하고, 뽑는 날에는 공 세 개로 하나를 뽑습니다. 모이는 날이 두 번입니다."
    ),
    Mode.PANELS_FINE: N_("위와 같고, 위원회가 10,000개라 확률을 더 촘촘하게 나눕니다. 뽑는 날에는 공 네 개를 씁니다."),
    Mode.SIMPLE: N_("번호와 문구로 후보 모두의 차례를 정하고, 차례대로 부르며 자리를 채웁니다. 찬 쪽은 건너뜁니다."),
    Mode.BALLS: N_("후보마다 공 하나를 넣고 끝까지 꺼내며 자리를 채웁니다. 컴퓨터는 아무도 고르지 않습니다."),
}
MIXING_BALLS = 6
"""How many balls mix the panels (`voting.lottery.verify.panels.MIXING_DIGITS`)."""


def way_of(mode: Mode) -> Way:
    """Return how a mode's draw goes."""
    return WAYS[mode]


def require_mode(mode: Mode, features: Iterable[str], *, household: bool) -> None:
    """Refuse a simple draw that looks at more than track and sex.

    Raises:
        InvalidInput: other features have quotas, or only one of a home may be drawn.
    """
    allowed = way_of(mode).features
    if allowed is not None and (household or not set(features) <= allowed):
        raise InvalidInput(
            N_("단순 추첨은 모집 방법과 성별만 봅니다. 구성 비율을 지키는 추첨을 고르거나 다른 줄을 지워 주세요."),
            field="mode",
        )


def agreed_rules(notice_days: int, vacancy_months: int, *, mode: Mode = Mode.QUOTA) -> tuple[str, ...]:
    """Return what is agreed before the draw, as it stands in the bundle: when it is given up, how seats are filled.

    Args:
        mode: with a ball for every candidate there are no secrets and no digits.
        notice_days: for how long the hash is published before.
        vacancy_months: with fewer months of the term left an empty seat stays empty.
    """
    return (
        "추첨은 한 번만 한다. 결과가 마음에 들지 않는다는 이유로 다시 뽑지 않는다.",
        f"이 파일의 SHA-256을 추첨 {notice_days}일 전까지 공고한다. 공고한 뒤에는 후보자도 규칙도 바꾸지 않는다.",
        "명단이나 규칙이 틀린 것이 추첨 시작 전에 확인되면 까닭을 공개하고 그만두며, 새로 공고한 뒤에 다시 한다.",
        *way_of(mode).rules,
        "나중에 자격이 없다고 밝혀진 사람은 건너뛰고 예비 순번의 다음 사람으로 채운다. 다시 추첨하지 않는다.",
        "빈자리는 생긴 순서대로, 모든 정원을 지키는 첫 예비 후보자가 채운다. 없으면 정원에서 가장 적게 벗어나는 첫 후보자가 채운다.",
        f"남은 임기가 {vacancy_months}개월이 안 되면 빈자리를 채우지 않는다.",
    )
