import gzip
import json
import tracemalloc
from pathlib import Path

import pytest

from annotate.importing import rows
from annotate.importing.formats import Format
from annotate.importing.reading import read_records
from annotate.importing.records import ImportedPrompt, LeftOut, Record, Refusal

ASKED = b'{"id": "q", "prompt": "Why?"}\n'


def lines_of(path: Path, *lines: bytes) -> Path:
    path.write_bytes(b"".join(lines))
    return path


def outline(records: list[Record]) -> list[tuple[int, str]]:
    """The line and the key of each prompt, the line and the reason of each refusal."""
    assert not any(isinstance(record, LeftOut) for record in records)
    return [
        (record.line, record.reason if isinstance(record, Refusal) else record.key)
        for record in records
    ]


def test_a_bad_line_never_stops_the_rest(tmp_path: Path) -> None:
    path = lines_of(
        tmp_path / "rows.jsonl",
        ASKED,
        b"\n",
        b"{broken\n",
        b'{"id": "l\xe4rm", "prompt": "latin-1"}\n',
        b"[1, 2]\n",
        b'{"id": "n", "prompt": "x", "candidates": [{"text": "y", "sampling": {"p": NaN}}]}\n',
        b'{"id": "d", "prompt": ' + b"[" * 100_000 + b"\n",
        b'{"id": ' + b"9" * 5000 + b', "prompt": "x"}\n',
        ASKED.strip(),  # no newline at the end of the file
    )

    found = outline(list(read_records(path)))

    assert found == [
        (1, "q"),
        (
            3,
            "the line is not JSON (Expecting property name enclosed in double quotes: "
            "line 1 column 2 (char 1)); write one object a line.",
        ),
        (4, "byte 10 is not UTF-8; save the file as UTF-8."),
        (5, "the line is not a JSON object; write one object a line."),
        (6, "the line is not JSON (NaN is not a JSON number); write one object a line."),
        (7, "the row is nested too deeply; flatten it."),
        (8, found[6][1]),
        (9, "q"),
    ]
    assert found[6][1].startswith("the line is not JSON (Exceeds the limit")


@pytest.mark.parametrize("levels", [900, 1000, 1020])
def test_a_row_without_an_id_may_be_nested_as_deep_as_it_can_be_read(
    tmp_path: Path, levels: int
) -> None:
    """Its digest is asked for first, which walks through all of it."""
    deep = b'{"prompt": ' + b"[" * levels + b"]" * levels + b"}\n"
    path = lines_of(tmp_path / "rows.jsonl", deep, ASKED)

    first, second = outline(list(read_records(path)))

    assert first in [
        (1, "the row is nested too deeply; flatten it."),
        (1, "prompt must be text, not a list."),
    ]
    assert second == (2, "q")


def test_a_line_that_is_too_long_is_refused_without_being_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "LONGEST_LINE", 1024**2)
    path = tmp_path / "rows.jsonl"
    with path.open("wb") as out:
        out.write(ASKED + b'{"prompt": "')
        for _ in range(20):
            out.write(b"x" * 1024**2)
        out.write(b'"}\n' + ASKED)

    tracemalloc.start()
    found = outline(list(read_records(path)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert found == [(1, "q"), (2, "the line is longer than 1 MB; split it."), (3, "q")]
    assert peak < 8 * 1024**2


def test_a_line_of_just_the_longest_length_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "LONGEST_LINE", len(ASKED))
    path = lines_of(tmp_path / "rows.jsonl", ASKED, b" " + ASKED, ASKED)

    found = outline(list(read_records(path)))

    assert [line for line, _ in found] == [1, 2, 3]
    assert [said == "q" for _, said in found] == [True, False, True]


def test_gzip_is_known_by_its_first_bytes(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"  # no .gz
    path.write_bytes(gzip.compress(ASKED) + gzip.compress(ASKED))  # two members: one stream

    assert outline(list(read_records(path))) == [(1, "q"), (2, "q")]


@pytest.mark.parametrize("cut", [-1, -12, 40])
def test_gzip_that_breaks_off_is_a_refusal_after_what_was_whole(tmp_path: Path, cut: int) -> None:
    rows = [json.dumps({"id": str(n), "prompt": f"Why {n * n * 7919}?"}) for n in range(3)]
    path = lines_of(tmp_path / "rows.jsonl.gz", gzip.compress("\n".join(rows).encode())[:cut])

    found = list(read_records(path))

    assert isinstance(found[-1], Refusal)
    assert found[-1].reason.startswith("the gzip data break off here")


def test_a_gzip_with_a_wrong_checksum_is_a_refusal(tmp_path: Path) -> None:
    data = bytearray(gzip.compress(ASKED))
    data[-8] ^= 1
    path = lines_of(tmp_path / "rows.jsonl.gz", bytes(data))

    assert isinstance(list(read_records(path))[-1], Refusal)


def test_the_mark_of_windows_editors_and_their_line_ends_are_read(tmp_path: Path) -> None:
    path = lines_of(tmp_path / "rows.jsonl", b"\xef\xbb\xbf" + ASKED.replace(b"\n", b"\r\n"), ASKED)

    assert outline(list(read_records(path))) == [(1, "q"), (2, "q")]


@pytest.mark.parametrize(
    ("row", "source"),
    [
        ({"prompt": "Why?"}, "laurel"),
        ({"messages": [{"role": "user", "content": "Why?"}]}, "laurel"),
        (
            {"chosen": "Human: Why?\n\nAssistant: A", "rejected": "Human: Why?\n\nAssistant: B"},
            "hh",
        ),
        (
            {
                "message_tree_id": "t",
                "prompt": {
                    "message_id": "p",
                    "role": "prompter",
                    "text": "Why?",
                    "replies": [
                        {"message_id": "a", "role": "assistant", "text": "A", "rank": 0},
                        {"message_id": "b", "role": "assistant", "text": "B", "rank": 1},
                    ],
                },
            },
            "oasst",
        ),
    ],
)
def test_the_format_is_known_by_the_first_row_of_a_known_shape(
    tmp_path: Path, row: dict[str, object], source: str
) -> None:
    path = lines_of(tmp_path / "rows.jsonl", b'{"a": 1, "b": 2}\n', json.dumps(row).encode())

    refusal, prompt = read_records(path)

    assert refusal == Refusal(
        1,
        "no known format has these fields: 'a', 'b'; name one of laurel, oasst, hh, "
        "label-studio, argilla.",
    )
    assert isinstance(prompt, ImportedPrompt)
    assert prompt.source == source


def test_a_named_format_is_not_guessed(tmp_path: Path) -> None:
    path = lines_of(tmp_path / "rows.jsonl", ASKED)

    assert list(read_records(path, Format.HH)) == [Refusal(1, "chosen must be text, not missing.")]


def test_the_first_row_settles_the_format_for_the_file(tmp_path: Path) -> None:
    path = lines_of(tmp_path / "rows.jsonl", ASKED, b'{"chosen": "a", "rejected": "b"}\n')

    assert outline(list(read_records(path))) == [
        (1, "q"),
        (2, "the row has no field named 'chosen'; rename or remove it."),
    ]


def test_an_empty_file_has_nothing_to_say(tmp_path: Path) -> None:
    assert list(read_records(lines_of(tmp_path / "rows.jsonl", b"\n\n"))) == []


def test_a_file_that_is_not_there_is_an_error_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(read_records(tmp_path / "none"))
