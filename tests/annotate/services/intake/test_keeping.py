"""Only a chunk that is kept again if it is lost may be committed before it is on the disk."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from django.db import connection, transaction

from annotate.enums import Kind
from annotate.services import importing, task
from annotate.services.campaign import Work
from annotate.services.importing import import_records
from annotate.services.intake import requests
from annotate.services.intake.requests import take_in_prompts
from tests.annotate.services.test_importing import asked
from tests.factories import make_campaign, make_user

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.postgresql,  # SQLite settles it for all of a connection
]


WRITE = (Work(Kind.DEMONSTRATE),)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What was made and whether its commit waits for the disk, as the server says."""
    seen: list[tuple[str, str]] = []

    def watch(module: ModuleType, name: str, what: str) -> None:
        really: Callable[..., Any] = getattr(module, name)

        def watched(**said: Any) -> Any:
            seen.append((what, synchronous_commit()))
            return really(**said)

        monkeypatch.setattr(module, name, watched)

    watch(importing, "keep_arrivals", "chunk")
    watch(requests, "keep_arrivals", "request")
    watch(task, "make_tasks", "tasks")
    return seen


def synchronous_commit() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        return str(cursor.fetchone()[0])


def test_a_chunk_need_not_last_and_its_tasks_must(waits: list[tuple[str, str]]) -> None:
    import_records(campaign=make_campaign(works=WRITE), records=[asked("Why?")])

    assert waits == [("chunk", "off"), ("tasks", "on")]
    assert synchronous_commit() == "on"


def test_a_chunk_within_a_transaction_lasts_as_that_does(waits: list[tuple[str, str]]) -> None:
    with transaction.atomic():
        import_records(campaign=make_campaign(works=WRITE), records=[asked("Why?")])
        within = synchronous_commit()

    assert waits == [("chunk", "on"), ("tasks", "on")]
    assert within == "on"


def test_a_request_lasts(waits: list[tuple[str, str]]) -> None:
    sent = [{"prompt": "Why?"}]

    take_in_prompts(campaign=make_campaign(works=WRITE), rows=sent, by=make_user())

    assert waits == [("request", "on"), ("tasks", "on")]
