"""The writing page and its preview."""

import json
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotate.enums import Kind
from annotate.models import Assignment, CampaignWork, Demonstration
from annotate.services.draft import save_draft
from annotate.services.prompt import add_prompt
from annotate.services.task import open_tasks
from tests.annotate.test_conversation import calls, gives, says
from tests.annotate.test_tools import DOSE
from tests.annotate.views.conftest import Cast
from tests.factories import make_assignment, make_candidate, make_user, take_and_show

PREVIEW = reverse("annotate:preview")


@pytest.fixture
def held(cast: Cast) -> Assignment:
    return make_assignment(cast.campaign, cast.member, kind=Kind.DEMONSTRATE)


def page_of(assignment: Assignment) -> str:
    return reverse("annotate:demonstrate", args=[assignment.uuid])


def test_an_answer_is_kept_as_written(cast: Cast, held: Assignment) -> None:
    text = "First  line\n\n    code\n"

    cast.client(cast.member).post(
        page_of(held), {"key": str(uuid4()), "version": "0", "text": text}
    )

    kept = Demonstration.objects.get()
    assert kept.messages == [{"role": "assistant", "content": "First  line\n\n    code"}]


def test_an_empty_answer_is_refused_in_words(cast: Cast, held: Assignment) -> None:
    page = cast.client(cast.member).post(
        page_of(held), {"key": str(uuid4()), "version": "0", "text": " \n "}
    )

    assert page.status_code == 422
    assert "The answer is empty; write something or skip the item." in page.content.decode()


def test_what_was_refused_stays_on_the_page(cast: Cast, held: Assignment) -> None:
    page = cast.client(cast.member).post(page_of(held), {"version": "0", "text": "Mine."})

    assert page.status_code == 422
    assert "Mine.</textarea>" in page.content.decode()


def test_a_text_that_another_tab_saved_is_shown_beside_ones_own(
    cast: Cast, held: Assignment
) -> None:
    save_draft(assignment=held, body={"text": "Theirs."}, version=0, by=cast.member)

    page = cast.client(cast.member).post(
        page_of(held), {"key": str(uuid4()), "version": "0", "text": "Mine."}
    )

    assert page.status_code == 409
    assert "Mine.</textarea>" in page.content.decode()
    assert "Mine.</pre>" in page.content.decode()
    assert "Theirs.</pre>" in page.content.decode()
    assert not Demonstration.objects.exists()


def test_a_text_ends_its_lines_alike_however_it_was_sent(cast: Cast, held: Assignment) -> None:
    save_draft(assignment=held, body={"text": "One\nTwo"}, version=0, by=cast.member)

    cast.client(cast.member).post(
        page_of(held), {"key": str(uuid4()), "version": "0", "text": "One\r\nTwo"}
    )

    assert Demonstration.objects.get().text == "One\nTwo"


def test_a_lost_answer_and_a_second_try_are_one_row(cast: Cast, held: Assignment) -> None:
    sent = {"key": str(uuid4()), "version": "0", "text": "Mine."}
    client = cast.client(cast.member)

    first, second = client.post(page_of(held), sent), client.post(page_of(held), sent)

    assert first.headers["Location"] == second.headers["Location"]
    assert Demonstration.objects.count() == 1


def test_an_answer_may_be_changed_for_a_while(cast: Cast, held: Assignment) -> None:
    client = cast.client(cast.member)
    client.post(page_of(held), {"key": str(uuid4()), "version": "0", "text": "First."})

    page = client.get(page_of(held))
    client.post(
        page_of(held), {"key": str(uuid4()), "version": "1", "change": "1", "text": "Second."}
    )

    assert "First.</textarea>" in page.content.decode()
    assert "Save the change" in page.content.decode()
    assert [(each.revision, each.text) for each in Demonstration.objects.order_by("revision")] == [
        (1, "First."),
        (2, "Second."),
    ]


