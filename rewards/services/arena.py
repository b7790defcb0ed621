"""A lead lets the policies of a track meet before people, and ends it."""

from dataclasses import asdict, dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from annotate import gateway
from commons.audit import record
from commons.models import User
from commons.runs import cancel_run
from rewards.enums import ContestState
from rewards.errors import ArenaAlreadyOpen, TrackNotReady
from rewards.models import Arena, EngineRun, Track
from rewards.selectors.track import campaigns_of
from rewards.services.candidates import engine_settings
from rewards.services.run import ask_again


@dataclass(frozen=True)
class ArenaTerms:
    """What a lead settles; see ``Arena``."""

    campaign: UUID
    source: str = ""
    ahead: int = 40
    held_out: float = 0.0
    by_need: float = 0.7
    narrow_enough: float = 0.2
    tells_voters: bool = False


@transaction.atomic
def start_arena(*, track: Track, terms: ArenaTerms, by: User | None) -> Arena:
    """Open an arena; its contests are drawn behind it. A track has at most one."""
    refuse_without_pairs(track, terms.campaign)
    try:
        with transaction.atomic():
            arena = Arena.objects.create(track=track, started_by=by, **asdict(terms))
    except IntegrityError:
        raise ArenaAlreadyOpen(track.name) from None
    said = {**asdict(terms), "campaign": str(terms.campaign)}
    record(actor=by, verb="arena.started", subject=arena, **said)
    return arena


def refuse_without_pairs(track: Track, campaign: UUID) -> None:
    """Refuse a campaign that is none of the track's, or in which two answers are no item."""
    pairs = gateway.campaigns_of_pairs(campaigns_of(track))
    if campaign not in {each.id for each in pairs}:
        raise TrackNotReady(
            gettext(
                "An arena needs a campaign of this track that ranks two answers; set its “answers "
                "to rank” to two, or name another."
            )
        )


@transaction.atomic
def stop_arena(*, arena: Arena, by: User | None) -> None:
    """Draw no more contests. What is before people may be voted on, and every vote stays."""
    stopped = Arena.objects.filter(pk=arena.pk, stopped_at=None).update(stopped_at=timezone.now())
    if not stopped:
        raise TrackNotReady(gettext("This arena was stopped before; nothing was changed."))
    drawn = arena.contests.filter(state=ContestState.DRAWN)
    for run in EngineRun.objects.filter(contests__in=drawn).distinct():
        cancel_run(run)
    drawn.update(state=ContestState.VOID)
    record(actor=by, verb="arena.stopped", subject=arena)


@transaction.atomic
def retry_arena(*, arena: Arena, by: User | None) -> None:
    """Let the engine try once more what it failed to write, by the track's settings as they are
    now; what it has written is kept."""
    drawn = arena.contests.filter(state=ContestState.DRAWN)
    runs = EngineRun.objects.filter(contests__in=drawn).distinct()
    failed = [run for run in runs if ask_again(run)]
    if not failed:
        raise TrackNotReady(gettext("Nothing of this arena has failed; there is nothing to retry."))
    for run in failed:
        told = {name: run.config[name] for name in ("prompts", "out") if name in run.config}
        EngineRun.objects.filter(pk=run.pk).update(config=engine_settings(arena.track) | told)
    record(actor=by, verb="arena.retried", subject=arena)
