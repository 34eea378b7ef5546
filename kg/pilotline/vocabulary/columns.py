"""Says what each column of the tables becomes in Turtle."""

from dataclasses import dataclass
from enum import StrEnum

from pilotline.namespaces import DCTERMS, ELUCIDATION, OWL, PL, RDFS, SKOS


class Kind(StrEnum):
    """How a cell is written."""

    TERM = "term"
    ENGLISH = "english"
    GERMAN = "german"
    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    SOURCE = "source"
    BRIDGE = "bridge"
    UNUSED = "unused"


@dataclass(frozen=True)
class Column:
    """What a column becomes.

    property: IRI; empty for kinds that do not need one.
    several: the cell holds values parted by `|`.
    """

    kind: Kind
    property: str = ""
    several: bool = True


TERM_COLUMNS = {
    "term": Column(Kind.UNUSED),
    "alt_en": Column(Kind.ENGLISH, SKOS + "altLabel"),
    "alt_de": Column(Kind.GERMAN, SKOS + "altLabel"),
    "parent": Column(Kind.TERM, RDFS + "subClassOf"),
    "equivalent": Column(Kind.TERM, OWL + "equivalentClass"),
    "bvco_exact": Column(Kind.BRIDGE, SKOS + "exactMatch"),
    "bvco_close": Column(Kind.BRIDGE, SKOS + "closeMatch"),
    "bvco_broad": Column(Kind.BRIDGE, SKOS + "broadMatch"),
    "definition": Column(Kind.ENGLISH, ELUCIDATION, several=False),
    "scope_note": Column(Kind.ENGLISH, SKOS + "scopeNote", several=False),
    "source": Column(Kind.SOURCE, DCTERMS + "source"),
    "seed": Column(Kind.TEXT, PL + "seed"),
}
