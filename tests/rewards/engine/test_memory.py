"""What a training has freed stays with its process, in a process of its own here."""

import ctypes
import os
import platform
import subprocess
import sys

import pytest

from rewards.engine import memory

LARGE_PAGES = "THP_MEM_ALLOC_ENABLE"
FREES_OFTEN = """
import resource, sys
if sys.argv[1] == "kept":
    from rewards.engine.memory import keep_freed_memory
    assert keep_freed_memory()
import torch
def work():
    for _ in range(20):
        torch.ones(100 << 20, dtype=torch.uint8)
work()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
work()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def faults(which: str) -> int:
    """Pages that 2 GB of large tensors, one after another, cost once there had been as many."""
    told = subprocess.run(
        [sys.executable, "-c", FREES_OFTEN, which],
        env={**os.environ, LARGE_PAGES: "0"},
        capture_output=True,
        text=True,
        check=True,
    )
    return int(told.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="asks glibc's allocator")
def test_what_is_freed_is_handed_out_again_without_new_pages() -> None:
    kept, given_back = faults("kept"), faults("as ever")
    assert given_back > 1_000
    assert kept < given_back / 20


def test_an_allocator_that_cannot_be_asked_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda name: object())
    assert not memory.keep_freed_memory()


@pytest.mark.parametrize(("given", "asked"), [({}, "1"), ({LARGE_PAGES: "0"}, "0")])
def test_large_tensors_lie_in_large_pages_unless_the_environment_says_otherwise(
    given: dict[str, str], asked: str
) -> None:
    told = subprocess.run(
        [sys.executable, "-c", f"import os, rewards.engine; print(os.environ['{LARGE_PAGES}'])"],
        env={name: value for name, value in os.environ.items() if name != LARGE_PAGES} | given,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == asked
