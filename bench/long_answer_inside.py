"""The Django side of ``bench.long_answer``: one ranking of long answers, and the review of two."""

from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from annotate.enums import CampaignState, Facet, Kind, Role
from annotate.models import Campaign, Review, Task
from annotate.services.assignment import take_assignment
from annotate.services.campaign import (
    Work,
    acknowledge_instructions,
    add_member,
    change_campaign_state,
    create_campaign,
    grant_competence,
    publish_instructions,
)
from annotate.services.candidate import add_candidate
from annotate.services.prompt import add_prompt
from annotate.services.ranking import RankingAnswer, submit_ranking
from annotate.services.reviewing import find_reviews
from annotate.services.task import open_tasks
from commons.models import User

PARAGRAPH = (
    "Aspirin acetylates **serine 529** of COX-1, *irreversibly* (see [this](https://e.example)):\n"
    "$\\theta = \\frac{[I]}{[I] + K_i}$, `dose(100)`.\n\n- one\n- two\n\n"
)
LONG = PARAGRAPH * (100_000 // len(PARAGRAPH) + 1)
CODE = "```python\n" + "def f(x: int) -> str:  # why\n    return 'a' * (x + 1)\n" * 1_000 + "```"
ANSWERS = [LONG, CODE, f"{LONG} again", f"{CODE}\n\nAgain."]
WORK = Work(Kind.RANK, answers=len(ANSWERS), wanted=3, reviewed_share=1)


def prepare() -> dict[str, tuple[dict[str, str], str]]:
    """The cookie of a person and the page before them, by what it is called."""
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    lead = User.objects.create_user("lead")
    campaign = create_campaign(name="Long", works=[WORK], by=lead)
    instructions = publish_instructions(campaign=campaign, guideline="Measured.", by=lead)
    people = {name: User.objects.create_user(name) for name in ("ada", "grace", "bob", "iris")}
    for name, person in people.items():
        role = Role.REVIEWER if name == "iris" else Role.ANNOTATOR
        grant_competence(person=person, facet=Facet.LANGUAGE, values=["en"])
        add_member(campaign=campaign, person=person, role=role, by=lead)
        acknowledge_instructions(instructions=instructions, by=person)
    change_campaign_state(campaign=campaign, to=CampaignState.RUNNING, by=lead)
    offer(campaign)
    rank(campaign, people["ada"], turned=False)
    rank(campaign, people["grace"], turned=True)
    turn = take_assignment(by=people["bob"], campaign=campaign, kind=Kind.RANK)
    find_reviews()
    review = Review.objects.get()
    return {
        "rank": (cookie(people["bob"]), reverse("annotate:rank", args=[turn.uuid])),
        "review": (cookie(people["iris"]), reverse("annotate:review", args=[review.uuid])),
    }


def offer(campaign: Campaign) -> None:
    asked = [{"role": "user", "content": "Why does the timing matter?"}]
    prompt, _ = add_prompt(campaign=campaign, messages=asked)
    for text in ANSWERS:
        said = [{"role": "assistant", "content": text}]
        add_candidate(prompt=prompt, messages=said, source="bench")
    open_tasks(campaign=campaign)


def rank(campaign: Campaign, person: User, *, turned: bool) -> Task:
    turn = take_assignment(by=person, campaign=campaign, kind=Kind.RANK)
    tiers = [[one] for one in turn.task.offered]
    if turned:
        tiers.reverse()
    submit_ranking(assignment=turn, answer=RankingAnswer(tiers=tiers), by=person)
    return turn.task


def cookie(person: User) -> dict[str, str]:
    client = Client()
    client.force_login(person)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value}
