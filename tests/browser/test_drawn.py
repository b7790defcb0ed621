"""The pictures of the dashboard, where names are long and people many: for everybody, and still."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from annotate.enums import Kind, RaterKind
from annotate.models import (
    Campaign,
    IntakeRollup,
    Lane,
    QueueRollup,
    Rater,
    RollupTime,
    WantedShare,
    WorkRollup,
)
from annotate.selectors.tally import week_start
from commons.models import User
from tests.browser.axe import seen_in_windows
from tests.browser.conftest import OpenContext
from tests.browser.pictures import make_pictures
from tests.browser.test_pages import look_at
from tests.factories import make_campaign, make_member, make_user

pytestmark = pytest.mark.browser

DASHBOARD, MIX = reverse("annotate:dashboard"), reverse("annotate:mix")
LONGEST = "Verwaltungsgerichtsverfahrensrecht" * 2  # cut to what a skill may have
SKILLS = ("law", "medicine", "coding", "Deutsche Literatur der Romantik", LONGEST[:64])
SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const { sources } of list.getEntries()) {
    for (const { node } of sources) {
      const drawn = node?.nodeType === 1 && node.closest(".drawn-lines, .drawn-strip");
      if (drawn) shifts.push(node.outerHTML);
    }
  }
}).observe({ type: "layout-shift", buffered: true });
"""


@pytest.fixture
def lead(live_server: LiveServer, settings: Settings) -> User:
    settings.DASHBOARD_PANELS = []  # they come later, and move what stands below them
    return make_user("lead")


@pytest.fixture
def campaign(lead: User) -> Campaign:
    """Of 25 people five did much; of one skill nothing came, of others less or more than wanted."""
    campaign, week, now = make_campaign(lead=lead), week_start(), timezone.now()
    RollupTime.objects.update_or_create(campaign=campaign, defaults={"at": now})
    for at, skill in enumerate(SKILLS):
        cell = {"campaign": campaign, "skill": skill, "language": ("en", "de")[at % 2]}
        ages = {"tasks": 900 // (at + 1), "over_a_day": 150, "over_a_week": 30 * at}
        since = now - timedelta(days=1 + 4 * at, hours=1)
        QueueRollup.objects.create(kind=Kind.RANK, turns=1200, oldest_at=since, **ages, **cell)
        Lane.objects.create(kind=Kind.RANK, **cell)
        IntakeRollup.objects.create(week=week, prompts=120 // (at + 1), **cell)
        WantedShare.objects.create(campaign=campaign, facet="skill", value=skill, share=0.19)
    WantedShare.objects.create(campaign=campaign, facet="skill", value="chess", share=0.05)
    for n in range(25):
        person = make_member(campaign, name=f"{'Annegret-Friederike-' * (n % 2)}{n}")
        Rater.objects.create(kind=RaterKind.PERSON, user=person)
        WorkRollup.objects.create(
            campaign=campaign,
            week=week,
            kind=Kind.RANK,
            skill="law",
            language="en",
            person=person,
            judgements=300 // (n + 1),
        )
    return campaign


def test_pictures_are_for_everybody_and_do_not_move(
    campaign: Campaign, lead: User, open_context: OpenContext
) -> None:
    page = open_context(lead).new_page()
    page.add_init_script(SHIFTS)
    found, moved = {}, {}

    for name, address in {"drawn-week": DASHBOARD, "drawn-mix": MIX}.items():
        look_at(page, address)
        moved[name] = page.evaluate("shifts")
        expect(page.locator("figure:is(.drawn-lines, .drawn-strip)")).to_have_count(2)
        make_pictures(page, name)
        found[name] = [each for seen in seen_in_windows(page).values() for each in seen]

    assert found == {"drawn-week": [], "drawn-mix": []}
    assert moved == {"drawn-week": [], "drawn-mix": []}


def test_a_piece_of_a_picture_leads_to_its_rows(
    campaign: Campaign, lead: User, open_context: OpenContext
) -> None:
    page = open_context(lead).new_page()

    for which, leads in {
        ".waits-week": "sort=waits-rank&",
        ".effort-first": "sort=handed-in&",
    }.items():
        look_at(page, DASHBOARD)
        page.locator(f"figure a > {which}").first.click()
        expect(page.get_by_role("heading", level=1, name="Explore")).to_be_visible()
        assert leads in page.url


def heights(page: Page, *kinds: str) -> list[float]:
    return [
        page.locator(f"figure ol .{kind}").first.evaluate("it => it.getBoundingClientRect().height")
        for kind in kinds
    ]


def test_pieces_are_told_apart_without_a_colour(
    campaign: Campaign, lead: User, open_context: OpenContext
) -> None:
    """By their height; what is missing of the mix is an outline, in forced colours too."""
    page = open_context(lead, forced_colors="active").new_page()

    look_at(page, DASHBOARD)
    everything, day, week = heights(page, "waits-all", "waits-day", "waits-week")
    assert everything > day + 3 > week + 6 > 6
    look_at(page, MIX)
    fills = page.locator("figure ol .mix-hole, figure ol .mix-came").evaluate_all(
        "all => [...new Set(all.map(it => getComputedStyle(it).fill))].length"
    )
    assert fills == 2
