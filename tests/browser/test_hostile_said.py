"""Every hostile text where people look back, decide and talk: Review, lives, notes, Talk.

The texts are prompt, answers, what people say of answers, what they write, ask, and are told.
"""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from annotate import gateway
from annotate.enums import Kind, Role
from annotate.models import Assignment, Note, Ranking, Review
from annotate.selectors.review import versions_of
from annotate.services.campaign import Work, acknowledge_instructions, add_member
from annotate.services.demonstration import DemonstrationAnswer, submit_demonstration
from annotate.services.question import answer_question, ask_question
from annotate.services.ranking import RankingAnswer, submit_ranking
from annotate.services.review import claim_review, decide_review
from annotate.services.reviewing import find_reviews
from annotate.services.words import keep_words
from commons.models import User, WorkerHeartbeat
from tests.annotate.reviewing import rejecting
from tests.browser.conftest import OpenContext, Scene, Watch
from tests.browser.harm import (
    NAME,
    OpenReader,
    all_of,
    assert_drawn_as_text,
    in_four,
    look,
    readers,
    staged,
    storable,
)
from tests.conversations import answer, judge, said
from tests.factories import make_campaign, make_user
from tests.hostile import SHORT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORKS = [
    Work(Kind.RANK, answers=4, wanted=2, reviewed_share=1),
    Work(Kind.DEMONSTRATE, reviewed_share=1),
]
LABEL = "<img src=x onerror=alert(1)>"
FORM: dict[str, object] = {
    "rank": {
        "ratings": [{"name": "good", "label": LABEL, "low": 1, "high": 7, "low_means": LABEL}],
        "flags": [{"name": "bad", "label": f"{LABEL} 2"}],
        "spans": [{"name": "wrong", "label": f"{LABEL} 3"}],
        "reason": "optional",
        "ideal": "optional",
    }
}
OF_ONE = 60  # stretches that a person marks in one answer; each says another text


@pytest.fixture
def open_reader(open_context: OpenContext, watch: Watch, live_server: LiveServer) -> OpenReader:
    return readers(open_context, watch, live_server.url)


@pytest.fixture
def harm(scene: Scene) -> Scene:
    campaign = make_campaign(lead=scene.lead, name=NAME, works=WORKS)
    return staged(campaign, scene, list(SHORT.values()), in_four(), FORM)


def join(harm: Scene, name: str, role: Role = Role.ANNOTATOR) -> User:
    person = make_user(name)
    add_member(campaign=harm.campaign, person=person, role=role, by=harm.lead)
    acknowledge_instructions(instructions=harm.campaign.instructions.get(), by=person)
    return person


def rank(harm: Scene, by: User, whys: list[str], *, turned: bool) -> Ranking:
    """Mark a stretch of each answer for every one of these texts, and say it there."""
    turn = Scene(harm.campaign, harm.lead, by).hand(Kind.RANK)
    order = turn.task.offered[:: -1 if turned else 1]
    texts = {str(each.uuid): each.text for each in turn.task.prompt.candidates.all()}
    answers = {
        name: {
            "ratings": {"good": 3},
            "flags": {"bad": True},
            "spans": [
                {"name": "wrong", "start": 0, "end": 1, "quote": texts[name][:1], "why": why}
                for why in whys[at * OF_ONE : (at + 1) * OF_ONE]
            ],
        }
        for at, name in enumerate(order)
    }
    said_so = RankingAnswer(
        tiers=[[each] for each in order], reason=all_of(""), answers=answers, ideal=all_of("")
    )
    return submit_ranking(assignment=turn, answer=said_so, by=by)


