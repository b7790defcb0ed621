"""A lead starts and stops an arena and sees how its pairs stand; a voter sees none of it."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotate.enums import Kind
from annotate.gateway import CandidateText, offer_pairs
from annotate.models import CampaignWork, Candidate, Ranking
from annotate.services.ranking import RankingAnswer, submit_ranking
from commons.models import RunState, Scope
from commons.tokens import Lifetime, make_token
from rewards.enums import ContestState, Stage
from rewards.models import Arena, Contest, EngineRun, Policy
from tests.factories import make_prompt, take_and_show
from tests.rewards.views.conftest import ONLY_ITS_LEADS, Cast, words
from tests.rewards.views.making import make_arena, make_contest, make_cycle, make_policy

TERMS = {
    "source": "",
    "ahead": "20",
    "held_out": "0.1",
    "by_need": "0.5",
    "narrow_enough": "0.3",
}


@pytest.fixture
def pairs(cast: Cast) -> Cast:
    """The campaign of the cast ranks two answers."""
    CampaignWork.objects.filter(campaign=cast.campaign, kind=Kind.RANK).update(answers=2)
    return cast


def page_of(cast: Cast, name: str = "arena") -> str:
    return reverse(f"rewards:{name}", args=[cast.track.uuid])


def hold(cast: Cast, arena: Arena, policy: Policy, base: Policy) -> Contest:
    """A contest of these two before people, on a prompt of its own."""
    prompt = make_prompt(cast.campaign)
    contest = make_contest(arena, base, policy, prompt=prompt.uuid)
    answers = [
        CandidateText(
            prompt=prompt.uuid,
            messages=[{"role": "assistant", "content": text}],
            source=f"policy:{each.uuid}",
            sampling={"contest": str(contest.uuid), "model": f"policy:{each.uuid}"},
        )
        for each, text in ((base, "The moon."), (policy, "The sun, of course."))
    ]
    assert offer_pairs(cast.campaign.uuid, answers) == {prompt.uuid}
    Contest.objects.filter(pk=contest.pk).update(state=ContestState.ANSWERED)
    return contest


def vote(cast: Cast, policy: Policy, *, wins: bool) -> Ranking:
    assignment = take_and_show(cast.member, cast.campaign, kind=Kind.RANK)
    offered = Candidate.objects.filter(uuid__in=assignment.task.offered)
    ours = f"policy:{policy.uuid}"
    order = sorted(offered, key=lambda each: (each.source == ours) != wins)
    return submit_ranking(
        assignment=assignment,
        answer=RankingAnswer(tiers=[[str(each.uuid)] for each in order], unrankable=[]),
        by=cast.member,
        key=uuid4(),
    )


def contests(cast: Cast, *, won: int, lost: int) -> Policy:
    arena, policy = make_arena(cast.track, cast.campaign), make_policy(cast.track)
    base = cast.track.policies.get(number=0)
    for number in range(won + lost):
        hold(cast, arena, policy, base)
        vote(cast, policy, wins=number < won)
    return policy


def test_only_the_leads_of_the_track_see_it(pairs: Cast):
    assert pairs.statuses(page_of(pairs)) == ONLY_ITS_LEADS
    assert pairs.statuses(page_of(pairs, "start_arena")) == ONLY_ITS_LEADS
    make_arena(pairs.track, pairs.campaign)
    assert pairs.statuses(page_of(pairs, "stop_arena")) == ONLY_ITS_LEADS
    assert pairs.statuses(page_of(pairs, "retry_arena")) == ONLY_ITS_LEADS


def test_without_an_arena_there_is_nothing_to_stop(pairs: Cast):
    client = pairs.client(pairs.lead)

    assert client.get(page_of(pairs, "stop_arena")).status_code == 404
    assert "Start an arena and let people vote." in words(client.get(page_of(pairs)))


def test_a_lead_starts_and_stops_it(pairs: Cast):
    client = pairs.client(pairs.lead)
    terms = {**TERMS, "campaign": str(pairs.campaign.uuid)}

    started = client.post(page_of(pairs, "start_arena"), terms)
    arena = Arena.objects.get()
    again = client.post(page_of(pairs, "start_arena"), terms)
    stopped = client.post(page_of(pairs, "stop_arena"))

    assert (started.status_code, started["Location"]) == (302, page_of(pairs))
    settled = (arena.ahead, arena.held_out, arena.by_need, arena.narrow_enough)
    assert settled == (20, 0.1, 0.5, 0.3)
    assert (arena.campaign, arena.started_by) == (pairs.campaign.uuid, pairs.lead)
    assert again.status_code == 422
    assert "“Everyday” has an open arena; stop it first." in words(again)
    assert stopped.status_code == 302
    arena.refresh_from_db()
    assert arena.stopped_at is not None


def test_a_stranger_starts_nothing(pairs: Cast):
    for person in (pairs.member, pairs.stranger):
        terms = {**TERMS, "campaign": str(pairs.campaign.uuid)}
        answer = pairs.client(person).post(page_of(pairs, "start_arena"), terms)
        assert answer.status_code == 404

    assert not Arena.objects.exists()


def test_without_a_campaign_of_pairs_it_says_what_to_do(cast: Cast):
    said = words(cast.client(cast.lead).get(page_of(cast, "start_arena")))

    assert "Let a campaign that this track learns from rank two answers" in said


def test_votes_become_pairs_and_ratings_with_intervals(pairs: Cast):
    """Six of eight: Wilson's interval is 0.409 to 0.929. Against the mean, half the log odds of 3:
    63.4 %, and a place of 1–2 each."""
    contests(pairs, won=6, lost=2)

    said = words(pairs.client(pairs.lead).get(page_of(pairs)))

    assert "Policy 1 against Base model 75.0 % 40.9 to 92.9 % 8 8 0 0 –" in said
    assert "8 votes on 8 prompts." in said
    assert "Policy 1 1–2" in said
    assert "Base model 1–2" in said
    assert "member" not in said


def test_the_cycle_and_the_policy_remark_on_it(pairs: Cast):
    policy = contests(pairs, won=6, lost=2)
    cycle = make_cycle(pairs.track, stage=Stage.DECIDING)
    type(cycle).objects.filter(pk=cycle.pk).update(policy=policy)
    client = pairs.client(pairs.lead)
    remark = "In the arena 8 votes of people gave it 75.0 % (95 % interval 40.9 to 92.9 %)"

    assert remark in words(client.get(reverse("rewards:policy", args=[policy.uuid])))
    assert remark in words(client.get(page_of(pairs, "track")))
    base = pairs.track.policies.get(number=0)
    assert remark not in words(client.get(reverse("rewards:policy", args=[base.uuid])))


def test_whoever_votes_sees_no_policy(pairs: Cast):
    """Neither on the page nor by the API: no name, no id, no contest, no chance."""
    arena, policy = make_arena(pairs.track, pairs.campaign), make_policy(pairs.track)
    contest = hold(pairs, arena, policy, pairs.track.policies.get(number=0))
    assignment = take_and_show(pairs.member, pairs.campaign, kind=Kind.RANK)
    made = make_token(by=pairs.member, name="mine", scopes=[Scope.WORK], lifetime=Lifetime.WEEK)

    page = pairs.client(pairs.member).get(reverse("annotate:rank", args=[assignment.uuid]))
    by_api = Client().get(
        f"/api/v1/assignments/{assignment.uuid}", headers={"Authorization": f"Bearer {made.key}"}
    )

    for answer in (page, by_api):
        said = answer.content.decode()
        assert answer.status_code == 200
        assert "The sun, of course." in said
        assert not re.search(r"polic(y|ies)\b|base model|arena|contest|propensity", said, re.I)
        for secret in (*pairs.track.policies.values_list("uuid", flat=True), contest.uuid):
            assert str(secret) not in said


def test_what_failed_is_said_and_tried_again(pairs: Cast):
    arena, policy = make_arena(pairs.track, pairs.campaign), make_policy(pairs.track)
    contest = make_contest(arena, pairs.track.policies.get(number=0), policy)
    failed = {
        "state": RunState.FAILED,
        "error": "the disk is full",
        "finished_at": "2026-01-01T00Z",
    }
    EngineRun.objects.filter(pk=contest.run_id).update(**failed)
    client = pairs.client(pairs.lead)

    assert "the disk is full" in words(client.get(page_of(pairs)))
    client.post(page_of(pairs, "retry_arena"))

    contest.run.refresh_from_db()
    assert contest.run.state == RunState.REQUESTED
    assert "Models are writing the answers" in words(client.get(page_of(pairs)))


def test_what_an_open_arena_lacks_is_said(pairs: Cast):
    make_arena(pairs.track, pairs.campaign)
    said = words(pairs.client(pairs.lead).get(page_of(pairs)))

    assert "Fewer than two policies can meet" in said
    assert "No prompt without answers is left" in said

    make_prompt(pairs.campaign)
    said = words(pairs.client(pairs.lead).get(page_of(pairs)))
    assert "No prompt without answers is left" not in said


def test_more_votes_are_no_more_queries(pairs: Cast):
    client = pairs.client(pairs.lead)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get(page_of(pairs))
        return len(seen)

    policy = contests(pairs, won=2, lost=1)
    few = queries()
    for number in range(5):
        hold(pairs, Arena.objects.get(), policy, pairs.track.policies.get(number=0))
        vote(pairs, policy, wins=number < 4)

    assert queries() == few


def test_contests_are_counted_by_the_database(pairs: Cast):
    """A page never reads every contest that there ever was: a line a pair and state."""
    policy = contests(pairs, won=2, lost=1)
    base = pairs.track.policies.get(number=0)
    voided = make_contest(Arena.objects.get(), base, policy)
    Contest.objects.filter(pk=voided.pk).update(state=ContestState.VOID)

    with CaptureQueriesContext(connection) as seen:
        said = words(pairs.client(pairs.lead).get(page_of(pairs)))

    assert re.search(r"Policy 1 against Base model \S+ % \S+ to \S+ % 3 3 0 1 ", said)
    listing = [
        each["sql"]
        for each in seen
        if each["sql"].startswith("SELECT") and '"rewards_contest"."state"' in each["sql"]
    ]
    assert any("GROUP BY" in sql for sql in listing)
    assert all("GROUP BY" in sql or "LIMIT" in sql for sql in listing)
