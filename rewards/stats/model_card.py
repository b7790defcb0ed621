"""The model card of a reward model: Markdown with pictures, and the numbers, from its report."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rewards.stats.card_gate import card_refusals, card_warnings
from rewards.stats.ceiling import WORDS, Basis
from rewards.stats.pictures import accuracies, against_length, reliability
from rewards.stats.verdict import Verdict, verdict_of

Card = Mapping[str, Any]

SENTENCES = {
    Verdict.UNKNOWN: "Nothing can be said yet: no accuracy is defined.",
    Verdict.GUESSING: "It is not shown to be better than guessing.",
    Verdict.LENGTH: "It is not shown to be better than preferring the longer answer.",
    Verdict.SUSPICIOUS: (
        "It agrees with people more than people agree among themselves: look for a leak."
    ),
    Verdict.USEFUL: "It is better than preferring the longer answer. How good people are at it is "
    "not known.",
    Verdict.BELOW_PEOPLE: "It is better than preferring the longer answer, and below what people "
    "reach.",
    Verdict.AS_PEOPLE: "It is better than preferring the longer answer, and cannot be told from a "
    "person on the same votes.",
}
DIMENSIONS = {
    "strength": "how sure people were (1 slightly … 3 significantly)",
    "skill": "skill",
    "language": "language",
    "turn": "the user's turns",
    "length": "characters, from",
    "better_is": "the better answer is",
    "source": "source (opaque tag)",
    "sources": "sources of both answers",
    "iteration": "iteration",
    "rater": "raters",
    "side": "side",
}
ENDINGS = ("model_card.md", "report.json", "reliability.svg", "accuracy.svg", "length.svg")


def model_card_files(card: Card) -> dict[str, str]:
    """The card, its numbers and its pictures, by file name."""
    calibration = card.get("calibration") or {}
    slices = card.get("slices") or {}
    texts = (
        "\n".join(_lines(card)) + "\n",
        json.dumps(card, ensure_ascii=False, indent=1) + "\n",
        reliability(calibration.get("curve") or []),
        accuracies(slices.get("better_is") or [], DIMENSIONS["better_is"]),
        against_length(card.get("score_by_length") or []),
    )
    return dict(zip(ENDINGS, texts, strict=True))


def _lines(card: Card) -> Iterator[str]:
    yield from ("# Report card of a reward model", "", SENTENCES[verdict_of(card)], "")
    yield (
        f"Measured on {card.get('pairs', 0)} pairs of {card.get('prompts', 0)} prompts that it was "
        "not trained on; intervals are 95 %, resampled by prompt."
    )
    for title, found in (
        ("Do not rely on it yet", list(card_refusals(card))),
        ("Keep in mind", list(card_warnings(card))),
    ):
        if found:
            yield from ("", f"**{title}**", "", *(f"- {reason}" for reason in found))
    yield from _main(card)
    yield from ("", "![Reliability](reliability.svg)", "")
    yield from _slices(card.get("slices") or {})
    yield from ("", "![Score against length](length.svg)", "")
    yield from _repeated(card.get("repeated") or [])
    yield from _whence(card)


def _main(card: Card) -> Iterator[str]:
    ceiling, words = card.get("ceiling") or {}, card.get("bag_of_words") or {}
    alike, calibration = card.get("equally_long") or {}, card.get("calibration") or {}
    scaled = calibration.get("scaled") or {}
    rows = {
        "accuracy over all pairs": card.get("accuracy"),
        "… with what the score drops (length, markdown)": card.get("with_covariates"),
        "prefer the longer answer": card.get("longer"),
        "advantage over the longer answer": card.get("advantage"),
        "bag of words": words.get("accuracy"),
        "advantage over the bag of words": words.get("advantage"),
        "accuracy at equal length": alike.get("accuracy"),
        "people, held back one at a time": ceiling.get("people"),
        "the model on the same votes": ceiling.get("model"),
        "the model less people": ceiling.get("lead"),
        "best of K": card.get("best_of_k"),
        "Kendall's tau-b": card.get("tau"),
        "calibration error (ECE)": calibration.get("ece"),
        "… after a temperature": scaled.get("ece"),
        "Brier score": calibration.get("brier"),
        "… after a temperature ": scaled.get("brier"),
    }
    yield from ("", "| number | value | 95 % interval |", "|---|---|---|")
    for name, found in rows.items():
        yield f"| {name.strip()} | {_value(found)} | {_ends(found)} |"
    basis = Basis.ALL if ceiling else Basis.ALONE  # of a card from before it said so
    yield from ("", f"People, held back one at a time: {card.get('ceiling_says') or WORDS[basis]}.")


def _slices(slices: Mapping[str, Sequence[Card]]) -> Iterator[str]:
    yield from ("## Where it is good, and where not", "", "![Accuracy](accuracy.svg)")
    for name, those in slices.items():
        if len(those) < 2:
            continue
        yield from ("", f"| {DIMENSIONS.get(name, name)} | accuracy | 95 % interval | pairs |")
        yield "|---|---|---|---|"
        for one in those:
            said = str(one["name"] or "not said").replace("|", "\\|").replace("_", " ")
            yield f"| {said} | {_value(one)} | {_ends(one)} | {one['pairs']} |"


def _repeated(found: Sequence[Card]) -> Iterator[str]:
    if not found:
        return
    yield from ("## Texts that win by being themselves", "")
    for one in found:
        text = " ".join(str(one["text"]).split())[:120].replace("`", "'")
        yield (
            f"- `{text}` ({one['form']}): under {one['prompts']} prompts; people prefer it in "
            f"{_value(one['people'])} of its pairs, the model in {_value(one['model'])}, and under "
            f"other prompts in {_value(one.get('elsewhere'))}."
        )


def _whence(card: Card) -> Iterator[str]:
    model = card.get("model") or {}
    yield from ("", "## Whence it comes", "")
    yield f"- base: `{model.get('base') or 'not said'}`"
    yield f"- learned from the snapshot `{model.get('snapshot') or 'not said'}`"
    yield f"- measured on the snapshot `{card.get('snapshot') or 'not said'}`"
    yield f"- code: `{model.get('code_version') or 'not said'}`"
    yield "- all numbers: `report.json`; what they mean: `docs/reward-models.md` of Laurel"


def _value(found: Mapping[str, Any] | None) -> str:
    return "not defined" if not found or found["value"] is None else f"{found['value']:.3f}"


def _ends(found: Mapping[str, Any] | None) -> str:
    if not found or found["low"] is None or found["high"] is None:
        return "–"
    return f"{found['low']:.3f} … {found['high']:.3f}"
