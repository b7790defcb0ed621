"""What people had begun in Label Studio and Argilla goes on here, with whom the import was told."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError
from django.test import Client
from django.urls import reverse

from annotate.enums import AssignmentState, Kind, Role
from annotate.errors import NotAskable, NoTurnFree
from annotate.importing.drafts import UNNAMED
from annotate.models import Assignment, Batch, Campaign, Demonstration, Draft, Prompt, Ranking
from annotate.selectors.assignment import begun_for
from annotate.selectors.balance import tasks_out_of_balance
from annotate.services.assignment import take_assignment
from annotate.services.begun_body import NO_REASON, NOT_ASKED, NOT_OFFERED
from annotate.services.campaign import Work, add_member, publish_instructions
from annotate.services.draft import save_draft
from annotate.services.erasure import erase_person, erase_prompt
from annotate.services.imported_draft import MET, NO_ITEM, NOTHING_HELD, WHY_NOT
from annotate.services.lease import take_back_turn
from annotate.services.set_aside import take_set_aside
from commons.models import AuditEvent, User
from tests.annotate.services.test_foreign import told
from tests.factories import make_campaign, make_member, make_user

CONFIG = """<View><Text name="p" value="$prompt"/><List name="answers" value="$items"/>
<Ranker name="rank" toName="answers"/>
<TextArea name="own" toName="p"/><TextArea name="reason" toName="p"/></View>"""
ITEMS = [{"id": "a", "body": "One."}, {"id": "b", "body": "Two."}, {"id": "c", "body": "Three."}]
BOTH = [Work(Kind.RANK, answers=3), Work(Kind.DEMONSTRATE)]
FORM: dict[str, object] = {
    "rank": {
        "ratings": [{"name": "quality-a", "label": "Quality", "low": 1, "high": 5}],
        "flags": [{"name": "safe-b", "label": "Safe"}],
        "reason": "optional",
    }
}


@pytest.fixture
def campaign(db: None) -> Campaign:
    return make_campaign(works=BOTH)


@pytest.fixture
def ada(campaign: Campaign) -> User:
    return make_member(campaign, name="ada")


def drafted(*results: dict[str, Any], user: object = 5, **more: Any) -> dict[str, Any]:
    return {"id": 9, "user": user, "annotation": None, "result": list(results)} | more


def ranked(*ids: str) -> dict[str, Any]:
    value = {"ranker": {"rank": list(ids)}}
    return {"from_name": "rank", "to_name": "answers", "type": "ranker", "value": value}


def written(text: str, name: str = "own") -> dict[str, Any]:
    return {"from_name": name, "to_name": "p", "type": "textarea", "value": {"text": [text]}}


def run(campaign: Campaign, folder: Path, *drafts: Any, named: str = "5=ada") -> dict[str, Any]:
    """Import one task of Label Studio with these drafts; the report."""
    file, config = folder / "export.json", folder / "config.xml"
    data = {"prompt": "Why?", "items": ITEMS}
    file.write_text(json.dumps([{"id": 1, "project": 3, "data": data, "drafts": list(drafts)}]))
    config.write_text(CONFIG)
    more = ["--drafts-of", named] if named else []
    mapping = ["--format", "label-studio", "--config", str(config)]
    return told(campaign, file, *mapping, "--json", *more)


def left(report: dict[str, Any]) -> list[tuple[str, list[str]]]:
    return [(each["why"], each["first"]) for each in report["left"]]


def names() -> dict[str, str]:
    """Ids of the answers by their text."""
    return {each.text: str(each.uuid) for each in Prompt.objects.get().candidates.all()}


def test_an_order_and_a_text_so_far_are_set_aside_and_handed_in_by_their_person(
    campaign: Campaign, ada: User, tmp_path: Path
) -> None:
    report = run(campaign, tmp_path, drafted(ranked("b"), written("Air")))

    rank, write = Assignment.objects.order_by("task__kind").reverse()
    two = names()["Two."]
    assert [(each.person, each.state) for each in (rank, write)] == [
        (ada, AssignmentState.RESERVED)
    ] * 2
    assert rank.draft.body == {"tiers": [[two]], "unrankable": [], "strengths": []}
    assert write.draft.body == {"text": "Air"}
    assert (report["drafts"], report["left"], report["tasks"]) == (2, [], 2)
    assert not Ranking.objects.exists()
    assert not Demonstration.objects.exists()
    assert not list(tasks_out_of_balance())

    client = Client()
    client.force_login(ada)
    desk = client.get(reverse("annotate:desk"))
    assert list(desk.context["begun"]) == [*begun_for(ada)] == sorted([rank, write], key=by_pk)
    assert "Begun elsewhere, set aside for you" in desk.content.decode()

    page = client.post(reverse("annotate:resume", args=[write.uuid]), follow=True)
    assert page.context["form"]["text"].value() == "Air"
    sent = {"key": page.context["key"], "version": 1, "text": "Air scatters blue.", "stay": "1"}
    client.post(reverse("annotate:demonstrate", args=[write.uuid]), sent)
    kept = Demonstration.objects.get()
    assert (kept.text, kept.rater.user) == ("Air scatters blue.", ada)


def by_pk(turn: Assignment) -> int:
    return turn.pk


def test_the_page_of_an_order_that_was_begun_says_so_and_holds_it(
    campaign: Campaign, ada: User, tmp_path: Path
) -> None:
    run(campaign, tmp_path, drafted(ranked("b")))
    turn = take_set_aside(by=ada, turn=Assignment.objects.get())
    client = Client()
    client.force_login(ada)

    page = client.get(reverse("annotate:rank", args=[turn.uuid]))

    two = names()["Two."]
    assert page.context["kept_draft"]["tiers"] == [[two]]
    said = {each.id: each.field.value() for each in page.context["answers"]}
    assert said == {each: "1" if each == two else None for each in turn.order}
    assert "What was placed so far stands first" in page.content.decode()


def test_nobody_goes_on_with_what_is_set_aside_for_another(
    campaign: Campaign, ada: User, tmp_path: Path
) -> None:
    run(campaign, tmp_path, drafted(written("Air")))
    turn = Assignment.objects.get()
    client = Client()
    client.force_login(make_member(campaign, name="eve"))

    desk = client.get(reverse("annotate:desk"))
    answer = client.post(reverse("annotate:resume", args=[turn.uuid]))

    assert (desk.context["begun"], answer.status_code) == ([], 404)
    turn.refresh_from_db()
    assert turn.state == AssignmentState.RESERVED


def test_a_second_run_brings_nothing_again(campaign: Campaign, ada: User, tmp_path: Path) -> None:
    """Neither where its person went on, nor where a lead took the item back."""
    mine = drafted(ranked("b", "a", "c"), written("Air"))
    run(campaign, tmp_path, mine)
    rank, write = Assignment.objects.order_by("task__kind").reverse()
    Draft.objects.filter(assignment=write).update(body={"text": "Air, and more"}, version=2)
    take_back_turn(assignment=rank, by=campaign.memberships.get(role="lead").person)

    report = run(campaign, tmp_path, mine)

    assert (report["drafts"], report["left"]) == (0, [])
    assert Draft.objects.get(assignment=write).body == {"text": "Air, and more"}
    assert Assignment.objects.get(pk=rank.pk).state == AssignmentState.EXPIRED
    assert Assignment.objects.count() == 2
    assert AuditEvent.objects.filter(verb="draft.imported").count() == 2


def test_a_whole_order_is_one_that_was_considered(
    campaign: Campaign, ada: User, tmp_path: Path
) -> None:
    run(campaign, tmp_path, drafted(ranked("b", "a", "c")))

    ids = names()
    assert Draft.objects.get().body == {
        "tiers": [[ids["Two."]], [ids["One."]], [ids["Three."]]],
        "unrankable": [],
        "strengths": [None, None],
        "considered": True,
    }


def test_what_nobody_is_named_for_is_told_and_nobody_is_guessed(
    campaign: Campaign, ada: User, tmp_path: Path
) -> None:
    """The file's author is called as an account here is, and that says nothing."""
    report = run(campaign, tmp_path, drafted(written("Air"), user="ada"), named="")

    assert left(report) == [(UNNAMED, ["1"])]
    assert not Assignment.objects.exists()
    assert "ada" not in json.dumps(Batch.objects.get().report)


