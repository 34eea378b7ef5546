"""Keeps the graph on disk: generations that are published whole, and drafts that become the next one."""

from pilotline.store.draft import Draft
from pilotline.store.errors import StoreBusyError, StoreError
from pilotline.store.groups import WriteGroups
from pilotline.store.quads import DraftError
from pilotline.store.store import Store

__all__ = ["Draft", "DraftError", "Store", "StoreBusyError", "StoreError", "WriteGroups"]
