"""Why an engine's process died, in words that say what to do. Pure: a code and a log's tail in."""

import re
import signal

MEMORY = re.compile(
    r"MemoryError|OutOfMemoryError|out of memory|can't allocate memory|Cannot allocate memory",
    re.IGNORECASE,
)
FULL = re.compile(r"No space left on device|Disk quota exceeded|\[Errno (?:28|122)\]")
AWAY = re.compile(
    r"Connection refused|ConnectionRefusedError|ConnectError|Name or service not known"
    r"|No route to host|Temporary failure in name resolution"
)
KILLED = -int(signal.SIGKILL)

LESS = (
    "Ask for less at once in the track's settings (batch_size, samples, max_length, layers, or "
    "method “lora”), stop what else runs on this machine, or take a larger one; then retry: it "
    "goes on from its last checkpoint."
)


def words_for(code: int, log: str) -> str:
    """What a person can do; empty where nothing is known but the log itself."""
    if code == KILLED:
        return f"the engine was killed (SIGKILL), most often because memory ran out. {LESS}"
    if MEMORY.search(log):
        return f"the engine ran out of memory. {LESS}"
    if FULL.search(log):
        return (
            "the disk is full; free some space (`manage.py prune --dry-run` says what may go, and "
            "docs/operations.md how large things are), then retry: it goes on from its last "
            "checkpoint."
        )
    if AWAY.search(log):
        return (
            "a server that the engine needs cannot be reached; look whether it runs and whether "
            "its address in the settings is right, then retry: what it has answered is kept."
        )
    return ""
