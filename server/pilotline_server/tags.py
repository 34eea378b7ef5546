"""Makes ETags from the generation of the store."""

import hashlib
import re
from dataclasses import dataclass

from pilotline.store import Store

_NEVER_THE_SAME = ("now", "rand", "uuid", "bnode", "service")  # what may give another answer each time
_CALLED = re.compile(r"\b(?:(?:now|rand|uuid|struuid|bnode)\s*\(|service\b)")


@dataclass(frozen=True)
class Tags:
    """The ETags of one store: weak, since an answer may come in another order or packed."""

    store: Store

    def of(self, generation: int, *what: object) -> str:
        """Return the tag of an answer. The store's own mark is in it: a store may be made anew."""
        text = repr((self.store.made, generation, what))
        return f'W/"g{generation}-{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def may_differ(query: str) -> bool:
    """Say whether a query may have another answer each time, and so no tag."""
    text = query.lower()
    return any(name in text for name in _NEVER_THE_SAME) and _CALLED.search(text) is not None


def holds(condition: str, tag: str) -> bool:
    """Say whether a list of tags in If-Match or If-None-Match, or `*`, covers a tag."""
    bare = tag.removeprefix("W/")
    return condition.strip() == "*" or bare in (
        part.strip().removeprefix("W/") for part in condition.split(",")
    )
