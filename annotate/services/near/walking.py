"""Give keys to prompts that came without, and heal what came about while they had none.

A prompt's side never changes, nor the cluster of one that anything was asked of: its draws hang on
that. Of two that stood on two sides before anybody looked, the younger one is quarantined, unless
a dataset holds what was judged of it; then it stays, and its life and the command tell it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from annotate.models import BandWalk, Bridge, Prompt
from annotate.near.asking import asked_in
from annotate.near.bands import VERSION, Keys, keys_of
from annotate.near.placing import Neighbour
from annotate.selectors.near import is_frozen, is_unused
from annotate.services.erasure_lock import work_together
from annotate.services.near.neighbours import Neighbourhood, dialect

STRETCH = 500  # prompts of one transaction


@dataclass
class Walked:
    """What became of prompts that were there. ``left`` are those that a dataset holds already."""

    looked_at: int = 0
    keyed: int = 0
    joined: int = 0
    quarantined: int = 0
    left: int = 0


@transaction.atomic
def walk_on(walked: Walked) -> bool:
    """Look at the next stretch, and count it; False if nothing is left to be looked at.

    Once for each prompt: those that are settled when they come are only counted. Of two who walk
    at once the second waits for the first.
    """
    work_together()
    BandWalk.objects.get_or_create(version=VERSION)
    walk = BandWalk.objects.select_for_update().get(version=VERSION)
    stretch = list(Prompt.objects.filter(pk__gt=walk.after).order_by("pk")[:STRETCH])
    if not stretch:
        return False
    if missing := _without_keys(stretch):
        _Look(missing, walked).at_all()
    walked.looked_at += len(stretch)
    BandWalk.objects.filter(pk=walk.pk).update(after=stretch[-1].pk)
    return True


def _without_keys(stretch: Sequence[Prompt]) -> list[tuple[Prompt, Keys]]:
    """Those that were never settled: neither they nor an older one that says the same are found."""
    keys = keys_of([asked_in(each.messages, each.attachments) for each in stretch])
    oldest = dict(dialect().prompts_with(sorted({own[0] for own in keys}), 1))
    return [
        (prompt, own)
        for prompt, own in zip(stretch, keys, strict=True)
        if own[0] not in oldest or (oldest[own[0]] > prompt.pk and not prompt.cluster_id)
    ]


class _Look:
    """At prompts without keys, the oldest first, and at what has come near to them since."""

    def __init__(self, missing: Sequence[tuple[Prompt, Keys]], walked: Walked) -> None:
        dialect().hold()
        self._missing = missing
        self._walked = walked
        self._around = Neighbourhood([keys for _, keys in missing])

    def at_all(self) -> None:
        kept = {prompt.pk: keys for prompt, keys in self._missing if self._needs_keys(prompt, keys)}
        dialect().keep_keys(kept)
        self._walked.keyed += len(kept)

    def _needs_keys(self, prompt: Prompt, keys: Keys) -> bool:
        """Settle it; False if what is near to it is near to an older one that says the same."""
        asked = asked_in(prompt.messages, prompt.attachments)
        near = self._around.of(prompt.pk, asked, keys)
        older = [each for each, _ in near if each.prompt < prompt.pk]
        if not prompt.quarantined:
            self._settle(prompt, older, [each for each, _ in near if each not in older])
        if any(is_same for each, is_same in near if each in older):
            return False
        if not prompt.quarantined or not Bridge.objects.filter(prompt=prompt).exists():
            here = Neighbour(prompt.pk, prompt.cluster_id or prompt.pk, prompt.side)
            self._around.add(here, asked, keys)
        return True

    def _settle(
        self, prompt: Prompt, older: Sequence[Neighbour], newer: Sequence[Neighbour]
    ) -> None:
        strangers = [each.prompt for each in older if each.side != prompt.side]
        if strangers:
            prompt.quarantined = self._set_apart(prompt.pk, first=min(strangers))
        elif older and is_unused(prompt):
            prompt.cluster_id = min(each.first for each in older)
            Prompt.objects.filter(pk=prompt.pk).update(cluster=prompt.cluster_id)
            self._walked.joined += 1
        if prompt.quarantined:
            return
        for each in newer:
            if each.side != prompt.side and self._set_apart(each.prompt, first=prompt.pk):
                self._around.forget(each.prompt)

    def _set_apart(self, younger: int, *, first: int) -> bool:
        """Quarantine it, unless it has been used; say whether it is quarantined."""
        _, is_new = Bridge.objects.get_or_create(prompt_id=younger, defaults={"first_id": first})
        if is_frozen(younger):
            self._walked.left += is_new
            return False
        self._walked.quarantined += Prompt.objects.filter(pk=younger, quarantined=False).update(
            quarantined=True
        )
        return True
