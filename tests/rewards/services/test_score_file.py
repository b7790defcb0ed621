"""Files of answers: read line by line, refused by line and field."""

import json
from pathlib import Path

import pytest

from rewards.services.score_file import OddLine, read_rows

SAID = [{"role": "assistant", "content": "So."}]


def lines(path: Path, *rows: object) -> Path:
    path.write_text("".join((r if isinstance(r, str) else json.dumps(r)) + "\n" for r in rows))
    return path


def test_texts_and_messages_are_read_alike(tmp_path: Path) -> None:
    asked = [{"role": "user", "content": "Why?"}]
    file = lines(
        tmp_path / "rows.jsonl",
        {"prompt": "Why?", "answer": "So."},
        "",
        {"messages": asked, "answers": [SAID, "Or so."]},
    )

    found = list(read_rows(file))

    assert [each.prompt for each in found] == [asked, asked]
    assert [each.answers for each in found] == [
        [SAID],
        [SAID, [{"role": "assistant", "content": "Or so."}]],
    ]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("{", "line 2: it is not JSON"),
        ([], "line 2: it is no object"),
        ({"answer": "a"}, 'line 2: give either "prompt"'),
        ({"prompt": "q", "messages": [], "answer": "a"}, 'line 2: give either "prompt"'),
        ({"prompt": "q"}, 'line 2: give either "answer"'),
        ({"prompt": "q", "answers": []}, 'line 2: "answers" must be a list'),
        ({"prompt": "q", "answers": ["a", 3]}, r'line 2: "answers\[1\]" must be a text'),
        ({"prompt": "q", "answer": ""}, r'line 2: "answers\[0\]" is empty'),
        ({"messages": SAID, "answer": "a"}, 'line 2: "messages" ends with the assistant'),
        ({"messages": [{"role": "me"}], "answer": "a"}, r'line 2: "messages\[0\]" needs a role'),
    ],
)
def test_an_odd_line_is_named(tmp_path: Path, row: object, says: str) -> None:
    file = lines(tmp_path / "rows.jsonl", {"prompt": "q", "answer": "a"}, row)

    with pytest.raises(OddLine, match=says):
        list(read_rows(file))
