"""The tables of commons and annotate in Django's admin: history is read, settings are changed."""

from collections.abc import Callable
from datetime import date

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from annotate.admin.person import EVER
from annotate.enums import (
    AssignmentState,
    CampaignState,
    Hold,
    Kind,
    LanePurpose,
    MachineWay,
    PauseCause,
    Role,
    Taken,
)
from annotate.models import (
    ActNote,
    AgreementSlice,
    Attempt,
    BandWalk,
    Bridge,
    Campaign,
    CampaignWork,
    Correction,
    Digest,
    Erasure,
    GoldResult,
    Instructions,
    Invitation,
    ItemQuestion,
    LedgerLine,
    Membership,
    Pause,
    Picture,
    Precedent,
    Prompt,
    PromptBand,
    QualityReport,
    Ranking,
    Rate,
    Rater,
    RaterPair,
    RaterPart,
    RaterQuality,
    ReviewDraft,
    SmallSlice,
    Snapshot,
    SnapshotMember,
    SnapshotPart,
    SnapshotWeight,
    Statement,
    StatementTeam,
    StoppedTask,
    Task,
    Tombstone,
    Upload,
    Void,
    VoidRun,
    WantedShare,
)
from annotate.selectors.review import versions_of
from annotate.services.access import note_access
from annotate.services.announcement import announce
from annotate.services.campaign import acknowledge_instructions, publish_instructions
from annotate.services.cap import set_caps
from annotate.services.care import agree_to_harm, set_care, uncover_always
from annotate.services.demonstration import DemonstrationAnswer, submit_demonstration
from annotate.services.digest import refuse_digest
from annotate.services.draft import save_draft
from annotate.services.erased_account import erase_account
from annotate.services.machine import MachineSaid, add_machine, keep_verdict
from annotate.services.pause import pause_member
from annotate.services.qualification import make_test
from annotate.services.review import decide_review
from annotate.services.rollup import roll_up
from annotate.services.voiding import void_work
from annotate.services.words import keep_words
from commons.audit import record
from commons.models import (
    AuditEvent,
    DeliveryTry,
    NoticeKind,
    Scope,
    User,
    WorkerHeartbeat,
)
from commons.notices.channels import choose_mail, send_test
from commons.presence import say_absence, say_availability
from commons.tokens import Lifetime, make_token
from tests.annotate.golden import checking_campaign, gold_of
from tests.annotate.leading import make_batch, make_report
from tests.annotate.reviewing import make_review, make_reviewed_campaign, rejecting
from tests.annotate.teaming import a_part
from tests.conversations import said, talking_campaign
from tests.factories import (
    make_assignment,
    make_campaign,
    make_member,
    make_ranking,
    make_task,
    make_user,
)

OURS = [
    model
    for app in ("commons", "annotate")
    for model in apps.get_app_config(app).get_models()
    if model is not PromptBand  # an index: it has nothing to read, and no key that admin can show
]
CHANGED_HERE = {"user", "campaign", "campaignwork", "membership", "competence", "prompt"}
ADDED_HERE = {"user", "campaign", "campaignwork", "membership", "competence", "instructions"}


def name_of(model: type[Model]) -> str:
    return str(model._meta.model_name)


