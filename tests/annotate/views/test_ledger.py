"""A lead reads, pays and corrects; a person reads their own; nobody else reads anything."""

import csv
from datetime import date, timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from annotate.models import Correction, LedgerLine, Membership, Rate, Statement
from tests.annotate.views.conftest import Cast
from tests.factories import make_ranking

FROM = {"holds_from": "2020-01-06", "currency": "eur", "per_item": "0.35", "per_hour": "0"}


def page_of(cast: Cast, name: str = "ledger") -> str:
    return reverse(f"annotate:{name}", args=[cast.campaign.uuid])


def correction(cast: Cast, amount: str = "-1.25") -> dict[str, object]:
    theirs = Membership.objects.get(campaign=cast.campaign, person=cast.member)
    said = {"amount": amount, "currency": "EUR", "reason": "Agreed by phone."}
    return {"uuid": str(uuid4()), "member": theirs.pk, **said}


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(content.decode())))


def test_what_is_owed_is_a_file_that_names_person_and_id(cast: Cast) -> None:
    client = cast.client(cast.lead)
    for _ in range(3):
        make_ranking(cast.campaign, cast.member)
    client.post(page_of(cast, "set_rate"), FROM)
    client.post(page_of(cast, "correct_ledger"), correction(cast))

    page = client.get(page_of(cast)).content.decode()
    owed = rows_of(client.get(page_of(cast), {"csv": "owed"}).content)
    corrected = rows_of(client.get(page_of(cast), {"csv": "corrections"}).content)

    assert owed == [
        {
            "User name": "member",
            "Id": str(cast.member.uuid),
            "Items": "3",
            "Seconds at work": "0",
            "For work": "1.05",
            "Of it voided": "0.00",
            "Corrections": "-1.25",
            "Owed": "-0.20",
            "Currency": "EUR",
        }
    ]
    assert [(row["Amount"], row["Why"], row["By"]) for row in corrected] == [
        ("-1.25", "Agreed by phone.", "lead")
    ]
    assert "1.05" in page
    assert "Time at work (h:mm:ss)" in page  # as it is shown there; a file has seconds
    assert "0:00:00" in page
    assert "Seconds at work" not in page


def test_tables_and_files_say_of_which_kind_and_under_which_rate(cast: Cast) -> None:
    client = cast.client(cast.lead)
    make_ranking(cast.campaign, cast.member)
    client.post(page_of(cast, "set_rate"), FROM)
    client.post(page_of(cast, "set_rate"), FROM | {"kind": "rank", "per_item": "0.5"})
    client.post(page_of(cast, "correct_ledger"), correction(cast) | {"kind": "rank"})

    page = client.get(page_of(cast)).content.decode()
    files = {
        key: rows_of(client.get(page_of(cast), {"csv": key}).content)
        for key in ("kinds", "weeks", "corrections")
    }
    own = cast.client(cast.member).get(reverse("annotate:own_ledger"), {"csv": "weeks"})

    [kinds] = files["kinds"]
    assert (kinds["Kind of work"], kinds["Items"], kinds["For each item"]) == ("rank", "1", "0.50")
    assert [row["Kind of work"] for key in files for row in files[key]] == ["rank"] * 3
    assert [row["Kind of work"] for row in rows_of(own.content)] == ["rank"]
    assert "From 2020-01-06: Rank answers" in " ".join(page.split()).replace("</span>: ", ": ")


@pytest.mark.parametrize(
    "said", [{"kind": "review", "per_hour": "9"}, {"kind": "cooking"}], ids=str
)
def test_a_rate_of_an_odd_kind_is_refused_with_the_page(cast: Cast, said: dict[str, str]) -> None:
    answer = cast.client(cast.lead).post(page_of(cast, "set_rate"), FROM | said)

    assert answer.status_code == 422
    assert not Rate.objects.exists()


