"""A campaign goes to another installation and is the same there."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import orjson
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.db.backends.sqlite3.base import DatabaseWrapper
from pytest_django.fixtures import Settings

from annotate.enums import AssignmentState, Facet, Kind, SnapshotKind
from annotate.models import (
    Assignment,
    Campaign,
    Candidate,
    Competence,
    Demonstration,
    Draft,
    Membership,
    Prompt,
    Ranking,
    Rater,
    Task,
)
from annotate.selectors.balance import mismatched_turns, tasks_out_of_balance
from annotate.selectors.ledger import open_lines
from annotate.services.campaign import Work, grant_competence
from annotate.services.candidate import add_candidate
from annotate.services.carrying.leaving import export_campaign
from annotate.services.carrying.tables import TABLES
from annotate.services.freezing import claim_snapshot, freeze_snapshot
from annotate.services.prompt import add_prompt
from annotate.services.ranking import RankingAnswer, submit_ranking
from annotate.services.snapshot import (
    request_snapshot,
    snapshot_folder,
)
from commons.models import AuditEvent, User
from config.settings.database import sqlite_at
from tests.annotate.carrying import (
    emptied,
    exported,
    imported,
    lines_of,
    make_everything,
    tallied,
)
from tests.factories import (
    make_assignment,
    make_campaign,
    make_member,
    make_prompt,
    make_ranking,
    make_task,
    make_user,
    take_and_show,
)
from tests.migrated import Migrated

pytestmark = pytest.mark.django_db

MANIFEST = "manifest.json"
IN_HASTE = {
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=OFF",
}
NAMES = ("ada", "bob", "cleo")
TABLE_NAMES = [each.name for each in TABLES]


def refusal(*command: str) -> str:
    with pytest.raises(CommandError) as refused:
        call_command(*command)
    return str(refused.value)


def files_in(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in folder.iterdir()}


def frozen_rows(campaign: Campaign) -> dict[str, bytes]:
    """The JSONL of the preference dataset of a campaign, as it is frozen now."""
    request_snapshot(kind=SnapshotKind.PREFERENCE, campaigns=[campaign], by=None)
    snapshot = claim_snapshot()
    assert snapshot is not None
    freeze_snapshot(snapshot=snapshot)
    snapshot.refresh_from_db()
    assert not snapshot.error
    folder = snapshot_folder(snapshot)
    return {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*.jsonl*")}


def a_ranked_campaign(person: User | None = None, name: str = "Ranked") -> Campaign:
    campaign = make_campaign(works=[Work(Kind.RANK)], name=name)
    make_ranking(campaign, person or make_member(campaign))
    return campaign


def joined(campaign: Campaign, name: str, email: str) -> User:
    person = make_member(campaign, name=name)
    person.email = email
    person.save()
    return person


def test_it_comes_back_byte_for_byte(tmp_path: Path, settings: Settings):
    settings.ARTIFACTS = tmp_path / "artifacts"
    campaign = make_everything(tmp_path)
    there, counted = exported(campaign, tmp_path / "there"), tallied()
    rows, frozen = {name: len(lines_of(there, name)) for name in TABLE_NAMES}, frozen_rows(campaign)
    emptied()

    report = imported(there)
    campaign = Campaign.objects.get()
    back = exported(campaign, tmp_path / "back")

    assert report["all_kept"]
    assert all(rows.values())  # of every table there is one, so that none is equal by being empty
    assert files_in(back) == files_in(there)
    assert tallied() == counted
    assert frozen_rows(campaign) == frozen
    assert [*tasks_out_of_balance(), *mismatched_turns()] == []


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_it_goes_from_sqlite_to_postgresql_and_back(
    tmp_path: Path, settings: Settings, migrated: Migrated
):
    settings.ARTIFACTS = tmp_path / "artifacts"
    migrated.give(tmp_path / "there.sqlite3")
    with on_sqlite(tmp_path / "there.sqlite3"):
        call_command("migrate", verbosity=0)
        campaign = make_everything(tmp_path)
        there, frozen = exported(campaign, tmp_path / "there"), [frozen_rows(campaign)]

    assert imported(there)["all_kept"]
    campaign = Campaign.objects.get()
    here = exported(campaign, tmp_path / "here")
    frozen.append(frozen_rows(campaign))

    with on_sqlite(tmp_path / "there.sqlite3"):
        emptied()
        assert imported(here)["all_kept"]
        campaign = Campaign.objects.get()
        back = exported(campaign, tmp_path / "back")
        frozen.append(frozen_rows(campaign))
        assert [*tasks_out_of_balance(), *mismatched_turns()] == []
    assert files_in(there) == files_in(here) == files_in(back)
    assert frozen[0] == frozen[1] == frozen[2]


@contextmanager
def on_sqlite(file: Path) -> Iterator[None]:
    """Within the block the product's code, in this thread, works on this file."""
    ours = connections["default"]
    theirs = DatabaseWrapper(
        {**ours.settings_dict, **sqlite_at(f"sqlite:///{file}"), "OPTIONS": IN_HASTE}, "default"
    )
    connections["default"] = theirs
    try:
        yield
    finally:
        connections["default"] = ours
        theirs.close()


