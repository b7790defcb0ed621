"""What one dataset has that another of its kind has not: by members, in the database.

    members that are not the same in both -> their roots -> added, removed, changed

Most members of two datasets are the same revisions on the same sides. Set differences leave them
out before anything else is read, so that two of a million members take seconds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction

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
    return _told(*query.answer(first))


def _told(counted: Sequence["Counted"], first: Mapping[str, Sequence[Changed]]) -> Difference:
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

# A member that both have is there twice. One pass over both leaves those that only one has.
_TOLD = """
WITH alone AS (
  SELECT {member} AS judged, side, min(snapshot_id) AS whose FROM {members}
   WHERE snapshot_id IN (%(older)s, %(newer)s) GROUP BY 1, 2 HAVING count(*) = 1
), here AS (
  SELECT j.id, {root} AS root, alone.side FROM alone JOIN {table} j ON j.id = judged
   WHERE whose = %(newer)s
), there AS (
  SELECT j.id, {root} AS root, alone.side FROM alone JOIN {table} j ON j.id = judged
   WHERE whose = %(older)s
), differing AS (
  SELECT CASE WHEN there.id IS NULL THEN 'added' ELSE 'changed' END AS change,
         here.id AS judged, there.id AS was_judged, here.side AS side_is, there.side AS side_was
    FROM here LEFT JOIN there ON there.root = here.root
  UNION ALL
  SELECT 'removed', there.id, there.id, NULL, there.side
    FROM there LEFT JOIN here ON here.root = there.root WHERE here.id IS NULL
), told AS (
  SELECT change, side_was, side_is, p.skill, {label} AS label, p.uuid AS prompt, j.uuid AS judged,
         {revision_was} AS revision_was, {revision_is} AS revision_is,
         row_number() OVER (PARTITION BY change ORDER BY p.uuid, j.uuid) AS place
    FROM differing JOIN {table} j ON j.id = judged LEFT JOIN {table} w ON w.id = was_judged
    JOIN {prompts} p ON p.id = {prompt}
)
SELECT change, NULL, coalesce(side_is, side_was), skill, label, count(*), NULL, NULL, NULL, NULL
  FROM told GROUP BY change, coalesce(side_is, side_was), skill, label
UNION ALL
SELECT change, side_was, side_is, skill, label, place, prompt, judged, revision_was, revision_is
  FROM told WHERE place <= %(first)s"""

Counted = tuple[str, str, str, bool, int]
MEMORY = "128MB"  # for hashes: with what PostgreSQL usually gives, a million members go to its disk


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

    def answer(self, first: int) -> tuple[list[Counted], dict[str, list[Changed]]]:
        """The counts by change, side and skill, and the first of each change, in one pass."""
        counted: list[Counted] = []
        listed: dict[str, list[tuple[int, Changed]]] = {change: [] for change in CHANGES}
        for change, was, now, skill, label, number, prompt, judged, *revisions in self._rows(first):
            if prompt is None:
                counted.append((change, now, skill, bool(label), number))
                continue
            revision_was, revision_is = revisions
            told = Changed(
                prompt=UUID(str(prompt)),
                judged=UUID(str(judged)),
                skill=skill,
                side_was=was,
                side_is=now,
                revision_was=None if change == "added" else revision_was,
                revision_is=None if change == "removed" else revision_is,
                label=bool(label),
            )
            listed[change].append((number, told))
        return counted, {
            change: [told for _place, told in sorted(those, key=lambda each: each[0])]
            for change, those in listed.items()
        }

    @transaction.atomic
    def _rows(self, first: int) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SELECT set_config('work_mem', %s, true)", [MEMORY])
            cursor.execute(_TOLD.format(**self.names), {**self.given, "first": first})
            return list(cursor.fetchall())


def _distinct(one: str, other: str) -> str:
    """Whether two values differ, none being a value; as both databases say it."""
    operator = "IS DISTINCT FROM" if connection.vendor == "postgresql" else "IS NOT"
    return f"{one} {operator} {other}"