def test_what_the_form_does_not_hold_is_told_and_the_rest_is_kept(
    campaign: Campaign, ada: User, tmp_path: Path
) -> None:
    report = run(campaign, tmp_path, drafted(ranked("b", "a"), written("Close.", "reason")))

    assert left(report) == [(NO_REASON, ["1"])]
    assert Draft.objects.get().body.keys() == {"tiers", "unrankable", "strengths"}


def test_an_answer_that_the_item_does_not_offer_is_told(ada: User, tmp_path: Path) -> None:
    campaign = make_campaign(works=[Work(Kind.RANK, answers=2)])
    add_member(campaign=campaign, person=ada, role=Role.ANNOTATOR, by=None)

    report = run(campaign, tmp_path, drafted(ranked("b", "a", "c"), written("Air")))

    offered = Assignment.objects.get().task.offered
    tiers = Draft.objects.get().body["tiers"]
    assert sorted(each for tier in tiers for each in tier) == sorted(offered)
    assert left(report) == [(NOT_OFFERED, ["1"]), (NO_ITEM, ["1"])]


def test_an_item_that_its_person_has_met_here_is_theirs_as_it_stands(
    campaign: Campaign, ada: User, tmp_path: Path
) -> None:
    run(campaign, tmp_path, named="")
    turn = take_assignment(by=ada, campaign=campaign, kind=Kind.DEMONSTRATE)
    save_draft(assignment=turn, body={"text": "Mine"}, version=0, by=ada)

    report = run(campaign, tmp_path, drafted(written("Air")))

    assert (report["drafts"], left(report)) == (0, [(MET, ["1"])])
    assert Draft.objects.get().body == {"text": "Mine"}


