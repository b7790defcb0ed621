"""A dataset is frozen in the form that its policy asks for."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from pytest_django.fixtures import Settings

from annotate.enums import Purpose, SnapshotKind
from annotate.errors import PolicyRefused
from annotate.export.manifest import verify_snapshot
from annotate.export.policy import Policy
from annotate.export.preflight.reading import report_from
from annotate.models import Campaign, Candidate, Prompt, Ranking, Snapshot
from annotate.services.freezing import claim_snapshot, freeze_snapshot
from annotate.services.snapshot import request_snapshot, snapshot_folder
from annotate.services.snapshot_report import reasons_against
from commons.models import RunState
from tests.factories import make_campaign, make_candidate, make_member, make_ranking


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


SYSTEM = {"role": "system", "content": "Be kind."}
CALL = {"type": "function", "function": {"name": "look_up", "arguments": {}}}
CALLING = {"role": "assistant", "content": "", "tool_calls": [CALL]}
TRANSCRIPT = Policy(form="transcript")


def put_first(prompt: Prompt, message: Mapping[str, object]) -> None:
    Prompt.objects.filter(pk=prompt.pk).update(messages=[message, *prompt.messages])


def say_instead(candidate: Candidate, *messages: Mapping[str, object]) -> None:
    Candidate.objects.filter(pk=candidate.pk).update(messages=list(messages))


def asked(campaign: Campaign, policy: Policy = TRANSCRIPT) -> Snapshot:
    return request_snapshot(
        kind=SnapshotKind.PREFERENCE, campaigns=[campaign], by=None, policy=policy
    )


@pytest.fixture
def campaign() -> Campaign:
    """Three prompts, each ranked by one person."""
    found = make_campaign()
    person = make_member(found)
    for _ in range(3):
        make_ranking(found, person)
    return found


@pytest.mark.django_db
@pytest.mark.parametrize(
    "first",
    [
        SYSTEM,
        CALLING,
        {"role": "tool", "name": "look_up", "content": "found"},
        {"role": "user", "content": "He said:\n\nAssistant: never"},
    ],
)
def test_what_a_transcript_cannot_say_of_a_prompt_is_refused_at_once(
    campaign: Campaign, first: Mapping[str, object]
) -> None:
    for prompt in (odd := list(Prompt.objects.order_by("uuid")[:2])):
        put_first(prompt, first)

    with pytest.raises(PolicyRefused) as refused:
        asked(campaign)

    said = str(refused.value)
    assert refused.value.field == "form"
    assert said.startswith("2 of 3 rankings, of 2 prompts, cannot be written as transcripts")
    assert f"prompt {odd[0].uuid}" in said
    assert not Snapshot.objects.exists()
    assert asked(campaign, Policy()).state == RunState.REQUESTED


@pytest.mark.django_db
def test_what_it_cannot_say_of_an_answer_is_refused_where_rows_hold_it(campaign: Campaign) -> None:
    """One more ranking could not place the answer with the call; the first never had it."""
    second = Ranking.objects.order_by("pk")[0]
    first = make_ranking(campaign, make_member(campaign), unrankable=1)
    [last] = first.unrankable
    say_instead(Candidate.objects.get(uuid=last), CALLING)
    say_instead(make_candidate(second.prompt, "Unseen."), CALLING)

    with pytest.raises(PolicyRefused, match=f"One of 4 rankings .*prompt {first.prompt.uuid}"):
        asked(campaign, replace(TRANSCRIPT, unrankable="below"))

    assert asked(campaign).state == RunState.REQUESTED


@pytest.mark.django_db
def test_a_text_that_only_speaks_of_such_things_is_none_of_them(campaign: Campaign) -> None:
    said = '"role": "system", "tool_calls": [{ and Human: or \\n\\nAssistant: in one line'
    for prompt in Prompt.objects.all():
        put_first(prompt, {"role": "user", "content": said})

    frozen = freeze_pairs(campaign, TRANSCRIPT)

    assert (frozen.state, frozen.error) == (RunState.DONE, "")


@pytest.mark.django_db
def test_a_check_tells_it_in_its_report_and_its_files_are_refused(campaign: Campaign) -> None:
    prompt = Prompt.objects.order_by("uuid")[0]
    put_first(prompt, SYSTEM)
    request_snapshot(
        kind=SnapshotKind.PREFERENCE,
        campaigns=[campaign],
        by=None,
        policy=TRANSCRIPT,
        purpose=Purpose.CHECK,
    )
    claimed = claim_snapshot()
    assert claimed is not None

    freeze_snapshot(snapshot=claimed)

    claimed.refresh_from_db()
    [reason] = reasons_against(claimed, report_from(claimed.report))
    assert claimed.state == RunState.DONE
    assert reason.startswith("One of 3 rankings cannot be written as a transcript")
    assert claimed.report["against"] == [reason]
    told = {"rankings": 1, "all": 3, "prompts": 1, "example": str(prompt.uuid)}
    assert claimed.report["untold"] == told


@pytest.mark.django_db
def test_what_came_after_the_request_ends_the_freeze_in_words(campaign: Campaign) -> None:
    asked(campaign)
    prompt = Prompt.objects.order_by("uuid")[0]
    put_first(prompt, SYSTEM)
    claimed = claim_snapshot()
    assert claimed is not None

    freeze_snapshot(snapshot=claimed)

    claimed.refresh_from_db()
    assert claimed.state == RunState.FAILED
    assert f"prompt {prompt.uuid} cannot be written in the form 'transcript'" in claimed.error
    assert not snapshot_folder(claimed).exists()
