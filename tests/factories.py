"""What tests begin with. A factory adds nothing that a test depends on: that stands in the test."""

from collections.abc import Sequence
from itertools import count
from uuid import uuid4

from annotate.enums import CampaignState, Facet, Kind, Role
from annotate.models import Assignment, Campaign, Candidate, Prompt, Ranking, Task
from annotate.services.assignment import take_assignment
from annotate.services.campaign import (
    Work,
    add_member,
    change_campaign_state,
    create_campaign,
    grant_competence,
)
from annotate.services.candidate import add_candidate
from annotate.services.prompt import add_prompt
from annotate.services.ranking import RankingAnswer, submit_ranking
from annotate.services.task import open_tasks
from annotate.services.turn import show_assignment
from commons.models import User

_number = count(1)


def make_user(name: str = "", *, admin: bool = False) -> User:
    """A person who reads English."""
    name = name or f"person{next(_number)}"
    user = User.objects.create_user(name, password="opensesame", is_superuser=admin, is_staff=admin)
    grant_competence(person=user, facet=Facet.LANGUAGE, values=["en"])
    return user


def make_campaign(
    *,
    works: Sequence[Work] = (Work(Kind.RANK, answers=4), Work(Kind.DEMONSTRATE)),
    lead: User | None = None,
    name: str = "",
) -> Campaign:
    """A running campaign without a guideline."""
    campaign = create_campaign(
        name=name or f"Campaign {next(_number)}", works=works, by=lead or make_user()
    )
    change_campaign_state(campaign=campaign, to=CampaignState.RUNNING, by=None)
    return campaign


def make_member(campaign: Campaign, role: Role = Role.ANNOTATOR, name: str = "") -> User:
    user = make_user(name)
    add_member(campaign=campaign, person=user, role=role, by=None)
    return user


def make_prompt(
    campaign: Campaign, *, text: str = "", answers: Sequence[str] = (), skill: str = ""
) -> Prompt:
    """A prompt of the campaign with these answers as candidates, and the tasks it allows."""
    prompt, _ = add_prompt(
        campaign=campaign,
        messages=[{"role": "user", "content": text or f"Question {next(_number)}?"}],
        skill=skill,
    )
    for answer in answers:
        make_candidate(prompt, answer)
    open_tasks(campaign=campaign)
    return prompt


def make_candidate(prompt: Prompt, text: str) -> Candidate:
    candidate, _ = add_candidate(
        prompt=prompt, messages=[{"role": "assistant", "content": text}], source="model-a"
    )
    return candidate


def make_task(campaign: Campaign, *, kind: Kind = Kind.RANK) -> Task:
    prompt = make_prompt(campaign, answers=["One.", "Two.", "Three.", "Four."])
    return Task.objects.get(campaign=campaign, prompt=prompt, kind=kind)


def make_assignment(campaign: Campaign, by: User, *, kind: Kind = Kind.RANK) -> Assignment:
    """A fresh task of the campaign, leased to a person and on their screen."""
    make_task(campaign, kind=kind)
    return take_and_show(by, campaign, kind=kind)


def take_and_show(
    by: User, campaign: Campaign | None = None, *, kind: Kind | None = None
) -> Assignment:
    """The next item of a person, on their screen: the one after it takes their second seat."""
    assignment = take_assignment(by=by, campaign=campaign, kind=kind)
    show_assignment(assignment=assignment)
    return assignment


def make_ranking(campaign: Campaign, by: User, *, unrankable: int = 0) -> Ranking:
    """One person's strict order of a fresh task; the last answers could not be ranked."""
    assignment = make_assignment(campaign, by)
    offered = assignment.task.offered
    placed = len(offered) - unrankable
    return submit_ranking(
        assignment=assignment,
        answer=RankingAnswer(
            tiers=[[each] for each in offered[:placed]], unrankable=offered[placed:]
        ),
        by=by,
        key=uuid4(),
    )
