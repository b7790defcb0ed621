"""Datasets, for those who lead every campaign in them."""

from dataclasses import fields
from errno import ENOSPC
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from annotate.enums import MachineWay, Purpose, SnapshotKind
from annotate.export.policy import Policy
from annotate.forms.snapshot import IN_SIGHT, MARGINS, SnapshotForm
from annotate.models import Campaign, Snapshot
from annotate.questions import Questions, Scale
from annotate.selectors.freeze_choices import freeze_choices
from annotate.services.campaign import publish_instructions
from annotate.services.machine import add_machine
from annotate.services.snapshot import snapshot_folder
from annotate.views.snapshot import chosen_in, dataset_card
from commons.disk import REMEDY, in_words
from commons.markdown import render_markdown
from commons.models import AuditEvent, RunState
from commons.sentences import Sentence
from tests.annotate.views.conftest import Cast
from tests.factories import make_campaign, make_prompt, make_ranking, make_user
from tests.german import speak_german

LIST, FREEZE = reverse("annotate:datasets"), reverse("annotate:freeze")

SHARD = {"path": "jsonl/train-00000.jsonl", "sha256": "c0ffee", "rows": 7, "bytes": 5}


def page_of(snapshot: Snapshot, name: str = "dataset", *more: str) -> str:
    return reverse(f"annotate:{name}", args=[snapshot.uuid, *more])


def requested(*campaigns: Campaign) -> Snapshot:
    snapshot = Snapshot.objects.create(kind=SnapshotKind.RANKED)
    snapshot.campaigns.set(campaigns)
    return snapshot


@pytest.fixture
def frozen(cast: Cast, tmp_path: Path, settings: Settings) -> Snapshot:
    """A dataset of one shard, as a worker leaves it."""
    settings.ARTIFACTS = tmp_path
    snapshot = requested(cast.campaign)
    snapshot.state, snapshot.finished_at = RunState.DONE, timezone.now()
    snapshot.done, snapshot.digest = 7, "d1ge57"
    snapshot.manifest = {"rows": {"train": 7}, "shards": [SHARD], "digest": "d1ge57"}
    snapshot.save()
    folder = snapshot_folder(snapshot)
    (folder / "jsonl").mkdir(parents=True)
    (folder / SHARD["path"]).write_bytes(b"rows\n")  # type: ignore[operator]  # a str
    (folder / "README.md").write_text("---\nlicense: other\n---\n# The card\n")
    (folder / "secret.txt").write_text("not in the manifest")
    return snapshot


def asking(cast: Cast, **said: object) -> dict[str, object]:
    """What the page sends of a lead who changes nothing else."""
    return {
        "kind": "ranked",
        "campaigns": [str(cast.campaign.uuid)],
        "imported": "on",
        "resolved": "on",
        "form": "trl",
        "files": ["parquet", "jsonl"],
        "raters": "work",
        "sides": ["train", "validation", "test"],
        "ties": "drop",
        "votes": "every",
        "weights": "equal",
        "pairs": "all",
        "unrankable": "drop",
        "ideal": "on",
        "strength_at_least": "1",
        "report": "on",
        "purpose": "files",
        **said,
    }


def test_a_lead_asks_for_a_dataset(cast: Cast) -> None:
    make_ranking(cast.campaign, cast.member)

    answer = cast.client(cast.lead).post(FREEZE, asking(cast))

    snapshot = Snapshot.objects.get()
    assert answer.headers["Location"] == page_of(snapshot)
    assert (snapshot.kind, snapshot.purpose, snapshot.state, snapshot.requested_by) == (
        SnapshotKind.RANKED,
        Purpose.FILES,
        RunState.REQUESTED,
        cast.lead,
    )
    assert snapshot.policy == Policy().as_json()
    assert list(snapshot.campaigns.all()) == [cast.campaign]


@pytest.mark.parametrize(
    ("asked", "kind", "chances"),
    [
        ("?kind=ranked&chances=yes", "ranked", True),
        ("?kind=sft", "sft", False),
        ("?kind=strange", None, False),
        ("", None, False),
    ],
)
def test_an_address_proposes_a_kind_and_its_chances(
    cast: Cast, asked: str, kind: str | None, chances: bool
) -> None:
    form = cast.client(cast.lead).get(f"{FREEZE}{asked}").context["form"]

    assert (form.initial.get("kind"), form.initial["chances"]) == (kind, chances)