def test_another_persons_draft_is_told_where_every_turn_is_out(
    campaign: Campaign, ada: User, tmp_path: Path
) -> None:
    make_member(campaign, name="eve")
    run(campaign, tmp_path, drafted(written("Air")))

    report = run(campaign, tmp_path, drafted(written("Sea"), user=6), named="6=eve")

    assert left(report) == [(WHY_NOT[NoTurnFree], ["1"])]
    assert Draft.objects.get().assignment.person == ada


def test_nothing_is_set_aside_for_who_is_paused(
    campaign: Campaign, ada: User, tmp_path: Path
) -> None:
    ada.memberships.update(paused=True)

    report = run(campaign, tmp_path, drafted(written("Air")))

    assert left(report) == [(WHY_NOT[NotAskable], ["1"])]
    assert not Assignment.objects.exists()


@pytest.mark.parametrize(
    ("account", "problem"),
    [
        ("bob", "Nobody here is called “bob”"),
        ("stranger", "“stranger” is not in this campaign"),
        ("two@lab.test", "Several people have the address “two@lab.test”"),
    ],
)
def test_an_account_that_cannot_go_on_is_refused_before_anything_is_made(
    campaign: Campaign, tmp_path: Path, account: str, problem: str
) -> None:
    make_user("stranger")
    for name in ("one", "two"):
        User.objects.filter(pk=make_member(campaign, name=name).pk).update(email="two@lab.test")

    with pytest.raises(CommandError, match=f"--drafts-of: {problem}"):
        run(campaign, tmp_path, drafted(written("Air")), named=f"5={account}")

    assert not Batch.objects.exists()


