"""Made-up resident numbers for tests; they belong to nobody (villages of one, days chosen by the test)."""

from app.privacy.rules import has_check_digit


def checked(first_twelve: str) -> str:
    """Return the thirteen digits with the right check digit."""
    return next(number for digit in range(10) if has_check_digit(number := f"{first_twelve}{digit}"))


def unchecked(first_twelve: str) -> str:
    """Return thirteen digits with a wrong check digit."""
    return next(number for digit in range(10) if not has_check_digit(number := f"{first_twelve}{digit}"))
