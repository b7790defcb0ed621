"""Frozen means frozen: exact revisions, equal bytes, and a killed freeze goes on."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import orjson
import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from annotate.enums import CountsAs, Hold, Kind, Origin, SnapshotKind
from annotate.errors import NothingToFreeze
from annotate.export.manifest import verify_snapshot
from annotate.export.policy import Policy
from annotate.models import (
    Campaign,
    Candidate,
    Prompt,
    Ranking,
    Review,
    Snapshot,
    SnapshotPart,
    Task,
)
from annotate.selectors.review import versions_of
from annotate.services import snapshot_part
from annotate.services.batch import restore_batch, withdraw_batch
from annotate.services.campaign import acknowledge_instructions, publish_instructions
from annotate.services.demonstration import DemonstrationAnswer, submit_demonstration
from annotate.services.freezing import claim_snapshot, freeze_snapshot
from annotate.services.hold import withdraw_task
from annotate.services.ranking import RankingAnswer, submit_ranking
from annotate.services.rater import imported_rater
from annotate.services.review import decide_review
from annotate.services.reviewing import find_reviews
from annotate.services.snapshot import request_snapshot, snapshot_folder
from commons.models import RunState
from tests.annotate.asking import called, make_asking_item
from tests.annotate.leading import make_batch
from tests.annotate.reviewing import (
    APART,
    accepting,
    make_ranked_task,
    make_review,
    make_reviewed_campaign,
    make_reviewer,
    rejecting,
    tiers_of,
)
from tests.factories import (
    make_assignment,
    make_campaign,
    make_member,
    make_ranking,
    make_task,
    make_user,
    take_and_show,
)


@pytest.fixture(autouse=True)
def _artifacts(settings: Settings, tmp_path: Path) -> None:
    settings.ARTIFACTS = tmp_path
    settings.PSEUDONYM_KEY = "a key of the test"


def freeze(kind: SnapshotKind, campaign: Campaign, policy: Policy | None = None) -> Snapshot:
    request_snapshot(kind=kind, campaigns=[campaign], by=None, policy=policy)
    claimed = claim_snapshot()
    assert claimed is not None
    freeze_snapshot(snapshot=claimed)
    claimed.refresh_from_db()
    return claimed


def rows_in(snapshot: Snapshot) -> list[dict[str, object]]:
    files = sorted((snapshot_folder(snapshot) / "jsonl").glob("*.jsonl"))
    return [orjson.loads(line) for file in files for line in file.read_bytes().splitlines()]


@pytest.mark.django_db
def test_a_ranking_with_a_tie_leaves_as_pairs_and_as_a_whole() -> None:
    campaign = make_campaign()
    person = make_member(campaign, name="Ada Lovelace")
    assignment = make_assignment(campaign, person)
    a, b, c, d = sorted(assignment.task.offered)
    text = {str(each.uuid): each.text for each in Candidate.objects.all()}
    answer = RankingAnswer(tiers=[[c], [a, b]], unrankable=[d], strengths=[3])
    kept = submit_ranking(assignment=assignment, answer=answer, by=person)

    pairs, whole = freeze(SnapshotKind.PREFERENCE, campaign), freeze(SnapshotKind.RANKED, campaign)

    prompt = [{"role": "user", "content": assignment.task.prompt.question}]
    rows = rows_in(pairs)
    assert [(row["chosen"], row["rejected"], row["strength"]) for row in rows] == [
        (
            [{"role": "assistant", "content": text[c]}],
            [{"role": "assistant", "content": text[a]}],
            3,
        ),
        (
            [{"role": "assistant", "content": text[c]}],
            [{"role": "assistant", "content": text[b]}],
            3,
        ),
    ]
    [row] = rows_in(whole)
    assert row.pop("rater") not in ("", str(kept.rater.uuid))
    year, week, _ = kept.created_at.isocalendar()
    assert row == {
        "prompt": prompt,
        "answers": [[{"role": "assistant", "content": text[each]}] for each in (a, b, c, d)],
        "tiers": [[2], [0, 1]],
        "unrankable": [3],
        "strengths": [3],
        "ratings": None,
        "flags": None,
        "spans": None,
        "reason": "",
        "ideal": None,
        "ideal_id": "",
        "sources": ["model-a"] * 4,
        "tools": None,
        "prompt_id": str(assignment.task.prompt.uuid),
        "side": assignment.task.prompt.side,
        "iteration": f"{year}-W{week:02d}",
        "skill": "",
        "language": "en",
        "ranking_id": str(kept.uuid),
    }


@pytest.mark.django_db
def test_what_was_said_beside_the_order_leaves_with_it() -> None:
    assignment, person = make_asking_item()
    one, *others = [called(assignment, text) for text in ("One.", "Two.", "Three.", "Four.")]
    place = sorted(assignment.task.offered).index
    span = {"name": "wrong", "start": 0, "end": 3, "quote": "Two"}
    answer = RankingAnswer(
        tiers=[[one], others],
        answers={one: {"ratings": {"helpful": 7}}, others[0]: {"spans": [span]}},
        ideal="One, and why.",
    )
    kept = submit_ranking(assignment=assignment, answer=answer, by=person)
    campaign = assignment.task.campaign

    [row] = rows_in(freeze(SnapshotKind.RANKED, campaign))
    pairs = rows_in(freeze(SnapshotKind.PREFERENCE, campaign))
    [written] = rows_in(freeze(SnapshotKind.SFT, campaign))

    assert kept.ideal is not None
    ideal = [{"role": "assistant", "content": "One, and why."}]
    assert row["ratings"] == [{"answer": place(one), "name": "helpful", "value": 7}]
    assert (row["flags"], row["ideal"], row["ideal_id"]) == ([], ideal, str(kept.ideal.uuid))
    assert row["spans"] == [{"answer": place(others[0]), **span, "why": ""}]
    assert [pair["chosen"] == ideal for pair in pairs] == [True] * 4 + [False] * 3
    assert written["demonstration_id"] == str(kept.ideal.uuid)


@pytest.mark.django_db
def test_no_name_leaves_with_a_snapshot() -> None:
    campaign = make_campaign(name="Secret garden")
    person = make_member(campaign, name="ada.lovelace")
    make_ranking(campaign, person)

    frozen = freeze(SnapshotKind.RANKED, campaign)

    names = [b"ada.lovelace", str(person.uuid).encode(), str(person.rater.uuid).encode()]
    for file in snapshot_folder(frozen).rglob("*.*"):
        assert not [name for name in names if file.is_file() and name in file.read_bytes()]


@pytest.mark.django_db
def test_a_demonstration_leaves_as_messages() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    assignment = make_assignment(campaign, person, kind=Kind.DEMONSTRATE)
    submit_demonstration(
        assignment=assignment, answer=DemonstrationAnswer("Because **light** scatters."), by=person
    )

    frozen = freeze(SnapshotKind.SFT, campaign)

    [row] = rows_in(frozen)
    assert row["messages"] == [
        {"role": "user", "content": assignment.task.prompt.question},
        {"role": "assistant", "content": "Because **light** scatters."},
    ]


@pytest.mark.django_db
def test_rows_lie_on_the_side_that_their_prompt_was_given() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    for side in ("train", "validation", "test"):
        ranking = make_ranking(campaign, person)
        Prompt.objects.filter(pk=ranking.prompt_id).update(side=side)

    frozen = freeze(SnapshotKind.RANKED, campaign)

    assert frozen.manifest["rows"] == {"train": 1, "validation": 1, "test": 1}
    held_out = Prompt.objects.get(side="test")
    train = (snapshot_folder(frozen) / "jsonl" / "train-00000.jsonl").read_text()
    assert str(held_out.uuid) not in train


@pytest.mark.django_db
def test_only_what_counts_is_frozen() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    counted = make_ranking(campaign, person)
    for column, value in (
        ("counts_as", "surplus"),
        ("counts_as", "held-out"),
        ("counts_as", "gold"),
        ("current", False),
    ):
        Ranking.objects.filter(pk=make_ranking(campaign, person).pk).update(**{column: value})
    quarantined = make_ranking(campaign, person)
    Prompt.objects.filter(pk=quarantined.prompt_id).update(quarantined=True)
    imported = make_ranking(campaign, person)
    Ranking.objects.filter(pk=imported.pk).update(origin=Origin.IMPORTED, assignment=None)

    ours = freeze(SnapshotKind.RANKED, campaign, Policy(imported=False))
    all_of_it = freeze(SnapshotKind.RANKED, campaign)

    assert [row["ranking_id"] for row in rows_in(ours)] == [str(counted.uuid)]
    assert sorted(str(row["ranking_id"]) for row in rows_in(all_of_it)) == sorted(
        [str(counted.uuid), str(imported.uuid)]
    )


@pytest.mark.django_db
def test_equal_members_and_policy_give_equal_bytes() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    for _ in range(3):
        make_ranking(campaign, person)

    first, second = freeze(SnapshotKind.RANKED, campaign), freeze(SnapshotKind.RANKED, campaign)

    assert first.digest == second.digest
    make_ranking(campaign, person)
    assert freeze(SnapshotKind.RANKED, campaign).digest != first.digest


@pytest.mark.django_db
def test_a_killed_freeze_goes_on_with_the_same_members(monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def kill(*args: object, **kwargs: object) -> None:
        raise Killed

    campaign = make_campaign()
    person = make_member(campaign)
    make_ranking(campaign, person)
    request_snapshot(kind=SnapshotKind.RANKED, campaigns=[campaign], by=None)
    claimed = claim_snapshot()
    assert claimed is not None
    with monkeypatch.context() as patched:
        patched.setattr(snapshot_part, "write_shards", kill)
        with pytest.raises(Killed):
            freeze_snapshot(snapshot=claimed)
    assert claim_snapshot() is None
    make_ranking(campaign, person)  # comes after the members were written down

    past = timezone.now() - timedelta(minutes=2)
    Snapshot.objects.update(heartbeat_at=past)
    SnapshotPart.objects.update(heartbeat_at=past)
    heir = claim_snapshot()
    assert heir is not None
    freeze_snapshot(snapshot=heir)

    heir.refresh_from_db()
    assert (heir.state, len(rows_in(heir))) == (RunState.DONE, 1)
    assert verify_snapshot(snapshot_folder(heir)).digest == heir.digest


@pytest.mark.django_db
def test_killed_between_the_rename_and_the_row_the_folder_is_found() -> None:
    campaign = make_campaign()
    make_ranking(campaign, make_member(campaign))
    frozen = freeze(SnapshotKind.RANKED, campaign)
    past = timezone.now() - timedelta(minutes=2)
    Snapshot.objects.update(
        state=RunState.RUNNING, token=frozen.uuid, heartbeat_at=past, digest="", manifest={}
    )

    heir = claim_snapshot()
    assert heir is not None
    freeze_snapshot(snapshot=heir)

    heir.refresh_from_db()
    assert (heir.state, heir.digest) == (RunState.DONE, frozen.digest)


@pytest.mark.django_db
def test_an_empty_campaign_is_refused_in_words() -> None:
    with pytest.raises(NothingToFreeze, match="nothing to freeze"):
        request_snapshot(kind=SnapshotKind.RANKED, campaigns=[make_campaign()], by=None)

    assert not Snapshot.objects.exists()


@pytest.mark.django_db
def test_a_cancelled_freeze_leaves_no_folder() -> None:
    campaign = make_campaign()
    make_ranking(campaign, make_member(campaign))
    request_snapshot(kind=SnapshotKind.RANKED, campaigns=[campaign], by=None)
    claimed = claim_snapshot()
    assert claimed is not None
    Snapshot.objects.update(state=RunState.CANCELLED, token=None, finished_at=timezone.now())

    freeze_snapshot(snapshot=claimed)

    claimed.refresh_from_db()
    assert claimed.state == RunState.CANCELLED
    assert not snapshot_folder(claimed).exists()


@pytest.mark.django_db
def test_what_was_judged_of_a_withdrawn_batch_is_kept_and_not_frozen() -> None:
    campaign, lead = make_campaign(), make_user()
    stays, goes = (make_ranking(campaign, make_member(campaign)) for _ in range(2))
    imported = imported_twin_of(goes)
    batch = make_batch(campaign, goes.prompt)

    withdraw_batch(batch=batch, by=lead)
    meanwhile = freeze(SnapshotKind.RANKED, campaign)
    restore_batch(batch=batch, by=lead)
    afterwards = freeze(SnapshotKind.RANKED, campaign)

    assert rankings_in(meanwhile) == {stays}
    assert rankings_in(afterwards) == {stays, goes, imported}


@pytest.mark.django_db
def test_what_was_judged_of_an_item_that_a_report_took_out_is_not_frozen() -> None:
    campaign = make_campaign(lead=(lead := make_user()))
    stays = make_ranking(campaign, make_member(campaign))
    goes = make_ranking(campaign, make_member(campaign))
    task = Task.objects.get(assignments__rankings=goes)
    Task.objects.filter(pk=task.pk).update(held=Hold.UNCLEAR)

    withdraw_task(task=task, seen=Hold.UNCLEAR, by=lead)

    assert rankings_in(freeze(SnapshotKind.RANKED, campaign)) == {stays}


def rankings_in(snapshot: Snapshot) -> set[Ranking]:
    return set(Ranking.objects.filter(snapshot_members__snapshot=snapshot))


def imported_twin_of(ranking: Ranking, tiers: list[list[str]] | None = None) -> Ranking:
    """The same order of the same answers, as an import brings it: without a turn. Or another."""
    key = uuid4()
    return Ranking.objects.create(
        uuid=key,
        root=key,
        campaign=ranking.campaign,
        prompt=ranking.prompt,
        rater=imported_rater(name="elsewhere"),
        origin=Origin.IMPORTED,
        counts_as=ranking.counts_as,
        tiers=tiers or ranking.tiers,
    )


def members_of(snapshot: Snapshot) -> set[str]:
    return {str(row["ranking_id"]) for row in rows_in(snapshot)}


@pytest.mark.django_db
def test_what_is_resolved_stands_in_the_place_of_the_judgements() -> None:
    campaign = make_reviewed_campaign()
    review = make_review(campaign)
    others = make_ranked_task(campaign)
    decide_review(review=review, verdict=accepting(review), by=make_reviewer(campaign))
    review.refresh_from_db()
    votes = Ranking.objects.filter(assignment__isnull=False)

    resolved = freeze(SnapshotKind.RANKED, campaign)
    as_judged = freeze(SnapshotKind.RANKED, campaign, Policy(resolved=False))

    assert review.ranking is not None
    unsettled = {str(each.uuid) for each in versions_of(others)}
    assert members_of(resolved) == {str(review.ranking.uuid), *unsettled}
    assert members_of(as_judged) == {str(each.uuid) for each in votes}
    assert [each.policy["resolved"] for each in (resolved, as_judged)] == [True, False]


@pytest.mark.django_db
def test_a_label_that_a_held_out_one_was_seen_for_takes_no_place() -> None:
    campaign = make_reviewed_campaign()
    review = make_review(campaign)
    first, second = versions_of(review.task)
    Ranking.objects.filter(pk=first.pk).update(counts_as=CountsAs.HELD_OUT)
    decide_review(review=review, verdict=accepting(review), by=make_reviewer(campaign))

    frozen = freeze(SnapshotKind.RANKED, campaign)

    assert members_of(frozen) == {str(second.uuid)}


@pytest.mark.django_db
@pytest.mark.parametrize("resolved", [True, False])
def test_what_was_turned_down_is_in_no_dataset(resolved: bool) -> None:
    campaign = make_reviewed_campaign()
    review = make_review(campaign)
    stands, other = versions_of(review.task)
    verdict = rejecting(review, other.uuid)
    decide_review(review=review, verdict=verdict, by=make_reviewer(campaign))

    frozen = freeze(SnapshotKind.RANKED, campaign, Policy(resolved=resolved))

    assert members_of(frozen) == {str(stands.uuid)}


@pytest.mark.django_db
def test_what_is_resolved_leaves_with_its_item() -> None:
    campaign = make_reviewed_campaign()
    review = make_review(campaign)
    decide_review(review=review, verdict=accepting(review), by=make_reviewer(campaign))
    Task.objects.filter(pk=review.task_id).update(held=Hold.WITHDRAWN)

    with pytest.raises(NothingToFreeze):
        freeze(SnapshotKind.RANKED, campaign)


@pytest.mark.django_db
def test_a_snapshot_that_was_asked_for_before_there_were_reviews_holds_the_judgements() -> None:
    campaign = make_reviewed_campaign()
    review = make_review(campaign)
    decide_review(review=review, verdict=accepting(review), by=make_reviewer(campaign))
    asked = request_snapshot(kind=SnapshotKind.RANKED, campaigns=[campaign], by=None)
    Snapshot.objects.update(policy={"imported": True, "ties": "drop", "margins": False})

    claimed = claim_snapshot()
    assert claimed == asked
    freeze_snapshot(snapshot=claimed)

    assert members_of(claimed) == {str(each.uuid) for each in versions_of(review.task)}


@pytest.mark.django_db
@pytest.mark.parametrize("resolved", [True, False])
def test_an_ideal_answer_goes_with_the_ranking_that_was_turned_down(resolved: bool) -> None:
    campaign, (stands, other) = two_ideal_answers()
    review = Review.objects.get()
    decide_review(review=review, verdict=rejecting(review, other.uuid), by=make_reviewer(campaign))

    frozen = freeze(SnapshotKind.SFT, campaign, Policy(resolved=resolved))

    assert written_in(frozen) == {ideal_of(stands)}


@pytest.mark.django_db
def test_of_a_settled_order_the_ideal_answer_that_it_names_is_frozen() -> None:
    campaign, (stands, other) = two_ideal_answers()
    review = Review.objects.get()
    decide_review(review=review, verdict=accepting(review, stands.uuid), by=make_reviewer(campaign))

    as_settled = freeze(SnapshotKind.SFT, campaign)
    as_judged = freeze(SnapshotKind.SFT, campaign, Policy(resolved=False))

    assert written_in(as_settled) == {ideal_of(stands)}
    assert written_in(as_judged) == {ideal_of(stands), ideal_of(other)}


def two_ideal_answers() -> tuple[Campaign, list[Ranking]]:
    """One item, ranked the other way round by two people who both edited their best answer."""
    campaign = make_reviewed_campaign()
    form: dict[str, object] = {"rank": {"ideal": "optional"}}
    instructions = publish_instructions(campaign=campaign, guideline="Be kind.", form=form, by=None)
    task = make_task(campaign)
    for order in APART:
        person = make_member(campaign)
        acknowledge_instructions(instructions=instructions, by=person)
        turn = take_and_show(person, campaign, kind=Kind.RANK)
        said = RankingAnswer(tiers=tiers_of(task, order), ideal=f"As {order} would have it.")
        submit_ranking(assignment=turn, answer=said, by=person)
    find_reviews()
    return campaign, list(Ranking.objects.order_by("pk"))


def ideal_of(ranking: Ranking) -> str:
    assert ranking.ideal is not None
    return str(ranking.ideal.uuid)


def written_in(snapshot: Snapshot) -> set[str]:
    return {str(row["demonstration_id"]) for row in rows_in(snapshot)}
