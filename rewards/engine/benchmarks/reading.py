"""Open a benchmark's files as they were published, and say which revision they are."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow.parquet as parquet

from commons.artifacts import sha256_of
from commons.sentences import sentence as _
from rewards.engine.errors import BadInput

Row = Mapping[str, object]
SUFFIXES = (".parquet", ".jsonl", ".json")


def files_of(folder: Path, beginnings: Sequence[str]) -> list[Path]:
    """The data files under a folder, by name; of those that begin as said, if there are any."""
    if not folder.is_dir():
        raise BadInput(
            _("%(folder)s is no folder; download the benchmark's files into one.", folder=folder)
        )
    found = sorted(path for path in folder.rglob("*") if path.suffix in SUFFIXES and path.is_file())
    chosen = [path for path in found if path.name.startswith(tuple(beginnings))]
    if not found:
        raise BadInput(
            _(
                "%(folder)s holds no %(kinds)s file; download them into it.",
                folder=folder,
                kinds=", ".join(SUFFIXES),
            )
        )
    return chosen or found


def revision_of(folder: Path, files: Sequence[Path]) -> tuple[str, dict[str, str]]:
    """One hash for all files that are read, and each one's SHA-256 by its path in the folder."""
    hashes = {str(path.relative_to(folder)): sha256_of(path) for path in files}
    lines = "".join(f"{name} {digest}\n" for name, digest in sorted(hashes.items()))
    return hashlib.sha256(lines.encode()).hexdigest(), hashes


def rows_of(file: Path) -> Iterator[Row]:
    """The rows of one file, with its name as ``file``; a row without a subset is of that name."""
    name = file.name.split("-0")[0].split(".")[0]  # summarize-00000-of-00001.parquet
    own = {"subset": name, "file": name}
    for number, row in enumerate(_raw(file), start=1):
        if not isinstance(row, dict):
            raise BadInput(
                _("%(file)s, row %(number)s: a row must be an object.", file=file, number=number)
            )
        yield own | row


def _raw(file: Path) -> Iterator[object]:
    try:
        if file.suffix == ".parquet":
            for batch in parquet.ParquetFile(file).iter_batches(batch_size=256):
                yield from batch.to_pylist()
        elif file.suffix == ".jsonl":
            with file.open(encoding="utf-8") as lines:
                yield from (json.loads(line) for line in lines if line.strip())
        else:
            said = json.loads(file.read_text(encoding="utf-8"))
            yield from said if isinstance(said, list) else [said]
    except (ValueError, OSError) as broken:  # arrow's own errors are ValueErrors
        raise BadInput(
            _("%(file)s cannot be read: %(broken)s; download it again.", file=file, broken=broken)
        ) from broken