def address(model: type[Model], page: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{name_of(model)}_{page}", args=args)


@pytest.fixture
def client(db: None) -> Client:
    client = Client()
    client.force_login(make_user("admin", admin=True))
    return client


@pytest.fixture
def one_of_each(db: None) -> dict[type[Model], Model]:
    """At least one row in every table, made as the product makes them."""
    campaign = make_campaign(name="Medicine")
    member = make_member(campaign, Role.ANNOTATOR, name="member")
    guideline = publish_instructions(campaign=campaign, guideline="Be *kind*.", by=None)
    acknowledge_instructions(instructions=guideline, by=member)
    ranking = make_ranking(campaign, member)
    writing = make_assignment(campaign, member, kind=Kind.DEMONSTRATE)
    answer = DemonstrationAnswer(text="Whole.")
    submit_demonstration(assignment=writing, answer=answer, by=member, key=ranking.uuid)
    make_batch(campaign, ranking.prompt)
    keep_words()
    make_token(by=member, name="script", scopes=[Scope.READ], lifetime=Lifetime.WEEK)
    reviewed = make_review(make_reviewed_campaign())
    lead = make_member(reviewed.campaign, Role.LEAD)
    verdict = rejecting(reviewed, versions_of(reviewed.task)[0].uuid)
    decide_review(review=reviewed, verdict=verdict, by=lead)
    ReviewDraft.objects.create(review=reviewed, reviewer=lead)  # as if of another's page
    asked = ItemQuestion.objects.create(
        assignment=writing, campaign=campaign, text="Which unit?", key=ranking.uuid
    )
    Precedent.objects.create(campaign=campaign, question=asked, asked="Which?", answer="Grams.")
    begun = make_assignment(campaign, member)
    save_draft(assignment=begun, body={"text": "Half"}, version=0, by=member)
    Upload.objects.create(campaign=campaign, made_by=member, name="a.jsonl", size=1)
    Invitation.objects.create(campaign=campaign, made_by=member, expires_at=timezone.now())
    snapshot = Snapshot.objects.create(kind="ranked")
    SnapshotMember.objects.create(snapshot=snapshot, position=0, side="train", ranking=ranking)
    SnapshotPart.objects.create(snapshot=snapshot, side="train", number=0, first=0, last=0)
    SnapshotWeight.objects.create(snapshot=snapshot, rater=ranking.rater, weight=0.5)
    now = timezone.now()
    WorkerHeartbeat.objects.create(
        name="train@here", queues="train", host="here", pid=1, started_at=now, seen_at=now
    )
    talking = talking_campaign()
    said(talking, make_member(talking))
    Picture.objects.create(sha256="a" * 64, type="image/png", width=8, height=6, size=1)
    Bridge.objects.create(prompt=ranking.prompt, first=reviewed.task.prompt)
    BandWalk.objects.create(version=1)
    erasure = Erasure.objects.create(kind="prompt", prompt=ranking.prompt)
    Tombstone.objects.create(judgement=ranking.uuid, erasure=erasure)
    checking = checking_campaign()
    qualification = make_test(campaign=checking, skill="law", by=lead)
    gold = gold_of(checking, purpose=LanePurpose.TEST, qualification=qualification)
    attempt = Attempt.objects.create(
        qualification=qualification, person=member, number=1, questions=3, pass_mark=0.8
    )
    GoldResult.objects.create(
        gold=gold, assignment=begun, person=member, attempt=attempt, agreed=1, compared=2
    )
    theirs = Membership.objects.get(campaign=campaign, person=member)
    pause_member(membership=theirs, cause=PauseCause.LEAD, reason="So.", by=lead)
    judged_by_machine(campaign, lead)
    measured_once(ranking, lead)  # before it counts for nothing
    voided = void_work(campaign=campaign, person=member, since=EVER, reason="So.", by=lead)
    VoidRun.objects.create(void=voided, total=1)
    settled_once(campaign, member, lead)
    announce(campaign=campaign, text="So.", by=lead, uuid=ranking.uuid)
    note_access(by=lead, taken=Taken.ITEM, subject="prompt:1", campaigns=[campaign])
    set_caps(campaign=campaign, per_day=100, percent=None, by=lead)
    set_care(campaign=campaign, skills=["sensitive"], words="So.", by=lead)
    agree_to_harm(campaign=campaign, version=1, by=member)
    uncover_always(by=member, uncovered=True)
    say_availability(by=member, hours=20, times="Mornings.")
    say_absence(by=member, since=now.date(), until=now.date(), uuid=ranking.uuid)
    mail = choose_mail(kinds=[NoticeKind.SNAPSHOT_FROZEN], by=lead)
    DeliveryTry.objects.create(delivery=send_test(channel=mail, by=lead), went_well=True)
    event = record(actor=None, verb="task.released", subject=campaign)
    ActNote.objects.create(event=event, text="So.")
    return {model: model._default_manager.all()[0] for model in OURS}


def settled_once(campaign: Campaign, member: User, lead: User) -> None:
    """As it is after a week that this one is not over."""
    Rate.objects.create(campaign=campaign, holds_from=date(2026, 1, 5), currency="EUR")
    owed = {"person": member, "currency": "EUR", "amount": 5}
    week = {"since": None, "until": date(2026, 1, 12)}
    statement = Statement.objects.create(campaign=campaign, number=1, closed_by=lead, **week)
    LedgerLine.objects.create(
        statement=statement,
        week=date(2026, 1, 5),
        per_item=1,
        per_hour=0,
        items=5,
        tenths=0,
        **owed,
    )
    Correction.objects.create(campaign=campaign, reason="So.", by=lead, **owed)
    part = a_part(campaign, lead=lead)
    StatementTeam.objects.create(statement=statement, person=member, team=part.team)


def judged_by_machine(campaign: Campaign, lead: User) -> None:
    judge = add_machine(campaign=campaign, name="Judge", way=MachineWay.PROGRAM, share=1.0, by=lead)
    task = make_task(campaign)
    said = MachineSaid(orders=[[task.offered]])
    keep_verdict(judge=judge, task=task, said=said)


def measured_once(ranking: Ranking, lead: User) -> None:
    """What a worker measures, and what it is told beside."""
    roll_up(campaign=ranking.campaign)
    report = QualityReport.objects.create(campaign=ranking.campaign)
    figure = {"value": 0.7, "low": 0.6, "high": 0.8, "prompts": 20}
    AgreementSlice.objects.create(
        report=report, measure="agreement", facet="overall", chance=0.5, **figure
    )
    RaterQuality.objects.create(report=report, rater=ranking.rater)
    other = Rater.objects.create(kind="machine", name="judge")
    RaterPair.objects.create(report=report, one=ranking.rater, other=other, **figure)
    RaterPart.objects.create(
        report=report, rater=ranking.rater, facet="skill", skill="law", **figure
    )
    SmallSlice.objects.create(report=report, facet="skill", skill="law", prompts=3)
    WantedShare.objects.create(campaign=ranking.campaign, facet="skill", value="law", share=0.5)
    task = Task.objects.all()[0]
    StoppedTask.objects.create(task=task, sure=0.95, votes=2, saved=1)
    Digest.objects.create(person=lead, week=timezone.now().date())
    refuse_digest(person=lead)


def test_every_table_is_registered():
    assert [model for model in OURS if not admin.site.is_registered(model)] == []


@pytest.mark.usefixtures("one_of_each")
def test_every_list_answers(client: Client):
    statuses = {model: client.get(address(model, "changelist")).status_code for model in OURS}

    assert statuses == dict.fromkeys(OURS, 200)


@pytest.mark.usefixtures("one_of_each")
def test_every_list_can_be_searched(client: Client):
    asked = {"q": "medicine"}
    statuses = {
        model: client.get(address(model, "changelist"), asked).status_code for model in OURS
    }

    assert statuses == dict.fromkeys(OURS, 200)
    assert all(admin.site.get_model_admin(model).search_fields for model in OURS)


def test_every_row_has_a_page(client: Client, one_of_each: dict[type[Model], Model]):
    pages = {model: address(model, "change", row.pk) for model, row in one_of_each.items()}

    statuses = {model: client.get(page).status_code for model, page in pages.items()}

    assert statuses == dict.fromkeys(OURS, 200)


def test_settings_are_added_and_what_people_did_is_not(client: Client):
    statuses = {name_of(model): client.get(address(model, "add")).status_code for model in OURS}

    assert statuses == {
        name_of(model): 200 if name_of(model) in ADDED_HERE else 403 for model in OURS
    }


def test_history_is_not_added_changed_or_deleted(
    client: Client, one_of_each: dict[type[Model], Model]
):
    history = [model for model in OURS if name_of(model) not in CHANGED_HERE | ADDED_HERE]
    for model in history:
        pk = one_of_each[model].pk
        pages = [address(model, "add"), address(model, "change", pk), address(model, "delete", pk)]

        statuses = [client.post(page, {"post": "yes"}).status_code for page in pages]

        assert (model, statuses) == (model, [403, 403, 403])
        assert model._default_manager.filter(pk=pk).exists()


def test_a_guideline_that_people_worked_under_is_not_changed(
    client: Client, one_of_each: dict[type[Model], Model]
):
    pk = one_of_each[Instructions].pk

    change = client.post(address(Instructions, "change", pk), {"guideline": "Be rude."})
    delete = client.post(address(Instructions, "delete", pk), {"post": "yes"})

    assert (change.status_code, delete.status_code) == (403, 403)
    assert Instructions.objects.get(pk=pk).guideline == "Be *kind*."


@pytest.mark.parametrize("model", [User, Campaign, Prompt], ids=name_of)
def test_what_others_rely_on_is_not_deleted(
    client: Client, one_of_each: dict[type[Model], Model], model: type[Model]
):
    answer = client.post(address(model, "delete", one_of_each[model].pk), {"post": "yes"})

    assert answer.status_code == 403


def test_only_staff_enter(one_of_each: dict[type[Model], Model]):
    lead = Client()
    lead.force_login(make_user("lead"))

    assert lead.get(address(Ranking, "changelist")).status_code == 302


def test_no_page_has_an_inline_handler_or_style(
    client: Client, one_of_each: dict[type[Model], Model]
):
    asks = {"action": "pause_campaigns", "_selected_action": [one_of_each[Campaign].pk]}

    html = client.post(address(Campaign, "changelist"), asks).content.decode()

    assert "onclick" not in html
    assert "style=" not in html


def test_an_admin_adds_a_campaign_and_leads_it(client: Client):
    empty = {"works-TOTAL_FORMS": "0", "works-INITIAL_FORMS": "0"}

    answer = client.post(address(Campaign, "add"), {"name": "Law", "summary": "", **empty})

    campaign = Campaign.objects.get(name="Law")
    assert answer.status_code == 302
    assert [(m.person.username, m.role) for m in campaign.memberships.all()] == [("admin", "lead")]
    assert AuditEvent.objects.get(verb="campaign.created").subject == f"campaign:{campaign.uuid}"


def test_an_admin_adds_a_campaign_with_its_work(client: Client):
    work = {
        "works-TOTAL_FORMS": "1",
        "works-INITIAL_FORMS": "0",
        "works-0-kind": "rank",
        "works-0-wanted": "2",
        "works-0-answers": "4",
        "works-0-lease_minutes": "60",
        "works-0-edit_minutes": "10",
        "works-0-second_opinion_share": "0.1",
        "works-0-third_below": "0.5",
        "works-0-held_out_share": "0",
    }

    client.post(address(Campaign, "add"), {"name": "Law", "summary": "", **work})

    found = Campaign.objects.get(name="Law").works.get()
    assert (found.kind, found.wanted) == (Kind.RANK, 2)
    assert (found.edit_minutes, found.second_opinion_share, found.third_below) == (10, 0.1, 0.5)


def test_a_new_guideline_gets_the_next_version(client: Client):
    campaign = make_campaign()
    publish_instructions(campaign=campaign, guideline="Old.", by=None)

    answer = client.post(
        address(Instructions, "add"), {"campaign": campaign.pk, "guideline": "New."}
    )

    assert answer.status_code == 302
    versions = campaign.instructions.order_by("version").values_list("version", "guideline")
    assert list(versions) == [(1, "Old."), (2, "New.")]


Ask = Callable[..., str]


@pytest.fixture
def act(client: Client) -> Ask:
    """Ask for a bulk action on one row, with or without saying yes."""

    def ask(row: Model, action: str, *, confirmed: bool) -> str:
        data = {"action": action, "_selected_action": [row.pk]}
        page = address(type(row), "changelist")
        answer = client.post(page, data | ({"confirmed": "yes"} if confirmed else {}))
        return answer.content.decode()

    return ask


def test_campaigns_are_paused_and_started_once_confirmed(act: Ask):
    campaign = make_campaign(name="Law")

    asked = act(campaign, "pause_campaigns", confirmed=False)
    campaign.refresh_from_db()
    assert "Set these campaigns to “Paused”?" in asked
    assert campaign.state == CampaignState.RUNNING

    act(campaign, "pause_campaigns", confirmed=True)
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.PAUSED

    act(campaign, "start_campaigns", confirmed=True)
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.RUNNING
    assert AuditEvent.objects.filter(verb="campaign.paused", actor__username="admin").count() == 1


@pytest.mark.parametrize("action", ["start_campaigns", "pause_campaigns", "close_campaigns"])
def test_moving_campaigns_first_says_what_each_touches(act: Ask, action: str):
    """Law has one prompt with a turn out and another task open; Medicine two rankings done."""
    law, medicine = make_campaign(name="Law"), make_campaign(name="Medicine")
    make_assignment(law, make_member(law))
    for _ in range(2):
        make_ranking(medicine, make_member(medicine))

    asked = " ".join(act(law, action, confirmed=False).split())
    other = " ".join(act(medicine, action, confirmed=False).split())

    assert "<li>Law<dl" in asked
    assert "<dt>Live leases, of 1 person</dt><dd>1</dd>" in asked
    assert "<dt>Open tasks</dt><dd>1</dd>" in asked
    assert "<dt>Judgements, all kept</dt><dd>0</dd>" in asked
    assert "<dt>Judgements, all kept</dt><dd>2</dd>" in other
    assert ("what was judged is kept" in asked) == (action == "close_campaigns")


def test_weight_and_state_are_decided_on_the_page_of_the_campaign(client: Client):
    campaign = make_campaign(name="Law")
    page = address(Campaign, "change", campaign.pk)
    forms = {"works-TOTAL_FORMS": "0", "works-INITIAL_FORMS": "0"}
    forms |= {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}

    html = client.get(page).content.decode()
    saved = client.post(
        page, {"name": "Laws", "summary": "", "weight": "9", "state": "closed", **forms}
    )

    campaign.refresh_from_db()
    assert saved.status_code == 302
    assert (campaign.name, campaign.weight, campaign.state) == ("Laws", 1, CampaignState.RUNNING)
    assert f'href="{reverse("annotate:campaign", args=[campaign.uuid])}"' in html


def test_a_closed_campaign_stays_closed(act: Ask):
    campaign = make_campaign()
    Campaign.objects.filter(pk=campaign.pk).update(state=CampaignState.CLOSED)

    act(campaign, "start_campaigns", confirmed=True)

    campaign.refresh_from_db()
    assert campaign.state == CampaignState.CLOSED


def test_campaigns_are_closed_once_confirmed(act: Ask):
    campaign = make_campaign()

    act(campaign, "close_campaigns", confirmed=False)
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.RUNNING

    act(campaign, "close_campaigns", confirmed=True)
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.CLOSED


@pytest.mark.parametrize(
    ("action", "held", "verb"),
    [
        ("release_hold", "", "task.released"),
        ("withdraw_reported", "withdrawn", "task.withdrawn"),
    ],
)
def test_a_reported_task_is_decided_over_once_confirmed(
    act: Ask, action: str, held: str, verb: str
):
    campaign = make_campaign()
    task = make_report(campaign, make_member(campaign))

    act(task, action, confirmed=False)
    task.refresh_from_db()
    assert task.held == Hold.UNCLEAR

    act(task, action, confirmed=True)
    task.refresh_from_db()
    event = AuditEvent.objects.get(verb=verb)
    assert task.held == held
    assert (event.subject, event.detail["was_held_for"]) == (f"task:{task.uuid}", "unclear")


def test_a_withdrawn_task_is_not_released_by_the_way(act: Ask):
    task = make_task(make_campaign())
    Task.objects.filter(pk=task.pk).update(held=Hold.WITHDRAWN)

    act(task, "release_hold", confirmed=True)

    task.refresh_from_db()
    assert task.held == Hold.WITHDRAWN


def test_a_turn_is_taken_back_once_confirmed(act: Ask):
    campaign = make_campaign()
    turn = make_assignment(campaign, make_member(campaign))

    act(turn, "take_back", confirmed=False)
    turn.refresh_from_db()
    assert turn.state == AssignmentState.OPEN

    act(turn, "take_back", confirmed=True)
    turn.refresh_from_db()
    assert turn.state == AssignmentState.EXPIRED
    assert AuditEvent.objects.get(verb="turn.taken-back").actor == User.objects.get(
        username="admin"
    )


def test_staff_who_may_not_decide_are_told_so(db: None):
    campaign = make_campaign()
    task = make_report(campaign, make_member(campaign))
    clerk = make_user("clerk", admin=True)
    User.objects.filter(pk=clerk.pk).update(is_superuser=False)
    clerk.user_permissions.set(Permission.objects.filter(content_type__app_label="annotate"))
    client = Client()
    client.force_login(clerk)
    asked = {"action": "release_hold", "_selected_action": [task.pk], "confirmed": "yes"}

    page = client.post(address(Task, "changelist"), asked, follow=True).content.decode()

    task.refresh_from_db()
    assert "Somebody else decides over such reports" in page
    assert task.held == Hold.UNCLEAR


def test_a_prompt_is_put_in_quarantine_and_nothing_else_of_it_changes(client: Client):
    prompt = make_task(make_campaign()).prompt
    page = address(Prompt, "change", prompt.pk)

    client.post(page, {"quarantined": "on", "side": "test", "messages": "[]"})

    before = (prompt.side, prompt.messages)
    prompt.refresh_from_db()
    assert prompt.quarantined
    assert (prompt.side, prompt.messages) == before


def test_people_are_paused_and_pauses_lifted_among_many(act: Ask):
    campaign = make_campaign()
    membership = Membership.objects.get(campaign=campaign, person=make_member(campaign))

    asked = act(membership, "pause", confirmed=False)
    assert "Pause these people?" in asked
    assert not Pause.objects.exists()
    act(membership, "pause", confirmed=True)
    pause = Pause.objects.get(membership=membership)
    act(pause, "lift", confirmed=True)

    pause.refresh_from_db()
    membership.refresh_from_db()
    assert (pause.decision, membership.paused) == ("lifted", False)


def test_work_is_voided_and_counts_again_among_many(act: Ask):
    campaign = make_campaign()
    person = make_member(campaign)
    make_ranking(campaign, person)

    act(Membership.objects.get(person=person), "void_last_week", confirmed=True)
    void = Void.objects.get(person=person)
    act(void, "undo", confirmed=True)

    void.refresh_from_db()
    assert void.undone_at is not None
    assert not void.rows.filter(stands=True).exists()


def test_whose_account_is_switched_off_holds_nothing(client: Client):
    campaign = make_campaign()
    turn = make_assignment(campaign, make_member(campaign))
    inlines = {
        f"{name}-{which}_FORMS": "0"
        for name in ("competences", "memberships")
        for which in ("TOTAL", "INITIAL")
    }
    said = {"username": turn.person.username, "time_zone": turn.person.time_zone, **inlines}
    said |= {"date_joined_0": "2026-01-01", "date_joined_1": "00:00:00"}

    answer = client.post(address(User, "change", turn.person.pk), said)

    turn.refresh_from_db()
    assert (answer.status_code, turn.state) == (302, AssignmentState.EXPIRED)


def change_of(membership: Membership, **changed: object) -> dict[str, object]:
    """What the form of a membership sends; what is not ticked is left out, as a browser does."""
    standing = {"role": membership.role, "pool": membership.pool, "active": "on"} | changed
    return {name: value for name, value in standing.items() if value}


def inline_of(name: str, *rows: dict[str, object]) -> dict[str, object]:
    """The rows of an inline as a browser sends them, all of them there before."""
    sent: dict[str, object] = {f"{name}-TOTAL_FORMS": len(rows), f"{name}-INITIAL_FORMS": len(rows)}
    for number, row in enumerate(rows):
        sent |= {f"{name}-{number}-{field}": value for field, value in row.items()}
    return sent


def test_whoever_is_taken_out_here_holds_nothing_and_it_is_recorded(client: Client):
    campaign = make_campaign()
    make_member(campaign, Role.LEAD)
    turn = make_assignment(campaign, make_member(campaign))
    membership = Membership.objects.get(campaign=campaign, person=turn.person)

    answer = client.post(
        address(Membership, "change", membership.pk), change_of(membership, active="")
    )

    turn.refresh_from_db()
    membership.refresh_from_db()
    event = AuditEvent.objects.filter(verb="campaign.member").latest("at")
    assert (answer.status_code, membership.active) == (302, False)
    assert turn.state == AssignmentState.EXPIRED
    assert event.actor == User.objects.get(username="admin")
    assert event.detail["active"] is False


@pytest.mark.parametrize("model", [Campaign, User], ids=name_of)
def test_so_it_is_among_the_rows_of_a_campaign_and_of_a_person(client: Client, model: type[Model]):
    campaign = make_campaign()
    turn = make_assignment(campaign, make_member(campaign))
    membership = Membership.objects.get(campaign=campaign, person=turn.person)
    row = change_of(membership, active="") | {"id": membership.pk}
    row |= {"person": turn.person.pk, "campaign": campaign.pk}
    about: dict[str, object] = {"name": campaign.name} | inline_of("works")
    if model is User:
        about = {"username": turn.person.username, "time_zone": "UTC", "is_active": "on"}
        about |= {"date_joined_0": "2026-01-01", "date_joined_1": "00:00:00"}
        about |= inline_of("competences")
    pk = campaign.pk if model is Campaign else turn.person.pk

    sent = about | inline_of("memberships", row)
    answer = client.post(address(model, "change", pk), sent)

    turn.refresh_from_db()
    membership.refresh_from_db()
    assert answer.status_code == 302, answer.context["errors"]
    assert (membership.active, turn.state) == (False, AssignmentState.EXPIRED)


@pytest.mark.parametrize("changed", [{"active": ""}, {"role": "annotator"}], ids=str)
def test_a_campaign_keeps_its_last_lead(client: Client, changed: dict[str, object]):
    campaign = make_campaign()
    Membership.objects.filter(campaign=campaign).delete()
    membership = Membership.objects.get(person=make_member(campaign, Role.LEAD))

    answer = client.post(
        address(Membership, "change", membership.pk), change_of(membership, **changed)
    )

    membership.refresh_from_db()
    assert answer.status_code == 200
    assert "is the only lead" in answer.text
    assert (membership.role, membership.active) == (Role.LEAD, True)


def leads_of(campaign: Campaign, *names: str) -> list[Membership]:
    """The first leads the campaign, and nobody else does."""
    Membership.objects.filter(campaign=campaign).delete()
    people = [make_member(campaign, name=name) for name in names]
    Membership.objects.filter(person=people[0]).update(role=Role.LEAD)
    return [Membership.objects.get(person=person) for person in people]


def post_members(client: Client, campaign: Campaign, *rows: dict[str, object]) -> tuple[int, str]:
    """How the form of a campaign is answered that sends these rows."""
    about = {"name": campaign.name} | inline_of("works") | inline_of("memberships", *rows)
    answer = client.post(address(Campaign, "change", campaign.pk), about)
    return answer.status_code, answer.text


def row_of(membership: Membership, **changed: object) -> dict[str, object]:
    whose = {"campaign": membership.campaign_id, "person": membership.person_id}
    return {"id": membership.pk} | whose | change_of(membership, **changed)


def roles_of(campaign: Campaign) -> dict[str, tuple[str, bool]]:
    rows = campaign.memberships.values_list("person__username", "role", "active")
    return {name: (role, active) for name, role, active in rows}


def test_leads_who_go_together_leave_the_last_of_them(client: Client):
    campaign = make_campaign()
    both = leads_of(campaign, "ada", "bob")
    Membership.objects.filter(pk=both[1].pk).update(role=Role.LEAD)
    both[1].refresh_from_db()

    sent = [row_of(each, role="annotator") for each in both]
    status, text = post_members(client, campaign, *sent)

    assert status == 200
    assert "is the only lead" in text
    assert roles_of(campaign) == {"ada": (Role.LEAD, True), "bob": (Role.LEAD, True)}


def test_one_lead_follows_another_in_one_form(client: Client):
    campaign = make_campaign()
    ada, bob = leads_of(campaign, "ada", "bob")

    status, _text = post_members(client, campaign, row_of(ada, active=""), row_of(bob, role="lead"))

    assert status == 302
    assert roles_of(campaign) == {"ada": (Role.LEAD, False), "bob": (Role.LEAD, True)}


def test_what_a_service_refuses_while_a_form_is_kept_is_said(
    client: Client, monkeypatch: pytest.MonkeyPatch
):
    """As if the other lead had gone once the form was found in order."""
    campaign = make_campaign()
    ada, bob = leads_of(campaign, "ada", "bob")
    Membership.objects.filter(pk=bob.pk).update(role=Role.LEAD)
    monkeypatch.setattr(
        "annotate.services.member.other_leads", lambda membership: Membership.objects.none()
    )

    page = address(Membership, "change", ada.pk)
    answer = client.post(page, change_of(ada, role="annotator"), follow=True)

    assert answer.redirect_chain == [(page, 302)]
    assert "is the only lead" in answer.text
    assert roles_of(campaign)["ada"] == (Role.LEAD, True)


def test_nobody_is_added_as_somebody_who_was_taken_out(client: Client):
    campaign = make_campaign()
    Membership.objects.filter(campaign=campaign).delete()
    new = {"campaign": campaign.pk, "person": make_user("ada").pk, "role": "lead", "pool": "open"}

    answer = client.post(address(Membership, "add"), new)

    assert answer.status_code == 200
    assert "take them out once they are there" in answer.text
    assert roles_of(campaign) == {}


def test_a_campaign_of_many_is_saved_and_its_members_are_elsewhere(
    client: Client, monkeypatch: pytest.MonkeyPatch
):
    """Django takes 1,000 fields in a form, of which a member has six."""
    monkeypatch.setattr("annotate.admin.campaign.MEMBERS_IN_A_FORM", 2)
    campaign = make_campaign()
    team = leads_of(campaign, "ada", "bob")
    page = address(Campaign, "change", campaign.pk)
    few = client.get(page).text

    make_member(campaign, name="cy")
    many = client.get(page).text
    saved = client.post(page, {"name": "Other"} | inline_of("works"))
    joined_since, _text = post_members(client, campaign, row_of(team[1], role="reviewer"))

    listed = f"{address(Membership, 'changelist')}?campaign__id__exact={campaign.pk}"
    assert "memberships-0-id" in few
    assert "memberships-0-id" not in many
    assert f'<a href="{listed}">3 members</a>' in many
    assert client.get(listed).context["cl"].result_count == 3
    assert (saved.status_code, joined_since) == (302, 302)
    assert roles_of(campaign)["bob"] == (Role.REVIEWER, True)


def test_a_member_more_costs_the_page_of_a_campaign_one_query(client: Client):
    """The list to choose from asks for the name that it shows."""
    campaign = make_campaign()
    make_member(campaign, name="ada")
    page = address(Campaign, "change", campaign.pk)
    with CaptureQueriesContext(connection) as few:
        client.get(page)

    for name in ("bob", "cy"):
        make_member(campaign, name=name)

    with CaptureQueriesContext(connection) as more:
        client.get(page)
    assert len(more) - len(few) == 2


def test_a_confirmed_action_that_came_too_late_says_so(act: Ask, client: Client):
    membership = Membership.objects.get(person=make_member(make_campaign()))
    act(membership, "pause", confirmed=True)
    pause = Pause.objects.get()
    act(pause, "lift", confirmed=True)

    sent = {"action": "lift", "_selected_action": [pause.pk], "confirmed": "yes"}
    answer = client.post(address(Pause, "changelist"), sent, follow=True)

    assert "None of the chosen rows is left" in answer.text


def test_who_was_in_a_campaign_is_taken_out_and_never_deleted(
    client: Client, one_of_each: dict[type[Model], Model]
):
    """What was decided over a person's pauses would go with their membership."""
    pause = Pause.objects.get()

    alone = client.post(address(Membership, "delete", pause.membership_id), {"post": "yes"})
    many = {"action": "delete_selected", "_selected_action": [pause.membership_id], "post": "yes"}
    client.post(address(Membership, "changelist"), many)

    assert alone.status_code == 403
    assert Pause.objects.filter(pk=pause.pk).exists()
    for one, pk in ((Campaign, pause.membership.campaign_id), (User, pause.membership.person_id)):
        page = client.get(address(one, "change", pk)).text
        assert 'name="memberships-0-id"' in page
        assert "memberships-0-DELETE" not in page


def test_a_kind_of_work_stays_what_it_is_and_is_never_deleted(client: Client):
    """Items that are out ask for its terms."""
    work = make_task(make_campaign()).campaign.works.get(kind=Kind.RANK)
    page = address(CampaignWork, "change", work.pk)
    sent = {"wanted": 2, "answers": 4, "lease_minutes": 60, "edit_minutes": 10}
    sent |= {"second_opinion_share": 0, "held_out_share": 0, "reviewed_share": 0, "turns": 1}

    deleted = client.post(address(CampaignWork, "delete", work.pk), {"post": "yes"})
    saved = client.post(page, sent | {"kind": Kind.DEMONSTRATE, "campaign": ""})

    work.refresh_from_db()
    assert (deleted.status_code, saved.status_code) == (403, 302)
    assert (work.kind, work.wanted) == (Kind.RANK, 2)


def test_whoever_is_erased_is_named_in_no_entry_of_the_log(client: Client):
    """Not in what an entry calls its row, nor in what it says of the rows within."""
    campaign = make_campaign()
    person = make_member(campaign, name="Zoë Quill")
    other = make_member(campaign, name="zoe")
    rows = [
        {"id": membership.pk, "campaign": campaign.pk, "person": membership.person.pk}
        | change_of(membership, role=Role.REVIEWER)
        for membership in Membership.objects.filter(person__in=[person, other]).order_by("pk")
    ]
    about = {"name": campaign.name} | inline_of("works") | inline_of("memberships", *rows)
    client.post(address(Campaign, "change", campaign.pk), about)
    client.post(address(Membership, "change", rows[0]["id"]), {"role": "lead", "pool": "open"})
    before = whole_log()

    erase_account(person)

    after = whole_log()
    assert before.count("Zoë Quill") == 2
    assert "Zoë Quill" not in after
    assert (after.count("erased-"), after.count("zoe, reviewer")) == (2, 1)


def test_whoever_is_erased_is_not_named_as_they_were_called_once(client: Client):
    campaign = make_campaign()
    person = make_member(campaign, name="maiden")
    other = make_member(campaign, name="maid")
    rows = [Membership.objects.get(person=each) for each in (person, other)]
    client.post(address(Membership, "change", rows[0].pk), change_of(rows[0], role="reviewer"))
    post_members(
        client, campaign, *(row_of(each, role="reviewer", pool="held-out") for each in rows)
    )
    person.username = "married"
    person.save()
    before = whole_log()

    erase_account(person)

    after = whole_log()
    assert "maiden, reviewer" in before
    assert "maiden" not in after
    assert "maid, reviewer" in after


def whole_log() -> str:
    entries = LogEntry.objects.order_by("pk")
    return "".join(f"{entry.object_repr}; {entry.get_change_message()}" for entry in entries)
