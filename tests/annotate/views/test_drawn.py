"""What the pictures of the dashboard draw, in which words, and what they leave out."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from annotate.enums import Kind, RaterKind
from annotate.models import (
    Campaign,
    IntakeRollup,
    QueueRollup,
    Rater,
    WantedShare,
    WorkRollup,
)
from annotate.selectors.quality import (
    MixCell,
    PersonCounts,
    QueueCell,
    Wanting,
    people_in,
    queue_of,
)
from annotate.selectors.tally import week_start
from annotate.views.drawn import MOST, Part
from annotate.views.looking import Looking
from annotate.views.mix_drawn import mix_drawn
from annotate.views.overview_people import people_drawn
from annotate.views.overview_queue import queue_drawn
from commons.models import User
from tests.annotate.views.conftest import Cast
from tests.factories import make_member

DASHBOARD, MIX = reverse("annotate:dashboard"), reverse("annotate:mix")
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
NOTHING = Looking([], Wanting([]), [], [], {})  # leads nothing, so that nothing leads anywhere


def queue_cell(
    skill: str, ages: tuple[int, int, int], *, days: int = 0, language: str = "en"
) -> QueueCell:
    tasks, day, week = ages
    oldest = NOW - timedelta(days=days, hours=1)
    return QueueCell(Kind.RANK, skill, language, tasks, tasks, day, week, oldest)


def pieces(parts: list[Part]) -> list[tuple[str, float, float]]:
    return [(each.kind, each.start, each.share) for each in parts]


# what waits


def test_what_waits_is_drawn_by_work_and_skill_and_age() -> None:
    """Law has 10 items in two languages, the most: a bar as wide as can be. Four of ten are older
    than a day, one older than a week; medicine has half as many, all of today."""
    cells = [
        queue_cell("law", (6, 3, 1), days=9),
        queue_cell("law", (4, 1, 0), days=2, language="de"),
        queue_cell("", (5, 0, 0)),
    ]

    drawn = queue_drawn(NOTHING, cells, NOW)

    assert [(each.name, each.text, pieces(list(each.parts))) for each in drawn.lines] == [
        (
            "Rank answers · law",
            "10 items, oldest 9 d",
            [("waits-all", 0, 1.0), ("waits-day", 0, 0.4), ("waits-week", 0, 0.1)],
        ),
        ("Rank answers · none", "5 items, oldest 0 d", [("waits-all", 0, 0.5)]),
    ]
    assert drawn.lines[0].words == "10 items, oldest 9 d, Over a day: 4, Over a week: 1"
    assert len({each.thick for each in drawn.legend}) == 3  # told apart without a colour


def test_a_picture_has_the_first_lines_and_says_of_how_many() -> None:
    cells = [queue_cell(f"skill {n}", (1, 0, 0)) for n in range(MOST + 3)]

    drawn = queue_drawn(NOTHING, cells, NOW)

    assert (len(drawn.lines), drawn.everything, drawn.is_cut) == (MOST, MOST + 3, True)


def test_one_item_of_very_many_can_still_be_seen() -> None:
    drawn = queue_drawn(
        NOTHING, [queue_cell("law", (9999, 1, 0)), queue_cell("art", (1, 0, 0))], NOW
    )

    assert all(part.width >= 0.006 for line in drawn.lines for part in line.parts)
    assert "1 item, 0 d old" in drawn.lines[1].text


# the mix


def test_the_mix_is_drawn_against_what_is_wanted_the_largest_hole_first() -> None:
    """Of 40 prompts 30 are law, of which a quarter is wanted; half should be chess: none is."""
    cells = [
        MixCell("skill", "art", 10, 40, None),
        MixCell("skill", "chess", 0, 40, 0.5),
        MixCell("skill", "law", 30, 40, 0.25),
    ]

    drawn = mix_drawn(NOTHING, "skill", cells)

    assert [(each.name, each.text, pieces(list(each.parts))) for each in drawn.lines] == [
        ("chess", "0.0 %, wanted 50.0 %", [("mix-hole", 0.0, 0.5 / 0.75)]),
        ("law", "75.0 %, wanted 25.0 %", [("mix-came", 0, 1.0)]),
        ("art", "25.0 %", [("mix-came", 0, 0.25 / 0.75)]),
    ]
    assert [each.mark for each in drawn.lines] == [0.5 / 0.75, 0.25 / 0.75, None]
    assert drawn.lines[0].words == "0.0 %, wanted 50.0 %, missing 50.0 %"
    assert [each.kind for each in drawn.legend] == ["mix-came", "mix-hole"]


def test_a_mix_of_which_nothing_is_wanted_has_no_holes() -> None:
    drawn = mix_drawn(NOTHING, "skill", [MixCell("skill", "", 3, 3, None)])

    assert [(each.name, pieces(list(each.parts))) for each in drawn.lines] == [
        ("none", [("mix-came", 0, 1.0)])
    ]
    assert ([each.kind for each in drawn.legend], drawn.mark) == (["mix-came"], "")


# who did how much


def people(*done: int) -> list[PersonCounts]:
    return [
        PersonCounts(User(username=f"person {n}"), each, 0, each / sum(done))
        for n, each in enumerate(done)
    ]


@pytest.mark.parametrize(
    ("done", "said", "verdict"),
    [
        ([7], "One person did all of it.", ""),
        ([7, 1], "2 people did all of it.", ""),
        (
            [1] * 10,
            "The five who did most did 50.0 % of it. Of ten people or fewer, five always do half "
            "at the least.",
            "",
        ),
        ([1] * 11, "The five who did most did 45.5 % of it.", ""),
        ([2] * 5 + [1] * 10, "The five who did most did 50.0 % of it.", ""),
        ([9] * 5 + [1] * 10, "The five who did most did 81.8 % of it.", "more than half"),
    ],
)
def test_five_people_should_not_have_done_half_of_everything(
    monkeypatch: pytest.MonkeyPatch, done: list[int], said: str, verdict: str
) -> None:
    monkeypatch.setattr("annotate.views.overview_people.what_they_did", lambda *_: "")

    drawn = people_drawn(NOTHING, people(*done))

    assert (drawn.said, drawn.verdict) == (said, verdict)


def test_the_whole_is_cut_by_people_and_whoever_is_behind_the_table_is_one_piece(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("annotate.views.overview_people.what_they_did", lambda *_: "there")

    parts = people_drawn(NOTHING, people(*[1] * 25)).parts

    assert [each.kind for each in parts] == (
        ["effort-first"] * 5 + ["effort-next"] * 15 + ["effort-rest"]
    )
    assert [each.start for each in parts] == pytest.approx([n / 25 for n in range(21)])
    assert parts[-1].share == pytest.approx(0.2)
    assert (parts[-1].words, parts[-1].link) == ("5 others: 20.0 %", "")
    assert (parts[0].words, parts[0].link) == ("person 0: 4.0 %", "there")


# as pages show it


def fill(campaign: Campaign, skills: tuple[str, ...], week: date) -> None:
    person = make_member(campaign)
    Rater.objects.create(kind=RaterKind.PERSON, user=person)
    for at, skill in enumerate(skills):
        cell = {"campaign": campaign, "skill": skill, "language": "en"}
        ages = {"tasks": 4, "turns": 4, "over_a_day": 2, "over_a_week": 1}
        since = NOW - timedelta(days=9 + at)
        QueueRollup.objects.create(kind=Kind.RANK, oldest_at=since, **ages, **cell)
        IntakeRollup.objects.create(week=week, prompts=3, **cell)
        WorkRollup.objects.create(kind=Kind.RANK, week=week, person=person, judgements=2, **cell)


def test_pictures_are_narrowed_as_the_page_is(cast: Cast) -> None:
    fill(cast.campaign, ("law", "art"), week_start())
    client = cast.client(cast.lead)

    whole, law = (client.get(DASHBOARD, asked) for asked in ({}, {"skill": "law"}))
    nobody = client.get(DASHBOARD, {"week": "2020-W05"})

    names = [
        {each.name for each in page.context["queue_drawn"].lines} for page in (whole, law, nobody)
    ]
    assert names == [
        {"Rank answers · law", "Rank answers · art"},
        {"Rank answers · law"},
        {"Rank answers · law", "Rank answers · art"},  # what waits is of now
    ]
    assert "skill=law" in law.context["people_drawn"].parts[0].link
    assert nobody.context["people_drawn"].parts == []
    assert 'class="drawn-strip"' not in nobody.content.decode()


def test_where_nothing_waits_and_nothing_came_nothing_is_drawn(cast: Cast) -> None:
    client = cast.client(cast.lead)

    pages = [client.get(each).content.decode() for each in (DASHBOARD, MIX)]

    assert not any("drawn-" in re.sub("<link[^>]*>", "", page) for page in pages)


def test_a_picture_says_in_words_what_it_draws_and_needs_no_style(cast: Cast) -> None:
    """A name that is no markup, and as long as any."""
    skill = "<b>" + "Verfassungsrecht" * 3
    fill(cast.campaign, (skill,), week_start())
    WantedShare.objects.create(campaign=cast.campaign, facet="skill", value="chess", share=0.5)
    client = cast.client(cast.lead)

    overview, mix = (client.get(each).content.decode() for each in (DASHBOARD, MIX))

    drawn = re.findall(r"<figure class=\"drawn-.*?</figure>", overview + mix, re.DOTALL)
    assert len(drawn) == 4  # people, the queue, skills, languages
    for each in drawn:
        assert "style=" not in each
        assert "<b>" not in each
        assert "<desc" in each
        for svg in re.findall(r"<svg[^>]*role[^>]*>", each):
            assert "aria-labelledby" in svg
        for name in re.findall(r'aria-(?:labelledby|describedby)="([^"]+)"', each):
            assert f'id="{name}"' in each
    assert "4 items, oldest" in drawn[1]
    assert "0.0 %, wanted 50.0 %, missing 50.0 %" in drawn[2]
    assert not re.search(r'(?:x|y|width|height)="\d+,', "".join(drawn))


def test_numbers_in_a_drawing_are_written_as_svg_reads_them(cast: Cast) -> None:
    """In German a half is 0,5, and no place in a picture."""
    fill(cast.campaign, ("law", "art"), week_start())
    cast.lead.language = "de"
    cast.lead.save()

    page = cast.client(cast.lead).get(DASHBOARD, headers={"accept-language": "de"})

    assert "Was wartet" in page.content.decode()
    drawn = re.findall(r"<svg.*?</svg>", page.content.decode(), re.DOTALL)
    assert any('width="50.00"' in each for each in drawn)
    assert not re.search(r'(?:x|y|width|height)="\d+,', "".join(drawn))


@pytest.mark.parametrize("skills", [1, 3])
def test_pictures_ask_the_database_nothing(
    cast: Cast, skills: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    names = tuple(f"skill {n}" for n in range(skills))
    fill(cast.campaign, names, week_start())
    looking = cast.client(cast.lead).get(DASHBOARD).context["looking"]
    done = people_in(looking.wanting, week_start())
    waiting = queue_of(looking.wanting)

    with django_assert_num_queries(0):
        queue_drawn(looking, waiting, NOW)
        people_drawn(looking, done)
        mix_drawn(looking, "skill", [MixCell("skill", name, 1, skills, None) for name in names])
