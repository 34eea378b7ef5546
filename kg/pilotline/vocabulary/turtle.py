"""Writes triples as Turtle for people: sorted, four spaces, labels beside opaque names."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from pilotline.namespaces import ELUCIDATION, OWL, PREFIXES, RDF, RDFS, SKOS, XSD
from pilotline.vocabulary.names import compact, local_name

Node: TypeAlias = NamedNode | BlankNode | Literal | Triple
Subject: TypeAlias = NamedNode | BlankNode | Triple
Properties: TypeAlias = Mapping[str, list[Node]]

# What a reader looks for first; the other properties follow in the order of their names.
_ORDER = [
    RDF + "type", OWL + "versionIRI", OWL + "imports", OWL + "deprecated", OWL + "equivalentClass",
    RDFS + "subClassOf", OWL + "equivalentProperty", RDFS + "subPropertyOf", OWL + "inverseOf",
    RDFS + "domain", RDFS + "range", SKOS + "prefLabel", SKOS + "altLabel", ELUCIDATION,
    SKOS + "scopeNote",
]  # fmt: skip
_OPAQUE = re.compile(r"[A-Za-z]+_[0-9a-f]{8}[_-][0-9a-f]{4}[_-].*")
_BARE = {
    XSD + "integer": re.compile(r"[+-]?[0-9]+"),
    XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD + "boolean": re.compile("true|false"),
}
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def write_turtle(triples: Iterable[Triple], title: str, labels: Mapping[str, str]) -> str:
    """Return a Turtle document.

    title: comment on the first line.
    labels: label of an IRI whose name says nothing to a reader.
    """
    return _Writer(triples, labels).document(title)


class _Writer:
    def __init__(self, triples: Iterable[Triple], labels: Mapping[str, str]) -> None:
        self.labels = labels
        self.prefixes: set[str] = set()
        self.subjects: dict[Subject, dict[str, list[Node]]] = defaultdict(lambda: defaultdict(list))
        for triple in triples:
            objects = self.subjects[triple.subject][triple.predicate.value]
            if triple.object not in objects:
                objects.append(triple.object)

    def document(self, title: str) -> str:
        named = [subject for subject in self.subjects if isinstance(subject, NamedNode)]
        blocks = [self.block(subject) for subject in sorted(named, key=self._subject_order)]
        used = "".join(f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in sorted(self.prefixes))
        return f"# {title}\n\n{used}\n" + "\n".join(blocks)

    def _subject_order(self, subject: NamedNode) -> tuple[bool, str, str]:
        """The ontology comes first, then the terms by name."""
        types = self.subjects[subject].get(RDF + "type", [])
        name = compact(subject.value) or subject.value
        return NamedNode(OWL + "Ontology") not in types, name.lower(), name

    def block(self, subject: NamedNode) -> str:
        lines = [f"{self.term(subject)} {self._first(self.subjects[subject])}".rstrip()]
        for predicate in self._predicates(self.subjects[subject]):
            lines += self._property(predicate, self.subjects[subject][predicate])
        return "\n".join(_punctuated(lines)) + "\n"

    def _first(self, properties: Properties) -> str:
        types = sorted(self.term(node) for node in properties.get(RDF + "type", []))
        return f"a {' , '.join(types)} ;" if types else ""

    def _predicates(self, properties: Properties) -> list[str]:
        rank = {predicate: place for place, predicate in enumerate(_ORDER)}
        return sorted(
            (predicate for predicate in properties if predicate != RDF + "type"),
            key=lambda predicate: (rank.get(predicate, len(rank)), self._name(predicate)),
        )

    def _property(self, predicate: str, objects: list[Node]) -> list[str]:
        nodes = sorted(objects, key=lambda node: (isinstance(node, BlankNode), self.term(node)))
        comments = [self.comment(predicate, node) for node in nodes]
        name, written = self._name(predicate), [self.term(node) for node in nodes]
        if len(nodes) == 1 or not any(comments):
            return [f"    {name} {' , '.join(written)} ;{comments[0]}"]
        ends = [","] * (len(nodes) - 1) + [";"]
        lines = zip(written, ends, comments, strict=True)
        return [f"    {name}", *(f"        {term} {end}{comment}" for term, end, comment in lines)]

    def comment(self, predicate: str, node: Node) -> str:
        iris = [predicate, *self._iris(node)]
        words = [self.labels[iri] for iri in iris if _is_opaque(iri) and iri in self.labels]
        return f"    # {' '.join(words)}" if words else ""

    def _iris(self, node: Node) -> list[str]:
        """Return the IRIs that are written for a node, those inside its brackets in their order."""
        if isinstance(node, NamedNode):
            return [node.value]
        if not isinstance(node, BlankNode):
            return []
        if RDF + "first" in self.subjects[node]:
            return [iri for item in self._items(node) for iri in self._iris(item)]
        inner = [(p, o) for p in self._predicates(self.subjects[node]) for o in self.subjects[node][p]]
        return [iri for predicate, o in inner for iri in (predicate, *self._iris(o))]

    def _name(self, iri: str) -> str:
        if name := compact(iri):
            self.prefixes.add(name.partition(":")[0])
            return name
        return f"<{iri}>"

    def term(self, node: Node) -> str:
        if isinstance(node, NamedNode):
            return self._name(node.value)
        if isinstance(node, Literal):
            return self._literal(node)
        if isinstance(node, BlankNode):
            return self._nested(node)
        raise TypeError(f"a triple cannot stand inside a triple here: {node}")

    def _nested(self, node: BlankNode) -> str:
        properties = self.subjects[node]
        if RDF + "first" in properties:
            return f"( {' '.join(self.term(item) for item in self._items(node))} )"
        parts = [self._first(properties).removesuffix(" ;")]
        for predicate in self._predicates(properties):
            objects = " , ".join(sorted(map(self.term, properties[predicate])))
            parts.append(f"{self._name(predicate)} {objects}")
        return f"[ {' ; '.join(part for part in parts if part)} ]"

    def _items(self, node: Node) -> list[Node]:
        items = []
        while isinstance(node, BlankNode):
            items.append(self.subjects[node][RDF + "first"][0])
            node = self.subjects[node][RDF + "rest"][0]
        return items

    def _literal(self, literal: Literal) -> str:
        datatype = literal.datatype.value
        if (bare := _BARE.get(datatype)) and bare.fullmatch(literal.value):
            return literal.value
        text = f'"{literal.value.translate(_ESCAPES)}"'
        if literal.language:
            return f"{text}@{literal.language}"
        return text if datatype == XSD + "string" else f"{text}^^{self._name(datatype)}"


def _is_opaque(iri: str) -> bool:
    return bool(_OPAQUE.fullmatch(local_name(iri)))


def _punctuated(lines: list[str]) -> list[str]:
    """Close the block: its last line ends with a full stop instead of a semicolon."""
    body, marker, comment = lines[-1].rpartition(" ;")
    return [*lines[:-1], f"{body} .{comment}" if marker else lines[-1] + " ."]
