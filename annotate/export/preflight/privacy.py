"""The section ``personal``: personal data and secrets in prompts and answers, counted and placed.

What stands in a prompt is counted in each item of that prompt, as it stands in each of its rows.
"""

from annotate.export.preflight.items import Item, Settings
from annotate.export.preflight.kept import Examples, Kept, Tally
from annotate.export.preflight.personal import KINDS, personal_data
from annotate.export.preflight.phones import region_of
from annotate.export.preflight.texts import Heard


class Privacy:
    def __init__(self, kind: str, settings: Settings) -> None:
        self._regions = tuple(settings.regions)
        self.found = Tally()
        self.places = {name: Examples(settings.examples) for name in KINDS}

    @property
    def kept(self) -> dict[str, Kept]:
        return {"found": self.found, **self.places}

    def hear(self, chunk: Heard) -> None:
        regions = [self._regions_of(item) for item in chunk.items]
        touched = set()
        for piece in chunk.pieces:
            for one in personal_data(piece.text, regions[piece.item]):
                item = chunk.items[piece.item]
                touched.add(piece.item)
                self.found.hear(one.kind)
                self.places[one.kind].hear(
                    (item.prompt_id, piece.answer, piece.message, piece.field, *one)
                )
        self.found.hear("items", len(touched))

    def _regions_of(self, item: Item) -> tuple[str, ...]:
        own = region_of(item.language)
        return self._regions if own is None or own in self._regions else (*self._regions, own)
