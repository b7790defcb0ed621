"""A zip file whose list of files is bounded before anything is made of it.

``zipfile`` reads the list whole and makes an object of some 300 bytes for each file that it names,
before anybody can ask how many these are: 8 MB of the shortest entries, 178,000, become 56 MB more.
"""

import io

MOST_BYTES = 8 * 1024 * 1024  # of the list
MOST_FILES = 40_000  # that it may name
_ENTRY = b"PK\x01\x02"  # each begins so (APPNOTE.TXT 6.3.10, 4.3.12)


class TooManyFiles(Exception):
    """The list is longer than anything that is read here."""


class BoundedFile(io.BufferedReader):
    """The file of a zip file. Nothing is held that is longer than the longest list of files."""

    def read(self, size: int | None = -1) -> bytes:
        most = MOST_BYTES + 1
        found = super().read(most if size is None or size < 0 else min(size, most))
        # A name may hold these bytes, too: whoever calls a file so may bring fewer of them.
        is_list = found.startswith(_ENTRY)
        if len(found) == most or (is_list and found.count(_ENTRY) > MOST_FILES):
            raise TooManyFiles
        return found
