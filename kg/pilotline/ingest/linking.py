"""Turns recorded lots (`pl:inputLot`, `pl:madeFromLot`) into links between states, in the links graph.

A source names lots: "slurry S-17 went on roll 42". Which state of the slurry that was, the last one before
the run, can be said only with the other datasets at hand, and changes when one of them arrives late.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from difflib import get_close_matches
from typing import TypeAlias
from urllib.parse import unquote

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, QuerySolutions, Store

from pilotline.datasets.columns import Columns
from pilotline.datasets.pointers import NOWHERE, Place, parse_pointer, place_of, pointer_of
from pilotline.findings import Finding, Severity
from pilotline.ingest.unknown import folded
from pilotline.iris import LOT_KINDS
from pilotline.namespaces import HAS_INPUT, HAS_OUTPUT, LINKS_GRAPH, PL, PROV, RDF

UNKNOWN_LOT = "Link-unknown-lot"
_INPUT_LOT = NamedNode(PL + "inputLot")
_STATE_OF = NamedNode(PL + "stateOf")
_MADE_FROM = NamedNode(PL + "madeFromLot")
_POSSIBLY_MADE_FROM = NamedNode(PL + "possiblyMadeFromLot")
_DERIVED = NamedNode(PROV + "wasDerivedFrom")
_POSSIBLY_DERIVED = NamedNode(PL + "possiblyDerivedFrom")
_STARTED = NamedNode(PROV + "startedAtTime")
_ENDED = NamedNode(PROV + "endedAtTime")
_HAS_INPUT = NamedNode(HAS_INPUT)
_HAS_OUTPUT = NamedNode(HAS_OUTPUT)
_TYPE = NamedNode(RDF + "type")
_LINKS = NamedNode(LINKS_GRAPH)
_LOOKS_LIKE = str.maketrans("oil", "011")
_NEAREST = 3  # near names shown
_COMPARED = 5000  # names up to which each is compared letter by letter
Input = tuple[NamedNode, NamedNode]
_LOTS_OF_KIND = f"""
SELECT DISTINCT ?lot WHERE {{{{
  ?state <{PL}stateOf> ?lot . FILTER(CONTAINS(STR(?lot), "/lot/{{kind}}-"))
}}}} ORDER BY ?lot
"""


@dataclass(frozen=True)
class Moment:
    """When a run was, as far as it is known: an instant, else a day, else its place in the order of steps."""

    order: float
    day: date | None = None
    instant: datetime | None = None

    def before(self, other: "Moment") -> bool:
        """Say whether this comes before the other, by the finest clock that both have."""
        if self.instant and other.instant and self.instant != other.instant:
            return self.instant < other.instant
        if self.day and other.day and self.day != other.day:
            return self.day < other.day
        return self.order < other.order

    @property
    def rank(self) -> tuple[date, datetime, float]:
        """A key that sorts moments, unknown times first."""
        return (self.day or date.min, self.instant or datetime.min.replace(tzinfo=UTC), self.order)


RECEIVED = Moment(order=float("-inf"))


@dataclass(frozen=True)
class Made:
    """A state of a lot, with the run that made it where one is known, and when."""

    state: NamedNode
    maker: NamedNode | None
    moment: Moment


@dataclass(frozen=True)
class Touched:
    """What a dataset says that links hang on; gathered before it goes and after it comes."""

    lots: frozenset[NamedNode] = frozenset()
    runs: frozenset[NamedNode] = frozenset()
    states: frozenset[NamedNode] = frozenset()

    def __or__(self, other: "Touched") -> "Touched":
        return Touched(self.lots | other.lots, self.runs | other.runs, self.states | other.states)


# What a dataset says: the nodes that a predicate links.
Linked: TypeAlias = Callable[[NamedNode], Iterable[tuple[NamedNode, NamedNode]]]


def linked_in(store: Store, graph: NamedNode) -> Linked:
    """Return what the graph of a dataset says."""

    def linked(predicate: NamedNode) -> Iterator[tuple[NamedNode, NamedNode]]:
        for quad in store.quads_for_pattern(None, predicate, None, graph):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
                yield quad.subject, quad.object

    return linked


def touched_by(linked: Linked) -> Touched:
    """Return the lots, runs and states that a dataset speaks of."""
    inputs, states = list(linked(_INPUT_LOT)), list(linked(_STATE_OF))
    return Touched(
        lots=frozenset(lot for _, lot in inputs + states),
        runs=frozenset(run for run, _ in inputs),
        states=frozenset(state for state, _ in states),
    )


@dataclass(frozen=True)
class Links:
    """What linking changes in the links graph."""

    removed: tuple[Quad, ...]
    added: tuple[Quad, ...]


def link(store: Store, touched: Touched, step_order: Mapping[str, float]) -> Links:
    """Link the runs that use the lots touched, and drop the links of runs that are gone.

    store: its default graph holds all that is in scope.
    step_order: place of each step class (IRI) along the line.
    """
    linker = _Linker(store, step_order)
    runs = linker.runs_using(touched.lots) | touched.runs
    added = {quad for run in runs for quad in linker.links_of(run)}
    present = set(linker.present(runs, touched.states))
    return Links(tuple(present - added), tuple(added - present))


def inputs_of(linked: Linked) -> set[Input]:
    """Return the runs of a dataset, each with the lots that it names as inputs."""
    return set(linked(_INPUT_LOT))


def unlinked(
    store: Store, inputs: Iterable[Input], columns: Columns, step_order: Mapping[str, float]
) -> tuple[Finding, ...]:
    """Return a warning for each lot that a dataset names as an input of a run and that nobody describes.

    inputs, columns: of the dataset.
    """
    linker = _Linker(store, step_order)
    return tuple(folded(list(linker.unknown_lots(sorted(inputs, key=str), columns))))


class _Linker:
    def __init__(self, store: Store, step_order: Mapping[str, float]) -> None:
        self.store = store
        self.step_order = step_order
        self.moments: dict[NamedNode, Moment] = {}
        self._states: dict[NamedNode, list[NamedNode]] = {}
        self._histories: dict[NamedNode, list[Made]] = {}
        self._places: dict[NamedNode, Place] = {}
        self._hints: dict[NamedNode, str] = {}
        self._known: dict[str, dict[str, NamedNode]] = {}

    def runs_using(self, lots: Iterable[NamedNode]) -> set[NamedNode]:
        return {run for lot in lots for run in self._subjects(_INPUT_LOT, lot)}

    def states(self, lot: NamedNode) -> list[NamedNode]:
        """Return the states of a lot; many runs use the same."""
        if lot not in self._states:
            self._states[lot] = self._subjects(_STATE_OF, lot)
        return self._states[lot]

    def outputs(self, run: NamedNode) -> list[NamedNode]:
        return self._objects(run, _HAS_OUTPUT)

    def links_of(self, run: NamedNode) -> Iterator[Quad]:
        for lot in self._objects(run, _INPUT_LOT):
            found = self.state_before(run, lot)
            if found is None:
                continue
            yield Quad(run, _HAS_INPUT, found, _LINKS)
            outputs = self.outputs(run)
            for output in outputs:
                derivation = self._derivation(output, lot, alone=len(outputs) == 1)
                if derivation is not None:
                    yield Quad(output, derivation, found, _LINKS)

    def present(self, runs: Iterable[NamedNode], states: Iterable[NamedNode]) -> Iterator[Quad]:
        """Yield the links that start at runs, at what they left, and at states."""
        if next(self.store.quads_for_pattern(None, None, None, _LINKS), None) is None:
            return
        for node in {*runs, *states, *(output for run in runs for output in self.outputs(run))}:
            yield from self.store.quads_for_pattern(node, None, None, _LINKS)

    def state_before(self, run: NamedNode, lot: NamedNode) -> NamedNode | None:
        """Return the last state of the lot before the run, None where none is known."""
        history = self._history(lot)
        if not history:
            return None
        now = self.moment(run)
        past = (made.state for made in history if made.maker != run and made.moment.before(now))
        return next(past, None)

    def _history(self, lot: NamedNode) -> list[Made]:
        """Return the states of a lot, the last one first; many runs use the same."""
        if lot not in self._histories:
            made = [self._made(state) for state in self.states(lot)]
            made.sort(key=lambda each: (each.moment.rank, each.state.value), reverse=True)
            self._histories[lot] = made
        return self._histories[lot]

    def _made(self, state: NamedNode) -> Made:
        maker = self._maker(state)
        return Made(state, maker, self.moment(maker) if maker else RECEIVED)

    def moment(self, run: NamedNode) -> Moment:
        if run not in self.moments:
            self.moments[run] = self._moment(run)
        return self.moments[run]

    def unknown_lots(self, inputs: Iterable[Input], columns: Columns) -> Iterator[Finding]:
        for run, lot in inputs:
            if not self.states(lot):
                yield self._unknown(run, lot, columns)

    def _unknown(self, run: NamedNode, lot: NamedNode, columns: Columns) -> Finding:
        kind, name = _kind_and_name(lot)
        pointer = columns.cell(pointer_of(self.store, run), run.value, [_INPUT_LOT.value], lot.value)
        place, listed = parse_pointer(pointer), place_of(self.store, lot)
        message, hint = f"{name}: no such {kind}", self._hint(lot)
        if listed.file:
            message = f"{name}: this {kind} is listed, but nothing says that it was delivered or made"
            hint = f"say in its row ({listed}) that it was received, or enter the run that made it"
        return Finding(
            code=UNKNOWN_LOT,
            severity=Severity.WARNING,
            message=message,
            hint=hint,
            focus=run.value,
            path=_INPUT_LOT.value,
            value=name,
            file=place.file,
            sheet=place.sheet,
            cell=place.cell,
            cause=lot.value,
        )

    def _hint(self, lot: NamedNode) -> str:
        """Say what may be meant by a lot that nobody describes; many runs name the same."""
        if lot not in self._hints:
            near = self._of_other_kind(lot) or self._near_lots(lot)
            kind = _kind_and_name(lot)[0]
            waits = f"the link is made when the {kind} arrives"
            self._hints[lot] = f"did you mean {near}?" if near else waits
        return self._hints[lot]

    def _near_lots(self, lot: NamedNode) -> str:
        """Name the known lots of this kind whose name is close, each with its place in the sources."""
        kind, name = _kind_and_name(lot)
        known = self._known_lots(kind)
        alike = [each for each in known if _squashed(each) == _squashed(name)][:_NEAREST]
        if not alike and len(known) <= _COMPARED:
            alike = get_close_matches(name, known)
        places = {each: self._place_of_lot(known[each]) for each in alike}
        named = [f"{each} ({place})" if place.file else each for each, place in places.items()]
        return " or ".join(named)

    def _of_other_kind(self, lot: NamedNode) -> str:
        """Name the known lots of the same name and another kind: a roll that is called a coil here."""
        folder, _, last = lot.value.rpartition("/")
        kind, _, segment = last.partition("-")
        others = [(each, NamedNode(f"{folder}/{each}-{segment}")) for each in LOT_KINDS if each != kind]
        found = [(each, other) for each, other in others if self.states(other)]
        name = _kind_and_name(lot)[1]
        return " or ".join(f"the {each} {name} ({self._place_of_lot(other)})" for each, other in found)

    def _known_lots(self, kind: str) -> dict[str, NamedNode]:
        """Return the lots of a kind of which a state is known, by name; the store does the searching."""
        if kind not in self._known:
            found = self.store.query(_LOTS_OF_KIND.format(kind=kind))
            assert isinstance(found, QuerySolutions)
            lots = [row["lot"] for row in found]
            self._known[kind] = {_kind_and_name(lot)[1]: lot for lot in lots if isinstance(lot, NamedNode)}
        return self._known[kind]

    def _place_of_lot(self, lot: NamedNode) -> Place:
        """Return where a lot was read from: its own cell, else that of the run that made it."""
        if lot not in self._places:
            states = self.states(lot)
            makers = [maker for state in states if (maker := self._maker(state))]
            places = (place_of(self.store, node) for node in (lot, *states, *makers))
            self._places[lot] = next((place for place in places if place.file), NOWHERE)
        return self._places[lot]

    def _derivation(self, output: NamedNode, lot: NamedNode, *, alone: bool) -> NamedNode | None:
        """Say how an output comes from an input lot; None when the source says that it came from others."""
        made_from = set(self._objects(output, _MADE_FROM))
        possibly = set(self._objects(output, _POSSIBLY_MADE_FROM))
        if lot in made_from or lot in set(self._objects(output, _STATE_OF)):
            return _DERIVED
        if lot in possibly:
            return _POSSIBLY_DERIVED
        if made_from or possibly:
            return None
        return _DERIVED if alone else _POSSIBLY_DERIVED

    def _moment(self, run: NamedNode) -> Moment:
        orders = [
            self.step_order[kind.value] for kind in self._objects(run, _TYPE) if kind.value in self.step_order
        ]
        order = max(orders, default=0.0)
        for predicate in (_STARTED, _ENDED):
            for quad in self.store.quads_for_pattern(run, predicate, None, DefaultGraph()):
                if isinstance(quad.object, Literal):
                    return _at(quad.object.value, order)
        return Moment(order)

    def _maker(self, state: NamedNode) -> NamedNode | None:
        return next(iter(self._subjects(_HAS_OUTPUT, state)), None)

    def _subjects(self, predicate: NamedNode, obj: NamedNode) -> list[NamedNode]:
        quads = self.store.quads_for_pattern(None, predicate, obj, DefaultGraph())
        return sorted({q.subject for q in quads if isinstance(q.subject, NamedNode)}, key=str)

    def _objects(self, subject: NamedNode, predicate: NamedNode) -> list[NamedNode]:
        quads = self.store.quads_for_pattern(subject, predicate, None, DefaultGraph())
        return sorted({q.object for q in quads if isinstance(q.object, NamedNode)}, key=str)


def _at(lexical: str, order: float) -> Moment:
    """Return the moment that an xsd:date or xsd:dateTime names."""
    if "T" not in lexical:
        return Moment(order, date.fromisoformat(lexical[:10]))
    instant = datetime.fromisoformat(lexical)
    if instant.tzinfo is None:
        return Moment(order, instant.date())
    return Moment(order, instant.date(), instant)


def _squashed(name: str) -> str:
    """Return what is left of a name when case, signs, leading zeros, O for 0 and I for 1 do not count."""
    alike = re.sub(r"[\W_]", "", name.casefold()).translate(_LOOKS_LIKE)
    return re.sub(r"(?<!\d)0+(?=\d)", "", alike)


def _kind_and_name(lot: NamedNode) -> tuple[str, str]:
    kind, _, name = lot.value.rsplit("/", 1)[1].partition("-")
    return kind, unquote(name)
