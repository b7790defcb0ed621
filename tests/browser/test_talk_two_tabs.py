"""Two tabs of one conversation: its person chooses, and no word of either is lost before."""

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from annotate.models import Conversation, ConversationTurn, Ranking
from tests.browser.axe import seen_by_all
from tests.browser.conftest import Scene, Watch
from tests.browser.hands import KEYS, MOUSE
from tests.browser.left import only_notice, reads
from tests.browser.test_lost_nothing import crash
from tests.browser.test_talk import at_talk, is_answered, judged, page, scene
from tests.browser.test_talk_kept import next_words, open_turn
from tests.browser.work import SAVED, choose, is_saved, kept_in
from tests.conversations import answer, said

__all__ = ["page", "scene"]  # fixtures

pytestmark = [
    pytest.mark.browser,
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def turn(scene: Scene) -> ConversationTurn:
    return judged(scene)


@pytest.fixture
def other(page: Page, turn: ConversationTurn) -> Page:
    """A second tab, which was opened before anything was written in the first."""
    tab = page.context.new_page()
    open_turn(page, turn)
    open_turn(tab, turn)
    page.bring_to_front()
    return tab


def saved(page: Page) -> None:
    expect(page.locator("[data-saved]")).to_have_text(SAVED)


def choice_in(page: Page) -> Locator:
    return page.get_by_role("dialog", name="This draft was changed elsewhere")


def own_wording(page: Page) -> Locator:
    return page.get_by_label("My own wording", exact=True)


@pytest.mark.parametrize(
    ("kept", "said_next"), [("Keep this one", "When?"), ("Take the other", "Why so many?")]
)
def test_what_two_tabs_are_about_to_say_is_settled_by_keys(
    page: Page,
    scene: Scene,
    turn: ConversationTurn,
    other: Page,
    watch: Watch,
    kept: str,
    said_next: str,
) -> None:
    page.keyboard.type("Why so many?")
    saved(page)
    with watch.expecting("409"):
        other.bring_to_front()
        other.keyboard.type("When?")
        choice = choice_in(other)
        expect(choice.locator("[data-mine]")).to_contain_text("When?")
        expect(choice.locator("[data-theirs]")).to_contain_text("Why so many?")
        other.keyboard.press("Escape")
        other.keyboard.press("Escape")
        expect(choice).to_be_visible()
        choose(other, kept)
    next_words(other, said_next)
    other.get_by_label("What do you say next?").press("Control+Enter")
    is_answered(other, scene, ("Because.", "It depends."))

    assert turn.conversation.turns.get(number=2).prompt.question == said_next
    assert kept_in(other) == []


def test_two_wordings_of_an_answer_are_told_apart(
    page: Page, turn: ConversationTurn, other: Page, watch: Watch
) -> None:
    """Nothing is said yet: the tabs differ in what one goes on with."""
    KEYS.choose(page.locator("[name=reply][data-key=E]"))
    KEYS.write(own_wording(page), " With water.")
    saved(page)
    with watch.expecting("409"):
        other.bring_to_front()
        MOUSE.choose(other.locator("[name=reply][data-key=E]"))  # arrows choose on their way
        KEYS.write(own_wording(other), " With milk.")
        choice = choice_in(other)
        expect(choice.locator("[data-mine]")).to_contain_text("Take two. With milk.")
        expect(choice.locator("[data-theirs]")).to_contain_text("Take two. With water.")
        choose(other, "Take the other")

    expect(own_wording(other)).to_have_value("Take two. With water.")


def test_two_answers_to_go_on_with_are_told_apart(
    page: Page, turn: ConversationTurn, other: Page, watch: Watch
) -> None:
    page.keyboard.type("Why?")
    saved(page)
    other.bring_to_front()
    with watch.expecting("409"):
        best = other.locator("[name=reply]:checked").get_attribute("data-key")
        worse = "B" if best == "A" else "A"
        MOUSE.choose(other.locator(f"[name=reply][data-key={worse}]"))
        choice = choice_in(other)
        expect(choice.locator("[data-mine]")).to_contain_text(f"go on with {worse}")
        expect(choice.locator("[data-theirs]")).to_contain_text(f"go on with {best}")
        found = seen_by_all(other)
        choose(other, "Keep this one")
        saved(other)

    assert found == []
    turn.refresh_from_db()
    chosen = other.locator("[name=reply]:checked")
    expect(chosen).to_have_attribute("data-key", worse)
    assert turn.draft["reply"] == chosen.get_attribute("value")


def test_what_one_tab_was_writing_when_the_other_said_its_own_can_still_be_read(
    page: Page, turn: ConversationTurn, other: Page, watch: Watch
) -> None:
    page.keyboard.type("Why so many?")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("2 answers are on their way")).to_be_visible()
    with watch.expecting("409"):
        other.bring_to_front()
        other.keyboard.type("When?")
        expect(other.locator("[data-saved=refused]")).to_contain_text("kept in this browser")
        other.keyboard.press("Control+Enter")
        expect(other.get_by_role("alert")).to_be_visible()
        notice = only_notice(other, "could not be kept")
        reads(notice, "When?")
        notice.get_by_role("button", name="Forget it").click()
        expect(notice).to_have_count(0)

    said_then = [each.prompt.question for each in turn.conversation.turns.order_by("number")]
    assert said_then == ["How many?", "Why so many?"]
    assert kept_in(other) == []


