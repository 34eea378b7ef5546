"""Keeps names of operators out of the graph: codes by a key of the lab, remarks with names blotted out."""

import hmac
import re
from collections.abc import Iterator
from pathlib import Path

from pilotline.datasets.dataset import SourceError
from pilotline.namespaces import RDFS
from pilotline.rdf.ntriples import Lines, string

_SHORTEST_KEY = 16  # bytes
_SHORTEST_PART = 3  # letters of a part of a name that is blotted out on its own
_DROPPED = "[operator]"


def read_key(file: Path) -> bytes:
    """Return the lab's key.

    Errors: SourceError for a file that is missing, or too short to keep anything secret.
    """
    try:
        key = file.read_bytes().strip()
    except OSError as error:
        raise SourceError(f"{file}: {error.strerror}; it holds the key for the codes of operators") from None
    if len(key) < _SHORTEST_KEY:
        raise SourceError(f"{file}: {len(key)} bytes are no key; take at least {_SHORTEST_KEY} random ones")
    return key


def pseudonym(key: bytes, name: str) -> str:
    """Return the code of a name: the same for the same key, whatever the case and the spaces.

    >>> pseudonym(b"a key of the lab", " Ada  Lovelace") == pseudonym(b"a key of the lab", "ada lovelace")
    True
    """
    return "P-" + hmac.digest(key, " ".join(name.split()).casefold().encode(), "sha256").hex()[:12]


class People:
    """The operators that the sources of one dataset name, and the remarks that may name them.

    key: of the lab; None where no column asks for pseudonyms.
    """

    def __init__(self, key: bytes | None = None) -> None:
        self._key = key
        self._codes: dict[str, str] = {}
        self._remarks: list[tuple[str, str, str]] = []

    @property
    def named(self) -> bool:
        """Say whether a source names somebody whom the graph does not."""
        return bool(self._codes)

    @property
    def remarked(self) -> int:
        """Return how many remarks are kept so far."""
        return len(self._remarks)

    def drop(self, name: str) -> None:
        """Remember a name that is not kept in any form."""
        if name:
            self._codes[name] = _DROPPED

    def code(self, name: str) -> str:
        """Return the code that stands for a name, empty for none.

        Errors: SourceError where there is no key.
        """
        if self._key is None:
            raise SourceError(
                "the mapping keeps pseudonyms of operators, and no key is given; name its file by "
                "--operator-key, made once by: head -c 32 /dev/urandom | base64 > operator.key"
            )
        if not name:
            return ""
        return self._codes.setdefault(name, pseudonym(self._key, name))

    def remark(self, node: str, header: str, text: str) -> None:
        """Keep a remark until all names are known."""
        self._remarks.append((node, header, text))

    def take(self, other: "People") -> None:
        """Add the names and the remarks of another file of the dataset."""
        self._codes |= other._codes
        self._remarks += other._remarks

    def remarks(self, lines: Lines) -> Iterator[str]:
        """Yield the remarks as lines, each name and each part of one replaced by its code."""
        parts = {part.casefold(): code for name, code in self._codes.items() for part in _parts(name)}
        whole = {name.casefold(): code for name, code in self._codes.items()}
        codes = parts | whole
        # The longest first, so that a full name becomes one code.
        known = "|".join(re.escape(name) for name in sorted(codes, key=len, reverse=True))
        pattern = re.compile(rf"(?<!\w)(?:{known})(?!\w)", re.IGNORECASE) if known else None
        for node, header, text in self._remarks:
            said = pattern.sub(lambda found: codes[found[0].casefold()], text) if pattern else text
            yield lines.line(node, RDFS + "comment", string(f"{header}: {said}"))


def _parts(name: str) -> list[str]:
    return [part for part in re.split(r"[\s,.;/]+", name) if len(part) >= _SHORTEST_PART]
