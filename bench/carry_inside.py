"""The campaign that ``bench.carry`` carries, written as ``export_campaign`` would write it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import orjson

from annotate.digests import digest_of, prompt_digest
from annotate.enums import AssignmentState, CampaignState, CountsAs, Kind, Origin, RaterKind, Role
from annotate.export.splits import side_of
from annotate.parcel import Manifest, written_parcel
from annotate.services.carrying.leaving import AS_KEPT, columns_leaving
from annotate.services.carrying.tables import TABLES, Table, columns_of
from bench.intake import rows_of

NAME = "Carried"
SPACE = UUID("0b8f7a1e-58a1-4e0c-9f3a-3d1f5b7c9e11")
BEGUN = datetime(2026, 1, 5, 8, tzinfo=UTC)
PEOPLE, TWICE, CANDIDATES = 20, 2, 4
SHARES = ("second_opinion_share", "held_out_share", "reviewed_share")
LANE = [Kind.RANK, "", "en", "", "open", 5, None, ""]

Row = dict[str, Any]


def write_campaign(target: Path, *, prompts: int, seed: int) -> int:
    """Write it, the texts drawn once a table; say how many rows it has."""
    made = Campaign(prompts, seed)
    with written_parcel(target) as writer:
        for table in TABLES:
            rows = made.tables.get(table.name, lambda: iter(()))()
            base, names = _base(table), columns_leaving(table, with_people=False)
            lines = (orjson.dumps(base | row, option=AS_KEPT) for row in rows)
            writer.add(table.name, names, lines)
        manifest = Manifest(made.id("campaign"), NAME, False, tuple(writer.entries))
        writer.finish(manifest)
    return sum(each.rows for each in manifest.tables)


def _base(table: Table) -> Row:
    """What a new row has."""
    names = columns_leaving(table, with_people=False)
    fields = {each.name: each.field for each in columns_of(table)}
    return {name: fields[name].get_default() for name in names}


class Campaign:
    def __init__(self, prompts: int, seed: int) -> None:
        self._prompts, self._seed = prompts, seed
        self.tables: dict[str, Callable[[], Iterator[Row]]] = {
            "people": lambda: ({"uuid": self.id("person", n)} for n in range(PEOPLE)),
            "raters": self._raters,
            "campaign": self._campaign,
            "works": lambda: iter(
                [{"kind": Kind.RANK, "wanted": TWICE, **dict.fromkeys(SHARES, 0.0)}]
            ),
            "memberships": lambda: (
                {"person": self.id("person", n), "role": Role.ANNOTATOR} for n in range(PEOPLE)
            ),
            "prompts": self._asked,
            "candidates": self._answers,
            "places": lambda: (
                {"prompt": self.id("prompt", n), "added_at": BEGUN} for n in range(prompts)
            ),
            "lanes": lambda: iter([{"kind": Kind.RANK, "language": "en"}]),
            "tasks": self._tasks,
            "assignments": self._turns,
            "rankings": self._rankings,
        }

    def id(self, kind: str, *numbers: int) -> str:
        return str(uuid5(SPACE, " ".join(map(str, (self._seed, kind, *numbers)))))

    def _campaign(self) -> Iterator[Row]:
        yield {
            "uuid": self.id("campaign"),
            "name": NAME,
            "state": CampaignState.RUNNING,
            "created_at": BEGUN,
        }

    def _raters(self) -> Iterator[Row]:
        """Of those who judge: whoever never did has none, and would not come back."""
        for n in range(min(PEOPLE, self._prompts + TWICE - 1)):
            yield {
                "uuid": self.id("rater", n),
                "kind": RaterKind.PERSON,
                "user": self.id("person", n),
            }

    def _texts(self) -> Iterator[tuple[int, dict[str, Any]]]:
        rows = rows_of(self._seed, CANDIDATES)
        for n in range(self._prompts):
            yield n, next(rows)

    def _asked(self) -> Iterator[Row]:
        for n, row in self._texts():
            messages = [{"role": "user", "content": row["prompt"]}]
            digest = prompt_digest(messages=messages, tools=[], attachments=[])
            yield {
                "uuid": self.id("prompt", n),
                "messages": messages,
                "digest": digest,
                "side": side_of(digest),
                "created_at": BEGUN,
            }

    def _answers(self) -> Iterator[Row]:
        for n, row in self._texts():
            for k, answer in enumerate(row["candidates"]):
                messages = [{"role": "assistant", "content": answer["text"]}]
                yield {
                    "uuid": self.id("candidate", n, k),
                    "prompt": self.id("prompt", n),
                    "messages": messages,
                    "digest": digest_of(messages),
                    "source": f"model-{k}",
                    "sampling": {"temperature": 0.7, "seed": n},
                    "weight": 1.0,
                    "created_at": BEGUN,
                }

    def _offered(self, n: int) -> list[str]:
        return [self.id("candidate", n, k) for k in range(CANDIDATES)]

    def _tasks(self) -> Iterator[Row]:
        for n in range(self._prompts):
            yield {
                "uuid": self.id("task", n),
                "prompt": self.id("prompt", n),
                "kind": Kind.RANK,
                "lane": LANE,
                "place": n,
                "offered": self._offered(n),
                "wanted": TWICE,
                "free": 0,
                "created_at": BEGUN,
            }

    def _turns(self) -> Iterator[Row]:
        for n in range(self._prompts):
            for k in range(TWICE):
                at = BEGUN + timedelta(seconds=n)
                yield {
                    "uuid": self.id("turn", n, k),
                    "task": self.id("task", n),
                    "person": self.id("person", (n + k) % PEOPLE),
                    "lane": LANE,
                    "place": n,
                    "state": AssignmentState.SUBMITTED,
                    "seed": n,
                    "order": self._offered(n),
                    "taken_at": at,
                    "shown_at": at,
                    "expires_at": at + timedelta(hours=1),
                    "closed_at": at + timedelta(minutes=3),
                }

    def _rankings(self) -> Iterator[Row]:
        for n in range(self._prompts):
            for k in range(TWICE):
                uuid = self.id("ranking", n, k)
                yield {
                    "uuid": uuid,
                    "root": uuid,
                    "prompt": self.id("prompt", n),
                    "rater": self.id("rater", (n + k) % PEOPLE),
                    "origin": Origin.WORK,
                    "counts_as": CountsAs.WORK,
                    "assignment": self.id("turn", n, k),
                    "effort": {"seconds": 180, "keys": n % 7},
                    "created_at": BEGUN + timedelta(seconds=n, minutes=3),
                    "tiers": [[each] for each in self._offered(n)],
                    "strengths": [1, 2, 3],
                }
