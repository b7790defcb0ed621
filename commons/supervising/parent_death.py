"""Children that are killed with their parent, even when ``kill -9`` ends it.

Linux's kernel does it (prctl(2), PR_SET_PDEATHSIG). Elsewhere children that lose their parent
live on until somebody stops them; ``manage.py up`` says so when it starts.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1

libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def tie_to(parent: int) -> None:
    """Let the kernel kill this process when that parent, whose child it is, has died.

    The kernel watches the thread that forked: start such children from the main thread.
    """
    if libc is not None:
        libc.prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))
        if os.getppid() != parent:  # it died before the tie held
            os._exit(1)