def test_work_goes_on_there(tmp_path: Path):
    """A lease ends on the way, and whoever is let in takes its turn; a reserved one stays so."""
    campaign = make_campaign(works=[Work(Kind.RANK, wanted=2)])
    lease = make_assignment(campaign, make_member(campaign, name="ann"))
    Draft.objects.create(assignment=lease, body={"reason": "half a thought"})
    there = exported(campaign, tmp_path / "there")
    emptied()

    imported(there)
    task = Task.objects.get()
    assert (task.free, task.wanted) == (2, 2)
    assert Assignment.objects.get().state == AssignmentState.EXPIRED
    assert not Draft.objects.exists()
    bob = make_member(Campaign.objects.get(), name="bob")
    turn = take_and_show(bob, task.campaign)
    submit_ranking(
        assignment=turn, answer=RankingAnswer(tiers=[[each] for each in turn.order]), by=bob
    )

    assert turn.task == task
    call_command("check_work")


@pytest.mark.django_db(transaction=True)
def test_what_comes_meanwhile_is_not_in_it(tmp_path: Path):
    campaign = make_campaign()
    make_prompt(campaign, text="Before?")

    def heard(name: str, done: int, total: int) -> None:
        if name == "campaign":
            aside = threading.Thread(target=arrives)
            aside.start()
            aside.join()

    def arrives() -> None:
        make_prompt(campaign, text="Meanwhile?")
        connection.close()

    there = tmp_path / "there"
    export_campaign(campaign=campaign, target=there, with_people=False, heard=heard)

    assert Prompt.objects.count() == 2
    assert [len(lines_of(there, name)) for name in ("prompts", "places", "tasks")] == [1, 1, 1]


def test_nobody_can_be_told_from_the_file(tmp_path: Path):
    campaign = make_campaign(works=[Work(Kind.RANK)])
    person = joined(campaign, "augusta.lovelace", "augusta@example.org")
    User.objects.filter(pk=person.pk).update(first_name="Augusta", last_name="Lovelace")
    make_ranking(campaign, person)

    there = exported(campaign, tmp_path / "there")

    said = b"".join(files_in(there).values()).lower()
    assert [word for word in (b"augusta", b"lovelace", b"example.org") if word in said] == []
    assert {"uuid": str(person.uuid)} in lines_of(there, "people")


def test_people_come_as_placeholders(tmp_path: Path):
    """Even where the file has names: only the importing admin lets them in."""
    campaign = make_campaign(works=[Work(Kind.RANK)])
    person = joined(campaign, "ada", "ada@example.org")
    grant_competence(person=person, facet=Facet.CLEARANCE, values=["secret"])
    grant_competence(person=person, facet=Facet.SKILL, values=["medicine"])
    there = exported(campaign, tmp_path / "there", "--with-people")
    emptied()

    imported(there)

    came = User.objects.get(uuid=person.uuid)
    assert came.username == f"person-{str(person.uuid)[:8]}"
    assert (came.email, came.get_full_name(), came.is_active) == ("", "", False)
    assert not came.has_usable_password()
    assert sorted(came.competences.values_list("facet", "value")) == [
        ("language", "en"),
        ("skill", "medicine"),
    ]


