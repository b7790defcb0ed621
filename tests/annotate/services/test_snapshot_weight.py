"""What raters weigh is read once, when the members are written down, and stands in the manifest."""

from collections.abc import Mapping
from pathlib import Path

import orjson
import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django.fixtures import Settings

from annotate.enums import SnapshotKind
from annotate.errors import PolicyRefused
from annotate.export.manifest import verify_snapshot
from annotate.export.policy import Policy
from annotate.models import (
    Campaign,
    QualityReport,
    Ranking,
    Rater,
    RaterQuality,
    Snapshot,
    SnapshotWeight,
)
from annotate.selectors.consistency import consistencies_over
from annotate.services.freezing import claim_snapshot, freeze_snapshot
from annotate.services.review import decide_review
from annotate.services.snapshot import request_snapshot, snapshot_folder
from annotate.services.snapshot_member import freeze_members
from commons.models import RunState
from rewards.engine.data import open_snapshot
from tests.annotate.freezing import freeze
from tests.annotate.reviewing import accepting, make_review, make_reviewed_campaign, make_reviewer
from tests.factories import make_campaign, make_member, make_ranking

pytestmark = pytest.mark.django_db

WEIGHED = Policy(weights="reliability")


@pytest.fixture(autouse=True)
def _artifacts(settings: Settings, tmp_path: Path) -> None:
    settings.ARTIFACTS = tmp_path
    settings.PSEUDONYM_KEY = "a key of the test"


def find(campaign: Campaign, figures: Mapping[Rater, float | None], *, doubled: int = 20) -> None:
    """A look at quality has found these consistencies."""
    now = timezone.now()
    report = QualityReport.objects.create(campaign=campaign, state=RunState.DONE, finished_at=now)
    for rater, eta in figures.items():
        RaterQuality.objects.create(report=report, rater=rater, consistency=eta, doubled=doubled)


def rows_in(snapshot: Snapshot) -> list[dict[str, object]]:
    assert (snapshot.state, snapshot.error) == (RunState.DONE, "")
    files = sorted((snapshot_folder(snapshot) / "jsonl").glob("*.jsonl"))
    return [orjson.loads(line) for file in files for line in file.read_bytes().splitlines()]


def weights_in(snapshot: Snapshot) -> dict[str, float]:
    """By ranking, as the rows have them."""
    return {str(row["ranking_id"]): float(str(row["weight"])) for row in rows_in(snapshot)}


@pytest.fixture
def campaign() -> Campaign:
    return make_campaign()


@pytest.fixture
def rankings(campaign: Campaign) -> list[Ranking]:
    """Of three people, one each; nothing is known of the third."""
    made = [make_ranking(campaign, make_member(campaign)) for _ in range(3)]
    find(campaign, {made[0].rater: 0.95, made[1].rater: 0.75, made[2].rater: None})
    return made


@pytest.mark.parametrize("kind", ["preference", "ranked", "unpaired"])
def test_each_row_has_what_its_rater_weighs_and_the_manifest_says_so(
    kind: str, campaign: Campaign, rankings: list[Ranking]
) -> None:
    """0.95 and 0.75 weigh 0.9 and 0.5; whoever is unknown counts as 0.7."""
    frozen = freeze(SnapshotKind(kind), campaign, WEIGHED)

    ids = [str(each.uuid) for each in rankings]
    assert weights_in(frozen) == dict(zip(ids, [0.9, 0.5, 0.4], strict=True))
    manifest = verify_snapshot(snapshot_folder(frozen))
    assert manifest.weights == {str(row["rater"]): row["weight"] for row in rows_in(frozen)}
    assert (manifest.version, frozen.policy["weights"]) == (3, "reliability")


def test_where_all_weigh_the_same_nothing_is_said_of_it(
    campaign: Campaign, rankings: list[Ranking]
) -> None:
    frozen = freeze(SnapshotKind.RANKED, campaign)

    assert "weights" not in frozen.manifest
    assert "weights" not in frozen.policy
    assert frozen.manifest["version"] == 2
    assert ["weight" in row for row in rows_in(frozen)] == [False] * 3
    assert not SnapshotWeight.objects.exists()


def test_what_is_found_later_changes_nothing_that_is_being_written(
    campaign: Campaign, rankings: list[Ranking]
) -> None:
    request_snapshot(kind=SnapshotKind.RANKED, campaigns=[campaign], by=None, policy=WEIGHED)
    claimed = claim_snapshot()
    assert claimed is not None
    freeze_members(snapshot=claimed)
    find(campaign, {each.rater: 0.6 for each in rankings})

    freeze_snapshot(snapshot=claimed)

    claimed.refresh_from_db()
    assert sorted(weights_in(claimed).values()) == [0.4, 0.5, 0.9]


