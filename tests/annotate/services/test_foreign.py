"""Work that comes from Label Studio and Argilla is kept, counted, and becomes a dataset."""

import json
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
import pytest
from django.core.management import CommandError, call_command

from annotate.enums import CountsAs, Kind, Origin, RaterKind, SnapshotKind
from annotate.importing.drafts import UNNAMED
from annotate.models import (
    Batch,
    Campaign,
    CampaignPrompt,
    Candidate,
    Demonstration,
    Prompt,
    Ranking,
    Rater,
    Tally,
)
from annotate.services.campaign import Work
from annotate.services.freezing import claim_snapshot, freeze_snapshot
from annotate.services.snapshot import (
    request_snapshot,
    snapshot_folder,
)
from tests.factories import make_campaign

CONFIG = """<View><Text name="p" value="$prompt"/><Pairwise name="better" toName="l,r"/>
<Text name="l" value="$answer1"/><Text name="r" value="$answer2"/>
<Rating name="quality" toName="l"/><TextArea name="own" toName="p"/></View>"""


def picked(side: str, person: int, **more: Any) -> dict[str, Any]:
    result = {"from_name": "better", "type": "pairwise", "value": {"selected": side}}
    rated = {"from_name": "quality", "to_name": "l", "type": "rating", "value": {"rating": 3}}
    who = {"id": person, "email": f"{person}@example.org", "first_name": "Ada", "last_name": "L"}
    return {
        "completed_by": who,
        "created_at": "2025-03-01T09:00:00Z",
        "lead_time": 12.04,
        "result": [result, rated],
    } | more


def tasks(*annotations: dict[str, Any]) -> list[dict[str, Any]]:
    data = {"prompt": "Why?", "answer1": "So.", "answer2": "Because."}
    return [{"id": 1, "project": 3, "data": data, "annotations": list(annotations)}]


def run(campaign: Campaign, folder: Path, rows: object, *options: str) -> dict[str, Any]:
    """Import rows of Label Studio; the report."""
    file, config = folder / "export.json", folder / "config.xml"
    file.write_text(json.dumps(rows))
    config.write_text(CONFIG)
    return told(
        campaign, file, "--format", "label-studio", "--config", str(config), "--json", *options
    )


def told(campaign: Campaign, file: Path, *options: str) -> dict[str, Any]:
    out = StringIO()
    call_command(
        "import_prompts",
        str(file),
        "--campaign",
        campaign.name,
        *options,
        stdout=out,
        stderr=StringIO(),
    )
    return dict(json.loads(out.getvalue().splitlines()[-1]))


def frozen(kind: SnapshotKind, campaign: Campaign) -> list[dict[str, Any]]:
    request_snapshot(kind=kind, campaigns=[campaign], by=None)
    snapshot = claim_snapshot()
    assert snapshot is not None
    freeze_snapshot(snapshot=snapshot)
    shards = sorted(snapshot_folder(snapshot).rglob("*.parquet"))
    return [row for shard in shards for row in parquet.read_table(shard).to_pylist()]


@pytest.mark.django_db
def test_a_judgement_keeps_its_time_its_rater_and_what_it_says_of_the_answers(
    tmp_path: Path,
) -> None:
    report = run(make_campaign(), tmp_path, tasks(picked("right", 5)))

    ranking = Ranking.objects.select_related("rater").get()
    names = {each.text: str(each.uuid) for each in Candidate.objects.all()}
    assert ranking.tiers == [[names["Because."]], [names["So."]]]
    assert ranking.answers == {names["So."]: {"ratings": {"quality": 3}}}
    assert ranking.created_at == datetime(2025, 3, 1, 9, tzinfo=UTC)
    assert ranking.effort == {"lead_seconds": 12.0}
    assert (ranking.origin, ranking.counts_as) == (Origin.IMPORTED, CountsAs.WORK)
    assert (ranking.rater.kind, ranking.rater.name) == (RaterKind.IMPORTED, "label-studio:3:5")
    assert Prompt.objects.get().external_id == "1"
    assert (report["made"], report["rankings"], report["turned_away"]) == (1, 1, 0)


