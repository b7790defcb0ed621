"""Who is let in, under which names, and what a browser may load.

Nothing here differs in production: HTTPS=1 says that a proxy in front speaks TLS, sets
X-Forwarded-Proto itself and drops the one that a visitor sent.
"""

from csp.constants import NONE, SELF

from config.settings.env import environment, refusal
from config.settings.keys import key_kept_in
from config.settings.product import VAR_DIR

__all__ = [
    "ALLOWED_HOSTS",
    "CONTENT_SECURITY_POLICY",
    "CSRF_COOKIE_SECURE",
    "CSRF_TRUSTED_ORIGINS",
    "DEBUG",
    "HTTPS",
    "PSEUDONYM_KEY",
    "SECRET_KEY",
    "SECURE_HSTS_INCLUDE_SUBDOMAINS",
    "SECURE_HSTS_PRELOAD",
    "SECURE_HSTS_SECONDS",
    "SECURE_PROXY_SSL_HEADER",
    "SECURE_REDIRECT_EXEMPT",
    "SECURE_REFERRER_POLICY",
    "SECURE_SSL_REDIRECT",
    "SESSION_COOKIE_NAME",
    "SESSION_COOKIE_SECURE",
    "X_FRAME_OPTIONS",
]

YEAR = 365 * 24 * 3600
SHORTEST_KEY = 50  # characters, as `check --deploy` asks


def key(name: str) -> str:
    """A secret from the environment, else the one that this machine made for itself."""
    said = environment.text(name)
    if not said:
        return key_kept_in(VAR_DIR / name.lower())
    if len(said) < SHORTEST_KEY:
        raise refusal(name, "too short", f"set it to at least {SHORTEST_KEY} random characters")
    return said


DEBUG = environment.flag("DEBUG", default=False)
HTTPS = environment.flag("HTTPS", default=False)

SECRET_KEY = key("SECRET_KEY")
PSEUDONYM_KEY = key("PSEUDONYM_KEY")  # exports name raters by it; several hosts share one

# This machine's own names are always served: the supervisor and a load balancer's probe use them.
ALLOWED_HOSTS = [*environment.words("ALLOWED_HOSTS"), "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = environment.words("CSRF_TRUSTED_ORIGINS")

SESSION_COOKIE_NAME = "laurel_session"  # other products on localhost keep theirs
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS

SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # a probe speaks plain HTTP to the process itself
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = YEAR if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
