"""Teams on pages: what each person finds there, and what they may do."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from annotate.enums import AssignmentState, PauseCause, Role, Taken
from annotate.models import (
    Access,
    Assignment,
    Campaign,
    GoldResult,
    Invitation,
    Team,
    TeamLead,
    TeamPart,
)
from annotate.services.care import set_care, uncover_always
from annotate.services.gold import set_gold_rules
from annotate.services.ledger import correct_ledger
from annotate.services.pause import pause_member
from commons.models import User
from tests.annotate.golden import gold_of
from tests.annotate.teaming import a_mate, a_part, ask_for, join_team, membership_in
from tests.annotate.views.conftest import Cast
from tests.factories import (
    make_assignment,
    make_campaign,
    make_ranking,
    make_task,
    make_user,
)


@pytest.fixture
def nora(db: None) -> User:
    return make_user("nora")


@pytest.fixture
def north(cast: Cast, nora: User) -> TeamPart:
    """Nora's team in medicine, with Ann; beside it Sven's, with Sam, whom Nora must not see."""
    part = a_part(cast.campaign, name="North", lead=nora, languages=["en", "de"])
    a_mate(part, "ann")
    a_mate(a_part(cast.campaign, name="South", lead=make_user("sven")), "sam")
    return part


def client_of(name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=name))
    return client


def pages_of(part: TeamPart, person: str = "ann") -> dict[str, str]:
    team, campaign = part.team.uuid, part.campaign.uuid
    who = User.objects.get(username=person).uuid
    return {
        "teams": reverse("annotate:teams"),
        "team": reverse("annotate:team", args=[team]),
        "ledger": reverse("annotate:team_ledger", args=[team]),
        "person": reverse("annotate:team_person", args=[team, who]),
        "read": reverse("annotate:team_read", args=[team, who]),
        "pause": reverse("annotate:team_pause", args=[team, who]),
        "lift": reverse("annotate:team_lift", args=[team, who]),
        "offboard": reverse("annotate:team_offboard", args=[team, who]),
        "campaign": reverse("annotate:campaign_teams", args=[campaign]),
        "terms": reverse("annotate:team_terms", args=[part.uuid]),
        "end": reverse("annotate:end_team_part", args=[part.uuid]),
    }


BY_LEADS_OF_IT = {"teams", "team", "ledger", "person", "pause", "lift", "offboard"}
BY_LEADS_OF_THE_CAMPAIGN = {"teams", "team", "ledger", "person", "read", "campaign", "terms", "end"}
SEEN = {
    "nora": BY_LEADS_OF_IT,
    "lead": BY_LEADS_OF_THE_CAMPAIGN,
    "root": BY_LEADS_OF_IT | BY_LEADS_OF_THE_CAMPAIGN,
    "sven": {"teams"},  # there is his own
    "ann": set(),
    "member": set(),
    "stranger": set(),
}


@pytest.mark.parametrize("who", SEEN)
def test_each_page_is_there_for_those_whom_it_concerns_and_for_nobody_else(
    cast: Cast, north: TeamPart, who: str
) -> None:
    make_user("root", admin=True)
    client = client_of(who)

    found = {
        name for name, there in pages_of(north).items() if client.get(there).status_code == 200
    }
    missing = {
        name for name, there in pages_of(north).items() if client.get(there).status_code == 404
    }

    assert found == SEEN[who]
    assert missing == pages_of(north).keys() - found


ACTS = {
    "annotate:name_team_lead": {"username": "stranger"},
    "annotate:team_pause": {"reason": "So."},
    "annotate:team_lift": {"answer": ""},
    "annotate:team_offboard": {},
    "annotate:end_team_part": {},
    "annotate:team_terms": {"per_week": "1"},
    "annotate:drop_team_lead": {},
    "annotate:member_team": {"team": ""},
    "annotate:revoke_team_link": {},
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("who", ["sven", "ann", "member", "stranger"])
def test_nothing_is_done_by_whom_it_does_not_concern(
    cast: Cast, north: TeamPart, act: str, who: str
) -> None:
    ann, nora = User.objects.get(username="ann"), User.objects.get(username="nora")
    invite(client_of("nora"), north)
    link = Invitation.objects.get()
    arguments = {
        "annotate:name_team_lead": [north.team.uuid],
        "annotate:drop_team_lead": [north.team.uuid, nora.uuid],
        "annotate:end_team_part": [north.uuid],
        "annotate:team_terms": [north.uuid],
        "annotate:member_team": [cast.campaign.uuid, ann.uuid],
        "annotate:revoke_team_link": [link.uuid],
    }.get(act, [north.team.uuid, ann.uuid])

    answer = client_of(who).post(reverse(act, args=arguments), ACTS[act])

    assert answer.status_code == 404
    assert membership_in(north, ann).team == north.team
    mine = membership_in(north, ann)
    assert (mine.active, mine.paused) == (True, False)
    assert TeamLead.objects.count() == 2
    assert TeamPart.objects.get(pk=north.pk).per_week is None
    assert Invitation.objects.get().revoked_at is None


def invite(client: Client, part: TeamPart) -> str:
    """The address of the new link."""
    said = {"uuid": uuid4(), "part": part.uuid, "places": 2, "days": 7}
    page = client.post(reverse("annotate:team", args=[part.team.uuid]), said)
    return str(page.context["link"]) if page.status_code == 201 else ""


def test_a_lead_of_a_team_finds_nothing_of_another_teams_people(
    cast: Cast, north: TeamPart
) -> None:
    sam = User.objects.get(username="sam")
    make_ranking(cast.campaign, sam)
    there = pages_of(north)
    client = client_of("nora")

    shown = [client.get(there[name]).content.decode() for name in ("teams", "team", "ledger")]
    files = [
        client.get(there["team"], {"csv": name}).content.decode() for name in ("teams", "mates")
    ]
    page = client.get(reverse("annotate:team_person", args=[north.team.uuid, sam.uuid]))

    assert "ann" in shown[1] + files[1]
    assert not [each for each in [*shown, *files] if "sam" in each or "South" in each]
    assert page.status_code == 404


def test_a_lead_of_a_team_who_leads_no_campaign_finds_no_page_of_one(
    cast: Cast, north: TeamPart
) -> None:
    for name in ("people", "ledger", "caps", "pauses", "accesses", "leases"):
        there = reverse(f"annotate:{name}", args=[cast.campaign.uuid])
        assert client_of("nora").get(there).status_code == 404, name
    assert client_of("nora").get(reverse("annotate:dashboard")).status_code == 404


def test_a_lead_makes_a_team_asks_it_for_so_much_and_names_its_lead(cast: Cast) -> None:
    client = cast.client(cast.lead)
    make_user("nora")

    made = client.post(
        reverse("annotate:campaign_teams", args=[cast.campaign.uuid]),
        {"name": "North", "is_vendor": "on"},
    )
    part = TeamPart.objects.get()
    said = {"per_week": "40", "in_all": "", "stops": "on", "languages": "en, de", "skills": ""}
    client.post(made["Location"], said)
    client.post(reverse("annotate:name_team_lead", args=[part.team.uuid]), {"username": "nora"})

    part.refresh_from_db()
    assert (part.team.name, part.team.is_vendor, part.campaign) == ("North", True, cast.campaign)
    assert (part.per_week, part.stops, part.languages) == (40, True, ["en", "de"])
    assert TeamLead.objects.get().person.username == "nora"
    page = client.get(reverse("annotate:campaign_teams", args=[cast.campaign.uuid]))
    assert "North (vendor)" in page.content.decode()


@pytest.mark.parametrize("said", [{"per_week": "0"}, {"in_all": "-1"}, {"per_week": "x"}], ids=str)
def test_an_odd_number_is_refused_with_the_page(
    cast: Cast, north: TeamPart, said: dict[str, str]
) -> None:
    there = reverse("annotate:team_terms", args=[north.uuid])

    assert cast.client(cast.lead).post(there, said).status_code == 422


def test_a_name_that_is_taken_is_refused_with_the_page(cast: Cast, north: TeamPart) -> None:
    there = reverse("annotate:campaign_teams", args=[cast.campaign.uuid])

    assert cast.client(cast.lead).post(there, {"name": "North"}).status_code == 422
    assert Team.objects.count() == 2


def test_a_team_that_one_does_not_govern_is_not_let_in(cast: Cast, north: TeamPart) -> None:
    elsewhere = make_campaign(lead=cast.stranger)
    there = reverse("annotate:add_team", args=[elsewhere.uuid])

    refused = cast.client(cast.stranger).post(there, {"team": north.team.uuid})
    other = make_campaign(lead=cast.lead)
    cast.client(cast.lead).post(
        reverse("annotate:add_team", args=[other.uuid]), {"team": north.team.uuid}
    )

    assert refused.status_code == 422
    assert set(TeamPart.objects.filter(team=north.team).values_list("campaign", flat=True)) == {
        cast.campaign.pk,
        other.pk,
    }


def test_who_opens_a_teams_link_is_told_whom_they_work_for(cast: Cast, north: TeamPart) -> None:
    link = invite(client_of("nora"), north)
    newcomer = cast.client(cast.stranger)

    asked = newcomer.get(link).content.decode()
    newcomer.post(link)

    assert "You work here for North" in asked
    mine = membership_in(north, cast.stranger)
    assert (mine.team, mine.role) == (north.team, Role.ANNOTATOR)
    held = set(cast.stranger.competences.values_list("facet", "value"))
    assert held == {("language", "en"), ("language", "de")}


def test_a_lead_of_a_team_invites_where_it_works_alone(cast: Cast, north: TeamPart) -> None:
    south = TeamPart.objects.exclude(pk=north.pk).get()
    client = client_of("nora")
    said = {"uuid": uuid4(), "part": south.uuid, "places": 2, "days": 7}

    page = client.post(reverse("annotate:team", args=[north.team.uuid]), said)

    assert page.status_code == 422
    assert not Invitation.objects.exists()


def test_a_link_is_revoked_by_the_teams_lead(cast: Cast, north: TeamPart) -> None:
    invite(client_of("nora"), north)
    link = Invitation.objects.get()

    client_of("nora").post(reverse("annotate:revoke_team_link", args=[link.uuid]))

    link.refresh_from_db()
    assert link.revoked_at


def test_a_person_is_paused_let_back_and_taken_out(cast: Cast, north: TeamPart) -> None:
    client, there = client_of("nora"), pages_of(north)
    ann = User.objects.get(username="ann")

    client.post(there["pause"], {"reason": "A holiday."})
    paused = membership_in(north, ann).paused
    desk = client_of("ann").get(reverse("annotate:desk")).content.decode()
    client.post(there["lift"], {"answer": "Welcome back."})
    lifted = membership_in(north, ann).paused
    client.post(there["offboard"])
    again = client.post(there["offboard"])

    assert (paused, lifted) == (True, False)
    assert "You are paused in" in desk
    assert not membership_in(north, ann).active
    assert again.status_code == 422


def test_why_a_lead_of_the_campaign_has_paused_somebody_is_not_the_teams(
    cast: Cast, north: TeamPart
) -> None:
    ann = User.objects.get(username="ann")
    pause_member(
        membership=membership_in(north, ann),
        cause=PauseCause.LEAD,
        reason="Between us.",
        by=cast.lead,
    )

    page = client_of("nora").get(pages_of(north)["person"]).content.decode()

    assert "A lead&#x27;s decision" in page
    assert "Between us." not in page
    assert pages_of(north)["lift"] not in page


def test_who_is_paused_by_both_reads_by_whom_and_stays_so_until_both_have_lifted_it(
    cast: Cast, north: TeamPart
) -> None:
    ann, client = User.objects.get(username="ann"), client_of("nora")
    mine, there = membership_in(north, ann), pages_of(north)
    pause_member(membership=mine, cause=PauseCause.LEAD, reason="Between us.", by=cast.lead)

    client.post(there["pause"], {"reason": "A holiday."})
    desk = client_of("ann").get(reverse("annotate:desk")).content.decode()
    page = client.get(there["person"]).content.decode()
    member = cast.client(cast.lead).get(
        reverse("annotate:member", args=[cast.campaign.uuid, ann.uuid])
    )
    said = client.post(there["lift"], {"answer": "Welcome back."}, follow=True).content.decode()

    for shown in (desk, member.content.decode()):
        assert "By a lead of the team." in shown
        assert "By a lead of the campaign." in shown
    assert "By nora. A holiday." in " ".join(page.split())
    assert "is given work again" not in said
    assert membership_in(north, ann).paused


def test_texts_that_may_harm_are_covered_for_a_teams_lead_too(cast: Cast, north: TeamPart) -> None:
    prompt = make_ranking(cast.campaign, User.objects.get(username="ann")).prompt
    ask_for(north, reads_texts=True)
    set_care(campaign=cast.campaign, skills=[""], words="Threats.", by=cast.lead)

    page = client_of("nora").get(pages_of(north)["read"]).content.decode()

    before, shown = page.split("<summary>Show the text</summary>")
    assert "May hold harmful text" in before
    assert prompt.question not in before
    assert prompt.question in shown


def test_texts_are_read_where_a_lead_lets_them_and_that_is_written_down(
    cast: Cast, north: TeamPart
) -> None:
    ann, there = User.objects.get(username="ann"), pages_of(north)
    prompt = make_ranking(cast.campaign, ann).prompt
    client = client_of("nora")
    before = [client.get(there[name]) for name in ("read", "person", "team")]
    ask_for(north, reads_texts=True)

    after = client.get(there["read"])

    assert before[0].status_code == 404
    assert not [each for each in before if prompt.question in each.content.decode()]
    assert prompt.question in after.content.decode()
    assert list(Access.objects.values_list("person__username", "taken", "part")) == [
        ("nora", Taken.ONE, "team_person"),
        ("nora", Taken.MANY, "team"),
        ("nora", Taken.ONE, "team_read"),
    ]


def test_what_may_harm_is_covered_until_its_reader_shows_it(cast: Cast, north: TeamPart) -> None:
    prompt = make_ranking(cast.campaign, User.objects.get(username="ann")).prompt
    ask_for(north, reads_texts=True)
    set_care(campaign=cast.campaign, skills=[""], words="So.", by=cast.lead)
    client = client_of("nora")

    covered = client.get(pages_of(north)["read"]).content.decode()
    uncover_always(by=User.objects.get(username="nora"), uncovered=True)
    open_page = client.get(pages_of(north)["read"]).content.decode()

    shown, hidden = covered.split('<details class="covered">')
    assert prompt.question not in shown
    assert "May hold harmful text" in shown
    assert prompt.question in hidden.split("</details>")[0]
    assert prompt.question in open_page
    assert 'class="covered"' not in open_page


def checked(campaign: Campaign, person: User, times: int, *, agreed: int, ago: timedelta) -> None:
    """So many silent checks, each of two pairs."""
    gold = gold_of(campaign)
    for _ in range(times):
        result = GoldResult.objects.create(
            gold=gold,
            assignment=make_assignment(campaign, person),
            person=person,
            agreed=agreed,
            compared=2,
        )
        Assignment.objects.filter(pk=result.assignment_id).update(
            state=AssignmentState.SUBMITTED, closed_at=timezone.now()
        )
        GoldResult.objects.filter(pk=result.pk).update(at=timezone.now() - ago)


def as_checks_should_be(client: Client, address: str) -> dict[str, str]:
    """By user name, as the file has it."""
    head, *rows = [
        each.split(",") for each in client.get(f"{address}?csv=mates").content.decode().splitlines()
    ]
    at = head.index("As checks should be")
    return {row[0]: row[at] for row in rows}


def test_a_lead_who_works_for_the_team_reads_nothing_of_their_own_checks(
    cast: Cast, north: TeamPart, nora: User
) -> None:
    """Else they would see the figure move, and know which item was the check."""
    cast.campaign.memberships.create(person=nora)
    join_team(north, nora)
    set_gold_rules(campaign=cast.campaign, by=cast.lead, least_items=10)
    for person in (nora, User.objects.get(username="ann")):
        checked(cast.campaign, person, 10, agreed=1, ago=timedelta(days=2))

    client = client_of("nora")

    assert as_checks_should_be(client, pages_of(north)["team"]) == {"ann": "0.5", "nora": ""}
    assert as_checks_should_be(client, pages_of(north, "nora")["person"]) == {"nora": ""}


def test_no_figure_of_a_team_moves_behind_one_item(cast: Cast, north: TeamPart) -> None:
    """So that nobody sees there which item was a check: none of today, and ten at a time."""
    set_gold_rules(campaign=cast.campaign, by=cast.lead, least_items=10)
    ann, client, there = User.objects.get(username="ann"), client_of("nora"), pages_of(north)
    seen = []
    for times, agreed, ago in ((9, 1, 2), (1, 1, 0), (1, 1, 2), (9, 2, 2), (1, 2, 2)):
        checked(cast.campaign, ann, times, agreed=agreed, ago=timedelta(days=ago))
        seen.append(as_checks_should_be(client, there["team"])["ann"])

    assert seen == ["", "", "0.5", "0.5", "0.75"]
    assert "days that are over" in client.get(there["team"]).content.decode()


def test_numbers_of_people_are_a_table_and_a_file(cast: Cast, north: TeamPart) -> None:
    make_ranking(cast.campaign, User.objects.get(username="ann"))
    ask_for(north, per_week=10, in_all=5, stops=True)
    client = client_of("nora")

    paces = client.get(pages_of(north)["team"], {"csv": "teams"}).content.decode().splitlines()
    mates = client.get(pages_of(north)["team"], {"csv": "mates"}).content.decode().splitlines()

    (pace,) = paces[1:]
    assert pace.startswith("North,Medicine,1,10,")
    assert pace.endswith(",0,1,5")
    assert [each.split(",")[:5] for each in mates[1:]] == [["ann", "Medicine", "1", "0", "1"]]


def test_more_people_cost_no_more_statements(cast: Cast, north: TeamPart) -> None:
    client, asked = client_of("nora"), []
    for _ in range(2):
        make_ranking(cast.campaign, a_mate(north))
        with CaptureQueriesContext(connection) as captured:
            client.get(pages_of(north)["team"])
        asked.append(len(captured))

    assert asked[0] == asked[1]


def test_what_a_teams_people_are_owed_is_theirs_alone(cast: Cast, north: TeamPart) -> None:
    for name, amount in (("ann", "3.50"), ("sam", "9.75"), ("member", "1.25")):
        correct_ledger(
            campaign=cast.campaign,
            person=User.objects.get(username=name),
            amount=Decimal(amount),
            currency="EUR",
            reason="Between us.",
            by=cast.lead,
            uuid=uuid4(),
        )
    there = pages_of(north)["ledger"]

    page = client_of("nora").get(there).content.decode()
    mine = client_of("nora").get(there, {"csv": "owed"}).content.decode().splitlines()
    campaign = reverse("annotate:ledger", args=[cast.campaign.uuid])
    whole = cast.client(cast.lead).get(campaign, {"csv": "owed-teams"}).content.decode()

    assert [each.split(",")[-2:] for each in mine[1:]] == [["3.50", "EUR"]]
    assert "Between us." not in page
    assert [
        (each.split(",")[0], each.split(",")[2], each.split(",")[-2])
        for each in whole.splitlines()[1:]
    ] == [("in no team", "1", "1.25"), ("North", "1", "3.50"), ("South", "1", "9.75")]
    elsewhere = make_campaign()
    assert client_of("nora").get(there, {"campaign": str(elsewhere.uuid)}).status_code == 404


def test_a_lead_says_for_which_team_a_member_works(cast: Cast, north: TeamPart) -> None:
    there = reverse("annotate:member_team", args=[cast.campaign.uuid, cast.member.uuid])
    client = cast.client(cast.lead)

    client.post(there, {"team": north.team.uuid})
    theirs = membership_in(north, cast.member).team
    client.post(there, {"team": uuid4()})
    client.post(there, {"team": ""})

    assert theirs == north.team
    assert membership_in(north, cast.member).team is None


def test_the_desk_says_whose_quota_it_is_and_when_it_begins_anew(
    cast: Cast, north: TeamPart
) -> None:
    ann = User.objects.get(username="ann")
    make_ranking(cast.campaign, ann)
    make_task(cast.campaign)
    ask_for(north, per_week=1, stops=True)
    client = client_of("ann")

    page = client.get(reverse("annotate:desk")).content.decode()
    by_program = client.post("/api/v1/tasks/take", {}, content_type="application/json")

    assert "Your team, North, has done or holds the 1 item" in page
    assert "this week; it begins anew at" in page
    assert "Enough for now" in page
    assert "Waiting for you" not in page
    assert (by_program.status_code, by_program.json()["type"]) == (409, "urn:laurel:quota-reached")


def test_the_dashboard_shows_teams_against_what_they_are_asked_for(
    cast: Cast, north: TeamPart
) -> None:
    there = reverse("annotate:dashboard")
    client = cast.client(cast.lead)
    before = client.get(there).content.decode()
    ask_for(north, per_week=1)
    make_ranking(cast.campaign, User.objects.get(username="ann"))

    rows = client.get(there, {"csv": "teams"}).content.decode().splitlines()

    assert "North" not in before
    assert [each.split(",")[:4] for each in rows[1:]] == [["North", "Medicine", "1", "1"]]
    assert "North" not in cast.client(cast.stranger).get(there).content.decode()


def test_the_way_to_teams_is_there_for_who_leads_one(cast: Cast, north: TeamPart) -> None:
    def labels(name: str) -> list[str]:
        page = client_of(name).get(reverse("annotate:desk"))
        return [entry.label for entry in page.context["entries"]]

    assert labels("nora") == ["Desk", "Campaigns", "Teams"]
    assert "Teams" not in labels("ann")


def test_who_works_for_a_team_reads_what_its_leads_see(cast: Cast, north: TeamPart) -> None:
    there = reverse("annotate:stored")

    theirs = client_of("ann").get(there).content.decode()
    others = client_of("member").get(there).content.decode()

    assert "For North in Medicine" in theirs
    assert "North" not in others
