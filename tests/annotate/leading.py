"""What the tests about leads' decisions begin with."""

from annotate.enums import Facet, Kind, SkipReason
from annotate.models import Batch, Campaign, CampaignPrompt, Prompt, Task
from annotate.services.campaign import grant_competence
from annotate.services.turn import skip_assignment
from commons.models import User
from tests.factories import make_prompt, make_task, make_user, take_and_show

ANSWERS = ("One.", "Two.", "Three.", "Four.")


def make_officer(duty: str, name: str = "") -> User:
    """Somebody whose duty it is to decide over such reports, in no campaign."""
    officer = make_user(name)
    grant_competence(person=officer, facet=Facet.DUTY, values=[duty])
    return officer


def make_report(
    campaign: Campaign, by: User, reason: SkipReason = SkipReason.UNCLEAR, note: str = "see line 2"
) -> Task:
    """A ranking that a person has been given and skips for this reason."""
    make_task(campaign)
    return report_next(campaign, by, reason, note)


def report_next(campaign: Campaign, by: User, reason: SkipReason, note: str = "see line 2") -> Task:
    """The next ranking of a person, skipped for this reason."""
    assignment = take_and_show(by, campaign, kind=Kind.RANK)
    skip_assignment(assignment=assignment, reason=reason, by=by, note=note)
    return Task.objects.get(pk=assignment.task_id)


def make_batch(campaign: Campaign, *prompts: Prompt, name: str = "spring.jsonl") -> Batch:
    """One arrival that brought these prompts, or a fresh one that may be ranked and written."""
    prompts = prompts or (make_prompt(campaign, answers=ANSWERS),)
    batch = Batch.objects.create(campaign=campaign, name=name)
    CampaignPrompt.objects.filter(campaign=campaign, prompt__in=prompts).update(batch=batch)
    return batch
