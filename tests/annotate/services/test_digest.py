"""The weekly letter: to whom, what of, and once."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from annotate.enums import CampaignState, PauseCause, Role
from annotate.models import (
    Campaign,
    Digest,
    DoneRollup,
    Membership,
    RollupTime,
    Snapshot,
    WorkRollup,
)
from annotate.selectors.tally import beginning_of, week_start
from annotate.services.campaign import change_campaign_state
from annotate.services.digest import refuse_digest, send_due_digests, want_digest
from annotate.services.pause import appeal_pause, pause_member
from annotate.services.rollup import roll_up
from commons.models import User
from tests.factories import make_campaign, make_member, make_prompt, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(settings: Settings) -> Campaign:
    settings.MAIL_IS_SET_UP = True
    settings.PUBLIC_URL = "https://laurel.example"
    lead = make_user("lead")
    User.objects.filter(pk=lead.pk).update(email="lead@example.org")
    campaign = make_campaign(name="Medicine", lead=lead)
    roll_up(campaign=campaign)
    return campaign


def test_a_lead_reads_what_their_week_was(campaign: Campaign) -> None:
    last_week = week_start() - timedelta(days=7)
    WorkRollup.objects.create(
        campaign=campaign,
        week=last_week,
        kind="rank",
        language="en",
        person=User.objects.get(username="lead"),
        judgements=1,
        comparisons=6,
    )

    sent = send_due_digests()

    (letter,) = mail.outbox
    assert (sent, letter.to) == (1, ["lead@example.org"])
    assert "Medicine\n  0 demonstrations, 6 comparisons, 0 prompts" in letter.body
    assert f"https://laurel.example/dashboard/?campaign={campaign.uuid}" in letter.body
    html, kind = letter.alternatives[0]  # type: ignore[attr-defined]
    assert (kind, '<td align="right">6</td>' in str(html)) == ("text/html", True)


def test_it_says_who_is_paused_and_what_the_week_is_worth_each_with_its_page(
    campaign: Campaign,
) -> None:
    last_week = week_start() - timedelta(days=7)
    person = make_member(campaign)
    membership = Membership.objects.get(campaign=campaign, person=person)
    pause = pause_member(membership=membership, cause=PauseCause.GOLD, by=None)
    appeal_pause(pause=pause, text="No.")
    campaign.rates.create(holds_from=last_week, currency="EUR", per_item="0.50")
    DoneRollup.objects.create(campaign=campaign, day=last_week, person=person, kind="rank", items=3)

    send_due_digests()

    (letter,) = mail.outbox
    there = f"https://laurel.example/campaigns/{campaign.uuid}"
    assert f"  1 person is paused. {there}/pauses/" in letter.body
    assert f"  1 appeal waits for an answer. {there}/pauses/" in letter.body
    assert f"  The work of the week is worth 1.50 EUR. {there}/ledger/" in letter.body


def test_where_nobody_is_paused_and_no_rate_holds_nothing_is_said_of_it(
    campaign: Campaign,
) -> None:
    send_due_digests()

    assert "paused" not in mail.outbox[0].body
    assert "worth" not in mail.outbox[0].body


def test_a_letter_leaves_once(campaign: Campaign) -> None:
    assert [send_due_digests(), send_due_digests()] == [1, 0]
    assert Digest.objects.get().sent_at is not None
    assert len(mail.outbox) == 1


def test_a_letter_that_did_not_leave_is_tried_again_after_an_hour(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_more: object) -> int:
        raise smtplib.SMTPServerDisconnected

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
        lost = send_due_digests()
    at_once = send_due_digests()
    Digest.objects.update(tried_at=timezone.now() - timedelta(hours=2))

    assert [lost, at_once, send_due_digests()] == [0, 0, 1]


def test_a_letter_waits_until_its_week_is_counted(campaign: Campaign) -> None:
    """On Monday at midnight the last count is of Sunday; a campaign that was never counted waits
    as well. Once all are counted the letter leaves, without waiting for an hour more."""
    monday = beginning_of()
    other = make_campaign(name="Law", lead=User.objects.get(username="lead"))
    RollupTime.objects.update(at=monday - timedelta(seconds=1))

    never = send_due_digests()
    RollupTime.objects.create(campaign=other, at=monday)
    on_sunday = send_due_digests()
    waits = list(Digest.objects.filter(tried_at__isnull=False))
    RollupTime.objects.update(at=monday)

    assert [never, on_sunday, waits, send_due_digests()] == [0, 0, [], 1]


def test_a_lead_whose_address_cannot_be_written_holds_up_nobody(campaign: Campaign) -> None:
    """A line break in an address is refused as a header, not by the server."""
    odd = make_member(campaign, Role.LEAD)
    User.objects.filter(pk=odd.pk).update(email="odd\n@example.org")
    User.objects.filter(username="lead").update(email="")
    last = make_member(campaign, Role.LEAD)
    User.objects.filter(pk=last.pk).update(email="last@example.org")

    sent = send_due_digests()

    assert (sent, [letter.to for letter in mail.outbox]) == (1, [["last@example.org"]])
    assert Digest.objects.get(person=odd).sent_at is None


def test_nobody_is_written_to_without_a_server_an_address_or_a_wish(
    campaign: Campaign, settings: Settings
) -> None:
    make_member(campaign, Role.ANNOTATOR)
    make_member(campaign, Role.LEAD)  # without an address
    lead = User.objects.get(username="lead")
    refuse_digest(person=lead)
    refused = send_due_digests()
    want_digest(person=lead)
    settings.MAIL_IS_SET_UP = False
    without_server = send_due_digests()

    assert (refused, without_server, mail.outbox, Digest.objects.count()) == (0, 0, [], 0)


def test_a_closed_campaign_is_told_of_no_more(campaign: Campaign) -> None:
    change_campaign_state(campaign=campaign, to=CampaignState.CLOSED, by=None)

    assert send_due_digests() == 0


def test_the_command_says_what_is_missing(settings: Settings) -> None:
    settings.MAIL_IS_SET_UP = False

    with pytest.raises(CommandError, match="EMAIL_URL"):
        call_command("send_digests")


def test_both_forms_say_all_of_it_with_whole_addresses(campaign: Campaign) -> None:
    """In the reader's language and time zone; what a campaign is called is no markup."""
    User.objects.filter(username="lead").update(language="de", time_zone="Asia/Tokyo")
    Campaign.objects.filter(pk=campaign.pk).update(name="R&D")
    make_prompt(campaign, answers=["One.", "Two.", "Three.", "Four."], skill="law")
    dataset = Snapshot.objects.create(
        kind="ranked",
        state="done",
        digest="d1ge57",
        finished_at=beginning_of(week_start() - timedelta(days=1)),
        manifest={"rows": {"train": 1234}},
    )
    dataset.campaigns.add(campaign)

    send_due_digests()

    (letter,) = mail.outbox
    html = str(letter.alternatives[0][0])  # type: ignore[union-attr]
    leases = f"https://laurel.example/campaigns/{campaign.uuid}/leases/#stranded-title"
    there = f"https://laurel.example/datasets/{dataset.uuid}/"
    for form in (letter.body, html):
        assert leases in form
        assert there in form
        assert "1.234" in form
        assert "09:00 JST" in form
    assert "R&D\n" in letter.body
    assert "<h2>R&amp;D</h2>" in html
    assert f"{there}\n" in letter.body


def test_a_lead_who_left_reads_no_more_of_it(campaign: Campaign) -> None:
    """Nor who became something else in the campaign."""
    Membership.objects.filter(campaign=campaign).update(role=Role.REVIEWER)

    assert (send_due_digests(), mail.outbox) == (0, [])
