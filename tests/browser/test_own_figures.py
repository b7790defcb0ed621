"""What is found of a person, on their own page and desk: by everybody, in every window."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotate.enums import Kind
from annotate.models import RaterPart
from annotate.services.ranking import RankingAnswer, submit_ranking
from tests.annotate.views.test_own_figures import estimate, rater_of, report_of, row_of
from tests.browser.axe import seen_by_all, seen_in_windows
from tests.browser.conftest import Scene
from tests.browser.pictures import make_pictures

pytestmark = pytest.mark.browser


@pytest.fixture
def found(scene: Scene) -> None:
    held = scene.hand(Kind.RANK)
    order = [[each] for each in held.order]
    submit_ranking(assignment=held, answer=RankingAnswer(tiers=order), by=scene.ada)
    report = report_of(scene.campaign)
    row_of(report, scene.ada)
    for facet in (
        {"facet": "skill", "skill": "a-skill-of-a-very-long-name-without-any-space"},
        {"facet": "language", "language": "en"},
    ):
        RaterPart.objects.create(
            report=report, rater=rater_of(scene.ada), prompts=27, **facet, **interval()
        )


def interval() -> dict[str, float]:
    said = estimate(0.7)
    return {each: said[each] for each in ("value", "low", "high")}


def test_figures_are_read_in_every_window_and_colours(found: None, page: Page) -> None:
    page.goto(reverse("annotate:stored"))

    expect(page.get_by_role("heading", name="Your figures in")).to_be_visible()
    make_pictures(page, "stored")
    wrong = seen_in_windows(page)
    assert wrong == {each: [] for each in wrong}


def test_a_desk_tells_agreement_and_leads_to_the_rest(found: None, page: Page) -> None:
    page.goto("/")

    week = page.get_by_role("region", name="My week")
    expect(week).to_contain_text("74 % 64 to 84 %")
    assert seen_by_all(page) == []
    week.get_by_role("link", name="All that is found of you").press("Enter")
    expect(page).to_have_url(re.compile(f"{reverse('annotate:stored')}$"))
