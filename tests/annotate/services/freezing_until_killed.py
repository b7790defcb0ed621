"""A process of its own that freezes what waits, and stops with a shard half written.

    python -m tests.annotate.services.freezing_until_killed

It says so on standard output, and goes on only if nobody kills it.
"""

import signal

import django

django.setup()

from annotate.export import shards  # noqa: E402  # models, once Django is set up
from annotate.export.batches import Batch  # noqa: E402
from annotate.tasks import freeze_requested_snapshots  # noqa: E402

write_block = shards._write_block


def write_and_stop(block: Batch, outs: "list[shards._Lines]") -> None:
    write_block(block, outs)
    for out in outs:
        out.file.flush()
    print("half written", flush=True)  # noqa: T201  # what the test waits for
    signal.sigwait([signal.SIGUSR1])


if __name__ == "__main__":
    shards._write_block = write_and_stop  # type: ignore[assignment]  # lines alone are asked for
    freeze_requested_snapshots()
