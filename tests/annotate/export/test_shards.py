import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pyarrow.parquet as parquet
import pytest

from annotate.export import batches, shards
from annotate.export.batches import Batch, batches_of
from annotate.export.columns import Column, columns_of
from annotate.export.manifest import Shard
from annotate.export.policy import MARGINS, Policy
from annotate.export.rows import Row, preference_rows, ranked_row, sft_row
from annotate.export.shards import write_shards
from annotate.export.texts import Said
from commons.stores import FolderStore
from tests.annotate.export.judgements import (
    ABOUT,
    asked,
    demonstration,
    ranking,
    read_back,
    said,
)

PLAIN = Policy()
SFT = columns_of("sft", PLAIN)
BOTH = ("parquet", "jsonl")


def demonstrations(count: int) -> list[Row]:
    return [sft_row(demonstration(number)) for number in range(count)]


def lines(path: Path) -> list[object]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def table(path: Path) -> list[object]:
    return list(parquet.read_table(path).to_pylist())


def staged_in(folder: Path) -> Path:
    """Where a part of the dataset lies before the dataset is published."""
    return folder / ".s.staged"


def write(
    folder: Path,
    name: str,
    rows: Iterator[Row] | Sequence[Row],
    columns: Sequence[Column] = SFT,
    *,
    files: Sequence[str] = BOTH,
) -> list[Shard]:
    staged = FolderStore(folder).staged("s")
    return write_shards(staged, name, batches_of(rows), columns, files=files)


def test_every_row_is_in_both_files_in_order(tmp_path: Path) -> None:
    rows = demonstrations(5)

    found = write(tmp_path, "train-00000", rows)

    assert [(shard.path, shard.rows) for shard in found] == [
        ("parquet/train-00000.parquet", 5),
        ("jsonl/train-00000.jsonl", 5),
    ]
    assert table(staged_in(tmp_path) / found[0].path) == read_back(rows)
    assert lines(staged_in(tmp_path) / found[1].path) == rows


@pytest.mark.parametrize("files", [("parquet",), ("jsonl",), ()])
def test_only_the_files_that_are_asked_for_are_written(
    tmp_path: Path, files: tuple[str, ...]
) -> None:
    rows = iter(demonstrations(3))

    found = write(tmp_path, "train", rows, files=files)

    assert [shard.path.partition("/")[0] for shard in found] == list(files)
    assert list(rows) == []  # a check reads all rows, too


def test_a_shard_says_what_its_bytes_are(tmp_path: Path) -> None:
    for shard in write(tmp_path, "test", demonstrations(3)):
        data = (staged_in(tmp_path) / shard.path).read_bytes()

        digest = hashlib.sha256(data).hexdigest()
        assert shard == Shard(path=shard.path, sha256=digest, rows=3, bytes=len(data))


def test_no_row_no_file(tmp_path: Path) -> None:
    assert write(tmp_path, "test", []) == []
    assert list(tmp_path.iterdir()) == []


def test_texts_and_gaps_of_every_kind_survive_in_both_files(tmp_path: Path) -> None:
    texts = [
        'line\nbreak "quote" \\ \t',
        "ünïcödé 🜁 עברית \u2028 \x7f",
        "2026-01-01T00:00:00Z",
        "3",
    ]
    pairs: list[Row] = [
        {
            "prompt": asked(text),
            "chosen": said(text),
            "rejected": said("other"),
            "margin": margin,
            **ABOUT,
            "ranking_id": "k",
            "rater": "r",
            "ideal_id": "",
            "strength": strength,
            "chosen_source": "",
            "rejected_source": text,
        }
        for text, margin, strength in zip(
            texts, [0.0, 1 / 3, 0.1, 1e-300], [None, 1, None, 3], strict=True
        )
    ]
    ranked: list[Row] = [
        ranked_row(ranking([["a"], ["b", "d"]], unrankable=["c"], strengths=[None])),
        ranked_row(ranking([], unrankable=["a", "b", "c", "d"])),
        ranked_row(ranking([["a", "b", "c", "d"]], ideal="more")),
    ]

    for side, rows, columns in (
        ("train", pairs, columns_of("preference", Policy(margins=MARGINS))),
        ("test", ranked, columns_of("ranked", PLAIN)),
    ):
        write(tmp_path, side, rows, columns)
        assert lines(staged_in(tmp_path) / f"jsonl/{side}.jsonl") == rows
        assert table(staged_in(tmp_path) / f"parquet/{side}.parquet") == read_back(rows)


def test_columns_have_types_of_their_own_even_where_nothing_is_in_them(tmp_path: Path) -> None:
    rows = list(preference_rows([ranking([["a"], ["b"]])], PLAIN))

    write(tmp_path, "train", rows, columns_of("preference", PLAIN))

    schema = parquet.read_schema(staged_in(tmp_path) / "parquet/train.parquet")
    assert str(schema.field("strength").type) == "int64"
    assert str(schema.field("tools").type) == "string"


def of_their_own(rows: Sequence[Row]) -> list[Row]:
    """The same rows, and no two of them share a text."""
    copied: list[Row] = json.loads(json.dumps(rows))
    return [
        {
            name: Said(v) if name in ("prompt", "chosen", "rejected") else v
            for name, v in row.items()
        }
        for row in copied
    ]


