"""Senders against real servers on this machine: an SMTP server with TLS and passwords, an HTTP gateway."""

import email
import http.server
import ipaddress
import json
import socket
import ssl
import stat
import threading
from datetime import UTC, datetime, timedelta
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.outbox.rules import Channel
from app.outbox.senders.base import Outgoing, Refused, Unreachable
from app.outbox.senders.choose import sender_for
from app.outbox.senders.mail import ConsoleSender, FileSender, SmtpSender, as_email
from app.outbox.senders.sms import HttpSmsSender
from tests.conftest import make_config

MAIL = Outgoing(
    key="5f0c",
    channel=Channel.MAIL,
    to="hong@example.kr",
    subject="총회에 오세요",
    text="안녕하세요.\n\n마당\n",
    locale="ko",
)
SMS = Outgoing(
    key="5f0c", channel=Channel.SMS, to="+821012345678", subject="", text="[마당] 안녕하세요.\n", locale="ko"
)

PATIENCE = 60


class Mailbox:
    """What the SMTP server received, and how it answers."""

    def __init__(self):
        self.received = []
        self.rcpt_answer = self.data_answer = ""

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if self.rcpt_answer:
            return self.rcpt_answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, session, envelope):
        if self.data_answer:
            return self.data_answer
        self.received.append((envelope.mail_from, envelope.rcpt_tos, envelope.content, session.ssl is not None))
        return "250 OK"


class LoopbackController(Controller):
    """aiosmtpd's controller on a free port, which it holds from the beginning; it asks no name server and is patient."""

    def __init__(self, handler, **values):
        self._socket = socket.create_server(("127.0.0.1", 0))
        port = self._socket.getsockname()[1]
        super().__init__(
            handler, hostname="127.0.0.1", port=port, ready_timeout=PATIENCE, server_hostname="localhost", **values
        )

    def _create_server(self):
        return self.loop.create_server(self._factory_invoker, sock=self._socket, ssl=self.ssl_context)

    def _trigger_server(self):
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE) as plain:
            plain.recv(1024)


