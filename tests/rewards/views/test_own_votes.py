"""Nobody knows whose answers they judge before they have; afterwards only where the arena tells."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from annotate.enums import AssignmentState, Kind
from annotate.models import (
    Assignment,
    CampaignWork,
    Candidate,
    Membership,
    Task,
    Void,
    Voided,
)
from annotate.selectors import own_vote
from annotate.services.lease import reserve_turn
from annotate.services.ranking import RankingAnswer, submit_ranking
from rewards.enums import ContestState
from rewards.models import Arena, Contest, Policy
from rewards.services import told_votes
from tests.factories import make_member, take_and_show
from tests.rewards.views.conftest import ONLY_ITS_LEADS, Cast, words
from tests.rewards.views.making import make_arena, make_policy
from tests.rewards.views.test_arena import hold, vote

VOTES = reverse("rewards:own_votes")
NAMED = "Policy 1"  # what a page would call one of the two


@pytest.fixture
def arena(cast: Cast) -> Arena:
    CampaignWork.objects.filter(campaign=cast.campaign, kind=Kind.RANK).update(answers=2)
    arena = make_arena(cast.track, cast.campaign)
    Arena.objects.update(tells_voters=True)
    return arena


@pytest.fixture
def policy(cast: Cast) -> Policy:
    return make_policy(cast.track)


@pytest.fixture
def contest(cast: Cast, arena: Arena, policy: Policy) -> Contest:
    """Before people."""
    return hold(cast, arena, policy, cast.track.policies.get(number=0))


def an_hour_later() -> None:
    """What was handed in cannot be changed any more."""
    past = timezone.now() - timedelta(minutes=61)
    Assignment.objects.filter(state=AssignmentState.SUBMITTED).update(closed_at=past)


def all_that_a_voter_reads(cast: Cast, turn: Assignment) -> str:
    """Their desk, the page of the pair, that of the campaign, and the page of told votes."""
    client = cast.client(cast.member)
    pages = [
        reverse("annotate:desk"),
        reverse("annotate:rank", args=[turn.uuid]),
        reverse("annotate:campaign", args=[cast.campaign.uuid]),
        VOTES,
    ]
    return " ".join(client.get(page).content.decode() for page in pages)


def test_whoever_is_to_vote_reads_nothing_of_who_wrote_what(
    cast: Cast, contest: Contest, policy: Policy
) -> None:
    """In an arena that tells its voters, too: while they judge, and while they may change it."""
    turn = take_and_show(cast.member, cast.campaign, kind=Kind.RANK)
    before = all_that_a_voter_reads(cast, turn)
    submit_ranking(
        assignment=turn,
        answer=RankingAnswer(tiers=[[each] for each in turn.order], unrankable=[]),
        by=cast.member,
        key=uuid4(),
    )
    while_it_may_be_changed = all_that_a_voter_reads(cast, turn)

    for read in (before, while_it_may_be_changed):
        assert "The moon." in read  # the pair is there
        for each in (contest.first, contest.second):
            assert str(each.uuid) not in read
        assert NAMED not in read
        assert "Base model" not in read


def test_who_has_voted_learns_it_once_the_vote_stands(
    cast: Cast, contest: Contest, policy: Policy
) -> None:
    vote(cast, policy, wins=True)
    an_hour_later()
    client = cast.client(cast.member)

    read, desk = words(client.get(VOTES)), client.get(reverse("annotate:desk")).content.decode()

    assert f"{NAMED} you put it at 1 The sun, of course." in read
    assert "Base model you put it at 2 The moon." in read
    assert VOTES in desk


def test_who_has_the_item_before_them_again_learns_nothing_of_it(
    cast: Cast, contest: Contest, policy: Policy
) -> None:
    """A further round asks the same pair of them: until that is handed in they are blind."""
    vote(cast, policy, wins=True)
    an_hour_later()
    again = Task.objects.get(assignments__state=AssignmentState.SUBMITTED)
    again.pk, again.uuid, again.round = None, uuid4(), again.round + 1
    again.wanted = again.free = 1
    again._state.adding = True
    again.save()
    reserve_turn(task=again, person=cast.member, by=cast.lead)

    assert "Nothing to tell" in words(cast.client(cast.member).get(VOTES))


def test_an_arena_tells_nobody_unless_it_was_told_to(
    cast: Cast, contest: Contest, policy: Policy
) -> None:
    Arena.objects.update(tells_voters=False)
    vote(cast, policy, wins=True)
    an_hour_later()
    client = cast.client(cast.member)

    assert "Nothing to tell" in words(client.get(VOTES))
    assert VOTES not in client.get(reverse("annotate:desk")).content.decode()


def test_nobody_learns_it_of_the_votes_of_others(
    cast: Cast, contest: Contest, policy: Policy
) -> None:
    """Not another voter, nor a stranger; nor who has left the campaign, of their own."""
    vote(cast, policy, wins=True)
    an_hour_later()
    other = make_member(cast.campaign, name="other")
    Membership.objects.filter(person=cast.member).update(active=False)

    for person in (other, cast.stranger, cast.lead, cast.member):
        read = words(cast.client(person).get(VOTES))
        assert NAMED not in read
        assert "The sun, of course." not in read


def test_a_lead_finds_which_policy_was_which_once_nobody_can_be_given_the_item(
    cast: Cast, contest: Contest, policy: Policy
) -> None:
    """Whatever voters are told; the item's page names both by the same tags, to leads alone."""
    Arena.objects.update(tells_voters=False)
    vote(cast, policy, wins=True)
    Task.objects.update(free=0)
    page = reverse("rewards:contests", args=[cast.track.uuid])
    item = reverse("annotate:life", args=[contest.prompt])

    read = cast.client(cast.lead).get(page).content.decode()
    life = cast.client(cast.lead).get(item).content.decode()

    assert cast.statuses(page) == ONLY_ITS_LEADS
    assert item in read
    for each in (contest.first, contest.second):
        assert f"policy:{each.uuid}" in read
        assert f"policy:{each.uuid}" in life


