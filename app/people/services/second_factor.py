"""The second factor: an authenticator app (TOTP, RFC 6238) and recovery codes on paper."""

import secrets
from datetime import datetime
from hmac import compare_digest

import pyotp
from sqlalchemy import delete, select

from app.db.session import get_or_not_found, session
from app.errors import InvalidInput, NotFound, RuleViolation
from app.i18n import N_
from app.people.models import Passkey, Person, RecoveryCode, Totp
from app.people.permissions import needs_second_factor
from app.people.queries.sign_ins import passkeys_of, totp_of
from app.people.services import messages
from app.privacy.encryption import Indexed
from app.privacy.sealing import index_of, reveal, seal

STEP_SECONDS = 30
DRIFT_STEPS = 1
"""One step to either side: half a minute of clock drift and slow typing (RFC 6238 §5.2)."""
RECOVERY_CODES = 10
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""Letters that nobody confuses on paper; 31 of them, twelve a code: 59 bits."""
WRONG = N_("번호가 맞지 않습니다. 앱에 보이는 새 번호를 적어 주세요.")


def begin_totp(person_id: int) -> str:
    """Make a fresh secret for an authenticator app and return its ``otpauth:`` address for the QR code.

    It protects nothing until `confirm_totp`. Asking again replaces an unconfirmed secret.

    Raises:
        RuleViolation: an app is set up already.
    """
    person = get_or_not_found(Person, person_id, lock=True)
    row = totp_of(person)
    if row is not None and row.confirmed_at is not None:
        raise RuleViolation(N_("인증 앱이 이미 연결되어 있습니다. 바꾸려면 먼저 연결을 끊어 주세요."))
    if row is None:
        row = Totp(person_id=person.id)
        session().add(row)
    seal(row, Totp.secret, pyotp.random_base32())
    row.last_step = -1
    session().flush()
    return provisioning_uri(person) or ""


def provisioning_uri(person: Person) -> str | None:
    """Return the ``otpauth:`` address of a secret that is not confirmed yet; a confirmed one is never shown again."""
    row = totp_of(person)
    if row is None or row.confirmed_at is not None:
        return None
    return pyotp.TOTP(reveal(row, Totp.secret) or "").provisioning_uri(name=person.public_name, issuer_name="Madang")


def confirm_totp(person_id: int, code: str, *, at: datetime) -> list[str]:
    """Finish setting up the app with a first code; return recovery codes when these are the person's first.

    Raises:
        InvalidInput: the code is wrong; ``field`` is ``code``.
        NotFound: no app is being set up.
    """
    person = get_or_not_found(Person, person_id, lock=True)
    row = totp_of(person)
    if row is None or row.confirmed_at is not None:
        raise NotFound(N_("연결하던 인증 앱이 없습니다. 처음부터 다시 해 주세요."))
    step = _matching_step(row, code, at)
    if step is None:
        raise InvalidInput(WRONG, field="code")
    row.confirmed_at, row.last_step = at, step
    return note_factor(person, at=at)


def check_totp(person_id: int, code: str, *, at: datetime) -> bool:
    """Take a code of the app. Each time step is taken once, and none before the last one taken."""
    row = session().scalar(select(Totp).where(Totp.person_id == person_id).with_for_update())
    if row is None or row.confirmed_at is None:
        return False
    step = _matching_step(row, code, at)
    if step is None or step <= row.last_step:
        return False
    row.last_step = step
    return True


def use_recovery_code(person_id: int, code: str, *, at: datetime) -> bool:
    """Take a recovery code, once."""
    row = session().scalar(
        select(RecoveryCode)
        .where(
            RecoveryCode.person_id == person_id,
            RecoveryCode.code_index == _code_index(person_id, code),
            RecoveryCode.used_at.is_(None),
        )
        .with_for_update()
    )
    if row is None:
        return False
    row.used_at = at
    return True


def renew_recovery_codes(person_id: int) -> list[str]:
    """Replace all recovery codes and return the new ones; they are shown this once.

    Raises:
        RuleViolation: there is no second factor that they could stand in for.
    """
    person = get_or_not_found(Person, person_id, lock=True)
    if person.second_factor_since is None:
        raise RuleViolation(N_("먼저 인증 앱이나 패스키를 연결해 주세요."))
    return _fresh_codes(person)


def remove_totp(person_id: int, *, at: datetime) -> None:
    """Disconnect the app.

    Raises:
        NotFound: there is none.
        RuleViolation: the person's role needs a second factor and this is the last one.
    """
    person = get_or_not_found(Person, person_id, lock=True)
    row = totp_of(person)
    if row is None:
        raise NotFound(N_("연결된 인증 앱이 없습니다."))
    session().delete(row)
    session().flush()
    note_factor_gone(person, at=at)


def note_factor(person: Person, *, at: datetime) -> list[str]:
    """Note that a person has a second factor; return recovery codes when it is their first."""
    messages.notify(person, "second_factor_added", key=f"{person.id}:{at.timestamp()}", at=at)
    if person.second_factor_since is not None:
        return []
    person.second_factor_since = at
    return _fresh_codes(person)


def note_factor_gone(person: Person, *, at: datetime) -> None:
    """Note that one of a person's second factors is gone.

    Raises:
        RuleViolation: it was the last one and the person's role needs one; roll back.
    """
    totp = totp_of(person)
    if (totp is None or totp.confirmed_at is None) and not passkeys_of(person):
        person.second_factor_since = None
        if needs_second_factor(person, at):
            raise RuleViolation(N_("맡은 일에 두 번째 확인이 꼭 필요합니다. 다른 수단을 먼저 연결해 주세요."))
        session().execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    messages.notify(person, "second_factor_removed", key=f"{person.id}:{at.timestamp()}", at=at)


def forget_all(person: Person) -> None:
    """Take away every second factor of a person; the operator's command for somebody who lost all of them."""
    for table in (Totp, Passkey, RecoveryCode):
        session().execute(delete(table).where(table.person_id == person.id))
    person.second_factor_since = None


def _matching_step(row: Totp, code: str, at: datetime) -> int | None:
    digits = "".join(letter for letter in code if letter.isascii() and letter.isdecimal())
    app = pyotp.TOTP(reveal(row, Totp.secret) or "")
    now = int(at.timestamp()) // STEP_SECONDS
    found = None
    for step in range(now - DRIFT_STEPS, now + DRIFT_STEPS + 1):
        # All three are computed and compared: which one fitted does not show in the time it takes.
        if compare_digest(app.generate_otp(step), digits):
            found = step
    return found


def _fresh_codes(person: Person) -> list[str]:
    session().execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    codes = [
        "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3)) for _ in range(RECOVERY_CODES)
    ]
    session().add_all(RecoveryCode(person_id=person.id, code_index=_code_index(person.id, code)) for code in codes)
    session().flush()
    return codes


def _code_index(person_id: int, code: str) -> bytes:
    letters = "".join(letter for letter in code.casefold() if letter.isascii() and letter.isalnum())
    return index_of(Indexed.TOKEN, letters, scope=f"recovery:{person_id}")
