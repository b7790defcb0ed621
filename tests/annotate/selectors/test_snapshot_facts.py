"""What a card tells of its members is counted of these very members."""

from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from annotate.enums import SnapshotKind
from annotate.export.facts import Facts, Guideline
from annotate.export.policy import Policy
from annotate.models import Campaign, Prompt
from annotate.selectors.snapshot_facts import facts_of
from annotate.services.campaign import acknowledge_instructions, publish_instructions
from annotate.services.ranking import RankingAnswer, submit_ranking
from annotate.services.snapshot import snapshot_folder
from tests.annotate.freezing import freeze
from tests.factories import make_assignment, make_campaign, make_member, make_ranking


@pytest.fixture(autouse=True)
def _artifacts(settings: Settings, tmp_path: Path) -> None:
    settings.ARTIFACTS, settings.PSEUDONYM_KEY = tmp_path, "a key of the test"


def ranked_with_a_tie(campaign: Campaign, by) -> None:
    """One strength given, and three answers of which nobody asked how much better they are."""
    assignment = make_assignment(campaign, by)
    a, b, c, d = assignment.task.offered
    answer = RankingAnswer(tiers=[[a], [b, c]], unrankable=[d], strengths=[2])
    submit_ranking(assignment=assignment, answer=answer, by=by)


@pytest.mark.django_db
def test_rankings_are_counted_by_all_that_the_card_tells() -> None:
    campaign = make_campaign()
    ada, bob = make_member(campaign), make_member(campaign)
    make_ranking(campaign, ada)
    guideline = publish_instructions(campaign=campaign, guideline="# Be kind", by=None)
    acknowledge_instructions(instructions=guideline, by=bob)
    ranked_with_a_tie(campaign, bob)
    Prompt.objects.update(side="train", skill="law")
    Prompt.objects.filter(pk=Prompt.objects.latest("pk").pk).update(side="test", language="de")

    frozen = freeze(SnapshotKind.PREFERENCE, campaign, Policy(report=False))

    assert facts_of(frozen) == Facts(
        skills={"law": {"train": 1, "test": 1}},
        languages={"en": {"train": 1}, "de": {"test": 1}},
        strengths={None: 3, 2: 1},
        lengths=None,
        raters=2,
        year=timezone.now().year,
        guidelines=[Guideline(str(guideline.uuid), 1, "# Be kind", 1)],
        under_none=1,
    )
    folder = snapshot_folder(frozen)
    assert (folder / "guidelines" / f"{guideline.uuid}.md").read_text() == "# Be kind"


@pytest.mark.django_db
def test_what_answers_were_judged_by_is_told_with_the_guideline() -> None:
    campaign = make_campaign()
    bob = make_member(campaign)
    true = {"name": "true", "label": "True", "means": "every claim can be checked"}
    kind = {"name": "kind", "label": "Kind"}
    guideline = publish_instructions(
        campaign=campaign,
        guideline="# Be kind\n",
        by=None,
        form={"rank": {"criteria": [true, kind]}},
    )
    acknowledge_instructions(instructions=guideline, by=bob)
    make_ranking(campaign, bob)

    folder = snapshot_folder(freeze(SnapshotKind.PREFERENCE, campaign, Policy(report=False)))

    told = (folder / "guidelines" / f"{guideline.uuid}.md").read_text()
    assert told == ("# Be kind\n\n## Judged by\n\n- True: every claim can be checked\n- Kind\n")


@pytest.mark.django_db
def test_lengths_come_from_the_report() -> None:
    campaign = make_campaign()
    make_ranking(campaign, make_member(campaign))

    found = facts_of(freeze(SnapshotKind.RANKED, campaign)).lengths

    assert found is not None
    assert [*found] == ["prompts", "answers", "rows"]
    assert (found["answers"].count, found["answers"].least) == (4, len("One."))


@pytest.mark.django_db
def test_of_prompts_alone_nobody_judged() -> None:
    campaign = make_campaign()
    make_ranking(campaign, make_member(campaign))

    found = facts_of(freeze(SnapshotKind.PROMPTS, campaign))

    assert (found.raters, found.strengths, found.guidelines, found.under_none) == (None, {}, [], 0)
    assert sum(found.skills[""].values()) == 1
