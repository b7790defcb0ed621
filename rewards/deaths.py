"""Why an engine's process died, in words that say what to do. Pure: a code and a log's tail in."""

import re
import signal
from collections.abc import Mapping

from commons.sentences import sentence as _

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
# These come from without: a person, the kernel, a machine that shuts down. What the log says was
# not said of them.
FROM_WITHOUT = frozenset(
    -int(each) for each in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
)

# By the engine's script: what it can be told that makes it need less memory at once. What measures
# a reward model reads as much as that one was trained on, so it has nothing of its own.
SMALLER: Mapping[str, tuple[str, ...]] = {
    "evaluate_policy": ("samples", "max_new_tokens", "max_length"),
    "generate": ("rows", "cache_tokens", "max_new_tokens"),
    "train_best_of_n": ("answers_at_once", "samples", "max_new_tokens", "max_prompt_length"),
    "train_dpo": ("pairs_at_once", "samples", "max_new_tokens", "max_length"),
    "train_head": ("max_length",),  # its layers are a list, or shares of a depth
    "train_policy": ("samples", "prompts_per_step", "max_new_tokens", "max_prompt_length"),
    "train_reward": ("tokens_per_batch", "max_length", "layers"),
    "train_rloo": ("samples", "prompts_per_step", "max_new_tokens", "max_prompt_length"),
    "train_sft": ("batch_size", "max_length"),
}
HAS_LORA = frozenset({"train_reward", "train_sft"})


def is_without_words(code: int, log: str) -> bool:
    """Whether a signal has ended an engine that said nothing of why; ``log`` is what it logged
    since it began."""
    if code >= 0:
        return False
    return code in FROM_WITHOUT or not any(each.search(log) for each in (MEMORY, FULL, AWAY))


def words_for(code: int, log: str, module: str = "") -> str:
    """What a person can do where the engine's script ``module`` died; empty where nothing is known
    but the log itself."""
    if code == KILLED:
        return _(
            "the engine was killed (SIGKILL), most often because memory ran out. %(remedy)s",
            remedy=_less(module),
        )
    if MEMORY.search(log):
        return _("the engine ran out of memory. %(remedy)s", remedy=_less(module))
    if FULL.search(log):
        return _(
            "the disk is full; free some space (`manage.py prune --dry-run` says what may go, and "
            "docs/operations.md how large things are), then retry: it goes on from its last "
            "checkpoint."
        )
    if AWAY.search(log):
        return _(
            "a server that the engine needs cannot be reached; look whether it runs and whether "
            "its address in the settings is right, then retry: what it has answered is kept."
        )
    return ""


def _less(module: str) -> str:
    """How to need less memory: only by settings that this script has."""
    names = SMALLER.get(module)
    if not names:
        return _(
            "Stop what else runs on this machine, or take a larger one; then retry: it goes on "
            "from its last checkpoint."
        )
    if module == "generate":
        return _(
            "Ask for less at once in the track's settings (a smaller %(names)s), stop what else "
            "runs on this machine, or take a larger one; then retry: what was answered is kept.",
            names=", ".join(names),
        )
    if module in HAS_LORA:
        return _(
            "Ask for less at once in the track's settings (a smaller %(names)s, or method “lora”), "
            "stop what else runs on this machine, or take a larger one; then retry: with other "
            "settings it begins anew, with the same ones it goes on from its last checkpoint.",
            names=", ".join(names),
        )
    return _(
        "Ask for less at once in the track's settings (a smaller %(names)s), stop what else runs "
        "on this machine, or take a larger one; then retry: with other settings it begins anew, "
        "with the same ones it goes on from its last checkpoint.",
        names=", ".join(names),
    )
