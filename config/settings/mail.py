"""E-mail and webhooks: by which server mail leaves, and where webhooks may lead."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from config.settings.env import environment, hidden, refusal

__all__ = [
    "DEFAULT_FROM_EMAIL",
    "EMAIL_BACKEND",
    "EMAIL_HOST",
    "EMAIL_HOST_PASSWORD",
    "EMAIL_HOST_USER",
    "EMAIL_PORT",
    "EMAIL_TIMEOUT",
    "EMAIL_USE_SSL",
    "EMAIL_USE_TLS",
    "MAIL_IS_SET_UP",
    "PUBLIC_URL",
    "SERVER_EMAIL",
    "WEBHOOKS_MAY_STAY_INSIDE",
]

SMTP = "django.core.mail.backends.smtp.EmailBackend"
NOWHERE = "django.core.mail.backends.dummy.EmailBackend"
PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


@dataclass(frozen=True)
class MailServer:
    """How one mail server is reached; the scheme says when encryption begins."""

    scheme: str
    host: str
    port: int
    user: str
    password: str


def mail_server_at(url: str) -> MailServer | None:
    """smtp+tls://user:password@host:port, or None where nothing is said."""
    if not url:
        return None
    parts = urlsplit(url)
    if not parts.hostname or parts.path not in ("", "/") or parts.query or parts.fragment:
        remedy = "write it as smtp+tls://user:password@host:587"
        raise refusal("EMAIL_URL", hidden(url), remedy)
    return MailServer(
        scheme=parts.scheme,
        host=parts.hostname,
        port=parts.port or PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def sender(said: str) -> str:
    """Laurel <laurel@example.org>, or the address alone."""
    if "@" not in said or "\n" in said or "\r" in said:
        raise refusal("EMAIL_FROM", said, "write it as Laurel <laurel@example.org>")
    return said


def root_of(url: str) -> str:
    """The address by which visitors call this server, without the last slash."""
    parts = urlsplit(url)
    if url and (not parts.hostname or parts.path not in ("", "/") or parts.query):
        raise refusal("PUBLIC_URL", url, "write it as https://laurel.example.org")
    return url.rstrip("/")


server = mail_server_at(environment.url("EMAIL_URL", schemes=tuple(PORTS)))
MAIL_IS_SET_UP = server is not None
EMAIL_BACKEND = SMTP if server else NOWHERE
EMAIL_HOST = server.host if server else "localhost"
EMAIL_PORT = server.port if server else 25
EMAIL_HOST_USER = server.user if server else ""
EMAIL_HOST_PASSWORD = server.password if server else ""
EMAIL_USE_TLS = server is not None and server.scheme == "smtp+tls"
EMAIL_USE_SSL = server is not None and server.scheme == "smtps"
EMAIL_TIMEOUT = 10.0  # seconds
DEFAULT_FROM_EMAIL = sender(environment.text("EMAIL_FROM", "Laurel <laurel@localhost>"))
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Mails and webhooks link to pages by it.
PUBLIC_URL = root_of(environment.url("PUBLIC_URL", schemes=("https", "http")))

# Unset, a webhook leads to public addresses by https:// only.
WEBHOOKS_MAY_STAY_INSIDE = environment.flag("WEBHOOKS_MAY_STAY_INSIDE", default=False)