def test_people_are_matched_by_email_where_the_admin_says_so(tmp_path: Path):
    """Ada is here, under another name; two here share Bob's address; nobody here is Cleo."""
    campaign = make_campaign(works=[Work(Kind.RANK)], name="Ranked")
    ada, bob, cleo = (joined(campaign, each, f"{each}@example.org") for each in NAMES)
    kept = make_ranking(campaign, ada)
    there = exported(campaign, tmp_path / "there", "--with-people")
    emptied()
    here = joined(a_ranked_campaign(name="Ours"), "countess", "ADA@example.org")
    make_ranking(Campaign.objects.get(name="Ours"), here)
    for name in ("bob", "robert"):
        joined(Campaign.objects.get(name="Ours"), name, "bob@example.org")

    report = imported(there, "--people", "match")

    ranking = Ranking.objects.get(uuid=kept.uuid)
    assert ranking.rater == here.rater
    assert ranking.assignment is not None
    assert ranking.assignment.person == here
    team = Membership.objects.filter(campaign__name="Ranked").values_list("person", flat=True)
    assert here.pk in team
    assert User.objects.get(uuid=bob.uuid).username == f"person-{str(bob.uuid)[:8]}"
    came = User.objects.get(uuid=cleo.uuid)
    assert (came.username, came.email, came.is_active) == ("cleo", "cleo@example.org", False)
    assert report["renamed"] == {"user": 1, "rater": 1}
    assert {"kind": "user", "was": str(ada.uuid), "now": str(here.uuid)} in ids_of(report)


def ids_of(report: dict[str, object]) -> list[dict[str, str]]:
    ids = report["ids"]
    assert isinstance(ids, list)
    return ids


def test_what_people_here_may_do_no_file_changes(tmp_path: Path):
    campaign = make_campaign(works=[Work(Kind.RANK)])
    person = joined(campaign, "ada", "ada@example.org")
    grant_competence(person=person, facet=Facet.SKILL, values=["medicine"])
    there = exported(campaign, tmp_path / "there", "--with-people")
    emptied()
    here = make_user("ada")
    User.objects.filter(pk=here.pk).update(uuid=person.uuid)

    imported(there, "--people", "match")

    assert Competence.objects.filter(person=here).values_list("value", flat=True).get() == "en"
    assert Membership.objects.get(person=here).role == "annotator"


def test_matching_asks_for_a_file_with_people(tmp_path: Path):
    there = exported(a_ranked_campaign(), tmp_path / "there")
    emptied()

    said = refusal("import_campaign", str(there), "--people", "match")

    assert "Export it with --with-people" in said
    assert not User.objects.exists()


def test_prompts_and_answers_that_are_here_stand_as_they_are(tmp_path: Path):
    """The order of the answers is the same one, under the ids that they have here."""
    campaign = a_ranked_campaign()
    kept = Ranking.objects.get()
    texts = [Candidate.objects.get(uuid=name).text for [name] in kept.tiers]
    there = exported(campaign, tmp_path / "there")
    asked = kept.prompt.messages
    emptied()
    ours = make_campaign(name="Ours")
    here, _ = add_prompt(campaign=ours, messages=asked, skill="medicine")
    for text in texts[:2]:
        answer = [{"role": "assistant", "content": text}]
        add_candidate(prompt=here, messages=answer, source="ours")

    report = imported(there, "--ids-to", str(tmp_path / "ids.jsonl"))

    ranking = Ranking.objects.get()
    found = Candidate.objects.in_bulk([each for [each] in ranking.tiers], field_name="uuid")
    assert [found[UUID(name)].text for name in flat(ranking.tiers)] == texts
    assert sorted(flat(ranking.tiers)) == sorted(Task.objects.get(campaign__name="Ranked").offered)
    assert (ranking.prompt, Prompt.objects.get().skill) == (here, "medicine")
    assert [each.source for each in Candidate.objects.order_by("pk")] == [
        *("ours", "ours"),
        *("model-a", "model-a"),
    ]
    assert (report["joined"], report["all_kept"]) == ({"prompts": 1, "candidates": 2}, False)
    assert report["renamed"] == {"prompt": 1, "candidate": 2}
    assert report["unlike"] == {"prompts with other labels here": [str(here.uuid)]}
    ids = [orjson.loads(line) for line in (tmp_path / "ids.jsonl").read_bytes().splitlines()]
    assert [each["kind"] for each in ids] == ["prompt", "candidate", "candidate"]


