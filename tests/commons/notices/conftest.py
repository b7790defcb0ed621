"""Somebody who listens, and where it arrives."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from commons.models import Channel, NoticeKind, User
from commons.notices.channels import add_webhook
from tests.commons.notices.receiving import Receiver, receiving
from tests.factories import make_user


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    settings.WEBHOOKS_MAY_STAY_INSIDE = True
    with receiving() as one:
        yield one


@pytest.fixture
def ada(db: None) -> User:
    return make_user("ada")


@pytest.fixture
def webhook(ada: User, receiver: Receiver) -> Channel:
    """Ada's, which hears of cycles that are held."""
    return add_webhook(url=receiver.url, kinds=[NoticeKind.CYCLE_HELD], by=ada)
