"""What one dataset has that another of its kind has not: by members, in the database.

    members that are not the same in both -> their roots -> added, removed, changed

Most members of two datasets are the same revisions on the same sides. Set differences leave them
out before anything else is read, so that two of a million members take seconds.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from annotate.enums import SnapshotKind
from annotate.errors import MembersUnknown, OtherKind
from annotate.models import Demonstration, Prompt, Ranking, Snapshot, SnapshotMember

CHANGES = ("added", "removed", "changed")


@dataclass(frozen=True)
class Changed:
    """A member that differs. Of an added one nothing was, of a removed one nothing is.

    ``judged`` is the revision that is in the newer dataset, or was in the older; ``label`` says
    whether what was judged differs, or only its revision or its side.
    """

    prompt: UUID
    judged: UUID
    skill: str
    side_was: str | None
    side_is: str | None
    revision_was: int | None
    revision_is: int | None
    label: bool


@dataclass(frozen=True)
class Difference:
    """Counts by change, and within each by side (of a changed one, where it is now) and skill.

    ``relabelled`` are those of the changed ones whose label differs; ``first`` are some of each.
    """

    counts: Mapping[str, int]
    sides: Mapping[str, Mapping[str, int]]
    skills: Mapping[str, Mapping[str, int]]
    relabelled: int
    first: Mapping[str, Sequence[Changed]]


def difference_of(older: Snapshot, newer: Snapshot, *, first: int = 20) -> Difference:
    """What is different in ``newer``; ``OtherKind`` where the two cannot be compared.

    A member is the same judgement while its root is the same. It is changed when another revision
    stands in its place, or its prompt is on another side.
    """
    if older.kind != newer.kind:
        raise OtherKind(older.get_kind_display(), newer.get_kind_display())
    for each in (older, newer):
        if not each.members_digest:
            raise MembersUnknown(str(each))
    if older.members_digest == newer.members_digest:
        return _told([], {change: [] for change in CHANGES})
    query = _Query(SnapshotKind(newer.kind), older.pk, newer.pk)
    return _told(query.counts(), {change: query.first(change, first) for change in CHANGES})


def _told(
    counted: Sequence[tuple[str, str, str, bool, int]], first: Mapping[str, Sequence[Changed]]
) -> Difference:
    counts = dict.fromkeys(CHANGES, 0)
    sides: dict[str, dict[str, int]] = {change: {} for change in CHANGES}
    skills: dict[str, dict[str, int]] = {change: {} for change in CHANGES}
    relabelled = 0
    for change, side, skill, label, count in counted:
        counts[change] += count
        sides[change][side] = sides[change].get(side, 0) + count
        skills[change][skill] = skills[change].get(skill, 0) + count
        relabelled += count if label and change == "changed" else 0
    return Difference(counts, sides, skills, relabelled, first)


# What a member of each kind is, and which of its columns are the label.
_JUDGED: dict[SnapshotKind, tuple[type[Ranking | Demonstration | Prompt], str, tuple[str, ...]]] = {
    SnapshotKind.SFT: (Demonstration, "demonstration_id", ("messages",)),
    SnapshotKind.PROMPTS: (Prompt, "prompt_id", ()),
    **dict.fromkeys(
        (SnapshotKind.PREFERENCE, SnapshotKind.RANKED, SnapshotKind.UNPAIRED),
        (Ranking, "ranking_id", ("tiers", "unrankable", "strengths", "ideal_id")),
    ),
}

_DIFFERING = """
WITH fresh AS (
  SELECT {member} AS judged, side FROM {members} WHERE snapshot_id = %(newer)s
  EXCEPT SELECT {member}, side FROM {members} WHERE snapshot_id = %(older)s
), gone AS (
  SELECT {member} AS judged, side FROM {members} WHERE snapshot_id = %(older)s
  EXCEPT SELECT {member}, side FROM {members} WHERE snapshot_id = %(newer)s
), here AS (
  SELECT j.id, {root} AS root, fresh.side FROM fresh JOIN {table} j ON j.id = fresh.judged
), there AS (
  SELECT j.id, {root} AS root, gone.side FROM gone JOIN {table} j ON j.id = gone.judged
), differing AS (
  SELECT CASE WHEN there.id IS NULL THEN 'added' ELSE 'changed' END AS change,
         here.id AS judged, there.id AS was_judged, here.side AS side_is, there.side AS side_was
    FROM here LEFT JOIN there ON there.root = here.root
  UNION ALL
  SELECT 'removed', there.id, there.id, NULL, there.side
    FROM there LEFT JOIN here ON here.root = there.root WHERE here.id IS NULL
)"""
_COUNTS = """
SELECT change, coalesce(side_is, side_was), p.skill, {label}, count(*)
  FROM differing JOIN {table} j ON j.id = judged LEFT JOIN {table} w ON w.id = was_judged
  JOIN {prompts} p ON p.id = {prompt} GROUP BY 1, 2, 3, 4"""
_FIRST = """
SELECT p.uuid, j.uuid, p.skill, side_was, side_is, {revision_was}, {revision_is}, {label}
  FROM differing JOIN {table} j ON j.id = judged LEFT JOIN {table} w ON w.id = was_judged
  JOIN {prompts} p ON p.id = {prompt} WHERE change = %(change)s
  ORDER BY p.uuid, j.uuid LIMIT %(first)s"""


class _Query:
    """The statements about two snapshots of a kind."""

    def __init__(self, kind: SnapshotKind, older: int, newer: int) -> None:
        model, member, label = _JUDGED[kind]
        is_prompt = model is Prompt
        differs = " OR ".join(_distinct(f"j.{name}", f"w.{name}") for name in label)
        self.names = {
            "member": member,
            "members": SnapshotMember._meta.db_table,
            "table": model._meta.db_table,
            "prompts": Prompt._meta.db_table,
            "root": "j.uuid" if is_prompt else "j.root",
            "prompt": "j.id" if is_prompt else "j.prompt_id",
            "revision_was": "1" if is_prompt else "w.revision",
            "revision_is": "1" if is_prompt else "j.revision",
            "label": f"(j.id <> w.id AND ({differs}))" if differs else "(1 = 0)",
        }
        self.given = {"older": older, "newer": newer}

    def counts(self) -> list[tuple[str, str, str, bool, int]]:
        rows = self._rows(_DIFFERING + _COUNTS, {})
        return [(change, side, skill, bool(label), n) for change, side, skill, label, n in rows]

    def first(self, change: str, most: int) -> list[Changed]:
        rows = self._rows(_DIFFERING + _FIRST, {"change": change, "first": most})
        return [self._changed(change, row) for row in rows]

    def _changed(self, change: str, row: Sequence[Any]) -> Changed:
        prompt, judged, skill, side_was, side_is, revision_was, revision_is, label = row
        return Changed(
            prompt=UUID(str(prompt)),
            judged=UUID(str(judged)),
            skill=skill,
            side_was=side_was,
            side_is=side_is,
            revision_was=None if change == "added" else revision_was,
            revision_is=None if change == "removed" else revision_is,
            label=bool(label),
        )

    def _rows(self, statement: str, given: Mapping[str, str | int]) -> Iterator[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement.format(**self.names), {**self.given, **given})
            yield from cursor.fetchall()


def _distinct(one: str, other: str) -> str:
    """Whether two values differ, none being a value; as both databases say it."""
    operator = "IS DISTINCT FROM" if connection.vendor == "postgresql" else "IS NOT"
    return f"{one} {operator} {other}"