def flat(tiers: list[list[str]]) -> list[str]:
    return [each for tier in tiers for each in tier]


@pytest.fixture
def apart(tmp_path: Path) -> Path:
    """A campaign whose prompt is here already, on the side that it is not on there."""
    campaign = a_ranked_campaign()
    prompt = Prompt.objects.get()
    there = exported(campaign, tmp_path / "there")
    emptied()
    here, _ = add_prompt(campaign=make_campaign(name="Ours"), messages=prompt.messages)
    Prompt.objects.filter(pk=here.pk).update(side="test" if prompt.side == "train" else "train")
    return there


def test_a_prompt_on_another_side_is_refused(apart: Path):
    said = refusal("import_campaign", str(apart))

    assert "1 prompts stand on another side here than there" in said
    assert "--other-sides quarantine" in said
    assert Campaign.objects.get().name == "Ours"
    assert not Prompt.objects.get().quarantined


def test_or_it_is_quarantined_and_stays_on_its_side(apart: Path):
    side = Prompt.objects.get().side

    report = imported(apart, "--other-sides", "quarantine")

    here = Prompt.objects.get()
    assert (here.side, here.quarantined) == (side, True)
    assert report["unlike"] == {"prompts on another side here": [str(here.uuid)]}
    assert Ranking.objects.get().prompt == here


def test_a_near_duplicate_of_what_is_on_another_side_here_is_quarantined(tmp_path: Path):
    campaign = make_campaign(name="Near")
    first = make_prompt(campaign, text="How many?")
    near, _ = add_prompt(
        campaign=campaign, messages=[{"role": "user", "content": "How many??"}], after=first
    )
    there = exported(campaign, tmp_path / "there")
    emptied()
    here, _ = add_prompt(campaign=make_campaign(name="Ours"), messages=first.messages)
    Prompt.objects.filter(pk=here.pk).update(side="test" if near.side == "train" else "train")

    imported(there, "--other-sides", "quarantine")

    came = Prompt.objects.get(uuid=near.uuid)
    assert (came.cluster, came.side, came.quarantined) == (here, near.side, True)


def test_a_cluster_goes_on_without_the_prompt_of_another_campaign(tmp_path: Path):
    """Its text stays where it is; of those that go, the first one leads."""
    first = make_prompt(make_campaign(name="Other"), text="How many?")
    campaign = make_campaign(name="Near")
    second, third = (
        add_prompt(
            campaign=campaign, messages=[{"role": "user", "content": f"How many{end}"}], after=first
        )[0]
        for end in ("??", "???")
    )
    there = exported(campaign, tmp_path / "there")
    emptied()

    imported(there)

    assert Prompt.objects.get(uuid=second.uuid).cluster is None
    assert Prompt.objects.get(uuid=third.uuid).cluster == Prompt.objects.get(uuid=second.uuid)
    assert Prompt.objects.count() == 2


def test_a_campaign_that_is_here_is_refused(tmp_path: Path):
    campaign = a_ranked_campaign()
    there = exported(campaign, tmp_path / "there")

    assert f"“Ranked” is here already ({campaign.uuid})" in refusal("import_campaign", str(there))


def test_a_name_that_is_taken_is_chosen_anew(tmp_path: Path):
    there = exported(a_ranked_campaign(), tmp_path / "there")
    emptied()
    make_campaign(name="Ranked")

    assert "Choose a name by --name" in refusal("import_campaign", str(there))
    imported(there, "--name", "Ranked elsewhere")

    assert sorted(Campaign.objects.values_list("name", flat=True)) == ["Ranked", "Ranked elsewhere"]


