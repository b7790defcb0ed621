"""The weekly letter: to whom, what of, and once."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from annotate.enums import CampaignState, Role
from annotate.models import Campaign, Digest, WorkRollup
from annotate.selectors.tally import week_start
from annotate.services.campaign import change_campaign_state
from annotate.services.digest import refuse_digest, send_due_digests, want_digest
from commons.models import User
from tests.factories import make_campaign, make_member, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(settings: Settings) -> Campaign:
    settings.MAIL_IS_SET_UP = True
    settings.PUBLIC_URL = "https://laurel.example"
    lead = make_user("lead")
    User.objects.filter(pk=lead.pk).update(email="lead@example.org")
    return make_campaign(name="Medicine", lead=lead)


def test_a_lead_reads_what_their_week_was(campaign: Campaign) -> None:
    last_week = week_start() - timedelta(days=7)
    WorkRollup.objects.create(
        campaign=campaign, week=last_week, kind="rank", language="en", judgements=1, comparisons=6
    )

    sent = send_due_digests()

    (letter,) = mail.outbox
    assert (sent, letter.to) == (1, ["lead@example.org"])
    assert "Medicine\n  0 demonstrations, 6 comparisons, 0 prompts" in letter.body
    assert f"https://laurel.example/dashboard/?campaign={campaign.uuid}" in letter.body
    html, kind = letter.alternatives[0]  # type: ignore[attr-defined]
    assert (kind, '<td align="right">6</td>' in str(html)) == ("text/html", True)


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
