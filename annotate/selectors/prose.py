"""What people are about to read: the texts of the items that are drawn next."""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from annotate.conversation import Messages
from annotate.enums import CampaignState, Kind
from annotate.models import Campaign, CampaignWork, Candidate, Lane, Task
from annotate.prose import markdown_of, markdown_of_answer
from annotate.selectors.campaign import current_instructions

IN_USE = (CampaignState.DRAFT, CampaignState.RUNNING)  # a draft may be started at any moment
WAITING = {"free__gt": 0, "held": ""}  # as the index has it that the draw walks


def lanes_in_use() -> QuerySet[Lane]:
    """Where something waits for whoever comes; the more pressing first."""
    waits = Task.objects.filter(lane=OuterRef("pk"), **WAITING)
    common = Lane.objects.filter(Exists(waits), campaign__state__in=IN_USE, reserved_for=None)
    return common.order_by("band", "pk")


def first_waiting(lane: int, most: int) -> list[int]:
    """The tasks that are drawn first from a lane."""
    waiting = Task.objects.filter(lane=lane, **WAITING)
    return list(waiting.order_by("place").values_list("pk", flat=True)[:most])


def texts_read(tasks: Collection[int]) -> dict[int, list[str]]:
    """What stands on the page of each of these tasks of one lane, as Markdown."""
    found = list(Task.objects.filter(pk__in=tasks).select_related("prompt", "campaign"))
    if not found:
        return {}
    answers = _answers_read(found)
    guideline = _guideline_of(found[0].campaign)
    return {
        task.pk: [
            *guideline,
            *(text for message in task.prompt.messages for text in markdown_of(message)),
            *(text for messages in answers[task.pk] for text in markdown_of_answer(messages)),
        ]
        for task in found
    }


def _guideline_of(campaign: Campaign) -> list[str]:
    newest = current_instructions(campaign)
    return [newest.guideline] if newest else []


def _answers_read(tasks: Sequence[Task]) -> dict[int, list[Messages]]:
    """What is to be ranked, and what a writer may start from."""
    if tasks[0].kind == Kind.DEMONSTRATE:
        return _starts(tasks)
    names = {UUID(name) for task in tasks for name in task.offered}
    offered = {str(uuid): said for uuid, said in _messages(names)}
    return {task.pk: [offered[name] for name in task.offered if name in offered] for task in tasks}


def _messages(names: Iterable[UUID]) -> Iterable[tuple[UUID, Messages]]:
    return Candidate.objects.filter(uuid__in=names).values_list("uuid", "messages")


def _starts(tasks: Sequence[Task]) -> dict[int, list[Messages]]:
    found: dict[int, list[Messages]] = {task.prompt_id: [] for task in tasks}
    work = CampaignWork.objects.filter(
        campaign=tasks[0].campaign_id, kind=Kind.DEMONSTRATE, may_start_from=True
    )
    if work.exists():
        candidates = Candidate.objects.filter(prompt__in=found)
        for prompt, messages in candidates.values_list("prompt", "messages"):
            found[prompt].append(messages)
    return {task.pk: found[task.prompt_id] for task in tasks}
