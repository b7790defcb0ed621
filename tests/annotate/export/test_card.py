from collections.abc import Iterator
from pathlib import Path

import datasets
import pytest

from annotate.export.card import card_of
from annotate.export.columns import columns_of
from annotate.export.manifest import Manifest
from annotate.export.rows import MARGINS, Row, preference_rows, ranked_row, sft_row
from annotate.export.snapshot import write_snapshot
from tests.annotate.export.judgements import demonstration, ranking, read_back

SFT: dict[str, list[Row]] = {
    "train": [sft_row(demonstration(number)) for number in range(3)],
    "test": [sft_row(demonstration(9))],
}
# Nothing is known of any strength on the train side, where a loader would look for types.
PREFERENCE: dict[str, list[Row]] = {
    "train": list(preference_rows(ranking([["a"], ["b"], ["c", "d"]]))),
    "validation": list(preference_rows(ranking([["b"], ["a"]], strengths=[3]))),
}
MARGIN: dict[str, list[Row]] = {
    "train": list(preference_rows(ranking([["a"], ["b"]], strengths=[2]), margins=MARGINS)),
}
RANKED: dict[str, list[Row]] = {
    "train": [ranked_row(ranking([["a", "b", "c", "d"]]))],
    "test": [ranked_row(ranking([["a"], ["b"]], unrankable=["c", "d"], strengths=[1]))],
}


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    datasets.disable_progress_bars()
    yield
    datasets.enable_progress_bars()


@pytest.mark.parametrize("form", ["", "jsonl"])
@pytest.mark.parametrize(
    ("kind", "policy", "sides"),
    [
        ("sft", {}, SFT),
        ("preference", {}, PREFERENCE),
        ("preference", {"margins": True}, MARGIN),
        ("ranked", {}, RANKED),
    ],
    ids=["sft", "preference", "margin", "ranked"],
)
def test_load_dataset_reads_every_row_as_it_was_written(
    tmp_path: Path,
    kind: str,
    policy: dict[str, object],
    sides: dict[str, list[Row]],
    form: str,
) -> None:
    folder = tmp_path / "snapshot"
    write_snapshot(folder, kind=kind, policy=policy, rows=sides, members_digest="m", max_rows=2)

    found = datasets.load_dataset(str(folder / form), cache_dir=str(tmp_path / "cache"))

    assert {side: part.to_list() for side, part in found.items()} == read_back(sides)


def test_the_card_tells_what_is_inside() -> None:
    manifest = Manifest(
        kind="ranked",
        policy={"imported": False},
        rows={"train": 7, "validation": 0, "test": 2},
        members="abc",
        shards=(),
    )

    card = card_of(manifest, columns_of("ranked"))

    assert "| train | 7 |\n| test | 2 |\n" in card
    assert "validation" not in card
    assert '- policy: `{"imported":false}`' in card
    assert "- members: `abc`" in card
    for column in columns_of("ranked"):
        assert f"| `{column.name}` | " in card
