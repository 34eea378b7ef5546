"""Gives the values of results back as their file writes them: the store keeps 4.0 as 4."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from pyoxigraph import Literal, NamedNode, Quad, Store

from pilotline.validation.results import Result
from pilotline.validation.terms import Term

_PREDICATE = NamedNode("urn:pilotline:written")


def as_written(results: Sequence[Result], quads: Iterable[Quad]) -> Iterator[Result]:
    """Yield results with the literals of the quads that were validated, where only one can be meant."""
    named = {term for result in results for term in (result.focus, result.value) if isinstance(term, Literal)}
    originals = _originals(_like(named, quads)) if named else {}

    def original(term: Term | None) -> Term | None:
        return originals.get(term, term) if isinstance(term, Literal) else term

    for result in results:
        focus = original(result.focus)
        assert focus is not None
        yield replace(result, focus=focus, value=original(result.value))


def _like(literals: Iterable[Literal], quads: Iterable[Quad]) -> set[Literal]:
    """Return the literals of the quads that are of the same datatypes."""
    datatypes = {literal.datatype for literal in literals}
    terms = (quad.object for quad in quads)
    return {term for term in terms if isinstance(term, Literal) and term.datatype in datatypes}


def _originals(literals: set[Literal]) -> dict[Literal, Literal]:
    """Return the literal that was written for each stored one that differs from it."""
    store, written = Store(), {f"urn:pilotline:written/{n}": each for n, each in enumerate(literals)}
    store.bulk_extend(Quad(NamedNode(name), _PREDICATE, literal) for name, literal in written.items())
    found: dict[Literal, list[Literal]] = defaultdict(list)
    for quad in store:
        if isinstance(quad.object, Literal) and isinstance(quad.subject, NamedNode):
            found[quad.object].append(written[quad.subject.value])
    return {stored: all_[0] for stored, all_ in found.items() if len(all_) == 1 and all_[0] != stored}