def test_equal_figures_give_equal_bytes_and_others_another_dataset(
    campaign: Campaign, rankings: list[Ranking]
) -> None:
    """A figure that differs by less than a thousandth of the weight is the same."""
    first = freeze(SnapshotKind.PREFERENCE, campaign, WEIGHED)
    find(campaign, {rankings[0].rater: 0.95001, rankings[1].rater: 0.75})
    same = freeze(SnapshotKind.PREFERENCE, campaign, WEIGHED)
    find(campaign, {rankings[0].rater: 0.9, rankings[1].rater: 0.75})
    other = freeze(SnapshotKind.PREFERENCE, campaign, WEIGHED)

    assert same.digest == first.digest
    assert other.members_digest != first.members_digest
    assert {row["rater"] for row in rows_in(other)}.isdisjoint(
        {row["rater"] for row in rows_in(first)}
    )


def test_a_label_that_a_reviewer_settled_weighs_a_whole_one() -> None:
    campaign = make_reviewed_campaign()
    review = make_review(campaign)
    reviewer = make_reviewer(campaign)
    decide_review(review=review, verdict=accepting(review), by=reviewer)
    vote = make_ranking(campaign, make_member(campaign))
    find(campaign, {vote.rater: 0.75} | {Rater.objects.get(user=reviewer): 0.5})
    review.refresh_from_db()
    assert review.ranking is not None

    frozen = freeze(SnapshotKind.RANKED, campaign, WEIGHED)

    assert weights_in(frozen) == {str(review.ranking.uuid): 1.0, str(vote.uuid): 0.5}
    assert list(frozen.manifest["weights"].values()) == [0.5]


def test_whoever_votes_by_coin_gives_no_row_and_stands_in_the_manifest(
    campaign: Campaign, rankings: list[Ranking]
) -> None:
    find(campaign, {rankings[0].rater: 0.5, rankings[1].rater: 0.75})

    frozen = freeze(SnapshotKind.RANKED, campaign, WEIGHED)

    assert sorted(weights_in(frozen).values()) == [0.4, 0.5]
    assert sorted(frozen.manifest["weights"].values()) == [0.0, 0.4, 0.5]
    assert frozen.members.count() == 3


def test_weights_are_refused_where_nobody_has_a_figure(campaign: Campaign) -> None:
    ranking = make_ranking(campaign, make_member(campaign))
    find(campaign, {ranking.rater: None})

    with pytest.raises(PolicyRefused, match="Nobody’s reliability is known") as refused:
        request_snapshot(kind=SnapshotKind.RANKED, campaigns=[campaign], by=None, policy=WEIGHED)

    assert refused.value.field == "weights"
    assert not Snapshot.objects.exists()


def test_of_several_campaigns_a_rater_has_the_mean_by_what_others_judged_too() -> None:
    """20 items of 0.9 and 60 of 0.7 make 0.75; only the newest look of each counts."""
    one, other = make_campaign(), make_campaign()
    [both, here] = [make_ranking(one, make_member(one)).rater for _ in range(2)]
    find(one, {both: 0.6, here: 0.6})
    find(one, {both: 0.9, here: 0.8}, doubled=20)
    find(other, {both: 0.7}, doubled=60)

    found = consistencies_over([one, other])

    assert found == {both.pk: pytest.approx(0.75), here.pk: pytest.approx(0.8)}
    assert consistencies_over([other]) == {both.pk: pytest.approx(0.7)}


def test_the_reward_model_reads_the_weights(campaign: Campaign, rankings: list[Ranking]) -> None:
    for kind in (SnapshotKind.RANKED, SnapshotKind.PREFERENCE):
        frozen = freeze(kind, campaign, WEIGHED)

        read = open_snapshot(snapshot_folder(frozen), kind)

        weights = {
            each.ranking_id: each.weight
            for side in ("train", "validation", "test")
            for each in read.rankings(side)
        }
        assert weights == weights_in(frozen)


def test_the_database_keeps_one_weight_a_rater_and_only_shares(
    campaign: Campaign, rankings: list[Ranking]
) -> None:
    frozen = freeze(SnapshotKind.RANKED, campaign)
    SnapshotWeight.objects.create(snapshot=frozen, rater=rankings[0].rater, weight=1.0)

    for rater, weight in ((rankings[0].rater, 0.5), (rankings[1].rater, 1.1)):
        with pytest.raises(IntegrityError), transaction.atomic():
            SnapshotWeight.objects.create(snapshot=frozen, rater=rater, weight=weight)
