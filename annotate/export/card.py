"""The dataset card: what a hub and ``datasets.load_dataset`` read, and what a person reads.

The loader reads all configurations of one card by the file type of the first, so the JSON lines
have a card of their own in their folder.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from annotate.export.citing import citing_lines, licence_lines, license_of
from annotate.export.columns import Column
from annotate.export.facts import Facts
from annotate.export.features import FEATURES
from annotate.export.manifest import BESIDE, CARD, FORMS, Manifest, canonical
from annotate.export.pictures import Picture
from annotate.export.splits import SIDES
from annotate.export.telling import guideline_lines, statistics
from commons.stores import Staged

_TITLES = {
    "sft": "Demonstrations: conversations with the answer that an expert wrote",
    "preference": "Preferences: pairs of answers, one preferred to the other by a person",
    "ranked": "Rankings: several answers to a prompt in the order a person gave them",
    "unpaired": "Answers that people found good or not",
    "prompts": "Prompts without answers",
}


# How a row is read, where it is not TRL's: OpenRLHF asks for the names of columns.
_READ_BY = {
    ("openrlhf", "sft"): "--data.input_key input --data.output_key output",
    ("openrlhf", "preference"): (
        "--data.prompt_key prompt --data.chosen_key chosen --data.rejected_key rejected"
    ),
    ("openrlhf", "prompts"): "--data.input_key input",
}


_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")  # of a language, as BCP 47 has it


def write_cards(
    staged: Staged,
    manifest: Manifest,
    columns: Sequence[Column],
    facts: Facts,
    pictures: Sequence[Picture],
) -> None:
    """Write a card for each form; of equal members and manifests, so equal datasets have equal
    cards. The pictures are written already: the manifest names them."""
    with staged.writing(CARD) as out:
        out.write(card_of(manifest, columns, facts, pictures).encode())
    if _files(manifest) == set(FORMS):
        with staged.writing(f"jsonl/{CARD}") as out:
            out.write(lines_card_of(manifest, columns).encode())


def card_of(
    manifest: Manifest,
    columns: Sequence[Column],
    facts: Facts,
    pictures: Sequence[Picture] = (),
) -> str:
    """The card of the whole folder; its data are the Parquet files, where there are any."""
    sides = _sides(manifest)
    form = "parquet" if "parquet" in _files(manifest) else "jsonl"
    paths = {side: f"{form}/{side}-*.{form}" for side in sides}
    header = _header(paths, columns, _about(manifest, facts))
    return "\n".join([*header, "", *_text(manifest, columns, facts, pictures), ""])


def lines_card_of(manifest: Manifest, columns: Sequence[Column]) -> str:
    """The card of the folder of JSON lines."""
    header = _header({side: f"{side}-*.jsonl" for side in _sides(manifest)}, columns)
    return "\n".join(
        [*header, "", "The same rows as JSON lines; `../README.md` explains them.", ""]
    )


def _files(manifest: Manifest) -> set[str]:
    """What kinds of files hold the rows."""
    return {shard.path.partition("/")[0] for shard in manifest.shards} & set(FORMS)


def _sides(manifest: Manifest) -> list[str]:
    return [side for side in SIDES if manifest.rows[side]]


def _about(manifest: Manifest, facts: Facts) -> Iterator[str]:
    """What a hub sorts datasets by."""
    yield f"license: {license_of(manifest)}"
    tags = sorted(tag for tag in facts.languages if _TAG.fullmatch(tag))
    if tags:
        yield "language:"
        yield from (f'- "{tag}"' for tag in tags)  # unquoted, Norwegian would be a no
    yield "size_categories:"
    yield f"- {_size(sum(manifest.rows.values()))}"


def _size(rows: int) -> str:
    """The hub's names of sizes."""
    steps = ["1K", "10K", "100K", "1M", "10M", "100M", "1B"]
    least = 1000
    if rows < least:
        return f"n<{steps[0]}"
    for low, high in pairwise(steps):
        if rows < least * 10:
            return f"{low}<n<{high}"
        least *= 10
    return f"n>{steps[-1]}"


def _header(
    paths: Mapping[str, str], columns: Sequence[Column], about: Iterable[str] = ()
) -> list[str]:
    lines = ["---", *about, "configs:", "- config_name: default", "  data_files:"]
    for side, path in paths.items():
        lines += [f"  - split: {side}", f"    path: {path}"]
    lines += ["dataset_info:", "- config_name: default", "  features:"]
    for column in columns:
        if not column.apart:
            lines.append(f"  - name: {column.name}")
            lines += [f"    {line}" for line in FEATURES[column.shape]]
    return [*lines, "---"]


def _text(
    manifest: Manifest, columns: Sequence[Column], facts: Facts, pictures: Sequence[Picture]
) -> list[str]:
    return [
        f"# {_TITLES[manifest.kind]}",
        "",
        "Frozen by Laurel. The files never change; `manifest.json` holds the SHA-256 of each.",
        "",
        "| split | rows |",
        "| --- | ---: |",
        *(f"| {side} | {manifest.rows[side]} |" for side in _sides(manifest)),
        "",
        "A prompt has been on the same side in every dataset since it was first seen.",
        "",
        *_table(column for column in columns if not column.apart),
        "",
        "Messages are lists of `{role, content}`. No row names a person.",
        *_beside([column for column in columns if column.apart]),
        "",
        *_loading(manifest),
        "",
        *statistics(manifest.kind, facts, pictures),
        *guideline_lines(facts),
        "",
        *licence_lines(manifest),
        "",
        *citing_lines(manifest, _TITLES[manifest.kind], facts),
        "",
        "## How it was made",
        "",
        f"- policy: `{canonical(manifest.policy).decode()}`",
        f"- members: `{manifest.members}` (SHA-256 of the list of judgements)",
    ]


def _table(columns: Iterable[Column]) -> list[str]:
    return [
        "| column | holds | meaning |",
        "| --- | --- | --- |",
        *(f"| `{one.name}` | {one.shape.value} | {one.meaning} |" for one in columns),
    ]


def _beside(columns: Sequence[Column]) -> list[str]:
    """What a form has no keys for."""
    if not columns:
        return []
    return [
        "",
        f"Each file in `{BESIDE}/` has a line for each row of the file of that name, in its order:",
        "",
        *_table(columns),
    ]


def _loading(manifest: Manifest) -> list[str]:
    files = _files(manifest)
    first = "Parquet" if "parquet" in files else "JSON lines"
    lines = [
        *("```python", "from datasets import load_dataset", ""),
        f"dataset = load_dataset(FOLDER)  # {first}",
    ]
    if files == set(FORMS):
        lines.append('dataset = load_dataset(FOLDER + "/jsonl")  # the same rows as JSON lines')
    lines.append("```")
    options = _READ_BY.get((str(manifest.policy.get("form")), manifest.kind))
    if options:
        lines += ["", f"OpenRLHF reads it by `{options} --data.apply_chat_template`."]
    return lines