@pytest.mark.django_db
def test_nothing_of_a_person_but_their_number_is_kept(tmp_path: Path) -> None:
    run(make_campaign(), tmp_path, tasks(picked("left", 5)))

    kept = [
        json.dumps(list(kind.objects.values()), default=str)
        for kind in (Batch, Candidate, CampaignPrompt, Prompt, Ranking, Rater)
    ]
    assert "label-studio:3:5" in "".join(kept)
    assert "example.org" not in "".join(kept)
    assert "Ada" not in "".join(kept)


@pytest.mark.django_db
def test_each_annotator_is_a_rater_and_a_second_run_makes_nothing(tmp_path: Path) -> None:
    campaign, rows = make_campaign(), tasks(picked("left", 5), picked("left", 6))

    run(campaign, tmp_path, rows)
    report = run(campaign, tmp_path, rows)

    assert Ranking.objects.count() == 2
    assert set(Rater.objects.values_list("name", flat=True)) == {
        "label-studio:3:5",
        "label-studio:3:6",
    }
    assert (report["made"], report["already_there"], report["rankings"]) == (0, 1, 0)
    assert sum(Tally.objects.values_list("imported", flat=True)) == 2


@pytest.mark.django_db
def test_what_is_not_carried_over_is_reported_by_reason_with_its_first_tasks(
    tmp_path: Path,
) -> None:
    rows = tasks(picked("left", 5), picked("left", 6, was_cancelled=True))
    for at in range(2, 9):
        rows += [{**rows[0], "id": at, "data": {**rows[0]["data"], "prompt": f"{at}?"}}]
    rows[3]["drafts"] = [{"id": 1}]

    report = run(make_campaign(), tmp_path, rows)

    assert report["left"] == [
        {
            "why": "annotation that its annotator skipped",
            "count": 8,
            "first": ["1", "2", "3", "4", "5"],
        },
        {"why": UNNAMED, "count": 1, "first": ["4"]},
    ]
    assert report["plan"]["answers"] == ["answer1", "answer2"]
    assert Batch.objects.get().report["left"]["reasons"][UNNAMED] == {
        "count": 1,
        "first": ["4"],
    }


@pytest.mark.django_db
def test_imported_rankings_freeze_into_the_right_pairs(tmp_path: Path) -> None:
    campaign = make_campaign()
    run(campaign, tmp_path, tasks(picked("right", 5), picked("left", 6, ground_truth=True)))

    (row,) = frozen(SnapshotKind.PREFERENCE, campaign)

    assert [row[side][0]["content"] for side in ("prompt", "chosen", "rejected")] == [
        "Why?",
        "Because.",
        "So.",
    ]
    assert Ranking.objects.filter(counts_as=CountsAs.GOLD).count() == 1  # flagged, and not in it


@pytest.mark.django_db
def test_ground_truth_may_be_work(tmp_path: Path) -> None:
    campaign = make_campaign()
    truth = tasks(picked("left", 6, ground_truth=True))
    run(campaign, tmp_path, truth, "--ground-truth", "work")

    assert len(frozen(SnapshotKind.PREFERENCE, campaign)) == 1


@pytest.mark.django_db
def test_imported_ratings_are_in_the_ranked_dataset_though_nobody_here_asked(
    tmp_path: Path,
) -> None:
    campaign = make_campaign()
    run(campaign, tmp_path, tasks(picked("right", 5)))

    (row,) = frozen(SnapshotKind.RANKED, campaign)

    rated = row["ratings"][0]
    assert (row["answers"][rated["answer"]][0]["content"], rated["name"], rated["value"]) == (
        "So.",
        "quality",
        3,
    )
    assert row["flags"] is None