def test_every_choice_of_the_policy_is_on_the_page(cast: Cast, frozen: Snapshot) -> None:
    make_prompt(cast.campaign, answers=["a", "b", "c", "d"], skill="surgery")
    add_machine(
        campaign=cast.campaign, name="Judge", way=MachineWay.PROGRAM, share=1.0, by=cast.lead
    )
    form = SnapshotForm(choices=freeze_choices(cast.lead))

    offered = {name.split("_1")[0] for name in form.fields}

    missing = {each.name for each in fields(Policy)} - {*offered, "margins"}
    assert (missing, set(MARGINS) < set(form.fields)) == (set(), True)
    shown = [field.name for group in form.groups for field in group.fields]
    assert sorted([*IN_SIGHT, *shown, "purpose"]) == sorted(form.fields)


def test_what_is_chosen_becomes_the_policy(cast: Cast, frozen: Snapshot) -> None:
    publish_instructions(
        campaign=cast.campaign,
        guideline="Be kind.",
        by=cast.lead,
        form={"rank": Questions(ratings=[Scale("help", "Helpful", 1, 7)]).as_json()},
    )
    make_prompt(cast.campaign, answers=["a", "b", "c", "d"], skill="surgery")
    changed = {
        "kind": "preference",
        "form": "openrlhf",
        "files": ["jsonl"],
        "raters": "all",
        "imported": "",
        "resolved": "",
        "ideal": "",
        "report": "",
        "surplus": "on",
        "reviewed": "on",
        "guideline_from": "2",
        "since": "2026-01-01",
        "until": "2026-02-01",
        "skills": ["surgery"],
        "languages": ["en"],
        "sides": ["test"],
        "ties": "soft",
        "apart_from": [str(frozen.uuid)],
        "votes": "most_agreeing",
        "pairs": "adjacent",
        "unrankable": "below",
        "strength_at_least": "2",
        "rating": "help",
        "rating_at_least": "4",
        "margin_1": "0.5",
        "margin_2": "1",
        "margin_3": "2",
    }

    form = SnapshotForm(asking(cast, **changed), choices=freeze_choices(cast.lead))

    assert (form.is_valid(), form.errors) == (True, {})
    assert form.policy() == Policy(
        imported=False,
        surplus=True,
        raters="all",
        resolved=False,
        reviewed=True,
        guideline_from=2,
        since="2026-01-01",
        until="2026-02-01",
        skills=("surgery",),
        languages=("en",),
        sides=("test",),
        apart_from=(str(frozen.uuid),),
        ties="soft",
        votes="most_agreeing",
        pairs="adjacent",
        unrankable="below",
        ideal=False,
        margins={"1": 0.5, "2": 1.0, "3": 2.0},
        strength_at_least=2,
        rating="help",
        rating_at_least=4,
        form="openrlhf",
        files=("jsonl",),
        report=False,
    )


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"ties": "both"}, "ties"),
        ({"margin_1": "0.5"}, "margin_1"),
        ({"form": "openai"}, "form"),
        ({"since": "2026-02-02", "until": "2026-02-01"}, "since"),
    ],
)
def test_a_choice_that_the_kind_cannot_have_is_refused_where_it_stands(
    cast: Cast, said: dict[str, object], field: str
) -> None:
    make_ranking(cast.campaign, cast.member)

    page = cast.client(cast.lead).post(FREEZE, asking(cast, **said))

    form = page.context["form"]
    assert (page.status_code, list(form.errors)) == (422, [field])
    assert {name: form[name].value() for name in said} == said
    if field not in IN_SIGHT:
        assert [group.is_open for group in form.groups if form[field] in group.fields] == [True]
    assert not Snapshot.objects.exists()


def test_a_lead_checks_first(cast: Cast) -> None:
    make_ranking(cast.campaign, cast.member)

    cast.client(cast.lead).post(FREEZE, asking(cast, purpose="check"))

    assert Snapshot.objects.get().purpose == Purpose.CHECK


def test_a_check_without_its_report_is_refused(cast: Cast) -> None:
    page = cast.client(cast.lead).post(FREEZE, asking(cast, purpose="check", report=""))

    assert list(page.context["form"].errors) == ["report"]


def test_a_dataset_of_nothing_is_refused_in_words(cast: Cast) -> None:
    page = cast.client(cast.lead).post(FREEZE, asking(cast, kind="sft"))

    assert page.status_code == 422
    assert "There is nothing to freeze" in page.content.decode()


def test_a_dataset_of_a_foreign_campaign_is_refused(cast: Cast) -> None:
    make_ranking(cast.campaign, cast.member)

    page = cast.client(cast.stranger).post(FREEZE, asking(cast))

    assert (page.status_code, list(page.context["form"].errors)) == (422, ["campaigns"])
    assert not Snapshot.objects.exists()


