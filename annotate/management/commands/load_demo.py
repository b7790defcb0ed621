"""Load the demo."""

from typing import Any

from django.core.management.base import BaseCommand

from annotate.services.demo import load_demo


class Command(BaseCommand):
    help = "Load the demo campaign and three people; their passwords are shown this once."

    def handle(self, *args: object, **options: Any) -> None:
        logins = load_demo()
        if not logins:
            self.stdout.write("The demo is already here.")
        for login in logins:
            self.stdout.write(f"{login.username:<10} {login.password}   ({login.role})")