@pytest.mark.django_db
def test_a_written_answer_becomes_a_demonstration(tmp_path: Path) -> None:
    own = {"from_name": "own", "type": "textarea", "value": {"text": ["Air."]}}
    campaign = make_campaign()

    run(campaign, tmp_path, tasks(picked("left", 5, result=[own])))

    assert Demonstration.objects.get().created_at == datetime(2025, 3, 1, 9, tzinfo=UTC)
    (row,) = frozen(SnapshotKind.SFT, campaign)
    assert [each["content"] for each in row["messages"]] == ["Why?", "Air."]


@pytest.mark.django_db
def test_the_imported_work_opens_tasks_for_our_experts(tmp_path: Path) -> None:
    report = run(
        make_campaign(works=[Work(Kind.RANK, answers=2)]), tmp_path, tasks(picked("left", 5))
    )

    assert report["tasks"] == 1


@pytest.mark.django_db
def test_a_folder_of_argilla_is_imported_with_its_ties(tmp_path: Path) -> None:
    options = [{"value": name} for name in ("response1", "response2", "response3")]
    settings = {
        "fields": [
            {"name": name, "settings": {"type": "text"}}
            for name in ("instruction", "response1", "response2", "response3")
        ],
        "questions": [{"name": "order", "settings": {"type": "ranking", "options": options}}],
        "distribution": {"strategy": "overlap", "min_submitted": 1},
    }
    ranks = {"response1": 2, "response2": 1, "response3": 2}
    value = [{"value": name, "rank": rank} for name, rank in ranks.items()]
    record = {
        "external_id": "r1",
        "fields": {"instruction": "Why?", "response1": "1", "response2": "2", "response3": "3"},
        "responses": [
            {"user_id": "u1", "status": "submitted", "values": {"order": {"value": value}}}
        ],
    }
    (tmp_path / ".argilla").mkdir()
    (tmp_path / ".argilla/settings.json").write_text(json.dumps(settings))
    (tmp_path / ".argilla/dataset.json").write_text('{"name": "prefs"}')
    (tmp_path / "records.json").write_text(json.dumps([record]))
    campaign = make_campaign()

    told(campaign, tmp_path, "--format", "argilla", "--json")

    assert Rater.objects.get().name == "argilla:prefs:u1"
    pairs = {
        (row["chosen"][0]["content"], row["rejected"][0]["content"])
        for row in frozen(SnapshotKind.PREFERENCE, campaign)
    }
    assert pairs == {("2", "1"), ("2", "3")}


@pytest.mark.django_db
def test_the_plan_can_be_looked_at_without_importing(tmp_path: Path) -> None:
    said = run(make_campaign(), tmp_path, tasks(picked("left", 5)), "--plan")

    assert said["plan"]["questions"] == {
        "better": "ranking",
        "quality": "rating of answer1",
        "own": "demonstration",
    }
    assert not Batch.objects.exists()


@pytest.mark.django_db
def test_the_report_for_people_names_reasons_and_tasks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "export.json"
    file.write_text(json.dumps([{**tasks()[0], "drafts": [{"id": 1}]}]))
    campaign = make_campaign()

    call_command("import_prompts", str(file), "--campaign", campaign.name, "--format=label-studio")

    out = capsys.readouterr().out
    assert "answers    answer1, answer2" in out
    assert f"not carried over:\n  1  {UNNAMED} (first in 1)" in out


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--prompt-field", "x"], "A mapping is for --format label-studio or argilla"),
        (["--format", "argilla"], "give the dataset's settings.json with --config"),
        (["--format", "label-studio", "--question", "a"], "--question a: write NAME=ROLE."),
        (["--format", "label-studio", "--config", "/none.xml"], "/none.xml cannot be read"),
        (["--format", "label-studio", "--answer-fields", "x"], "There is no field 'x'"),
    ],
)
def test_options_that_cannot_be_are_refused_before_anything_is_made(
    tmp_path: Path, options: list[str], problem: str
) -> None:
    file = tmp_path / "export.json"
    file.write_text(json.dumps(tasks()))
    campaign = make_campaign()

    with pytest.raises(CommandError, match=problem):
        call_command("import_prompts", str(file), "--campaign", campaign.name, *options)

    assert not Batch.objects.exists()
