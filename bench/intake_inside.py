"""The part of the measurement that runs inside the product; ``bench.intake`` sets it up."""

import time
from collections.abc import Sequence

import orjson
from django.db import connection
from django.test import Client

from annotate.enums import CampaignState, Kind
from annotate.models import Campaign
from annotate.services.campaign import Work, change_campaign_state, create_campaign
from commons.models import User

NAME = "Measured"


def refuse_rows() -> None:
    """Stop at a database that holds anything: it is somebody's."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(table)} LIMIT 1")
            if cursor.fetchone():
                raise SystemExit(f"{table} holds rows already: name an empty database.")


def make_campaign(*, answers: int) -> str:
    """A running campaign with both kinds of work; its name."""
    lead = User.objects.create_superuser("bench")
    works = [Work(Kind.RANK, answers=answers), Work(Kind.DEMONSTRATE)]
    campaign = create_campaign(name=NAME, works=works, by=lead)
    change_campaign_state(campaign=campaign, to=CampaignState.RUNNING, by=lead)
    return NAME


def seconds_to_send(bodies: Sequence[bytes]) -> list[float]:
    """How long the API takes for a request with each of these bodies."""
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(username="bench"))
    address = f"/api/v1/campaigns/{Campaign.objects.get(name=NAME).uuid}/prompts"
    return [_send(client, address, body) for body in bodies]


def _send(client: Client, address: str, body: bytes) -> float:
    begun = time.perf_counter()
    answer = client.post(address, body, content_type="application/json")
    taken = time.perf_counter() - begun
    told = orjson.loads(answer.content)
    if answer.status_code != 200 or told["refused"]:
        raise SystemExit(f"the API answered {answer.status_code}: {answer.content[:500]!r}")
    return taken
