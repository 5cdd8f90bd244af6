"""Passkeys in a real browser, with Chromium's own virtual authenticator (CDP domain WebAuthn)."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import make_server

from app.clock import utc_now
from app.db.session import transaction
from app.extensions import db
from app.factory import create_app
from app.people.models import Person
from app.people.passwords import hash_password
from app.people.rules import ContactKind, Role
from app.people.services.sign_up import add_contact
from tests.browser.conftest import AT_ONCE, new_context
from tests.conftest import make_config
from tests.factories import make_holder, make_place

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PASSWORD = "느티나무 아래에서 만나요"


@pytest.fixture
def site(tmp_path: Path, _sqlite_template: Path) -> Iterator[tuple[Flask, str]]:
    """The application, served under a name: an address of digits can have no passkeys."""
    path = tmp_path / "browser.sqlite3"
    shutil.copy(_sqlite_template, path)
    server = make_server("127.0.0.1", 0, lambda environ, start: app(environ, start), threaded=True)  # noqa: PLW0108
    address = f"http://localhost:{server.server_port}"
    app = create_app(make_config(f"sqlite:///{path}", tmp_path, public_url=address))
    thread = threading.Thread(target=server.serve_forever, args=(AT_ONCE,), daemon=True)
    thread.start()
    with app.app_context():
        yield app, address
        db.session.remove()
    server.shutdown()
    thread.join()
    server.server_close()
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = new_context(chromium, locale="ko-KR", viewport={"width": 360, "height": 780})
    yield context
    context.close()


def clerk() -> Person:
    person = make_holder(Role.DONG_STAFF, make_place(name="관산동"), name="담당자")
    with transaction():
        person.password_hash = hash_password(PASSWORD)
        add_contact(person, ContactKind.EMAIL, "clerk@example.kr", at=utc_now())
    return person


def with_authenticator(context: BrowserContext, page: Page) -> None:
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
            }
        },
    )


def sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/sign-in?next=/places")
    page.get_by_label("이메일 또는 휴대전화 번호").fill("clerk@example.kr")
    page.get_by_label("비밀번호", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="로그인").click()


def test_a_clerk_makes_a_passkey_and_enters_with_it(site: tuple[Flask, str], context: BrowserContext):
    _app, address = site
    clerk()
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    with_authenticator(context, page)
    sign_in(page, address)
    expect(page.get_by_role("heading", level=1)).to_have_text("두 번째 확인")
    page.get_by_label("알아볼 이름").fill("사무실 컴퓨터")
    page.get_by_role("button", name="패스키 연결").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("복구 번호를 적어 두세요")
    expect(page.locator("li.code")).to_have_count(10)
    page.get_by_role("link", name="적어 두었습니다").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("맡은 동네")

    context.clear_cookies()
    sign_in(page, address)
    expect(page.get_by_role("heading", level=1)).to_have_text("한 번 더 확인합니다")
    page.get_by_role("button", name="패스키 쓰기").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("맡은 동네")
    page.goto(f"{address}/account/second-factor")
    expect(page.get_by_role("heading", name="사무실 컴퓨터")).to_be_visible()
    assert refused == []


def test_without_the_authenticator_the_page_explains_and_a_code_still_works(
    site: tuple[Flask, str], context: BrowserContext
):
    _app, address = site
    clerk()
    page = context.new_page()
    with_authenticator(context, page)
    sign_in(page, address)
    page.get_by_role("button", name="패스키 연결").click()
    code = page.locator("li.code").first.text_content() or ""
    context.clear_cookies()

    other = context.new_page()  # another device: the key is not there
    with_authenticator(context, other)
    sign_in(other, address)
    other.get_by_role("button", name="패스키 쓰기").click()
    expect(other.get_by_role("alert")).to_contain_text("패스키를 쓰지 못했습니다")
    other.get_by_label("확인 번호").fill(code)
    other.get_by_role("button", name="확인", exact=True).click()
    expect(other.get_by_role("heading", level=1)).to_have_text("맡은 동네")
