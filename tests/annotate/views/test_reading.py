"""Calls of tools and their results, as every page shows them."""

import pytest
from django.urls import reverse

from annotate.enums import Kind
from annotate.services.candidate import add_candidate
from annotate.services.prompt import add_prompt
from annotate.services.task import open_tasks
from annotate.views.reading import conversation
from tests.annotate.test_conversation import calls, gives, says
from tests.annotate.test_tools import DOSE
from tests.annotate.views.conftest import Cast
from tests.factories import take_and_show


def test_a_call_is_shown_with_its_name_and_its_arguments_as_code() -> None:
    (turn,) = conversation([calls({"drug": "aspirin"}, text="I **look**.")])

    (call,) = turn.calls
    assert call.name == "dose"
    assert "aspirin" in call.html
    assert "<pre" in call.html
    assert "<strong>look</strong>" in turn.html


def test_a_result_names_its_tool_and_json_is_not_torn_apart_by_markdown() -> None:
    as_json, in_words = conversation([gives('{"_a_": [1, 2]}'), gives("It is **100 mg**.")])

    assert (as_json.label, as_json.tool) == ("Tool", "dose")
    assert "<em>" not in as_json.html
    assert "<strong>100 mg</strong>" in in_words.html


@pytest.mark.parametrize(
    "given",
    ["<script>alert(1)</script>", '"\n```\n<img src=x onerror=alert(1)>\n```', "````\n# shout"],
)
def test_what_stands_in_arguments_is_drawn_as_text(given: str) -> None:
    for arguments in (given, {"drug": given}):
        (turn,) = conversation([calls(arguments)])

        assert "<script" not in turn.calls[0].html
        assert "<img" not in turn.calls[0].html
        assert "<h1" not in turn.calls[0].html


def test_whoever_ranks_sees_the_calls_of_an_answer_and_never_whence_it_came(cast: Cast) -> None:
    asked = [{"role": "user", "content": "How much aspirin?"}]
    prompt, _ = add_prompt(campaign=cast.campaign, messages=asked, tools=[DOSE])
    for drug in ("aspirin", "heparin", "warfarin", "ibuprofen"):
        answer = [calls({"drug": drug}), gives(f"{drug}: 1 mg"), says("1 mg.")]
        add_candidate(prompt=prompt, messages=answer, source="model-a")
    open_tasks(campaign=cast.campaign)
    held = take_and_show(cast.member, cast.campaign, kind=Kind.RANK)

    page = cast.client(cast.member).get(reverse("annotate:rank", args=[held.uuid]))

    shown = page.content.decode()
    assert shown.count("<code>dose</code></p>") == 8  # four calls, four results
    assert "heparin: 1 mg" in shown
    assert "model-a" not in shown