@pytest.mark.parametrize("stands", ["free", "begun by another", "in hand", "changeable", "drawn"])
def test_a_lead_who_may_still_judge_the_item_is_told_nothing_of_it(
    cast: Cast, contest: Contest, policy: Policy, stands: str
) -> None:
    """An admin who does not belong to the campaign is never dealt it."""
    if stands == "drawn":
        Contest.objects.update(state=ContestState.DRAWN)
    if stands == "begun by another":
        take_and_show(cast.member, cast.campaign, kind=Kind.RANK)
    if stands in ("in hand", "changeable"):
        turn = take_and_show(cast.lead, cast.campaign, kind=Kind.RANK)
        if stands == "changeable":
            tiers = [[each] for each in turn.order]
            answer = RankingAnswer(tiers=tiers, unrankable=[])
            submit_ranking(assignment=turn, answer=answer, by=cast.lead, key=uuid4())
    if stands not in ("free", "drawn"):
        Task.objects.update(free=0)
    page = reverse("rewards:contests", args=[cast.track.uuid])
    item = reverse("annotate:life", args=[contest.prompt])

    read = cast.client(cast.lead).get(page).content.decode()

    assert "not told yet" in read
    assert item not in read
    assert f"policy:{policy.uuid}" not in read
    admins = cast.client(cast.admin).get(page).content.decode()
    assert (f"policy:{policy.uuid}" in admins) == (stands != "drawn")


def test_a_lead_who_has_voted_is_told_once_the_vote_stands(
    cast: Cast, contest: Contest, policy: Policy
) -> None:
    turn = take_and_show(cast.lead, cast.campaign, kind=Kind.RANK)
    answer = RankingAnswer(tiers=[[each] for each in turn.order], unrankable=[])
    submit_ranking(assignment=turn, answer=answer, by=cast.lead, key=uuid4())
    an_hour_later()

    page = reverse("rewards:contests", args=[cast.track.uuid])
    read = cast.client(cast.lead).get(page).content.decode()

    assert f"policy:{policy.uuid}" in read


def test_a_lead_who_is_to_vote_does_not_read_the_items_page(
    cast: Cast, contest: Contest, policy: Policy
) -> None:
    take_and_show(cast.lead, cast.campaign, kind=Kind.RANK)

    life = cast.client(cast.lead).get(reverse("annotate:life", args=[contest.prompt]))

    assert f"policy:{policy.uuid}" not in life.content.decode()


