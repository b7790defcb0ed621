"""A reviewer settles what others judged differently: by keys, mouse, finger, for everybody."""

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
from tests.annotate.reviewing import tiers_of, turn_of
from tests.browser.axe import seen_in_windows
from tests.browser.conftest import OpenContext, Scene, make_scene
from tests.browser.hands import EVERY_HAND, KEYS, MOUSE_AND_FINGER, Hand
from tests.browser.pictures import make_pictures
from tests.factories import make_prompt, make_user

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

    page.keyboard.press("p")
    expect(page.locator("#prompt .prompt-body")).to_be_hidden()
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
    said = page.locator("[data-announce]")
    page.keyboard.press("0")
    expect(said).to_have_text("A is unrankable")
    page.keyboard.press("z")
    expect(said).to_contain_text("Undone: ")
    page.keyboard.press("Shift+Z")
    expect(said).to_contain_text("unrankable: A")
    page.keyboard.press("z")
    page.keyboard.press("1")  # answer A comes first
    KEYS.pick(page.get_by_label("Reason"), "Fact")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="Nothing waits for a review")).to_be_visible()

    review.refresh_from_db()
    assert review.ranking is not None
    rest = [tier for tier in tiers if tier != [ids[0]]]
    assert review.ranking.tiers == [[ids[0]], *rest]
    assert review.reason == "factual"


@MOUSE_AND_FINGER
def test_versions_are_accepted_corrected_and_turned_down_by_hand(
    hand: Hand, scene: Scene, iris: User, open_context: OpenContext
) -> None:
    join(scene, "grace")
    for number in range(2):
        make_prompt(scene.campaign, text=f"And {number}?", answers=["a", "b", "c", "d"])
    reviews = [disagree(scene) for _ in range(3)]
    page = open_context(iris, **hand.window).new_page()
    page.goto(reverse("annotate:reviews"))
    hand.press(page.get_by_role("button", name="Start"))
    accepted = accept_the_second(hand, page)
    corrected = correct_the_first(hand, page)
    turned_down = turn_down_the_first(hand, page)
    expect(page.get_by_role("heading", name="Nothing waits for a review")).to_be_visible()

    by_task = {each.task_id: each for each in Review.objects.filter(pk__in=reviews)}
    versions = (accepted, corrected, turned_down)
    one, two, three = (by_task[turn_of(each).task_id] for each in versions)
    assert [(each.decision, each.reason) for each in (one, two, three)] == [
        (Decision.ACCEPT, "tie-break"),
        (Decision.CORRECT, "factual"),
        (Decision.REJECT, "guideline"),
    ]
    assert one.ranking is not None
    assert two.ranking is not None
    assert one.ranking.tiers == accepted.tiers
    assert two.ranking.tiers == [corrected.tiers[-1], *corrected.tiers[:-1]]
    assert Rejection.objects.get().root == turned_down.root
    assert [each.text for each in Note.objects.exclude(text="")] == ["See page two."]


def disagree(scene: Scene) -> int:
    """Ada and Grace rank the next four answers the other way round; the review of that."""
    task = rank(scene, "abcd", scene.ada)
    assert rank(scene, "dcba", User.objects.get(username="grace")) == task
    find_reviews()
    return Review.objects.get(task=task).pk


def decide(hand: Hand, page: Page, reason: str) -> None:
    here = page.url
    hand.pick(page.get_by_label("Reason"), reason)
    hand.press(page.get_by_role("button", name="Decide"))
    expect(page).not_to_have_url(here)
    expect(page.get_by_text("Decided. The authors find your notes")).to_be_visible()


def accept_the_second(hand: Hand, page: Page) -> Ranking:
    page.locator("form.review[data-ready]").wait_for()
    version = version_at(page, 1)
    hand.choose(page.get_by_role("radio", name="Accept this one").nth(1))
    expect(page.locator("[data-announce]")).to_have_text("Second rater is accepted")
    decide(hand, page, "Close: one had to be chosen")
    return version


def correct_the_first(hand: Hand, page: Page) -> Ranking:
    """What the first version ranks last comes first."""
    page.locator("form.review[data-ready]").wait_for()
    version = version_at(page, 0)
    hand.press(page.locator("[data-version]").first.get_by_role("heading"))
    hand.choose(page.get_by_role("radio", name="Correct"))
    last = page.locator(f"[data-candidate='{version.tiers[-1][0]}']")
    hand.press(last.locator("[data-place='1']"))
    hand.press(page.get_by_role("button", name="Undo"))
    hand.press(page.get_by_role("button", name="Redo"))
    expect(last.locator("[data-standing]")).to_have_text("rank 1")
    decide(hand, page, "Factually wrong")
    return version


def turn_down_the_first(hand: Hand, page: Page) -> Ranking:
    page.locator("form.review[data-ready]").wait_for()
    version = version_at(page, 0)
    first = page.locator("[data-version]").first
    hand.choose(first.get_by_label("Turn it down"))
    hand.write(first.get_by_label("Note to the First rater"), "See page two.")
    decide(hand, page, "Against the guideline")
    return version


