"""Turns a graph and shapes into results or a report: the one entry to the engines."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

import rdflib
from pyoxigraph import Literal, NamedNode, Quad, QuadParser, RdfFormat, Store, parse
from rdflib.term import Node

from pilotline.datasets.columns import Columns
from pilotline.errors import PilotlineError
from pilotline.namespaces import HAS_PROPERTY, SHAPES
from pilotline.threads import threads
from pilotline.validation.background import background
from pilotline.validation.columns import Column, columns_of, starts_of, times_of
from pilotline.validation.compiled import Compiled
from pilotline.validation.links import split, texts_of
from pilotline.validation.model import Reader, UnsupportedError
from pilotline.validation.paths import Step
from pilotline.validation.places import Places
from pilotline.validation.reference import validate_with_pyshacl
from pilotline.validation.report import Report, make_report
from pilotline.validation.results import Result
from pilotline.validation.scope import Scope, merged, outside
from pilotline.validation.shapes import Shapes
from pilotline.validation.slips import odd_one
from pilotline.validation.suspicions import find_slips
from pilotline.validation.terms import Token, to_pyoxigraph
from pilotline.validation.turned import turned
from pilotline.validation.written import as_written

ENGINES = ("auto", "pyshacl")
_THREADS = 2
_TOLD_AT = rdflib.URIRef(SHAPES + "toldAt")


class EngineError(PilotlineError, ValueError):
    """An engine that does not exist."""


def validate(data: Path | Store, shapes: Shapes, *, engine: str = "auto") -> list[Result]:
    """Return the results for an RDF file or for the default graph of a store.

    engine: `pyshacl` is the reference; `auto` gives the same results faster.
    """
    return _results(Scope(texts_of(data)) if isinstance(data, Store) else read_rdf(data), shapes, engine)


def _results(scope: Scope, shapes: Shapes, engine: str) -> list[Result]:
    if engine not in ENGINES:
        raise EngineError(f"the engine is one of {', '.join(ENGINES)}, not {engine!r}")
    try:
        if engine == "pyshacl":
            return validate_with_pyshacl(scope.store, shapes)
        return _results_fast(scope, shapes)
    except UnsupportedError as error:
        raise EngineError(str(error)) from error


def _results_fast(scope: Scope, shapes: Shapes) -> list[Result]:
    """Return the results. Shapes that cannot be compiled go to the reference engine."""
    reader = Reader(shapes.graph)
    compiled, results, left = Compiled(scope, reader), list[Result](), list[Node]()
    # The queries run outside the interpreter, so that two threads use two cores.
    with threads(_THREADS) as executor:
        runs = [(node, executor.submit(_tried, compiled, node)) for node in reader.targeted()]
    for node, run in runs:
        found = run.result()
        if found is None:
            left.append(node)
        else:
            results += found
    if left:
        results += validate_with_pyshacl(scope.store, shapes, only=left)
    return results


def _tried(compiled: Compiled, node: Node) -> list[Result] | None:
    """Return the results of a shape, nothing where it cannot be compiled."""
    try:
        return compiled.validate(node)
    except UnsupportedError:
        return None


def read_rdf(file: Path) -> Scope:
    """Return what an RDF file says, in all its graphs.

    Errors: EngineError where the file is no RDF.
    """
    try:
        return Scope(split(str(each.triple)) for each in _parsed(file))
    except (SyntaxError, ValueError) as error:
        raise EngineError(f"{file}: {error}") from error


def _format(file: Path) -> RdfFormat:
    format_ = RdfFormat.from_extension(file.suffix.lstrip("."))
    if format_ is None:
        raise EngineError(f"{file}: not an RDF file; known endings are .ttl, .nt, .nq, .trig, .jsonld, .rdf")
    return format_


def _parsed(file: Path) -> QuadParser:
    return parse(path=file, format=_format(file), base_iri=file.resolve().as_uri())


def _told_at_value(results: Iterable[Result], shapes: Shapes) -> Iterator[Result]:
    """Yield the results; of a shape that says `plsh:toldAt "value"` focus and value change places.

    Such a shape looks at a lot once, so that its cost does not grow with the square of the runs that name it,
    but a person corrects the run.
    """
    turned = {to_pyoxigraph(shape) for shape in shapes.graph.subjects(_TOLD_AT, rdflib.Literal("value"))}
    for result in results:
        value = result.value
        yield replace(result, focus=value, value=result.focus) if value and result.shape in turned else result


def check_file(file: Path, shapes: Shapes, *, engine: str = "auto") -> Report:
    """Return the report on an RDF file as SHACL has it: every result, its values as the file writes them.

    Errors: EngineError where the file is no RDF.
    """
    started = perf_counter()
    scope = read_rdf(file)
    try:
        found = _results(scope, shapes, engine)
    except EngineError as error:
        raise EngineError(f"{file}: {error}") from error
    results = as_written(found, _parsed(file))
    seconds = perf_counter() - started
    return make_report(Places(scope.links), results, shapes, engine, seconds, once=False)


def check_store(store: Store, shapes: Shapes, *, engine: str = "auto") -> Report:
    """Return the report on the default graph of a store."""
    started = perf_counter()
    scope = Scope(texts_of(store))
    results = _results(scope, shapes, engine)
    return make_report(Places(scope.links), results, shapes, engine, perf_counter() - started)


@dataclass(frozen=True)
class Prepared:
    """A dataset ready to be checked: with the ontology in scope, and read back as the columns of its sheets.

    times: when its runs started, as `times_of` has it.
    described: what it says something of. outside: what it names and does not describe.
    """

    scope: Scope
    columns: list[Column]
    times: list[tuple[str, str, str]]
    described: set[Token]
    outside: set[Token]

    @property
    def bearers(self) -> set[NamedNode]:
        """Return what the dataset states quantities of."""
        bearers = {bearer for bearer, _ in self.scope.links.all(NamedNode(HAS_PROPERTY))}
        return {NamedNode(each[1:-1]) for each in bearers & self.described if each[0] == "<"}

    def quantities(self, bearer: NamedNode) -> set[NamedNode]:
        """Return the quantities of a bearer."""
        found = self.scope.links.ends(Step(NamedNode(HAS_PROPERTY)), str(bearer))
        return {NamedNode(each[1:-1]) for each in found if each[0] == "<"}


def prepare(scope: Scope, ontology: bytes = b"") -> Prepared:
    """Make a dataset ready to be checked.

    scope: the dataset. ontology: with its closed hierarchy, as N-Triples; seen but not judged.
    """
    described, named = scope.links.subjects(), outside(scope.links)
    scope.load(ontology)
    scope.extend(background())
    return Prepared(scope, columns_of(scope.links), times_of(scope.links), described, named)


def check_graph(
    store: Store,
    graphs: Sequence[str],
    shapes: Shapes,
    *,
    ontology: bytes = b"",
    neighbours: Iterable[Quad] = (),
    engine: str = "auto",
) -> Report:
    """Return the report on named graphs of a store.

    ontology: with its closed hierarchy, as N-Triples; seen but not judged.
    neighbours: what is known of outside nodes; seen but not judged.
    """
    ready = prepare(merged(store, graphs), ontology)
    ready.scope.extend(neighbours)
    return report_on(ready, results_of(ready, shapes, engine), Columns(store, graphs))


@dataclass(frozen=True)
class Found:
    """What the shapes find in a dataset and in what it leans on. seconds: that it took."""

    results: list[Result]
    shapes: Shapes
    engine: str
    seconds: float


def results_of(ready: Prepared, shapes: Shapes, engine: str = "auto") -> Found:
    """Return what the shapes find in a dataset, with its neighbours in scope."""
    started = perf_counter()
    results = _results(ready.scope, shapes, engine)
    return Found(results, shapes, engine, perf_counter() - started)


def report_on(ready: Prepared, found: Found, columns: Columns) -> Report:
    """Return the report on what was found in a dataset; columns: of its sheets.

    What was found in what it leans on is left out. A literal is described by nothing and always belongs.
    """
    started, scope = perf_counter(), ready.scope
    results = [
        result
        for result in _told_at_value(found.results, found.shapes)
        if isinstance(result.focus, Literal) or str(result.focus) in ready.described
    ]
    read = list(turned(ready.columns, columns.turned)) if columns.turned else ready.columns
    slips = find_slips(read, scope.links, starts_of(ready.times, columns), columns)
    places = Places(scope.links, columns)
    seconds = found.seconds + perf_counter() - started
    report = make_report(places, results, found.shapes, found.engine, seconds, slips)
    return replace(report, odd=tuple(odd_one(read)), turned=columns.turned)
