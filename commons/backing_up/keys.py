"""The secrets that an installation has made for itself, in files of its state folder.

Exports name raters by HMACs under the pseudonym key: with another one, the same people get other
names. The secret key signs logins and nothing that is kept.
"""

import hashlib
import hmac
import os
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils import timezone

from commons.artifacts import atomic_file

PSEUDONYMS = "pseudonym_key"
NAMES = (PSEUDONYMS, "secret_key")


def fingerprint_of_pseudonyms() -> str:
    """Tells one pseudonym key from another and gives none away."""
    key = str(settings.PSEUDONYM_KEY).encode()
    return hmac.digest(key, b"fingerprint", hashlib.sha256).hex()[:16]


def kept_keys() -> list[Path]:
    """The key files that are in use here; one that the environment overrides is not."""
    files = (settings.VAR_DIR / name for name in NAMES)
    return [file for file in files if file.is_file() and _said(file) == _used(file.name)]


def put_back_key(name: str, content: IO[bytes]) -> str:
    """Keep a key of the backup in its file; say in words what was done or is to be done.

    A first start makes keys, so there always is one already. It has named nobody yet, as the
    database is empty; it stays beside the one that takes its place.
    """
    said, file = content.read(), settings.VAR_DIR / name
    if said.decode("ascii").strip() == _used(name):
        return f"{name} is the same here"
    if not file.is_file() or _said(file) != _used(name):
        return (
            f"{name.upper()} is set in the environment and is not the backup's; set it to what "
            f"keys/{name} in the backup says"
        )
    file.rename(file.with_name(f"{name}.until-{timezone.now():%Y%m%dT%H%M%S}"))
    with atomic_file(file) as out:
        os.fchmod(out.fileno(), 0o600)
        out.write(said)
    return f"{name} put back; the one that was here lies beside it"


def _said(file: Path) -> str:
    return file.read_text(encoding="ascii").strip()


def _used(name: str) -> str:
    return str(getattr(settings, name.upper()))
