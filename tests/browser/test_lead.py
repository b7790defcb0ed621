"""A lead and an officer decide by keyboard alone, and their pages are for everybody."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotate.enums import AssignmentState, Duty, Hold, Kind, Role, SkipReason
from annotate.models import Assignment, Task
from annotate.services.assignment import take_assignment
from annotate.services.batch import withdraw_batch
from annotate.services.campaign import acknowledge_instructions, add_member
from annotate.services.hold import return_to_queue
from annotate.services.lease import extend_lease, reserve_turn
from annotate.services.turn import show_assignment, skip_assignment
from commons.models import User
from tests.annotate.leading import make_batch, make_officer
from tests.browser.axe import seen_in_windows
from tests.browser.conftest import OpenContext, Scene
from tests.browser.pictures import make_pictures
from tests.browser.test_pages import look_at
from tests.browser.texts import ANSWERS
from tests.factories import make_prompt, make_user

pytestmark = pytest.mark.browser

NOTE = "The second answer gives a patient’s full name and address; the first one is fine."


@pytest.fixture
def reported(scene: Scene) -> Task:
    """Ada has reported personal data; nobody has that duty but the officer Iris."""
    turn = scene.hand(Kind.RANK)
    skip_assignment(assignment=turn, reason=SkipReason.PERSONAL_DATA, by=scene.ada, note=NOTE)
    return Task.objects.get(pk=turn.task_id)


@pytest.fixture
def busy(scene: Scene) -> Assignment:
    return make_busy(scene)


def make_busy(scene: Scene) -> Assignment:
    """Ada works at one item and has one loaded ahead; one is set aside, one is for nobody."""
    at_work = take_for(scene.ada, scene)
    make_prompt(scene.campaign, text="What is a stent?", answers=ANSWERS)
    scene.hand(Kind.RANK)
    extend_lease(assignment=at_work, minutes=1, by=scene.lead)
    grace = join(scene, "grace")
    make_prompt(scene.campaign, text="Who may prescribe?", answers=ANSWERS)
    aside = Task.objects.filter(kind=Kind.RANK, free=1).latest("pk")
    reserve_turn(task=aside, person=grace, by=scene.lead)
    make_prompt(scene.campaign, text="Is it legal?", answers=ANSWERS, skill="law")
    return at_work


def join(scene: Scene, name: str) -> User:
    person = make_user(name)
    add_member(campaign=scene.campaign, person=person, role=Role.ANNOTATOR, by=scene.lead)
    for version in scene.campaign.instructions.all():
        acknowledge_instructions(instructions=version, by=person)
    return person


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what has this name, by label or text, has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        said = page.evaluate(
            "document.activeElement.getAttribute('aria-label')"
            " || document.activeElement.labels?.[0]?.innerText"
            " || document.activeElement.innerText"
        )
        if said and name in said:
            return
    raise AssertionError(f"Tab never came to “{name}”")


def test_an_officer_decides_a_report_by_keyboard(
    scene: Scene, reported: Task, open_context: OpenContext
) -> None:
    page = open_context(make_officer(Duty.PRIVACY, "iris")).new_page()
    look_at(page, "/")

    tab_to(page, "Reports")
    page.keyboard.press("Enter")
    page.wait_for_url("**/reports/")
    tab_to(page, "The prompt and its")
    page.keyboard.press("Enter")
    expect(page.locator(".answers > li")).to_have_count(4)
    expect(page.locator(".answers")).to_be_visible()
    tab_to(page, "Note")
    page.keyboard.type("Name removed at the source.")
    tab_to(page, "Withdraw it for good")
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_contain_text("Withdrawn")
    reported.refresh_from_db()
    assert reported.held == Hold.WITHDRAWN
    assert "ada" not in page.content().lower()


def test_a_lead_takes_back_a_lease_by_keyboard(
    scene: Scene, busy: Assignment, open_context: OpenContext
) -> None:
    page = open_context(scene.lead).new_page()
    look_at(page, reverse("annotate:campaign", args=[scene.campaign.uuid]))

    tab_to(page, "Who has what")
    page.keyboard.press("Enter")
    page.wait_for_url("**/leases/")
    tab_to(page, "Take back from Ada Quill: My father")
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_contain_text("Taken back from Ada Quill")
    busy.refresh_from_db()
    assert busy.state == AssignmentState.EXPIRED


def test_a_lead_hands_an_item_over_by_keyboard(
    scene: Scene, busy: Assignment, open_context: OpenContext
) -> None:
    page = open_context(scene.lead).new_page()
    look_at(page, reverse("annotate:item", args=[busy.task.uuid]))

    tab_to(page, "Person")
    page.keyboard.type("grace")
    tab_to(page, "In place of")
    page.keyboard.type("Ada")
    tab_to(page, "Set it aside")
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_contain_text("Set aside for grace")
    states = dict(busy.task.assignments.values_list("person__username", "state"))
    assert states == {"ada": "expired", "grace": "reserved"}


def test_a_lead_withdraws_a_batch_after_reading_what_that_touches(
    scene: Scene, busy: Assignment, open_context: OpenContext
) -> None:
    batch = make_batch(scene.campaign, busy.task.prompt)
    page = open_context(scene.lead).new_page()
    look_at(page, reverse("annotate:batches", args=[scene.campaign.uuid]))

    tab_to(page, "Withdraw")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Live leases, of 1 person")).to_be_visible()
    tab_to(page, "Withdraw it")
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_contain_text("2 tasks are handed out no more")
    batch.refresh_from_db()
    assert batch.withdrawn_at is not None


def take_for(person: User, scene: Scene) -> Assignment:
    turn = take_assignment(by=person, campaign=scene.campaign, kind=Kind.RANK)
    show_assignment(assignment=turn)
    return turn


def reports(scene: Scene) -> str:
    """Two reasons; one item was returned to the queue before and is reported again."""
    admin = make_user("root", admin=True)
    first = take_for(scene.ada, scene)
    skip_assignment(assignment=first, reason=SkipReason.UNCLEAR, by=scene.ada, note=NOTE)
    return_to_queue(task=first.task, seen=Hold.UNCLEAR, by=admin, note="Both names are invented.")
    again = take_for(join(scene, "grace"), scene)
    skip_assignment(assignment=again, reason=SkipReason.UNCLEAR, by=again.person)
    User.objects.filter(pk=admin.pk).update(is_active=False)
    make_prompt(scene.campaign, text="How much is too much?", answers=ANSWERS, skill="")
    other = take_for(scene.ada, scene)
    skip_assignment(assignment=other, reason=SkipReason.HARMFUL, by=scene.ada, note="A dose.")
    return reverse("annotate:reports")


def no_reports(scene: Scene) -> str:
    return reverse("annotate:reports")


def leases(scene: Scene) -> str:
    make_busy(scene)
    return reverse("annotate:leases", args=[scene.campaign.uuid])


def item(scene: Scene) -> str:
    return reverse("annotate:item", args=[make_busy(scene).task.uuid])


def campaign(scene: Scene) -> str:
    make_busy(scene)
    return reverse("annotate:campaign", args=[scene.campaign.uuid])


def batches(scene: Scene) -> str:
    make_batch(scene.campaign, make_busy(scene).task.prompt)
    withdraw_batch(batch=make_batch(scene.campaign, name="winter.jsonl"), by=scene.lead)
    return reverse("annotate:batches", args=[scene.campaign.uuid])


def withdrawal(scene: Scene) -> str:
    batch = make_batch(scene.campaign, make_busy(scene).task.prompt)
    return reverse("annotate:decide_batch", args=[batch.uuid, "withdraw"])


def clone(scene: Scene) -> str:
    make_busy(scene)
    return reverse("annotate:decide_campaign", args=[scene.campaign.uuid, "clone"])


PAGES: dict[str, Callable[[Scene], str]] = {
    "reports": reports,
    "no-reports": no_reports,
    "leases": leases,
    "item": item,
    "campaign": campaign,
    "batches": batches,
    "withdrawal": withdrawal,
    "clone": clone,
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_leads_is_for_everybody(
    scene: Scene, open_context: OpenContext, name: str
) -> None:
    page = open_context(scene.lead).new_page()
    look_at(page, PAGES[name](scene))
    make_pictures(page, f"lead-{name}")

    found = seen_in_windows(page)

    assert found == {how: [] for how in found}