@pytest.mark.parametrize("pauses", [False, True])
def test_one_thing_that_is_said_in_two_tabs_is_said_once(
    page: Page,
    scene: Scene,
    turn: ConversationTurn,
    other: Page,
    watch: Watch,
    pauses: bool,
) -> None:
    """Also where half of it was refused in the second tab, which then says all of it."""
    page.keyboard.type("Why?")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("2 answers are on their way")).to_be_visible()
    other.bring_to_front()
    with watch.expecting("409"):
        if pauses:
            with other.expect_response(lambda answer: answer.status == 409):
                other.keyboard.type("Why")
            other.keyboard.type("?")
        else:
            other.keyboard.type("Why?")
        other.keyboard.press("Control+Enter")
        is_answered(other, scene, ("Because.", "It depends."))

    assert turn.conversation.turns.count() == 2
    assert kept_in(other) == []


def test_two_tabs_that_judge_one_turn_are_settled(page: Page, scene: Scene, watch: Watch) -> None:
    talk = said(scene.campaign, scene.ada)
    answer(scene.campaign)
    there = reverse("annotate:talk", args=[talk.uuid])
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto(there)
        tab.locator("#ranking[data-ready]").wait_for()
    page.bring_to_front()
    page.keyboard.press("2")
    is_saved(page)

    with watch.expecting("409"):
        other.bring_to_front()
        other.keyboard.press("6")
        choice = choice_in(other)
        expect(choice.locator("[data-mine]")).to_have_text("B is better than A")
        expect(choice.locator("[data-theirs]")).to_have_text("A is better than B")
        choose(other, "Keep this one")
        is_saved(other)
    other.keyboard.press("Control+Enter")
    at_talk(other)
    expect(other.locator("[name=reply]:checked")).to_have_attribute("data-key", "B")

    kept = Ranking.objects.get()
    assert kept.assignment is not None
    assert kept.tiers == [[each] for each in reversed(kept.assignment.order)]
    assert Conversation.objects.get().turns.count() == 1


FIRST = "What do you say first?"


def begins(page: Page) -> Page:
    page.goto(reverse("annotate:begin_talk"))
    page.locator("[data-begin][data-ready]").wait_for()
    return page


def test_two_conversations_that_are_begun_at_once_are_each_its_tabs_own(
    page: Page, scene: Scene
) -> None:
    """The older words outlive their page though newer ones were kept, and are said in the end."""
    begins(page)
    page.keyboard.type("Why is the sky bl")
    other = begins(page.context.new_page())
    expect(other.get_by_label(FIRST)).to_have_value("")
    other.keyboard.type("How do bees find home?")
    crash(page)

    again = begins(page.context.new_page())
    expect(again.get_by_label(FIRST)).to_have_value("Why is the sky bl")
    expect(other.get_by_label(FIRST)).to_have_value("How do bees find home?")
    other.keyboard.press("Control+Enter")
    at_talk(other)
    crash(again)

    last = begins(other.context.new_page())
    expect(last.get_by_label(FIRST)).to_have_value("Why is the sky bl")
    KEYS.write(last.get_by_label(FIRST), "ue?")
    last.keyboard.press("Control+Enter")
    at_talk(last)

    said = Conversation.objects.order_by("pk").values_list("turns__prompt__messages", flat=True)
    assert [messages[-1]["content"] for messages in said] == [
        "How do bees find home?",
        "Why is the sky blue?",
    ]
    assert kept_in(last) == []
