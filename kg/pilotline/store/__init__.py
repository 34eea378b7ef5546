"""Keeps the graph on disk: generations that are published whole, and drafts that become the next one."""

from pilotline.store.backup import Backup, back_up, check_backup, restore
from pilotline.store.draft import Draft
from pilotline.store.errors import StoreBusyError, StoreError
from pilotline.store.groups import WriteGroups
from pilotline.store.quads import DraftError
from pilotline.store.store import Store

__all__ = [
    "Backup",
    "Draft",
    "DraftError",
    "Store",
    "StoreBusyError",
    "StoreError",
    "WriteGroups",
    "back_up",
    "check_backup",
    "restore",
]
