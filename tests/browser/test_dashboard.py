"""What is planted in a campaign is named on the dashboard, three clicks from its evidence at most.

And nothing is named in the same campaign without it.
"""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from annotate.models import Prompt, Rater, RaterPart, StoppedTask, Task
from commons.models import User
from tests.browser.axe import seen_in_windows
from tests.browser.conftest import OpenContext
from tests.browser.pictures import make_pictures
from tests.browser.test_pages import look_at
from tests.factories import make_user
from tests.planted import Plan, measured, plant

pytestmark = pytest.mark.browser

BEHIND = [
    "annotate:quality",
    "annotate:raters",
    "annotate:bias",
    "annotate:mix",
    "annotate:planner",
    "annotate:stopping",
    "annotate:digest",
]


@pytest.fixture
def lead(live_server: LiveServer) -> User:
    return make_user("lead")


def open_finding(page: Page, sort: str) -> None:
    look_at(page, reverse("annotate:dashboard"))
    page.locator(f"[data-sort='{sort}'] a").click()
    page.wait_for_load_state("networkidle")


def test_each_planted_fault_is_named_and_its_evidence_is_near(
    lead: User, open_context: OpenContext
) -> None:
    campaign = plant(Plan(careless=3, ambiguous="law", missing="chess"), lead=lead)
    measured(campaign)
    rater = Rater.objects.get(user__username=f"{campaign.pk}-rater-3")
    page = open_context(lead).new_page()
    look_at(page, reverse("annotate:dashboard"))
    named = page.locator(".finding-title").all_inner_texts()

    open_finding(page, "careless")
    expect(page.get_by_role("heading", level=1)).to_have_text(str(rater))
    page.get_by_role("link", name="Items that they see apart").click()
    page.locator(".found-text").first.click()
    expect(page.get_by_role("region", name="Rankings")).to_be_visible()

    open_finding(page, "ambiguous-skill")
    page.get_by_role("link", name="law", exact=True).click()
    page.locator(".found-text").first.click()
    expect(page.get_by_role("region", name="Rankings")).to_be_visible()

    open_finding(page, "missing-skill")
    row = page.get_by_role("row", name="chess")
    expect(row).to_contain_text("25.0 %")

    assert named == [
        "Rater 3 judges no more like the others than a coin would",
        "People read the guideline differently: skill “law”",
        "Prompts are missing: skill “chess”",
    ]


def test_nothing_is_named_in_the_same_campaign_without_faults(
    lead: User, open_context: OpenContext
) -> None:
    measured(plant(Plan(), lead=lead))
    page = open_context(lead).new_page()

    look_at(page, reverse("annotate:dashboard"))

    expect(page.get_by_text("Nothing stands out by more than chance.")).to_be_visible()
    expect(page.locator(".finding")).to_have_count(0)


def test_the_pages_behind_are_for_everybody(lead: User, open_context: OpenContext) -> None:
    campaign = plant(Plan(prompts=60, raters=4, each=2, flags=True), lead=lead)
    measured(campaign)
    rater = Rater.objects.filter(rankings__campaign=campaign).first()
    assert rater is not None
    here = f"?campaign={campaign.uuid}"
    addresses = {name: reverse(name) + here for name in BEHIND}
    addresses["annotate:rater"] = reverse("annotate:rater", args=[rater.uuid]) + here
    page = open_context(lead).new_page()
    found = {}

    for name, address in addresses.items():
        look_at(page, address)
        make_pictures(page, name.removeprefix("annotate:"))
        found[name] = [each for seen in seen_in_windows(page).values() for each in seen]

    assert found == {name: [] for name in addresses}


def test_narrowed_pages_are_for_everybody(lead: User, open_context: OpenContext) -> None:
    """Of three skills, and of a fourth with too few prompts for a figure."""
    campaign = plant(Plan(prompts=60, raters=2, each=2), lead=lead)
    tasks = list(Task.objects.filter(campaign=campaign).order_by("pk"))
    few = [task.prompt_id for task in tasks[:3]]
    Prompt.objects.filter(pk__in=few).update(skill="rare")
    measured(campaign)
    StoppedTask.objects.create(task=tasks[0], sure=0.95, votes=2, saved=1)
    part = RaterPart.objects.filter(facet="skill")[0]
    here = f"?campaign={campaign.uuid}&skill={part.skill}"
    pages = ("dashboard", "quality", "raters", "bias", "mix", "planner", "stopping", "digest")
    addresses = {name: reverse(f"annotate:{name}") + here for name in pages}
    addresses["rater"] = reverse("annotate:rater", args=[part.rater.uuid]) + here
    page = open_context(lead).new_page()
    found = {}

    for name, address in addresses.items():
        look_at(page, address)
        found[name] = [each for seen in seen_in_windows(page).values() for each in seen]

    assert found == {name: [] for name in addresses}