@EVERY_HAND
def test_a_text_is_corrected(
    hand: Hand, scene: Scene, iris: User, open_context: OpenContext
) -> None:
    turn = scene.hand(Kind.DEMONSTRATE)
    submit_demonstration(assignment=turn, answer=DemonstrationAnswer("The *dose*."), by=scene.ada)
    find_reviews()
    page = open_context(iris, **hand.window).new_page()
    page.goto(reverse("annotate:reviews"))
    hand.press(page.get_by_role("button", name="Start"))
    page.locator("form.review[data-ready]").wait_for()

    hand.choose(page.get_by_role("radio", name="Correct"))
    text = page.get_by_role("textbox", name="What should stand instead")
    expect(text).to_have_value("The *dose*.")
    hand.write(text, " Once **a day**.")
    expect(page.locator("#preview strong")).to_have_text("a day")
    decide(hand, page, "Careless")

    review = Review.objects.get()
    assert review.demonstration is not None
    assert (review.decision, review.reason) == (Decision.CORRECT, "careless")
    assert review.demonstration.text == "The *dose*. Once **a day**."


@EVERY_HAND
def test_a_pair_is_corrected_by_its_row(
    hand: Hand, live_server: object, open_context: OpenContext
) -> None:
    scene = make_scene([Work(Kind.RANK, answers=2, wanted=2)], answers=["One.", "Two."])
    task = rank(scene, "ab", scene.ada)
    rank(scene, "ba", join(scene, "grace"))
    find_reviews()
    review = Review.objects.get(task=task)
    page = open_context(join(scene, "iris", Role.REVIEWER), **hand.window).new_page()
    open_review(page, review)
    said = page.locator("[data-announce]")

    hand.do("c", page.locator(".decision", has_text="Correct"))
    for key in "46":
        hand.do(key, page.locator(f"label:has([data-key='{key}'])"))
    expect(said).to_have_text("B is better than A")
    hand.do("z", page.get_by_role("button", name="Undo"))
    expect(said).to_have_text("Undone: A and B are about the same")
    hand.pick(page.get_by_label("Reason"), "Close: one had to be chosen")
    hand.do("Control+Enter", page.get_by_role("button", name="Decide"))
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


def test_a_review_is_for_everybody(review: Review, page: Page) -> None:
    """With what the versions agree on unfolded, and while their order is corrected."""
    found = {}
    page.goto(reverse("annotate:reviews"))
    page.locator("html[data-awake]").wait_for(state="attached")
    make_pictures(page, "reviews")
    found["list"] = seen_in_windows(page)
    open_review(page, review)
    make_pictures(page, "review")
    found["review"] = seen_in_windows(page)
    page.keyboard.press("c")
    page.evaluate("scrollTo(0, 0)")  # half under the header, a box looks small to axe
    make_pictures(page, "review-correcting")
    found["correcting"] = seen_in_windows(page)

    assert found == {name: {how: [] for how in seen} for name, seen in found.items()}


def test_what_two_versions_share_is_unfolded_for_everybody(
    scene: Scene, iris: User, open_context: OpenContext
) -> None:
    """Two orders that part in one pair of six."""
    task = rank(scene, "abcd", scene.ada)
    rank(scene, "bacd", join(scene, "grace"))
    find_reviews()
    page = open_context(iris).new_page()
    open_review(page, Review.objects.get(task=task))

    page.get_by_text("Alike in 5 pairs").click()
    make_pictures(page, "review-compared")
    found = seen_in_windows(page)

    assert found == {how: [] for how in found}


def test_a_pair_and_a_text_are_corrected_by_everybody(
    live_server: object, open_context: OpenContext
) -> None:
    works = [Work(Kind.RANK, answers=2, wanted=2), Work(Kind.DEMONSTRATE, reviewed_share=1)]
    scene = make_scene(works, answers=["One.", "Two."])
    rank(scene, "ab", scene.ada)
    rank(scene, "ba", join(scene, "grace"))
    turn = scene.hand(Kind.DEMONSTRATE)
    submit_demonstration(assignment=turn, answer=DemonstrationAnswer("The *dose*."), by=scene.ada)
    find_reviews()
    page = open_context(join(scene, "iris", Role.REVIEWER)).new_page()
    found = {}

    for review in Review.objects.select_related("task"):
        open_review(page, review)
        page.keyboard.press("c")
        page.evaluate("scrollTo(0, 0)")  # half under the header, a box looks small to axe
        name = "review-pair" if review.task.kind == Kind.RANK else "review-text"
        make_pictures(page, name)
        found[name] = seen_in_windows(page)

    assert found == {
        name: {how: [] for how in found[name]} for name in ("review-pair", "review-text")
    }


def test_nobody_is_named_on_a_review(review: Review, page: Page) -> None:
    open_review(page, review)

    html = page.content().lower()

    assert not re.search(r"\bada\b|quill|grace|model-a", html)
