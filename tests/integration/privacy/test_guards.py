"""A resident number is refused by every form, every upload, and at last by the table itself."""

import io

import pytest
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import FieldList, FileField, FormField, PasswordField, StringField, TextAreaField
from wtforms import Form as PlainForm

from app.db.session import session, transaction
from app.factory import create_app
from app.privacy.encryption import MalformedKeyring
from app.privacy.rules import ResidentNumberRefused
from app.record.models import RecordEntry
from app.web.forms import Form
from tests.conftest import NOW, make_config
from tests.factories import make_person, make_place
from tests.resident_numbers import checked

NUMBER = checked("900101123456")
DASHED = f"{NUMBER[:6]}-{NUMBER[6:]}"


class Part(PlainForm):
    note = StringField()


class Everything(Form):
    title = StringField()
    story = TextAreaField()
    password = PasswordField()
    parts = FieldList(FormField(Part))
    lines = FieldList(StringField())
    file = FileField()


def form_with(**values) -> Everything:
    return Everything(formdata=MultiDict(values), meta={"csrf": False})


@pytest.fixture
def request_context(app):
    with app.test_request_context(method="POST"):
        yield


@pytest.mark.slow
@pytest.mark.parametrize("name", ["title", "story", "parts-0-note", "lines-0"])
def test_every_typed_field_is_looked_through(request_context, name):
    form = form_with(**{name: f"저는 {DASHED}입니다"})
    assert not form.validate()
    (message,) = _flat(form.errors)
    assert "주민등록번호" in message
    assert NUMBER[:6] not in message
    assert "900101" in str(form.data), "what was typed is kept, so that it can be corrected"


def test_ordinary_words_pass(request_context):
    form = form_with(**{"title": "통일로 문화축제", "story": "010-1234-5678", "parts-0-note": "메모"})
    assert form.validate()


def test_a_password_is_nobody_s_business(request_context):
    assert form_with(password=NUMBER).validate()


def test_an_upload_is_looked_through_and_can_still_be_read(request_context):
    upload = FileStorage(io.BytesIO(f"이름,번호\n홍길동,{DASHED}\n".encode()), filename="roll.csv")
    form = form_with(file=upload)
    assert not form.validate()
    assert list(form.errors) == ["file"]
    clean = FileStorage(io.BytesIO("이름\n홍길동\n".encode()), filename="roll.csv")
    form = form_with(file=clean)
    assert form.validate()
    assert form.file.data.stream.read().startswith("이름".encode())


def _flat(errors):
    if isinstance(errors, dict):
        for part in errors.values():
            yield from _flat(part)
    elif isinstance(errors, str):
        yield errors
    else:
        for part in errors:
            yield from _flat(part)


def test_a_table_refuses_what_came_past_the_forms(app):
    with pytest.raises(ResidentNumberRefused) as caught, transaction():
        person = make_person_unsaved(f"홍 {DASHED}")
        session().add(person)
    assert caught.value.field == "public_name"
    assert session().query(type(person)).count() == 0


def test_a_change_is_looked_through_too(app):
    person = make_person("홍길동")
    with pytest.raises(ResidentNumberRefused), transaction():
        person.public_name = DASHED
    session().refresh(person)
    assert person.public_name == "홍길동"


def test_texts_inside_json_are_looked_through(app):
    place = make_place()
    entry = RecordEntry(
        place_id=place.id, place_slug=place.slug, height=0, at=NOW, role="chair", act="a.b", subject="a:1",
        values={"parts": [{"note": f"번호 {DASHED}"}]}, parent_hash="0" * 64, hash="1" * 64,
    )  # fmt: skip
    with pytest.raises(ResidentNumberRefused), transaction():
        session().add(entry)


def make_person_unsaved(name):
    from app.people.models import Person

    return Person(public_name=name, created_at=NOW)


def test_every_form_of_the_application_is_looked_through(app):
    def below(kind):
        return [found for direct in kind.__subclasses__() for found in (direct, *below(direct))]

    strangers = [form for form in below(FlaskForm) if form.__module__.startswith("app.") and not issubclass(form, Form)]
    assert strangers == []


def test_an_application_without_usable_keys_does_not_start(tmp_path):
    with pytest.raises(MalformedKeyring):
        create_app(make_config(f"sqlite:///{tmp_path}/x.sqlite3", tmp_path, field_keys="k1:short"))
