"""Gives the triples of the ontology by term: what is said of it, and in which file it is declared."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from pilotline.namespaces import OWL, RDF
from pilotline.vocabulary.closure import read_module
from pilotline.vocabulary.names import compact, is_ours

TYPE = RDF + "type"
DECLARATIONS = frozenset(
    NamedNode(OWL + kind)
    for kind in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "NamedIndividual")
)


@dataclass(frozen=True)
class Facts:
    """The triples of several files.

    files: triples by the name of the file.
    by_subject: IRI, then predicate, then objects.
    declared_in: the file that first gives a term its OWL type.
    """

    files: dict[str, list[Triple]]
    by_subject: Mapping[str, Mapping[str, list[object]]] = field(init=False, repr=False)
    declared_in: Mapping[str, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "by_subject", _by_subject(t for triples in self.files.values() for t in triples)
        )
        object.__setattr__(self, "declared_in", dict(_declarations(self.files)))

    @classmethod
    def read(cls, paths: Iterable[Path]) -> "Facts":
        """Return what Turtle files state; SyntaxError where one does not parse."""
        return cls({path.name: read_module(path) for path in paths})

    def ours(self) -> Iterator[str]:
        """Yield the IRIs of our declared terms in their order."""
        yield from sorted(iri for iri in self.declared_in if is_ours(iri))

    def iris(self, subject: str, predicate: str) -> list[str]:
        """Return the IRIs that a term has as values of a property."""
        nodes = self.by_subject.get(subject, {}).get(predicate, [])
        return [node.value for node in nodes if isinstance(node, NamedNode)]

    def literals(self, subject: str, predicate: str, language: str | None = None) -> list[str]:
        """Return the literals that a term has as values of a property, of one language if given."""
        nodes = self.by_subject.get(subject, {}).get(predicate, [])
        found = [node for node in nodes if isinstance(node, Literal)]
        return [node.value for node in found if language is None or node.language == language]

    def types(self, subject: str) -> list[str]:
        """Return the IRIs of the classes of a term."""
        return self.iris(subject, TYPE)

    def file_of(self, iri: str) -> str:
        """Return the file that declares a term."""
        return self.declared_in.get(iri, "")


def short(iri: str) -> str:
    """Return an IRI as a person reads it."""
    return compact(iri) or iri


def _by_subject(triples: Iterable[Triple]) -> Mapping[str, Mapping[str, list[object]]]:
    found: dict[str, dict[str, list[object]]] = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        if isinstance(triple.subject, NamedNode):
            found[triple.subject.value][triple.predicate.value].append(triple.object)
    return found


def _declarations(files: dict[str, list[Triple]]) -> Iterator[tuple[str, str]]:
    """Yield term and file, later files first, so that the first one stands in a mapping."""
    for name, triples in reversed(files.items()):
        for triple in triples:
            subject, node = triple.subject, triple.object
            is_declaration = triple.predicate.value == TYPE and node in DECLARATIONS
            if is_declaration and isinstance(subject, NamedNode):
                yield subject.value, name
