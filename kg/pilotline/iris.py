"""Makes the IRIs of a lab's data from identities; the grammar stands in docs/data-model.md."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote

from pilotline.errors import PilotlineError
from pilotline.namespaces import DATA

LOT_KINDS = (
    "material", "premix", "slurry", "foil", "roll", "coil", "sheet", "magazine", "separator",
    "stack", "jellyroll", "electrolyte", "housing", "cell",
)  # fmt: skip
QUANTITY_KINDS = ("set", "measured", "calculated", "simulated", "unstated")
QUANTITY_KEYS = (
    "stat", "side", "lane", "zone", "stage", "position", "at", "over", "replicate", "time", "tech",
    "sample", "dataset",
)  # fmt: skip

# What needs no encoding; one sign at least is no dot.
_PLAIN = re.compile(r"\.*[A-Za-z0-9_~-][A-Za-z0-9._~-]*")


class IdentityError(PilotlineError, ValueError):
    """An identity from which no IRI can be made."""


def segment(*values: str) -> str:
    """Return identity values as one path segment.

    White space is trimmed and folded, each value is percent-encoded, values are joined by a colon.

    >>> segment("L1", "2025", " Zelle  17 ")
    'L1:2025:Zelle%2017'
    """
    if len(values) == 1 and _PLAIN.fullmatch(values[0]):
        return values[0]
    folded = [" ".join(value.split()) for value in values]
    if not folded or not all(folded):
        raise IdentityError("an identity column is empty; every run and lot needs its identifier")
    encoded = ":".join(quote(value, safe="") for value in folded)
    # A segment of dots alone would be resolved away by IRI resolution.
    return encoded.replace(".", "%2E") if set(encoded) == {"."} else encoded


@dataclass(frozen=True)
class Scope:
    """The lab or project below whose IRI data are named.

    path: one or more segments, such as `my-lab/line-1`.
    base: ends with a slash.
    """

    path: str
    base: str = DATA
    prefix: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if not self.base.endswith(("/", "#")):
            raise IdentityError(f"the base {self.base!r} must end with a slash")
        if not self.path and self.base == DATA:
            raise IdentityError("a scope (the lab or project) is needed while the base is the default one")
        path = "".join(segment(part) + "/" for part in self.path.split("/") if self.path)
        object.__setattr__(self, "prefix", self.base + path)

    def dataset(self, identifier: str) -> str:
        """Return the IRI of a dataset, which is also its named graph."""
        return f"{self.prefix}dataset/{segment(identifier)}"

    def run(self, slug: str, *identity: str) -> str:
        """Return the IRI of one run of a step; slug: column `slug` of the table of steps."""
        return f"{self.prefix}run/{slug}-{segment(*identity)}"

    def lot(self, kind: str, *identity: str) -> str:
        """Return the IRI of a physical thing; kind: one of LOT_KINDS."""
        if kind not in LOT_KINDS:
            raise IdentityError(f"a lot is one of {', '.join(LOT_KINDS)}, not {kind!r}")
        return f"{self.prefix}lot/{kind}-{segment(*identity)}"

    def thing(self, folder: str, *identity: str) -> str:
        """Return the IRI of a recipe, equipment, room, sample or operator."""
        return f"{self.prefix}{folder}/{segment(*identity)}"

    def source(self, file: str) -> str:
        """Return the IRI of a source file, given its name or its path relative to the dataset."""
        return f"{self.prefix}source/{quote(file, safe='/')}"


@dataclass(frozen=True)
class Place:
    """How a lab names its data; what is left out comes from the mapping.

    fallback: the scope where nobody says one.
    operator_key: file of the lab's key for the codes of operators.
    """

    scope: str | None = None
    base: str | None = None
    fallback: str = ""
    operator_key: Path | None = None

    def resolve(self, scope: str | None = None, base: str | None = None) -> Scope:
        """Return the scope, given what the mapping says."""
        return Scope(self.scope or scope or self.fallback, self.base or base or DATA)


def name_of(iri: str) -> str:
    """Return how a source calls a thing.

    >>> name_of("https://lab.example/l1/lot/slurry-S%201"), name_of("https://lab.example/l1/equipment/mixer-1")
    ('S 1', 'mixer-1')
    """
    folder, _, last = iri.rpartition("/")
    return unquote(last.partition("-")[2] if folder.endswith("/lot") else last.rpartition("#")[2])


def state(lot: str, run: str | None) -> str:
    """Return the IRI of the state in which a run left a lot; no run: as it was received."""
    return f"{lot}/state/{run.rsplit('/', 1)[1] if run else 'received'}"


def quantity(bearer: str, parameter: str, kind: str, keys: Mapping[str, str] | None = None) -> str:
    """Return the IRI of a quantity.

    parameter: local name of the parameter class.
    kind: one of QUANTITY_KINDS.
    keys: further keys (QUANTITY_KEYS); they are written in that order, whatever order they come in.
    """
    if kind not in QUANTITY_KINDS:
        raise IdentityError(f"the kind of a quantity is one of {', '.join(QUANTITY_KINDS)}, not {kind!r}")
    keys = keys or {}
    if unknown := set(keys) - set(QUANTITY_KEYS):
        raise IdentityError(f"unknown key of a quantity: {', '.join(sorted(unknown))}")
    further = "".join(f"/{key}={_key_value(key, keys[key])}" for key in QUANTITY_KEYS if key in keys)
    return f"{bearer}/q/{parameter}/{kind}{further}"


def _key_value(key: str, value: str) -> str:
    """Return the value of a key; a condition is a parameter, a colon and a number."""
    return segment(*value.split(":")) if key == "at" else segment(value)


def sheet_cell(source: str, sheet: str, cell: str) -> str:
    """Return the pointer to a cell of a workbook, such as `C7`."""
    return f"{source}#sheet={quote(sheet, safe='')}&cell={cell}"


def csv_cell(source: str, row: int, column: int) -> str:
    """Return the pointer to a cell of a CSV file (RFC 7111: both count from 1, the header is row 1)."""
    return f"{source}#cell={row},{column}"


def json_node(source: str, pointer: str) -> str:
    """Return the pointer to a value of a JSON file; pointer: RFC 6901, such as `/@graph/3`."""
    return f"{source}#{quote(pointer, safe='/@:~')}"
