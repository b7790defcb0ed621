"""What ``datasets`` calls each shape of a column, as lines of a card's YAML.

Without them it guesses from the first rows of the first split, and a column that is empty or null
there cannot be read where it is not.
"""

from collections.abc import Mapping, Sequence

from annotate.export.columns import Shape


def _list_of(**dtypes: str) -> list[str]:
    named = ((f"- name: {name}", f"  dtype: {dtype}") for name, dtype in dtypes.items())
    return ["list:", *(line for lines in named for line in lines)]


def _inner(lines: Sequence[str]) -> list[str]:
    return [f"  {line}" for line in lines]


_ONE_CALL = [
    *("  - name: type", "    dtype: string"),
    *("  - name: function", "    struct:"),
    *("    - name: name", "      dtype: string"),
    *("    - name: arguments", "      dtype: string"),
]
_MESSAGES = [
    *_list_of(role="string", content="string", name="string"),
    *("- name: tool_calls", "  list:", *_ONE_CALL),
]
# Here the loader reads the JSON text of the arguments, as templates take them. In a table with
# other numbers it must not: it writes each line anew for it and keeps ten digits of a margin.
_CONVERSATION = [*_MESSAGES[:-1], "      dtype: json"]
# OpenAI's: calls have ids, and what a model learns nothing from has weight 0.
_CHAT = [
    *_list_of(role="string", content="string", weight="int64", tool_call_id="string"),
    *("- name: tool_calls", "  list:", "  - name: id", "    dtype: string", *_ONE_CALL),
]
_SPAN = {"start": "int64", "end": "int64", "quote": "string", "why": "string"}
FEATURES: Mapping[Shape, Sequence[str]] = {
    Shape.TEXT: ["dtype: string"],
    Shape.JSON: ["dtype: string"],
    Shape.WHOLE: ["dtype: int64"],
    Shape.REAL: ["dtype: float64"],
    Shape.CHANCE: ["dtype: float64"],
    Shape.CHANCES: ["list: float64"],
    Shape.COUNT: ["dtype: float64"],
    Shape.YES: ["dtype: bool"],
    Shape.TEXTS: ["list: string"],
    Shape.MESSAGES: _MESSAGES,
    Shape.CONVERSATION: _CONVERSATION,
    Shape.ANSWERS: ["list:", *_inner(_MESSAGES)],
    Shape.PLACES: ["list: int64"],
    Shape.TIERS: ["list:", "  list: int64"],
    Shape.RATINGS: _list_of(answer="int64", name="string", value="int64"),
    Shape.FLAGS: _list_of(answer="int64", name="string", value="bool"),
    Shape.SPANS: _list_of(answer="int64", name="string", **_SPAN),
    Shape.IMAGES: ["list: image"],
    Shape.TRANSCRIPT: ["dtype: string"],
    Shape.CHAT: _CHAT,
    Shape.TOOLS: ["dtype: json"],
    Shape.INPUT: ["struct:", "- name: messages", *_inner(_CHAT), "- name: tools", "  dtype: json"],
}
