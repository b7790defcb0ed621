"""Contests are drawn by need on prompts without answers, answered once, and ranked as pairs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from annotate import gateway
from annotate.enums import Kind, SnapshotKind
from annotate.gateway import PeoplesOrder, PlacedAnswer
from annotate.models import Campaign, Candidate, Prompt, Ranking, Task
from annotate.services.campaign import Work
from annotate.services.ranking import RankingAnswer, submit_ranking
from annotate.services.snapshot import snapshot_folder
from commons.models import RunState
from rewards.enums import ContestState, PolicyState
from rewards.errors import ArenaAlreadyOpen, TrackNotReady
from rewards.models import Arena, Contest, EngineRun, Policy, Track
from rewards.runner import EngineCrashed
from rewards.selectors.arena import NEWEST_ORDERS, contest_votes, met_in_arena
from rewards.selectors.track import campaigns_answered
from rewards.services.arena import ArenaTerms, retry_arena, start_arena, stop_arena
from rewards.services.contests import (
    chances_of,
    draw_contests,
    draw_waiting_contests,
    here_of,
    keep_answered_contests,
    source_of,
)
from rewards.services.folders import artifacts
from rewards.services.keeping import kept_policies
from rewards.services.run import carry_out, claim_requested_run
from rewards.services.track import create_track
from rewards.stats.contests import meetings_of, pair_of
from rewards.tasks import advance_open_cycles
from tests.annotate.services.test_snapshot import freeze, rows_in
from tests.factories import make_campaign, make_member, make_prompt, take_and_show
from tests.rewards.services.conftest import FakeEngine

PROMPTS = 12


@pytest.fixture
def pairs(engine: FakeEngine, db: None) -> Campaign:
    """A campaign that ranks two answers, with prompts that train and no answers."""
    campaign = make_campaign(works=[Work(Kind.RANK, answers=2)])
    for number in range(PROMPTS):
        make_prompt(campaign, text=f"What is so good about the number {number}?")
    Prompt.objects.update(side="train")
    return campaign


@pytest.fixture
def track(pairs: Campaign) -> Track:
    """Its base model is in service, and a newer policy is not."""
    track = create_track(name="Main", campaigns=[pairs.uuid], by=None)
    add_policy(track)
    return track


@pytest.fixture
def arena(track: Track, pairs: Campaign) -> Arena:
    return start_arena(track=track, terms=ArenaTerms(pairs.uuid, ahead=8), by=None)


@pytest.fixture(autouse=True)
def _writes(engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine whose voices each answer by their own name."""

    def answer(prompts: Path, out: Path, roles: object) -> None:
        rows = [orjson.loads(line) for line in prompts.read_bytes().splitlines()]
        out.write_bytes(
            b"".join(orjson.dumps(said) + b"\n" for row in rows for said in said_to(row))
        )

    monkeypatch.setattr("tests.rewards.services.conftest._answer", answer)


def said_to(row: Mapping[str, Any]) -> list[dict[str, object]]:
    return [
        {
            "prompt": row["id"],
            "messages": [{"role": "assistant", "content": f"Answer {place}."}],
            "source": voice["source"],
            "sampling": {"role": voice["role"], "temperature": voice["temperature"]},
        }
        for place, voice in enumerate(row["voices"])
    ]


def add_policy(track: Track, state: PolicyState = PolicyState.HELD) -> Policy:
    """The next policy of a track, its files on this machine."""
    number = track.policies.count()
    folder = artifacts() / f"runs/{uuid4()}/model"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    return Policy.objects.create(
        track=track,
        number=number,
        parent=track.policies.get(state=PolicyState.PROMOTED),
        folder=str(folder.relative_to(artifacts())),
        state=state,
    )


def vote(campaign: Campaign, *, for_number: int, times: int) -> None:
    """People put the answer of the policy of this number first."""
    person = make_member(campaign)
    for _ in range(times):
        assignment = take_and_show(person, campaign, kind=Kind.RANK)
        number_of = {f"policy:{each.uuid}": each.number for each in Policy.objects.all()}
        offered = list(Candidate.objects.filter(uuid__in=assignment.task.offered))
        order = sorted(offered, key=lambda each: number_of[each.source] != for_number)
        submit_ranking(
            assignment=assignment,
            answer=RankingAnswer(tiers=[[str(each.uuid)] for each in order], unrankable=[]),
            by=person,
            key=uuid4(),
        )