@pytest.fixture
def closed_port():
    """A port on which nobody listens, and which nobody else can take meanwhile."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of our own authority for 127.0.0.1, and the context that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    return server, ssl.create_default_context(cafile=str(path))


@pytest.fixture
def mailbox():
    return Mailbox()


@pytest.fixture
def start_smtp(mailbox):
    started = []

    def start(**values):
        controller = LoopbackController(mailbox, **values)
        controller.start()
        started.append(controller)
        return controller.port

    yield start
    for controller in started:
        controller.stop()


def smtp(port, **values):
    settings = {
        "host": "127.0.0.1",
        "port": port,
        "user": "",
        "password": "",
        "tls": "none",
        "sender": "마당 <no-reply@madang.example.kr>",
    }
    return SmtpSender(**{**settings, **values})


def test_a_mail_arrives_as_it_was_written(start_smtp, mailbox):
    smtp(start_smtp()).send(MAIL)
    ((sender, recipients, content, _encrypted),) = mailbox.received
    mail = email.message_from_bytes(content, policy=default)
    assert (sender, recipients) == ("no-reply@madang.example.kr", ["hong@example.kr"])
    assert (mail["Subject"], mail["To"], mail["Message-ID"]) == (
        "총회에 오세요",
        "hong@example.kr",
        "<5f0c@madang.example.kr>",
    )
    assert mail["From"].addresses[0].display_name == "마당"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().replace("\r\n", "\n") == "안녕하세요.\n\n마당\n"


def test_starttls_encrypts_and_the_password_is_asked_for(start_smtp, mailbox, certificate):
    server, trusting = certificate

    def check(_server, _session, _envelope, _mechanism, data):
        return AuthResult(success=(data.login, data.password) == (b"madang", b"secret"), handled=False)

    port = start_smtp(tls_context=server, require_starttls=True, authenticator=check, auth_required=True)
    smtp(port, tls="starttls", tls_context=trusting, user="madang", password="secret").send(MAIL)
    assert mailbox.received[0][3], "the mail came over TLS"
    with pytest.raises(Unreachable, match="535 login"):
        smtp(port, tls="starttls", tls_context=trusting, user="madang", password="wrong").send(MAIL)


def test_tls_from_the_start_works(start_smtp, mailbox, certificate):
    server, trusting = certificate

    class TlsController(LoopbackController):
        def _trigger_server(self):
            with (
                socket.create_connection(("127.0.0.1", self.port)) as plain,
                trusting.wrap_socket(plain, server_hostname="127.0.0.1") as wrapped,
            ):
                wrapped.recv(1024)

    controller = TlsController(mailbox, ssl_context=server)
    controller.start()
    try:
        smtp(controller.port, tls="tls", tls_context=trusting).send(MAIL)
    finally:
        controller.stop()
    assert len(mailbox.received) == 1


def test_a_certificate_nobody_vouches_for_is_not_accepted(start_smtp, mailbox, certificate):
    with pytest.raises(Unreachable, match="smtp tls"):
        smtp(start_smtp(tls_context=certificate[0]), tls="starttls").send(MAIL)
    assert mailbox.received == []


def test_a_server_without_tls_gets_no_password(start_smtp, mailbox):
    with pytest.raises(Unreachable, match="not supported"):
        smtp(start_smtp(), tls="starttls", user="madang", password="secret").send(MAIL)
    assert mailbox.received == []


@pytest.mark.parametrize("where", ["rcpt_answer", "data_answer"])
@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        ("550 5.1.1 <hong@example.kr> no such user", Refused, "smtp 550"),
        ("552 5.2.2 mailbox of hong@example.kr full", Refused, "smtp 552"),
        ("451 4.3.0 try later, hong@example.kr", Unreachable, "smtp 451"),
        ("421 4.3.2 shutting down", Unreachable, "smtp 421"),
    ],
)
def test_an_answer_tells_never_from_later_and_no_address_comes_back(start_smtp, mailbox, where, answer, kind, code):
    setattr(mailbox, where, answer)
    with pytest.raises(kind) as caught:
        smtp(start_smtp()).send(MAIL)
    assert caught.value.code == code
    assert "hong" not in str(caught.value)
    assert caught.value.__suppress_context__, "smtplib's exception, which holds the address, must not be logged"


def test_nobody_there_means_later(closed_port):
    with pytest.raises(Unreachable, match="smtp connection"):
        smtp(closed_port).send(MAIL)


def test_a_server_that_hangs_up_means_later():
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up():
            server.accept()[0].close()

        threading.Thread(target=hang_up, daemon=True).start()
        with pytest.raises(Unreachable):
            smtp(server.getsockname()[1]).send(MAIL)


def test_attempts_at_one_message_share_their_id():
    assert (
        as_email(MAIL, sender="a@b.kr")["Message-ID"] == as_email(MAIL, sender="a@b.kr")["Message-ID"] == "<5f0c@b.kr>"
    )


def test_a_line_break_cannot_begin_a_new_header():
    with pytest.raises(ValueError, match="linefeed"):
        as_email(Outgoing(**{**vars(MAIL), "subject": "a\r\nBcc: x@y.kr"}), sender="a@b.kr")


class Gateway(http.server.BaseHTTPRequestHandler):
    """A text-message gateway that remembers what it got."""

    answer = (200, b'{"id": "m-1"}')
    got: list = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((self.path, dict(self.headers), json.loads(body)))
        status, content = self.answer
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


@pytest.fixture
def gateway():
    Gateway.got, Gateway.answer = [], (200, b'{"id": "m-1"}')
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/send"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_text_message_reaches_the_gateway(gateway):
    assert HttpSmsSender(url=gateway, token="t0ken").send(SMS) == "m-1"
    ((path, headers, body),) = Gateway.got
    assert path == "/send"
    assert body == {"to": "01012345678", "text": "[마당] 안녕하세요.", "type": "SMS"}
    assert headers["Authorization"] == "Bearer t0ken"
    assert headers["Idempotency-Key"] == "5f0c"


def test_a_long_text_says_that_it_is_long(gateway):
    HttpSmsSender(url=gateway, token="").send(Outgoing(**{**vars(SMS), "text": "가" * 46}))
    assert Gateway.got[0][2]["type"] == "LMS"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Refused),
        (401, Refused),
        (404, Refused),
        (408, Unreachable),
        (429, Unreachable),
        (500, Unreachable),
        (503, Unreachable),
        (302, Unreachable),
    ],
)
def test_a_status_tells_never_from_later(gateway, status, kind):
    Gateway.answer = (status, b"01012345678 is wrong")
    with pytest.raises(kind) as caught:
        HttpSmsSender(url=gateway, token="").send(SMS)
    assert caught.value.code == f"http {status}"
    assert len(Gateway.got) == 1, "a redirect is not followed"


@pytest.mark.parametrize("content", [b"", b"OK", b"[]", b'{"id": 7}', b'{"id": "a b"}', b'{"other": 1}', b"\xff"])
def test_a_gateway_that_names_nothing_is_fine(gateway, content):
    Gateway.answer = (200, content)
    assert HttpSmsSender(url=gateway, token="").send(SMS) is None


def test_a_gateway_that_is_away_means_later(closed_port):
    with pytest.raises(Unreachable, match="http connection"):
        HttpSmsSender(url=f"http://127.0.0.1:{closed_port}/send", token="").send(SMS)


def test_a_file_is_written_whole_for_the_owner_only(tmp_path):
    sender = FileSender(tmp_path / "outbox", sender="no-reply@madang.example.kr")
    sender.send(MAIL)
    sender.send(MAIL)
    sender.send(SMS)
    assert sorted(path.name for path in (tmp_path / "outbox").iterdir()) == ["5f0c.eml", "5f0c.sms.eml"]
    path = tmp_path / "outbox" / "5f0c.eml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert email.message_from_bytes(path.read_bytes(), policy=default).get_content().startswith("안녕하세요.")


def test_the_console_shows_the_message(capsys):
    ConsoleSender().send(MAIL)
    assert "총회에 오세요" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("changes", "channel", "kind"),
    [
        ({"mail": "console"}, Channel.MAIL, ConsoleSender),
        ({"mail": "file"}, Channel.MAIL, FileSender),
        ({"mail": "smtp"}, Channel.MAIL, SmtpSender),
        ({"sms": "console"}, Channel.SMS, ConsoleSender),
        ({"sms": "file"}, Channel.SMS, FileSender),
        ({"sms": "http", "sms_url": "https://sms.example.kr"}, Channel.SMS, HttpSmsSender),
    ],
)
def test_the_configuration_chooses_the_sender(tmp_path, changes, channel, kind):
    assert isinstance(sender_for(channel, make_config("sqlite://", tmp_path, **changes)), kind)
