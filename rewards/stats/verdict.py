"""What a report card comes to, in one word of a closed set; page and model card say it in words."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """From the worst to the best; the first that holds is the verdict."""

    UNKNOWN = "unknown"  # no accuracy is defined
    GUESSING = "guessing"  # the interval of the accuracy reaches one half
    LENGTH = "length"  # not shown to be better than preferring the longer answer
    SUSPICIOUS = "suspicious"  # surely above what people reach: it may have seen the answers
    USEFUL = "useful"  # better than length; how good people are is not known
    BELOW_PEOPLE = "below_people"  # surely below what people reach
    AS_PEOPLE = "as_people"  # cannot be told from what people reach


def verdict_of(card: Mapping[str, Any]) -> Verdict:
    """The verdict on the result of ``evaluate_reward``."""
    accuracy, advantage = card.get("accuracy"), card.get("advantage")
    lead = (card.get("ceiling") or {}).get("lead")
    if not accuracy:
        return Verdict.UNKNOWN
    if accuracy["low"] <= 0.5:
        return Verdict.GUESSING
    if not advantage or advantage["low"] <= 0:
        return Verdict.LENGTH
    if not lead:
        return Verdict.USEFUL
    if lead["low"] > 0:
        return Verdict.SUSPICIOUS
    return Verdict.BELOW_PEOPLE if lead["high"] < 0 else Verdict.AS_PEOPLE
