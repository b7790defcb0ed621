"""Rows of numbers kept by the hash of what they were computed of."""

import json
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save

from commons.artifacts import atomic_file

Rows: TypeAlias = NDArray[np.float32]


class Cache:
    """Rows by the hash of their content, in files that are whole or not there.

    A file is written aside and renamed, under a name that nobody else draws: two processes that
    write at once leave two files, which may hold the same row twice, and a killed one leaves none.
    Whoever reads maps the files into memory. The folder may be deleted at any time.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._at: dict[bytes, tuple[Path, int]] = {}
        self._open: dict[Path, NDArray[np.float32]] = {}

    def find(self, keys: Sequence[bytes]) -> dict[bytes, Rows]:
        """The rows that are there, by key."""
        self._look_for_new_files()
        return {
            key: self._open[self._at[key][0]][self._at[key][1]] for key in keys if key in self._at
        }

    def add(self, rows: dict[bytes, Rows]) -> None:
        """Keep rows; whoever looks next finds them."""
        names = np.frombuffer(b"".join(rows), np.uint8).reshape(len(rows), -1)
        whole = save({"keys": names.copy(), "rows": np.stack(list(rows.values()))})
        with atomic_file(self.folder / f"{uuid.uuid4().hex}.safetensors") as out:
            out.write(whole)

    def _look_for_new_files(self) -> None:
        for file in self.folder.glob("*.safetensors"):
            if file in self._open:
                continue
            tensors = mapped(file)
            self._open[file] = cast(NDArray[np.float32], tensors["rows"])
            for number, name in enumerate(tensors["keys"]):
                self._at[name.tobytes()] = (file, number)


def mapped(file: Path) -> dict[str, NDArray[Any]]:
    """The tensors of a safetensors file, mapped into memory and not read into it.

    The format: eight bytes with the length of a JSON header, the header, the tensors' bytes.
    """
    kinds: dict[str, np.dtype[Any]] = {"U8": np.dtype(np.uint8), "F32": np.dtype("<f4")}
    with file.open("rb") as opened:
        length = int.from_bytes(opened.read(8), "little")
        header = json.loads(opened.read(length))
    return {
        name: np.memmap(
            file,
            dtype=kinds[said["dtype"]],
            mode="r",
            offset=8 + length + said["data_offsets"][0],
            shape=tuple(said["shape"]),
        )
        for name, said in header.items()
        if name != "__metadata__"
    }
