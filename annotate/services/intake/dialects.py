"""Which of the two modules of raw SQL speaks to the database that is in use."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from django.db import connection

from annotate.importing.records import ImportedPrompt
from annotate.services.intake import postgresql, sqlite
from annotate.services.intake.types import Answer, Arrival, Kept, NewTask, Row, Standing


class Dialect(Protocol):
    """What each of them can do. The first two never ask the database."""

    def prompt_row(
        self, record: ImportedPrompt, *, digest: str, messages: str, side: str, attachments: str
    ) -> Row: ...
    def candidate_row(
        self, *, uuid: str, digest: str, messages: str, source: str, sampling: str
    ) -> Row: ...
    def set_up_transaction(self, *, lasting: bool) -> None: ...
    def keep_prompts(self, arrivals: Sequence[Arrival]) -> dict[str, Kept]: ...
    def hold_prompts(self, prompts: Sequence[int]) -> None: ...
    def add_candidates(self, rows: Sequence[tuple[int, Answer]]) -> int: ...
    def merge_candidates(self, rows: Sequence[tuple[int, Answer]]) -> int: ...
    def candidates_of(self, prompts: Sequence[int]) -> list[Standing]: ...
    def keep_places(
        self, campaign: int, batch: int, places: Sequence[tuple[int, int]]
    ) -> set[int]: ...
    def places_of(self, campaign: int, prompts: Sequence[int]) -> list[tuple[int, int | None]]: ...
    def keep_tasks(self, campaign: int, kind: str, tasks: Sequence[NewTask]) -> int: ...


_DIALECTS: Mapping[str, Dialect] = {"postgresql": postgresql, "sqlite": sqlite}


def dialect() -> Dialect:
    return _DIALECTS[connection.vendor]
