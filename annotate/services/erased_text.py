"""Texts become what says that they are gone, wherever one stands.

Rows, ids, orders, ratings and flags stay. Judgements are guarded by triggers, which let their words
go where a tombstone stands; it is written first, in the same transaction.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Func, JSONField
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone

from annotate.enums import ConversationState, QuestionState
from annotate.erased import ERASED, erased_answer, erased_digest, erased_question
from annotate.models import (
    CandidateRequest,
    CandidateWords,
    Conversation,
    DemonstrationWords,
    Erasure,
    PromptBand,
    PromptWords,
    Tombstone,
)
from annotate.near.asking import asked_in
from annotate.near.bands import Keys, keys_of
from annotate.prose import markdown_of
from annotate.selectors.erasure import Reach, near_prompts
from annotate.services.near.neighbours import dialect
from annotate.services.picture import forget_pictures
from annotate.services.retention import WithoutRows
from commons.markdown.keeping import forget_markdown, name_of
from commons.models import RunState

CHUNK = 2000

Messages = Sequence[Mapping[str, object]]


class WithoutSpans(Func):
    """What is said of each answer, without the words that were marked in it; as the triggers
    have it, to the letter."""

    output_field = JSONField()
    template = (
        "(SELECT json_group_object(key, json_remove(value, '$.spans'))"
        " FROM json_each(%(expressions)s))"
    )

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> tuple[str, list[Any]]:
        sql, params = self.as_sql(
            compiler,
            connection,
            template="(SELECT coalesce(jsonb_object_agg(key, value - 'spans'), '{}'::jsonb)"
            " FROM jsonb_each(%(expressions)s))",
            **extra,
        )
        return sql, list(params)


def erase_texts(reach: Reach, erasure: Erasure) -> None:
    """Call inside the transaction of the erasure, once all that is out has ended.

    Pictures before the keys of near-duplicates, as where prompts are kept.
    """
    names = sorted({name_of(text) for text in _rendered(reach)})
    transaction.on_commit(lambda: forget_markdown(names))
    forget_pictures(reach.prompts)
    _forget_near(reach)
    _erase_judgements(reach, erasure)
    _erase_beside(reach)
    _erase_conversations(reach)
    reach.batches.update(report=WithoutRows(F("report")))
    _erase_asked(reach)


def _rendered(reach: Reach) -> Iterator[str]:
    """All that a page may have shown of these messages."""
    for rows in (reach.asked, reach.candidates, reach.demonstrations):
        for messages in rows.values_list("messages", flat=True).iterator(chunk_size=CHUNK):
            yield from _contents(messages)


def _contents(messages: Messages) -> Iterator[str]:
    said = [str(each.get("content") or "") for each in messages]
    yield from said
    for each in messages:  # calls and results as well
        yield from markdown_of(each)
    yield "\n\n".join(text for text in said if text)


def _erase_judgements(reach: Reach, erasure: Erasure) -> None:
    """Every revision of what was said, and the words that search knew."""
    for rows in (reach.demonstrations, reach.rankings):
        uuids = rows.values_list("uuid", flat=True)
        Tombstone.objects.bulk_create(
            (Tombstone(judgement=uuid, erasure=erasure) for uuid in uuids),
            ignore_conflicts=True,  # of an erasure before
            batch_size=CHUNK,
        )
    DemonstrationWords.objects.filter(demonstration__in=reach.demonstrations).delete()
    reach.rankings.update(reason="", effort=None, answers=WithoutSpans(F("answers")))
    reach.demonstrations.update(messages=erased_answer(), effort=None)


def _erase_beside(reach: Reach) -> None:
    """What people half wrote, asked, were told, and said when they passed an item on."""
    reach.drafts.delete()
    reach.review_drafts.delete()
    reach.act_notes.delete()
    reach.notes.update(text="")
    reach.precedents.delete()
    reach.questions.filter(state=QuestionState.ANSWERED).update(answer=ERASED)
    reach.questions.update(text=ERASED)
    reach.told_turns.exclude(skip_note="").update(skip_note="")
    reach.golds.update(explanation="")
    reach.pauses.exclude(appeal="").update(appeal=ERASED)  # an appeal says something
    reach.pauses.update(reason="", answer="")
    reach.voids.update(reason="")
    reach.announcements.update(text=ERASED)
    reach.corrections.update(reason="")  # the amount is kept


def _erase_conversations(reach: Reach) -> None:
    """What was said is a prompt; what was about to be said, or was being answered, is here."""
    now = timezone.now()
    requests = CandidateRequest.objects.filter(turn__prompt__in=reach.prompts)
    requests.filter(state__in=[RunState.REQUESTED, RunState.RUNNING]).update(
        state=RunState.CANCELLED, finished_at=now, token=None
    )
    requests.update(partial=[])
    touched = list(reach.said.values_list("conversation", flat=True).distinct())
    reach.said.update(draft={}, draft_version=0, draft_at=None)
    reach.said.filter(prompt__in=reach.prompts).update(edited="")
    Conversation.objects.filter(pk__in=touched, state=ConversationState.OPEN).update(
        state=ConversationState.ABANDONED, closed_at=now
    )


def _erase_asked(reach: Reach) -> None:
    """Prompts and candidates, each under a digest that says nothing."""
    CandidateWords.objects.filter(candidate__in=reach.candidates).delete()
    PromptWords.objects.filter(prompt__in=reach.prompts).delete()
    for candidate in reach.candidates.only("pk", "uuid"):
        reach.candidates.filter(pk=candidate.pk).update(
            messages=erased_answer(), sampling={}, digest=erased_digest(candidate.uuid)
        )
    for prompt in reach.asked.only("pk", "uuid"):
        reach.asked.filter(pk=prompt.pk).update(
            messages=erased_question(),
            tools=[],
            attachments=[],
            external_id="",
            digest=erased_digest(prompt.uuid),
            quarantined=True,
        )


def _forget_near(reach: Reach) -> None:
    """The keys by which near-duplicates were found go.

    One who says the same has none of its own; the oldest such gets them, so that what comes near
    to it later still joins its cluster and its side.
    """
    held = dict(PromptBand.objects.filter(prompt__in=reach.prompts).values_list("prompt", "prompt"))
    if not held:
        return
    dialect().hold()
    gone = {asked_in(each.messages, each.attachments) for each in reach.asked.filter(pk__in=held)}
    freed = {keys[0] for keys in keys_of(sorted(gone))}
    PromptBand.objects.filter(prompt__in=reach.prompts).delete()
    heirs: dict[int, Keys] = {}
    for heir in near_prompts(reach).filter(bands__isnull=True).order_by("pk"):
        [keys] = keys_of([asked_in(heir.messages, heir.attachments)])
        if keys[0] in freed:
            freed.remove(keys[0])
            heirs[heir.pk] = keys
    dialect().keep_keys(heirs)
