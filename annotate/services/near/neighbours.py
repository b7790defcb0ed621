"""Find the prompts that a prompt nearly repeats: by its keys, and then word for word."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from itertools import chain
from types import ModuleType

from django.db import connection

from annotate.models import Prompt
from annotate.near.asking import NEAR, asked_in, shingles_of
from annotate.near.bands import Keys
from annotate.near.placing import Neighbour
from annotate.services.near import postgresql, sqlite
from commons.likeness import Shingles, jaccard

# Of a key that many share, as where thousands were made from one template, the oldest are looked
# at; of all that were found those that share the most keys. Whoever says the same is among them.
MOST_OF_A_KEY, MOST_OF_A_PROMPT = 32, 50
READ = 1000  # prompts in one statement

_DIALECTS = {"postgresql": postgresql, "sqlite": sqlite}


def dialect() -> ModuleType:
    return _DIALECTS[connection.vendor]


class Neighbourhood:
    """What is known around the prompts of a chunk: what stood there, and what was placed since.

    A prompt is added once its place is known. A bridge is no neighbour: it is of no dataset, and
    whatever side it was written down with says nothing. One that a person put in quarantine is:
    it may have been in a dataset before.
    """

    def __init__(self, keys: Collection[Keys]) -> None:
        said = Counter(chain.from_iterable(keys))
        self._prompts: dict[int, list[int]] = {}  # by key, of those that are shared
        for key, prompt in dialect().prompts_with(sorted(said), MOST_OF_A_KEY):
            self._prompts.setdefault(key, []).append(prompt)
        for key, times in said.items():
            if times > 1:
                self._prompts.setdefault(key, [])
        self._known: dict[int, tuple[Neighbour, str]] = {}
        self._shingles: dict[int, Shingles] = {}
        self._read({prompt for each in keys for prompt in self._likely(each)})

    def of(self, prompt: int, asked: str, keys: Keys) -> list[tuple[Neighbour, bool]]:
        """Its neighbours, each with whether it says the same."""
        if not (likely := self._likely(keys)):
            return []
        same, found = set(self._prompts.get(keys[0], ())), []
        own: Shingles | None = None
        for other in likely:
            if other == prompt or other not in self._known:
                continue
            if other not in same:
                own = shingles_of(asked) if own is None else own
                if jaccard(own, self._shingles_of(other)) < NEAR:
                    continue
            found.append((self._known[other][0], other in same))
        return found

    def add(self, neighbour: Neighbour, asked: str, keys: Keys) -> None:
        """Let those that come later find this one, by these of its keys."""
        shared = [key for key in keys if key in self._prompts]
        for key in shared:
            self._prompts[key].append(neighbour.prompt)
        if shared:
            self._known[neighbour.prompt] = (neighbour, asked)

    def forget(self, prompt: int) -> None:
        """It has become a bridge."""
        self._known.pop(prompt, None)

    def _likely(self, keys: Keys) -> list[int]:
        """Those with which the most keys are shared; whoever says the same shares all."""
        if self._prompts.keys().isdisjoint(keys):
            return []
        there = [self._prompts[key][:MOST_OF_A_KEY] for key in keys if key in self._prompts]
        shared = Counter(prompt for prompts in there for prompt in prompts)
        shared.update({prompt: len(keys) for prompt in self._prompts.get(keys[0], ())})
        return [prompt for prompt, _ in shared.most_common(MOST_OF_A_PROMPT)]

    def _shingles_of(self, prompt: int) -> Shingles:
        if prompt not in self._shingles:
            self._shingles[prompt] = shingles_of(self._known[prompt][1])
        return self._shingles[prompt]

    def _read(self, prompts: Collection[int]) -> None:
        there = sorted(prompts)
        for start in range(0, len(there), READ):
            for neighbour, asked in _standing(there[start : start + READ]):
                self._known[neighbour.prompt] = (neighbour, asked)


def _standing(prompts: Sequence[int]) -> Iterable[tuple[Neighbour, str]]:
    found = Prompt.objects.filter(pk__in=prompts)
    found = found.exclude(quarantined=True, bridge__isnull=False)
    columns = found.values_list("pk", "cluster", "side", "messages", "attachments")
    for pk, cluster, side, messages, attachments in columns:
        yield Neighbour(pk, cluster or pk, side), asked_in(messages, attachments)
