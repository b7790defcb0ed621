"""What the ids of a file are called here: most as they were, a few rows were here under another."""

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard
from uuid import UUID

import orjson
from django.db.models import Model, QuerySet
from django.utils.text import camel_case_to_spaces

from annotate.errors import NotCarriedIn
from annotate.models import Candidate, ConversationTurn, Lane
from annotate.services.carrying.report import Arrived
from annotate.services.carrying.tables import NAMED
from commons.models import User

Name = tuple[Any, ...]

RENAMED = "CREATE TABLE renamed (kind TEXT, was TEXT, now TEXT, PRIMARY KEY (kind, was))"
FIND = "SELECT was, now FROM renamed WHERE kind = ? AND was IN (SELECT value FROM json_each(?))"


class Names:
    """Ids that could not be kept lie in a file that SQLite removes by itself: memory is constant,
    however much of a campaign was here before."""

    def __init__(self, campaign: str) -> None:
        self._campaign = campaign
        self._renamed = sqlite3.connect("")
        self._renamed.execute(RENAMED)
        self._known: dict[type[Model], dict[Name, int]] = {}
        self.counts: Counter[str] = Counter()

    def close(self) -> None:
        self._renamed.close()

    def rename(self, model: type[Model], pairs: Iterable[tuple[str, str]]) -> None:
        """Keep in mind that rows of the file stand here under other ids."""
        kind = _kind(model)
        told = [(kind, was, now) for was, now in pairs if was != now]
        self._renamed.executemany("INSERT INTO renamed VALUES (?, ?, ?)", told)
        if told:
            self.counts[kind] += len(told)

    def renamed(self, model: type[Model], names: Collection[str]) -> dict[str, str]:
        """Those of these ids that are others here."""
        if not self.counts[_kind(model)]:
            return {}
        asked = orjson.dumps(list(names)).decode()
        return dict(self._renamed.execute(FIND, [_kind(model), asked]))

    def all_renamed(self) -> Iterator[tuple[str, str, str]]:
        """Of what, the id there, the id here."""
        yield from self._renamed.execute("SELECT kind, was, now FROM renamed ORDER BY rowid")

    def rows_named(self, model: type[Model], names: Collection[Any]) -> Mapping[Any, int]:
        """The primary keys of the rows that these ids mean; refused where one is missing."""
        found: Mapping[Any, int]
        if model in NAMED:
            found = self._found_by_parts(model, names)
        else:
            found = self._found_by_uuid(model, names)
        if missing := next((name for name in names if name not in found), None):
            raise NotCarriedIn(
                f"The file speaks of {_kind(model)} {missing}, which is neither in it nor here",
                "Export the campaign anew.",
            )
        return found

    def in_words(self, values: Collection[Any]) -> list[Any]:
        """JSON that names candidates, with the ids that they have here."""
        said = {name for value in values for name in _texts(value)}
        now = self.renamed(Candidate, said)
        return [_said(value, now) for value in values] if now else list(values)

    def _found_by_uuid(self, model: type[Model], names: Collection[str]) -> dict[str, int]:
        now = self.renamed(model, names)
        asked = {now.get(name, name) for name in names}
        rows = model._default_manager.filter(uuid__in=asked).values_list("uuid", "pk")
        found = {str(uuid): pk for uuid, pk in rows}
        return {name: found[there] for name in names if (there := now.get(name, name)) in found}

    def _found_by_parts(self, model: type[Model], names: Collection[Name]) -> dict[Name, int]:
        """Lanes are few and looked up once, turns of conversations by their conversations."""
        people = self.renamed(User, {part for name in names for part in name if _is_text(part)})
        whole = len(NAMED[model])  # a file from before a part was added names rows without it
        here = {
            name: (*(people.get(part, part) for part in name), *[""] * (whole - len(name)))
            for name in names
        }
        known = self._known.get(model, {})
        if not known.keys() >= set(here.values()):
            rows = _rows_like(model, self._campaign, here.values())
            known = self._known[model] = {
                tuple(map(_as_said, parts)): pk
                for pk, *parts in rows.values_list("pk", *NAMED[model])
            }
        return {name: known[there] for name, there in here.items() if there in known}


@dataclass(frozen=True)
class Journey:
    """What one parcel on its way in keeps in mind."""

    names: Names
    report: Arrived


def name_in(said: object) -> Name | str:
    """What names a row: a uuid, or the parts that make it one."""
    return tuple(said) if isinstance(said, list) else str(said)


def _rows_like(model: type[Model], campaign: str, names: Iterable[Name]) -> QuerySet[Any]:
    if model is Lane:
        return Lane.objects.filter(campaign__uuid=campaign)
    return ConversationTurn.objects.filter(conversation__uuid__in={name[0] for name in names})


def _as_said(part: object) -> object:
    return str(part) if isinstance(part, UUID) else part


def _is_text(part: object) -> TypeGuard[str]:
    return isinstance(part, str)


def _texts(value: object) -> Iterator[str]:
    """Every text in a piece of JSON, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def _said(value: Any, now: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return now.get(value, value)
    if isinstance(value, dict):
        return {now.get(key, key): _said(each, now) for key, each in value.items()}
    if isinstance(value, list):
        return [_said(each, now) for each in value]
    return value


def _kind(model: type[Model]) -> str:
    return camel_case_to_spaces(model.__name__)  # read by programs: no name that people read
