"""A dataset that is asked to says with which chances its rows were drawn; they never change."""

from pathlib import Path
from uuid import uuid4

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from annotate.enums import Kind, Origin, SnapshotKind
from annotate.export.policy import Policy
from annotate.models import Campaign, CampaignPrompt, Ranking, Task
from annotate.services.demonstration import DemonstrationAnswer, submit_demonstration
from annotate.services.freezing import claim_snapshot, freeze_snapshot
from annotate.services.ranking import RankingAnswer, submit_ranking
from annotate.services.snapshot_removal import let_go_files, make_files_again
from tests.annotate.freezing import freeze
from tests.annotate.services.test_snapshot_weight import rows_in
from tests.factories import make_campaign, make_member, make_prompt, make_ranking, take_and_show

pytestmark = pytest.mark.django_db

SAID = Policy(chances=True)


@pytest.fixture(autouse=True)
def _artifacts(settings: Settings, tmp_path: Path) -> None:
    settings.ARTIFACTS, settings.PSEUDONYM_KEY = tmp_path, "a key of the test"
    settings.REPORT_TOKENIZER = settings.EVALUATIONS = tmp_path / "none"


@pytest.fixture
def campaign() -> Campaign:
    return make_campaign()


@pytest.fixture
def ranking(campaign: Campaign) -> Ranking:
    """Four of six answers, to a prompt that was drawn with 0.25."""
    person = make_member(campaign)
    prompt = make_prompt(campaign, answers=[f"Answer {number}." for number in range(6)])
    Task.objects.filter(prompt=prompt).update(asked_with=0.25)
    turn = take_and_show(person, campaign, kind=Kind.RANK)
    answer = RankingAnswer(tiers=[[each] for each in turn.task.offered], unrankable=[])
    return submit_ranking(assignment=turn, answer=answer, by=person, key=uuid4())


def test_each_row_has_the_chances_of_its_task(campaign: Campaign, ranking: Ranking) -> None:
    """Six alike, of which four are shown: 4/6 each."""
    task = _task_of(ranking)
    assert task.offered_with == [pytest.approx(4 / 6)] * 4

    (row,) = rows_in(freeze(SnapshotKind.RANKED, campaign, SAID))
    pairs = rows_in(freeze(SnapshotKind.PREFERENCE, campaign, SAID))

    assert row["asked_with"] == 0.25
    assert row["shown_with"] == task.offered_with
    assert {(p["asked_with"], p["chosen_shown_with"]) for p in pairs} == {
        (0.25, task.offered_with[0])
    }


def test_what_somebody_wrote_has_the_chance_of_its_prompt(campaign: Campaign) -> None:
    person = make_member(campaign)
    Task.objects.filter(prompt=make_prompt(campaign)).update(asked_with=0.5)
    turn = take_and_show(person, campaign, kind=Kind.DEMONSTRATE)
    submit_demonstration(assignment=turn, answer=DemonstrationAnswer("It is."), by=person)

    (row,) = rows_in(freeze(SnapshotKind.SFT, campaign, SAID))

    assert row["asked_with"] == 0.5


def _task_of(ranking: Ranking) -> Task:
    assert ranking.assignment is not None
    return ranking.assignment.task


def test_what_nobody_drew_has_none(campaign: Campaign, ranking: Ranking) -> None:
    """A judgement that came from elsewhere has no task; an older task knows no chances."""
    Task.objects.update(asked_with=None, offered_with=None)
    imported = make_ranking(campaign, make_member(campaign))
    Ranking.objects.filter(pk=imported.pk).update(origin=Origin.IMPORTED, assignment=None)

    rows = rows_in(freeze(SnapshotKind.RANKED, campaign, SAID))

    assert [row["asked_with"] for row in rows] == [None, None]
    assert [row["shown_with"] for row in rows] == [[None] * 4, [None] * 4]


def test_files_that_are_made_again_have_the_very_chances(
    campaign: Campaign,
    ranking: Ranking,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    """A later cycle draws the prompt again: its place in the campaign has another chance then, and
    the task that was judged keeps its own."""
    frozen = freeze(SnapshotKind.PREFERENCE, campaign, SAID)
    before = rows_in(frozen)
    with django_capture_on_commit_callbacks(execute=True):
        let_go_files(snapshot=frozen, by=None)
    CampaignPrompt.objects.update(chance=0.9)

    make_files_again(snapshot=frozen, by=None)
    claimed = claim_snapshot()
    assert claimed is not None
    freeze_snapshot(snapshot=claimed)

    frozen.refresh_from_db()
    assert rows_in(frozen) == before


def test_without_the_choice_no_row_says_anything_of_it(
    campaign: Campaign, ranking: Ranking
) -> None:
    frozen = freeze(SnapshotKind.RANKED, campaign)

    (row,) = rows_in(frozen)
    assert [name for name in row if name.endswith("_with")] == []
    assert "chances" not in frozen.policy
