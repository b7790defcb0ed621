"""The handbook: whoever works reads how; whoever leads reads all of it."""

import re
from pathlib import Path

from django.conf import settings
from django.test import Client
from django.urls import reverse

from annotate.enums import Role
from annotate.views.handbook import LEADING, TEAM, WORKING
from commons.handbook import handbook_page
from commons.models import User
from tests.annotate.teaming import a_part
from tests.annotate.views.conftest import Cast
from tests.factories import make_member, make_user

LINK = re.compile(r"handbook_page' '([a-z-]+)' %}#([\w-]+)")


def address(name: str) -> str:
    return reverse("annotate:handbook_page", args=[name])


def test_a_lead_finds_every_page(cast: Cast):
    lead = cast.client(cast.lead)

    listed = lead.get(reverse("annotate:handbook"))
    pages = {name: lead.get(address(name)).status_code for name in (*WORKING, *LEADING)}

    assert all(address(name) in listed.text for name in pages)
    assert set(pages.values()) == {200}


def test_who_works_goes_straight_to_how_and_sees_nothing_about_leading(cast: Cast):
    member = cast.client(cast.member)

    straight = member.get(reverse("annotate:handbook"), follow=True)

    assert straight.redirect_chain == [(address("annotators"), 302)]
    assert "Ties are welcome" in straight.text
    assert {name: member.get(address(name)).status_code for name in LEADING} == dict.fromkeys(
        LEADING, 404
    )


def test_a_reviewer_has_what_whoever_works_has(cast: Cast):
    reviewer = cast.client(make_member(cast.campaign, Role.REVIEWER))

    assert reviewer.get(address("annotators")).status_code == 200
    assert {reviewer.get(address(name)).status_code for name in LEADING} == {404}


def test_a_teams_lead_who_leads_no_campaign_has_what_concerns_teams(cast: Cast):
    a_part(cast.campaign, lead=make_user("nora"))
    nora = cast.client(User.objects.get(username="nora"))

    found = {name for name in LEADING if nora.get(address(name)).status_code == 200}

    assert found == set(TEAM)


def test_what_is_wide_scrolls_by_keyboard_under_a_name():
    html = handbook_page("quality", frozenset(), str).html

    named = re.findall(r'tabindex="0" role="region" aria-label="[^"]+">\s*<(?:pre|table)>', html)
    assert len(named) == html.count("<table>") + html.count("<pre>") > 0


def test_a_stranger_is_asked_to_sign_in(db: None):
    assert Client().get(address("annotators")).status_code == 302


def test_no_other_file_is_read(cast: Cast):
    assert cast.client(cast.lead).get(address("log")).status_code == 404


def test_every_page_leads_to_the_handbook(cast: Cast):
    desk = cast.client(cast.member).get(reverse("annotate:desk")).text

    assert f'href="{reverse("annotate:handbook")}"' in desk


def test_whatever_other_pages_link_to_is_a_heading_of_the_handbook():
    texts = [each.read_text() for each in Path(settings.BASE_DIR, "templates").rglob("*.html")]
    linked = {found for text in texts for found in LINK.findall(text)}

    assert linked
    assert [
        (name, anchor)
        for name, anchor in sorted(linked)
        if f'id="{anchor}"' not in handbook_page(name, frozenset(), str).html
    ] == []


def test_who_has_handed_in_nothing_is_shown_the_way_to_it(cast: Cast):
    desk = cast.client(cast.member).get(reverse("annotate:desk")).text

    assert f'<a href="{address("annotators")}">New here? The tool in five minutes</a>' in desk
