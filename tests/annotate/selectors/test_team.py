"""Who sees whom by a team: each of eight people, and everything that there is to be seen."""

from dataclasses import dataclass

import pytest

from annotate.enums import Role
from annotate.models import Campaign, TeamPart
from annotate.selectors.team import (
    mates_led_by,
    mates_seen_by,
    parts_led_by,
    parts_seen_by,
    parts_that_invite,
    teams_governed_by,
    teams_led_by,
    teams_seen_by,
    teams_to_add,
    texts_read_by,
)
from annotate.services.team import add_part, end_part, make_team, name_lead
from commons.models import User
from tests.annotate.teaming import a_mate, a_part, ask_for, join_team
from tests.factories import make_campaign, make_member, make_user

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class World:
    """North works in medicine and law, South in medicine; Ann works for North in both, Sam for
    South, Una for nobody."""

    medicine: Campaign
    law: Campaign
    north: TeamPart
    south: TeamPart
    north_in_law: TeamPart
    people: dict[str, User]

    def __getitem__(self, name: str) -> User:
        return self.people[name]


@pytest.fixture
def world() -> World:
    people = {name: make_user(name) for name in ("nora", "sven", "med", "lex", "both")}
    people["root"] = make_user("root", admin=True)
    medicine = make_campaign(name="Medicine", lead=people["med"])
    law = make_campaign(name="Law", lead=people["lex"])
    for campaign in (medicine, law):
        campaign.memberships.create(person=people["both"], role=Role.LEAD)
    north = a_part(medicine, name="North", lead=people["nora"])
    south = a_part(medicine, name="South", lead=people["sven"])
    in_law = add_part(team=north.team, campaign=law, by=people["lex"])
    people |= {"ann": a_mate(north, "ann"), "sam": a_mate(south, "sam")}
    people["una"] = make_member(medicine, name="una")
    law.memberships.create(person=people["ann"])
    join_team(in_law, people["ann"])
    return World(medicine, law, north, south, in_law, people)


WHO = ("nora", "sven", "med", "lex", "both", "root", "ann", "una")


def by_each(world: World, seen: object) -> dict[str, set[str]]:
    """What each of them finds; nothing is left out."""
    return {who: {str(row) for row in seen(world[who])} for who in WHO}  # type: ignore[operator]


ANN, SAM = "ann, annotator of Medicine", "sam, annotator of Medicine"
ANN_LAW = "ann, annotator of Law"
NORTH, SOUTH, IN_LAW = "North in Medicine", "South in Medicine", "North in Law"
NOBODY: set[str] = set()


def test_people_are_seen_by_the_leads_of_their_team_and_of_the_campaign(world: World) -> None:
    assert by_each(world, mates_seen_by) == {
        "nora": {ANN, ANN_LAW},
        "sven": {SAM},
        "med": {ANN, SAM},
        "lex": {ANN_LAW},
        "both": {ANN, SAM, ANN_LAW},
        "root": {ANN, SAM, ANN_LAW},
        "ann": NOBODY,
        "una": NOBODY,
    }


def test_parts_are_seen_likewise_and_set_by_leads_of_the_campaign_alone(world: World) -> None:
    everything = {NORTH, SOUTH, IN_LAW}
    assert by_each(world, parts_seen_by) == {
        "nora": {NORTH, IN_LAW},
        "sven": {SOUTH},
        "med": {NORTH, SOUTH},
        "lex": {IN_LAW},
        "both": everything,
        "root": everything,
        "ann": NOBODY,
        "una": NOBODY,
    }
    assert by_each(world, parts_led_by) == {
        "nora": NOBODY,
        "sven": NOBODY,
        "med": {NORTH, SOUTH},
        "lex": {IN_LAW},
        "both": everything,
        "root": everything,
        "ann": NOBODY,
        "una": NOBODY,
    }


def test_leads_are_named_by_who_leads_every_campaign_of_the_team(world: World) -> None:
    """Lex would see North's people in medicine by somebody whom they named."""
    assert by_each(world, teams_governed_by) == {
        "nora": NOBODY,
        "sven": NOBODY,
        "med": {"South"},
        "lex": NOBODY,
        "both": {"North", "South"},
        "root": {"North", "South"},
        "ann": NOBODY,
        "una": NOBODY,
    }
    assert by_each(world, teams_seen_by) == {
        "nora": {"North"},
        "sven": {"South"},
        "med": {"North", "South"},
        "lex": {"North"},
        "both": {"North", "South"},
        "root": {"North", "South"},
        "ann": NOBODY,
        "una": NOBODY,
    }


