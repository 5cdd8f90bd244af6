"""Passkeys (WebAuthn level 3) as a second factor, checked by py_webauthn."""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlsplit

import webauthn
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.db.session import get_or_not_found, is_duplicate, session
from app.errors import InvalidInput, NotFound, RuleViolation
from app.i18n import N_
from app.people.models import Passkey, Person, SignIn
from app.people.queries.sign_ins import passkeys_of
from app.people.services.second_factor import note_factor, note_factor_gone

MOST = 10
CHALLENGE_BYTES = 32
NOT_ACCEPTED = N_("패스키를 확인하지 못했습니다. 다시 해 주세요.")
_TRANSPORTS = {transport.value for transport in AuthenticatorTransport}


@dataclass(frozen=True)
class Site:
    """Whom passkeys are made for: the relying party id is the host, the origin is the whole address."""

    rp_id: str
    origin: str

    @classmethod
    def of(cls, public_url: str) -> "Site":
        """Return the site of an installation's public address."""
        parts = urlsplit(public_url)
        return cls(parts.hostname or "localhost", f"{parts.scheme}://{parts.netloc}")


def registration_options(sign_in_id: int, site: Site) -> dict[str, Any]:
    """Return what the browser needs to make a passkey, and remember the challenge in its sign-in.

    Raises:
        RuleViolation: the person has enough of them.
    """
    sign_in = get_or_not_found(SignIn, sign_in_id, lock=True)
    existing = passkeys_of(sign_in.person)
    if len(existing) >= MOST:
        raise RuleViolation(N_("패스키는 %(most)s개까지 둘 수 있습니다."), most=MOST)
    sign_in.challenge = secrets.token_bytes(CHALLENGE_BYTES)
    options = webauthn.generate_registration_options(
        rp_id=site.rp_id,
        rp_name="Madang",
        user_id=f"person:{sign_in.person_id}".encode(),
        user_name=sign_in.person.public_name,
        challenge=sign_in.challenge,
        exclude_credentials=[PublicKeyCredentialDescriptor(id=passkey.credential_id) for passkey in existing],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
    )
    return cast("dict[str, Any]", json.loads(webauthn.options_to_json(options)))


def register(sign_in_id: int, site: Site, credential: dict[str, Any], *, name: str, at: datetime) -> list[str]:
    """Take a new passkey; return recovery codes when it is the person's first second factor.

    Raises:
        InvalidInput: the answer does not fit the challenge, the site, or itself, or the passkey is known already.
    """
    sign_in, challenge = _challenged(sign_in_id)
    try:
        verified = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise InvalidInput(NOT_ACCEPTED) from None
    passkey = Passkey(
        person_id=sign_in.person_id,
        credential_id=verified.credential_id,
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        name=" ".join(name.split())[:40] or sign_in.device,
        transports=_transports(credential),
        created_at=at,
    )
    try:
        with session().begin_nested():
            session().add(passkey)
            session().flush()
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise InvalidInput(N_("이미 연결된 패스키입니다.")) from None
    return note_factor(sign_in.person, at=at)


def authentication_options(sign_in_id: int, site: Site) -> dict[str, Any]:
    """Return what the browser needs to use a passkey, and remember the challenge in its sign-in.

    Raises:
        NotFound: the person has none.
    """
    sign_in = get_or_not_found(SignIn, sign_in_id, lock=True)
    existing = passkeys_of(sign_in.person)
    if not existing:
        raise NotFound(N_("연결된 패스키가 없습니다."))
    sign_in.challenge = secrets.token_bytes(CHALLENGE_BYTES)
    options = webauthn.generate_authentication_options(
        rp_id=site.rp_id,
        challenge=sign_in.challenge,
        allow_credentials=[
            PublicKeyCredentialDescriptor(
                id=passkey.credential_id,
                transports=[AuthenticatorTransport(each) for each in passkey.transports if each in _TRANSPORTS] or None,
            )
            for passkey in existing
        ],
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return cast("dict[str, Any]", json.loads(webauthn.options_to_json(options)))


def authenticate(sign_in_id: int, site: Site, credential: dict[str, Any], *, at: datetime) -> bool:
    """Tell whether a passkey of the person signed the challenge of this browser; the challenge is used up either way.

    A counter that does not grow betrays a copied key (WebAuthn §6.1.1), and is refused.
    """
    sign_in, challenge = _challenged(sign_in_id)
    passkey = session().scalar(
        select(Passkey)
        .where(Passkey.person_id == sign_in.person_id, Passkey.credential_id == _credential_id(credential))
        .with_for_update()
    )
    if passkey is None:
        return False
    try:
        verified = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return False
    passkey.sign_count, passkey.last_used_at = verified.new_sign_count, at
    return True


def remove(person_id: int, passkey_id: int, *, at: datetime) -> None:
    """Remove one of the person's passkeys.

    Raises:
        NotFound: it is not theirs.
        RuleViolation: their role needs a second factor and this is the last one.
    """
    person = get_or_not_found(Person, person_id, lock=True)
    passkey = get_or_not_found(Passkey, passkey_id)
    if passkey.person_id != person.id:
        raise NotFound(N_("찾으시는 것이 없습니다."))
    session().delete(passkey)
    session().flush()
    note_factor_gone(person, at=at)


def _challenged(sign_in_id: int) -> tuple[SignIn, bytes]:
    sign_in = get_or_not_found(SignIn, sign_in_id, lock=True)
    challenge, sign_in.challenge = sign_in.challenge, None
    # Without a challenge of ours nothing can fit: a fresh one that nobody saw.
    return sign_in, challenge or secrets.token_bytes(CHALLENGE_BYTES)


def _credential_id(credential: dict[str, Any]) -> bytes:
    try:
        return base64url_to_bytes(str(credential.get("rawId", "")))[:1023]
    except ValueError:
        return b""


def _transports(credential: dict[str, Any]) -> list[str]:
    response = credential.get("response")
    listed = response.get("transports") if isinstance(response, dict) else None
    return sorted({each for each in listed if each in _TRANSPORTS}) if isinstance(listed, list) else []
