"""A file is read to its end, and what it would bring is counted."""

import json
from pathlib import Path

from annotate.importing.checking import EXCERPT, NAMED, SHOWN, Sample, check_records
from annotate.importing.reading import read_records


def checked(tmp_path: Path, *lines: str, most: int = 1000):
    path = tmp_path / "prompts.jsonl"
    path.write_text("\n".join(lines))
    return check_records(read_records(path), most=most)


def row(prompt: str, *answers: str, **others: str) -> str:
    return json.dumps(
        {"prompt": prompt, "candidates": [{"text": each} for each in answers]} | others
    )


def test_what_is_in_a_file_is_counted(tmp_path: Path) -> None:
    found = checked(
        tmp_path,
        row("What is a stent?", "A tube.", "A stitch.", skill="medicine"),
        "{broken",
        row("Was ist ein Stent?", language="de"),
    )

    assert found.as_json() == {
        "rows": 3,
        "prompts": 2,
        "candidates": 2,
        "demonstrations": 0,
        "rankings": 0,
        "turned_away": 1,
        "left": [],
        "refused": [
            {"line": 2, "reason": found.refused[0].reason},
        ],
        "samples": [
            {
                "line": 1,
                "text": "What is a stent?",
                "turns": 1,
                "answers": 2,
                "skill": "medicine",
                "language": "en",
            },
            {
                "line": 3,
                "text": "Was ist ein Stent?",
                "turns": 1,
                "answers": 0,
                "skill": "",
                "language": "de",
            },
        ],
        "answers": [(0, 1), (2, 1)],
        "skills": [("medicine", 1), ("", 1)],
        "languages": [("en", 1), ("de", 1)],
    }
    assert found.refused[0].reason.endswith("write one object a line.")


def test_a_hundred_refusals_are_named_and_all_are_counted(tmp_path: Path) -> None:
    found = checked(tmp_path, *["{}"] * (NAMED + 7))

    assert (len(found.refused), found.turned_away, found.rows) == (NAMED, NAMED + 7, NAMED + 7)


def test_a_few_prompts_are_shown_and_no_more_of_them_than_one_reads(tmp_path: Path) -> None:
    found = checked(tmp_path, *(row(f"{number} " + "x" * 3000) for number in range(SHOWN + 1)))

    assert [sample.line for sample in found.samples] == [1, 2, 3, 4, 5]
    assert found.samples[0] == Sample(1, ("0 " + "x" * 3000)[:EXCERPT], 1, 0, "", "en")


def test_reading_ends_where_there_are_too_many_rows(tmp_path: Path) -> None:
    found = checked(tmp_path, *(row(str(number)) for number in range(9)), most=3)

    assert (found.rows, found.prompts) == (4, 3)
