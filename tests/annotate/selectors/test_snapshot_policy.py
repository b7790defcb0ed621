"""Who and what counts under a policy: each choice of docs/datasets.md, one by one."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from annotate.enums import CountsAs, Hold, MachineWay, Origin, Side, SnapshotKind
from annotate.export.policy import Policy
from annotate.models import (
    Campaign,
    Demonstration,
    Prompt,
    Ranking,
    Snapshot,
    SnapshotMember,
    Task,
)
from annotate.selectors.snapshot import to_freeze
from annotate.services.campaign import acknowledge_instructions, publish_instructions
from annotate.services.machine import MachineSaid, add_machine, keep_verdict
from annotate.services.review import decide_review
from tests.annotate.reviewing import (
    accepting,
    make_ranked_task,
    make_review,
    make_reviewed_campaign,
    make_reviewer,
    rejecting,
)
from tests.factories import make_campaign, make_member, make_ranking, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    return make_campaign()


def chosen(
    *campaigns: Campaign, kind: SnapshotKind = SnapshotKind.RANKED, **policy: Any
) -> set[object]:
    """What would be the members."""
    return set(to_freeze(kind, campaigns, Policy(**policy)))


def rankings_of(campaign: Campaign, count: int) -> list[Ranking]:
    person = make_member(campaign)
    return [make_ranking(campaign, person) for _ in range(count)]


def change(row: Ranking | Prompt, **columns: object) -> None:
    type(row)._default_manager.filter(pk=row.pk).update(**columns)


def counting(campaign: Campaign) -> Sequence[Ranking]:
    """One of each way to count: work, surplus, of the held-out pool, gold and practice."""
    made = rankings_of(campaign, 5)
    ways = (CountsAs.WORK, CountsAs.SURPLUS, CountsAs.HELD_OUT, CountsAs.GOLD, CountsAs.PRACTICE)
    for each, way in zip(made, ways, strict=True):
        change(each, counts_as=way)
    return made


@pytest.mark.parametrize(
    ("policy", "places"),
    [
        ({}, {0}),
        ({"surplus": True}, {0, 1}),
        ({"raters": "held_out"}, {2}),
        ({"raters": "all"}, {0, 2}),
        ({"raters": "all", "surplus": True}, {0, 1, 2}),
    ],
)
def test_surplus_and_held_out_raters_count_where_they_are_asked_for(
    policy: dict[str, Any], places: set[int], campaign: Campaign
) -> None:
    made = counting(campaign)

    assert chosen(campaign, **policy) == {made[place] for place in places}


def test_what_came_from_elsewhere_counts_unless_it_is_left_out(campaign: Campaign) -> None:
    ours, theirs = rankings_of(campaign, 2)
    change(theirs, origin=Origin.IMPORTED, assignment=None)

    assert chosen(campaign) == {ours, theirs}
    assert chosen(campaign, imported=False) == {ours}


def test_only_what_a_reviewer_decided_counts_where_that_is_asked_for() -> None:
    """Of the item that was turned down in part, what stands; of that settled, its label."""
    campaign = make_reviewed_campaign()
    review = make_review(campaign)
    in_part = make_review(campaign)
    make_ranked_task(campaign)
    reviewer = make_reviewer(campaign)
    first = decide_review(review=review, verdict=accepting(review), by=reviewer)
    stands, turned_down = Ranking.objects.filter(assignment__task=in_part.task).order_by("pk")
    decide_review(review=in_part, verdict=rejecting(in_part, turned_down.uuid), by=reviewer)

    assert chosen(campaign, reviewed=True) == {first.ranking, stands}
    settled_by_nobody = chosen(campaign, reviewed=True, resolved=False)
    votes = set(Ranking.objects.filter(assignment__task=review.task))
    assert settled_by_nobody == votes | {stands}


def test_what_was_judged_under_an_older_guideline_or_under_none_is_left_out(
    campaign: Campaign,
) -> None:
    lead, person = make_user(), make_member(campaign)
    under_none = make_ranking(campaign, person)
    made = []
    for text in ("one", "two", "three"):
        newest = publish_instructions(campaign=campaign, guideline=text, form={}, by=lead)
        acknowledge_instructions(instructions=newest, by=person)
        made.append(make_ranking(campaign, person))

    assert chosen(campaign) == {under_none, *made}
    assert chosen(campaign, guideline_from=1) == {*made}
    assert chosen(campaign, guideline_from=3) == {made[2]}
    assert chosen(campaign, guideline_from=4) == set()


def test_days_are_those_in_utc_and_both_ends_are_in(campaign: Campaign) -> None:
    made = rankings_of(campaign, 4)
    times = [
        datetime(2020, 11, 24, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(2020, 11, 25, tzinfo=UTC),
        datetime(2020, 11, 25, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(2020, 11, 26, tzinfo=UTC),
    ]
    for each, at in zip(made, times, strict=True):
        Ranking.objects.bulk_create([copy_at(each, at)])
    judged = [Ranking.objects.get(created_at=at) for at in times]

    assert chosen(campaign, since="2020-11-25", until="2020-11-25") == {*judged[1:3]}
    assert chosen(campaign, until="2020-11-24") == {judged[0]}
    assert chosen(campaign, since="2020-11-26", until="2020-11-26") == {judged[3]}


def copy_at(ranking: Ranking, at: datetime) -> Ranking:
    """The same order, given at this time: what was judged is never dated anew."""
    key = uuid4()
    return Ranking(
        uuid=key,
        root=key,
        campaign=ranking.campaign,
        prompt=ranking.prompt,
        rater=ranking.rater,
        origin=Origin.IMPORTED,
        counts_as=CountsAs.WORK,
        tiers=ranking.tiers,
        created_at=at,
    )


@pytest.mark.parametrize(
    ("policy", "places"),
    [
        ({"skills": ("law",)}, {0, 1}),
        ({"skills": ("law", "")}, {0, 1, 3}),
        ({"languages": ("en",)}, {0, 2, 3}),
        ({"languages": ("en-GB",)}, {1}),
        ({"skills": ("law",), "languages": ("en",)}, {0}),
        ({"sides": ("test",)}, {2}),
        ({"sides": ("train", "validation")}, {0, 1, 3}),
    ],
)
@pytest.mark.parametrize("kind", [SnapshotKind.RANKED, SnapshotKind.PROMPTS])
def test_prompts_are_chosen_by_skill_language_and_side(
    kind: SnapshotKind, policy: dict[str, Any], places: set[int], campaign: Campaign
) -> None:
    made = rankings_of(campaign, 4)
    for each, skill, language, side in zip(
        made,
        ("law", "law", "tax", ""),
        ("en", "en-GB", "en", "en"),
        (Side.TRAIN, Side.VALIDATION, Side.TEST, Side.TRAIN),
        strict=True,
    ):
        change(each.prompt, skill=skill, language=language, side=side)

    found = chosen(campaign, kind=kind, **policy)

    judged = kind == SnapshotKind.RANKED
    assert found == {made[place] if judged else made[place].prompt for place in places}


@pytest.mark.parametrize("kind", [SnapshotKind.RANKED, SnapshotKind.PROMPTS])
@pytest.mark.parametrize("held", ["ranking", "prompt"])
def test_no_prompt_of_another_dataset_and_none_like_it(
    held: str, kind: SnapshotKind, campaign: Campaign
) -> None:
    """The other one holds the first; the second nearly repeats it, the third nothing."""
    first, like_it, apart = rankings_of(campaign, 3)
    change(like_it.prompt, cluster=first.prompt)
    other = Snapshot.objects.create(kind=SnapshotKind.RANKED)
    member = first if held == "ranking" else first.prompt
    SnapshotMember.objects.create(snapshot=other, position=0, side="train", **{held: member})

    found = chosen(campaign, kind=kind, apart_from=(str(other.uuid),))

    assert found == {apart if kind == SnapshotKind.RANKED else apart.prompt}
    assert len(chosen(campaign, kind=kind)) == 3


def test_other_campaigns_are_not_in_it(campaign: Campaign) -> None:
    [here], [there] = rankings_of(campaign, 1), rankings_of(other := make_campaign(), 1)

    assert chosen(campaign) == {here}
    assert chosen(campaign, other) == {here, there}


def test_written_answers_are_chosen_by_the_same_words() -> None:
    campaign = make_campaign()
    ranking = make_ranking(campaign, make_member(campaign))
    said = {
        "campaign": campaign,
        "prompt": ranking.prompt,
        "rater": ranking.rater,
        "origin": Origin.IMPORTED,
        "messages": [{"role": "assistant", "content": "Take one."}],
    }
    counted, surplus = (
        Demonstration.objects.create(uuid=key, root=key, counts_as=way, **said)
        for key, way in ((uuid4(), CountsAs.WORK), (uuid4(), CountsAs.SURPLUS))
    )

    assert chosen(campaign, kind=SnapshotKind.SFT) == {counted}
    assert chosen(campaign, kind=SnapshotKind.SFT, surplus=True) == {counted, surplus}
    assert chosen(campaign, kind=SnapshotKind.SFT, imported=False) == set()
    assert chosen(campaign, kind=SnapshotKind.SFT, skills=("law",)) == set()


def test_what_machines_say_is_frozen_only_where_each_is_named():
    campaign = make_campaign()
    person = make_ranking(campaign, make_member(campaign))
    task = person.assignment.task
    said = MachineSaid(orders=[[[each] for each in task.offered]])
    one, other = (
        add_machine(campaign=campaign, name=name, way=MachineWay.PROGRAM, share=1.0, by=None)
        for name in ("one", "other")
    )
    for judge in (one, other):
        keep_verdict(judge=judge, task=task, said=said)
    machine = one.verdicts.get().ranking

    assert chosen(campaign) == {person}
    assert chosen(campaign, raters="all", surplus=True) == {person}
    named = (str(one.uuid),)
    assert chosen(campaign, machines=named) == {person, machine}

    Task.objects.filter(pk=task.pk).update(held=Hold.WITHDRAWN)
    assert chosen(campaign, machines=named) == set()


def test_a_policy_without_machines_is_written_as_before_there_were_any():
    assert "machines" not in Policy().as_json()
    assert Policy(machines=("x",)).as_json()["machines"] == ["x"]
