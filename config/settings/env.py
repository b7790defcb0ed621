"""The only reader of the environment. An odd value is refused by name, with the remedy.

A variable is looked for in the process's environment, then in the file that ``ENV_FILE`` names
(``.env`` beside manage.py; empty for none). Set to nothing, it counts as not set.
"""

import difflib
import os
from collections.abc import Collection, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from fsspec.registry import known_implementations

BASE_DIR = Path(__file__).resolve().parents[2]

PREFIX = "LAUREL_"
TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off"})


class Environment:
    """Typed readers over the variables of one process.

    Every reader takes the variable's name and what holds when it is not set, and remembers the
    name, so that ``refuse_unknown`` can tell a typing error from a variable of somebody else's.
    """

    def __init__(
        self, given: Mapping[str, str], from_file: Mapping[str, str] | None = None
    ) -> None:
        self._from_file = dict(from_file or {})
        self._given = {**self._from_file, **given}
        self._known: set[str] = set()

    def text(self, name: str, default: str = "") -> str:
        self._known.add(name)
        return self._given.get(name, "").strip() or default

    def flag(self, name: str, *, default: bool) -> bool:
        said = self.text(name).lower()
        if not said:
            return default
        if said not in TRUE | FALSE:
            raise refusal(name, said, "set it to 1 or 0")
        return said in TRUE

    def integer(
        self, name: str, *, default: int, at_least: int = 1, at_most: int | None = None
    ) -> int:
        said = self.text(name)
        if not said:
            return default
        bounds = f"from {at_least}" + (f" to {at_most}" if at_most is not None else " up")
        if not said.isascii() or not said.isdigit():
            raise refusal(name, said, f"set it to a whole number {bounds}")
        number = int(said)
        if number < at_least or (at_most is not None and number > at_most):
            raise refusal(name, said, f"set it to a whole number {bounds}")
        return number

    def choice(self, name: str, *, among: Collection[str], default: str) -> str:
        said = self.text(name, default)
        if said not in among:
            raise refusal(name, said, f"set it to one of {', '.join(sorted(among))}")
        return said

    def words(self, name: str) -> list[str]:
        """What stands between commas."""
        return [word.strip() for word in self.text(name).split(",") if word.strip()]

    def path(self, name: str, *, default: Path) -> Path:
        """A folder or file; a relative one is meant from the project's root, whatever the shell's
        folder, so that all processes agree."""
        said = self.text(name)
        if "://" in said:
            raise refusal(name, said, "set it to a path on this machine")
        return (BASE_DIR / Path(said).expanduser()).resolve() if said else default

    def url(self, name: str, *, schemes: Collection[str]) -> str:
        """A URL with one of these schemes, as it was given; empty when not set."""
        said = self.text(name)
        if not said:
            return ""
        remedy = f"set it to a URL that begins with {' or '.join(f'{s}://' for s in schemes)}"
        try:
            parts = urlsplit(said)
            parts.port  # noqa: B018  # urllib checks the port only when it is asked for
        except ValueError as broken:
            raise refusal(name, hidden(said), f"{broken}; {remedy}") from broken
        if parts.scheme not in schemes or "://" not in said:
            raise refusal(name, hidden(said), remedy)
        return said

    def address(self, name: str, said: str) -> str:
        """``said`` as the address of a server: http(s), a host, no login, no query."""
        remedy = "set it to an address such as https://gpu.example.org/v1, without a login"
        try:
            parts = urlsplit(said)
            parts.port  # noqa: B018  # urllib checks the port only when it is asked for
        except ValueError as broken:
            raise refusal(name, hidden(said), f"{broken}; {remedy}") from broken
        odd = parts.query or parts.fragment or "@" in parts.netloc
        if parts.scheme not in ("http", "https") or not parts.hostname or odd:
            raise refusal(name, hidden(said), remedy)
        return said.rstrip("/")

    def store(self, name: str) -> str:
        """A folder, as ``path`` has it, or a URL whose driver is there; empty when not set."""
        said = self.text(name)
        if "://" not in said:
            return str(self.path(name, default=Path())) if said else ""
        driver = known_implementations.get(urlsplit(said).scheme)
        if driver is None:
            raise refusal(name, hidden(said), "set it to a folder or a URL that fsspec knows")
        package = driver["class"].partition(".")[0]
        if find_spec(package) is None:
            raise refusal(name, hidden(said), f"its driver is not here; {how_to_get(package)}")
        return said.rstrip("/")

    def reserve(self, *names: str) -> None:
        """Names that others than the settings read."""
        self._known.update(names)

    @property
    def known(self) -> frozenset[str]:
        """The names that were asked for so far."""
        return frozenset(self._known)

    def refuse_unknown(self) -> None:
        """Call this when everything is read: what is left over is a typing error."""
        for name in self._unknown():
            near = difflib.get_close_matches(name, sorted(self._known), n=1)
            guess = f"did you mean {near[0]}? " if near else ""
            raise ImproperlyConfigured(
                f"{name} is not a setting of Laurel: {guess}.env.example lists all of them."
            )

    def _unknown(self) -> Iterator[str]:
        ours = (name for name in self._given if name.startswith(PREFIX))
        yield from sorted({*ours, *self._from_file} - self._known)


def refusal(name: str, said: str, remedy: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name} is {said!r}: {remedy}.")


def how_to_get(package: str) -> str:
    if package == "s3fs":
        return "pip install -r requirements-s3.txt"
    return f"pip install {package}"


def hidden(url: str) -> str:
    """The URL without its password, for messages that end up in logs."""
    before, at, after = url.rpartition("@")
    if not at:
        return url
    scheme, slashes, login = before.rpartition("//")
    return f"{scheme}{slashes}{login.partition(':')[0]}:***@{after}"


def read_env_file(path: Path) -> dict[str, str]:
    """NAME=value a line; # begins a comment line; quotes around a value are taken off.

    A file that is not there sets nothing.
    """
    if not path.is_file():
        return {}
    found: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        entry = line.strip().removeprefix("export ").strip()
        if not entry or entry.startswith("#"):
            continue
        name, equals, value = entry.partition("=")
        if not equals or not name.strip().isidentifier():
            raise ImproperlyConfigured(f"{path}, line {number}: write it as NAME=value.")
        found[name.strip()] = unquoted(value.strip())
    return found


def unquoted(value: str) -> str:
    is_quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
    return value[1:-1] if is_quoted else value


def environment_of_process() -> Environment:
    named = os.environ.get("ENV_FILE", ".env").strip()
    from_file = read_env_file(BASE_DIR / named) if named else {}
    return Environment(os.environ, from_file)


environment = environment_of_process()
