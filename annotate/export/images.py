"""The pictures of prompts as rows hold them: bytes in Parquet, files beside JSON lines. PURE.

    jsonl/train-00000.jsonl    {"images": ["images/train-00000/9f86….png"], …}
    jsonl/images/train-00000/9f86….png

A path is read from the file of rows that it stands in.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from annotate.export.manifest import Shard
from commons.stores import Staged

FOLDER = "images"
OF_LINES = "jsonl"  # files of rows that pictures lie beside


@dataclass(frozen=True, slots=True)
class Image:
    """One picture; its bytes are read when they are written, so that no block holds too many."""

    path: str  # from a file of JSON lines
    size: int  # bytes
    read: Callable[[], bytes]

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


Images = Sequence[Image]


def path_in(part: str, name: str) -> str:
    """Where a picture of a part lies, from its file of JSON lines."""
    return f"{FOLDER}/{part}/{name}"


def is_image(path: str) -> bool:
    """Whether a file of a dataset is a picture beside its JSON lines."""
    return path.startswith(f"{OF_LINES}/{FOLDER}/")


def write_beside(staged: Staged, image: Image) -> Shard:
    """The file beside JSON lines."""
    data, path = image.read(), f"{OF_LINES}/{image.path}"
    with staged.writing(path) as out:
        out.write(data)
    return Shard(path, hashlib.sha256(data).hexdigest(), rows=0, bytes=len(data))
