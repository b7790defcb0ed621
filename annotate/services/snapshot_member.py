"""Which revisions belong to a snapshot, and which of them are written together.

freeze_members: rows that name them, in one statement -> parts of them, all in one transaction
"""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, F, Max, Min, QuerySet, TextField
from django.db.models.functions import Cast

from annotate.enums import SnapshotKind
from annotate.errors import NothingToFreeze
from annotate.export.columns import says_agreement
from annotate.export.policy import policy_from
from annotate.models import Campaign, Picture, Snapshot, SnapshotMember, SnapshotPart
from annotate.selectors.doubled import agreement_weight
from annotate.selectors.snapshot import to_freeze
from annotate.selectors.snapshot_answer import with_dashes
from annotate.services.erasure_lock import freeze_together
from annotate.services.snapshot_weight import freeze_weights
from commons.statements import fetched

CHUNK = 10_000
MEMORY = "64MB"  # to sort them: with what PostgreSQL usually gives, they go to its disk and back
# A shard of each form has the rows of as many members: about 100,000 rows, or as many as a
# worker writes within a minute.
MEMBERS_PER_PART = {
    SnapshotKind.SFT: 50_000,
    SnapshotKind.PREFERENCE: 15_000,
    SnapshotKind.RANKED: 25_000,
    SnapshotKind.UNPAIRED: 25_000,
    SnapshotKind.PROMPTS: 100_000,
}

# What a member of each kind is.
JUDGED = {
    SnapshotKind.SFT: "demonstration",
    SnapshotKind.PREFERENCE: "ranking",
    SnapshotKind.RANKED: "ranking",
    SnapshotKind.UNPAIRED: "ranking",
    SnapshotKind.PROMPTS: "prompt",
}


@transaction.atomic
def freeze_members(*, snapshot: Snapshot) -> int:
    """Write down which revisions belong to the snapshot, all or none; say how many.

    They stand in the order of side, prompt and judgement, by public ids: the same on every
    installation that holds them. ``NothingToFreeze`` when nothing counts any more.
    """
    freeze_together()
    Snapshot.objects.select_for_update().get(pk=snapshot.pk)
    standing = snapshot.members.count()
    if standing:
        return standing
    kind = SnapshotKind(snapshot.kind)
    count = _keep_members(snapshot, kind)
    if not count:
        raise NothingToFreeze(str(kind.label))
    weights = freeze_weights(snapshot=snapshot)
    snapshot.members_digest = _digest_of(snapshot, JUDGED[kind], weights)
    snapshot.with_images = _has_images(snapshot, JUDGED[kind])
    Snapshot.objects.filter(pk=snapshot.pk).update(
        members_digest=snapshot.members_digest, total=count, with_images=snapshot.with_images
    )
    _keep_parts(snapshot, JUDGED[kind], MEMBERS_PER_PART[kind])
    return count


def _keep_members(snapshot: Snapshot, kind: SnapshotKind) -> int:
    """One statement, whatever their number: nothing of them passes through here."""
    campaigns = list(snapshot.campaigns.all())
    if not campaigns:
        return 0
    found = to_freeze(kind, campaigns, policy_from(snapshot.policy))
    prompt = "" if kind == SnapshotKind.PROMPTS else "prompt__"
    named = {"judged": F("pk"), "of_side": F(f"{prompt}side"), "of_prompt": F(f"{prompt}uuid")}
    counts = _counts(snapshot, campaigns)
    rows = found.order_by().values(**named, itself=F("uuid"), **counts).query
    statement, given = rows.sql_with_params()
    table = SnapshotMember._meta.db_table
    kept = ", ".join([f"{JUDGED[kind]}_id", *counts])
    read = ", ".join(["judged", *counts])
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT set_config('work_mem', %s, true)", [MEMORY])
        cursor.execute(
            f"INSERT INTO {table} (snapshot_id, position, side, {kept})"
            " SELECT %s, row_number() OVER (ORDER BY of_side, of_prompt, itself) - 1,"
            f" of_side, {read} FROM ({statement}) AS found",
            [snapshot.pk, *given],
        )
    return snapshot.members.count()


def _counts(snapshot: Snapshot, campaigns: Sequence[Campaign]) -> dict[str, Case]:
    """What each member counts in agreement. It is written down because it may be another one
    later: when a judgement is voided, or its campaign begins to stop early."""
    if not says_agreement(snapshot.kind, policy_from(snapshot.policy)):
        return {}
    return {"agreement_weight": agreement_weight(campaigns)}


def _has_images(snapshot: Snapshot, judged: str) -> bool:
    """Looked for among the few prompts that have any."""
    prompt = "prompt" if judged == "prompt" else f"{judged}__prompt"
    holding = Picture.prompts.through.objects.values("prompt")
    return snapshot.members.filter(**{f"{prompt}__in": holding}).exists()


def _digest_of(snapshot: Snapshot, judged: str, weights: Sequence[str]) -> str:
    """SHA-256 of the list of members: which revision of what, on which side. Then, where they do
    not all weigh the same, their raters and what each weighs. What a member counts in agreement
    is part of its line where rows say so."""
    columns = {"name": Cast(f"{judged}__uuid", TextField()), "of_side": F("side")}
    if judged != "prompt":
        columns["revised"] = F(f"{judged}__revision")
    if says_agreement(snapshot.kind, policy_from(snapshot.policy)):
        columns["counts"] = F("agreement_weight")
    found = snapshot.members.annotate(**columns).order_by("position")
    listed = found.values_list("position", "of_side", "name", *list(columns)[2:])
    digest, first = hashlib.sha256(), 0
    while rows := fetched(*_from(listed, first).query.sql_with_params()):
        lines = (" ".join([with_dashes(name), *map(str, no), side]) for _, side, name, *no in rows)
        digest.update("".join(f"{line}\n" for line in lines).encode())
        first += CHUNK
    digest.update("".join(f"{line}\n" for line in weights).encode())
    return digest.hexdigest()


def _from(members: QuerySet[SnapshotMember, Any], first: int) -> QuerySet[SnapshotMember, Any]:
    """A range with two ends: of what it has not counted yet, PostgreSQL would sort the rest."""
    return members.filter(position__gte=first, position__lt=first + CHUNK)


def _keep_parts(snapshot: Snapshot, judged: str, size: int) -> None:
    sides = snapshot.members.values_list("side").annotate(Min("position"), Max("position"))
    SnapshotPart.objects.bulk_create(
        SnapshotPart(snapshot=snapshot, side=side, number=number, first=first, last=last)
        for side, begins, ends in sides.order_by("side")
        for number, (first, last) in enumerate(_ranges(snapshot, judged, begins, ends, size))
    )


def _ranges(
    snapshot: Snapshot, judged: str, begins: int, ends: int, size: int
) -> Iterator[tuple[int, int]]:
    """From ``begins`` to ``ends`` in ranges of about ``size``, cut between prompts."""
    prompt = "prompt" if judged == "prompt" else f"{judged}__prompt"
    prompts = snapshot.members.order_by("position").values_list("position", prompt)
    while ends - begins >= size:
        last_prompt = prompts.get(position=begins + size - 1)[1]
        beyond = prompts.filter(position__gte=begins + size, position__lte=ends)
        following = beyond.exclude(**{prompt: last_prompt}).first()
        if following is None:
            break
        yield begins, following[0] - 1
        begins = following[0]
    yield begins, ends
