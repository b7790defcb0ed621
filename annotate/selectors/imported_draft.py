"""Whose drafts an import may bring, on which items, and which it has brought already."""

from collections.abc import Iterable

from annotate.enums import Kind
from annotate.errors import NoSuchAccount
from annotate.models import Assignment, Campaign, Task
from annotate.selectors.lease import met
from commons.models import AuditEvent, User


def people_called(campaign: Campaign, accounts: Iterable[str]) -> dict[str, User]:
    """The members of a campaign by user name or e-mail address; ``NoSuchAccount`` for any other."""
    return {account: _person(campaign, account) for account in sorted(set(accounts))}


def _person(campaign: Campaign, account: str) -> User:
    known = User.objects.filter(is_active=True)
    found = list(known.filter(username=account)) or list(known.filter(email__iexact=account)[:2])
    if len(found) != 1:
        raise NoSuchAccount(account, is_shared=bool(found))
    if not campaign.memberships.filter(person=found[0], active=True).exists():
        raise NoSuchAccount(account, is_outside=True)
    return found[0]


def newest_item(campaign: Campaign, prompt: int, kind: Kind) -> Task | None:
    """The item that is asked of a prompt now, locked; None where there is none."""
    rounds = Task.objects.filter(campaign=campaign, prompt=prompt, kind=kind, round__gte=1)
    return rounds.select_for_update(of=("self",)).order_by("-round").first()


def has_met(person: User, task: Task) -> bool:
    """Whether they are kept away from an item for good."""
    return met(task).filter(person=person).exists()


def draft_came_before(
    person: User, campaign: Campaign, prompt: int, kind: Kind, *, verb: str
) -> bool:
    """Whether an import has brought them a draft of this, whatever has become of it since."""
    theirs = Assignment.objects.filter(
        person=person, task__campaign=campaign, task__prompt=prompt, task__kind=kind
    )
    subjects = [f"assignment:{uuid}" for uuid in theirs.values_list("uuid", flat=True)]
    return AuditEvent.objects.filter(verb=verb, subject__in=subjects).exists()
