"""A file that grows by whole JSON lines, and can be gone on with after a kill."""

import json
import os
from collections.abc import Iterable
from pathlib import Path

JsonRow = dict[str, object]


def append_rows(path: Path, rows: Iterable[JsonRow]) -> None:
    """Add the rows and wait until the disk has them."""
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    with path.open("ab") as file:
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())


def whole_rows(path: Path) -> list[JsonRow]:
    """The rows before the first one that is torn; none where there is no file yet."""
    rows: list[JsonRow] = []
    if path.exists():
        for line in path.read_bytes().splitlines(keepends=True):
            try:
                rows.append(json.loads(line))
            except ValueError:
                break
            if not line.endswith(b"\n"):
                rows.pop()
    return rows


def keep_first(path: Path, count: int) -> None:
    """Cut the file after its first ``count`` lines."""
    if path.exists():
        lines = path.read_bytes().splitlines(keepends=True)
        os.truncate(path, sum(map(len, lines[:count])))
