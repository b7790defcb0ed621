"""Send the weekly letters that are due."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from annotate.services.digest import mail_is_set_up, send_due_digests


class Command(BaseCommand):
    help = (
        "Send each lead the letter about last week that they have not had yet. Beat does the same "
        "every hour; safe to run twice and beside it."
    )

    def handle(self, *args: object, **options: Any) -> None:
        if not mail_is_set_up():
            raise CommandError("no mail server is set up: set EMAIL_URL, then ask again.")
        self.stdout.write(f"{send_due_digests()} letter(s) sent")
