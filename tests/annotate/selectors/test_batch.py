"""What an act upon a batch or a campaign touches is counted before it is done."""

import pytest

from annotate.enums import Kind, Role, SkipReason
from annotate.models import Batch, Campaign, Prompt
from annotate.selectors.batch import (
    Touched,
    batches_led_by,
    batches_of,
    prompts_to_ask_again,
    touched_by_batch,
    touched_by_campaign,
)
from annotate.services.batch import withdraw_batch
from annotate.services.campaign import Work
from annotate.services.draft import save_draft
from annotate.services.lease import reserve_turn
from commons.models import User
from tests.annotate.leading import make_batch, make_report
from tests.factories import (
    make_assignment,
    make_campaign,
    make_member,
    make_prompt,
    make_ranking,
    make_task,
    make_user,
)

NOTHING = Touched(prompts=0, open_tasks=0, leases=0, people=0, reserved=0, drafts=0, judgements=0)


@pytest.fixture
def lead(db: None) -> User:
    return make_user("lead")


@pytest.fixture
def campaign(lead: User) -> Campaign:
    return make_campaign(works=[Work(Kind.RANK)], lead=lead)


@pytest.fixture
def batch(campaign: Campaign, lead: User) -> Batch:
    """Of each thing a different number: two rankings, three leases of two people, one draft …"""
    make_ranking(campaign, make_member(campaign))  # of no batch
    done = [make_ranking(campaign, make_member(campaign)) for _ in range(2)]
    busy = make_member(campaign)
    out = [make_assignment(campaign, each) for each in (busy, busy, make_member(campaign))]
    save_draft(assignment=out[0], body={"text": "…"}, version=0, by=busy)
    aside = make_task(campaign)
    reserve_turn(task=aside, person=make_member(campaign), by=lead)
    waiting = [make_task(campaign) for _ in range(4)]
    tasks = [aside, *waiting, *(each.task for each in out)]
    prompts = [*(each.prompt for each in done), *(each.prompt for each in tasks)]
    return make_batch(campaign, *prompts)


def test_a_batch_touches_what_it_brought_alone(batch: Batch) -> None:
    make_task(batch.campaign)

    assert touched_by_batch(batch) == Touched(
        prompts=10, open_tasks=4, leases=3, people=2, reserved=1, drafts=1, judgements=2
    )


def test_a_campaign_touches_all_of_its_own(batch: Batch) -> None:
    make_task(batch.campaign)
    elsewhere = make_campaign()
    make_ranking(elsewhere, make_member(elsewhere))

    assert touched_by_campaign(batch.campaign) == Touched(
        prompts=12, open_tasks=5, leases=3, people=2, reserved=1, drafts=1, judgements=3
    )
    assert touched_by_campaign(make_campaign()) == NOTHING


def test_batches_are_those_of_the_campaigns_one_leads(batch: Batch, lead: User) -> None:
    member = make_member(batch.campaign, Role.REVIEWER)

    assert list(batches_led_by(lead)) == [batch]
    assert list(batches_led_by(member)) == []


def test_batches_say_how_much_they_brought_the_newest_first(batch: Batch) -> None:
    newer = make_batch(batch.campaign, name="newer")
    make_batch(make_campaign())

    assert [(each, vars(each)["prompts"]) for each in batches_of(batch.campaign)] == [
        (newer, 1),
        (batch, 10),
    ]


def test_what_is_withdrawn_reported_or_quarantined_is_not_asked_again(
    campaign: Campaign, lead: User
) -> None:
    make_report(campaign, make_member(campaign), SkipReason.HARMFUL)
    withdraw_batch(batch=make_batch(campaign), by=lead)
    quarantined = make_prompt(campaign)
    Prompt.objects.filter(pk=quarantined.pk).update(quarantined=True)
    alone, with_a_batch = make_prompt(campaign), make_prompt(campaign)
    batch = make_batch(campaign, with_a_batch)

    def asked(of: Batch | None) -> set[Prompt]:
        return {entry.prompt for entry in prompts_to_ask_again(campaign, of)}

    assert asked(None) == {alone, with_a_batch}
    assert asked(batch) == {with_a_batch}
