"""The numbers of a dataset, a class for each part of the report.

Undefined is None, never 0: tokens without a tokenizer, overlap without evaluation sets, a share of
nothing. Counts are of this very dataset and carry no interval; shares of choices are what people
would do again, and carry one (``estimates``).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotate.export.preflight.estimates import Share


@dataclass(frozen=True, slots=True)
class Spread:
    """Quantiles of whole numbers: exact to 200, at most 1 % too large above; the ends are exact."""

    count: int
    mean: float
    least: int
    p05: int
    p50: int
    p95: int
    p99: int
    greatest: int


@dataclass(frozen=True, slots=True)
class Effect:
    """What one of TRL's trainers does at ``max_length``; of ``rows`` as that trainer counts them.

    Dropped rows are never seen, cut ones lose the end of their answer, both without a word. SFT
    drops only where the answer alone carries loss.
    """

    trainer: str
    rows: int
    dropped: int
    cut: int


@dataclass(frozen=True, slots=True)
class TokenReport:
    max_length: int
    with_template: bool  # False: the tokenizer has none, and what one would add is not counted
    rows: Spread | None  # prompt and answer; of a pair the longer side
    prompts: Spread | None
    answers: Spread | None
    over_length: int  # rows
    over_length_share: float | None
    trainers: Sequence[Effect]
    unrenderable: int  # items that the template refuses: a trainer would stop there
    longest_named: Sequence[Mapping[str, Any]]
    unrenderable_named: Sequence[str]


@dataclass(frozen=True, slots=True)
class StructureReport:
    """``…_sampled`` is the share of hashes that duplicates were counted in: 1 = all of them, so the
    number is exact; less = it is an estimate from a sample (``samples``)."""

    items: int
    rows: int
    answers: int
    equal_pairs: int
    empty_answers: int
    empty_prompts: int
    rows_with_an_empty_answer: int
    prompt_mismatch: int
    duplicate_rows: int  # more than the first of each
    duplicate_rows_share: float | None
    duplicate_rows_sampled: float
    duplicate_prompts: int  # ids beyond the first of the same messages
    duplicate_prompts_sampled: float
    equal_named: Sequence[Mapping[str, Any]]
    empty_named: Sequence[Mapping[str, Any]]
    mismatch_named: Sequence[str]


@dataclass(frozen=True, slots=True)
class PersonalReport:
    total: int
    items: int  # that hold any
    by_kind: Mapping[str, int]
    named: Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class OverlapReport:
    """One evaluation set."""

    name: str
    items: int
    prompts: int
    answers: int
    too_short: int  # texts of the set with fewer than thirteen words, which cannot be found
    named: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class MixReport:
    languages: Mapping[str, int]
    skills: Mapping[str, int]
    script_judged: int
    script_contradicts: Mapping[str, int]  # by tag
    contradictions_named: Sequence[Mapping[str, Any]]
    prompt_characters: Spread | None
    answer_characters: Spread | None
    row_characters: Spread | None


@dataclass(frozen=True, slots=True)
class RaterReport:
    """By judgement. ``effective`` is exp of Shannon's entropy: the number of raters with equal
    shares that would be as diverse (Hill 1973, order 1). Judgements of nobody are apart."""

    raters: int
    judgements: int
    unnamed: int
    largest: str | None
    largest_share: float | None
    effective: float | None


@dataclass(frozen=True, slots=True)
class ChoiceReport:
    pairs: int
    order_unknown: int
    equally_long: int
    earlier: Share | None  # the answer shown earlier was preferred
    first: Share | None  # the answer shown first was, of the pairs that it is part of
    longer: Share | None
    far_longer: int | None = None  # better by more than twice the length; None: an older report


@dataclass(frozen=True, slots=True)
class Constant:
    """A text that wins suspiciously often; ``prompts`` are those of the sample."""

    form: str  # "whole", "beginning" or "end"
    prompts: int
    pairs: int
    won: int
    share: Share
    sampled: float  # share of all prompts that was looked at
    prompts_named: Sequence[str]


def effective_number(counts: Sequence[int]) -> float | None:
    """exp(-Σ p ln p), the Hill number of order 1 (Hill 1973, "Diversity and Evenness")."""
    total = sum(counts)
    if not total:
        return None
    return math.exp(-sum(n / total * math.log(n / total) for n in counts if n))
