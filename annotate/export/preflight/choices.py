"""The section ``choices``: whether place or length was chosen rather than the answer.

*Position*: of the pairs of which both answers were shown, the share in which the one that was shown
earlier was preferred; and the same of those pairs only that the very first answer is part of. Where
the order is shuffled for each judgement, 1/2 is what no bias gives (Wang et al. 2023, "Large
Language Models are not Fair Evaluators", on judges that prefer a place).

*Length*: of the pairs of unequal length (code points), the share in which the longer was preferred.
That is no proof of bias, as a fuller answer may be better (Singhal et al. 2023, "A Long Way to Go:
Investigating Length Correlations in RLHF"); a reward model learns it all the same. Beside it stands
how many pairs prefer an answer of more than twice the other's length.
"""

from collections.abc import Mapping, Sequence

from annotate.export.preflight.items import Item, Settings
from annotate.export.preflight.kept import Groups, Kept, Tally
from annotate.export.preflight.texts import Heard, Said, digest64

FAR_LONGER = 2  # times the length of the other


class Choices:
    def __init__(self, kind: str, settings: Settings) -> None:
        self.found = Tally()
        self.earlier, self.first, self.longer = Groups(), Groups(), Groups()

    @property
    def kept(self) -> dict[str, Kept]:
        return {
            "found": self.found,
            "earlier": self.earlier,
            "first": self.first,
            "longer": self.longer,
        }

    def hear(self, chunk: Heard) -> None:
        for item, answers in zip(chunk.items, chunk.answers, strict=True):
            if item.pairs:
                key = digest64(item.prompt_id)
                self.found.hear("pairs", len(item.pairs))
                self._hear_positions(item, key)
                self._hear_lengths(item, key, answers)

    def _hear_positions(self, item: Item, key: int) -> None:
        seen = {answer: place for place, answer in enumerate(item.shown or ())}
        known = [pair for pair in item.pairs if pair[0] in seen and pair[1] in seen]
        self.found.hear("order_unknown", len(item.pairs) - len(known))
        self.earlier.hear(key, _earlier(known, seen), len(known))
        of_first = [pair for pair in known if not (seen[pair[0]] and seen[pair[1]])]
        self.first.hear(key, _earlier(of_first, seen), len(of_first))

    def _hear_lengths(self, item: Item, key: int, answers: Sequence[Said]) -> None:
        sizes = [len(answer.text) for answer in answers]
        unequal = [pair for pair in item.pairs if sizes[pair[0]] != sizes[pair[1]]]
        self.found.hear("equally_long", len(item.pairs) - len(unequal))
        longer = sum(sizes[better] > sizes[worse] for better, worse in unequal)
        self.longer.hear(key, longer, len(unequal))
        far = sum(sizes[better] > FAR_LONGER * sizes[worse] for better, worse in item.pairs)
        self.found.hear("far_longer", far)


def _earlier(pairs: Sequence[tuple[int, int]], seen: Mapping[int, int]) -> int:
    return sum(seen[better] < seen[worse] for better, worse in pairs)