def test_people_are_paused_and_taken_out_by_their_teams_leads(world: World) -> None:
    join_team(world.north, world["both"])  # who leads the campaign is above the team's lead
    world.medicine.memberships.create(person=world["nora"])
    join_team(world.north, world["nora"])  # and nobody decides over themselves

    found = by_each(world, mates_led_by)

    assert found == {
        "nora": {ANN, ANN_LAW},
        "sven": {SAM},
        "med": NOBODY,
        "lex": NOBODY,
        "both": NOBODY,
        "root": {ANN, SAM, ANN_LAW, "nora, annotator of Medicine"},
        "ann": NOBODY,
        "una": NOBODY,
    }


def test_a_team_that_is_out_decides_over_nobody_who_is_let_in_again(world: World) -> None:
    end_part(part=world.north, by=world["med"])
    world.medicine.memberships.filter(person=world["ann"]).update(active=True)

    assert {str(each) for each in mates_led_by(world["nora"])} == {ANN_LAW}
    assert {str(each) for each in mates_seen_by(world["nora"])} == {ANN, ANN_LAW}


def test_texts_are_for_leads_of_the_campaign_until_they_let_the_teams_read(world: World) -> None:
    before = by_each(world, texts_read_by)
    ask_for(world.north, reads_texts=True)
    after = by_each(world, texts_read_by)
    end_part(part=world.north, by=world["med"])

    assert before == {
        "nora": NOBODY,
        "sven": NOBODY,
        "med": {ANN, SAM},
        "lex": {ANN_LAW},
        "both": {ANN, SAM, ANN_LAW},
        "root": {ANN, SAM, ANN_LAW},
        "ann": NOBODY,
        "una": NOBODY,
    }
    assert after == before | {"nora": {ANN}}
    assert by_each(world, texts_read_by) == before


def test_people_are_brought_where_the_team_works_still(world: World) -> None:
    end_part(part=world.north, by=world["med"])

    assert by_each(world, parts_that_invite) == {
        "nora": {IN_LAW},
        "sven": {SOUTH},
        "med": {SOUTH},
        "lex": {IN_LAW},
        "both": {SOUTH, IN_LAW},
        "root": {SOUTH, IN_LAW},
        "ann": NOBODY,
        "una": NOBODY,
    }


def test_who_leads_a_team_no_more_sees_nobody(world: World) -> None:
    world.north.team.leads.all().delete()

    assert not mates_seen_by(world["nora"]).exists()
    assert not teams_led_by(world["nora"]).exists()


def test_who_leads_a_campaign_no_more_sees_nobody_by_it(world: World) -> None:
    world.medicine.memberships.filter(person=world["med"]).update(active=False)

    assert not mates_seen_by(world["med"]).exists()
    assert not teams_seen_by(world["med"]).exists()


def test_a_team_without_a_part_is_its_makers(world: World) -> None:
    made = make_team(name="West", is_vendor=True, by=world["lex"])
    name_lead(team=made, username="una", by=world["lex"])

    assert {str(each) for each in teams_governed_by(world["lex"])} == {"West"}
    assert {str(each) for each in teams_seen_by(world["una"])} == {"West"}
    assert not mates_seen_by(world["una"]).exists()


def test_only_a_team_that_one_governs_may_be_let_in_elsewhere(world: World) -> None:
    found = {who: {str(each) for each in teams_to_add(world.law, world[who])} for who in WHO}

    assert found == dict.fromkeys(WHO, NOBODY) | {
        "med": {"South"},
        "both": {"South"},
        "root": {"South"},
    }


def test_a_team_that_was_taken_out_may_be_let_in_again(world: World) -> None:
    end_part(part=world.north, by=world["med"])

    found = {who: {str(each) for each in teams_to_add(world.medicine, world[who])} for who in WHO}

    assert found == dict.fromkeys(WHO, NOBODY) | {"both": {"North"}, "root": {"North"}}
