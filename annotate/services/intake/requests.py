"""What a program sends at once: prompts or further candidates, kept as one batch, once by its key.

One request is one transaction: its rows, the tasks that they allow and the report with what became
of each row. Whoever sends it again with the same key gets that report, and nothing is made.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

import orjson

from annotate.digests import digest_of
from annotate.errors import KeyReused
from annotate.importing import fields, laurel
from annotate.importing.fields import BadRow
from annotate.importing.pictures import MOST_DRAWN, Allowance
from annotate.importing.skills import skilled
from annotate.models import Batch, Campaign
from annotate.selectors.campaign import skill_of_unnamed
from annotate.services.intake.arriving import answer_of, arrival_of
from annotate.services.intake.dialects import dialect
from annotate.services.intake.keeping import intake_transaction, keep_answers, keep_arrivals
from annotate.services.intake.naming import prompts_named
from annotate.services.intake.types import Answer, Arrival, Kept
from annotate.services.task import open_tasks_of
from commons.audit import record
from commons.depth import DEEPEST, is_too_deep
from commons.models import User
from commons.sentences import sentence as _

Told = dict[str, object]  # what became of a row, or of them all, as the API says it

LONGEST_NAME = 200

TOO_DEEP = BadRow("the row", _("is nested more than %(most)s deep; flatten it.", most=DEEPEST))


def take_in_prompts(
    *, campaign: Campaign, rows: Sequence[object], by: User, name: str = "", key: UUID | None = None
) -> Told:
    """Keep prompts with their candidates; a row with an error is refused and stops no other."""
    rows = _bounded(rows)
    return _once("prompts", campaign, rows, by=by, name=name, key=key, keep=_keep_prompts)


def take_in_candidates(
    *, campaign: Campaign, rows: Sequence[object], by: User, name: str = "", key: UUID | None = None
) -> Told:
    """Keep further candidates of prompts of the campaign; the same goes for their rows."""
    rows = _bounded(rows)
    return _once("candidates", campaign, rows, by=by, name=name, key=key, keep=_keep_candidates)


def _bounded(rows: Sequence[object]) -> list[object]:
    """The rows, with the same refusal in place of each that nobody could walk through."""
    return [TOO_DEEP if is_too_deep(row) else row for row in rows]


@intake_transaction()
def _once(
    act: str,
    campaign: Campaign,
    rows: Sequence[object],
    *,
    by: User,
    name: str,
    key: UUID | None,
    keep: Callable[[Batch, Sequence[object]], list[Told]],
) -> Told:
    """The report of the first time that this person sent this under this key."""
    said = {
        "campaign": campaign,
        "name": (name or f"{act} by API")[:LONGEST_NAME],
        "fingerprint": _fingerprint(act, str(campaign.uuid), name, rows),
    }
    if key is None:
        batch, new = Batch.objects.create(created_by=by, **said), True
    else:  # of two requests at once the second one waits here for the first one's end
        batch, new = Batch.objects.get_or_create(created_by=by, key=key, defaults=said)
    if batch.fingerprint != said["fingerprint"]:
        raise KeyReused
    return _report(batch, keep(batch, rows), by) if new else dict(batch.report)


def _fingerprint(*said: object) -> str:
    """SHA-256 of the canonical JSON of what was sent, whatever is wrong with it."""
    try:
        return digest_of(*said)
    except orjson.JSONEncodeError:  # half a surrogate pair, a huge number, a row that is refused
        return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def _report(batch: Batch, rows: list[Told], by: User) -> Told:
    counted = Counter(row["status"] for row in rows)
    report: Told = {
        "batch": str(batch.uuid),
        "made": counted["made"],
        "already_there": counted["there"],
        "refused": counted["refused"],
        "rows": rows,
    }
    batch.report = report
    batch.save(update_fields=["report"])
    record(
        actor=by,
        verb="batch.imported",
        subject=batch,
        made=counted["made"],
        refused=counted["refused"],
    )
    return report


def _keep_prompts(batch: Batch, rows: Sequence[object]) -> list[Told]:
    allowance, skill = Allowance(MOST_DRAWN), skill_of_unnamed(batch.campaign)
    read = [_arrival_in(row, number, allowance, skill) for number, row in enumerate(rows, 1)]
    arrivals = [each for each in read if isinstance(each, Arrival)]
    keeping = keep_arrivals(batch=batch, arrivals=arrivals)
    prompts = {prompt.pk for prompt in keeping.prompts.values()}
    open_tasks_of(campaign=batch.campaign, prompts=prompts)
    new = set(keeping.entered)
    told = []
    for each in read:
        if isinstance(each, BadRow):
            told.append(_refused(each))
            continue
        prompt = keeping.prompts[each.digest]
        names = [keeping.names[prompt.pk, answer.digest] for answer in each.answers]
        candidates = [str(UUID(name)) for name in names]
        told.append(_kept(prompt.uuid, new=prompt.pk in new) | {"candidates": candidates})
        new.discard(prompt.pk)  # a second row that asks the same finds it there
    return told


def _keep_candidates(batch: Batch, rows: Sequence[object]) -> list[Told]:
    read = [_answer_in(row) for row in rows]
    known = prompts_named(batch.campaign, [each[0] for each in read if isinstance(each, tuple)])
    found = [each if isinstance(each, BadRow) else _for_one(each, known) for each in read]
    answers = [each for each in found if isinstance(each, tuple)]
    _, names = keep_answers(answers)
    open_tasks_of(campaign=batch.campaign, prompts={prompt.pk for prompt, _ in answers})
    told = []
    for each in found:
        if isinstance(each, BadRow):
            told.append(_refused(each))
            continue
        prompt, answer = each
        name = names[prompt.pk, answer.digest]
        told.append(_kept(UUID(name), new=name == answer.uuid))
    return told


def _arrival_in(row: object, number: int, allowance: Allowance, skill: str) -> Arrival | BadRow:
    """``skill`` is that of prompts that name none."""
    if isinstance(row, BadRow):
        return row
    try:
        said = fields.mapping(row, "the row")
        prompt = laurel.prompt_in(said, number, allowance=allowance)
        return arrival_of(skilled(prompt, skill), dialect())
    except BadRow as bad:
        return bad


def _answer_in(row: object) -> tuple[str, Answer] | BadRow:
    """A candidate as it will be kept, with what its row calls its prompt."""
    if isinstance(row, BadRow):
        return row
    try:
        said = laurel.answer_in(fields.mapping(row, "the row"))
    except BadRow as bad:
        return bad
    return said.prompt, answer_of(said.candidate, dialect())


def _for_one(
    said: tuple[str, Answer], known: Mapping[str, Sequence[Kept]]
) -> tuple[Kept, Answer] | BadRow:
    name, answer = said
    prompts = known.get(name, ())
    if not prompts:
        return BadRow("prompt", _("names no prompt of this campaign; send that first."))
    if len(prompts) > 1:
        return BadRow(
            "prompt",
            _("names %(count)s prompts; use the id of the one you mean.", count=len(prompts)),
        )
    return prompts[0], answer


def _kept(uuid: UUID, *, new: bool) -> Told:
    return {"status": "made" if new else "there", "id": str(uuid)}


def _refused(bad: BadRow) -> Told:
    return {"status": "refused", "field": bad.path, "detail": str(bad)}
