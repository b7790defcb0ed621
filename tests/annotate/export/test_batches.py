"""Rows written by column are, byte by byte, the rows written one by one."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.export import batches
from annotate.export.batches import Along, Batch, batches_of, blocks_of, rows_of
from annotate.export.columns import columns_of
from annotate.export.forms import form_of
from annotate.export.lines import json_lines
from annotate.export.policy import MARGINS, PAIRS, TIES, UNRANKABLE, VOTES, Policy
from annotate.export.rows import RankingText, Row, batches_of_rankings, preference_rows
from annotate.export.shards import write_shards
from annotate.export.texts import Said
from commons.stores import FolderStore
from tests.annotate.export.judgements import ranking

quick = settings(max_examples=60, deadline=None)
LETTERS = "abcd"


@st.composite
def prompts(draw: st.DrawFn) -> list[list[RankingText]]:
    """Some prompts, each ranked by some people; some of them edited the best answer."""
    return [
        [_ranked(draw, number, rater) for rater in range(1, draw(st.integers(1, 3)) + 1)]
        for number in range(draw(st.integers(1, 4)))
    ]


def _ranked(draw: st.DrawFn, number: int, rater: int) -> RankingText:
    ranks = draw(st.lists(st.sampled_from([0, 1, 2, 3, 9]), min_size=4, max_size=4))
    tiers = [
        [name for name, rank in zip(LETTERS, ranks, strict=True) if rank == place]
        for place in sorted(set(ranks) - {9})
    ]
    strengths = draw(
        st.lists(st.sampled_from([None, 1, 2, 3]), min_size=len(tiers), max_size=len(tiers))
    )
    return ranking(
        tiers,
        unrankable=[name for name, rank in zip(LETTERS, ranks, strict=True) if rank == 9],
        strengths=strengths[1:],
        number=number,
        rater=rater,
        ideal=draw(st.sampled_from(["", f"edited {number}"])),
        points=draw(st.dictionaries(st.sampled_from(LETTERS), st.integers(1, 5))),
    )


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    policy = Policy(
        ties=draw(st.sampled_from(TIES)),
        votes=draw(st.sampled_from(VOTES)),
        pairs=draw(st.sampled_from(PAIRS)),
        unrankable=draw(st.sampled_from(UNRANKABLE)),
        ideal=draw(st.booleans()),
        form=draw(st.sampled_from(["trl", "openrlhf", "transcript"])),
    )
    if draw(st.booleans()):
        policy = replace(policy, rating="helpful", rating_at_least=3)
    if policy.votes in ("every", "most_agreeing"):
        policy = replace(
            policy,
            margins=draw(st.sampled_from([{}, MARGINS])),
            strength_at_least=draw(st.integers(1, 3)),
        )
    return policy


def of_their_own(rows: Sequence[Row]) -> Iterator[Row]:
    """The same rows, and no two of them share anything."""
    for row in rows:
        copied = orjson.loads(orjson.dumps(row, list))
        yield {n: Said(v) if isinstance(row[n], Said) else v for n, v in copied.items()}


@given(asked=prompts(), policy=policies(), rows_per_block=st.integers(1, 9))
@quick
def test_pairs_by_column_are_the_bytes_of_pairs_one_by_one(
    asked: list[list[RankingText]], policy: Policy, rows_per_block: int
) -> None:
    """Whatever the policy, the form, and the blocks they are cut into."""
    form = form_of("preference", policy)
    rows = [row for rankings in asked for row in preference_rows(rankings, policy)]
    together = batches_of_rankings("preference")(asked, policy)

    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        patched.setattr(batches, "ROWS_PER_BLOCK", rows_per_block)
        found = [
            write_shards(
                FolderStore(Path(folder)).staged(name), "train", those, form.columns, files=both
            )
            for both in [("parquet", "jsonl")]
            for name, those in (
                ("columns", form.batches(together)),
                ("rows", batches_of(form.rows(of_their_own(rows)))),
            )
        ]

    assert found[0] == found[1]
    assert [shard.rows for shard in found[0]] == ([len(rows)] * 2 if rows else [])


@given(asked=prompts(), policy=policies())
@quick
def test_lines_are_what_orjson_makes_of_each_row(
    asked: list[list[RankingText]], policy: Policy
) -> None:
    policy = replace(policy, form="trl")
    columns = columns_of("preference", policy)
    rows = [row for rankings in asked for row in preference_rows(rankings, policy)]

    blocks = blocks_of(batches_of_rankings("preference")(asked, policy), columns)
    lines = b"".join(json_lines(block) for block in blocks)

    plain = orjson.OPT_APPEND_NEWLINE | orjson.OPT_PASSTHROUGH_SUBCLASS
    assert lines == b"".join(orjson.dumps(row, list, plain) for row in rows)


def test_a_block_holds_what_its_rows_have_and_nothing_else() -> None:
    """Two batches in one block, of which rows have neither all texts nor in their order."""
    texts = [Said([{"role": "assistant", "content": name}]) for name in "abcde"]
    one = Batch({"chosen": np.array([2, 0, 2])}, {"chosen": Along("chosen", texts[:3])})
    two = Batch({"chosen": np.array([1])}, {"chosen": Along("chosen", texts[3:])})
    columns = [each for each in columns_of("preference", Policy()) if each.name == "chosen"]

    [block] = blocks_of([one, two], columns)

    assert list(block.columns["chosen"].values) == [texts[2], texts[0], texts[4]]
    assert block.picks["chosen"].tolist() == [0, 1, 0, 2]
    assert [row["chosen"] for row in rows_of([block])] == [texts[at] for at in (2, 0, 2, 4)]


def test_a_gap_is_left_out_where_it_may_not_be_said() -> None:
    rows = Batch(
        {"row": np.arange(2)},
        {"input": Along("row", ["a", "b"]), "tools": Along("row", [None, [1]])},
    )

    assert json_lines(rows, gaps=False) == b'{"input":"a"}\n{"input":"b","tools":[1]}\n'
    assert json_lines(rows) == b'{"input":"a","tools":null}\n{"input":"b","tools":[1]}\n'
