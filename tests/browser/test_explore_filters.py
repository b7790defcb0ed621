"""Each filter of Explore does what it says, set in its own control by keys, mouse and finger."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, expect
from pytest_django.live_server_helper import LiveServer

from annotate.enums import Facet, Kind, Role
from annotate.models import CampaignPrompt, Prompt, Ranking, SnapshotMember
from annotate.services.assignment import take_assignment
from annotate.services.campaign import (
    Work,
    acknowledge_instructions,
    add_member,
    grant_competence,
    publish_instructions,
)
from annotate.services.prompt import add_prompt
from annotate.services.ranking import RankingAnswer, submit_ranking
from annotate.services.task import open_tasks
from annotate.services.words import keep_words
from commons.models import User
from tests.browser.conftest import OpenContext, Scene
from tests.browser.hands import EVERY_HAND, KEYS, MOUSE, At, Hand, sit, walk_to
from tests.factories import make_campaign, make_candidate, make_user
from tests.rewards.views.making import make_snapshot

pytestmark = pytest.mark.browser

FORM: dict[str, object] = {"rank": {"flags": [{"name": "harmful", "label": "Could do harm"}]}}
STENT, STATUTE, STOMA = "What is a stent?", "Was ist ein Gesetz?", "What is a stoma?"
MAY = datetime(2026, 5, 6, tzinfo=UTC)  # a Wednesday, in week 19


@pytest.fixture
def scene(live_server: LiveServer) -> Scene:
    """Three prompts, of which each filter finds one that no other finds alone.

    Of the stent Ada and Grace prefer other answers, and Ada flags one. Of the law they agree. The
    stoma came in May, Grace alone has ranked it, and a dataset has that.
    """
    lead, ada, grace = (make_user(name) for name in ("lead", "ada", "grace"))
    User.objects.filter(pk=grace.pk).update(first_name="Grace", last_name="Hopper")
    campaign = make_campaign(works=[Work(Kind.RANK, answers=2, wanted=2)], lead=lead)
    version = publish_instructions(campaign=campaign, guideline="Be kind.", form=FORM, by=lead)
    for person in (ada, grace):
        grant_competence(person=person, facet=Facet.LANGUAGE, values=["en", "de"])
        grant_competence(person=person, facet=Facet.SKILL, values=["medicine", "law"])
        add_member(campaign=campaign, person=person, role=Role.ANNOTATOR, by=lead)
        acknowledge_instructions(instructions=version, by=person)
    scene = Scene(campaign, lead, ada)
    add(scene, STENT, skill="medicine")
    add(scene, STATUTE, skill="law", language="de")
    for person, best in {ada: 0, grace: 1}.items():
        for _ in range(2):
            rank(scene, person, best)
    stoma = add(scene, STOMA, skill="medicine")
    CampaignPrompt.objects.filter(prompt=stoma).update(added_at=MAY)
    freeze(scene, rank(scene, grace, 0))
    keep_words()
    return scene


def add(scene: Scene, text: str, **about: str) -> Prompt:
    messages = [{"role": "user", "content": text}]
    prompt, _ = add_prompt(campaign=scene.campaign, messages=messages, **about)  # type: ignore[arg-type]
    for answer in ("It is serious.", "It is nothing."):
        make_candidate(prompt, answer)
    open_tasks(campaign=scene.campaign)
    return prompt


def rank(scene: Scene, by: User, best: int) -> Ranking:
    """Whatever comes next: Ada says that the best of the stent's could do harm, of others not."""
    turn = take_assignment(by=by, campaign=scene.campaign, kind=Kind.RANK)
    is_stent = turn.task.prompt.question == STENT
    first, second = turn.task.offered[:: -1 if best and is_stent else 1]
    harms = is_stent and by == scene.ada
    answer = RankingAnswer(
        tiers=[[first], [second]], answers={first: {"flags": {"harmful": harms}}}
    )
    return submit_ranking(assignment=turn, answer=answer, by=by)


def freeze(scene: Scene, ranking: Ranking) -> None:
    snapshot = make_snapshot(scene.campaign)
    SnapshotMember.objects.create(snapshot=snapshot, side="train", position=0, ranking=ranking)


def found(at: At) -> Locator:
    return at.page.get_by_role("region", name="Found").get_by_role("link")


