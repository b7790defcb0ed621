"""A benchmark's files in, its numbers and their revision out."""

import json
from pathlib import Path

import pyarrow as arrow
import pyarrow.parquet as parquet
import pytest

from rewards.engine.errors import BadConfig, BadInput
from rewards.engine.run_benchmark import main
from tests.rewards.engine.conftest import Run
from tests.rewards.tiny import plant_judge


@pytest.fixture
def judge(base: Path, tmp_path: Path) -> Path:
    """A reward model that prefers the answer with the larger share of the letter e."""
    return plant_judge(tmp_path / "judge", base, letter="e")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    return folder


def rows(*pairs: tuple[str, str], subset: str = "hep-go") -> list[dict[str, object]]:
    return [
        {"id": n, "prompt": f"q {n}", "chosen": good, "rejected": bad, "subset": subset}
        for n, (good, bad) in enumerate(pairs)
    ]


def test_parquet_is_read_scored_and_pinned(run: Run, judge: Path, files: Path) -> None:
    """The split ``filtered`` alone is read: won, won, lost; the raw one would lose all."""
    filtered = rows(("ee", "aa"), ("eee", "aaa"), ("aa", "ee"))
    parquet.write_table(arrow.Table.from_pylist(filtered), files / "filtered-00000-of-1.parquet")
    parquet.write_table(arrow.Table.from_pylist(rows(("a", "e"))), files / "raw-00000-of-1.parquet")

    found = run(main, {"model": judge, "benchmark": "reward-bench", "folder": files})

    numbers = found["numbers"]
    assert isinstance(numbers, dict)
    assert isinstance(found["files"], dict)
    assert list(found["files"]) == ["filtered-00000-of-1.parquet"]
    assert (found["prompts"], found["answers"], found["cut"]) == (3, 6, 0)
    assert numbers["hep-go"]["value"] == numbers["Reasoning"]["value"] == pytest.approx(2 / 3)
    assert numbers["hep-go"]["low"] < 2 / 3 < numbers["hep-go"]["high"]
    assert found["headline"] is None  # three sections are missing


def test_another_byte_is_another_revision(run: Run, judge: Path, files: Path) -> None:
    config = {"model": judge, "benchmark": "own", "folder": files}
    (files / "a.jsonl").write_text(json.dumps({"prompt": "q", "chosen": "e", "rejected": "a"}))
    first = run(main, config, name="first")
    again = run(main, config, name="again")
    (files / "a.jsonl").write_text(json.dumps({"prompt": "q", "chosen": "e", "rejected": "b"}))

    other = run(main, config, name="other")

    assert first["revision"] == again["revision"]
    assert first["revision"] != other["revision"]
    assert first["headline"] == "score"


def test_files_of_another_revision_than_asked_for_are_not_scored(
    run: Run, judge: Path, files: Path
) -> None:
    config = {"model": judge, "benchmark": "own", "folder": files}
    (files / "a.jsonl").write_text(json.dumps({"prompt": "q", "chosen": "e", "rejected": "a"}))
    pinned = str(run(main, config, name="first")["revision"])

    for asked in (pinned, pinned[:12].upper()):
        assert run(main, {**config, "revision": asked}, name=asked)["revision"] == pinned
    (files / "a.jsonl").write_text(json.dumps({"prompt": "q", "chosen": "e", "rejected": "b"}))
    with pytest.raises(BadInput, match=f"{pinned} was asked for; download that one"):
        run(main, {**config, "revision": pinned}, name="other")


def test_best_of_four_from_json_lines(run: Run, judge: Path, files: Path) -> None:
    lines = [
        {
            "id": "1",
            "prompt": "q",
            "chosen": ["eee"],
            "rejected": ["a", "b", "c"],
            "subset": "Math",
        },
        {"id": "2", "prompt": "q", "chosen": ["a"], "rejected": ["e", "b", "c"], "subset": "Math"},
    ]
    (files / "test.jsonl").write_text("\n".join(map(json.dumps, lines)))

    found = run(main, {"model": judge, "benchmark": "reward-bench-2", "folder": files})

    assert isinstance(found["numbers"], dict)
    assert found["numbers"]["Math"]["value"] == 0.5


def test_styles_from_a_json_list(run: Run, judge: Path, files: Path) -> None:
    """The domains' own files are left alone where the total is there."""
    row = {"id": 1, "prompt": "q", "chosen": ["e"] * 3, "rejected": ["a"] * 3, "domain": "chat"}
    (files / "total_dataset.json").write_text(json.dumps([row, row]))
    (files / "chat_filtered.json").write_text(json.dumps([row]))

    found = run(main, {"model": judge, "benchmark": "rm-bench", "folder": files})

    assert isinstance(found["numbers"], dict)
    assert found["prompts"] == 2
    assert found["numbers"]["chat"] == {"value": 1.0, "low": 1.0, "high": 1.0, "items": 2}


def test_answers_that_lose_their_end_are_counted(run: Run, judge: Path, files: Path) -> None:
    row = {"prompt": "q", "chosen": "e" * 600, "rejected": "a"}
    (files / "a.jsonl").write_text(json.dumps(row))

    found = run(main, {"model": judge, "benchmark": "own", "folder": files})

    assert found["cut"] == 1


def test_what_cannot_be_read_says_what_to_do(run: Run, judge: Path, files: Path) -> None:
    config = {"model": judge, "benchmark": "rm-bench", "folder": files}

    with pytest.raises(BadConfig, match="one of reward-bench, reward-bench-2, rm-bench, own"):
        run(main, {**config, "benchmark": "mt-bench"})
    with pytest.raises(BadInput, match="is no folder; download"):
        run(main, {**config, "folder": files / "absent"})
    with pytest.raises(BadInput, match="file; download them into it"):
        run(main, config)
    (files / "b.jsonl").write_text("{")
    with pytest.raises(BadInput, match="cannot be read"):
        run(main, config)
    (files / "b.jsonl").write_text("[]\n")
    with pytest.raises(BadInput, match="row 1: a row must be an object"):
        run(main, config)
    (files / "b.jsonl").write_text(json.dumps({"prompt": "q", "chosen": "a", "rejected": "b"}))
    with pytest.raises(BadInput, match=r"b.jsonl, row 1: .*Is it the benchmark that you named"):
        run(main, config)
    (files / "b.jsonl").write_text("")
    with pytest.raises(BadInput, match="hold no row"):
        run(main, config)
