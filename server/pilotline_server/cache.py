"""Keeps answers for those who ask the same of the same generation again."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")
_ENTRY = 2000  # bytes that an entry takes beside its body


class AnswerCache(Generic[T]):
    """Answers by what was asked, generation included; the least used go first.

    size: bytes that all of them may have together.
    """

    def __init__(self, size: int) -> None:
        self._size, self._held = size, 0
        self._answers: OrderedDict[Hashable, tuple[T, int]] = OrderedDict()

    def get(self, key: Hashable) -> T | None:
        """Return an answer that is known."""
        if key not in self._answers:
            return None
        self._answers.move_to_end(key)
        return self._answers[key][0]

    def put(self, key: Hashable, answer: T, size: int) -> None:
        """Keep an answer of so many bytes, unless it would push out most of the others."""
        size += _ENTRY
        if size > self._size // 8 or key in self._answers:
            return
        self._answers[key] = answer, size
        self._held += size
        while self._held > self._size:
            _, (_, gone) = self._answers.popitem(last=False)
            self._held -= gone
