"""Children that end with their parent, even when it is killed by ``kill -9``.

Linux's kernel does it (prctl(2), PR_SET_PDEATHSIG). Elsewhere children that lose their parent
live on until somebody stops them; ``manage.py up`` says so when it starts.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1

libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def ends_with_parent(by: signal.Signals) -> Callable[[], None] | None:
    """What a child runs between fork and exec, so that it gets this signal when its parent dies.

    The kernel watches the thread that forked: start such children from the main thread.
    """
    if libc is None:
        return None
    prctl, parent = libc.prctl, os.getpid()

    def tie() -> None:
        prctl(PR_SET_PDEATHSIG, int(by))
        if os.getppid() != parent:  # it died before the tie held
            os._exit(1)

    return tie
