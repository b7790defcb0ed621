"""What a program sends at once is kept once, row by row, whatever is wrong with some of them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from django.db import connections, transaction

from annotate.digests import prompt_digest
from annotate.enums import Kind
from annotate.errors import KeyReused
from annotate.models import Batch, Campaign, CampaignPrompt, Candidate, Prompt, Task
from annotate.services.campaign import Work
from annotate.services.erasure import erase_prompt
from annotate.services.intake.requests import Told, take_in_candidates, take_in_prompts
from annotate.services.prompt import add_prompt
from commons.models import AuditEvent, User
from tests.annotate.test_tools import DOSE
from tests.factories import make_campaign, make_candidate, make_user

pytestmark = pytest.mark.django_db

RANK = (Work(Kind.RANK, answers=2),)


def row(text: str, *answers: str, **said: object) -> dict[str, object]:
    return {
        "messages": [{"role": "user", "content": text}],
        "candidates": [
            {"messages": [{"role": "assistant", "content": each}], "source": "model-a"}
            for each in answers
        ],
        **said,
    }


def further(prompt: object, answer: str, **said: object) -> dict[str, object]:
    return {"prompt": prompt, "text": answer, "source": "model-b", **said}


def nested(levels: int) -> object:
    """So many lists in each other, with a 1 in the innermost."""
    value: object = 1
    for _ in range(levels):
        value = [value]
    return value


def rows_of(report: Told) -> list[Told]:
    rows = report["rows"]
    assert isinstance(rows, list)
    return rows


def test_every_row_is_answered_in_order() -> None:
    campaign, lead = make_campaign(works=RANK), make_user()
    old, _ = add_prompt(campaign=campaign, messages=[{"role": "user", "content": "Old?"}])
    sent = [
        row("New?", "One.", "Two.", skill="law", language="de", clearance="ward", priority=2),
        row("Bad?", priority=10),
        row("Old?", "Three."),
        "no object",
        row("New?", "Two.", "Four."),
        row("Judged?", demonstrations=[]),
    ]

    report = take_in_prompts(campaign=campaign, rows=sent, by=lead, name="monday")

    batch, new = Batch.objects.get(), Prompt.objects.get(skill="law")
    ids = {each.text: str(each.uuid) for each in Candidate.objects.all()}
    assert report == {
        "batch": str(batch.uuid),
        "made": 1,
        "already_there": 2,
        "refused": 3,
        "rows": [
            {"status": "made", "id": str(new.uuid), "candidates": [ids["One."], ids["Two."]]},
            {
                "status": "refused",
                "field": "priority",
                "detail": "priority is 10; use 1 (comes first) to 9 (comes last).",
            },
            {"status": "there", "id": str(old.uuid), "candidates": [ids["Three."]]},
            {
                "status": "refused",
                "field": "",
                "detail": "the row must be an object, not text.",
            },
            {"status": "there", "id": str(new.uuid), "candidates": [ids["Two."], ids["Four."]]},
            {
                "status": "refused",
                "field": "",
                "detail": "the row has no field named 'demonstrations'; rename or remove it.",
            },
        ],
    }
    assert (batch.name, batch.created_by, batch.report) == ("monday", lead, report)
    assert [place.prompt for place in batch.intake.all()] == [new]
    assert Task.objects.get().prompt == new  # Old? has one candidate and waits for another
    event = AuditEvent.objects.get(verb="batch.imported")
    assert (event.actor, event.detail) == (lead, {"made": 1, "refused": 3})


def test_the_same_key_finds_the_first_report_and_makes_nothing() -> None:
    campaign, lead, key = make_campaign(), make_user(), uuid4()
    sent = [row("Why?", "One."), row("Why\0?")]

    first = take_in_prompts(campaign=campaign, rows=sent, by=lead, key=key)
    CampaignPrompt.objects.all().delete()  # a second import would make it again
    again = take_in_prompts(campaign=campaign, rows=sent, by=lead, key=key)

    assert again == first
    assert Batch.objects.count() == 1
    assert not CampaignPrompt.objects.exists()


def test_a_key_is_good_for_one_body_to_one_address_of_one_person() -> None:
    campaign, lead, key = make_campaign(), make_user(), uuid4()
    sent = [row("Why?")]
    take_in_prompts(campaign=campaign, rows=sent, by=lead, key=key)

    with pytest.raises(KeyReused):
        take_in_prompts(campaign=campaign, rows=[row("How?")], by=lead, key=key)
    with pytest.raises(KeyReused):
        take_in_prompts(campaign=campaign, rows=sent, by=lead, name="other", key=key)
    with pytest.raises(KeyReused):
        take_in_prompts(campaign=make_campaign(), rows=sent, by=lead, key=key)
    with pytest.raises(KeyReused):
        take_in_candidates(campaign=campaign, rows=sent, by=lead, key=key)

    assert Prompt.objects.count() == Batch.objects.count() == 1
    take_in_prompts(campaign=campaign, rows=sent, by=make_user(), key=key)
    assert Batch.objects.count() == 2


def test_without_a_key_every_request_is_an_arrival():
    campaign, lead = make_campaign(), make_user()

    take_in_prompts(campaign=campaign, rows=[row("Why?")], by=lead)
    report = take_in_prompts(campaign=campaign, rows=[row("Why?")], by=lead)

    assert (report["made"], report["already_there"]) == (0, 1)
    assert Batch.objects.count() == 2


@pytest.mark.parametrize(
    ("said", "path", "problem"),
    [
        ({"messages": []}, "messages", "messages is empty; give it at least one message."),
        (
            {"messages": [{"role": "user", "content": "a\0b"}]},
            "messages.0.content",
            "messages[0].content holds the control character U+0000; remove it.",
        ),
        (
            {"messages": [{"role": "user", "content": "a\ud83db"}]},
            "messages.0.content",
            "messages[0].content holds half of a surrogate pair; write the whole character.",
        ),
        (
            {"messages": [{"role": "user", "content": "a" * 1_000_001}]},
            "messages.0.content",
            "messages[0].content has 1000001 characters; shorten it to 1000000.",
        ),
        ({"skill": "s" * 65}, "skill", "skill has 65 characters; shorten it to 64."),
        ({"clearance": 7}, "clearance", "clearance must be text, not a number."),
        ({"priority": "1"}, "priority", "priority must be a whole number, not text."),
        ({"id": "a", "external_id": "b"}, "external_id", 'external_id is another word for "id";'),
        (
            {"candidates": [{"text": "a", "sampling": {"seed": 2**63}}]},
            "candidates.0.sampling.seed",
            "candidates[0].sampling.seed is a number of more than 63 bits; write it as text.",
        ),
        (
            {"candidates": [{"text": "a", "sampling": {"k\0": []}}]},
            "candidates.0.sampling",
            "a key of candidates[0].sampling holds the control character U+0000; remove it.",
        ),
        (
            {"candidates": [{"text": "a", "sampling": {"k" * 101: 1}}]},
            "candidates.0.sampling",
            "candidates[0].sampling has a key of 101 characters; give it a shorter one.",
        ),
        (
            {"candidates": [{"source": "model-a"}]},
            "candidates.0",
            'candidates[0] needs either "text" or "messages", and not both.',
        ),
        (
            {"candidates": [{"text": "a"}, {"text": "a"}]},
            "candidates.1",
            "candidate 1 repeats candidate 0 word for word; leave one of them out.",
        ),
    ],
)
def test_a_refusal_names_its_field_and_the_remedy(
    said: dict[str, object], path: str, problem: str
) -> None:
    campaign, key = make_campaign(), uuid4()
    sent = [row("Why?") | said, row("Good?")]

    report = take_in_prompts(campaign=campaign, rows=sent, by=make_user(), key=key)

    refused, made = rows_of(report)
    assert (refused["status"], refused["field"]) == ("refused", path)
    assert str(refused["detail"]).startswith(problem)
    assert made["status"] == "made"
    assert Batch.objects.get().report == report


@pytest.mark.parametrize(("levels", "refused"), [(99, 0), (100, 1), (1_000, 1), (100_000, 1)])
def test_a_row_that_is_nested_too_deeply_spoils_itself_alone(levels: int, refused: int) -> None:
    """The row is a level itself; what lies in a field that nobody knows is another error."""
    campaign, key, lead = make_campaign(), uuid4(), make_user()
    sent = [row("Why?") | {"skill": nested(levels)}, row("Good?")]
    words = {
        0: ("skill", "skill must be text, not a list."),
        1: ("", "the row is nested more than 100 deep; flatten it."),
    }

    report = take_in_prompts(campaign=campaign, rows=sent, by=lead, key=key)

    first, good = rows_of(report)
    assert (first["field"], first["detail"]) == words[refused]
    assert good["status"] == "made"
    assert take_in_prompts(campaign=campaign, rows=sent, by=lead, key=key) == report
    mended = [row("Why?"), row("Good?")]
    with pytest.raises(KeyReused):
        take_in_prompts(campaign=campaign, rows=mended, by=lead, key=key)


def test_a_candidate_that_is_nested_too_deeply_spoils_itself_alone() -> None:
    campaign, lead = make_campaign(), make_user()
    take_in_prompts(campaign=campaign, rows=[row("Why?", external_id="q")], by=lead)

    report = take_in_candidates(
        campaign=campaign,
        rows=[further("q", "A.", sampling={"a": nested(1_000)}), further("q", "B.")],
        by=lead,
    )

    assert [told["status"] for told in rows_of(report)] == ["refused", "made"]


def test_a_bad_candidate_refuses_its_row_whole() -> None:
    report = take_in_prompts(
        campaign=make_campaign(), rows=[row("Why?", "One.", "One.")], by=make_user()
    )

    assert report["refused"] == 1
    assert not Prompt.objects.exists()
    assert not Candidate.objects.exists()


def test_a_candidate_finds_its_prompt_by_either_id():
    campaign, lead = make_campaign(works=RANK), make_user()
    sent = [row("One?", external_id="q-1"), row("Two?", external_id="17"), row("Three?")]
    first, second, third = rows_of(take_in_prompts(campaign=campaign, rows=sent, by=lead))

    report = take_in_candidates(
        campaign=campaign,
        rows=[
            further("q-1", "A.", sampling={"temperature": 0.7}),
            further(17, "A."),
            further(third["id"], "A."),
            further(str(UUID(str(first["id"])).hex), "B."),
            further("q-1", "A."),
        ],
        by=lead,
    )

    assert [told["status"] for told in rows_of(report)] == ["made"] * 4 + ["there"]
    assert rows_of(report)[4]["id"] == rows_of(report)[0]["id"]
    assert (report["made"], report["already_there"], report["refused"]) == (4, 1, 0)
    kept = Candidate.objects.order_by("pk").values_list("uuid", "prompt__uuid", "sampling")
    prompts = [first["id"], second["id"], third["id"], first["id"]]
    told = [(str(uuid), str(prompt)) for uuid, prompt, _ in kept]
    assert sorted(told) == sorted(
        (str(row["id"]), str(prompt)) for row, prompt in zip(rows_of(report), prompts, strict=False)
    )
    assert Candidate.objects.get(uuid=rows_of(report)[0]["id"]).sampling == {"temperature": 0.7}
    assert str(Task.objects.get().prompt.uuid) == first["id"]  # the only one with two answers


def test_a_candidate_of_an_unknown_or_ambiguous_prompt_is_refused() -> None:
    campaign, lead, other = make_campaign(), make_user(), make_campaign()
    sent = [row("One?", external_id="q"), row("Two?", external_id="q")]
    take_in_prompts(campaign=campaign, rows=sent, by=lead)
    elsewhere = rows_of(take_in_prompts(campaign=other, rows=[row("There?")], by=lead))[0]["id"]

    report = take_in_candidates(
        campaign=campaign,
        rows=[further("q", "A."), further(elsewhere, "A."), {"text": "A."}, further("q\0", "A.")],
        by=lead,
    )

    assert [(told["field"], told["detail"]) for told in rows_of(report)] == [
        ("prompt", "prompt names 2 prompts; use the id of the one you mean."),
        ("prompt", "prompt names no prompt of this campaign; send that first."),
        ("prompt", "prompt is missing; name the prompt that this answers."),
        ("prompt", "prompt holds the control character U+0000; remove it."),
    ]
    assert not Candidate.objects.exists()


def test_an_id_that_reads_as_ours_and_is_theirs_is_found_too() -> None:
    campaign, lead, theirs = make_campaign(), make_user(), str(uuid4())
    take_in_prompts(campaign=campaign, rows=[row("One?", external_id=theirs)], by=lead)

    report = take_in_candidates(campaign=campaign, rows=[further(theirs, "A.")], by=lead)

    assert report["made"] == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_request_six_times_at_once_is_kept_once() -> None:
    campaign, lead, key = make_campaign(works=RANK), make_user(), uuid4()
    sent = [row(f"{n}?", "One.", "Two.") for n in range(30)]

    with ThreadPoolExecutor(6) as pool:
        reports = list(pool.map(lambda _: send_here(campaign, sent, lead, key), range(6)))

    assert all(report == reports[0] for report in reports)
    assert reports[0]["made"] == Prompt.objects.count() == Task.objects.count() == 30
    assert Batch.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_rows_under_six_keys_at_once_are_kept_once() -> None:
    campaign, lead = make_campaign(works=(*RANK, Work(Kind.DEMONSTRATE))), make_user()
    sent = [row(f"{n}?", "One.", "Two.", priority=1 + n % 9) for n in range(40)]
    orders = [sent, sent[::-1], sent[20:] + sent[:20], sent[::2] + sent[1::2]]

    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(lambda each: send_here(campaign, each, lead, uuid4()), orders))

    assert sum(int(str(report["made"])) for report in reports) == Prompt.objects.count() == 40
    assert Candidate.objects.count() == Task.objects.count() == 80


@pytest.mark.django_db(transaction=True)
def test_the_same_candidates_come_from_both_ends_at_once() -> None:
    """Both wait for the candidate in the middle, which a third person adds; then for no other."""
    campaign, lead = make_campaign(), make_user()
    prompts = [row(f"{n}?", external_id=f"q-{n}") for n in range(9)]
    take_in_prompts(campaign=campaign, rows=prompts, by=lead)
    sent = [further(f"q-{n}", f"{k}.") for n in range(9) for k in range(3)]
    middle = Prompt.objects.get(external_id="q-4")

    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            for answer in ("0.", "1.", "2."):
                make_candidate(middle, answer)
            sending = [
                pool.submit(send_here, campaign, rows, lead, uuid4(), take_in_candidates)
                for rows in (sent, sent[::-1])
            ]
            for each in sending:
                with pytest.raises(TimeoutError):
                    each.result(timeout=0.5)
        reports = [each.result() for each in sending]

    assert sum(int(str(report["made"])) for report in reports) == 24
    assert Candidate.objects.count() == 27


def send_here(
    campaign: Campaign,
    rows: list[dict[str, object]],
    lead: User,
    key: UUID,
    take_in: Callable[..., Told] = take_in_prompts,
) -> Told:
    try:
        return take_in(campaign=campaign, rows=rows, by=lead, key=key)
    finally:
        connections.close_all()


def test_the_tools_of_a_prompt_are_kept_and_are_part_of_what_is_asked() -> None:
    lead = make_user()
    campaign = make_campaign(lead=lead)
    rows = [{"prompt": "How much?", "tools": [DOSE]}, {"prompt": "How much?"}]

    take_in_prompts(campaign=campaign, rows=rows, by=lead)

    kept = list(Prompt.objects.order_by("pk"))
    assert [prompt.tools for prompt in kept] == [[DOSE], []]
    assert [prompt.digest for prompt in kept] == [
        prompt_digest(messages=prompt.messages, tools=prompt.tools, attachments=[])
        for prompt in kept
    ]


def test_what_was_erased_is_given_no_answer() -> None:
    lead = make_user("lead")
    campaign = make_campaign(lead=lead)
    [made] = rows_of(take_in_prompts(campaign=campaign, rows=[row("What is this?")], by=lead))
    erase_prompt(prompt=Prompt.objects.get(uuid=str(made["id"])), by=None)

    rows = [further(made["id"], "A hand.")]
    [told] = rows_of(take_in_candidates(campaign=campaign, rows=rows, by=lead))

    assert (told["status"], told["field"]) == ("refused", "prompt")
    assert not Candidate.objects.exists()
