"""The settings of an Argilla 2 dataset: ``.argilla/settings.json``, as ``to_disk`` writes it.

    {"fields": [{"name": "instruction", "settings": {"type": "text"}}, …],
     "questions": [{"id": …, "name": "ranking", "settings": {"type": "ranking",
        "options": [{"value": "response1", "text": …}, …]}}, …],
     "metadata": [{"name": …}, …], "distribution": {"strategy": "overlap", "min_submitted": 1}}

``dataset.json`` beside it holds the dataset's name. Followed: ``settings/_resource.py`` and
``_models/_settings`` of argilla 2.8.0.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from annotate.importing.argilla import TOOL
from annotate.importing.fields import Row
from annotate.importing.plan import OddPlan
from annotate.importing.work import Kind, Question, Schema

_KINDS: Mapping[str, Kind] = {
    "ranking": Kind.LISTED,
    "rating": Kind.RATING,
    "label_selection": Kind.CHOICE,
    "multi_label_selection": Kind.CHOICE,
    "text": Kind.TEXT,
    "span": Kind.SPAN,
}


def schema_in(settings: object, *, name: str) -> Schema:
    """What the dataset shows and asks; ``name`` is its name."""
    if not isinstance(settings, dict) or "questions" not in settings:
        raise OddPlan("The settings have no questions; give the settings.json of the dataset.")
    shown = tuple(
        str(field["name"])
        for field in _objects(settings, "fields")
        if _settings(field).get("type") in ("text", "chat")
    )
    distribution = settings.get("distribution")
    least = distribution.get("min_submitted") if isinstance(distribution, dict) else None
    return Schema(
        project=f"{TOOL}:{name}",
        fields=shown,
        keys=frozenset((*shown, *(str(each["name"]) for each in _objects(settings, "metadata")))),
        questions={str(each["name"]): _question(each) for each in _objects(settings, "questions")},
        min_submitted=least if isinstance(least, int) else 1,
    )


def _question(given: Row) -> Question:
    said = _settings(given)
    field = said.get("field")
    options = said.get("options")
    return Question(
        name=str(given["name"]),
        kind=_KINDS.get(str(said.get("type")), Kind.OTHER),
        about=(field,) if isinstance(field, str) else (),
        options=tuple(
            str(each.get("value"))
            for each in (options if isinstance(options, list) else ())
            if isinstance(each, dict)
        ),
        id=str(given.get("id") or ""),
    )


def _settings(given: Row) -> Mapping[str, Any]:
    found = given.get("settings")
    return found if isinstance(found, dict) else {}


def _objects(settings: Mapping[str, Any], key: str) -> Sequence[Row]:
    found = settings.get(key) or []
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise OddPlan(f"The settings' {key} are no list of objects; is it the right file?")
    if not all(each.get("name") for each in found):
        raise OddPlan(f"The settings' {key} have no names; is it the right file?")
    return found