def test_what_an_arena_needs_is_said(track: Track, pairs: Campaign):
    other = make_campaign(works=[Work(Kind.RANK, answers=2)])

    with pytest.raises(TrackNotReady, match="needs a campaign of this track that ranks two"):
        start_arena(track=track, terms=ArenaTerms(other.uuid), by=None)
    start_arena(track=track, terms=ArenaTerms(pairs.uuid), by=None)
    with pytest.raises(ArenaAlreadyOpen, match="“Main” has an open arena; stop it first"):
        start_arena(track=track, terms=ArenaTerms(pairs.uuid), by=None)

    assert Arena.objects.count() == 1


def test_contests_become_pairs_that_people_rank(arena: Arena, engine: FakeEngine):
    """Two policies: one pair, so its chance is 1. Eight are wanted; each has both answers."""
    advance_open_cycles()

    tasks = Task.objects.filter(kind=Kind.RANK)
    contests = {str(each.uuid): each for each in Contest.objects.all()}
    assert [each.state for each in contests.values()] == [ContestState.ANSWERED] * 8
    assert tasks.count() == 8
    for task in tasks:
        answers = Candidate.objects.filter(uuid__in=task.offered)
        (contest,) = {each.sampling["contest"] for each in answers}
        drawn = contests.pop(contest)
        assert drawn.prompt == task.prompt.uuid
        assert {each.source for each in answers} == {
            source_of(drawn.first),
            source_of(drawn.second),
        }
        assert [each.sampling["role"] for each in answers] == ["arena"] * 2
        assert [each.sampling["propensity"] for each in answers] == [1.0, 1.0]
    assert engine.modules == ["generate"]


def test_both_are_asked_alike(arena: Arena, engine: FakeEngine):
    Track.objects.update(knobs={"arena": {"temperature": 0.3}})

    advance_open_cycles()

    rows = Path(str(engine.asked[0][1]["prompts"])).read_bytes().splitlines()
    for row in map(orjson.loads, rows):
        one, other = row["voices"]
        assert (one["temperature"], one["top_p"], one["max_new_tokens"]) == (0.3, 0.95, 160)
        same = {"temperature", "top_p", "max_new_tokens", "role"}
        assert {name: one[name] for name in same} == {name: other[name] for name in same}
        assert one["source"] != other["source"]


def test_no_more_are_drawn_until_half_are_voted_on(arena: Arena, pairs: Campaign):
    """Of eight, three voted on: five wait. A fourth vote leaves four, and the last four come."""
    advance_open_cycles()
    vote(pairs, for_number=1, times=3)
    advance_open_cycles()
    assert arena.contests.count() == 8

    vote(pairs, for_number=1, times=1)
    advance_open_cycles()

    assert arena.contests.count() == PROMPTS
    assert len(set(arena.contests.values_list("prompt", flat=True))) == PROMPTS


def test_what_was_drawn_is_asked_once(arena: Arena):
    assert [draw_contests(arena=arena), draw_contests(arena=arena)] == [8, 0]
    assert EngineRun.objects.count() == 1


def test_the_new_against_the_one_in_service_is_drawn_by_need(arena: Arena, track: Track):
    """Base 0 in service, 1 and 2 newer, 3 without files, 4 retired: pairs 0-1 and 0-2 share 0.7
    beside a third of 0.3 each; 1-2 has 0.1."""
    two = add_policy(track)
    Policy.objects.create(track=track, number=3, folder="runs/gone/model")
    add_policy(track, PolicyState.RETIRED)
    zero, one = track.policies.order_by("number")[:2]

    policies = here_of(track)
    chances = chances_of(arena, list(policies.values()), {})

    assert set(policies.values()) == {zero, one, two}
    numbers = {
        tuple(sorted(policies[name].number for name in pair)): chance
        for pair, chance in chances.items()
    }
    assert numbers == {
        (0, 1): pytest.approx(0.45),
        (0, 2): pytest.approx(0.45),
        (1, 2): pytest.approx(0.1),
    }


