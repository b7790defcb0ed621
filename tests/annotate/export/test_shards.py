import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as parquet
import pytest

from annotate.export import shards
from annotate.export.columns import columns_of
from annotate.export.manifest import Shard
from annotate.export.rows import Row, preference_rows, ranked_row, sft_row
from annotate.export.shards import write_shards
from tests.annotate.export.judgements import asked, demonstration, ranking, read_back, said

SFT = columns_of("sft")


def demonstrations(count: int) -> list[Row]:
    return [sft_row(demonstration(number)) for number in range(count)]


def lines(path: Path) -> list[object]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def table(path: Path) -> list[object]:
    return list(parquet.read_table(path).to_pylist())


def test_every_row_is_in_both_forms_in_order(tmp_path: Path) -> None:
    rows = demonstrations(5)

    found = list(write_shards(tmp_path, "train", rows, SFT, max_rows=2))

    assert [(shard.path, shard.rows) for shard in found] == [
        ("jsonl/train-00000.jsonl", 2),
        ("parquet/train-00000.parquet", 2),
        ("jsonl/train-00001.jsonl", 2),
        ("parquet/train-00001.parquet", 2),
        ("jsonl/train-00002.jsonl", 1),
        ("parquet/train-00002.parquet", 1),
    ]
    assert [row for shard in found[::2] for row in lines(tmp_path / shard.path)] == rows
    assert [row for shard in found[1::2] for row in table(tmp_path / shard.path)] == read_back(rows)


def test_a_shard_says_what_its_bytes_are(tmp_path: Path) -> None:
    for shard in write_shards(tmp_path, "test", demonstrations(3), SFT):
        data = (tmp_path / shard.path).read_bytes()

        digest = hashlib.sha256(data).hexdigest()
        assert shard == Shard(path=shard.path, sha256=digest, rows=3, bytes=len(data))


def test_no_row_no_file(tmp_path: Path) -> None:
    assert list(write_shards(tmp_path, "test", [], SFT)) == []
    assert list(tmp_path.iterdir()) == []


def test_a_last_full_shard_is_followed_by_no_empty_one(tmp_path: Path) -> None:
    assert len(list(write_shards(tmp_path, "train", demonstrations(4), SFT, max_rows=2))) == 4


def test_texts_and_gaps_of_every_kind_survive_both_forms(tmp_path: Path) -> None:
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
            "prompt_id": "p",
            "ranking_id": "k",
            "ideal_id": "",
            "rater": "r",
            "strength": strength,
            "skill": "",
            "language": "en",
        }
        for text, margin, strength in zip(
            texts, [0.0, 1 / 3, 0.1, 1e-300], [None, 1, None, 3], strict=True
        )
    ]
    ranked: list[Row] = [
        ranked_row(ranking([["a"], ["b", "d"]], unrankable=["c"], strengths=[None])),
        ranked_row(ranking([], unrankable=["a", "b", "c", "d"])),
    ]

    for side, rows, columns in (
        ("train", pairs, columns_of("preference", margins=True)),
        ("test", ranked, columns_of("ranked")),
    ):
        list(write_shards(tmp_path, side, rows, columns))
        assert lines(tmp_path / f"jsonl/{side}-00000.jsonl") == rows
        assert table(tmp_path / f"parquet/{side}-00000.parquet") == read_back(rows)


def test_columns_have_types_of_their_own_even_where_nothing_is_in_them(tmp_path: Path) -> None:
    rows = preference_rows(ranking([["a"], ["b"]]))

    list(write_shards(tmp_path, "train", rows, columns_of("preference")))

    schema = parquet.read_schema(tmp_path / "parquet/train-00000.parquet")
    assert str(schema.field("strength").type) == "int64"


def test_memory_holds_one_block_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "ROWS_PER_BLOCK", 3)
    written: list[int] = []
    waiting: list[int] = []

    def drawn() -> Iterator[Row]:
        for number, row in enumerate(demonstrations(8), start=1):
            waiting.append(number - sum(written))
            yield row

    list(write_shards(tmp_path, "train", drawn(), SFT, on_block=written.append))

    assert written == [3, 3, 2]
    assert max(waiting) <= 4  # one block and the row that comes after it
    groups = parquet.ParquetFile(tmp_path / "parquet/train-00000.parquet").metadata
    assert [groups.row_group(index).num_rows for index in range(groups.num_row_groups)] == [3, 3, 2]


def test_long_rows_make_short_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "BYTES_PER_BLOCK", 1)
    written: list[int] = []

    list(write_shards(tmp_path, "train", demonstrations(3), SFT, on_block=written.append))

    assert written == [1, 1, 1]


def test_a_row_of_megabytes_is_read_whole(tmp_path: Path) -> None:
    row = sft_row(demonstration())
    row["messages"][1]["content"] = "long " * 500_000

    list(write_shards(tmp_path, "train", [row], SFT))

    assert table(tmp_path / "parquet/train-00000.parquet") == read_back([row])


def test_a_row_with_other_columns_leaves_no_shard(tmp_path: Path) -> None:
    rows = [*demonstrations(1), ranked_row(ranking([["a"], ["b"]]))]

    with pytest.raises(ValueError, match="and not \\['messages'"):
        list(write_shards(tmp_path, "train", rows, SFT))

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