def test_a_waiting_dataset_asks_again_until_it_is_frozen(cast: Cast) -> None:
    snapshot, client = requested(cast.campaign), cast.client(cast.lead)

    before = client.get(page_of(snapshot, "dataset_progress"))
    ended = {"state": RunState.FAILED, "finished_at": timezone.now(), "error": "Disk full."}
    Snapshot.objects.update(**ended)
    after = client.get(page_of(snapshot, "dataset_progress"))

    assert 'hx-trigger="every 2s"' in before.content.decode()
    assert after.headers["HX-Refresh"] == "true"


def test_a_frozen_dataset_shows_its_numbers_and_its_card(cast: Cast, frozen: Snapshot) -> None:
    page = cast.client(cast.lead).get(page_of(frozen))

    assert (page.context["total_rows"], page.context["bytes"]) == (7, 5)
    assert "<h1>The card</h1>" in page.content.decode()
    assert "d1ge57" in page.content.decode()


def test_a_lead_takes_a_file_away(cast: Cast, frozen: Snapshot) -> None:
    answer = cast.client(cast.lead).get(page_of(frozen, "dataset_file", "jsonl/train-00000.jsonl"))

    assert answer.getvalue() == b"rows\n"
    name = f"ranked-{str(frozen.uuid)[:8]}-jsonl-train-00000.jsonl"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'


@pytest.mark.parametrize("path", ["secret.txt", "../../etc/passwd", "jsonl/train-00001.jsonl"])
def test_only_what_the_manifest_names_is_handed_out(
    cast: Cast, frozen: Snapshot, path: str
) -> None:
    address = page_of(frozen, "dataset_file", "x").removesuffix("x") + path

    assert cast.client(cast.lead).get(address).status_code == 404


@pytest.mark.parametrize("who", ["member", "stranger"])
@pytest.mark.parametrize("name", ["dataset", "dataset_progress", "dataset_file"])
def test_a_dataset_is_not_there_for_others(
    cast: Cast, frozen: Snapshot, who: str, name: str
) -> None:
    more = ["manifest.json"] if name == "dataset_file" else []

    answer = cast.client(getattr(cast, who)).get(page_of(frozen, name, *more))

    assert answer.status_code == 404


def test_a_dataset_that_holds_a_foreign_campaign_is_not_there(cast: Cast) -> None:
    snapshot = requested(cast.campaign, make_campaign(lead=make_user("third")))

    assert cast.client(cast.lead).get(page_of(snapshot)).status_code == 404


def test_a_lead_stops_a_dataset_and_nobody_else_does(cast: Cast) -> None:
    snapshot = requested(cast.campaign)

    refused = cast.client(cast.stranger).post(page_of(snapshot, "stop_dataset"))
    snapshot.refresh_from_db()
    before = snapshot.state
    cast.client(cast.lead).post(page_of(snapshot, "stop_dataset"))
    snapshot.refresh_from_db()

    assert (refused.status_code, before, snapshot.state) == (
        404,
        RunState.REQUESTED,
        RunState.CANCELLED,
    )


def test_a_failed_dataset_is_asked_for_again(cast: Cast) -> None:
    snapshot = requested(cast.campaign)
    ended = {"state": RunState.FAILED, "finished_at": timezone.now(), "error": "Disk full."}
    Snapshot.objects.update(**ended)
    client = cast.client(cast.lead)

    page = client.get(page_of(snapshot)).content.decode()
    client.post(page_of(snapshot, "retry_dataset"))

    snapshot.refresh_from_db()
    assert "Disk full." in page
    assert (snapshot.state, snapshot.error) == (RunState.REQUESTED, "")


