"""Who is asked to judge a campaign's items, and how much of it: a row that the worker takes up.

What waits or goes on already is found as it is; what has ended is asked for anew.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from annotate import gateway
from annotate.gateway import MachineEnded, MachineNameTaken, MachineStopped
from commons.audit import record
from commons.models import RunState, User
from rewards.enums import Purpose
from rewards.errors import ModelNotReady
from rewards.mix import MOST_TOKENS
from rewards.models import Judging, RewardModel
from rewards.services.scoring import refuse_unready
from rewards.services.served_judge import (
    FEWEST_TOKENS,
    LONGEST_NAME,
    ServedJudge,
    refuse_unable,
    refuse_unknown,
)

ENDED = (RunState.DONE, RunState.FAILED, RunState.CANCELLED)
AT_ONCE = 8  # items of which a server is asked at once, unless somebody says otherwise
MOST_AT_ONCE = 64


@transaction.atomic
def request_judging(
    *, reward_model: RewardModel, campaign: UUID, by: User | None, most: int | None = None
) -> Judging:
    """Ask a reward model for what it has not judged of a campaign, ``most`` items of it or all."""
    RewardModel.objects.select_for_update().get(pk=reward_model.pk)
    _refuse(reward_model)
    machine = _machine_of(reward_model, campaign, by)
    asked = _asked(machine, by, most)
    row, is_new = Judging.objects.get_or_create(
        reward_model=reward_model, campaign=campaign, defaults={"machine": machine, **asked}
    )
    return _requested(row, is_new, asked, by, model=str(reward_model.uuid))


@transaction.atomic
def request_served_judging(
    *,
    judge: ServedJudge,
    campaign: UUID,
    by: User | None,
    most: int | None = None,
    concurrency: int = AT_ONCE,
) -> Judging:
    """Ask a model of a server for what it has not judged of a campaign, ``most`` items or all."""
    refuse_unknown(judge.server)
    _refuse_odd(judge, concurrency)
    with _in_words():
        machine = gateway.machine_of_server(campaign, setup=judge.setup(), name=judge.name, by=by)
    asked = _asked(machine, by, most) | {"concurrency": concurrency}
    named = {"campaign": campaign, "server": judge.server, "model": judge.model}
    row, is_new = Judging.objects.get_or_create(machine=machine, defaults=named | asked)
    return _requested(row, is_new, asked, by, server=judge.server, model=judge.model)


def is_found(row: Judging, *, since: datetime) -> bool:
    """Whether what somebody began to ask for then waited or went on already: it is as it was asked
    for at first, whatever was asked for now."""
    return row.requested_at < since


def request_again(*, judging: Judging, by: User | None) -> Judging:
    """Ask a model of a server for what is left, or for what came since, as it was asked before and
    under the limit that it had.

    Where our question has changed meanwhile it is refused in words: that would be another machine,
    which judges all anew and at a price.
    """
    refuse_unable(judging)
    setup = gateway.machine_setup(judging.machine)
    judge = ServedJudge(judging.server, judging.model, int(setup["max_new_tokens"]))
    return request_served_judging(
        judge=judge,
        campaign=judging.campaign,
        by=by,
        most=_left_of(judging),
        concurrency=judging.concurrency,
    )


def _left_of(row: Judging) -> int | None:
    """How many of its limit one that failed or was cancelled has left; the whole where it was
    reached. None: it had no limit."""
    if row.most is None or row.state == RunState.DONE or row.done >= row.most:
        return row.most
    return row.most - row.done


def _refuse_odd(judge: ServedJudge, concurrency: int) -> None:
    if not judge.model.strip() or len(judge.model) > LONGEST_NAME:
        raise ModelNotReady(
            gettext("Write what the server calls its model, in %(most)s characters or fewer.")
            % {"most": LONGEST_NAME}
        )
    if not FEWEST_TOKENS <= judge.max_new_tokens <= MOST_TOKENS:
        raise ModelNotReady(
            gettext("Allow a reply from %(fewest)s to %(most)s tokens.")
            % {"fewest": FEWEST_TOKENS, "most": MOST_TOKENS}
        )
    if not 1 <= concurrency <= MOST_AT_ONCE:
        raise ModelNotReady(gettext("Ask of 1 to %(most)s items at once.") % {"most": MOST_AT_ONCE})


def _asked(machine: UUID, by: User | None, most: int | None) -> dict[str, object]:
    return {"most": most, "before": gateway.machine_standing(machine).judged, "requested_by": by}


def _requested(
    row: Judging, is_new: bool, asked: Mapping[str, object], by: User | None, **told: str
) -> Judging:
    if is_new or _ask_anew(row, asked):
        row.refresh_from_db()
        record(actor=by, verb="judging.requested", subject=row, **told)
    return row


def _ask_anew(row: Judging, asked: Mapping[str, object]) -> bool:
    begun = {"done": 0, "total": 0, "silent": 0, "attempts": 0, "says": "", "error": ""}
    again = {"state": RunState.REQUESTED, "requested_at": timezone.now(), "finished_at": None}
    ended = Judging.objects.filter(pk=row.pk, state__in=ENDED)
    return bool(ended.update(token=None, **again, **begun, **asked))


def _refuse(reward_model: RewardModel) -> None:
    refuse_unready(reward_model)
    if reward_model.purpose != Purpose.REWARD:
        raise ModelNotReady(
            gettext("It decides over policies and judges nothing else; choose a reward model.")
        )


def _machine_of(reward_model: RewardModel, campaign: UUID, by: User | None) -> UUID:
    with _in_words():
        return gateway.machine_of_model(
            campaign,
            model=reward_model.uuid,
            learned_from=reward_model.snapshot.uuid,
            name=f"Reward model {str(reward_model.uuid)[:8]}",
            by=by,
        )


@contextmanager
def _in_words() -> Iterator[None]:
    """What annotate refuses of a machine, as a refusal of ours."""
    try:
        yield
    except (MachineStopped, MachineEnded, MachineNameTaken) as refused:
        raise ModelNotReady(str(refused)) from refused
