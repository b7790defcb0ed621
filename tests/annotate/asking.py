"""A campaign that asks for more than an order, and an item of it."""

from annotate.models import Assignment, Campaign
from annotate.services.campaign import acknowledge_instructions, publish_instructions
from commons.models import User
from tests.factories import make_assignment, make_campaign, make_member

RANK: dict[str, object] = {
    "ratings": [
        {
            "name": "helpful",
            "label": "Helpful",
            "low": 1,
            "high": 7,
            "low_means": "not at all",
            "high_means": "fully",
        }
    ],
    "flags": [{"name": "harmful", "label": "Could do harm"}],
    "spans": [{"name": "wrong", "label": "Wrong"}],
    "reason": "optional",
    "ideal": "optional",
}
NOTHING_ELSE = {"ratings": [], "flags": [], "spans": [], "reason": "no", "ideal": "no"}


def ask(campaign: Campaign, **asked: object) -> User:
    """Publish these questions, and bring a member who has accepted them."""
    instructions = publish_instructions(
        campaign=campaign, guideline="Read both.", by=None, form={"rank": RANK | asked}
    )
    person = make_member(campaign)
    acknowledge_instructions(instructions=instructions, by=person)
    return person


def make_asking_item(**asked: object) -> tuple[Assignment, User]:
    """An item of four answers, “One.”, “Two.”, “Three.” and “Four.”, and whose it is."""
    campaign = make_campaign()
    person = ask(campaign, **asked)
    return make_assignment(campaign, person), person


def called(assignment: Assignment, text: str) -> str:
    """The id of the answer that says this."""
    [found] = assignment.task.prompt.candidates.filter(messages__0__content=text)
    return str(found.uuid)
