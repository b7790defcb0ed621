"""Texts that win by being themselves: the same answer under many prompts, whatever was asked.

A constant answer can fool a judge (Zheng et al. 2024, "Cheating Automatic LLM Benchmarks: Null
Models Achieve High Win Rates"), and a policy that is trained against a fooled reward model finds
it. So answers are counted by their normalised text: in how many prompts it stands, how often
people preferred it, and how often the model does. Punctuation, case and spaces make no difference,
nor do digits among several words. A long text is also known by its first and its last words.

A text is *named* where it stands in at least ten prompts and people surely preferred it (99.9 %
over prompts, for many texts are looked at). The model is *fooled* by a named text that it surely
prefers too, where it stands or under prompts where it does not belong.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from commons.stats.pairs import pairs_of
from rewards.stats.resampling import Interval, Resampling
from rewards.stats.seen import Seen, half_if_even

AT_LEAST = 10  # prompts
LEVEL = 0.999
EDGE = 12  # words of a beginning or an end
NAMED = 5  # texts, those in most prompts
Name = tuple[str, int]  # a form, and the hash of its words: the words would fill the memory
NUMBERED = 4  # words; a shorter answer may well be its number
NOT_WORDS = re.compile(r"[\W_]+")
DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class Repeated:
    """A text that stands under many prompts, and how often people and the model prefer it there.

    ``form`` is whole, beginning or end; ``text`` is one answer that has it. ``model`` is None
    where only the train side has it, which the model does not score.
    """

    form: str
    text: str
    prompts: int
    pairs: int
    people: Interval
    model: Interval | None


@dataclass(frozen=True)
class Bout:
    """Such a text against another answer of the same prompt; ``gap`` is the model's, for it."""

    prompt: str
    won: bool
    gap: float | None


def repeated_winners(
    held_out: Iterable[Seen], trained: Iterable[Seen], resampling: Resampling
) -> list[Repeated]:
    """The texts that people surely prefer wherever they stand, those in most prompts first."""
    bouts: dict[Name, list[Bout]] = defaultdict(list)
    texts: dict[Name, str] = {}
    for rankings, scored in ((trained, False), (held_out, True)):
        for seen in rankings:
            _hear(seen, scored, bouts, texts)
    found = [
        one
        for name, those in bouts.items()
        if len({bout.prompt for bout in those}) >= AT_LEAST
        and (one := _winner(name[0], texts[name], those, resampling))
    ]
    return list(_once(sorted(found, key=_place)))[:NAMED]


def forms_of(text: str) -> list[tuple[str, str]]:
    """The normalised text as a whole and, where it is long, its two ends."""
    words = NOT_WORDS.sub(" ", text.casefold()).split()
    wordy = DIGITS.sub(" ", " ".join(words)).split()
    words = wordy if len(wordy) >= NUMBERED else words
    forms = [("whole", " ".join(words) or text.strip())]
    if len(words) > EDGE:
        forms += [("beginning", " ".join(words[:EDGE])), ("end", " ".join(words[-EDGE:]))]
    return [form for form in forms if form[1]]


def is_fooled(found: Interval | None) -> bool:
    """Whether the model surely prefers the text."""
    low = found["low"] if found else None
    return low is not None and low > 0.5


def _hear(
    seen: Seen,
    scored: bool,
    bouts: dict[Name, list[Bout]],
    texts: dict[Name, str],
) -> None:
    stands = [
        {(form, hash(words)) for form, words in forms_of(answer.text)} for answer in seen.answers
    ]
    for pair in pairs_of(seen.tiers):
        for mine, its, won in ((pair.better, pair.worse, True), (pair.worse, pair.better, False)):
            gap = seen.answers[mine].score - seen.answers[its].score if scored else None
            for name in stands[mine] - stands[its]:  # against itself it neither wins nor loses
                bouts[name].append(Bout(seen.prompt_id, won, gap))
                texts.setdefault(name, seen.answers[mine].text)


def _winner(form: str, text: str, bouts: Sequence[Bout], resampling: Resampling) -> Repeated | None:
    people = _share(bouts, [float(bout.won) for bout in bouts], resampling, LEVEL)
    if not is_fooled(people):
        return None
    scored = [bout for bout in bouts if bout.gap is not None]
    gaps = np.array([bout.gap for bout in scored], dtype=np.float64)
    return Repeated(
        form=form,
        text=text,
        prompts=len({bout.prompt for bout in bouts}),
        pairs=len(bouts),
        people=people or {},
        model=_share(scored, half_if_even(gaps), resampling),
    )


def _share(
    bouts: Sequence[Bout],
    values: ArrayLike,
    resampling: Resampling,
    level: float = 0.95,
) -> Interval | None:
    if not bouts:
        return None
    prompts = np.unique([bout.prompt for bout in bouts], return_inverse=True)[1]
    return resampling.mean(values, prompts.astype(np.int64), level)


def _place(one: Repeated) -> tuple[int, bool, str, str]:
    return -one.prompts, one.form != "whole", one.form, one.text


def _once(found: Iterable[Repeated]) -> Iterator[Repeated]:
    """A whole text hides its own two ends."""
    wholes: set[tuple[int, int]] = set()
    for one in found:
        if one.form == "whole":
            wholes.add((one.prompts, one.pairs))
        if one.form == "whole" or (one.prompts, one.pairs) not in wholes:
            yield one
