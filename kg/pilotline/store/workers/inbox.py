"""What a worker is told: the frames of its pool, with the descriptors that come along."""

import socket

from pilotline.store.workers.frames import HEAD, LEND

_BLOCK = 64 * 1024
_DESCRIPTORS = 2  # that one frame may bring


class Inbox:
    """The worker's end of its channel, for reading."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._part = bytearray()
        self._descriptors: list[int] = []

    def fileno(self) -> int:
        """Return the descriptor, to wait for the next frame with others."""
        return self._channel.fileno()

    def next(self) -> tuple[bytes, bytes, list[int]] | None:
        """Return kind and content of the next frame and what it brings; None when the pool is gone."""
        while not self._is_whole():
            block, descriptors, _, _ = socket.recv_fds(self._channel, _BLOCK, _DESCRIPTORS)
            if not block:
                return None
            self._part += block
            self._descriptors += descriptors
        kind, length = HEAD.unpack_from(self._part)
        content = bytes(memoryview(self._part)[HEAD.size : HEAD.size + length])
        del self._part[: HEAD.size + length]
        if kind != LEND:
            return kind, content, []
        descriptors, self._descriptors = self._descriptors, []
        return kind, content, descriptors

    def _is_whole(self) -> bool:
        return len(self._part) >= HEAD.size and len(self._part) >= HEAD.size + HEAD.unpack_from(self._part)[1]
