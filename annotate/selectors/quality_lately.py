"""The newest rankings and written answers of a campaign, with what their raters saw and did."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import QuerySet

from annotate.conversation import text_of
from annotate.enums import CountsAs, Kind, Origin, RaterKind
from annotate.models import Campaign, Candidate, Demonstration, Prompt, Ranking
from annotate.selectors.quality_effort import Took, chunks, efforts_of
from annotate.selectors.standing import STANDS
from annotate.selectors.submission import IS_IDEAL
from annotate.stats.agreement.rankings import tiers_of
from annotate.stats.arrays import Floats
from annotate.stats.likeness import likeness, words_of
from annotate.stats.quality.habits import Lately, likest
from commons.stats.texts import MARK, refuses

MOST_RANKINGS = 20_000  # the newest: a leaning of a year ago helps nobody
MOST_WRITTEN = 5_000
SPACELESS = 15  # characters a word, above which a text has no spaces between its words


@dataclass(frozen=True, slots=True)
class Looks:
    """What a text looks like."""

    characters: int
    words: float
    markdown: bool
    refusal: bool


@dataclass(frozen=True)
class Written:
    """A written answer: how it came about, and how like it is to what a model wrote."""

    rater: int
    prompt: int
    prompt_uuid: str
    words: float
    alike: str  # what it may be compared with: skill and language
    typed: float  # nan: not measured
    pasted: float
    likeness: float


def looks_of(text: str) -> Looks:
    words = float(len(text.split()))
    if len(text) > SPACELESS * max(words, 1.0):
        words = len(text) / 2
    return Looks(len(text), words, bool(MARK.search(text)), refuses(text))


def ranked_lately(campaign: Campaign) -> QuerySet[Ranking]:
    """Work of people that counts, the newest first."""
    return Ranking.objects.filter(
        STANDS,
        campaign=campaign,
        current=True,
        origin=Origin.WORK,
        rater__kind=RaterKind.PERSON,
        counts_as__in=[CountsAs.WORK, CountsAs.HELD_OUT],
        assignment__task__kind=Kind.RANK,
    ).order_by("-created_at", "-pk")


def lately_ranked(campaign: Campaign) -> Lately | None:
    """Of work alone, as its raters saw it; None where there is none."""
    columns = ("rater", "prompt", "tiers", "root", "assignment__order", "revision", "effort")
    rows = list(ranked_lately(campaign).values_list(*columns)[:MOST_RANKINGS])
    rows = [row for row in rows if row[4]]
    if not rows:
        return None
    looks = _looks({row[1] for row in rows})
    asked = _words_asked({row[1] for row in rows})
    took = efforts_of(Ranking, [(row[3], row[5], row[6]) for row in rows])
    orders = [row[4] for row in rows]
    lengths, markdown, refusal = _of_answers(orders, looks)
    return Lately(
        np.array([row[0] for row in rows], np.int64),
        np.array([row[1] for row in rows], np.int64),
        tiers_of([_known(row[2], row[4]) for row in rows], orders),
        lengths,
        markdown,
        refusal,
        np.array([_words_read(row[4], looks) + asked[row[1]] for row in rows]),
        np.array([took[row[3]].seconds for row in rows]),
    )


def _words_read(order: Sequence[str], looks: Mapping[str, Looks]) -> float:
    return sum(looks[each].words for each in order if each in looks)


def _known(tiers: Sequence[Sequence[str]], order: Sequence[str]) -> list[list[str]]:
    shown = set(order)
    return [[each for each in tier if each in shown] for tier in tiers]


def _looks(prompts: Iterable[int]) -> dict[str, Looks]:
    found: dict[str, Looks] = {}
    for some in chunks(sorted(prompts)):
        rows = Candidate.objects.filter(prompt__in=some).values_list("uuid", "messages")
        found |= {str(uuid): looks_of(text_of(messages)) for uuid, messages in rows}
    return found


def _words_asked(prompts: Iterable[int]) -> dict[int, float]:
    found: dict[int, float] = {}
    for some in chunks(sorted(prompts)):
        rows = Prompt.objects.filter(pk__in=some)
        found |= {
            pk: looks_of("\n".join(str(each.get("content") or "") for each in messages)).words
            for pk, messages in rows.values_list("pk", "messages")
        }
    return found


def _of_answers(
    orders: Sequence[Sequence[str]], looks: Mapping[str, Looks]
) -> tuple[Floats, Floats, Floats]:
    k = max(map(len, orders))
    found = np.zeros((3, len(orders), k))
    found[0] = 1
    for row, order in enumerate(orders):
        for at, answer in enumerate(order):
            if each := looks.get(answer):
                found[:, row, at] = max(each.characters, 1), each.markdown, each.refusal
    return found[0], found[1], found[2]


def lately_written(campaign: Campaign) -> list[Written]:
    """The newest written answers, beside the candidates that models wrote to the same prompts."""
    rows = list(
        Demonstration.objects.filter(
            STANDS,
            ~IS_IDEAL,
            campaign=campaign,
            current=True,
            origin=Origin.WORK,
            rater__kind=RaterKind.PERSON,
            counts_as__in=[CountsAs.WORK, CountsAs.HELD_OUT],
        )
        .order_by("-created_at", "-pk")
        .values_list(
            "rater",
            "prompt",
            "prompt__uuid",
            "messages",
            "prompt__skill",
            "prompt__language",
            "root",
            "revision",
            "effort",
        )[:MOST_WRITTEN]
    )
    offered: dict[int, list[list[str]]] = {}
    for some in chunks(sorted({row[1] for row in rows})):
        candidates = Candidate.objects.filter(prompt__in=some, author__isnull=True)
        for prompt, messages in candidates.values_list("prompt", "messages"):
            offered.setdefault(prompt, []).append(words_of(text_of(messages)))
    took = efforts_of(Demonstration, [row[6:] for row in rows])
    return [_written(row, took[row[6]], offered.get(row[1], [])) for row in rows]


def _written(row: tuple[Any, ...], took: Took, offered: Sequence[Sequence[str]]) -> Written:
    rater, prompt, uuid, messages, skill, language, *_ = row
    text = text_of(messages)
    mine = words_of(text)
    return Written(
        rater,
        prompt,
        str(uuid),
        looks_of(text).words,
        f"{skill}\n{language}",
        took.typed,
        took.pasted,
        likest([likeness(mine, each) for each in offered]),
    )
