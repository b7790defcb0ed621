"""Rows that teach nothing or contradict themselves: equal, empty, mismatched, there twice."""

from collections.abc import Sequence

from annotate.export.preflight.items import Item, Settings
from annotate.export.preflight.kept import Examples, Kept, Tally
from annotate.export.preflight.rows import rows_of
from annotate.export.preflight.samples import Sample
from annotate.export.preflight.texts import PROMPT, Heard, Said, digest64

# Hashes kept for exact counts: of rows 9 bytes each, of prompts 17. Beyond, a sample (samples.py).
MOST = 1 << 20


class Structure:
    """The section ``structure``.

    A pair is *equal* if chosen and rejected differ in nothing but white space. A *mismatch* is an
    item whose answers cannot follow its prompt: one does not begin with the assistant (as where it
    says the prompt once more), or the prompt ends with an answer. Rows are duplicates if
    prompt and answers are the same to the character, whoever judged; a prompt is one if its
    messages stand under several ids.
    """

    def __init__(self, kind: str, settings: Settings) -> None:
        self._kind = kind
        self.found = Tally()
        self.equal, self.empty = Examples(settings.examples), Examples(settings.examples)
        self.mismatch = Examples(settings.examples)
        self.rows, self.prompts = Sample(MOST), Sample(MOST)

    @property
    def kept(self) -> dict[str, Kept]:
        return {
            "found": self.found,
            "equal": self.equal,
            "empty": self.empty,
            "mismatch": self.mismatch,
            "rows": self.rows,
            "prompts": self.prompts,
        }

    def hear(self, chunk: Heard) -> None:
        for item, prompt, answers in zip(chunk.items, chunk.prompts, chunk.answers, strict=True):
            self.found.hear("items")
            self.found.hear("answers", len(answers))
            self.prompts.hear(prompt.digest, digest64(item.prompt_id), 1)
            self._hear_empty(item, prompt, answers)
            if mismatched(item):
                self.found.hear("prompt_mismatch")
                self.mismatch.hear((item.prompt_id,))
            self._hear_rows(item, prompt, answers)
            self._hear_equal(item, answers)

    def _hear_rows(self, item: Item, prompt: Said, answers: Sequence[Said]) -> None:
        for places in rows_of(self._kind, item):
            self.found.hear("rows")
            names = ",".join(str(answers[place].digest) for place in places)
            self.rows.hear(digest64(f"{prompt.digest}:{names}"), 0, 1)
            if any(answers[place].is_empty for place in places):
                self.found.hear("rows_with_an_empty_answer")

    def _hear_equal(self, item: Item, answers: Sequence[Said]) -> None:
        bare = [(answer.roles, " ".join(answer.text.split())) for answer in answers]
        if len(set(bare)) == len(bare):
            return
        for better, worse in item.pairs:
            if bare[better] == bare[worse]:
                self.found.hear("equal_pairs")
                self.equal.hear((item.prompt_id, better, worse))

    def _hear_empty(self, item: Item, prompt: Said, answers: Sequence[Said]) -> None:
        if prompt.is_empty:
            self.found.hear("empty_prompts")
            self.empty.hear((item.prompt_id, PROMPT))
        for place, answer in enumerate(answers):
            if answer.is_empty:
                self.found.hear("empty_answers")
                self.empty.hear((item.prompt_id, place))


def mismatched(item: Item) -> bool:
    """Whether an answer cannot follow this prompt: the one or the other begins a turn amiss."""
    last = item.prompt[-1] if item.prompt else {}
    calls = bool(last.get("tool_calls"))
    if item.answers and last.get("role") == "assistant" and not calls:
        return True
    begins = "tool" if calls else "assistant"
    return any(answer and answer[0].get("role") != begins for answer in item.answers)
