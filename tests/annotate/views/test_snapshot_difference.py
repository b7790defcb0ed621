"""What is different between two datasets, for whoever leads both."""

import json
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from annotate.enums import SnapshotKind
from annotate.models import Campaign, Snapshot
from annotate.services.care import set_care
from tests.annotate.freezing import freeze
from tests.annotate.views.conftest import Cast
from tests.factories import make_campaign, make_member, make_ranking, make_user


def address(newer: Snapshot, older: Snapshot) -> str:
    return reverse("annotate:dataset_difference", args=[newer.uuid, older.uuid])


@pytest.fixture
def two(cast: Cast, tmp_path, settings) -> tuple[Snapshot, Snapshot]:
    """One ranking, then two."""
    settings.ARTIFACTS = tmp_path
    return grown(cast.campaign), grown(cast.campaign)


def grown(campaign: Campaign) -> Snapshot:
    make_ranking(campaign, make_member(campaign))
    return freeze(SnapshotKind.RANKED, campaign)


def test_a_lead_sees_what_came_in_with_a_link_to_its_life(cast: Cast, two):
    older, newer = two
    added = newer.members.exclude(ranking__in=older.members.values("ranking")).get()

    page = cast.client(cast.lead).get(address(newer, older))

    counts = {each.title: (each.count, dict(each.sides)) for each in page.context["changes"]}
    none = {"train": 0, "validation": 0, "test": 0}
    assert counts == {
        "Added": (1, none | {added.side: 1}),
        "Removed": (0, none),
        "Changed": (0, none),
    }
    assert page.context["skills"] == [("no skill", [("Added", 1), ("Removed", 0), ("Changed", 0)])]
    life = reverse("annotate:life", args=[added.ranking.prompt.uuid])
    assert f'href="{life}"' in page.content.decode()


def test_what_came_in_and_may_harm_is_not_quoted(cast: Cast, two):
    older, newer = two
    added = newer.members.exclude(ranking__in=older.members.values("ranking")).get()
    set_care(campaign=cast.campaign, skills=[""], words="Threats.", by=cast.lead)

    page = cast.client(cast.lead).get(address(newer, older)).content.decode()

    assert "May hold harmful text" in page
    assert added.ranking.prompt.question not in page


def test_the_page_of_a_dataset_offers_older_ones_of_its_kind_and_campaigns(cast: Cast, two):
    older, newer = two
    freeze(SnapshotKind.PREFERENCE, cast.campaign)
    wider = Snapshot.objects.create(kind="ranked", requested_at=older.requested_at)
    wider.campaigns.set([cast.campaign, make_campaign(lead=cast.lead)])

    pages = [
        cast.client(cast.lead).get(reverse("annotate:dataset", args=[each.uuid]))
        for each in (older, newer)
    ]

    assert [page.context["older"] for page in pages] == [[], [older]]
    assert address(newer, older) in pages[1].content.decode()


def test_two_kinds_are_refused_in_words(cast: Cast, two):
    pairs = freeze(SnapshotKind.PREFERENCE, cast.campaign)

    page = cast.client(cast.lead).get(address(pairs, two[0]))

    assert page.status_code == 422
    assert "compare two of one kind" in page.content.decode()


@pytest.mark.parametrize("who", ["member", "stranger"])
def test_a_difference_is_not_there_for_others(cast: Cast, two, who: str):
    older, newer = two

    assert cast.client(getattr(cast, who)).get(address(newer, older)).status_code == 404


def test_nor_for_whoever_leads_only_one_of_the_two(cast: Cast, two):
    foreign = grown(make_campaign(lead=make_user("third")))

    for pair in ((two[0], foreign), (foreign, two[0])):
        assert cast.client(cast.lead).get(address(*pair)).status_code == 404


def test_the_command_says_the_same_in_lines_and_in_json(cast: Cast, two, capsys):
    older, newer = two
    added = newer.members.exclude(ranking__in=older.members.values("ranking")).get()
    names = (str(older.uuid), str(newer.uuid))

    call_command("diff_snapshots", *names)
    call_command("diff_snapshots", *names, "--json", "--first", "0")

    *lines, as_json = capsys.readouterr().out.splitlines()
    ranking = added.ranking
    assert lines == [
        f"added 1 ({added.side} 1; no skill 1)",
        f"  + prompt {ranking.prompt.uuid} judgement {ranking.uuid} {added.side}",
        "removed 0",
        "changed 0",
    ]
    none: dict[str, dict[str, int]] = {"added": {}, "removed": {}, "changed": {}}
    assert json.loads(as_json) == {
        "older": names[0],
        "newer": names[1],
        "kind": "ranked",
        "counts": {"added": 1, "removed": 0, "changed": 0},
        "sides": none | {"added": {added.side: 1}},
        "skills": none | {"added": {"": 1}},
        "relabelled": 0,
        "first": {"added": [], "removed": [], "changed": []},
    }


def test_the_command_refuses_two_kinds_with_1_and_unknown_ones_with_2(cast: Cast, two):
    pairs = freeze(SnapshotKind.PREFERENCE, cast.campaign)

    with pytest.raises(CommandError, match="compare two of one kind") as kinds:
        call_command("diff_snapshots", str(two[0].uuid), str(pairs.uuid))
    with pytest.raises(CommandError, match="There is no dataset") as unknown:
        call_command("diff_snapshots", str(two[0].uuid), str(uuid4()))

    assert (kinds.value.returncode, unknown.value.returncode) == (1, 2)