def judged(harm: Scene) -> tuple[User, Assignment]:
    """Two have ranked, one has written; a reviewer is there. The second and what was written."""
    grace = join(harm, "grace")
    whys = [storable(text)[:500].strip() for text in SHORT.values()]
    whys = [why for why in whys if why]
    half = 4 * OF_ONE
    assert len(whys) <= 2 * half
    rank(harm, harm.ada, whys[:half], turned=False)
    rank(harm, grace, whys[half:], turned=True)
    turn = harm.hand(Kind.DEMONSTRATE)
    submit_demonstration(assignment=turn, answer=DemonstrationAnswer(all_of("")), by=harm.ada)
    find_reviews()
    return join(harm, "iris", Role.REVIEWER), turn


def test_nothing_hostile_does_anything_where_people_review_and_look_back(
    harm: Scene, open_reader: OpenReader
) -> None:
    iris, turn = judged(harm)
    page = open_reader(iris)

    for review in Review.objects.all():
        look(page, reverse("annotate:review", args=[review.uuid]), 1)
        note(review, iris)
    look(page, reverse("annotate:reviews"), 0)
    look(page, reverse("annotate:decided_reviews"), 0)

    asked = ask_question(assignment=turn, text=all_of("")[:2000], by=harm.ada, key=uuid4())
    leads = open_reader(harm.lead)
    look(leads, reverse("annotate:questions"), 1)
    answer_question(question=asked, answer=all_of(""), by=harm.lead, precedent=LABEL)
    keep_words()
    look(leads, reverse("annotate:life", args=[turn.task.prompt.uuid]), 5 + len(SHORT))
    expect(leads.get_by_text("alert(1)").first).to_be_visible()
    look(leads, reverse("annotate:explore"), 0)
    look(leads, reverse("annotate:precedents", args=[harm.campaign.uuid]), 1)

    adas = open_reader(harm.ada)
    notes = Note.objects.filter(person=harm.ada)
    assert notes.count() == 3  # of the ranking, of what she wrote, and the answer
    for each in notes:
        look(adas, reverse("annotate:note", args=[each.uuid]), 1)
    look(adas, reverse("annotate:notes"), 0)
    look(adas, reverse("annotate:desk"), 0)


def note(review: Review, by: User) -> None:
    """Turn down all that was said, and say something hostile to each who said it."""
    uuids = [each.uuid for each in versions_of(review.task)]
    notes = dict.fromkeys(uuids, all_of("")[:2000])
    verdict = rejecting(review, *uuids, notes=notes)
    decide_review(review=claim_review(review=review, by=by), verdict=verdict, by=by)


def test_nothing_hostile_does_anything_where_people_talk(
    scene: Scene, open_reader: OpenReader
) -> None:
    now = timezone.now()
    WorkerHeartbeat.objects.create(
        name="w", started_at=now, seen_at=now, queues="answers", host="here", pid=1
    )
    talks = [Work(Kind.TALK, answers=2, turns=3)]
    campaign = make_campaign(lead=scene.lead, name=f"{NAME} 2", works=talks)
    talking = staged(campaign, scene, ["What?"], ["Prefer what is true."])
    texts = tuple(in_four()[:2]), tuple(in_four()[2:])
    page = open_reader(talking.ada)
    talk = said(campaign, talking.ada, all_of(""))
    address = reverse("annotate:talk", args=[talk.uuid])

    page.goto(address)
    asked = gateway.claim_request([campaign.uuid])
    assert asked is not None
    gateway.say_written(asked, texts=list(texts[0]), says=LABEL)
    expect(page.locator("#coming")).to_contain_text("alert(1)")
    assert_drawn_as_text(page, 3)
    gateway.fail_request(asked, LABEL)
    expect(page.get_by_role("alert")).to_have_text(LABEL)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("2 answers are on their way")).to_be_visible()
    answer(campaign, texts[1])
    page.locator("#ranking[data-ready]").wait_for()
    assert_drawn_as_text(page, 3)

    page.goto("about:blank")
    judge(talk.turns.get(), talking.ada, texts[1][0])
    page.goto(address)
    page.locator("main.talk[data-ready]").wait_for()
    assert_drawn_as_text(page, 3)
    page.goto("/")
    page.locator("html[data-awake]").wait_for(state="attached")