def test_what_breaks_off_leaves_nothing(tmp_path: Path):
    """The last ranking of the file is here already, in another campaign."""
    campaign = a_ranked_campaign()
    kept = Ranking.objects.get()
    there = exported(campaign, tmp_path / "there")
    emptied()
    make_ranking(make_campaign(name="Ours"), make_member(Campaign.objects.get()))
    ours = Ranking.objects.get()
    Ranking.objects.all().delete()
    ours.uuid = kept.uuid
    ours.save(force_insert=True)
    before = [model.objects.count() for model in (User, Prompt, Candidate, Task, Rater)]

    said = refusal("import_campaign", str(there))

    assert said.startswith("The database refuses a row of rankings: ")
    assert Campaign.objects.get().name == "Ours"
    assert [model.objects.count() for model in (User, Prompt, Candidate, Task, Rater)] == before


def test_a_dry_run_says_the_same_and_changes_nothing(tmp_path: Path):
    there = exported(a_ranked_campaign(), tmp_path / "there")
    emptied()

    said = imported(there, "--dry-run")
    assert not Campaign.objects.exists()
    assert not User.objects.exists()
    assert not AuditEvent.objects.exists()

    assert said | {"dry_run": False} == imported(there)


def test_both_sides_write_it_down(tmp_path: Path):
    campaign = a_ranked_campaign()

    there = exported(campaign, tmp_path / "there")
    left = AuditEvent.objects.get(verb="campaign.exported")
    emptied()
    imported(there)
    came = AuditEvent.objects.get(verb="campaign.imported")

    assert left.subject == came.subject == f"campaign:{campaign.uuid}"
    assert left.detail == {"with_people": False, "digest": came.detail["digest"]}


def test_what_was_earned_there_is_not_owed_here_once_more(tmp_path: Path):
    campaign = a_ranked_campaign()
    assert [line.items for line in open_lines(campaign)] == [1]
    there = exported(campaign, tmp_path / "there")
    emptied()
    imported(there)
    here = Campaign.objects.get()

    assert Ranking.objects.filter(origin="work").exists()
    assert open_lines(here) == []
    make_ranking(here, make_member(here, name="new"))
    assert [(line.person.username, line.items) for line in open_lines(here)] == [("new", 1)]


def test_the_report_names_what_does_not_travel(tmp_path: Path, capsys):
    make_everything(tmp_path)

    call_command("export_campaign", "Everything", "--out", str(tmp_path / "there"))

    said = [line for line in capsys.readouterr().out.splitlines() if "not carried" in line]
    assert said == [
        "not carried: 2 leases",
        "not carried: 1 drafts",
        "not carried: 1 claims of reviews",
    ]


def test_what_was_written_while_it_was_at_work_is_kept(tmp_path: Path):
    """Revisions, who is current, effort and what time it was."""
    campaign = make_everything(tmp_path)
    columns = ("uuid", "root", "revision", "current", "effort", "created_at")
    before = list(Demonstration.objects.order_by("uuid").values_list(*columns))
    there = exported(campaign, tmp_path / "there.laurel.zip")
    emptied()

    imported(there)

    assert list(Demonstration.objects.order_by("uuid").values_list(*columns)) == before
    assert there.stat().st_mode & 0o777 == 0o600


def test_a_file_of_newer_code_is_refused_by_name(tmp_path: Path):
    there = exported(a_ranked_campaign(), tmp_path / "there")
    emptied()
    manifest = orjson.loads((there / MANIFEST).read_bytes())
    manifest["tables"][-1]["columns"].append("mood")
    (there / MANIFEST).write_bytes(orjson.dumps(manifest))

    said = refusal("import_campaign", str(there))

    assert "nobody here knows mood of wanted_shares" in said


def test_a_name_that_is_no_campaign_is_refused(tmp_path: Path):
    make_task(make_campaign(name="Medicine"))

    said = refusal("export_campaign", "Medicin", "--out", str(tmp_path / "there"))

    assert said == "There is no campaign “Medicin”. Known: Medicine."
