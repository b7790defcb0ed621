"""How every script starts and ends.

    python -m rewards.engine.NAME RUN_DIR [--leashed]

1. a run that has its ``result.json`` is finished: say so, and do nothing
2. read ``config.json``, do the work, report progress on stdout; stderr is the log
3. write ``result.json`` by one rename

Exit codes: 0 done; 2 refused, with one line on stderr that begins with ``refused:`` and says what
to do, and the same as a sentence in ``refusal.json``; 75 the leash was dropped; anything else is a
crash.
"""

import json
import os
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn, TypeVar

from commons.artifacts import atomic_file
from commons.sentences import as_json, said_by
from commons.sentences import sentence as _
from rewards.engine.config import Knobs, read_config
from rewards.engine.errors import BadConfig, EngineError
from rewards.engine.progress import is_main, report

REFUSED = 2
LEASH_DROPPED = 75  # EX_TEMPFAIL in sysexits.h: start it again and it goes on

K = TypeVar("K", bound=Knobs)
Result = Mapping[str, object]


def carry_out(
    folder: Path, knobs: type[K], work: Callable[[K, Path], Result], *, together: bool = False
) -> None:
    """Read the run's config, do ``work(config, folder)`` and keep what it returns, once.

    ``together``: several processes may be launched for it; all work and one keeps.
    """
    launched = int(os.environ.get("WORLD_SIZE") or 1) if "LOCAL_RANK" in os.environ else 1
    if launched > 1 and not together:
        raise BadConfig(
            _(
                "this is work for one process and %(launched)s were launched; start it by "
                "python -m, without a launcher.",
                launched=launched,
            )
        )
    kept = folder / "result.json"
    if kept.exists():
        report(1, 1, _("already done"))
        return
    result = work(read_config(folder / "config.json", knobs), folder)
    if is_main():
        with atomic_file(kept) as out:
            out.write(json.dumps(result, ensure_ascii=False, allow_nan=False, indent=1).encode())


def start(main: Callable[[Path], None]) -> None:
    """Run a script's ``main`` as this process."""
    match sys.argv[1:]:
        case [folder]:
            pass
        case [folder, "--leashed"]:
            threading.Thread(target=_follow_stdin, daemon=True).start()
        case _:
            sys.exit(f"usage: python -m {main.__module__} RUN_DIR [--leashed]")
    try:
        main(Path(folder))
    except EngineError as refused:
        refuse(Path(folder), refused)


def refuse(folder: Path, refused: EngineError) -> NoReturn:
    """End this process with the words of a refusal."""
    print(f"refused: {refused}", file=sys.stderr, flush=True)
    _keep_refusal(folder, refused)
    sys.exit(REFUSED)


def _keep_refusal(folder: Path, refused: EngineError) -> None:
    """For whoever shows it in another language. Of several processes the last one's stays."""
    aside = folder / f"refusal.{os.getpid()}"
    aside.write_text(json.dumps(as_json(said_by(refused)), ensure_ascii=False), encoding="utf-8")
    aside.replace(folder / "refusal.json")


def _follow_stdin() -> None:
    """End this process when the one that holds the other end of stdin closes it or dies.

    Reads the descriptor itself: a thread that waits inside ``sys.stdin`` would hold its lock and
    make the interpreter abort at a normal end.
    """
    while os.read(0, 1024):
        pass
    os._exit(LEASH_DROPPED)
