"""What the card of a dataset tells of its members, counted in the database."""

from collections.abc import Mapping
from typing import Any

import orjson
from django.db.models import Count, Func, IntegerField, Max, QuerySet, TextField
from django.db.models.functions import Cast

from annotate.enums import SnapshotKind
from annotate.export.facts import Facts, Guideline
from annotate.export.preflight.figures import Spread
from annotate.models import Instructions, Snapshot, SnapshotMember
from annotate.questions import questions_of

Members = QuerySet[SnapshotMember]
BySide = dict[str, dict[str, int]]

JUDGED = {SnapshotKind.SFT: "demonstration", SnapshotKind.PROMPTS: ""}  # else rankings
WITH_STRENGTHS = (SnapshotKind.PREFERENCE, SnapshotKind.RANKED)
LENGTHS = {"prompts": "prompt", "answers": "answer", "rows": "row"}  # as the report has them


class Places(Func):
    """How many places a JSON list has."""

    function = "JSON_ARRAY_LENGTH"
    output_field = IntegerField()

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSONB_ARRAY_LENGTH", **more)


def facts_of(snapshot: Snapshot) -> Facts:
    """Of members that are frozen, and of the report where there is one: the same everywhere."""
    kind = SnapshotKind(snapshot.kind)
    judged, members = JUDGED.get(kind, "ranking"), snapshot.members.order_by()
    of, prompt = (f"{judged}__", f"{judged}__prompt") if judged else ("prompt__", "prompt")
    skills, languages = _mix(members, prompt)
    last = members.aggregate(last=Max(f"{of}created_at"))["last"]
    under = _under(members, of) if judged else {}
    raters = members.aggregate(n=Count(f"{of}rater", distinct=True))["n"] if judged else None
    return Facts(
        skills=skills,
        languages=languages,
        strengths=_strengths(members) if kind in WITH_STRENGTHS else {},
        lengths=_lengths(snapshot.report),
        raters=raters,
        year=last.year if last else None,
        guidelines=_guidelines(under),
        under_none=under.get(None, 0),
    )


def _mix(members: Members, prompt: str) -> tuple[BySide, BySide]:
    """By skill and by language, each by side."""
    skills: BySide = {}
    languages: BySide = {}
    named = members.values_list("side", f"{prompt}__skill", f"{prompt}__language")
    for side, skill, language, count in named.annotate(count=Count("pk")):
        for counts in (skills.setdefault(skill, {}), languages.setdefault(language, {})):
            counts[side] = counts.get(side, 0) + count
    return skills, languages


def _strengths(members: Members) -> dict[int | None, int]:
    """Between neighbouring tiers, as they were given; few rankings differ from all others in it."""
    found: dict[int | None, int] = {}
    given = members.values_list(
        Cast("ranking__strengths", TextField()), Places("ranking__tiers")
    ).annotate(count=Count("pk"))
    for said, tiers, count in given:
        strengths = orjson.loads(said) or [None] * (tiers - 1)
        for strength in strengths:
            found[strength] = found.get(strength, 0) + count
    return found


def _under(members: Members, of: str) -> dict[int | None, int]:
    named = members.values_list(f"{of}instructions").annotate(count=Count("pk"))
    return dict(named)


def _guidelines(under: Mapping[int | None, int]) -> list[Guideline]:
    versions = Instructions.objects.filter(pk__in=[pk for pk in under if pk is not None])
    found = [
        Guideline(str(each.uuid), each.version, _told(each), under[each.pk])
        for each in versions.order_by("version")
    ]
    return sorted(found, key=lambda each: (each.version, each.id))


def _told(instructions: Instructions) -> str:
    """What people had before them: the guideline, and the criteria beside the answers."""
    criteria = questions_of(instructions.form, "rank").judged_by
    if not criteria:
        return instructions.guideline
    lines = [f"- {one.label}: {one.means}" if one.means else f"- {one.label}" for one in criteria]
    return "\n".join([f"{instructions.guideline.rstrip()}\n", "## Judged by", "", *lines, ""])


def _lengths(report: Mapping[str, Any]) -> dict[str, Spread] | None:
    if not report:
        return None
    spreads = {name: report["mix"][f"{one}_characters"] for name, one in LENGTHS.items()}
    return {name: Spread(**spread) for name, spread in spreads.items() if spread}