def test_a_pair_that_is_told_narrowly_needs_no_more(arena: Arena, track: Track, pairs: Campaign):
    """Eight of eight: Wilson's interval is 0.676 to 1, which is wide, unless 0.4 is narrow."""
    advance_open_cycles()
    vote(pairs, for_number=1, times=8)
    add_policy(track)
    policies = list(here_of(track).values())
    zero, one = track.policies.order_by("number")[:2]
    pair = pair_of(source_of(zero), source_of(one))

    wide = chances_of(arena, policies, meetings_of(contest_votes(track)))[pair]
    arena.narrow_enough = 0.4
    narrow = chances_of(arena, policies, meetings_of(contest_votes(track)))[pair]

    assert wide == pytest.approx(0.45)
    assert narrow == pytest.approx(0.1)


def test_a_new_policy_in_service_meets_whence_it_came(arena: Arena, track: Track):
    """The base is retired by the promotion, and is met still."""
    base, new = track.policies.order_by("number")
    Policy.objects.filter(pk=base.pk).update(state=PolicyState.RETIRED)
    Policy.objects.filter(pk=new.pk).update(state=PolicyState.PROMOTED)

    assert set(here_of(track).values()) == {base, new}
    assert list(chances_of(arena, [base, new], {}).values()) == [1.0]


@pytest.mark.parametrize(("share", "held_out"), [(0.0, 0), (0.25, 2), (1.0, 3)])
def test_held_out_prompts_are_asked_as_settled_and_never_otherwise(
    arena: Arena, share: float, held_out: int
):
    """Eight contests, three held-out prompts: none, a quarter, or all that there are."""
    ids = list(Prompt.objects.order_by("pk").values_list("pk", flat=True)[:3])
    Prompt.objects.filter(pk__in=ids).update(side="test")
    Arena.objects.update(held_out=share)

    draw_contests(arena=arena)

    drawn = list(arena.contests.values_list("prompt", flat=True))
    found = Prompt.objects.filter(uuid__in=drawn, side="test").count()
    assert found in {held_out, held_out + (0 < share < 1)}
    assert len(drawn) == (3 if share == 1 else 8)


def test_prompts_of_one_source_alone(arena: Arena):
    chosen = Prompt.objects.order_by("pk")[0]
    Prompt.objects.filter(pk=chosen.pk).update(source="letters")
    Arena.objects.update(source="letters")

    draw_contests(arena=arena)

    assert [each.prompt for each in arena.contests.all()] == [chosen.uuid]


def test_a_contest_with_one_fit_answer_is_void(arena: Arena, monkeypatch: pytest.MonkeyPatch):
    """The engine dropped the second answer to each prompt; nothing is kept of the first."""
    monkeypatch.setattr(f"{__name__}.said_to", lambda row, whole=said_to: whole(row)[:1])

    advance_open_cycles()

    assert {each.state for each in arena.contests.all()} == {ContestState.VOID}
    assert (Candidate.objects.count(), Task.objects.count()) == (0, 0)


def test_a_prompt_that_was_answered_meanwhile_is_left_as_it_is(arena: Arena, pairs: Campaign):
    draw_contests(arena=arena)
    taken = arena.contests.order_by("pk")[0]
    prompt = Prompt.objects.get(uuid=taken.prompt)
    prompt.candidates.create(messages=[{"role": "assistant", "content": "Mine."}], digest="d")

    advance_open_cycles()

    taken.refresh_from_db()
    assert taken.state == ContestState.VOID
    assert prompt.candidates.count() == 1
    assert arena.contests.filter(state=ContestState.ANSWERED).count() == 7


def test_a_failed_run_waits_for_the_lead(arena: Arena, engine: FakeEngine):
    def crash(module: str) -> None:
        raise EngineCrashed("the engine ran out of memory.")

    engine.before = crash
    with pytest.raises(TrackNotReady, match="Nothing of this arena has failed"):
        retry_arena(arena=arena, by=None)
    advance_open_cycles()
    advance_open_cycles()
    assert EngineRun.objects.get().state == RunState.FAILED

    engine.before = lambda module: None
    Track.objects.update(knobs={"answering": {"rows": 4}})  # less at once
    retry_arena(arena=Arena.objects.get(), by=None)
    advance_open_cycles()

    assert engine.asked[-1][1]["rows"] == 4
    assert arena.contests.filter(state=ContestState.ANSWERED).count() == 8


