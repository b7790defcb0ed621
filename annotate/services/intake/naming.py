"""What others call the prompts of a campaign."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from uuid import UUID

from annotate.erased import erased_digest
from annotate.models import Campaign, Prompt
from annotate.services.intake.keeping import hold_prompts
from annotate.services.intake.types import Kept


def prompts_named(campaign: Campaign, names: Collection[str]) -> Mapping[str, Sequence[Kept]]:
    """The campaign's prompts of these names: by id, else by the id that their senders gave them.

    A sender's id may stand at several prompts. They are held until this transaction ends, and one
    that is erased is not found.
    """
    prompts = Prompt.objects.filter(intake__campaign=campaign).order_by("pk")
    ids = {name: uuid for name in set(names) if (uuid := _uuid(name))}
    ours, theirs = prompts.filter(uuid__in=ids.values()), prompts.filter(external_id__in=names)
    hold_prompts({pk for some in (ours, theirs) for pk in some.values_list("pk", flat=True)})
    by_id = {
        uuid: [Kept(pk, uuid, new=False)]
        for uuid, pk, digest in ours.values_list("uuid", "pk", "digest")
        if digest != erased_digest(uuid)
    }
    found = {name: by_id[uuid] for name, uuid in ids.items() if uuid in by_id}
    others = theirs.exclude(external_id__in=list(found))
    for name, pk, uuid in others.values_list("external_id", "pk", "uuid"):
        found.setdefault(name, []).append(Kept(pk, uuid, new=False))
    return found


def _uuid(name: str) -> UUID | None:
    with suppress(ValueError):
        return UUID(name)
    return None