@pytest.mark.parametrize("at_once", [1, 100])
def test_votes_that_cannot_be_told_yet_hide_no_older_one(
    cast: Cast,
    contest: Contest,
    arena: Arena,
    policy: Policy,
    monkeypatch: pytest.MonkeyPatch,
    at_once: int,
) -> None:
    monkeypatch.setattr(told_votes, "MOST", 1)
    monkeypatch.setattr(own_vote, "AT_ONCE", at_once)
    vote(cast, policy, wins=True)
    an_hour_later()
    hold(cast, arena, policy, cast.track.policies.get(number=0))
    vote(cast, policy, wins=False)

    assert f"{NAMED} you put it at 1" in words(cast.client(cast.member).get(VOTES))


def test_a_vote_that_was_voided_or_is_of_another_item_than_the_contest_is_not_told(
    cast: Cast, contest: Contest, policy: Policy
) -> None:
    ranking = vote(cast, policy, wins=True)
    an_hour_later()
    client = cast.client(cast.member)
    assert NAMED in words(client.get(VOTES))

    Contest.objects.update(prompt=uuid4())
    of_another = words(client.get(VOTES))
    Contest.objects.update(prompt=contest.prompt)
    now = timezone.now()
    void = Void.objects.create(
        campaign=cast.campaign, person=cast.member, since=now - timedelta(days=1), until=now
    )
    Voided.objects.create(void=void, root=ranking.root)
    voided = words(client.get(VOTES))

    assert NAMED not in of_another
    assert NAMED not in voided


def test_three_answers_that_name_one_contest_are_nothing_to_tell(
    cast: Cast, contest: Contest, policy: Policy
) -> None:
    """An import brings such records."""
    turn = vote(cast, policy, wins=True).assignment
    assert turn is not None
    an_hour_later()
    third = Candidate.objects.get(source=f"policy:{policy.uuid}")
    third.pk, third.uuid, third._state.adding = None, uuid4(), True
    third.messages = [{"role": "assistant", "content": "A star."}]
    third.digest = "0" * 64
    third.save()
    Assignment.objects.filter(pk=turn.pk).update(order=[*turn.order, str(third.uuid)])

    assert "Nothing to tell" in words(cast.client(cast.member).get(VOTES))


def test_more_votes_are_no_more_queries(
    cast: Cast, contest: Contest, arena: Arena, policy: Policy
) -> None:
    """Neither on the page of told votes nor on that of the contests."""
    pages = [
        (cast.client(cast.member), VOTES),
        (cast.client(cast.lead), reverse("rewards:contests", args=[cast.track.uuid])),
    ]

    def queries() -> list[int]:
        found = []
        for client, page in pages:
            with CaptureQueriesContext(connection) as seen:
                client.get(page)
            found.append(len(seen))
        return found

    vote(cast, policy, wins=True)
    an_hour_later()
    queries()  # what is read once a process
    of_one = queries()
    for _ in range(2):
        hold(cast, arena, policy, cast.track.policies.get(number=0))
        vote(cast, policy, wins=True)
    an_hour_later()

    assert words(pages[0][0].get(VOTES)).count(NAMED) == 3
    assert queries() == of_one


def test_the_knob_is_set_where_the_arena_is_started(cast: Cast, arena: Arena) -> None:
    Arena.objects.all().delete()
    terms = {
        "campaign": str(cast.campaign.uuid),
        "source": "",
        "ahead": "20",
        "held_out": "0",
        "by_need": "0.5",
        "narrow_enough": "0.3",
    }
    client = cast.client(cast.lead)
    start = reverse("rewards:start_arena", args=[cast.track.uuid])

    client.post(start, terms)
    usual = Arena.objects.get().tells_voters
    Arena.objects.all().delete()
    client.post(start, {**terms, "tells_voters": "on"})
    page = words(client.get(reverse("rewards:arena", args=[cast.track.uuid])))

    assert (usual, Arena.objects.get().tells_voters) == (False, True)
    assert "Who voted learns afterwards which policy was which." in page