@pytest.mark.parametrize("what", ["prompt", "person"])
def test_an_erasure_takes_what_was_begun_with_it(
    campaign: Campaign, ada: User, tmp_path: Path, what: str
) -> None:
    run(campaign, tmp_path, drafted(ranked("b"), written("Air of mine")))

    if what == "prompt":
        erase_prompt(prompt=Prompt.objects.get(), by=None)
    else:
        erase_person(person=ada, texts=False, by=None)

    assert not Draft.objects.exists()
    assert not Assignment.objects.filter(state=AssignmentState.RESERVED).exists()
    assert "of mine" not in json.dumps(list(AuditEvent.objects.values("detail")))
    assert not list(tasks_out_of_balance())


def test_a_draft_response_of_argilla_keeps_ranks_ratings_flags_reason_and_text(
    campaign: Campaign, ada: User, tmp_path: Path
) -> None:
    publish_instructions(campaign=campaign, guideline="Rank.", by=None, form=FORM)
    User.objects.filter(pk=ada.pk).update(email="Ada@Lab.test")
    file = argilla(
        tmp_path,
        order=[{"value": "b", "rank": 1}, {"value": "a", "rank": None}],
        quality_a=4,
        safe_b="no",
        loud_a=3,
        comment="Close.",
        better="Mine so far",
    )
    mapping = ["--format", "argilla", "--json", "--question", "safe_b=flag:b"]

    report = told(campaign, file, *mapping, "--drafts-of", "u1=ada@lab.test")

    rank, write = Assignment.objects.order_by("task__kind").reverse()
    ids = names()
    assert left(report) == [(NOT_ASKED.format(sort="rating", name="loud-a"), ["r1"])]
    assert rank.draft.body == {
        "tiers": [[ids["Two."]]],
        "unrankable": [],
        "strengths": [],
        "answers": {
            ids["One."]: {"ratings": {"quality-a": 4}},
            ids["Two."]: {"flags": {"safe-b": False}},
        },
        "reason": "Close.",
    }
    assert (write.draft.body, write.person) == ({"text": "Mine so far"}, ada)
    assert left(report) == [(NOT_ASKED.format(sort="rating", name="loud-a"), ["r1"])]
    assert (
        told(campaign, file, "--format", "argilla", "--json", "--drafts-of", "u1=ada")["drafts"]
        == 0
    )


def test_a_draft_of_which_nothing_is_asked_is_told(
    campaign: Campaign, ada: User, tmp_path: Path
) -> None:
    file = argilla(tmp_path, loud_a=3)

    report = told(campaign, file, "--format", "argilla", "--json", "--drafts-of", "u1=ada")

    assert sorted(left(report)) == sorted(
        [(NOTHING_HELD, ["r1"]), (NOT_ASKED.format(sort="rating", name="loud-a"), ["r1"])]
    )
    assert not Assignment.objects.exists()


def argilla(folder: Path, **values: Any) -> Path:
    """A folder of Argilla with one record and one draft."""
    (folder / ".argilla").mkdir()
    settings = {
        "fields": [
            {"name": name, "settings": {"type": "text"}} for name in ("instruction", "a", "b", "c")
        ],
        "questions": [
            asked("order", "ranking", "a", "b", "c"),
            asked("quality_a", "rating", 1, 2, 3, 4, 5),
            asked("loud_a", "rating", 1, 2, 3),
            asked("safe_b", "label_selection", "yes", "no"),
            asked("better", "text"),
            asked("comment", "text"),
        ],
        "distribution": {"strategy": "overlap", "min_submitted": 1},
    }
    said = {name: {"value": value} for name, value in values.items()}
    record = {
        "external_id": "r1",
        "fields": {"instruction": "Why?", "a": "One.", "b": "Two.", "c": "Three."},
        "responses": [{"user_id": "u1", "status": "draft", "values": said}],
    }
    (folder / ".argilla/settings.json").write_text(json.dumps(settings))
    (folder / "records.json").write_text(json.dumps([record]))
    return folder


def asked(name: str, type: str, *options: object) -> dict[str, object]:
    values = [{"value": each} for each in options]
    return {"id": f"id-{name}", "name": name, "settings": {"type": type, "options": values}}