def test_rows_that_share_texts_read_as_rows_that_do_not(tmp_path: Path) -> None:
    """Six pairs of four answers, under one prompt; beside them the same with copies."""
    rows = [
        row
        for number in (1, 2)
        for row in preference_rows([ranking([["a"], ["b"], ["c"], ["d"]], number=number)], PLAIN)
    ]
    columns = columns_of("preference", PLAIN)

    write(tmp_path, "shared", rows, columns)
    write(tmp_path, "apart", of_their_own(rows), columns)

    folder = staged_in(tmp_path)
    assert table(folder / "parquet/shared.parquet") == table(folder / "parquet/apart.parquet")
    assert table(folder / "parquet/shared.parquet") == read_back(rows)
    shared, apart = ((folder / f"jsonl/{name}.jsonl").read_bytes() for name in ("shared", "apart"))
    assert shared == apart


def test_rows_read_the_same_in_whatever_blocks_they_were_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        row
        for number in range(3)
        for row in preference_rows([ranking([["a"], ["b"], ["c"], ["d"]], number=number)], PLAIN)
    ]
    columns = columns_of("preference", PLAIN)

    write(tmp_path, "one", rows, columns)
    monkeypatch.setattr(batches, "ROWS_PER_BLOCK", 4)
    write(tmp_path, "many", rows, columns)

    folder = staged_in(tmp_path)
    assert parquet.ParquetFile(folder / "parquet/many.parquet").num_row_groups == 5
    assert table(folder / "parquet/one.parquet") == table(folder / "parquet/many.parquet")
    one, many = ((folder / f"jsonl/{name}.jsonl").read_bytes() for name in ("one", "many"))
    assert one == many


def test_a_text_that_several_rows_hold_is_written_once(tmp_path: Path) -> None:
    """d is rejected by three; 100,000 letters that do not repeat take no less in another form."""
    draw = Random(5)
    long = "".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=100_000))
    order = ranking([["a"], ["b"], ["c"], ["d"]])
    order.candidates["d"][0]["content"] = long  # type: ignore[index]

    write(tmp_path, "train", list(preference_rows([order], PLAIN)), columns_of("preference", PLAIN))

    group = parquet.ParquetFile(staged_in(tmp_path) / "parquet/train.parquet").metadata.row_group(0)
    [found] = [
        group.column(at).total_uncompressed_size
        for at in range(group.num_columns)
        if group.column(at).path_in_schema.startswith("rejected")
        and group.column(at).path_in_schema.endswith("content")
    ]
    assert 100_000 <= found < 101_000


def blocks_in(folder: Path) -> list[int]:
    """How many rows each block had that was written: a row group each."""
    groups = parquet.ParquetFile(staged_in(folder) / "parquet/train.parquet").metadata
    return [groups.row_group(index).num_rows for index in range(groups.num_row_groups)]


def test_memory_holds_three_blocks_at_most(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "ROWS_PER_BLOCK", 3)
    real, written, waiting = shards._write_block, [0], [0]

    def slow(block: Batch, outs: Any) -> None:
        real(block, outs)
        written[0] += len(block)

    def drawn() -> Iterator[Row]:
        for number, row in enumerate(demonstrations(20), start=1):
            waiting.append(number - written[0])
            yield row

    monkeypatch.setattr(shards, "_write_block", slow)

    write(tmp_path, "train", drawn())

    assert max(waiting) <= 9  # one being written, one that waits, one being read
    assert blocks_in(tmp_path) == [3] * 6 + [2]


def test_long_rows_make_short_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "CHARACTERS_PER_BLOCK", 1)

    write(tmp_path, "train", demonstrations(3))

    assert blocks_in(tmp_path) == [1, 1, 1]


def test_a_text_that_rows_share_makes_a_block_full_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four answers of 5 characters and a prompt of 5 are 25, however many pairs hold them."""
    monkeypatch.setattr(batches, "CHARACTERS_PER_BLOCK", 26)
    rows = list(preference_rows([ranking([["a"], ["b"], ["c"], ["d"]])], PLAIN))

    write(tmp_path, "train", rows, columns_of("preference", PLAIN))

    assert blocks_in(tmp_path) == [6]


def test_a_row_of_megabytes_is_read_whole(tmp_path: Path) -> None:
    row = sft_row(demonstration())
    row["messages"][1]["content"] = "long " * 500_000

    write(tmp_path, "train", [row])

    assert table(staged_in(tmp_path) / "parquet/train.parquet") == read_back([row])


def test_a_row_with_other_columns_leaves_no_shard(tmp_path: Path) -> None:
    rows = [*demonstrations(1), ranked_row(ranking([["a"], ["b"]]))]

    with pytest.raises(ValueError, match="and not \\['messages'"):
        write(tmp_path, "train", rows)

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


class Cancelled(Exception):
    """What a reader raises whose claim is lost."""


def test_what_a_reader_raises_leaves_no_shard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "ROWS_PER_BLOCK", 1)

    def drawn() -> Iterator[Row]:
        yield from demonstrations(3)
        raise Cancelled

    with pytest.raises(Cancelled):
        write(tmp_path, "train", drawn())

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_what_cannot_be_written_is_heard_by_who_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(block: Batch, outs: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shards, "_write_block", full)

    with pytest.raises(OSError, match="No space left"):
        write(tmp_path, "train", demonstrations(3))

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
