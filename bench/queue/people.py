"""The annotators: members of the campaign who read English, each with a token that may work."""

import secrets
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from annotate.enums import Facet
from annotate.models import Campaign, Competence, Membership
from commons.models import ApiToken, Scope, User
from commons.tokens import HINT, PREFIX, RANDOM_BYTES, digest_of

DAY = timedelta(days=1)


@transaction.atomic
def hire(*, campaign: Campaign, how_many: int) -> list[str]:
    """Make this many annotators; returns their tokens."""
    nobody_logs_in = make_password(None)
    people = User.objects.bulk_create(
        User(username=f"annotator-{number:05}", password=nobody_logs_in)
        for number in range(1, how_many + 1)
    )
    Competence.objects.bulk_create(
        Competence(person=person, facet=Facet.LANGUAGE, value="en") for person in people
    )
    Membership.objects.bulk_create(
        Membership(campaign=campaign, person=person) for person in people
    )
    tokens = [PREFIX + secrets.token_urlsafe(RANDOM_BYTES) for _ in people]
    ApiToken.objects.bulk_create(
        ApiToken(
            user=person,
            name="measuring",
            digest=digest_of(token),
            hint=token.removeprefix(PREFIX)[:HINT],
            scopes=[Scope.WORK],
            expires_at=timezone.now() + DAY,
        )
        for person, token in zip(people, tokens, strict=True)
    )
    return tokens
