"""Turns terms and triples of pyoxigraph into those of rdflib and N-Triples, and back, to the letter."""

from collections.abc import Iterable
from typing import TypeAlias

import pyoxigraph as ox
import rdflib
from rdflib.term import Node

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal
Token: TypeAlias = str  # a term as N-Triples writes it: cheap to hash, to compare and to look at

_STRING = rdflib.XSD.string


def to_rdflib(term: object) -> Node:
    """Return the rdflib term; a literal keeps its lexical form."""
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    if not isinstance(term, ox.Literal):
        raise TypeError(f"{term} is a triple term; SHACL 1.0 knows none")
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    datatype = rdflib.URIRef(term.datatype.value)
    return rdflib.Literal(term.value, datatype=None if datatype == _STRING else datatype, normalize=False)


def to_pyoxigraph(term: Node) -> Term:
    """Return the pyoxigraph term."""
    if isinstance(term, rdflib.URIRef):
        return ox.NamedNode(str(term))
    if isinstance(term, rdflib.BNode):
        return ox.BlankNode(str(term))
    if not isinstance(term, rdflib.Literal):
        raise TypeError(f"{term!r} is no RDF term")
    if term.language:
        return ox.Literal(str(term), language=term.language)
    return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype or _STRING)))


def to_term(token: Token) -> Term:
    """Return the term that a token stands for."""
    if token.startswith("<"):
        return ox.NamedNode(token[1:-1])
    if token.startswith("_:"):
        return ox.BlankNode(token[2:])
    (triple,) = ox.parse(f"<urn:s> <urn:p> {token} .", ox.RdfFormat.N_TRIPLES)
    assert isinstance(triple.object, ox.Literal)
    return triple.object


def text_of(token: Token) -> str:
    """Return an IRI without its brackets, a literal without quotes, datatype and language."""
    if token[0] != '"':
        return token[1:-1] if token[0] == "<" else token[2:]
    text = token[1 : token.rindex('"')]
    return to_term(token).value if "\\" in text else text


def datatype_of(token: Token) -> Token:
    """Return the datatype of a literal, nothing for another term."""
    if not token.startswith('"'):
        return ""
    _, kind = split_literal(token)
    if kind.startswith("@"):
        return f"<{rdflib.RDF.langString}>"
    return kind.removeprefix("^^") or f"<{_STRING}>"


def split_literal(token: Token) -> tuple[str, str]:
    """Return the text of a literal, escaped as in N-Triples, and what follows it: datatype or language."""
    end = token.rindex('"')
    return token[1:end], token[end + 1 :]


def rdflib_graph(triples: Iterable[ox.Triple | ox.Quad]) -> rdflib.Graph:
    """Return the triples as an rdflib graph; the graph of a quad is dropped, blank nodes keep their names."""
    graph = rdflib.Graph()
    for triple in triples:
        graph.add((to_rdflib(triple.subject), to_rdflib(triple.predicate), to_rdflib(triple.object)))
    return graph
