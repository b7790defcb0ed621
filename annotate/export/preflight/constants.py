"""The section ``constants``: one text that wins wherever it stands, whatever was asked.

A constant answer, or a constant beginning or end of answers, can fool a judge (Zheng et al. 2024,
"Cheating Automatic LLM Benchmarks: Null Models Achieve High Win Rates"; Raina et al. 2024, "Is
LLM-as-a-Judge Robust?" on universal suffixes). So whole answers, their first and their last 64
characters are counted by prompt: in how many they stand, and of how many pairs they won. A text is
*suspicious* if it stands in at least ten prompts and wins more than half of its pairs, sure at
99.9 % over prompts (many texts are looked at). Against itself a text neither wins nor loses.

Prompts are sampled once there are more than 8,192 (``samples``): what stands in one prompt of a
hundred is found in any such sample, what stands in a handful may be missed then.
"""

from annotate.export.preflight.items import Settings
from annotate.export.preflight.kept import Kept
from annotate.export.preflight.samples import Sample
from annotate.export.preflight.texts import Heard, Said, digest64

PROMPTS_KEPT = 1 << 13
EDGE = 64  # characters of a beginning or end

FORMS = ("whole", "beginning", "end")  # the two lowest bits of a text's hash say which it is


class Constants:
    def __init__(self, kind: str, settings: Settings) -> None:
        self.texts = Sample(PROMPTS_KEPT, columns=2)  # prompt, text -> pairs won, pairs lost

    @property
    def kept(self) -> dict[str, Kept]:
        return {"texts": self.texts}

    def hear(self, chunk: Heard) -> None:
        for item, answers in zip(chunk.items, chunk.answers, strict=True):
            key = digest64(item.prompt_id)
            if not item.pairs or not self.texts.keeps(key):
                continue
            stands = [texts_of(answer) for answer in answers]
            for better, worse in item.pairs:
                for won, lost in zip(stands[better], stands[worse], strict=True):
                    if won != lost:
                        self._hear(key, won, (1, 0), item.prompt_id)
                        self._hear(key, lost, (0, 1), item.prompt_id)

    def _hear(self, key: int, text: int | None, score: tuple[int, int], prompt: str) -> None:
        if text is not None:
            self.texts.hear(key, text, *score, name=prompt)


def texts_of(answer: Said) -> tuple[int | None, int | None, int | None]:
    """The answer, its beginning and its end, as hashes; None = too short, or empty."""
    if answer.is_empty:
        return None, None, None
    text = answer.text.strip()
    if len(text) <= EDGE:
        return answer.digest & ~3, None, None
    return answer.digest & ~3, digest64(text[:EDGE]) & ~3 | 1, digest64(text[-EDGE:]) & ~3 | 2


def form_of(text: int) -> str:
    return FORMS[text & 3]
