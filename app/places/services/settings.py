"""Deciding what a place's ordinance says."""

from datetime import datetime
from typing import Any

from app.db.session import CHANGED_MEANWHILE, get_or_not_found, session
from app.errors import Conflict, InvalidInput, NotAllowed, RuleViolation
from app.i18n import N_
from app.places.models import Place, SettingChange
from app.places.permissions import Steward, can_change_settings
from app.places.queries import (
    forget_settings,
    newest_change_id,
    places_with_own_setting,
    setting_with_origin,
    settings_of,
)
from app.places.settings.kinds import AnySetting
from app.places.settings.registry import TIES, require_ties, setting_of
from app.record.services import append

MAY_NOT = N_("이 동네의 설정은 이 동네를 맡은 담당자만 바꿀 수 있습니다.")


def change_setting(
    place_id: int, key: str, *, typed: str, legal_basis: str, reason: str = "", seen: int, by: Steward, at: datetime
) -> SettingChange:
    """Set a value for a place and everything below it that does not decide by itself.

    Args:
        place_id: where.
        key: which setting.
        typed: the value as a clerk writes it.
        legal_basis: the article that says so.
        reason: why now, for the history; may be empty.
        seen: the newest own decision that the clerk saw (`queries.newest_change_id`).
        by: who decides.
        at: when.

    Raises:
        NotFound, NotAllowed, Conflict: no such place or setting; not its staff; another clerk decided meanwhile.
        InvalidInput: no such value, outside the bounds, or no legal basis.
        RuleViolation: it contradicts another setting, here or at a place below.
    """
    place, setting = _open(place_id, key, seen=seen, by=by, at=at)
    value = setting.parse(typed)
    legal_basis, reason = " ".join(legal_basis.split()), " ".join(reason.split())
    if len(legal_basis) < 4:
        raise InvalidInput(N_("근거가 되는 조례나 세칙의 이름과 조항을 적어 주세요."), field="legal_basis")
    current = setting_with_origin(place, key)
    if current.is_own and current.value == value and current.legal_basis == legal_basis:
        raise RuleViolation(N_("이미 그 값입니다. 바뀐 것이 없어 저장하지 않았습니다."))
    _require_fitting(place, setting, value)
    stored = setting.store(value)
    change = _write(place, key, value=stored, legal_basis=legal_basis, reason=reason, by=by, at=at)
    append(
        place,
        "places.setting_changed",
        role=by.staff_role(place, at) or "",
        subject=f"setting:{key}",
        at=at,
        values={"setting": key, "value": stored, "legal_basis": legal_basis},
    )
    return change


def clear_setting(place_id: int, key: str, *, reason: str, seen: int, by: Steward, at: datetime) -> SettingChange:
    """Return to what the place above says.

    Raises:
        NotFound, NotAllowed, Conflict: as `change_setting`.
        InvalidInput: no reason was given.
        RuleViolation: the place decides nothing by itself, or the value above contradicts another one here.
    """
    place, setting = _open(place_id, key, seen=seen, by=by, at=at)
    reason = " ".join(reason.split())
    if len(reason) < 2:
        raise InvalidInput(N_("위의 값으로 돌아가는 까닭을 적어 주세요."), field="reason")
    if not setting_with_origin(place, key).is_own:
        raise RuleViolation(N_("이 동네가 따로 정한 값이 없습니다."))
    inherited = setting.default
    if place.parent_id is not None:
        inherited = setting_with_origin(get_or_not_found(Place, place.parent_id), key).value
    _require_fitting(place, setting, inherited)
    change = _write(place, key, value=None, legal_basis="", reason=reason, by=by, at=at)
    append(
        place,
        "places.setting_cleared",
        role=by.staff_role(place, at) or "",
        subject=f"setting:{key}",
        at=at,
        values={"setting": key},
    )
    return change


def _open(place_id: int, key: str, *, seen: int, by: Steward, at: datetime) -> tuple[Place, AnySetting]:
    # The place's row is the lock of its settings: two clerks never both build on the same last decision.
    place = get_or_not_found(Place, place_id, lock=True)
    if not can_change_settings(by, place, at):
        raise NotAllowed(MAY_NOT)
    setting = setting_of(key)
    if newest_change_id(place, key) != seen:
        raise Conflict(CHANGED_MEANWHILE)
    return place, setting


def _require_fitting(place: Place, setting: AnySetting, value: Any) -> None:
    keys = tuple({key for tie in TIES if setting.key in tie.keys for key in tie.keys})
    if not keys:
        return
    require_ties(setting.key, {**settings_of(place), setting.key: value}, place=place.name)
    for below in places_with_own_setting(place, keys):
        there = setting_with_origin(below, setting.key)
        decides_itself = there.origin is not None and there.origin.id != place.id and there.origin.lies_in(place.id)
        values = dict(settings_of(below))
        if not decides_itself:
            values[setting.key] = value
        require_ties(setting.key, values, place=below.name)


def _write(
    place: Place, key: str, *, value: str | None, legal_basis: str, reason: str, by: Steward, at: datetime
) -> SettingChange:
    change = SettingChange(
        place_id=place.id,
        key=key,
        value=value,
        legal_basis=legal_basis[:200],
        reason=reason[:300],
        changed_by=by.id,
        changed_at=at,
    )
    session().add(change)
    session().flush()
    forget_settings()
    return change
