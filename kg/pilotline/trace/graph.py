"""Reads the nodes and links of the lineage from a store, a few index look-ups at a time."""

from collections.abc import Iterator
from functools import cached_property
from typing import TypeGuard

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store

from pilotline.namespaces import HAS_INPUT, HAS_OUTPUT, PL, PROV, RDF, RDFS, SKOS

STATE_OF = NamedNode(PL + "stateOf")
DERIVED = NamedNode(PROV + "wasDerivedFrom")
POSSIBLY_DERIVED = NamedNode(PL + "possiblyDerivedFrom")
OUTPUT, INPUT = NamedNode(HAS_OUTPUT), NamedNode(HAS_INPUT)
STARTED = NamedNode(PROV + "startedAtTime")
CELL = NamedNode(PL + "Cell")
_LABEL, _PREF_LABEL = NamedNode(RDFS + "label"), NamedNode(SKOS + "prefLabel")
_TYPE, _SUB_CLASS = NamedNode(RDF + "type"), NamedNode(RDFS + "subClassOf")
_ORDER = NamedNode(PL + "stepOrder")
_LOT, _PARAMETER = NamedNode(PL + "Lot"), NamedNode(PL + "Parameter")
_IN_SCOPE = DefaultGraph()


class Graph:
    """The triples of one store, as a trace asks for them. It remembers classes, not data.

    within: those in scope, unless another graph is named.
    """

    def __init__(self, store: Store, within: DefaultGraph | NamedNode = _IN_SCOPE) -> None:
        self.store, self._within = store, within
        self._names: dict[NamedNode, str] = {}

    def objects(self, subject: NamedNode, predicate: NamedNode) -> Iterator[NamedNode]:
        """Yield the nodes that a node points to."""
        for quad in self.store.quads_for_pattern(subject, predicate, None, self._within):
            if isinstance(quad.object, NamedNode):
                yield quad.object

    def subjects(self, predicate: NamedNode, target: NamedNode) -> Iterator[NamedNode]:
        """Yield the nodes that point to a node."""
        for quad in self.store.quads_for_pattern(None, predicate, target, self._within):
            if isinstance(quad.subject, NamedNode):
                yield quad.subject

    def about(self, subject: NamedNode) -> dict[NamedNode, list[NamedNode | Literal]]:
        """Return all that is said of a node, in one look-up."""
        found: dict[NamedNode, list[NamedNode | Literal]] = {}
        for quad in self.store.quads_for_pattern(subject, None, None, self._within):
            if isinstance(quad.object, NamedNode | Literal):
                found.setdefault(quad.predicate, []).append(quad.object)
        return found

    def first(self, subject: NamedNode, predicate: NamedNode) -> NamedNode | None:
        """Return one node that a node points to."""
        return next(self.objects(subject, predicate), None)

    def text(self, subject: NamedNode, predicate: NamedNode) -> str:
        """Return a literal of a node, empty where there is none."""
        for quad in self.store.quads_for_pattern(subject, predicate, None, self._within):
            if isinstance(quad.object, Literal):
                return quad.object.value
        return ""

    def number(self, subject: NamedNode, predicate: NamedNode) -> float | None:
        """Return a numeric literal of a node."""
        text = self.text(subject, predicate)
        return float(text) if text else None

    def label(self, node: NamedNode) -> str:
        """Return what people call a lot or a run; the end of its IRI where nothing is said."""
        return self.text(node, _LABEL) or node.value.rpartition("/")[2]

    def states(self, lot: NamedNode) -> list[NamedNode]:
        """Return the states of a lot."""
        return list(self.subjects(STATE_OF, lot))

    def has_type(self, node: NamedNode, wanted: NamedNode) -> bool:
        """Say whether a node is stated to be of a class."""
        return any(True for _ in self.store.quads_for_pattern(node, _TYPE, wanted, self._within))

    def instances(self, wanted: NamedNode) -> Iterator[NamedNode]:
        """Yield the nodes that are stated to be of a class."""
        return self.subjects(_TYPE, wanted)

    def outputs(self, run: NamedNode) -> Iterator[NamedNode]:
        """Yield the states that a run left."""
        return self.objects(run, OUTPUT)

    def run_of(self, state: NamedNode) -> NamedNode | None:
        """Return the run that left a state."""
        return next(self.subjects(OUTPUT, state), None)

    def kind(self, lot: NamedNode) -> str:
        """Return the class of a lot, such as `ElectrodeRoll`."""
        return next((self.name(each) for each in self.objects(lot, _TYPE) if each in self._lot_classes), "")

    def step(self, run: NamedNode | None) -> tuple[str, float]:
        """Return name and place along the line of the step of a run."""
        for each in self.objects(run, _TYPE) if run else ():
            if each in self._steps:
                return self._steps[each]
        return "", 0.0

    def name(self, term: NamedNode) -> str:
        """Return the label of a term of the ontology."""
        if term not in self._names:
            self._names[term] = self.text(term, _PREF_LABEL) or term.value.rpartition("#")[2]
        return self._names[term]

    def is_parameter(self, term: object) -> TypeGuard[NamedNode]:
        """Say whether a class is a parameter of ours."""
        return term in self._parameters

    @cached_property
    def _parameters(self) -> frozenset[NamedNode]:
        return frozenset(self.instances(_PARAMETER))

    @cached_property
    def _lot_classes(self) -> frozenset[NamedNode]:
        return frozenset(self.subjects(_SUB_CLASS, _LOT))

    @cached_property
    def _steps(self) -> dict[NamedNode, tuple[str, float]]:
        quads = self.store.quads_for_pattern(None, _ORDER, None, self._within)
        return {
            quad.subject: (self.name(quad.subject), float(quad.object.value))
            for quad in quads
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal)
        }
