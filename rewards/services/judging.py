"""A model judges the items of a campaign: a machine beside people, in no number of theirs.

    asked for -> its row, requested -> a part is judged, each item kept as an order of its answers
                                    -> the next, until somebody waits for something else

``judging_request`` asks. A reward model scores each answer, and the order is that of its scores; a
model of a server is asked for the order (``served_judge``).

What it has judged, the machine's verdicts say, so that a row whose worker died goes on with what is
left and says nothing twice. What it learned from is kept from it by annotate.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby

from django.db import transaction
from django.utils.translation import gettext

from annotate import gateway
from annotate.gateway import ItemToJudge, MachineEnded, MachineStopped
from commons.audit import record
from commons.disk import in_words
from commons.models import RunState, User
from commons.runs import cancel_run, claim_run, fail_run, finish_run, note_in_run
from commons.sentences import sentence as _
from rewards.errors import ModelNotReady, RewardsError
from rewards.models import Judging, RewardModel
from rewards.services.candidate_scoring import Heart, taken_over
from rewards.services.run import Listener, silent
from rewards.services.scored import Score, ToScore
from rewards.services.scoring import refuse_unready, score_rows
from rewards.services.served_judge import Said, ask_for_orders, own_answers, refuse_unable

PART = 500  # items of one start of the engine, for which others wait at most
ASKED = 100  # the same of a server, which is stopped in the middle where others wait
NOTED = 50  # items that are kept before the row says so

GoesOn = Callable[[], bool]


def always() -> bool:
    """Nobody else waits."""
    return True


@transaction.atomic
def cancel_judging(*, judging: Judging, by: User | None) -> None:
    """Judge no more of what was asked for; what was judged stays."""
    if not cancel_run(judging):
        raise ModelNotReady(gettext("It has already ended."))
    record(actor=by, verb="judging.cancelled", subject=judging)


def judge_requested(*, goes_on: GoesOn) -> None:
    """Let the models that are asked judge, one after the other, while nobody waits for anything
    else. Safe to run twice."""
    while goes_on() and (row := claim_run(Judging.objects.all())):
        carry_out_judging(row, goes_on=goes_on)


def carry_out_judging(row: Judging, *, goes_on: GoesOn = always, tell: Listener = silent) -> None:
    """Judge what a claimed row asks for; given back where others wait, for a worker to go on."""
    try:
        is_through = _judge_parts(row, goes_on, tell)
    except (MachineStopped, MachineEnded):
        said = _("The machine was paused or ended meanwhile; let it judge again, then ask anew.")
        fail_run(row, error=said)
    except (RewardsError, OSError) as broken:
        fail_run(row, error=in_words(broken))
    else:
        if is_through:
            finish_run(row)
        else:
            note_in_run(row, state=RunState.REQUESTED, token=None)


def _judge_parts(row: Judging, goes_on: GoesOn, tell: Listener) -> bool:
    """Judge part after part, each kept before the next; whether all that was asked for is."""
    _refuse(row)
    _begin(row)
    part = ASKED if row.reward_model is None else PART
    after = None
    while row.done < row.total:
        if not goes_on():
            return False
        page = gateway.items_to_judge(
            row.machine, after=after, most=min(part, row.total - row.done)
        )
        if page.items and not _judge(row, page.items, goes_on, tell):
            return False
        if page.after is None:
            break
        after = page.after
    return True


def _refuse(row: Judging) -> None:
    if row.reward_model is None:
        refuse_unable(row)
    else:
        refuse_unready(row.reward_model)


def _begin(row: Judging) -> None:
    """Count what was judged since it was asked for, by whichever worker, and what is left."""
    standing = gateway.machine_standing(row.machine)
    row.done = max(0, standing.judged - row.before)
    whole = row.done + standing.waiting
    row.total = whole if row.most is None else min(row.most, whole)
    if row.reward_model is None:
        row.silent = gateway.silent_since(row.machine, row.requested_at)
        row.own_answers = own_answers(row)
    else:
        row.left_out = standing.left_out
    _note(row, total=row.total, left_out=row.left_out, own_answers=row.own_answers)


def _judge(row: Judging, items: Sequence[ItemToJudge], goes_on: GoesOn, tell: Listener) -> bool:
    """Whether it is through with these. A server, which may take hours over them, is stopped in the
    middle where others wait: each item is kept as it comes."""
    heart = Heart(row)

    def hear(says: str, done: int, total: int) -> None:
        heart.tell(says, done, total)
        tell(says, row.done, row.total)

    if row.reward_model is None:
        return ask_for_orders(
            row, items, hear=lambda said: _keep(row, said), tell=hear, goes_on=goes_on
        )
    _score(row, row.reward_model, items, hear)
    return True


def _keep(row: Judging, said: Said) -> None:
    """Keep what a server said of an item, at once: from here on it is not asked for again."""
    is_new = gateway.keep_said(
        row.machine,
        said.item,
        orders=said.orders,
        silence=said.silence,
        made_with=said.made_with,
    )
    row.done += is_new
    row.silent += is_new and bool(said.silence)
    _note(row)


def _score(row: Judging, model: RewardModel, items: Sequence[ItemToJudge], hear: Listener) -> None:
    rows = [ToScore(each.prompt, list(each.answers.values()), each.tools) for each in items]
    scores = score_rows(reward_model=model, rows=rows, tell=hear)
    for number, (item, found) in enumerate(zip(items, scores, strict=True), 1):
        tiers = tiers_by(dict(zip(item.answers, found, strict=True)))
        row.done += gateway.keep_tiers(row.machine, item.id, tiers)
        if number % NOTED == 0 or number == len(items):
            _note(row)


def _note(row: Judging, **columns: object) -> None:
    if not note_in_run(row, done=row.done, silent=row.silent, **columns):
        raise taken_over()


def tiers_by(scores: Mapping[str, Score]) -> list[list[str]]:
    """The answers, best first; those of one score are tied."""
    return list(_tied(scores))


def _tied(scores: Mapping[str, Score]) -> Iterator[list[str]]:
    order = sorted(scores, key=lambda each: -scores[each].value)
    for _value, alike in groupby(order, key=lambda each: scores[each].value):
        yield list(alike)
