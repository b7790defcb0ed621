"""Keeping the keys that a person chose. What keys do is the pages' to say."""

from django.db import transaction

from commons.models import User

MOST = 100  # more than any page has


@transaction.atomic
def choose_key(*, person: User, act: str, key: str) -> dict[str, str]:
    """Let ``key`` do ``act`` for this person, or the key that we gave it where it is empty.

    Two acts that had chosen the same key are told apart by the page; here the newer one has it.
    """
    kept = User.objects.select_for_update().get(pk=person.pk)
    chosen = {old: its for old, its in (kept.keys or {}).items() if old != act and its != key}
    if key and len(chosen) < MOST:
        chosen[act] = key
    kept.keys = chosen
    kept.save(update_fields=["keys"])
    return chosen


def forget_keys(person: User) -> dict[str, str]:
    """Every key does again what we gave it."""
    User.objects.filter(pk=person.pk).update(keys=None)
    return {}
