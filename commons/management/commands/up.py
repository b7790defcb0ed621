"""Run all of Laurel on this machine, until Ctrl-C."""

import http.client
import os
import shlex
from contextlib import closing
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection, connections

from commons.preparing import bring_tables_up_to_date, collect_static_files
from commons.supervising import programs
from commons.supervising.brokers import Broker, answers, choose_broker
from commons.supervising.child import Life
from commons.supervising.journal import Terminal
from commons.supervising.parent_death import libc
from commons.supervising.ports import Door, NoPort, open_door
from commons.supervising.state import AlreadyRunning, Running, State
from commons.supervising.supervisor import Supervisor

LOOPBACK = ("127.0.0.1", "localhost", "::1")
BROKER_PATIENCE, WEB_PATIENCE, PROBE = 10.0, 120.0, 0.25  # seconds


class Command(BaseCommand):
    """Composes ``commons.supervising``: what runs, in which order, and what the user reads."""

    help = "Run all of Laurel here: database, broker, workers, beat and web. Ctrl-C stops it all."
    requires_system_checks: list[str] = []  # the web process makes them; here they cost a second

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=settings.WEB_HOST, help="address to listen on")
        parser.add_argument("--port", type=int, default=settings.WEB_PORT, help="first port to try")
        parser.add_argument("--no-train", action="store_true", help="no worker for training")
        parser.add_argument("--skip-demo", action="store_true", help="start without the demo")
        parser.add_argument(
            "--install-training",
            metavar="COMMAND",
            default="",
            help="a command that installs what training needs, run once the first page is served",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.terminal = Terminal(cast("Any", self.stdout))
        state = State(settings.VAR_DIR)
        try:
            with state.held():
                self.run_all(state, options)
        except (AlreadyRunning, NoPort, PermissionError) as refused:
            raise CommandError(str(refused)) from refused
        except KeyboardInterrupt:  # before anything was started
            self.say("stopped")

    def run_all(self, state: State, options: dict[str, Any]) -> None:
        door = open_door(options["host"], options["port"])
        broker = choose_broker(settings.REDIS_URL, settings.VAR_DIR)
        with closing(door.listener):
            self.say_where(door, broker, asked_for=options["port"])
            logins = self.prepare(skip_demo=options["skip_demo"])

            supervisor = Supervisor(logs=settings.VAR_DIR / "logs", terminal=self.terminal)
            with supervisor.running():
                self.start_broker(supervisor, broker)
                state.say(Running(os.getpid(), broker.url, door.address))
                around = programs.Surroundings(settings.BASE_DIR, environment_of(broker, door))
                self.start_web(supervisor, door, around, logins)
                if not supervisor.asked_to_stop:
                    self.start_workers(supervisor, around, options)
                supervisor.serve()
        self.say("everything is stopped")

    def say_where(self, door: Door, broker: Broker, *, asked_for: int) -> None:
        if asked_for not in (0, door.port):
            self.say(f"port {asked_for} is in use: taking {door.port}")
        if door.host not in LOOPBACK:
            self.say(f"listening on {door.host}: others reach it by the names in ALLOWED_HOSTS")
            if not settings.HTTPS:
                self.say("passwords cross the network in the clear: put a TLS proxy in front")
        if libc is None:
            self.say("killed by kill -9, this process leaves the others behind on this system")
        self.say(f"state in {settings.VAR_DIR}; {connection.vendor}; nudges by {broker.says}")

    def prepare(self, *, skip_demo: bool) -> str:
        """Everything before the first page; says who can log in."""
        self.say("bringing the tables up to date; the first time it takes a minute or two")
        try:
            self.say(bring_tables_up_to_date())
        except OperationalError as away:
            raise CommandError(f"the database does not answer: {away}") from away
        self.say(collect_static_files())
        logins = self.people(skip_demo=skip_demo)
        connections.close_all()  # the children open their own
        return logins

    def people(self, *, skip_demo: bool) -> str:
        if get_user_model().objects.exists():
            return "logins were shown once; `manage.py changepassword NAME` sets a new password"
        if skip_demo:
            return "nobody can log in yet: `manage.py createsuperuser` makes the first person"
        self.say("loading the demo; its logins are shown this once:")
        call_command("load_demo", stdout=self.stdout)
        call_command("create_track", "Demo", campaign=["Demo"], stdout=self.stdout)
        return "log in as one of the people above"

    def start_broker(self, supervisor: Supervisor, broker: Broker) -> None:
        if broker.program:
            supervisor.add(broker.program)
            supervisor.run_until(lambda: answers(broker.url), within=BROKER_PATIENCE)
        if broker.url and not supervisor.asked_to_stop and not answers(broker.url):
            raise CommandError(f"the broker does not answer: {broker.says}.")

    def start_web(
        self, supervisor: Supervisor, door: Door, around: programs.Surroundings, logins: str
    ) -> None:
        supervisor.add(programs.web(door, around, settings.WEB_WORKERS, settings.WEB_THREADS))
        if supervisor.run_until(lambda: is_healthy(door), within=WEB_PATIENCE):
            self.say(f"ready: {door.address}/ (Ctrl-C stops everything)")
            self.say(logins)
        elif not supervisor.asked_to_stop:
            raise CommandError(f"no page within {WEB_PATIENCE:g} s; the reason is in web.log.")

    def start_workers(
        self, supervisor: Supervisor, around: programs.Surroundings, options: dict[str, Any]
    ) -> None:
        supervisor.add(programs.worker(around))
        supervisor.add(programs.beat(around))
        if options["no_train"]:
            return
        command = shlex.split(options["install_training"])
        install = supervisor.add(programs.errand("install", command, around)) if command else None

        def obstacle() -> str:
            if install and install.life is not Life.DONE:
                return f"what it needs is being installed, see {install.journal.path}"
            return programs.missing_for_training()

        supervisor.add(programs.train_worker(around, obstacle))
        supervisor.add(programs.base_model(around, obstacle))

    def say(self, what: str) -> None:
        self.terminal.say("laurel", what)


def environment_of(broker: Broker, door: Door) -> dict[str, str]:
    """What the children are told on top of our own environment."""
    told = {"ALLOWED_HOSTS": ",".join([*settings.ALLOWED_HOSTS, door.name])}
    return told | ({"REDIS_URL": broker.url} if broker.program else {})


def is_healthy(door: Door) -> bool:
    probe = http.client.HTTPConnection(door.name, door.port, timeout=PROBE)
    try:
        probe.request("GET", "/healthz", headers={"Host": "localhost"})  # always an allowed host
        return probe.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        probe.close()
