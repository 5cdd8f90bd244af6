"""The public names: cheap to import, documented, and silent about secrets."""

import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import voting
from voting.election import errors
from voting.election.group import errors as group_errors
from voting.election.shape import printable, read_object
from voting.errors import UnreadableInputError, VerificationError

HEAVY = ("numpy", "highspy", "joblib", "flask", "sqlalchemy", "gmpy2", "nacl")


def test_importing_the_kernel_imports_nothing_heavy() -> None:
    code = f"import sys, voting; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_checking_a_ballot_imports_neither_joblib_nor_numpy() -> None:
    code = "import sys\nfrom voting import check_ballot, make_ballot\nprint([n for n in ('joblib','numpy') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", voting.__all__)
def test_every_public_name_is_there_and_documented(name: str) -> None:
    thing = getattr(voting, name)
    if not isinstance(thing, tuple):
        assert inspect.getdoc(thing), name


@pytest.mark.parametrize("name", [name for name in voting.__all__ if name != "GROUP_NAMES"])
def test_every_public_object_names_the_section_that_specifies_it(name: str) -> None:
    documentation = inspect.getdoc(getattr(voting, name)) or ""
    sections = re.findall(r"``voting/SPEC\.md`` §([0-9]+(?:\.[0-9]+)?)\.", documentation)
    assert sections, name
    text = (Path(voting.__file__).parent / "SPEC.md").read_text(encoding="utf-8")
    for section in sections:
        assert re.search(rf"^(## )?{re.escape(section)}\.? ", text, re.MULTILINE), section


def test_a_name_that_is_not_public_is_no_attribute() -> None:
    with pytest.raises(AttributeError):
        voting.nothing_of_the_kind  # noqa: B018


def refusals() -> list[type[Exception]]:
    return [
        thing
        for module in (errors, group_errors)
        for _, thing in inspect.getmembers(module, inspect.isclass)
        if thing.__module__ == module.__name__
    ]


@pytest.mark.parametrize("refusal", refusals())
def test_every_refusal_is_documented_and_has_an_exit_status(refusal: type[Exception]) -> None:
    assert refusal.__doc__
    assert refusal.__name__.endswith("Error")
    assert issubclass(refusal, VerificationError) != issubclass(refusal, UnreadableInputError)


@pytest.mark.parametrize("text", ["\x1b[2J", "a\u202eb", "\x07", "줄\n바꿈", "\x9b31m"])
def test_a_strangers_text_does_nothing_to_a_terminal(text: str) -> None:
    shown = printable(f"마을{text}회의")
    assert shown.startswith("마을")
    assert shown.isprintable()
    with pytest.raises(errors.MalformedObjectError) as refusal:
        read_object({text: 1}, "object", ("field",))
    assert str(refusal.value).isprintable()
