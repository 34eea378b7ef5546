"""Compares answers with the expected ones of the W3C suite, whatever their blank nodes are called."""

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    Store,
    Triple,
    parse,
    parse_query_results,
)

from pilotline.namespaces import RDF

RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
Term = NamedNode | BlankNode | Literal | Triple
Row = tuple[tuple[str, Term], ...]
Comparable = tuple[object, ...]


def table(solutions: QuerySolutions, *, ordered: bool = False) -> Comparable:
    """Return a table so that two of the same meaning are equal."""
    names = [variable.value for variable in solutions.variables]
    rows = [
        tuple((name, solution[name]) for name in names if solution[name] is not None)
        for solution in solutions
    ]
    return _rows(rows, ordered=ordered)


def answer(content: bytes, result_format: QueryResultsFormat, *, ordered: bool) -> Comparable:
    """Return what a server or a file says in one of the result formats."""
    found = parse_query_results(content, result_format)
    return ("boolean", bool(found)) if isinstance(found, QueryBoolean) else table(found, ordered=ordered)


def graph(quads: Iterable[Quad]) -> Comparable:
    """Return quads so that isomorphic ones are equal."""
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return ("graph", frozenset(map(str, dataset)))


def expected(path: Path, base: str, *, is_graph: bool, ordered: bool) -> Comparable:
    """Return the answer that a file of the suite holds."""
    extension = path.suffix.removeprefix(".")
    formats = {"srx": QueryResultsFormat.XML, "srj": QueryResultsFormat.JSON, "tsv": QueryResultsFormat.TSV}
    if extension in formats:
        return answer(path.read_bytes(), formats[extension], ordered=ordered)
    if extension == "csv":
        return csv(path.read_bytes())
    quads = list(parse(path=path, base_iri=base))
    return graph(quads) if is_graph else _result_set(quads, ordered=ordered)


def csv(content: bytes) -> Comparable:
    """Return the lines of a CSV answer; it says too little to be more than text."""
    lines = re.sub(r"_:\w+", "_:b", content.decode()).splitlines()
    return ("csv", lines[0], tuple(sorted(lines[1:])))


def _result_set(quads: list[Quad], *, ordered: bool) -> Comparable:
    """Return an answer that is written as RDF."""
    store = Store()
    store.extend(quads)
    for quad in store.quads_for_pattern(None, NamedNode(RS + "boolean"), None, None):
        assert isinstance(quad.object, Literal)
        return ("boolean", quad.object.value == "true")
    found: list[tuple[int, Row]] = []
    for solution in store.quads_for_pattern(None, NamedNode(RS + "solution"), None, None):
        assert isinstance(solution.object, NamedNode | BlankNode)
        found.append((_index(store, solution.object), _bindings(store, solution.object)))
    rows = [row for _, row in sorted(found, key=lambda one: one[0])]
    return _rows(rows, ordered=ordered and any(index for index, _ in found))


def _bindings(store: Store, solution: NamedNode | BlankNode) -> Row:
    row = []
    for binding in store.quads_for_pattern(solution, NamedNode(RS + "binding"), None, None):
        assert isinstance(binding.object, NamedNode | BlankNode)
        facts = store.quads_for_pattern(binding.object, None, None, None)
        parts = {fact.predicate.value: fact.object for fact in facts}
        name = parts[RS + "variable"]
        assert isinstance(name, Literal)
        row.append((name.value, parts[RS + "value"]))
    return tuple(sorted(row, key=lambda pair: pair[0]))


def _index(store: Store, solution: NamedNode | BlankNode) -> int:
    for quad in store.quads_for_pattern(solution, NamedNode(RS + "index"), None, None):
        assert isinstance(quad.object, Literal)
        return int(quad.object.value)
    return 0


def _rows(rows: list[Row], *, ordered: bool) -> Comparable:
    """Return rows as a list where their order counts, else as a bag; numbers count by their value."""
    kind = "ordered rows" if ordered else "bag"
    if not any(isinstance(term, BlankNode) for row in rows for _, term in row):
        plain = [frozenset((name, str(_by_value(term))) for name, term in row) for row in rows]
        return (kind, tuple(plain) if ordered else frozenset(Counter(plain).items()))
    quads = []
    for number, row in enumerate(rows):
        node = BlankNode(f"row{number}")
        quads.append(Quad(node, NamedNode(RDF + "type"), NamedNode(RS + (str(number) if ordered else "row"))))
        quads += [Quad(node, NamedNode(f"urn:variable:{name}"), _by_value(term)) for name, term in row]
    return (f"{kind} as graph", len(rows), graph(quads))


def _by_value(term: Term) -> Term:
    """Return a literal as the engine writes its value: 2.0 as 2."""
    if not isinstance(term, Literal):
        return term
    store, name = Store(), NamedNode("urn:x")
    store.add(Quad(name, name, term))
    stored: Term = next(iter(store)).object
    return stored


def is_ordered(query: str) -> bool:
    """Say whether the order of the rows is part of the answer."""
    return "order by" in " ".join(query.lower().split())
