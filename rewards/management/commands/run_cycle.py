"""Run a cycle, go on with the open one, or steer it."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from commons.nudges import nudge
from commons.runs import SILENCE
from rewards.enums import Stage
from rewards.errors import RewardsError
from rewards.models import Cycle, Track
from rewards.nursery import shared_starts
from rewards.services.cycle import advance_cycle, cancel_cycle, open_cycle, retry_cycle, skip_step
from rewards.services.pausing import pause_cycle, resume_cycle
from rewards.tasks import advance_open_cycles

PAUSE = 2.0  # seconds between two looks while another worker has the step
ACTS = {"pause": pause_cycle, "resume": resume_cycle, "cancel": cancel_cycle}


class Command(BaseCommand):
    help = (
        "Go round the loop once: the open cycle of a track is continued, or a new one begun. With "
        "--pause, --resume, --cancel, --retry or --skip that is done to the open one, and its "
        "work is left to the train worker."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--track", help="its name; not needed when there is only one")
        parser.add_argument(
            "--background", action="store_true", help="leave the work to the train worker"
        )
        acts = parser.add_mutually_exclusive_group()
        for name in (*ACTS, "retry"):
            acts.add_argument(f"--{name}", dest="act", action="store_const", const=name)
        acts.add_argument("--skip", metavar="REASON", help="go on without the step where it stands")

    def handle(self, *args: object, **options: Any) -> None:
        track = self._track(options["track"])
        cycle = track.cycles.filter(closed_at__isnull=True).first()
        try:
            if options["act"] or options["skip"]:
                self._steer(track, cycle, options["act"], options["skip"])
                return
            cycle = cycle or open_cycle(track=track)
            if cycle.stage == Stage.FAILED:
                retry_cycle(cycle=cycle, by=None)
        except RewardsError as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{cycle}, at “{Stage(cycle.stage).label}”")
        if options["background"]:
            nudge(advance_open_cycles)
            return
        with shared_starts():
            self._go_round(cycle)
        self._say(cycle)

    def _steer(self, track: Track, cycle: Cycle | None, act: str, reason: str) -> None:
        """Do what was asked for to the open cycle, and leave its work to the worker."""
        if cycle is None:
            raise CommandError(f"“{track}” has no open cycle.")
        if act == "retry":
            how = retry_cycle(cycle=cycle, by=None)
            self.stdout.write(str(how.value))
        elif act:
            ACTS[act](cycle=cycle, by=None)
        else:
            skip_step(cycle=cycle, reason=reason, by=None)
        cycle.refresh_from_db()
        paused = ", paused" if cycle.paused else ""
        self.stdout.write(f"{cycle}, at “{Stage(cycle.stage).label}”{paused}")
        nudge(advance_open_cycles)

    def _track(self, name: str | None) -> Track:
        tracks = list(Track.objects.filter(name=name) if name else Track.objects.all()[:2])
        if len(tracks) != 1:
            known = ", ".join(Track.objects.values_list("name", flat=True))
            raise CommandError(f"Name one track with --track. Known: {known or 'none yet'}.")
        return tracks[0]

    def _go_round(self, cycle: Cycle) -> None:
        """Advance until the cycle ends; where another worker is at work, wait for it."""
        while cycle.closed_at is None and cycle.stage != Stage.FAILED:
            if cycle.paused:
                raise CommandError(f"{cycle} is paused; let it go on with --resume.")
            self.stdout.write(f"· {Stage(cycle.stage).label}")
            before = cycle.stage
            while cycle.stage == before and not advance_cycle(cycle=cycle, tell=self._progress):
                self.stderr.write(
                    f"\ranother worker has this step; if it died, it is taken over after "
                    f"{SILENCE.seconds} s",
                    ending="",
                )
                time.sleep(PAUSE)
                cycle.refresh_from_db()
            cycle.refresh_from_db()
            self.stderr.write("")

    def _progress(self, says: str, done: int, of: int) -> None:
        self.stderr.write(f"\r  {done} of {of}: {says:<60.60}", ending="")

    def _say(self, cycle: Cycle) -> None:
        if cycle.stage == Stage.FAILED:
            raise CommandError(f"{cycle.reasons[0]} Mend it and run this again: it goes on there.")
        self.stdout.write(f"{cycle}: {cycle.get_outcome_display()}")
        for reason in cycle.reasons:
            self.stdout.write(f"  because {reason}")
