"""The Django side of ``bench.next_item``: the demo, its annotator at work, and what is in hand."""

from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from annotate.enums import AssignmentState, Kind
from annotate.models import Assignment, Campaign
from annotate.selectors.prose import texts_read
from annotate.services.assignment import take_assignment
from annotate.services.campaign import acknowledge_instructions
from annotate.services.demo import NAME, load_demo
from commons.markdown.keeping import fill_markdown
from commons.models import User


def prepare() -> None:
    """An installation with the demo in it, as ``manage.py up`` leaves one."""
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    load_demo()
    annotator = User.objects.get(username="annotator")
    campaign = Campaign.objects.get(name=NAME)
    acknowledge_instructions(instructions=campaign.instructions.latest("version"), by=annotator)


def session() -> dict[str, str]:
    """The annotator's cookie."""
    client = Client()
    client.force_login(User.objects.get(username="annotator"))
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value}


def item() -> str:
    """What the addresses of the ranking in hand begin with, or of the next one."""
    annotator = User.objects.get(username="annotator")
    in_hand = Assignment.objects.filter(
        person=annotator, state=AssignmentState.OPEN, shown_at__isnull=False
    ).first()
    turn = in_hand or take_assignment(
        by=annotator, campaign=Campaign.objects.get(name=NAME), kind=Kind.RANK
    )
    return reverse("annotate:rank", args=[turn.uuid]).removesuffix("/rank/")


def fill() -> None:
    """Render what the annotator has in hand and ahead, as a worker does when tasks open."""
    held = Assignment.objects.filter(person__username="annotator", state=AssignmentState.OPEN)
    for task in held.values_list("task", flat=True):
        fill_markdown({str(task): texts_read([task])[task]})