def test_what_cannot_be_drawn_is_said_and_keeps_nobody_waiting(arena: Arena):
    Track.objects.update(knobs={"arena": {"temperature": 9}})

    advance_open_cycles()

    arena.refresh_from_db()
    assert "'temperature' must be a number above 0 and at most 2" in arena.refusal
    assert not arena.contests.exists()

    Track.objects.update(knobs={})
    draw_waiting_contests()
    arena.refresh_from_db()
    assert (arena.refusal, arena.contests.count()) == ("", 8)


def test_stopped_it_draws_and_asks_no_more_and_keeps_what_is_there(arena: Arena, pairs: Campaign):
    advance_open_cycles()
    vote(pairs, for_number=1, times=5)
    draw_contests(arena=arena)

    stop_arena(arena=arena, by=None)
    advance_open_cycles()

    states = list(arena.contests.order_by("pk").values_list("state", flat=True))
    assert states == [ContestState.ANSWERED] * 8 + [ContestState.VOID] * 4
    assert EngineRun.objects.order_by("-pk")[0].state == RunState.CANCELLED
    assert Task.objects.filter(free__gt=0).count() == 3
    with pytest.raises(TrackNotReady, match="was stopped before"):
        stop_arena(arena=arena, by=None)


def test_a_worker_that_died_behind_the_run_loses_nothing(arena: Arena):
    """The run is done and nobody has kept it: the next nudge does, and a third finds nothing."""
    draw_contests(arena=arena)
    run = claim_requested_run()
    assert run is not None
    carry_out(run)

    assert [keep_answered_contests(), keep_answered_contests()] == [8, 0]
    assert Task.objects.count() == 8


def test_the_cycle_leaves_the_prompts_of_an_open_arena_alone(arena: Arena, track: Track):
    assert campaigns_answered(track) == []

    stop_arena(arena=arena, by=None)

    assert campaigns_answered(track) == [arena.campaign]


def test_files_of_those_about_to_answer_are_kept(arena: Arena, track: Track):
    """An older policy that nobody else needs, drawn to meet."""
    older = track.policies.get(number=1)
    add_policy(track)
    assert older not in kept_policies()

    draw_contests(arena=arena)
    Contest.objects.update(first=track.policies.get(number=0), second=older)

    assert older in kept_policies()


def test_votes_weigh_what_their_pair_was_drawn_with(arena: Arena, track: Track, pairs: Campaign):
    advance_open_cycles()
    Contest.objects.update(propensity=0.25)
    vote(pairs, for_number=1, times=4)
    base, new = track.policies.order_by("number")

    votes = contest_votes(track)

    assert [each.weight for each in votes] == [4.0] * 4
    assert {each.first.model for each in votes} == {source_of(new)}
    assert (met_in_arena(new).votes, met_in_arena(new).won) == (4, 1.0)
    assert met_in_arena(base).votes == 0


def test_an_order_that_only_says_it_is_a_contest_is_none(
    arena: Arena, track: Track, pairs: Campaign
):
    """What is imported may say anything of its sampling."""
    advance_open_cycles()
    vote(pairs, for_number=1, times=3)
    for name, claimed in zip(
        Ranking.objects.order_by("pk").values_list("prompt", flat=True),
        ["", "me", str(uuid4())],
        strict=True,
    ):
        Candidate.objects.filter(prompt=name).update(sampling={"contest": claimed})

    assert contest_votes(track) == []


def test_votes_are_preference_data_and_held_out_prompts_do_not_train(
    arena: Arena, pairs: Campaign, settings: Settings
):
    """Eight votes, two of them on held-out prompts: six rows of the train side, two of the test."""
    settings.PSEUDONYM_KEY = "a key of the test"
    advance_open_cycles()
    vote(pairs, for_number=1, times=8)
    two = Ranking.objects.order_by("pk").values_list("prompt", flat=True)[:2]
    Prompt.objects.filter(pk__in=list(two)).update(side="test")

    frozen = freeze(SnapshotKind.PREFERENCE, pairs)

    files = sorted((snapshot_folder(frozen) / "jsonl").glob("*.jsonl"))
    sides = [file.name.split("-")[0] for file in files for _ in file.read_bytes().splitlines()]
    assert sorted(sides) == ["test"] * 2 + ["train"] * 6
    for row in rows_in(frozen):
        assert row["chosen"][-1]["content"] == "Answer 1."  # type: ignore[index]
        assert row["rejected"][-1]["content"] == "Answer 0."  # type: ignore[index]


