"""The models of a track write next week's candidates."""

from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction

from annotate import gateway
from annotate.gateway import PromptText
from commons.models import RunState
from commons.runs import cancel_run
from commons.sentences import sentence as _
from rewards.enums import Stage
from rewards.models import EngineRun, Track
from rewards.selectors.track import campaigns_of
from rewards.services.candidates import (
    AT_ONCE,
    chosen_prompts,
    engine_settings,
    keep_answers,
    write_wanted,
)
from rewards.services.folders import PROMPTS, run_folder
from rewards.services.run import Listener, request_run
from rewards.services.steps.claim import Claim

COUNTED = ("answers", "redrawn", "dropped", "tokens")
BY_REASON = ("redrawn_for", "dropped_for")


def answer(claim: Claim) -> Stage:
    """Answer the prompts that were drawn for this week; tasks follow where there are enough.

    In runs of bounded size, one after the other: what a run wrote is kept before the next begins.
    """
    prompts = chosen_prompts(claim.cycle, tell=_heart(claim))
    if not prompts:
        claim.keep(says=_("no prompt is short of candidates"))
        return Stage.DONE
    while (start := _reached(claim)) < len(prompts):
        _answer_some(claim, prompts[start : start + AT_ONCE], start)
    return Stage.DONE


def _heart(claim: Claim) -> Listener:
    """Lets the step beat with whatever is told, and stops what has lost its claim."""

    def tell(says: str, done: int, total: int) -> None:
        claim.beat(done, total, says)

    return tell


def _reached(claim: Claim) -> int:
    """How many of the chosen prompts are behind us."""
    reached = claim.step.result.get("prompts", 0)
    assert isinstance(reached, int)  # ours
    return reached


def _answer_some(claim: Claim, ids: Sequence[UUID], start: int) -> None:
    track = claim.cycle.track
    texts = gateway.prompt_texts(ids)
    found: dict[str, object] = {}
    if texts:
        run = claim.carry_out(_run(claim, texts, start))
        found = _summed(claim.step.result, run.result)
        kept = keep_answers(run, texts, track=track, tell=_heart(claim))
        found["candidates"] = _number(claim.step.result.get("candidates")) + kept
    opened = gateway.open_new_tasks(campaigns_of(track))
    tasks = _number(claim.step.result.get("tasks")) + opened
    claim.keep(**found, tasks=tasks, prompts=start + len(ids))


@transaction.atomic
def _run(claim: Claim, prompts: Sequence[PromptText], start: int) -> EngineRun:
    """The run of this part of the prompts: the one that was asked for before, or a new one.

    One that has not ended hears the track's settings as they are now: a mix or a server that was
    mended meanwhile writes what is not written yet.
    """
    standing = claim.step.run
    if standing is not None and standing.config.get("start") == start:
        if standing.state != RunState.DONE:
            _tell(standing, prompts, claim.cycle.track, start)
        return standing
    if standing is not None:
        cancel_run(standing)  # of a part that nothing is left of: it would go on by itself
    run = request_run(module="generate", config={})
    _tell(run, prompts, claim.cycle.track, start)
    claim.own(run)
    return run


def _tell(run: EngineRun, prompts: Sequence[PromptText], track: Track, start: int) -> None:
    """Put before the engine who is to answer what, in place of what it was told before."""
    folder = run_folder(run)
    folder.mkdir(parents=True, exist_ok=True)
    wanted = folder / PROMPTS
    wanted.unlink(missing_ok=True)
    run.config = engine_settings(track) | {
        "start": start,
        "prompts": str(write_wanted(wanted, prompts, track)),
        "out": str(folder / "answers.jsonl"),
    }
    run.save(update_fields=["config"])


def _summed(before: Mapping[str, object], result: Mapping[str, object]) -> dict[str, object]:
    """What this run came to, with those before it."""
    found: dict[str, object] = {
        name: _number(before.get(name)) + _number(result.get(name)) for name in COUNTED
    }
    for name in BY_REASON:
        counts: Counter[str] = Counter()
        for said in (before.get(name), result.get(name)):
            counts.update(said if isinstance(said, dict) else {})
        found[name] = dict(counts)
    return found


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
