"""Make the plan for a file of Label Studio or Argilla from its configuration and its first rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from annotate.importing import argilla, label_studio
from annotate.importing.argilla_settings import schema_in
from annotate.importing.fields import BadRow, Row
from annotate.importing.formats import Format, Reader
from annotate.importing.guessing import guessed_plan
from annotate.importing.label_config import LabelConfig
from annotate.importing.plan import OddPlan, Plan, Wishes
from annotate.importing.rows import BrokenOff, cut_of, json_in, opened, row_in, rows_in

LOOKED_AT = 200  # rows
RECORDS = "records.json"  # in a folder that Argilla's to_disk wrote
SETTINGS = Path(".argilla") / "settings.json"


@dataclass(frozen=True, slots=True)
class Planned:
    plan: Plan
    reader: Reader


def planned(path: Path, format: Format, wishes: Wishes, config: Path | None = None) -> Planned:
    """How a file is read. ``OddPlan`` where a person has to say more, ``OSError`` if there is no
    such file."""
    if format is Format.LABEL_STUDIO:
        return _label_studio(path, wishes, config)
    return _argilla(path, wishes, config)


def records_at(path: Path) -> Path:
    """The file of records: ``path``, or the one in it if it is a folder of Argilla's."""
    return path / RECORDS if path.is_dir() else path


def _label_studio(path: Path, wishes: Wishes, config: Path | None) -> Planned:
    labels = LabelConfig(_text(config)) if config else None
    plan = guessed_plan(label_studio.schema_of(_first_rows(path), labels), wishes)
    return Planned(plan, label_studio.reader(plan, labels))


def _argilla(path: Path, wishes: Wishes, config: Path | None) -> Planned:
    beside = path.parent / SETTINGS
    settings = config or (beside if beside.exists() else None)
    if settings is None:
        raise OddPlan(
            "Argilla's records do not say what was asked: give the dataset's settings.json with "
            "--config; to_disk writes it into the folder .argilla."
        )
    named = settings.parent / "dataset.json"
    about = _json(named) if named.exists() else {}
    name = about.get("name") if isinstance(about, dict) else None
    schema = schema_in(_json(settings), name=str(name or "dataset"))
    plan = guessed_plan(schema, wishes)
    return Planned(plan, argilla.Reader(plan, schema.fields))


def _first_rows(path: Path) -> Sequence[Row]:
    """Those of the first rows that can be read; whoever reads all of them refuses the others."""
    found: list[Row] = []
    with opened(path) as file:
        cut = cut_of(file)
        try:
            for said in islice(rows_in(file), LOOKED_AT):
                try:
                    found.append(row_in(said, cut))
                except BadRow:
                    continue
        except (BrokenOff, EOFError):
            return found
    return found


def _json(path: Path) -> object:
    try:
        return json_in(path.read_bytes())
    except ValueError as bad:
        raise OddPlan(f"{path} is not JSON ({bad}).") from None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise OddPlan(f"{path} is not UTF-8; save it as UTF-8.") from None
