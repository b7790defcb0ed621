"""Rows and their columns in the form that a trainer reads: TRL's, or one that is made of it.

    rows -> the form's rows -> shards

Each form is one table: what its rows hold is what its columns say. A text that several rows share
is turned once, and they go on sharing it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from annotate.export.batches import Batch, Row, batches_of, rows_of
from annotate.export.columns import Column, columns_of
from annotate.export.errors import NoImagesInForm
from annotate.export.openai import openai_columns, openai_rows
from annotate.export.openrlhf import openrlhf_columns, openrlhf_rows
from annotate.export.policy import Policy
from annotate.export.transcripts import transcript_columns, transcript_rows

Columns: TypeAlias = tuple[Column, ...]
Rows: TypeAlias = Iterable[Row]


@dataclass(frozen=True, slots=True)
class Form:
    """What the rows of a dataset look like; ``turn`` makes them of those that ``export.rows`` made.

    None: they are as they are.
    """

    columns: Columns
    turn: Callable[[Rows], Rows] | None = None

    def rows(self, rows: Rows) -> Rows:
        return rows if self.turn is None else self.turn(rows)

    def batches(self, batches: Iterable[Batch]) -> Iterable[Batch]:
        return batches if self.turn is None else batches_of(self.turn(rows_of(batches)))


def form_of(kind: str, policy: Policy, *, images: bool = False) -> Form:
    """The form that a policy asks for. ``NotInForm`` comes from a row that it cannot hold.

    With ``images`` of prompts there is TRL's alone (``NoImagesInForm``).
    """
    columns = columns_of(kind, policy, images=images)
    if policy.form == "trl":
        return Form(columns)
    if images:
        raise NoImagesInForm(policy.form)
    turned, turn = _MADE_OF_TRL[policy.form]
    own = turned(kind, columns)
    return Form(own) if own == columns else Form(own, lambda rows: turn(kind, rows))


_MADE_OF_TRL: Mapping[
    str, tuple[Callable[[str, Columns], Columns], Callable[[str, Rows], Rows]]
] = {
    "openrlhf": (openrlhf_columns, openrlhf_rows),
    "openai": (openai_columns, openai_rows),
    "transcript": (transcript_columns, transcript_rows),
}
