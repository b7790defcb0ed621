"""Pages that show what others wrote, or how others work, write down who opened them.

Which page it was is the name of its address; ``tests/test_who_saw_what.py`` holds all addresses
against these, and against those that are silent on purpose.
"""

from collections.abc import Iterable

from annotate.enums import Taken
from annotate.models import Campaign, Prompt, Rater, Task
from annotate.services.access import note_look, note_look_at_people
from commons.models import User
from commons.views.requests import AuthedRequest, page_of

Campaigns = Iterable[Campaign | None]


def note_item(request: AuthedRequest, item: Prompt | Task, campaigns: Campaigns) -> None:
    """What is kept of one item."""
    name = f"{item._meta.model_name}:{item.uuid}"
    note_look(by=request.user, taken=Taken.ITEM, subjects=[name], campaigns=campaigns)


def note_items(request: AuthedRequest, campaigns: Campaigns, part: str = "") -> None:
    """Texts of several items; ``part`` where a page has several lists."""
    note_look(
        by=request.user,
        taken=Taken.ITEMS,
        subjects=[request.path],
        campaigns=campaigns,
        part=part or page_of(request),
    )


def note_person(request: AuthedRequest, who: User | Rater, campaigns: Campaigns) -> None:
    """What is kept of one person, unless it is oneself."""
    note_persons(request, [who], campaigns)


def note_persons(
    request: AuthedRequest, people: Iterable[User | Rater], campaigns: Campaigns
) -> None:
    """What is kept of each of a few people, by themselves."""
    note_look_at_people(by=request.user, people=people, campaigns=campaigns, part=page_of(request))


def note_people(request: AuthedRequest, campaigns: Campaigns) -> None:
    """Figures of several people, side by side."""
    note_look(
        by=request.user,
        taken=Taken.MANY,
        subjects=[request.path],
        campaigns=campaigns,
        part=page_of(request),
    )
