"""Read ``config.json`` into one frozen dataclass, refusing by name what it does not know."""

import json
from dataclasses import MISSING, asdict, dataclass, fields
from pathlib import Path
from types import NoneType, UnionType
from typing import TypeVar, get_args, get_origin, get_type_hints

from commons.sentences import sentence as _
from rewards.engine.errors import BadConfig


@dataclass(frozen=True)
class Knobs:
    """What a script can be told. Fields are str, int, float, Path, tuples of one, or null."""

    def as_json(self) -> dict[str, object]:
        """The knobs as they would stand in ``config.json``, defaults written out."""
        return {
            name: str(value) if isinstance(value, Path) else value
            for name, value in asdict(self).items()
        }


K = TypeVar("K", bound=Knobs)
NAMES = {
    str: _("text"),
    int: _("a whole number"),
    float: _("a number"),
    Path: _("a path"),
}


def read_config(path: Path, kind: type[K]) -> K:
    """The knobs in the JSON object at ``path``; lists become tuples, text becomes paths."""
    given = _json_object(path)
    known = {field.name: field for field in fields(kind)}
    for name in given:
        if name not in known:
            raise BadConfig(
                _(
                    "%(path)s: unknown key %(name)s; the keys are %(known)s.",
                    path=path,
                    name=repr(name),
                    known=", ".join(known),
                )
            )
    for name, field in known.items():
        optional = field.default is not MISSING or field.default_factory is not MISSING
        if name not in given and not optional:
            raise BadConfig(
                _(
                    "%(path)s: key %(name)s is missing; add it.",
                    path=path,
                    name=repr(name),
                )
            )
    hints = get_type_hints(kind)
    return kind(**{name: _read(value, hints[name], name) for name, value in given.items()})


def _json_object(path: Path) -> dict[str, object]:
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as broken:
        raise BadConfig(
            _(
                "%(path)s cannot be read as JSON: %(broken)s",
                path=path,
                broken=broken,
            )
        ) from broken
    if not isinstance(given, dict):
        raise BadConfig(
            _(
                "%(path)s must hold one JSON object.",
                path=path,
            )
        )
    return given


def _read(value: object, hint: object, name: str) -> object:
    """``value`` as the field's type; a whole number will do for a float, nothing else bends."""
    if isinstance(hint, UnionType):  # T | None
        (inner,) = (arm for arm in get_args(hint) if arm is not NoneType)
        return None if value is None else _read(value, inner, name)
    if get_origin(hint) is tuple and isinstance(value, list):
        return tuple(_read(item, get_args(hint)[0], name) for item in value)
    if hint is Path and isinstance(value, str) and value:
        return Path(value)
    if hint is float and type(value) is int:
        return float(value)
    if type(value) is hint:
        return value
    raise BadConfig(
        _(
            "key %(name)s must be %(named)s, not %(value)s.",
            name=repr(name),
            named=_named(hint),
            value=repr(value),
        )
    )


def _named(hint: object) -> str:
    if get_origin(hint) is tuple:
        return _("a list of %(named)s", named=_named(get_args(hint)[0]))
    return NAMES.get(hint, str(hint)) if isinstance(hint, type) else str(hint)
