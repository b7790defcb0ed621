"""Which judgements a form has no words for, counted before a dataset is written in it.

Transcripts know turns of two people alone (``annotate.export.transcripts``). What they cannot say
is looked for in the database, in the text of the JSON: in a quoted text its marks are escaped, so
nothing is found that a message merely speaks of.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import ngettext

from annotate.enums import SnapshotKind
from annotate.export.policy import Policy
from annotate.models import Candidate, Ranking

_MARKS = (
    *(f'"role":{gap}"{role}"' for role in ("system", "developer", "tool") for gap in ("", " ")),
    *(f'"tool_calls":{gap}[{{' for gap in ("", " ")),
    *(rf"\n\n{who}:" for who in ("Human", "Assistant")),
)


@dataclass(frozen=True)
class Untold:
    """How many of ``all`` rankings, of how many prompts; ``example`` is one of these."""

    rankings: int
    all: int
    prompts: int
    example: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def words(self) -> str:
        """What is wrong and what to do, for a person."""
        said = ngettext(
            "One of %(all)s rankings cannot be written as a transcript: its prompt or its answers "
            "have instructions to the system, calls of tools, or a text that itself begins a turn "
            "(prompt %(example)s). Choose another form; TRL’s holds every row.",
            "%(rankings)s of %(all)s rankings, of %(prompts)s prompts, cannot be written as "
            "transcripts: the prompt or the answers have instructions to the system, calls of "
            "tools, or a text that itself begins a turn (for instance prompt %(example)s). Choose "
            "another form; TRL’s holds every row.",
            self.rankings,
        )
        return said % {
            **{name: f"{getattr(self, name):,}" for name in ("rankings", "all", "prompts")},
            "example": self.example,
        }


def untold_from(kept: Mapping[str, Any]) -> Untold | None:
    """What ``as_json`` was called on, if a report has kept any."""
    return Untold(**kept["untold"]) if kept.get("untold") else None


def untold_in(kind: str, found: QuerySet[Any], policy: Policy) -> Untold | None:
    """Of these rankings, those that the policy's form cannot say; None where there are none."""
    if kind != SnapshotKind.PREFERENCE or policy.form != "transcript":
        return None
    asked = _marked(found, prompt="prompt__messages")
    by_prompt = found.filter(pk__in=asked.values("pk"))
    by_answer = _by_answer(found.exclude(pk__in=asked.values("pk")), policy)
    prompts = {*by_prompt.order_by().values_list("prompt__uuid", flat=True), *by_answer.values()}
    if not prompts:
        return None
    return Untold(
        rankings=by_prompt.count() + len(by_answer),
        all=found.count(),
        prompts=len(prompts),
        example=str(min(prompts)),
    )


def _by_answer(found: QuerySet[Any], policy: Policy) -> dict[int, UUID]:
    """Rankings that place such an answer, or whose ideal one is such, with their prompts."""
    marked = _marked(Candidate.objects.filter(prompt=OuterRef("prompt")), answer="messages")
    ideal = _marked(found, ideal="ideal__messages") if policy.ideal else found.none()
    suspect = found.filter(Q(Exists(marked)) | Q(pk__in=ideal.values("pk")))
    rows = suspect.annotate(of=F("prompt__uuid")).values_list("pk", "of", "tiers", "unrankable")
    names = {pk: (of, _placed(tiers, others, policy)) for pk, of, tiers, others in rows}
    every = {UUID(name) for _, placed in names.values() for name in placed}
    bad = _marked(Candidate.objects.filter(uuid__in=every), answer="messages")
    odd = {str(uuid) for uuid in bad.values_list("uuid", flat=True)}
    by_ideal = set(ideal.filter(pk__in=names).values_list("pk", flat=True))
    return {pk: of for pk, (of, placed) in names.items() if placed & odd or pk in by_ideal}


def _placed(tiers: list[list[str]], unrankable: list[str], policy: Policy) -> set[str]:
    """The answers that rows are made of."""
    below = unrankable if policy.unrankable == "below" else []
    return {*(name for tier in tiers for name in tier), *below}


def _marked(found: QuerySet[Any], **named: str) -> QuerySet[Any]:
    """Those in the text of whose messages one of the marks stands."""
    [(name, path)] = named.items()
    marks = Q()
    for mark in _MARKS:
        marks |= Q(**{f"{name}_text__contains": mark})
    in_words: QuerySet[Any] = found.alias(**{f"{name}_text": Cast(path, TextField())})
    return in_words.filter(marks)


def rankings_of(members: QuerySet[Any]) -> QuerySet[Ranking]:
    """The rankings that members are."""
    return Ranking.objects.filter(pk__in=members.order_by().values("ranking"))
