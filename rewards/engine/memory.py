"""Memory that a training has freed stays with it: the next step asks for as much again.

By default glibc gives large blocks back as soon as they are free, and the kernel then hands out
and clears the same pages anew, thousands of times a step. Where that is slow (in virtual machines
above all) it took a tenth of a training's time (docs/log.md).
"""

import ctypes

TRIM_THRESHOLD, TOP_PAD, MMAP_THRESHOLD = -1, -2, -3  # as mallopt(3) numbers them
LARGEST = 1 << 30  # bytes; above it a block is mapped by itself, and given back
AT_ONCE = 1 << 26  # bytes by which the heap grows


def keep_freed_memory() -> bool:
    """Ask the allocator to keep what is freed; whether it knows how (glibc does)."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        return False
    asked = ((MMAP_THRESHOLD, LARGEST), (TRIM_THRESHOLD, 2**31 - 1), (TOP_PAD, AT_ONCE))
    return all(mallopt(name, value) for name, value in asked)
