"""Rankings as a head learns from them: every text once, and who beat whom by its place."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from transformers import PreTrainedTokenizerBase

from commons.stats.pairs import pairs_of, ties_of
from rewards.engine.chat import prompt_room
from rewards.engine.data import Ranking, Snapshot
from rewards.engine.groups import TIE, covariates_of, render_placed
from rewards.engine.heads import Comparisons, Floats, Places
from rewards.engine.messages import Message
from rewards.engine.shares import in_share, nothing_in, refuse_odd_share

Pair: TypeAlias = tuple[int, int, float, float, int, int, float]  # as Comparisons has its columns


@dataclass(frozen=True)
class Rows:
    """What is learned from: texts, covariates and pairs, all by number."""

    texts: list[list[int]]
    prompts: Places  # (N,) number of each text's prompt
    covariates: Floats  # (N, C), in the order of groups.COVARIATES
    pairs: Comparisons
    raters: list[str]  # pseudonyms by number; "" for all of whom nothing is known
    counts: dict[str, int]


@dataclass
class Gathering:
    """Rows while they are read."""

    texts: dict[tuple[int, ...], int] = field(default_factory=dict)
    ids: list[list[int]] = field(default_factory=list)
    prompts: list[int] = field(default_factory=list)
    covariates: list[list[float]] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)
    prompt_numbers: dict[str, int] = field(default_factory=dict)
    rater_numbers: dict[str, int] = field(default_factory=dict)
    groups: int = 0
    skipped_long: int = 0
    cut_long: int = 0

    def add(self, ranking: Ranking, tokenizer: PreTrainedTokenizerBase, limit: int) -> None:
        rendered = render_placed(ranking, tokenizer)
        if len(rendered[0].prompt) > prompt_room(limit):
            self.skipped_long += 1
            return
        self.groups += 1
        self.cut_long += sum(answer.is_cut_at(limit) for answer in rendered)
        prompt = self.prompt_numbers.setdefault(ranking.prompt_id, len(self.prompt_numbers))
        rater = self.rater_numbers.setdefault(ranking.rater, len(self.rater_numbers))
        at = {
            place: self._place(answer.within(limit), prompt, ranking.answers[place])
            for place, answer in zip(ranking.placed, rendered, strict=True)
        }
        found = list(_pairs(ranking))
        weight, vote = ranking.weight / len(found), (len(at) - 1) / len(found)
        for better, worse, target in found:
            self.pairs.append((at[better], at[worse], target, weight, prompt, rater, vote))

    def _place(self, ids: list[int], prompt: int, answer: list[Message]) -> int:
        """The number of a text; the same one for all who judged it."""
        key = (prompt, *ids)
        if key not in self.texts:
            self.texts[key] = len(self.ids)
            self.ids.append(ids)
            self.prompts.append(prompt)
            self.covariates.append(covariates_of(answer))
        return self.texts[key]

    def whole(self) -> Rows:
        columns = list(zip(*self.pairs, strict=True))
        better, worse, target, weight, prompt, rater, vote = map(np.asarray, columns)
        tied = int((target == TIE).sum())
        return Rows(
            texts=self.ids,
            prompts=np.asarray(self.prompts),
            covariates=np.asarray(self.covariates, dtype=np.float64),
            pairs=Comparisons(better, worse, target, weight / weight.sum(), prompt, rater, vote),
            raters=list(self.rater_numbers),
            counts={
                "groups": self.groups,
                "pairs": len(target) - tied,
                "ties": tied,
                "skipped_long": self.skipped_long,
                "cut_long": self.cut_long,
            },
        )


def read_rows(
    snapshot: Snapshot,
    tokenizer: PreTrainedTokenizerBase,
    *,
    share: tuple[int, ...],
    limit: int,
) -> Rows:
    """The rankings of the train side whose prompts fall into ``share``: part i of n."""
    refuse_odd_share(share)
    gathering = Gathering()
    for ranking in snapshot.rankings("train"):
        if len(ranking.placed) > 1 and in_share(ranking.prompt_id, *share):
            gathering.add(ranking, tokenizer, limit)
    if not gathering.groups:
        raise nothing_in(snapshot, share, limit)
    return gathering.whole()


def _pairs(ranking: Ranking) -> Iterator[tuple[int, int, float]]:
    """Each pair with the chance that its first is the better one."""
    likely = 1.0 if ranking.soft_label is None else ranking.soft_label
    for pair in pairs_of(ranking.tiers):
        yield pair.better, pair.worse, likely
    for one, other in ties_of(ranking.tiers):
        yield one, other, TIE