def test_a_text_that_another_tab_was_faster_than_stays_on_the_page(
    cast: Cast, held: Assignment
) -> None:
    client = cast.client(cast.member)
    client.post(page_of(held), {"key": str(uuid4()), "version": "0", "text": "Theirs."})

    page = client.post(page_of(held), {"key": str(uuid4()), "version": "0", "text": "Mine."})

    assert page.status_code == 409
    assert "Mine.</textarea>" in page.content.decode()
    assert "save it as a change" in page.content.decode()
    assert Demonstration.objects.get().text == "Theirs."


def test_a_draft_comes_back_to_the_page(cast: Cast, held: Assignment) -> None:
    save_draft(assignment=held, body={"text": "Half a sentence"}, version=0, by=cast.member)

    page = cast.client(cast.member).get(page_of(held)).content.decode()

    assert "Half a sentence</textarea>" in page


def test_a_preview_is_rendered_by_the_one_renderer(cast: Cast) -> None:
    answer = cast.client(cast.member).post(PREVIEW, {"text": "**bold** <script>alert(1)</script>"})

    assert "<strong>bold</strong>" in answer.content.decode()
    assert "<script>" not in answer.content.decode()


def test_whoever_is_signed_out_gets_no_preview_and_no_other_page_in_its_place(
    client: Client,
) -> None:
    answer = client.post(PREVIEW, {"text": "x"})

    assert (answer.status_code, answer.content) == (401, b"")


def test_nobody_writes_for_another(cast: Cast, held: Assignment) -> None:
    other = cast.client(make_user("passer-by"))

    answer = other.post(page_of(held), {"key": str(uuid4()), "version": "0", "text": "Mine."})

    assert answer.status_code == 404
    assert not Demonstration.objects.exists()


# Blocks before the text, and where it began ----------------------------------------


@pytest.fixture
def with_tools(cast: Cast) -> Assignment:
    """An item whose prompt offers a tool."""
    asked = [{"role": "user", "content": "How much aspirin?"}]
    add_prompt(campaign=cast.campaign, messages=asked, tools=[DOSE])
    open_tasks(campaign=cast.campaign)
    return take_and_show(cast.member, cast.campaign, kind=Kind.DEMONSTRATE)


def call_of(arguments: str) -> dict[str, object]:
    return {"type": "function", "function": {"name": "dose", "arguments": arguments}}


BLOCKS = [calls('{"drug": "aspirin"}'), gives("100 mg")]


def test_blocks_are_handed_in_with_the_text(cast: Cast, with_tools: Assignment) -> None:
    sent = {"key": str(uuid4()), "version": "0", "text": "100 mg.", "before": json.dumps(BLOCKS)}

    cast.client(cast.member).post(page_of(with_tools), sent)

    assert Demonstration.objects.get().messages == [
        calls({"drug": "aspirin"}),
        gives("100 mg"),
        says("100 mg."),
    ]


def test_a_plain_form_keeps_the_blocks_of_its_draft(cast: Cast, with_tools: Assignment) -> None:
    """What stands in the hidden fields comes back as it was sent out."""
    body = {"text": "So", "before": BLOCKS}
    save_draft(assignment=with_tools, body=body, version=0, by=cast.member)
    client = cast.client(cast.member)

    page = client.get(page_of(with_tools))
    fields = page.context["form"]
    client.post(
        page_of(with_tools),
        {
            "key": str(uuid4()),
            "version": "1",
            "text": "So.",
            "before": fields["before"].value(),
        },
    )

    assert len(Demonstration.objects.get().messages) == 3


@pytest.mark.parametrize("before", ["{", "7", "[7]", f"{'[' * 200}{']' * 200}"])
def test_blocks_that_did_not_arrive_whole_are_refused_and_the_text_stays(
    cast: Cast, with_tools: Assignment, before: str
) -> None:
    sent = {"key": str(uuid4()), "version": "0", "text": "Mine.", "before": before}

    page = cast.client(cast.member).post(page_of(with_tools), sent)

    assert page.status_code == 422
    assert "The blocks did not arrive whole" in page.content.decode()
    assert "Mine.</textarea>" in page.content.decode()


