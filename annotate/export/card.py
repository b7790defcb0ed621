"""The dataset card: what a hub and ``datasets.load_dataset`` read, and what a person reads.

The loader reads all configurations of one card by the file type of the first, so the JSON lines
have a card of their own in their folder.
"""

from collections.abc import Mapping, Sequence

from annotate.export.columns import Column, Shape
from annotate.export.manifest import CARD, FORMS, Manifest, canonical
from annotate.export.splits import SIDES
from commons.stores import Staged

_TITLES = {
    "sft": "Demonstrations: conversations with the answer that an expert wrote",
    "preference": "Preferences: pairs of answers, one preferred to the other by a person",
    "ranked": "Rankings: several answers to a prompt in the order a person gave them",
    "unpaired": "Answers that people found good or not",
    "prompts": "Prompts without answers",
}


# The loader's own words for a shape. Without them it guesses from the first rows of the first
# split, and a column that is empty or null there cannot be read where it is not.
def _list_of(**dtypes: str) -> list[str]:
    named = ((f"- name: {name}", f"  dtype: {dtype}") for name, dtype in dtypes.items())
    return ["list:", *(line for lines in named for line in lines)]


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
_SPAN = {"start": "int64", "end": "int64", "quote": "string", "why": "string"}
_FEATURES = {
    Shape.TEXT: ["dtype: string"],
    Shape.JSON: ["dtype: string"],
    Shape.WHOLE: ["dtype: int64"],
    Shape.REAL: ["dtype: float64"],
    Shape.YES: ["dtype: bool"],
    Shape.TEXTS: ["list: string"],
    Shape.MESSAGES: _MESSAGES,
    Shape.CONVERSATION: _CONVERSATION,
    Shape.ANSWERS: ["list:", *(f"  {line}" for line in _MESSAGES)],
    Shape.PLACES: ["list: int64"],
    Shape.TIERS: ["list:", "  list: int64"],
    Shape.RATINGS: _list_of(answer="int64", name="string", value="int64"),
    Shape.FLAGS: _list_of(answer="int64", name="string", value="bool"),
    Shape.SPANS: _list_of(answer="int64", name="string", **_SPAN),
}


def write_cards(staged: Staged, manifest: Manifest, columns: Sequence[Column]) -> None:
    """Write a card for each form; made from the manifest, so equal datasets have equal cards."""
    forms = {shard.path.partition("/")[0] for shard in manifest.shards}
    with staged.writing(CARD) as out:
        out.write(card_of(manifest, columns).encode())
    if forms == set(FORMS):
        with staged.writing(f"jsonl/{CARD}") as out:
            out.write(lines_card_of(manifest, columns).encode())


def card_of(manifest: Manifest, columns: Sequence[Column]) -> str:
    """The card of the whole folder; its data are the Parquet files, where there are any."""
    sides = _sides(manifest)
    form = "parquet" if any("parquet/" in shard.path for shard in manifest.shards) else "jsonl"
    header = _header({side: f"{form}/{side}-*.{form}" for side in sides}, columns)
    return "\n".join([*header, "", *_text(manifest, columns, sides), ""])


def lines_card_of(manifest: Manifest, columns: Sequence[Column]) -> str:
    """The card of the folder of JSON lines."""
    header = _header({side: f"{side}-*.jsonl" for side in _sides(manifest)}, columns)
    return "\n".join(
        [*header, "", "The same rows as JSON lines; `../README.md` explains them.", ""]
    )


def _sides(manifest: Manifest) -> list[str]:
    return [side for side in SIDES if manifest.rows[side]]


def _header(paths: Mapping[str, str], columns: Sequence[Column]) -> list[str]:
    lines = ["---", "configs:", "- config_name: default", "  data_files:"]
    for side, path in paths.items():
        lines += [f"  - split: {side}", f"    path: {path}"]
    lines += ["dataset_info:", "- config_name: default", "  features:"]
    for column in columns:
        lines.append(f"  - name: {column.name}")
        lines += [f"    {line}" for line in _FEATURES[column.shape]]
    return [*lines, "---"]


def _text(manifest: Manifest, columns: Sequence[Column], sides: Sequence[str]) -> list[str]:
    return [
        f"# {_TITLES[manifest.kind]}",
        "",
        "Frozen by Laurel. The files never change; `manifest.json` holds the SHA-256 of each.",
        "",
        "| split | rows |",
        "| --- | ---: |",
        *(f"| {side} | {manifest.rows[side]} |" for side in sides),
        "",
        "A prompt has been on the same side in every dataset since it was first seen.",
        "",
        "| column | holds | meaning |",
        "| --- | --- | --- |",
        *(f"| `{one.name}` | {one.shape.value} | {one.meaning} |" for one in columns),
        "",
        "Messages are lists of `{role, content}`. No row names a person.",
        "",
        "```python",
        "from datasets import load_dataset",
        "",
        "dataset = load_dataset(FOLDER)  # Parquet",
        'dataset = load_dataset(FOLDER + "/jsonl")  # the same rows as JSON lines',
        "```",
        "",
        "## How it was made",
        "",
        f"- policy: `{canonical(manifest.policy).decode()}`",
        f"- members: `{manifest.members}` (SHA-256 of the list of judgements)",
    ]
