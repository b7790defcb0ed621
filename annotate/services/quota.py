"""What a campaign asks of a team, and the count of what it has done so far."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from annotate.models import Campaign, TeamPart
from annotate.selectors.quota import handed_in
from annotate.selectors.tally import beginning_of, week_start
from commons.audit import record
from commons.models import User

COUNTED = ("counted_to", "counted_week", "counted_of_week", "counted_in_all")
LAST_HANDS = timedelta(minutes=10)  # whatever was being handed in then is in by now


@dataclass(frozen=True)
class Terms:
    """What a team is asked for, whether that stops it, and what goes with its part."""

    per_week: int | None = None
    in_all: int | None = None
    stops: bool = False
    reads_texts: bool = False
    skills: Sequence[str] = ()
    languages: Sequence[str] = ()

    def columns(self) -> dict[str, object]:
        """A quota without a number stops nobody."""
        said = asdict(self)
        has_number = self.per_week is not None or self.in_all is not None
        return said | {
            "stops": self.stops and has_number,
            "skills": list(self.skills),
            "languages": list(self.languages),
        }


def terms_of(part: TeamPart) -> Terms:
    return Terms(**{each.name: getattr(part, each.name) for each in fields(Terms)})


@transaction.atomic
def set_terms(*, part: TeamPart, terms: Terms, by: User) -> None:
    """Let these hold from now on. What is in somebody's hands may be handed in."""
    columns = terms.columns()
    TeamPart.objects.filter(pk=part.pk).update(**columns)
    part.refresh_from_db()
    said = {name: columns[name] for name in ("per_week", "in_all", "stops", "reads_texts")}
    record(actor=by, verb="team.terms-set", subject=part.campaign, team=str(part.team.uuid), **said)


def count_quotas(*, campaign: Campaign, whole: bool = False) -> int:
    """Count what the teams of a campaign have handed in until a while ago, so that whoever takes an
    item counts only what came since; say of how many. Too often or not at all does no harm."""
    if whole:
        recount(campaign)
    parts = TeamPart.objects.filter(campaign=campaign, ended_at__isnull=True)
    return sum(_count(part) for part in parts.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def recount(campaign: Campaign, teams: Collection[int | None] | None = None) -> None:
    """Whose work counts with whom has changed: nothing that was counted holds, of these teams or of
    all. Call it inside the transaction that changes it, and ``count_quotas`` behind that: until
    then each take of theirs counts all that they ever did."""
    parts = TeamPart.objects.filter(campaign=campaign)
    if teams is not None:
        parts = parts.filter(team__in=[each for each in teams if each is not None])
    list(parts.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk"))
    parts.update(counted_to=None)


@transaction.atomic
def _count(pk: int) -> bool:
    """Under the part's lock: whoever changes its people meanwhile empties the count after us."""
    part = TeamPart.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
    to, was = timezone.now() - LAST_HANDS, part.counted_to
    if was is not None and was >= to:
        return False
    monday = week_start(to.date())
    goes_on = was is not None and part.counted_week == monday
    since = was if goes_on else beginning_of(monday)
    part.counted_of_week = (part.counted_of_week if goes_on else 0) + handed_in(part, since, to)
    part.counted_in_all = (part.counted_in_all if was else 0) + handed_in(part, was, to)
    part.counted_to, part.counted_week = to, monday
    part.save(update_fields=COUNTED)
    return True
