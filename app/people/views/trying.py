"""How often somebody who is signed in may try."""

from flask_babel import gettext as _

from app.clock import utc_now
from app.db.session import transaction
from app.people.forms.account import ChangePasswordForm, OwnPasswordForm
from app.people.services import limits


def may_try_own_password(form: OwnPasswordForm | ChangePasswordForm, person_id: int) -> bool:
    """Count a try of one's own password: a stolen cookie must not be a way to find the password."""
    with transaction():
        wait = limits.take((limits.PASSWORD_OF_CONTACT, f"person:{person_id}"), at=utc_now())
    if wait is not None:
        form.form_errors.append(_("너무 여러 번 시도하셨습니다. 잠시 뒤에 다시 해 주세요."))
    return wait is None
