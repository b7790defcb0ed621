"""From what was kept to the report."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np

from annotate.export.preflight.constants import FORMS, form_of
from annotate.export.preflight.estimates import share_of
from annotate.export.preflight.figures import (
    ChoiceReport,
    Constant,
    Effect,
    MixReport,
    OverlapReport,
    PersonalReport,
    RaterReport,
    Spread,
    StructureReport,
    TokenReport,
    effective_number,
)
from annotate.export.preflight.kept import Examples, Groups, Histogram, Place, Tally
from annotate.export.preflight.merging import opened
from annotate.export.preflight.personal import KINDS as PERSONAL_KINDS
from annotate.export.preflight.report import Report
from annotate.export.preflight.samples import Sample
from annotate.export.preflight.texts import PROMPT
from annotate.export.preflight.tokens import TRAINERS

PROMPTS_AT_LEAST = 10  # that a constant text stands in
COUNTS_FAR_LONGER = 2  # the version of a scan from which on
CONSTANTS_LEVEL = 0.999  # each of many texts is asked
CONSTANTS_NAMED, PROMPTS_NAMED = 10, 3


class Whole:
    """What was kept, by name, each as what it is."""

    def __init__(self, whole: Mapping[str, Any]) -> None:
        self.about: Mapping[str, Any] = whole["about"]
        self.kind: str = self.about["kind"]
        self._kept = opened(whole["kept"])

    def tally(self, name: str) -> Tally:
        return cast(Tally, self._kept[name])

    def groups(self, name: str) -> Groups:
        return cast(Groups, self._kept[name])

    def sample(self, name: str) -> Sample:
        return cast(Sample, self._kept[name])

    def spread(self, name: str) -> Spread | None:
        found = cast(Histogram, self._kept[name])
        if found.least is None or found.greatest is None:
            return None
        p05, p50, p95, p99 = (cast(int, found.quantile(q)) for q in (0.05, 0.5, 0.95, 0.99))
        mean = found.sum / found.count
        return Spread(found.count, mean, found.least, p05, p50, p95, p99, found.greatest)

    def places(self, name: str, *fields: str) -> list[dict[str, Any]]:
        """Named places; an ``answer`` that is none of the answers is the prompt: None."""
        found = cast(Examples, self._kept[name]).places()
        return [_named(fields, place) for place in found]

    def prompts(self, name: str) -> list[str]:
        return [str(place[0]) for place in cast(Examples, self._kept[name]).places()]


def conclude(whole: Mapping[str, Any]) -> Report:
    """The report on what ``merge`` (or the ``as_json`` of a single scan) gave."""
    found = Whole(whole)
    has_pairs = found.kind in ("preference", "ranked")
    return Report(
        kind=found.kind,
        structure=_structure(found),
        tokens=_tokens(found) if found.about["tokenizer"] else None,
        personal=_personal(found),
        overlap=_overlap(found) if found.about["evaluations"] else None,
        mix=_mix(found),
        raters=_raters(found.tally("mix.raters").counts),
        choices=_choices(found) if has_pairs else None,
        constants=_constants(found.sample("constants.texts")) if has_pairs else None,
    )


def _structure(found: Whole) -> StructureReport:
    tally = found.tally("structure.found")
    rows, prompts = found.sample("structure.rows"), found.sample("structure.prompts")
    again = _scaled(int(rows.counts.sum()) - rows.distinct(), rows)
    return StructureReport(
        items=tally["items"],
        rows=tally["rows"],
        answers=tally["answers"],
        equal_pairs=tally["equal_pairs"],
        empty_answers=tally["empty_answers"],
        empty_prompts=tally["empty_prompts"],
        rows_with_an_empty_answer=tally["rows_with_an_empty_answer"],
        prompt_mismatch=tally["prompt_mismatch"],
        duplicate_rows=again,
        duplicate_rows_share=_of(again, tally["rows"]),
        duplicate_rows_sampled=_sampled(rows),
        duplicate_prompts=_scaled(prompts.keys.size - prompts.distinct(), prompts),
        duplicate_prompts_sampled=_sampled(prompts),
        equal_named=found.places("structure.equal", "prompt_id", "chosen", "rejected"),
        empty_named=found.places("structure.empty", "prompt_id", "answer"),
        mismatch_named=found.prompts("structure.mismatch"),
    )


def _tokens(found: Whole) -> TokenReport:
    tally, rows = found.tally("tokens.found"), found.spread("tokens.rows")
    return TokenReport(
        max_length=found.about["max_length"],
        with_template=found.about["template"],
        rows=rows,
        prompts=found.spread("tokens.prompts"),
        answers=found.spread("tokens.answers"),
        over_length=tally["over_length"],
        over_length_share=_of(tally["over_length"], rows.count if rows else 0),
        trainers=[
            Effect(
                name,
                (rows.count if rows else 0) * (2 if _unpairs(found.kind, name) else 1),
                tally[f"{name}.dropped"],
                tally[f"{name}.cut"],
            )
            for name in TRAINERS[found.kind]
        ],
        unrenderable=tally["unrenderable"],
        longest_named=found.places("tokens.too_long", "prompt_id", "tokens"),
        unrenderable_named=found.prompts("tokens.unrenderable"),
    )


def _unpairs(kind: str, trainer: str) -> bool:
    return kind == "preference" and trainer == "KTO"


def _personal(found: Whole) -> PersonalReport:
    tally = found.tally("personal.found")
    by_kind = {kind: tally[kind] for kind in PERSONAL_KINDS}
    fields = ("prompt_id", "answer", "message", "field", "start", "end", "kind", "masked")
    return PersonalReport(
        total=sum(by_kind.values()),
        items=tally["items"],
        by_kind=by_kind,
        named={kind: found.places(f"personal.{kind}", *fields) for kind in PERSONAL_KINDS},
    )


def _overlap(found: Whole) -> list[OverlapReport]:
    tally = found.tally("overlap.found")
    return [
        OverlapReport(
            name=name,
            items=tally[f"items.{name}"],
            prompts=tally[f"prompts.{name}"],
            answers=tally[f"answers.{name}"],
            too_short=found.about["short"][name],
            named=found.places(f"overlap.in.{name}", "prompt_id", "answer"),
        )
        for name in sorted(found.about["evaluations"])
    ]


def _mix(found: Whole) -> MixReport:
    scripts = found.tally("mix.scripts")
    begins = "contradicts."
    return MixReport(
        languages=_most_first(found.tally("mix.languages")),
        skills=_most_first(found.tally("mix.skills")),
        script_judged=scripts["judged"],
        script_contradicts={
            name.removeprefix(begins): times
            for name, times in _most_first(scripts).items()
            if name.startswith(begins)
        },
        contradictions_named=found.places("mix.contradictions", "prompt_id", "language"),
        prompt_characters=found.spread("mix.prompts"),
        answer_characters=found.spread("mix.answers"),
        row_characters=found.spread("mix.rows"),
    )


def _raters(counts: Mapping[str, int]) -> RaterReport:
    named = {rater: times for rater, times in counts.items() if rater and times}
    total = sum(named.values())
    largest = min(named, key=lambda rater: (-named[rater], rater), default=None)
    return RaterReport(
        raters=len(named),
        judgements=total,
        unnamed=counts.get("", 0),
        largest=largest,
        largest_share=named[largest] / total if largest else None,
        effective=effective_number([*named.values()]),
    )


def _choices(found: Whole) -> ChoiceReport:
    tally = found.tally("choices.found")
    return ChoiceReport(
        pairs=tally["pairs"],
        order_unknown=tally["order_unknown"],
        equally_long=tally["equally_long"],
        earlier=share_of(found.groups("choices.earlier")),
        first=share_of(found.groups("choices.first")),
        longer=share_of(found.groups("choices.longer")),
        far_longer=tally["far_longer"] if found.about["version"] >= COUNTS_FAR_LONGER else None,
    )


def _constants(found: Sample) -> list[Constant]:
    """The suspicious texts, those in most prompts first; a whole one hides its own two ends."""
    found.settle()
    texts, prompts = np.unique(found.subs, return_counts=True)
    often = texts[prompts >= PROMPTS_AT_LEAST]
    made = [one for text in often if (one := _constant(found, int(text)))]
    wholes = {(one.prompts, one.pairs, one.won) for one in made if one.form == FORMS[0]}
    apart = [
        one
        for one in made
        if one.form == FORMS[0] or (one.prompts, one.pairs, one.won) not in wholes
    ]
    apart.sort(key=lambda one: (-one.prompts, -one.won, one.form, one.prompts_named))
    return apart[:CONSTANTS_NAMED]


def _constant(found: Sample, text: int) -> Constant | None:
    """The text if it wins more than half of its pairs for sure, counted over prompts."""
    here = np.flatnonzero(found.subs == np.uint64(text))
    groups = Groups()
    for key, (won, lost) in zip(found.keys[here], found.counts[here], strict=True):
        groups.hear(int(key), int(won), int(won + lost))
    share = share_of(groups, level=CONSTANTS_LEVEL)
    if share is None or share.low is None or share.low <= 0.5:
        return None
    won, lost = (int(one) for one in found.counts[here].sum(axis=0))
    names = sorted(found.names[int(key)] for key in found.keys[here])
    return Constant(
        form=form_of(text),
        prompts=len(here),
        pairs=won + lost,
        won=won,
        share=share,
        sampled=_sampled(found),
        prompts_named=names[:PROMPTS_NAMED],
    )


def _named(fields: Sequence[str], place: Place) -> dict[str, Any]:
    named: dict[str, Any] = dict(zip(fields, place, strict=True))
    if named.get("answer") == PROMPT:
        named["answer"] = None
    return named


def _scaled(count: int, sample: Sample) -> int:
    return count << sample.level


def _sampled(sample: Sample) -> float:
    return 2.0**-sample.level


def _of(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _most_first(tally: Tally) -> dict[str, int]:
    return dict(sorted(tally.counts.items(), key=lambda named: (-named[1], named[0])))
