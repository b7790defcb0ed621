"""Rankings of which the better answer has more e's; answers are as long as each other."""

import json
from pathlib import Path


def write_letters(path: Path, lines: int) -> Path:
    """So many lines of two answers each, as ``bench.ranked`` reads them."""
    rows = [
        {
            "prompt": f"question {number}",
            "responses": [
                {"text": "e" * (4 + number % 5) + "a" * (6 - number % 5), "score": 0.9},
                {"text": "a" * 10, "score": 0.1},
            ],
        }
        for number in range(lines)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path
