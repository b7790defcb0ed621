"""A dataset is frozen in the form that its policy asks for."""

from pathlib import Path

import orjson
import pytest
from pytest_django.fixtures import Settings

from annotate.enums import SnapshotKind
from annotate.export.manifest import verify_snapshot
from annotate.export.policy import Policy
from annotate.models import Campaign, Prompt, Snapshot
from annotate.services.freezing import claim_snapshot, freeze_snapshot
from annotate.services.snapshot import request_snapshot, snapshot_folder
from commons.models import RunState
from tests.factories import make_campaign, make_member, make_ranking


@pytest.fixture(autouse=True)
def _artifacts(settings: Settings, tmp_path: Path) -> None:
    settings.ARTIFACTS = tmp_path
    settings.PSEUDONYM_KEY = "a key of the test"


def freeze_pairs(campaign: Campaign, policy: Policy) -> Snapshot:
    request_snapshot(kind=SnapshotKind.PREFERENCE, campaigns=[campaign], by=None, policy=policy)
    claimed = claim_snapshot()
    assert claimed is not None
    freeze_snapshot(snapshot=claimed)
    claimed.refresh_from_db()
    return claimed


def lines(file: Path) -> list[dict[str, object]]:
    return [orjson.loads(line) for line in file.read_bytes().splitlines()]


@pytest.mark.django_db
def test_rows_for_openai_have_their_lineage_beside_them() -> None:
    campaign = make_campaign()
    ranking = make_ranking(campaign, make_member(campaign))

    frozen = freeze_pairs(campaign, Policy(form="openai", files=("jsonl",)))

    folder, name = snapshot_folder(frozen), f"{ranking.prompt.side}-00000.jsonl"
    rows, beside = lines(folder / "jsonl" / name), lines(folder / "lineage" / name)
    assert {tuple(row) for row in rows} == {("input", "preferred_output", "non_preferred_output")}
    assert [row["ranking_id"] for row in beside] == [str(ranking.uuid)] * len(rows)
    assert verify_snapshot(folder).rows[ranking.prompt.side] == len(rows) > 0


@pytest.mark.django_db
def test_what_a_form_cannot_say_ends_the_freeze_in_words() -> None:
    campaign = make_campaign()
    ranking = make_ranking(campaign, make_member(campaign))
    messages = [{"role": "system", "content": "Be kind."}, *ranking.prompt.messages]
    Prompt.objects.filter(pk=ranking.prompt_id).update(messages=messages)

    frozen = freeze_pairs(campaign, Policy(form="transcript"))

    assert frozen.state == RunState.FAILED
    assert (
        f"prompt {ranking.prompt.uuid} cannot be written in the form 'transcript'" in frozen.error
    )
    assert not snapshot_folder(frozen).exists()