def test_why_a_freeze_failed_is_german_where_it_was_kept_as_a_sentence(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak_german(
        monkeypatch,
        {
            "%(remedy)s. It was writing %(where)s.": "%(remedy)s: %(where)s.",
            REMEDY.pattern: "Platz schaffen",
        },
    )
    snapshot = requested(cast.campaign)
    full = in_words(OSError(ENOSPC, "full", "/data/train.jsonl"))
    error = Sentence("%(part)s: %(error)s", part="train-00000", error=full)
    Snapshot.objects.update(state=RunState.FAILED, finished_at=timezone.now(), error=error)

    def page(language: str) -> str:
        client = cast.client(cast.lead)
        answer = client.get(page_of(snapshot), headers={"accept-language": language})
        return answer.content.decode()

    assert "<li>train-00000: Platz schaffen: /data/train.jsonl.</li>" in page("de")
    assert f"<li>train-00000: {REMEDY}. It was writing" in page("en")
    Snapshot.objects.update(error="As it was.")
    assert '<ul class="plain" lang="en"><li>As it was.</li>' in page("de")


def test_a_dataset_tells_what_was_chosen_otherwise_than_usual() -> None:
    policy = Policy(ties="both", skills=("law", "chess"), margins={"1": 0.5}, surplus=True)

    assert chosen_in(policy.as_json()) == [
        ("surplus", "yes"),
        ("skills", "law, chess"),
        ("ties", "both"),
        ("margins", "1: 0.5"),
    ]
    assert chosen_in(Policy().as_json()) == []


def test_a_card_loses_only_its_head(frozen: Snapshot) -> None:
    card = snapshot_folder(frozen) / "README.md"
    card.write_text("---\na: 1\n---\nOne\n\n---\n\nTwo\n")

    assert dataset_card(frozen).html == render_markdown("One\n\n---\n\nTwo\n")


def test_the_pictures_of_a_card_are_shown_with_their_words(cast: Cast, frozen: Snapshot) -> None:
    """What else a text names as a picture is no picture of ours."""
    picture = {"path": "pictures/rows.svg", "sha256": "abc", "rows": 0, "bytes": 6}
    Snapshot.objects.update(manifest=frozen.manifest | {"shards": [SHARD, picture]})
    folder = snapshot_folder(frozen)
    (folder / "pictures").mkdir()
    (folder / "pictures" / "rows.svg").write_text("<svg/>")
    (folder / "README.md").write_text(
        "# Card\n\n![Rows \\<by\\> side.](pictures/rows.svg)\n\n![x](../secret.svg)\n"
    )
    address = page_of(frozen, "dataset_file", "pictures/rows.svg")
    client = cast.client(cast.lead)

    page = client.get(page_of(frozen)).content.decode()
    file = client.get(address)

    assert f'<img src="{address}" alt="Rows &lt;by&gt; side." ' in page
    assert page.count("<img") == 1
    assert (file["Content-Type"], file.getvalue()) == ("image/svg+xml", b"<svg/>")
    assert not AuditEvent.objects.filter(verb="snapshot.downloaded").exists()


def test_a_list_is_not_there_for_whoever_leads_nothing(cast: Cast) -> None:
    assert cast.client(cast.member).get(LIST).status_code == 404


@pytest.mark.parametrize("datasets", [1, 3])
def test_a_list_asks_the_database_equally_often(
    cast: Cast, datasets: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(datasets):
        requested(cast.campaign)
    client = cast.client(cast.lead)

    with django_assert_num_queries(8):
        page = client.get(LIST)

    assert len(page.context["snapshots"]) == datasets


def test_a_file_comes_in_two_pieces_that_are_the_whole(cast: Cast, frozen: Snapshot) -> None:
    client, address = cast.client(cast.lead), page_of(frozen, "dataset_file", str(SHARD["path"]))

    first = client.get(address, headers={"Range": "bytes=0-2"})
    second = client.get(address, headers={"Range": "bytes=3-", "If-Range": first.headers["ETag"]})

    assert [first.status_code, second.status_code] == [206, 206]
    assert first.getvalue() + second.getvalue() == b"rows\n"
    events = AuditEvent.objects.filter(verb="snapshot.downloaded")
    assert [(each.actor, each.detail["path"]) for each in events] == [(cast.lead, SHARD["path"])]


def test_a_list_is_narrowed_by_kind_and_campaign(cast: Cast) -> None:
    other = make_campaign(lead=cast.lead)
    ranked, elsewhere = requested(cast.campaign), requested(other)
    Snapshot.objects.filter(pk=elsewhere.pk).update(kind=SnapshotKind.SFT)
    client = cast.client(cast.lead)

    found = {
        asked: [each.pk for each in client.get(f"{LIST}?{asked}").context["snapshots"]]
        for asked in ["kind=ranked", f"campaign={other.uuid}", "kind=strange&campaign=x"]
    }

    assert found == {
        "kind=ranked": [ranked.pk],
        f"campaign={other.uuid}": [elsewhere.pk],
        "kind=strange&campaign=x": [elsewhere.pk, ranked.pk],
    }


def test_a_list_tells_checks_from_files(cast: Cast) -> None:
    requested(cast.campaign)
    Snapshot.objects.update(purpose=Purpose.CHECK)

    assert "A check, no files" in cast.client(cast.lead).get(LIST).content.decode()