def filters(at: At) -> None:
    """Open the filters, where they are folded."""
    group = at.page.locator(".filters details")
    if group.get_attribute("open") is None:
        at.hand.press(group.locator("summary"))


def field(at: At, label: str) -> Locator:
    return at.page.locator(".filters").get_by_label(label, exact=True)


def choose(at: At, label: str, option: str) -> None:
    filters(at)
    at.hand.pick(field(at, label), option)


def write_week(at: At, week: str, year: str) -> None:
    """Into the first of the field's two parts; the browser goes on to the second by itself."""
    filters(at)
    week_of = field(at, "Week")
    if at.hand is KEYS:
        walk_to(week_of)
    elif at.hand is MOUSE:
        week_of.click(position={"x": 16, "y": 12})
    else:
        week_of.tap(position={"x": 16, "y": 12})
    at.page.keyboard.type(f"{week}{year}")


def ask(at: At, expected: list[str]) -> None:
    """Look for it, read what is found, and take the filter away."""
    at.press("Find")
    expect(found(at)).to_have_text(expected)
    at.press("Show everything", "link")
    expect(at.page.get_by_role("link", name="Show everything")).to_have_count(0)
    expect(found(at)).to_have_count(3)


@EVERY_HAND
def test_each_filter_finds_what_it_names(
    scene: Scene, open_context: OpenContext, hand: Hand
) -> None:
    at = sit(open_context, scene.lead, hand)
    at.go(reverse("annotate:explore"))
    expect(found(at)).to_have_text([STATUTE, STENT, STOMA])

    at.hand.rewrite(at.page.get_by_role("searchbox"), "gesetz")
    ask(at, [STATUTE])
    choose(at, "Skill", "law")
    ask(at, [STATUTE])
    choose(at, "Language", "en")
    ask(at, [STENT, STOMA])
    write_week(at, "19", "2026")
    ask(at, [STOMA])
    choose(at, "Agreement", "Somebody prefers another answer")
    ask(at, [STENT])
    choose(at, "Agreement", "All agree on the best answer")
    ask(at, [STATUTE])
    choose(at, "Agreement", "Ranked by one person")
    ask(at, [STOMA])
    choose(at, "Flag that says yes", "Could do harm")
    ask(at, [STENT])
    filters(at)
    at.enter("Rater", "hopper")
    ask(at, [STATUTE, STENT, STOMA])
    choose(at, "Dataset", dataset(at))
    ask(at, [STOMA])


def dataset(at: At) -> str:
    """As the list names the only one."""
    option = field(at, "Dataset").locator("option:not([value=''])")
    return (option.text_content() or "").strip()


@EVERY_HAND
def test_filters_that_are_set_together_must_all_hold(
    scene: Scene, open_context: OpenContext, hand: Hand
) -> None:
    """Of the rankings: Ada made two, of which one has a flag, and Grace none that has."""
    at = sit(open_context, scene.lead, hand)
    at.go(reverse("annotate:explore"))
    at.press("Rankings", "link")
    expect(found(at)).to_have_count(5)

    choose(at, "Skill", "medicine")
    at.enter("Rater", "ada")
    at.press("Find")
    expect(found(at)).to_have_text([STENT])
    choose(at, "Flag that says yes", "Could do harm")
    at.enter("Rater", "grace")
    at.press("Find")

    expect(found(at)).to_have_count(0)
    expect(at.page.get_by_role("heading", name="Nothing is like that")).to_be_visible()
    expect(field(at, "Skill")).to_have_value("medicine")


def test_a_reviewer_is_not_offered_what_names_people_and_sources(
    scene: Scene, open_context: OpenContext
) -> None:
    iris = make_user("iris")
    add_member(campaign=scene.campaign, person=iris, role=Role.REVIEWER, by=scene.lead)
    at = sit(open_context, iris, MOUSE)
    at.go(reverse("annotate:explore") + "?show=rankings")
    filters(at)

    labels = at.page.locator(".filters label").all_inner_texts()

    assert labels == [
        "Words of the prompt or of an answer",
        "Skill",
        "Language",
        "Week",
        "Week of the later of two",
        "Agreement",
        "Flag that says yes",
        "Which of them",
    ]
    expect(found(at)).to_have_count(5)
    assert "Hopper" not in at.page.content()
