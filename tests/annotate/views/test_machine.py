"""Leads see the machines of their campaign, add one, rename, pause and end one; nobody else."""

import csv
from io import StringIO

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from annotate.enums import Kind, MachineWay, Role
from annotate.models import MachineJudge, Task
from annotate.services.machine import MachineSaid, add_machine, keep_verdict
from tests.annotate.views.conftest import Cast
from tests.factories import make_member, make_prompt

QUERIES = 8
ACTS = ["stop_machine", "start_machine", "end_machine"]


def page_of(cast: Cast) -> str:
    return reverse("annotate:machines", args=[cast.campaign.uuid])


def at(name: str, judge: MachineJudge) -> str:
    return reverse(f"annotate:{name}", args=[judge.uuid])


def a_machine(
    cast: Cast, name: str = "Judge 7B", way: MachineWay = MachineWay.PROGRAM
) -> MachineJudge:
    setup = {"model": "judge-7b", "wording": "v3"}
    return add_machine(
        campaign=cast.campaign, name=name, way=way, share=0.5, by=cast.lead, setup=setup
    )


def judged(judge: MachineJudge, *, orders: int = 2) -> None:
    """Of one item with four answers, which the second order turns in its last pair."""
    MachineJudge.objects.filter(pk=judge.pk).update(share=1)
    judge.refresh_from_db()
    prompt = make_prompt(judge.campaign, answers=["One.", "Two.", "Three.", "Four."])
    task = Task.objects.get(prompt=prompt, kind=Kind.RANK)
    one, other, third, last = task.offered
    said = [[[one], [other], [third], [last]], [[one], [other], [last], [third]]]
    keep_verdict(judge=judge, task=task, said=MachineSaid(orders=said[:orders]))


def rows_of(cast: Cast) -> list[list[str]]:
    file = cast.client(cast.lead).get(page_of(cast), {"csv": "machines"})
    return list(csv.reader(StringIO(file.content.decode())))[1:]


def test_a_lead_adds_one_and_is_told_what_its_program_needs(cast: Cast) -> None:
    said = {"name": "Judge 7B", "share": "25", "model": "judge-7b", "version": "", "wording": "v3"}

    page = cast.client(cast.lead).post(page_of(cast), said, follow=True).content.decode()

    made = MachineJudge.objects.get()
    assert (made.campaign, made.name, made.way) == (cast.campaign, "Judge 7B", "program")
    assert (made.share, made.setup) == (0.25, {"model": "judge-7b", "wording": "v3"})
    assert made.made_by == cast.lead
    assert str(made.uuid) in page
    assert "judge-7b" in page


def test_each_says_how_much_it_judged_and_whether_its_orders_agree(cast: Cast) -> None:
    both, one, none = (a_machine(cast, name) for name in ("Both", "One", "None"))
    judged(both)
    judged(one, orders=1)
    ours = a_machine(cast, "Ours", MachineWay.REWARD)
    judged(ours, orders=1)

    rows = {row[0]: row[1:7] for row in rows_of(cast)}

    program = "A program with a token"
    assert rows["Both"] == [program, "judges", "1", "0", str(5 / 6), ""]
    assert rows["One"][4] == "asked in one order"
    assert rows["None"] == [program, "judges", "0", "0", "", ""]
    assert rows["Ours"][0] == "A reward model of ours"
    assert rows["Ours"][4] == "no order is shown to it"
    shown = cast.client(cast.lead).get(page_of(cast)).content.decode()
    assert "83.3 %" in shown
    assert none.name in shown


def test_one_name_serves_one_machine_and_the_field_says_so(cast: Cast) -> None:
    judge, other = a_machine(cast), a_machine(cast, "Other")
    client = cast.client(cast.lead)

    added = client.post(page_of(cast), {"name": judge.name, "share": "100"})
    renamed = client.post(at("machine", other), {"name": judge.name, "share": "100"})

    for answer in (added, renamed):
        assert answer.status_code == 422
        (said,) = answer.context["form"].errors["name"]
        assert said.endswith("choose another name.")
    other.refresh_from_db()
    assert (other.name, other.share) == ("Other", 0.5)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": "", "share": "50"}, "name"),
        ({"name": "x" * 61, "share": "50"}, "name"),
        ({"name": "J", "share": "0"}, "share"),
        ({"name": "J", "share": "101"}, "share"),
        ({"name": "J", "share": "half"}, "share"),
    ],
    ids=str,
)
def test_what_is_odd_is_refused_at_its_field(cast: Cast, said: dict[str, str], field: str) -> None:
    answer = cast.client(cast.lead).post(page_of(cast), said)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not MachineJudge.objects.exists()


def test_it_is_renamed_given_another_share_paused_and_started(cast: Cast) -> None:
    judge, client = a_machine(cast), cast.client(cast.lead)
    before = judge.rater.name

    client.post(at("machine", judge), {"name": "Judge, first", "share": "12.5"})
    client.post(at("stop_machine", judge))
    judge.refresh_from_db()
    assert (judge.name, judge.share, judge.rater.name) == ("Judge, first", 0.125, before)
    assert judge.stopped_at
    assert rows_of(cast)[0][2] == "paused"

    client.post(at("start_machine", judge))
    judge.refresh_from_db()
    assert judge.stopped_at is None


def test_what_has_ended_is_never_started_again(cast: Cast) -> None:
    judge, client = a_machine(cast), cast.client(cast.lead)
    assert "for good" in client.get(at("end_machine", judge)).content.decode()

    client.post(at("end_machine", judge))
    started = client.post(at("start_machine", judge), follow=True).content.decode()
    judge.refresh_from_db()

    assert judge.ended_at
    assert judge.stopped_at
    assert "This machine was ended for good; set up another." in started
    assert "Pause it" not in started
    assert rows_of(cast)[0][2] == "ended"


def test_machines_are_for_the_leads_of_their_campaign(cast: Cast) -> None:
    judge = a_machine(cast)
    reviewer = make_member(cast.campaign, Role.REVIEWER)
    said = {"name": "Mine", "share": "100"}

    for person in (cast.member, reviewer, cast.stranger):
        client = cast.client(person)
        answers = [client.get(page_of(cast)), client.get(at("machine", judge))]
        answers += [client.post(page_of(cast), said), client.post(at("machine", judge), said)]
        answers += [client.post(at(act, judge)) for act in ACTS]

        assert {each.status_code for each in answers} == {404}

    judge.refresh_from_db()
    assert (judge.name, judge.stopped_at) == ("Judge 7B", None)
    assert MachineJudge.objects.count() == 1


def test_the_page_of_agreement_leads_there(cast: Cast) -> None:
    address = reverse("annotate:quality") + f"?campaign={cast.campaign.uuid}"

    assert page_of(cast) in cast.client(cast.lead).get(address).content.decode()


def test_three_machines_take_as_many_queries_as_one(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = cast.client(cast.lead)
    judged(a_machine(cast))
    with django_assert_num_queries(QUERIES):
        client.get(page_of(cast))
    for name in ("Second", "Third"):
        judged(a_machine(cast, name))

    with django_assert_num_queries(QUERIES):
        client.get(page_of(cast))
