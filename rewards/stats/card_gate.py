"""Whether a reward model may be trusted, by its report card, in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from commons.sentences import Sentence
from commons.sentences import sentence as _
from commons.sentences import sentences as ngettext
from rewards.stats.evidence import Evidence, Range, Thresholds

QUOTED = 60  # characters of a text that is named


def card_refusals(card: Mapping[str, Any], asked: Thresholds | None = None) -> Iterator[Sentence]:
    """Every reason not to trust a reward model, from the result of ``evaluate_reward``."""
    yield from reasons_of_card(Evidence.of(comparison={}, card=card), asked or Thresholds())


def card_warnings(card: Mapping[str, Any], asked: Thresholds | None = None) -> Iterator[Sentence]:
    """What to keep in mind of a reward model that may be trusted all the same."""
    asked = asked or Thresholds()
    lead = Range.of((card.get("ceiling") or {}).get("lead"))
    if lead is not None and lead.low > 0:
        yield _(
            "it agrees with people more than a person does, by at least %(lead)s: it may have seen "
            "the answers; look for a leak",
            lead=f"{lead.low:.2f}",
        )
    yield from _no_better(card)
    calibration = card.get("calibration") or {}
    ece = Range.of(calibration.get("ece"))
    if ece is not None and ece.low > asked.max_ece:
        yield _(
            "it is %(error)s off on average when it says how sure it is; divide its scores by the "
            "temperature of the card before reading them as chances",
            error=f"{ece.value:.2f}",
        )
    for one in card.get("repeated") or []:
        if not one.get("fools"):
            yield _(
                "people prefer one text wherever it stands: %(text)s",
                text=_quoted(str(one["text"])),
            )


def _no_better(card: Mapping[str, Any]) -> Iterator[Sentence]:
    """Simpler readers of answers that it may not be better than."""
    alike = Range.of((card.get("equally_long") or {}).get("advantage"))
    if alike is not None and alike.low <= 0:
        yield _(
            "among answers of about equal length it is not shown to be better than preferring the "
            "longer one (its lead may be as low as %(lead)s)",
            lead=f"{alike.low:+.2f}",
        )
    words = Range.of((card.get("bag_of_words") or {}).get("advantage"))
    if words is not None and words.low <= 0:
        yield _(
            "it is not shown to be better than counting words (its lead may be as low as %(lead)s)",
            lead=f"{words.low:+.2f}",
        )


def reasons_of_card(found: Evidence, asked: Thresholds) -> Iterator[Sentence]:
    """Every reason not to trust the reward model that the evidence speaks of."""
    if found.pairs < asked.min_pairs:
        yield ngettext(
            "the reward model was measured on %(count)s held-out pair; %(needed)s are needed",
            "the reward model was measured on %(count)s held-out pairs; %(needed)s are needed",
            found.pairs,
            needed=asked.min_pairs,
        )
    if found.accuracy is None:
        yield _("the reward model's accuracy is not defined")
    elif found.accuracy.low < asked.min_accuracy:
        yield _(
            "the reward model's accuracy may be as low as %(low)s; %(needed)s is needed",
            low=f"{found.accuracy.low:.2f}",
            needed=f"{asked.min_accuracy:.2f}",
        )
    if found.advantage is not None and found.longer is not None and found.advantage.low <= 0:
        yield _(
            "the reward model is not shown to be better than preferring the longer answer "
            "(%(longer)s)",
            longer=f"{found.longer.value:.2f}",
        )
    yield from _leaks(found, asked)


def _leaks(found: Evidence, asked: Thresholds) -> Iterator[Sentence]:
    """Signs that the reward model was helped, or can be fooled."""
    if found.seen_prompts:
        yield ngettext(
            "%(count)s of the held-out prompts stands on the train side too; freeze the dataset "
            "again without it",
            "%(count)s of the held-out prompts stand on the train side too; freeze the dataset "
            "again without them",
            found.seen_prompts,
        )
    if len(found.fooling_texts) > asked.max_fooling_texts:
        for text in found.fooling_texts:
            yield _(
                "the reward model prefers one text whatever was asked: %(text)s",
                text=_quoted(text),
            )


def _quoted(text: str) -> str:
    line = " ".join(text.split())
    return f"“{line[:QUOTED]}…”" if len(line) > QUOTED else f"“{line}”"
