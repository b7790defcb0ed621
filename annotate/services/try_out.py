"""A try-out: an item that never was, to see what the work is like.

It is made, worked on and handed in by the same services as every other, in a transaction that is
undone: so what is shown is what would be, and nothing of it is kept.
"""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID, uuid4, uuid5

from django.db import transaction
from django.utils import timezone

from annotate.attachments import Attachment, attachments_in
from annotate.digests import digest_of
from annotate.enums import AssignmentState, Kind, Side
from annotate.importing.records import Message
from annotate.models import Assignment, Campaign, Candidate, Lane, Prompt, Task
from annotate.selectors.campaign import current_instructions
from commons.models import User

SAMPLE = "How do I keep a pot of basil alive on a windowsill?"
ANSWERS = (
    "Give it **six hours of light**, water it from below, and pick from the top.",
    "Water it every day.",
    "Basil is an annual herb of the mint family. It comes from tropical Asia.",
    "1. Bright window\n2. Water when the soil is dry\n3. Pinch the flowers off",
    "Put it outside: basil does not live indoors.",
    "Divide the plant into three pots; supermarkets crowd them.",
    "I am sorry, but I cannot help with that.",
    "Feed it once a month, and keep it away from draughts and from the radiator.",
    "Buy a new one.",
)


@dataclass(frozen=True)
class Item:
    """What is tried: ``name`` tells it from others, so that its answers keep their ids."""

    name: str
    messages: Sequence[Message]
    answers: Sequence[Sequence[Message]]
    attachments: Sequence[Attachment] = ()

    def called(self, number: int) -> str:
        """The id of one of its answers, the same whenever the item is made again."""
        return str(uuid5(UUID(int=0), f"{self.name} {number}"))

    @property
    def question(self) -> str:
        return str(self.messages[-1].get("content") or "") if self.messages else ""

    @property
    def by_id(self) -> dict[str, Sequence[Message]]:
        return {self.called(number): said for number, said in enumerate(self.answers)}


@contextmanager
def nothing_kept() -> Iterator[None]:
    """Whatever is written within is undone at its end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def sample_item(*, answers: int) -> Item:
    """One of ours, for a campaign without prompts and for whoever is not to see them early."""
    texts = ANSWERS[:answers]
    return Item(
        name="sample",
        messages=[{"role": "user", "content": SAMPLE}],
        answers=[[{"role": "assistant", "content": text}] for text in texts],
    )


def item_like(task: Task) -> Item:
    """The same prompt and answers as those of a task."""
    found = {str(each.uuid): each for each in Candidate.objects.filter(uuid__in=task.offered)}
    return Item(
        name=str(task.uuid),
        messages=task.prompt.messages,
        answers=[found[name].messages for name in task.offered],
        attachments=attachments_in(task.prompt.attachments),
    )


def turn_of_talk(*, said: Sequence[Message], stand_in: Item, wanted: int) -> Item:
    """What was said, and answers that were written to something else.

    A model answers through a row that a worker finds, and of what is undone no worker hears.
    """
    name = f"{stand_in.name} {digest_of(list(said))}"
    return Item(name=name, messages=said, answers=stand_in.answers[:wanted])


def make_turn(*, campaign: Campaign, kind: Kind, item: Item, by: User) -> Assignment:
    """A turn at a copy of the item, on its person's screen. Call inside ``nothing_kept``.

    As one whose time ran out, it takes none of the seats that a person has.
    """
    prompt = Prompt.objects.create(
        messages=list(item.messages),
        attachments=list(item.attachments),
        digest=digest_of("try", str(uuid4())),
        side=Side.TRAIN,
    )
    names = [_candidate(prompt, said, of=item, number=i) for i, said in enumerate(item.answers)]
    lane, _ = Lane.objects.get_or_create(
        campaign=campaign,
        kind=kind,
        skill="",
        language=prompt.language,
        purpose="",
        reserved_for=None,
    )
    task = Task.objects.create(
        campaign=campaign,
        prompt=prompt,
        kind=kind,
        lane=lane,
        place=0,
        offered=names,
        wanted=1,
        free=1,
    )
    now = timezone.now()
    return Assignment.objects.create(
        task=task,
        person=by,
        state=AssignmentState.EXPIRED,
        order=random.Random(f"{by.uuid} {item.name}").sample(names, len(names)),
        instructions=current_instructions(campaign),
        shown_at=now,
        closed_at=now,
        expires_at=now,
    )


def _candidate(prompt: Prompt, said: Sequence[Message], *, of: Item, number: int) -> str:
    uuid = of.called(number)
    Candidate.objects.create(
        uuid=uuid, prompt=prompt, messages=list(said), digest=digest_of(number), source="try-out"
    )
    return uuid
