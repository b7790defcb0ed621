"""A dataset goes to a hub."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from annotate.export.errors import BrokenSnapshot
from annotate.export.manifest import FOLDERS, NAME
from annotate.management.freezing import json_of
from annotate.management.manual import GONE, REFUSED, USAGE, ManualCommand, Stopped, Usage
from annotate.management.told import snapshot_said, verified
from annotate.services.snapshot_file import record_push
from commons.hub import MAIN, Hub, HubError, Pushed, hush, push_folder
from commons.shapes import uuid_in

TAG = 12  # letters of the digest


class Command(ManualCommand):
    help = """\
Send a frozen dataset to a dataset repository of the Hugging Face hub, or of one like it.

Every file is verified first. They arrive in one commit, the manifest last, and the tag is the
beginning of the dataset's digest: a dataset that is there already is not sent again. What an
earlier dataset has left in the repository is taken out by the same commit and stays under its tag.

People wrote these data: a repository is made private, and a public one is refused unless you say
--public. The token is that of HF_TOKEN."""
    example = "push_snapshot c2f3d1a0-8e4b-4f7a-9d6c-5b1a0e3f2d70 --repo my-team/medicine"
    exits = {
        0: "it is there, now or since an earlier push",
        REFUSED: "refused, or the dataset is broken: the message says what to do",
        USAGE: "called wrongly; nothing was sent",
        3: "stopped with Ctrl-C; nothing is published",
        GONE: "its files were let go: the message says since when, and how to have them back",
    }

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("snapshot", help="the id of a dataset, or a folder")
        parser.add_argument("--repo", required=True, metavar="ORG/NAME", help="where it goes")
        parser.add_argument("--endpoint", metavar="URL", help="of another hub than Hugging Face's")
        parser.add_argument(
            "--revision", default=MAIN, metavar="BRANCH", help=f"a branch (usually {MAIN})"
        )
        who = parser.add_mutually_exclusive_group()
        who.add_argument(
            "--private", action="store_true", help="nobody else may read it (as usual)"
        )
        who.add_argument("--public", action="store_true", help="everybody may read it")
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")

    def handle(self, *args: object, **options: Any) -> None:
        if not settings.HUB_TOKEN:
            raise Usage("Set HF_TOKEN to a token that may write; the hub's settings make one.")
        if not self.stderr.isatty():
            hush()
        try:
            folder, manifest = verified(options["snapshot"])
            pushed = push_folder(
                Hub(settings.HUB_TOKEN, options["endpoint"]),
                folder,
                repo=options["repo"],
                tag=manifest.digest[:TAG],
                last=NAME,
                says=f"{manifest.kind} {manifest.digest[:TAG]}",
                owned=FOLDERS,
                revision=options["revision"],
                may_be_public=options["public"],
            )
        except (BrokenSnapshot, HubError) as refused:
            raise CommandError(str(refused)) from refused
        except KeyboardInterrupt:
            raise Stopped("Stopped with Ctrl-C; nothing is published.") from None
        _write_down(options["snapshot"], pushed, is_public=options["public"])
        if options["json"]:
            self.stdout.write(
                json_of(
                    {
                        "url": pushed.url,
                        "commit": pushed.commit,
                        "tag": pushed.tag,
                        "was_there": pushed.was_there,
                        "digest": manifest.digest,
                    }
                )
            )
            return
        self.stdout.write(f"{'there already' if pushed.was_there else 'pushed'}: {pushed.url}")
        self.stdout.write(f"digest {manifest.digest}")


def _write_down(said: str, pushed: Pushed, *, is_public: bool) -> None:
    """Of a folder it was written down when it left (``snapshot.copied``)."""
    if uuid_in(said) is None or Path(said).is_dir():
        return
    record_push(snapshot=snapshot_said(said), url=pushed.url, tag=pushed.tag, public=is_public)
