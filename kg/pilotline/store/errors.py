"""What can go wrong with a store as a whole."""

from pilotline.errors import PilotlineError


class StoreError(PilotlineError):
    """A directory that cannot be used as a store; the message says what it is and what would be right."""


class StoreBusyError(StoreError):
    """Another process is writing to the store; the message says which."""
