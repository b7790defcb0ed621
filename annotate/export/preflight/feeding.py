"""What a scan hears of the rows that a dataset is made of."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from typing import Any

import numpy as np

from annotate.export.batches import Batch, Row, rows_of
from annotate.export.preflight.items import Item
from annotate.export.preflight.scan import Scan
from annotate.export.texts import About, DemonstrationText, Messages, RankingText, plain
from commons.stats.pairs import pairs_of

CHUNK = 200  # items that are tokenised together
# The columns that are looked at.
HEARD = ("prompt_id", "ranking_id", "answers", "tiers", "completion")


class Listening:
    """Hands items on to a scan, some hundred at a time."""

    def __init__(self, scan: Scan) -> None:
        self._scan = scan
        self._waiting: list[Item] = []

    def hear(self, items: Iterable[Item]) -> None:
        self._waiting.extend(items)
        if len(self._waiting) >= CHUNK:
            self._hand_on()

    def as_json(self) -> dict[str, Any]:
        self._hand_on()
        return self._scan.as_json()

    def _hand_on(self) -> None:
        if self._waiting:
            self._scan.hear(self._waiting)
            self._waiting = []


def prompt_item(about: About) -> Item:
    return _item(about, [], [], None, "")


def demonstration_item(written: DemonstrationText) -> Item:
    return _item(written.about, [plain(written.answer)], [], None, written.rater)


def items_of(
    kind: str, prompts: Sequence[Sequence[RankingText]], batches: Iterable[Batch]
) -> Iterator[Item]:
    """What the rows of these prompts hold, of each prompt all rankings; no row, no item."""
    asked = {rankings[0].about.prompt_id: rankings for rankings in prompts}
    if kind == "preference":
        for batch in batches:
            yield from _of_pairs(batch, asked)
        return
    rows = rows_of(_of_interest(batch) for batch in batches)
    for prompt_id, those in groupby(rows, lambda row: str(row["prompt_id"])):
        yield from ranking_items(kind, asked[prompt_id], list(those))


def _of_pairs(batch: Batch, asked: Mapping[str, Sequence[RankingText]]) -> Iterator[Item]:
    """The pairs as they were made: of each judgement a stretch of places, and no row of any."""
    judgements, texts = batch.picks["judgement"], batch.columns["chosen"].values
    places = list(
        zip(batch.picks["chosen"].tolist(), batch.picks["rejected"].tolist(), strict=True)
    )
    ids, of_rankings = batch.columns["prompt_id"].values, batch.columns.get("ranking_id")
    starts = np.flatnonzero(np.diff(judgements, prepend=-1)).tolist()
    for start, stop in pairwise([*starts, len(places)]):
        judgement = int(judgements[start])
        rankings = asked[ids[judgement]]
        own = of_rankings and of_rankings.values[judgement]
        ranking = next((each for each in rankings if each.id == own), None)
        answers = _Answers()
        pairs = [(answers.at(texts[a]), answers.at(texts[b])) for a, b in places[start:stop]]
        yield _judged(rankings[0].about, answers, pairs, ranking)


def _judged(
    about: About,
    answers: "_Answers",
    pairs: Sequence[tuple[int, int]],
    ranking: RankingText | None,
) -> Item:
    """Without a ranking they are of nobody, and in no order that was shown."""
    shown = answers.shown(ranking) if ranking is not None else None
    return _item(about, answers.texts, pairs, shown, ranking.rater if ranking else "")


def _of_interest(batch: Batch) -> Batch:
    named = {name: batch.columns[name] for name in HEARD if name in batch.columns}
    return Batch(batch.picks, named)


def ranking_items(
    kind: str, rankings: Sequence[RankingText], rows: Sequence[Row]
) -> Iterator[Item]:
    """Of each ranking that gave rows, what these rows hold.

    Where the rows come from votes that were counted, all rankings of the prompt are one item: of
    nobody, and in no order that was shown.
    """
    by_id = {ranking.id: ranking for ranking in rankings}
    for ranking_id, those in groupby(rows, lambda row: row.get("ranking_id")):
        ranking = by_id.get(str(ranking_id))
        yield _of_rows(kind, list(those), ranking, rankings[0].about)


def _of_rows(kind: str, rows: Sequence[Row], ranking: RankingText | None, about: About) -> Item:
    answers = _Answers()
    pairs: list[tuple[int, int]] = []
    if kind == "ranked":
        places = [answers.at(answer) for row in rows for answer in row["answers"]]
        found = (pair for row in rows for pair in pairs_of(row["tiers"]))
        pairs = [(places[pair.better], places[pair.worse]) for pair in found]
    else:
        for row in rows:
            answers.at(row["completion"])
    return _judged(about, answers, pairs, ranking)


class _Answers:
    """The distinct answers of some rows, and the place of each."""

    def __init__(self) -> None:
        self.texts: list[Messages] = []
        self._places: dict[int, int] = {}

    def at(self, said: Messages) -> int:
        if id(said) not in self._places:
            self._places[id(said)] = len(self.texts)
            self.texts.append(said)
        return self._places[id(said)]

    def shown(self, ranking: RankingText) -> list[int] | None:
        """The places in the order in which the rater saw them; None where nobody knows it."""
        if not ranking.shown:
            return None
        seen = (ranking.candidates.get(name) for name in ranking.shown)
        return [self._places[id(said)] for said in seen if id(said) in self._places]


def _item(
    about: About,
    answers: Sequence[Messages],
    pairs: Sequence[tuple[int, int]],
    shown: Sequence[int] | None,
    rater: str,
) -> Item:
    return Item(
        prompt_id=about.prompt_id,
        prompt=plain(about.prompt),
        answers=answers,
        pairs=pairs,
        shown=shown,
        rater=rater,
        skill=about.skill,
        language=about.language,
        tools=about.tools,
    )
