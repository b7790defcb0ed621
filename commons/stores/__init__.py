"""Where artifacts lie that many processes write together: they appear whole or not at all.

    staged(name) -> writing(path), by any process on any host -> publish: the last file, once

Until it is published, nobody who looks for the artifact finds it. Writing the same file again is
harmless when the bytes are the same: the later one takes the place of the earlier one at once.
A folder (``folder``) publishes by a rename, an object store (``remote``) by one conditional put;
what is read there by path is copied here first (``copies``).
"""

from commons.stores.errors import BrokenCopy, StoreError
from commons.stores.folder import FolderStore, StagedFolder
from commons.stores.protocol import Heard, Staged, Store, unheard
from commons.stores.remote import RemoteStore, remote_store

__all__ = [
    "BrokenCopy",
    "FolderStore",
    "Heard",
    "RemoteStore",
    "Staged",
    "StagedFolder",
    "Store",
    "StoreError",
    "remote_store",
    "unheard",
]
