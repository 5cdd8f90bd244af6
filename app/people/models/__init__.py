"""Tables of people, of signing in, and of the voter roll."""

from app.people.models.accounts import Contact, Invitation, Person, RoleGrant, Verification, VerificationLetter
from app.people.models.rolls import Roll, RollEntry, RollImport
from app.people.models.signing_in import AttemptCount, OneTimeSecret, Passkey, RecoveryCode, SignIn, Totp

__all__ = [
    "AttemptCount",
    "Contact",
    "Invitation",
    "OneTimeSecret",
    "Passkey",
    "Person",
    "RecoveryCode",
    "RoleGrant",
    "Roll",
    "RollEntry",
    "RollImport",
    "SignIn",
    "Totp",
    "Verification",
    "VerificationLetter",
]
