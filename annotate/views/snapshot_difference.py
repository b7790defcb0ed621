"""What a dataset has that an older one has not, for whoever leads both."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from annotate.errors import MembersUnknown, OtherKind
from annotate.export.splits import SIDES
from annotate.models import Prompt
from annotate.selectors.care import covered_anywhere
from annotate.selectors.snapshot import snapshots_of
from annotate.selectors.snapshot_difference import CHANGES, Changed, Difference, difference_of
from annotate.views.leads import leads_only
from annotate.views.looks import note_items
from commons.views.requests import AuthedRequest

FIRST = 20  # of each change are listed
SKILLS = 12  # rows of the table
TITLES = {
    "added": pgettext_lazy("members of a dataset", "Added"),
    "removed": pgettext_lazy("members of a dataset", "Removed"),
    "changed": pgettext_lazy("members of a dataset", "Changed"),
}


@dataclass(frozen=True)
class Listed:
    """One kind of change: how many, by side, and the first of them with what is asked in each."""

    title: str
    count: int
    sides: Sequence[tuple[str, int]]
    first: Sequence[tuple[Changed, Prompt]]


@leads_only
@require_safe
def difference(request: AuthedRequest, uuid: UUID, older: UUID) -> HttpResponse:
    seen = snapshots_of(request.user)
    newer_one = get_object_or_404(seen, uuid=uuid)
    older_one = get_object_or_404(seen, uuid=older)
    context: dict[str, object] = {"snapshot": newer_one, "older": older_one}
    try:
        found = difference_of(older_one, newer_one, first=FIRST)
    except (OtherKind, MembersUnknown) as refused:
        context["refused"] = str(refused)
        return render(request, "annotate/difference.html", context, status=422)
    changes = listed(found)
    quoted = [prompt for each in changes for _change, prompt in each.first]
    note_items(request, newer_one.campaigns.all())
    context |= {
        "sides": SIDES,
        "changes": changes,
        "covered": covered_anywhere(request.user, quoted),
        "skills": by_skill(found),
        "relabelled": found.relabelled,
    }
    return render(request, "annotate/difference.html", context)


def listed(found: Difference) -> list[Listed]:
    wanted = {each.prompt for those in found.first.values() for each in those}
    prompts = {prompt.uuid: prompt for prompt in Prompt.objects.filter(uuid__in=wanted)}
    return [
        Listed(
            str(TITLES[change]),
            found.counts[change],
            [(side, found.sides[change].get(side, 0)) for side in SIDES],
            [(each, prompts[each.prompt]) for each in found.first[change]],
        )
        for change in CHANGES
    ]


def by_skill(found: Difference) -> list[tuple[str, Sequence[tuple[str, int]]]]:
    """Counts by skill, one for each change; those with the most of them, the others together."""
    counted = {
        skill: [found.skills[change].get(skill, 0) for change in CHANGES]
        for skill in {skill for change in CHANGES for skill in found.skills[change]}
    }
    most = sorted(counted.items(), key=lambda each: (-sum(each[1]), each[0]))
    rows = [(skill or str(_("no skill")), counts) for skill, counts in most[:SKILLS]]
    rest = [counts for _skill, counts in most[SKILLS:]]
    if rest:
        rows.append((str(_("all others")), [sum(column) for column in zip(*rest, strict=True)]))
    titles = [str(TITLES[change]) for change in CHANGES]
    return [(skill, list(zip(titles, counts, strict=True))) for skill, counts in rows]
