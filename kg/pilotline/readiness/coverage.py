"""Says of each requirement in how many runs a value is found, looked for where it lives."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store

from pilotline.namespaces import HAS_INPUT, HAS_OUTPUT, HAS_PARTICIPANT, HAS_PROPERTY, PL, PROV, RDF, RDFS
from pilotline.readiness.requirements import Requirement, Requirements

_DEFAULT = DefaultGraph()
_TYPE, _SUBCLASS = NamedNode(RDF + "type"), NamedNode(RDFS + "subClassOf")
_HAS_PROPERTY = NamedNode(HAS_PROPERTY)
_OUTPUT, _INPUT = NamedNode(HAS_OUTPUT), NamedNode(HAS_INPUT)
_STATE_OF, _POLARITY = NamedNode(PL + "stateOf"), NamedNode(PL + "polarity")
_OUTPUT_LOT = NamedNode(PL + "outputLot")
_SI_VALUE = NamedNode(PL + "siValue")
_STATUS = NamedNode(PL + "status")
_UNUSABLE = tuple(NamedNode(PL + name) for name in ("Invalid", "Excluded", "NotMeasured"))
# From a state to those it comes from; from a run to what it was done with and by.
_UPSTREAM = tuple(NamedNode(iri) for iri in (PROV + "wasDerivedFrom", PL + "possiblyDerivedFrom"))
_AROUND = tuple(NamedNode(iri) for iri in (HAS_PARTICIPANT, PL + "inRoom", PL + "followsRecipe"))
_COMPONENT_OF = NamedNode(PL + "componentOf")
_KIND_OF_LOT = re.compile(r"/lot/(\w+)-")
_KIND_OF_NODE = re.compile(r"/(run|equipment|room|recipe|specification|sample)/")
_KEYS = re.compile(r"/q/[^/]+/(?P<kind>[^/]+)(?P<keys>.*)")


@dataclass(frozen=True)
class Found:
    """A value that answers a requirement; own: the run itself or what it made has it."""

    quantity: NamedNode
    bearer: NamedNode
    own: bool
    kind: str
    number: float | None


@dataclass(frozen=True)
class Coverage:
    """How well the runs answer one requirement.

    runs: how many have enough values. values: different quantities; distinct: different numbers among them.
    span: the least and the largest number in SI units. kinds: how many values were set, measured, …
    inherited: runs that have it only from their lineage, such as the slurry's viscosity.
    last_missing: runs that lack it, and nothing else that is required.
    """

    requirement: Requirement
    runs: int
    values: int = 0
    distinct: int = 0
    span: tuple[float, float] | None = None
    kinds: tuple[tuple[str, int], ...] = ()
    inherited: int = 0
    last_missing: int = 0


@dataclass(frozen=True)
class Readiness:
    """How well runs answer requirements; complete: runs that have all that is required, at once."""

    requirements: Requirements
    runs: int
    coverages: tuple[Coverage, ...]
    complete: int

    @property
    def ready(self) -> bool:
        """Say whether each run has all that is required; never where it is not known what is."""
        return bool(self.runs) and self.complete == self.runs and self.requirements.complete


def assess(store: Store, runs: Sequence[NamedNode], requirements: Requirements) -> Readiness:
    """Return how well runs answer requirements.

    store: its default graph holds the runs with all that they come from.
    """
    lineage = Lineage(store)
    answers = {item: [lineage.find(run, item) for run in runs] for item in requirements.items}
    needed = [item for item in requirements.items if item.required]
    lacking = [
        [item for item in needed if len(answers[item][number]) < item.least] for number in range(len(runs))
    ]
    last = Counter(items[0] for items in lacking if len(items) == 1)
    coverages = tuple(
        replace(_coverage(item, answers[item]), last_missing=last[item]) for item in requirements.items
    )
    return Readiness(requirements, len(runs), coverages, lacking.count([]))


def _coverage(item: Requirement, answers: Sequence[Sequence[Found]]) -> Coverage:
    enough = [found for found in answers if len(found) >= item.least]
    values = {each.quantity: each for found in answers for each in found}
    numbers = [each.number for each in values.values() if each.number is not None]
    kinds = Counter(each.kind for each in values.values())
    return Coverage(
        item,
        len(enough),
        len(values),
        len(set(numbers)),
        (min(numbers), max(numbers)) if numbers else None,
        tuple(sorted(kinds.items())),
        sum(not any(each.own for each in found) for found in enough),
    )


def runs_of(store: Store, dataset: str, steps: Iterable[str] = ()) -> list[NamedNode]:
    """Return the runs that a dataset describes, of the steps named or of all."""
    graph, wanted = NamedNode(dataset), {PL + step for step in steps}
    made = {quad.subject for quad in store.quads_for_pattern(None, _OUTPUT_LOT, None, graph)}
    made |= {quad.subject for quad in store.quads_for_pattern(None, _OUTPUT, None, graph)}
    runs = sorted((run for run in made if isinstance(run, NamedNode)), key=str)
    return [run for run in runs if not wanted or wanted & set(_classes(store, run))]


def _classes(store: Store, node: NamedNode) -> Iterator[str]:
    """Yield the classes of a node with those above them, as far as the store holds the closed hierarchy."""
    for quad in store.quads_for_pattern(node, _TYPE, None, _DEFAULT):
        if isinstance(quad.object, NamedNode):
            yield quad.object.value
            for above in store.quads_for_pattern(quad.object, _SUBCLASS, None, _DEFAULT):
                yield str(getattr(above.object, "value", ""))


class Lineage:
    """Looks for values behind runs.

    store: its default graph holds the runs, what they come from, and the closed hierarchy.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._behind: dict[NamedNode, frozenset[NamedNode]] = {}
        self._bearing: dict[str, frozenset[NamedNode]] = {}
        self._below: dict[str, frozenset[NamedNode]] = {}
        self._answering: dict[tuple[NamedNode, Requirement], tuple[Found, ...]] = {}
        self._edges: dict[tuple[NamedNode, NamedNode, bool], list[NamedNode]] = {}

    def find(self, run: NamedNode, item: Requirement) -> list[Found]:
        """Return the values behind a run that answer a requirement, in the order of their IRIs."""
        if not (bearers := self._bearers(item.parameter)):
            return []
        own = {run, *self._objects(run, _OUTPUT)}
        found = [
            replace(each, own=node in own)
            for node in (own | self.behind(run)) & bearers
            for each in self._found(node, item)
        ]
        return sorted(found, key=lambda each: each.quantity.value)

    def _found(self, node: NamedNode, item: Requirement) -> tuple[Found, ...]:
        if (node, item) not in self._answering:
            self._answering[node, item] = tuple(
                Found(quantity, node, False, _key(quantity, "kind"), self._number(quantity))
                for quantity in (self._objects(node, _HAS_PROPERTY) if self._may_bear(node, item) else ())
                if self._usable(quantity) and self._answers(quantity, item)
            )
        return self._answering[node, item]

    def _bearers(self, parameter: str) -> frozenset[NamedNode]:
        """Return the nodes that bear a value of a parameter; of what is behind a run most do not."""
        if parameter not in self._bearing:
            self._bearing[parameter] = frozenset(
                bearer
                for each in self._classes_below(parameter)
                for quad in self._store.quads_for_pattern(None, _TYPE, each, _DEFAULT)
                for bearer in self._bearers_of(quad.subject)
            )
        return self._bearing[parameter]

    def _bearers_of(self, quantity: object) -> Iterator[NamedNode]:
        if isinstance(quantity, NamedNode):
            for quad in self._store.quads_for_pattern(None, _HAS_PROPERTY, quantity, _DEFAULT):
                if isinstance(quad.subject, NamedNode):
                    yield quad.subject

    def behind(self, run: NamedNode) -> frozenset[NamedNode]:
        """Return the states and runs that a run comes from, with machines, rooms, recipes and components."""
        if run not in self._behind:
            states = set(self._objects(run, _INPUT)) | set(self._objects(run, _OUTPUT))
            states |= self._upstream(states)
            runs = {run, *(maker for state in states for maker in self._subjects(_OUTPUT, state))}
            around = {node for each in runs for way in _AROUND for node in self._objects(each, way)}
            around |= {part for node in around | runs for part in self._subjects(_COMPONENT_OF, node)}
            lots = {lot for state in states for lot in self._objects(state, _STATE_OF)}
            self._behind[run] = frozenset(states | runs | around | lots)
        return self._behind[run]

    def _upstream(self, states: Iterable[NamedNode]) -> set[NamedNode]:
        seen, edge = set[NamedNode](), set(states)
        while edge:
            seen |= edge
            edge = {
                above for state in edge for way in _UPSTREAM for above in self._objects(state, way)
            } - seen
        return seen

    def _may_bear(self, node: NamedNode, item: Requirement) -> bool:
        if item.bearer and _kind_of(node) != item.bearer:
            return False
        return not item.polarity or self._polarity(node) == item.polarity

    def _polarity(self, node: NamedNode) -> str:
        """Return the polarity of a lot, of the lot that a state is of, or of the lot that a run made."""
        states = [node, *self._objects(node, _OUTPUT)]
        lots = [node, *self._objects(node, _OUTPUT_LOT)]
        lots += [lot for state in states for lot in self._objects(state, _STATE_OF)]
        found = {each.value.removeprefix(PL) for lot in lots for each in self._objects(lot, _POLARITY)}
        return found.pop() if len(found) == 1 else ""

    def _answers(self, quantity: NamedNode, item: Requirement) -> bool:
        if item.kind and _key(quantity, "kind") != item.kind:
            return False
        if item.condition and item.condition not in _key(quantity, "keys"):
            return False
        classes = self._classes_below(item.parameter)
        return any(each in classes for each in self._objects(quantity, _TYPE))

    def _usable(self, quantity: NamedNode) -> bool:
        return not any(status in _UNUSABLE for status in self._objects(quantity, _STATUS))

    def _classes_below(self, parameter: str) -> frozenset[NamedNode]:
        if parameter not in self._below:
            top = NamedNode(PL + parameter)
            self._below[parameter] = frozenset({top, *self._subjects(_SUBCLASS, top)})
        return self._below[parameter]

    def _number(self, quantity: NamedNode) -> float | None:
        for quad in self._store.quads_for_pattern(quantity, _SI_VALUE, None, _DEFAULT):
            if isinstance(quad.object, Literal):
                return float(quad.object.value)
        return None

    def _objects(self, node: NamedNode, predicate: NamedNode) -> list[NamedNode]:
        if (edge := (node, predicate, True)) not in self._edges:
            quads = self._store.quads_for_pattern(node, predicate, None, _DEFAULT)
            self._edges[edge] = [quad.object for quad in quads if isinstance(quad.object, NamedNode)]
        return self._edges[edge]

    def _subjects(self, predicate: NamedNode, node: NamedNode) -> list[NamedNode]:
        if (edge := (node, predicate, False)) not in self._edges:
            quads = self._store.quads_for_pattern(None, predicate, node, _DEFAULT)
            self._edges[edge] = [quad.subject for quad in quads if isinstance(quad.subject, NamedNode)]
        return self._edges[edge]


def _kind_of(node: NamedNode) -> str:
    """Return the kind of a lot or its state, else run, equipment, room, recipe, specification or sample."""
    found = _KIND_OF_LOT.search(node.value) or _KIND_OF_NODE.search(node.value)
    return found[1] if found else ""


def _key(quantity: NamedNode, part: str) -> str:
    found = _KEYS.search(quantity.value)
    return found[part] if found else ""
