"""Many workers, one dataset: whoever dies, another goes on, and the bytes are the same."""

import itertools
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from annotate.enums import Purpose, SnapshotKind
from annotate.export.manifest import verify_snapshot
from annotate.export.policy import Policy
from annotate.export.shards import write_shards
from annotate.models import Campaign, Candidate, Prompt, Ranking, Snapshot, SnapshotPart
from annotate.services import freezing, retention, snapshot_member, snapshot_part
from annotate.services.freezing import claim_snapshot, freeze_snapshot, write_waiting_parts
from annotate.services.snapshot import (
    request_snapshot,
    snapshot_folder,
    snapshot_store,
    write_checked,
)
from annotate.services.snapshot_member import freeze_members
from annotate.services.snapshot_part import claim_part, write_part
from commons.disk import REMEDY
from commons.models import RunState
from commons.runs import beat_run, cancel_run, fail_run, request_again
from tests.annotate.services.test_snapshot import imported_twin_of, rows_in
from tests.factories import make_campaign, make_member, make_ranking, make_user

PICTURES = ("rows", "skills", "languages", "strengths", "lengths")
PAST = timedelta(minutes=2)


class Killed(BaseException):
    """What a process that is killed does: nothing more."""


@pytest.fixture(autouse=True)
def _small(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ARTIFACTS = tmp_path
    settings.PSEUDONYM_KEY = "a key of the test"
    sizes = dict.fromkeys(SnapshotKind, 2)
    monkeypatch.setattr(snapshot_member, "MEMBERS_PER_PART", sizes)
    monkeypatch.setattr(freezing, "PAUSE", 0.0)
    monkeypatch.setattr(snapshot_part, "BEAT", 0.0)


@pytest.fixture
def campaign() -> Campaign:
    """Five prompts that train, each ranked by one person."""
    found = make_campaign()
    person = make_member(found)
    for _ in range(5):
        make_ranking(found, person)
    Prompt.objects.update(side="train")
    return found


def asked(campaign: Campaign, policy: Policy | None = None, **options: object) -> Snapshot:
    request_snapshot(
        kind=SnapshotKind.RANKED,
        campaigns=[campaign],
        by=None,
        policy=policy,
        **options,  # type: ignore[arg-type]  # what the test says
    )
    claimed = claim_snapshot()
    assert claimed is not None
    return claimed


def frozen(snapshot: Snapshot) -> Snapshot:
    freeze_snapshot(snapshot=snapshot)
    snapshot.refresh_from_db()
    return snapshot


def fall_silent() -> None:
    """All who hold anything have not been heard of for two minutes."""
    then = timezone.now() - PAST
    for model in (Snapshot, SnapshotPart):
        model.objects.filter(state=RunState.RUNNING).update(heartbeat_at=then)


def killing(after: int) -> Callable[..., object]:
    """``write_shards`` of a worker that dies at the part of this number."""
    real, left = write_shards, [after]

    def write(*given: object, **named: object) -> object:
        if not left[0]:
            raise Killed
        left[0] -= 1
        return real(*given, **named)  # type: ignore[arg-type]  # handed on

    return write


@pytest.mark.django_db
def test_members_are_cut_into_parts_between_prompts(campaign: Campaign) -> None:
    second = Ranking.objects.order_by("prompt__uuid")[1]
    for _ in range(2):  # the second prompt is judged three times
        imported_twin_of(second)
    snapshot = asked(campaign)

    assert freeze_members(snapshot=snapshot) == 7

    parts = snapshot.parts.order_by("first").values_list("side", "number", "first", "last")
    assert list(parts) == [("train", 0, 0, 3), ("train", 1, 4, 5), ("train", 2, 6, 6)]
    of_prompts = [
        {member.ranking.prompt_id for member in snapshot.members.all()[first : last + 1]}  # type: ignore[union-attr]
        for _, _, first, last in parts
    ]
    assert not of_prompts[0] & of_prompts[1]


@pytest.mark.django_db
def test_members_are_written_once_however_often_it_is_asked(campaign: Campaign) -> None:
    snapshot = asked(campaign)

    counts = [freeze_members(snapshot=snapshot) for _ in range(2)]

    assert (counts, snapshot.members.count(), snapshot.parts.count()) == ([5, 5], 5, 3)


@pytest.mark.django_db
def test_each_part_is_a_shard_and_all_rows_are_there(campaign: Campaign) -> None:
    snapshot = frozen(asked(campaign))

    shards = [(shard["path"], shard["rows"]) for shard in snapshot.manifest["shards"]]
    assert shards == [
        ("parquet/train-00000.parquet", 2),
        ("jsonl/train-00000.jsonl", 2),
        ("parquet/train-00001.parquet", 2),
        ("jsonl/train-00001.jsonl", 2),
        ("parquet/train-00002.parquet", 1),
        ("jsonl/train-00002.jsonl", 1),
        *((f"pictures/{name}.svg", 0) for name in PICTURES),
    ]
    assert snapshot.rows == len(rows_in(snapshot)) == 5


@pytest.mark.django_db
def test_killed_in_the_middle_of_its_parts_another_worker_writes_the_rest(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    undisturbed = frozen(asked(campaign)).digest
    snapshot = asked(campaign)
    with monkeypatch.context() as patched:
        patched.setattr(snapshot_part, "write_shards", killing(after=1))
        with pytest.raises(Killed):
            freeze_snapshot(snapshot=snapshot)
    assert not snapshot_folder(snapshot).exists()
    fall_silent()

    heir = claim_snapshot()
    assert heir is not None
    assert frozen(heir).digest == undisturbed

    attempts = heir.parts.order_by("number").values_list("attempts", flat=True)
    assert list(attempts) == [1, 2, 1]  # what was written stayed written
    assert verify_snapshot(snapshot_folder(heir)).digest == undisturbed


@pytest.mark.django_db
def test_others_take_parts_of_what_one_freezes(campaign: Campaign) -> None:
    alone = frozen(asked(campaign)).digest
    snapshot = asked(campaign)
    freeze_members(snapshot=snapshot)
    helper = claim_part()
    assert helper is not None
    write_part(part=helper)

    write_waiting_parts()

    assert set(snapshot.parts.values_list("state", flat=True)) == {RunState.DONE}
    assert frozen(snapshot).digest == alone


@pytest.mark.django_db
def test_a_helper_that_was_thought_dead_changes_nothing(campaign: Campaign) -> None:
    snapshot = asked(campaign)
    freeze_members(snapshot=snapshot)
    late = claim_part()
    assert late is not None
    fall_silent()
    heir = claim_snapshot()
    assert heir is not None
    digest = frozen(heir).digest

    write_part(part=late)

    heir.refresh_from_db()
    assert heir.digest == digest == verify_snapshot(snapshot_folder(heir)).digest
    assert heir.parts.get(pk=late.pk).attempts == 2


@pytest.mark.django_db
def test_a_holder_that_was_thought_dead_takes_nothing_away(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = asked(campaign)
    fall_silent()
    heir = claim_snapshot()
    assert heir is not None
    digest = frozen(heir).digest
    monkeypatch.setattr(freezing, "mark_erased", lambda snapshot: True)  # erased since

    freeze_snapshot(snapshot=late)

    heir.refresh_from_db()
    assert (heir.state, heir.digest) == (RunState.DONE, digest)
    assert verify_snapshot(snapshot_folder(heir)).digest == digest


@pytest.mark.django_db
def test_two_who_publish_the_same_are_both_right(campaign: Campaign) -> None:
    snapshot = asked(campaign)
    digest = frozen(snapshot).digest
    Snapshot.objects.filter(pk=snapshot.pk).update(
        state=RunState.RUNNING, token=snapshot.uuid, heartbeat_at=timezone.now() - PAST, digest=""
    )

    heir = claim_snapshot()

    assert heir is not None
    assert (frozen(heir).digest, heir.state) == (digest, RunState.DONE)


@pytest.mark.django_db
def test_what_cannot_be_written_says_why_and_goes_on_when_asked_again(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*given: object, **named: object) -> object:
        raise OSError(28, "No space left on device")

    snapshot = asked(campaign)
    with monkeypatch.context() as patched:
        patched.setattr(snapshot_part, "write_shards", full)
        frozen(snapshot)
    assert (snapshot.state, snapshot.error) == (
        RunState.FAILED,
        f"train-00000: {REMEDY}.",
    )

    assert request_again(snapshot)
    again = claim_snapshot()
    assert again is not None
    assert frozen(again).state == RunState.DONE


@pytest.mark.django_db
def test_cancelled_while_a_part_is_written_nothing_of_it_stays(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = asked(campaign)
    real, beats = beat_run, itertools.count()

    def cancelled(*given: object, **named: object) -> bool:
        if next(beats) == 1:  # the first part is there, the second under way
            cancel_run(snapshot)
        return real(*given, **named)  # type: ignore[arg-type]  # handed on

    monkeypatch.setattr(snapshot_part, "beat_run", cancelled)

    freeze_snapshot(snapshot=snapshot)

    snapshot.refresh_from_db()
    assert snapshot.state == RunState.CANCELLED
    assert list(Path(snapshot_folder(snapshot).parent).iterdir()) == []


@pytest.mark.django_db
def test_a_check_writes_no_file_and_its_very_members_may_become_files(campaign: Campaign) -> None:
    lead = make_user()
    check = frozen(asked(campaign, purpose=Purpose.CHECK))
    members = list(check.members.values_list("ranking", flat=True))
    assert (check.state, check.digest, snapshot_store().has(str(check.uuid))) == (
        RunState.DONE,
        "",
        False,
    )
    make_ranking(campaign, make_member(campaign))  # comes after the check

    assert write_checked(snapshot=check, by=lead)
    assert not write_checked(snapshot=check, by=lead)  # the second of two who ask
    claimed = claim_snapshot()
    assert claimed is not None
    frozen(claimed)

    assert (claimed.state, claimed.rows) == (RunState.DONE, 5)
    assert list(claimed.members.values_list("ranking", flat=True)) == members


@pytest.mark.django_db
def test_the_report_of_all_parts_is_kept_with_the_snapshot(campaign: Campaign) -> None:
    snapshot = frozen(asked(campaign))

    structure, raters = snapshot.report["structure"], snapshot.report["raters"]
    assert (structure["items"], structure["rows"], structure["answers"]) == (5, 5, 20)
    assert (raters["raters"], raters["largest_share"]) == (1, 1.0)
    assert snapshot.report["choices"]["pairs"] == 30
    assert snapshot.report["tokens"] is None  # no tokenizer is named: not known, and not zero
    assert not snapshot.parts.exclude(report={}).exists()


@pytest.mark.django_db
def test_parts_that_were_looked_at_otherwise_are_looked_at_anew(
    campaign: Campaign, settings: Settings
) -> None:
    snapshot = asked(campaign)
    freeze_members(snapshot=snapshot)
    first = claim_part()
    assert first is not None
    write_part(part=first)
    settings.REPORT_MAX_LENGTH = 7  # changed while it is frozen

    frozen(snapshot)

    assert (snapshot.state, "differ in max_length" in snapshot.error) == (RunState.FAILED, True)
    assert request_again(snapshot)
    again = claim_snapshot()
    assert again is not None
    assert (frozen(again).state, again.rows) == (RunState.DONE, 5)


@pytest.mark.django_db
def test_who_asks_for_no_report_gets_none(campaign: Campaign) -> None:
    assert frozen(asked(campaign, Policy(report=False))).report == {}


@pytest.mark.django_db
def test_what_a_campaign_refuses_is_not_published_and_every_reason_is_told(
    campaign: Campaign,
) -> None:
    Campaign.objects.filter(pk=campaign.pk).update(
        freeze_rules={
            "effective_raters": 3,
            "largest_rater_share": 0.5,
            "largest_language_share": 0.5,
            "row_characters_p95": 1,
        }
    )
    snapshot = frozen(asked(campaign))

    longest = snapshot.report["mix"]["row_characters"]["p95"]
    assert snapshot.state == RunState.FAILED
    assert [line.partition(";")[0] for line in snapshot.error.splitlines()] == [
        f"{campaign.name}: effective_raters: 1 raters of equal share",
        f"{campaign.name}: largest_language_share: 100.00% of the judgements are in one language",
        f"{campaign.name}: largest_rater_share: 100.00% of the judgements come from one rater",
        f"{campaign.name}: row_characters_p95: {longest} characters are what 95 of 100 rows stay "
        "within",
    ]
    assert snapshot.report["raters"]["effective"] == 1.0
    assert list(Path(snapshot_folder(snapshot).parent).iterdir()) == []

    Campaign.objects.filter(pk=campaign.pk).update(freeze_rules={})
    assert request_again(snapshot)
    again = claim_snapshot()
    assert again is not None
    assert (frozen(again).state, again.rows) == (RunState.DONE, 5)


@pytest.mark.django_db
def test_one_that_failed_is_written_anew_once_what_it_left_was_let_go(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A part that was written names a file that is gone."""
    snapshot = asked(campaign, Policy(report=False))
    freeze_members(snapshot=snapshot)
    written = claim_part(snapshot)
    assert written is not None
    write_part(part=written)
    assert fail_run(snapshot, error="no room")
    monkeypatch.setattr(retention, "LEFTOVERS_KEPT", -PAST)

    assert retention.prune_leftover_snapshots() == 1

    assert not any(Path(snapshot_folder(snapshot).parent).iterdir())
    assert request_again(snapshot)
    again = claim_snapshot()
    assert again is not None
    assert (frozen(again).state, again.rows) == (RunState.DONE, 5)
    verify_snapshot(snapshot_folder(again))


@pytest.mark.django_db
def test_an_answer_to_another_prompt_is_written_all_the_same(campaign: Campaign) -> None:
    """No service here takes such a ranking; a file that a campaign was carried in from may."""
    ranking, other = Ranking.objects.order_by("pk")[:2]
    own, foreign = ranking.tiers[0][0], other.tiers[0][0]
    imported_twin_of(ranking, tiers=[[foreign], [own]])

    made = frozen(asked(campaign, Policy(files=("jsonl",))))

    texts = {str(each.uuid): each.text for each in Candidate.objects.all()}
    [row] = [row for row in rows_in(made) if len(row["answers"]) == 2]  # type: ignore[arg-type]  # a list
    assert (made.state, row["prompt_id"]) == (RunState.DONE, str(ranking.prompt.uuid))
    said = [answer[0]["content"] for answer in row["answers"]]  # type: ignore[attr-defined]  # messages
    assert [said[at] for [at] in row["tiers"]] == [texts[foreign], texts[own]]  # type: ignore[attr-defined]  # places


@pytest.mark.django_db
def test_an_answer_that_is_nowhere_ends_the_freeze_in_words(campaign: Campaign) -> None:
    lost = str(uuid4())
    imported_twin_of(
        Ranking.objects.all()[0], tiers=[[lost], [Ranking.objects.all()[0].tiers[0][0]]]
    )

    made = frozen(asked(campaign))

    assert made.state == RunState.FAILED
    assert f"the answer {lost}, which is not in the database" in made.error
    assert not snapshot_folder(made).exists()
