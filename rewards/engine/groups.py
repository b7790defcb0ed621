"""All answers of one ranking travel together: what a batch of the reward model is made of.

Pairs of one ranking share their answers. Split over batches, an answer would be seen K - 1 times
in an epoch and be learnt by heart (InstructGPT, section 3.5); together, each is encoded once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor
from torch.utils.data import Dataset
from transformers import PreTrainedTokenizerBase

from commons.sentences import sentence as _
from commons.stats.pairs import Pair, pairs_of, ties_of
from rewards.engine.chat import Rendered, prompt_room, render
from rewards.engine.data import Ranking, Snapshot
from rewards.engine.errors import BadConfig
from rewards.engine.messages import Message
from rewards.engine.shares import in_share, nothing_in, refuse_odd_share
from rewards.stats.texts import log_characters, markdown_density

TIE = 0.5
COVARIATES = ("log_characters", "markdown_density")


@dataclass(frozen=True)
class Reading:
    """How rankings are read: what strengths are worth, whether ties and edited answers count."""

    margins: tuple[float, ...] = ()  # for the strengths 1, 2, 3; none: strengths are not looked at
    drops_ties: bool = False
    takes_ideal: bool = True

    def __post_init__(self) -> None:
        if len(self.margins) not in (0, 3) or any(margin < 0 for margin in self.margins):
            raise BadConfig(
                _(
                    "'margins' must be three numbers from 0 on, for slightly, clearly and "
                    "significantly better, or none; not %(margins)s.",
                    margins=list(self.margins),
                )
            )


@dataclass(frozen=True)
class Group:
    """A ranking as ids: the prompt once, each answer once, and who beat whom by place among them.

    ``better``, ``worse``, ``targets``, ``margins`` and ``weights`` have an entry for each pair.
    """

    prompt: list[int]  # cut as ``Rendered.within`` cuts it
    answers: list[list[int]]  # each is pooled at its last id
    better: list[int]
    worse: list[int]
    targets: list[float]  # the chance that better is better; TIE where nobody is
    margins: list[float] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)  # sum to the row's weight, as a rule 1
    rater: str = ""
    covariates: list[list[float]] = field(default_factory=list)  # (K, C), in COVARIATES' order
    prompt_id: str = ""
    ranking_id: str = ""

    def __post_init__(self) -> None:
        """What was not said: no margins, equal weights, covariates that tell nothing apart."""
        pairs = len(self.better)
        unsaid = {
            "margins": [0.0] * pairs,
            "weights": [1 / pairs] * pairs if pairs else [],
            "covariates": [[0.0] * len(COVARIATES) for _ in self.answers],
        }
        for name, value in unsaid.items():
            if not getattr(self, name):
                object.__setattr__(self, name, value)

    @property
    def sequences(self) -> list[list[int]]:
        """Prompt and answer, for each answer: what the padded path and the scorer read."""
        return [self.prompt + answer for answer in self.answers]

    @property
    def places(self) -> list[int]:
        """How many answers stand above each: equal within a tier, rising from the best on."""
        above = [0] * len(self.answers)
        for worse, target in zip(self.worse, self.targets, strict=True):
            above[worse] += target != TIE
        return above


def render_placed(ranking: Ranking, tokenizer: PreTrainedTokenizerBase) -> list[Rendered]:
    """Every answer that the rater could place, rendered under the prompt."""
    return [render(tokenizer, ranking.prompt, ranking.answers[at]) for at in ranking.placed]


def group_of(
    ranking: Ranking, rendered: Sequence[Rendered], limit: int, reading: Reading | None = None
) -> Group:
    """The group that a ranking of at least two answers makes, each within ``limit`` ids."""
    reading = reading or Reading()
    at = {place: number for number, place in enumerate(ranking.placed)}
    strict = pairs_of(ranking.tiers, ranking.strengths)
    ties = [] if reading.drops_ties else ties_of(ranking.tiers)
    pairs = len(strict) + len(ties)
    likely = 1.0 if ranking.soft_label is None else ranking.soft_label
    prompt = rendered[0].prompt[-prompt_room(limit) :]
    return Group(
        prompt=prompt,
        answers=[answer.within(limit)[len(prompt) :] for answer in rendered],
        better=[at[pair.better] for pair in strict] + [at[one] for one, _ in ties],
        worse=[at[pair.worse] for pair in strict] + [at[other] for _, other in ties],
        targets=[likely] * len(strict) + [TIE] * len(ties),
        margins=[_margin(pair, ranking, reading) for pair in strict] + [0.0] * len(ties),
        weights=[ranking.weight / pairs] * pairs if pairs else [],
        rater=ranking.rater,
        covariates=[covariates_of(ranking.answers[place]) for place in ranking.placed],
        prompt_id=ranking.prompt_id,
        ranking_id=ranking.ranking_id,
    )


def _margin(pair: Pair[int], ranking: Ranking, reading: Reading) -> float:
    """What the row says; else what its strength is worth. Nothing where it is not known."""
    if ranking.margin is not None:
        return ranking.margin
    if pair.strength is None or not reading.margins:
        return 0.0
    return reading.margins[pair.strength - 1]


def covariates_of(answer: Sequence[Message]) -> list[float]:
    """What can be seen of an answer without understanding it, in the order of COVARIATES."""
    text = "\n\n".join(message["content"] for message in answer)
    return [log_characters(text), markdown_density(text)]


class Groups(Dataset[Group]):
    """The rankings that this run learns from, and what became of those it could not read whole."""

    def __init__(self, digest: str, groups: list[Group], skipped_long: int, cut_long: int) -> None:
        self.digest = digest
        self.groups = groups
        self.skipped_long = skipped_long  # rankings left out: their prompt alone is too long
        self.cut_long = cut_long  # answers that lost their end

    def __len__(self) -> int:
        return len(self.groups)

    def __getitem__(self, at: int) -> Group:
        return self.groups[at]

    def counts(self) -> dict[str, int]:
        targets = [target for group in self.groups for target in group.targets]
        return {
            "groups": len(self.groups),
            "pairs": sum(target != TIE for target in targets),
            "ties": sum(target == TIE for target in targets),
            "skipped_long": self.skipped_long,
            "cut_long": self.cut_long,
        }

    def raters(self) -> Mapping[str, int]:
        """The number of each rater, by pseudonym; who is not known has one too."""
        names = sorted({group.rater for group in self.groups})
        return {name: number for number, name in enumerate(names)}


def read_groups(
    snapshot: Snapshot,
    tokenizer: PreTrainedTokenizerBase,
    *,
    share: tuple[int, ...],
    limit: int,
    side: str = "train",
    reading: Reading | None = None,
) -> Groups:
    """The rankings of a side whose prompts fall into ``share``: part i of n.

    A train side that has none is refused; other sides may be empty.
    """
    refuse_odd_share(share)
    reading = reading or Reading()
    groups, skipped, cut = [], 0, 0
    for read in snapshot.rankings(side):
        ranking = read.with_ideal() if reading.takes_ideal else read
        if len(ranking.placed) < 2 or not in_share(ranking.prompt_id, *share):
            continue
        rendered = render_placed(ranking, tokenizer)
        if len(rendered[0].prompt) > prompt_room(limit):
            skipped += 1
            continue
        group = group_of(ranking, rendered, limit, reading)
        if group.better:  # it may have held nothing but dropped ties
            cut += sum(answer.is_cut_at(limit) for answer in rendered)
            groups.append(group)
    if not groups and side == "train":
        raise nothing_in(snapshot, share, limit)
    return Groups(snapshot.digest, groups, skipped, cut)


def padded(sequences: Sequence[Sequence[int]], pad: int) -> tuple[Tensor, Tensor]:
    """Ids and attention mask (N, T), padded on the right: the last real token is pooled."""
    width = max(map(len, sequences))
    ids = torch.tensor([[*s, *[pad] * (width - len(s))] for s in sequences])
    mask = torch.tensor([[1] * len(s) + [0] * (width - len(s)) for s in sequences])
    return ids, mask
