"""The section ``mix``: who judged, in which languages, of which skills, and how long it all is."""

from annotate.export.preflight.items import Item, Settings
from annotate.export.preflight.kept import Examples, Histogram, Kept, Tally
from annotate.export.preflight.rows import rows_of
from annotate.export.preflight.scripts import script_contradicts
from annotate.export.preflight.texts import Heard


class Mix:
    """Counted by item, one a judgement; lengths are code points, of each answer once."""

    def __init__(self, kind: str, settings: Settings) -> None:
        self._kind = kind
        self.languages, self.skills, self.raters = Tally(), Tally(), Tally()
        self.prompts, self.answers, self.rows = Histogram(), Histogram(), Histogram()
        self.scripts, self.contradictions = Tally(), Examples(settings.examples)

    @property
    def kept(self) -> dict[str, Kept]:
        return {
            "languages": self.languages,
            "skills": self.skills,
            "raters": self.raters,
            "prompts": self.prompts,
            "answers": self.answers,
            "rows": self.rows,
            "scripts": self.scripts,
            "contradictions": self.contradictions,
        }

    def hear(self, chunk: Heard) -> None:
        for item, prompt, answers in zip(chunk.items, chunk.prompts, chunk.answers, strict=True):
            self.languages.hear(item.language)
            self.skills.hear(item.skill)
            self.raters.hear(item.rater)
            self._hear_script(item, prompt.text)
            self._hear_lengths(item, len(prompt.text), [len(answer.text) for answer in answers])

    def _hear_script(self, item: Item, prompt: str) -> None:
        contradicts = script_contradicts(item.language, prompt)
        if contradicts is not None:
            self.scripts.hear("judged")
        if contradicts:
            self.scripts.hear(f"contradicts.{item.language}")
            self.contradictions.hear((item.prompt_id, item.language))

    def _hear_lengths(self, item: Item, prompt: int, answers: list[int]) -> None:
        self.prompts.hear(prompt)
        for length in answers:
            self.answers.hear(length)
        for places in rows_of(self._kind, item):
            self.rows.hear(prompt + max((answers[place] for place in places), default=0))