def test_blocks_that_another_tab_saved_are_shown_in_words(
    cast: Cast, with_tools: Assignment
) -> None:
    body = {"text": "Theirs.", "before": BLOCKS}
    save_draft(assignment=with_tools, body=body, version=0, by=cast.member)

    page = cast.client(cast.member).post(
        page_of(with_tools), {"key": str(uuid4()), "version": "0", "text": "Theirs."}
    )

    assert page.status_code == 409
    assert "Result of dose:\n100 mg\n\nTheirs.</pre>" in page.content.decode()


def test_a_preview_says_what_is_wrong_with_a_block(cast: Cast, with_tools: Assignment) -> None:
    sent = {"text": "", "before": json.dumps([calls({"drug": 7}), gives('{"mg": 100}')])}
    sent["item"] = str(with_tools.uuid)

    mine = cast.client(cast.member).post(PREVIEW, sent).content.decode()
    others = cast.client(cast.stranger).post(PREVIEW, sent).content.decode()

    flaw = 'data-flaw="0" data-of="tool_calls.0.function.arguments.drug">drug: 7 is not of the type'
    assert flaw in mine
    assert "data-flaw" not in others
    assert "Result is empty" not in mine


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"role": 7},
        {"role": "assistant", "content": 7},
        {"role": "assistant", "tool_calls": 7},
        {"role": "assistant", "tool_calls": [7, {"function": 7}, {"function": {"name": 7}}]},
        {"role": "assistant", "tool_calls": [call_of("[" * 600 + "]" * 600)]},
        {"role": "tool", "name": {}, "content": ["x"]},
    ],
)
def test_odd_blocks_are_shown_as_well_as_may_be(
    cast: Cast, with_tools: Assignment, odd: dict[str, object]
) -> None:
    sent = {"text": "So.", "before": json.dumps([odd, odd]), "item": str(with_tools.uuid)}

    answer = cast.client(cast.member).post(PREVIEW, sent)

    assert answer.status_code == 200
    assert "data-flaw" in answer.content.decode()


def test_answers_to_start_from_are_blind_and_only_where_the_campaign_allows_it(
    cast: Cast, with_tools: Assignment
) -> None:
    for text in ("Take one.", "Take two."):
        make_candidate(with_tools.task.prompt, text)
    client = cast.client(cast.member)

    before = client.get(page_of(with_tools)).content.decode()
    CampaignWork.objects.filter(campaign=cast.campaign).update(may_start_from=True)
    after = client.get(page_of(with_tools)).content.decode()

    assert "Take one." not in before
    assert "Take one." in after
    assert "Start from B" in after
    assert "model-a" not in after


def test_where_an_answer_began_is_posted_along(cast: Cast, with_tools: Assignment) -> None:
    CampaignWork.objects.filter(campaign=cast.campaign).update(may_start_from=True)
    start = make_candidate(with_tools.task.prompt, "Take one.")
    sent = {"version": "0", "text": "Take two.", "started_from": str(start.uuid)}

    cast.client(cast.member).post(page_of(with_tools), {"key": str(uuid4()), **sent})

    assert Demonstration.objects.get().started_from == start


def test_more_answers_to_start_from_ask_the_database_no_more_often(
    cast: Cast, with_tools: Assignment
) -> None:
    CampaignWork.objects.filter(campaign=cast.campaign).update(may_start_from=True)
    client = cast.client(cast.member)
    counts = []
    for number in (1, 2):
        make_candidate(with_tools.task.prompt, f"Take {number}.")
        client.get(page_of(with_tools))
        with CaptureQueriesContext(connection) as queries:
            client.get(page_of(with_tools))
        counts.append(len(queries))

    assert counts[0] == counts[1]
