"""Mail: over SMTP, into files, onto the console."""

import smtplib
import ssl
import sys
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Literal

from app.clock import utc_now
from app.outbox.senders.base import Outgoing, Refused, Unreachable

_TIMEOUT_SECONDS = 30


class _WholeAddresses(EmailPolicy):
    """Keeps the address of List-Unsubscribe on one line: folded, a long one becomes an encoded word that no program opens."""

    def fold(self, name: str, value: str) -> str:
        """Return a header as it is written into the mail."""
        if name.lower() == "list-unsubscribe":
            return f"{name}: {value}{self.linesep}"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: str) -> bytes:
        """Return the same as bytes."""
        if name.lower() == "list-unsubscribe":
            return self.fold(name, value).encode("ascii")
        return bytes(super().fold_binary(name, value))


_POLICY = _WholeAddresses(linesep="\r\n")


def as_email(message: Outgoing, *, sender: str) -> EmailMessage:
    """Return a message as a plain-text mail. Attempts at one message share their Message-ID."""
    mail = EmailMessage(policy=_POLICY)
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    mail["From"] = sender
    mail["To"] = message.to
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(utc_now())
    mail["Message-ID"] = f"<{message.key}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = message.locale
    if message.unsubscribe is not None:  # RFC 8058: one click in the mail program, no page, no sign-in
        mail["List-Unsubscribe"] = f"<{message.unsubscribe}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(message.text, charset="utf-8")
    return mail


class SmtpSender:
    """Hands mail to an SMTP server, one connection per message."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        user: str,
        password: str,
        tls: Literal["none", "starttls", "tls"],
        sender: str,
        tls_context: ssl.SSLContext | None = None,
    ) -> None:
        self._host, self._port, self._user, self._password = host, port, user, password
        self._tls, self._sender = tls, sender
        # Certificates are checked; a relay with a private authority is configured by SSL_CERT_FILE.
        self._context = tls_context or ssl.create_default_context()

    def send(self, message: Outgoing) -> None:
        """Hand over one mail.

        Raises:
            Refused: the server answered 5xx to the recipient or the text.
            Unreachable: no connection, no valid certificate, wrong password, or a 4xx answer.
        """
        mail = as_email(message, sender=self._sender)
        # The exceptions of smtplib hold addresses: none of them may reach a log, so their chain is cut.
        try:
            with self._connect() as server:
                if self._tls == "starttls":
                    server.starttls(context=self._context)
                if self._user:
                    server.login(self._user, self._password)
                server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            code = next((code for code, _ in error.recipients.values()), 0)
            raise _by_code(code) from None
        except smtplib.SMTPAuthenticationError as error:
            raise Unreachable(f"smtp {error.smtp_code} login") from None
        except smtplib.SMTPNotSupportedError:
            raise Unreachable("smtp not supported") from None
        except smtplib.SMTPResponseException as error:
            raise _by_code(error.smtp_code) from None
        except ssl.SSLError:
            raise Unreachable("smtp tls") from None
        except TimeoutError:
            raise Unreachable("smtp timeout") from None
        except OSError:  # smtplib's other exceptions are OSErrors, too
            raise Unreachable("smtp connection") from None

    def _connect(self) -> smtplib.SMTP:
        if self._tls == "tls":
            return smtplib.SMTP_SSL(self._host, self._port, timeout=_TIMEOUT_SECONDS, context=self._context)
        return smtplib.SMTP(self._host, self._port, timeout=_TIMEOUT_SECONDS)


class FileSender:
    """Writes each message into a file of its own; a second attempt writes the same file again."""

    def __init__(self, folder: Path, *, sender: str) -> None:
        self._folder, self._sender = folder, sender

    def send(self, message: Outgoing) -> None:
        """Write the mail as ``<key>.eml``, a text message as ``<key>.sms.eml``."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        ending = "eml" if message.subject else "sms.eml"
        part = self._folder / f".{message.key}.part"
        part.write_bytes(as_email(message, sender=self._sender).as_bytes())
        part.chmod(0o600)
        part.replace(self._folder / f"{message.key}.{ending}")


class ConsoleSender:
    """Shows each message on the worker's console. Development only."""

    def send(self, message: Outgoing) -> None:
        """Print the message."""
        line = "─" * 60
        sys.stdout.write(f"{line}\n{message.channel} → {message.to}\n{message.subject}\n\n{message.text}{line}\n")
        sys.stdout.flush()


def _by_code(code: int) -> Refused | Unreachable:
    kind = Refused if 500 <= code < 600 else Unreachable  # noqa: PLR2004 - RFC 5321 §4.2.1
    return kind(f"smtp {code}")
