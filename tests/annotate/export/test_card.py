"""``datasets.load_dataset`` reads a frozen folder as it is, every kind, form and file of it."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import datasets
import pytest
import yaml

from annotate.export.card import _size, card_of
from annotate.export.columns import columns_of
from annotate.export.facts import Facts, Guideline
from annotate.export.forms import form_of
from annotate.export.manifest import Manifest, Shard, verify_snapshot
from annotate.export.pictures import pictures_of
from annotate.export.policy import MARGINS, Policy
from annotate.export.preflight.figures import Spread
from annotate.export.publishing import NOTHING
from annotate.export.rows import (
    MessageRows,
    Row,
    preference_rows,
    prompt_row,
    ranked_row,
    sft_row,
    unpaired_rows,
)
from tests.annotate.export.freezing import write_snapshot
from tests.annotate.export.judgements import (
    about,
    asked,
    demonstration,
    ranking,
    read_back,
    said,
)

PLAIN = Policy()
TOOL = {"type": "function", "function": {"name": "dose", "parameters": {"type": "object"}}}
CALL = {"type": "function", "function": {"name": "dose", "arguments": {"drug": "a", "mg": 1}}}
CALLING: MessageRows = [
    {"role": "assistant", "content": "", "tool_calls": [CALL]},
    {"role": "tool", "name": "dose", "content": "1 mg"},
    *said("1 mg."),
]


def pairs(policy: Policy) -> dict[str, list[Row]]:
    """Nothing is known of any strength on the train side, where a loader would look for types."""
    train = ranking([["a"], ["b"], ["c", "d"]])
    validation = ranking([["b"], ["a"]], strengths=[3], number=2, ideal="more")
    return {
        "train": list(preference_rows([train], policy)),
        "validation": list(preference_rows([validation], policy)),
    }


def with_calls() -> Row:
    """What comes last, where the rows before it had neither tools nor calls."""
    return sft_row(replace(demonstration(9), about=replace(about(9), tools=[TOOL]), answer=CALLING))


SFT: dict[str, list[Row]] = {
    "train": [sft_row(demonstration(number)) for number in range(3)],
    "test": [sft_row(demonstration(9))],
}
RANKED: dict[str, list[Row]] = {
    "train": [ranked_row(ranking([["a", "b", "c", "d"]]))],
    "test": [ranked_row(ranking([["a"], ["b"]], unrankable=["c", "d"], strengths=[1]))],
}
UNPAIRED: dict[str, list[Row]] = {
    "train": list(unpaired_rows([ranking([["a"], ["b"]], ideal="more")], PLAIN)),
}
PROMPTS: dict[str, list[Row]] = {
    "train": [prompt_row(about(1))],
    "test": [prompt_row(replace(about(2), tools=[TOOL]))],
}
OPENRLHF, TRANSCRIPT = Policy(form="openrlhf"), Policy(form="transcript")
WEIGHED = Policy(weights="reliability")
CHANCES = Policy(chances=True)
CASES: dict[str, tuple[str, Policy, dict[str, list[Row]]]] = {
    "sft": ("sft", PLAIN, SFT),
    "preference": ("preference", PLAIN, pairs(PLAIN)),
    "ranked": ("ranked", PLAIN, RANKED),
    "unpaired": ("unpaired", PLAIN, UNPAIRED),
    "prompts": ("prompts", PLAIN, PROMPTS),
    "sft-openrlhf": ("sft", OPENRLHF, SFT),
    "prompts-openrlhf": ("prompts", OPENRLHF, PROMPTS),
    "ranked-chances": (
        "ranked",
        CHANCES,
        {"train": [ranked_row(replace(ranking([["a"], ["b"]]), shown_with={"b": 0.5}), CHANCES)]},
    ),
    "sft-chances": ("sft", CHANCES, {"train": [sft_row(demonstration(1), CHANCES)]}),
    "ranked-weights": ("ranked", WEIGHED, {"train": [ranked_row(ranking([["a"]]), WEIGHED)]}),
    "unpaired-weights": (
        "unpaired",
        WEIGHED,
        {"train": list(unpaired_rows([ranking([["a"], ["b"]])], WEIGHED))},
    ),
    **{
        name: ("preference", policy, pairs(policy))
        for name, policy in {
            "margin": Policy(margins=MARGINS),
            "soft": Policy(ties="soft"),
            "shares": Policy(votes="soft", ties="both"),
            "preference-openrlhf": replace(OPENRLHF, margins=MARGINS),
            "transcript": TRANSCRIPT,
            "weights": WEIGHED,
            "chances": CHANCES,
            "weights-transcript": replace(WEIGHED, form="transcript"),
        }.items()
    },
}


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    datasets.disable_progress_bars()
    yield
    datasets.enable_progress_bars()


def loaded(folder: Path, cache: Path) -> dict[str, list[Row]]:
    found = datasets.load_dataset(str(folder), cache_dir=str(cache))
    return {side: part.to_list() for side, part in found.items()}


@pytest.mark.parametrize("case", CASES)
def test_load_dataset_reads_every_row_as_it_was_written(tmp_path: Path, case: str) -> None:
    kind, policy, sides = CASES[case]
    folder = tmp_path / "snapshot"
    write_snapshot(folder, kind=kind, policy=policy, rows=sides, max_rows=2)

    tables = loaded(folder, tmp_path / "cache")
    lines = loaded(folder / "jsonl", tmp_path / "cache")

    form = form_of(kind, policy)
    assert tables == read_back({side: list(form.rows(rows)) for side, rows in sides.items()})
    assert lines == tables


@pytest.mark.parametrize("files", [("parquet",), ("jsonl",)])
def test_load_dataset_reads_a_folder_of_one_kind_of_files(
    tmp_path: Path, files: tuple[str, ...]
) -> None:
    folder = tmp_path / "snapshot"
    write_snapshot(folder, kind="sft", policy=Policy(files=files), rows=SFT)

    assert loaded(folder, tmp_path / "cache") == read_back(SFT)


OPENAI = Policy(form="openai", files=("jsonl",))


def without_gaps(value: Any) -> Any:
    """A loader gives every message the fields that any has."""
    if isinstance(value, list):
        return [without_gaps(each) for each in value]
    if isinstance(value, dict):
        return {name: without_gaps(each) for name, each in value.items() if each is not None}
    return value


def test_load_dataset_reads_the_rows_for_openai_and_nothing_beside_them(tmp_path: Path) -> None:
    folder = tmp_path / "snapshot"
    sides = {"train": [sft_row(demonstration(1)), with_calls()], "test": SFT["test"]}
    write_snapshot(folder, kind="sft", policy=OPENAI, rows=sides)

    found = loaded(folder, tmp_path / "cache")

    lines = (folder / "jsonl" / "train-00000.jsonl").read_text().splitlines()
    assert [list(row) for row in map(json.loads, lines)] == [["messages"], ["messages", "tools"]]
    assert without_gaps(found["train"]) == [json.loads(line) for line in lines]
    assert found["train"][1]["tools"] == [TOOL]
    call = found["train"][1]["messages"][1]["tool_calls"][0]
    assert call["function"]["arguments"] == '{"drug":"a","mg":1}'


def test_load_dataset_reads_the_pairs_for_openai(tmp_path: Path) -> None:
    folder = tmp_path / "snapshot"
    policy = replace(OPENAI, margins=MARGINS)
    order = ranking([["a"], ["b"]], strengths=[1])
    offering = replace(order, about=replace(order.about, tools=[TOOL]))
    rows = [row for each in (order, offering) for row in preference_rows([each], policy)]
    write_snapshot(folder, kind="preference", policy=policy, rows={"train": rows})

    found = loaded(folder, tmp_path / "cache")["train"]

    pair = {"preferred_output": said("say a"), "non_preferred_output": said("say b")}
    assert without_gaps(found) == [
        {"input": {"messages": asked("ask 1")}, **pair},
        {"input": {"messages": asked("ask 1"), "tools": [TOOL]}, **pair},
    ]


def test_the_file_beside_says_of_each_row_whence_it_came(tmp_path: Path) -> None:
    """A margin keeps all its digits there, and what is not known is null."""
    folder = tmp_path / "snapshot"
    policy = replace(OPENAI, margins=MARGINS)
    rows = list(preference_rows([ranking([["a"], ["b"], ["c"]], strengths=[1, None])], policy))
    write_snapshot(folder, kind="preference", policy=policy, rows={"train": rows})

    lines = (folder / "lineage" / "train-00000.jsonl").read_text().splitlines()

    gone = ("prompt", "chosen", "rejected", "tools")
    assert [json.loads(line) for line in lines] == [
        {name: value for name, value in row.items() if name not in gone} for row in rows
    ]


@pytest.mark.parametrize("folder", ["snapshot", "snapshot/jsonl"])
@pytest.mark.parametrize("form", ["trl", "openrlhf"])
def test_calls_and_tools_are_loaded_as_chat_templates_take_them(
    tmp_path: Path, folder: str, form: str
) -> None:
    """The first row has neither, so that nothing can be guessed from it."""
    rows = [sft_row(demonstration(1)), with_calls()]
    write_snapshot(
        tmp_path / "snapshot", kind="sft", policy=Policy(form=form), rows={"train": rows}
    )

    plain, row = loaded(tmp_path / folder, tmp_path / "cache")["train"]

    messages = row["messages"][1:] if form == "trl" else row["output"]
    said_so = [{name: each for name, each in one.items() if each} for one in messages]
    assert said_so == [{"role": "assistant", "tool_calls": [CALL]}, *CALLING[1:]]
    assert json.loads(row["tools"]) == [TOOL]
    assert plain["tools"] is None


def card(kind: str, policy: Policy, *files: str, facts: Facts = NOTHING) -> str:
    shards = tuple(Shard(path=f"{name}/x", sha256="", rows=9, bytes=1) for name in files)
    manifest = Manifest(
        kind=kind,
        policy=policy.as_json(),
        rows={"train": 7, "validation": 0, "test": 2},
        members="abc",
        shards=shards,
    )
    pictures = list(pictures_of(manifest.rows, facts, "Judgements"))
    return card_of(manifest, form_of(kind, policy).columns, facts, pictures)


def test_the_card_tells_what_is_inside() -> None:
    found = card("ranked", Policy(imported=False), "parquet", "jsonl")

    assert "| train | 7 |\n| test | 2 |\n" in found
    assert "validation" not in found.partition("# Rankings")[0]
    assert '- policy: `{"apart_from":[],"files":["parquet","jsonl"]' in found
    assert '"imported":false' in found
    assert "- members: `abc`" in found
    for column in columns_of("ranked", PLAIN):
        assert f"| `{column.name}` | " in found


def test_the_card_names_only_the_files_that_are_there() -> None:
    both = card("sft", PLAIN, "parquet", "jsonl")
    lines = card("sft", Policy(files=("jsonl",)), "jsonl")

    assert 'load_dataset(FOLDER + "/jsonl")' in both
    assert "path: parquet/train-*.parquet" in both
    assert 'load_dataset(FOLDER + "/jsonl")' not in lines
    assert ("path: jsonl/train-*.jsonl" in lines, "parquet/" in lines) == (True, False)


def test_the_card_says_what_stands_beside_the_rows() -> None:
    found = card("sft", OPENAI, "jsonl", "lineage")

    header, _, text = found.partition("\n# ")
    assert "prompt_id" not in header
    assert "Each file in `lineage/` has a line for each row" in text
    assert text.index("`lineage/`") < text.index("| `prompt_id` |")


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("sft", "--data.input_key input --data.output_key output"),
        (
            "preference",
            "--data.prompt_key prompt --data.chosen_key chosen --data.rejected_key rejected",
        ),
        ("prompts", "--data.input_key input"),
    ],
)
def test_the_card_says_by_which_options_openrlhf_reads_it(kind: str, options: str) -> None:
    line = f"OpenRLHF reads it by `{options} --data.apply_chat_template`."

    assert line in card(kind, OPENRLHF, "parquet")
    assert "OpenRLHF" not in card(kind, PLAIN, "parquet")


GUIDELINE = Guideline(
    id="9c5b94b1-35ad-49bb-b118-8e8fc24abf80",
    version=2,
    text="\n# Be *kind* | be right\n\nPrefer the true answer.\n",
    judgements=5,
)
FACTS = Facts(
    skills={"law": {"train": 3, "test": 1}, "": {"train": 1}},
    languages={"en": {"train": 3}, "no": {"train": 1, "test": 1}, "not a tag!": {"train": 1}},
    strengths={1: 2, 3: 1, None: 4},
    lengths={"answers": Spread(8, 12.5, 1, 2, 12, 30, 31, 32)},
    raters=2,
    year=2026,
    guidelines=[GUIDELINE],
    under_none=1,
)


def test_the_card_counts_and_shows_what_is_inside() -> None:
    found = card("preference", PLAIN, "parquet", facts=FACTS)

    assert "![Rows by side: train 7, test 2.](pictures/rows.svg)" in found
    assert "![Judgements by skill: law 4, no skill 1.](pictures/skills.svg)" in found
    assert (
        "| skill | train | test |\n| --- | ---: | ---: |\n| law | 3 | 1 |\n| – | 1 | 0 |" in found
    )
    assert "| 1 slightly better | 2 |\n| 2 better | 0 |\n| 3 significantly better | 1 |" in found
    assert "| answers | 8 | 1 | 2 | 12 | 30 | 31 | 32 |" in found
    assert "2 people or sources judged." in found
    assert "Not measured: no report was asked for" in card("preference", PLAIN, "parquet")


def test_the_card_names_every_guideline_that_was_judged_under() -> None:
    found = card("preference", PLAIN, "parquet", facts=FACTS)

    assert (
        "| Be \\*kind\\* \\| be right | 2 | 5 | "
        f"`guidelines/{GUIDELINE.id}.md` | `{GUIDELINE.sha256}` |" in found
    )
    assert "Judged under none that is known (imported): 1." in found


@pytest.mark.parametrize(
    ("license", "head", "words"),
    [
        ("", "license: unknown", "Unknown: nobody said under which licence"),
        ("cc-by-4.0", "license: cc-by-4.0", "`cc-by-4.0`, as it was chosen"),
        ("other", "license: other", "Another one than the hub has a name for"),
    ],
)
def test_the_card_says_under_which_licence(license: str, head: str, words: str) -> None:
    found = card("sft", Policy(license=license), "parquet")

    assert head in yaml_of(found)
    assert words in found


def test_the_card_says_how_to_cite_it() -> None:
    found = card("sft", PLAIN, "parquet", facts=FACTS)

    [cited] = re.findall(r"```bibtex\n(.*?)\n```", found, re.DOTALL)
    [digest] = re.findall(r"note = \{SHA-256 of the manifest: ([0-9a-f]{64})\}", cited)
    assert cited.startswith(f"@misc{{laurel-{digest[:12]},\n")
    assert "  year = {2026},\n" in cited


def test_the_head_of_the_card_is_what_a_hub_sorts_by() -> None:
    """Norwegian is no denial, and what is no tag of a language is left out."""
    head = yaml.safe_load(yaml_of(card("sft", PLAIN, "parquet", facts=FACTS)))

    assert head["language"] == ["en", "no"]
    assert head["size_categories"] == ["n<1K"]
    assert [_size(rows) for rows in (999, 1000, 99_999, 10**9)] == [
        *("n<1K", "1K<n<10K", "10K<n<100K", "n>1B"),
    ]


def yaml_of(found: str) -> str:
    return found.split("---\n")[1]


def test_a_folder_with_pictures_and_guidelines_is_loaded_and_verified(tmp_path: Path) -> None:
    folder = tmp_path / "snapshot"
    rows = {"train": list(pairs(PLAIN)["train"])}
    manifest = write_snapshot(folder, kind="preference", rows=rows, facts=FACTS)

    assert verify_snapshot(folder) == manifest
    beside = [shard.path for shard in manifest.shards if not shard.rows]
    assert beside == [
        *(f"pictures/{name}.svg" for name in ("rows", "skills", "languages")),
        *(f"pictures/{name}.svg" for name in ("strengths", "lengths")),
        f"guidelines/{GUIDELINE.id}.md",
    ]
    assert (folder / beside[-1]).read_text() == GUIDELINE.text
    assert loaded(folder, tmp_path / "cache") == read_back(rows)
