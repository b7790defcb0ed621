"""Fill the database: the product itself makes one task, and the others are copies of its rows.

So whatever the product keeps beside what is measured is there a million times.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import orjson
from django.core.management.color import no_style
from django.db import DatabaseError, connection, transaction
from django.db.models import F, JSONField, Model

from annotate.enums import CampaignState, Kind, Side
from annotate.export.splits import side_of
from annotate.models import Campaign, CampaignPrompt, Candidate, Lane, Prompt, Task
from annotate.services.campaign import Work, change_campaign_state, create_campaign
from annotate.services.candidate import add_candidate
from annotate.services.prompt import add_prompt
from annotate.services.queue.places import place_in
from annotate.services.task import open_tasks
from bench.queue.processes import NotMeasured, say
from bench.queue.texts import ANSWERS, Item, items
from commons.preparing import bring_tables_up_to_date

NAME = "Measured"
CHUNK = 5_000  # tasks a transaction
TOLD = 100_000  # tasks between two words of progress

Row = tuple[object, ...]


def prepare_database() -> None:
    """Bring the tables up to date; a database that holds tasks is somebody's."""
    say(bring_tables_up_to_date())
    if Task.objects.exists():
        raise NotMeasured("this database holds tasks already: name an empty one.")


@dataclass(frozen=True)
class Sheet:
    """Copies of one row: which columns differ in each, and what stands in the others."""

    table: str
    columns: Sequence[str]
    same: Row

    def write(self, rows: Iterable[Row]) -> None:
        """``rows`` hold what differs, in the order that the sheet was made with."""
        whole = (row + self.same for row in rows)
        if connection.vendor == "postgresql":
            self._copy(whole)
        else:
            self._insert(whole)

    def _copy(self, rows: Iterator[Row]) -> None:
        words = f"COPY {self.table} ({', '.join(self.columns)}) FROM STDIN"
        with connection.cursor() as cursor, cursor.copy(words) as copy:
            for row in rows:
                copy.write_row(row)

    def _insert(self, rows: Iterator[Row]) -> None:
        places = ", ".join("?" * len(self.columns))
        words = f"INSERT INTO {self.table} ({', '.join(self.columns)}) VALUES ({places})"
        with connection.cursor():  # opens the connection if it is closed
            connection.connection.executemany(words, rows)


def sheet_like(made: Model, *differing: str) -> Sheet:
    """Copies of this row that differ in these fields; the database numbers them unless told."""
    fields = {field.attname: field for field in made._meta.concrete_fields}
    same = [name for name in fields if name not in ("id", *differing)]
    return Sheet(
        table=made._meta.db_table,
        columns=[
            connection.ops.quote_name(str(fields[name].column)) for name in (*differing, *same)
        ],
        same=tuple(
            orjson.dumps(getattr(made, name)).decode()
            if isinstance(fields[name], JSONField)
            else fields[name].get_db_prep_save(getattr(made, name), connection)
            for name in same
        ),
    )


class Stock:
    """The tasks of one running campaign, all in one lane; ``fill_up_to`` adds what is missing."""

    def __init__(self, *, overlap: int, seed: int) -> None:
        work = Work(Kind.RANK, wanted=overlap, answers=ANSWERS)
        self.campaign: Campaign = create_campaign(name=NAME, works=[work], by=None)
        change_campaign_state(campaign=self.campaign, to=CampaignState.RUNNING, by=None)
        self.size = 1
        self._seed = seed
        self._first_prompt, task = self._made_by_the_product()
        self._lane = task.lane
        made = self._first_prompt
        self._prompts = sheet_like(made, "id", "uuid", "messages", "digest", "side")
        self._candidates = sheet_like(
            made.candidates.all()[0], "uuid", "prompt_id", "messages", "digest", "source"
        )
        self._intake = sheet_like(CampaignPrompt.objects.get(prompt=made), "prompt_id")
        self._tasks = sheet_like(task, "uuid", "prompt_id", "place", "offered")

    def _made_by_the_product(self) -> tuple[Prompt, Task]:
        (item,) = items(seed=self._seed, first=0, last=1)
        prompt, _ = add_prompt(campaign=self.campaign, messages=orjson.loads(item.messages))
        for k, answer in enumerate(item.answers):
            add_candidate(prompt=prompt, messages=orjson.loads(answer.messages), source=source(k))
        open_tasks(campaign=self.campaign)
        return prompt, Task.objects.select_related("lane").get(prompt=prompt)

    def fill_up_to(self, size: int) -> None:
        """Append another arrival to the lane; the places of an arrival are shuffled."""
        if size > self.size:
            if self.size > 1:
                Lane.objects.filter(pk=self._lane.pk).update(batch=F("batch") + 1)
                self._lane.refresh_from_db()
            say(f"loading {size - self.size} tasks")
        for first in range(self.size, size, CHUNK):
            last = min(first + CHUNK, size)
            self._write(list(items(seed=self._seed, first=first, last=last)), first)
            self.size = last
            if last % TOLD == 0:
                say(f"{last} tasks")
        settle()

    @transaction.atomic
    def _write(self, found: list[Item], first: int) -> None:
        numbered = list(enumerate(found, start=self._first_prompt.pk + first))
        self._prompts.write(
            (pk, item.uuid, item.messages, item.digest, Side(side_of(item.digest)).value)
            for pk, item in numbered
        )
        self._candidates.write(
            (answer.uuid, pk, answer.messages, answer.digest, source(k))
            for pk, item in numbered
            for k, answer in enumerate(item.answers)
        )
        self._intake.write((pk,) for pk, _ in numbered)
        self._tasks.write(
            (item.task, pk, self._place(item), orjson.dumps(item.offered).decode())
            for pk, item in numbered
        )

    def _place(self, item: Item) -> int:
        shuffle = hashlib.sha256(item.digest.encode()).digest()[:4]
        return place_in(self._lane.batch, int.from_bytes(shuffle, "big"))


def source(k: int) -> str:
    return f"model-{'abcd'[k]}"


def settle() -> None:
    """Leave the database as it is long after an import: counted, vacuumed, written out."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Prompt]):
            cursor.execute(statement)
        if connection.vendor == "postgresql":
            for model in (Prompt, Candidate, CampaignPrompt, Task):
                cursor.execute(f"VACUUM (ANALYZE) {model._meta.db_table}")
            with suppress(DatabaseError):  # a superuser's; without it the load is written later
                cursor.execute("CHECKPOINT")
        else:
            cursor.execute("ANALYZE")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
