"""The sentences of the record: one per act. A concept adds its acts here when it begins to record them."""

from typing import Any

from app.i18n import N_

ACTS: dict[str, str] = {
    "cycle.started": N_("%(year)s년 마을계획을 시작했습니다."),
    "cycle.stage_planned": N_("%(stage)s 단계의 날짜를 %(first_day)s부터 %(last_day)s까지로 정했습니다."),
    "cycle.stage_opened": N_("%(stage)s 단계를 열었습니다."),
    "cycle.stage_closed": N_("%(stage)s 단계를 마쳤습니다."),
}

NAMES: dict[str, dict[str, str]] = {}
"""How values of acts are said: ``{"stage": {"discovery": "의제발굴"}}``. The factory fills it from the concepts."""


def spoken(values: dict[str, Any]) -> dict[str, Any]:
    """Replace coded values by their names, still marked for translation."""
    return {key: NAMES.get(key, {}).get(str(value), value) for key, value in values.items()}
