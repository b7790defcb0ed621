"""The contests of an arena: which policies meet, on which prompts, and what becomes of it.

    pairs with chances, prompts without answers -> drawn, written down -> an engine run
                                  -> both answers kept, their task made, or the contest is void

Each step is one transaction, and may be done too often: whoever comes late finds nothing drawn.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from uuid import UUID

import numpy as np
import orjson
from django.db import transaction

from annotate import gateway
from annotate.gateway import CandidateText
from commons.artifacts import atomic_file
from commons.disk import in_words
from commons.models import RunState
from rewards.enums import ContestState
from rewards.errors import RewardsError
from rewards.models import Arena, Contest, EngineRun, Policy, Track
from rewards.selectors.arena import contest_votes, contestants
from rewards.selectors.policy import promoted_policy
from rewards.services.arena import refuse_without_pairs
from rewards.services.candidates import answers_in, candidate_of, engine_settings
from rewards.services.folders import run_folder
from rewards.services.run import request_run
from rewards.services.voices import Voice, is_here, voice_of
from rewards.stats.contests import (
    Meeting,
    Pair,
    all_pairs,
    draw_pairs,
    meetings_of,
    pair_chances,
    pair_of,
    pairs_in_need,
)

ROLE = "arena"  # as the sampling record of a candidate says it
# Over these a track's knobs set its own: {"arena": {"temperature": 0.5}}. All policies alike.
SAMPLING: Mapping[str, object] = {"temperature": 0.7, "top_p": 0.95, "max_new_tokens": 160}


def draw_waiting_contests() -> int:
    """Draw contests for whatever arena has few left before people; say how many.

    What cannot be drawn is said in the arena's row, and keeps nobody else waiting.
    """
    return sum(_draw_or_say(arena) for arena in Arena.objects.filter(stopped_at=None))


def _draw_or_say(arena: Arena) -> int:
    drawn, refusal = 0, ""
    try:
        drawn = draw_contests(arena=arena)
    except (RewardsError, OSError) as broken:
        refusal = in_words(broken)
    if refusal != arena.refusal:
        Arena.objects.filter(pk=arena.pk).update(refusal=refusal)
    return drawn


@transaction.atomic
def draw_contests(*, arena: Arena) -> int:
    """Draw as many as are short of ``ahead``, once half of those have been voted on."""
    arena = Arena.objects.select_for_update().get(pk=arena.pk)
    if arena.stopped_at or arena.contests.filter(state=ContestState.DRAWN).exists():
        return 0
    refuse_without_pairs(arena.track, arena.campaign)  # its terms may be others by now
    short = arena.ahead - gateway.contests_waiting(arena.campaign)
    if 2 * short < arena.ahead:
        return 0
    policies = here_of(arena.track)
    known = meetings_of(contest_votes(arena.track))
    chances = chances_of(arena, list(policies.values()), known)
    rng = np.random.default_rng([arena.uuid.int, arena.contests.count()])
    prompts = _drawn_prompts(arena, short, rng) if chances else []
    if not prompts:
        return 0
    run = request_run(module="generate", config=engine_settings(arena.track))
    contests = [
        _contest(arena, run, prompt, [policies[name] for name in pair], chances[pair])
        for prompt, pair in zip(prompts, draw_pairs(chances, len(prompts), rng), strict=True)
    ]
    Contest.objects.bulk_create(contests)
    _ask(run, contests)
    return len(contests)


def _contest(
    arena: Arena, run: EngineRun, prompt: UUID, pair: Sequence[Policy], propensity: float
) -> Contest:
    """The older policy is named first; people are shown them in an order of their own."""
    first, second = sorted(pair, key=lambda each: each.number)
    return Contest(
        arena=arena, run=run, prompt=prompt, first=first, second=second, propensity=propensity
    )


def here_of(track: Track) -> dict[str, Policy]:
    """The policies that may meet and whose files are here, by the tag of their answers."""
    return {source_of(each): each for each in contestants(track) if is_here(each)}


def source_of(policy: Policy) -> str:
    return f"policy:{policy.uuid}"


def chances_of(
    arena: Arena, policies: Sequence[Policy], known: Mapping[Pair, Meeting]
) -> dict[Pair, float]:
    """The chance of each pair to be the next contest; empty where there are no two."""
    pairs = all_pairs([source_of(each) for each in policies])
    if not pairs:
        return {}
    wanted = [pair for pair in _wanted(arena.track, policies) if pair in pairs]
    needy = pairs_in_need(wanted, known, narrow_enough=arena.narrow_enough)
    return pair_chances(pairs, needy, by_need=arena.by_need)


def _wanted(track: Track, policies: Sequence[Policy]) -> list[Pair]:
    """Every policy that is newer than the one in service against that one, and that one against
    whence it came."""
    promoted = promoted_policy(track)
    if promoted is None:
        return []
    others = [each for each in policies if each.number > promoted.number]
    others += [promoted.parent] if promoted.parent else []
    return [pair_of(source_of(promoted), source_of(each)) for each in others]


def _drawn_prompts(arena: Arena, contests: int, rng: np.random.Generator) -> list[UUID]:
    """Prompts without answers, drawn by chance, the share of held-out ones as it was settled.

    Where one sort runs out there are fewer contests; the other does not step in.
    """
    met = set(arena.contests.values_list("prompt", flat=True))
    found = gateway.unanswered_prompts(arena.campaign, source=arena.source)
    fresh = [each for each in found if each.id not in met]
    held_out = int(contests * arena.held_out + rng.random())
    drawn: list[UUID] = []
    for is_held_out, wanted in ((True, held_out), (False, contests - held_out)):
        pool = [each.id for each in fresh if each.held_out == is_held_out]
        places = rng.choice(len(pool), size=min(wanted, len(pool)), replace=False)
        drawn += [pool[at] for at in places]
    return drawn


def _ask(run: EngineRun, contests: Sequence[Contest]) -> None:
    """Put the prompts before the engine, each with the two who are to answer it."""
    folder = run_folder(run)
    folder.mkdir(parents=True, exist_ok=True)
    texts = {each.id: each.messages for each in gateway.prompt_texts([c.prompt for c in contests])}
    with atomic_file(folder / "prompts.jsonl") as out:
        for contest in contests:
            if contest.prompt not in texts:  # erased since it was looked up
                continue
            row = {
                "id": str(contest.prompt),
                "messages": texts[contest.prompt],
                "voices": [_voice(each).as_json() for each in (contest.first, contest.second)],
            }
            out.write(orjson.dumps(row) + b"\n")
    run.config |= {
        "prompts": str(folder / "prompts.jsonl"),
        "out": str(folder / "answers.jsonl"),
    }
    run.save(update_fields=["config"])


def _voice(policy: Policy) -> Voice:
    return voice_of(policy, role=ROLE, knobs={**SAMPLING, **policy.track.knobs.get("arena", {})})


def keep_answered_contests() -> int:
    """Put before people what the engine has answered; say how many contests."""
    drawn = Contest.objects.filter(state=ContestState.DRAWN)
    runs = EngineRun.objects.filter(contests__in=drawn, state=RunState.DONE).distinct()
    return sum(keep_contests(run=run) for run in runs)


@transaction.atomic
def keep_contests(*, run: EngineRun) -> int:
    """Keep both answers of each contest and have them ranked; void where an answer is missing."""
    drawn = run.contests.select_for_update().filter(state=ContestState.DRAWN)
    contests = {each.prompt: each for each in drawn}
    if not contests:
        return 0
    campaign = next(iter(contests.values())).arena.campaign
    held = gateway.offer_pairs(campaign, list(_answers(run, contests)))
    drawn.filter(prompt__in=held).update(state=ContestState.ANSWERED)
    drawn.exclude(prompt__in=held).update(state=ContestState.VOID)
    return len(held)


def _answers(run: EngineRun, contests: Mapping[UUID, Contest]) -> Iterator[CandidateText]:
    """What the engine wrote, each answer with its contest in its sampling record; nothing where
    its files were let go."""
    if not Path(str(run.config["out"])).is_file():
        return
    for row in answers_in(run):
        contest = contests.get(UUID(row["prompt"]))
        if contest is not None:
            origin = {"contest": str(contest.uuid), "propensity": contest.propensity}
            yield candidate_of({**row, "sampling": {**row["sampling"], **origin}}, 1.0)