def test_a_statement_is_settled_after_a_yes_and_reads_as_it_was(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = cast.client(cast.lead)
    make_ranking(cast.campaign, cast.member)
    client.post(page_of(cast, "set_rate"), FROM)
    later = (timezone.now() + timedelta(days=8)).replace(hour=12)
    monkeypatch.setattr(timezone, "now", lambda: later)
    until = later.date() - timedelta(days=later.weekday())

    asked = client.get(page_of(cast, "settle")).content.decode()
    client.post(page_of(cast, "settle"), {"until": until.isoformat()})
    [made] = Statement.objects.all()
    there = reverse("annotate:statement", args=[made.uuid])
    client.post(page_of(cast, "set_rate"), FROM | {"holds_from": until, "per_item": "9"})

    assert f'value="{until:%Y-%m-%d}"' in asked
    assert [row["For work"] for row in rows_of(client.get(there, {"csv": "weeks"}).content)] == [
        "0.35"
    ]
    assert rows_of(client.get(page_of(cast), {"csv": "owed"}).content) == []
    assert "Statement 1" in client.get(there).content.decode()


@pytest.mark.parametrize(
    "said",
    [{"currency": "EURO"}, {"per_item": "-1"}, {"per_item": "0.00001"}, {"holds_from": ""}],
    ids=str,
)
def test_an_odd_rate_is_refused_with_the_page(cast: Cast, said: dict[str, str]) -> None:
    answer = cast.client(cast.lead).post(page_of(cast, "set_rate"), FROM | said)

    assert answer.status_code == 422
    assert not Rate.objects.exists()


@pytest.mark.parametrize("amount", ["0", "1.005", "much"])
def test_an_odd_correction_is_refused_with_the_page(cast: Cast, amount: str) -> None:
    said = correction(cast, amount)

    answer = cast.client(cast.lead).post(page_of(cast, "correct_ledger"), said)

    assert answer.status_code == 422
    assert not Correction.objects.exists()


def test_a_person_reads_their_own_and_why_it_was_corrected(cast: Cast) -> None:
    make_ranking(cast.campaign, cast.member)
    client = cast.client(cast.lead)
    client.post(page_of(cast, "set_rate"), FROM)
    client.post(page_of(cast, "correct_ledger"), correction(cast))

    own = cast.client(cast.member).get(reverse("annotate:own_ledger")).content.decode()
    other = cast.client(cast.stranger).get(reverse("annotate:own_ledger")).content.decode()

    assert "Medicine" in own
    assert "0.35" in own
    assert "Agreed by phone." in own
    assert "Nothing yet" in other


def test_ones_own_hours_are_read_as_fast_after_years(cast: Cast) -> None:
    client, asked = cast.client(cast.member), []
    weeks: list[dict[str, str]] = []
    for number in (1, 2, 3):
        monday = date(2026, 1, 5) + timedelta(weeks=number)
        made = Statement.objects.create(campaign=cast.campaign, number=number, until=monday)
        LedgerLine.objects.create(
            statement=made,
            person=cast.member,
            week=monday - timedelta(weeks=1),
            currency="EUR",
            per_item=1,
            per_hour=0,
            items=number,
            tenths=0,
            amount=number,
        )
        with CaptureQueriesContext(connection) as captured:
            weeks = rows_of(client.get(reverse("annotate:own_ledger"), {"csv": "weeks"}).content)
        assert len(weeks) == number
        asked.append(len(captured))

    assert [row["Settled"] for row in weeks] == [
        "statement 3",
        "statement 2",
        "statement 1",
    ]
    assert [row["Items"] for row in weeks] == ["3", "2", "1"]
    assert asked[0] == asked[2]


def test_the_ledger_is_for_the_leads_of_its_campaign(cast: Cast) -> None:
    made = Statement.objects.create(campaign=cast.campaign, number=1, until="2026-01-05")
    pages = [
        page_of(cast),
        page_of(cast, "settle"),
        reverse("annotate:statement", args=[made.uuid]),
    ]
    acts = [(page_of(cast, "set_rate"), FROM), (page_of(cast, "correct_ledger"), correction(cast))]
    for person in (cast.member, cast.stranger):
        client = cast.client(person)

        assert [client.get(each).status_code for each in pages] == [404, 404, 404]
        assert [client.post(each, said).status_code for each, said in acts] == [404, 404]

    assert not Rate.objects.exists()
    assert not Correction.objects.exists()
