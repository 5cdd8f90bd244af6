"""Which sender the configuration asks for."""

from app.config import Config
from app.outbox.rules import Channel
from app.outbox.senders.base import Sender
from app.outbox.senders.mail import ConsoleSender, FileSender, SmtpSender
from app.outbox.senders.sms import HttpSmsSender


def sender_for(channel: Channel, config: Config) -> Sender:
    """Return the sender of a channel."""
    match channel:
        case Channel.MAIL:
            return _mail_sender(config)
        case Channel.SMS:
            return _sms_sender(config)


def _mail_sender(config: Config) -> Sender:
    match config.mail:
        case "console":
            return ConsoleSender()
        case "file":
            return FileSender(config.data_dir / "outbox", sender=config.mail_from)
        case "smtp":
            return SmtpSender(
                host=config.smtp_host,
                port=config.smtp_port,
                user=config.smtp_user,
                password=config.smtp_password.get_secret_value(),
                tls=config.smtp_tls,
                sender=config.mail_from,
            )


def _sms_sender(config: Config) -> Sender:
    match config.sms:
        case "console":
            return ConsoleSender()
        case "file":
            return FileSender(config.data_dir / "outbox", sender=config.mail_from)
        case "http":
            return HttpSmsSender(url=config.sms_url, token=config.sms_token.get_secret_value())
