"""Turns a graph and shapes into results or a report: the one entry to the engines."""

from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from pyoxigraph import RdfFormat, Store

from pilotline.validation.places import Places
from pilotline.validation.reference import validate_with_pyshacl
from pilotline.validation.report import Report, make_report
from pilotline.validation.results import Result
from pilotline.validation.scope import described_in, merged
from pilotline.validation.shapes import Shapes

ENGINES = ("auto", "pyshacl")


class EngineError(ValueError):
    """An engine that does not exist."""


def validate(data: Path | Store, shapes: Shapes, *, engine: str = "auto") -> list[Result]:
    """Return the results for an RDF file or for the default graph of a store."""
    if engine not in ENGINES:
        raise EngineError(f"the engine is one of {', '.join(ENGINES)}, not {engine!r}")
    store = data if isinstance(data, Store) else read_rdf(data)
    return validate_with_pyshacl(store, shapes)


def read_rdf(file: Path) -> Store:
    """Return an RDF file as a store, all its graphs in the default one."""
    store = Store()
    format_ = RdfFormat.from_extension(file.suffix.lstrip("."))
    if format_ is None:
        raise EngineError(f"{file}: not an RDF file; known endings are .ttl, .nt, .nq, .trig, .jsonld, .rdf")
    store.bulk_load(path=file, format=format_)
    return store


def check_store(store: Store, shapes: Shapes, *, engine: str = "auto") -> Report:
    """Return the report on the default graph of a store."""
    started = perf_counter()
    results = validate(store, shapes, engine=engine)
    return make_report(Places(store), results, shapes, engine, perf_counter() - started)


def check_graph(
    store: Store,
    graphs: Sequence[str],
    shapes: Shapes,
    *,
    context: Sequence[str] = (),
    engine: str = "auto",
) -> Report:
    """Return the report on named graphs of a store.

    context: named graphs that are seen but not judged: ontology, closed hierarchy, links, neighbours.
    """
    started = perf_counter()
    scope = merged(store, [*graphs, *context])
    judged = described_in(store, graphs)
    results = [result for result in validate(scope, shapes, engine=engine) if judged(result)]
    return make_report(Places(scope), results, shapes, engine, perf_counter() - started)
