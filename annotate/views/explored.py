"""Who looked through a campaign in Explore is written down; who looked for one person, by name."""

from collections.abc import Mapping, Sequence

from annotate.enums import RaterKind, Sought
from annotate.models import Rater
from annotate.selectors.sought import Wish
from annotate.views.looks import note_items, note_persons
from commons.views.requests import AuthedRequest

FEW = 5  # people: whoever asks for more looks at the campaign, and at nobody in particular


def note_rows(
    request: AuthedRequest,
    wishes: Sequence[Wish],
    named: Mapping[str, Rater | None],
    sought: Sought,
) -> None:
    """``named``: whom the address names by their ids, as ``raters_named`` finds them."""
    campaigns = [each.campaign for each in wishes]
    people = [each for each in named.values() if each] or _called(wishes)
    others = [each for each in people if _is_somebody_else(each, request)]
    if others:
        note_persons(request, others, campaigns)
    else:
        note_items(request, campaigns, part=sought)


def _is_somebody_else(rater: Rater, request: AuthedRequest) -> bool:
    """What stands beside one's own, or a machine's, is others' still."""
    return rater.user_id != request.user.pk and rater.kind != RaterKind.MACHINE


def _called(wishes: Sequence[Wish]) -> list[Rater]:
    """The few who have the name that is looked for; nobody where it may be anybody's."""
    found = {pk for wish in wishes for pk in wish.raters or ()}
    if not 0 < len(found) <= FEW:
        return []
    return list(Rater.objects.filter(pk__in=found).select_related("user"))