@pytest.mark.parametrize(
    ("broken", "rule"),
    [
        ({"by_need": 1.0}, "some_contests_are_by_chance_alone"),
        ({"held_out": 1.5}, "held_out_contests_are_a_share"),
        ({"narrow_enough": 0.0}, "a_pair_can_be_settled"),
        ({"stopped_at": None}, "rewards_arena"),
    ],
)
def test_the_database_keeps_the_terms(arena: Arena, broken: dict[str, object], rule: str):
    terms = {"track": arena.track, "campaign": UUID(int=1), **broken}
    if "stopped_at" not in broken:
        Arena.objects.update(stopped_at="2026-01-01T00:00Z")

    with pytest.raises(IntegrityError, match=rf"{rule}|one_open_arena"):
        Arena.objects.create(**terms)


def test_a_campaign_that_ranks_more_by_now_gets_no_contests(arena: Arena, pairs: Campaign):
    """Its lead has four answers ranked from now on: two would never become an item. What was
    drawn before is void, its prompts stay as they were, and the arena says why nothing comes."""
    draw_contests(arena=arena)
    pairs.works.filter(kind=Kind.RANK).update(answers=4)

    advance_open_cycles()
    advance_open_cycles()

    arena.refresh_from_db()
    assert [each.state for each in arena.contests.all()] == [ContestState.VOID] * 8
    assert not Candidate.objects.exists()
    assert "needs a campaign of this track that ranks two answers" in arena.refusal


def test_a_campaign_that_the_track_lets_go_gets_no_contests(arena: Arena, track: Track):
    Track.objects.update(campaigns=[str(make_campaign().uuid)])

    assert draw_waiting_contests() == 0

    arena.refresh_from_db()
    assert "needs a campaign of this track that ranks two answers" in arena.refusal


def test_other_pairs_that_wait_hold_no_contest_back(arena: Arena, pairs: Campaign):
    """Eight contests are wanted ahead, beside twenty pairs that came otherwise."""
    for number in range(20):
        make_prompt(pairs, text=f"Is {number} odd?", answers=["Yes.", "No."])

    advance_open_cycles()

    assert arena.contests.filter(state=ContestState.ANSWERED).count() == 8
    assert draw_contests(arena=arena) == 0


def test_which_answer_was_kept_first_tells_no_policy(arena: Arena, track: Track):
    """Answers are listed as they came, for reviewers too: were the older policy's always the
    first, they would learn to tell the two apart. By chance all twelve agree once in 2,048."""
    Arena.objects.update(ahead=PROMPTS)
    base = source_of(track.policies.get(number=0))

    advance_open_cycles()

    firsts = [
        each.candidates.order_by("pk")[0].source == base
        for each in Prompt.objects.filter(candidates__isnull=False).distinct()
    ]
    assert len(firsts) == PROMPTS
    assert set(firsts) == {True, False}


def test_an_answer_of_nobody_who_met_makes_the_order_none(
    arena: Arena, track: Track, pairs: Campaign
):
    """An import may name a contest that there is, and other models."""
    advance_open_cycles()
    vote(pairs, for_number=1, times=2)
    voted = Ranking.objects.order_by("pk")[0].prompt
    voted.candidates.filter(source=source_of(track.policies.get(number=0))).update(source="mine")

    assert len(contest_votes(track)) == 1


def test_a_cycle_of_another_track_leaves_them_alone_as_well(arena: Arena, pairs: Campaign):
    other = create_track(name="Other", campaigns=[pairs.uuid], by=None)

    assert campaigns_answered(other) == []


def test_orders_that_name_many_contests_are_no_long_question(
    arena: Arena, track: Track, monkeypatch: pytest.MonkeyPatch
):
    """SQLite takes so many values in a statement: 32,766 where nobody settled more."""
    order = lambda: PeoplesOrder(  # noqa: E731  # once
        1, [[PlacedAnswer("mine", "Yes.", str(uuid4()))] for _ in range(16)]
    )
    orders = [order() for _ in range(NEWEST_ORDERS)]
    monkeypatch.setattr(gateway, "orders_of_people", lambda campaigns, limit: orders)

    with CaptureQueriesContext(connection) as asked:
        assert contest_votes(track) == []

    assert max(len(each["sql"]) for each in asked) < NEWEST_ORDERS * 40
