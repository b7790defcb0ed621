"""Let a reward model, or a chat model of a server, judge the items of a campaign."""

from argparse import ArgumentParser
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from annotate import gateway
from commons.models import RunState
from commons.nudges import nudge
from commons.runs import claim_run
from commons.shapes import uuid_in
from rewards.errors import RewardsError
from rewards.models import Judging, RewardModel
from rewards.services.judging import cancel_judging, carry_out_judging
from rewards.services.judging_request import (
    AT_ONCE,
    is_found,
    request_judging,
    request_served_judging,
)
from rewards.services.served_judge import LONGEST_REPLY, ServedJudge
from rewards.tasks import advance_open_cycles


class Command(BaseCommand):
    help = """\
Let a model judge the ranked items of a campaign, as a machine beside people: a reward model, or
with --server a chat model that such a server has.

What it has judged before is not judged again, so that whoever was interrupted starts it anew. Items
that a reward model learned from are left out, and how many that are is said; so are those of which
a chat model gives no order that can be read."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("campaign", help="by its name")
        parser.add_argument(
            "--model",
            required=True,
            help="the id of a trained reward model; with --server, what the server calls its model",
        )
        parser.add_argument("--server", help="a server that GENERATORS names")
        parser.add_argument("--limit", type=int, help="judge so many items and no more")
        parser.add_argument(
            "--max-new-tokens",
            type=int,
            default=LONGEST_REPLY,
            help="of a reply of a server's model; another number is another machine",
        )
        parser.add_argument(
            "--concurrency",
            type=int,
            default=AT_ONCE,
            help="items of which a server is asked at once",
        )
        parser.add_argument(
            "--background", action="store_true", help="leave it to the train worker"
        )

    def handle(self, *args: object, **options: Any) -> None:
        for name in ("limit", "max_new_tokens", "concurrency"):
            if options[name] is not None and options[name] < 1:
                raise CommandError(
                    f"--{name.replace('_', '-')} must be 1 or more; leave it out for the usual."
                )
        begun = timezone.now()
        try:
            row = _requested(options)
            _refuse_other_limit(row, options["limit"])
        except RewardsError as refused:
            raise CommandError(str(refused)) from refused
        if is_found(row, since=begun):
            self.stderr.write(f"It was asked for already, for {_asked_of(row)}.")
        if options["background"]:
            nudge(advance_open_cycles)
            self.stdout.write("It is waiting for the train worker.")
            return
        claimed = claim_run(Judging.objects.filter(pk=row.pk))
        if claimed is not None:
            self._carry_out(claimed)
        row.refresh_from_db()
        self.stderr.write("")
        if row.state != RunState.DONE:
            raise CommandError(
                row.error or f"It is {row.state} elsewhere; see the page of machines."
            )
        self.stdout.write(_said_of(row))

    def _carry_out(self, row: Judging) -> None:
        """A row that were left running here would be taken up, and paid for, by the worker."""
        try:
            carry_out_judging(row, tell=self._tell)
        except KeyboardInterrupt as stopped:
            with suppress(RewardsError):  # it has ended already
                cancel_judging(judging=row, by=None)
            limit = f" with --limit {row.most - row.done}" if row.most else ""
            raise CommandError(
                f"Stopped at {row.done} of {row.total}; what was judged stays. To go on, give the "
                f"same command{limit}."
            ) from stopped

    def _tell(self, says: str, done: int, of: int) -> None:
        self.stderr.write(f"\r{done} of {of}: {says:<60.60}", ending="")


def _refuse_other_limit(row: Judging, limit: int | None) -> None:
    """One that waits already goes on as it was asked for, which may be for more."""
    if limit is not None and row.most != limit:
        raise CommandError(
            f"It is {row.state} already, for {_asked_of(row)}; leave out --limit, or stop it on "
            "the page of machines and ask again."
        )


def _asked_of(row: Judging) -> str:
    return "all items" if row.most is None else f"{row.most} items at most"


def _requested(options: Mapping[str, Any]) -> Judging:
    campaign, most = _campaign(options["campaign"]), options["limit"]
    if not options["server"]:
        model = _model(options["model"])
        return request_judging(reward_model=model, campaign=campaign, by=None, most=most)
    return request_served_judging(
        judge=ServedJudge(options["server"], options["model"], options["max_new_tokens"]),
        campaign=campaign,
        by=None,
        most=most,
        concurrency=options["concurrency"],
    )


def _said_of(row: Judging) -> str:
    if row.reward_model is not None:
        return (
            f"{row.done} items judged by reward model {row.reward_model.uuid}; "
            f"{row.left_out} left out, which it learned from."
        )
    own = f" {row.own_answers} answers of the campaign are its own." if row.own_answers else ""
    return (
        f"{row.judged} items judged by {row.who}; {row.silent} left out, of which it "
        f"gave no judgement.{own}"
    )


def _campaign(name: str) -> UUID:
    named = gateway.campaigns_named([name])
    if not named:
        raise CommandError(f"There is no campaign “{name}”; see its page for how it is written.")
    return named[0].id


def _model(named: str) -> RewardModel:
    uuid = uuid_in(named)
    models = RewardModel.objects.select_related("run", "snapshot")
    found = models.filter(uuid=uuid).first() if uuid else None
    if found is None:
        raise CommandError(
            f"There is no reward model {named}; see the page of them. A model of a server is named "
            "with --server."
        )
    return found
