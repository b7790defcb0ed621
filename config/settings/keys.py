"""Secrets that a first start makes for itself and every later one reads again."""

import os
import stat
import tempfile
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.utils.crypto import get_random_string

LENGTH = 64
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"


def key_kept_in(path: Path) -> str:
    """The key in this file, which only its owner may read; made where it is missing.

    Several processes may start at once: the key is written aside and linked into place, so
    that one of them wins whole and the others read what it wrote.
    """
    if not path.exists():
        make_key(path)
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise ImproperlyConfigured(f"others can read {path}: run chmod 600 on it.")
    key = path.read_text(encoding="ascii").strip()
    if len(key) < LENGTH:
        raise ImproperlyConfigured(
            f"{path} holds no whole key: put it back from your backup, or delete it to have the "
            "next start make a new one."
        )
    return key


def make_key(path: Path) -> None:
    handle, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # mode 0600
    try:
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(get_random_string(LENGTH, LETTERS) + "\n")
            out.flush()
            os.fsync(out.fileno())
        Path(path).hardlink_to(aside)
    except FileExistsError:  # another process was first: its key is the key
        pass
    finally:
        Path(aside).unlink()
