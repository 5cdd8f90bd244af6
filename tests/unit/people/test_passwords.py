import unicodedata

import pytest

from app.errors import InvalidInput
from app.people.passwords import hash_password, is_password, needs_rehash, require_good_password


@pytest.mark.parametrize(
    "password", ["느티나무 아래에서 만나요", "correct horse battery staple", "hf8.Qw2!", "가나다라마바사아자차"]
)
def test_a_password_of_eight_letters_that_nobody_guesses_is_taken(password: str):
    require_good_password(password)


@pytest.mark.parametrize(
    "password",
    ["", "1234567", "password", "PASSWORD", "12345678", "87654321", "abcdefgh", "11111111", "1212121212", "qwer1234", "a12345678!",
     "abcabcabc", "x" * 257],
)  # fmt: skip
def test_what_everybody_tries_first_is_refused(password: str):
    with pytest.raises(InvalidInput) as refusal:
        require_good_password(password)
    assert refusal.value.field == "password"


@pytest.mark.parametrize("password", ["minji123", "김민지12345", "x19900304y", "01012345678", "12345678a"])
def test_what_others_know_of_the_person_is_refused(password: str):
    about = ["minji@example.kr", "김민지", "19900304", "+821012345678"]
    with pytest.raises(InvalidInput):
        require_good_password(password, about=about)


def test_a_long_sentence_may_hold_ones_name():
    require_good_password("김민지는 느티나무 아래에서 만나요", about=["김민지"])


@pytest.mark.slow
@pytest.mark.usefixtures("production_passwords")
def test_a_password_fits_however_its_letters_were_composed():
    stored = hash_password("느티나무 아래에서")
    assert is_password(stored, unicodedata.normalize("NFD", "느티나무 아래에서"))
    assert not is_password(stored, "느티나무 아래에서 ")
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert not needs_rehash(stored)


def test_nobody_has_a_password():
    assert not is_password(None, "the password of nobody")
    assert not is_password("not a hash", "anything")


def test_a_weaker_stored_form_is_to_be_renewed():
    assert needs_rehash("$argon2id$v=19$m=1024,t=1,p=1$c29tZXNhbHQxMjM0NQ$dGhpc2lzbm90YXJlYWxoYXNoMTIzNDU2Nzg5MDEyMzQ")
