"""A reviewer settles what others judged differently: by keyboard alone, by mouse, for everybody."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotate.enums import Decision, Kind, Role
from annotate.models import Note, Ranking, Rejection, Review, Task
from annotate.services.assignment import take_assignment
from annotate.services.campaign import Work, acknowledge_instructions, add_member
from annotate.services.demonstration import DemonstrationAnswer, submit_demonstration
from annotate.services.ranking import RankingAnswer, submit_ranking
from annotate.services.reviewing import find_reviews
from commons.models import User
from tests.annotate.reviewing import tiers_of
from tests.browser.axe import seen_by_all
from tests.browser.conftest import PHONE, OpenContext, Scene, make_scene
from tests.browser.pictures import make_pictures
from tests.factories import make_user

pytestmark = pytest.mark.browser

WORKS = [
    Work(Kind.RANK, answers=4, wanted=2, reviewed_share=1),
    Work(Kind.DEMONSTRATE, reviewed_share=1),
]


@pytest.fixture
def scene(live_server: object) -> Scene:
    return make_scene(WORKS)


def join(scene: Scene, name: str, role: Role = Role.ANNOTATOR) -> User:
    person = make_user(name)
    add_member(campaign=scene.campaign, person=person, role=role, by=scene.lead)
    for version in scene.campaign.instructions.all():
        acknowledge_instructions(instructions=version, by=person)
    return person


@pytest.fixture
def iris(scene: Scene) -> User:
    return join(scene, "iris", Role.REVIEWER)


def rank(scene: Scene, order: str, by: User) -> Task:
    turn = take_assignment(by=by, campaign=scene.campaign, kind=Kind.RANK)
    answer = RankingAnswer(
        tiers=tiers_of(turn.task, order), strengths=[3] + [None] * (len(order) - 2)
    )
    submit_ranking(assignment=turn, answer=answer, by=by)
    return turn.task


@pytest.fixture
def review(scene: Scene) -> Review:
    """Ada and Grace have ranked four answers the other way round."""
    task = rank(scene, "abcd", scene.ada)
    rank(scene, "dcba" if len(task.offered) == 4 else "ba", join(scene, "grace"))
    find_reviews()
    return Review.objects.get(task=task)


@pytest.fixture
def page(iris: User, open_context: OpenContext) -> Page:
    return open_context(iris).new_page()


def version_at(page: Page, at: int) -> Ranking:
    """What the version in this place is."""
    uuid = page.locator("[data-version]").nth(at).get_attribute("data-version")
    return Ranking.objects.get(uuid=str(uuid))


def open_review(page: Page, review: Review) -> None:
    page.goto(reverse("annotate:review", args=[review.uuid]))
    page.locator("form.review[data-ready]").wait_for()


def test_a_disagreement_is_settled_by_keyboard_alone(review: Review, page: Page) -> None:
    page.goto(reverse("annotate:reviews"))
    page.keyboard.press("Enter")
    page.locator("form.review[data-ready]").wait_for()
    first = version_at(page, 0)

    page.keyboard.press("k")
    page.keyboard.press("r")
    page.keyboard.press("3")
    page.keyboard.press("n")
    page.keyboard.type("Read the table again.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="Nothing waits for a review")).to_be_visible()

    review.refresh_from_db()
    assert (review.decision, review.reason) == (Decision.REJECT, "careless")
    assert Rejection.objects.get().root == first.root
    assert [each.text for each in Note.objects.all()] == ["Read the table again."]


def test_one_version_is_accepted_by_keyboard(review: Review, page: Page) -> None:
    open_review(page, review)
    second = page.locator("[data-version]").nth(1)
    chosen = version_at(page, 1)

    page.keyboard.press("j")
    expect(second).to_be_focused()
    page.keyboard.press("a")
    expect(page.locator("[data-announce]")).to_have_text("Second rater is accepted")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").first).to_contain_text("Decided.")

    review.refresh_from_db()
    assert review.ranking is not None
    assert review.ranking.tiers == chosen.tiers


def test_an_order_is_corrected_by_keyboard(review: Review, page: Page) -> None:
    open_review(page, review)
    tiers = version_at(page, 0).tiers

    page.keyboard.press("c")
    expect(page.locator("[data-rail]")).to_be_visible()
    letters = page.locator("[data-candidate]")
    ids = [letters.nth(at).get_attribute("data-candidate") for at in range(4)]
    page.keyboard.press("1")  # answer A comes first
    page.get_by_label("Reason").focus()
    page.keyboard.type("Fact")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="Nothing waits for a review")).to_be_visible()

    review.refresh_from_db()
    assert review.ranking is not None
    rest = [tier for tier in tiers if tier != [ids[0]]]
    assert review.ranking.tiers == [[ids[0]], *rest]
    assert review.reason == "factual"


def test_a_version_is_turned_down_by_mouse(review: Review, page: Page) -> None:
    open_review(page, review)
    second = page.locator("[data-version]").nth(1)

    second.get_by_label("Turn it down").check()
    second.get_by_label("Note to the Second rater").fill("See page two.")
    page.get_by_label("Reason").select_option(label="Against the guideline")
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_role("heading", name="Nothing waits for a review")).to_be_visible()

    review.refresh_from_db()
    assert (review.decision, review.reason) == (Decision.REJECT, "guideline")


def test_an_answer_is_corrected_by_mouse(scene: Scene, page: Page) -> None:
    turn = scene.hand(Kind.DEMONSTRATE)
    submit_demonstration(assignment=turn, answer=DemonstrationAnswer("Teh *dose*."), by=scene.ada)
    find_reviews()
    review = Review.objects.get()
    open_review(page, review)

    page.get_by_role("radio", name="Correct").check()
    text = page.get_by_role("textbox", name="What should stand instead")
    expect(text).to_have_value("Teh *dose*.")
    text.fill("The *dose*.")
    expect(page.locator("#preview em")).to_have_text("dose")
    page.get_by_label("Reason").select_option(label="Careless")
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_role("status").first).to_contain_text("Decided.")

    review.refresh_from_db()
    assert review.demonstration is not None
    assert review.demonstration.text == "The *dose*."


def test_a_pair_is_corrected_by_its_row(live_server: object, open_context: OpenContext) -> None:
    scene = make_scene([Work(Kind.RANK, answers=2, wanted=2)], answers=["One.", "Two."])
    task = rank(scene, "ab", scene.ada)
    rank(scene, "ba", join(scene, "grace"))
    find_reviews()
    review = Review.objects.get(task=task)
    page = open_context(join(scene, "iris", Role.REVIEWER)).new_page()
    open_review(page, review)

    page.keyboard.press("c")
    page.keyboard.press("4")
    page.get_by_label("Reason").select_option(label="Close: one had to be chosen")
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_role("heading", name="Nothing waits for a review")).to_be_visible()

    review.refresh_from_db()
    assert review.ranking is not None
    assert [len(tier) for tier in review.ranking.tiers] == [2]


def test_a_decision_without_its_reason_is_asked_for_it(review: Review, page: Page) -> None:
    open_review(page, review)

    page.keyboard.press("r")
    page.keyboard.press("Control+Enter")

    expect(page.get_by_label("Reason")).to_be_focused()
    assert Review.objects.get(pk=review.pk).decision == ""


@pytest.mark.parametrize("width", [320, 1280])
def test_a_review_is_for_everybody(
    review: Review, iris: User, open_context: OpenContext, width: int
) -> None:
    page = open_context(iris, viewport={"width": width, "height": 800}).new_page()
    page.goto(reverse("annotate:reviews"))
    page.locator("html[data-awake]").wait_for(state="attached")
    make_pictures(page, "reviews")
    found = seen_by_all(page)
    open_review(page, review)
    make_pictures(page, "review")
    found += seen_by_all(page)
    page.keyboard.press("c")
    found += seen_by_all(page)

    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_nobody_is_named_on_a_review(review: Review, page: Page) -> None:
    open_review(page, review)

    html = page.content().lower()

    assert not re.search(r"\bada\b|quill|grace|model-a", html)


def test_a_version_is_accepted_by_touch(
    review: Review, iris: User, open_context: OpenContext
) -> None:
    page = open_context(iris, **PHONE).new_page()
    open_review(page, review)

    page.get_by_role("radio", name="Accept this one").first.tap()
    page.get_by_label("Reason").select_option("tie-break")
    page.get_by_role("button", name="Decide").tap()
    expect(page.get_by_text("Decided. The authors find your notes")).to_be_visible()

    review.refresh_from_db()
    assert (review.decision, review.reason) == (Decision.ACCEPT, "tie-break")
